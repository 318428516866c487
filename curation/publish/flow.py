"""The flow of records after PRISMA 2020, as inline SVG with a title and a description.

Source: Page MJ and others, *The PRISMA 2020 statement*, BMJ 2021;372:n71, figure 1.
Duplicates cannot occur: a record is known by its PMID.
"""

from dataclasses import dataclass

from markupsafe import Markup, escape

from curation.publish.catalogue import Catalogue

_WIDTH, _LINE, _PAD, _GAP = 350, 18, 10, 26
_RIGHT = 410
_REASONS = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A step of the flow, and what leaves it there."""

    stage: str
    text: str
    number: int
    unit: str
    aside: tuple[tuple[str, int, str], ...] = ()
    """What leaves after this step: words, number, unit."""


def boxes(catalogue: Catalogue) -> tuple[Box, ...]:
    """Return the steps from top to bottom; nothing where the library holds no flow."""
    library, found = catalogue.library, catalogue.library.flow
    if found is None:
        return ()
    counted = {c for cell in library.cells.values() for c in cell.claims}
    claims = [library.claims[identifier] for identifier in sorted(counted)]
    reports = {claim.draft.pmid for claim in claims}
    read = found.records - found.unread
    with_claims = read - found.without_claim
    decided = with_claims - found.waiting
    reasons = sorted(found.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return (
        Box(
            "Identified",
            "held from PubMed",
            found.records,
            "records",
            (("not read by the extractor yet", found.unread, "records"),),
        ),
        Box(
            "Screened",
            "read by the extractor, title and abstract",
            read,
            "records",
            (("no claim proposed", found.without_claim, "records"),),
        ),
        Box(
            "Eligible",
            "with a proposed claim",
            with_claims,
            "records",
            (("none accepted, some wait for a curator", found.waiting, "records"),),
        ),
        Box(
            "Reviewed",
            "with every claim settled, or one accepted",
            decided,
            "records",
            (
                ("every claim rejected or withdrawn", found.excluded, "records"),
                *(
                    (f"rejected: {reason.replace('_', ' ')}", number, "claims")
                    for reason, number in reasons[:_REASONS]
                ),
            ),
        ),
        Box(
            "Included",
            "with an accepted claim",
            found.included,
            "records",
            (
                (
                    "accepted, but counted in no cell",
                    found.included - len(reports),
                    "records",
                ),
            ),
        ),
        Box(
            "Counted",
            f"in {_number(len(reports), 'records')}, in a cell of the map",
            len({claim.study for claim in claims}),
            "studies",
        ),
    )


def rows(found: tuple[Box, ...]) -> tuple[tuple[str, int], ...]:
    """Return the boxes as lines of a table."""
    lines = []
    for box in found:
        lines.append((f"{box.stage}: {box.unit} {box.text}", box.number))
        lines += [
            (f"Left out: {unit}, {text}", number) for text, number, unit in box.aside
        ]
    return tuple(lines)


def drawing(found: tuple[Box, ...]) -> Markup:
    """Return the boxes as SVG, one column, with what leaves at its right."""
    parts: list[Markup] = []
    top = 8
    for index, box in enumerate(found):
        lines = [f"{box.stage}: {_number(box.number, box.unit)}", box.text]
        height = 2 * _PAD + _LINE * len(lines)
        parts.append(_box(4, top, height, lines, "te-flow-in"))
        middle = top + height / 2
        bottom = top + height
        if box.aside:
            beside = [f"{_number(n, unit)}: {text}" for text, n, unit in box.aside]
            tall = 2 * _PAD + _LINE * len(beside)
            parts.append(_arrow(4 + _WIDTH, middle, _RIGHT, middle))
            parts.append(_box(_RIGHT, top, tall, beside, "te-flow-out"))
            bottom = max(bottom, top + tall)
        if index < len(found) - 1:
            x = 4 + _WIDTH / 2
            parts.append(_arrow(x, top + height, x, bottom + _GAP))
        top = bottom + _GAP
    title = "Flow of records from PubMed to the cells of the map"
    description = "; ".join(f"{text}: {number}" for text, number in rows(found))
    return Markup(
        '<svg class="te-flow" role="img" aria-labelledby="flow-title flow-desc" '
        'viewBox="0 0 {} {}" width="{}" xmlns="http://www.w3.org/2000/svg">'
        '<title id="flow-title">{}</title><desc id="flow-desc">{}.</desc>{}</svg>'
    ).format(
        _RIGHT + _WIDTH + 8,
        top,
        _RIGHT + _WIDTH + 8,
        title,
        description,
        Markup("").join(parts),
    )


def _box(x: float, y: float, height: float, lines: list[str], css: str) -> Markup:
    text = Markup("").join(
        Markup('<text x="{}" y="{}">{}</text>').format(
            x + _PAD, y + _PAD + 13 + _LINE * n, escape(line)
        )
        for n, line in enumerate(lines)
    )
    return Markup(
        '<g class="{}"><rect x="{}" y="{}" width="{}" height="{}" rx="3"/>{}</g>'
    ).format(css, x, y, _WIDTH, height, text)


def _arrow(x1: float, y1: float, x2: float, y2: float) -> Markup:
    head = f"M{x2} {y2}l-7 -4v8z" if y1 == y2 else f"M{x2} {y2}l-4 -7h8z"
    return Markup(
        '<path class="te-flow-line" d="M{} {}L{} {}"/>'
        '<path class="te-flow-head" d="{}"/>'
    ).format(x1, y1, x2, y2, head)


def _number(number: int, unit: str) -> str:
    """Return a number with its unit: "1 record", "2 studies"."""
    if number != 1:
        return f"{number} {unit}"
    return f"1 {unit[:-3] + 'y' if unit.endswith('ies') else unit[:-1]}"
