"""The text of an element, for any text."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from curation.retrieve import elements
from evidence.records import normalise

legal = st.text(
    alphabet=st.characters(
        exclude_categories=["Cs"],
        exclude_characters="".join(map(chr, range(32))) + "\ufffe\uffff",
    )
    | st.sampled_from("\t\n\r")
)


@given(legal)
def test_text_is_what_the_one_normaliser_makes_of_it(text: str) -> None:
    element = etree.Element("AbstractText")
    element.text = text
    assert elements.text(element) == (normalise(text) or None)


@given(st.lists(st.tuples(st.sampled_from(["i", "b", "sub", "u", "x"]), legal, legal)))
def test_no_letter_is_lost_to_markup(pieces: list[tuple[str, str, str]]) -> None:
    element = etree.Element("AbstractText")
    for tag, inner, tail in pieces:
        child = etree.SubElement(element, tag)
        child.text, child.tail = inner, tail
    whole = "".join(inner + tail for _, inner, tail in pieces)
    assert elements.text(element) == (normalise(whole) or None)
