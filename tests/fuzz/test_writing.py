"""What goes out: every byte of a text arrives as the text it was, and does nothing."""

import csv
import html
import io
from html.parser import HTMLParser

import markdown
import yaml

from curation.publish import markup
from curation.publish.formats import spreadsheet
from tests.fuzz.conftest import Try
from tests.fuzz.mutations import mixed

HOSTILE = (
    *("<script>", "</title>", "<img src=x onerror=alert(1)>", "&lt;", "&#60;", "&"),
    *("*", "_", "`", "~~~", "# ", "> ", "- ", "1. ", "|", "[a](javascript:b)", "!["),
    *("{{ x }}", "{% x %}", "{: onclick=y }", "[^1]:", "*[a]: b", "!!! x", ":smile:"),
    *("\n", "\n\n", "    ", "\t", "---", "===", "[TOC]", "'", '"', "\\", "a", " "),
    *("=1+1", "+", "-", "@", "\r\n", ",", ";", "\u202e", "\ufeff", "\x00", "\x85"),
    *("-0.45", "\uff1d", "\u2028", "\ud800", "\U0001f600"),
)
EXTENSIONS = ["extra", "admonition", "toc", "sane_lists", "meta"]


class Shown(HTMLParser):
    """The text that a reader sees, and the tags that make it up."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags = "", list[str]()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_markdown(fuzz: Try) -> None:
    """A text in a page is read as itself, and no tag is born of it."""
    written = markdown.Markdown(extensions=EXTENSIONS)

    def write(text: str) -> None:
        shown = Shown()
        shown.feed(written.reset().convert(f"x{markup.markdown(text)}x"))
        shown.close()
        assert shown.text == f"x{markup.plain(text)}x"
        assert shown.tags == ["p"]

    fuzz(mixed(HOSTILE, 8), write, 0.12)


def test_front_matter(fuzz: Try) -> None:
    """A title is one line of YAML, and safe where MkDocs writes it raw."""

    def write(text: str) -> None:
        head, told, tail = markup.front_matter(text).partition("\n")[2].partition("\n")
        assert (told, tail) == ("\n", "---\n\n")
        title = yaml.load(head, Loader=yaml.CSafeLoader)["title"]
        assert "<" not in title
        assert html.unescape(title) == markup.plain(text)

    fuzz(mixed(HOSTILE, 8), write, 0.08)


def test_spreadsheets(fuzz: Try) -> None:
    """Each cell comes back, and no program takes one for a formula."""

    def write(text: str) -> None:
        body = spreadsheet.table(["a", "b"], [{"a": text, "b": "end"}])
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        assert [len(row) for row in rows] == [2, 2]
        cell, last = rows[1]
        sent = text.encode(errors="replace").decode()
        assert last == "end" and cell in (sent, f"'{sent}")
        if cell.lstrip()[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20"):
            float(cell)

    fuzz(mixed(HOSTILE, 6), write, 0.15)
