"""Invented reference lists: every line is kept, every part is where it belongs."""

import gzip
import json
from collections import Counter
from itertools import islice
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.retrieve import numbered, vancouver
from evidence.protocol import Protocol
from evidence.review import Reference, ReferenceKind
from tests.places import SHARED

FIRST = "Muster A, Beispiel B. Lanterns in winter. J Lamps. 2015;12(3):100-110."
SECOND = "Alt E. On light. Acta Lucis. 2001;7:5-9."


def one(line: str) -> Reference:
    """Return the only reference of a list of one."""
    (row,) = vancouver.read(f"1. {line}")
    return row


def parts(line: str, *names: str) -> tuple[Any, ...]:
    row = one(line)
    return tuple(getattr(row, name) for name in names)


class TestTheList:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("1. ", "2. "),
            ("1) ", "2) "),
            ("(1) ", "(2) "),
            ("[1] ", "[2] "),
            ("[1]", "[2]"),
            ("1.", "2."),
            ("1 ", "2 "),
            ("1\t", "2\t"),
            ("- 1 ", "- 2 "),
            ("- <sup>1</sup> ", "- <sup>2</sup> "),
            ("<sup>1</sup> ", "<sup>2</sup> "),
            ("* [1] ", "* [2] "),
            ("1\\. ", "2\\. "),
            ("\\[1\\] ", "\\[2\\] "),
            ("**1.** ", "**2.** "),
            ("[^1]: ", "[^2]: "),
            ("¹ ", "² "),
            ('<a id="r1"></a>1. ', '<a id="r2"></a>2. '),
            ("1. ", "1. "),
            ("- ", "- "),
            ("- 1 ", "- <sup>2</sup> "),
        ],
    )
    def test_numbers_of_every_kind(self, first: str, second: str) -> None:
        lines = numbered.split(f"{first}{FIRST}\n{second}{SECOND}\n")
        assert [(line.number, line.text) for line in lines] == [
            (1, FIRST),
            (2, SECOND),
        ]

    def test_the_list_at_the_end_of_a_paper(self) -> None:
        paper = (
            "# Of lamps\n\n1. First we lit them.\n2. Then we looked.\n\n"
            f"## References\n\n1. {FIRST}\n2. {SECOND}\n\n## Figures\n\n3. A lamp.\n"
        )
        assert [line.text for line in numbered.split(paper)] == [FIRST, SECOND]

    def test_a_line_broken_over_lines(self) -> None:
        broken = FIRST.replace("in winter", "in\n   winter").replace("2015", "\n2015")
        (first, second) = numbered.split(f"1. {broken}\n2. {SECOND}")
        assert (first.text, second.text) == (FIRST, SECOND)

    def test_a_number_within_a_line_begins_no_reference(self) -> None:
        text = f"1. {FIRST}\n2. Alt E. The lamps of\n1999. Acta Lucis. 2001;7:5-9.\n"
        assert len(numbered.split(text)) == 2

    def test_a_bare_number_within_a_line_begins_none_either(self) -> None:
        text = f"1. {FIRST}\n2. Alt E. Lamps on day\n3 of winter. J Lamps. 2001;7:5.\n"
        assert [line.number for line in numbered.split(text)] == [1, 2]

    def test_a_number_that_is_left_out(self) -> None:
        for one, three in (("1. ", "3. "), ("- 1 ", "- 3 "), ("[1] ", "[3] ")):
            lines = numbered.split(f"{one}{FIRST}\n{three}{SECOND}")
            assert [line.number for line in lines] == [1, 3]

    @pytest.mark.parametrize("sign", ["{}. ", "[{}] ", "- {}. "])
    def test_a_number_printed_twice_is_one_line_with_a_note(self, sign: str) -> None:
        printed = zip((1, 2, 2, 3), (FIRST, SECOND, FIRST, SECOND), strict=True)
        rows = vancouver.read("\n".join(sign.format(n) + text for n, text in printed))
        assert [row.number for row in rows] == [1, 2, 3]
        assert SECOND in rows[1].raw
        assert FIRST in rows[1].raw
        assert "2 list items" in (rows[1].note or "")
        assert rows[2].note is None

    def test_what_stands_below_the_list_is_not_its_last_line(self) -> None:
        text = f"1. {FIRST}\n2. {SECOND}\n\nReceived in winter, printed in spring.\n"
        assert numbered.split(text)[-1].text == SECOND

    def test_an_item_torn_in_two_is_joined_and_noted(self) -> None:
        text = (
            "- 1 Muster A. Lamps. J Lamps. 2009;22(1):7-12. <https://doi.org/10.5555>\n"
            f"\n- LMP.0b013e3\n- 2 {SECOND}\n"
        )
        first, second = vancouver.read(text)
        assert first.raw.endswith("https://doi.org/10.5555 LMP.0b013e3")
        assert first.doi_printed == "10.5555 LMP.0b013e3"
        assert first.doi == "10.5555/LMP.0b013e3"
        assert "slash" in (first.doi_note or "")
        assert "2 list items" in (first.note or "")
        assert second.raw == SECOND

    def test_no_list_no_references(self) -> None:
        assert vancouver.read("Nothing is numbered here.\nNor here.") == ()


