"""A small database as a test fills it, and what stands in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from evidence.claims import Claim
from evidence.database import Database
from evidence.decisions import Action, Decision
from evidence.documents import read_record
from evidence.models import RecordRow
from evidence.queries.library import library
from evidence.records import Record
from evidence.store.claims import save_drafts
from evidence.store.decisions import append_decisions
from evidence.store.records import save_records
from evidence.types import Draft
from evidence.verification import verify
from tests.invented import NOON, draft, record

LATER = NOON + timedelta(days=7)


def save(database: Database, run: int, *records: Record, at: Any = NOON) -> Any:
    with database.write() as session:
        return save_records(database, session, records, run=run, at=at)


def propose(
    database: Database,
    run: int,
    pmid: int,
    drafts: Sequence[Draft],
    extractor: str = "1+test",
) -> Any:
    with database.write() as session:
        return save_drafts(
            database,
            session,
            [(current(session, pmid), drafts)],
            extractor=extractor,
            run=run,
        )


def current(session: Any, pmid: int) -> Record:
    """Return the record as it is stored now."""
    return read_record(session.get_one(RecordRow, pmid).document)


def decide(database: Database, *decisions: Decision, **given: Any) -> int:
    """Append decisions on what is seen now, where a test gives no snapshot."""
    seen = claims(database)
    complete = [
        replace(d, snapshot=seen[d.subject_id].draft.as_dict())
        if d.subject_id in seen and not d.snapshot and d.action is not Action.UNDO
        else d
        for d in decisions
    ]
    with database.write() as session:
        return append_decisions(database, session, complete, at=NOON, **given)


def claims(database: Database) -> dict[str, Claim]:
    with database.read() as session:
        return dict(library(database, session).claims)


def stored_claim(database: Database, run: int) -> str:
    save(database, run, record())
    propose(database, run, 101, [draft()])
    return next(iter(claims(database)))


def problems(database: Database) -> list[str]:
    with database.read() as session:
        return list(verify(database, session))
