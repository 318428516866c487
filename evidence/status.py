"""A claim's status, computed from the decisions that still stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from evidence.decisions import Action, Decision, Status
from evidence.types import Draft

_VERDICTS = (Action.ACCEPT, Action.AMEND, Action.REJECT)
_DECISIVE = (*_VERDICTS, Action.ADJUDICATE)


def live(decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions that still stand, in the order they were taken.

    An undo takes its target out; undoing the undo brings it back.
    """
    taken_back: set[str] = set()
    standing: list[Decision] = []
    for decision in reversed(decisions):
        if decision.id in taken_back:
            continue
        if decision.action is Action.UNDO and decision.undoes is not None:
            taken_back.add(decision.undoes)
        else:
            standing.append(decision)
    return standing[::-1]


@dataclass(frozen=True, slots=True)
class Resolved:
    """What decisions make of a proposal."""

    draft: Draft
    status: Status
    decided_at: datetime | None = None
    curators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One curator's standing word on a claim."""

    curator: str
    at: datetime
    draft: Draft
    accepted: bool


def resolve(
    proposal: Draft,
    decisions: Sequence[Decision],
    *,
    dual: bool = False,
    tombstoned: bool = False,
    doubted_at: datetime | None = None,
) -> Resolved:
    """Compute a claim's effective fields and its status.

    Parameters
    ----------
    proposal
        What the extractor says now; only counts while nobody has decided.
    decisions
        All decisions on the claim, oldest first.
    dual
        Whether two curators must agree before a claim is accepted.
    tombstoned
        Whether the claim was withdrawn: its text is gone, or was a digest's.
    doubted_at
        When its record was retracted or its quote left the text, if ever: what
        was accepted before that has to be looked at again.
    """
    standing = live(decisions)
    verdicts = _verdicts(proposal, standing)
    last = standing[-1] if standing else None
    decided = [d.at for d in standing if d.action in _DECISIVE]
    draft, status = _settle(proposal, verdicts, standing, dual)
    if last is not None and last.action is Action.FLAG:
        status = Status.NEEDS_REREVIEW if status.counts else Status.IN_REVIEW
    elif last is not None and last.action is Action.DEFER and not verdicts:
        status = Status.DEFERRED
    if status.counts and doubted_at is not None and max(decided) < doubted_at:
        status = Status.NEEDS_REREVIEW
    if tombstoned:
        status = Status.WITHDRAWN
    return Resolved(
        draft=draft,
        status=status,
        decided_at=max((d.at for d in standing), default=None),
        curators=tuple(
            dict.fromkeys(d.curator for d in standing if d.action in _DECISIVE)
        ),
    )


def _verdicts(proposal: Draft, standing: Sequence[Decision]) -> list[Verdict]:
    """Return each curator's latest accept, amend or reject, oldest first."""
    latest: dict[str, Verdict] = {}
    for decision in standing:
        if decision.action in _VERDICTS:
            latest.pop(decision.curator, None)
            latest[decision.curator] = Verdict(
                curator=decision.curator,
                at=decision.at,
                draft=decided_draft(proposal, decision),
                accepted=decision.action is not Action.REJECT,
            )
    return list(latest.values())


def decided_draft(proposal: Draft, decision: Decision) -> Draft:
    """Return the claim as decided: what the curator saw, with their changes."""
    seen = dict(decision.snapshot) or proposal.as_dict()
    return Draft.from_dict(seen | dict(decision.changes))


def _settle(
    proposal: Draft, verdicts: list[Verdict], standing: Sequence[Decision], dual: bool
) -> tuple[Draft, Status]:
    for decision in reversed(standing):
        if decision.action is Action.ADJUDICATE:
            settled = Status.REJECTED if decision.reason else Status.ADJUDICATED
            return decided_draft(proposal, decision), settled
    if not verdicts:
        return proposal, Status.PROPOSED
    newest = verdicts[-1]
    others = [v for v in verdicts if proposal.extractor != f"curator:{v.curator}"]
    if newest.accepted and not others:
        # Nobody accepts a claim that they added themselves.
        return newest.draft, Status.AWAITING_SECOND
    if dual:
        if len(verdicts) < 2:
            return newest.draft, Status.AWAITING_SECOND
        before = verdicts[-2]
        same = before.accepted == newest.accepted and (
            not newest.accepted or before.draft == newest.draft
        )
        if not same:
            return newest.draft, Status.DISPUTED
    return newest.draft, Status.ACCEPTED if newest.accepted else Status.REJECTED
