"""What is written is what is read, and no tag is born."""

import html
import html.parser
import random
from collections.abc import Callable

import lxml.html
import markdown as python_markdown
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.publish import cell_pages, markup, study_pages, templates
from curation.publish.catalogue import Catalogue
from evidence.claims import Claim
from evidence.library import Library
from evidence.records import Record, normalise

ALL = ["tables", "toc", "def_list", "attr_list", "footnotes", "abbr", "admonition"]
texts = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60
) | st.text(alphabet="<>&*_`[]()#|!\\{}:=-+.\"'~^ ab1", min_size=1, max_size=60)


class Text(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_a_heading_reads_as_its_source(text: str) -> None:
    expected = markup.plain(text)
    if not expected:
        return
    read = Text()
    read.feed(python_markdown.markdown(f"# {markup.markdown(text)}", extensions=ALL))
    read.close()
    assert read.text.strip() == expected
    assert read.tags == ["h1"]


@settings(max_examples=300, deadline=None)
@given(texts)
def test_front_matter_holds_a_title_that_is_safe_to_write_raw(text: str) -> None:
    written = markup.front_matter(text).split("---\n")[1]
    title = yaml.safe_load(written)["title"]
    assert "<" not in title
    assert html.unescape(title) == markup.plain(text)


@pytest.mark.parametrize("control", ["\x00", "\x02", "\x03", "\x7f", "\ufffe"])
def test_what_no_page_can_show_is_replaced(control: str) -> None:
    assert markup.plain(f"a{control}b") == "a\ufffdb"


def test_a_quote_of_several_sentences_is_cut() -> None:
    assert markup.excerpt("short") == "short"
    assert len(markup.excerpt("x" * 5000)) < 700


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(quote=texts, title=texts)
def test_records_survive_templates_and_markdown_exactly(
    claim: Callable[..., Claim],
    record: Callable[..., Record],
    library: Callable[..., Library],
    quote: str,
    title: str,
) -> None:
    quote, title = normalise(quote), normalise(title)
    if not quote or not title:
        return
    known = library(claim(1, quote=quote), records=[record(1, title=title)])
    catalogue = Catalogue(known)
    sources = [
        cell_pages.page("sumatriptan", "aura", catalogue),
        study_pages.page("pmid-1", catalogue.claims_by_study["pmid-1"], catalogue),
    ]
    for source in sources:
        body = source.text.split("---\n", 2)[2]
        page = lxml.html.fromstring(
            "<div>" + python_markdown.markdown(body, extensions=ALL) + "</div>"
        )
        found = [q.text_content() for q in page.xpath("//q")]
        assert found == [quote]
        for shown in page.xpath("//*[@class='te-title']"):
            assert shown.text_content() == title


def test_4000_hostile_texts_are_read_as_written(hostile: tuple[str, ...]) -> None:
    """As headings through Markdown, and as quotes through templates and Markdown."""
    chance = random.Random(6)
    pieces = (
        *hostile,
        "\n\n",
        "    ",
        "\t",
        "</q>",
        "-->",
        "{#",
        "#}",
        "\u2066",
        "\u200d",
    )
    texts = [normalise("".join(chance.choices(pieces, k=3))) for _ in range(4000)]
    texts = [text for text in texts if text]
    headings = "\n\n".join(f"# {markup.markdown(text)}" for text in texts)
    template = "<div>{% for t in texts %}<q>{{ t }}</q>\n{% endfor %}</div>"
    quotes = templates.environment().from_string(template).render(texts=texts)
    built = python_markdown.markdown(f"{headings}\n\n{quotes}", extensions=ALL)
    page = lxml.html.fromstring(f"<div>{built}</div>")
    assert {element.tag for element in page.iter()} == {"div", "h1", "q"}
    assert [h.text_content() for h in page.xpath("//h1")] == [
        markup.plain(text) for text in texts
    ]
    assert [q.text_content() for q in page.xpath("//q")] == texts
