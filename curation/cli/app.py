"""The application, and what every verb needs: options, protocol, database."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.logging import RichHandler

from curation import __version__, console
from curation.jobs import who
from curation.settings import read_settings
from evidence.database import Database, open_database
from evidence.errors import EvidenceError
from evidence.protocol import Protocol
from evidence.protocol import load as load_protocol
from evidence.store.cells import keep_current

if TYPE_CHECKING:
    from curation.retrieve.eutils import Eutils

app = typer.Typer(
    name="curation",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Files = Annotated[
    list[Path],
    typer.Argument(help="Files of PubMed XML, PubMed format or .nbib, gzipped or not."),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write here, not to stdout.")
]
Everything = Annotated[
    bool,
    typer.Option("--all", help="Of baseline and update files, keep every record."),
]
Curator = Annotated[
    str | None, typer.Option(help="Who decides; default: your login name.")
]
Site = Annotated[Path, typer.Option("--output", "-o", help="The folder of the site.")]


def _print_version(wanted: bool) -> None:
    """Print the version before a command is asked for."""
    if wanted:
        console.emit(__version__)
        raise typer.Exit


@app.callback()
def options(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tell more on standard error.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the version and stop.",
        ),
    ] = False,
) -> None:
    """Gather, review and publish domain-by-treatment evidence from PubMed."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(message)s",
        handlers=[RichHandler(console=console.talk, show_path=False)],
    )


def name_of(curator: str | None) -> str:
    """Return the curator's name, the login name where none is given.

    Raises
    ------
    EvidenceError
        Where there is no name.
    """
    given = who() if curator is None else curator
    if given is None:
        raise EvidenceError(
            "this machine does not say who you are; give your name with --curator"
        )
    if not given.strip():
        raise EvidenceError("decisions carry a name; give yours with --curator")
    return given.strip()


def at_console() -> str:
    """Return who is at the console, for the audit trail."""
    name = who()
    return f"console:{name}" if name else "console"


def protocol() -> Protocol:
    """Return the protocol of this environment."""
    return load_protocol(read_settings().protocol)


@contextmanager
def database() -> Iterator[Database]:
    """Open the database of this environment, and let go of it at the end."""
    opened = open_database(read_settings().address, protocol())
    try:
        if keep_current(opened):
            console.say("The protocol has changed: every cell was counted afresh.")
        yield opened
    finally:
        opened.close()


@contextmanager
def eutils() -> Iterator["Eutils"]:
    """Open the client of NCBI's E-utilities with this environment's identity."""
    from curation.retrieve.eutils import NCBI, Eutils

    settings = read_settings()
    with Eutils(
        email=settings.ncbi_email,
        api_key=settings.ncbi_api_key,
        base=settings.eutils_url or NCBI,
    ) as client:
        yield client
