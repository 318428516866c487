"""A curator settles a reference by hand: from the command line, for every night."""

import getpass
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from curation.extract.claims import Extractor
from curation.refresh import refresh, traced_only
from curation.resolving import settle, take_back
from evidence.database import Database
from evidence.errors import DecisionError, NotFoundError
from evidence.library import ReferenceState
from evidence.protocol import Protocol
from evidence.queries.library import library
from evidence.queries.references import reference_states
from tests.command_line import Curation, article, pubmed_file
from tests.eutils import Server
from tests.eutils.client import FakeTime, connect
from tests.literature import CITED

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server((CITED, replace(CITED, pmid=777, doi=""))) as running:
        yield running


def trace(database: Database, server: Server, folder: Path) -> None:
    with connect(server, folder, times=FakeTime()) as client:
        traced_only(database, client, clock=lambda: NIGHT)


def state(database: Database, number: int = 1) -> ReferenceState:
    with database.read() as session:
        return reference_states(database, session)[number]


def by_hand(database: Database, pmid: int | None, number: int = 1) -> None:
    why = "the journal's own page"
    settle(database, number, pmid=pmid, why=why, curator="alice", clock=lambda: NIGHT)


class TestTheNight:
    @pytest.mark.parametrize("pmid", [777, None])
    def test_what_is_settled_is_not_looked_for(
        self, database: Database, server: Server, tmp_path: Path, pmid: int | None
    ) -> None:
        by_hand(database, pmid)
        trace(database, server, tmp_path)
        assert server.received == []
        assert (state(database).pmid, state(database).method) == (pmid, "manual")

    def test_what_is_settled_stands_over_what_was_found(
        self, database: Database, server: Server, tmp_path: Path
    ) -> None:
        trace(database, server, tmp_path)
        assert state(database).pmid == 555
        by_hand(database, 777)
        trace(database, server, tmp_path)
        assert state(database).pmid == 777

    def test_what_is_taken_back_is_looked_for_again(
        self, database: Database, server: Server, tmp_path: Path
    ) -> None:
        by_hand(database, None)
        take_back(database, 1, why="it is there", curator="bob", clock=lambda: NIGHT)
        assert state(database).state == "unresolved"
        trace(database, server, tmp_path)
        assert (state(database).pmid, state(database).method) == (555, "doi")


def test_nothing_settled_nothing_to_take_back(database: Database) -> None:
    with pytest.raises(NotFoundError, match="reference 1: nothing is settled"):
        take_back(database, 1, why="a slip", curator="alice")


def test_taking_back_needs_grounds(database: Database) -> None:
    by_hand(database, 777)
    with pytest.raises(DecisionError, match="say why"):
        take_back(database, 1, why=" ", curator="alice")
    assert state(database).pmid == 777


class TestTheCommand:
    @pytest.fixture
    def ready(self, curation: Curation) -> Curation:
        curation("init")
        return curation

    def rows(self, ready: Curation) -> list[tuple[str, int | None, str | None]]:
        listed = json.loads(ready("references", "--json").out)
        return [(r["state"], r["pmid"], r["method"]) for r in listed]

    def test_it_settles_in_the_name_of_the_login(
        self, ready: Curation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(getpass, "getuser", lambda: "carol")
        ended = ready("references", "set", 1, "--pmid", 777, "--why", "the page agrees")
        assert ended.code == 0, ended.err
        assert ended.out == "reference 1 is PMID 777, settled by carol\n"
        assert "not stored yet" in ended.err
        assert self.rows(ready)[0] == ("resolved", 777, "manual")
        (line,) = ready("decisions", "export").out.splitlines()
        kept = json.loads(line)
        assert (kept["subject_kind"], kept["subject_id"]) == ("reference", "1")
        assert (kept["curator"], kept["note"]) == ("carol", "the page agrees")
        assert kept["snapshot"]["pmid"] == 777
        assert kept["snapshot"]["raw"].startswith("Muster A")

    def test_it_shows_the_record_where_it_is_held(
        self, ready: Curation, tmp_path: Path
    ) -> None:
        ready("load", pubmed_file(tmp_path / "a.xml", article(777, "Of light")))
        ended = ready("references", "set", 1, "--pmid", 777, "--why", "seen")
        assert "The record says: Of light" in ended.err

    def test_none_is_not_in_pubmed(self, ready: Curation) -> None:
        ended = ready(
            *("references", "set", 1, "--pmid", "none", "--why", "looked by hand"),
            *("--curator", "dora"),
        )
        assert ended.out == "reference 1 is not in PubMed, settled by dora\n"
        assert self.rows(ready)[0] == ("not_found", None, "manual")

    def test_undo_takes_it_back(self, ready: Curation) -> None:
        ready("references", "set", 1, "--pmid", 777, "--why", "a slip of the key")
        ended = ready("references", "undo", 1, "--why", "7 for 5", "--curator", "eve")
        assert ended.out == "reference 1: taken back by eve; now unresolved\n"
        assert len(ready("decisions", "export").out.splitlines()) == 2

    def test_it_moves_between_databases(
        self, ready: Curation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ready("references", "set", 1, "--pmid", 777, "--why", "seen")
        ready("decisions", "export", "-o", tmp_path / "ledger.jsonl")
        monkeypatch.setenv(
            "CURATION_DATABASE_URL", f"sqlite:///{tmp_path / 'second.sqlite'}"
        )
        ready("init")
        ready("decisions", "import", tmp_path / "ledger.jsonl")
        assert self.rows(ready)[0] == ("resolved", 777, "manual")
        assert ready("verify").code == 0

    @pytest.mark.parametrize(
        ("number", "pmid", "why", "said"),
        [
            ("3", "777", "seen", "there is no reference 3; the protocol has 1 to 2"),
            ("1", "PMC777", "seen", "'PMC777' is no PMID; give its digits, or none"),
            ("1", "0", "seen", "'0' is no PMID"),
            ("1", "9999999999", "seen", "is no PMID"),
            ("1", "777", " ", "says why"),
            ("2", "none", "seen", "reference 2: it is a book"),
        ],
    )
    def test_a_mistake_is_one_line(
        self, ready: Curation, number: str, pmid: str, why: str, said: str
    ) -> None:
        ended = ready("references", "set", number, "--pmid", pmid, "--why", why)
        assert ended.code == 1
        assert said in ended.err
        assert ended.err.count("\n") == 1
        assert ready("decisions", "export").out == ""

    def test_nobody_decides_without_a_name(self, ready: Curation) -> None:
        given = ("references", "set", 1, "--pmid", 777, "--why", "seen")
        ended = ready(*given, "--curator", " ")
        assert ended.code == 1
        assert "--curator" in ended.err


def test_the_next_night_fetches_the_record_once(
    database: Database, server: Server, tmp_path: Path, migraine: Protocol
) -> None:
    by_hand(database, 777)
    extractor = Extractor(migraine)
    for expected in (1, 0):
        with connect(server, tmp_path, times=FakeTime()) as client:
            report = refresh(database, client, extractor, clock=lambda: NIGHT)
        assert report.fetched == expected
    with database.read() as session:
        assert 777 in library(database, session).records
