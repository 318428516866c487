"""Feeds: valid, with permanent ids, safe whatever a title holds."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import feedparser
import jsonschema
import pytest
from lxml import etree

from curation.publish import addresses, feeds, markup, releases
from curation.publish.catalogue import Catalogue
from evidence.claims import Claim
from evidence.decisions import Status
from evidence.library import Library, Run, RunKind, RunOutcome

MakeClaim = Callable[..., Claim]
MakeLibrary = Callable[..., Library]
AT = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def known(claim: MakeClaim, library: MakeLibrary) -> Library:
    return library(
        claim(1),
        claim(2, domain="nausea", comparator="caffeine", status=Status.REJECTED),
        claim(3, treatment="feverfew", status=Status.PROPOSED),
        claim(4, status=Status.WITHDRAWN, quote="Gone words."),
    )


RFC3339 = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
TEXT = {"type": "string", "minLength": 1}
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "home_page_url": TEXT,
        "feed_url": TEXT,
        "authors": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["name"]},
        },
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                # A reader shows content_text or content_html; one of them must be.
                "required": ["id", "content_text"],
                "additionalProperties": False,
                "properties": {
                    "id": TEXT,
                    "url": TEXT,
                    "title": TEXT,
                    "content_text": {"type": "string"},
                    "date_published": {"type": "string", "pattern": RFC3339},
                },
            },
        },
    },
}
"""What JSON Feed 1.1 demands of the members that these feeds use, and no others.

Source: JSON Feed Version 1.1, https://www.jsonfeed.org/version/1.1/
"""


def read(library: Library) -> dict[str, Any]:
    """Every feed as an independent reader sees it, and its twin in JSON."""
    made = dict(feeds.files(Catalogue(library)))
    found = {}
    for name, content in made.items():
        if not name.endswith(".atom"):
            continue
        atom = feedparser.parse(content)
        assert not atom.bozo, atom.get("bozo_exception")
        assert atom.version == "atom10"
        twin = json.loads(made[name.replace(".atom", ".json")])
        jsonschema.validate(twin, JSON_FEED)
        assert [e.id for e in atom.entries] == [i["id"] for i in twin["items"]]
        assert [e.title for e in atom.entries] == [i["title"] for i in twin["items"]]
        for entry in atom.entries:
            assert entry.id.startswith("urn:uuid:")
            assert entry.updated_parsed
        found[name.removesuffix(".atom")] = atom
    return found


def test_only_what_has_news_has_a_feed(known: Library) -> None:
    assert set(read(known)) == {
        "feeds/site",
        "feeds/cells/sumatriptan--aura",
        "feeds/cells/triptan--aura",
        "feeds/cells/sumatriptan--nausea",
        "feeds/cells/triptan--nausea",
        "feeds/cells/caffeine--nausea",
        *(f"feeds/treatments/{t}" for t in ("sumatriptan", "triptan", "caffeine")),
        *(f"feeds/domains/{d}" for d in ("aura", "nausea")),
    }


def test_an_entry_is_a_decision_and_leads_to_its_claim(known: Library) -> None:
    (cell,) = [read(known)["feeds/cells/caffeine--nausea"]]
    (entry,) = cell.entries
    assert entry.title == "Author2 2002, Sumatriptan × Nausea: rejected on review"
    own = next(c for c in known.claims.values() if c.draft.pmid == 2)
    assert entry.link == f"../../{addresses.claim_page(own.id)}"
    assert entry.updated == "2026-03-01T00:00:00Z"


def test_withdrawn_words_are_told_nowhere(known: Library) -> None:
    for content in dict(feeds.files(Catalogue(known))).values():
        assert b"Gone words" not in content


def test_ids_stay_when_other_things_happen(
    known: Library, claim: MakeClaim, library: MakeLibrary
) -> None:
    before = {e.id for e in read(known)["feeds/site"].entries}
    more = library(*known.claims.values(), claim(9, domain="nausea"))
    after = {e.id for e in read(more)["feeds/site"].entries}
    assert before < after


def test_releases_and_runs_are_told_with_their_date(known: Library) -> None:
    run = Run(
        id=7,
        kind=RunKind.REFRESH,
        started=AT,
        finished=AT,
        outcome=RunOutcome.COMPLETE,
        counts={"new": 3, "retracted": 0},
    )
    quiet = replace(run, id=8, counts={"new": 0})
    failed = replace(run, id=9, outcome=RunOutcome.FAILED)
    found = releases.numbered(
        replace(known, runs=(run, quiet, failed)), "0" * 64, AT.replace(day=2)
    )
    told = read(found)
    titles = [e.title for e in told["feeds/site"].entries]
    assert titles[:2] == ["Release 1", "Refresh of 2026-04-01"]
    assert len(titles) == 5
    cell = told["feeds/cells/sumatriptan--aura"].entries[0]
    assert cell.title.startswith("Sumatriptan × Aura, outcome: One study: ")
    assert cell.summary.startswith("Before: nothing. In release 1: One study")


def test_no_news_is_a_valid_feed(library: MakeLibrary) -> None:
    (site,) = read(library()).values()
    assert site.entries == []
    assert site.feed.updated == "2025-01-02T00:00:00Z"


def test_hostile_names_are_read_as_they_are(hostile_library: Library) -> None:
    catalogue = Catalogue(hostile_library)
    entries = read(hostile_library)["feeds/site"].entries
    assert len(entries) == 12
    labels = {markup.plain(catalogue.study_label(s)) for s in hostile_library.studies}
    for entry in entries:
        assert entry.title_detail.type == "text/plain"
        study = entry.title.rpartition(", Sumatriptan × Aura: ")[0]
        assert study in labels


def test_4000_hostile_titles_stay_one_value_in_both_formats(
    library: MakeLibrary, hostile: tuple[str, ...]
) -> None:
    """The seed is fixed, so a failure can be repeated."""
    chance = random.Random(6)
    pieces = (*hostile, "\x00", "\x1b[31m", "\ud800", "\ufffe", "\u2028", "\r\n")
    texts = ["T " + "".join(chance.choices(pieces, k=3)) for _ in range(4000)]
    entries = tuple(
        feeds.Entry(addresses.uuid("test", n), AT, text, text, "index.html")
        for n, text in enumerate(texts)
    )
    feed = feeds.Feed(addresses.feed("site"), texts[0], "index.html", entries)
    catalogue = Catalogue(library())
    tree = etree.fromstring(feeds.atom(feed, catalogue, AT))
    expected = [markup.plain(text) for text in texts]
    for name in ("title", "content"):
        read = [e.text for e in tree.iterfind(f"{{*}}entry/{{*}}{name}")]
        assert read == expected
    assert len(list(tree.iter())) == 8 + 4000 * 6
    twin = json.loads(feeds.json_feed(feed, catalogue))
    assert [item["title"] for item in twin["items"]] == expected
