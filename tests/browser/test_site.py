"""The built site in a real browser: it renders, can be walked, and asks nobody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curation.demo import demonstrate
from evidence.protocol import Protocol
from tests.browser.reader import opened, served


@pytest.fixture(scope="module")
def site(migraine: Protocol, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demonstration of the small protocol."""
    return demonstrate(migraine, tmp_path_factory.mktemp("browser") / "site").site


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the site on a port of this machine."""
    with served(site) as where:
        yield where


PAGES = (
    *("", "how-to-read.html", "references.html", "review.html", "domains/index.html"),
    *("treatments/propranolol/index.html", "treatments/propranolol/photophobia.html"),
    *("methods/arithmetic.html", "downloads/index.html"),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_renders_and_asks_nobody_else(
    browser: Any, address: str, path: str, width: int, scheme: str
) -> None:
    how = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with opened(browser, address + path, **how) as (page, troubles):
        assert page.locator("h1").first.is_visible()
        assert "Demonstration" in page.inner_text("body")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert troubles == []
        assert wide <= width + 1 or "map" in page.content()


def test_the_map_answers_in_one_click(browser: Any, address: str) -> None:
    with opened(browser, address) as (page, _):
        cell = page.locator("a[href*='propranolol/photophobia']").first
        assert "favours" in cell.inner_text()
        cell.click()
        page.wait_for_load_state("load")
        text = page.inner_text("main")
    assert "One study: favours (RM 1)" in text
    assert "Propranolol lowered light sensitivity more than placebo" in text
    assert "Studied only in another question" in text


def test_the_map_is_there_without_scripts(browser: Any, address: str) -> None:
    with opened(browser, address, java_script_enabled=False) as (page, _):
        assert page.locator("table").count() >= 1
        assert "Propranolol" in page.inner_text("main")
