"""Fixtures: a small protocol of another disease, a database, a silent network."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evidence.database import Database, create_database
from evidence.decisions import Action, Decision, SubjectKind
from evidence.library import RunKind
from evidence.protocol import Protocol, load
from evidence.records import Field, PartialDate, Record, Section, text_sha256
from evidence.store import runs
from evidence.types import Direction, Draft, Role

TESTS = Path(__file__).parent
SHARED = TESTS.parent.parent / "shared"
MIGRAINE = TESTS / "protocols" / "migraine"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


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
    for name in ("CURATION_DATABASE_URL", "CURATION_PROTOCOL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data-home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def migraine() -> Protocol:
    """Return the small protocol: another disease, four treatments, four columns."""
    return load(MIGRAINE)


@pytest.fixture(scope="session")
def trd() -> Protocol:
    """Return the protocol that ships."""
    return load()


@pytest.fixture
def database(tmp_path: Path, migraine: Protocol) -> Iterator[Database]:
    """Return an empty database of the small protocol, made by the migrations."""
    made = create_database(f"sqlite:///{tmp_path / 'evidence.sqlite'}", migraine)
    yield made
    made.close()


@pytest.fixture
def run(database: Database) -> int:
    """Return an open run to store things under."""
    with database.write() as session:
        return runs.begin(session, RunKind.LOAD, NOON, {})


ABSTRACT = (
    "Sixty adults with refractory migraine took propranolol or placebo.",
    "Propranolol lowered light sensitivity more than placebo (p = 0.01, n = 60). "
    "Alertness did not differ between the arms.",
)
QUOTE = "Propranolol lowered light sensitivity more than placebo (p = 0.01, n = 60)."


def record(pmid: int = 101, **changes: Any) -> Record:
    """Return an invented record; `changes` are fields that differ."""
    values: dict[str, Any] = {
        "pmid": pmid,
        "title": "Propranolol for light that hurts",
        "sections": (
            Section(ABSTRACT[0], "METHODS", "METHODS"),
            Section(ABSTRACT[1], "RESULTS", "RESULTS"),
        ),
        "journal": "J Tests",
        "published": PartialDate(2020),
    }
    return Record(**values | changes)


def draft(of: Record | None = None, quote: str = QUOTE, **changes: Any) -> Draft:
    """Return an invented finding that quotes `of`; `changes` are fields that differ."""
    source = of or record()
    text = source.text(Field.ABSTRACT) or ""
    start = text.index(quote)
    values: dict[str, Any] = {
        "pmid": source.pmid,
        "field": Field.ABSTRACT,
        "section": "RESULTS",
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "text_sha256": text_sha256(text),
        "treatment": "propranolol",
        "comparator": "placebo",
        "domain": "photophobia",
        "role": Role.OUTCOME,
        "outcome": "light sensitivity",
        "measure": "light-sensitivity",
        "direction": Direction.IMPROVES,
        "design": "randomised",
        "population": "rm_label",
        "p": "0.01",
        "n": 60,
        "rule": "greater-change",
        "extractor": "1+test",
        "confidence": 0.8,
    }
    return Draft.from_dict(values | changes)


def decision(
    claim: str,
    action: Action = Action.ACCEPT,
    *,
    minute: int = 0,
    curator: str = "alice",
    **changes: Any,
) -> Decision:
    """Return a decision on a claim, so many minutes after noon."""
    return Decision(
        subject_kind=SubjectKind.CLAIM,
        subject_id=claim,
        action=action,
        curator=curator,
        at=NOON + timedelta(minutes=minute),
        **changes,
    )


Maker = Callable[..., Any]