class TestMarkup:
    @pytest.mark.parametrize(
        ("marked", "printed"),
        [
            ("The STAR\\*D study in *J Lamps*.", "The STAR*D study in J Lamps."),
            ("The STAR*D study and STAR*D again", "The STAR*D study and STAR*D again"),
            ("**Bold** and _slanted_ a_b_c", "Bold and slanted a_b_c"),
            ("<https://doi.org/10.5555/x>", "https://doi.org/10.5555/x"),
            (
                "[https://doi.org/10.5555/s\\(03\\)1](https://doi.org/10.5555/s(03)1)",
                "https://doi.org/10.5555/s(03)1",
            ),
            (
                "Lamps. [CrossRef](https://doi.org/10.5555/x) [PubMed](https://x.org)",
                "Lamps. https://doi.org/10.5555/x",
            ),
            ("Lamps. [Google Scholar]", "Lamps."),
            ("[Lampen im Winter]. J Lamps", "[Lampen im Winter]. J Lamps"),
            (
                "Ca<sup>2+</sup> &amp; H<sub>2</sub>O, <i>in vitro</i>",
                "Ca^2+ & H2O, in vitro",
            ),
            ("p < 0.05 and q > 1", "p < 0.05 and q > 1"),
        ],
    )
    def test_a_line_is_kept_as_printed(self, marked: str, printed: str) -> None:
        assert numbered.unmarked(marked) == printed


class TestPeople:
    @pytest.mark.parametrize(
        ("printed", "authors"),
        [
            ("Muster A, Beispiel BC", ("Muster A", "Beispiel BC")),
            ("Muster A.B., Beispiel C. D.", ("Muster AB", "Beispiel CD")),
            ("Muster A and Beispiel B", ("Muster A", "Beispiel B")),
            ("Muster A; Beispiel B", ("Muster A", "Beispiel B")),
            ("van der Muster A, O'Beispiel B", ("van der Muster A", "O'Beispiel B")),
            ("van 't Licht A, Alt–Neu B", ("van 't Licht A", "Alt–Neu B")),
            (
                "Dell’Osso C, Der-Avak A, Herane Vives A",
                ("Dell’Osso C", "Der-Avak A", "Herane Vives A"),
            ),
            ("Müller-Ångström Ö, Łuk Ż", ("Müller-Ångström Ö", "Łuk Ż")),
            ("Muster A Jr, Beispiel B 3rd", ("Muster A Jr", "Beispiel B 3rd")),
            ("Su T-P, Ly C", ("Su T-P", "Ly C")),
            ("Muster A, Beispiel, Alt E", ("Muster A", "Beispiel", "Alt E")),
        ],
    )
    def test_names(self, printed: str, authors: tuple[str, ...]) -> None:
        line = f"{printed}. Lanterns. J Lamps. 2015;12:1-2."
        assert parts(line, "authors", "title") == (authors, "Lanterns")

    @pytest.mark.parametrize(
        "others", [", et al.", " et al.", ", et al:", ", and others."]
    )
    def test_others_are_said_to_be_there(self, others: str) -> None:
        line = f"Muster A, Beispiel B{others} Lanterns. J Lamps. 2015;12:1-2."
        assert parts(line, "authors", "et_al", "title") == (
            ("Muster A", "Beispiel B"),
            True,
            "Lanterns",
        )

    @pytest.mark.parametrize(
        ("printed", "authors", "group"),
        [
            ("UK Lamp Review Group", (), "UK Lamp Review Group"),
            ("World Lantern Organization", (), "World Lantern Organization"),
            ("U.S. Agency for Lamps", (), "U.S. Agency for Lamps"),
            ("NILE", (), "NILE"),
            ("Muster A; Lamp Study Group", ("Muster A",), "Lamp Study Group"),
            ("Muster A, for the LAMP*D Group", ("Muster A",), "LAMP*D Group"),
        ],
    )
    def test_a_group(self, printed: str, authors: tuple[str, ...], group: str) -> None:
        line = f"{printed}. Lanterns in winter. J Lamps. 2015;12:1-2."
        assert parts(line, "authors", "collective", "title") == (
            authors,
            group,
            "Lanterns in winter",
        )

    def test_a_title_is_no_group(self) -> None:
        line = "Lanterns in winter. A survey. J Lamps. 2015;12:1-2."
        row = one(line)
        assert (row.collective, row.title) == (None, "Lanterns in winter. A survey")
        assert row.note == "Not recognised in the line: authors."


