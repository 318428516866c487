"""Data to take away, under `downloads/`: the same rows in the formats that people use.

Every file is a function of the library: no clock, no random id, one spelling.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from curation.publish import addresses, rows
from curation.publish.catalogue import Catalogue
from curation.publish.data_dictionary import CELL_FIELDS, CLAIM_FIELDS, schema
from curation.publish.formats import (
    annotations,
    bibliography,
    checklists,
    fhir,
    json_text,
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
    claims = {row["id"]: ClaimLine(row) for row in rows.claim_rows(catalogue)}
    made = _files(catalogue, claims)
    made |= dict(_cell_files(catalogue, claims))
    yield from made.items()
    sums = (
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(made.items())
    )
    yield SUMS, "".join(sums).encode()


def checksum(catalogue: Catalogue) -> str:
    """Return the digest of the checksums of all files: one name for all of them."""
    return hashlib.sha256(dict(files(catalogue))[SUMS]).hexdigest()


@dataclass(frozen=True)
class ClaimLine:
    """One claim as a row, written once for all the files that it stands in."""

    row: Mapping[str, Any]

    @cached_property
    def json(self) -> str:
        """As JSON text."""
        return json_text.line(self.row)

    @cached_property
    def csv(self) -> str:
        """As a line of a spreadsheet."""
        return spreadsheet.line(_NAMES, self.row)


_NAMES = [field.name for field in CLAIM_FIELDS]


def _files(catalogue: Catalogue, lines: Mapping[str, ClaimLine]) -> dict[str, bytes]:
    written = tuple(lines.values())
    claims = [line.row for line in written]
    cells = list(rows.cell_rows(catalogue))
    about = rows.header(catalogue)
    reports = bibliography.reports(catalogue)
    dictionary = {
        name: {f.name: f.meaning for f in fields} for name, fields in DICTIONARY
    }
    made = {
        "claims.csv": spreadsheet.of_lines(_NAMES, (line.csv for line in written)),
        "claims.json": json_text.encoded(
            json_text.document(about, claims=_array(written))
        ),
        "claims.schema.json": json_text.indented(schema("claims", CLAIM_FIELDS)),
        "cells.json": json_text.encoded(
            json_text.document(about, cells=json_text.array(map(json_text.line, cells)))
        ),
        "cells.schema.json": json_text.indented(schema("cells", CELL_FIELDS)),
        "data-dictionary.json": json_text.indented(dictionary),
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


def _cell_files(
    catalogue: Catalogue, lines: Mapping[str, ClaimLine]
) -> Iterator[tuple[str, bytes]]:
    """Yield the accepted claims of single cells; the rest is in the files of all.

    No date of a search stands in them: it would change every file.
    """
    about = rows.header(catalogue)
    kept = ("title", "protocol", "demonstration", "notes")
    head = {key: about[key] for key in kept}
    for treatment, domain in sorted(catalogue.pairs_with_accepted):
        claims = [
            lines[claim.id]
            for role in Role
            for claim in catalogue.claims_by_cell.get((treatment, domain, role), ())
            if claim.status.counts
        ]
        cells = [
            json_text.line(rows.cell_dict(cell, catalogue))
            for cell in catalogue.cells(treatment, domain).values()
        ]
        path = addresses.cell_files(treatment, domain).removeprefix("downloads/")
        yield f"{path}.csv", spreadsheet.of_lines(_NAMES, (c.csv for c in claims))
        yield (
            f"{path}.json",
            json_text.encoded(
                json_text.document(
                    head, cells=json_text.array(cells), claims=_array(claims)
                )
            ),
        )


def _array(lines: Iterable[ClaimLine]) -> str:
    return json_text.array(line.json for line in lines)
