"""The form in which a curator corrects a claim: its values, and what they change.

A quote is only ever a piece of the stored text. It is moved by whole words, or
typed; what was typed must stand in the text, once, letter for letter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from curation.review.fields import CHOICES, SLUGS, TEXTS, YES_NO, Filled, read_fields
from evidence.errors import QuoteError
from evidence.protocol import Protocol
from evidence.records import Field, Record
from evidence.types import Draft

WORD = re.compile(r"\S+")


@dataclass(slots=True)
class Amendment(Filled):
    """What was typed, what it changes in the claim that was seen, and what is wrong."""

    changes: dict[str, Any] = field(default_factory=dict)


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
    start, end = offsets(values, text)
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
    read_fields(found, protocol)
    _place_quote(found, seen, text, record)
    before = seen.as_dict()
    found.changes = {k: v for k, v in found.decided.items() if v != before[k]}
    if not found.problems:
        try:
            Draft.from_dict(before | found.changes)
        except QuoteError as error:
            found.problems["quote"] = str(error)
    return found


def offsets(values: Mapping[str, str], text: str) -> tuple[int, int]:
    """Return where a form's quote stands, inside the text whatever was sent."""
    try:
        start, end = int(values["start"][:9]), int(values["end"][:9])
    except ValueError:
        return 0, 0
    start = min(max(start, 0), len(text))
    return start, min(max(end, start), len(text))


def _place_quote(found: Amendment, seen: Draft, text: str, record: Record) -> None:
    values, quote = found.values, found.values["quote"]
    start, end = offsets(values, text)
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
    found.decided |= {"start": start, "end": end, "quote": quote}
    if (start, end) != (seen.start, seen.end):
        found.decided["section"] = _section(seen, text, start, record)


def _section(seen: Draft, text: str, start: int, record: Record) -> str | None:
    """Return the label of the section that a moved quote starts in."""
    if seen.field is not Field.ABSTRACT or record.abstract != text:
        return seen.section
    here, there = section_at(record, start), section_at(record, seen.start)
    # The extractor names a section without a label by its role: keep what it said.
    return seen.section if here == there else here


def section_at(record: Record, start: int) -> str | None:
    """Return the label of the abstract's section in which a character stands."""
    at = 0
    here: str | None = None
    for section in record.sections:
        if at <= start:
            here = section.label
        at += len(section.text) + 1
    return here


def place(values: Mapping[str, str], seen: Draft, text: str) -> Draft:
    """Return the claim with the form's quote, for showing where it stands."""
    start, end = offsets(values, text)
    if start == end:
        return seen
    return replace(seen, start=start, end=end, quote=text[start:end])
