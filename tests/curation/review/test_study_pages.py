"""Which study a paper reports: proposed by its text, said by a curator."""

from dataclasses import replace

import pytest

from evidence.database import Database
from evidence.decisions import Action
from evidence.ledger import export, import_lines
from evidence.library import LinkSource
from evidence.queries.claims import paper
from evidence.queries.library import library
from evidence.records import Section
from evidence.store.records import save_records
from tests.curation.review.browser import Answer
from tests.curation.review.conftest import Desk, two_claims
from tests.invented import ABSTRACT, NOON, record

PRINTED = "NCT01234567"
PAGE = "/papers/102/study"


@pytest.fixture
def two(desk: Desk) -> Desk:
    """A second report of the same result, whose text names a trial; both accepted."""
    sections = (
        Section(ABSTRACT[0], "METHODS", "METHODS"),
        Section(f"{ABSTRACT[1]} Registered as {PRINTED}.", "RESULTS", "RESULTS"),
    )
    second = record(102, sections=sections)
    desk.store(second, two_claims(second))
    for minute, one in enumerate(desk.claims().values()):
        if one.draft.domain == "photophobia":
            desk.decide(one.id, Action.ACCEPT, minute=minute)
    return desk


def link(desk: Desk, page: Answer, **typed: str) -> Answer:
    form = page.form("link")
    return desk.browser.post(form.action, form.values | typed)


def studies(desk: Desk) -> dict[int, tuple[str, LinkSource]]:
    with desk.database.read() as session:
        found = {pmid: paper(session, pmid) for pmid in (101, 102)}
    return {pmid: (one.study, one.link_source) for pmid, one in found.items()}


def counted(desk: Desk) -> int:
    """Count the studies in the cell of both papers, as the site does."""
    with desk.database.read() as session:
        cells = library(desk.database, session).cells
    [cell] = [
        cell
        for (treatment, domain, _), cell in cells.items()
        if (treatment, domain) == ("propranolol", "photophobia")
    ]
    return len({finding.study for finding in cell.findings})


def test_a_proposal_waits_until_a_curator_confirms_it(two: Desk) -> None:
    assert studies(two)[102] == (PRINTED, LinkSource.TEXT)
    assert PRINTED in two.browser.get("/studies").words()
    page = link(two, two.browser.get(PAGE), study=PRINTED, note="Same number.")
    assert "alice" in page.words() and f"reports {PRINTED}" in page.words()
    assert studies(two)[102] == (PRINTED, LinkSource.CURATOR)
    assert two.browser.get("/studies").title.startswith("0 reports")
    assert two.whole()


def test_two_reports_that_are_linked_count_once_until_it_is_taken_back(
    two: Desk,
) -> None:
    assert counted(two) == 2
    link(
        two,
        two.browser.get("/papers/101/study"),
        study="other",
        other="102",
        note="One trial.",
    )
    assert studies(two)[101] == (PRINTED, LinkSource.CURATOR)
    assert counted(two) == 1
    assert two.whole()
    form = two.browser.get("/papers/101/study").form("take-back")
    two.browser.post(form.action, form.values | {"action": "undo"})
    assert studies(two)[101] == ("pmid-101", LinkSource.NONE)
    assert counted(two) == 2
    assert two.whole()


def test_a_rejected_proposal_stays_rejected_when_the_record_is_read_anew(
    two: Desk,
) -> None:
    link(two, two.browser.get(PAGE), study="own", note="The trial is only mentioned.")
    assert studies(two)[102] == ("pmid-102", LinkSource.CURATOR)
    with two.database.read() as session:
        newer = replace(paper(session, 102).record, registry_ids=(PRINTED,))
    with two.database.write() as session:
        save_records(two.database, session, [newer], run=two.run, at=NOON, current=True)
    assert studies(two)[102] == ("pmid-102", LinkSource.CURATOR)
    assert two.whole()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"study": "other", "other": "999"}, "PMID 999 is not stored"),
        ({"study": "other", "other": "<b>x</b>", "note": "y"}, "Choose a study, or"),
        ({"study": "own", "note": ""}, "Say in the note why"),
        ({"note": "y"}, "Choose a study, or"),
    ],
)
def test_a_link_that_is_none(two: Desk, typed: dict[str, str], told: str) -> None:
    before = studies(two)
    page = link(two, two.browser.get(PAGE), **typed)
    assert (page.status, studies(two)) == (422, before)
    assert told in page.words()


def test_links_move_with_the_ledger(two: Desk, elsewhere: Database) -> None:
    page = two.browser.get("/papers/101/study")
    link(two, page, study="other", other="102", note="One trial.")
    with two.database.read() as session:
        lines = list(export(session))
        records = [paper(session, pmid).record for pmid in (101, 102)]
    other = Desk(elsewhere, run=1)
    with elsewhere.write() as session:
        save_records(elsewhere, session, records, run=1, at=NOON)
        import_lines(elsewhere, session, lines, source="x", run=1, at=NOON)
    assert studies(other) == studies(two)
    assert counted(other) == 1
    assert other.whole()
