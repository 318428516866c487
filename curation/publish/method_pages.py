"""Pages of the methods that depend on the library: the flow, the extractor's scores."""

from collections.abc import Iterator

from curation.publish import addresses, flow, scores
from curation.publish.catalogue import Catalogue
from curation.publish.page import Page, compose


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the flow of records and the extractor's scores."""
    boxes = flow.boxes(catalogue)
    yield compose(
        addresses.FLOW,
        "Flow of records",
        "flow.html.jinja",
        catalogue,
        plot=flow.drawing(boxes) if boxes else None,
        rows=flow.rows(boxes) if boxes else (),
    )
    found = scores.kept(catalogue.protocol)
    yield compose(
        addresses.SCORES,
        "How well the extractor does",
        "scores.html.jinja",
        catalogue,
        scores=found,
        card=catalogue.library.scorecard,
        agreement=catalogue.library.agreement,
        parts=(
            ("Treatments", found.treatment),
            ("Domains", found.domain),
            ("Treatment, domain and role", found.cell),
            ("The same with the direction", found.finding),
        )
        if found
        else (),
    )
