"""The words and templates of `site/`, wherever this package is installed."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from curation.errors import PublishError
from curation.publish import markup
from curation.publish.catalogue import Catalogue

NOT_WORDS = ("templates", "theme", "assets")
"""Folders of `site/` that hold no pages."""


@lru_cache(maxsize=1)
def sources() -> Path:
    """Return the folder that holds `site/` and `mkdocs.yml`.

    In an installed wheel they lie inside this package; in a checkout, at its top.

    Raises
    ------
    PublishError
        Where neither holds them: the installation is broken.
    """
    here = Path(__file__).resolve().parent
    for folder in (here, here.parents[1]):
        if (folder / "site").is_dir() and (folder / "mkdocs.yml").is_file():
            return folder
    raise PublishError(
        f"neither {here} nor {here.parents[1]} holds site/ and mkdocs.yml; "
        "install trd-evidence again"
    )


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates of pages: raw HTML, everything escaped."""
    return Environment(
        loader=FileSystemLoader(sources() / "site" / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=markup.shown,
        auto_reload=False,
    )


def render(name: str, **values: Any) -> str:
    """Return a template as one raw HTML block that Markdown leaves alone.

    Blank lines are dropped, so that the block ends where its element does.
    """
    text = environment().get_template(name).render(**values)
    lines = (line.strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


def words() -> Iterator[tuple[str, str]]:
    """Yield the pages of words: path below the site, and Markdown source."""
    folder = sources() / "site"
    for path in sorted(folder.rglob("*.md")):
        relative = path.relative_to(folder)
        if relative.parts[0] not in NOT_WORDS:
            yield relative.as_posix(), path.read_text(encoding="utf-8")


def assets() -> Iterator[tuple[str, bytes]]:
    """Yield style sheets and scripts: path below the site, and bytes."""
    folder = sources() / "site"
    for path in sorted((folder / "assets").rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def fill(source: str, catalogue: Catalogue) -> str:
    """Return a page of words with the protocol's own words put in.

    Values are escaped for Markdown, so that a title with an asterisk stays one.
    """
    protocol, review = catalogue.protocol, catalogue.protocol.review
    text = markup.markdown
    values: dict[str, Any] = {
        "name": text(protocol.name),
        "condition": text(protocol.words.condition),
        "target": text(protocol.words.target),
        "reference_population": text(protocol.words.reference_population),
        "standing": [text(line) for line in protocol.words.standing],
        "protocol": text(f"{protocol.id}, version {protocol.version}"),
        "protocol_sha256": text(protocol.sha256),
        "extractor": text(catalogue.library.extractor or "not run yet"),
        "review_title": text(review.title),
        "review_authors": text(", ".join(review.authors)),
        "review_journal": text(
            f"{review.journal} {review.year}"
            + (f";{review.volume}" if review.volume else "")
            + (f":{review.pages}" if review.pages else "")
        ),
        "review_licence": text(review.licence),
        "review_url": text(review.url or ""),
        "counts": catalogue.counts(),
        "ladder": [
            (text(p.short), text(p.definition), p.target)
            for p in protocol.populations.values()
        ],
        "systems": [text(s.label) for s in protocol.systems.values()],
        "searches": [
            (
                text(s.label),
                text(", ".join(protocol.groups[g].label for g in s.groups)),
            )
            for s in protocol.searches.values()
        ],
        "since": text(protocol.since.isoformat()),
        "window_days": protocol.window_days,
        "demonstration": catalogue.library.demonstration,
    }
    template = _prose().from_string(source)
    return template.render(**values).strip() + "\n"


@lru_cache(maxsize=1)
def _prose() -> Environment:
    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_only_escaped,
    )


def _only_escaped(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup):
        return markup.markdown(value)
    return value
