"""How well the rest of a claim was read where its cell was found."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from curation.extract.gold import GoldAbstract, GoldClaim
from curation.extract.scoring import DIGITS, Labels, Reading, cell, f_measure, rounded
from curation.extract.spellings import BASELINE
from evidence.records import Field
from evidence.types import Direction, Draft

OVERLAP = 0.5
"""Intersection over union from which two quotes are the same sentence."""

CLASSES = (Direction.IMPROVES, Direction.NO_CLEAR_DIFFERENCE, Direction.WORSENS)


class Rival(NamedTuple):
    """A draft that speaks of a gold claim's cell, told from that claim's arm."""

    labels: Labels
    draft: Draft


@dataclass(frozen=True, slots=True)
class SharedCell:
    """A gold claim whose cell was found, and what was found there."""

    gold: GoldAbstract
    claim: GoldClaim
    wanted: Labels
    rivals: tuple[Rival, ...]
    directions: frozenset[Direction]
    """Emitted for this claim, without those that belong to another gold claim."""

    def any_rival(self, agrees: Callable[[Rival], bool]) -> bool:
        """Return whether one of the rivals agrees."""
        return any(agrees(rival) for rival in self.rivals)


def shared_cells(readings: Iterable[Reading]) -> list[SharedCell]:
    """Return the gold claims whose cell the extractor found.

    Rivals with the same comparator come before all others; a draft that was turned
    round is a rival only with the same comparator.
    """
    found: list[SharedCell] = []
    for reading in readings:
        told = list(_from_both_arms(reading))
        for claim, wanted in zip(reading.gold.claims, reading.gold_labels, strict=True):
            here = [t for t in told if cell(t[0].labels) == cell(wanted)]
            same = [r for r, _ in here if r.labels.comparator == wanted.comparator]
            rivals = same or [r for r, own in here if own == wanted.treatment]
            if rivals:
                directions = _directions(wanted, rivals, reading.gold_labels)
                found.append(
                    SharedCell(reading.gold, claim, wanted, tuple(rivals), directions)
                )
    return found


def _from_both_arms(reading: Reading) -> Iterable[tuple[Rival, str]]:
    """Yield each draft, also turned round, with the treatment it names itself."""
    for labels, draft in zip(reading.labels, reading.drafts, strict=True):
        yield Rival(labels, draft), labels.treatment
        if labels.comparator != BASELINE:
            yield Rival(labels.turned(), draft), labels.treatment


def _directions(
    wanted: Labels, rivals: Sequence[Rival], gold: Iterable[Labels]
) -> frozenset[Direction]:
    emitted = frozenset(r.labels.direction for r in rivals)
    if wanted.direction not in emitted:
        return emitted
    twins = {g.direction for g in gold if g[:3] == wanted[:3]} - {wanted.direction}
    return emitted - twins


@dataclass(frozen=True, slots=True)
class SharedScore:
    """Shares of the gold claims whose cell was found."""

    n: int
    direction_accuracy: float
    direction_macro_f1: float
    inversion_rate: float
    comparator_accuracy: float
    role_accuracy: float
    quote_overlap: float


def score_shared(cells: Sequence[SharedCell]) -> SharedScore:
    """Return the figures; several directions emitted for a claim share its vote."""
    votes: dict[tuple[Direction, Direction], float] = defaultdict(float)
    for one in cells:
        for direction in sorted(one.directions):
            votes[one.wanted.direction, direction] += 1 / len(one.directions)
    n = len(cells)
    return SharedScore(
        n=n,
        direction_accuracy=rounded(sum(v for (g, f), v in votes.items() if g == f), n),
        direction_macro_f1=_macro_f1(votes),
        inversion_rate=rounded(
            votes[Direction.IMPROVES, Direction.WORSENS]
            + votes[Direction.WORSENS, Direction.IMPROVES],
            n,
        ),
        comparator_accuracy=rounded(sum(map(_comparator_agrees, cells)), n),
        role_accuracy=rounded(sum(map(_role_agrees, cells)), n),
        quote_overlap=rounded(sum(map(_quote_overlaps, cells)), n),
    )


def _macro_f1(votes: dict[tuple[Direction, Direction], float]) -> float:
    f1s = [
        f_measure(
            votes.get((kind, kind), 0.0),
            sum(v for (_, found), v in votes.items() if found is kind),
            sum(v for (gold, _), v in votes.items() if gold is kind),
        )
        for kind in CLASSES
    ]
    return round(sum(f1s) / len(CLASSES), DIGITS)


def _comparator_agrees(shared: SharedCell) -> bool:
    wanted = shared.wanted.comparator
    return shared.any_rival(lambda r: r.labels.comparator == wanted)


def _role_agrees(shared: SharedCell) -> bool:
    return shared.any_rival(lambda r: r.labels.role is shared.wanted.role)


def _quote_overlaps(shared: SharedCell) -> bool:
    text = shared.gold.abstract
    return shared.any_rival(
        lambda r: (
            r.draft.field is Field.ABSTRACT
            and overlaps(locate(r.draft.quote, text), shared.claim.spans)
        )
    )


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Return where a quote first stands in a text, white space being all alike.

    The draft's own offsets are not used: the yardstick knows quotes only, and a
    sentence that stands twice is found at its first place by both.
    """
    words = quote.split()
    if not words:
        return None
    found = re.search(r"\s+".join(re.escape(word) for word in words), text)
    return found.span() if found else None


def overlaps(span: tuple[int, int] | None, gold: Iterable[tuple[int, int]]) -> bool:
    """Return whether a span covers half of its union with one of the gold spans."""
    if span is None:
        return False
    for start, end in gold:
        common = min(end, span[1]) - max(start, span[0])
        union = max(end, span[1]) - min(start, span[0])
        if common > 0 and common / union >= OVERLAP:
            return True
    return False
