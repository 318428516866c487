"""What a night believes of its searches, and when it waits for NCBI's quiet hours."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from curation.errors import PeakTimeError, SearchError
from curation.extract.claims import Extractor
from curation.recheck import recheck
from curation.refresh import refresh
from curation.report import Report
from curation.retrieve import pacing
from evidence.database import Database, open_database
from evidence.protocol import Protocol
from evidence.queries.searches import last_searches
from tests.curation.conftest import (
    Night,
)
from tests.eutils import Server
from tests.eutils.client import FakeTime, connect
from tests.literature import CITED, EVERYTHING, TRIAL, held

KNOWN = replace(CITED, title=f"{CITED.title} in migraine")
"""The reference, by a title that the search finds."""
OTHERS = EVERYTHING[1:]
NEW = replace(TRIAL, pmid=700, created=date(2026, 3, 2))
TUESDAY_NOON = datetime(2026, 3, 3, 17, tzinfo=UTC)
"""In Bethesda, when NCBI is busy."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server((KNOWN, *OTHERS)) as running:
        yield running


def watermark(database: Database) -> datetime:
    with database.read() as session:
        return last_searches(session)["preventives"].at


class TestKnownItems:
    def test_a_first_night_only_tells_the_share_that_was_found(
        self, night: Night, server: Server
    ) -> None:
        server.hold(EVERYTHING)
        report = night(60)
        (search,) = report.searches
        assert (search.known_items, search.known_items_found) == (1, 0)
        assert "| 0 of 1 |" in report.as_markdown()

    def test_what_was_never_found_is_not_lost(
        self, night: Night, server: Server
    ) -> None:
        server.hold(EVERYTHING)
        night(60)
        assert night(61).searches[0].known_items_found == 0

    def test_one_that_is_found_no_more_fails_the_night_and_moves_no_watermark(
        self, night: Night, server: Server, database: Database
    ) -> None:
        assert night(60).searches[0].known_items_found == 1
        before = watermark(database)
        server.hold((CITED, *OTHERS, NEW))
        with pytest.raises(SearchError) as told:
            night(61)
        message = str(told.value)
        assert "'preventives' no longer finds reference 1 (PMID 555)" in message
        assert watermark(database) == before
        assert 700 not in held(database)
        server.hold((KNOWN, *OTHERS, NEW))
        night(62)
        assert 700 in held(database)

    def test_one_that_pubmed_deleted_is_no_fault_of_the_search(
        self, night: Night, server: Server, database: Database, tmp_path: Path
    ) -> None:
        night(60)
        server.hold(OTHERS)
        with pytest.raises(SearchError, match="curation recheck"):
            night(61)
        with connect(server, tmp_path, times=FakeTime()) as client:
            recheck(database, client, Extractor(database.protocol))
        assert night(62).searches[0].known_items == 0

    def test_they_are_no_hits_and_cost_no_request(
        self, night: Night, server: Server
    ) -> None:
        night(60)
        server.received.clear()
        (search,) = night(61).searches
        assert (search.found, search.known_items_found) == (0, 1)
        calls = [request.call for request in server.received]
        # The search, the links, and what is asked of known records.
        assert calls[:2] == ["esearch", "elink"] and len(calls) <= 4
        assert "555[uid]" in server.received[0].form["term"][0]


class TestPhrases:
    def test_one_that_pubmed_never_knew_is_told_once(
        self, night: Night, server: Server
    ) -> None:
        server.unknown_phrases.add("inderal")
        server.hold((KNOWN, *OTHERS))
        told = 'Preventives: PubMed does not know the phrase "Inderal"[tiab]'
        assert night(60).warnings == [told]
        assert night(61).warnings == []

    def test_a_new_word_that_pubmed_does_not_know_fails_no_night(
        self,
        night: Night,
        server: Server,
        database: Database,
        migraine: Protocol,
    ) -> None:
        night(60)
        server.unknown_phrases.add("glimmerol")
        server.hold((KNOWN, *OTHERS))
        other = with_words(database, migraine, "glimmerol")
        (warning,) = night(61, into=other).warnings
        assert "glimmerol" in warning
        other.close()


