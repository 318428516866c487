"""The form in which a curator adds a claim that the extractor missed.

The quote is selected in the text, or pasted; pasted words must stand in the stored
text letter for letter, and where they do so more than once, the curator says which.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from curation.review.amending import offsets, section_at
from curation.review.fields import CHOICES, SLUGS, TEXTS, YES_NO, Filled, read_fields
from evidence.errors import QuoteError
from evidence.protocol import Protocol
from evidence.records import Field, Record, text_sha256
from evidence.types import ADDED_BY, Draft

RULE = "added-by-curator"
"""What stands for the rule of a claim that no rule proposed."""

AROUND = 40
"""Characters that are shown at either side of words that stand in a text twice."""

MOST_PLACES = 20
"""How many places of the same words are offered."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place where the quoted words stand, with what stands around them."""

    start: int
    before: str
    quote: str
    after: str


@dataclass(slots=True)
class Addition(Filled):
    """What was typed into the form of a new claim, and the claim that it makes."""

    draft: Draft | None = None
    occurrences: tuple[Occurrence, ...] = field(default=())
    """Where the words stand, if they stand more than once."""


def empty_values(record: Record) -> dict[str, str]:
    """Return the form before anything was typed."""
    names = (*CHOICES, *TEXTS, *SLUGS, *YES_NO, "n", "combined_with")
    return dict.fromkeys((*names, "start", "end", "quote"), "") | {
        "field": (Field.ABSTRACT if record.abstract else Field.TITLE).value,
        "statement": "own_result",
        "species": "human",
        "time_band": "acute",
        "design": "not_stated",
    }


def read(
    submitted: Mapping[str, str], record: Record, protocol: Protocol, curator: str
) -> Addition:
    """Return the claim that a submitted form makes, or what is wrong with it."""
    known = empty_values(record)
    values = known | {k: v.strip() for k, v in submitted.items() if k in known}
    for name in YES_NO:
        values[name] = "yes" if submitted.get(name) else ""
    found = Addition(values)
    read_fields(found, protocol)
    _place_quote(found, record, submitted.get("occurrence", ""))
    if found.problems:
        return found
    whence = {
        "pmid": record.pmid,
        "rule": RULE,
        "trace": [f"added by {curator}, who read the text"],
        "extractor": f"{ADDED_BY}{curator}",
        "confidence": 1.0,
    }
    try:
        found.draft = Draft.from_dict(found.decided | whence)
    except QuoteError as error:
        found.problems["quote"] = str(error)
    return found


def _place_quote(found: Addition, record: Record, occurrence: str) -> None:
    values, quote = found.values, found.values["quote"]
    if values["field"] not in set(Field):
        found.problems["field"] = "choose the title or the abstract"
        return
    where = Field(values["field"])
    text = record.text(where) or ""
    if not quote:
        found.problems["quote"] = "select or paste the words that say it"
        return
    start, end = offsets(values, text)
    if text[start:end] != quote:
        places = _places(text, quote)
        if not places:
            found.problems["quote"] = (
                f"these words do not stand in the stored {where} of PMID "
                f"{record.pmid}, letter for letter; copy them from the text beside"
            )
            return
        chosen = [place for place in places if str(place.start) == occurrence]
        if len(places) > 1 and not chosen:
            found.occurrences = places[:MOST_PLACES]
            found.problems["quote"] = (
                f"these words stand {len(places)} times in the {where}; say below "
                "which are meant, or quote more of them"
            )
            return
        start = (chosen or places)[0].start
        end = start + len(quote)
        values |= {"start": str(start), "end": str(end)}
    section = section_at(record, start) if where is Field.ABSTRACT else None
    found.decided |= {
        "field": where.value,
        "section": section,
        "start": start,
        "end": end,
        "quote": quote,
        "text_sha256": text_sha256(text),
    }


def _places(text: str, quote: str) -> tuple[Occurrence, ...]:
    found = []
    start = text.find(quote)
    while start >= 0:
        end = start + len(quote)
        before = text[max(start - AROUND, 0) : start]
        found.append(Occurrence(start, before, quote, text[end : end + AROUND]))
        start = text.find(quote, start + 1)
    return tuple(found)
