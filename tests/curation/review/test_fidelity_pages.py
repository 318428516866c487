"""Whether a reference bears out its assertion: labelled on the page, taken back."""

import pytest

from evidence.fidelity import Fidelity
from evidence.library import ReferenceStanding, ReferenceState
from evidence.queries.library import library
from evidence.store.references import save_reference_states
from tests.curation.review.browser import Answer
from tests.curation.review.conftest import Desk
from tests.invented import ABSTRACT

USE = "a001-propranolol-photophobia/1"
PAGE = f"/fidelity/{USE}"


@pytest.fixture
def cited(desk: Desk) -> Desk:
    """The reference is the stored paper."""
    state = ReferenceState(
        number=1, state=ReferenceStanding.RESOLVED, pmid=101, method="title"
    )
    with desk.database.write() as session:
        save_reference_states(session, [state], run=desk.run)
    return desk


def label(desk: Desk, page: Answer, fidelity: str, note: str) -> Answer:
    form = page.form("label")
    typed = {"fidelity": fidelity, "note": note}
    return desk.browser.post(form.action, form.values | typed)


def labels(desk: Desk) -> dict[str, Fidelity]:
    with desk.database.read() as session:
        found = library(desk.database, session).fidelity
    return {use: one.fidelity for use, one in found.items()}


def test_a_use_is_labelled_with_its_abstract_in_view(cited: Desk) -> None:
    page = cited.browser.get(PAGE)
    assert "Propranolol suits patients whom light hurts." in page.words()
    assert ABSTRACT[1] in page.words()
    after = label(cited, page, "other_population", "It enrolled children.")
    assert after.title == "0 of 1 citations without a label"
    assert "is about other patients (alice," in after.words()
    assert labels(cited) == {USE: Fidelity.OTHER_POPULATION}
    assert cited.whole()


def test_a_label_is_taken_back_and_stays_on_record(cited: Desk) -> None:
    label(cited, cited.browser.get(PAGE), "supports", "Same patients.")
    form = cited.browser.get(PAGE).form("take-back")
    page = cited.browser.post(form.action, form.values | {"action": "undo"})
    assert labels(cited) == {}
    told = "bears out what is asserted (taken back)"
    assert told in page.words()
    assert not page.tree.xpath("//form[@id='take-back']")


@pytest.mark.parametrize(
    ("fidelity", "note", "told"),
    [
        ("supports", " ", "Say in the note why."),
        ("great", "I like it.", "Choose one of the labels."),
    ],
)
def test_what_is_left_out_is_asked_for_and_nothing_typed_is_lost(
    cited: Desk, fidelity: str, note: str, told: str
) -> None:
    page = label(cited, cited.browser.get(PAGE), fidelity, note)
    assert (page.status, labels(cited)) == (422, {})
    assert told in page.words()
    assert page.form("label").values["note"] == note


def test_somebody_else_was_faster(cited: Desk) -> None:
    page = cited.browser.get(PAGE)
    label(cited, page, "supports", "Same patients.")
    late = label(cited, page, "contradicts", "The <b>arms</b> differ.")
    assert late.status == 409
    assert "Meanwhile alice decided" in late.words()
    assert late.form("label").values["note"] == "The <b>arms</b> differ."
    assert labels(cited) == {USE: Fidelity.SUPPORTS}


def test_a_paper_that_is_not_here_is_said_to_be_so(desk: Desk) -> None:
    assert "Its abstract is not here" in desk.browser.get(PAGE).words()
    assert desk.browser.get("/fidelity/a001-propranolol-photophobia/9").status == 404
