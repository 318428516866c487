"""Data to take away, under `downloads/`: the same rows in the formats that people use.

Every file is a function of the library: no clock, no random id, one spelling.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from curation.publish import addresses, rows
from curation.publish.catalogue import Catalogue
from curation.publish.data_dictionary import CELL_FIELDS, CLAIM_FIELDS, schema
from curation.publish.formats import (
    annotations,
    bibliography,
    checklists,
    fhir,
    metapsy,
    spreadsheet,
)
from curation.publish.formats.datapackage import datapackage
from curation.publish.sqlite_file import sqlite_file
from evidence.types import Role

SUMS = "SHA256SUMS"
FILES = (
    ("claims.csv", "Claims, one row each; for spreadsheets, guarded against formulas"),
    ("claims.json", "The same claims; quotes exactly as stored"),
    ("claims.schema.json", "JSON Schema of claims.json"),
    ("cells.json", "Cells with their findings, counts and sentences"),
    ("cells.schema.json", "JSON Schema of cells.json"),
    ("data-dictionary.json", "Every field of the tables, in words"),
    ("evidence.sqlite", "Claims, findings, cells and assertions as one SQLite file"),
    ("studies.ris", "The reports behind the claims, for reference managers"),
    ("studies.bib", "The same reports as BibTeX"),
    ("studies.csl.json", "The same reports as CSL-JSON"),
    ("annotations.jsonld", "Each quote as a W3C Web Annotation on PubMed's record"),
    (
        "metapsy.csv",
        "Reviewed comparisons of randomised trials in the Metapsy standard's columns; "
        "abstracts leave its columns of effect sizes empty (NA)",
    ),
    (
        "evidence.fhir.json",
        "Cells with findings as HL7 FHIR R5 Evidence; experimental",
    ),
    ("prisma-checklist.json", "PRISMA 2020: each entry, and where it is reported"),
    ("swim-checklist.json", "SWiM: each of the nine entries, and where it is reported"),
    ("datapackage.json", "A Frictionless Data Package that describes these files"),
    (SUMS, "Checksums of these files, for sha256sum --check"),
)

DICTIONARY = (
    ("claims", CLAIM_FIELDS),
    ("cells", CELL_FIELDS),
    ("metapsy", metapsy.FIELDS),
)

_DATA = (
    *("claims.csv", "claims.json", "cells.json", "evidence.sqlite", "studies.ris"),
    *("studies.bib", "studies.csl.json", "annotations.jsonld", "metapsy.csv"),
    "evidence.fhir.json",
)
"""What the data package describes; the others describe or check these."""


def files(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every file under `downloads/`, the checksums last."""
    made = _files(catalogue)
    made |= dict(_cell_files(catalogue))
    yield from made.items()
    sums = (
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(made.items())
    )
    yield SUMS, "".join(sums).encode()


def checksum(catalogue: Catalogue) -> str:
    """Return the digest of the checksums of all files: one name for all of them."""
    return hashlib.sha256(dict(files(catalogue))[SUMS]).hexdigest()


def _files(catalogue: Catalogue) -> dict[str, bytes]:
    claims = list(rows.claim_rows(catalogue))
    cells = list(rows.cell_rows(catalogue))
    about = rows.header(catalogue)
    reports = bibliography.reports(catalogue)
    dictionary = {
        name: {f.name: f.meaning for f in fields} for name, fields in DICTIONARY
    }
    made = {
        "claims.csv": spreadsheet.table([f.name for f in CLAIM_FIELDS], claims),
        "claims.json": _json({**about, "claims": claims}),
        "claims.schema.json": _json(schema("claims", CLAIM_FIELDS)),
        "cells.json": _json({**about, "cells": cells}),
        "cells.schema.json": _json(schema("cells", CELL_FIELDS)),
        "data-dictionary.json": _json(dictionary),
        "evidence.sqlite": sqlite_file(about, claims, cells, catalogue.protocol),
        "studies.ris": bibliography.ris(reports),
        "studies.bib": bibliography.bibtex(reports),
        "studies.csl.json": bibliography.csl(reports),
        "annotations.jsonld": annotations.annotations(catalogue),
        "metapsy.csv": metapsy.metapsy(catalogue),
        "evidence.fhir.json": fhir.evidence(catalogue),
        **checklists.files(),
    }
    made["datapackage.json"] = datapackage(
        about,
        {name: made[name] for name in _DATA},
        dict(FILES),
        tables={"claims.csv": CLAIM_FIELDS, "metapsy.csv": metapsy.FIELDS},
        primary_keys={"claims.csv": ["id"], "metapsy.csv": [".id"]},
        dialects={"metapsy.csv": {"delimiter": metapsy.DELIMITER}},
    )
    return made


def _cell_files(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Yield the accepted claims of single cells; the rest is in the files of all.

    No date of a search stands in them: it would change every file.
    """
    about = rows.header(catalogue)
    kept = ("title", "protocol", "demonstration", "notes")
    names = [field.name for field in CLAIM_FIELDS]
    counted = rows.counted(catalogue)
    for treatment, domain in sorted(catalogue.pairs_with_accepted):
        claims = [
            rows.claim_dict(claim, claim.id in counted, catalogue)
            for role in Role
            for claim in catalogue.claims_by_cell.get((treatment, domain, role), ())
            if claim.status.counts
        ]
        cells = [
            rows.cell_dict(cell, catalogue)
            for cell in catalogue.cells(treatment, domain).values()
        ]
        path = addresses.cell_files(treatment, domain).removeprefix("downloads/")
        yield f"{path}.csv", spreadsheet.table(names, claims)
        document = {key: about[key] for key in kept}
        yield f"{path}.json", _json({**document, "cells": cells, "claims": claims})


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode(
        errors="replace"
    )
