"""A review's references as PubMed would hold them, made from their printed lines.

Only bibliographic facts stand in them; no abstract does.
"""

from dataclasses import replace
from datetime import date

from evidence.protocol import Protocol
from evidence.records import Record
from evidence.review import Reference
from evidence.types import Draft
from tests.eutils import Entry


class Silent:
    """An extractor that finds nothing: bibliographic lines hold no claims."""

    version = "0+silent"

    def drafts(self, _: Record) -> tuple[Draft, ...]:
        """Return no claims."""
        return ()


def pmid_of(number: int) -> int:
    """Return the PMID under which the local PubMed holds a reference."""
    return 10_000 + 10 * number


def indexed(reference: Reference) -> Entry:
    """Return a reference as PubMed would hold it."""
    entry = Entry(
        pmid_of(reference.number),
        f"{reference.title}.",
        journal=reference.journal_short or reference.journal or "",
        year=reference.year or 0,
        volume=reference.volume or "",
        issue=reference.issue or "",
        pages=reference.pages or reference.article_number or "",
        authors=reference.authors or ("Group",),
        doi=(reference.dois or ("",))[0],
        types=("Published Erratum",)
        if reference.number == 14
        else ("Journal Article",),
        created=date(reference.year or 0, 12, 1),
    )
    if reference.collective is None:
        return entry
    person = "<LastName>Group</LastName><Initials></Initials>"
    group = f"<CollectiveName>{reference.collective}</CollectiveName>"
    return replace(entry, xml=entry.element().replace(person, group))


def references(trd: Protocol) -> list[Entry]:
    """Return the references that PubMed holds: the articles."""
    return [indexed(r) for r in trd.references.values() if r.kind == "article"]
