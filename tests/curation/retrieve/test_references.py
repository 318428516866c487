"""Which paper a printed reference is: the right one, or an honest miss."""

from typing import Any

import pytest

from curation.retrieve.index import Index
from curation.retrieve.references import Method, match
from evidence.library import ReferenceStanding
from evidence.records import Author, Correction, PartialDate, Record
from evidence.review import Reference

TITLE = "Lantern light for gloom that resists lamps: a controlled trial in two harbours"


def reference(**parts: Any) -> Reference:
    printed: dict[str, Any] = {
        "number": 1,
        "raw": "Wick F, Flint A. Lantern light ...",
        "kind": "article",
        "title": TITLE,
        "authors": ("Wick FB", "Flint A"),
        "journal": "J Invent Lamps",
        "year": 2016,
        "volume": "58 Suppl 13",
        "pages": "113-125",
    }
    return Reference(**(printed | parts))


def record(pmid: int = 11, **parts: Any) -> Record:
    stored: dict[str, Any] = {
        "title": f"{TITLE}.",
        "authors": (Author(family="Wick", initials="FB"),),
        "journal": "J Invent Lamps",
        "published": PartialDate(2016),
        "volume": "58 Suppl 13",
        "pages": "113-25",
    }
    return Record(pmid=pmid, **(stored | parts))


def test_a_reference_that_agrees_in_all_is_resolved_with_what_agreed() -> None:
    found = match(reference(doi="10.9999/Lamp"), [record(doi="10.9999/lamp")])
    assert (found.state, found.pmid, found.method) == (
        ReferenceStanding.RESOLVED,
        11,
        Method.DOI,
    )
    assert found.agreements == (
        "title",
        "year",
        "first_author",
        "volume",
        "first_page",
        "doi",
        "journal",
    )


@pytest.mark.parametrize("kind", ["book", "web_page"])
def test_books_and_web_pages_are_not_looked_for(kind: str) -> None:
    assert (
        match(reference(kind=kind), [record()]).state is ReferenceStanding.NOT_INDEXED
    )


def test_a_line_without_title_and_doi_is_malformed() -> None:
    assert match(reference(title=None), [record()]).state is ReferenceStanding.MALFORMED


def test_nothing_to_choose_from_is_not_found() -> None:
    assert match(reference(), []).state is ReferenceStanding.NOT_FOUND


@pytest.mark.parametrize(
    "printed",
    [
        TITLE.upper(),
        TITLE.replace("gloom", "<i>gloom</i>"),
        TITLE.replace(": a", ". A"),
        TITLE.replace("Lantern light", "Lantern\\-light"),
        TITLE.replace("harbours", "harbors"),
        f"[{TITLE}]",
        TITLE.partition(":")[0],
        f"{TITLE} (author's transl)",
    ],
)
def test_printings_of_one_title_agree(printed: str) -> None:
    found = match(reference(title=printed), [record()])
    assert (found.state, found.pmid) == (ReferenceStanding.RESOLVED, 11)
    assert "title" in found.agreements


def test_greek_letters_may_be_spelled_out() -> None:
    printed = reference(title="The β2 lamp and its α-glow in the long winter nights")
    stored = record(
        title="The beta(2) lamp and its alpha glow in the long winter nights."
    )
    assert match(printed, [stored]).pmid == 11


def test_a_translated_title_may_match_the_original_one() -> None:
    stored = record(title="[Not Available].", vernacular_title=TITLE)
    assert match(reference(), [stored]).pmid == 11


@pytest.mark.parametrize("year", [2015, 2017])
def test_a_year_between_online_and_print_is_no_obstacle(year: int) -> None:
    assert match(reference(year=year), [record()]).pmid == 11


@pytest.mark.parametrize("year", [2014, 2018])
def test_two_years_apart_disagree_and_need_every_other_field(year: int) -> None:
    found = match(reference(year=year), [record()])
    assert (found.pmid, "year" in found.agreements) == (11, False)
    less = reference(year=year, pages=None)
    assert match(less, [record()]).candidates[0].conflicts == ("year",)


