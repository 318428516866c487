"""A local PubMed, an extractor, and nights between them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from curation.extract.claims import Extractor
from curation.refresh import refresh
from curation.report import Report
from evidence.database import Database
from evidence.protocol import Protocol
from tests.eutils import Server
from tests.eutils.client import FakeTime, connect
from tests.literature import EVERYTHING

Night = Callable[..., Report]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(EVERYTHING) as running:
        yield running


@pytest.fixture(scope="session")
def extractor(migraine: Protocol) -> Extractor:
    return Extractor(migraine)


@pytest.fixture
def night(
    server: Server, database: Database, extractor: Extractor, tmp_path: Path
) -> Night:
    """Return one night's run, on the so-manieth day of 2026."""

    def run(day: int = 60, *, into: Database = database, **given: Any) -> Report:
        with connect(server, tmp_path, times=FakeTime()) as client:
            moment = datetime(2026, 1, 1, 3, tzinfo=UTC) + timedelta(days=day)
            return refresh(into, client, extractor, clock=lambda: moment, **given)

    return run
