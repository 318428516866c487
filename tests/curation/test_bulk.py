"""NLM's own files: the same records as from PubMed, in order, once, and whole."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from curation import bulk, pipeline
from curation.errors import AlreadyRunningError, ArchiveError
from curation.extract.claims import Extractor
from curation.locks import only_one
from curation.pipeline import Loaded
from curation.refresh import refresh
from curation.retrieve import releases
from evidence.database import Database, create_database
from evidence.decisions import Status
from evidence.protocol import Protocol
from evidence.verification import verify
from tests.command_line import Curation
from tests.eutils import Server
from tests.eutils.client import FakeTime, connect
from tests.invented import decision
from tests.literature import (
    CITED,
    CITING,
    EVERYTHING,
    LOOK_ALIKES,
    OLD_CITING,
    TRIAL,
    UNRELATED,
    claims,
    content,
    held,
    issue,
)
from tests.stored import decide

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    """Two baseline files, as a folder: everything that the local PubMed holds."""
    folder = tmp_path / "baseline"
    issue(folder, 1, *LOOK_ALIKES, CITED, UNRELATED)
    issue(folder, 2, TRIAL, CITING, OLD_CITING)
    return folder


Load = Callable[..., Loaded]


@pytest.fixture
def load(database: Database) -> Load:
    def run(*paths: Path, into: Database = database, **given: bool) -> Loaded:
        issued, _ = releases.sorted_out(paths)
        return bulk.load(into, issued, clock=lambda: NIGHT, **given)

    return run


@pytest.fixture
def nightly(
    tmp_path: Path, migraine: Protocol, extractor: Extractor
) -> Iterator[Database]:
    """A database that a night's run on the same records filled."""
    made = create_database(f"sqlite:///{tmp_path / 'nightly.sqlite'}", migraine)
    with Server(EVERYTHING) as server:
        client = connect(server, tmp_path, times=FakeTime())
        refresh(made, client, extractor, clock=lambda: NIGHT)
    yield made
    made.close()


def from_pubmed(database: Database) -> dict[str, list[object]]:
    """Return all that is kept but for what only a search of PubMed can know."""
    kept = content(database)
    # Papers older than the searches reach are never asked about offline.
    del kept["passed_over"]
    return kept


def gone(database: Database) -> set[int]:
    raw = sqlite3.connect(str(database.engine.url.database))
    pmids = raw.execute("SELECT pmid FROM record WHERE gone_at IS NOT NULL").fetchall()
    raw.close()
    return {pmid for (pmid,) in pmids}


class TestWhatIsKept:
    def test_files_give_what_pubmed_gives(
        self,
        load: Load,
        baseline: Path,
        database: Database,
        nightly: Database,
        extractor: Extractor,
    ) -> None:
        loaded = load(baseline)
        pipeline.extract(database, extractor, clock=lambda: NIGHT)
        assert held(database) == {555, 601, 602}
        assert from_pubmed(database) == from_pubmed(nightly)
        assert (loaded.saved.new, loaded.outside, loaded.references) == (3, 5, 1)
        with database.read() as session:
            assert list(verify(database, session)) == []

    def test_everything_is_kept_where_that_is_asked_for(
        self, load: Load, baseline: Path, database: Database
    ) -> None:
        load(baseline, everything=True)
        assert held(database) == {entry.pmid for entry in EVERYTHING}

    def test_what_is_held_is_kept_up_to_date_whatever_it_has_become(
        self, load: Load, baseline: Path, database: Database
    ) -> None:
        load(baseline)
        retracted = replace(
            TRIAL,
            title="Withdrawn",
            abstract="",
            types=("Retracted Publication",),
            revised=date(2026, 2, 1),
        )
        assert load(issue(baseline, 3, retracted)).saved.retracted == 1
        assert load(issue(baseline, 4, TRIAL)).saved.superseded == 1

    def test_of_two_papers_that_agree_alike_none_is_the_reference(
        self, load: Load, baseline: Path, database: Database
    ) -> None:
        """Whichever file the second one comes in."""
        twin = replace(CITED, pmid=559)
        load(baseline, issue(baseline.parent / "more", 3, twin))
        assert [row[:3] for row in content(database)["reference"]] == [
            (1, "ambiguous", None)
        ]


