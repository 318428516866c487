"""Verbs about the review's references: show them, and trace them to PubMed."""

import typer

from curation import console
from curation.cli.app import AsJson, app, database, eutils
from evidence.queries.references import reference_states

references = typer.Typer(
    help="Show how far each reference of the review has been traced to PubMed."
)
app.add_typer(references, name="references")


@references.callback(invoke_without_command=True)
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show how far each reference of the review has been traced to PubMed."""
    if context.invoked_subcommand is not None:
        return
    with database() as opened, opened.read() as session:
        states = reference_states(opened, session)
        cited = opened.protocol.references
    rows = [
        {
            "number": number,
            "state": state.state.value,
            "pmid": state.pmid,
            "method": state.method,
            "raw": cited[number].raw,
        }
        for number, state in states.items()
    ]
    if as_json:
        console.emit_json(rows)
    else:
        console.table(
            "References of the review",
            ("number", "state", "pmid", "method", "as printed"),
            [tuple(row.values()) for row in rows],
        )


@references.command()
def resolve() -> None:
    """Look in PubMed for every reference that is not resolved yet."""
    from curation.refresh import traced_only

    with database() as opened, eutils() as client:
        traced, states = traced_only(opened, client)
    console.emit(
        f"{len(traced.states)} references looked for; of all: "
        + ", ".join(f"{number} {state}" for state, number in states.items())
    )
