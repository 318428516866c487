"""Hostile titles and quotes in a real browser: read as written, run by nobody."""

import shutil
from typing import Any

import pytest

from curation.publish import addresses, markup
from tests.browser.reader import opened, served
from tests.curation.publish.conftest import Site

SEARCHED = ("script", "onerror", "javascript", "heading", "stray", "markup", "paper")


def test_a_browser_reads_the_source_and_runs_nothing_of_it(
    site: Site, hostile: tuple[str, ...]
) -> None:
    """In body, title, navigation and search results, with its request log."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="the browser tests need scripts/test --all"
    )
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("the command chromium is not installed")
    with playwright.sync_playwright() as running, served(site.folder) as address:
        browser = running.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        with opened(browser, address) as (page, troubles):
            page.on("dialog", lambda dialog: troubles.append(dialog.message))
            for number, text in enumerate(hostile, 1):
                study = addresses.study(f"pmid-{number}")
                page.goto(address + study, wait_until="load")
                assert _texts(page, ".te-title") == [text]
                assert set(_texts(page, "q")) == {text}
                assert page.title().startswith(
                    markup.plain(page.locator("h1").text_content())
                )
                assert page.locator(".te :is(img, iframe, script, form)").count() == 0
                assert page.locator(".te [style*=fixed]").count() == 0
                policy = page.locator("meta[http-equiv=Content-Security-Policy]")
                assert "default-src 'self'" in policy.get_attribute("content")
            for word in SEARCHED:
                page.locator(".md-search__input").fill(word)
                page.wait_for_timeout(300)
                results = page.locator(".md-search-result")
                assert results.locator("img, iframe, script, svg[onload]").count() == 0
            nowhere = page.evaluate(
                "fetch('https://example.org/').then(() => 'sent', () => 'refused')"
            )
            refused = [t for t in troubles if "example.org" not in t]
            assert nowhere == "refused"
            assert refused == []
        browser.close()


def _texts(page: Any, selector: str) -> list[str]:
    found: list[str] = page.locator(selector).evaluate_all(
        "found => found.map(element => element.textContent)"
    )
    return found
