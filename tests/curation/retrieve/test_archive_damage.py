"""A file that cannot be read whole is an error of one line; no part of it slips in."""

import gzip
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import ArchiveError
from curation.retrieve import archive

Save = Callable[..., Path]

NO_DTD = b'<?xml version="1.0"?>\n<PubmedArticleSet>%s</PubmedArticleSet>\n'
ARTICLE = (
    b"<PubmedArticle><MedlineCitation><PMID>%d</PMID><Article><ArticleTitle>%s"
    b"</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
)
SIZE = 3
FIXTURES = Path(__file__).parent / "fixtures"


@cache
def whole(n: int) -> bytes:
    return NO_DTD % b"\n".join(ARTICLE % (i, b"Lamps") for i in range(1, n + 1))


def subset(declarations: str, title: str = "Lamps") -> bytes:
    """Return an answer whose DOCTYPE declares things of its own."""
    return (
        (
            f'<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet [{declarations}]>\n'
            "<PubmedArticleSet>"
        ).encode()
        + ARTICLE % (1, title.encode())
        + b"</PubmedArticleSet>"
    )


LAUGHS = "".join(
    f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' if i else '<!ENTITY l0 "ha">'
    for i in range(10)
)

DAMAGED = {
    "empty file": (b"", "is empty"),
    "white space only": (b" \n\n ", "is empty"),
    "HTML error page": (b"<!DOCTYPE html><html><p>500</p></html>", "is an HTML page"),
    "HTML without a doctype": (b"<html><body>Down</body></html>", "is an HTML page"),
    "XHTML": (
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
        "is an HTML page",
    ),
    "JSON": (b'{"error":"API rate limit exceeded"}', "is JSON"),
    "plain text": (b"Unable to route request!", "is neither PubMed XML nor"),
    "RIS": (b"TY  - JOUR\nER  - \n", "is a RIS file"),
    "UTF-16": ("<PubmedArticleSet/>".encode("utf-16"), "is in UTF-16"),
    "NCBI error": (
        b'<?xml version="1.0"?><!DOCTYPE eFetchResult PUBLIC "-//NLM//DTD efetch '
        b'20131226//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd">'
        b"<eFetchResult><ERROR>Empty\n Response. Status: Timeout</ERROR>"
        b"</eFetchResult>",
        r"is an NCBI error answer \(Empty Response. Status: Timeout\)",
    ),
    "NCBI error among records": (
        NO_DTD % (ARTICLE % (1, b"x") + b"<ERROR>Backend failed</ERROR>"),
        r"is an NCBI error answer \(Backend failed\)",
    ),
    "answer of esearch": (
        b"<eSearchResult><Count>0</Count></eSearchResult>",
        r"another E-utilities answer \(eSearchResult\)",
    ),
    "another root": (b"<pmc-articleset/>", "root element pmc-articleset"),
    "no root": (b"<!-- only a note -->", "no root element|is cut off"),
    "several documents joined": (whole(1) + whole(1), "goes on after its end"),
    "two records where one tag is lost": (
        NO_DTD % b"<PubmedArticle><MedlineCitation></PubmedArticle>",
        "is not well-formed XML",
    ),
    "control character": (
        NO_DTD % (ARTICLE % (1, b"a\x0bb")),
        "is not well-formed XML",
    ),
    "NUL": (NO_DTD % (ARTICLE % (1, b"a\x00b")), "is not well-formed XML|cut off"),
    "NUL as a reference": (NO_DTD % (ARTICLE % (1, b"&#0;")), "is not well-formed XML"),
    "lone surrogate": (
        NO_DTD % (ARTICLE % (1, b"&#xD800;")),
        "is not well-formed XML",
    ),
    "bytes that are not UTF-8": (
        NO_DTD % (ARTICLE % (1, b"caf\xe9 noir")),
        "is not well-formed XML",
    ),
    "undefined entity": (
        NO_DTD % (ARTICLE % (1, b"a&nbsp;b")),
        "uses an entity that is not defined",
    ),
    "undefined entity at the end of a read": (
        # The parser stops at it without a word; the next read looks like a new file.
        (NO_DTD % (ARTICLE % (1, b"a&nbsp;b") + b" " * 65_536)).replace(
            b"</PubmedArticleSet>", ARTICLE % (2, b"Lamps") + b"</PubmedArticleSet>"
        ),
        "uses an entity that is not defined",
    ),
    "text above ten million characters": (
        NO_DTD % (ARTICLE % (1, b"x" * 11_000_000)),
        "is not well-formed XML",
    ),
    "own entity": (subset('<!ENTITY me "mine">', "&me;"), "declares entities"),
    "file entity": (
        subset('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
        "declares entities",
    ),
    "network entity": (
        subset('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', "&x;"),
        "declares entities",
    ),
    "parameter entity": (
        subset('<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;'),
        "declares entities",
    ),
    "billion laughs": (subset(LAUGHS, "&l9;"), "declares entities"),
    "billion laughs in an attribute": (
        subset(LAUGHS, "x").replace(b"<PubmedArticle>", b'<PubmedArticle a="&l9;">'),
        "declares entities",
    ),
    "quadratic blow-up": (
        subset(f'<!ENTITY q "{"q" * 50_000}">', "&q;" * 2_000),
        "declares entities",
    ),
    "gzip of nothing": (gzip.compress(b""), "is empty"),
    "gzip of JSON": (gzip.compress(b"{}"), "is JSON"),
    "gzip with a wrong checksum": (
        gzip.compress(whole(2))[:-8] + b"\0" * 8,
        "gzip file is damaged",
    ),
    "gzip with broken contents": (
        gzip.compress(whole(2), mtime=0)[:20] + b"\xff" * 60,
        "gzip file is damaged|gzip file is cut off",
    ),
    "gzip followed by rubbish": (
        gzip.compress(whole(2)) + b"xx",
        "gzip file is damaged",
    ),
    "gzip bomb of one text": (
        gzip.compress(NO_DTD % (b" " * 40_000_000), compresslevel=1),
        "is not well-formed XML|without one complete record",
    ),
    "gzip bomb of elements": (
        gzip.compress(NO_DTD % (b"<a/>" * 9_000_000), compresslevel=1),
        "bytes without one complete record",
    ),
    "text that is not UTF-8": (b"PMID- 1\nTI  - caf\xe9\n", "is not UTF-8 text"),
    "text of one endless record": (
        b"PMID- 1\n" + b"OT  - lamp lamp lamp lamp lamp\n" * 600_000,
        "bytes without one complete record",
    ),
    "text with an endless line": (
        b"PMID- 1\nTI  - " + b"x" * 5_000_000,
        "holds a line of more than",
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_or_hostile_file_is_one_clear_line_and_no_record(
    name: str, saved: Save
) -> None:
    body, message = DAMAGED[name]
    path = saved(body, "load me.xml")
    with pytest.raises(ArchiveError, match=message) as raised:
        list(archive.read(path))
    shown = str(raised.value)
    assert shown.startswith(f"{path}: ")
    assert "\n" not in shown
    assert len(shown) < 600
    assert shown.count(";") >= 1, "what is wrong; what to do"
    assert "root:" not in shown, "no word of another file"


def test_a_missing_file_and_a_directory_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="there is no such file; check its name"):
        list(archive.read(tmp_path / "absent.xml"))
    with pytest.raises(ArchiveError, match="is a directory; name the files in it"):
        list(archive.read(tmp_path))


def test_a_file_that_may_not_be_read_says_so(
    saved: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = saved(whole(1))
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ArchiveError, match="may not be read"):
        list(archive.read(path))


def test_a_disk_that_fails_halfway_says_so(
    saved: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("curation.retrieve.sniff.check_root", fail)
    with pytest.raises(ArchiveError, match=r"cannot be read \(Input/output error\)"):
        list(archive.read(saved(whole(1))))


def until_error(body: bytes) -> tuple[list[list[int]], str | None]:
    """Return the PMIDs of each batch that came out, and the error if one did."""
    batches: list[list[int]] = []
    try:
        for batch in archive.read_bytes(body, "cut.xml", size=SIZE):
            batches.append([record.pmid for record in batch.records])
    except ArchiveError as error:
        return batches, str(error)
    return batches, None


def check_cut(body: bytes, cut: int, total: int) -> None:
    batches, error = until_error(body[:cut])
    assert error is not None, "a cut file was read in silence"
    read = [pmid for batch in batches for pmid in batch]
    assert read == list(range(1, len(read) + 1))
    assert all(len(batch) == SIZE for batch in batches), "an incomplete batch"
    assert len(read) < total, "the last batch of a cut file"


# The answer proper ends before its last newline; without it nothing is missing.
END = len(whole(7)) - 1


@given(st.integers(0, END - 1))
def test_xml_cut_anywhere_never_gives_an_incomplete_batch_nor_silence(cut: int) -> None:
    check_cut(whole(7), cut, 7)


def test_xml_cut_in_its_last_record_and_after_it_loses_the_last_batch_only() -> None:
    body = whole(7)
    for cut in range(body.rindex(b"<PubmedArticle>"), END):
        check_cut(body, cut, 7)


def test_a_file_of_just_one_full_batch_is_not_believed_before_its_end() -> None:
    body = whole(SIZE)
    assert until_error(body)[0] == [[1, 2, 3]]
    assert until_error(body[: body.index(b"</PubmedArticleSet>")])[0] == []


ZIPPED = gzip.compress(whole(7), mtime=0)


@given(st.integers(0, len(ZIPPED) - 1))
def test_gzip_cut_anywhere_never_gives_an_incomplete_batch_nor_silence(
    cut: int,
) -> None:
    check_cut(ZIPPED, cut, 7)


def test_gzip_cut_at_every_byte_of_its_trailer_is_noticed() -> None:
    # All of the XML is there; only its checksum and length are not.
    for cut in range(len(ZIPPED) - 8, len(ZIPPED)):
        check_cut(ZIPPED, cut, 7)


def test_batches_before_the_damage_are_whole() -> None:
    # Records of 9 kB, so that several reads of the file lie before the damage.
    big = NO_DTD % b"".join(ARTICLE % (i, b"x" * 9_000) for i in range(1, 41))
    batches, error = until_error(big[:-2_000])
    assert error is not None
    assert "is cut off" in error
    assert batches[:2] == [[1, 2, 3], [4, 5, 6]]
    assert batches == [[i, i + 1, i + 2] for i in range(1, 1 + 3 * len(batches), 3)]
    # The 40th record is cut, so that nothing proves the 13th batch whole.
    assert len(batches) == 12


@given(st.integers(0, END - 1), st.binary(min_size=1, max_size=3))
def test_a_corrupted_byte_is_an_archive_error_or_no_harm(
    at: int, rubbish: bytes
) -> None:
    body = whole(7)
    until_error(body[:at] + rubbish + body[at + 1 :])


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"<", b"PMID- 1\n", b"\x1f\x8b\x08"])
)
def test_rubbish_of_any_kind_is_an_archive_error(rubbish: bytes, start: bytes) -> None:
    try:
        for batch in archive.read_bytes(start + rubbish, "rubbish"):
            assert batch.refused or batch.records
    except ArchiveError as error:
        assert "\n" not in str(error)


def test_text_cut_anywhere_gives_no_record_that_differs_from_the_whole() -> None:
    body = (FIXTURES / "records.nbib").read_bytes()
    (batch,) = archive.read_bytes(body, "whole.nbib")
    first = body.index(b"\n\n", 1)
    for cut in range(len(body)):
        if cut <= first and body[:cut].endswith(b"\n"):
            # A lone record whose last line is whole: text has no closing tag, and
            # other programs write records without PubMed's last line.
            continue
        try:
            for part in archive.read_bytes(body[:cut], "cut.nbib"):
                assert set(part.records) <= set(batch.records), cut
        except ArchiveError:
            continue


def test_a_position_is_named_where_the_xml_breaks(saved: Save) -> None:
    body = NO_DTD % (ARTICLE % (1, b"a\x0bb"))
    with pytest.raises(ArchiveError, match="line 2"):
        list(archive.read(saved(body)))