def test_electronic_year_counts_too() -> None:
    stored = record(published=PartialDate(2019), electronic=PartialDate(2016))
    assert match(reference(), [stored]).pmid == 11


@pytest.mark.parametrize(
    "printed", ["Wićk FB", "WICK FB", "Wick, F. B.", "van Wick F", "Wick FB Jr"]
)
def test_first_authors_agree_across_printings(printed: str) -> None:
    found = match(reference(authors=(printed,)), [record()])
    assert "first_author" in found.agreements


def test_a_misspelt_author_is_believed_only_where_other_fields_are_firm() -> None:
    misspelt = reference(authors=("Wickk FB",))
    assert "first_author" in match(misspelt, [record()]).agreements
    bare = misspelt.model_copy(update={"volume": None, "pages": None})
    assert match(bare, [record()]).state is ReferenceStanding.NOT_FOUND


def test_a_group_author_agrees_with_its_collective_name() -> None:
    printed = reference(
        authors=(), collective="Lamp Study Group", volume=None, pages=None
    )
    stored = record(authors=(Author(collective="The Lamp Study Group."),))
    assert match(printed, [stored]).state is ReferenceStanding.RESOLVED


def test_a_title_and_one_field_are_not_enough() -> None:
    printed = reference(authors=(), volume=None, pages=None)
    found = match(printed, [record()])
    assert found.state is ReferenceStanding.NOT_FOUND
    assert found.candidates[0].pmid == 11


def test_fields_without_a_title_are_not_enough() -> None:
    stored = record(title="Wicks of the northern coast and how they were once trimmed.")
    assert match(reference(), [stored]).state is ReferenceStanding.NOT_FOUND


def test_a_shortened_title_needs_every_other_field() -> None:
    stored = record(title=f"Lamps of the north. {TITLE}. Harbour Lamp Group. Part two.")
    found = match(reference(title="Gloom that resists lamps"), [stored])
    assert (found.state, found.method) == (ReferenceStanding.RESOLVED, Method.CITATION)
    less = reference(title="Gloom that resists lamps", pages=None)
    assert match(less, [stored]).state is ReferenceStanding.NOT_FOUND


@pytest.mark.parametrize(
    "printed",
    [
        "10.9999/LAMP.7",
        "https://doi.org/10.9999/lamp.7",
        "doi: 10.9999/lamp.7.",
        "10.9999/ lamp.7",
        "10.9999/lamp.7)",
    ],
)
def test_a_doi_agrees_whatever_its_case_and_wrapping(printed: str) -> None:
    bare = reference(doi_printed=printed, volume=None, pages=None, journal=None)
    found = match(bare, [record(doi="10.9999/Lamp.7", volume=None, pages=None)])
    assert (found.state, found.method) == (ReferenceStanding.RESOLVED, Method.DOI)


def test_a_mended_doi_is_tried_beside_the_printed_one() -> None:
    printed = reference(doi="10.9999/mended", doi_printed="10.9999/mnded", title=None)
    found = match(printed, [record(doi="10.9999/mended")])
    assert (found.state, found.method) == (ReferenceStanding.RESOLVED, Method.DOI)


def test_a_doi_that_leads_to_another_title_is_not_believed() -> None:
    stored = record(doi="10.9999/lamp", title="Trimming of wicks: an historical note.")
    found = match(reference(doi="10.9999/lamp", volume=None, pages=None), [stored])
    assert found.state is ReferenceStanding.NOT_FOUND
    assert found.candidates[0].agreements == ("year", "first_author", "doi", "journal")


def test_a_doi_alone_is_not_believed() -> None:
    printed = reference(doi="10.9999/lamp", title=None, authors=(), year=None)
    stored = record(doi="10.9999/lamp", volume=None, pages=None)
    assert match(printed, [stored]).state is ReferenceStanding.NOT_FOUND


