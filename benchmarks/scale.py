"""How large a run of the benchmarks is."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scale:
    """What every benchmark is told."""

    folder: Path
    """Where inputs are made; what a run before this one made is used again."""
    quick: bool = False
    """Smaller inputs: for CI, and to see that a change is not plainly slower."""
    corpus: tuple[Path, ...] = ()
    """Real papers of trials, to read in place of invented ones."""
    bulk: tuple[Path, ...] = ()
    """Real papers of all kinds, likewise."""

    @property
    def slack(self) -> float:
        """Return by what a quick run, on a busy machine, may miss a goal."""
        return 2.0 if self.quick else 1.0
