"""Regulatory facts go out of date: a curator says when each was compared again.

A check is a decision on a fact, named by its treatment and a digest of its words:
`accept`, with the fact's source in its snapshot, and what was compared as its note. A
fact whose words change is another one, and has not been checked.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from evidence.decisions import Action, Decision, SubjectKind
from evidence.errors import DecisionError
from evidence.protocol import Protocol
from evidence.review import RegulatoryFact
from evidence.status import live
from evidence.types import canonical_json

_WHEN = {"checked_on", "recheck_days"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCheck:
    """That a curator compared a fact with its source, and when."""

    curator: str
    at: datetime


def facts(protocol: Protocol) -> dict[str, RegulatoryFact]:
    """Return the regulatory facts of a protocol by their ids."""
    return {fact_id(fact): fact for fact in protocol.facts}


def fact_id(fact: RegulatoryFact) -> str:
    """Return the id of a fact: its treatment, and a digest of what it says."""
    said = canonical_json(fact.model_dump(mode="json", exclude=_WHEN))
    return f"{fact.treatment}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def newest_check(decisions: Sequence[Decision]) -> FactCheck | None:
    """Return the newest check of a fact that stands; None where nobody checked it.

    Parameters
    ----------
    decisions
        All decisions on it, oldest first.
    """
    standing = [d for d in live(decisions) if _objection(d) is None]
    if not standing:
        return None
    return FactCheck(curator=standing[-1].curator, at=standing[-1].at)


def checked_on(fact: RegulatoryFact, check: FactCheck | None) -> date | None:
    """Return when a fact was last compared, by the protocol or by a curator."""
    days = [check.at.date()] if check else []
    days += [fact.checked_on] if fact.checked_on else []
    return max(days, default=None)


def due_on(fact: RegulatoryFact, check: FactCheck | None) -> date | None:
    """Return the day from which a fact is to be checked again; None for at once."""
    last = checked_on(fact, check)
    return last + timedelta(days=fact.recheck_days) if last else None


def as_checked(
    found: Sequence[RegulatoryFact], checks: Mapping[str, FactCheck]
) -> list[RegulatoryFact]:
    """Return facts with the day on which each was last compared."""
    return [
        fact.model_copy(
            update={"checked_on": checked_on(fact, checks.get(fact_id(fact)))}
        )
        for fact in found
    ]


def check_recheck(decision: Decision, protocol: Protocol) -> None:
    """Check that a decision on a fact is one that can be followed.

    Raises
    ------
    DecisionError
        Where the protocol has no such fact, or the decision is no check of it.
    """
    if decision.subject_kind is not SubjectKind.REGULATORY_FACT:
        return
    wrong: str | None = None
    if decision.subject_id not in facts(protocol):
        wrong = "the protocol has no such fact; were its words changed?"
    elif decision.action is not Action.UNDO:
        wrong = _objection(decision)
    if wrong is not None:
        raise DecisionError(f"regulatory fact {decision.subject_id}: {wrong}")


def _objection(decision: Decision) -> str | None:
    """Return why a decision checks nothing; None where it does."""
    if decision.action is not Action.ACCEPT:
        return f"{decision.action} says nothing of it; check it with accept, or undo"
    if not (decision.note or "").strip():
        return "a check says in its note what was compared"
    return None
