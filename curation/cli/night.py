"""The verbs of scheduled jobs."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from curation import console
from curation.backups import KEPT
from curation.cli.app import AsJson, Site, app, database, eutils, protocol
from evidence.errors import EvidenceError

if TYPE_CHECKING:
    from curation.report import Report
    from curation.restoring import Restored

ReportFolder = Annotated[
    Path | None,
    typer.Option("--report", help="A folder for the report, as JSON and as Markdown."),
]

AtOnce = Annotated[
    bool,
    typer.Option(
        "--now", help="Do not leave a large run to NCBI's quiet hours (US nights)."
    ),
]


@app.command()
def refresh(
    full: Annotated[
        bool, typer.Option("--full", help="Search all years again, not an increment.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only ask and report; write nothing.")
    ] = False,
    now: AtOnce = False,
    accept_shrinkage: Annotated[
        bool,
        typer.Option(
            "--accept-shrinkage",
            help="Believe a sweep that finds far less than the last one.",
        ),
    ] = False,
    report: ReportFolder = None,
    as_json: AsJson = False,
) -> None:
    """Fetch what is new, changed or retracted, and read it."""
    from curation.refresh import refresh as run

    asked = partial(
        run, full=full, dry_run=dry_run, accept_shrinkage=accept_shrinkage, at_once=now
    )
    _run(asked, report, as_json)


@app.command()
def recheck(
    now: AtOnce = False, report: ReportFolder = None, as_json: AsJson = False
) -> None:
    """Fetch every known record again, for what no date shows."""
    from curation.recheck import recheck as run

    _run(partial(run, at_once=now), report, as_json)


def _run(run: "Callable[..., Report]", folder: Path | None, as_json: bool) -> None:
    """Do a run on the database, with PubMed, and tell what it did."""
    from curation.extract.claims import Extractor

    with (
        _told_of(folder),
        database() as opened,
        eutils() as client,
        console.stages() as tell,
    ):
        told = run(opened, client, Extractor(opened.protocol), tell=tell)
    _write(folder, told.as_dict(), told.as_markdown())
    if as_json:
        console.emit_json(told.as_dict())
    else:
        console.emit(told.as_markdown().rstrip())


@contextmanager
def _told_of(folder: Path | None) -> Iterator[None]:
    """Report a run that fails too, or last night's report would pass for tonight's."""
    try:
        yield
    except EvidenceError as error:
        outcome = "partial" if error.partial else "failed"
        _write(
            folder,
            {"outcome": outcome, "error": str(error)},
            f"# The run {'ended half-way' if error.partial else 'failed'}\n\n{error}\n",
        )
        raise


def _write(folder: Path | None, values: dict[str, Any], markdown: str) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(values, ensure_ascii=False, indent=2)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")
    (folder / "report.md").write_text(markdown, encoding="utf-8")


@app.command()
def release(output: Site = Path("build/site"), as_json: AsJson = False) -> None:
    """Publish the site if anything public has changed."""
    from curation import release as releases

    with database() as opened, console.stages() as tell:
        made = releases.release(opened, output, tell=tell)
    if as_json:
        console.emit_json(releases.as_dict(made))
    elif made.published is None:
        console.emit("nothing changed")
    else:
        number, changed = made.published.pages, made.published.changed
        console.emit(f"{number} pages in {output}, {changed} files changed: {made.why}")


@app.command()
def backup(
    to: Annotated[
        Path | None,
        typer.Option(help="The folder; default: `backups` beside the database."),
    ] = None,
    keep: Annotated[
        int, typer.Option(min=1, help="How many backups stay; older ones go.")
    ] = KEPT,
) -> None:
    """Copy the database, check the copy, export the ledger."""
    from curation import backups

    with database() as opened:
        made = backups.backup(opened, to, keep=keep)
    console.say(f"checked: {_counted(made.counts)}; {len(made.removed)} older removed")
    console.emit(str(made.file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup, as `backup` made it.")],
    check: Annotated[
        bool, typer.Option("--check", help="Only prove that it restores.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option(help="Where the database shall be; nothing is there.")
    ] = None,
) -> None:
    """Restore a backup to a new place, or prove that it can be."""
    from curation import restoring

    if check is (to is not None):
        raise typer.BadParameter("give either --check or --to PATH")
    if to is None:
        _tell_restored(restoring.check_backup(file, protocol()), "it restores")
    else:
        _tell_restored(restoring.restore(file, to, protocol()), f"restored to {to}")


def _tell_restored(restored: "Restored", what: str) -> None:
    if not restored.digest_checked:
        console.say("no digest stands beside this file; its content was checked")
    console.emit(f"{what}: {_counted(restored.counts)}")


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in counts.items())
