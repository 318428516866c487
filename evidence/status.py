"""A claim's status, computed from the decisions that still stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evidence.decisions import Action, Decision, Status
from evidence.records import Field
from evidence.types import Draft

VERDICTS = (Action.ACCEPT, Action.AMEND, Action.REJECT)
"""What a curator says of a claim; two that differ are a dispute."""
DECISIVE = (*VERDICTS, Action.ADJUDICATE)


def person(curator: str) -> str:
    """Return a name as people compare it: "Alice" and "alice" are one."""
    return curator.casefold()


class Tombstone(StrEnum):
    """Why a claim was withdrawn without anybody deciding so."""

    NO_LONGER_PROPOSED = "no_longer_proposed"
    """The extractor does not make it any more; a person's word outweighs that."""


class DoubtKind(StrEnum):
    """What befell a record and takes confidence from claims that quote it."""

    RETRACTED = "retracted"
    CONCERN = "concern"
    GONE = "gone"
    """PubMed deleted it, or has it under another PMID."""
    TEXT_CHANGED = "text_changed"
    DIGEST_REPLACED = "digest_replaced"
    """PubMed's own text took the place of a digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something that befell a record, and when this was seen.

    It belongs to the record and is never forgotten. Which claims it concerns follows
    from their quotes, so that it does not matter when a claim came to be stored.
    """

    at: datetime
    kind: DoubtKind
    field: Field | None = None
    """Title or abstract; None where it concerns the whole record."""
    sha256: str | None = None
    """Of the text that was replaced."""
    before: str = ""
    after: str = ""

    def concerns(self, draft: Draft) -> bool:
        """Return whether a claim of this record loses confidence by it."""
        if self.kind is DoubtKind.DIGEST_REPLACED:
            return (self.field, self.sha256) == (draft.field, draft.text_sha256)
        if self.kind is DoubtKind.TEXT_CHANGED:
            lost = draft.quote in self.before and draft.quote not in self.after
            return self.field is draft.field and lost
        return True


def digest_replaced(draft: Draft, doubts: Sequence[Doubt]) -> bool:
    """Return whether a claim quotes a digest in whose place PubMed's text came."""
    replaced = DoubtKind.DIGEST_REPLACED
    return any(d.kind is replaced and d.concerns(draft) for d in doubts)


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


def deferred_by(decisions: Sequence[Decision]) -> frozenset[str]:
    """Return who put a claim off and has said nothing else of it, as `person` does.

    Parameters
    ----------
    decisions
        All decisions on the claim, oldest first.
    """
    last: dict[str, Action] = {}
    decided: set[str] = set()
    for decision in live(decisions):
        last[person(decision.curator)] = decision.action
        if decision.action in DECISIVE:
            decided.add(person(decision.curator))
    return frozenset(w for w, a in last.items() if a is Action.DEFER) - decided


@dataclass(frozen=True, slots=True)
class Resolved:
    """What decisions make of a proposal."""

    draft: Draft
    status: Status
    decided_at: datetime | None = None
    curators: tuple[str, ...] = ()
    resting_on: tuple[Decision, ...] = ()
    """The decisions that the status follows from; of a dispute, its two sides."""


def resolve(
    proposal: Draft,
    decisions: Sequence[Decision],
    *,
    dual: bool = False,
    tombstone: Tombstone | None = None,
    doubts: Sequence[Doubt] = (),
) -> Resolved:
    """Compute a claim's effective fields and its status.

    Parameters
    ----------
    proposal
        What the extractor says now; only counts while nobody has decided.
    decisions
        All decisions on the claim, oldest first.
    dual
        Whether two curators must agree before a claim is accepted. Then putting it
        off is each one's own affair: the other is asked all the same.
    tombstone
        Why it was withdrawn, if it was.
    doubts
        What befell its record. What was accepted before its quote left the text, or
        the record was retracted, doubted or deleted, has to be looked at again.
    """
    standing = live(decisions)
    decisive = [d for d in standing if d.action in DECISIVE]
    draft, status, resting_on = _settle(proposal, decisive, dual)
    after = standing[standing.index(decisive[-1]) + 1 :] if decisive else standing
    if any(d.action is Action.FLAG for d in after):
        status = Status.NEEDS_REREVIEW if status.counts else Status.IN_REVIEW
    elif status is Status.PROPOSED and after and not dual:
        status = Status.DEFERRED
    # Confidence comes back only by accepting again, by all whom it takes.
    moments = [doubt.at for doubt in doubts if doubt.concerns(draft)]
    if status.counts and any(d.at < max(moments) for d in resting_on if moments):
        status = Status.NEEDS_REREVIEW
    # A claim that was added stands on its author's word; taken back, on nothing.
    nobodys = proposal.added_by is not None or tombstone is not None
    if digest_replaced(draft, doubts) or (nobodys and not decisive):
        status = Status.WITHDRAWN
    return Resolved(
        draft=draft,
        status=status,
        decided_at=max((d.at for d in standing), default=None),
        curators=tuple(dict.fromkeys(d.curator for d in decisive)),
        resting_on=tuple(resting_on),
    )


def decided_draft(proposal: Draft, decision: Decision) -> Draft:
    """Return the claim as decided: what the curator saw, with their changes."""
    seen = dict(decision.snapshot) or proposal.as_dict()
    return Draft.from_dict(seen | dict(decision.changes))


def _settle(
    proposal: Draft, decisive: list[Decision], dual: bool
) -> tuple[Draft, Status, list[Decision]]:
    """Return fields, status, and the decisions that it rests on."""
    added = proposal.added_by is not None
    author = person(proposal.added_by or "")
    ruling: Decision | None = None
    latest: dict[str, Decision] = {}
    for decision in decisive:
        who = person(decision.curator)
        if decision.action is Action.ADJUDICATE:
            # Nobody settles a dispute about a claim that they added themselves, nor
            # one in which they took a side.
            if not (added and who == author) and not (dual and who in latest):
                ruling, latest = decision, {}
        else:
            latest.pop(who, None)
            latest[who] = decision
    verdicts = list(latest.values())
    if not verdicts:
        if ruling is None:
            return proposal, Status.PROPOSED, []
        status = Status.REJECTED if ruling.reason else Status.ADJUDICATED
        return decided_draft(proposal, ruling), status, [ruling]
    newest = verdicts[-1]
    draft = decided_draft(proposal, newest)
    accepting = [d for d in verdicts if _accepts(d)]
    if _accepts(newest) and added:
        # Nobody accepts alone a claim that they added themselves.
        accepting = [d for d in accepting if person(d.curator) != author]
        if not accepting:
            return draft, Status.AWAITING_SECOND, []
    accepted = Status.ACCEPTED if _accepts(newest) else Status.REJECTED
    if not dual:
        return draft, accepted, [newest]
    before = verdicts[-2] if len(verdicts) > 1 else ruling
    if before is None:
        return draft, Status.AWAITING_SECOND, []
    same = _accepts(before) is _accepts(newest) and (
        not _accepts(newest) or not draft.differing(decided_draft(proposal, before))
    )
    return draft, accepted if same else Status.DISPUTED, [before, newest]


def _accepts(decision: Decision) -> bool:
    if decision.action is Action.ADJUDICATE:
        return decision.reason is None
    return decision.action is not Action.REJECT
