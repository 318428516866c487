"""A statement's life in a browser: written, approved by two, stale, written anew."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evidence.claims import Claim
from evidence.database import Database
from evidence.library import Library
from evidence.protocol import Protocol
from evidence.queries.library import library
from evidence.statements import StatementState
from evidence.types import Direction
from tests.browser.review_desk import Desk, copied, seated
from tests.browser.test_review import PHONE, WIDE, follow

GRADE = (
    *("risk_of_bias", "inconsistency", "indirectness", "imprecision"),
    "publication_bias",
)


@pytest.fixture
def database(prepared: Path, tmp_path: Path, trd: Protocol) -> Iterator[Database]:
    opened = copied(prepared, tmp_path / "evidence.sqlite", trd)
    yield opened
    opened.close()


def known(desk: Desk) -> Library:
    with desk.database.read() as session:
        return library(desk.database, session)


def comparison(desk: Desk) -> Claim:
    """Return a claim that would count once it is accepted."""
    return next(
        claim
        for claim in desk.claims().values()
        if claim.draft.comparator == "placebo"
        and claim.draft.direction is Direction.IMPROVES
        and claim.draft.nuance is None
    )


def write(page: Any, text: str) -> None:
    page.fill("#text", text)
    page.select_option("#certainty", "low")
    for reason in GRADE:
        page.select_option(f"#concern-{reason}", "not_serious")
    page.select_option("#concern-imprecision", "serious")
    page.fill("#why-imprecision", "One small trial.")
    follow(page, "button:has-text('Ask for approval')")


@pytest.mark.parametrize(
    "how",
    [{"viewport": WIDE}, {"viewport": PHONE, "java_script_enabled": False}],
    ids=["wide", "phone without scripts"],
)
def test_a_statements_life(
    browser: Any, database: Database, how: dict[str, Any]
) -> None:
    with (
        seated(browser, database, "ann", **how) as ann,
        seated(browser, database, "ben", **how) as ben,
        seated(browser, database, "cleo", **how) as cleo,
    ):
        claim = comparison(ann)
        draft = claim.draft
        key = (draft.treatment, draft.domain, draft.role)
        page = ann.open(f"/claims/{claim.id}")
        follow(page, "button[value='accept']")
        ann.open(f"/claims/{claim.id}")
        follow(page, "a:has-text('What is said of this cell')")
        cell = str(page.url).removeprefix(ann.address)
        write(page, "It did better than placebo in one trial.")
        assert "you cannot approve your own" in page.inner_text("main")
        for other in (ben, cleo):
            waiting = other.open("/statements")
            assert waiting.inner_text("h1") == "1 statement awaits your approval"
            follow(waiting, "tbody a")
            follow(waiting, "button:has-text('Approve')")
        assert "Approved; readers see it" in cleo.page.inner_text("main")
        shown = known(ann).statements[key]
        assert shown.state is StatementState.APPROVED
        assert [a.curator for a in shown.approvals] == ["ben", "cleo"]

        page = ben.open(f"/claims/{claim.id}/amend")
        page.select_option("#f-direction", "mixed")
        follow(page, "#save")
        assert known(ann).statements[key].state is StatementState.STALE
        page = ann.open(cell)
        assert "0 came, 0 left and 1 changed" in page.inner_text("main")
        # One's own words are there to be mended.
        assert page.input_value("#text") == "It did better than placebo in one trial."
        write(page, "One trial points both ways.")
        ben.open(cell)
        follow(ben.page, "section:has-text('both ways') >> button:has-text('Approve')")
        ben.open("/decisions?kind=cell_statement")
        follow(ben.page, "button:has-text('Take back') >> nth=0")
        assert ben.page.url.endswith(cell)
        found = known(ann).statements[key]
        assert found.wording.text == "It did better than placebo in one trial."
        assert page.evaluate("document.documentElement.scrollWidth") <= (
            how["viewport"]["width"] + 1
        )
        assert ann.whole()


def test_no_page_of_it_has_a_violation(browser: Any, database: Database) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found: dict[str, list[str]] = {}
    with (
        seated(browser, database, "ann", viewport=WIDE) as ann,
        seated(browser, database, "ben", viewport=WIDE) as ben,
    ):
        claim = comparison(ann)
        draft = claim.draft
        follow(ann.open(f"/claims/{claim.id}"), "button[value='accept']")
        cell = f"/statements/{draft.treatment}/{draft.domain}/{draft.role.value}"
        write(ann.open(cell), "It did better than placebo in one trial.")
        page = ben.open(f"/claims/{claim.id}/amend")
        page.select_option("#f-direction", "mixed")
        follow(page, "#save")
        for path in (cell, "/statements", "/decisions", "/"):
            ben.open(path)
            for scheme in ("light", "dark"):
                for size in (WIDE, PHONE):
                    page.emulate_media(color_scheme=scheme)
                    page.set_viewport_size(size)
                    violations = axe.run(page).response["violations"]
                    for one in violations:
                        told = [node["html"][:160] for node in one["nodes"]]
                        found[f"{path} {scheme} {size['width']}"] = [one["id"], *told]
    assert found == {}
