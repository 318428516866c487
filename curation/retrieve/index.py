"""Records arranged so that the few which might be a reference are found at once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from curation.retrieve import folding
from curation.retrieve.references import Resolution, match
from evidence.records import Record
from evidence.review import Reference

_LOOKED_UP = 6
"""How many of a title's rarest words are looked up."""
_COMMON = 5_000
"""Records that share a word, from which it tells nothing."""
_CROWD = 50
"""Records by one first author in one year, from which the pair tells nothing."""
_TAKEN = 30
"""Candidates by title words."""


class Index:
    """Records by DOI, title words, place of printing, and first author with year.

    It only proposes; `references.match` decides. Meant for many references against
    many records: building it reads each record once.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self._records: list[Record] = []
        self._by_doi: defaultdict[str, list[int]] = defaultdict(list)
        self._by_title: defaultdict[str, list[int]] = defaultdict(list)
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        self._by_place: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_author: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for record in records:
            self._add(record)

    def __len__(self) -> int:
        return len(self._records)

    def resolve(self, reference: Reference) -> Resolution:
        """Return which of the index's records a reference is."""
        return match(reference, self.candidates(reference))

    def candidates(self, reference: Reference) -> list[Record]:
        """Return the records that might be a reference, each once."""
        found: dict[int, None] = {}
        for places in self._proposed(reference):
            found.update(dict.fromkeys(places))
        return [self._records[place] for place in found]

    def _add(self, record: Record) -> None:
        place = len(self._records)
        self._records.append(record)
        if (doi := folding.doi(record.doi)) is not None:
            self._by_doi[doi].append(place)
        for title in (record.title, record.vernacular_title):
            if title is not None:
                words = folding.words(title)
                self._by_title["".join(words)].append(place)
                for word in set(words):
                    if len(word) > 3:
                        self._by_word[word].append(place)
        volume, page = folding.volume(record.volume), folding.first_page(record.pages)
        if volume is not None and page is not None:
            self._by_place[volume, page].append(place)
        if record.authors and record.authors[0].family is not None:
            author = folding.surname(f"{record.authors[0].family},")
            for date in {d.year for d in (record.published, record.electronic) if d}:
                if author is not None:
                    self._by_author[author, date].append(place)

    def _proposed(self, reference: Reference) -> Iterator[list[int]]:
        for raw in reference.dois:
            yield self._by_doi.get(folding.doi(raw) or "", [])
        if reference.title is not None:
            words = folding.words(reference.title)
            yield self._by_title.get("".join(words), [])
            yield self._by_words(words)
        volume, page = (
            folding.volume(reference.volume),
            folding.first_page(reference.pages or reference.article_number),
        )
        if volume is not None and page is not None:
            yield self._by_place.get((volume, page), [])
        if reference.authors and reference.year is not None:
            author = folding.surname(reference.authors[0]) or ""
            for year in range(reference.year - 1, reference.year + 2):
                places = self._by_author.get((author, year), [])
                yield places if len(places) <= _CROWD else []

    def _by_words(self, words: tuple[str, ...]) -> list[int]:
        """Return the records that share most of the title's rarest words."""
        known = {word for word in words if word in self._by_word}
        rarest = sorted(known, key=lambda word: (len(self._by_word[word]), word))
        shared: Counter[int] = Counter()
        for word in rarest[:_LOOKED_UP]:
            places = self._by_word[word]
            if len(places) < _COMMON:
                shared.update(places)
        least = 1 if len(rarest) < 3 else 2
        return [place for place, n in shared.most_common(_TAKEN) if n >= least]
