"""Verbs that move curators' decisions in and out."""

from pathlib import Path
from typing import Annotated

import typer

from curation import console
from curation.cli.app import Output, app, database

decisions = typer.Typer(
    help="Move curators' decisions in and out, as a ledger of JSON Lines.",
    no_args_is_help=True,
)
app.add_typer(decisions, name="decisions")


@decisions.command("export")
def export_decisions(
    output: Output = None,
    proposed: Annotated[
        bool,
        typer.Option("--proposed", help="One line a proposed claim, to be filled in."),
    ] = False,
) -> None:
    """Write every decision as a line of JSON."""
    from curation import ledgers

    with database() as opened:
        ledgers.export_decisions(opened, output, proposed=proposed)


@decisions.command("import")
def import_decisions(
    file: Annotated[Path, typer.Argument(help="A ledger, JSON Lines.")],
    curator: Annotated[
        str | None, typer.Option(help="Who decided, for lines that do not say.")
    ] = None,
) -> None:
    """Append the decisions of a ledger: all of them, or none on an error."""
    from curation import ledgers

    with database() as opened:
        imported = ledgers.import_decisions(opened, file, curator=curator)
    console.emit(
        f"{imported.new} decisions new, {imported.known} known already, "
        f"{imported.skipped} lines left empty; "
        f"{imported.recreated} claims made again from their snapshots"
    )
