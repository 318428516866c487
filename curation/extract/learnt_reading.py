"""A second opinion on each cell, learnt from labelled abstracts.

The rules propose. For every cell in which they found something the model says how
likely each direction is, from all that the abstract says around it (`cell_signs`). A
finding whose direction is unlikely is dropped; where another direction is likely, that
one is taken: from a sentence that says so, else on the rules' own quote. What the words
hold against a comparator that they name, or call mixed, is neither dropped nor turned.
No cell comes into being here, and every claim is the quote of a sentence that the rules
read.

Where to take, where to drop and what to leave alone was settled on labelled abstracts
that the model had not learnt from; see `training.findings`.

Weights are whole hundredths of log odds and signs are whole numbers, so that the same
text gives the same sum everywhere.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from curation.extract.cell_signs import Abstract, Signs, is_read
from curation.extract.comparison import BASELINE
from curation.extract.readings import Finding, Tables
from curation.extract.trained import SHIPPED, read_model
from evidence.types import Direction, Role, Statement

FILE = "findings.json"
RULE = "learnt.direction"

DIRECTIONS = (
    Direction.IMPROVES,
    Direction.NO_CLEAR_DIFFERENCE,
    Direction.WORSENS,
    Direction.MIXED,
)
TAKEN = -50
"""Log odds in hundredths from which a direction is taken: a chance of .38."""
DROPPED = -100
"""Below them a finding is dropped: a chance of .27."""
NEVER = -1_000
"""Odds of a direction that no labelled abstract showed."""
_TOLD = 3

Chances = Mapping[Direction, float]


class LearntModel:
    """For each direction a weight for every sign.

    Parameters
    ----------
    row
        What `curation train` wrote: `directions`, each with `start` and `weights` in
        hundredths of log odds.
    """

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._directions = {
            Direction(name): (
                int(one["start"]),
                {str(sign): int(weight) for sign, weight in one["weights"].items()},
            )
            for name, one in row["directions"].items()
        }

    def odds(self, signs: Signs) -> dict[Direction, int]:
        """Return the log odds of every direction in hundredths."""
        found = dict.fromkeys(DIRECTIONS, NEVER)
        for direction, (start, weights) in self._directions.items():
            weighed = (weights.get(name, 0) * n for name, n in signs.items())
            found[direction] = start + sum(weighed)
        return found

    def told(self, direction: Direction, signs: Signs) -> str:
        """Return the signs that speak most for a direction, for the trace."""
        weights = self._directions[direction][1]
        found = sorted(
            ((weights.get(name, 0) * n, name) for name, n in signs.items()),
            key=lambda pair: (-pair[0], pair[1]),
        )
        return ", ".join(name for weight, name in found[:_TOLD] if weight > 0)


def chance(odds: int) -> float:
    """Return hundredths of log odds as a chance, in steps of a hundredth."""
    return round(1 / (1 + math.exp(-odds / 100)), 2)


class LearntReading:
    """Reconsiders `doc._.findings`.

    Parameters
    ----------
    tables
        What the rules know of the protocol.
    model
        None where nothing was learnt: the rules stand alone.
    """

    def __init__(self, tables: Tables, model: LearntModel | None) -> None:
        self._tables = tables
        self.model = model

    def __call__(self, doc: Doc) -> Doc:
        """Drop, keep and turn what the rules found."""
        if self.model is not None and is_read(doc) and doc._.findings:
            doc._.findings = self._reconsidered(doc, self.model)
        return doc

    def abstract(self, doc: Doc) -> Abstract:
        """Return what is counted around the cells of a record."""
        return Abstract(doc, self._tables)

    def _reconsidered(self, doc: Doc, model: LearntModel) -> tuple[Finding, ...]:
        abstract = self.abstract(doc)
        cells: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in abstract.found:
            cells[finding.treatment, finding.domain].append(finding)
        kept = [f for f in doc._.findings if f.statement is not Statement.OWN_RESULT]
        for (treatment, domain), found in cells.items():
            signs = abstract.signs(treatment, domain)
            said = [
                f
                for one in abstract.lines
                for f in one.stated
                if (f.treatment, f.domain) == (treatment, domain)
                and f.statement is Statement.OWN_RESULT
            ]
            kept += decide(found, said, signs, model)
        return tuple(
            sorted(
                kept,
                key=lambda f: (
                    f.start,
                    f.domain,
                    f.treatment,
                    f.comparator or "",
                    f.direction,
                ),
            )
        )


def decide(
    found: Sequence[Finding],
    said: Iterable[Finding],
    signs: Signs,
    model: LearntModel,
) -> list[Finding]:
    """Return what is claimed of one cell.

    Parameters
    ----------
    found
        What the rules claim of it.
    said
        What they read in single sentences, before they chose among those.
    signs
        What stands around the cell.
    """
    odds = model.odds(signs)
    kept = [
        replace(f, chance=chance(odds[f.direction]))
        for f in found
        if _is_plain(f) or odds[f.direction] >= DROPPED
    ]
    held = {f.direction for f in found}
    best = max(found, key=lambda f: (f.weight, -f.start))
    for direction in sorted(odds, key=lambda d: (-odds[d], d)):
        if direction in held or odds[direction] < TAKEN:
            continue
        spoken = [f for f in said if f.direction is direction]
        if spoken:
            kept.append(_taken(max(spoken, key=_rank), best, odds, signs, model))
        elif best.role is not Role.MODERATOR and best.direction not in {
            f.direction for f in kept
        }:
            turned = replace(
                best, direction=direction, rule=RULE, nuance=None, negated=False
            )
            kept.append(_taken(turned, best, odds, signs, model))
    return kept


def _is_plain(finding: Finding) -> bool:
    """Return whether the words say it outright, whatever is likely."""
    named = not finding.inferred and finding.comparator not in (None, BASELINE)
    return named or finding.rule.startswith(Direction.MIXED)


def _rank(finding: Finding) -> tuple[float, int]:
    return finding.weight, -finding.start


def _taken(
    finding: Finding,
    best: Finding,
    odds: Mapping[Direction, int],
    signs: Signs,
    model: LearntModel,
) -> Finding:
    """Return a finding with the trace of why its direction was taken."""
    own, other = chance(odds[finding.direction]), chance(odds[best.direction])
    return replace(
        finding,
        chance=own,
        trace=(
            *finding.trace,
            f"learnt direction: {finding.direction} {own:.2f}; the rules said "
            f"{best.direction}, {other:.2f}",
            f"for it speak: {model.told(finding.direction, signs)}",
        ),
    )


@cache
def load_learnt(folder: Path) -> LearntModel | None:
    """Return the model of a folder, read once; None where it has none.

    Raises
    ------
    ExtractorError
        Where the file is no model.
    """
    path = folder / FILE
    if not path.exists():
        return None
    return LearntModel(read_model(path, ("directions",)))


@Language.factory(
    "learnt_reading",
    requires=[
        "doc.spans",
        "doc._.arms",
        "doc._.design",
        "doc._.findings",
        "doc._.passages",
    ],
    assigns=["doc._.findings"],
    default_config={"tables": {}, "models": None},
)
def create(
    nlp: Language, name: str, tables: dict[str, Any], models: str | None
) -> LearntReading:
    """Create the component; the shipped models unless a folder is named."""
    folder = SHIPPED if models is None else Path(models)
    return LearntReading(Tables.of(tables), load_learnt(folder))
