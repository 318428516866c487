"""Correcting a claim: every field, and a quote that is always a piece of the text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.review import amending
from evidence.decisions import Action, Reason, Status
from evidence.records import Field, text_sha256
from evidence.types import Direction, Draft, Role
from tests.curation.review.browser import Answer
from tests.curation.review.conftest import Desk, two_claims
from tests.invented import ABSTRACT, QUOTE, draft, record

TEXT = "\n".join(ABSTRACT)


def form_of(desk: Desk, claim: str) -> dict[str, str]:
    return desk.browser.get(f"/claims/{claim}/amend").form("amendment").values


def amend(desk: Desk, claim: str, **typed: str) -> Answer:
    path = f"/claims/{claim}/amend?queue=due"
    return desk.browser.post(path, form_of(desk, claim) | typed)


CORRECTIONS: list[tuple[str, str, Any]] = [
    ("treatment", "topiramate", "topiramate"),
    ("treatment", "Metoprolol", "metoprolol"),
    ("comparator", "usual-care", "usual-care"),
    ("comparator", "", None),
    ("comparator", "topiramate", "topiramate"),
    ("domain", "vigilance", "vigilance"),
    ("role", "subgroup", "subgroup"),
    ("direction", "worsens", "worsens"),
    ("nuance", "not_separated", "not_separated"),
    ("change", "raised", "raised"),
    ("point_direction", "improves", "improves"),
    ("outcome", "light that hurts", "light that hurts"),
    ("measure", "alertness", "alertness"),
    ("measure", "", None),
    ("timepoint", "week 8", "week 8"),
    ("time_band", "continuation", "continuation"),
    ("effect", "SMD -0.4", "SMD -0.4"),
    ("interval", "-0.7 to -0.1", "-0.7 to -0.1"),
    ("p", "<0.05", "<0.05"),
    ("n", "58", 58),
    ("n", "", None),
    ("design", "controlled", "controlled"),
    ("population", "Episodic migraine", "episodic"),
    ("species", "animal", "animal"),
    ("treatment_use", "augmentation", "augmentation"),
    ("combined_with", "topiramate, Metoprolol", ["topiramate", "metoprolol"]),
    ("dose", "80 mg", "80 mg"),
    ("route", "oral", "oral"),
    ("statement", "background", "background"),
    ("hedged", "yes", True),
    ("negated", "yes", True),
]


@pytest.mark.parametrize(("name", "typed", "kept"), CORRECTIONS)
def test_every_field_can_be_corrected(
    desk: Desk, claim: str, name: str, typed: str, kept: Any
) -> None:
    seen = desk.claims()[claim].draft.as_dict()
    amend(desk, claim, **{name: typed})
    (taken,) = desk.ledger(claim)
    assert taken.action is Action.AMEND
    assert dict(taken.changes) == {name: kept}
    assert dict(taken.snapshot) == seen
    assert desk.claims()[claim].status is Status.ACCEPTED
    assert desk.claims()[claim].draft.as_dict()[name] == kept


def test_the_form_offers_every_field_that_a_curator_decides(
    desk: Desk, claim: str
) -> None:
    fixed = {"pmid", "field", "section", "text_sha256", "flags"}
    machine = {"rule", "cue", "trace", "extractor", "confidence"}
    offered = set(amending.values_of(desk.claims()[claim].draft))
    assert offered == set(desk.claims()[claim].draft.as_dict()) - fixed - machine
    page = desk.browser.get(f"/claims/{claim}/amend")
    names = {
        element.get("name")
        for element in page.tree.get_element_by_id("amendment").iter()
        if isinstance(element.tag, str)
    }
    assert offered <= names


def test_the_vocabulary_can_be_typed_ahead(desk: Desk, claim: str) -> None:
    page = desk.browser.get(f"/claims/{claim}/amend")
    listed = page.tree.xpath("//input[@name='treatment']/@list")[0]
    options = page.tree.xpath(f"//datalist[@id='{listed}']/option/@value")
    protocol = desk.database.protocol
    assert options == [*protocol.comparators, *protocol.treatments]


REFUSED = [
    ("treatment", "aspirin", "The protocol has no treatment 'aspirin'"),
    ("treatment", "", "A claim needs a treatment"),
    ("comparator", "aspirin", "The protocol has no comparator 'aspirin'"),
    ("domain", "nausea", "The protocol has no domain 'nausea'"),
    ("domain", "headache-days", "do not go together"),
    ("role", "overall", "do not go together"),
    ("role", "cause", "'cause' is none of its values"),
    ("direction", "", "choose one"),
    ("measure", "nausea", "The protocol has no measure 'nausea'"),
    ("population", "everybody", "The protocol has no population 'everybody'"),
    ("combined_with", "aspirin", "The protocol has no combined with 'aspirin'"),
    ("n", "many", "give the number of participants in digits"),
    ("n", "-4", "give the number of participants in digits"),
    ("n", "0", "give the number of participants in digits"),
    ("n", "٤", "give the number of participants in digits"),
    ("quote", "Propranolol lowered light sensitivity.", "letter for letter"),
    ("quote", "", "letter for letter"),
    ("quote", " ", "times in the stored abstract"),
    ("quote", "placebo", "times in the stored abstract"),
    ("dose", "x" * 2001, "more than 2000 characters"),
]


@pytest.mark.parametrize(("name", "typed", "why"), REFUSED)
def test_what_cannot_stand_is_refused_and_kept_in_the_form(
    desk: Desk, claim: str, name: str, typed: str, why: str
) -> None:
    again = amend(desk, claim, **{name: typed, "note": "Mine."})
    assert again.status == 422
    assert why.lower() in again.words().lower()
    assert desk.ledger(claim) == []
    if name not in amending.CHOICES:  # a list cannot hold what is not in it
        assert again.form("amendment").values[name] == typed
    assert again.form("amendment").values["note"] == "Mine."
    field = again.tree.get_element_by_id(f"f-{'role' if 'go tog' in why else name}")
    assert again.tree.get_element_by_id(field.get("aria-describedby")) is not None


def test_changing_nothing_is_not_an_amendment(desk: Desk, claim: str) -> None:
    again = amend(desk, claim)
    assert again.status == 422
    assert "accept the claim as it stands" in again.words()
    assert desk.ledger(claim) == []


class TestQuote:
    @pytest.mark.parametrize(
        ("moves", "quote"),
        [
            (["end_earlier"], QUOTE.rpartition(" ")[0]),
            (["end_later"], QUOTE + " Alertness"),
            (["start_later"], QUOTE.partition(" ")[2]),
            (["start_earlier"], "placebo.\n" + QUOTE),
            (["end_later", "end_earlier"], QUOTE),
            (["start_earlier", "start_later"], QUOTE),
            (["start_later", "end_earlier"], QUOTE[12:].rpartition(" ")[0]),
        ],
    )
    def test_its_ends_move_by_words(
        self, desk: Desk, claim: str, moves: list[str], quote: str
    ) -> None:
        path = f"/claims/{claim}/amend?queue=due"
        values = form_of(desk, claim) | {"dose": "80 mg"}
        for how in moves:
            page = desk.browser.post(path, values | {"move": how})
            values = page.form("amendment").values
        assert values["quote"].replace("\r\n", "\n") == quote
        assert values["dose"] == "80 mg"  # nothing that was typed is lost
        marked = page.tree.xpath("//mark[contains(@class, 'quote')]")
        shown = "\n".join(m.text_content() for m in marked if m.getparent().tag == "p")
        assert shown == quote
        assert desk.ledger(claim) == []
        desk.browser.post(path, values)
        kept = desk.claims()[claim].draft
        assert kept.quote == quote
        assert TEXT[kept.start : kept.end] == quote
        assert desk.whole()

    def test_it_never_shrinks_to_nothing(self, desk: Desk, claim: str) -> None:
        values = form_of(desk, claim)
        for _ in range(40):
            values = amending.move(values, TEXT, "end_earlier")
        assert values["quote"] == "Propranolol"
        assert amending.move(values, TEXT, "start_later")["quote"] == "Propranolol"

    def test_it_never_grows_beyond_its_text(self, desk: Desk, claim: str) -> None:
        values = form_of(desk, claim)
        for _ in range(40):
            values = amending.move(values, TEXT, "end_later")
            values = amending.move(values, TEXT, "start_earlier")
        assert values["quote"] == TEXT

    def test_typed_words_are_found_where_they_stand(
        self, desk: Desk, claim: str
    ) -> None:
        amend(desk, claim, quote="Alertness did not differ")
        kept = desk.claims()[claim].draft
        assert TEXT[kept.start : kept.end] == "Alertness did not differ"
        assert kept.section == "RESULTS"

    def test_a_quote_in_another_section_takes_its_label(
        self, desk: Desk, claim: str
    ) -> None:
        amend(desk, claim, quote="took propranolol or placebo.")
        assert desk.claims()[claim].draft.section == "METHODS"

    def test_selected_words_are_taken_by_their_offsets(
        self, desk: Desk, claim: str
    ) -> None:
        start = TEXT.index("Alertness")
        path = f"/claims/{claim}/amend?queue=due"
        typed = {"start": str(start), "end": str(start + 9), "move": "selection"}
        page = desk.browser.post(path, form_of(desk, claim) | typed)
        assert page.form("amendment").values["quote"] == "Alertness"

    @pytest.mark.parametrize("offsets", [("-5", "9999"), ("x", ""), ("70", "3")])
    def test_offsets_from_elsewhere_do_no_harm(
        self, desk: Desk, claim: str, offsets: tuple[str, str]
    ) -> None:
        typed = {"start": offsets[0], "end": offsets[1]}
        path = f"/claims/{claim}/amend?queue=due"
        for how in ("start_earlier", "end_later", "end_earlier", "selection", "?"):
            values = form_of(desk, claim) | typed | {"move": how}
            assert desk.browser.post(path, values).status == 200
        amend(desk, claim, dose="1 mg", **typed)
        assert desk.claims()[claim].draft.quote == QUOTE
        assert desk.whole()

    @given(
        text=st.text(st.sampled_from("ab \n\U0001f9e0é")).filter(str.strip),
        moves=st.lists(
            st.sampled_from(
                ["start_earlier", "start_later", "end_earlier", "end_later"]
            )
        ),
        data=st.data(),
    )
    def test_any_moves_leave_a_piece_of_the_text(
        self, text: str, moves: list[str], data: st.DataObject
    ) -> None:
        words = [m.span() for m in amending.WORD.finditer(text)]
        start, end = data.draw(st.sampled_from(words))
        values = {"start": str(start), "end": str(end), "quote": text[start:end]}
        for how in moves:
            values = amending.move(values, text, how)
        low, high = int(values["start"]), int(values["end"])
        assert values["quote"] == text[low:high]
        assert values["quote"].strip() == values["quote"] != ""

    def test_a_claim_on_the_title(self, desk: Desk) -> None:
        of = record(7, title="Propranolol \U0001f9e0 soothes eyes that light hurts")
        quote = "Propranolol \U0001f9e0 soothes eyes"
        on_title = {
            "field": Field.TITLE,
            "section": None,
            "start": 0,
            "end": len(quote),
            "quote": quote,
            "text_sha256": text_sha256(of.title or ""),
        }
        desk.store(of, [Draft.from_dict(draft(of).as_dict() | on_title)])
        claim = desk.claim(pmid=7).id
        page = desk.page(claim)
        assert page.tree.xpath("//h1//mark")[0].text_content() == quote
        path = f"/claims/{claim}/amend?queue=due"
        values = form_of(desk, claim) | {"move": "end_later"}
        moved = desk.browser.post(path, values).form("amendment").values
        desk.browser.post(path, moved)
        assert desk.claims()[claim].draft.quote == quote + " that"
        assert desk.whole()


class TestConflict:
    def test_the_fields_are_compared_and_kept(self, desk: Desk, claim: str) -> None:
        values = form_of(desk, claim) | {"direction": "mixed", "note": "Both sides."}
        desk.decide(claim, Action.AMEND, changes={"direction": "worsens"})
        conflict = desk.browser.post(f"/claims/{claim}/amend?queue=due", values)
        assert conflict.status == 409
        rows = [
            [cell.text_content() for cell in row]
            for row in conflict.tree.xpath("//tbody/tr")
        ]
        assert rows == [["direction", "worsens", "mixed"]]
        (form,) = (
            f for f in conflict.forms() if f.action.split("?")[0][-6:] == "/amend"
        )
        desk.browser.post(form.action, form.values | {"action": "amend"})
        assert desk.claims()[claim].draft.direction is Direction.MIXED
        assert desk.ledger(claim)[-1].note == "Both sides."
        assert dict(desk.ledger(claim)[-1].changes) == {"direction": "mixed"}

    def test_even_a_form_with_nothing_changed_is_told(
        self, desk: Desk, claim: str
    ) -> None:
        values = form_of(desk, claim)
        desk.decide(claim, Action.REJECT, reason=Reason.BACKGROUND)
        path = f"/claims/{claim}/amend?queue=due"
        assert desk.browser.post(path, values).status == 409

    def test_moving_the_quote_keeps_what_was_seen_at_first(
        self, desk: Desk, claim: str
    ) -> None:
        values = form_of(desk, claim)
        desk.decide(claim, Action.REJECT, reason=Reason.BACKGROUND)
        path = f"/claims/{claim}/amend?queue=due"
        page = desk.browser.post(path, values | {"move": "end_later"})
        assert desk.browser.post(path, page.form("amendment").values).status == 409
        assert len(desk.ledger(claim)) == 1

    def test_moving_the_quote_does_not_hide_a_reading_anew(
        self, desk: Desk, claim: str
    ) -> None:
        values = form_of(desk, claim)
        desk.store(record(), two_claims(n=59))
        path = f"/claims/{claim}/amend?queue=due"
        page = desk.browser.post(path, values | {"move": "end_later"})
        assert desk.browser.post(path, page.form("amendment").values).status == 409
        assert desk.ledger(claim) == []


def test_an_amended_claim_can_be_accepted_as_it_stands(desk: Desk, claim: str) -> None:
    amend(desk, claim, role="subgroup")
    desk.press(desk.page(claim), "accept")
    assert desk.claims()[claim].draft.role is Role.SUBGROUP
    assert "outcome subgroup" in desk.page(claim).words()  # the history's change
