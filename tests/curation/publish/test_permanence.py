"""What was cited once is found again: claims, pages that are gone, releases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from curation.publish import addresses, flow, foot, pages, permanence, releases
from curation.publish.catalogue import Catalogue
from evidence.claims import Claim
from evidence.decisions import Status
from evidence.library import Flow, Library

MakeClaim = Callable[..., Claim]
MakeLibrary = Callable[..., Library]
AT = datetime(2026, 4, 1, 12, tzinfo=UTC)


def test_every_claim_keeps_an_address_of_its_own(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    one, gone = claim(1), claim(2, status=Status.WITHDRAWN)
    catalogue = Catalogue(library(one, gone))
    made = {p.path: p.text for p in permanence.claims(catalogue)}
    for known in (one, gone):
        page, _, place = addresses.claim_page(known.id).partition("#")
        text = made[addresses.source(page)]
        assert f'<li id="{place}">' in text
        assert f"../{addresses.claim(known)}" in text
    # Once the paper is known to report a registered trial, the address leads there.
    linked = replace(one, study="NCT01627782")
    text = "".join(p.text for p in permanence.claims(Catalogue(library(linked))))
    assert f"../{addresses.study('NCT01627782')}#{one.id}" in text


def test_a_page_of_an_earlier_release_leaves_a_tombstone(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    known = replace(
        library(claim(1, study="NCT01627782")),
        addresses=frozenset({"studies/pmid-1.html", "treatments/old/aura.html"}),
    )
    catalogue = Catalogue(known)
    standing = frozenset(p.path[:-3] + ".html" for p in pages.pages(catalogue))
    found = {p.path: p.text for p in permanence.tombstones(catalogue, standing)}
    assert set(found) == {"studies/pmid-1.md", "treatments/old/aura.md"}
    assert addresses.study("NCT01627782") in found["studies/pmid-1.md"]
    assert "Nothing is published there now" in found["treatments/old/aura.md"]


def test_a_release_rewrites_no_page_of_a_cell(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    known = library(claim(1))
    released = releases.numbered(known, "0" * 64, AT)
    before = {p.path: p.text for p in pages.pages(Catalogue(known))}
    after = {p.path: p.text for p in pages.pages(Catalogue(released))}
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {"releases/index.md", "releases/1.md"}


def test_a_new_search_rewrites_one_small_file_and_the_map(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    known = library(claim(1))
    assert known.last_search is not None
    old, new = (
        Catalogue(known),
        Catalogue(replace(known, last_search=known.last_search + timedelta(days=1))),
    )
    before = {p.path: p.text for p in pages.pages(old)}
    changed = {p.path for p in pages.pages(new) if p.text != before[p.path]}
    assert changed == {"index.md"}
    assert foot.foot(new) == foot.foot(old)
    assert foot.freshness(new) != foot.freshness(old)


def test_a_release_lists_every_cell_that_says_something_else() -> None:
    before = {"a/b/outcome": "1 favour", "a/c/outcome": "x", "a/d/moderator": "same"}
    after = {"a/b/outcome": "2 favour", "a/d/moderator": "same", "e/f/subgroup": "new"}
    told = {
        f"{c.treatment}/{c.domain}/{c.role}": (c.before, c.after)
        for c in releases.changes(before, after)
    }
    assert told == {
        "a/b/outcome": ("1 favour", "2 favour"),
        "a/c/outcome": ("x", None),
        "e/f/subgroup": (None, "new"),
    }


@pytest.fixture
def flowing(claim: MakeClaim, library: MakeLibrary) -> Library:
    known = library(
        claim(1),
        claim(2, comparator=None, status=Status.PROPOSED),
        claim(3, status=Status.REJECTED),
        claim(4, study="pmid-1"),
    )
    counts = Flow(
        records=10,
        unread=2,
        without_claim=4,
        waiting=1,
        excluded=1,
        included=2,
        reasons={"out_of_scope": 1},
    )
    return replace(known, flow=counts)


def test_the_flow_loses_no_record(flowing: Library) -> None:
    boxes = flow.boxes(Catalogue(flowing))
    for above, below in pairwise(boxes[:-1]):
        left = sum(number for _, number, unit in above.aside if unit == "records")
        assert above.number - left == below.number
    assert [(b.stage, b.number) for b in boxes] == [
        ("Identified", 10),
        ("Screened", 8),
        ("Eligible", 4),
        ("Reviewed", 3),
        ("Included", 2),
        ("Counted", 1),
    ]


def test_the_flow_is_drawn_with_a_title_and_a_description(flowing: Library) -> None:
    drawn = str(flow.drawing(flow.boxes(Catalogue(flowing))))
    assert drawn.count("<rect") == 6 + 5
    assert "Left out: records, no claim proposed: 4" in drawn
    assert "1 claim: rejected: out of scope" in drawn
    assert "Counted: 1 study" in drawn


def test_a_decision_rewrites_only_the_pages_that_it_touches(
    claim: MakeClaim, library: MakeLibrary
) -> None:
    others = [claim(n, treatment="feverfew", domain="nausea") for n in (2, 3)]
    one = claim(1, status=Status.PROPOSED)
    decided = replace(one, status=Status.ACCEPTED, decided_at=AT, curators=("EK",))
    before, after = (
        {p.path: p.text for p in pages.pages(Catalogue(library(*others, c)))}
        for c in (one, decided)
    )
    changed = {path for path in after if after[path] != before.get(path)}
    assert before.keys() == after.keys()
    assert changed == {
        *("index.md", "systems.md", "treatments/index.md", "domains/index.md"),
        *("treatments/sumatriptan/index.md", "treatments/sumatriptan/aura.md"),
        *("treatments/triptan/index.md", "treatments/triptan/aura.md"),
        *("domains/aura.md", "studies/index.md", "studies/pmid-1.md"),
        *("what-is-new.md", "where-they-part.md", "review.md"),
        "methods/retrieval.md",
    }
