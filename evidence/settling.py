"""A curator says which record a reference is; no later search says otherwise.

A settlement is a decision on the reference's number: `accept`, with the number, the
PMID (or none: it is not in PubMed) and the line as it was printed in its snapshot,
and the curator's grounds as its note. The newest that stands counts.
"""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from evidence.decisions import Action, Decision, SubjectKind
from evidence.errors import DecisionError
from evidence.library import ReferenceStanding, ReferenceState
from evidence.records import MAX_PMID
from evidence.review import Reference, ReferenceKind
from evidence.status import live

MANUAL = "manual"
"""The method of what a curator settled."""

SAME_LINE = 0.8
"""Likeness from which two printings are one line of the list, a misprint mended."""


def check_settlement(decision: Decision, references: Mapping[int, Reference]) -> None:
    """Check that a decision on a reference is one that can be followed.

    Raises
    ------
    DecisionError
        Where the protocol has no such reference, or prints another line at its
        number; where the decision is no settlement, or gives no grounds.
    """
    if decision.subject_kind is not SubjectKind.REFERENCE:
        return
    reference = {str(n): r for n, r in references.items()}.get(decision.subject_id)
    if reference is None:
        wrong: str | None = "the protocol has no reference of this number"
    elif decision.action is Action.UNDO:
        return
    else:
        wrong = _objection(decision, reference)
    if wrong is not None:
        raise DecisionError(f"reference {decision.subject_id}: {wrong}")


def settled(
    reference: Reference, decisions: Sequence[Decision]
) -> tuple[ReferenceState, Decision] | None:
    """Return what curators settled of a reference, and by which decision, if they did.

    Parameters
    ----------
    reference
        A line of the protocol's list.
    decisions
        All decisions on it, oldest first.
    """
    standing = [d for d in live(decisions) if _objection(d, reference) is None]
    if not standing:
        return None
    newest = standing[-1]
    pmid = newest.snapshot["pmid"]
    found = ReferenceStanding.NOT_FOUND if pmid is None else ReferenceStanding.RESOLVED
    state = ReferenceState(
        number=reference.number, state=found, pmid=pmid, method=MANUAL
    )
    return state, newest


def _objection(decision: Decision, reference: Reference) -> str | None:
    """Return why a decision settles nothing of this reference; None where it does."""
    seen = decision.snapshot
    if decision.action is not Action.ACCEPT:
        return (
            f"{decision.action} says nothing of a reference; it is settled with accept "
            "and taken back with undo"
        )
    if seen.get("number") != reference.number or "pmid" not in seen:
        return "the snapshot needs its number and its pmid, null for not in PubMed"
    pmid = seen["pmid"]
    if pmid is not None and (type(pmid) is not int or not 1 <= pmid <= MAX_PMID):
        return f"{pmid!r} is no PMID"
    if pmid is None and reference.kind is not ReferenceKind.ARTICLE:
        kind = reference.kind.value.replace("_", " ")
        return f"it is a {kind}, which nobody looks for; there is nothing to settle"
    if not (decision.note or "").strip():
        return "a settlement says why in its note"
    if not _is_same_line(str(seen.get("raw", "")), reference.raw):
        return (
            "this protocol prints another line at this number than the one that was "
            "decided on; settle it anew"
        )
    return None


def _is_same_line(one: str, other: str) -> bool:
    left, right = (" ".join(text.casefold().split()) for text in (one, other))
    if left == right:
        return True
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= SAME_LINE
