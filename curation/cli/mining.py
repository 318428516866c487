"""The verb that reads all of PubMed, on many processes or machines."""

from pathlib import Path
from typing import Annotated

import typer

from curation import console
from curation.cli.app import Everything, app, database, protocol


@app.command()
def mine(
    files: Annotated[
        list[Path],
        typer.Argument(help="PubMed XML, .xml.gz or .nbib files, or NLM's folders."),
    ],
    out: Annotated[Path, typer.Option(help="The folder for the claims files.")],
    scheduler: Annotated[
        str | None,
        typer.Option(help="A Dask scheduler, tcp://host:8786; default: this machine."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes on this machine; default: one a core."),
    ] = None,
    everything: Everything = False,
) -> None:
    """Read many files into claims with Dask, for `load --claims`.

    Of baseline and update files, records are kept as `load` keeps them; for that the
    database says which papers are the review's references. With --all, none is needed.
    """
    from curation import mining
    from curation.errors import MiningError
    from curation.retrieve import releases

    if scheduler and workers:
        raise typer.BadParameter("a scheduler has its workers already")
    issued, others = releases.sorted_out(files)
    paths = [*(release.path for release in issued), *others]
    asked = protocol()
    cited = [] if everything or not issued else _references()
    rules = mining.rules_for(asked, everything=everything, cited=cited)
    with console.progress("Mining files", len(paths)) as advance:
        made = mining.mine(
            paths,
            out,
            asked,
            rules,
            scheduler=scheduler,
            workers=workers,
            progress=advance,
        )
    names = [path.name for path in paths]
    done = [made.outputs[name] for name in names if name in made.outputs]
    console.emit(
        f"{len(done)} files mined into {out}: {sum(o.records for o in done)} records "
        f"kept, {sum(o.claims for o in done)} claims"
    )
    failed = [(name, made.missing[name]) for name in names if name in made.missing]
    for name, why in failed:
        console.say(f"not mined: {name}: {why}")
    if failed:
        raise MiningError(
            f"{len(failed)} of {len(names)} files were not mined, first "
            f"{failed[0][0]}; replace them and mine again, the others are not read "
            "twice"
        )


def _references() -> list[int]:
    from evidence.queries.references import reference_states

    with database() as opened, opened.read() as session:
        states = reference_states(opened, session).values()
        return [state.pmid for state in states if state.pmid is not None]
