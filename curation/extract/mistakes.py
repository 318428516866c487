"""What went wrong, claim by claim, and at which step of the reading."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from curation.extract.scoring import Labels, Reading, cell, finding
from evidence.types import Direction, Draft


class Kind(StrEnum):
    """Which side has a finding that the other lacks."""

    FALSE = "false"
    MISSED = "missed"


class Step(StrEnum):
    """What about the finding the other side does not have, worst first."""

    INVERTED = "inverted"
    """The cell is right, improvement was taken for worsening or the reverse."""
    EMPTY = "empty abstract"
    """Readers found no claim in the abstract, or the extractor found none."""
    DIRECTION = "direction"
    """The cell is right, its direction is not."""
    DOMAIN = "domain"
    """The treatment is right, in other domains only."""
    TREATMENT = "treatment"
    """The domain is right, for other treatments only."""
    BOTH = "treatment and domain"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A finding that only gold has, or only the extractor."""

    kind: Kind
    step: Step
    key: str
    """The abstract, as the gold file names it."""
    labels: Labels
    quote: str
    draft: Draft | None = None
    """The false claim; for a missed one what was found in its cell, if anything."""
    auxiliary: bool = False
    """It concerns a domain that stands apart from the review's own."""

    @property
    def words(self) -> str:
        """The finding in one line: who against whom, where and which way."""
        one = self.labels
        return (
            f"{one.treatment} against {one.comparator}, {one.domain} "
            f"({one.role}): {one.direction}"
        )


def list_mistakes(
    readings: Iterable[Reading], auxiliary: frozenset[str]
) -> tuple[Mistake, ...]:
    """Return all mistakes, the false ones first, worst and most confident on top.

    Missed ones follow, those in the review's own domains before the others.
    """
    found = [m for reading in readings for m in _of(reading, auxiliary)]
    return tuple(sorted(found, key=_rank))


def _rank(mistake: Mistake) -> tuple[bool, bool, int, float]:
    steps = tuple(Step)
    confidence = mistake.draft.confidence if mistake.draft else 0.0
    if mistake.kind is Kind.FALSE:
        return False, False, steps.index(mistake.step), -confidence
    return True, mistake.auxiliary, steps.index(mistake.step), 0.0


def _of(reading: Reading, auxiliary: frozenset[str]) -> Iterable[Mistake]:
    gold = set(reading.gold_labels)
    found = set(reading.labels)
    wanted = {finding(g) for g in gold}
    for labels, draft in zip(reading.labels, reading.drafts, strict=True):
        if wanted.isdisjoint({finding(labels), finding(labels.turned())}):
            yield Mistake(
                Kind.FALSE,
                _step(labels, _both_ways(gold)),
                reading.gold.key,
                labels,
                draft.quote,
                draft,
                labels.domain in auxiliary,
            )
    emitted = {finding(labels) for labels in _both_ways(found)}
    listed = set()
    for claim, labels in zip(reading.gold.claims, reading.gold_labels, strict=True):
        if finding(labels) in emitted or finding(labels) in listed:
            continue
        listed.add(finding(labels))
        yield Mistake(
            Kind.MISSED,
            _step(labels, _both_ways(found)),
            reading.gold.key,
            labels,
            claim.quote,
            _nearest(labels, reading),
            labels.domain in auxiliary,
        )


def _both_ways(all_labels: set[Labels]) -> set[Labels]:
    return all_labels | {labels.turned() for labels in all_labels}


def _step(labels: Labels, others: set[Labels]) -> Step:
    """Return how far the other side came."""
    if not others:
        return Step.EMPTY
    there = {other.direction for other in others if cell(other) == cell(labels)}
    if there == {labels.direction.turned()} and there <= {
        Direction.IMPROVES,
        Direction.WORSENS,
    }:
        return Step.INVERTED
    if there:
        return Step.DIRECTION
    if labels.treatment in {other.treatment for other in others}:
        return Step.DOMAIN
    if labels.domain in {other.domain for other in others}:
        return Step.TREATMENT
    return Step.BOTH


def _nearest(labels: Labels, reading: Reading) -> Draft | None:
    for found, draft in zip(reading.labels, reading.drafts, strict=True):
        if cell(labels) in (cell(found), cell(found.turned())):
            return draft
    return None


def count_steps(mistakes: Iterable[Mistake]) -> Mapping[Kind, Mapping[Step, int]]:
    """Count the mistakes by kind and step, every step named."""
    count = Counter((m.kind, m.step) for m in mistakes)
    return {k: {s: count[k, s] for s in Step} for k in Kind}
