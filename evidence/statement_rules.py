"""Which decisions on a cell's statement can be followed: wordings, answers to them."""

from typing import Any

from evidence.decisions import Action, Decision, SubjectKind
from evidence.errors import DecisionError
from evidence.grade import Wording
from evidence.protocol import Protocol
from evidence.status import person
from evidence.types import Role
from evidence.vocabulary import DomainKind


def subject_of(treatment: str, domain: str, role: Role) -> str:
    """Return how decisions name a cell."""
    return f"{treatment}/{domain}/{role.value}"


def cell_of(subject: str, protocol: Protocol) -> tuple[str, str, Role] | None:
    """Return the cell that decisions name so; None where the protocol has none."""
    treatment, _, rest = subject.partition("/")
    domain, _, role = rest.partition("/")
    known = treatment in protocol.treatments and domain in protocol.domains
    if not known or role not in set(Role):
        return None
    overall = protocol.domains[domain].kind is DomainKind.OVERALL
    return (treatment, domain, Role(role)) if overall is (role == "overall") else None


def check_statement(decision: Decision, protocol: Protocol) -> None:
    """Check that a decision on a cell's statement is one that can be followed.

    Raises
    ------
    DecisionError
        Where the protocol has no such cell, the wording is none, or an answer names
        no wording or an objection gives no grounds.
    """
    if decision.subject_kind is not SubjectKind.CELL_STATEMENT:
        return
    wrong = wrong_with(decision)
    if cell_of(decision.subject_id, protocol) is None:
        wrong = "the protocol has no such cell; write <treatment>/<domain>/<role>"
    if wrong is not None:
        raise DecisionError(f"statement on {decision.subject_id}: {wrong}")


def check_answer(decision: Decision, written: Decision | None) -> None:
    """Check that an approval or objection is somebody else's, and of a whole wording.

    Parameters
    ----------
    decision
        Any decision.
    written
        The decision that it names as the wording's, where there is one.

    Raises
    ------
    DecisionError
        Where it answers no wording of this cell, a draft, or the curator's own.
    """
    if (
        decision.subject_kind is not SubjectKind.CELL_STATEMENT
        or answered_by(decision) is None
    ):
        return
    where = f"statement on {decision.subject_id}"
    if (
        written is None
        or written.action is not Action.AMEND
        or (written.subject_kind, written.subject_id)
        != (decision.subject_kind, decision.subject_id)
    ):
        raise DecisionError(
            f"{where}: there is no wording {answered_by(decision)} on it to answer"
        )
    if person(written.curator) == person(decision.curator):
        raise DecisionError(
            f"{where}: nobody approves or objects to a wording of their own; write "
            "another, or take it back"
        )
    if written.changes.get("ready") is not True:
        raise DecisionError(f"{where}: a draft waits for no answer yet")


def answered_by(decision: Decision) -> str | None:
    """Return the id of the wording that a decision answers; None where it does not."""
    if decision.action not in (Action.ACCEPT, Action.FLAG):
        return None
    return str(decision.snapshot.get("statement"))


def wrong_with(decision: Decision) -> str | None:
    """Return why a decision says nothing of a statement; None where it does."""
    seen = decision.snapshot
    if decision.action is Action.UNDO:
        return None
    if decision.action is Action.AMEND:
        if not _are_digests(seen.get("claims")):
            return "the snapshot needs the claims that count in the cell, as seen"
        if not isinstance(seen.get("sentence"), str):
            return "the snapshot needs the cell's sentence, as seen"
        return Wording.wrong(decision.changes)
    if decision.action not in (Action.ACCEPT, Action.FLAG):
        return (
            f"{decision.action} says nothing of it; write with amend, approve with "
            "accept, object with flag, or undo"
        )
    if not isinstance(seen.get("statement"), str):
        return "the snapshot needs the statement: the id of the decision that wrote it"
    if decision.action is Action.FLAG and not (decision.note or "").strip():
        return "an objection says why in its note"
    return None


def _are_digests(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and bool(found)
        and all(isinstance(value, str) for value in found.values())
    )
