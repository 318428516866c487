"""Gold files: what is read from them, and what is said of a line that is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curation.errors import ExtractorError
from curation.extract.gold import load_all, load_gold
from evidence.records import MAX_PMID
from evidence.types import Direction, Role

ABSTRACT = "We gave bupropion.\nReward scores rose more than on placebo (p = .02)."
QUOTE = "Reward scores rose more than on placebo (p = .02)."
START = ABSTRACT.index(QUOTE)

CLAIM: dict[str, Any] = {
    "quote": QUOTE,
    "start": START,
    "end": START + len(QUOTE),
    "treatment": "bupropion",
    "comparator": "placebo",
    "domain": "anhedonia",
    "role": "outcome",
    "direction": "improves",
    "outcome": "reward scores",
    "hedged": False,
    "p": ".02",
    "n": None,
    "also": [[0, 18]],
}
ROW: dict[str, Any] = {
    "pmid": "101",
    "title": "Bupropion and reward",
    "abstract": ABSTRACT,
    "population": "mdd",
    "design": "rct",
    "n": 40,
    "claims": [CLAIM],
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(*lines: Any, name: str = "gold.jsonl") -> Path:
        path = tmp_path / name
        texts = (x if isinstance(x, str) else json.dumps(x) for x in lines)
        path.write_text("\n".join(texts), encoding="utf-8")
        return path

    return to_file


def without(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}


def test_a_claim_keeps_what_the_reader_noted(write: Write) -> None:
    file = load_gold(write(ROW))
    (gold,) = file.abstracts
    (claim,) = gold.claims
    assert (claim.treatment, claim.comparator, claim.domain) == (
        "bupropion",
        "placebo",
        "anhedonia",
    )
    assert claim.role is Role.OUTCOME
    assert claim.direction is Direction.IMPROVES
    assert claim.spans == ((START, START + len(QUOTE)), (0, 18))
    assert (gold.population, gold.design, gold.n) == ("mdd", "rct", 40)
    assert (file.name, file.claims) == ("gold.jsonl", 1)


def test_the_record_has_one_unlabelled_section_a_line(write: Write) -> None:
    record = load_gold(write(ROW)).abstracts[0].record
    assert record.pmid == 101
    assert [s.label for s in record.sections] == [None, None]
    assert record.abstract == ABSTRACT


def test_a_blank_line_inside_an_abstract_does_not_move_the_offsets(
    write: Write,
) -> None:
    text = "Aim.\n\nBupropion helped."
    start = text.index("Bupropion")
    claim = {**CLAIM, "quote": text[start:], "start": start, "end": len(text)}
    gold = load_gold(write({**ROW, "abstract": text, "claims": [claim]}))
    assert gold.abstracts[0].record.abstract == text


def test_labelled_sections_are_used_where_present(write: Write) -> None:
    sections = [
        {"label": "METHODS", "text": "We gave bupropion."},
        {"label": "", "text": QUOTE},
    ]
    row = {**without(ROW, "abstract"), "sections": sections}
    record = load_gold(write(row)).abstracts[0].record
    assert [s.label for s in record.sections] == ["METHODS", None]
    assert record.abstract == ABSTRACT


def test_records_without_claims_are_empty_gold(write: Write) -> None:
    plain = {"id": "7", "title": "Rats", "abstract": "Rats swam."}
    noted = {**ROW, "claims": []}
    unnoted = {"pmid": "102", "title": None, "abstract": None}
    file = load_gold(write(plain, noted, {**unnoted, "abstract": ""}))
    assert [gold.claims for gold in file.abstracts] == [(), (), ()]
    assert file.abstracts[2].record.abstract is None


@pytest.mark.parametrize(
    ("pmid", "number"),
    [
        ("101", 101),
        (101, 101),
        ("W-17", MAX_PMID - 2),
        ("0", MAX_PMID - 2),
        ("9" * 5000, MAX_PMID - 2),
        ("１０１", MAX_PMID - 2),
        (None, MAX_PMID - 2),
    ],
)
def test_what_is_no_pmid_gets_a_stand_in_from_its_line(
    write: Write, pmid: Any, number: int
) -> None:
    path = write("", {**ROW, "pmid": pmid})
    assert load_gold(path).abstracts[0].pmid == number


def test_an_id_names_the_abstract_but_is_no_pmid(write: Write) -> None:
    row = {"id": "7", "title": "Rats", "abstract": "Rats swam."}
    (gold,) = load_gold(write(row)).abstracts
    assert (gold.key, gold.pmid) == ("7", MAX_PMID - 1)


def test_a_byte_order_mark_blank_lines_and_unknown_keys_do_no_harm(
    write: Write,
) -> None:
    path = write("\ufeff" + json.dumps({**ROW, "annotator": "second"}), "", " \r")
    assert len(load_gold(path).abstracts) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "is not JSON"),
        ("[" * 200_000, "is not JSON"),
        ("[1, 2]", "is no JSON object"),
        ('{"pmid": "1", "title": "\\ud800", "abstract": ""}', "not valid Unicode"),
        ({"pmid": "1", "title": "No text"}, "neither abstract nor sections"),
        ({**ROW, "abstract": 5}, "abstract"),
        ({**ROW, "claims": "none"}, "claims"),
        ({**ROW, "claims": [without(CLAIM, "direction")]}, "claims.0.direction"),
        ({**ROW, "claims": [{**CLAIM, "direction": "better"}]}, "direction"),
        ({**ROW, "claims": [{**CLAIM, "role": "primary"}]}, "role"),
        ({**ROW, "claims": [{**CLAIM, "treatment": " "}]}, "treatment"),
        ({**ROW, "claims": [{**CLAIM, "start": START + 1}]}, "claim 1"),
        ({**ROW, "claims": [{**CLAIM, "start": -4, "end": -1}]}, "claim 1"),
        ({**ROW, "claims": [{**CLAIM, "also": [[1, 2, 3]]}]}, "also"),
        ({**ROW, "sections": [{"text": "Another text."}]}, "sections joined"),
    ],
)
def test_a_bad_line_is_named_with_file_and_line(
    write: Write, line: Any, reason: str
) -> None:
    with pytest.raises(ExtractorError, match=r"gold\.jsonl line 2") as caught:
        load_gold(write({**ROW, "pmid": "55"}, line))
    assert reason in str(caught.value)


def test_bytes_that_are_not_utf8_are_named(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes('{"pmid": "1", "abstract": "naïve"}'.encode("latin-1"))
    with pytest.raises(ExtractorError, match="line 1 is not valid Unicode"):
        load_gold(path)


def test_an_empty_file_is_no_gold(write: Write) -> None:
    with pytest.raises(ExtractorError, match="holds no abstract"):
        load_gold(write("", ""))


@pytest.mark.parametrize("name", ["absent.jsonl", "."])
def test_what_is_no_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExtractorError, match="cannot be read"):
        load_gold(tmp_path / name)


def test_an_abstract_counts_once_in_a_file(write: Write) -> None:
    with pytest.raises(ExtractorError, match="line 2: 101 stands on line 1 already"):
        load_gold(write(ROW, ROW))


def test_an_abstract_counts_once_over_several_files(write: Write) -> None:
    paths = [write(ROW, name="a.jsonl"), write(ROW, name="b.jsonl")]
    with pytest.raises(ExtractorError, match=r"b\.jsonl: PMID 101 is in a\.jsonl too"):
        load_all(paths)


def test_ids_are_told_apart_within_their_own_file_only(write: Write) -> None:
    row = {"id": "7", "title": "Rats", "abstract": "Rats swam."}
    files = load_all([write(row, name="a.jsonl"), write(row, name="b.jsonl")])
    assert [len(f.abstracts) for f in files] == [1, 1]


def test_without_a_file_there_is_nothing_to_measure() -> None:
    with pytest.raises(ExtractorError, match="name at least one"):
        load_all([])
