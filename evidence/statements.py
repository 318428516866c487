"""What a named person says of a cell, in words that two others approved.

A statement is written by a decision on a cell, named "<treatment>/<domain>/<role>":
`amend`, with the wording as its changes and, in its snapshot, the cell's sentence and
a digest of every claim that counted in it. `accept` approves a wording, `flag` objects
to one with a note; both name it by the decision's id. `undo` takes any of them back:
of a wording, that withdraws it. Where it stands follows from all of them, and from
what counts in the cell now. Nothing of it is computed from studies.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from evidence.cells import Cell
from evidence.claims import Claim
from evidence.decisions import Action, Decision
from evidence.grade import Wording
from evidence.statement_rules import wrong_with
from evidence.status import live, person
from evidence.types import canonical_json

APPROVERS = 2
"""How many people have to approve a wording; its author is none of them."""


class StatementState(StrEnum):
    """Where a wording stands. Computed; only the last two are published."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    OBJECTED = "objected"
    """Somebody says why it should not stand; until they take that back, it does not."""
    REPLACED = "replaced"
    """By a later one that was approved, or by its author before it was."""
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    STALE = "stale"
    """Approved, and the claims that count in its cell are others since."""

    @property
    def published(self) -> bool:
        """Whether readers of the site see it."""
        return self in (StatementState.APPROVED, StatementState.STALE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody else says of a wording: that they approve it, or object."""

    curator: str
    at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Which claims of a cell are others than those that a wording was written on."""

    came: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything is."""
        return bool(self.came or self.left or self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellStatement:
    """A wording for a cell: whose it is, who approved it, what it was written on."""

    id: str
    """Of the decision that wrote it."""
    wording: Wording
    author: str
    at: datetime
    sentence: str
    """What the cell's counts said when it was written."""
    claims: Mapping[str, str]
    """The claims that counted then, each with a digest of what it said."""
    state: StatementState
    approvals: tuple[Answer, ...] = ()
    objections: tuple[Answer, ...] = ()
    since: Since = field(default_factory=Since)

    @property
    def approved_at(self) -> datetime | None:
        """When the last needed approval was given; None while one is missing."""
        given = sorted(answer.at for answer in self.approvals)
        return given[APPROVERS - 1] if len(given) >= APPROVERS else None

    @property
    def version(self) -> str:
        """The digest of the claims that it was written on, in short."""
        return version_of(self.claims)


def version_of(claims: Mapping[str, str]) -> str:
    """Return one short word for all claims of a cell and what they say."""
    return hashlib.sha256(canonical_json(dict(claims)).encode()).hexdigest()[:12]


def counted_in(cell: Cell, claims: Mapping[str, Claim]) -> dict[str, str]:
    """Return the claims that count in a cell, each with a digest of what it says.

    How certain the extractor was, and where a quote stands, is no part of it: only
    what people decide on, and the study that it counts for.
    """
    found = {}
    for one in cell.claims:
        said = {"study": claims[one].study, **claims[one].draft.judged()}
        found[one] = hashlib.sha256(canonical_json(said).encode()).hexdigest()[:16]
    return found


def statements_of(
    decisions: Sequence[Decision], now: Mapping[str, str]
) -> tuple[CellStatement, ...]:
    """Return every wording of a cell and where it stands, newest first.

    Parameters
    ----------
    decisions
        All decisions on the cell, oldest first.
    now
        The claims that count in it now, as `counted_in` returns them.
    """
    standing = {d.id for d in live(decisions)}
    found: list[CellStatement] = []
    later: list[CellStatement] = []
    for written in reversed(decisions):
        if written.action is not Action.AMEND or wrong_with(written) is not None:
            continue
        answers = [d for d in decisions if d.id in standing and _is_of(d, written)]
        one = _statement(written, answers, now, later, stands=written.id in standing)
        found.append(one)
        if one.state is not StatementState.WITHDRAWN:
            later.append(one)
    return tuple(found)


def published(statements: Iterable[CellStatement]) -> CellStatement | None:
    """Return the wording that readers see; None where none was approved."""
    return next((one for one in statements if one.state.published), None)


def _is_of(answer: Decision, written: Decision) -> bool:
    """Return whether a decision is somebody else's word on a wording."""
    return (
        answer.action in (Action.ACCEPT, Action.FLAG)
        and answer.snapshot.get("statement") == written.id
        and person(answer.curator) != person(written.curator)
        and wrong_with(answer) is None
    )


def _statement(
    written: Decision,
    answers: Sequence[Decision],
    now: Mapping[str, str],
    later: Sequence[CellStatement],
    *,
    stands: bool,
) -> CellStatement:
    # Who changes their mind says so by answering again.
    newest = {person(d.curator): d for d in answers}.values()
    approvals, objections = (
        tuple(
            Answer(curator=d.curator, at=d.at, note=d.note)
            for d in newest
            if d.action is action
        )
        for action in (Action.ACCEPT, Action.FLAG)
    )
    wording = Wording.read(written.changes)
    claims = dict(written.snapshot["claims"])
    since = _since(claims, now)
    enough = wording.ready and len(approvals) >= APPROVERS
    own = any(person(one.author) == person(written.curator) for one in later)
    if not stands:
        state = StatementState.WITHDRAWN
    elif any(one.approved_at for one in later) or (own and not enough):
        state = StatementState.REPLACED
    elif not wording.ready:
        state = StatementState.DRAFT
    elif objections:
        state = StatementState.OBJECTED
    elif not enough:
        state = StatementState.AWAITING_APPROVAL
    else:
        state = StatementState.STALE if since else StatementState.APPROVED
    return CellStatement(
        id=written.id,
        wording=wording,
        author=written.curator,
        at=written.at,
        sentence=str(written.snapshot["sentence"]),
        claims=claims,
        state=state,
        approvals=approvals,
        objections=objections,
        since=since,
    )


def _since(then: Mapping[str, str], now: Mapping[str, str]) -> Since:
    both = then.keys() & now.keys()
    return Since(
        came=tuple(sorted(now.keys() - then.keys())),
        left=tuple(sorted(then.keys() - now.keys())),
        changed=tuple(sorted(one for one in both if then[one] != now[one])),
    )
