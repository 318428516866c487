"""A little literature for the local PubMed, and what a database keeps of it."""

import gzip
import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from evidence.claims import Claim
from evidence.database import Database
from evidence.queries.library import library
from tests.eutils import Entry
from tests.raw import rows

FINDING = (
    "Sixty adults with refractory migraine took propranolol or placebo. "
    "Propranolol lowered light sensitivity more than placebo (p = 0.01)."
)
CITED = Entry(
    555,
    "Propranolol for light sensitivity",
    journal="J Tests",
    year=2020,
    volume="3",
    issue="1",
    pages="10-12",
    authors=("Muster A", "Beispiel B"),
    doi="10.5555/tests.10",
    created=date(2020, 2, 1),
    revised=date(2020, 2, 1),
)
LOOK_ALIKES = (
    replace(CITED, pmid=556, doi="", volume="4", pages="99", types=("Letter",)),
    replace(CITED, pmid=557, doi="", year=2014, volume="1", pages="1-5"),
    replace(
        CITED,
        pmid=558,
        title="Correction: Propranolol for light sensitivity",
        doi="",
        types=("Published Erratum",),
    ),
)
TRIAL = Entry(601, "Propranolol in migraine", FINDING)
CITING = Entry(602, "Of lamps", "It rests on earlier work.", cites=(555,))
OLD_CITING = Entry(603, "Of old lamps", "", cites=(555,), created=date(2021, 1, 1))
UNRELATED = Entry(604, "Of cats", "Cats sleep.")
EVERYTHING = (CITED, *LOOK_ALIKES, TRIAL, CITING, OLD_CITING, UNRELATED)


def held(database: Database) -> set[int]:
    return {pmid for (pmid,) in rows(database, "SELECT pmid FROM record")}


def content(database: Database) -> dict[str, list[Any]]:
    """Return all that is kept, without runs and times."""
    columns = {
        "record": "pmid, content_sha256, study, read_with, retraction",
        "text": "pmid, field, sha256",
        "claim": "id, status, draft",
        "cell": "treatment, domain, role, body",
        "reference": "number, state, pmid, method",
        "passed_over": "pmid",
        "quarantine": "pmid, reason",
    }
    return {
        table: sorted(rows(database, f"SELECT {names} FROM {table}"))
        for table, names in columns.items()
    }


def claims(database: Database) -> list[Claim]:
    with database.read() as session:
        return list(library(database, session).claims.values())


def issue(
    folder: Path, number: int, *entries: Entry, deleted: tuple[int, ...] = ()
) -> Path:
    """Write a numbered file as NLM issues it, with its checksum beside it."""
    gone = "".join(f'<PMID Version="1">{pmid}</PMID>' for pmid in deleted)
    body = "".join(entry.element() for entry in entries) + (
        f"<DeleteCitation>{gone}</DeleteCitation>" if deleted else ""
    )
    folder.mkdir(exist_ok=True)
    path = folder / f"pubmed26n{number:04}.xml.gz"
    path.write_bytes(
        gzip.compress(f"<PubmedArticleSet>{body}</PubmedArticleSet>".encode(), mtime=0)
    )
    md5 = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    path.with_name(f"{path.name}.md5").write_text(f"MD5({path.name})= {md5}\n")
    return path
