"""The disk is full while a backup or a site is written: what stood there stands.

A disk of a few megabytes is really filled where the tests may mount one; everywhere,
each file that is opened or made in turn is the one for which there is no room.
"""

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from curation.backups import backup
from curation.publication import publish_site
from curation.publish import build
from curation.restoring import check_backup
from evidence.database import Database, open_database, sqlite_url
from evidence.errors import EvidenceError
from evidence.protocol import Protocol
from tests.command_line import Curation, article, pubmed_file
from tests.curation.forked_jobs import remembered
from tests.curation.test_killed_jobs import files
from tests.invented import NOON

MINUTES = (NOON + timedelta(minutes=n) for n in count())
"""A backup is named after its moment."""

Job = Callable[[Database, Path], object]
JOBS: dict[str, Job] = {
    "backup": lambda database, disk: backup(
        database, disk / "backups", clock=lambda: next(MINUTES)
    ),
    "publish": lambda database, disk: publish_site(database, disk / "site"),
}
MEGABYTES = 24


class NoRoom:
    """From the so-manieth file below a folder on, there is room for none."""

    def __init__(self) -> None:
        self.folder, self.room, self.seen = "", 0, 0
        sys.addaudithook(self._happened)

    def _happened(self, what: str, given: tuple[Any, ...]) -> None:
        writes = what == "open" and isinstance(given[2], int) and given[2] & 0o3
        if self.folder and (writes or what == "os.mkdir"):
            name = str(given[0])
            if name.startswith(self.folder):
                self.seen += 1
                if self.seen > self.room:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)

    @contextmanager
    def after(self, room: int, folder: Path) -> Iterator[None]:
        self.folder, self.room, self.seen = str(folder), room, 0
        try:
            yield
        finally:
            self.folder = ""


@pytest.fixture(scope="module")
def no_room() -> NoRoom:
    """Python takes a hook back no more, so there is one of it."""
    return NoRoom()


@pytest.fixture
def database(
    curation: Curation, tmp_path: Path, migraine: Protocol
) -> Iterator[Database]:
    curation("init")
    curation("load", pubmed_file(tmp_path / "read.xml", article(101), article(102)))
    curation("extract")
    opened = open_database(sqlite_url(tmp_path / "evidence.sqlite"), migraine)
    yield opened
    opened.close()


def changed(tmp_path: Path, curation: Curation) -> None:
    """Let there be something new to write."""
    curation("load", pubmed_file(tmp_path / "more.xml", *map(article, range(200, 240))))
    curation("extract")


def kept(disk: Path) -> dict[str, str]:
    """Return what stands on a disk that readers and restorers use."""
    return files(disk / "site") | {
        name: digest
        for name, digest in files(disk).items()
        if name.startswith("backups/") and not name.endswith(".lock")
    }


@pytest.mark.parametrize("job", JOBS)
def test_whichever_file_has_no_room_nothing_is_half_written(
    job: str,
    database: Database,
    curation: Curation,
    no_room: NoRoom,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(build, "_run_mkdocs", remembered)
    disk, run = tmp_path / "disk", JOBS[job]
    disk.mkdir()
    run(database, disk)
    before, room = kept(disk), 0
    changed(tmp_path, curation)
    while True:
        with no_room.after(room, disk), suppress(EvidenceError):
            run(database, disk)
            break
        assert no_room.seen > room, "it failed for another reason"
        assert kept(disk) == before, room
        room += 1 if room < 4 else 20
    assert room >= 4
    assert kept(disk) != before


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of a few megabytes."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(path: Path, leaving: int) -> None:
    """Fill the disk on which a file lies, but for some bytes."""
    status = os.statvfs(path.parent)
    path.write_bytes(bytes(status.f_bavail * status.f_frsize - leaving))


if os.getuid() == 0:

    @pytest.mark.parametrize("leaving", [0, 200_000])
    @pytest.mark.parametrize("job", JOBS)
    def test_a_disk_that_is_really_full(
        job: str,
        leaving: int,
        database: Database,
        curation: Curation,
        tmp_path: Path,
        migraine: Protocol,
    ) -> None:
        with small_disk(tmp_path / "disk") as disk:
            run = JOBS[job]
            run(database, disk)
            before = kept(disk)
            changed(tmp_path, curation)
            fill(disk / "filler", leaving)
            with pytest.raises(EvidenceError, match=r"check the disk|No space left"):
                run(database, disk)
            assert kept(disk) == before
            for one in (disk / "backups").glob("*.sqlite"):
                assert check_backup(one, migraine).digest_checked
            (disk / "filler").unlink()
            run(database, disk)
            assert kept(disk) != before