def test_a_wrong_printed_doi_does_not_hide_the_right_paper() -> None:
    found = match(reference(doi="10.9999/wrong"), [record(doi="10.9999/right")])
    assert (found.state, found.method) == (ReferenceStanding.RESOLVED, Method.TITLE)


TWIN = {
    "another year": {"published": PartialDate(2009), "volume": "51", "pages": "7-9"},
    "another author": {
        "authors": (Author(family="Flint"),),
        "volume": "3",
        "pages": "7-9",
    },
    "a preprint": {"journal": "medRxiv", "volume": None, "pages": None},
    "another place": {"volume": "3", "pages": "7-9"},
    "another year, not yet in print": {
        "published": PartialDate(2020),
        "volume": None,
        "pages": None,
    },
}


@pytest.mark.parametrize("name", TWIN)
def test_a_paper_of_the_same_title_is_refused(name: str) -> None:
    found = match(reference(), [record(22, **TWIN[name])])
    assert (found.state, found.pmid) == (ReferenceStanding.NOT_FOUND, None)
    assert [c.pmid for c in found.candidates] == [22]


@pytest.mark.parametrize("name", TWIN)
def test_the_right_paper_is_told_from_its_twin_in_any_order(name: str) -> None:
    pair = [record(11), record(22, **TWIN[name])]
    assert match(reference(), pair).pmid == match(reference(), pair[::-1]).pmid == 11


def test_a_later_version_of_a_review_is_not_the_version_cited() -> None:
    place = {
        "journal": "Cochrane Database Syst Rev",
        "volume": None,
        "pages": "CD000001",
    }
    printed = reference(doi="10.9999/1.CD000001.pub2", **place)
    later = record(22, doi="10.9999/1.CD000001.pub3", **place)
    assert match(printed, [later]).state is ReferenceStanding.NOT_FOUND
    cited = record(11, doi="10.9999/1.CD000001.pub2", **place)
    assert match(printed, [later, cited]).pmid == 11


def test_parts_of_a_series_are_not_taken_for_each_other() -> None:
    bare = {"volume": None, "pages": None}
    printed = reference(title=f"{TITLE}. Part II", **bare)
    assert match(printed, [record(title=f"{TITLE}. Part I", **bare)]).pmid is None
    assert match(printed, [record(title=f"{TITLE}. Part 2", **bare)]).pmid == 11


def test_two_papers_that_agree_alike_are_ambiguous_and_both_are_shown() -> None:
    bare = reference(volume=None, pages=None)
    found = match(bare, [record(11), record(12, volume="59", pages="1-9")])
    assert (found.state, found.pmid) == (ReferenceStanding.AMBIGUOUS, None)
    assert {c.pmid for c in found.candidates} == {11, 12}


def test_the_same_record_twice_is_one_candidate() -> None:
    assert match(reference(), [record(), record()]).state is ReferenceStanding.RESOLVED


NOTICES = {
    "erratum by type": {"publication_types": ("Published Erratum",)},
    "letter by type": {"publication_types": ("Letter", "Comment")},
    "retraction notice": {"publication_types": ("Retraction of Publication",)},
    "erratum by link": {"corrections": (Correction("ErratumFor", 11),)},
    "comment by link": {"corrections": (Correction("CommentOn", 11),)},
    "correction by title": {"title": f"Correction: {TITLE}."},
    "author correction by title": {"title": f"Author Correction: {TITLE}."},
    "letter by title": {"title": f"Re: {TITLE}."},
    "erratum with the paper's DOI": {
        "doi": "10.9999/lamp",
        "publication_types": ("Published Erratum",),
    },
    "reply by title": {"title": f"Reply: {TITLE}."},
}


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_with_the_papers_title_is_not_the_paper(name: str) -> None:
    notice = record(33, volume=None, pages=None, **NOTICES[name])
    printed = reference(doi="10.9999/lamp")
    assert match(printed, [notice]).state is ReferenceStanding.NOT_FOUND
    assert match(printed, [notice, record(11)]).pmid == 11


