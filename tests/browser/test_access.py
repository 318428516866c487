"""axe-core finds nothing wrong on any kind of page; the map is walked by keyboard."""

from typing import Any

import pytest

from tests.browser.reader import Shown, opened

KINDS = {
    "map": "index.html",
    "map by system": "systems.html",
    "parted": "where-they-part.html",
    "review": "review.html",
    "references": "references.html",
    "cell": "treatments/ketamine/suicidality.html",
    "harms": "treatments/esketamine/safety.html",
    "treatment": "treatments/esketamine/index.html",
    "treatments": "treatments/index.html",
    "domain": "domains/anhedonia.html",
    "domains": "domains/index.html",
    "studies": "studies/index.html",
    "what is new": "what-is-new.html",
    "releases": "releases/index.html",
    "downloads": "downloads/index.html",
    "flow": "methods/flow.html",
    "searches": "methods/searches.html",
    "scores": "methods/scores.html",
    "arithmetic": "methods/arithmetic.html",
    "how to read": "how-to-read.html",
    "glossary": "glossary.html",
    "curators' manual": "curators-manual.html",
    "about": "about.html",
}
"""One page of each kind; a study's and a claim's are found by the tests."""


CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_no_violation(browser: Any, demonstration: Shown, width: int) -> None:
    """Every rule wide and narrow; in the dark, the one that colours can break."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="the browser tests need scripts/test --all",
    ).Axe()
    folder = demonstration.site
    studies = sorted(
        p for p in (folder / "studies").glob("*.html") if p.stem != "index"
    )
    claims = sorted((folder / "claims").glob("*.html"))
    kinds = KINDS | {
        "study": studies[0].relative_to(folder).as_posix(),
        "claim": claims[0].relative_to(folder).as_posix(),
    }
    found: list[str] = []
    passes: list[tuple[str, Any]] = [("light", None)]
    if width > 1000:
        passes.append(("dark", CONTRAST))
    for scheme, rules in passes:
        how = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        with opened(browser, demonstration.address, **how) as (page, troubles):
            for kind, path in kinds.items():
                page.goto(demonstration.address + path, wait_until="load")
                for violation in axe.run(page, options=rules).response["violations"]:
                    where = violation["nodes"][0]
                    found.append(
                        f"{kind} ({path}), {scheme}: {violation['id']} at "
                        f"{where['target']}: {where['failureSummary']}"
                    )
            assert troubles == []
    assert found == []


def test_the_map_is_one_stop_and_is_walked_with_arrows(
    browser: Any, demonstration: Shown
) -> None:
    """Tab enters the map's cells once, arrows walk them, Enter opens one."""
    with opened(browser, demonstration.address) as (page, _):
        stop = page.locator(".te-map td>a[tabindex='0']")
        assert stop.count() == 1
        stop.focus()
        first = page.evaluate("document.activeElement.href")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        second = page.evaluate("document.activeElement.href")
        assert second != first
        assert stop.count() == 1
        label = page.evaluate(
            "document.activeElement.closest('tr').cells[0].textContent.trim()"
        )
        assert page.inner_text(".te-read").startswith(f"{label} ×")
        page.keyboard.press("Enter")
        page.wait_for_url(second)


def test_the_map_is_usable_at_twice_the_size(
    browser: Any, demonstration: Shown
) -> None:
    """A window of half the width is what a reader has at 200 % zoom."""
    how = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}
    with opened(browser, demonstration.address, **how) as (page, troubles):
        page.get_by_placeholder("Name, brand or code").fill("spravato")
        cell = page.locator("a[href='treatments/esketamine/suicidality.html']")
        name = "getComputedStyle(cell, '::before').content"
        assert "Suicide risk" in cell.evaluate(f"cell => {name}") or (
            "Suicide"
            in cell.evaluate(
                "cell => getComputedStyle(cell.firstElementChild, '::before').content"
            )
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 721
        cell.click()
        page.wait_for_load_state("load")
        assert "Esketamine × Suicide risk" in page.inner_text("h1")
        assert troubles == []
