"""A page: where it stands and its Markdown."""

from dataclasses import dataclass
from typing import Any

from curation.publish import addresses, markup, templates
from curation.publish.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Page:
    """Path of the source below the build folder, and its text."""

    path: str
    text: str


def compose(
    address: str,
    title: str,
    template: str,
    catalogue: Catalogue,
    *,
    searched: bool = True,
    boost: float | None = None,
    feed: str | None = None,
    **values: Any,
) -> Page:
    """Return a generated page: front matter, a heading, one raw HTML block.

    Parameters
    ----------
    address
        Of the built page.
    title
        As text; it is escaped for front matter and for Markdown apart.
    template
        File name in `site/templates/`.
    catalogue
        Templates read labels and the protocol's words from it.
    searched
        Whether the built-in search holds the page.
    boost
        How much the search prefers it.
    feed
        Where the page's own news stand, without the ending of a format.
    **values
        What the template shows.
    """
    keys: dict[str, Any] = {"hide": ["navigation", "toc"]}
    if not searched:
        keys["search"] = {"exclude": True}
    elif boost is not None:
        keys["search"] = {"boost": boost}
    if feed is not None:
        keys["feed"] = feed
    root = addresses.root(address)
    body = templates.render(
        template,
        root=root,
        catalogue=catalogue,
        library=catalogue.library,
        protocol=catalogue.protocol,
        words=catalogue.protocol.words,
        addresses=addresses,
        demonstration=catalogue.library.demonstration,
        feed=feed,
        **values,
    )
    head = markup.front_matter(title, **keys)
    text = f"{head}# {markup.markdown(title)}\n\n{body}"
    return Page(addresses.source(address), text)
