"""References looked for in a stream of records, a batch at a time; pure.

A baseline has tens of millions of records, of which a few dozen are the review's
references. So each record is first asked for something that it shares with one, which
costs little; what is left is compared as always. All acceptable records are kept: one
that comes late may be the better match, or show that two agree alike.
"""

from collections.abc import Iterable, Iterator

from curation.retrieve import folding
from curation.retrieve.index import Index
from curation.retrieve.likeness import compare
from curation.retrieve.references import Resolution, is_accepted, match
from evidence.records import Record
from evidence.review import Reference

_Key = tuple[object, ...]


class Wanted:
    """References that are to be found among records.

    Parameters
    ----------
    references
        Articles of the review's list.
    """

    def __init__(self, references: Iterable[Reference]) -> None:
        self._references = {reference.number: reference for reference in references}
        self._keys = {key for r in self._references.values() for key in _of_printed(r)}
        self._acceptable: dict[int, dict[int, Record]] = {}

    def among(self, records: Iterable[Record]) -> dict[int, Resolution]:
        """Return what is known by now of the references that these records concern."""
        found: dict[int, Resolution] = {}
        for number, acceptable in self.acceptable(records).items():
            known = self._acceptable.setdefault(number, {})
            known |= acceptable
            found[number] = match(self._references[number], list(known.values()))
        return found

    def acceptable(self, records: Iterable[Record]) -> dict[int, dict[int, Record]]:
        """Return, by number and PMID, which of some records a reference may be."""
        some = [r for r in records if not self._keys.isdisjoint(_of_record(r))]
        found: dict[int, dict[int, Record]] = {}
        index = Index(some)
        for number, reference in self._references.items() if some else ():
            acceptable = {
                record.pmid: record
                for record in index.candidates(reference)
                if is_accepted(compare(reference, record))
            }
            if acceptable:
                found[number] = acceptable
        return found


def _of_printed(reference: Reference) -> Iterator[_Key]:
    for raw in reference.dois:
        yield "doi", folding.doi(raw)
    if reference.title is not None:
        yield "title", folding.squeezed(reference.title)
    author = folding.surname(reference.authors[0]) if reference.authors else None
    volume = folding.volume(reference.volume)
    page = folding.first_page(reference.pages or reference.article_number)
    years = [reference.year + d for d in (-1, 0, 1)] if reference.year else []
    yield from _pairs(author, volume, page, years)


def _of_record(record: Record) -> Iterator[_Key]:
    if (doi := folding.doi(record.doi)) is not None:
        yield "doi", doi
    for title in (record.title, record.vernacular_title):
        if title is not None:
            yield "title", folding.squeezed(title)
    family = record.authors[0].family if record.authors else None
    author = folding.surname(f"{family},") if family is not None else None
    volume, page = folding.volume(record.volume), folding.first_page(record.pages)
    years = {d.year for d in (record.published, record.electronic) if d is not None}
    yield from _pairs(author, volume, page, years)


def _pairs(
    author: str | None, volume: str | None, page: str | None, years: Iterable[int]
) -> Iterator[_Key]:
    """Yield what two printings share where any two independent fields agree."""
    if volume is not None and page is not None:
        yield "place", volume, page
    for year in years:
        for kind, value in (("author", author), ("volume", volume), ("page", page)):
            if value is not None:
                yield kind, value, year
