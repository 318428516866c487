"""A person's words on a cell: beside the counts, by name, and stale when they are."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jsonschema
import lxml.html
import pytest
from fhir.resources.evidence import Evidence

from curation.publish import cell_pages, downloads, fingerprint
from curation.publish.catalogue import Catalogue
from curation.publish.sqlite_file import sqlite_file
from evidence.claims import Claim
from evidence.grade import Wording
from evidence.library import Library
from evidence.statements import Answer, CellStatement, Since, StatementState
from evidence.types import Role

CELL = ("sumatriptan", "aura", Role.OUTCOME)
MARCH = datetime(2026, 3, 2, tzinfo=UTC)
TEXT = "It may shorten the aura a little.\n\nIn adults <b>only</b>, *not* in children."


@pytest.fixture
def said() -> CellStatement:
    sound = ("risk_of_bias", "inconsistency", "indirectness", "publication_bias")
    judged: dict[str, Any] = {reason: {"concern": "not_serious"} for reason in sound}
    judged["imprecision"] = {"concern": "very_serious", "why": "Ten patients."}
    row = {"text": TEXT, "ready": True, "certainty": "very_low", "judgements": judged}
    approvals = tuple(Answer(curator=name, at=MARCH) for name in ("Bo", "Cy"))
    return CellStatement(
        id="d" * 32,
        wording=Wording.read(row),
        author="Ann",
        at=MARCH,
        sentence="One study: favours (SH 1).",
        claims={"c1": "x"},
        state=StatementState.APPROVED,
        approvals=approvals,
    )


@pytest.fixture
def known(
    library: Callable[..., Library], claim: Callable[..., Claim], said: CellStatement
) -> Library:
    return replace(library(claim(1)), statements={CELL: said})


def shown(known: Library, domain: str = "aura") -> Any:
    page = cell_pages.page("sumatriptan", domain, Catalogue(known))
    return lxml.html.fromstring(f"<div>{page.text.split('---', 2)[2]}</div>")


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_it_stands_beside_the_counts_with_its_names(known: Library) -> None:
    [beside] = shown(known).find_class("te-stated")
    told = words(beside)
    assert told.startswith("In a person's words: a judgement, not computed")
    assert "In adults <b>only</b>, *not* in children." in told
    assert "Certainty, as its author judges it after GRADE: very low." in told
    assert "Imprecision: very serious. Ten patients." in told
    assert "By Ann, 2026-03-02; approved by Bo (2026-03-02), Cy (2026-03-02)." in told
    assert "Written on 1 claim" in told and "One study: favours (SH 1)." in told
    assert "Stale" not in told
    [leads] = shown(known).xpath("//a[@href='#outcome-stated']")
    assert words(leads.getparent()).startswith("In a person's words, certainty very")
    # It belongs to one role of one cell; counts say what they said.
    assert not shown(known, "nausea").find_class("te-stated")
    bare = shown(replace(known, statements={}))
    assert [words(e) for e in bare.find_class("te-say")] == [
        words(e) for e in shown(known).find_class("te-say")
    ]


def test_when_it_is_stale_that_is_said_first(
    known: Library, said: CellStatement
) -> None:
    since = Since(came=("c2", "c3"), left=("c1",))
    stale = replace(said, state=StatementState.STALE, since=since)
    known = replace(known, statements={CELL: stale})
    [warning] = shown(known).find_class("te-stated")[0].find_class("te-warn")
    assert "2 came, 1 left and 0 changed" in words(warning)
    [row] = [r for r in rows(known) if r["statement"] is not None]
    assert row["statement"]["stale"] is True


def rows(known: Library) -> list[dict[str, Any]]:
    made = dict(downloads.files(Catalogue(known)))
    document = json.loads(made["cells.json"])
    jsonschema.validate(document, json.loads(made["cells.schema.json"]))
    found: list[dict[str, Any]] = document["cells"]
    return found


def test_downloads_carry_it(known: Library, said: CellStatement) -> None:
    found = {(r["treatment"], r["domain"]): r["statement"] for r in rows(known)}
    assert found["triptan", "aura"] is None
    stated = found["sumatriptan", "aura"]
    assert stated == {
        "id": "d" * 32,
        "text": TEXT,
        "certainty": "very_low",
        "judgements": [
            {"reason": "risk_of_bias", "concern": "not_serious", "why": None},
            {"reason": "inconsistency", "concern": "not_serious", "why": None},
            {"reason": "indirectness", "concern": "not_serious", "why": None},
            {
                "reason": "imprecision",
                "concern": "very_serious",
                "why": "Ten patients.",
            },
            {"reason": "publication_bias", "concern": "not_serious", "why": None},
        ],
        "upgraded": None,
        "author": "Ann",
        "written_at": MARCH.isoformat(),
        "approved_by": ["Bo", "Cy"],
        "approved_at": MARCH.isoformat(),
        "sentence": "One study: favours (SH 1).",
        "claims": ["c1"],
        "claims_version": said.version,
        "stale": False,
        **{"came": 0, "left": 0, "changed": 0},
    }


def test_the_sqlite_file_has_a_table_of_them(known: Library) -> None:
    opened = sqlite3.connect(":memory:")
    opened.deserialize(sqlite_file({}, [], rows(known), known.protocol))
    asked = "SELECT treatment, domain, role, author, certainty, stale FROM statements"
    assert opened.execute(asked).fetchall() == [
        ("sumatriptan", "aura", "outcome", "Ann", "very_low", 0)
    ]
    opened.close()


def test_fhir_carries_the_certainty_as_a_persons(known: Library) -> None:
    made = json.loads(dict(downloads.files(Catalogue(known)))["evidence.fhir.json"])
    by_title = {e["resource"]["title"]: e["resource"] for e in made["entry"]}
    of_class = by_title["Triptans, effect on the domain: Aura"]
    assert of_class["certainty"] == [{"description": "Not assessed."}]
    resource = by_title["Sumatriptan, effect on the domain: Aura"]
    Evidence.model_validate(resource)
    [certainty] = resource["certainty"]
    assert certainty["rater"] == "Ann"
    assert certainty["rating"]["coding"][0]["code"] == "very-low"
    told = "A person's judgement, approved by Bo and Cy; not computed."
    assert certainty["description"] == told


def test_another_statement_is_another_release(
    known: Library, said: CellStatement
) -> None:
    other = replace(said, author="Dee")
    changed = replace(known, statements={CELL: other})
    assert fingerprint.digest_of(known) != fingerprint.digest_of(changed)
