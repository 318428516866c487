"""Which record a printed reference is, or an honest "not found"; pure.

A wrong paper behind a reference is worse than none, so that nothing is accepted on one
field's word. Accepted is

- the printed DOI, where title, year or first author agree and the title does not
  plainly speak against it; or
- a title at least 90 % alike, with at least two of year (a year apart at most), first
  author, volume and first page, and one more for each field that disagrees; or
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
from evidence.library import ReferenceStanding
from evidence.records import Record
from evidence.review import Reference, ReferenceKind

NEAR_MISSES = 5
REWORDED = 0.75
"""Title similarity that is believed where everything else agrees."""
NEARLY_EQUAL = 0.97
"""Title similarity below which year and author alone are not enough."""

_PLACE = {"volume", "first_page"}
_INDEPENDENT = {"year", "first_author", *_PLACE}
_CITATION = {"journal", *_INDEPENDENT}


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

    state: ReferenceStanding
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
        return Resolution(ReferenceStanding.NOT_INDEXED)
    if reference.title is None and not reference.dois:
        return Resolution(ReferenceStanding.MALFORMED)
    unique = {record.pmid: record for record in candidates}
    likenesses = sorted(
        (compare(reference, record) for record in unique.values()),
        key=lambda likeness: (likeness.rank, -likeness.pmid),
        reverse=True,
    )
    accepted = [like for like in likenesses if is_accepted(like)]
    if not accepted:
        return Resolution(ReferenceStanding.NOT_FOUND, candidates=_shown(likenesses))
    best = accepted[0]
    if len(accepted) > 1 and not best.outranks(accepted[1]):
        return Resolution(ReferenceStanding.AMBIGUOUS, candidates=_shown(accepted))
    return Resolution(
        ReferenceStanding.RESOLVED,
        pmid=best.pmid,
        method=_method(best),
        agreements=best.agreements,
        candidates=_shown([like for like in likenesses if like is not best]),
    )


def _method(likeness: Likeness) -> Method:
    if "doi" in likeness.agreements:
        return Method.DOI
    return Method.TITLE if "title" in likeness.agreements else Method.CITATION


def is_accepted(likeness: Likeness) -> bool:
    """Return whether enough independent fields agree, and few enough disagree."""
    agree, against = set(likeness.agreements), set(likeness.conflicts)
    if likeness.another_version or against >= _PLACE:
        return False
    about_another = likeness.about_another and not likeness.reference_about_another
    if about_another and not agree >= _PLACE:
        return False
    if "journal" in against and not agree & {"doi", *_PLACE}:
        # A preprint, or the same statement in another journal. Otherwise journals
        # have too many abbreviations for a difference to mean anything.
        return False
    against.discard("journal")
    if "doi" in agree:
        return _agrees_with_doi(likeness, agree)
    if "title" in agree:
        return _agrees_with_title(likeness, agree, against)
    alike = likeness.contained or (likeness.title or 0.0) >= REWORDED
    return alike and not against and agree >= _CITATION


def _agrees_with_doi(likeness: Likeness, agree: set[str]) -> bool:
    if likeness.title is None:
        return len(agree & _INDEPENDENT) >= 2
    if "title" in agree:
        return True
    return likeness.title >= 0.5 and bool(agree & {"year", "first_author"})


def _agrees_with_title(likeness: Likeness, agree: set[str], against: set[str]) -> bool:
    if not likeness.same_markers and not agree >= _PLACE:
        return False
    needed = 2 + len(against)
    if (likeness.title or 0.0) < NEARLY_EQUAL and not agree & _PLACE:
        needed = max(needed, 3)
    return len(agree & _INDEPENDENT) >= needed


def _shown(likenesses: Sequence[Likeness]) -> tuple[Candidate, ...]:
    near = (like for like in likenesses if like.score >= 0.5)
    return tuple(
        Candidate(like.pmid, like.score, like.agreements, like.conflicts)
        for like, _ in zip(near, range(NEAR_MISSES), strict=False)
    )
