"""The verb that opens the review page."""

import getpass
import sys
from typing import Annotated

import typer

from curation import console
from curation.cli.app import app, database
from evidence.decisions import CuratorRole
from evidence.errors import EvidenceError

PORT = 8765


@app.command()
def review(
    host: Annotated[
        str, typer.Option(help="Where to listen: this machine only.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")
    ] = PORT,
    curator: Annotated[
        str | None, typer.Option(help="Your name on decisions; default: your login.")
    ] = None,
    role: Annotated[
        CuratorRole,
        typer.Option(help="A curator decides; an adjudicator settles disputes."),
    ] = CuratorRole.CURATOR,
) -> None:
    """Open the review page in which a curator decides on claims."""
    from curation.review.serve import serve

    name = (curator if curator is not None else login()).strip()
    if not name:
        raise EvidenceError("decisions carry a name; give yours with --curator")
    with database() as opened:
        serve(opened, curator=name, role=role, host=host, port=port, tell=_tell)


def _tell(address: str) -> None:
    """Print the address first, at once: a program may be waiting for it."""
    console.emit(address)
    sys.stdout.flush()
    console.say("Open it in your browser; it works once. Stop with Ctrl C.")


def login() -> str:
    """Return under which name this machine knows whoever works on it.

    Raises
    ------
    EvidenceError
        Where it knows none.
    """
    try:
        return getpass.getuser()
    # Without a login name Python 3.13 raises OSError, older ones these two.
    except (OSError, KeyError, ImportError):
        raise EvidenceError(
            "this machine does not say who you are; give your name with --curator"
        ) from None
