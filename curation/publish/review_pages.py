"""Pages about the review: its assertions, its references, where the studies part."""

from collections.abc import Iterator
from dataclasses import dataclass

from curation.publish import addresses, assertions, labels, map_cells
from curation.publish.catalogue import Catalogue
from curation.publish.page import Page, compose
from evidence.comparison import Outcome
from evidence.library import ReferenceStanding, ReferenceState
from evidence.review import Reference
from evidence.wording import sentence


@dataclass(frozen=True, slots=True)
class PrintedReference:
    """A line of the review's list, and what became of it."""

    row: Reference
    authors: str
    printed: str
    state: ReferenceState
    standing: str
    studies: tuple[tuple[str, str], ...]
    """Studies here that the resolved record reports: label and address."""
    asserted_at: tuple[tuple[str, str, str], ...]
    """Cells whose assertion prints it: label, address, what a curator says of it."""
    places: tuple[tuple[str, str, bool], ...]
    """Section of the review, mark, and whether the mark is ambiguous."""


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the review's page, its references, and where the studies part."""
    yield review(catalogue)
    yield references(catalogue)
    yield searches(catalogue)
    yield parted(catalogue)


def review(catalogue: Catalogue) -> Page:
    """Return what the review asserts, tested or not; it is never scored."""
    protocol = catalogue.protocol
    by_treatment: dict[str, list[tuple[assertions.Asserted, str, str]]] = {}
    for slug in protocol.treatments:
        for d in catalogue.domains:
            for found in assertions.asserted_of(slug, d, catalogue):
                by_treatment.setdefault(slug, []).append(
                    (found, protocol.label(d), addresses.cell(slug, d))
                )
    rows = [a for found in by_treatment.values() for a, _, _ in found]
    return compose(
        addresses.REVIEW,
        "The review and what it asserts",
        "review.html.jinja",
        catalogue,
        review=protocol.review,
        treatments=[
            (slug, protocol.label(slug), found) for slug, found in by_treatment.items()
        ],
        number=len(rows),
        pairs=len(catalogue.assertions),
        uncited=sum(not a.row.uses for a in rows),
        matching=sum(a.row.matching for a in rows),
        stances=[
            ("R" + mark, labels.STANCE_WORDS[s], sum(a.row.stance is s for a in rows))
            for s, mark in labels.STANCE_MARKS.items()
        ],
    )


def searches(catalogue: Catalogue) -> Page:
    """Return every search in full, as it was sent, with its date and count."""
    done = {one.search: one for one in catalogue.library.searches}
    protocol = catalogue.protocol
    rows = [
        (
            search.label,
            ", ".join(protocol.groups[group].label for group in search.groups),
            done.get(search.id),
        )
        for search in protocol.searches.values()
    ]
    return compose(
        addresses.SEARCHES,
        "Searches in full",
        "searches.html.jinja",
        catalogue,
        rows=rows,
        since=protocol.since.isoformat(),
    )


def references(catalogue: Catalogue) -> Page:
    """Return the review's reference list, each line with its state."""
    rows = [reference(row, catalogue) for row in catalogue.protocol.references.values()]
    states = {
        labels.STANDING_WORDS[s]: sum(r.state.state is s for r in rows)
        for s in ReferenceStanding
    }
    return compose(
        addresses.REFERENCES,
        "References of the review",
        "references.html.jinja",
        catalogue,
        rows=rows,
        states={words: n for words, n in states.items() if n},
    )


def reference(row: Reference, catalogue: Catalogue) -> PrintedReference:
    """Return one printed reference with its state and its uses."""
    protocol = catalogue.protocol
    state = catalogue.library.references.get(row.number) or ReferenceState(
        number=row.number, state=ReferenceStanding.UNRESOLVED
    )
    names = row.collective or ", ".join(row.authors) or "No author printed"
    if row.et_al:
        names += ", et al."
    volume = (row.volume or "") + (f"({row.issue})" if row.issue else "")
    place = ":".join(p for p in (volume, row.pages or row.article_number) if p)
    year = str(row.year) if row.year else ""
    printed = ". ".join(
        p for p in (row.journal or "", "; ".join(q for q in (year, place) if q)) if p
    )
    studies = catalogue.studies_by_pmid.get(state.pmid or 0, ())
    uses = [
        a
        for a in protocol.assertions.values()
        if any(row.number in u.numbers and not u.ambiguous for u in a.uses)
    ]
    return PrintedReference(
        row=row,
        authors=names,
        printed=printed,
        state=state,
        standing=labels.STANDING_WORDS[state.state],
        studies=tuple((catalogue.study_label(s), addresses.study(s)) for s in studies),
        asserted_at=tuple(
            (
                f"{protocol.label(a.treatment)} × {protocol.label(a.domain)}",
                addresses.cell(a.treatment, a.domain),
                assertions.fidelity(a.id, row.number, catalogue),
            )
            for a in uses
        ),
        places=tuple(
            (use.section, assertions.marker(use.marker), use.ambiguous)
            for use in row.uses
        ),
    )


def parted(catalogue: Catalogue) -> Page:
    """Return where the review and the studies part, and what it leaves unsaid."""
    protocol = catalogue.protocol
    groups: dict[Outcome, list[tuple[str, str, assertions.Asserted]]] = {
        outcome: [] for outcome in labels.OUTCOME_TITLES
    }
    for (t, d), rows in catalogue.assertions.items():
        for row in rows:
            found = assertions.asserted(row, catalogue)
            name = f"{protocol.label(t)} × {protocol.label(d)}"
            groups[found.comparison.outcome].append((name, addresses.cell(t, d), found))
    unsaid = []
    for slug in protocol.treatments:
        for d in catalogue.domains:
            if (slug, d) in catalogue.assertions or (slug, d) not in catalogue.pairs:
                continue
            cell = map_cells.map_cell(slug, d, catalogue)
            if cell.studies:
                own = catalogue.library.cell(slug, d, catalogue.main_role(d))
                unsaid.append(
                    (
                        f"{protocol.label(slug)} × {protocol.label(d)}",
                        addresses.cell(slug, d),
                        sentence(own.tally(), protocol.words),
                    )
                )
    return compose(
        addresses.PARTED,
        "Where the review and the studies part",
        "parted.html.jinja",
        catalogue,
        groups=[
            (outcome.value, labels.OUTCOME_TITLES[outcome], rows)
            for outcome, rows in groups.items()
        ],
        unsaid=unsaid,
    )
