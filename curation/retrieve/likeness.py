"""Field by field, how a printed reference and a record agree; no decision is taken."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from curation.retrieve import folding
from evidence.records import Record
from evidence.review import Reference

ALIKE = 0.9
"""Title similarity from which two titles may be one."""

_WEIGHTS = {
    "doi": 0.2,
    "first_author": 0.1,
    "first_page": 0.1,
    "year": 0.05,
    "volume": 0.05,
}
_ABOUT_ANOTHER = re.compile(
    r"^\W*(?:re:|(?:(?:(?:author|publisher)['’s]*\s+)?correction|corrigend(?:um|a)|"
    r"errat(?:um|a)|retraction|expression of concern|comment(?:ary)? on|reply|in reply|"
    r"authors?['’]* (?:reply|response)|response to|letter to)\b)",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:erratum|corrigendum|correction|letter|reply|comment|retraction)\b[\])]",
    re.IGNORECASE,
)
_ABOUT_TYPES = frozenset(
    {
        "Comment",
        "Expression of Concern",
        "Letter",
        "Published Erratum",
        "Retraction Notice",
        "Retraction of Publication",
    }
)
_ABOUT_LINKS = frozenset(
    {"CommentOn", "ErratumFor", "ExpressionOfConcernFor", "RetractionOf"}
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What agrees and what disagrees; fields missing on a side do neither."""

    pmid: int
    title: float | None
    """Similarity of the titles, 0 to 1; None where a side has none."""
    agreements: tuple[str, ...]
    conflicts: tuple[str, ...]
    contained: bool
    """One title has all the words of the other, and more."""
    same_markers: bool
    same_year: bool
    another_version: bool
    """The DOIs tell two versions of one work apart: ".pub2" and ".pub3"."""
    about_another: bool
    """The record is a correction, letter or comment: its title is another's."""
    reference_about_another: bool

    @property
    def score(self) -> float:
        """A number from 0 to 1 to sort near misses by; it decides nothing."""
        agreed = sum(_WEIGHTS.get(name, 0.0) for name in self.agreements)
        against = sum(_WEIGHTS.get(name, 0.0) for name in self.conflicts)
        score = 0.6 * (self.title or 0.0) + agreed - against / 2
        return round(min(1.0, max(0.0, score)), 3)

    @property
    def rank(self) -> tuple[int, int, bool, float]:
        """What the better of two acceptable records has more of."""
        weight = len(self.agreements) - len(self.conflicts)
        return "doi" in self.agreements, weight, self.same_year, self.title or 0.0

    def outranks(self, other: "Likeness") -> bool:
        """Return whether more than a shade of the title tells the two apart."""
        if self.rank[:3] != other.rank[:3]:
            return True
        return (self.title or 0.0) - (other.title or 0.0) > 0.02


def compare(reference: Reference, record: Record) -> Likeness:
    """Return how the printed parts of a reference agree with a record."""
    title, closest = _titles(reference, record)
    printed = reference.title or ""
    years = _years(reference, record)
    verdicts: dict[str, bool | None] = {
        "title": None if title is None else title >= ALIKE,
        "year": None if years is None else years <= 1,
        "first_author": None,
        "volume": _same(
            folding.volume(reference.volume), folding.volume(record.volume)
        ),
        "first_page": _first_page(reference, record),
        "doi": _doi(reference, record),
        "journal": _journal(reference, record),
    }
    firm = verdicts["doi"] or (verdicts["volume"] and verdicts["first_page"])
    verdicts["first_author"] = _first_author(reference, record, bool(firm))
    return Likeness(
        pmid=record.pmid,
        title=title,
        agreements=tuple(name for name, verdict in verdicts.items() if verdict),
        conflicts=tuple(
            name
            for name, verdict in verdicts.items()
            if verdict is False and name != "title"
        ),
        contained=closest is not None and _is_contained(printed, closest),
        same_markers=closest is not None
        and folding.markers(printed) == folding.markers(closest),
        same_year=years == 0,
        another_version=_is_another_version(reference, record),
        about_another=is_about_another(record),
        reference_about_another=_says_about_another(reference),
    )


