"""Today's figures against those that were kept from an earlier run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import ExtractorError
from curation.extract.figures import Evaluation, as_json
from curation.extract.json_lines import read_bytes

MEASURES: Mapping[tuple[str, str], bool] = {
    ("treatment", "f1"): True,
    ("domain", "f1"): True,
    ("cell", "f1"): True,
    ("finding", "p"): True,
    ("finding", "r"): True,
    ("finding", "f1"): True,
    ("finding_domain", "p"): True,
    ("finding_domain", "r"): True,
    ("finding_domain", "f1"): True,
    ("full", "f1"): True,
    ("on_shared_cells", "direction_accuracy"): True,
    ("on_shared_cells", "direction_macro_f1"): True,
    ("on_shared_cells", "inversion_rate"): False,
    ("on_shared_cells", "comparator_accuracy"): True,
    ("on_shared_cells", "role_accuracy"): True,
    ("on_shared_cells", "quote_overlap"): True,
    ("false_alarms", "with_claims"): False,
    ("false_alarms", "claims"): False,
    ("calibration", "error"): False,
    ("calibration", "precision_when_confident"): True,
    ("calibration", "coverage_at_precision"): True,
}
"""What is compared, and whether more of it is better."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure, then and now."""

    measure: str
    earlier: float | None
    """None where the earlier run did not measure it."""
    now: float
    more_is_better: bool
    counted: bool = False
    """A number of things, and not a share of them."""

    @property
    def change(self) -> float | None:
        """How much it rose; None where there is nothing to compare with."""
        return None if self.earlier is None else round(self.now - self.earlier, 4)

    @property
    def worse(self) -> bool:
        """Whether it changed for the worse."""
        change = self.change or 0.0
        return change < 0 if self.more_is_better else change > 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every measure, then and now."""

    earlier_extractor: str
    differences: tuple[Difference, ...]
    same_gold: bool
    """Whether both were measured on the same bytes; else no figure is comparable."""

    @property
    def worse(self) -> tuple[Difference, ...]:
        """The measures that changed for the worse."""
        return tuple(d for d in self.differences if d.worse)


def compare(evaluation: Evaluation, earlier: Mapping[str, Any]) -> Comparison:
    """Hold an evaluation against what `as_json` returned for an earlier one."""
    now = as_json(evaluation)
    return Comparison(
        str(earlier.get("extractor", "unknown")),
        tuple(
            Difference(
                f"{group} {name}",
                _figure(earlier, group, name),
                float(now[group][name]),
                more_is_better,
                group == "false_alarms",
            )
            for (group, name), more_is_better in MEASURES.items()
        ),
        _digests(earlier) == _digests(now),
    )


def _figure(run: Mapping[str, Any], group: str, name: str) -> float | None:
    measures = run.get(group)
    value = measures.get(name) if isinstance(measures, Mapping) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return None


def _digests(run: Mapping[str, Any]) -> list[Any]:
    sources = run.get("sources")
    rows = sources if isinstance(sources, list) else []
    return sorted(str(s.get("sha256")) for s in rows if isinstance(s, Mapping))


def read_earlier(path: Path) -> dict[str, Any]:
    """Read the figures that an earlier run kept.

    Raises
    ------
    ExtractorError
        Where the file is none that `curation evaluate --json` wrote.
    """
    try:
        run = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise ExtractorError(
            f"{path} is not JSON ({error}); name a file that "
            "`curation evaluate --json` wrote"
        ) from None
    if not isinstance(run, dict) or _figure(run, "finding", "f1") is None:
        raise ExtractorError(
            f"{path} holds no figures; name a file that "
            "`curation evaluate --json` wrote"
        )
    return run
