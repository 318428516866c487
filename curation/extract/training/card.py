"""The card beside the models: from what they learnt, when, and how they did."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import sklearn  # type: ignore[import-untyped]  # it ships no types

from curation import __version__
from curation.extract import confidence, trained
from curation.extract.training import promotion
from curation.extract.training.examples import Example

DATABASE = "reviewed claims"
"""What the card calls claims that curators decided on."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What became of one model."""

    name: str
    promoted: bool
    unchanged: bool
    measures: tuple[promotion.Measure, ...]
    on: str
    """What both were measured on."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


def from_database(examples: Sequence[Example]) -> list[dict[str, Any]]:
    """Return the card's row on reviewed claims, where there are any."""
    own = [e for e in examples if e.source == DATABASE]
    if not own:
        return []
    row = {
        "name": DATABASE,
        "claims judged": len(own),
        "right": sum(e.right for e in own),
    }
    return [row]


def read(path: Path) -> dict[str, Any]:
    """Return a JSON file, an empty row where there is none."""
    return dict(json.loads(path.read_bytes())) if path.exists() else {}


def old_card(folder: Path) -> dict[str, Any]:
    """Return the card of the models that stand."""
    return read(folder / trained.CARD)


def learnt_from(folder: Path) -> set[str]:
    """Return the digests of the files that the standing model learnt from."""
    rows = old_card(folder).get(confidence.FILE, {}).get("from", [])
    return {str(row["sha256"]) for row in rows if "sha256" in row}


def note(
    card: dict[str, Any],
    name: str,
    row: dict[str, Any],
    found: Trained,
    today: date,
    seed: int,
) -> None:
    """Write what became of a model on the card."""
    if found.unchanged and name in card:
        return
    card[name] = {
        **row,
        "date": today.isoformat(),
        "seed": seed,
        "versions": {
            "curation": __version__,
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "measured on": found.on,
        "before and after": {m.name: [m.before, m.after] for m in found.measures},
    }


def as_bytes(row: Mapping[str, Any], indent: int | None = None) -> bytes:
    """Return a row as JSON with one spelling."""
    separators = None if indent else (",", ":")
    text = json.dumps(
        row, ensure_ascii=False, sort_keys=True, indent=indent, separators=separators
    )
    return (text + "\n").encode()
