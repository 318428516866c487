"""axe-core finds nothing wrong on any kind of page; the map is walked by keyboard."""

from typing import Any

import pytest

from tests.browser.conftest import Shown
from tests.browser.reader import opened

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_no_violation(
    browser: Any, demonstration: Shown, width: int, scheme: str
) -> None:
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
    how = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    found: list[str] = []
    with opened(browser, demonstration.address, **how) as (page, troubles):
        for kind, path in kinds.items():
            page.goto(demonstration.address + path, wait_until="load")
            for violation in axe.run(page).response["violations"]:
                where = violation["nodes"][0]
                found.append(
                    f"{kind} ({path}): {violation['id']} at {where['target']}: "
                    f"{where['failureSummary']}"
                )
        assert found == []
        assert troubles == []
