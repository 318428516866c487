"""BibTeX with its braces, quotes, words and accents; all entries are invented."""

import unicodedata

import pytest

from curation.retrieve import bibtex
from evidence.review import Reference, ReferenceKind

ARTICLE = r"""
@string{jl = "J Lamps"}
@comment{nothing {at all} here}
@Article{muster2015,
  author = {Muster, Anna B. and M{\"u}ller, J{\'e}r{\^o}me and
            {Lamp and Lantern Group} and Bessel A. van der Kolk and
            Zander, Jr, Carlos A. and others},
  title = {Lanterns for {D}ark Days: 50\% of a \textit{Trial}},
  journal = jl # " Suppl",
  year = 2015, month = mar,
  volume = {12}, number = "3",
  pages = {100--110},
  doi = {10.5555/Lamps_1},
}
"""


def one(text: str) -> Reference:
    (row,) = bibtex.read(text)
    return row


def test_an_article() -> None:
    row = one(ARTICLE)
    assert row.authors == ("Muster AB", "Müller J", "van der Kolk BA", "Zander CA Jr")
    assert (row.et_al, row.collective) == (True, "Lamp and Lantern Group")
    assert row.title == "Lanterns for Dark Days: 50% of a Trial"
    assert (row.kind, row.journal, row.year) == ("article", "J Lamps Suppl", 2015)
    assert (row.volume, row.issue, row.pages) == ("12", "3", "100-110")
    assert (row.doi_printed, row.note) == ("10.5555/Lamps_1", None)
    assert row.raw == (
        "Muster AB, Müller J, van der Kolk BA, Zander CA Jr, et al; Lamp and Lantern "
        "Group. Lanterns for Dark Days: 50% of a Trial. J Lamps Suppl. "
        "2015;12(3):100-110. https://doi.org/10.5555/Lamps_1"
    )


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"M{\"u}ller", "M{ü}ller"),
        (r"M\"uller", "Müller"),
        (r"M\"{u}ller", "Müller"),
        (r"Castr{\'{e}}n", "Castr{é}n"),
        (r"\v{S}uk \c{C}elik \H{o}", "Šuk Çelik ő"),
        (r"Na{\"\i}ve", "Na{ï}ve"),
        (r"Stra{\ss}e {\O}re \AE sop", "Stra{ß}e {Ø}re Æsop"),
        (r"A \& B, 50\%, a\_b", "A & B, 50%, a_b"),
        ("A~B --- c", "A B — c"),
        (r"\emph{In vitro} $x$", "{In vitro} x"),
    ],
)
def test_tex_as_text(tex: str, text: str) -> None:
    assert bibtex.plain(tex) == unicodedata.normalize("NFC", text)


def test_quotes_around_values_and_within() -> None:
    row = one('@article{a, title = "A {"}lamp{"} in {\\"O}sterreich", year = "2001"}')
    assert row.title == 'A "lamp" in Österreich'


def test_books_and_pages() -> None:
    book, page = bibtex.read(
        "@book{a, editor = {Alt, Eva}, title = {A book}, publisher={Li}, year=1945}\n"
        "@misc{b, title = {A page}, howpublished = {\\url{https://example.org/l}}}\n"
    )
    assert (book.number, book.kind, book.authors) == (1, ReferenceKind.BOOK, ("Alt E",))
    assert (page.number, page.kind) == (2, ReferenceKind.WEB_PAGE)
    assert page.url == "https://example.org/l"


def test_article_numbers() -> None:
    assert one("@article{a, title={T}, eid={66}}").article_number == "66"
    assert one("@article{a, title={T}, pages={e12}}").article_number == "e12"


def test_a_brace_that_is_never_closed_swallows_no_other_entry() -> None:
    rows = bibtex.read(
        "@article{a, title = {Open\n@article{b, title = {Closed}}\n"
        "@article{c, title ! }\n@article{d,}\n@article{e, title = {Last}}"
    )
    assert [row.title for row in rows] == ["Open", "Closed", None, None, "Last"]
    assert rows[3].raw == "(an empty entry of the BibTeX file)"
    assert all(row.note for row in rows)


def test_text_is_no_bibtex() -> None:
    assert bibtex.is_bibtex(ARTICLE)
    assert not bibtex.is_bibtex("1. Muster A. Lanterns. Write to a@example.org {now}.")
