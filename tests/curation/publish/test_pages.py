"""Pages are a function of the library, and say no more than it holds."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.publish import cell_pages, map_cells, pages
from curation.publish.catalogue import Catalogue
from evidence.cells import Emptiness
from evidence.claims import Claim
from evidence.decisions import Status
from evidence.library import Gone, Library
from evidence.records import Record, Retraction, Section, TextSource
from evidence.types import Change, Design, Direction, Role, Statement, TimeBand
from evidence.wording import EMPTINESS_WORDS, NOT_USED, sentence

MakeClaim = Callable[..., Claim]
MakeLibrary = Callable[..., Library]
MakeRecord = Callable[..., Record]


def text_of(source: str) -> str:
    """The page's words, without front matter and markup."""
    body = source.split("---\n", 2)[2]
    return str(lxml.html.fromstring(f"<div>{body}</div>").text_content())


def cell_text(library: Library, treatment: str, domain: str) -> str:
    return text_of(cell_pages.page(treatment, domain, Catalogue(library)).text)


def map_cell(library: Library, treatment: str, domain: str) -> map_cells.MapCell:
    return map_cells.map_cell(treatment, domain, Catalogue(library))


def test_five_kinds_of_empty_are_told_apart(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    known = library(
        claim(1, treatment="caffeine", status=Status.PROPOSED),
        claim(2, treatment="triptan", status=Status.REJECTED),
        claim(3, treatment="zolmitriptan", statement=Statement.BACKGROUND),
        searched=("feverfew", "caffeine", "triptan", "zolmitriptan"),
    )
    catalogue = Catalogue(known)
    shown = {
        treatment: map_cell(known, treatment, domain)
        for treatment, domain in (
            ("sumatriptan", "nausea"),
            ("feverfew", "aura"),
            ("caffeine", "aura"),
            ("triptan", "aura"),
            ("zolmitriptan", "aura"),
        )
    }
    assert [cell.empty_class for cell in shown.values()] == [
        "ns",
        "nf",
        "aw",
        "rj",
        "bg",
    ]
    assert len({cell.empty for cell in shown.values()}) == 5
    assert not any(cell.bands or cell.studies for cell in shown.values())
    page = pages.home(catalogue).text
    for words in map_cells.EMPTY_WORDS.values():
        assert words in page
    cell = cell_text(known, "caffeine", "aura")
    assert EMPTINESS_WORDS[Emptiness.AWAITING_REVIEW] in cell
    assert EMPTINESS_WORDS[Emptiness.ALL_REJECTED] in cell_text(
        known, "triptan", "aura"
    )
    assert len(set(EMPTINESS_WORDS.values())) == 5


def test_an_unreviewed_claim_is_in_no_band_and_no_sentence(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    reviewed = claim(1)
    waiting = [
        claim(2, direction=Direction.WORSENS, status=Status.PROPOSED),
        claim(3, direction=Direction.WORSENS, status=Status.DISPUTED),
    ]
    before = map_cell(library(reviewed), "sumatriptan", "aura")
    after = map_cell(library(reviewed, *waiting), "sumatriptan", "aura")
    assert (after.bands, after.studies, after.code) == (
        before.bands,
        before.studies,
        before.code,
    )
    assert (before.unreviewed, after.unreviewed) == (0, 2)
    page = cell_text(library(reviewed, *waiting), "sumatriptan", "aura")
    assert "One study: favours (SH 1); certainty not assessed." in page
    assert "machine-proposed, not reviewed" in page
    assert "curators disagree, not decided" in page


@pytest.mark.parametrize(
    "change",
    [
        {"retraction": Retraction.RETRACTED},
        {"status": Status.WITHDRAWN},
        {"status": Status.NEEDS_REREVIEW},
        {"statement": Statement.AIM},
    ],
)
def test_what_does_not_count_changes_no_words(
    claim: MakeClaim, library: MakeLibrary, change: dict[str, object]
) -> None:
    counted = [claim(1), claim(2, direction=Direction.NO_CLEAR_DIFFERENCE)]
    other = claim(3, direction=Direction.WORSENS, **change)
    before = cell_pages.headline(
        "sumatriptan", "aura", Role.OUTCOME, Catalogue(library(*counted))
    )
    after = cell_pages.headline(
        "sumatriptan", "aura", Role.OUTCOME, Catalogue(library(*counted, other))
    )
    assert before == after


def test_one_opposing_study_always_shows(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    for_it = [claim(n) for n in range(1, 9)]
    known = library(*for_it, claim(9, direction=Direction.WORSENS))
    cell = map_cell(known, "sumatriptan", "aura")
    assert {(b.word, b.number) for b in cell.bands} == {("favour", 8), ("against", 1)}
    assert cell.conflict
    assert "8 favour, 1 against, 0 no clear difference, 0 mixed" in cell_text(
        known, "sumatriptan", "aura"
    )


def test_a_second_report_of_a_trial_changes_no_count(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    first = claim(1, study="NCT00000001", year=2001)
    second = claim(2, study="NCT00000001", year=2003, direction=Direction.WORSENS)
    cell = map_cell(library(first, second), "sumatriptan", "aura")
    assert (cell.studies, cell.conflict) == (1, False)
    page = cell_text(library(first, second), "sumatriptan", "aura")
    assert "Later reports of the same trials that say otherwise" in page


def test_a_comparison_also_stands_turned_round_in_the_other_row(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    known = library(claim(1, comparator="caffeine"))
    assert [b.word for b in map_cell(known, "caffeine", "aura").bands] == ["against"]
    assert "turned round: reported for Sumatriptan" in cell_text(
        known, "caffeine", "aura"
    )


def test_a_change_from_baseline_is_hollow_and_in_no_count(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    known = library(claim(1, comparator=None, design=Design.UNCONTROLLED))
    cell = map_cell(known, "sumatriptan", "aura")
    assert (cell.bands, cell.within, cell.studies) == ((), 1, 0)
    page = cell_pages.page("sumatriptan", "aura", Catalogue(known)).text
    assert "improved from baseline, no comparison" in page
    assert 'class="m-w des-o"' in page
    assert 'class="m-f' not in page.split("<figure")[1].split("<ul")[0]


def test_the_plot_has_a_title_and_a_description(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    known = library(claim(1), claim(2, direction=Direction.WORSENS, population="eh"))
    page = cell_pages.page("sumatriptan", "aura", Catalogue(known)).text
    plot = lxml.html.fromstring(
        page.split('<div class="te-plot">')[1].split("</div>")[0]
    )
    svg = plot if plot.tag == "svg" else plot.xpath(".//svg")[0]
    assert svg.xpath("./title")[0].text.startswith("Effect-direction plot: Sumatriptan")
    assert "1 favour, 1 against" in svg.xpath("./desc")[0].text
    assert len(svg.xpath(".//circle[@class='ring']")) == 1


def test_the_review_stands_beside_the_studies_in_fixed_words(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    nothing = cell_text(library(), "sumatriptan", "aura")
    assert "No reviewed study here tests this." in nothing
    one = cell_text(library(claim(1)), "sumatriptan", "aura")
    assert "One direct study; too few to compare." in one
    two = cell_text(library(claim(1), claim(2)), "sumatriptan", "aura")
    assert "Direction agrees in 2 studies." in two
    harm = cell_text(library(), "feverfew", "nausea")
    assert "Matching untested." in harm
    assert "No reference is printed at that sentence." in harm


claims_of_any_kind = st.lists(
    st.fixed_dictionaries(
        {
            "direction": st.sampled_from(Direction),
            "comparator": st.sampled_from([None, "placebo", "caffeine"]),
            "design": st.sampled_from(Design),
            "population": st.sampled_from(["sh", "eh"]),
            "role": st.sampled_from([Role.OUTCOME, Role.SUBGROUP, Role.MODERATOR]),
            "status": st.sampled_from(Status),
            "time_band": st.sampled_from(TimeBand),
            "study": st.sampled_from(["NCT1", "NCT2", "NCT3"]),
            "change": st.sampled_from([None, *Change]),
        }
    ),
    min_size=1,
    max_size=7,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=claims_of_any_kind, data=st.data())
def test_order_of_claims_never_changes_a_page(
    claim: MakeClaim,
    library: MakeLibrary,
    rows: list[dict[str, object]],
    data: st.DataObject,
) -> None:
    claims = [claim(n, **row) for n, row in enumerate(rows, 1)]
    shuffled = data.draw(st.permutations(claims))
    pair = ("sumatriptan", "aura")
    one = Catalogue(library(*claims))
    other = Catalogue(library(*shuffled))
    assert cell_pages.page(*pair, one) == cell_pages.page(*pair, other)
    assert pages.home(one) == pages.home(other)


def said_of(library: Library) -> list[str]:
    """Every sentence and number that studies decide on a cell's page."""
    page = cell_pages.page("sumatriptan", "aura", Catalogue(library)).text
    tree = lxml.html.fromstring("<div>" + page.split("---\n", 2)[2] + "</div>")
    parts = tree.xpath("//*[contains(@class, 'te-say') or contains(@class, 'te-cmp')]")
    parts += tree.xpath("//*[contains(@class, 'te-counts')] | //desc")
    return [part.text_content() for part in parts]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=claims_of_any_kind,
    what=st.sampled_from(["unreviewed", "retracted", "digest", "second report"]),
    direction=st.sampled_from(Direction),
)
def test_what_does_not_count_never_changes_what_a_page_says(
    claim: MakeClaim,
    library: MakeLibrary,
    rows: list[dict[str, object]],
    what: str,
    direction: Direction,
) -> None:
    first = claim(1, study="NCT1", direction=Direction.IMPROVES)
    claims = [first, *(claim(n, **row) for n, row in enumerate(rows, 2))]
    known = {
        "unreviewed": {"status": Status.PROPOSED},
        "retracted": {"retraction": Retraction.RETRACTED},
        "digest": {"text_source": TextSource.DIGEST},
        "second report": {"study": "NCT1", "year": 2030},
    }[what]
    late = claim(99, direction=direction, **known)
    assert said_of(library(*claims, late)) == said_of(library(*claims))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=claims_of_any_kind)
def test_an_opposing_study_is_named_on_every_page(
    claim: MakeClaim, library: MakeLibrary, rows: list[dict[str, object]]
) -> None:
    """However many agree: on the map, in the sentence and in the plot."""
    against = claim(50, study="opposing", direction=Direction.WORSENS)
    known = library(*(claim(n, **row) for n, row in enumerate(rows, 1)), against)
    cell = known.cell("sumatriptan", "aura", Role.OUTCOME)
    shown = [f"{cell.tally().against} against", "One study: against"]
    assert any(text in " ".join(said_of(known)) for text in shown)
    bands = map_cell(known, "sumatriptan", "aura").bands
    assert any(band.vote == "a" and band.number >= 1 for band in bands)
    assert "m-a" in cell_pages.page("sumatriptan", "aura", Catalogue(known)).text


GENERATED = (
    "te-say",
    "te-beside",
    "te-cmp",
    "te-role",
    "te-eye",
    "te-facts",
    "te-counts",
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=claims_of_any_kind)
def test_no_generated_sentence_grades(
    claim: MakeClaim, library: MakeLibrary, rows: list[dict[str, object]]
) -> None:
    known = library(*(claim(n, **row) for n, row in enumerate(rows, 1)))
    page = cell_pages.page("sumatriptan", "aura", Catalogue(known)).text
    tree = lxml.html.fromstring("<div>" + page.split("---\n", 2)[2] + "</div>")
    parts = [*tree.xpath("//desc"), *tree.xpath("//figcaption")]
    for name in GENERATED:
        parts += tree.xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]")
    said = " ".join(part.text_content() for part in parts).lower()
    for word in NOT_USED:
        assert not re.search(rf"\b{word}\b", said), word


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=claims_of_any_kind, only_target=st.booleans())
def test_the_code_of_a_cell_counts_as_the_cell_does(
    claim: MakeClaim,
    library: MakeLibrary,
    rows: list[dict[str, object]],
    only_target: bool,
) -> None:
    """The map's script counts from this code, by the rule that is written here."""
    known = library(*(claim(n, **row) for n, row in enumerate(rows, 1)))
    cell = known.cell("sumatriptan", "aura", Role.OUTCOME)
    code = map_cells.code(cell.findings)
    counted: dict[str, int] = {}
    for study in code.split(",") if code else []:
        found = [study[i : i + 5] for i in range(0, len(study), 5)]
        votes = {
            f[0] for f in found if f[1] != "w" and (int(f[2]) & 1 or not only_target)
        }
        if votes:
            vote = votes.pop() if len(votes) == 1 else "m"
            counted[vote] = counted.get(vote, 0) + 1
    tally = cell.tally(target=True if only_target else None)
    assert counted.get("f", 0) == tally.favours
    assert counted.get("a", 0) == tally.against
    assert counted.get("n", 0) == tally.no_clear_difference
    assert counted.get("m", 0) == tally.mixed


def test_a_demonstration_says_so_on_every_decided_claim(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    known = library(claim(1), claim(2), demonstration=True)
    page = cell_text(known, "sumatriptan", "aura")
    assert page.count("decided by the project, not by a clinician") == 2
    real = cell_text(library(claim(1)), "sumatriptan", "aura")
    assert "not by a clinician" not in real


def test_a_withdrawn_claim_keeps_a_tombstone_and_loses_its_words(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    gone = claim(1, quote="Words that were withdrawn.", status=Status.WITHDRAWN)
    catalogue = Catalogue(library(gone))
    page = next(p for p in pages.pages(catalogue) if p.path == "studies/pmid-1.md")
    assert f'id="{gone.id}"' in page.text
    assert "was withdrawn" in page.text
    assert "Words that were withdrawn" not in page.text


def test_a_retracted_paper_has_a_banner(
    claim: MakeClaim, library: MakeLibrary, record: MakeRecord
) -> None:
    paper = record(1, publication_types=("Retracted Publication",))
    known = library(claim(1, retraction=Retraction.RETRACTED), records=[paper])
    page = next(
        p for p in pages.pages(Catalogue(known)) if p.path == "studies/pmid-1.md"
    )
    assert "This paper has been retracted." in page.text


@pytest.mark.parametrize(
    ("other", "told"), [(None, "number (seen 2026-03-01)"), (7, "as PMID 7 (seen")]
)
def test_a_paper_that_pubmed_took_away_has_a_banner(
    other: int | None,
    told: str,
    claim: MakeClaim,
    library: MakeLibrary,
    record: MakeRecord,
) -> None:
    fate = Gone(seen=datetime(2026, 3, 1, tzinfo=UTC), merged_into=other)
    known = replace(library(claim(1), records=[record(1)]), gone={1: fate})
    page = next(
        p for p in pages.pages(Catalogue(known)) if p.path == "studies/pmid-1.md"
    )
    assert "PubMed no longer has this record" in page.text
    assert told in page.text


def test_no_page_holds_an_abstract(
    claim: MakeClaim, library: MakeLibrary, record: MakeRecord
) -> None:
    secret = "A sentence of the abstract that nobody quoted."
    paper = record(1, sections=(Section(text=f"Finding of paper 1. {secret}"),))
    known = library(claim(1), records=[paper])
    assert not [p.path for p in pages.pages(Catalogue(known)) if secret in p.text]


def test_another_protocol_says_nothing_of_the_shipped_disease(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    words = re.compile(
        r"\bTRD\b(?!-evidence)|depress|ketamine|MADRS|antidepressant", re.IGNORECASE
    )
    for page in pages.pages(Catalogue(library(claim(1)))):
        found = words.search(page.text)
        assert found is None, f"{page.path}: {found}"


def test_a_class_shows_the_studies_of_its_members(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    known = library(claim(1), claim(2, treatment="zolmitriptan"))
    assert map_cell(known, "triptan", "aura").studies == 2
    assert map_cell(known, "sumatriptan", "aura").studies == 1


def test_a_pair_without_claim_or_assertion_has_no_page(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    catalogue = Catalogue(library(claim(1)))
    paths = {page.path for page in pages.pages(catalogue)}
    assert "treatments/sumatriptan/aura.md" in paths
    assert "treatments/feverfew/nausea.md" in paths
    assert "treatments/caffeine/aura.md" not in paths
    assert map_cell(library(claim(1)), "caffeine", "aura").href is None


def test_a_moderator_is_told_in_words_of_response(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    """More of the domain goes with response: that is no effect on the domain."""
    known = library(
        claim(1, role=Role.MODERATOR),
        claim(2, role=Role.MODERATOR, direction=Direction.WORSENS),
        claim(3, role=Role.MODERATOR, comparator=None),
    )
    page = cell_text(known, "sumatriptan", "aura")
    assert "1 better response, 1 poorer response, 0 no relation found" in page
    assert "better response, in treated patients only" in page
    assert (
        "favour"
        not in page.split("Whether it goes with response")[1].split("Not counted")[0]
    )


def test_a_later_report_that_agrees_is_shown_and_not_counted(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    first = claim(1, study="NCT00000001", year=2001)
    second = claim(2, study="NCT00000001", year=2003)
    page = cell_text(library(first, second), "sumatriptan", "aura")
    assert "One study: favours (SH 1)" in page
    assert "Later reports of the same trials that say the same" in page
    assert second.draft.quote in page


def test_a_decision_elsewhere_rewrites_no_page_of_this_pair(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    """Nor does the date of a search: dates of the whole site stand in its foot."""
    mine, other = claim(1), claim(2, treatment="feverfew", domain="nausea")
    before = library(mine, claim(2, treatment="feverfew", domain="nausea"))
    later = datetime(2026, 9, 9, tzinfo=UTC)
    after = replace(
        library(mine, replace(other, status=Status.REJECTED)),
        last_search=later,
        last_decision=later,
        record_count=99,
    )
    one = {p.path: p.text for p in pages.pages(Catalogue(before))}
    two = {p.path: p.text for p in pages.pages(Catalogue(after))}
    changed = {path for path in one if one[path] != two[path]}
    assert changed
    assert not [p for p in changed if "sumatriptan" in p or "pmid-1" in p]
    assert "treatments/feverfew/nausea.md" in changed


def test_the_map_sentence_is_the_cells_sentence(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    known = library(claim(1), claim(2, population="eh"))
    cell = known.cell("sumatriptan", "aura", Role.OUTCOME)
    said = sentence(cell.tally(), known.protocol.words)
    assert said in cell_text(known, "sumatriptan", "aura")
