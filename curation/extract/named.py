"""Outcomes as a sentence names them, and what it says of a level and the response."""

from dataclasses import dataclass

from evidence.types import Direction


@dataclass(frozen=True, slots=True)
class Named:
    """An outcome mention of a sentence, in the Doc's characters."""

    start: int
    end: int
    slug: str
    domain: str
    words: str
    marker: bool = False
    """A biological marker: more of it is more of its domain."""
    sample: bool = False
    """It describes the patients."""


@dataclass(frozen=True, slots=True)
class Moderation:
    """A domain whose level goes with the response, and how."""

    named: Named
    direction: Direction
    rule: str
    cue: str
