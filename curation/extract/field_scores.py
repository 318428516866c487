"""Scores field by field, and whether confidence means what it says.

p, n and hedging are looked at on shared cells: right where one of the claims found
there has the gold's value. Design and population are looked at once an abstract, where
at least one claim was found in it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

from curation.extract.scoring import DIGITS, Reading, finding, rounded
from curation.extract.shared_cells import SharedCell
from curation.extract.spellings import BASELINE, Spellings
from evidence.types import Design

BINS = 10
HIGH_CONFIDENCE = 0.9
WANTED_PRECISION = 0.95

_BEST_FIRST = tuple(Design)
_RANDOMISED = frozenset({Design.RANDOMISED, Design.RANDOMISED_CROSSOVER})


class Verdict(Enum):
    """What became of one field of one claim or abstract."""

    RIGHT = auto()
    WRONG = auto()
    INVENTED = auto()
    """Gold has no value and one was given all the same."""
    NOT_ASKED = auto()
    """Gold has no value, or one that cannot be compared, and none was given."""


@dataclass(frozen=True, slots=True)
class FieldScore:
    """How often a field was read as the reader read it."""

    asked: int
    right: int
    invented: int = 0

    @property
    def accuracy(self) -> float:
        """The share that is right; 0 where nothing was asked."""
        return rounded(self.right, self.asked)


def score_fields(
    cells: Sequence[SharedCell], readings: Sequence[Reading], names: Spellings
) -> dict[str, FieldScore]:
    """Return the score of each field that the headline measures leave out."""
    claimed = [r for r in readings if r.drafts]
    return {
        "p": _score(map(_p, cells)),
        "n": _score(map(_n, cells)),
        "hedged": _score(map(_hedged, cells)),
        "design": _score(_design(r, names) for r in claimed),
        "population": _score(_population(r, names) for r in claimed),
    }


def _score(verdicts: Iterable[Verdict]) -> FieldScore:
    count = Counter(verdicts)
    right = count[Verdict.RIGHT]
    return FieldScore(right + count[Verdict.WRONG], right, count[Verdict.INVENTED])


def _p(shared: SharedCell) -> Verdict:
    given = {r.draft.p for r in shared.rivals if r.draft.p is not None}
    if shared.claim.p is None:
        return Verdict.INVENTED if given else Verdict.NOT_ASKED
    agrees = plain_p(shared.claim.p) in {plain_p(p) for p in given}
    return Verdict.RIGHT if agrees else Verdict.WRONG


def plain_p(printed: str) -> str:
    """Return a p value in the one spelling in which two of them are compared.

    Examples
    --------
    >>> plain_p("P = 0·03"), plain_p("≤ .001"), plain_p("<0.05")
    ('.03', '<=.001', '<.05')
    """
    text = "".join(printed.lower().split()).replace("·", ".").removeprefix("p")
    text = text.replace("lessthan", "<").replace("greaterthan", ">").replace(",", ".")
    text = text.replace("<or=", "<=").replace(">or=", ">=")
    text = text.replace("≤", "<=").replace("≥", ">=").removeprefix("=")
    sign = text[: len(text) - len(text.lstrip("<>="))]
    value = text[len(sign) :]
    return sign + (value.removeprefix("0") if value.startswith("0.") else value)


def _n(shared: SharedCell) -> Verdict:
    """Compare with the quote's own n or, where it prints none, the abstract's."""
    given = {r.draft.n for r in shared.rivals if r.draft.n is not None}
    printed = {shared.claim.n, shared.gold.n} - {None}
    if not printed:
        return Verdict.INVENTED if given else Verdict.NOT_ASKED
    return Verdict.RIGHT if given & printed else Verdict.WRONG


def _hedged(shared: SharedCell) -> Verdict:
    wanted = shared.claim.hedged
    agrees = shared.any_rival(lambda r: r.draft.hedged is wanted)
    return Verdict.RIGHT if agrees else Verdict.WRONG


def _design(reading: Reading, names: Spellings) -> Verdict:
    """Compare the best design of an abstract's claims with that of the study.

    A claim on one arm of a randomised trial is uncontrolled by definition. An abstract
    with no other claims says nothing of the study, so it is not asked.
    """
    wanted = names.designs.get(reading.gold.design or "")
    if wanted is None:
        return Verdict.NOT_ASKED
    best = min((d.design for d in reading.drafts), key=_BEST_FIRST.index)
    one_arm_only = all(labels.comparator == BASELINE for labels in reading.labels)
    if best is Design.UNCONTROLLED and one_arm_only and wanted <= _RANDOMISED:
        return Verdict.NOT_ASKED
    return Verdict.RIGHT if best in wanted else Verdict.WRONG


def _population(reading: Reading, names: Spellings) -> Verdict:
    """Compare the commonest population of an abstract's claims."""
    wanted = names.populations.get(reading.gold.population or "")
    if wanted is None:
        return Verdict.NOT_ASKED
    commonest, _ = Counter(d.population for d in reading.drafts).most_common(1)[0]
    return Verdict.RIGHT if commonest in wanted else Verdict.WRONG


