"""The map's filters count what the library counts, and live in the address."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from curation.publish import labels
from curation.publish.catalogue import Catalogue
from curation.publish.map_cells import map_cell
from evidence.cells import Cell
from evidence.findings import Finding, Vote, count
from evidence.library import Library
from evidence.types import TimeBand
from evidence.vocabulary import ComparatorClass
from tests.browser.reader import Shown, opened

Counts = dict[str, dict[str, int]]
"""By address of a cell: studies by the letter of their direction, "w" within-group."""

READ_CELLS = """links => Object.fromEntries(links
  .filter(link => link.offsetParent && !link.className)
  .map(link => [link.getAttribute('href'), Object.fromEntries(
    [...link.querySelectorAll(':scope > i')].map(band => [
      band.className || 'w', parseInt(band.textContent) || 1]))]))"""
READ_ROWS = """rows => rows.filter(row => row.offsetParent).map(row => row.dataset.t)"""


@dataclass
class Map:
    """The map in a browser, and the library that it was made from."""

    page: Any
    library: Library

    def counts(self) -> Counts:
        return self.page.eval_on_selector_all(".te-map td>a", READ_CELLS)

    def rows(self) -> set[str]:
        return set(self.page.eval_on_selector_all(".te-map [data-t]", READ_ROWS))

    def choose(self, **filters: str) -> None:
        """Set filters as a reader does: press, choose from a list, type."""
        for name, value in filters.items():
            field = self.page.locator(f".te-filters [name={name}]")
            if field.get_attribute("type") == "checkbox":
                self.page.locator(f".te-chip:has([name={name}])").click()
            elif field.get_attribute("type") == "search":
                field.fill(value)
            else:
                field.select_option(value)

    def expected(self, fits: Callable[[Finding], bool]) -> Counts:
        """Count again with the library's own arithmetic, cell by cell."""
        catalogue = Catalogue(self.library)
        found: Counts = {}
        for treatment, domain in catalogue.pairs:
            cell = self.library.cell(treatment, domain, catalogue.main_role(domain))
            numbers = tallied(cell, fits)
            if numbers:
                found[f"treatments/{treatment}/{domain}.html"] = numbers
        return found


def tallied(cell: Cell, fits: Callable[[Finding], bool]) -> dict[str, int]:
    acute = [f for f in cell.findings if f.band is TimeBand.ACUTE and fits(f)]
    tally = count(f for f in acute if f.compared)
    numbers = {labels.VOTE_CLASS[v]: getattr(tally, v.value) for v in Vote}
    numbers["w"] = len({f.study for f in acute if not f.compared})
    return {letter: number for letter, number in numbers.items() if number}


@pytest.fixture
def the_map(browser: Any, demonstration: Shown) -> Iterator[Map]:
    with opened(browser, demonstration.address) as (page, troubles):
        yield Map(page, demonstration.library)
        assert troubles == []


COUNTING: dict[str, tuple[dict[str, str], Callable[[Finding], bool]]] = {
    "target": ({"target": "1"}, lambda f: f.target),
    "randomised": ({"randomised": "1"}, lambda f: f.randomised),
    "inert": (
        {"inert": "1"},
        lambda f: f.comparator_class is ComparatorClass.INERT,
    ),
    "newer than": ({"since": "2015"}, lambda f: f.year is not None and f.year >= 2015),
    "all of them": (
        {"target": "1", "randomised": "1", "inert": "1", "since": "2010"},
        lambda f: (
            f.target
            and f.randomised
            and f.comparator_class is ComparatorClass.INERT
            and f.year is not None
            and f.year >= 2010
        ),
    ),
}


@pytest.mark.parametrize("name", COUNTING)
def test_a_filter_counts_again_as_the_library_does(the_map: Map, name: str) -> None:
    filters, fits = COUNTING[name]
    before = the_map.counts()
    the_map.choose(**filters)
    expected = the_map.expected(fits)
    shown = {href: found for href, found in the_map.counts().items() if found}
    assert expected
    assert shown == expected
    assert shown != before
    assert the_map.rows() == {href.split("/")[1] for href in expected}


def rows_with(library: Library, wanted: Callable[[str, str, Catalogue], bool]) -> Any:
    catalogue = Catalogue(library)
    return {t for t, d in catalogue.pairs if wanted(t, d, catalogue)}


CHOOSING: dict[str, tuple[dict[str, str], Callable[[Library], set[str]]]] = {
    "reviewed only": (
        {"reviewed": "1"},
        lambda known: rows_with(known, lambda t, d, c: bool(map_cell(t, d, c).code)),
    ),
    "asserted by the review": (
        {"asserted": "1"},
        lambda known: {a.treatment for a in known.protocol.assertions.values()},
    ),
    "studies disagree": (
        {"disagree": "1"},
        lambda known: rows_with(known, lambda t, d, c: map_cell(t, d, c).conflict),
    ),
    "group": (
        {"group": "psychedelic"},
        lambda known: {
            t.id for t in known.protocol.treatments.values() if t.group == "psychedelic"
        },
    ),
    "text, by a brand": ({"text": "Spravato"}, lambda _: {"esketamine"}),
}


@pytest.mark.parametrize("name", CHOOSING)
def test_a_filter_keeps_the_rows_that_it_names(the_map: Map, name: str) -> None:
    filters, rows = CHOOSING[name]
    before = the_map.rows()
    the_map.choose(**filters)
    expected = rows(the_map.library)
    assert expected
    assert the_map.rows() == expected < before
    if name == "reviewed only":
        notes = the_map.page.locator(".te-map u.p")
        assert notes.count()
        assert not any(note.is_visible() for note in notes.all())


def test_a_view_can_be_linked_and_cleared(
    browser: Any, demonstration: Shown, the_map: Map
) -> None:
    everything = the_map.rows()
    the_map.choose(target="1", disagree="1", since="2010", text="ketamine")
    # What the browser shows: the driver hears of it a little later.
    link = the_map.page.evaluate("location.href")
    assert link.endswith("?target=1&disagree=1&since=2010&text=ketamine")
    with opened(browser, link) as (page, troubles):
        other = Map(page, demonstration.library)
        assert page.locator("[name=target]").is_checked()
        assert page.locator("[name=since]").input_value() == "2010"
        assert other.rows() == the_map.rows() != everything
        assert other.counts() == the_map.counts()
        page.locator(".te-button[type=reset]").click()
        page.wait_for_url(lambda address: "?" not in address)
        assert other.rows() == everything
        assert troubles == []
