"""The machine fails: a full disk, a file that may only be read, a file from later.

Each command that writes meets each fault. It says in one line what happened and what
to do, what was stored stays as it was, and once the machine is well again the same
command ends as if nothing had been.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from curation import pipeline
from curation.extract.claims import Extractor
from curation.ledgers import import_decisions
from evidence import engines, mounts
from evidence.database import Database, create_database, open_database, sqlite_url
from evidence.errors import DatabaseError
from evidence.protocol import Protocol
from tests.command_line import Curation, article, pubmed_file
from tests.literature import content
from tests.stored import problems

FAULTY: dict[str, tuple[str, ...]] = {
    "load": ("load", "later.xml"),
    "extract": ("extract",),
    "decisions import": ("decisions", "import", "filled.jsonl", "--curator", "alice"),
}
LATER = "9999"


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Let the database file grow no more, as on a full disk (SQLITE_FULL)."""

    def limit(connection: Any, _: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


@contextmanager
def only_read(path: Path) -> Iterator[None]:
    """Let the database file be read only, for an administrator too."""
    real = engines.create_engine

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(
            f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False
        )

    def create(url: Any, **given: Any) -> Engine:
        return real(url, creator=opened, **given)

    engines.create_engine = create
    try:
        yield
    finally:
        engines.create_engine = real


@contextmanager
def from_later(path: Path) -> Iterator[None]:
    """Let a later version have upgraded the database."""
    stamp = "UPDATE alembic_version SET version_num = ?"
    with sqlite3.connect(path) as raw:
        (known,) = raw.execute("SELECT version_num FROM alembic_version").fetchone()
        raw.execute(stamp, [LATER])
    raw.close()
    try:
        yield
    finally:
        with sqlite3.connect(path) as raw:
            raw.execute(stamp, [known])
        raw.close()


@contextmanager
def on_a_network(path: Path) -> Iterator[None]:
    """Let the database lie where other machines may open it."""
    told, real = path.with_name("mountinfo"), mounts.MOUNTS
    told.write_text(f"36 35 98:0 / {path.parent} rw,noatime - nfs4 server:/share rw\n")
    mounts.MOUNTS = told
    try:
        yield
    finally:
        mounts.MOUNTS = real


@dataclass(frozen=True)
class Fault:
    name: str
    befall: Callable[[Path], Any]
    told: str
    remedy: str


FAULTS = (
    Fault("the disk is full", full_disk, "has no room left", "make room on its disk"),
    Fault("it may only be read", only_read, "may only be read", "allow writing"),
    Fault("it is from later", from_later, "of a newer version", "or a later one"),
    Fault("it is on a network", on_a_network, "file system (nfs4)", "PostgreSQL"),
)


@pytest.fixture
def place(curation: Curation, tmp_path: Path) -> Path:
    """Return a database with a claim to decide on, and files that wait."""
    assert curation("init").code == 0
    curation("load", pubmed_file(tmp_path / "first.xml", article(101)))
    assert curation("extract").code == 0
    unread = [article(number) for number in range(300, 330)]
    curation("load", pubmed_file(tmp_path / "unread.xml", *unread))
    later = [article(number, "Nothing new " * 400) for number in range(200, 220)]
    pubmed_file(tmp_path / "later.xml", *later)
    curation("decisions", "export", "--proposed", "-o", tmp_path / "proposed.jsonl")
    proposed = (tmp_path / "proposed.jsonl").read_text()
    filled = proposed.replace('"action":""', '"action":"accept"').replace(
        '"note":null', f'"note":"{"long " * 9000}"'
    )
    (tmp_path / "filled.jsonl").write_text(filled)
    return tmp_path / "evidence.sqlite"


def stored(path: Path, protocol: Protocol) -> tuple[Any, int]:
    """Return what is kept, and how many decisions; verified."""
    database = open_database(sqlite_url(path), protocol)
    assert problems(database) == []
    with database.read() as session:
        decisions = session.connection().exec_driver_sql(
            "SELECT count(*) FROM decision"
        )
        found = content(database), int(decisions.scalar_one())
    database.close()
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_command_says_what_happened_and_loses_nothing(
    fault: Fault, place: Path, curation: Curation, migraine: Protocol
) -> None:
    before = stored(place, migraine)
    with fault.befall(place):
        for name, arguments in FAULTY.items():
            ended = curation(*arguments)
            assert ended.code in (1, 3), name
            assert fault.told in ended.err and fault.remedy in ended.err, name
            assert "Traceback" not in ended.err
    assert stored(place, migraine) == before
    for name, arguments in FAULTY.items():
        ended = curation(*arguments)
        assert ended.code == 0, f"{name}: {ended.err}"
    after, decisions = stored(place, migraine)
    assert (len(after["record"]), decisions) == (51, 2)


@pytest.mark.parametrize("fault", FAULTS[2:], ids=lambda fault: fault.name)
def test_init_leaves_such_a_database_alone(
    fault: Fault, place: Path, curation: Curation
) -> None:
    with fault.befall(place):
        before = place.read_bytes()
        ended = curation("init")
        assert (ended.code, fault.told in ended.err) == (1, True)
        assert place.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_what_is_written_to_a_full_disk_is_told(
    place: Path, curation: Curation
) -> None:
    ended = curation("decisions", "export", "--proposed", "-o", "/dev/full")
    assert ended.code == 1
    assert "/dev/full" in ended.err


class TestMounts:
    """Whose kind counts: of the innermost mount, the latest, names decoded."""

    @pytest.mark.parametrize(
        ("mounted", "kind"),
        [
            ([("/", "ext4")], None),
            ([("/", "ext4"), ("/srv", "nfs")], "nfs"),
            ([("/", "nfs4"), ("/srv/data", "ext4")], None),
            ([("/srv", "cifs"), ("/srv", "xfs")], None),
            ([("/", "ext4"), ("/srv/da", "nfs")], None),
            ([("/", "ext4"), ("/srv/data", "fuse.sshfs")], "fuse.sshfs"),
            ([("/", "overlay"), ("/srv/da\\040ta", "nfs")], None),
        ],
    )
    def test_the_kind(
        self, mounted: list[tuple[str, str]], kind: str | None, tmp_path: Path
    ) -> None:
        told = tmp_path / "mountinfo"
        told.write_text(
            "".join(
                f"36 35 98:0 / {point} rw shared:1 - {name} dev rw\n"
                for point, name in mounted
            )
            + "a line of a kernel to come\n"
        )
        found = mounts.network_of(Path("/srv/data/evidence.sqlite"), told)
        assert found == kind

    def test_a_name_with_a_space(self, tmp_path: Path) -> None:
        told = tmp_path / "mountinfo"
        told.write_text("1 1 0:1 / /my\\040share rw - smb3 //server/share rw\n")
        assert mounts.network_of(Path("/my share/e.sqlite"), told) == "smb3"

    def test_a_machine_that_does_not_tell(self, tmp_path: Path) -> None:
        assert mounts.network_of(tmp_path / "e.sqlite", tmp_path / "absent") is None


class TestTwoOfEverything:
    """Two of a kind at the same moment end as one."""

    def both(self, job: Callable[[], Any]) -> list[BaseException]:
        start, failed = threading.Barrier(2), list[BaseException]()

        def run() -> None:
            start.wait(10)
            try:
                job()
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return failed

    def test_two_that_make_the_database(
        self, tmp_path: Path, migraine: Protocol
    ) -> None:
        url = sqlite_url(tmp_path / "new.sqlite")
        assert self.both(lambda: create_database(url, migraine).close()) == []
        database = open_database(url, migraine)
        assert problems(database) == []
        database.close()

    @pytest.mark.parametrize("what", ["load", "extract", "decisions import"])
    def test_two_that_write(
        self, what: str, place: Path, tmp_path: Path, migraine: Protocol
    ) -> None:
        database = open_database(sqlite_url(place), migraine)
        extractor = Extractor(migraine)
        jobs: dict[str, Callable[[], Any]] = {
            "load": lambda: pipeline.load(database, [tmp_path / "later.xml"]),
            "extract": lambda: pipeline.extract(database, extractor, everything=True),
            "decisions import": lambda: import_decisions(
                database, tmp_path / "filled.jsonl", curator="alice"
            ),
        }
        before, _ = stored(place, migraine)
        assert self.both(jobs[what]) == []
        database.close()
        after, decisions = stored(place, migraine)
        assert len(after["record"]) == len(before["record"]) + 20 * (what == "load")
        of_each = len(before["claim"])
        assert len(after["claim"]) == of_each * (31 if what == "extract" else 1)
        assert decisions == (2 if what == "decisions import" else 0)


def test_a_database_that_is_refused_is_not_touched(
    tmp_path: Path, migraine: Protocol
) -> None:
    path = tmp_path / "share" / "evidence.sqlite"
    path.parent.mkdir()
    with on_a_network(path), pytest.raises(DatabaseError, match="network"):
        create_database(sqlite_url(path), migraine)
    assert [p.name for p in path.parent.iterdir()] == ["mountinfo"]
    made: Database = create_database(sqlite_url(path), migraine)
    made.close()
