"""Pages of treatments and of domains: one row, or one column, told in full."""

from collections.abc import Iterator
from dataclasses import dataclass

from curation.publish import addresses, assertions, evidence_map, labels, map_cells
from curation.publish.catalogue import Catalogue
from curation.publish.page import Page, compose
from evidence.cells import Emptiness
from evidence.rechecking import as_checked
from evidence.wording import EMPTINESS_WORDS, sentence, within_group


@dataclass(frozen=True, slots=True)
class Line:
    """One cell as a line of a treatment's or a domain's table."""

    label: str
    href: str | None
    cell: map_cells.MapCell
    text: str
    within: str | None
    said: str
    apart: bool


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the two lists, then a page for each treatment and each domain."""
    protocol = catalogue.protocol
    groups = evidence_map.groups(catalogue)
    yield compose(
        addresses.TREATMENTS,
        "Treatments",
        "treatments.html.jinja",
        catalogue,
        groups=groups,
        kinds={s: labels.KIND_WORDS[t.kind] for s, t in protocol.treatments.items()},
    )
    rows = {row.slug: row for group in groups for row in group.everyone}
    yield compose(
        addresses.DOMAINS,
        "Domains",
        "domains.html.jinja",
        catalogue,
        rows=[
            (
                protocol.domains[d],
                [protocol.systems[s].label for s in protocol.domains[d].systems],
                sum(
                    bool(r.cells[i].studies or r.cells[i].within) for r in rows.values()
                ),
                sum(bool(r.cells[i].mark) for r in rows.values()),
            )
            for i, d in enumerate(catalogue.domains)
        ],
    )
    for slug in protocol.treatments:
        yield treatment(slug, rows[slug], catalogue)
    for index, slug in enumerate(catalogue.domains):
        yield domain(slug, index, groups, catalogue)


def treatment(slug: str, row: evidence_map.MapRow, catalogue: Catalogue) -> Page:
    """Return a treatment's page: names, regulatory strip, its cells, assertions."""
    protocol = catalogue.protocol
    found = protocol.treatments[slug]
    lines = [
        line(slug, d, protocol.label(d), cell, catalogue)
        for d, cell in zip(catalogue.domains, row.cells, strict=True)
    ]
    return compose(
        addresses.treatment(slug),
        found.label,
        "treatment.html.jinja",
        catalogue,
        feed=addresses.feed("treatments", slug)
        if slug in catalogue.slugs_with_news
        else None,
        boost=2,
        treatment=found,
        kind=labels.KIND_WORDS[found.kind],
        group=protocol.groups[found.group].label,
        classes=[(s, protocol.label(s)) for s in protocol.ancestors(slug)],
        members=[
            (s, protocol.label(s))
            for s in protocol.treatments
            if s in protocol.members(slug)
        ],
        components=[(s, protocol.label(s)) for s in found.components],
        facts=as_checked(
            [f for f in protocol.facts if f.treatment == slug],
            catalogue.library.fact_checks,
        ),
        lines=[item for item in lines if item.href],
        empty=_empties([item for item in lines if not item.href]),
        asserted=[
            (a, protocol.label(a.row.domain))
            for d in catalogue.domains
            for a in assertions.asserted_of(slug, d, catalogue)
        ],
    )


def domain(
    slug: str,
    index: int,
    groups: tuple[evidence_map.MapGroup, ...],
    catalogue: Catalogue,
) -> Page:
    """Return a domain's page: what it is, and every treatment studied in it."""
    protocol = catalogue.protocol
    found = protocol.domains[slug]
    shown, nothing = [], []
    for group in groups:
        rows = [(r, r.cells[index]) for r in group.everyone]
        lines = [
            line(r.slug, slug, r.label, cell, catalogue)
            for r, cell in rows
            if cell.href
        ]
        if lines:
            shown.append((group.label, lines))
        nothing += [
            line(r.slug, slug, r.label, cell, catalogue)
            for r, cell in rows
            if not cell.href
        ]
    return compose(
        addresses.domain(slug),
        found.label,
        "domain.html.jinja",
        catalogue,
        feed=addresses.feed("domains", slug)
        if slug in catalogue.slugs_with_news
        else None,
        boost=2,
        domain=found,
        systems=[protocol.systems[s].label for s in found.systems],
        measures=[o for o in protocol.outcomes.values() if o.domain == slug],
        groups=shown,
        empty=_empties(nothing),
    )


def line(
    treatment: str,
    domain: str,
    label: str,
    cell: map_cells.MapCell,
    catalogue: Catalogue,
) -> Line:
    """Return one cell as a line: its sentence in words, beside the review's."""
    main = catalogue.main_role(domain)
    own = catalogue.library.cell(treatment, domain, main)
    emptiness = catalogue.emptiness(own)
    if emptiness is None:
        text = sentence(own.tally(), catalogue.protocol.words)
    elif cell.empty is None:
        # Something stands at the pair, but it answers another question.
        text = "No reviewed study of this question."
    else:
        text = EMPTINESS_WORDS[emptiness]
    return Line(
        label=label,
        href=cell.href,
        cell=cell,
        text=text[:1].upper() + text[1:],
        within=within_group(own),
        said=cell.said,
        apart=cell.apart,
    )


def _empties(lines: list[Line]) -> list[tuple[str, str, list[str]]]:
    """Group the pairs without a page by the kind of empty that they are."""
    found: dict[Emptiness, list[str]] = {}
    by_class = {css: kind for kind, css in map_cells.EMPTY_CLASS.items()}
    for item in lines:
        if item.cell.empty_class is not None:
            found.setdefault(by_class[item.cell.empty_class], []).append(item.label)
    return [
        (map_cells.EMPTY_CLASS[kind], EMPTINESS_WORDS[kind], names)
        for kind, names in found.items()
    ]
