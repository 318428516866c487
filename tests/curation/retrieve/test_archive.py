"""Whole files give whole batches, whatever their size, name, year or packing."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from curation.errors import ArchiveError
from curation.retrieve import archive
from evidence.records import OtherAbstract, Record

Save = Callable[..., Path]
Answer = Callable[..., bytes]


def records(batches: list[archive.Batch]) -> list[Record]:
    return [record for batch in batches for record in batch.records]


def test_an_update_file_gives_articles_books_and_deleted_citations(
    fixture: Callable[[str], Path],
) -> None:
    (batch,) = archive.read(fixture("update_file.xml"))
    assert [r.pmid for r in batch.records] == [900000001, 900000002, 900000004]
    assert [r.kind for r in batch.records] == ["article", "article", "book"]
    assert batch.deleted == (900000005, 900000006)
    assert batch.refused == ()


def test_an_update_file_is_read_to_the_letter(fixture: Callable[[str], Path]) -> None:
    (batch,) = archive.read(fixture("update_file.xml"))
    first, second, _ = batch.records
    assert first.title == (
        "Lantern light at 10^3 lux against winter gloom: a lamp trial."
    )
    assert first.abstract == (
        "Gloom persists in winter.\nScores fell by 3 points (p < 0.05)."
    )
    assert first.doi == "10.9999/jil.2020.113"
    assert (second.version, second.vernacular_title) == (
        2,
        "Lampen gegen die Düsternis.",
    )
    assert second.other_abstracts == (
        OtherAbstract("Lampen helfen.", "ger", "Publisher"),
    )


@pytest.mark.parametrize("year", [2002, 2019, 2025, 2026, 2031])
def test_any_year_of_the_dtd_is_read_without_network(
    answer: Answer, saved: Save, year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    assert len(records(list(archive.read(saved(answer(1, 2, year=year)))))) == 2


@pytest.mark.parametrize(
    "name", ["answer.xml", "answer.xml.gz", "answer", "answer.nbib"]
)
@pytest.mark.parametrize("zipped", [True, False])
def test_the_packing_is_told_by_the_bytes_not_by_the_name(
    answer: Answer, saved: Save, name: str, zipped: bool
) -> None:
    path = saved(answer(1, 2), name, zipped=zipped)
    assert [r.pmid for r in records(list(archive.read(path)))] == [1, 2]


def test_a_gzip_file_of_several_members_is_one_file(
    answer: Answer, saved: Save
) -> None:
    import gzip

    body = answer(1, 2)
    joined = gzip.compress(body[:200]) + gzip.compress(body[200:])
    assert [r.pmid for r in records(list(archive.read(saved(joined))))] == [1, 2]


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"\n  ", b""])
def test_a_byte_order_mark_or_a_leading_line_does_no_harm(
    answer: Answer, saved: Save, prefix: bytes
) -> None:
    assert len(records(list(archive.read(saved(prefix + answer(1)))))) == 1


def test_an_answer_in_memory_is_read_as_a_file_is(answer: Answer) -> None:
    batches = list(archive.read_bytes(answer(1, 2, 3), "efetch", size=2))
    assert [[r.pmid for r in batch.records] for batch in batches] == [[1, 2], [3]]


def test_a_valid_answer_without_records_gives_no_batch(answer: Answer) -> None:
    assert list(archive.read_bytes(answer(), "efetch")) == []


@pytest.mark.parametrize(("size", "lengths"), [(1, [1] * 7), (3, [3, 3, 1]), (7, [7])])
def test_no_batch_is_larger_than_asked(
    answer: Answer, size: int, lengths: list[int]
) -> None:
    batches = list(archive.read_bytes(answer(*range(1, 8)), "efetch", size=size))
    assert [len(batch.records) for batch in batches] == lengths


def test_the_same_pmid_twice_is_handed_on_twice_in_the_files_order(
    articles: Callable[..., bytes], article: Callable[..., str]
) -> None:
    body = articles(
        article(5, article="<ArticleTitle>Old.</ArticleTitle>"),
        article(5, article="<ArticleTitle>New.</ArticleTitle>"),
    )
    found = records(list(archive.read_bytes(body, "efetch")))
    assert [r.title for r in found] == ["Old.", "New."]


def test_a_refused_record_is_named_and_the_rest_is_read(
    articles: Callable[..., bytes], article: Callable[..., str]
) -> None:
    long = f"<ArticleTitle>{'x' * 1_000_001}</ArticleTitle>"
    body = articles(article(1), article("none"), article(3, article=long), article(4))
    (batch,) = archive.read_bytes(body, "efetch")
    assert [r.pmid for r in batch.records] == [1, 4]
    assert [(r.pmid, r.position) for r in batch.refused] == [(None, 2), (3, 3)]
    assert "'none'" in batch.refused[0].reason
    assert "PMID 3: the title has 1,000,001 characters" in batch.refused[1].reason


def test_an_entity_nobody_defined_refuses_its_record_only(
    articles: Callable[..., bytes], article: Callable[..., str]
) -> None:
    # With a DOCTYPE the parser cannot know that the DTD has no such entity.
    odd = article(2, article="<ArticleTitle>M&uuml;de</ArticleTitle>")
    (batch,) = archive.read_bytes(articles(article(1), odd), "efetch")
    assert [r.pmid for r in batch.records] == [1]
    assert batch.refused[0].pmid == 2
    assert "&uuml;" in batch.refused[0].reason


def test_memory_does_not_grow_with_the_file(
    articles: Callable[..., bytes], article: Callable[..., str], saved: Save
) -> None:
    text = "<ArticleTitle>" + "light " * 500 + "</ArticleTitle>"

    def peak(n: int) -> int:
        path = saved(articles(*(article(i, article=text) for i in range(1, n))), f"{n}")
        tracemalloc.start()
        for _ in archive.read(path, size=50):
            pass
        _, high = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return high

    assert peak(3_000) < 1.5 * peak(300)


def test_elements_that_were_read_are_freed(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # tracemalloc does not see the tree, which libxml2 allocates.
    kept: list[int] = []
    read = archive.medline.read

    def watched(element: etree._Element) -> Record:
        parent = element.getparent()
        assert parent is not None
        kept.append(parent.index(element))
        return read(element)

    monkeypatch.setattr(archive.medline, "read", watched)
    assert len(list(archive.read_bytes(answer(*range(1, 2_000)), "efetch"))) == 4
    assert max(kept) <= 1


def test_text_of_the_medline_format_is_read_as_printed(
    fixture: Callable[[str], Path],
) -> None:
    (batch,) = archive.read(fixture("records.nbib"))
    assert [r.pmid for r in batch.records] == [900000011, 900000012, 900000014]
    assert [(r.pmid, r.position) for r in batch.refused] == [(None, 3)]


@pytest.mark.parametrize("keep", [-40, -140, 300])
def test_text_that_is_cut_is_not_loaded(
    fixture: Callable[[str], Path], saved: Save, keep: int
) -> None:
    whole = fixture("records.nbib").read_bytes()
    with pytest.raises(ArchiveError, match="is cut off: record"):
        list(archive.read(saved(whole[:keep], "cut.nbib")))
