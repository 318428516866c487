"""What a claim's page shows: all of the paper, exactly, and nothing of an attacker."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.review import marks
from evidence.claims import Claim
from evidence.decisions import Action
from evidence.protocol import Protocol
from evidence.records import Author, Correction, Record, Section
from evidence.types import Draft
from tests.curation.review.browser import Answer
from tests.curation.review.conftest import Desk
from tests.invented import ABSTRACT, QUOTE, draft, record

PAYLOADS = [
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "{{ 7 * 7 }} {% raw %} ${7*7} <%= 7 %>",
    "<!-- --><style>*{display:none}</style>",
    "]]>&lt;b&gt;&amp;amp;&#60;",
    "<a href=//evil.example>p</a><base href=//evil.example>",
    "a‮b⁦c﻿d é 🧠 ﬁ",
    "p < 0.05 & n > 60; α−β",
]


def tidy(text: str) -> str:
    return " ".join(text.split())


class TestWhatStandsThere:
    @pytest.fixture
    def page(self, desk: Desk) -> Answer:
        of = record(
            7,
            doi="10.5555/tests(7)",
            authors=(Author(family="Muster", initials="A"), Author(collective="TEAM")),
            publication_types=("Randomized Controlled Trial", "Journal Article"),
            registry_ids=("NCT01234567",),
            corrections=(Correction(kind="ErratumIn"),),
        )
        claim = draft(
            of,
            cue="lowered",
            trace=("cue: 'lowered' reads down", "arms: against placebo"),
            effect="SMD -0.4",
            interval="-0.7 to -0.1",
        )
        desk.store(of, [claim, draft(of, "Alertness did not differ", role="subgroup")])
        return desk.page(desk.claim(pmid=7, role="outcome").id)

    def test_the_paper(self, page: Answer) -> None:
        words = page.words()
        for shown in (
            "Propranolol for light that hurts",
            "Muster A, TEAM.",
            "J Tests",
            "2020",
            "PMID 7",
            "Randomized Controlled Trial",
            "NCT01234567",
            "corrected, as of 1 Mar 2026",
            "text unchanged since the claim was read",
        ):
            assert shown in words
        links = page.tree.xpath("//p[@class='meta']/a/@href")
        assert links == [
            "https://pubmed.ncbi.nlm.nih.gov/7/",
            "https://doi.org/10.5555/tests%287%29",
        ]

    def test_the_whole_abstract_in_labelled_sections(self, page: Answer) -> None:
        sections = page.tree.get_element_by_id("abstract").findall("section")
        assert [s.findtext("h2") for s in sections] == ["Methods", "Results"]
        assert tuple(s.find("p").text_content() for s in sections) == ABSTRACT

    def test_the_quote_and_its_words_marked_apart(self, page: Answer) -> None:
        (quote,) = page.tree.get_element_by_id("abstract").iter("mark")
        assert quote.text_content() == QUOTE
        marked = {
            (span.get("class"), span.text_content()) for span in quote.iter("span")
        }
        assert marked == {
            ("mk m-T", "Propranolol"),
            ("mk m-C", "placebo"),
            ("mk m-O", "light sensitivity"),
            ("mk m-cue", "lowered"),
        }

    def test_what_the_quote_does_not_name_is_marked_elsewhere(self, desk: Desk) -> None:
        """An outcome that only the methods name decides the domain all the same."""
        of = record(
            12,
            sections=(
                Section("Light sensitivity was rated."),
                Section("Propranolol lowered it; propranolol was liked."),
            ),
        )
        desk.store(of, [draft(of, "Propranolol lowered it", cue="lowered")])
        page = desk.page(desk.claim(pmid=12).id)
        marked = [
            span.text_content()
            for span in page.tree.get_element_by_id("abstract").iter("span")
            if "mk" in span.get("class")
        ]
        assert marked == ["Light sensitivity", "Propranolol", "lowered"]

    def test_the_claim_and_why_it_was_proposed(self, page: Answer) -> None:
        found = page.tree.find_class("panel")[0]
        panel = tidy(f"{' '.join(found.itertext())} {found.text_content()}")
        for shown in (
            "Treatment Propranolol",
            "Comparator Placebo inert",
            "Domain Photophobia",
            "Role outcome",
            "Direction improves",
            "Outcome light sensitivity",
            "SMD -0.4",
            "interval -0.7 to -0.1, p 0.01, as printed",
            "Participants 60",
            "Design randomised",
            "Population Called refractory",
            "Statement own result not hedged, not negated",
            "Rule greater-change, cue “lowered”",
            "arms: against placebo",
            "Confidence 0.80",
            "Extractor 1+test",
        ):
            assert shown in panel, shown

    def test_definition_rules_and_neighbours(self, page: Answer) -> None:
        words = page.words()
        assert "Light that hurts." in words
        assert "Role outcome." in words
        assert "Called refractory, no count." in words
        assert "The rules in short" in words
        assert page.tree.xpath("//section[h2='Others in this paper']//li/a")
        other = page.tree.xpath("//section[h2='Other papers in this cell']//li")
        assert "PMID 101" in other[0].text_content()

    def test_it_is_small(self, desk: Desk, page: Answer) -> None:
        assets = ("review.css", "review.js", "mark.svg")
        loaded = [desk.browser.get(f"/static/{name}") for name in assets]
        amending = desk.browser.get(page.tree.xpath("//a[@data-key='e']/@href")[0])
        for one in (page, amending):
            assert len(one.body) + sum(len(a.body) for a in loaded) < 150_000
        assert all(asset.status == 200 and asset.body for asset in loaded)


def test_a_retracted_paper_says_so(desk: Desk) -> None:
    of = record(8, publication_types=("Retracted Publication",))
    desk.store(of, [draft(of)])
    (badge,) = desk.page(desk.claim(pmid=8).id).tree.xpath("//li[@class='warn']")
    assert badge.text_content() == "retracted, as of 1 Mar 2026"


def test_a_record_without_an_abstract_or_a_year(desk: Desk) -> None:
    of = record(9, published=None, journal=None, sections=(Section("Propranolol."),))
    desk.store(of, [draft(of, "Propranolol.", outcome=None, measure=None, p=None)])
    page = desk.page(desk.claim(pmid=9).id)
    assert "no year" in page.words()
    assert page.tree.get_element_by_id("abstract").find("section/h2") is None


def test_the_history_tells_everything(desk: Desk, claim: str) -> None:
    desk.press(desk.page(claim), "flag", note="Line one.\nLine two.")
    desk.press(desk.page(claim), "accept")
    page = desk.step(desk.page(claim), "undo")
    lines = [
        tidy(li.text_content()) for li in page.tree.xpath("//*[@id='history']/ol/li")
    ]
    assert [line.split(",")[0] for line in lines] == [
        "alice took back an earlier decision",
        "alice accepted",
        "alice flagged",
    ]
    assert "(taken back)" in lines[1]
    (note,) = page.tree.find_class("note")
    assert note.text_content() == "Line one.\nLine two."


def hostile(payload: str) -> tuple[Record, Draft]:
    of = record(
        66,
        title=f"{payload} A title {payload}",
        sections=(
            Section(f"{payload} methods", payload),
            Section(f"{payload} eased light {payload}.", f"R {payload}"),
        ),
        journal=payload,
        doi=payload,
        authors=(Author(family=payload), Author(collective=payload)),
        publication_types=(payload,),
        registry_ids=(payload,),
    )
    quote = f"{payload} eased light {payload}."
    found = draft(of, quote, outcome=payload, measure=payload, cue=payload)
    everywhere: dict[str, Any] = dict.fromkeys(
        ("section", "dose", "route", "timepoint", "effect", "interval", "p", "rule"),
        payload,
    )
    everywhere |= {"trace": [payload], "flags": [payload], "extractor": payload}
    return of, Draft.from_dict(found.as_dict() | everywhere)


def assert_harmless(page: Answer) -> None:
    """Only our own elements stand in a page, and none that acts by itself."""
    tree = page.tree
    assert tree.xpath("//script/@src") in (["/static/review.js"], [])
    assert not tree.xpath("//script[not(@src)]")
    assert not tree.xpath("//svg|//img|//iframe|//object|//embed|//base|//style")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]|//@style")
    for link in tree.xpath("//@href|//@src|//@action"):
        assert link.startswith(("/", "#", "https://pubmed.", "https://doi.org/")), link
        assert not link.startswith("//"), link


@pytest.mark.parametrize("payload", PAYLOADS)
class TestHostileText:
    @pytest.fixture
    def stored(self, desk: Desk, payload: str) -> Claim:
        of, found = hostile(payload)
        desk.store(of, [found])
        return desk.claim(pmid=66)

    def test_it_is_shown_letter_for_letter(
        self, desk: Desk, stored: Claim, payload: str
    ) -> None:
        page = desk.page(stored.id)
        assert_harmless(page)
        of, found = hostile(payload)
        assert page.tree.get_element_by_id("paper").text_content() == of.title
        shown = [p.text_content() for p in page.tree.xpath("//*[@id='abstract']//p")]
        assert shown == [s.text for s in of.sections]
        (quote,) = page.tree.get_element_by_id("abstract").iter("mark")
        assert quote.text_content() == found.quote

    def test_it_survives_the_form(
        self, desk: Desk, stored: Claim, payload: str
    ) -> None:
        page = desk.browser.get(f"/claims/{stored.id}/amend")
        assert_harmless(page)
        values = page.form("amendment").values
        assert values["quote"] == stored.draft.quote
        assert values["dose"] == payload
        # Sent back as it came, but for one field, it changes just that field.
        values |= {"n": "59", "measure": "light-sensitivity"}
        desk.browser.post(f"/claims/{stored.id}/amend", values)
        (taken,) = desk.ledger(stored.id)
        assert dict(taken.changes) == {"n": 59, "measure": "light-sensitivity"}

    def test_it_does_nothing_in_lists(
        self, desk: Desk, stored: Claim, payload: str
    ) -> None:
        desk.press(desk.page(stored.id), "flag", note=payload)
        for path in (
            "/",
            "/decisions",
            f"/decisions?curator={quote(payload)}",
            f"/search?text={quote(payload)}",
            f"/decisions?text={quote(payload)}",
            f"/queue?queue=slice&seed={quote(payload)}",
            f"/queue?treatment={quote(payload)}",
            f"/claims/{quote(payload, safe='')}",
        ):
            assert_harmless(desk.browser.get(path))

    def test_a_note_is_kept_letter_for_letter(
        self, desk: Desk, claim: str, payload: str
    ) -> None:
        page = desk.page(claim)
        desk.decide(claim, Action.ACCEPT, note=payload)
        conflict = desk.press(page, "flag", note=payload)
        assert_harmless(conflict)
        notes = [note.text_content() for note in conflict.tree.find_class("note")]
        assert notes == [payload, payload]
        (form,) = (f for f in conflict.forms() if "decisions" in f.action)
        assert form.values["note"] == payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_curators_name_does_nothing(desk: Desk, claim: str, payload: str) -> None:
    other = Desk(desk.database, desk.run, payload)
    other.press(other.page(claim), "accept")
    page = other.page(claim)
    assert_harmless(page)
    assert page.tree.find_class("who")[0].text_content() == f"{payload}, curator"
    assert other.ledger(claim)[0].curator == payload


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.text(st.sampled_from("Pp lacebo.Ropn-é🧠"), min_size=1), min_size=1
    ),
    data=st.data(),
)
def test_marking_changes_no_letter(
    migraine: Protocol, lines: list[str], data: st.DataObject
) -> None:
    text = "\n".join(lines)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    of = record(sections=tuple(Section(line, "A") for line in lines))
    changed = {"start": start, "end": end, "quote": text[start:end], "cue": "ace"}
    found = Draft.from_dict(draft().as_dict() | changed)
    sections = marks.sections_of(of, text, found, migraine)
    shown = [
        "".join(piece.text for part in s.parts for piece in part.pieces)
        for s in sections
    ]
    assert shown == lines
    quoted = [
        "".join(piece.text for piece in part.pieces)
        for section in sections
        for part in section.parts
        if part.quoted
    ]
    # Line breaks stand between sections, so they are all that is missing.
    assert "".join(quoted) == found.quote.replace("\n", "")
