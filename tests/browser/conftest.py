"""A browser, the demonstration that ships, and a review that nobody has begun."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curation.demo import demonstrate
from evidence.database import open_database, sqlite_url
from evidence.protocol import Protocol
from evidence.queries.library import library
from tests.browser.reader import Shown, served
from tests.browser.review_desk import prepare

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Debian's Chromium under Playwright."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="the browser tests need scripts/test --all"
    )
    if CHROMIUM is None:
        pytest.skip("the command chromium is not installed")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def prepared(trd: Protocol, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the shipped library, read by the extractor, with nothing decided."""
    return prepare(trd, tmp_path_factory.mktemp("review") / "prepared.sqlite")


@pytest.fixture(scope="session")
def demonstration(
    trd: Protocol, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shown]:
    """Build and serve the demonstration that ships: the starter library."""
    made = demonstrate(trd, tmp_path_factory.mktemp("demonstration") / "site")
    database = open_database(sqlite_url(made.database), trd)
    with database.read() as session:
        known = library(database, session)
    database.close()
    with served(made.site) as address:
        yield Shown(address, made.site, known)
