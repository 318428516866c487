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
    body: list[Markup] = []
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
            Markup(
                '<text class="gh" x="0" y="{}">{}</text>'
                '<line class="gl" x1="0" x2="{}" y1="{}" y2="{}"/>'
            ).format(top + 18, title, layout.width, top + 25, top + 25)
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
    return Markup(
        '<svg class="{css}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{i}-t '
        '{i}-d"><title id="{i}-t">Effect-direction plot: {name}</title>'
        '<desc id="{i}-d">{desc}</desc>{lanes}{body}</svg>'
    ).format(
        css=layout.css,
        w=layout.width,
        h=top,
        i=ident,
        name=name,
        desc=describe(cell),
        lanes=Markup("").join(_lanes(votes, cell.role, layout, top - 10)),
        body=Markup("").join(body),
    )


def _lanes(
    votes: tuple[Vote, ...], role: Role, layout: Layout, bottom: int
) -> Iterator[Markup]:
    yield Markup(
        '<text class="lh" x="0" y="32">study</text>'
        '<text class="lh" text-anchor="end" x="{}" y="32">n</text>'
    ).format(layout.number)
    if layout.population is not None:
        yield Markup('<text class="lh" x="{}" y="32">in</text>').format(
            layout.population
        )
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
        yield Markup('<line class="lane{}" x1="{}" x2="{}" y1="40" y2="{}"/>').format(
            css, x, x, bottom
        )
        for offset, line in zip((32 - 14 * (len(head) - 1), 32), head, strict=False):
            yield Markup(
                '<text class="lh" text-anchor="middle" x="{}" y="{}">{}</text>'
            ).format(x, offset, line)
    x = (layout.lanes[-1] + layout.within) // 2
    yield Markup('<line class="sep" x1="{}" x2="{}" y1="4" y2="{}"/>').format(
        x, x, bottom
    )


def _row(
    finding: Finding,
    votes: tuple[Vote, ...],
    role: Role,
    catalogue: Catalogue,
    layout: Layout,
    y: int,
) -> Markup:
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
    parts = [
        Markup("<title>{}</title>").format(told),
        Markup('<text class="nm" x="0" y="{}">{}</text>').format(
            y + 5, _cut(label, longest)
        ),
        Markup('<text class="nn" text-anchor="end" x="{}" y="{}">{}</text>').format(
            layout.number, y + 5, "–" if finding.n is None else finding.n
        ),
    ]
    if layout.population is not None:
        parts.append(
            Markup('<text class="po" x="{}" y="{}">{}</text>').format(
                layout.population, y + 5, _cut(rung, 18)
            )
        )
    x = layout.lanes[votes.index(finding.vote)] if finding.compared else layout.within
    parts.append(_mark(finding, x, y, layout.scale))
    return Markup("<g>{}</g>").format(Markup("").join(parts))


def _mark(finding: Finding, x: int, y: int, scale: float) -> Markup:
    """Draw one finding: shape by vote, size by n, shade by design, ring by target."""
    n = finding.n
    radius = scale * (7 if n is None or n < 50 else 9.5 if n <= 100 else 12.5)
    css = "m-" + (labels.VOTE_CLASS[finding.vote] if finding.compared else "w")
    css += " des-r" if finding.randomised else " des-o"
    ring = ""
    if finding.target:
        ring = Markup('<circle class="ring" cx="{}" cy="{}" r="{:.1f}"/>').format(
            x, y, radius + 4.5 * scale
        )
    r = radius
    outline = {
        Vote.FAVOURS: ((0, -r), (r, 0.8 * r), (-r, 0.8 * r)),
        Vote.AGAINST: ((0, r), (r, -0.8 * r), (-r, -0.8 * r)),
        Vote.MIXED: ((0, -r), (r, 0), (0, r), (-r, 0)),
        Vote.RAISED: ((0, -r), (0.6 * r, r), (-0.6 * r, r)),
        Vote.LOWERED: ((0, r), (0.6 * r, -r), (-0.6 * r, -r)),
    }.get(finding.vote)
    if outline is None:
        shape = Markup('<circle class="{}" cx="{}" cy="{}" r="{:.1f}"/>').format(
            css, x, y, 0.75 * r
        )
    else:
        path = "L".join(f"{x + dx:.1f} {y + dy:.1f}" for dx, dy in outline)
        shape = Markup('<path class="{}" d="M{}Z"/>').format(css, path)
    return escape(ring) + shape


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
