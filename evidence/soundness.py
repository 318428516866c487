"""The database itself: its pages, its tables, what guards it, its bookkeeping."""

import json
from collections.abc import Iterator

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError as DriverError
from sqlmodel import Session, col, select

from evidence.database import REVIEW_MODE, Database, ReviewMode
from evidence.decisions import Action, Decision, SubjectKind
from evidence.desk_models import DeferralRow
from evidence.errors import DecisionError
from evidence.library import ReferenceStanding, RunKind, RunOutcome
from evidence.models import DecisionRow, RunRow
from evidence.reading import decisions_on
from evidence.retrieval_models import ReferenceRow, SearchRow
from evidence.schema import METADATA
from evidence.statement_rules import answered_by, check_answer, wrong_with
from evidence.status import deferred_by

BATCH = 500
"""Rows that are held in memory at once."""

GUARDED = {"decision": ("sequence", "id"), "audit": ("sequence", "sha256")}
"""Tables that nobody may rewrite, and what names a row of each."""

_TRIGGER = "CREATE TRIGGER {table}_{name} BEFORE {moment} ON {table}{condition} BEGIN "
_REFUSAL = "SELECT RAISE(ABORT, '{table} is append-only'); END"


def check_database(database: Database, session: Session) -> Iterator[str]:
    """Yield what is wrong with the database itself, whatever its rows say."""
    connection = session.connection()
    if not database.is_shared:
        # Pages and links are PostgreSQL's own to keep.
        yield from _pages(connection)
    yield from _tables(connection)
    if not database.is_shared:
        links = connection.exec_driver_sql("PRAGMA foreign_key_check")
        for table, row, parent, _ in links:
            yield f"{table} row {row} points to a {parent} that is not stored"
    yield from _guards(database, connection)
    if database.meta(session, "protocol") is None:
        yield "the database does not say of which protocol it is"
    mode = database.meta(session, REVIEW_MODE)
    if mode is not None and mode not in set(ReviewMode):
        yield f"the database asks for {mode!r} curators, which is none of our words"


def _pages(connection: Connection) -> Iterator[str]:
    """Let SQLite check its own file; where it cannot, table by table."""
    try:
        for (answer,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if answer != "ok":
                yield f"the file is damaged: {answer}"
    except DriverError:
        # A page so bad that the check of the whole breaks off: where is it?
        for table in METADATA.sorted_tables:
            check = f'PRAGMA integrity_check("{table.name}")'
            try:
                connection.exec_driver_sql(check).all()
            except DriverError as error:
                yield f"the file is damaged in table {table.name}: {error.orig}"


def _tables(connection: Connection) -> Iterator[str]:
    """Compare tables, columns and indexes with what the migrations lay down."""
    found = inspect(connection)
    stored = set(found.get_table_names())
    for table in METADATA.sorted_tables:
        if table.name not in stored:
            yield f"table {table.name} is gone"
            continue
        columns = {column["name"] for column in found.get_columns(table.name)}
        for name in sorted(set(table.columns.keys()) - columns):
            yield f"table {table.name} has lost its column {name}"
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        for name in sorted({str(i.name) for i in table.indexes} - indexes):
            yield f"table {table.name} has lost its index {name}"


def _guards(database: Database, connection: Connection) -> Iterator[str]:
    """Check the triggers that refuse rewriting, and what they do."""
    for table, keys in GUARDED.items():
        if database.is_shared:
            found = connection.exec_driver_sql(
                "SELECT tgname, '' FROM pg_trigger WHERE tgenabled = 'A' AND "
                "tgrelid IN (to_regclass('decision'), to_regclass('audit'))"
            )
            wanted = {f"{table}_no_rewriting": ""}
        else:
            found = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            )
            wanted = _wanted(table, keys)
        stored = {str(name): str(sql) for name, sql in found}
        for name, sql in wanted.items():
            if name not in stored:
                yield f"{table} is not append-only: trigger {name} is gone"
            elif stored[name] != sql:
                yield f"{table} is not append-only: trigger {name} does something else"


