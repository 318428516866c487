"""The effect-direction plot, as inline SVG with a title and a description.

Source: Boon MH, Thomson H, *The effect direction plot revisited*, Res Synth
Methods 2021;12:29-33. Place and shape give the direction that the authors report;
size is a band of n, shade the design, a ring the population; nothing is averaged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup, escape

from curation.publish import labels
from curation.publish.catalogue import Catalogue
from evidence.cells import Cell
from evidence.findings import Finding, Vote
from evidence.types import Role
from evidence.vocabulary import ComparatorClass
from evidence.wording import COMPARATOR_WORDS, counts, studies

MOST_ROWS = 120
"""Rows that a plot can still be read with; a larger cell is told by its table."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand, for a wide window or for a phone."""

    width: int
    number: int
    """Right edge of n."""
    population: int | None
    lanes: tuple[int, ...]
    within: int
    row: int
    scale: float
    css: str


WIDE = Layout(920, 212, 226, (370, 480, 590, 700), 850, 34, 1.0, "wide")
DENSE_FROM = 24
"""Findings from which rows stand closer, so that a plot can be taken in at once."""

NARROW = Layout(380, 132, None, (162, 211, 257, 300), 350, 30, 0.8, "narrow")

_SIDES = (Vote.AGAINST, Vote.NO_CLEAR_DIFFERENCE, Vote.MIXED, Vote.FAVOURS)
_MARKERS = (Vote.LOWERED, Vote.NO_CLEAR_DIFFERENCE, Vote.MIXED, Vote.RAISED)
_MODERATOR_HEADS = {
    Vote.AGAINST: ("poorer", "response"),
    Vote.NO_CLEAR_DIFFERENCE: ("no relation", "found"),
    Vote.FAVOURS: ("better", "response"),
}
_HEADS = {
    Vote.AGAINST: ("against",),
    Vote.NO_CLEAR_DIFFERENCE: ("no clear", "difference"),
    Vote.MIXED: ("mixed",),
    Vote.FAVOURS: ("favour",),
    Vote.LOWERED: ("lowered",),
    Vote.RAISED: ("raised",),
}


def plots(cell: Cell, name: str, catalogue: Catalogue, key: str) -> Markup:
    """Return a cell's plots, wide and narrow; empty where there is nothing to plot.

    Markers that are raised or lowered have no good side, so they get a plot of
    their own.

    Parameters
    ----------
    cell
        One treatment, domain and role.
    name
        What is plotted, in words.
    catalogue
        For the names of studies and populations.
    key
        Unique on the page; ids of titles start with it.
    """
    if not cell.findings or len(cell.findings) > MOST_ROWS:
        return Markup("")
    marked = [f for f in cell.findings if f.vote in (Vote.RAISED, Vote.LOWERED)]
    sided = [f for f in cell.findings if f not in marked]
    parts = []
    for found, votes, kind in ((sided, _SIDES, "s"), (marked, _MARKERS, "m")):
        if found:
            for layout in (WIDE, NARROW):
                if len(found) >= DENSE_FROM:
                    layout = replace(layout, row=24, scale=0.7 * layout.scale)
                ident = f"{key}-{kind}-{layout.css}"
                part = replace(cell, findings=tuple(found))
                parts.append(_plot(part, votes, name, catalogue, layout, ident))
    return Markup("\n").join(parts)


def describe(cell: Cell) -> str:
    """Return the plot in words, for those who do not see it."""
    found = cell.findings
    within = {f.study for f in found if not f.compared}
    text = f"{studies(len({f.study for f in found}))}, one row for each finding. "
    if cell.select():
        text += f"With a comparison: {counts(cell.tally(), cell.role)}. "
    if within:
        text += f"Without a comparison: {studies(len(within))}. "
    return text[0].upper() + text[1:] + "The table below holds the same claims."


def _plot(
    cell: Cell,
    votes: tuple[Vote, ...],
    name: str,
    catalogue: Catalogue,
    layout: Layout,
    ident: str,
) -> Markup:
    # Text is escaped as it is put in: Markup.format would take most of the time that
    # a site's pages need.
    body: list[str] = []
    top = 44
    for kind, group in groupby(
        cell.findings, key=lambda f: (f.band, f.comparator_class)
    ):
        band, comparator_class = kind
        title = COMPARATOR_WORDS[comparator_class]
        if comparator_class is ComparatorClass.WITHIN_GROUP:
            moderator = cell.role is Role.MODERATOR
            title = "treated patients only" if moderator else f"within-group, {title}"
        title = f"{title[0].upper()}{title[1:]}: {labels.BAND_WORDS[band]}"
        body.append(
            f'<text class="gh" x="0" y="{top + 18}">{escape(title)}</text>'
            f'<line class="gl" x1="0" x2="{layout.width}" y1="{top + 25}" '
            f'y2="{top + 25}"/>'
        )
        top += 32
        for finding in group:
            body.append(
                _row(
                    finding, votes, cell.role, catalogue, layout, top + layout.row // 2
                )
            )
            top += layout.row
        top += 10
    lanes = "".join(_lanes(votes, cell.role, layout, top - 10))
    i = escape(ident)
    return Markup(
        f'<svg class="{layout.css}" viewBox="0 0 {layout.width} {top}" role="img" '
        f'aria-labelledby="{i}-t {i}-d">'
        f'<title id="{i}-t">Effect-direction plot: {escape(name)}</title>'
        f'<desc id="{i}-d">{escape(describe(cell))}</desc>{lanes}{"".join(body)}</svg>'
    )


