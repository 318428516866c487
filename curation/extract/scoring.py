"""How close claims come to gold: the published measures, pure arithmetic.

Counted per abstract, each distinct thing once:

- treatment, domain, cell (treatment and domain),
- finding (cell and direction); *finding_domain* is the same without the domains that
  stand apart (overall severity, safety),
- full (treatment, comparator, domain, role, direction).

No comparator counts as baseline. A claim that names both arms the other way round
matches with its direction turned round. Figures are rounded to four places on the
way, as the project's yardstick does, so that both print the same digits.
"""

import random
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from curation.extract.gold import GoldAbstract, GoldClaim
from curation.extract.spellings import Spellings, load_spellings
from evidence.types import Direction, Draft, Role, Statement

DIGITS = 4
RESAMPLES = 1000
SEED = 0


class Labels(NamedTuple):
    """What a claim says, without its words."""

    treatment: str
    comparator: str
    domain: str
    role: Role
    direction: Direction

    def turned(self) -> "Labels":
        """Return the same finding told from the other arm."""
        return Labels(
            self.comparator,
            self.treatment,
            self.domain,
            self.role,
            self.direction.turned(),
        )


View = Callable[[Labels], Hashable]


def cell(labels: Labels) -> Hashable:
    """Return the cell of the map that a claim falls into."""
    return labels.treatment, labels.domain


def finding(labels: Labels) -> Hashable:
    """Return the cell with its direction: what a reader takes away."""
    return labels.treatment, labels.domain, labels.direction


VIEWS: Mapping[str, View] = {
    "treatment": lambda labels: labels.treatment,
    "domain": lambda labels: labels.domain,
    "cell": cell,
    "finding": finding,
    "full": lambda labels: labels,
    "finding_domain": finding,
}
WITHOUT_AUXILIARY = frozenset({"finding_domain"})
WITH_INTERVAL = ("finding", "finding_domain")
"""In this order: the resamples are drawn from one stream of random numbers."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One abstract as read twice: by the gold's reader and by the extractor."""

    gold: GoldAbstract
    drafts: tuple[Draft, ...]
    """Own results only; nothing else may count."""
    gold_labels: tuple[Labels, ...]
    """One for each gold claim, in order."""
    labels: tuple[Labels, ...]
    """One for each draft, in order."""

    def settled(self, labels: Labels, view: View) -> Hashable:
        """Return what a found claim says, told from the arm from which gold tells it.

        Only where gold compares the same two arms is a claim turned round.
        """
        keys = {view(g) for g in self.gold_labels}
        arms = {(g.treatment, g.comparator) for g in self.gold_labels}
        own, turned = view(labels), view(labels.turned())
        if own in keys or turned not in keys:
            return own
        return turned if (labels.comparator, labels.treatment) in arms else own

    def without(self, domains: frozenset[str]) -> "Reading":
        """Return the reading as if nobody had looked at these domains."""
        return replace(
            self,
            gold_labels=tuple(g for g in self.gold_labels if g.domain not in domains),
            labels=tuple(f for f in self.labels if f.domain not in domains),
        )


def read_twice(
    gold: GoldAbstract, drafts: Iterable[Draft], spellings: Spellings | None = None
) -> Reading:
    """Set an abstract's gold beside the drafts found in it."""
    names = spellings or load_spellings()
    own = tuple(d for d in drafts if d.statement is Statement.OWN_RESULT)
    return Reading(
        gold,
        own,
        tuple(_labels(c, names) for c in gold.claims),
        tuple(_labels(d, names) for d in own),
    )


def _labels(claim: GoldClaim | Draft, names: Spellings) -> Labels:
    return Labels(
        names.arm(claim.treatment),
        names.arm(claim.comparator),
        claim.domain,
        claim.role,
        claim.direction,
    )


class Counts(NamedTuple):
    """Distinct things matched, emitted, and in gold."""

    matched: int = 0
    emitted: int = 0
    gold: int = 0

    @classmethod
    def of(cls, reading: Reading, view: View) -> "Counts":
        """Count one abstract under a view."""
        gold = {view(labels) for labels in reading.gold_labels}
        found = {reading.settled(labels, view) for labels in reading.labels}
        return cls(len(gold & found), len(found), len(gold))

    @classmethod
    def total(cls, counts: Iterable["Counts"]) -> "Counts":
        """Add abstracts up."""
        matched, emitted, gold = 0, 0, 0
        for one in counts:
            matched, emitted, gold = (
                matched + one.matched,
                emitted + one.emitted,
                gold + one.gold,
            )
        return cls(matched, emitted, gold)


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1; 0 where there is nothing to divide by."""

    p: float
    r: float
    f1: float
    matched: int
    gold: int
    predicted: int
    interval: tuple[float, float] | None = None
    """95 %, by bootstrap over abstracts."""


def rounded(part: float, whole: float) -> float:
    """Return a share to four places, 0 of nothing."""
    return round(part / whole, DIGITS) if whole else 0.0


def f_measure(matched: float, predicted: float, gold: float) -> float:
    """Return the harmonic mean of precision and recall."""
    p = matched / predicted if predicted else 0.0
    r = matched / gold if gold else 0.0
    return round(2 * p * r / (p + r), DIGITS) if p + r else 0.0


def score_counts(counts: Counts) -> Score:
    """Return the figures of some counts."""
    matched, emitted, gold = counts
    return Score(
        rounded(matched, emitted),
        rounded(matched, gold),
        f_measure(matched, emitted, gold),
        matched,
        gold,
        emitted,
    )


def bootstrap(rows: Sequence[Counts], draws: random.Random) -> tuple[float, float]:
    """Return the 95 % interval of F1 over resampled abstracts."""
    if not rows:
        return 0.0, 0.0
    size = len(rows)
    f1s = sorted(
        f_measure(*Counts.total(rows[draws.randrange(size)] for _ in range(size)))
        for _ in range(RESAMPLES)
    )
    tail = RESAMPLES // 40
    return f1s[tail], f1s[RESAMPLES - tail - 1]


def score_views(
    readings: Sequence[Reading], auxiliary: frozenset[str]
) -> dict[str, Score]:
    """Return the figures of every view, with intervals for the two headlines."""
    inner = [reading.without(auxiliary) for reading in readings]
    rows = {
        name: [
            Counts.of(reading, view)
            for reading in (inner if name in WITHOUT_AUXILIARY else readings)
        ]
        for name, view in VIEWS.items()
    }
    scores = {name: score_counts(Counts.total(rows[name])) for name in VIEWS}
    draws = random.Random(SEED)
    for name in WITH_INTERVAL:
        scores[name] = replace(scores[name], interval=bootstrap(rows[name], draws))
    return scores


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """What was claimed of abstracts that hold no claim."""

    records: int
    with_claims: int
    claims: int


def score_empty(readings: Iterable[Reading]) -> FalseAlarms:
    """Count the claims on abstracts in which readers found none."""
    found = [len(r.drafts) for r in readings if not r.gold.claims]
    return FalseAlarms(len(found), sum(n > 0 for n in found), sum(found))
