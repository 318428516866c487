"""The protocol's searches as a run makes them, and when their answers are believed.

An answer that would quietly lose literature is refused: a phrase that PubMed found
before and no longer knows, a sweep that shrank, a reference that a search found before
and finds no more.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from curation.errors import SearchError
from curation.report import Report, SearchReport
from curation.retrieve import partition, query
from curation.retrieve.answers import Found
from curation.retrieve.eutils import Eutils
from curation.retrieve.query import Query
from evidence.documents import digest
from evidence.protocol import Protocol
from evidence.queries.searches import Held, LastSearch
from evidence.review import Search
from evidence.store.searches import Searched

SHRUNK = 0.5
"""A sweep that finds less than this share of the last one is not believed."""

SWEEP_EVERY = timedelta(days=28)
"""A record may enter a search's reach with no date that shows it: by a heading that
was added, by a change of the thesaurus. So all is searched again now and then."""

NOTHING = "No items found."
"""What PubMed warns of where a search has no hits; for a night that is no problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """How a run is to ask."""

    at: datetime
    """When it began."""
    full: bool = False
    """Search from the protocol's date on, not only since the last run."""
    accept_shrinkage: bool = False
    """Believe a sweep that finds far less than the last one: a person has looked."""
    at_once: bool = False
    """Do not wait for NCBI's quiet hours, however large the run is."""


def search_all(
    protocol: Protocol,
    eutils: Eutils,
    last: Mapping[str, LastSearch],
    have: Held,
    cited: Mapping[int, int],
    wish: Instructions,
    report: Report,
) -> Iterator[Searched]:
    """Make every search of a protocol, and yield each once it is believed.

    Parameters
    ----------
    protocol, eutils
        What is searched for, and where.
    last, have
        The last complete run of each search, and the records that are held.
    cited
        The PMID of each reference that is resolved and that PubMed still has.
    wish
        How to ask.
    report
        Where it counts.

    Raises
    ------
    SearchError
        Where an answer is incomplete, or says less than it should.
    """
    for search in protocol.searches.values():
        before = last.get(search.id)
        known = {n: cited[n] for n in search.known_items if n in cited}
        whole = query.sweep(protocol, search, known.values())
        sweeping = before is None or _is_due(before, whole, wish, protocol.since)
        asked = whole
        if before is not None and not sweeping:
            day = before.at.date()
            asked = query.increment(protocol, search, day, known.values())
        found = partition.everything(eutils.esearch, asked.text)
        pmids = frozenset(found.pmids)
        own = pmids - set(known.values())
        if before is not None:
            _check_phrases(search, before, found)
            _check_known_items(search, before, known, pmids)
        if sweeping and before is not None and not wish.accept_shrinkage:
            _check_size(search, before, len(own))
        _tell(search, before, found, report)
        report.searches.append(
            SearchReport(
                search=search.id,
                label=search.label,
                found=len(own),
                new=len(own - have.pmids),
                swept=sweeping,
                known_items=len(known),
                known_items_found=len(pmids & set(known.values())),
                phrases_not_found=list(found.phrases_not_found),
            )
        )
        yield Searched(
            search=search.id,
            query=asked.text,
            topic=asked.topic,
            swept=sweeping,
            window_start=asked.since.isoformat(),
            found=tuple(sorted(own)),
            known_found=tuple(sorted(pmids & set(known.values()))),
            phrases_not_found=found.phrases_not_found,
        )


def _is_due(before: LastSearch, whole: Query, wish: Instructions, since: date) -> bool:
    """Return whether all years are searched: by wish, by age, or for other words.

    And where the clock was set back since: nobody knows from which day on a run that
    is dated into the future has seen nothing.
    """
    last = before.sweep
    return (
        wish.full
        or last is None
        or max(before.at, last.at) > wish.at
        or last.topic_sha256 != digest(whole.topic)
        or since < last.since
        or wish.at - last.at >= SWEEP_EVERY
    )


def _check_phrases(search: Search, before: LastSearch, found: Found) -> None:
    asked = before.query.casefold()
    lost = [
        phrase
        for phrase in found.phrases_not_found
        if phrase not in before.phrases_not_found and _bare(phrase) in asked
    ]
    if lost:
        raise SearchError(
            f"search {search.id!r}: PubMed no longer finds {', '.join(sorted(lost))}, "
            "which it found before; nothing was used: run this again later, and if it "
            "stays so, take the phrase out of the protocol or replace it"
        )


def _bare(phrase: str) -> str:
    """Return a phrase without the quotes and the field that PubMed may add."""
    return re.sub(r"\[[^\]]*\]$", "", phrase).strip(' "').casefold()


def _check_known_items(
    search: Search, before: LastSearch, known: Mapping[int, int], pmids: frozenset[int]
) -> None:
    lost = [
        f"reference {number} (PMID {pmid})"
        for number, pmid in known.items()
        if pmid in before.known_found and pmid not in pmids
    ]
    if lost:
        raise SearchError(
            f"search {search.id!r} no longer finds {', '.join(lost)}, which it found "
            f"on {before.at:%Y-%m-%d}, so it may miss newer papers too; nothing was "
            "used: run `curation recheck`, which sees whether the record is gone; else "
            "mend the search's words, or take the number out of its known_items"
        )


def _check_size(search: Search, before: LastSearch, count: int) -> None:
    last = before.sweep
    if last is not None and count < last.count * SHRUNK:
        raise SearchError(
            f"search {search.id!r}: PubMed counts {count:,} records, the last sweep "
            f"{last.count:,}; nothing was used: look at the query, and if the smaller "
            "number is right, run this once with --accept-shrinkage"
        )


def _tell(
    search: Search, before: LastSearch | None, found: Found, report: Report
) -> None:
    told = before.phrases_not_found if before else frozenset()
    report.warnings += [
        f"{search.label}: PubMed does not know the phrase {phrase}"
        for phrase in found.phrases_not_found
        if phrase not in told
    ]
    report.warnings += [f"{search.label}: {w}" for w in found.warnings if w != NOTHING]