class TestOrder:
    def test_a_deletion_takes_the_record_back_and_no_older_file_brings_it_again(
        self, load: Load, baseline: Path, database: Database
    ) -> None:
        loaded = load(baseline, issue(baseline.parent / "update", 3, deleted=(601, 9)))
        assert (loaded.gone, gone(database)) == (1, {601})
        load(baseline, everything=True)
        assert gone(database) == {601}

    def test_an_accepted_claim_of_a_deleted_record_stops_counting(
        self, load: Load, baseline: Path, database: Database, extractor: Extractor
    ) -> None:
        load(baseline)
        pipeline.extract(database, extractor, clock=lambda: NIGHT)
        (claim,) = claims(database)
        decide(database, decision(claim.id))
        assert [c.status for c in claims(database)] == [Status.ACCEPTED]
        later = NIGHT + timedelta(days=400)
        issued, _ = releases.sorted_out([issue(baseline, 3, deleted=(601,))])
        bulk.load(database, issued, clock=lambda: later)
        assert [c.status for c in claims(database)] == [Status.NEEDS_REREVIEW]

    def test_the_order_of_the_names_does_not_matter(
        self, load: Load, baseline: Path, database: Database
    ) -> None:
        late = replace(TRIAL, title="Propranolol in migraine, again")
        update = issue(baseline.parent / "update", 3, late)
        load(update, *sorted(baseline.glob("*.gz"), reverse=True))
        assert any("again" in str(row) for row in documents(database))

    def test_a_gap_is_an_error_and_nothing_is_loaded(
        self, load: Load, baseline: Path, database: Database
    ) -> None:
        late = issue(baseline.parent / "update", 5)
        with pytest.raises(ArchiveError, match=r"n0003\.xml\.gz, pubmed26n0004"):
            load(baseline, late)
        assert held(database) == set()
        load(baseline)
        with pytest.raises(ArchiveError, match=r"n0003\.xml\.gz"):
            load(late)

    def test_files_of_two_years_are_an_error(self, load: Load, baseline: Path) -> None:
        first = baseline / "pubmed26n0001.xml.gz"
        other = baseline / "pubmed27n0001.xml.gz"
        other.write_bytes(first.read_bytes())
        with pytest.raises(ArchiveError, match="2026 and 2027"):
            load(baseline)
        load(other)
        with pytest.raises(ArchiveError, match="files of 2027 were loaded before"):
            load(first)

    def test_who_begins_in_the_middle_is_told(
        self, baseline: Path, database: Database
    ) -> None:
        told: list[str] = []
        late, _ = releases.sorted_out([issue(baseline, 3)])
        bulk.load(database, late, clock=lambda: NIGHT, warn=told.append)
        assert "No file before pubmed26n0003.xml" in told[0]


