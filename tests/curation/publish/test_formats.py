"""The formats of other programs, each read back by a library that is not ours."""

import csv
import io
import json
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import bibtexparser
import jsonschema
import pytest
import rispy
from bibtexparser.bparser import BibTexParser
from bibtexparser.customization import convert_to_unicode
from fhir.resources.bundle import Bundle
from fhir.resources.evidence import Evidence

from curation.publish import addresses, downloads, markup
from curation.publish.catalogue import Catalogue
from curation.publish.formats import bibliography, metapsy, spreadsheet
from evidence.claims import Claim
from evidence.decisions import Status
from evidence.library import Library
from evidence.records import (
    Author,
    Correction,
    PartialDate,
    Record,
    Section,
    TextSource,
    text_sha256,
)
from evidence.types import Design, Direction, TimeBand

Files = dict[str, bytes]
ABSTRACT = "Before it all. Aura was shorter with sumatriptan. And after."
QUOTE = "Aura was shorter with sumatriptan."


@pytest.fixture
def trial(record: Callable[..., Record]) -> Record:
    return record(
        1,
        title="Müller & the 50% {braces} of α_1: a trial",
        sections=(Section(text=ABSTRACT),),
        authors=(
            Author(family="Müller", given="Zoë Ø.", suffix="Jr"),
            Author(family="da Silva, e Souza", given="José"),
            Author(collective="Aura and Migraine Group, Łódź"),
        ),
        journal="J Headache & Pain",
        volume="63",
        issue="8",
        pages="856-64",
        doi="10.1000/a_b(1)",
        published=PartialDate(2006, 8, 5),
        languages=("eng",),
    )


@pytest.fixture
def known(
    claim: Callable[..., Claim],
    record: Callable[..., Record],
    library: Callable[..., Library],
    trial: Record,
) -> Library:
    start = ABSTRACT.index(QUOTE)
    retracted = record(
        2, corrections=(Correction(kind="RetractionIn", pmid=9),), title="Withdrawn one"
    )
    return library(
        claim(
            1,
            quote=QUOTE,
            start=start,
            end=start + len(QUOTE),
            text_sha256=text_sha256(ABSTRACT),
            outcome="response rate",
            timepoint="Week 8",
            effect="RR 1.4; n=3",
        ),
        claim(2, status=Status.PROPOSED),
        claim(3, comparator=None, direction=Direction.IMPROVES),
        claim(4, design=Design.COHORT, comparator="caffeine"),
        claim(5, time_band=TimeBand.CONTINUATION, direction=Direction.WORSENS),
        claim(6, status=Status.WITHDRAWN, quote="Gone words."),
        # The same study against another comparator: a second finding, no second study.
        claim(4, quote="Fatigue.", design=Design.COHORT, comparator="placebo"),
        records=[trial, retracted, *(record(n) for n in (3, 4, 5, 6))],
    )


@pytest.fixture
def made(known: Library) -> Files:
    return dict(downloads.files(Catalogue(known)))


def test_every_file_is_named_on_the_downloads_page(made: Files) -> None:
    named = {name for name, _ in downloads.FILES}
    assert named == {name for name in made if not name.startswith("cells/")}


class TestReferenceManagers:
    def test_ris(self, made: Files) -> None:
        entries = rispy.loads(made["studies.ris"].decode())
        assert [e["id"] for e in entries] == [f"pmid-{n}" for n in (1, 2, 3, 4, 5)]
        first = entries[0]
        assert first["title"] == "Müller & the 50% {braces} of α_1: a trial"
        assert first["authors"][0] == "Müller, Zoë Ø., Jr"
        assert (first["start_page"], first["end_page"]) == ("856", "864")
        assert (first["doi"], first["year"]) == ("10.1000/a_b(1)", "2006")
        assert entries[1]["notes"][0].startswith("RETRACTED.")

    def test_bibtex(self, made: Files) -> None:
        text = made["studies.bib"].decode()
        raw = bibtexparser.loads(text, BibTexParser(common_strings=True))
        assert [e["ID"] for e in raw.entries] == [f"pmid{n}" for n in (1, 2, 3, 4, 5)]
        written = raw.entries[0]["author"]
        assert r"M{\"u}ller, Jr, Zo{\"e} {\O}." in written
        assert r"{da Silva, e Souza}, Jos{\'e}" in written
        assert r"{Aura and Migraine Group, {\L}{\'o}d{\'z}}" in written
        parser = BibTexParser(common_strings=True, customization=convert_to_unicode)
        first = bibtexparser.loads(text, parser).entries[0]
        assert first["author"].startswith("Müller, Jr, Zoë Ø.")
        assert r"50\%" in raw.entries[0]["title"]
        assert first["month"] == "August"

    def test_csl(self, made: Files) -> None:
        found = json.loads(made["studies.csl.json"])
        jsonschema.validate(found, CSL)
        first = found[0]
        assert first["author"][0] == {
            "family": "Müller",
            "given": "Zoë Ø.",
            "suffix": "Jr",
        }
        assert first["author"][2] == {"literal": "Aura and Migraine Group, Łódź"}
        assert first["issued"] == {"date-parts": [[2006, 8, 5]]}
        assert first["page"] == "856-864"


CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            **{
                name: {"type": "string"}
                for name in (
                    *("id", "title", "container-title", "volume", "issue", "page"),
                    *("DOI", "PMID", "PMCID", "URL", "language", "note"),
                )
            },
            "type": {"enum": ["article-journal", "book"]},
            "author": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "minProperties": 1,
                    "properties": {
                        name: {"type": "string", "minLength": 1}
                        for name in ("family", "given", "suffix", "literal")
                    },
                },
            },
            "issued": {
                "type": "object",
                "required": ["date-parts"],
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "maxItems": 2,
                        "items": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 3,
                            "items": {"type": "integer"},
                        },
                    }
                },
            },
        },
    },
}
"""The part of CSL 1.0.2's schema that the file uses."""


def test_an_annotation_points_at_its_words(made: Files, known: Library) -> None:
    page = json.loads(made["annotations.jsonld"])
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert page["total"] == len(page["first"]["items"]) == 6
    for found in page["first"]["items"]:
        assert found["type"] == "Annotation"
        words, place = found["target"]["selector"]
        assert words["type"] == "TextQuoteSelector"
        assert place["refinedBy"]["type"] == "TextPositionSelector"
    first = next(
        a for a in page["first"]["items"] if a["target"]["source"].endswith("/1/")
    )
    words, place = first["target"]["selector"]
    assert (place["value"], words["exact"]) == ("abstract", QUOTE)
    start, end = place["refinedBy"]["start"], place["refinedBy"]["end"]
    assert ABSTRACT[start:end] == QUOTE
    assert words["prefix"] + words["exact"] + words["suffix"] == ABSTRACT
    own = next(c for c in known.claims.values() if c.draft.quote == QUOTE)
    assert first["id"] == f"../{addresses.claim_page(own.id)}"


def test_metapsy_holds_randomised_comparisons_and_invents_no_number(
    made: Files,
) -> None:
    text = made["metapsy.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {row["pmid"] for row in rows} == {"1", "5"}
    first = next(row for row in rows if row["pmid"] == "1")
    assert first["study"] == "Müller, 2006"
    assert (first["condition_arm1"], first["condition_arm2"]) == (
        "sumatriptan",
        "placebo",
    )
    assert (first["outcome_type"], first["time_weeks"]) == ("response", "8")
    assert first["effect_printed"] == "RR 1.4, n=3"
    for row in rows:
        assert {row[name] for name in metapsy.EFFECT_COLUMNS} == {"NA"}
        assert all(value == value.strip() != "" for value in row.values())


class TestFhir:
    def test_the_bundle_is_r5(self, made: Files, known: Library) -> None:
        bundle = Bundle.model_validate_json(made["evidence.fhir.json"])
        found = [entry.resource for entry in bundle.entry]
        assert all(isinstance(resource, Evidence) for resource in found)
        cells = [cell for cell in known.cells.values() if cell.findings]
        assert len(found) == len(cells)
        assert all(resource.experimental for resource in found)
        assert all("Experimental" in resource.note[0].text for resource in found)
        numbers = sorted(r.statistic[0].sampleSize.numberOfStudies for r in found)
        assert numbers == sorted(len({f.study for f in c.findings}) for c in cells)

    def test_no_cell_is_a_bundle_without_entries(
        self, library: Callable[..., Library]
    ) -> None:
        files = dict(downloads.files(Catalogue(library())))
        bundle = Bundle.model_validate_json(files["evidence.fhir.json"])
        assert bundle.entry is None


class TestDataPackage:
    def test_every_table_keeps_to_its_columns_and_types(self, made: Files) -> None:
        package = json.loads(made["datapackage.json"])
        tables = [r for r in package["resources"] if r.get("type") == "table"]
        assert {r["path"] for r in tables} == {"claims.csv", "metapsy.csv"}
        for resource in tables:
            text = made[resource["path"]].decode("utf-8-sig")
            delimiter = resource.get("dialect", {}).get("delimiter", ",")
            rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
            schema = resource["schema"]
            assert rows
            assert list(rows[0]) == [f["name"] for f in schema["fields"]]
            keys = [tuple(row[k] for k in schema["primaryKey"]) for row in rows]
            assert len(set(keys)) == len(keys)
            for row in rows:
                for field in schema["fields"]:
                    value = row[field["name"]]
                    if value not in schema["missingValues"]:
                        CASTS[field["type"]](value)

    def test_sizes_and_digests_are_those_of_the_files(self, made: Files) -> None:
        package = json.loads(made["datapackage.json"])
        sums = dict(
            line.split("  ")[::-1] for line in made["SHA256SUMS"].decode().splitlines()
        )
        assert set(sums) == set(made) - {"SHA256SUMS"}
        for resource in package["resources"]:
            assert resource["bytes"] == len(made[resource["path"]])
            assert resource["hash"] == f"sha256:{sums[resource['path']]}"


CASTS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
}


