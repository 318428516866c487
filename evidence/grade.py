"""What a statement says and, if its author wishes, how certain that is, after GRADE.

A certainty is a person's judgement. It says of each of the five reasons to rate down
how much it weighs and, where it does, why; and why it was rated up, if it was.

Source: Guyatt G et al., *GRADE guidelines: 1*, J Clin Epidemiol 2011;64:383-94;
Balshem H et al., *GRADE guidelines: 3*, J Clin Epidemiol 2011;64:401-6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LONGEST_TEXT = 2_000
"""Characters of a statement."""

LONGEST_WHY = 1_000
"""Characters of one reason."""


class Certainty(StrEnum):
    """How certain a person is that an effect lies where the statement says."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"


class Downgrade(StrEnum):
    """Why a certainty may be rated down."""

    RISK_OF_BIAS = "risk_of_bias"
    INCONSISTENCY = "inconsistency"
    INDIRECTNESS = "indirectness"
    IMPRECISION = "imprecision"
    PUBLICATION_BIAS = "publication_bias"


class Concern(StrEnum):
    """How much a reason weighs."""

    NOT_SERIOUS = "not_serious"
    SERIOUS = "serious"
    VERY_SERIOUS = "very_serious"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One reason to rate down, judged."""

    concern: Concern
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an author says of a cell."""

    text: str
    certainty: Certainty | None = None
    """None: not assessed."""
    judgements: Mapping[Downgrade, Judgement] = field(default_factory=dict)
    """Of all five reasons, where a certainty is given; else of none."""
    upgraded: str | None = None
    """Why the certainty was rated up, if it was."""
    ready: bool = False
    """Whether it waits for approval; a draft does not."""

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Wording":
        """Return the wording that `as_dict` wrote and `wrong` finds nothing in."""
        certainty, given = row.get("certainty"), row.get("judgements") or {}
        return cls(
            text=row["text"],
            certainty=Certainty(certainty) if certainty is not None else None,
            judgements={
                reason: Judgement(
                    concern=Concern(given[reason.value]["concern"]),
                    why=given[reason.value].get("why"),
                )
                for reason in Downgrade
                if reason.value in given
            },
            upgraded=row.get("upgraded"),
            ready=row["ready"],
        )

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values, absent ones left out."""
        row: dict[str, Any] = {"text": self.text, "ready": self.ready}
        if self.certainty is not None:
            row["certainty"] = self.certainty.value
            row["judgements"] = {
                reason.value: {"concern": judged.concern.value}
                | ({"why": judged.why} if judged.why else {})
                for reason, judged in self.judgements.items()
            }
        if self.upgraded:
            row["upgraded"] = self.upgraded
        return row

    @staticmethod
    def wrong(row: Mapping[str, Any]) -> str | None:
        """Return what is wrong with a wording as plain JSON values; None if nothing."""
        if unknown := sorted(row.keys() - _KEYS):
            return f"a wording has no {', '.join(map(str, unknown))}"
        if type(row.get("ready")) is not bool:
            return "a wording says whether it is ready: true, or false for a draft"
        if not _is_text(row.get("text"), LONGEST_TEXT):
            return f"a statement is a text of 1 to {LONGEST_TEXT} characters"
        certainty, judged = row.get("certainty"), row.get("judgements")
        upgraded = row.get("upgraded")
        if certainty is None:
            if judged is None and upgraded is None:
                return None
            return "reasons are those of a certainty; give the certainty, or none"
        if not _is_one(Certainty, certainty):
            return f"{certainty!r} is none of {', '.join(Certainty)}"
        if upgraded is not None and not _is_text(upgraded, LONGEST_WHY):
            return f"why it is rated up takes 1 to {LONGEST_WHY} characters"
        if not isinstance(judged, dict):
            return f"a certainty judges {', '.join(Downgrade)}"
        return _wrong_judgements(judged)


_KEYS = frozenset({"text", "certainty", "judgements", "upgraded", "ready"})


def _wrong_judgements(judged: Mapping[str, Any]) -> str | None:
    if missing := [reason for reason in Downgrade if reason not in judged]:
        return f"a certainty judges {', '.join(missing)} too"
    if unknown := sorted(map(str, judged.keys() - set(Downgrade))):
        return f"{unknown[0]!r} is none of the reasons {', '.join(Downgrade)}"
    for reason, one in judged.items():
        concern = one.get("concern") if isinstance(one, dict) else None
        if not _is_one(Concern, concern):
            return f"{reason}: {concern!r} is none of {', '.join(Concern)}"
        why = one.get("why")
        if why is not None and not _is_text(why, LONGEST_WHY):
            return f"{reason}: why takes 1 to {LONGEST_WHY} characters"
        if why is None and concern != Concern.NOT_SERIOUS:
            return f"{reason}: say why it is rated down"
    return None


def _is_one(kind: type[StrEnum], found: Any) -> bool:
    return isinstance(found, str) and found in {member.value for member in kind}


def _is_text(found: Any, longest: int) -> bool:
    return isinstance(found, str) and 0 < len(found.strip()) <= len(found) <= longest
