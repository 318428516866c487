"""How often the extractor is right: per rule, and per part of a claim.

On a random slice the shares are unbiased; on whatever else was decided they are not,
for curators choose where they look.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from evidence.agreement import Estimate, proportion
from evidence.decisions import Reason

PARTS: Mapping[str, tuple[str, ...]] = {
    "quote": ("quote",),
    "statement": ("statement",),
    "treatment": ("treatment", "treatment_use", "combined_with", "dose", "route"),
    "comparator": ("comparator",),
    "domain": ("domain", "outcome", "measure"),
    "role": ("role",),
    "direction": (
        *("direction", "nuance", "change", "point_direction"),
        *("negated", "hedged"),
    ),
    "population": ("population", "species"),
    "design": ("design",),
    "time": ("timepoint", "time_band"),
    "figures": ("effect", "interval", "p", "n"),
}
"""The parts of a claim that are judged, each with its fields."""

BLAMED: Mapping[Reason, str] = {
    Reason.NOT_OWN_RESULT: "statement",
    Reason.BACKGROUND: "statement",
    Reason.PROTOCOL_WITHOUT_RESULTS: "statement",
    Reason.WRONG_TREATMENT: "treatment",
    Reason.WRONG_COMPARATOR: "comparator",
    Reason.NOT_A_COMPARISON: "comparator",
    Reason.WRONG_DOMAIN: "domain",
    Reason.WRONG_ROLE: "role",
    Reason.WRONG_DIRECTION: "direction",
    Reason.NEGATION_OR_HEDGE_MISSED: "direction",
    Reason.WRONG_POPULATION: "population",
    Reason.NOT_HUMAN: "population",
    Reason.QUOTE_BOUNDARY: "quote",
}
"""Which part a rejection blames; a duplicate or a stray subject blames none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A claim as it was proposed, and what was made of it."""

    proposed: Mapping[str, Any]
    """The fields that the first curator saw."""
    decided: Mapping[str, Any] | None
    """The fields as accepted; None where it was rejected."""
    reason: Reason | None = None

    @property
    def rule(self) -> str:
        """The rule that proposed it."""
        return str(self.proposed.get("rule"))

    def wrong(self) -> frozenset[str]:
        """Return the parts that were found wrong."""
        if self.decided is None:
            blamed = BLAMED.get(self.reason) if self.reason else None
            return frozenset({blamed} if blamed else ())
        return frozenset(
            part
            for part, fields in PARTS.items()
            if any(self.proposed.get(f) != self.decided.get(f) for f in fields)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleScore:
    """What became of the claims of one rule, or of all."""

    right: int
    """Accepted as proposed."""
    amended: int
    rejected: int

    @property
    def judged(self) -> int:
        """How many claims."""
        return self.right + self.amended + self.rejected

    @property
    def precision(self) -> Estimate | None:
        """The share that was a claim at all, with Wilson's 95 % interval."""
        return proportion(self.right + self.amended, self.judged)

    @property
    def exact(self) -> Estimate | None:
        """The share that was right in every part, with Wilson's 95 % interval."""
        return proportion(self.right, self.judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartScore:
    """How often one part of a claim was right, where it was judged."""

    right: int
    wrong: int

    @property
    def judged(self) -> int:
        """How many claims; one rejected for another part says nothing of this."""
        return self.right + self.wrong

    @property
    def precision(self) -> Estimate | None:
        """The share that was right, with Wilson's 95 % interval."""
        return proportion(self.right, self.judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """The extractor's marks on a set of claims that curators settled."""

    overall: RuleScore
    rules: Mapping[str, RuleScore]
    """The most judged first."""
    parts: Mapping[str, PartScore]


def score(judgements: Iterable[Judgement]) -> Scorecard:
    """Return the scorecard of some settled claims."""
    judged = list(judgements)
    by_rule: dict[str, list[Judgement]] = defaultdict(list)
    for one in judged:
        by_rule[one.rule].append(one)
    order = sorted(by_rule, key=lambda rule: (-len(by_rule[rule]), rule))
    return Scorecard(
        overall=_of(judged),
        rules={rule: _of(by_rule[rule]) for rule in order},
        parts={part: _part(part, judged) for part in PARTS},
    )


def _of(judged: list[Judgement]) -> RuleScore:
    rejected = sum(one.decided is None for one in judged)
    amended = sum(one.decided is not None and bool(one.wrong()) for one in judged)
    right = len(judged) - rejected - amended
    return RuleScore(right=right, amended=amended, rejected=rejected)


def _part(part: str, judged: list[Judgement]) -> PartScore:
    wrong = sum(part in one.wrong() for one in judged)
    accepted = sum(one.decided is not None for one in judged)
    amended = sum(one.decided is not None and part in one.wrong() for one in judged)
    return PartScore(right=accepted - amended, wrong=wrong)