class TestPlace:
    @pytest.mark.parametrize(
        ("printed", "expected"),
        [
            ("2015;12(3):100-110", (2015, "12", "3", "100-110", None)),
            ("2015; 12 (3): 100–10", (2015, "12", "3", "100–10", None)),
            ("2015;12:100-110", (2015, "12", None, "100-110", None)),
            ("1997;58 Suppl 13:23-29", (1997, "58", "Suppl 13", "23-29", None)),
            ("2012;23(90 Pt 2):182-193", (2012, "23", "90 Pt 2", "182-193", None)),
            ("2001;12(3 Suppl 1):S12-9", (2001, "12", "3 Suppl 1", "S12-9", None)),
            ("2011;(12):CD006528", (2011, None, "12", None, "CD006528")),
            ("2013;346:f3646", (2013, "346", None, None, "f3646")),
            ("2021;12:727117", (2021, "12", None, None, "727117")),
            ("2020;17(2):177", (2020, "17", "2", "177", None)),
            ("2020;17(2):S4", (2020, "17", "2", "S4", None)),
            (
                "2003 Mar 12;165(4):345-52, 360-2",
                (2003, "165", "4", "345-52,360-2", None),
            ),
            ("2013 Jun-Jul;346:1-2", (2013, "346", None, "1-2", None)),
            ("1999;70(1):iii-x", (1999, "70", "1", "iii-x", None)),
            ("2001;83-A:1052-6", (2001, "83-A", None, "1052-6", None)),
            ("1983;i:1182-4", (1983, "i", None, "1182-4", None)),
            ("2003;Vol. 90(No. 2):173-8", (2003, "90", "2", "173-8", None)),
            ("2009;8:p. 41", (2009, "8", None, "41", None)),
            ("2008;199(5):498.e1-498.e7", (2008, "199", "5", "498.e1-498.e7", None)),
        ],
    )
    def test_year_volume_issue_pages(
        self, printed: str, expected: tuple[Any, ...]
    ) -> None:
        names = ("year", "volume", "issue", "pages", "article_number")
        line = f"Muster A. Lanterns. J Lamps. {printed}."
        assert parts(line, *names) == expected
        assert parts(line, "title", "journal") == ("Lanterns", "J Lamps")

    def test_a_number_that_ends_the_doi_with_zeros_is_an_articles(self) -> None:
        line = (
            "Muster A. Lanterns. Front Lamps. 2018;12:66. doi:10.5555/flmp.2018.00066"
        )
        assert parts(line, "pages", "article_number") == (None, "66")

    def test_a_page_that_ends_the_doi_as_it_is_stays_a_page(self) -> None:
        line = "Muster A. Lanterns. J Lamps. 2006;163(1):153. doi:10.5555/lmp.163.1.153"
        assert parts(line, "pages", "article_number") == ("153", None)

    def test_no_journal_is_none(self) -> None:
        line = "Muster A. Lamps vs. candles. 2006;163(1):153."
        assert parts(line, "title", "journal") == ("Lamps vs. candles", None)
        assert one(line).note == "Not recognised in the line: journal."

    @pytest.mark.parametrize(
        ("head", "title", "journal"),
        [
            ("Do lamps help? J Lamps", "Do lamps help?", "J Lamps"),
            (
                "Do lamps help? Let us see. J Lamps",
                "Do lamps help? Let us see",
                "J Lamps",
            ),
            (
                "Lamps vs. candles: a trial. J Lamps",
                "Lamps vs. candles: a trial",
                "J Lamps",
            ),
            ("Lamps vs. candles. J. Lamp. Res", "Lamps vs. candles", "J Lamp Res"),
            ("Of lamps. Lamp Res. Clin. Pract", "Of lamps", "Lamp Res Clin Pract"),
            ("LED: a lamp. J Lamps", "LED: a lamp", "J Lamps"),
            ("ED lamps and wards. J Lamps", "ED lamps and wards", "J Lamps"),
            ("A lamp. Part II. Lamps", "A lamp. Part II", "Lamps"),
            ("Of lamps. Science", "Of lamps", "Science"),
            ("Of lamps. eLife", "Of lamps", "eLife"),
            ("Of lamps. Lamps (Berl)", "Of lamps", "Lamps (Berl)"),
            ("[Von Lampen]. Acta Lucis", "[Von Lampen]", "Acta Lucis"),
            (
                "Of lamps 2001; a study. Soc Lamps 1982",
                "Of lamps 2001; a study",
                "Soc Lamps 1982",
            ),
        ],
    )
    def test_where_the_title_ends(self, head: str, title: str, journal: str) -> None:
        line = f"Muster A, Beispiel B. {head}. 2015;12(3):100-110."
        assert parts(line, "title", "journal") == (title, journal)


