"""A release builds the site where it would tell its readers anything else."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from curation import publication
from curation import release as releases
from curation.errors import AlreadyRunningError, PublishError
from curation.locks import only_one
from curation.publication import publish_site
from curation.publish import fingerprint
from curation.publish.build import Published
from curation.publish.fingerprint import digest_of, with_its_release
from curation.publish.folders import MARKER
from curation.release import Released, release
from evidence.database import Database, create_database
from evidence.decisions import Action, Reason
from evidence.library import Library, ReferenceStanding, ReferenceState, RunKind
from evidence.library import Release as Numbered
from evidence.protocol import Protocol
from evidence.queries.library import library
from evidence.queries.releases import releases as stored_releases
from evidence.store import runs
from evidence.store.references import save_reference_states
from evidence.store.searches import Searched, save_searches
from tests.command_line import Curation, article, pubmed_file
from tests.invented import NOON, decision, record
from tests.raw import rows
from tests.stored import decide, save, stored_claim

Release = Callable[..., Released]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Stand in for the site tool: which sites were built, and from what."""
    made: list[Path] = []

    def publish(found: Library, output: Path, **_: Any) -> Published:
        (output / "downloads").mkdir(parents=True, exist_ok=True)
        (output / "index.html").write_text(str(found.last_search))
        for name in ("cells", "claims"):
            (output / "downloads" / f"{name}.json").write_text(digest_of(found))
        made.append(output)
        return Published(output, pages=2, changed=1, files=3, bytes=4)

    monkeypatch.setattr(releases, "publish", publish)
    monkeypatch.setattr(publication, "publish", publish)
    return made


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture
def claim(database: Database, run: int) -> str:
    return stored_claim(database, run)


@pytest.fixture
def released(database: Database, claim: str, site: Path, built: list[Path]) -> Release:
    """Return `release`, after a first one."""

    def again(output: Path = site) -> Released:
        return release(database, output, clock=lambda: NOON)

    assert again().published is not None
    return again


def search(database: Database, days: int) -> None:
    """Let a complete search have been made, so many days after noon."""
    at = NOON + timedelta(days=days)
    found = Searched(search="preventives", query="q", window_start=None, found=())
    with database.write() as session:
        run = runs.begin(session, RunKind.REFRESH, at, {})
        save_searches(session, [found], run=run, at=at)


def publications(database: Database) -> list[dict[str, Any]]:
    found = rows(database, "SELECT counts FROM run WHERE kind = 'publish' ORDER BY id")
    return [json.loads(text) for (text,) in found]


class TestNothingChanged:
    def test_nothing_is_built_and_nothing_written(
        self, released: Release, database: Database, built: list[Path]
    ) -> None:
        assert released() == Released(None)
        assert len(built) == 1
        assert len(publications(database)) == 1

    def test_records_without_claims_and_runs_are_nothing_to_tell(
        self, released: Release, database: Database, run: int
    ) -> None:
        search(database, days=0)
        released()
        save(database, run, record(999, title="Of cats"))
        search(database, days=1)
        assert released().why is None


class TestSomethingChanged:
    @pytest.mark.parametrize(
        "action",
        [
            {"action": Action.ACCEPT},
            {"action": Action.REJECT, "reason": Reason.WRONG_DIRECTION},
            {"action": Action.DEFER},
        ],
    )
    def test_a_decision_is_told(
        self, released: Release, database: Database, claim: str, action: Any
    ) -> None:
        decide(database, decision(claim, **action))
        assert released().why == "what is public has changed"
        assert released().why is None

    def test_a_retraction_is_told(
        self, released: Release, database: Database, run: int
    ) -> None:
        types = ("Retracted Publication",)
        save(database, run, replace(record(), publication_types=types))
        assert released().published is not None

    def test_a_reference_that_was_found_is_told(
        self, released: Release, database: Database, run: int
    ) -> None:
        found = ReferenceState(number=1, state=ReferenceStanding.RESOLVED, pmid=101)
        with database.write() as session:
            save_reference_states(session, [found], run=run)
        assert released().why == "what is public has changed"

    def test_another_version_of_the_program_is_told(
        self, released: Release, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fingerprint, "__version__", "99")
        assert released().why == "what is public has changed"

    def test_the_date_of_the_last_search_lags_no_longer_than_a_week(
        self, released: Release, database: Database
    ) -> None:
        search(database, days=0)
        released()
        search(database, days=6)
        assert released().why is None
        search(database, days=8)
        assert "7 days" in str(released().why)
        assert released().why is None


