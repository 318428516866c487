"""The claim: one finding, quoted, with everything that the text says of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError

from evidence.errors import QuoteError
from evidence.records import Field


class Direction(StrEnum):
    """For the patient, as the authors report it; treatment against comparator."""

    IMPROVES = "improves"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"
    WORSENS = "worsens"
    MIXED = "mixed"
    NOT_STATED = "not_stated"

    def turned(self) -> "Direction":
        """Return the direction with the two arms in the other order."""
        return _TURNED.get(self, self)


_TURNED = {
    Direction.IMPROVES: Direction.WORSENS,
    Direction.WORSENS: Direction.IMPROVES,
}


class Role(StrEnum):
    """What the finding says about the domain: the costliest thing to conflate."""

    OUTCOME = "outcome"
    """The effect of the treatment on the domain."""
    SUBGROUP = "subgroup"
    """The effect of the treatment in patients whom the domain defines."""
    MODERATOR = "moderator"
    """The level of the domain goes with the response to the treatment."""
    OVERALL = "overall"
    """Total severity, response, remission: never a domain's cell."""


class Statement(StrEnum):
    """Whose finding the sentence states. Only `OWN_RESULT` may count."""

    OWN_RESULT = "own_result"
    BACKGROUND = "background"
    AIM = "aim"
    RECOMMENDATION = "recommendation"


class Nuance(StrEnum):
    """In which sense there was no clear difference."""

    NOT_SEPARATED = "not_separated"
    NONINFERIOR = "noninferior"
    SIMILAR_NO_MARGIN = "similar_no_margin"
    UNCERTAIN = "uncertain"
    TOLERABILITY_STATEMENT = "tolerability_statement"


class Change(StrEnum):
    """What became of a marker that has no good side."""

    RAISED = "raised"
    LOWERED = "lowered"


class Design(StrEnum):
    """The design behind the claim, best first.

    A change within one arm of a randomised trial is `UNCONTROLLED`: the
    randomisation says nothing about it.
    """

    SYSTEMATIC_REVIEW = "systematic_review"
    POOLED_ANALYSIS = "pooled_analysis"
    RANDOMISED = "randomised"
    RANDOMISED_CROSSOVER = "randomised_crossover"
    CONTROLLED = "controlled"
    COHORT = "cohort"
    UNCONTROLLED = "uncontrolled"
    CASE_REPORT = "case_report"
    CROSS_SECTIONAL = "cross_sectional"
    NARRATIVE_REVIEW = "narrative_review"
    PROTOCOL = "protocol"
    PRECLINICAL = "preclinical"
    NOT_STATED = "not_stated"


class TimeBand(StrEnum):
    """When the outcome was measured; bands are never added to each other."""

    ACUTE = "acute"
    CONTINUATION = "continuation"
    RELAPSE_AFTER_STOPPING = "relapse_after_stopping"


class Use(StrEnum):
    """How the treatment was given."""

    MONOTHERAPY = "monotherapy"
    COMBINATION = "combination"
    AUGMENTATION = "augmentation"
    SWITCH = "switch"


class Species(StrEnum):
    """In whom or what the finding was made."""

    HUMAN = "human"
    ANIMAL = "animal"
    IN_VITRO = "in_vitro"