class TestAddresses:
    @pytest.mark.parametrize(
        ("printed", "doi", "mended"),
        [
            ("https://doi.org/10.5555/lamps.1", "10.5555/lamps.1", None),
            ("http://dx.doi.org/10.5555/lamps.1.", "10.5555/lamps.1", None),
            ("doi: 10.5555/lamps.1.", "10.5555/lamps.1", None),
            ("DOI 10.5555/lamps.1", "10.5555/lamps.1", None),
            ("10.5555/S0140-6736(03)12705-5", "10.5555/S0140-6736(03)12705-5", None),
            ("(doi:10.5555/lamps.1)", "10.5555/lamps.1", None),
            (
                "doi:10.5555/j.lmp. 2014.10.010",
                "10.5555/j.lmp. 2014.10.010",
                "10.5555/j.lmp.2014.10.010",
            ),
            ("doi:10.5555 lmp.9", "10.5555 lmp.9", "10.5555/lmp.9"),
            ("doi:10.5555/lmp.9. PMID: 123", "10.5555/lmp.9", None),
        ],
    )
    def test_dois(self, printed: str, doi: str, mended: str | None) -> None:
        assert parts(f"{FIRST} {printed}", "doi_printed", "doi", "pages") == (
            doi,
            mended,
            "100-110",
        )

    def test_half_a_doi_is_noted(self) -> None:
        row = one(f"{FIRST} https://doi.org/10.5555")
        assert (row.doi_printed, row.doi) == ("10.5555", None)
        assert "second half" in (row.doi_note or "")


class TestWhatIsNoArticle:
    def test_a_page_of_the_web(self) -> None:
        row = one(
            "NILE. Lamps in adults [Internet]. London: NILE; 2021 [cited 2022 Jan 3]. "
            "Available from: https://example.org/lamps"
        )
        assert row.kind is ReferenceKind.WEB_PAGE
        assert (row.collective, row.title, row.year, row.url) == (
            "NILE",
            "Lamps in adults",
            2021,
            "https://example.org/lamps",
        )

    def test_the_year_of_a_page_is_not_when_it_was_seen(self) -> None:
        row = one("Muster A. Lamps. 1845. Accessed May 1, 2020. https://example.org/l")
        assert (row.kind, row.year) == (ReferenceKind.WEB_PAGE, 1845)

    @pytest.mark.parametrize(
        "line",
        [
            "Alt E. A book on lamps. 2nd ed. Leipzig: Leuchten; 1945.",
            "Alt E, editor. A book on lamps. New York, NY: Lamp Press; 1945.",
            "Alt E. A book on lamps. In: Muster A, editor. Lamps. Bonn: Licht; 1945.",
        ],
    )
    def test_a_book(self, line: str) -> None:
        row = one(line)
        assert row.kind is ReferenceKind.BOOK
        assert (row.authors, row.title, row.year) == (
            ("Alt E",),
            "A book on lamps",
            1945,
        )
        assert row.journal is None


