"""Every known record asked for again: what no date shows is found."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from curation.errors import AlreadyRunningError, SearchError
from curation.extract.claims import Extractor
from curation.locks import only_one
from curation.recheck import recheck
from curation.refresh import refresh
from curation.report import Report
from evidence.database import Database
from evidence.decisions import Status
from evidence.queries.library import library
from evidence.queries.runs import last_refresh
from evidence.queries.searches import last_searches
from evidence.verification import verify
from tests.command_line import Curation
from tests.eutils import Entry, Fault, Server
from tests.eutils.client import EMAIL, FakeTime, connect
from tests.invented import decision
from tests.literature import CITED, EVERYTHING, FINDING, TRIAL, claims, content, held
from tests.raw import rows
from tests.stored import decide

Run = Callable[..., Report]


@pytest.fixture
def run(
    server: Server, database: Database, extractor: Extractor, tmp_path: Path
) -> Run:
    """Return `refresh` or `recheck`, on the so-manieth day of 2026."""

    def run(what: Callable[..., Report], day: int, **given: Any) -> Report:
        with connect(server, tmp_path, times=FakeTime()) as client:
            moment = datetime(2026, 1, 1, 3, tzinfo=UTC) + timedelta(days=day)
            return what(database, client, extractor, clock=lambda: moment, **given)

    return run


@pytest.fixture
def known(run: Run, database: Database) -> Database:
    """A database in which a night's work is done."""
    run(refresh, 60)
    return database


def changed(server: Server, *entries: Entry) -> None:
    """Let PubMed hold other versions of some records."""
    other = {entry.pmid: entry for entry in entries}
    server.hold(other.pop(e.pmid, e) for e in EVERYTHING)


RETRACTED = replace(TRIAL, types=(*TRIAL.types, "Retracted Publication"))


@pytest.mark.both
class TestARetraction:
    def test_one_that_no_date_shows_is_found(
        self, known: Database, run: Run, server: Server
    ) -> None:
        assert RETRACTED.revised == TRIAL.revised
        changed(server, RETRACTED)
        # Nobody has decided on the claim yet, so no night asks.
        assert run(refresh, 61).retracted == 0
        report = run(recheck, 62)
        assert (report.changed, report.retracted) == (1, 1)
        assert run(recheck, 69).retracted == 0

    def test_it_takes_an_accepted_claim_out_of_its_cell(
        self, known: Database, run: Run, server: Server
    ) -> None:
        (claim,) = claims(known)
        decide(known, decision(claim.id))
        changed(server, RETRACTED)
        report = run(recheck, 61)
        assert [c.status for c in claims(known)] == [Status.NEEDS_REREVIEW]
        assert report.needs_rereview == 1
        (cell, *_) = report.cells
        assert cell.before.startswith("One study: favours")
        assert cell.after.startswith("No compared study")


class TestAChangedText:
    OTHER = replace(TRIAL, abstract=FINDING.replace("lowered", "markedly lowered"))

    def test_it_is_read_again(self, known: Database, run: Run, server: Server) -> None:
        changed(server, self.OTHER)
        assert run(recheck, 61).changed == 1
        assert [c for c in claims(known) if "markedly" in c.draft.quote]

    def test_a_decision_on_the_old_text_stands_and_asks_to_be_looked_at(
        self, known: Database, run: Run, server: Server
    ) -> None:
        (claim,) = claims(known)
        decide(known, decision(claim.id))
        changed(server, self.OTHER)
        assert run(recheck, 61).needs_rereview == 1
        old = {c.id: c for c in claims(known)}[claim.id]
        assert old.draft == claim.draft

    def test_a_change_of_a_record_without_claims_is_kept_too(
        self, known: Database, run: Run, server: Server
    ) -> None:
        changed(
            server, replace(CITED, title="Propranolol for the sensitivity to light")
        )
        assert run(recheck, 61).changed == 1


@pytest.mark.both
class TestADeletion:
    def test_it_is_told_and_nothing_is_deleted_here(
        self, known: Database, run: Run, server: Server
    ) -> None:
        (claim,) = claims(known)
        decide(known, decision(claim.id))
        server.hold(e for e in EVERYTHING if e.pmid != 601)
        report = run(recheck, 61)
        assert report.missing == [601]
        assert "PMID 601 is gone from PubMed; 1 accepted claim" in report.as_markdown()
        assert 601 in held(known)
        assert gone(known) == {601}

    def test_it_takes_an_accepted_claim_out_of_its_cell_until_looked_at_again(
        self, known: Database, run: Run, server: Server
    ) -> None:
        (claim,) = claims(known)
        decide(known, decision(claim.id))
        server.hold(e for e in EVERYTHING if e.pmid != 601)
        report = run(recheck, 61)
        assert report.needs_rereview == 1
        (cell, *_) = report.cells
        assert cell.before.startswith("One study: favours")
        server.hold(EVERYTHING)
        assert run(recheck, 68).cells == []
        assert [c.status for c in claims(known)] == [Status.NEEDS_REREVIEW]
        with known.read() as session:
            assert list(verify(known, session)) == []

    def test_it_is_told_once(self, known: Database, run: Run, server: Server) -> None:
        server.hold(e for e in EVERYTHING if e.pmid != 601)
        assert len(run(recheck, 61).lost) == 1
        again = run(recheck, 68)
        assert (again.lost, again.missing) == ([], [])
        assert "Nothing new." in again.as_markdown()

    def test_a_reference_whose_record_is_gone_asks_for_a_person(
        self, known: Database, run: Run, server: Server
    ) -> None:
        server.hold(e for e in EVERYTHING if e.pmid != 555)
        (warning,) = run(recheck, 61).warnings
        assert warning.startswith("reference 1 is PMID 555, which PubMed no longer has")

    def test_a_record_that_comes_back_is_no_longer_gone(
        self, known: Database, run: Run, server: Server
    ) -> None:
        server.hold(e for e in EVERYTHING if e.pmid != 601)
        run(recheck, 61)
        server.hold(EVERYTHING)
        run(recheck, 68)
        assert gone(known) == set()

    def test_a_merge_names_the_record_that_was_sent_instead_and_keeps_it(
        self, known: Database, run: Run, server: Server
    ) -> None:
        survivor = replace(TRIAL, pmid=700)
        answer = Entry(601, xml=survivor.element())
        server.hold((*(e for e in EVERYTHING if e.pmid != 601), survivor, answer))
        report = run(recheck, 61)
        (lost,) = report.lost
        assert str(lost).startswith("PMID 601 was merged in PubMed into PMID 700; no")
        assert 700 in held(known)
        with known.read() as session:
            assert library(known, session).gone[601].merged_into == 700


