"""Pages of the methods that depend on the library: the flow, the extractor's scores."""

from collections.abc import Iterator

from curation.publish import addresses, flow
from curation.publish.catalogue import Catalogue
from curation.publish.page import Page, compose


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the flow of records."""
    boxes = flow.boxes(catalogue)
    yield compose(
        addresses.FLOW,
        "Flow of records",
        "flow.html.jinja",
        catalogue,
        plot=flow.drawing(boxes) if boxes else None,
        rows=flow.rows(boxes) if boxes else (),
    )
