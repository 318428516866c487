"""Verbs that bring records in and claims out."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.cli.app import AsJson, Everything, Files, Output, app, database, protocol
from curation.settings import read_settings
from evidence.database import create_database
from evidence.errors import EvidenceError
from evidence.store.cells import keep_current

if TYPE_CHECKING:
    from curation.pipeline import Loaded
    from evidence.store.claims import Proposed


class Task(StrEnum):
    """What an evaluation asks of the extractor."""

    CLAIMS = "claims"
    DIRECTION = "direction"


@app.command()
def init() -> None:
    """Create the database, or bring an older one up to date."""
    opened = create_database(read_settings().address, protocol())
    keep_current(opened)
    console.say(f"{opened.address} is ready for protocol {opened.protocol.id}.")
    opened.close()


@app.command()
def load(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="PubMed XML, .xml.gz or .nbib files, or NLM's folders."),
    ] = None,
    everything: Everything = False,
    claims: Annotated[
        Path | None,
        typer.Option(help="A folder that `mine` wrote to, in place of files."),
    ] = None,
) -> None:
    """Load files of PubMed records: XML, PubMed format, .nbib.

    NLM's baseline and update files (pubmed26n0001.xml.gz), or the folders that hold
    them, are loaded in their order, each once, and checked against the .md5 beside
    them. Of these, only records that the protocol's searches find are kept.
    """
    if (claims is None) is not bool(files) or (claims and everything):
        raise typer.BadParameter("name files, or a folder by --claims alone")
    if claims is not None:
        _load_claims(claims)
        return
    from curation import bulk, pipeline
    from curation.retrieve import releases

    issued, others = releases.sorted_out(files or [])
    with database() as opened, console.progress("Loading records") as advance:
        if issued:
            _tell_loaded(
                bulk.load(
                    opened,
                    issued,
                    everything=everything,
                    progress=advance,
                    warn=console.say,
                ),
                len(issued),
            )
        if others:
            _tell_loaded(pipeline.load(opened, others, progress=advance))


def _load_claims(folder: Path) -> None:
    from curation.errors import MiningError
    from curation.harvest import load_claims

    with database() as opened, console.progress("Loading records") as advance:
        harvest = load_claims(opened, folder, progress=advance, warn=console.say)
    if harvest.issued is not None:
        _tell_loaded(harvest.issued, harvest.issued_files)
    if harvest.others is not None:
        _tell_loaded(harvest.others)
    _tell_proposed(harvest.proposed)
    if missed := harvest.missed:
        name, pmids = min(missed.items())
        raise MiningError(
            f"{len(missed)} files hold other versions of records that are held, and "
            f"mining left them out, first {name} (PMID {pmids[0]}); give these files "
            "themselves to `curation load`"
        )


def _tell_loaded(loaded: "Loaded", issued: int = 0) -> None:
    saved = loaded.saved
    for refusal in loaded.refused[:20]:
        console.say(
            f"refused: {refusal['file']} record {refusal['position']} "
            f"(PMID {refusal['pmid'] or 'unknown'}): {refusal['reason']}"
        )
    if loaded.unverified:
        console.say(
            f"{len(loaded.unverified)} files have no .md5 beside them and were not "
            f"checked against one, first {loaded.unverified[0]}"
        )
    if issued:
        before = len(loaded.loaded_before)
        console.emit(
            f"{issued - before} files loaded, {before} loaded before; "
            f"{loaded.outside} records read that no search of the protocol finds"
        )
    console.emit(
        f"{saved.new} new, {saved.changed} changed, {saved.unchanged} unchanged, "
        f"{saved.superseded} older than what is stored, "
        f"{len(loaded.refused)} refused, {loaded.gone} deleted upstream; "
        f"{saved.without_abstract} of the new and changed have no abstract; "
        f"{loaded.references} references found among them"
    )


@app.command()
def claims(
    files: Files,
    output: Output = None,
) -> None:
    """Print the claims of files as JSON Lines; needs no database."""
    from curation import lines, pipeline
    from curation.extract.claims import Extractor

    extractor = Extractor(protocol())
    with console.progress("Reading records") as advance:
        found = pipeline.claims_of_files(extractor, files)
        lines.write_claims(found, output, advance)


@app.command()
def extract(
    everything: Annotated[
        bool, typer.Option("--all", help="Read again what was read already.")
    ] = False,
) -> None:
    """Propose claims from the records that were not read yet."""
    from curation import pipeline
    from curation.extract.claims import Extractor

    with database() as opened, console.progress("Reading records") as advance:
        extractor = Extractor(opened.protocol)
        proposed = pipeline.extract(
            opened, extractor, everything=everything, progress=advance
        )
    _tell_proposed(proposed)


def _tell_proposed(proposed: "Proposed") -> None:
    console.emit(
        f"{proposed.new} claims proposed, {proposed.updated} updated, "
        f"{proposed.unchanged} unchanged, {proposed.withdrawn} withdrawn, "
        f"{proposed.kept} decided ones kept"
    )


@app.command()
def evaluate(
    gold: Annotated[list[Path], typer.Argument(help="Gold files, JSON Lines.")],
    as_json: AsJson = False,
    errors: Annotated[
        int, typer.Option(min=0, help="Show so many errors, with their traces.")
    ] = 0,
    compare: Annotated[
        Path | None, typer.Option(help="An earlier --json output to compare with.")
    ] = None,
    output: Output = None,
    labelled: Annotated[
        str, typer.Option(help="Who labelled them and how: kept with --output.")
    ] = "",
    task: Annotated[
        Task, typer.Option(help="What is asked: whole claims, or one outcome's way.")
    ] = Task.CLAIMS,
    predictions: Annotated[
        Path | None,
        typer.Option(help="Task direction: write id and label of every answer here."),
    ] = None,
) -> None:
    """Score the extractor on abstracts that somebody labelled."""
    if labelled and output is None:
        raise EvidenceError("--labelled is kept in a file; name it with --output")
    if task is Task.DIRECTION:
        _answer(gold, as_json, predictions)
        return
    from curation.extract import evaluate as evaluation
    from curation.extract.claims import Extractor

    scored_with = protocol()
    console.say(f"Reading {len(gold)} gold files")
    found = evaluation.evaluate(Extractor(scored_with), gold, scored_with)
    if output is not None:
        from curation import lines
        from curation.clock import now

        report = {
            "measured": now().date().isoformat(),
            "labelled": labelled,
            **evaluation.as_json(found),
        }
        kept = json.dumps(report, ensure_ascii=False, indent=2)
        lines.write([kept], output)
    if as_json:
        console.emit_json(evaluation.as_json(found))
        return
    console.result.print(evaluation.render(found, errors=errors))
    if compare is not None:
        earlier = evaluation.read_earlier(compare)
        console.result.print(
            evaluation.render_comparison(evaluation.compare(found, earlier))
        )


def _answer(paths: list[Path], as_json: bool, predictions: Path | None) -> None:
    from curation.extract import direction_task as tasks
    from curation.extract.answering import predict

    asked = [question for path in paths for question in tasks.load_questions(path)]
    console.say(f"Answering {len(asked)} questions")
    found = tasks.evaluate_direction(asked, predict)
    if predictions is not None:
        tasks.write_predictions(predictions, found)
    if as_json:
        console.emit_json(tasks.direction_json(found))
        return
    console.result.print(tasks.render_direction(found))
