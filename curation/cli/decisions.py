"""Verbs that move curators' decisions in and out."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from curation import console
from curation.cli.app import AsJson, Curator, Output, app, database, name_of

decisions = typer.Typer(
    help="Move decisions in and out: a ledger, or a spreadsheet.",
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
    file: Annotated[
        Path, typer.Argument(help="A ledger, JSON Lines; or a sheet, .csv or .xlsx.")
    ],
    curator: Annotated[
        str | None,
        typer.Option(help="Who decided: in a sheet, or in lines that do not say."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Append decisions: of a ledger all or none, of a sheet row by row.

    Rows of a sheet that are in conflict or wrong are told and not taken (exit code 3);
    importing the same sheet again does nothing.
    """
    if file.suffix.casefold() in (".csv", ".xlsx"):
        _import_sheet(file, curator, as_json=as_json)
        return
    from curation import ledgers

    with database() as opened:
        imported = ledgers.import_decisions(opened, file, curator=curator)
    console.emit(
        f"{imported.new} decisions new, {imported.known} known already, "
        f"{imported.skipped} lines left empty; "
        f"{imported.recreated} claims made again from their snapshots"
    )


@decisions.command("sheet")
def export_sheet(
    file: Annotated[Path, typer.Argument(help="The sheet to write, .csv or .xlsx.")],
    curator: Curator = None,
    queue: Annotated[
        str, typer.Option(help="due, thin, certain, uncertain, paper, slice, deferred.")
    ] = "due",
    treatment: Annotated[str, typer.Option(help="Only this treatment.")] = "",
    domain: Annotated[str, typer.Option(help="Only this domain.")] = "",
    role: Annotated[
        str, typer.Option(help="Only claims in this role, such as outcome.")
    ] = "",
    design: Annotated[str, typer.Option(help="Only this design.")] = "",
    pmid: Annotated[str, typer.Option(help="Only this paper.")] = "",
    seed: Annotated[str, typer.Option(help="Of the slice, with --queue slice.")] = "",
) -> None:
    """Write a queue as a spreadsheet to decide in, one row a claim.

    Fill in decision, reason, note and the new_ columns ("-" empties a field), then
    import the file. It shows what the curator may see, no more.
    """
    from curation.review.sheets import export_queue, review_as

    asked = {
        **{"queue": queue, "treatment": treatment, "domain": domain},
        **{"role": role, "design": design, "pmid": pmid, "seed": seed},
    }
    with database() as opened:
        written = export_queue(review_as(opened, name_of(curator)), file, asked)
    console.emit(f"{written} claims written to {file}")


def _import_sheet(file: Path, curator: str | None, *, as_json: bool) -> None:
    from curation.review.sheet_import import Fate, import_sheet
    from curation.review.sheets import review_as

    if not curator:
        raise typer.BadParameter("a sheet does not say who decided; give --curator")
    with database() as opened:
        found = import_sheet(review_as(opened, curator), file)
    counts = Counter(one.fate for one in found)
    if as_json:
        console.emit_json([asdict(one) for one in found])
    else:
        for one in found:
            if one.fate is not Fate.LEFT_EMPTY:
                why = f": {one.why}" if one.why else ""
                console.emit(f"row {one.row}, {one.claim or 'no id'}: {one.fate}{why}")
        console.emit(", ".join(f"{counts[fate]} {fate}" for fate in Fate))
    if counts[Fate.CONFLICT] or counts[Fate.INVALID]:
        raise typer.Exit(3)
