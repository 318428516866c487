"""How gold files spell what the protocol and the extractor spell otherwise."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from curation.errors import ExtractorError
from evidence.types import Design

FILE = Path(__file__).parent / "gold_values.toml"

BASELINE = "baseline"
"""What a finding without a comparator is compared with: the patients themselves."""

_NONE = frozenset({"", "none", "null", BASELINE})


@dataclass(frozen=True, slots=True)
class Spellings:
    """The three mappings of `gold_values.toml`."""

    aliases: Mapping[str, str]
    designs: Mapping[str, frozenset[Design]]
    """A gold design, and which of ours agree with it."""
    populations: Mapping[str, frozenset[str]]
    """A gold population, and which rungs of the ladder agree with it."""

    def arm(self, slug: str | None) -> str:
        """Return the one spelling of a treatment or comparator; none is baseline."""
        if slug is None or slug in _NONE:
            return BASELINE
        plain = slug.strip().lower().replace("_", "-").replace(" ", "-")
        return self.aliases.get(plain, plain)


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Alias(_Row):
    slug: str
    spellings: tuple[str, ...] = Field(min_length=1)
    reason: str = Field(min_length=1)


class _DesignRow(_Row):
    gold: str
    agrees: frozenset[Design]


class _PopulationRow(_Row):
    gold: str
    agrees: frozenset[str]


class _File(_Row):
    alias: tuple[_Alias, ...]
    design: tuple[_DesignRow, ...]
    population: tuple[_PopulationRow, ...]


@cache
def load_spellings(path: Path = FILE) -> Spellings:
    """Read the mappings.

    Raises
    ------
    ExtractorError
        Where the file is absent or mistaken: it is part of the installation.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        file = TypeAdapter(_File).validate_python(values)
    except (OSError, ValueError) as error:
        reason = error.errors()[0] if isinstance(error, ValidationError) else error
        raise ExtractorError(
            f"{path} cannot be read ({reason}); mend it or install again"
        ) from None
    aliases = {spelling: row.slug for row in file.alias for spelling in row.spellings}
    return Spellings(
        aliases,
        {row.gold: row.agrees for row in file.design},
        {row.gold: row.agrees for row in file.population},
    )