@dataclass(frozen=True, slots=True)
class Bin:
    """The claims whose confidence lies in one tenth."""

    n: int
    confidence: float
    """Their mean confidence."""
    right: float
    """The share of them that is right."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether a claim of confidence .8 is right eight times in ten."""

    n: int
    error: float
    """Mean distance between confidence and the share that is right, over the bins."""
    bins: tuple[Bin | None, ...]
    confident: int
    """How many claims have a confidence of 0.9 and above."""
    precision_when_confident: float
    coverage_at_precision: float
    """Largest share of claims, the most confident first, of which 95 % are right."""


def calibrate(readings: Iterable[Reading]) -> Calibration:
    """Hold each claim's confidence against whether its finding is in gold."""
    return calibrate_pairs([pair for reading in readings for pair in _judged(reading)])


def calibrate_pairs(judged: Sequence[tuple[float, bool]]) -> Calibration:
    """Hold confidence against verdicts: pairs of the two, one for each claim."""
    n = len(judged)
    bins = tuple(_bin(judged, place) for place in range(BINS))
    gap = sum(b.n * abs(b.confidence - b.right) for b in bins if b is not None)
    confident = [right for confidence, right in judged if confidence >= HIGH_CONFIDENCE]
    return Calibration(
        n=n,
        error=rounded(gap, n),
        bins=bins,
        confident=len(confident),
        precision_when_confident=rounded(sum(confident), len(confident)),
        coverage_at_precision=_coverage(judged),
    )


def _judged(reading: Reading) -> Iterable[tuple[float, bool]]:
    keys = {finding(g) for g in reading.gold_labels}
    for labels, draft in zip(reading.labels, reading.drafts, strict=True):
        yield draft.confidence, reading.settled(labels, finding) in keys


def _bin(judged: Iterable[tuple[float, bool]], place: int) -> Bin | None:
    # The last bin holds 1.0 too.
    here = [j for j in judged if min(int(j[0] * BINS), BINS - 1) == place]
    if not here:
        return None
    mean = sum(confidence for confidence, _ in here) / len(here)
    return Bin(
        len(here),
        round(mean, DIGITS),
        rounded(sum(right for _, right in here), len(here)),
    )


def _coverage(judged: Sequence[tuple[float, bool]]) -> float:
    taken, right, best = 0, 0, 0
    falling = sorted(judged, key=lambda j: -j[0])
    # Equal confidence cannot be told apart, so it is taken together.
    for _, equals in groupby(falling, key=lambda j: j[0]):
        for _, is_right in equals:
            taken += 1
            right += is_right
        if right / taken >= WANTED_PRECISION:
            best = taken
    return rounded(best, len(judged))
