"""Assets that depend on the protocol: columns' names on a phone, names of rows."""

import json

from curation.publish import evidence_map, map_cells
from curation.publish.catalogue import Catalogue
from curation.publish.markup import plain

_LINES_OF_HEADING = 3
_SHEETS = (
    (60, "297mm 420mm"),
    (130, "420mm 594mm"),
    (190, "594mm 841mm"),
    (275, "841mm 1189mm"),
    (395, "1189mm 1682mm"),
    (10_000, "1682mm 2378mm"),
)
"""Lines of the printed map, and the sheet that takes them: A3 to A0 (ISO 216), 2A0
and 4A0 (DIN 476)."""


def domains(catalogue: Catalogue) -> str:
    """Return the map's rules that depend on the protocol.

    They name each column where the map becomes a list, and set apart the columns
    that are no domains: said here and not in thousands of cells, which keeps the map
    small. On paper the map takes one sheet, of the size that its rows need.
    """
    rules = [
        f'.te-map td:nth-child({number}) > :first-child::before{{content:"{name}"}}'
        for number, name in enumerate(
            (_css(catalogue.protocol.domains[d].short) for d in catalogue.domains), 2
        )
    ]
    groups = evidence_map.groups(catalogue)
    lines = sum(len(group.rows) + _LINES_OF_HEADING for group in groups)
    sheet = next((name for most, name in _SHEETS if lines <= most), _SHEETS[-1][1])
    first = map_cells.first_apart(catalogue)
    apart = (
        ""
        if first is None
        else ".te table.te-map tr>:not([colspan]):nth-child("
        f"{catalogue.domains.index(first) + 2})"
        "{border-left:3px double var(--te-line2)}\n"
    )
    return (
        apart
        + "@media (max-width:720px){\n"
        + "\n".join(rules)
        + f"\n}}\n@page map{{size:{sheet};margin:8mm}}\n"
    )


def map_data(catalogue: Catalogue) -> str:
    """Return what only the map's script needs: studies of cells, names of rows.

    Apart from the page, so that the page stays small where scripts are off.
    """
    said: dict[str, int] = {}
    cells: dict[str, dict[str, tuple[str, int, int]]] = {}
    for group in evidence_map.groups(catalogue):
        for row in group.rows:
            for domain, cell in zip(catalogue.domains, row.cells, strict=True):
                if cell.href is None:
                    continue
                number = said.setdefault(cell.said, len(said)) if cell.said else -1
                found = (cell.code, cell.year or 0, number)
                cells.setdefault(row.slug, {})[domain] = found
    names = evidence_map.names(catalogue)
    data = {"cells": cells, "said": list(said), "names": names}
    return f"window.mapData={json.dumps(data, separators=(',', ':'))};\n"


def _css(text: str) -> str:
    """Write text inside a CSS string; everything but letters and digits as a code."""
    return "".join(
        c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in plain(text)
    )