def _wanted(table: str, keys: tuple[str, ...]) -> dict[str, str]:
    """Return the triggers of a table in SQLite, as the migration wrote them."""
    taken = " OR ".join(f"{key} = NEW.{key}" for key in keys)
    there = f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken})"  # noqa: S608
    moments = (
        ("no_update", "UPDATE", ""),
        ("no_delete", "DELETE", ""),
        ("no_replace", "INSERT", there),
    )
    return {
        f"{table}_{name}": _TRIGGER.format(
            table=table, name=name, moment=moment, condition=condition
        )
        + _REFUSAL.format(table=table)
        for name, moment, condition in moments
    }


def check_runs(session: Session) -> Iterator[str]:
    """Check that runs can be told of, and that no search is ahead of its run."""
    complete: set[int] = set()
    for run in session.exec(select(RunRow).execution_options(yield_per=BATCH)):
        where = f"run {run.id}"
        if run.kind not in set(RunKind):
            yield f"{where} is of no kind that we know: {run.kind!r}"
        if run.outcome is not None and run.outcome not in set(RunOutcome):
            yield f"{where} ended in no way that we know: {run.outcome!r}"
        if run.outcome == RunOutcome.COMPLETE and run.finished is None:
            yield f"{where} is complete and never ended"
        if run.id is not None and run.outcome == RunOutcome.COMPLETE:
            complete.add(run.id)
        yield from _documents(where, counts=run.counts, versions=run.versions)
    for row in session.exec(select(SearchRow).execution_options(yield_per=BATCH)):
        where = f"search {row.search} of run {row.run}"
        if row.complete and row.run not in complete:
            # The next night would start behind what was never fetched.
            yield f"{where} counts as done, and its run is not complete"
        yield from _documents(
            where, known_found=row.known_found, phrases_not_found=row.phrases_not_found
        )


def check_references(session: Session) -> Iterator[str]:
    """Check that where each reference stands can be told."""
    for row in session.exec(select(ReferenceRow)):
        where = f"reference {row.number}"
        if row.state not in set(ReferenceStanding):
            yield f"{where} is in no state that we know: {row.state!r}"
        if (row.pmid is not None) != (row.state == ReferenceStanding.RESOLVED):
            yield f"{where} is {row.state}, and its PMID is {row.pmid}"
        yield from _documents(
            where, agreements=row.agreements, candidates=row.candidates
        )


def check_deferrals(session: Session) -> Iterator[str]:
    """Check that who put which claim off follows from the decisions."""
    put_off = select(DecisionRow.subject_id).where(
        col(DecisionRow.subject_kind) == SubjectKind.CLAIM.value,
        col(DecisionRow.action) == Action.DEFER.value,
    )
    claims = sorted(session.exec(put_off.distinct()))
    found = decisions_on(session, SubjectKind.CLAIM, claims)
    wanted = {(who, one) for one, of in found.items() for who in deferred_by(of)}
    stored = set(session.exec(select(DeferralRow.curator, DeferralRow.claim)))
    for who, one in sorted(wanted ^ stored):
        has = "is not" if (who, one) in wanted else "is"
        yield f"claim {one}: that {who} put it off {has} remembered, unlike decided"


def check_statements(session: Session) -> Iterator[str]:
    """Check that each decision on a cell's statement can be followed."""
    rows = session.exec(
        select(DecisionRow.document)
        .where(col(DecisionRow.subject_kind) == SubjectKind.CELL_STATEMENT.value)
        .order_by(col(DecisionRow.sequence))
    )
    decisions = [Decision.from_dict(json.loads(document)) for document in rows]
    by_id = {decision.id: decision for decision in decisions}
    for decision in decisions:
        where = f"statement on {decision.subject_id}, decision {decision.id}"
        wrong = wrong_with(decision)
        if wrong is not None:
            yield f"{where}: {wrong}"
            continue
        try:
            check_answer(decision, by_id.get(answered_by(decision) or ""))
        except DecisionError as error:
            yield f"{where}: {error}"


def _documents(where: str, **columns: str) -> Iterator[str]:
    """Check that columns of JSON hold some."""
    for name, text in columns.items():
        try:
            json.loads(text)
        except ValueError:
            yield f"{where}: its {name} cannot be read"
