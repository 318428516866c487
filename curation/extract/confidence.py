"""How likely a claim is right, as learnt from claims that people judged.

A few signs of each claim are looked at: whether its arms were named or inferred, a p is
printed, the authors hedge. Their weights, whole hundredths fitted by `curation train`,
add up to log odds. Confidence 0.8 is meant to say: of ten such claims, eight are right.

Source: logistic regression as calibration is Platt 1999; that the words of a finding
foretell whether rules read it rightly was measured on the project's labelled abstracts.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from curation.extract.comparison import BASELINE
from curation.extract.readings import Finding
from curation.extract.spin import FLAG
from curation.extract.statistics import Numbers
from curation.extract.trained import read_model
from evidence.types import Design, Direction, Role, Statement
from evidence.vocabulary import OutcomeKind

FILE = "confidence.json"

_LEAST, _MOST = 0.02, 0.98
_REVIEWS = (Design.SYSTEMATIC_REVIEW, Design.POOLED_ANALYSIS)
_BUT = re.compile(
    r"\b(?:but|although|however|except|while|whereas|despite)\b", re.IGNORECASE
)
_TOLD = 3
_TELLING = 10
"""Hundredths of log odds from which a sign is worth telling a curator."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a finding stands among: the other findings, the study, the vocabulary."""

    text: str
    """The Doc's."""
    others: Sequence[Finding]
    """All findings of the record, this one included."""
    design: Design
    main: str | None
    """The treatment in question."""
    inert: frozenset[str]
    """Comparators that stand for no treatment or the usual one."""
    classes: frozenset[str]
    """Treatments that are classes of treatments."""
    kind_of: Mapping[str, OutcomeKind]


def signs(finding: Finding, numbers: Numbers, setting: Setting) -> dict[str, float]:
    """Return what speaks for or against a finding, each between 0 and 1.

    The names are what a curator reads, and what the model's weights are filed under.
    """
    own = [f for f in setting.others if f.statement is Statement.OWN_RESULT]
    sentence = setting.text[finding.start : finding.end]
    clause = setting.text[finding.clause[0] : finding.clause[1]]
    kind = setting.kind_of.get(finding.measure or "")
    null = finding.direction is Direction.NO_CLEAR_DIFFERENCE
    here = sum(f.start == finding.start for f in own)
    found: dict[str, bool | float] = {
        "only the conclusion says it": finding.section == "conclusions",
        "results and conclusion disagree": FLAG in finding.flags,
        "the arms are inferred": finding.inferred,
        "an inert control is inferred": finding.inferred
        and finding.comparator in setting.inert,
        "arms are compared": finding.comparator not in (None, BASELINE),
        "not the study's main treatment": finding.treatment != setting.main,
        "a class of treatments": finding.treatment in setting.classes,
        "the cue compares": finding.rule.endswith(".between"),
        "the cue is a rise": finding.rule.startswith("up."),
        "no difference": null,
        "no difference against a significant p": null and bool(numbers.significant),
        "worse for the patient": finding.direction is Direction.WORSENS,
        "mixed": finding.direction is Direction.MIXED,
        "the authors hedge": finding.hedged,
        "a denial": finding.negated,
        "numbers are printed": any(c.isdigit() for c in clause),
        "a p is printed": numbers.p is not None,
        "the p is significant": bool(numbers.significant),
        "an effect is printed": numbers.effect is not None,
        "told in numbers alone": finding.rule.startswith("numbers"),
        "a statement on safety": finding.rule == "safety.statement",
        "a moderator": finding.role is Role.MODERATOR,
        "no measure is named": finding.measure is None,
        "the outcome is a symptom": kind is OutcomeKind.SYMPTOM,
        "the outcome is a marker": kind is OutcomeKind.MARKER,
        "the outcome is a rate": kind is OutcomeKind.RATE,
        "a review": setting.design in _REVIEWS,
        "the sentence has a but": _BUT.search(sentence) is not None,
        "a long sentence": min(len(sentence), 500) / 500,
        "several findings in the sentence": min(here, 4) / 4,
        "many findings in the abstract": min(len(own), 6) / 6,
        "what was learnt speaks for it": finding.chance or 0.0,
        "the weight of the words": min(max(finding.weight, 0.0), 6.0) / 6,
    }
    return {name: float(value) for name, value in found.items()}


class ConfidenceModel:
    """Weights in hundredths of log odds; a sign that it does not know weighs nothing.

    Parameters
    ----------
    row
        What `curation train` wrote: `start`, and `weights` from a sign to its weight.
    """

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._start = float(row["start"])
        self._weights = {str(k): float(v) for k, v in row["weights"].items()}

    def odds(self, found: Mapping[str, float]) -> float:
        """Return the log odds that a claim with these signs is right."""
        weighed = (self._weights.get(name, 0) * value for name, value in found.items())
        return (self._start + sum(weighed)) / 100

    def of(self, found: Mapping[str, float]) -> float:
        """Return the confidence, in steps of a hundredth."""
        chance = 1 / (1 + math.exp(-self.odds(found)))
        return round(min(_MOST, max(_LEAST, chance)), 2)

    def told(self, found: Mapping[str, float]) -> str:
        """Return the signs that weigh most, for the trace."""
        weighed = sorted(
            (
                (self._weights.get(name, 0) * value, name)
                for name, value in found.items()
            ),
            key=lambda pair: (-abs(pair[0]), pair[1]),
        )
        kept = [pair for pair in weighed[:_TOLD] if abs(pair[0]) >= _TELLING]
        return ", ".join(f"{name} ({'+' if w > 0 else '-'})" for w, name in kept)


@cache
def load_confidence(folder: Path) -> ConfidenceModel:
    """Return the model of a folder, read once.

    Raises
    ------
    ExtractorError
        Where the file is absent or is no model.
    """
    return ConfidenceModel(read_model(folder / FILE, ("start", "weights")))