class TestMissingParts:
    def test_pages_that_no_page_has(self) -> None:
        row = one("Muster A. Lanterns. J Lamps. 2015;12(3):?.")
        assert (row.volume, row.issue, row.pages) == ("12", "3", None)
        assert row.note == "Not recognised in the line: pages."

    def test_only_a_year_and_a_semicolon(self) -> None:
        row = one("Muster A. Lanterns. J Lamps. 2015;.")
        assert (row.title, row.journal, row.year) == ("Lanterns", "J Lamps", 2015)

    def test_only_a_year(self) -> None:
        row = one("Muster A. Lanterns. J Lamps. 2024 Jan 5 [Epub ahead of print].")
        assert (row.title, row.journal, row.year) == ("Lanterns", "J Lamps", 2024)
        assert row.note == "Not recognised in the line: volume, pages."

    def test_words_of_a_title_are_no_notes_of_access(self) -> None:
        line = "Muster A. Memories retrieved in winter. Lamps. 2018;7:1-2."
        assert parts(line, "title") == ("Memories retrieved in winter",)

    @pytest.mark.parametrize("line", ["Nothing as it should be", "???", "12"])
    def test_a_line_that_cannot_be_read_is_kept_and_noted(self, line: str) -> None:
        row = one(line)
        assert (row.raw, row.title, row.kind) == (line, None, ReferenceKind.ARTICLE)
        assert "authors, title, year, journal" in (row.note or "")

    def test_an_empty_item_is_a_line_too(self) -> None:
        rows = vancouver.read(f"1. {FIRST}\n2.\n3. {SECOND}")
        assert [row.raw for row in rows] == [FIRST, "2.", SECOND]
        assert rows[1].title is None


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text(max_size=60), max_size=4), st.sampled_from(["1. ", "- ", "[1] "])
)
def test_no_text_is_too_odd(texts: list[str], marker: str) -> None:
    """Whatever stands in a list, each of its rows is a row."""
    for row in vancouver.read("\n".join(marker + text for text in texts)):
        assert row.raw


def test_a_long_line_takes_no_time_to_speak_of() -> None:
    """Nothing is tried in more ways than a list has words."""
    for word in ("Aa ", "A, ", "Muster A, ", "10.5555/", "(", "2001;", "[", "*a "):
        vancouver.read(f"1. {word * 3000}")


@pytest.mark.shared
def test_citations_of_other_papers_come_apart_where_they_were_joined() -> None:
    """Of 2,400 real citations printed in our order, 99 in 100 are read back."""
    gold = SHARED / "gold" / "citations.jsonl.gz"
    if not gold.is_file():
        pytest.skip("the developers' shared folder is not here")
    with gzip.open(gold, "rt", encoding="utf-8") as lines:
        cited = [json.loads(line) for line in islice(lines, 0, None, 10)]
    names = ("title", "journal", "year", "volume", "first_page")
    cited = [c for c in cited if all(c[name] for name in (*names, "first_author"))]
    right = Counter[str]()
    for c in cited:
        title, journal = c["title"].strip(" ."), c["journal"].strip(" .")
        end = title if title[-1] in "?!" else f"{title}."
        row = one(
            f"{c['first_author']} A, Beispiel B. {end} {journal}. "
            f"{c['year']};{c['volume']}:{c['first_page']}-{c['last_page'] or 'x1'}."
        )
        right["title"] += row.title == " ".join(title.split())
        right["journal"] += row.journal in (journal, journal.replace(".", ""))
        right["year"] += str(row.year) == c["year"]
        right["volume"] += row.volume == c["volume"]
        right["first_page"] += (row.pages or "").startswith(c["first_page"])
        right["first_author"] += row.authors == (f"{c['first_author']} A", "Beispiel B")
    assert len(cited) > 1800
    shares = {name: number / len(cited) for name, number in right.items()}
    assert min(shares.values()) >= 0.99, shares


@pytest.mark.shared
class TestTheShippedTable:
    """The review's own list, read by the parser, beside the table made by hand."""

    BY_HAND: ClassVar = {
        (11, "authors"): "a web page about a book: its author is named in the title",
        (11, "title"): "the same: the library's name and the author's were taken out",
        (49, "doi"): "a misprint in the DOI, mended from knowledge of the journal",
        (51, "doi"): "a misprint in the DOI, mended from knowledge of the journal",
    }
    """What no parser could know; `journal_short`, notes and uses are all by hand."""
    FIELDS = (
        *("raw", "kind", "authors", "et_al", "collective", "title", "journal"),
        *("year", "volume", "issue", "pages", "article_number"),
        *("doi_printed", "doi", "url"),
    )

    def test_every_field_agrees(self, trd: Protocol) -> None:
        seed = SHARED / "seeds" / "000_1ba042409fe71e2a.txt"
        if not seed.is_file():
            pytest.skip("the developers' shared folder is not here")
        rows = {
            row.number: row for row in vancouver.read(seed.read_text(encoding="utf-8"))
        }
        assert rows.keys() == trd.references.keys()
        differing = {
            (number, name)
            for number, shipped in trd.references.items()
            for name in self.FIELDS
            if getattr(rows[number], name) != getattr(shipped, name)
        }
        assert differing == self.BY_HAND.keys(), self.agreement(len(rows), differing)

    def agreement(self, total: int, differing: set[tuple[int, str]]) -> str:
        """Return the share of rows that agree, a line a field."""
        return "\n".join(
            f"{name:15} {total - sum(d == name for _, d in differing)}/{total}"
            for name in self.FIELDS
        )