@pytest.mark.parametrize("name", ["prisma", "swim"])
def test_a_checklist_says_of_each_entry_whether_it_is_reported(
    made: Files, name: str
) -> None:
    found = json.loads(made[f"{name}-checklist.json"])
    numbers = [entry["number"] for entry in found["entry"]]
    assert len(set(numbers)) == len(numbers)
    assert {n.rstrip("abcdef") for n in numbers} == {
        str(n) for n in range(1, {"prisma": 28, "swim": 10}[name])
    }
    for entry in found["entry"]:
        assert entry["reported"] in ("yes", "partly", "not done")
        assert entry["reported"] == "not done" or entry["where"]


def test_a_cell_has_files_of_its_own_once_something_is_accepted(made: Files) -> None:
    names = {name for name in made if name.startswith("cells/")}
    treatments = ("caffeine", "sumatriptan", "triptan")
    pairs = [f"{treatment}--aura" for treatment in treatments]
    assert names == {f"cells/{p}.{kind}" for p in pairs for kind in ("csv", "json")}
    own = json.loads(made["cells/sumatriptan--aura.json"])
    whole = json.loads(made["cells.json"])["cells"]
    assert own["cells"] == [
        c for c in whole if (c["treatment"], c["domain"]) == ("sumatriptan", "aura")
    ]
    text = made["cells/sumatriptan--aura.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == [row["id"] for row in own["claims"]]


def test_4000_hostile_texts_stay_one_value(hostile: tuple[str, ...]) -> None:
    """In RIS, BibTeX and tables; the seed is fixed, so a failure can be repeated."""
    extra = ("\nER  - ", "\r\nTY  - JOUR", "}", "{", "\\", "@article{x,", '"', "\u2028")
    chance = random.Random(6)
    pieces = (*hostile, *extra, *"=+-@|;,\t\x00\x85")
    texts = ["".join(chance.choices(pieces, k=3)) for _ in range(4000)]
    found = [
        bibliography.Report(
            Record(
                pmid=number,
                title=f"T {text}",
                journal=f"J {text}",
                authors=(Author(family=f"F {text}"),),
                text_source=TextSource.DIGEST,
            ),
            f"pmid-{number}",
            1,
            0,
        )
        for number, text in enumerate(texts, 1)
    ]
    ris = rispy.loads(bibliography.ris(found).decode())
    assert [e["title"] for e in ris] == [markup.plain(f"T {t}") for t in texts]
    for text in texts:
        written = bibliography.latex(text)
        assert written.count("{") == written.count("}")
        assert "\n" not in written
        depth = 0
        for char in written:
            depth += (char == "{") - (char == "}")
            assert depth >= 0
    some = bibtexparser.loads(
        bibliography.bibtex(found[:60]).decode(), BibTexParser(common_strings=True)
    )
    assert [e["ID"] for e in some.entries] == [f"pmid{n}" for n in range(1, 61)]
    rows = [{"text": text} for text in texts]
    table = spreadsheet.table(["text"], rows).decode("utf-8-sig")
    read = [row["text"] for row in csv.DictReader(io.StringIO(table, newline=""))]
    assert [r.removeprefix("'") for r in read] == [t.removeprefix("'") for t in texts]
    assert not [r for r in read if r.lstrip()[:1] in tuple("=+-@")]


def test_dates_are_as_precise_as_pubmed_gives_them(
    record: Callable[..., Record],
) -> None:
    for when, shown in (
        (PartialDate(2001), None),
        (PartialDate(2001, 2), "2001/02//"),
        (PartialDate(2001, 2, 3), "2001/02/03/"),
    ):
        report = bibliography.Report(record(1, published=when), "s", 0, 0)
        (entry,) = rispy.loads(bibliography.ris([report]).decode())
        assert entry.get("date") == shown
        (item,) = json.loads(bibliography.csl([report]))
        parts = item["issued"]["date-parts"][0]
        assert date(*[*parts, 1, 1][:3])
