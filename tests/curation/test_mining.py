"""Mining on Dask: the same bytes whoever reads, and the rows of load and extract."""

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from curation import harvest, mining, pipeline
from curation.errors import ArchiveError
from curation.extract.claims import Extractor
from curation.mined import MANIFEST, Manifest, output_of
from evidence.database import Database, create_database
from evidence.errors import EvidenceError
from evidence.protocol import Protocol
from evidence.protocol import load as load_protocol
from tests.command_line import Curation
from tests.literature import (
    CITED,
    CITING,
    LOOK_ALIKES,
    OLD_CITING,
    TRIAL,
    UNRELATED,
    content,
    issue,
)
from tests.places import CHECKOUT, MIGRAINE
from tests.stored import problems

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)
AGAIN = replace(TRIAL, title="Propranolol in migraine, again", revised=date(2026, 1, 2))


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two worker processes, which all tests of the module share."""
    with LocalCluster(2, threads_per_worker=1, dashboard_address=":0") as made:
        yield made


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two baseline files, a later one that brings a paper anew and deletes one."""
    folder = tmp_path_factory.mktemp("pubmed")
    return [
        issue(folder, 1, *LOOK_ALIKES, CITED, UNRELATED),
        issue(folder, 2, TRIAL, CITING, OLD_CITING),
        issue(folder, 3, AGAIN, deleted=(602,)),
    ]


