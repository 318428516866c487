"""The form in which a curator corrects a claim: its values, and what they change.

A quote is only ever a piece of the stored text. It is moved by whole words, or
typed; what was typed must stand in the text, once, letter for letter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from curation.review.words import plain
from evidence.errors import QuoteError
from evidence.protocol import Protocol
from evidence.records import Field, Record
from evidence.types import (
    Change,
    Design,
    Direction,
    Draft,
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
WORD = re.compile(r"\S+")
LONGEST = 2_000
"""Characters of a field; a quote may be as long as its text."""


@dataclass(slots=True)
class Amendment:
    """What was typed, what it changes, and what is wrong with it."""

    values: dict[str, str]
    changes: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    """What to mend, by field."""


def values_of(draft: Draft) -> dict[str, str]:
    """Return a claim's fields as a form shows them."""
    row = draft.as_dict()
    values = {
        name: "" if row[name] is None else str(row[name])
        for name in (*CHOICES, *TEXTS, *SLUGS, "n", "start", "end", "quote")
    }
    values["combined_with"] = ", ".join(draft.combined_with)
    return values | {name: "yes" if row[name] else "" for name in YES_NO}


def move(values: Mapping[str, str], text: str, how: str) -> dict[str, str]:
    """Return the form with one end of the quote moved by a word.

    An end stays where it is if there is no further word, or the last one would go.
    """
    start, end = _offsets(values, text)
    words = [match.span() for match in WORD.finditer(text)]
    if how == "start_earlier":
        start = max((a for a, _ in words if a < start), default=start)
    elif how == "start_later":
        start = min((a for a, _ in words if start < a < end), default=start)
    elif how == "end_earlier":
        end = max((b for _, b in words if start < b < end), default=end)
    elif how == "end_later":
        end = min((b for _, b in words if b > end), default=end)
    return {
        **values,
        "start": str(start),
        "end": str(end),
        "quote": text[start:end],
    }


def read(
    submitted: Mapping[str, str],
    seen: Draft,
    text: str,
    record: Record,
    protocol: Protocol,
) -> Amendment:
    """Return what a submitted form changes in the claim that was seen."""
    values = values_of(seen) | {
        name: value if name == "quote" else value.strip()
        for name, value in submitted.items()
        if name in values_of(seen)
    }
    for name in YES_NO:
        values[name] = "yes" if submitted.get(name) else ""
    found = Amendment(values)
    decided: dict[str, Any] = {}
    for name in CHOICES:
        decided[name] = _choice(found, name)
    for name in (*TEXTS, *SLUGS):
        decided[name] = values[name] or None
        if len(values[name]) > LONGEST:
            found.problems[name] = f"it has more than {LONGEST} characters"
    for name in YES_NO:
        decided[name] = bool(values[name])
    decided["n"] = _count(found)
    _resolve_slugs(found, decided, protocol)
    _place_quote(found, decided, seen, text, record)
    before = seen.as_dict()
    found.changes = {k: v for k, v in decided.items() if v != before[k]}
    if not found.problems:
        try:
            Draft.from_dict(before | found.changes)
        except QuoteError as error:
            found.problems["quote"] = str(error)
    return found


def _choice(found: Amendment, name: str) -> str | None:
    value = found.values[name]
    if not value and name in OPTIONAL:
        return None
    if value not in set(CHOICES[name]):
        found.problems[name] = f"{value!r} is none of its values"
    return value


def _count(found: Amendment) -> int | None:
    text = found.values["n"]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text[:10]) < 10**8):
        found.problems["n"] = "give the number of participants in digits, or nothing"
        return None
    return int(text)


def _resolve_slugs(
    found: Amendment, decided: dict[str, Any], protocol: Protocol
) -> None:
    """Take ids and exact labels of the protocol; name what it does not know."""
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


def _slug(found: Amendment, name: str, typed: str, table: Mapping[str, Any]) -> str:
    if typed in table:
        return typed
    by_label = {str(row.label).casefold(): slug for slug, row in table.items()}
    slug = by_label.get(typed.casefold())
    if slug is None:
        found.problems[name] = (
            f"the protocol has no {plain(name)} {typed!r}; choose one from the list"
        )
    return slug or typed


def _offsets(values: Mapping[str, str], text: str) -> tuple[int, int]:
    try:
        start, end = int(values["start"][:9]), int(values["end"][:9])
    except ValueError:
        return 0, 0
    start = min(max(start, 0), len(text))
    return start, min(max(end, start), len(text))


def _place_quote(
    found: Amendment, decided: dict[str, Any], seen: Draft, text: str, record: Record
) -> None:
    values, quote = found.values, found.values["quote"]
    start, end = _offsets(values, text)
    if text[start:end] != quote or not quote:
        times = text.count(quote) if quote else 0
        if times != 1:
            found.problems["quote"] = (
                f"these words do not stand in the stored {seen.field} of PMID "
                f"{seen.pmid}, letter for letter; move the quote by words"
                if not times
                else f"these words stand {times} times in the stored {seen.field}; "
                "move the quote by words, or quote more of them"
            )
            return
        start = text.index(quote)
        end = start + len(quote)
        values |= {"start": str(start), "end": str(end)}
    decided |= {"start": start, "end": end, "quote": quote}
    if (start, end) != (seen.start, seen.end):
        decided["section"] = _section(seen, text, start, record)


def _section(seen: Draft, text: str, start: int, record: Record) -> str | None:
    """Return the label of the section that a moved quote starts in."""
    if seen.field is not Field.ABSTRACT or record.abstract != text:
        return seen.section
    at = 0
    here: str | None = None
    there: str | None = None
    for section in record.sections:
        if at <= seen.start:
            there = section.label
        if at <= start:
            here = section.label
        at += len(section.text) + 1
    # The extractor names a section without a label by its role: keep what it said.
    return seen.section if here == there else here


def place(values: Mapping[str, str], seen: Draft, text: str) -> Draft:
    """Return the claim with the form's quote, for showing where it stands."""
    start, end = _offsets(values, text)
    if start == end:
        return seen
    return replace(seen, start=start, end=end, quote=text[start:end])