def gone(database: Database) -> set[int]:
    found = rows(database, "SELECT pmid FROM record WHERE gone_at IS NOT NULL")
    return {pmid for (pmid,) in found}


class TestAQuietWeek:
    def test_everything_is_asked_for_and_nothing_is_written(
        self, known: Database, run: Run, server: Server
    ) -> None:
        before = content(known)
        server.received.clear()
        report = run(recheck, 61)
        assert [request.call for request in server.received] == ["efetch"]
        assert set(server.received[0].ids) == held(known)
        assert (report.fetched, report.new, report.changed) == (3, 0, 0)
        assert content(known) == before
        assert "Nothing new." in report.as_markdown()

    def test_the_report_is_a_rechecks(self, known: Database, run: Run) -> None:
        told = run(recheck, 61).as_markdown()
        assert told.startswith("# Recheck of 2026-03-03 03:00 UTC")
        assert "| search |" not in told

    def test_it_is_no_search_and_moves_no_window(
        self, known: Database, run: Run
    ) -> None:
        with known.read() as session:
            before = last_searches(session), last_refresh(session)
        run(recheck, 61)
        with known.read() as session:
            assert (last_searches(session), last_refresh(session)) == before

    def test_what_could_not_be_read_is_asked_for_too(
        self, known: Database, run: Run, server: Server
    ) -> None:
        late = [replace(TRIAL, pmid=p, created=date(2026, 3, 2)) for p in (700, 701)]
        server.hold((*EVERYTHING, *late))
        server.fail(Fault.CORRUPT, call="efetch", having=700, times=None)
        assert [q["pmid"] for q in run(refresh, 61).quarantined] == [700]
        server.recover()
        assert run(recheck, 62).new == 1
        assert content(known)["quarantine"] == []

    def test_an_empty_database_asks_nothing(
        self, database: Database, run: Run, server: Server
    ) -> None:
        assert run(recheck, 61).fetched == 0
        assert server.received == []


class TestFailure:
    @pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.RESET, Fault.CUT])
    def test_a_passing_fault_changes_nothing(
        self, known: Database, run: Run, server: Server, fault: Fault
    ) -> None:
        changed(server, RETRACTED)
        server.fail(fault, call="efetch")
        assert run(recheck, 61).retracted == 1
        with known.read() as session:
            assert list(verify(known, session)) == []

    def test_a_lasting_fault_fails_the_run_and_the_next_one_makes_up_for_it(
        self, known: Database, run: Run, server: Server
    ) -> None:
        before = content(known)
        changed(server, RETRACTED)
        server.fail(Fault.SERVER_ERROR, call="efetch", times=None)
        with pytest.raises(SearchError):
            run(recheck, 61)
        assert content(known) == before
        assert outcomes(known) == ["complete", "failed"]
        server.recover()
        assert run(recheck, 62).retracted == 1

    def test_a_service_that_sends_nothing_has_deleted_nothing(
        self, known: Database, run: Run, server: Server
    ) -> None:
        more = [replace(TRIAL, pmid=800 + i) for i in range(20)]
        server.hold((*EVERYTHING, *more))
        assert run(refresh, 61, full=True).new == 20
        server.hold(EVERYTHING[:1])
        with pytest.raises(SearchError):
            run(recheck, 62)
        assert gone(known) == set()

    def test_no_recheck_beside_a_refresh(self, known: Database, run: Run) -> None:
        with only_one(known, "refresh"), pytest.raises(AlreadyRunningError):
            run(recheck, 61)


def outcomes(database: Database) -> list[str]:
    return [outcome for (outcome,) in rows(database, "SELECT outcome FROM run")]


class TestTheCommand:
    def test_recheck_prints_and_keeps_its_report(
        self,
        curation: Curation,
        server: Server,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        monkeypatch.setenv("CURATION_EUTILS_URL", server.url)
        monkeypatch.setenv("CURATION_NCBI_EMAIL", EMAIL)
        curation("init")
        curation("refresh")
        changed(server, RETRACTED)
        ended = curation("recheck", "--report", tmp_path / "report")
        assert ended.code == 0, ended.err
        assert "1 newly retracted" in ended.out
        kept = json.loads((tmp_path / "report" / "report.json").read_text())
        assert kept["retracted"] == 1
        with FileLock(tmp_path / "evidence.sqlite.lock"):
            assert curation("recheck").code == 4
