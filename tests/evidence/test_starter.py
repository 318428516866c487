"""The starter library: true figures in our own words, each claim a quote of them."""

import json
import re
from collections import Counter

import pytest

from curation.retrieve import archive
from evidence import starter
from evidence.decisions import Decision
from evidence.protocol import Protocol
from evidence.records import Field, Record, TextSource, text_sha256
from evidence.types import Draft
from tests.places import SHARED

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@pytest.fixture(scope="module")
def records(trd: Protocol) -> dict[int, Record]:
    return {record.pmid: record for record in starter.records(trd)}


@pytest.fixture(scope="module")
def decisions(trd: Protocol) -> list[Decision]:
    lines = starter.ledger(trd).read_text(encoding="utf-8").splitlines()
    return [Decision.from_dict(json.loads(line)) for line in lines]


def test_it_shows_what_the_site_can_do(
    trd: Protocol, records: dict[int, Record], decisions: list[Decision]
) -> None:
    claims = [Draft.from_dict(d.snapshot) for d in decisions]
    treatments = {c.treatment for c in claims}
    domains = {c.domain for c in claims}
    assert len(records) >= 40
    assert len(domains) >= 10
    assert len(treatments) >= 20
    assert len({c.role for c in claims}) == 4
    assert {"improves", "no_clear_difference", "worsens", "mixed"} <= {
        c.direction.value for c in claims
    }
    assert treatments <= set(trd.treatments)
    assert domains <= set(trd.domains)


def test_every_claim_is_a_quote_of_its_digest(
    records: dict[int, Record], decisions: list[Decision]
) -> None:
    for decision in decisions:
        claim = Draft.from_dict(decision.snapshot)
        text = records[claim.pmid].text(claim.field) or ""
        assert text[claim.start : claim.end] == claim.quote
        assert claim.text_sha256 == text_sha256(text)


def test_every_claim_is_decided_by_the_project_and_once(
    decisions: list[Decision],
) -> None:
    assert {d.curator for d in decisions} == {starter.CURATOR}
    assert max(Counter(d.subject_id for d in decisions).values()) == 1


def test_every_text_says_that_it_is_a_digest(records: dict[int, Record]) -> None:
    assert {r.text_source for r in records.values()} == {TextSource.DIGEST}
    for record in records.values():
        words = len((record.abstract or "").split())
        assert 25 <= words <= 160, record.pmid


@pytest.fixture(scope="module")
def sources(records: dict[int, Record]) -> dict[int, tuple[str, str]]:
    """Return title and abstract of the same records, as PubMed has them."""
    corpus = SHARED / "corpus"
    if not corpus.is_dir():
        pytest.skip(
            "the developers' shared folder is not here: nothing to compare with"
        )
    return {
        found.pmid: (found.title or "", found.abstract or "")
        for path in sorted([*corpus.glob("*.xml*"), *corpus.glob("verbatim/*.xml")])
        for batch in archive.read(path)
        for found in batch.records
        if found.pmid in records
    }


def folded(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


@pytest.mark.shared
def test_every_number_of_a_digest_stands_in_its_source(
    records: dict[int, Record], sources: dict[int, tuple[str, str]]
) -> None:
    assert sources.keys() == records.keys()
    for pmid, record in records.items():
        source = " ".join(sources[pmid]).replace("·", ".")
        printed = {n.replace(",", "") for n in NUMBER.findall(source)}
        printed |= set(NUMBER.findall(source))
        printed |= {n.lstrip("0") for n in printed} | {f"0{n}" for n in printed}
        loose = set(re.findall(r"\d+", source)) | set(re.findall(r"\.\d+", source))
        for number in NUMBER.findall(record.text(Field.ABSTRACT) or ""):
            bare = number.replace(",", "")
            assert bare in printed | loose or f".{bare.split('.')[-1]}" in loose, (
                f"PMID {pmid}: {number} is not in the source"
            )


@pytest.mark.shared
def test_no_run_of_eight_words_is_copied(
    records: dict[int, Record], sources: dict[int, tuple[str, str]]
) -> None:
    for pmid, record in records.items():
        source = " ".join(folded(sources[pmid][1]))
        words = folded(record.abstract or "")
        for i in range(len(words) - 7):
            run = " ".join(words[i : i + 8])
            assert f" {run} " not in f" {source} ", f"PMID {pmid}: {run}"


@pytest.mark.shared
def test_titles_are_the_true_ones(
    records: dict[int, Record], sources: dict[int, tuple[str, str]]
) -> None:
    for pmid, record in records.items():
        assert folded(record.title or "") == folded(sources[pmid][0]), pmid