class TestSweeps:
    def test_other_words_search_all_years_again(
        self,
        night: Night,
        server: Server,
        database: Database,
        migraine: Protocol,
    ) -> None:
        night(60)
        older = replace(TRIAL, pmid=700, title="Glimmerol in migraine", abstract="")
        server.hold((KNOWN, *OTHERS, older))
        assert night(61).new == 0
        other = with_words(database, migraine, "glimmerol")
        report = night(62, into=other)
        assert report.searches[0].swept and report.new == 1
        other.close()

    def test_all_years_are_searched_again_after_four_weeks(self, night: Night) -> None:
        swept = [night(day).searches[0].swept for day in (60, 61, 87, 88, 89)]
        assert swept == [True, False, False, True, False]

    def test_a_clock_that_was_set_back_hides_no_paper_and_no_revision(
        self, night: Night, server: Server, database: Database
    ) -> None:
        """The second night ran on a clock that was years ahead, the third does not."""
        night(60)
        night(4 * 365)
        revised = replace(TRIAL, title="Other words", revised=date(2026, 3, 3))
        kept = [e for e in OTHERS if e.pmid != TRIAL.pmid]
        server.hold((KNOWN, *kept, revised, NEW))
        report = night(62)
        assert report.searches[0].swept
        assert (report.new, report.changed) == (1, 1)
        assert not night(63).searches[0].swept
        assert watermark(database).year == 2026

    def test_one_that_shrank_waits_for_a_person_who_has_looked(
        self, night: Night, server: Server, database: Database
    ) -> None:
        more = [replace(TRIAL, pmid=800 + i) for i in range(8)]
        server.hold((KNOWN, *OTHERS, *more))
        night(60)
        night(61)
        before = watermark(database)
        server.hold((KNOWN, *OTHERS))
        with pytest.raises(SearchError, match=r"last sweep 9.*--accept-shrinkage"):
            night(62, full=True)
        assert watermark(database) == before
        night(63, full=True, accept_shrinkage=True)
        assert not night(64).searches[0].swept
        assert night(65, full=True).searches[0].found == 1


class TestQuietHours:
    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let a first night be a large run by its last request, the fetch."""
        monkeypatch.setattr(pacing, "SERIES", 6)

    def test_a_large_run_at_noon_fetches_nothing_and_says_when_it_may(
        self, noon: Night, server: Server, database: Database
    ) -> None:
        with pytest.raises(PeakTimeError, match="2026-03-04 02:00 UTC") as told:
            noon()
        assert told.value.partial
        assert held(database) == set()

    def test_now_is_now(self, noon: Night, database: Database) -> None:
        noon(at_once=True)
        assert 601 in held(database)

    def test_a_night_is_never_held_up(self, night: Night, database: Database) -> None:
        night(60)
        assert 601 in held(database)

    def test_a_small_run_at_noon_is_not_held_up(
        self, night: Night, noon: Night, server: Server, database: Database
    ) -> None:
        night(60)
        server.hold((KNOWN, *OTHERS, NEW))
        noon()
        assert 700 in held(database)


@pytest.fixture
def noon(
    server: Server, database: Database, extractor: Extractor, tmp_path: Path
) -> Night:
    """Return a run in the busy hours."""

    def run(**given: bool) -> Report:
        with connect(server, tmp_path, times=FakeTime()) as client:
            return refresh(
                database, client, extractor, clock=lambda: TUESDAY_NOON, **given
            )

    return run


def with_words(database: Database, protocol: Protocol, *words: str) -> Database:
    """Open a database under a protocol whose search has more words."""
    search = protocol.searches["preventives"]
    longer = search.model_copy(update={"extra_words": words})
    changed = replace(
        protocol, searches=MappingProxyType({**protocol.searches, search.id: longer})
    )
    return open_database(database.address, changed)