class TestNumbers:
    def test_a_state_has_one_number_wherever_it_is_built(
        self, released: Release, database: Database, claim: str, tmp_path: Path
    ) -> None:
        assert [r.number for r in known_releases(database)] == [1]
        assert released(tmp_path / "other").number == 1
        decide(database, decision(claim))
        assert released().number == 2
        assert released(tmp_path / "other").number == 2
        assert [r.number for r in known_releases(database)] == [2, 1]

    def test_a_release_says_which_cells_changed_and_how(
        self, released: Release, database: Database, claim: str
    ) -> None:
        decide(database, decision(claim))
        released()
        newest, first = known_releases(database)
        assert first.changes == ()
        # Its class's row says something new as well.
        changes = {c.treatment: c for c in newest.changes}
        assert {c.domain for c in newest.changes} == {"photophobia"}
        change = changes["propranolol"]
        assert change.before is None
        assert change.after == newest.sentences["propranolol/photophobia/outcome"]
        rejected = decision(claim, action=Action.REJECT, reason=Reason.OUT_OF_SCOPE)
        decide(database, rejected)
        released()
        gone = {c.treatment: c for c in known_releases(database)[0].changes}[
            "propranolol"
        ]
        assert (gone.before, gone.after) == (change.after, None)

    def test_a_build_that_failed_takes_no_number(
        self,
        released: Release,
        database: Database,
        claim: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        decide(database, decision(claim))
        with monkeypatch.context() as broken:
            broken.setattr(releases, "publish", refuse)
            with pytest.raises(PublishError):
                released()
        assert [r.number for r in known_releases(database)] == [1]
        assert released().number == 2

    def test_the_library_knows_whether_it_is_a_release(
        self, released: Release, database: Database, claim: str
    ) -> None:
        def now() -> int | None:
            with database.read() as session:
                release = with_its_release(library(database, session)).release
            return release.number if release else None

        assert now() == 1
        decide(database, decision(claim))
        assert now() is None
        released()
        assert now() == 2


def known_releases(database: Database) -> tuple[Numbered, ...]:
    with database.read() as session:
        return stored_releases(session)


def refuse(*_: Any, **__: Any) -> Published:
    raise PublishError("the site tool refused the pages")


class TestTheSiteItself:
    def test_one_in_another_place_is_built(
        self, released: Release, tmp_path: Path, built: list[Path]
    ) -> None:
        assert released(tmp_path / "other").why == "it was never released here"
        assert released().why is None
        assert len(built) == 2

    def test_one_that_was_removed_is_built_again(
        self, released: Release, site: Path
    ) -> None:
        (site / "index.html").unlink()
        assert released().why == "the site is not the one that was released"

    def test_one_that_was_published_by_hand_meanwhile_is_built_again(
        self, released: Release, site: Path
    ) -> None:
        (site / "downloads" / "claims.json").write_text("of another day")
        assert released().why == "the site is not the one that was released"


class TestPublishedByHand:
    """`curation publish` keeps who published what, and promises nothing by it."""

    @pytest.fixture
    def published(
        self, database: Database, claim: str, site: Path, built: list[Path]
    ) -> None:
        decide(database, decision(claim))
        publish_site(database, site, clock=lambda: NOON)

    @pytest.fixture(autouse=True)
    def _curator(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("getpass.getuser", lambda: "carol")

    @pytest.mark.usefixtures("published")
    def test_a_run_tells_who_published_what_where(
        self, database: Database, site: Path
    ) -> None:
        (told,) = publications(database)
        assert (told["by"], told["site"]) == ("carol", str(site))
        assert (told["pages"], told["accepted_claims"]) == (2, 1)
        assert told["last_decision"] == NOON.isoformat()

    @pytest.mark.usefixtures("published")
    def test_a_release_is_made_all_the_same(
        self, database: Database, site: Path
    ) -> None:
        why = release(database, site, clock=lambda: NOON).why
        assert why == "it was never released here"


class TestFailure:
    def test_what_failed_is_tried_again(
        self,
        released: Release,
        database: Database,
        claim: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        decide(database, decision(claim))
        with monkeypatch.context() as broken:
            broken.setattr(releases, "publish", refuse)
            for _ in range(2):
                with pytest.raises(PublishError):
                    released()
        assert [c.get("error") for c in publications(database)][1:] == [
            "the site tool refused the pages"
        ] * 2
        assert released().why == "what is public has changed"

    def test_no_release_beside_a_refresh(
        self, released: Release, database: Database
    ) -> None:
        with only_one(database, "refresh"), pytest.raises(AlreadyRunningError):
            released()


def test_equal_libraries_have_equal_digests(database: Database, claim: str) -> None:
    with database.read() as session:
        first, second = (library(database, session) for _ in range(2))
    assert digest_of(first) == digest_of(second)
    assert digest_of(replace(first, record_count=99)) == digest_of(first)
    assert digest_of(replace(first, demonstration=True)) != digest_of(first)
    assert digest_of(replace(first, claims={})) != digest_of(first)


def test_the_command_builds_once(curation: Curation, tmp_path: Path) -> None:
    """With the real site tool."""
    curation("init")
    curation("load", pubmed_file(tmp_path / "pubmed.xml", article(101)))
    curation("extract")
    site = tmp_path / "site"
    first = curation("release", "--output", site)
    assert first.code == 0, first.err
    assert first.out.endswith("it was never released here\n")
    page = (site / "index.html").stat().st_mtime_ns
    second = curation("release", "--output", site)
    assert (second.code, second.out) == (0, "nothing changed\n")
    assert (site / "index.html").stat().st_mtime_ns == page
    assert json.loads(curation("release", "--output", site, "--json").out) == {
        "why": None,
        "published": None,
        "release": None,
    }
    again = tmp_path / "again" / "site"
    assert curation("publish", "--output", again).code == 0
    assert bytes_of(again) == bytes_of(site)
    manifest = json.loads((site / "manifest.json").read_text())
    assert manifest["release"] == 1
    assert (
        "release 1</a> of"
        in (site / "treatments/propranolol/photophobia.html").read_text()
    )
    with FileLock(tmp_path / "evidence.sqlite.lock"):
        assert curation("release", "--output", site).code == 4


def test_a_demonstration_is_never_released(
    tmp_path: Path, migraine: Protocol, site: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'demo.sqlite'}"
    demonstration = create_database(url, migraine, demonstration=True)
    with pytest.raises(PublishError, match="digests never enter a release"):
        release(demonstration, site)
    demonstration.close()
    assert not site.exists()


def bytes_of(site: Path) -> dict[str, bytes]:
    """Every file of a site, and that its own list of checksums is true of them."""
    found = {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }
    listed = dict(
        line.split("  ")[::-1] for line in found["SHA256SUMS"].decode().splitlines()
    )
    rest = set(found) - {"SHA256SUMS", MARKER}
    assert listed == {name: hashlib.sha256(found[name]).hexdigest() for name in rest}
    return found
