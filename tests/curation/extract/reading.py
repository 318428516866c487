"""Short records of the tests' own making, and how to ask what is read from them."""

from curation.extract.claims import Extractor
from evidence.records import Record, Section
from evidence.types import Draft, Statement

Read = tuple[str, str | None, str, str]
"""Treatment, comparator, domain, direction."""


def record(title: str, methods: str, *results: str, pmid: int = 1) -> Record:
    """Return a record with a methods and a results section."""
    return Record(
        pmid=pmid,
        title=title,
        sections=(
            Section(text=methods, label="METHODS"),
            Section(text=" ".join(results), label="RESULTS"),
        ),
    )


def own(drafts: tuple[Draft, ...]) -> list[Draft]:
    """Return the drafts that count."""
    return [d for d in drafts if d.statement is Statement.OWN_RESULT]


def read(extractor: Extractor, source: Record) -> set[Read]:
    """Return what is read from a record; a change within a group has no comparator."""
    return {
        (
            d.treatment,
            None if d.comparator == "baseline" else d.comparator,
            d.domain,
            d.direction.value,
        )
        for d in own(extractor.drafts(source))
    }
