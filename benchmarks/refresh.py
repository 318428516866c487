"""Requests of a night, beside the fewest that NCBI's batch rules allow.

What the fewest are is said here, and nowhere else:

- Each search of the protocol is one ESearch, since its count is published by itself.
- The DOIs of all references are one ESearch, their places of printing one ECitMatch.
- What cites them is one ELink, of 200 papers at most.
- Which known records have changed is one ESearch.
- Records come 500 at a time: some 6.5 MB of XML, which are lost together when an
  answer breaks off. NCBI would send up to 10,000; that row has no goal.

The local server of the tests counts what arrives. Nothing waits: the clock is ours.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks.rows import Goal, Row
from benchmarks.scale import Scale

MOST_FETCHED = 10_000
ADDED = 2
"""Requests above the fewest that are allowed for."""

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests of one night, by utility, and what they brought."""

    calls: dict[str, int]
    fetched: int

    @property
    def requests(self) -> int:
        """How many requests arrived."""
        return sum(self.calls.values())


def nights(folder: Path, papers: int, later: int) -> tuple[Asked, Asked, Asked]:
    """Return a first night, one with some new papers, and one with none.

    Parameters
    ----------
    folder
        Where the database is made.
    papers, later
        How many papers the searches find at first, and how many more a day later.
    """
    from evidence.database import create_database, sqlite_url
    from evidence.protocol import load
    from tests.eutils import Entry, Server
    from tests.printed import pmid_of, references

    protocol = load()
    condition = protocol.condition.words[0]
    # Plain words that are searched for by themselves: every paper is then found.
    plain = (t for t in protocol.treatments.values() if not t.ambiguous)
    names = [t.label for t in plain if t.label.isalpha()]

    def paper(place: int, created: date) -> Entry:
        title = f"{names[place % len(names)]} in {condition}"
        cites = (pmid_of(1 + place % 10),) if place % 50 == 0 else ()
        return Entry(30_000 + place, title, created=created, cites=cites)

    span = (NIGHT.date() - protocol.since).days
    old = [
        paper(i, protocol.since + timedelta(days=i * span // papers))
        for i in range(papers)
    ]
    held = [*references(protocol), *old]
    # A well-known paper is cited by thousands that are older than the searches reach.
    citers = [
        Entry(500_000 + i, "Of lamps", created=date(2015, 1, 1), cites=(pmid_of(1),))
        for i in range(papers)
    ]
    new = [paper(papers + i, NIGHT.date()) for i in range(later)]
    database = create_database(sqlite_url(folder / "requests.sqlite"), protocol)
    with Server((*held, *citers)) as server:
        first = _night(server, database, NIGHT)
        server.hold((*held, *new, *citers))
        second = _night(server, database, NIGHT + timedelta(days=1))
        third = _night(server, database, NIGHT + timedelta(days=2))
    database.close()
    brought = [first.fetched, second.fetched, third.fetched]
    assert brought == [len(held), later, 0], f"not all that was there came: {brought}"
    return first, second, third


def _night(server: Any, database: Any, moment: datetime) -> Asked:
    from curation.refresh import refresh
    from tests.eutils.client import FakeTime, connect
    from tests.printed import Silent

    server.received.clear()
    folder = Path(database.engine.url.database).parent
    with connect(server, folder, times=FakeTime()) as client:
        report = refresh(database, client, Silent(), clock=lambda: moment)
    calls = [request.call for request in server.received]
    return Asked(
        {name: calls.count(name) for name in sorted(set(calls))}, report.fetched
    )


def fewest(fetched: int, *, first: bool, at_once: int = 500) -> int:
    """Return how many requests a night needs that brings so many records."""
    from evidence.protocol import load

    searches = len(load().searches)
    tracing, changed = (2, 0) if first else (0, 1)
    return searches + tracing + changed + 1 + ceil(fetched / at_once)


def run(scale: Scale) -> list[Row]:
    """Count the requests of three nights."""
    papers = 500 if scale.quick else 5_000
    first, second, third = nights(scale.folder, papers, 20)
    references = first.fetched - papers
    named = f"first night, {references} references and {papers} papers"
    rows = []
    for name, asked, at_first in (
        (named, first, True),
        (f"a night with {second.fetched} new papers", second, False),
        (f"a night with {third.fetched} new papers", third, False),
    ):
        least = fewest(asked.fetched, first=at_first)
        goal = Goal((least + ADDED) / least)
        peer = f"fewest, and {ADDED} more allowed"
        rows.append(Row(name, asked.requests, least, peer, "requests", goal))
    least = fewest(first.fetched, first=True, at_once=MOST_FETCHED)
    peer = "fewest, all records in one answer"
    return [*rows, Row(named, first.requests, least, peer, "requests")]