@pytest.fixture(scope="module")
def mined(
    files: list[Path], cluster: LocalCluster, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The files as two workers mine them."""
    folder = tmp_path_factory.mktemp("mined")
    mine(files, folder, cluster.scheduler_address)
    return folder


def mine(files: list[Path], folder: Path, scheduler: str | None) -> Manifest:
    protocol = load_protocol(MIGRAINE)
    rules = mining.rules_for(protocol, cited=[555])
    return mining.mine(files, folder, protocol, rules, scheduler=scheduler, workers=1)


def everything_in(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name != ".lock"}


class TestTheSameBytes:
    def test_on_one_worker_and_on_two(
        self, files: list[Path], mined: Path, tmp_path: Path
    ) -> None:
        mine(list(reversed(files)), tmp_path / "one", None)
        assert everything_in(tmp_path / "one") == everything_in(mined)
        assert len(everything_in(mined)) == 4

    def test_after_a_worker_was_killed_half_way(
        self, files: list[Path], mined: Path, cluster: LocalCluster, tmp_path: Path
    ) -> None:
        with Client(cluster.scheduler_address) as client:
            client.run(die_while_reading, tmp_path / "died")
        mine(files, tmp_path / "out", cluster.scheduler_address)
        assert (tmp_path / "died").exists()
        assert everything_in(tmp_path / "out") == everything_in(mined)


def die_while_reading(once: Path) -> None:
    """Make the first worker that reads a claim's record die there, as by `kill -9`."""
    drafts = Extractor.drafts

    def reading(self: Extractor, record: object) -> object:
        try:
            once.touch(exist_ok=False)
        except FileExistsError:
            return drafts(self, record)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody outlives that signal")

    Extractor.drafts = reading


class TestAgain:
    def test_what_is_mined_is_not_read_again(
        self, files: list[Path], mined: Path, cluster: LocalCluster
    ) -> None:
        before = {p: p.stat().st_mtime_ns for p in mined.glob("*.gz")}
        mine(files, mined, cluster.scheduler_address)
        assert {p: p.stat().st_mtime_ns for p in mined.glob("*.gz")} == before

    def test_an_output_that_was_harmed_is_made_anew(
        self, files: list[Path], mined: Path, cluster: LocalCluster
    ) -> None:
        whole = everything_in(mined)
        output_of(mined, files[1].name).write_bytes(b"half a file")
        mine(files, mined, cluster.scheduler_address)
        assert everything_in(mined) == whole

    def test_other_rules_do_not_mix_in(self, files: list[Path], mined: Path) -> None:
        protocol = load_protocol(MIGRAINE)
        rules = mining.rules_for(protocol, everything=True)
        whole = everything_in(mined)
        with pytest.raises(EvidenceError, match="mined by other rules"):
            mining.mine(files, mined, protocol, rules, workers=1)
        assert everything_in(mined) == whole


class TestDamage:
    def test_a_damaged_file_is_named_and_the_others_are_mined(
        self,
        curation: Curation,
        files: list[Path],
        cluster: LocalCluster,
        tmp_path: Path,
    ) -> None:
        broken = tmp_path / "broken.xml.gz"
        broken.write_bytes(files[0].read_bytes()[:-20])
        arguments = ("mine", "--all", *files, broken, "--out", tmp_path / "out")
        ended = curation(*arguments, "--scheduler", cluster.scheduler_address)
        assert ended.code == 3
        assert ended.out.startswith("3 files mined")
        assert "not mined: broken.xml.gz" in ended.err
        assert "cut off" in ended.err
        curation("init")
        ended = curation("load", "--claims", tmp_path / "out")
        assert ended.code == 1
        assert "1 files are missing, first broken.xml.gz" in ended.err

    def test_without_dask_it_says_what_to_install(
        self,
        curation: Curation,
        files: list[Path],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        ended = curation("mine", "--all", files[0], "--out", tmp_path / "out")
        assert ended.code == 1
        assert "pip install 'trd-evidence[mine]'" in ended.err


DYING = """
import os, signal, sys
from pathlib import Path
from curation import harvest
from evidence.database import open_database
from evidence.protocol import load
from tests.places import MIGRAINE
at = int(sys.argv[3])
def die(_):
    global at
    at -= 1
    if not at:
        os.kill(os.getpid(), signal.SIGKILL)
harvest.load_claims(
    open_database(sys.argv[1], load(MIGRAINE)), Path(sys.argv[2]), progress=die
)
"""
"""Loads what was mined, and dies when it has stored so many batches."""


@pytest.mark.both
class TestLoading:
    @pytest.fixture
    def loaded(
        self, files: list[Path], tmp_path: Path, migraine: Protocol
    ) -> Iterator[Database]:
        """A database that the same files were loaded into and extracted in."""
        made = create_database(f"sqlite:///{tmp_path / 'loaded.sqlite'}", migraine)
        issued, _ = harvest.releases.sorted_out(files)
        harvest.bulk.load(made, issued, clock=lambda: NIGHT)
        pipeline.extract(made, Extractor(migraine), clock=lambda: NIGHT)
        yield made
        made.close()

    def test_the_rows_are_those_of_load_and_extract_however_often(
        self, mined: Path, database: Database, loaded: Database
    ) -> None:
        first = harvest.load_claims(database, mined, clock=lambda: NIGHT)
        assert content(database) == content(loaded)
        assert first.proposed.new > 0
        assert (first.issued_files, first.missed) == (3, {})
        again = harvest.load_claims(database, mined, clock=lambda: NIGHT)
        assert again.proposed.new == 0
        assert again.issued is not None
        assert len(again.issued.loaded_before) == 3
        assert content(database) == content(loaded)

    @pytest.mark.parametrize("batches", [2, 5], ids=["in the records", "in the claims"])
    def test_what_is_killed_half_way_is_made_up_for(
        self, batches: int, url: str, mined: Path, database: Database, loaded: Database
    ) -> None:
        order = [sys.executable, "-c", DYING, url, str(mined), str(batches)]
        died = subprocess.run(order, cwd=CHECKOUT, check=False)
        assert died.returncode == -signal.SIGKILL
        assert problems(database) == []
        assert content(database) != content(loaded)
        harvest.load_claims(database, mined, clock=lambda: NIGHT)
        assert problems(database) == []
        assert content(database) == content(loaded)

    def test_a_later_version_that_mining_left_out_is_told_and_can_be_loaded(
        self,
        files: list[Path],
        cluster: LocalCluster,
        curation: Curation,
        tmp_path: Path,
    ) -> None:
        withdrawn = replace(TRIAL, title="Withdrawn", abstract="")
        late = issue(tmp_path / "late", 3, replace(withdrawn, revised=date(2026, 2, 1)))
        curation("init")
        mine([*files[:2], late], tmp_path / "out", cluster.scheduler_address)
        ended = curation("load", "--claims", tmp_path / "out")
        assert ended.code == 3
        assert f"pubmed26n0003.xml (PMID {TRIAL.pmid})" in ended.err
        assert "1 changed" in curation("load", late).out

    def test_what_was_tampered_with_is_refused(
        self, mined: Path, database: Database, files: list[Path], tmp_path: Path
    ) -> None:
        for path in mined.iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        first = output_of(tmp_path, files[0].name)
        first.write_bytes(gzip.compress(gzip.decompress(first.read_bytes()) + b"\n"))
        with pytest.raises(ArchiveError, match="its checksum is another"):
            harvest.load_claims(database, tmp_path)

    def test_what_another_protocol_mined_is_refused(
        self, mined: Path, database: Database, tmp_path: Path
    ) -> None:
        manifest = (mined / MANIFEST).read_text(encoding="utf-8")
        sha256 = database.protocol.sha256
        (tmp_path / MANIFEST).write_text(manifest.replace(sha256, "0" * 64))
        with pytest.raises(ArchiveError, match="protocol 000000000000"):
            harvest.load_claims(database, tmp_path)
