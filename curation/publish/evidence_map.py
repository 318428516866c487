"""The map: treatments by domains in foldable groups, one small cell for each pair."""

from collections.abc import Sequence
from dataclasses import dataclass

from curation.publish import addresses
from curation.publish.catalogue import Catalogue
from curation.publish.map_cells import MapCell, map_cell


@dataclass(frozen=True, slots=True)
class MapRow:
    """One treatment."""

    slug: str
    label: str
    href: str
    cells: tuple[MapCell, ...]
    without: str | None
    """Which kind of empty its cells without a page are: one kind for a row, since a
    treatment was searched or was not. The style sheet writes its words."""
    empty: tuple[str, str] | None
    """Where no cell of the row has a page: the kind and its words."""


@dataclass(frozen=True, slots=True)
class MapGroup:
    """One group of rows, foldable."""

    slug: str
    label: str
    rows: tuple[MapRow, ...]
    """Those with anything to show."""
    rest: tuple[tuple[str, str, tuple[MapRow, ...]], ...]
    """The others, by kind of empty: class, words, rows."""
    studied: int
    asserted: int

    @property
    def everyone(self) -> tuple[MapRow, ...]:
        """All rows, those without anything last."""
        return (*self.rows, *(row for _, _, rows in self.rest for row in rows))


def groups(
    catalogue: Catalogue, domains: Sequence[str] | None = None
) -> tuple[MapGroup, ...]:
    """Return the map, group by group.

    Parameters
    ----------
    catalogue
        The library.
    domains
        The columns; all of them where None.
    """
    protocol = catalogue.protocol
    columns = tuple(domains if domains is not None else catalogue.domains)
    rows: dict[str, list[MapRow]] = {slug: [] for slug in protocol.groups}
    for slug, treatment in protocol.treatments.items():
        rows[treatment.group].append(map_row(slug, columns, catalogue))
    return tuple(
        MapGroup(
            slug=slug,
            label=protocol.groups[slug].label,
            rows=tuple(row for row in found if row.empty is None),
            rest=_rest(found),
            studied=sum(bool(c.studies or c.within) for r in found for c in r.cells),
            asserted=sum(bool(c.mark) for r in found for c in r.cells),
        )
        for slug, found in rows.items()
        if found
    )


def map_row(slug: str, columns: Sequence[str], catalogue: Catalogue) -> MapRow:
    """Return a treatment's row."""
    cells = tuple(map_cell(slug, domain, catalogue) for domain in columns)
    bare = [cell for cell in cells if cell.href is None]
    empty = None
    if len(bare) == len(cells):
        empty = (bare[0].empty_class or "", bare[0].empty or "")
    return MapRow(
        slug=slug,
        label=catalogue.protocol.treatments[slug].label,
        href=addresses.treatment(slug),
        cells=cells,
        without=bare[0].empty_class if bare else None,
        empty=empty,
    )


def _rest(
    rows: Sequence[MapRow],
) -> tuple[tuple[str, str, tuple[MapRow, ...]], ...]:
    found: dict[tuple[str, str], list[MapRow]] = {}
    for row in rows:
        if row.empty is not None:
            found.setdefault(row.empty, []).append(row)
    return tuple((css, words, tuple(of)) for (css, words), of in found.items())


def names(catalogue: Catalogue) -> dict[str, str]:
    """Return every other name of every treatment, for the map's text filter."""
    found = {}
    for slug, row in catalogue.protocol.treatments.items():
        terms = (slug, *row.synonyms, *row.brands, *row.codes, *row.atc)
        found[slug] = "|".join(dict.fromkeys(t.lower() for t in terms))
    return found
