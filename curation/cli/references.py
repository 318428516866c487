"""Verbs about the review's references: show, trace, settle by hand, read a list."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from curation import console
from curation.cli.app import AsJson, Curator, Output, app, database, eutils, name_of
from evidence.errors import EvidenceError
from evidence.queries.records import records
from evidence.queries.references import reference_states

references = typer.Typer(help="Show how far each reference was traced to PubMed.")
app.add_typer(references, name="references")

Number = Annotated[int, typer.Argument(metavar="N", help="The reference's number.")]
Why = Annotated[str, typer.Option(help="On what grounds; kept with the decision.")]


@references.callback(invoke_without_command=True)
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show how far each reference was traced to PubMed."""
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


@references.command("set")
def settle(
    number: Number,
    pmid: Annotated[
        str, typer.Option(metavar="P", help="Its PMID, or none: it is not in PubMed.")
    ],
    why: Why,
    curator: Curator = None,
) -> None:
    """Settle by hand which record a reference is, for good."""
    from curation import resolving

    found, name = _pmid(pmid), name_of(curator)
    with database() as opened:
        resolving.settle(opened, number, pmid=found, why=why, curator=name)
        with opened.read() as session:
            held = records(session, after=found - 1, limit=1) if found else []
    if found is None:
        console.emit(f"reference {number} is not in PubMed, settled by {name}")
        return
    console.emit(f"reference {number} is PMID {found}, settled by {name}")
    if held and held[0].pmid == found:
        console.say(f"The record says: {held[0].title or 'no title'}")
    else:
        console.say(
            "Its record is not stored yet: the next refresh fetches it, or "
            "`curation load` a file that holds it."
        )


@references.command()
def undo(number: Number, why: Why, curator: Curator = None) -> None:
    """Take back what was settled last of a reference by hand."""
    from curation import resolving

    name = name_of(curator)
    with database() as opened:
        resolving.take_back(opened, number, why=why, curator=name)
        with opened.read() as session:
            state = reference_states(opened, session)[number]
    pmid = f" as PMID {state.pmid}" if state.pmid else ""
    by = f", by {state.method}" if state.method else ""
    console.emit(
        f"reference {number}: taken back by {name}; now {state.state.value}{pmid}{by}"
    )


@references.command()
def parse(
    file: Annotated[
        Path, typer.Argument(help="A numbered list in text or Markdown, RIS or BibTeX.")
    ],
    output: Output = None,
) -> None:
    """Print a review's list of references as references.toml."""
    from curation import lines
    from curation.retrieve import reference_list

    rows = reference_list.read(file)
    lines.write(reference_list.toml(rows), output)
    kinds = Counter(row.kind.value.replace("_", " ") for row in rows)
    console.say(
        f"{len(rows)} references: "
        + ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    )
    if noted := [str(row.number) for row in rows if row.note or row.doi_note]:
        console.say(f"Look at those with a note: {', '.join(noted)}")
    if missing := [str(n) for n in reference_list.skipped(rows)]:
        console.say(f"The list leaves out the numbers {', '.join(missing)}")


def _pmid(text: str) -> int | None:
    """Return the PMID that was typed; None for the word none."""
    from curation.retrieve import identifiers

    if text.strip().lower() == "none":
        return None
    found = identifiers.pmid(text)
    if found is None:
        raise EvidenceError(f"{text!r} is no PMID; give its digits, or none")
    return found
