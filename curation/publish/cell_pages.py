"""The page of a treatment in a domain: every role a section of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from curation.publish import (
    addresses,
    assertions,
    charts,
    labels,
    map_cells,
    names,
    tables,
)
from curation.publish.catalogue import Catalogue
from curation.publish.page import Page, compose
from curation.publish.statements import Stated, stated
from evidence.cells import Cell
from evidence.decisions import Status
from evidence.types import Role, TimeBand
from evidence.vocabulary import DomainKind
from evidence.wording import CERTAINTY, EMPTINESS_WORDS, designs, sentence, within_group

MOST_ROWS = 300
"""Claims that one table of a page shows; the downloads hold all of them."""

OPEN_ROWS = {"compared": 12, "others": 5}
"""Claims up to which a table of a page stands open; longer ones are folded."""

MOST_CHANGES = 6
"""Decisions that a page names as its latest."""

MOST_WAITING = 60
"""Unreviewed claims that a section lists."""


@dataclass(frozen=True, slots=True)
class Section:
    """One role of a cell."""

    role: Role
    id: str
    title: str
    note: str
    cell: Cell
    empty: str | None
    sentence: str | None
    classes: tuple[tables.ClassRow, ...]
    within_rows: tuple[tuple[str, str, int, int], ...]
    bands: tuple[tuple[str, str], ...]
    plot: Markup
    compared: tuple[tables.ClaimRow, ...]
    uncompared: tuple[tables.ClaimRow, ...]
    reviews: tuple[tables.ClaimRow, ...]
    differing: tuple[tables.ClaimRow, ...]
    agreeing: tuple[tables.ClaimRow, ...]
    listed: tuple[tables.ClaimRow, ...]
    waiting: tuple[tables.ClaimRow, ...]
    waiting_number: int
    left_out: int
    sensitivity: tuple[tables.SensitivityLine, ...]
    stated: Stated | None


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence of a cell, of its target population first."""

    eye: str
    text: str
    beside: tuple[str, ...]


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield a page for every pair that is asserted or touched by a claim."""
    protocol = catalogue.protocol
    order = {slug: i for i, slug in enumerate(protocol.treatments)}
    columns = {slug: i for i, slug in enumerate(catalogue.domains)}
    for treatment, domain in sorted(
        catalogue.pairs, key=lambda pair: (order[pair[0]], columns[pair[1]])
    ):
        yield page(treatment, domain, catalogue)


def page(treatment: str, domain: str, catalogue: Catalogue) -> Page:
    """Return the page of one treatment in one domain."""
    protocol = catalogue.protocol
    labelled = protocol.label(treatment), protocol.label(domain)
    main = catalogue.main_role(domain)
    present = catalogue.cells(treatment, domain)
    asserted = assertions.asserted_of(treatment, domain, catalogue)
    roles = [main]
    if protocol.domains[domain].kind is DomainKind.DOMAIN:
        roles.append(Role.SUBGROUP)
    wanted = {*roles, *present, *(a.row.role for a in asserted)}
    sections = tuple(
        section(treatment, domain, role, catalogue)
        for role in sorted(wanted, key=lambda r: (r is not main, list(Role).index(r)))
    )
    whole = map_cells.merged(present, treatment, domain, main)
    return compose(
        addresses.cell(treatment, domain),
        f"{labelled[0]} × {labelled[1]}",
        "cell.html.jinja",
        catalogue,
        feed=addresses.feed("cells", f"{treatment}--{domain}")
        if (treatment, domain) in catalogue.pairs_with_news
        else None,
        files=addresses.cell_files(treatment, domain)
        if (treatment, domain) in catalogue.pairs_with_accepted
        else None,
        treatment=treatment,
        domain=domain,
        treatment_label=labelled[0],
        domain_label=labelled[1],
        headline=headline(treatment, domain, main, catalogue),
        own=catalogue.library.cell(treatment, domain, main),
        whole=whole,
        facts=facts(catalogue.library.cell(treatment, domain, main)),
        sections=sections,
        most=OPEN_ROWS,
        asserted=assertions.by_sentence(asserted),
        members=len(protocol.members(treatment)),
        names=names.of_cell(treatment, domain, catalogue),
        safety=safety_address(treatment, domain, catalogue),
        last_decision=whole.last_decision,
        undecided=_undecided(treatment, domain, catalogue),
        changes=changes(treatment, domain, catalogue),
    )


def headline(treatment: str, domain: str, main: Role, catalogue: Catalogue) -> Headline:
    """Return the cell's sentence: the review's own population, then the others."""
    words = catalogue.protocol.words
    cell = catalogue.library.cell(treatment, domain, main)
    eye = (
        f"What reviewed studies found: {labels.ROLE_TITLES[main].lower()}, "
        f"{words.target}, acute phase"
    )
    emptiness = catalogue.emptiness(cell)
    if emptiness is not None:
        return Headline(eye, EMPTINESS_WORDS[emptiness], ())
    beside = []
    others = cell.select(target=False)
    if others:
        tally = cell.tally(target=False)
        rungs = tables.rung_counts(others, catalogue)
        beside.append(
            f"Beside it, other populations ({rungs}): {sentence(tally, words)}"
        )
    if within := within_group(cell):
        beside.append(within)
    for band, text in tables.bands(cell, catalogue):
        beside.append(f"{band}: {text}")
    target = cell.tally(target=True)
    if target.studies:
        text = sentence(target, words)
    elif cell.findings:
        text = f"No compared study in {words.target}; {CERTAINTY}."
    elif cell.reviews:
        text = "No primary study stands here; reviews and pooled analyses stand apart."
    else:
        text = "Accepted statements are listed below; none states a direction to count."
    return Headline(eye, text, tuple(beside))


def facts(cell: Cell) -> tuple[tuple[str, str, str, str], ...]:
    """Return the short facts under the sentence: name, value, remark, where it is."""
    acute = cell.select()
    within = {f.study for f in cell.findings if not f.compared}
    rows = []
    if cell.participants:
        stating = {f.study for f in cell.findings if f.n is not None}
        number = f"{cell.participants:,}".replace(",", "\u202f")
        noun = "study that states n" if len(stating) == 1 else "studies that state n"
        rows.append(("Participants", number, f"in {len(stating)} {noun}", ""))
    if acute:
        rows.append(("Designs compared", designs(acute), "", ""))
    if within:
        rows.append(("Without a comparison", str(len(within)), "not in the counts", ""))
    if cell.newest_year:
        rows.append(("Newest", str(cell.newest_year), "", ""))
    if cell.findings:
        conflict = cell.tally().conflict
        rows.append(
            (
                "Disagreement",
                "≠" if conflict else "none",
                "see both" if conflict else "",
                f"#{cell.role.value}-studies" if conflict else "",
            )
        )
    if cell.unreviewed:
        rows.append(("Unreviewed", f"+{cell.unreviewed}", "not counted", ""))
    return tuple(rows)


def section(treatment: str, domain: str, role: Role, catalogue: Catalogue) -> Section:
    """Return one role of a cell, ready for its template."""
    library, words = catalogue.library, catalogue.protocol.words
    cell = library.cell(treatment, domain, role)
    emptiness = catalogue.emptiness(cell)
    compared = [c for f in cell.findings if f.compared for c in f.claims]
    uncompared = [c for f in cell.findings if not f.compared for c in f.claims]
    every = (*cell.findings, *cell.reviews)
    waiting = catalogue.waiting((treatment, domain, role))

    def rows(ids: list[str]) -> tuple[tables.ClaimRow, ...]:
        chosen = library.claims_of(list(dict.fromkeys(ids))[:MOST_ROWS])
        return tuple(tables.claim_rows(chosen, treatment, catalogue))

    label = catalogue.protocol.label
    title = labels.ROLE_TITLES[role]
    return Section(
        role=role,
        id=role.value,
        title=title,
        note=labels.ROLE_NOTES[role],
        cell=cell,
        empty=EMPTINESS_WORDS[emptiness] if emptiness else None,
        sentence=sentence(cell.tally(), words, role) if cell.select() else None,
        classes=tables.class_rows(cell, catalogue),
        within_rows=tables.within_rows(cell),
        bands=tables.bands(cell, catalogue),
        plot=charts.plots(
            cell,
            f"{label(treatment)}, {title.lower()}, {label(domain)}",
            catalogue,
            role.value,
        ),
        compared=rows(compared),
        uncompared=rows(uncompared),
        reviews=rows([c for f in cell.reviews for c in f.claims]),
        differing=rows([c for f in every for c in f.differing]),
        agreeing=rows([c for f in every for c in f.also]),
        listed=rows(list(cell.listed)),
        waiting=tuple(tables.claim_rows(waiting[:MOST_WAITING], treatment, catalogue)),
        waiting_number=len(waiting),
        left_out=sum(max(0, len(set(i)) - MOST_ROWS) for i in (compared, uncompared)),
        sensitivity=tables.sensitivity(cell, catalogue),
        stated=stated((treatment, domain, role), catalogue),
    )


def safety_address(
    treatment: str, domain: str, catalogue: Catalogue
) -> tuple[str, str] | None:
    """Return where the treatment's harms stand, and their sentence; None on it."""
    protocol = catalogue.protocol
    for slug in protocol.domains_of(DomainKind.SAFETY):
        if slug == domain or (treatment, slug) not in catalogue.pairs:
            continue
        cell = catalogue.library.cell(treatment, slug, Role.OUTCOME)
        emptiness = catalogue.emptiness(cell)
        text = (
            EMPTINESS_WORDS[emptiness]
            if emptiness
            else sentence(cell.tally(band=TimeBand.ACUTE), protocol.words)
        )
        return addresses.cell(treatment, slug), text
    return None