def test_a_retracted_paper_is_still_the_paper() -> None:
    stored = record(title=f"RETRACTED: {TITLE}.")
    assert match(reference(), [stored]).pmid == 11


def test_printed_volume_and_page_decide_for_a_correction_of_the_same_title() -> None:
    # Reference 14 of the review is printed as its own erratum, one year later.
    printed = reference(year=2020, volume="17", pages="177", doi="10.9999/p.12.2e")
    paper = record(
        11,
        published=PartialDate(2019),
        volume="16",
        pages="99-108",
        doi="10.9999/p.12.2",
    )
    erratum = record(
        33,
        published=PartialDate(2020),
        volume="17",
        pages="177",
        doi="10.9999/p.12.2e",
        publication_types=("Published Erratum",),
    )
    assert match(printed, [paper, erratum]).pmid == 33
    assert match(printed, [paper]).state is ReferenceStanding.NOT_FOUND


def test_a_reference_that_says_it_is_a_letter_may_be_one() -> None:
    letter = record(33, publication_types=("Letter",), volume=None, pages=None)
    assert match(reference(title=f"{TITLE} [letter]"), [letter]).pmid == 33


@pytest.mark.parametrize(
    ("printed", "stored"),
    [
        ("1905-17", "1905-1917"),
        ("S12-S20", "S12-20"),
        ("f3646", "f3646"),
        ("e123", "123"),
        ("0045", "45-50"),
    ],
)
def test_first_pages_and_article_numbers_agree_across_styles(
    printed: str, stored: str
) -> None:
    found = match(reference(pages=printed), [record(pages=stored)])
    assert "first_page" in found.agreements


def test_an_index_finds_among_thousands_what_match_finds_among_few() -> None:
    others = [
        record(
            1000 + i,
            title=f"Lantern light and harbour number {i} in winter",
            authors=(Author(family="Flint"),),
            volume=str(i),
            pages=f"{i}-{i + 5}",
        )
        for i in range(3_000)
    ]
    index = Index([*others, record(11, doi="10.9999/lamp")])
    assert len(index) == 3_001
    assert index.resolve(reference()).pmid == 11
    by_doi = reference(title=None, doi="10.9999/LAMP")
    assert index.resolve(by_doi).pmid == 11
    misspelt = reference(
        title=TITLE.replace("gloom", "glomo").replace("light", "ligth")
    )
    assert index.resolve(misspelt).pmid == 11
    assert len(index.candidates(reference())) < 200
    absent = reference(title="Wicks", authors=("Nobody A",), pages="9999")
    assert index.resolve(absent).state is ReferenceStanding.NOT_FOUND


NOTHING: dict[str, Any] = {
    "title": None,
    "authors": (),
    "year": None,
    "volume": None,
    "pages": None,
}


@pytest.mark.parametrize(
    "known",
    [
        {"doi": "10.9999/LAMP"},
        {"title": TITLE},
        {"title": TITLE.replace("gloom", "glomo")},
        {"title": "ECT and TMS: how we do it"},
        {"volume": "58", "pages": "113"},
        {"authors": ("Wick FB",), "year": 2017},
    ],
    ids=[
        "doi",
        "title",
        "misspelt title",
        "short words",
        "place",
        "first author and year",
    ],
)
def test_an_index_proposes_a_record_by_any_one_thing_known(
    known: dict[str, Any],
) -> None:
    other = record(22, title="Oil.", authors=(), volume="3", pages="1")
    stored = record(
        11, doi="10.9999/lamp", vernacular_title="ECT and TMS: how we do it."
    )
    index = Index([stored, other])
    assert [r.pmid for r in index.candidates(reference(**NOTHING | known))] == [11]
