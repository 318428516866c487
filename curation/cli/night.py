"""The verb of scheduled jobs."""

import json
from pathlib import Path
from typing import Annotated

import typer

from curation import console
from curation.cli.app import AsJson, app, database, eutils


@app.command()
def refresh(
    full: Annotated[
        bool, typer.Option("--full", help="Search all years again, not an increment.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only ask and report; write nothing.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(help="A folder for the report, as JSON and as Markdown."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch from PubMed what is new, changed or retracted, and read it."""
    from curation.extract.claims import Extractor
    from curation.refresh import refresh as run

    with database() as opened, eutils() as client, console.stages() as tell:
        extractor = Extractor(opened.protocol)
        told = run(opened, client, extractor, full=full, dry_run=dry_run, tell=tell)
    if report is not None:
        report.mkdir(parents=True, exist_ok=True)
        text = json.dumps(told.as_dict(), ensure_ascii=False, indent=2)
        (report / "report.json").write_text(text + "\n", encoding="utf-8")
        (report / "report.md").write_text(told.as_markdown(), encoding="utf-8")
    if as_json:
        console.emit_json(told.as_dict())
    else:
        console.emit(told.as_markdown().rstrip())
