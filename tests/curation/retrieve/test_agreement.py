"""Our reader and Bio.Entrez, which validates against NLM's DTD, read the same."""

import html
import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curation.retrieve import archive
from evidence.records import Record, normalise

DTD = (
    b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025'
    b'//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">'
)
Read = Callable[[bytes], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def entrez(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Return Bio.Entrez's reader, kept away from the home folder and the network.

    Importing its parser creates ~/.config/biopython unless told otherwise first, and
    a DTD that it does not bundle would be fetched: ours is replaced by one it has.
    """
    from Bio import Entrez

    Entrez.local_cache = str(tmp_path_factory.mktemp("biopython"))

    def read(body: bytes) -> list[dict[str, Any]]:
        body = re.sub(rb"<!DOCTYPE[^>]*>", b"", body)
        body = body.replace(b"<PubmedArticleSet>", DTD + b"<PubmedArticleSet>", 1)
        found = Entrez.read(io.BytesIO(body), validate=False, escape=True)
        return list(found["PubmedArticle"])

    return read


def plain(value: Any) -> str | None:
    """Unwrap the markup that Bio.Entrez leaves in its escaped text."""
    if value is None:
        return None
    raised = re.sub(r"<sup>\s*</sup>", "", str(value)).replace("<sup>", "^")
    return normalise(html.unescape(re.sub(r"<[^>]*>", "", raised))) or None


def day(value: Any) -> tuple[int, int, int] | None:
    return (
        (int(value["Year"]), int(value["Month"]), int(value["Day"])) if value else None
    )


def bio_fields(entry: dict[str, Any]) -> dict[str, Any]:
    citation, pubmed = entry["MedlineCitation"], entry.get("PubmedData", {})
    article = citation["Article"]
    issue = article["Journal"]["JournalIssue"]
    printed = issue["PubDate"]
    pieces = article.get("Abstract", {}).get("AbstractText", [])
    ids = [(i.attributes["IdType"], str(i)) for i in pubmed.get("ArticleIdList", [])]
    dois = [
        str(e)
        for e in article.get("ELocationID", [])
        if e.attributes["EIdType"] == "doi" and e.attributes.get("ValidYN") != "N"
    ] + [value for kind, value in ids if kind == "doi"]
    registries = [
        str(number)
        for bank in article.get("DataBankList", [])
        if bank["DataBankName"] == "ClinicalTrials.gov"
        for number in bank["AccessionNumberList"]
    ]
    pages = article.get("Pagination", {})
    return {
        "pmid": int(citation["PMID"]),
        "version": int(citation["PMID"].attributes["Version"]),
        "status": citation.attributes["Status"],
        "title": plain(article.get("ArticleTitle")),
        "vernacular": plain(article.get("VernacularTitle")),
        "abstract": [t for p in pieces if (t := plain(p)) is not None],
        "labels": [p.attributes.get("Label") for p in pieces if plain(p)],
        "categories": [p.attributes.get("NlmCategory") for p in pieces if plain(p)],
        "other": [
            [plain(p) for p in o["AbstractText"]] for o in citation["OtherAbstract"]
        ],
        "journal": plain(citation["MedlineJournalInfo"]["MedlineTA"]),
        "volume": plain(issue.get("Volume")),
        "issue": plain(issue.get("Issue")),
        "pages": plain(pages.get("MedlinePgn") or pages.get("StartPage")),
        "languages": [str(x) for x in article["Language"]],
        "types": [plain(x) for x in article["PublicationTypeList"]],
        "year": re.search(r"\d{4}", printed.get("Year") or printed["MedlineDate"])[0],
        "electronic": [day(d) for d in article["ArticleDate"]][:1],
        "revised": day(citation.get("DateRevised")),
        "created": [
            day(d)
            for d in pubmed.get("History", [])
            if d.attributes["PubStatus"] == "entrez"
        ],
        "publication_status": plain(pubmed.get("PublicationStatus")),
        "mesh": [
            plain(h["DescriptorName"]) for h in citation.get("MeshHeadingList", [])
        ],
        "keywords": [plain(k) for group in citation["KeywordList"] for k in group],
        "authors": [
            (
                plain(a.get("LastName")),
                plain(a.get("ForeName")),
                plain(a.get("Initials")),
                plain(a.get("Suffix")),
                plain(a.get("CollectiveName")),
            )
            for a in article.get("AuthorList", [])
            if a.attributes.get("ValidYN") != "N"
        ],
        "doi": dois[:1],
        "pmcid": [value for kind, value in ids if kind == "pmc"][:1],
        "registry_ids": registries,
        "corrections": [
            (c.attributes["RefType"], int(c["PMID"]) if "PMID" in c else None)
            for c in citation.get("CommentsCorrectionsList", [])
        ],
    }


def our_fields(record: Record) -> dict[str, Any]:
    days = {
        name: value and (value.year, value.month, value.day)
        for name, value in (
            ("electronic", record.electronic),
            ("created", record.created),
            ("revised", record.revised),
        )
    }
    return {
        "pmid": record.pmid,
        "version": record.version,
        "status": record.status,
        "title": record.title,
        "vernacular": record.vernacular_title,
        "abstract": [s.text for s in record.sections],
        "labels": [s.label for s in record.sections],
        "categories": [s.category for s in record.sections],
        "other": [o.text.split("\n") for o in record.other_abstracts],
        "journal": record.journal,
        "volume": record.volume,
        "issue": record.issue,
        "pages": record.pages,
        "languages": list(record.languages),
        "types": list(record.publication_types),
        "year": record.published and str(record.published.year),
        "electronic": [days["electronic"]] if days["electronic"] else [],
        "revised": days["revised"],
        "created": [days["created"]] if days["created"] else [],
        "publication_status": record.publication_status,
        "mesh": list(record.mesh),
        "keywords": list(record.keywords),
        "authors": [
            (a.family, a.given, a.initials, a.suffix, a.collective)
            for a in record.authors
        ],
        "doi": [record.doi] if record.doi else [],
        "pmcid": [record.pmcid] if record.pmcid else [],
        "registry_ids": list(record.registry_ids),
        "corrections": [(c.kind, c.pmid) for c in record.corrections],
    }


def read_ours(body: bytes) -> list[Record]:
    return [
        record
        for batch in archive.read_bytes(body, "answer")
        for record in batch.records
        if record.kind == "article"
    ]


def test_every_field_of_an_invented_file_agrees_with_bio_entrez(
    entrez: Read, fixture: Callable[[str], Path]
) -> None:
    body = fixture("update_file.xml").read_bytes()
    ours, theirs = read_ours(body), entrez(body)
    assert len(ours) == len(theirs) == 2
    for record, entry in zip(ours, theirs, strict=True):
        assert our_fields(record) == bio_fields(entry)


@pytest.mark.shared
def test_every_field_of_real_records_agrees_with_bio_entrez(
    entrez: Read, shared: Path
) -> None:
    compared: Counter[str] = Counter()
    different: dict[str, list[str]] = {}
    for path in sorted((shared / "corpus" / "verbatim").glob("*.xml")):
        body = path.read_bytes()
        for record, entry in zip(read_ours(body), entrez(body), strict=True):
            ours, theirs = our_fields(record), bio_fields(entry)
            for name, value in theirs.items():
                compared[name] += 1
                if ours[name] != value:
                    different.setdefault(name, []).append(
                        f"PMID {record.pmid}: ours {ours[name]!r}, theirs {value!r}"
                    )
    assert compared["pmid"] == 191
    assert different == {}
