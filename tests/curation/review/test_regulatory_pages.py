"""Regulatory facts are compared with their sources again when they are due."""

from datetime import date, timedelta

from evidence.queries.library import library
from evidence.rechecking import as_checked, due_on, fact_id, facts
from tests.curation.review.browser import Answer
from tests.curation.review.conftest import Desk
from tests.invented import NOON


def check(desk: Desk, note: str) -> Answer:
    [fact] = facts(desk.database.protocol)
    form = desk.browser.get(f"/regulatory/{fact}").form("check")
    return desk.browser.post(form.action, form.values | {"note": note})


def days(desk: Desk) -> list[date | None]:
    """Return when the site says that each fact was checked."""
    with desk.database.read() as session:
        found = library(desk.database, session)
    return [f.checked_on for f in as_checked(found.protocol.facts, found.fact_checks)]


def test_a_fact_is_due_until_somebody_compared_it(desk: Desk) -> None:
    assert "1 of 1 regulatory facts are to be checked" in (
        desk.browser.get("/regulatory").title
    )
    assert days(desk) == [None]
    page = check(desk, "The gazette of March.")
    assert page.title == "0 of 1 regulatory facts are to be checked"
    assert days(desk) == [NOON.date()]
    [fact] = desk.database.protocol.facts
    with desk.database.read() as session:
        made = library(desk.database, session).fact_checks[fact_id(fact)]
    assert due_on(fact, made) == NOON.date() + timedelta(days=fact.recheck_days)
    assert made.curator == "alice"
    assert desk.whole()


def test_a_check_says_with_what_and_is_taken_back(desk: Desk) -> None:
    assert check(desk, " ").status == 422
    assert days(desk) == [None]
    check(desk, "The gazette of March.")
    [fact] = facts(desk.database.protocol)
    form = desk.browser.get(f"/regulatory/{fact}").form("take-back")
    page = desk.browser.post(form.action, form.values | {"action": "undo"})
    assert days(desk) == [None]
    assert "(taken back)" in page.words()


def test_a_fact_whose_words_changed_is_another(desk: Desk) -> None:
    [fact] = desk.database.protocol.facts
    assert fact_id(fact) == fact_id(fact.model_copy(update={"recheck_days": 9}))
    assert fact_id(fact) != fact_id(fact.model_copy(update={"indication": "x"}))
    assert desk.browser.get("/regulatory/topiramate-000000000000").status == 404
