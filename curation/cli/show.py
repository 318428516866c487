"""Verbs that show what there is and whether it holds."""

import re
from collections import Counter
from datetime import timedelta
from typing import Annotated, Any

import typer
from sqlmodel import Session

from curation import console
from curation.cli.app import AsJson, app, database, protocol
from curation.clock import now
from curation.liveness import is_at_work
from evidence.database import Database
from evidence.errors import EvidenceError
from evidence.queries.references import reference_states
from evidence.queries.runs import last_of_each_kind, last_refresh, standing


@app.command()
def vocabulary(as_json: AsJson = False) -> None:
    """Show the protocol: treatments, domains, outcomes and more."""
    shown = protocol()
    if as_json:
        console.emit_json(shown.as_dict())
        return
    console.table(
        f"{shown.name} (protocol {shown.id}, version {shown.version})",
        ("table", "rows"),
        [(name, len(rows)) for name, rows in shown.tables().items()],
    )


def _figures(opened: Database, session: Session) -> dict[str, Any]:
    """Return what `status` tells, as plain JSON values."""
    found = standing(session)
    states = reference_states(opened, session).values()
    last, refreshed = found.last_complete_run, last_refresh(session)
    return {
        "database": opened.address,
        "protocol": opened.protocol.id,
        "records": found.records,
        "records_without_abstract": found.without_abstract,
        "records_unread": found.unread,
        "claims": found.claims,
        "claims_by_status": found.claims_by_status,
        "decisions": found.decisions,
        "references_by_state": dict(Counter(s.state.value for s in states)),
        "last_complete_run": last.isoformat() if last else None,
        "last_complete_refresh": refreshed.isoformat() if refreshed else None,
        "last_runs": _last_runs(opened, session),
    }


def _last_runs(opened: Database, session: Session) -> dict[str, dict[str, str]]:
    """Return how the newest run of each kind ended; one may be at work."""
    found = {}
    for kind, run in last_of_each_kind(session).items():
        outcome = run.outcome.value if run.outcome else "interrupted"
        if run.outcome is None and is_at_work(opened, run.id):
            outcome = "running"
        found[kind.value] = {"started": run.started.isoformat(), "outcome": outcome}
    return dict(sorted(found.items()))


def _age(text: str) -> timedelta:
    """Return an age such as 8d or 36h."""
    found = re.fullmatch(r"(\d{1,5})([dh])", text)
    if found is None:
        raise typer.BadParameter("write an age like 8d or 36h")
    number, unit = int(found[1]), found[2]
    return timedelta(days=number) if unit == "d" else timedelta(hours=number)


@app.command()
def status(
    as_json: AsJson = False,
    max_age: Annotated[
        timedelta | None,
        typer.Option(
            parser=_age,
            metavar="AGE",
            help="Fail where the last complete refresh is older, such as 8d or 36h.",
        ),
    ] = None,
) -> None:
    """Show how much there is, where it is, and how fresh."""
    with database() as opened, opened.read() as session:
        figures = _figures(opened, session)
        overdue = max_age is not None and _is_overdue(session, max_age)
    _tell(figures, as_json)
    if overdue:
        raise EvidenceError(
            f"the last complete refresh is older than {_told(max_age)}, or there is "
            "none; look at the scheduled job, and run `curation refresh`"
        )


def _told(age: timedelta | None) -> str:
    hours = round((age or timedelta()).total_seconds() / 3600)
    return f"{hours // 24} days" if hours % 24 == 0 else f"{hours} hours"


def _is_overdue(session: Session, age: timedelta) -> bool:
    last = last_refresh(session)
    return last is None or now() - last > age


def _tell(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        console.emit_json(figures)
        return
    rows: list[tuple[Any, ...]] = [
        (name.replace("_", " "), value)
        for name, value in figures.items()
        if not isinstance(value, dict) and not name.startswith("last_")
    ]
    for name in ("claims_by_status", "references_by_state"):
        rows += [(f"{name.split('_')[0]}: {k}", v) for k, v in figures[name].items()]
    rows += [
        (name.replace("_", " "), f"{figures[name][:16]} UTC" if figures[name] else None)
        for name in ("last_complete_run", "last_complete_refresh")
    ]
    rows += [
        (f"last {kind}", f"{run['outcome']}, begun {run['started'][:16]} UTC")
        for kind, run in figures["last_runs"].items()
    ]
    console.table("Status", ("what", "value"), rows)


@app.command()
def verify(
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild",
            help="Also rebuild it from records and ledger, and compare the sites.",
        ),
    ] = False,
) -> None:
    """Check quotes, hashes, statuses, audit chain and counts."""
    from evidence.verification import verify as problems

    with database() as opened:
        with opened.read() as session:
            found = list(problems(opened, session))
        if rebuild and not found:
            from curation.rebuilt import rebuilt

            again = rebuilt(opened)
            found = list(again.problems)
            console.say(
                f"rebuilt from the records and {again.decisions:,} decisions; "
                f"{again.files:,} pages and files of the site compared"
            )
    for problem in found:
        console.emit(problem)
    if found:
        raise EvidenceError(
            f"{len(found)} promises are broken; restore a backup, or import the "
            "ledger into a new database"
        )
    console.emit("every quote, hash, status, audit line and cell is right")
