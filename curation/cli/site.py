"""Verbs that build a site."""

from pathlib import Path

from curation import console
from curation.cli.app import Site, app, database, protocol


@app.command()
def publish(
    output: Site = Path("build/site"),
) -> None:
    """Build the site from what is decided now, whole or not at all."""
    from curation.publication import publish_site

    with database() as opened, console.stages() as tell:
        published = publish_site(opened, output, progress=tell)
    console.emit(
        f"{published.pages} pages in {output}, {published.changed} files changed"
    )


@app.command()
def demo(
    output: Site = Path("build/site"),
) -> None:
    """Build the demonstration site; needs no network."""
    from curation.demo import demonstrate

    made = demonstrate(protocol(), output, say=console.say)
    console.say(
        f"{made.decisions} decisions by the project on "
        f"{made.published.pages} pages; the database is {made.database}"
    )
    console.emit(str(made.site / "index.html"))
