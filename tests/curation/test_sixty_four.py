"""The review's own 64 references, among papers that only look like them.

Around each stand papers that a careless search would take.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from curation.refresh import refresh, traced_only
from curation.report import Report
from evidence.database import create_database, sqlite_url
from evidence.library import ReferenceState
from evidence.protocol import Protocol
from evidence.queries.references import reference_states
from tests.eutils import Entry, Server
from tests.eutils.client import FakeTime, connect
from tests.literature import held
from tests.printed import Silent, pmid_of, references

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)
ELSEWHERE = {"doi": "", "created": date(2016, 1, 1)}


def look_alikes(true: Entry) -> Iterator[Entry]:
    """Yield papers with the title of another, which they are not."""
    place = {"volume": "901", "issue": "", "pages": "9010-9019", "xml": "", **ELSEWHERE}
    others = {"authors": ("Namesake Q", "Doppelganger R"), **place}
    notice = {"types": ("Published Erratum",), **place}
    yield replace(true, pmid=true.pmid + 1, title=f"Correction: {true.title}", **notice)
    yield replace(true, pmid=true.pmid + 2, **notice)
    yield replace(true, pmid=true.pmid + 3, types=("Letter", "Comment"), **others)
    yield replace(true, pmid=true.pmid + 4, year=true.year - 4, **others)
    yield replace(true, pmid=true.pmid + 5, year=true.year - 3, **place)
    yield replace(true, pmid=true.pmid + 6, year=true.year - 1, **place)


NEWER = tuple(
    Entry(20_000 + i, f"{name} in treatment-resistant depression", "A trial.")
    for i, name in enumerate(
        ("Ketamine", "Lithium", "Psilocybin", "Electroconvulsive therapy", "Sertraline")
    )
)
CITING = tuple(
    Entry(21_000 + i, "Of lamps", cites=(pmid_of(number),))
    for i, number in enumerate((1, 25, 63))
)
NOT_WANTED = (
    Entry(22_000, "Of cats"),
    replace(NEWER[0], pmid=22_001, created=date(2024, 1, 1)),
    replace(CITING[0], pmid=22_002, created=date(2024, 1, 1)),
)


class First:
    """The first night on the shipped protocol."""

    report: Report
    states: dict[int, ReferenceState]
    held: set[int]


@pytest.fixture(scope="module")
def first(trd: Protocol, tmp_path_factory: pytest.TempPathFactory) -> First:
    folder = tmp_path_factory.mktemp("first")
    true = references(trd)
    twins = [twin for entry in true for twin in look_alikes(entry)]
    made = create_database(sqlite_url(folder / "evidence.sqlite"), trd)
    night = First()
    with Server((*true, *twins, *NEWER, *CITING, *NOT_WANTED)) as server:
        client = connect(server, folder, times=FakeTime())
        night.report = refresh(made, client, Silent(), clock=lambda: NIGHT)
    with made.read() as session:
        night.states = reference_states(made, session)
    night.held = held(made)
    made.close()
    return night


def test_every_indexed_reference_is_resolved_and_none_is_wrong(first: First) -> None:
    expected = {n: ("resolved", pmid_of(n)) for n in first.states if n != 11}
    expected[11] = ("not_indexed", None)
    found = {n: (state.state.value, state.pmid) for n, state in first.states.items()}
    assert found == expected
    assert first.report.references == {"resolved": 63, "not_indexed": 1}


def test_newer_papers_and_those_that_only_cite_arrive_and_are_counted(
    first: First,
) -> None:
    cited = {pmid_of(number) for number in first.states if number != 11}
    newer = {entry.pmid for entry in NEWER}
    citing = {entry.pmid for entry in CITING}
    assert first.held == cited | newer | citing
    assert first.report.new == 63 + len(newer) + len(citing)
    assert first.report.citing == len(citing)
    assert sum(s.new for s in first.report.searches) >= len(newer)


def test_where_pubmed_lacks_a_reference_no_look_alike_takes_its_place(
    trd: Protocol, tmp_path: Path
) -> None:
    made = create_database(sqlite_url(tmp_path / "evidence.sqlite"), trd)
    twins = [twin for entry in references(trd) for twin in look_alikes(entry)]
    with Server(twins) as server:
        client = connect(server, tmp_path, times=FakeTime())
        _, standing = traced_only(made, client, clock=lambda: NIGHT)
        fetched = {p for request in server.calls("efetch") for p in request.ids}
    made.close()
    unseen = {twin.pmid for twin in twins} - fetched
    # Its title, three common words, is that of too many papers to be looked through.
    assert unseen == {pmid_of(36) + i for i in range(1, 7)}
    assert standing == {"not_found": 63, "not_indexed": 1}