def changes(
    treatment: str, domain: str, catalogue: Catalogue
) -> tuple[tuple[str, str, str, str], ...]:
    """Return the newest decisions in a cell: day, study, address, what was decided."""
    decided = [
        (claim.decided_at, claim.id, claim)
        for role in Role
        for claim in catalogue.claims_by_cell.get((treatment, domain, role), ())
        if claim.decided_at is not None
    ]
    decided.sort(key=lambda entry: entry[:2], reverse=True)
    return tuple(
        (
            at.date().isoformat(),
            catalogue.study_label(claim.study),
            addresses.claim(claim),
            labels.STATUS_WORDS[claim.status],
        )
        for at, _, claim in decided[:MOST_CHANGES]
    )


def _undecided(treatment: str, domain: str, catalogue: Catalogue) -> dict[str, int]:
    """Return how many claims stand in each status that no line of its own tells."""
    told = (Status.PROPOSED, Status.REJECTED, Status.WITHDRAWN)
    numbers: dict[str, int] = {}
    for role in Role:
        for claim in catalogue.claims_by_cell.get((treatment, domain, role), ()):
            if not claim.status.counts and claim.status not in told:
                words = labels.STATUS_WORDS[claim.status]
                numbers[words] = numbers.get(words, 0) + 1
    return dict(sorted(numbers.items()))
