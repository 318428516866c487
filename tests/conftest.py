"""Fixtures: a small protocol of another disease, a database, a silent network.

What is marked `both` runs twice: on SQLite, and on PostgreSQL where Debian's is
installed. `scripts/test --all` installs it; elsewhere those tests are skipped.
"""

import os
import socket
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from evidence.database import Database, create_database
from evidence.library import RunKind
from evidence.protocol import Protocol, load
from evidence.store import runs
from tests.command_line import curation
from tests.invented import NOON
from tests.places import MIGRAINE
from tests.postgresql import Server, programs, running

__all__ = ["curation"]


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of tests that run on both kinds of database."""
    config.addinivalue_line("markers", "both: runs on SQLite and on PostgreSQL")


REVIEW = Path(__file__).parent / "curation" / "review"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked `both` on both kinds of database.

    Where everything is asked for, so is every test of the review page: that one
    server serves a team only on PostgreSQL.
    """
    everything = os.environ.get("CURATION_TESTS_ALL") == "1"
    marked = metafunc.definition.get_closest_marker("both") is not None
    if everything and REVIEW in metafunc.definition.path.parents:
        marked = True
    if marked and "url" in metafunc.fixturenames:
        metafunc.parametrize("url", ["sqlite", "postgresql"], indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a skip fail where everything is asked for (`scripts/test --all`).

    Only comparisons with the developers' shared folder may be skipped then.
    """
    report = yield
    everything = os.environ.get("CURATION_TESTS_ALL") == "1"
    if everything and report.skipped and item.get_closest_marker("shared") is None:
        report.outcome = "failed"
        report.longrepr = f"skipped, which --all does not allow: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if host not in ("127.0.0.1", "::1", "localhost"):
                raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a developer's own settings and working folder out of every test."""
    for name in (
        *("CURATION_DATABASE_URL", "CURATION_PROTOCOL", "CURATION_EUTILS_URL"),
        *("CURATION_NCBI_EMAIL", "CURATION_NCBI_API_KEY"),
    ):
        monkeypatch.delenv(name, raising=False)
    for name in ("DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def migraine() -> Protocol:
    """Return the small protocol: another disease, four treatments, four columns."""
    return load(MIGRAINE)


@pytest.fixture(scope="session")
def trd() -> Protocol:
    """Return the protocol that ships."""
    return load()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Return a PostgreSQL server, one for all tests."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with running(found) as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgresql: Server, migraine: Protocol) -> tuple[str, str]:
    """Return a PostgreSQL database, and the statements that the migrations come to."""
    name = postgresql.create()
    create_database(postgresql.url(name), migraine).close()
    return name, postgresql.dump(name)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database of the small protocol."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path / 'evidence.sqlite'}"
    server: Server = request.getfixturevalue("postgresql")
    name, statements = request.getfixturevalue("migrated")
    server.lay(name, statements)
    return server.url(name)


@pytest.fixture
def database(url: str, migraine: Protocol) -> Iterator[Database]:
    """Return an empty database of the small protocol, made by the migrations."""
    made = create_database(url, migraine)
    yield made
    made.close()


@pytest.fixture
def run(database: Database) -> int:
    """Return an open run to store things under."""
    with database.write() as session:
        return runs.begin(session, RunKind.LOAD, NOON, {})
