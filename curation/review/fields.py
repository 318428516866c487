"""The fields of a claim as a form has them: typed, understood, or to be mended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from curation.review.words import plain
from evidence.protocol import Protocol
from evidence.types import (
    Change,
    Design,
    Direction,
    Nuance,
    Role,
    Species,
    Statement,
    TimeBand,
    Use,
)
from evidence.vocabulary import DomainKind

CHOICES: Mapping[str, type[StrEnum]] = {
    "role": Role,
    "direction": Direction,
    "nuance": Nuance,
    "change": Change,
    "point_direction": Direction,
    "time_band": TimeBand,
    "treatment_use": Use,
    "design": Design,
    "statement": Statement,
    "species": Species,
}
"""Fields with a closed list of values."""

OPTIONAL = ("nuance", "change", "point_direction", "treatment_use")
"""Closed lists in which nothing may be chosen."""

TEXTS = ("outcome", "timepoint", "dose", "route", "effect", "interval", "p")
SLUGS = ("treatment", "comparator", "domain", "measure", "population")
YES_NO = ("hedged", "negated")
LONGEST = 2_000
"""Characters of a field; a quote may be as long as its text."""


@dataclass(slots=True)
class Filled:
    """A form of fields: what was typed, what it decides, and what is wrong with it."""

    values: dict[str, str]
    decided: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    """What to mend, by field."""


def read_fields(found: Filled, protocol: Protocol) -> None:
    """Read every field but the quote from what was typed."""
    values, decided = found.values, found.decided
    for name in CHOICES:
        decided[name] = _choice(found, name)
    for name in (*TEXTS, *SLUGS):
        decided[name] = values[name] or None
        if len(values[name]) > LONGEST:
            found.problems[name] = f"it has more than {LONGEST} characters"
    for name in YES_NO:
        decided[name] = bool(values[name])
    decided["n"] = _count(found)
    _resolve_slugs(found, protocol)


def _choice(found: Filled, name: str) -> str | None:
    value = found.values[name]
    if not value and name in OPTIONAL:
        return None
    if value not in set(CHOICES[name]):
        found.problems[name] = (
            f"{value!r} is none of its values" if value else "choose one"
        )
    return value


def _count(found: Filled) -> int | None:
    text = found.values["n"]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text[:10]) < 10**8):
        found.problems["n"] = "give the number of participants in digits, or nothing"
        return None
    return int(text)


def _resolve_slugs(found: Filled, protocol: Protocol) -> None:
    """Take ids and exact labels of the protocol; name what it does not know."""
    decided = found.decided
    arms: dict[str, Any] = {**protocol.treatments, **protocol.comparators}
    tables: dict[str, Mapping[str, Any]] = {
        "treatment": protocol.treatments,
        "comparator": arms,
        "domain": protocol.domains,
        "measure": protocol.outcomes,
        "population": protocol.populations,
    }
    for name, table in tables.items():
        if decided[name] is None and name not in ("comparator", "measure"):
            found.problems[name] = f"a claim needs a {name}"
        elif decided[name] is not None:
            decided[name] = _slug(found, name, decided[name], table)
    combined = [part.strip() for part in found.values["combined_with"].split(",")]
    decided["combined_with"] = [
        _slug(found, "combined_with", part, protocol.treatments)
        for part in combined
        if part
    ]
    domain = protocol.domains.get(decided["domain"] or "")
    overall = decided["role"] == Role.OVERALL
    if domain is not None and overall is not (domain.kind is DomainKind.OVERALL):
        found.problems["role"] = (
            f"role {plain(decided['role'])} and domain {domain.label} do not go "
            "together; total severity has a domain and a role of its own"
        )


def _slug(found: Filled, name: str, typed: str, table: Mapping[str, Any]) -> str:
    if typed in table:
        return typed
    by_label = {str(row.label).casefold(): slug for slug, row in table.items()}
    slug = by_label.get(typed.casefold())
    if slug is None:
        found.problems[name] = (
            f"the protocol has no {plain(name)} {typed!r}; choose one from the list"
        )
    return slug or typed
