"""The files say what the cells say, in every format, and run in no spreadsheet."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from curation.publish import downloads
from curation.publish.catalogue import Catalogue
from curation.publish.formats import spreadsheet
from evidence.claims import Claim
from evidence.decisions import Status
from evidence.library import Library
from evidence.types import Direction, Role

MakeClaim = Callable[..., Claim]
MakeLibrary = Callable[..., Library]


@pytest.fixture
def known(claim: MakeClaim, library: MakeLibrary) -> Library:
    return library(
        claim(1),
        claim(2, direction=Direction.WORSENS, comparator="caffeine"),
        claim(3, status=Status.PROPOSED, quote="=1+1 was the finding"),
        claim(4, status=Status.WITHDRAWN, quote="Gone words."),
        claim(5, comparator=None, effect="-0.45", interval=None),
    )


def files(library: Library) -> dict[str, bytes]:
    return dict(downloads.files(Catalogue(library)))


def test_equal_libraries_give_equal_bytes(known: Library) -> None:
    assert files(known) == files(known)


def test_cells_agree_with_the_arithmetic(known: Library) -> None:
    cells = json.loads(files(known)["cells.json"])["cells"]
    assert cells
    for row in cells:
        cell = known.cell(row["treatment"], row["domain"], Role(row["role"]))
        tally = cell.tally()
        assert row["studies"] == tally.studies
        assert row["favours"] == tally.favours
        assert row["against"] == tally.against
        assert row["unreviewed"] == cell.unreviewed
        assert len(row["findings"]) == len(cell.findings)


def test_an_asserted_cell_without_a_claim_is_there(library: MakeLibrary) -> None:
    rows = json.loads(files(library())["cells.json"])["cells"]
    assert [(r["treatment"], r["domain"], r["emptiness"]) for r in rows] == [
        ("feverfew", "nausea", "none_found"),
        ("sumatriptan", "aura", "none_found"),
    ]
    assert rows[0]["assertions"][0]["sentence"].endswith("Matching untested.")


def test_csv_json_and_sqlite_hold_the_same_claims(known: Library) -> None:
    made = files(known)
    rows = json.loads(made["claims.json"])["claims"]
    table = list(csv.DictReader(io.StringIO(made["claims.csv"].decode("utf-8-sig"))))
    database = sqlite3.connect(":memory:")
    database.deserialize(made["evidence.sqlite"])
    stored = database.execute('SELECT id, status, counted, n FROM "claims"').fetchall()
    findings = database.execute("SELECT count(*) FROM findings").fetchone()[0]
    database.close()
    assert [r["id"] for r in rows] == [r["id"] for r in table] == [r[0] for r in stored]
    assert [r["status"] for r in rows] == [r["status"] for r in table]
    assert [r["counted"] for r in rows] == [bool(r[2]) for r in stored]
    assert sum(r["counted"] for r in rows) == 3
    assert findings == sum(len(cell.findings) for cell in known.cells.values())


def test_a_spreadsheet_runs_nothing(known: Library) -> None:
    text = files(known)["claims.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert "'=1+1 was the finding" in [row["quote"] for row in rows]
    assert "-0.45" in [row["effect"] for row in rows]
    for row in rows:
        for value in row.values():
            if value.lstrip().startswith(("=", "+", "-", "@")):
                float(value)
    quotes = [r["quote"] for r in json.loads(files(known)["claims.json"])["claims"]]
    assert "=1+1 was the finding" in quotes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=cmd", "'=cmd"),
        ("@x", "'@x"),
        ("\t=x", "'\t=x"),
        (" =x", "' =x"),
        ("-0.45", "-0.45"),
        ("-0.45 (0.1)", "'-0.45 (0.1)"),
        (None, ""),
        (True, "true"),
        (["a", "b"], "a; b"),
        (7, 7),
    ],
)
def test_what_a_spreadsheet_would_run_is_guarded(value: Any, expected: Any) -> None:
    assert spreadsheet.guarded(value) == expected


def test_a_withdrawn_claim_leaves_only_its_tombstone(known: Library) -> None:
    rows = json.loads(files(known)["claims.json"])["claims"]
    gone = next(row for row in rows if row["status"] == "withdrawn")
    assert gone["pmid"] == 4
    assert gone["quote"] is None
    assert b"Gone words" not in b"".join(files(known).values())


@pytest.mark.parametrize("name", ["claims", "cells"])
def test_every_row_keeps_to_its_schema(known: Library, name: str) -> None:
    made = files(known)
    document = json.loads(made[f"{name}.json"])
    schema = json.loads(made[f"{name}.schema.json"])
    assert set(schema["required"]) <= set(document)
    row_schema = schema["properties"][name]["items"]
    dictionary = json.loads(made["data-dictionary.json"])[name]
    for row in document[name]:
        assert set(row) == set(row_schema["required"]) == set(dictionary)
        for key, value in row.items():
            assert fits(value, row_schema["properties"][key]), (key, value)


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value keeps to the few words of JSON Schema that the files use."""
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds = schema.get("type")
    if kinds is None:
        return True
    names = {
        str: "string",
        bool: "boolean",
        int: "integer",
        float: "number",
        list: "array",
        dict: "object",
        type(None): "null",
    }
    allowed = kinds if isinstance(kinds, list) else [kinds]
    if names[type(value)] not in allowed:
        return False
    if isinstance(value, list) and "items" in schema:
        return all(fits(item, schema["items"]) for item in value)
    if isinstance(value, dict) and "required" in schema:
        inner = schema["properties"]
        return set(schema["required"]) <= set(value) <= set(inner) and all(
            fits(item, inner[key]) for key, item in value.items()
        )
    return True


def test_the_files_of_a_demonstration_say_so(library: MakeLibrary) -> None:
    about = json.loads(files(library(demonstration=True))["claims.json"])
    assert about["demonstration"] is True
    assert about["notes"][0].startswith("Demonstration")
