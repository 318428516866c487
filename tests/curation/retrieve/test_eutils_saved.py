"""Answers that NCBI really gave, saved by other projects, through our readers."""

from pathlib import Path

import pytest

from curation.retrieve import answers, citmatch, faults
from curation.retrieve.citmatch import Citation, Match
from curation.retrieve.transport import Reply

pytestmark = pytest.mark.shared


@pytest.fixture
def saved(shared: Path) -> Path:
    return shared / "eutils"


def test_a_search_as_pubmed_answers_it(saved: Path) -> None:
    found = answers.read_search((saved / "biopython/esearch1.xml").read_bytes(), 0, 20)
    assert (found.count, len(found.pmids)) == (63, 20)
    assert found.translation == '"biopython"[All Fields]'


def test_a_search_of_another_kind_with_history_and_translation(saved: Path) -> None:
    body = (saved / "biocommons-eutils/test_esearchresult_1.xml").read_bytes()
    assert answers.read_search(body, 0, 250).count == 34


def test_a_phrase_that_is_not_found(saved: Path) -> None:
    found = answers.read_search((saved / "biopython/esearch8.xml").read_bytes(), 0, 20)
    assert found.phrases_not_found == ("abcXYZ",)
    assert found.warnings == ("No items found.",)
    assert found.count == 0


def test_links_to_citing_papers(saved: Path) -> None:
    body = (saved / "elink_citedin_27899602_first20.xml").read_bytes()
    citing = answers.read_citing(body, [27899602])
    assert len(citing.by_cited[27899602]) == 20


def test_links_of_another_kind_are_refused(saved: Path) -> None:
    with pytest.raises(faults.Fault, match="another kind"):
        answers.read_citing((saved / "biopython/elink1.xml").read_bytes(), [9298984])


def test_summaries(saved: Path) -> None:
    body = (saved / "biopython/esummary1.xml").read_bytes()
    summaries = answers.read_summaries(body, [11850928])
    assert summaries.found[11850928].volume == "92"
    with pytest.raises(faults.Fault, match="says nothing of PMID 5"):
        answers.read_summaries(body, [11850928, 5])


def test_an_error_in_a_summary(saved: Path) -> None:
    body = (saved / "biopython/esummary8.xml").read_bytes()
    with pytest.raises(faults.Fault, match="Neither query_key nor id") as caught:
        answers.read_summaries(body, [1])
    assert caught.value.remedy is faults.Remedy.NONE


@pytest.mark.parametrize("number", [1, 2, 4, 5, 6, 7])
def test_records_of_every_year(number: int, saved: Path) -> None:
    body = (saved / f"biopython/pubmed{number}.xml").read_bytes()
    assert sum(len(b.records) for b in answers.read_records(body, "efetch")) > 0


@pytest.mark.parametrize("name", ["http429_body.json", "http429_body_documented.json"])
def test_too_many_requests_in_ncbis_words(name: str, saved: Path) -> None:
    body = (saved / "errors" / name).read_bytes()
    for status in (200, 429):
        with pytest.raises(faults.Fault) as caught:
            faults.check(Reply(status, {}, body), 0.0)
        assert caught.value.limited
    assert "208.103" not in faults.excerpt(body, None)


@pytest.mark.parametrize(
    ("name", "match", "candidates"),
    [
        ("ambiguous_count", Match.AMBIGUOUS, ()),
        ("ambiguous_list", Match.AMBIGUOUS, (26315901, 25768914)),
        ("invalid_journal", Match.UNKNOWN_JOURNAL, ()),
        ("not_found", Match.NOT_FOUND, ()),
    ],
)
def test_what_ecitmatch_says(
    name: str, match: Match, candidates: tuple[int, ...], saved: Path
) -> None:
    said = (saved / f"errors/ecitmatch_{name}.txt").read_text().strip()
    body = "\n".join(f"J Lanterns|2025|1|1|c{n}|{said}" for n in (0, 1)).encode()
    (matched,) = citmatch.read(body, [Citation("J Lanterns", "2025", "1", "1")])
    assert (matched.match, matched.candidates) == (match, candidates)