ADDED_BY = "curator:"
"""What the extractor of a claim that a curator added begins with; a name follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One finding as proposed: by the extractor, or by a curator who adds one.

    `start` and `end` are 0-based, half-open, in Unicode code points of the stored
    text of `field`, whose digest is `text_sha256`; `text[start:end] == quote`.
    """

    pmid: int
    field: Field
    section: str | None = None
    """The label printed at the section, or its role where it has none."""
    start: int
    end: int
    quote: str
    text_sha256: str
    treatment: str
    treatment_use: Use | None = None
    combined_with: tuple[str, ...] = ()
    dose: str | None = None
    route: str | None = None
    comparator: str | None = None
    domain: str
    role: Role
    outcome: str | None = None
    """The outcome as the text names it."""
    measure: str | None = None
    """The outcome measure's slug where one was recognised."""
    timepoint: str | None = None
    time_band: TimeBand = TimeBand.ACUTE
    direction: Direction
    nuance: Nuance | None = None
    change: Change | None = None
    """For a marker without a side (BDNF, cortisol): which way it went."""
    point_direction: Direction | None = None
    """Where an estimate is printed: the side it lies on, whatever the p value."""
    effect: str | None = None
    interval: str | None = None
    p: str | None = None
    n: int | None = None
    design: Design = Design.NOT_STATED
    population: str
    """A rung of the protocol's population ladder."""
    species: Species = Species.HUMAN
    statement: Statement = Statement.OWN_RESULT
    hedged: bool = False
    negated: bool = False
    flags: tuple[str, ...] = ()
    """`conclusion_only`, `spin`, `protocol`: what a curator should look at."""
    rule: str
    cue: str | None = None
    trace: tuple[str, ...] = ()
    """Which words made it this claim, one readable line each."""
    extractor: str
    confidence: float

    def __post_init__(self) -> None:
        """Refuse what cannot be a quote.

        Raises
        ------
        QuoteError
            Where the offsets cannot hold the quote, or it is empty.
        """
        if self.end - self.start != len(self.quote) or self.start < 0 or not self.quote:
            raise QuoteError(
                f"PMID {self.pmid}: offsets {self.start}-{self.end} of {self.field} "
                f"cannot hold a quote of {len(self.quote)} characters; "
                "quote the stored text exactly"
            )

    @property
    def added_by(self) -> str | None:
        """Return which curator added it; None where the extractor proposed it."""
        before, mark, name = self.extractor.partition(ADDED_BY)
        return name if mark and not before else None

    @property
    def fingerprint(self) -> str:
        """What makes it the same finding on a second reading; 32 hex digits.

        Direction, numbers and offsets are left out on purpose: a better reading
        of the same words is the same claim, read better. A-versus-B and B-versus-A
        agree.
        """
        arms: list[str | None] = [self.treatment, self.comparator]
        if self.comparator is not None:
            arms.sort(key=str)
        parts = [self.pmid, self.quote, *arms, self.domain, self.role, self.outcome]
        return hashlib.sha256(canonical_json(parts).encode()).hexdigest()[:32]

    def differing(self, other: "Draft") -> tuple[tuple[str, Any, Any], ...]:
        """Return in which fields two people who decided on a claim differ.

        Where the quote stands and how it came to be proposed is no matter of opinion:
        a text may have been read anew between the two.

        Returns
        -------
        tuple
            Field, own value, the other's value.
        """
        return tuple(
            (f.name, getattr(self, f.name), getattr(other, f.name))
            for f in fields(self)
            if f.name not in _WHENCE and getattr(self, f.name) != getattr(other, f.name)
        )

    def judged(self) -> dict[str, Any]:
        """Return the fields on which people can differ, as plain JSON values."""
        return {k: v for k, v in self.as_dict().items() if k not in _WHENCE}

    def as_dict(self) -> dict[str, Any]:
        """Return the fields in order, as plain JSON values."""
        row: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, StrEnum):
                value = value.value
            elif isinstance(value, tuple):
                value = list(value)
            row[field.name] = value
        return row

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> "Draft":
        """Return the draft that `as_dict` wrote.

        Raises
        ------
        QuoteError
            Where a field is missing, unknown or of the wrong kind; all are named.
        """
        if not isinstance(row, Mapping):
            raise QuoteError(f"a claim is an object of fields, not {row!r:.40}")
        unknown = row.keys() - _FIELDS
        if unknown:
            raise QuoteError(f"a claim has no field {', '.join(sorted(unknown))}")
        try:
            return _DRAFT.validate_python(dict(row))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise QuoteError(
                f"claim of PMID {row.get('pmid')}: {where}: {first['msg']}"
            ) from None


_DRAFT = TypeAdapter(Draft)
_FIELDS = frozenset(field.name for field in fields(Draft))
_WHENCE = frozenset(
    (
        *("pmid", "section", "start", "end", "text_sha256", "flags"),
        *("rule", "cue", "trace", "extractor", "confidence"),
    )
)


def canonical_json(value: Any) -> str:
    """Return JSON with one spelling only: sorted keys, no spaces, raw Unicode."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
