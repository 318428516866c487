"""Every page of the site, from a library. Pure: equal libraries, equal pages."""

from collections.abc import Iterator

from curation.publish import (
    addresses,
    cell_pages,
    evidence_map,
    method_pages,
    permanence,
    releases,
    review_pages,
    study_pages,
    templates,
    treatment_pages,
)
from curation.publish.catalogue import Catalogue
from curation.publish.downloads import DICTIONARY, FILES
from curation.publish.page import Page, compose


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield every generated page, the map first, then the pages of words."""
    yield home(catalogue)
    yield systems(catalogue)
    yield from treatment_pages.pages(catalogue)
    yield from cell_pages.pages(catalogue)
    yield from study_pages.pages(catalogue)
    yield from review_pages.pages(catalogue)
    yield study_pages.news(catalogue)
    yield from releases.pages(catalogue)
    yield from permanence.claims(catalogue)
    yield from method_pages.pages(catalogue)
    yield compose(
        addresses.DOWNLOADS,
        "Downloads",
        "downloads.html.jinja",
        catalogue,
        files=FILES,
        dictionary=DICTIONARY,
    )
    for path, source in templates.words():
        yield Page(path, templates.fill(source, catalogue))


def home(catalogue: Catalogue) -> Page:
    """Return the evidence map."""
    protocol = catalogue.protocol
    groups = evidence_map.groups(catalogue)
    return compose(
        addresses.MAP,
        "What was studied, in which domain, and what was found",
        "map.html.jinja",
        catalogue,
        searched=False,
        groups=groups,
        domains=[protocol.domains[d] for d in catalogue.domains],
        counts=catalogue.counts(),
        asserted=len(catalogue.assertions),
    )


def systems(catalogue: Catalogue) -> Page:
    """Return the map along the review's other axis, the biological systems."""
    protocol = catalogue.protocol
    found = []
    for system in protocol.systems.values():
        domains = [
            d for d in catalogue.domains if system.id in protocol.domains[d].systems
        ]
        rows = []
        for slug, treatment in protocol.treatments.items():
            if any((slug, d) in catalogue.pairs for d in domains):
                row = evidence_map.map_row(slug, domains, catalogue)
                rows.append((treatment.label, row.href, row.cells))
        found.append((system, [protocol.domains[d] for d in domains], rows))
    return compose(
        addresses.SYSTEMS,
        "By biological system",
        "systems.html.jinja",
        catalogue,
        searched=False,
        systems=[entry for entry in found if entry[1]],
    )