def is_about_another(record: Record) -> bool:
    """Return whether a record is a notice, letter or comment upon another paper."""
    return (
        not _ABOUT_TYPES.isdisjoint(record.publication_types)
        or not _ABOUT_LINKS.isdisjoint(link.kind for link in record.corrections)
        or _ABOUT_ANOTHER.match(record.title or "") is not None
    )


def _says_about_another(reference: Reference) -> bool:
    title = reference.title or ""
    return bool(_ABOUT_ANOTHER.match(title) or _SAID.search(f"{title} {reference.raw}"))


def _same(one: str | None, other: str | None) -> bool | None:
    return None if one is None or other is None else one == other


def _titles(reference: Reference, record: Record) -> tuple[float | None, str | None]:
    """Return the best similarity of the titles, and the record's title it is to."""
    printed = reference.title
    best: float | None = None
    closest: str | None = None
    for stored in (record.title, record.vernacular_title):
        if (
            printed is None
            or stored is None
            or folding.squeezed(stored) == "notavailable"
        ):
            continue
        similarity = title_similarity(printed, stored)
        if best is None or similarity > best:
            best, closest = similarity, stored
    return best, closest


def _is_contained(one: str, other: str) -> bool:
    short, long = sorted((set(folding.words(one)), set(folding.words(other))), key=len)
    return len(short) >= 4 and short <= long


def title_similarity(one: str, other: str) -> float:
    """Return how alike two titles are, 0 to 1; a subtitle left out costs little."""
    left, right = folding.squeezed(one), folding.squeezed(other)
    whole = fuzz.ratio(left, right) / 100
    if whole >= ALIKE:
        return whole
    for short, long in ((left, other), (right, one)):
        # A short main title ("Depression: ...") is shared by too many papers.
        main = folding.squeezed(folding.main_title(long))
        if len(main) >= 30 and len(short) < len(folding.squeezed(long)):
            whole = max(whole, 0.98 * fuzz.ratio(short, main) / 100)
    return whole


def _years(reference: Reference, record: Record) -> int | None:
    """Return by how many years the printed year misses print or electronic."""
    dates = (record.published, record.electronic)
    known = [date.year for date in dates if date is not None]
    if reference.year is None or not known:
        return None
    return min(abs(reference.year - year) for year in known)


def _first_page(reference: Reference, record: Record) -> bool | None:
    stored = folding.first_page(record.pages)
    printed = [
        page
        for text in (reference.pages, reference.article_number)
        if (page := folding.first_page(text)) is not None
    ]
    if stored is None or not printed:
        return None
    return any(folding.same_page(page, stored) for page in printed)


def _printed_dois(reference: Reference) -> set[str]:
    return {found for raw in reference.dois if (found := folding.doi(raw)) is not None}


def _is_another_version(reference: Reference, record: Record) -> bool:
    stored, printed = folding.doi(record.doi), _printed_dois(reference)
    if stored is None or stored in printed:
        return False
    return folding.doi_stem(stored) in map(folding.doi_stem, printed)


def _doi(reference: Reference, record: Record) -> bool | None:
    printed, stored = _printed_dois(reference), folding.doi(record.doi)
    return None if stored is None or not printed else stored in printed


def _journal(reference: Reference, record: Record) -> bool | None:
    names = [n for n in (reference.journal, reference.journal_short) if n is not None]
    if record.journal is None or not names:
        return None
    return any(folding.same_journal(name, record.journal) for name in names)


def _first_author(reference: Reference, record: Record, firm: bool) -> bool | None:
    """Compare first authors; a misspelt one counts where other fields are firm."""
    if not record.authors:
        return None
    first = record.authors[0]
    if reference.collective is not None and not reference.authors:
        if first.collective is None:
            return None
        group = folding.squeezed(reference.collective)
        return fuzz.ratio(group, folding.squeezed(first.collective)) >= 90
    if not reference.authors or first.family is None:
        return None
    printed, stored = (
        folding.surname(reference.authors[0]),
        folding.surname(f"{first.family},"),
    )
    if printed is None or stored is None:
        return None
    if printed == stored:
        return True
    # A particle is printed by some and left out by others: "van der Kolk", "Kolk".
    short, long = sorted((printed, stored), key=len)
    if len(short) >= 4 and long.endswith(short):
        return True
    misspelt = DamerauLevenshtein.distance(printed, stored) <= (
        1 if len(short) < 6 else 2
    )
    if misspelt:
        return True if firm else None
    return False
