"""A night's run against a local PubMed: nothing missed, nothing lost, all told."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from curation.errors import SearchError
from evidence.database import Database
from evidence.decisions import Status
from evidence.queries.references import reference_states
from evidence.verification import verify
from tests.command_line import Curation
from tests.curation.conftest import Night
from tests.eutils import Fault, Server
from tests.eutils.client import EMAIL
from tests.invented import decision
from tests.literature import EVERYTHING, FINDING, TRIAL, claims, content, held
from tests.stored import decide


@pytest.mark.both
class TestAFirstNight:
    def test_everything_within_reach_arrives_and_nothing_else(
        self, night: Night, database: Database
    ) -> None:
        report = night()
        assert held(database) == {555, 601, 602}
        assert report.new == 3
        assert report.citing == 1
        assert [(s.search, s.found, s.new) for s in report.searches] == [
            ("preventives", 1, 1)
        ]

    def test_the_reference_is_found_and_no_look_alike(
        self, night: Night, database: Database
    ) -> None:
        report = night()
        with database.read() as session:
            states = reference_states(database, session)
        assert (states[1].state, states[1].pmid) == ("resolved", 555)
        assert states[2].state == "not_indexed"
        assert report.references == {"resolved": 1, "not_indexed": 1}

    def test_claims_are_proposed_and_none_is_accepted(
        self, night: Night, database: Database
    ) -> None:
        report = night()
        assert report.claims_proposed == 1
        assert [c.status for c in claims(database)] == [Status.PROPOSED]
        assert report.cells == []

    def test_a_dry_run_tells_the_same_and_writes_nothing(
        self, night: Night, database: Database
    ) -> None:
        before = content(database)
        report = night(dry_run=True)
        assert report.searches[0].new == 1
        assert content(database) == before
        assert "nothing was written" in report.as_markdown()


@pytest.mark.both
class TestAnUnchangedNight:
    def test_nothing_is_fetched_or_read_again(
        self, night: Night, server: Server, database: Database
    ) -> None:
        night(60)
        before = content(database)
        server.received.clear()
        report = night(61)
        assert server.calls("efetch") == []
        assert report.fetched == 0
        assert content(database) == before
        assert "Nothing new." in report.as_markdown()

    def test_it_asks_no_more_than_it_must(self, night: Night, server: Server) -> None:
        night(60)
        server.received.clear()
        night(61)
        searches, links = 1, 1
        assert len(server.received) <= searches + links + 2


@pytest.mark.both
class TestTheNextNight:
    def test_a_new_paper_is_found(
        self, night: Night, server: Server, database: Database
    ) -> None:
        night(60)
        late = replace(TRIAL, pmid=700, created=date(2026, 3, 2))
        server.hold((*EVERYTHING, late))
        assert night(61).new == 1
        assert 700 in held(database)

    def test_a_paper_that_came_late_is_found_in_the_overlap(
        self, night: Night, server: Server, database: Database
    ) -> None:
        night(60)
        late = replace(TRIAL, pmid=700, created=date(2026, 2, 20))
        server.hold((*EVERYTHING, late))
        night(61)
        assert 700 in held(database)

    def test_a_revised_text_is_read_again(
        self, night: Night, server: Server, database: Database
    ) -> None:
        night(60)
        revised = replace(
            TRIAL,
            abstract=FINDING.replace("lowered", "markedly lowered"),
            revised=date(2026, 3, 2),
        )
        server.hold((*(e for e in EVERYTHING if e.pmid != 601), revised))
        report = night(61)
        assert report.changed == 1
        assert any("markedly" in c.draft.quote for c in claims(database))

    def test_a_retraction_takes_an_accepted_claim_out_of_its_cell(
        self, night: Night, server: Server, database: Database
    ) -> None:
        night(60)
        (claim,) = claims(database)
        decide(database, decision(claim.id))
        retracted = replace(TRIAL, types=(*TRIAL.types, "Retracted Publication"))
        server.hold((*(e for e in EVERYTHING if e.pmid != 601), retracted))
        report = night(61)
        assert report.retracted == 1
        assert report.needs_rereview == 1
        assert [c.status for c in claims(database)] == [Status.NEEDS_REREVIEW]
        (changed, *_) = report.cells
        assert changed.before.startswith("One study: favours")
        assert changed.after.startswith("No compared study")


class TestFailure:
    """A failed search never looks like an empty one."""

    def test_a_set_that_shrinks_is_not_believed(
        self, night: Night, server: Server, database: Database
    ) -> None:
        more = [replace(TRIAL, pmid=800 + i) for i in range(8)]
        server.hold((*EVERYTHING, *more))
        night(60)
        server.hold(EVERYTHING)
        with pytest.raises(SearchError, match="the last sweep 9"):
            night(61, full=True)
        assert 807 in held(database)

    def test_a_phrase_that_pubmed_lost_fails_the_run(
        self, night: Night, server: Server
    ) -> None:
        night(60)
        server.unknown_phrases.add("inderal")
        server.hold(EVERYTHING)
        with pytest.raises(SearchError, match="no longer finds"):
            night(61)

    def test_a_record_that_cannot_be_read_is_kept_apart_and_asked_for_again(
        self, night: Night, server: Server, database: Database
    ) -> None:
        server.fail(Fault.CORRUPT, call="efetch", having=601, times=None)
        report = night(60)
        assert [q["pmid"] for q in report.quarantined] == [601]
        assert 602 in held(database)
        server.recover()
        night(61)
        assert 601 in held(database)
        assert content(database)["quarantine"] == []


def test_one_unreadable_record_does_not_stop_the_nights_after(
    night: Night, server: Server, database: Database
) -> None:
    server.fail(Fault.CORRUPT, call="efetch", having=601, times=None)
    night(60)
    report = night(61)
    assert [q["pmid"] for q in report.quarantined] == [601]


@pytest.mark.both
def test_all_promises_hold_after_a_night(night: Night, database: Database) -> None:
    night()
    with database.read() as session:
        assert list(verify(database, session)) == []


class TestTheCommand:
    @pytest.fixture
    def ready(
        self, curation: Curation, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> Curation:
        monkeypatch.setenv("CURATION_EUTILS_URL", server.url)
        monkeypatch.setenv("CURATION_NCBI_EMAIL", EMAIL)
        curation("init")
        return curation

    def test_refresh_prints_and_keeps_its_report(
        self, ready: Curation, tmp_path: Path
    ) -> None:
        ended = ready("refresh", "--report", tmp_path / "report")
        assert ended.code == 0, ended.err
        assert "3 records new" in ended.out
        kept = json.loads((tmp_path / "report" / "report.json").read_text())
        assert kept["new"] == 3
        assert (tmp_path / "report" / "report.md").read_text().strip() == (
            ended.out.strip()
        )

    def test_references_resolve(self, ready: Curation) -> None:
        assert "1 resolved" in ready("references", "resolve").out
        rows = json.loads(ready("references", "--json").out)
        assert rows[0]["pmid"] == 555

    def test_no_email_no_request(
        self, ready: Curation, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("CURATION_NCBI_EMAIL")
        ended = ready("refresh")
        assert ended.code == 1
        assert "CURATION_NCBI_EMAIL" in ended.err
        assert server.received == []

    def test_status_fails_where_no_refresh_completed_lately(
        self, ready: Curation
    ) -> None:
        assert ready("status").code == 0
        never = ready("status", "--max-age", "8d")
        assert never.code == 1
        assert "curation refresh" in never.err
        ready("refresh")
        assert ready("status", "--max-age", "8d").code == 0
        assert ready("status", "--max-age", "0h").code == 1
        assert ready("status", "--max-age", "soon").code == 2

    def test_another_run_is_exit_code_four(
        self, ready: Curation, tmp_path: Path
    ) -> None:
        from filelock import FileLock

        with FileLock(tmp_path / "evidence.sqlite.lock"):
            assert ready("refresh").code == 4
