"""Which record a printed reference is, or an honest "not found"; pure.

A wrong paper behind a reference is worse than none, so that nothing is accepted on one
field's word. Accepted is

- the printed DOI, where title, year or first author agree and the title does not
  plainly speak against it; or
- a title at least 90 % alike, with at least two of year (a year apart at most), first
  author, volume and first page, and no two of the fields against it; or
- a title that was shortened or reworded, where year, first author, journal, volume and
  first page all agree and nothing disagrees.

Corrections, letters and replies carry the title of the paper that they are about; they
are accepted only where volume and page are printed and agree, or the reference says
that it is one. Whatever falls short is kept as a near miss for a curator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from curation.retrieve.likeness import Likeness, compare
from evidence.records import Record
from evidence.vocabulary import Reference, ReferenceKind

NEAR_MISSES = 5
REWORDED = 0.75
"""Title similarity that is believed where everything else agrees."""
_CITATION = {"year", "first_author", "journal", "volume", "first_page"}


class State(StrEnum):
    """What has become of a reference."""

    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"
    NOT_INDEXED = "not_indexed"
    """A book or web page: PubMed is not expected to hold it."""
    MALFORMED = "malformed"
    """Neither a title nor a DOI is printed."""


class Method(StrEnum):
    """What found the record; the agreements say why it is believed."""

    DOI = "doi"
    TITLE = "title"
    CITATION = "citation"
    """Where it is printed, and by whom: the title is only similar."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that was considered, and why it was not simply taken."""

    pmid: int
    score: float
    agreements: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The outcome for one reference, with what justifies it."""

    state: State
    pmid: int | None = None
    method: Method | None = None
    agreements: tuple[str, ...] = ()
    """Of title, year, first_author, volume, first_page, doi, journal: those alike."""
    candidates: tuple[Candidate, ...] = ()


def match(reference: Reference, candidates: Sequence[Record]) -> Resolution:
    """Return which of the candidates a reference is.

    Parameters
    ----------
    reference
        A line of the review's list in its printed parts.
    candidates
        Records that might be it, in any order; duplicates do no harm.
    """
    if reference.kind is not ReferenceKind.ARTICLE:
        return Resolution(State.NOT_INDEXED)
    if reference.title is None and not reference.dois:
        return Resolution(State.MALFORMED)
    unique = {record.pmid: record for record in candidates}
    likenesses = sorted(
        (compare(reference, record) for record in unique.values()),
        key=lambda likeness: (likeness.rank, -likeness.pmid),
        reverse=True,
    )
    accepted = [like for like in likenesses if is_accepted(like)]
    if not accepted:
        return Resolution(State.NOT_FOUND, candidates=_shown(likenesses))
    best = accepted[0]
    method = Method.CITATION
    if "title" in best.agreements:
        method = Method.TITLE
    if "doi" in best.agreements:
        method = Method.DOI
    if len(accepted) > 1 and not best.outranks(accepted[1]):
        return Resolution(State.AMBIGUOUS, candidates=_shown(accepted))
    return Resolution(
        State.RESOLVED,
        pmid=best.pmid,
        method=method,
        agreements=best.agreements,
        candidates=_shown([like for like in likenesses if like is not best]),
    )


def is_accepted(likeness: Likeness) -> bool:
    """Return whether enough independent fields agree, and few enough disagree."""
    agree, against = set(likeness.agreements), set(likeness.conflicts)
    placed = {"volume", "first_page"} <= agree
    if {"volume", "first_page"} <= against:
        return False
    if "doi" in agree:
        if "title" in agree:
            return True
        if likeness.title is None:
            return len(agree & {"year", "first_author", "volume", "first_page"}) >= 2
        return likeness.title >= 0.5 and bool(agree & {"year", "first_author"})
    if likeness.about_another and not (placed or likeness.reference_about_another):
        return False
    if likeness.title is None or "title" not in agree:
        alike = likeness.contained or (likeness.title or 0.0) >= REWORDED
        return alike and not against and agree >= _CITATION
    support = len(agree & {"year", "first_author", "volume", "first_page"})
    if not likeness.same_markers and not placed:
        return False
    needed = 2 + len(against)
    if likeness.title < 0.97 and not agree & {"volume", "first_page"}:
        needed = max(needed, 3)
    return len(against) < 2 and support >= needed


def _shown(likenesses: Sequence[Likeness]) -> tuple[Candidate, ...]:
    near = (like for like in likenesses if like.score >= 0.5)
    return tuple(
        Candidate(like.pmid, like.score, like.agreements, like.conflicts)
        for like, _ in zip(near, range(NEAR_MISSES), strict=False)
    )
