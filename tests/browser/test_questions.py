"""Ten questions that a clinician asks, each answered in at most three clicks.

The answers are asserted against the library that the site was made from, never
against numbers typed in here.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from curation.publish.map_cells import EMPTY_WORDS
from evidence.cells import Cell
from evidence.comparison import Outcome, compare
from evidence.library import Library
from evidence.types import Role
from evidence.wording import sentence
from tests.browser.reader import Shown, opened

MOST_CLICKS = 3


class Clinician:
    """A reader who starts at the map and counts the clicks."""

    def __init__(self, page: Any, library: Library) -> None:
        self.page = page
        self.library = library
        self.clicks = 0

    def click(self, selector: str) -> None:
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS, "too many clicks for one question"
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state("load")

    def type(self, text: str) -> None:
        self.page.get_by_label("Find a treatment").fill(text)

    def reads(self, *texts: str) -> None:
        shown = " ".join(self.page.inner_text("main").split())
        for text in texts:
            assert " ".join(text.split()) in shown

    def cell(self, treatment: str, domain: str, role: Role = Role.OUTCOME) -> Cell:
        return self.library.cell(treatment, domain, role)

    def said(self, cell: Cell, **only: Any) -> str:
        return sentence(cell.tally(**only), self.library.protocol.words, cell.role)

    def rows(self) -> set[str]:
        """The treatments whose rows stand on the map."""
        return set(
            self.page.eval_on_selector_all(
                ".te-map [data-t]",
                "rows => rows.filter(r => r.offsetParent).map(r => r.dataset.t)",
            )
        )


@pytest.fixture
def clinician(browser: Any, demonstration: Shown) -> Iterator[Clinician]:
    with opened(browser, demonstration.address) as (page, troubles):
        yield Clinician(page, demonstration.library)
        assert troubles == []


def test_what_was_studied_for_anhedonia(clinician: Clinician) -> None:
    clinician.click(".te-map thead [data-d=anhedonia] a")
    studied = [
        cell
        for (_, domain, role), cell in clinician.library.cells.items()
        if domain == "anhedonia" and role is Role.OUTCOME and cell.select()
    ]
    assert studied
    for cell in studied:
        clinician.reads(
            clinician.library.protocol.label(cell.treatment), clinician.said(cell)
        )


def test_is_ketamine_and_suicidality_reviewed_and_how_fresh(
    clinician: Clinician,
) -> None:
    cell = clinician.cell("ketamine", "suicidality")
    clinician.click("a[href='treatments/ketamine/suicidality.html']")
    assert cell.last_decision is not None
    clinician.reads(
        clinician.said(cell),
        f"Last decision here {cell.last_decision.date().isoformat()}",
        f"Newest {cell.newest_year}",
        f"TRD {cell.tally().target}",
    )


def test_where_do_studies_disagree(clinician: Clinician) -> None:
    clinician.click(".te-chip:has([name=disagree])")
    assert "disagree=1" in clinician.page.url
    main = {Role.OUTCOME, Role.OVERALL}
    expected = {
        treatment
        for (treatment, _, role), cell in clinician.library.cells.items()
        if role in main and cell.tally().conflict
    }
    assert expected
    assert clinician.rows() == expected


def test_who_responds_to_infliximab(clinician: Clinician) -> None:
    """Found by its brand; that nothing is known of it here is said, and how so."""
    library = clinician.library
    clinician.type("remicade")
    assert clinician.rows() == {"infliximab"}
    clinician.click(".te-map a[href='treatments/infliximab/index.html']")
    inflammatory = library.protocol.label("inflammatory")
    cells = library.by_role("infliximab", "inflammatory")
    if not cells:
        empty = clinician.cell("infliximab", "inflammatory").emptiness(
            "infliximab" in library.searched
        )
        assert empty is not None
        clinician.reads(EMPTY_WORDS[empty].capitalize(), inflammatory)
        return
    clinician.click(
        "a[href$='infliximab/inflammatory.html'], a[href='inflammatory.html']"
    )
    for cell in cells.values():
        clinician.reads(clinician.said(cell))


def test_what_is_spravato_allowed_for(clinician: Clinician) -> None:
    """A brand leads to its row; what a regulator decided stands apart."""
    clinician.type("spravato")
    clinician.click(".te-map tr[data-t=esketamine] th a")
    facts = [
        fact
        for fact in clinician.library.protocol.facts
        if fact.treatment == "esketamine"
    ]
    assert facts
    for fact in facts:
        clinician.reads(fact.jurisdiction, fact.indication)
    clinician.reads("Regulatory facts, which are not evidence")


def test_what_harms_were_found_with_ketamine(clinician: Clinician) -> None:
    cell = clinician.cell("ketamine", "safety")
    clinician.click("a[href='treatments/ketamine/suicidality.html']")
    clinician.click("a[href='safety.html'], a[href$='ketamine/safety.html']")
    clinician.reads("Ketamine × Safety", clinician.said(cell))
    assert cell.findings
    for finding in cell.findings:
        for claim in finding.claims:
            clinician.reads(clinician.library.claims[claim].draft.quote)


def test_what_does_the_review_assert_that_nobody_tested(
    clinician: Clinician,
) -> None:
    library = clinician.library
    clinician.click(".te-views a[href$='where-they-part.html']")
    untested = [
        row
        for row in library.protocol.assertions.values()
        if compare(
            row, library.by_role(row.treatment, row.domain), library.protocol
        ).outcome
        is Outcome.UNTESTED
    ]
    clinician.reads(f"Asserted, no reviewed study ({len(untested)})")
    clinician.reads(*(row.summary for row in untested))


def test_what_did_randomised_trials_in_trd_find(clinician: Clinician) -> None:
    clinician.click(".te-chip:has([name=target])")
    clinician.click(".te-chip:has([name=randomised])")
    cell = clinician.cell("ketamine", "overall-severity", Role.OVERALL)
    tally = cell.tally(target=True, randomised=True)
    assert tally.studies
    link = clinician.page.locator("a[href='treatments/ketamine/overall-severity.html']")
    link.focus()
    assert f"{tally.favours} favour" in link.inner_text()
    assert clinician.said(cell, target=True, randomised=True) in (
        clinician.page.inner_text(".te-read")
    )


def test_in_whose_words_was_it_found(clinician: Clinician) -> None:
    """From the map to the quote, with its paper's address."""
    cell = clinician.cell("ketamine", "suicidality")
    claim = clinician.library.claims[cell.findings[0].claims[0]]
    clinician.click("a[href='treatments/ketamine/suicidality.html']")
    clinician.click(f".te-claims th a[href*='{claim.study}']")
    clinician.reads(claim.draft.quote)
    link = f"https://pubmed.ncbi.nlm.nih.gov/{claim.draft.pmid}/"
    assert clinician.page.locator(f"main a[href='{link}']").count()


def test_would_fewer_and_better_studies_say_the_same(clinician: Clinician) -> None:
    cell = clinician.cell("esketamine", "suicidality")
    clinician.click("a[href='treatments/esketamine/suicidality.html']")
    clinician.reads(
        "Do the words change?",
        f"Randomised only {clinician.said(cell, randomised=True)}",
        f"TRD only {clinician.said(cell, target=True)}",
    )
