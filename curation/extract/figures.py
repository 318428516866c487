"""The figures of one measurement, and the form in which they are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from curation.extract.field_scores import (
    Calibration,
    FieldScore,
    calibrate,
    score_fields,
)
from curation.extract.mistakes import Mistake, count_steps
from curation.extract.scoring import (
    FalseAlarms,
    Reading,
    Score,
    score_empty,
    score_views,
)
from curation.extract.shared_cells import SharedScore, score_shared, shared_cells
from curation.extract.spellings import load_spellings


@dataclass(frozen=True, slots=True)
class Figures:
    """Every measure over some abstracts."""

    records: int
    gold_claims: int
    scores: Mapping[str, Score]
    shared: SharedScore
    false_alarms: FalseAlarms
    fields: Mapping[str, FieldScore]
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Source:
    """A gold file that was measured on."""

    name: str
    sha256: str
    records: int
    claims: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One measurement: what read, what it was measured on, and how it did."""

    extractor: str
    protocol: str
    """The digest of the protocol folder."""
    figures: Figures
    """Over all files together."""
    by_source: tuple[tuple[Source, Figures], ...]
    mistakes: tuple[Mistake, ...]


def measure(readings: Sequence[Reading], auxiliary: frozenset[str]) -> Figures:
    """Return every measure over some abstracts.

    Parameters
    ----------
    readings
        The abstracts, each as gold has it and as the extractor read it.
    auxiliary
        The domains that stand apart from the review's own.
    """
    cells = shared_cells(readings)
    return Figures(
        records=len(readings),
        gold_claims=sum(len(r.gold.claims) for r in readings),
        scores=score_views(readings, auxiliary),
        shared=score_shared(cells),
        false_alarms=score_empty(readings),
        fields=score_fields(cells, readings, load_spellings()),
        calibration=calibrate(readings),
    )


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation as plain JSON values.

    What the project's yardstick measures too stands under its names, so that the two
    can be laid side by side.
    """
    sources = [
        {**asdict(source), "figures": _figures(figures)}
        for source, figures in evaluation.by_source
    ]
    steps = count_steps(evaluation.mistakes)
    return {
        "extractor": evaluation.extractor,
        "protocol": evaluation.protocol,
        **_figures(evaluation.figures),
        "mistakes": {kind: dict(steps[kind]) for kind in steps},
        "sources": sources,
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        **{name: _score(score) for name, score in figures.scores.items()},
        "on_shared_cells": asdict(figures.shared),
        "false_alarms": asdict(figures.false_alarms),
        "records": figures.records,
        "gold_claims": figures.gold_claims,
        "fields": {
            name: {"accuracy": field.accuracy, **asdict(field)}
            for name, field in figures.fields.items()
        },
        "calibration": asdict(figures.calibration),
    }


def _score(score: Score) -> dict[str, Any]:
    row = asdict(score)
    interval = row.pop("interval")
    return row if interval is None else {**row, "ci95": list(interval)}
