"""A curator says whether a reference bears out the assertion at which it is printed.

A label is a decision on one use of one reference, named "<assertion>/<number>":
`accept`, with the label as `fidelity` and the assertion's summary in its snapshot, and
the curator's grounds as its note. The newest that stands counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evidence.decisions import Action, Decision, SubjectKind
from evidence.errors import DecisionError
from evidence.protocol import Protocol
from evidence.status import live


class Fidelity(StrEnum):
    """How far a reference bears out what it is printed for."""

    SUPPORTS = "supports"
    PARTLY = "partly"
    OTHER_POPULATION = "other_population"
    OTHER_TREATMENT = "other_treatment"
    BACKGROUND_ONLY = "background_only"
    CONTRADICTS = "contradicts"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityLabel:
    """What a curator says of one use of a reference."""

    fidelity: Fidelity
    curator: str
    at: datetime


def uses(protocol: Protocol) -> Iterator[tuple[str, str]]:
    """Yield every use that can be labelled, and the summary of its assertion.

    An ambiguous mark names no reference for certain, so it cannot.
    """
    for assertion in protocol.assertions.values():
        for use in assertion.uses:
            if not use.ambiguous:
                for number in use.numbers:
                    yield f"{assertion.id}/{number}", assertion.summary


def label_of(decisions: Sequence[Decision], summary: str) -> FidelityLabel | None:
    """Return what curators say of a use; None where nobody does.

    Parameters
    ----------
    decisions
        All decisions on it, oldest first.
    summary
        What the assertion says in this protocol: a label is of these words.
    """
    standing = [d for d in live(decisions) if _objection(d, summary) is None]
    if not standing:
        return None
    newest = standing[-1]
    return FidelityLabel(
        fidelity=Fidelity(newest.snapshot["fidelity"]),
        curator=newest.curator,
        at=newest.at,
    )


def check_fidelity(decision: Decision, protocol: Protocol) -> None:
    """Check that a decision on a use of a reference is one that can be followed.

    Raises
    ------
    DecisionError
        Where the protocol has no such use, or the decision is no label of it.
    """
    if decision.subject_kind is not SubjectKind.FIDELITY:
        return
    known = dict(uses(protocol))
    wrong: str | None = None
    if decision.subject_id not in known:
        wrong = "no assertion prints this reference; write <assertion>/<number>"
    elif decision.action is not Action.UNDO:
        wrong = _objection(decision, known[decision.subject_id])
    if wrong is not None:
        raise DecisionError(f"fidelity of {decision.subject_id}: {wrong}")


def _objection(decision: Decision, summary: str) -> str | None:
    """Return why a decision labels nothing; None where it does."""
    if decision.action is not Action.ACCEPT:
        return f"{decision.action} says nothing of it; label with accept, or undo"
    found = decision.snapshot.get("fidelity")
    if found not in {member.value for member in Fidelity}:
        return f"{found!r} is none of {', '.join(Fidelity)}"
    if decision.snapshot.get("summary") != summary:
        return "the snapshot needs the assertion's summary, as this protocol has it"
    if not (decision.note or "").strip():
        return "a label says why in its note"
    return None
