"""Curators decide; status is computed from what they decided, never written.

Decisions are only ever appended. Taking one back is another decision. What a
curator saw is kept with the decision, so that no later reading of the text can
change what was decided on.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from evidence.errors import DecisionError
from evidence.types import canonical_json


class SubjectKind(StrEnum):
    """What can be decided on."""

    CLAIM = "claim"
    REFERENCE = "reference"
    STUDY_LINK = "study_link"
    FIDELITY = "fidelity"
    CELL_STATEMENT = "cell_statement"
    PAPER = "paper"
    """A paper that was read to its end: what is not claimed, is not there."""
    REGULATORY_FACT = "regulatory_fact"
    """That it was compared with its source."""


class Action(StrEnum):
    """What a curator did."""

    ACCEPT = "accept"
    AMEND = "amend"
    """Accept with changed fields."""
    REJECT = "reject"
    DEFER = "defer"
    FLAG = "flag"
    ADJUDICATE = "adjudicate"
    """Settle a dispute: accepted with `changes`, or rejected with a reason."""
    UNDO = "undo"


class CuratorRole(StrEnum):
    """In which role the decision was taken."""

    CURATOR = "curator"
    ADJUDICATOR = "adjudicator"
    ADMINISTRATOR = "administrator"


class Reason(StrEnum):
    """Why a claim was rejected: the words by which the extractor is measured."""

    NOT_OWN_RESULT = "not_own_result"
    BACKGROUND = "background"
    WRONG_TREATMENT = "wrong_treatment"
    WRONG_COMPARATOR = "wrong_comparator"
    WRONG_DOMAIN = "wrong_domain"
    WRONG_ROLE = "wrong_role"
    WRONG_DIRECTION = "wrong_direction"
    NEGATION_OR_HEDGE_MISSED = "negation_or_hedge_missed"
    WRONG_POPULATION = "wrong_population"
    NOT_A_COMPARISON = "not_a_comparison"
    PROTOCOL_WITHOUT_RESULTS = "protocol_without_results"
    DUPLICATE_REPORT = "duplicate_report"
    NOT_HUMAN = "not_human"
    QUOTE_BOUNDARY = "quote_boundary"
    OUT_OF_SCOPE = "out_of_scope"


class Status(StrEnum):
    """Where a claim stands. Computed; only `ACCEPTED` and `ADJUDICATED` count."""

    PROPOSED = "proposed"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    AWAITING_SECOND = "awaiting_second"
    DISPUTED = "disputed"
    ADJUDICATED = "adjudicated"
    NEEDS_REREVIEW = "needs_rereview"
    WITHDRAWN = "withdrawn"

    @property
    def counts(self) -> bool:
        """Whether claims of this status reach a cell."""
        return self in (Status.ACCEPTED, Status.ADJUDICATED)

    @property
    def awaits(self) -> bool:
        """Whether a person still has to decide."""
        return self not in _SETTLED


_SETTLED = (Status.ACCEPTED, Status.ADJUDICATED, Status.REJECTED, Status.WITHDRAWN)


_FIXED = frozenset({"pmid", "extractor", "rule", "confidence", "text_sha256"})
"""Fields of a claim that say where it came from; nobody decides on those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One line of the ledger.

    `snapshot` is the subject as the curator saw it; `changes` are the fields that
    differ in what they decided. `at` is aware, in UTC.
    """

    subject_kind: SubjectKind
    subject_id: str
    action: Action
    curator: str
    role: CuratorRole = CuratorRole.CURATOR
    at: datetime
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    reason: Reason | None = None
    note: str | None = None
    undoes: str | None = None
    batch: str | None = None
    """What was decided with one press carries one mark, and is taken back as one."""
    sample: str | None = None
    """The seed of the random slice that the claim was drawn in, if it was."""

    def __post_init__(self) -> None:
        """Refuse a decision that nobody could read later.

        Raises
        ------
        DecisionError
            Where the time is not in UTC, the curator has no name, a rejection no
            reason, an undo no decision that it takes back.
        """
        who = f"decision on {self.subject_kind} {self.subject_id}"
        offset = self.at.utcoffset()
        if offset is None or offset.total_seconds() != 0:
            raise DecisionError(
                f"{who}: the time must be UTC, is {self.at.isoformat()}"
            )
        if not self.curator or self.curator != self.curator.strip():
            raise DecisionError(
                f"{who}: it needs a curator's name, without spaces around it"
            )
        if self.action is Action.REJECT and self.reason is None:
            raise DecisionError(
                f"{who}: a rejection needs one of the reasons {', '.join(Reason)}"
            )
        if self.reason is not None and self.action not in (
            Action.REJECT,
            Action.ADJUDICATE,
        ):
            raise DecisionError(
                f"{who}: only a rejection has a reason; was {self.action} meant?"
            )
        if (self.action is Action.UNDO) != (self.undoes is not None):
            raise DecisionError(f"{who}: an undo names the decision that it takes back")
        if self.action is Action.ADJUDICATE and self.role is CuratorRole.CURATOR:
            raise DecisionError(f"{who}: only an adjudicator settles a dispute")
        if fixed := sorted(_FIXED & self.changes.keys()):
            raise DecisionError(f"{who}: no decision changes {', '.join(fixed)}")
        if self.changes and self.action not in (Action.AMEND, Action.ADJUDICATE):
            raise DecisionError(f"{who}: only amend and adjudicate change fields")

    @property
    def id(self) -> str:
        """The digest of what was decided: the same line twice is one decision."""
        return hashlib.sha256(canonical_json(self.as_dict()).encode()).hexdigest()[:32]

    def as_dict(self) -> dict[str, Any]:
        """Return the decision as plain JSON values, absent ones left out."""
        row: dict[str, Any] = {
            "subject_kind": self.subject_kind.value,
            "subject_id": self.subject_id,
            "action": self.action.value,
            "curator": self.curator,
            "role": self.role.value,
            "at": self.at.isoformat(),
            "changes": dict(self.changes),
            "reason": self.reason.value if self.reason else None,
            "note": self.note,
            "undoes": self.undoes,
            "batch": self.batch,
            "sample": self.sample,
            "snapshot": dict(self.snapshot),
        }
        return {key: value for key, value in row.items() if value not in (None, {})}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> "Decision":
        """Return the decision that `as_dict` wrote.

        Raises
        ------
        DecisionError
            Where a key is missing, unknown or holds no known value.
        """
        try:
            values = dict(row)
            values["subject_kind"] = _one_of(SubjectKind, values["subject_kind"])
            values["action"] = _one_of(Action, values["action"])
            values["role"] = _one_of(CuratorRole, values.get("role", "curator"))
            values["at"] = datetime.fromisoformat(values["at"])
            if values.get("reason") is not None:
                values["reason"] = _one_of(Reason, values["reason"])
            return cls(**values)
        except KeyError as error:
            raise DecisionError(f"a decision needs {error.args[0]!r}") from None
        except (ValueError, TypeError) as error:
            raise DecisionError(f"a decision cannot be read: {error}") from None


E = TypeVar("E", bound=StrEnum)


def _one_of(kind: type[E], value: Any) -> E:
    """Return the member of an enum, or say which there are."""
    try:
        return kind(value)
    except ValueError:
        raise DecisionError(
            f"{value!r} is none of {', '.join(member.value for member in kind)}"
        ) from None