class TestOnce:
    def test_a_file_is_loaded_once(self, load: Load, baseline: Path) -> None:
        load(baseline)
        again = load(baseline, issue(baseline.parent / "update", 3))
        assert again.loaded_before == ["pubmed26n0001.xml", "pubmed26n0002.xml"]
        assert again.saved.unchanged == 0

    def test_a_file_that_was_issued_again_is_loaded_again(
        self, load: Load, baseline: Path, database: Database
    ) -> None:
        load(baseline)
        issue(baseline, 2, TRIAL, CITING, replace(TRIAL, pmid=700))
        assert load(baseline).loaded_before == ["pubmed26n0001.xml"]
        assert 700 in held(database)

    def test_other_searches_read_the_files_again(
        self, load: Load, baseline: Path, tmp_path: Path, migraine: Protocol
    ) -> None:
        cats = migraine.condition.model_copy(update={"words": ("migraine", "cats")})
        load(baseline)
        later = replace(migraine, condition=cats)
        made = create_database(f"sqlite:///{tmp_path / 'evidence.sqlite'}", later)
        assert load(baseline, into=made).loaded_before == []
        made.close()

    @pytest.mark.parametrize("statement", [8, 16, 24, 32])
    def test_a_load_that_is_broken_off_is_made_up_for(
        self,
        statement: int,
        load: Load,
        baseline: Path,
        database: Database,
        nightly: Database,
        extractor: Extractor,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(bulk.archive, "read", small_batches(bulk.archive.read))
        with broken_off(database, statement), pytest.raises(PowerCutError):
            load(baseline)
        load(baseline)
        pipeline.extract(database, extractor, clock=lambda: NIGHT)
        assert from_pubmed(database) == from_pubmed(nightly)
        assert len(load(baseline).loaded_before) == 2


class TestChecksums:
    def test_a_wrong_one_names_the_file_and_nothing_of_it_is_loaded(
        self, load: Load, baseline: Path, database: Database
    ) -> None:
        (baseline / "pubmed26n0002.xml.gz.md5").write_text("0" * 32)
        with pytest.raises(ArchiveError, match=r"pubmed26n0002\.xml\.gz: its MD5 is"):
            load(baseline)
        assert held(database) == {555}

    def test_a_checksum_without_its_file_is_a_file_that_is_missing(
        self, load: Load, baseline: Path
    ) -> None:
        (baseline / "pubmed26n0002.xml.gz").unlink()
        with pytest.raises(ArchiveError, match="download pubmed26n0002"):
            load(baseline)

    def test_what_holds_no_checksum_is_not_taken_for_one(
        self, load: Load, baseline: Path
    ) -> None:
        (baseline / "pubmed26n0001.xml.gz.md5").write_text("<html>not found</html>")
        with pytest.raises(ArchiveError, match="holds no MD5 checksum"):
            load(baseline)


def test_a_load_waits_for_no_other_run(
    load: Load, baseline: Path, database: Database
) -> None:
    with only_one(database, "refresh"), pytest.raises(AlreadyRunningError):
        load(baseline)


class TestTheCommand:
    def test_a_folder_is_loaded_and_counted(
        self, curation: Curation, baseline: Path
    ) -> None:
        curation("init")
        ended = curation("load", baseline)
        assert ended.code == 0, ended.err
        assert ended.out.startswith(
            "2 files loaded, 0 loaded before; "
            "5 records read that no search of the protocol finds\n3 new,"
        )
        assert curation("load", baseline).out.startswith("0 files loaded, 2 loaded")
        assert "\n5 new" in curation("load", "--all", baseline).out

    def test_a_file_without_a_checksum_is_loaded_and_named(
        self, curation: Curation, baseline: Path
    ) -> None:
        curation("init")
        (baseline / "pubmed26n0002.xml.gz.md5").unlink()
        ended = curation("load", baseline)
        assert ended.code == 0
        assert "1 files have no .md5 beside them" in ended.err

    def test_a_folder_without_such_files_is_an_error(
        self, curation: Curation, tmp_path: Path
    ) -> None:
        curation("init")
        (tmp_path / "empty").mkdir()
        ended = curation("load", tmp_path / "empty")
        assert ended.code == 1
        assert "holds no baseline or update file" in ended.err


def documents(database: Database) -> list[str]:
    raw = sqlite3.connect(str(database.engine.url.database))
    found = [row for (row,) in raw.execute("SELECT document FROM record")]
    raw.close()
    return found


class PowerCutError(BaseException):
    """Nothing that any code is prepared for."""


@contextmanager
def broken_off(database: Database, statement: int) -> Iterator[None]:
    """Let the database fail for good from its so-manieth statement on."""
    left = statement

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            raise PowerCutError

    event.listen(database.engine, "before_cursor_execute", count)
    yield
    event.remove(database.engine, "before_cursor_execute", count)


def small_batches(read: Callable[..., object]) -> Callable[..., object]:
    def reading(path: Path, **given: object) -> object:
        return read(path, size=2, **given)

    return reading
