"""RIS as several programs write it; all entries are invented."""

from curation.retrieve import ris
from evidence.review import Reference, ReferenceKind

ARTICLE = """\
TY  - JOUR
AU  - Muster, Anna B.
AU  - van der Beispiel, Bert
AU  - Zander, Carlos A., Jr
AU  - Alt E
AU  - Lamp Study Group
TI  - Lanterns for dark
 days: a trial
T2  - Journal of Lamps
JO  - J Lamps
PY  - 2015/03/12/
VL  - 12
IS  - 3
SP  - 100
EP  - 110
DO  - https://doi.org/10.5555/Lamps.1
AB  - Nobody needs this.
ER  -
"""


def one(text: str) -> Reference:
    (row,) = ris.read(text)
    return row


def test_an_article() -> None:
    row = one(ARTICLE)
    assert row.authors == ("Muster AB", "van der Beispiel B", "Zander CA Jr", "Alt E")
    assert row.collective == "Lamp Study Group"
    assert row.title == "Lanterns for dark days: a trial"
    assert (row.kind, row.journal, row.year) == ("article", "J Lamps", 2015)
    assert (row.volume, row.issue, row.pages) == ("12", "3", "100-110")
    assert (row.doi_printed, row.doi, row.url, row.note) == (
        "10.5555/Lamps.1",
        None,
        None,
        None,
    )


def test_the_line_is_put_together_as_a_journal_prints_it() -> None:
    assert one(ARTICLE).raw == (
        "Muster AB, van der Beispiel B, Zander CA Jr, Alt E; Lamp Study Group. "
        "Lanterns for dark days: a trial. J Lamps. 2015;12(3):100-110. "
        "https://doi.org/10.5555/Lamps.1"
    )


def test_the_tags_of_older_programs() -> None:
    row = one(
        "TY  - JOUR\nA1  - Alt,E.\nT1  - On light\nJF  - Acta\nY1  - 2001///\nER  -"
    )
    assert (row.authors, row.title, row.journal, row.year) == (
        ("Alt E",),
        "On light",
        "Acta",
        2001,
    )
    assert row.note == "Not given: volume, pages."


def test_windows_lines_and_a_byte_order_mark() -> None:
    text = "\ufeff" + ARTICLE.replace("\n", "\r\n")
    assert ris.is_ris(text)
    assert one(text) == one(ARTICLE)


def test_pages_in_one_tag_and_article_numbers() -> None:
    head = "TY  - JOUR\nTI  - On light\nPY  - 2001\n"
    assert one(f"{head}SP  - 5-9\nER  - ").pages == "5-9"
    assert one(f"{head}SP  - 5\nEP  - 5\nER  - ").pages == "5"
    assert one(f"{head}SP  - e123\nER  - ").article_number == "e123"
    assert one(f"{head}C7  - 66\nER  - ").article_number == "66"


def test_a_doi_where_no_tag_for_it_was() -> None:
    row = one("TY  - JOUR\nTI  - On light\nUR  - http://dx.doi.org/10.5555/x.1\nER  - ")
    assert (row.doi_printed, row.url) == ("10.5555/x.1", None)


def test_what_is_no_doi_is_noted() -> None:
    row = one("TY  - JOUR\nTI  - On light\nDO  - S0140-6736\nER  - ")
    assert row.doi_printed is None
    assert "S0140-6736" in (row.note or "")


def test_books_and_pages() -> None:
    book, page = ris.read(
        "TY  - BOOK\nAU  - Alt, Eva\nTI  - A book\nPB  - Licht\nPY  - 1945\nER  - \n"
        "TY  - ELEC\nTI  - A page\nUR  - https://example.org/l\nER  - \n"
    )
    assert (book.number, book.kind, book.journal) == (1, ReferenceKind.BOOK, None)
    assert (page.number, page.kind) == (2, ReferenceKind.WEB_PAGE)
    assert page.url == "https://example.org/l"


def test_no_entry_is_lost_for_want_of_an_end_or_of_parts() -> None:
    rows = ris.read(
        "TY  - JOUR\nTI  - One\nTY  - JOUR\nER  - \nTY  - JOUR\nTI  - Three\n"
    )
    assert [row.title for row in rows] == ["One", None, "Three"]
    assert rows[1].raw == "(an empty entry of the RIS file)"