def _lanes(
    votes: tuple[Vote, ...], role: Role, layout: Layout, bottom: int
) -> Iterator[str]:
    yield (
        '<text class="lh" x="0" y="32">study</text>'
        f'<text class="lh" text-anchor="end" x="{layout.number}" y="32">n</text>'
    )
    if layout.population is not None:
        yield f'<text class="lh" x="{layout.population}" y="32">in</text>'
    moderator = role is Role.MODERATOR
    heads = _HEADS | _MODERATOR_HEADS if moderator else _HEADS
    columns = [
        *((x, heads[vote], "") for x, vote in zip(layout.lanes, votes, strict=True)),
        (
            layout.within,
            ("treated", "only") if moderator else ("from", "baseline"),
            " dash",
        ),
    ]
    for x, head, css in columns:
        yield f'<line class="lane{css}" x1="{x}" x2="{x}" y1="40" y2="{bottom}"/>'
        for offset, line in zip((32 - 14 * (len(head) - 1), 32), head, strict=False):
            yield (
                f'<text class="lh" text-anchor="middle" x="{x}" y="{offset}">'
                f"{escape(line)}</text>"
            )
    x = (layout.lanes[-1] + layout.within) // 2
    yield f'<line class="sep" x1="{x}" x2="{x}" y1="4" y2="{bottom}"/>'


def _row(
    finding: Finding,
    votes: tuple[Vote, ...],
    role: Role,
    catalogue: Catalogue,
    layout: Layout,
    y: int,
) -> str:
    protocol = catalogue.protocol
    population = protocol.populations.get(finding.population)
    rung = population.short if population else finding.population
    label = catalogue.study_label(finding.study)
    said = labels.one_study(role) if finding.compared else labels.uncompared(role)
    words = said[finding.vote]
    against = ", ".join(protocol.label(c) for c in finding.comparators)
    size = f"n = {finding.n}" if finding.n is not None else "n not stated"
    told = "; ".join(
        p
        for p in (
            f"{label}: {words}",
            labels.design(finding.design),
            size,
            rung,
            f"against {against}" if against and finding.compared else "",
        )
        if p
    )
    longest = 24 if layout.population is not None else 16
    among = ""
    if layout.population is not None:
        among = (
            f'<text class="po" x="{layout.population}" y="{y + 5}">'
            f"{escape(_cut(rung, 18))}</text>"
        )
    x = layout.lanes[votes.index(finding.vote)] if finding.compared else layout.within
    return (
        f"<g><title>{escape(told)}</title>"
        f'<text class="nm" x="0" y="{y + 5}">{escape(_cut(label, longest))}</text>'
        f'<text class="nn" text-anchor="end" x="{layout.number}" y="{y + 5}">'
        f"{'–' if finding.n is None else finding.n}</text>"
        f"{among}{_mark(finding, x, y, layout.scale)}</g>"
    )


def _mark(finding: Finding, x: int, y: int, scale: float) -> str:
    """Draw one finding: shape by vote, size by n, shade by design, ring by target."""
    n = finding.n
    radius = scale * (7 if n is None or n < 50 else 9.5 if n <= 100 else 12.5)
    css = "m-" + (labels.VOTE_CLASS[finding.vote] if finding.compared else "w")
    css += " des-r" if finding.randomised else " des-o"
    ring = ""
    if finding.target:
        outer = radius + 4.5 * scale
        ring = f'<circle class="ring" cx="{x}" cy="{y}" r="{outer:.1f}"/>'
    r = radius
    outline = {
        Vote.FAVOURS: ((0, -r), (r, 0.8 * r), (-r, 0.8 * r)),
        Vote.AGAINST: ((0, r), (r, -0.8 * r), (-r, -0.8 * r)),
        Vote.MIXED: ((0, -r), (r, 0), (0, r), (-r, 0)),
        Vote.RAISED: ((0, -r), (0.6 * r, r), (-0.6 * r, r)),
        Vote.LOWERED: ((0, r), (0.6 * r, -r), (-0.6 * r, -r)),
    }.get(finding.vote)
    if outline is None:
        return f'{ring}<circle class="{css}" cx="{x}" cy="{y}" r="{0.75 * r:.1f}"/>'
    path = "L".join(f"{x + dx:.1f} {y + dy:.1f}" for dx, dy in outline)
    return f'{ring}<path class="{css}" d="M{path}Z"/>'


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
