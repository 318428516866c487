"""Is everything that we promise true of this database? Reads all, changes nothing."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from evidence.database import Database
from evidence.decisions import Decision, SubjectKind
from evidence.documents import (
    digest,
    read_draft,
    read_record,
    write_draft,
    write_json,
)
from evidence.errors import EvidenceError
from evidence.models import AuditRow, CellRow, ClaimRow, DecisionRow, RecordRow, TextRow
from evidence.reading import compute, decisions_on
from evidence.records import Field, text_sha256
from evidence.status import Tombstone, resolve
from evidence.store.cells import Touched, summary_of
from evidence.store.decisions import row_of
from evidence.store.records import values_of
from evidence.store.runs import AUDIT_HEAD, GENESIS, Event, chain
from evidence.store.statuses import columns_of

BATCH = 500


def verify(database: Database, session: Session) -> Iterator[str]:
    """Yield every broken promise, one line each; nothing where all hold."""
    yield from _file(database, session)
    yield from _texts(session)
    yield from _records(session)
    yield from _claims(database, session)
    yield from _decisions(session)
    yield from _audit(database, session)
    try:
        yield from _summary(database, session)
    except (ValueError, EvidenceError) as error:
        yield f"the cells cannot be counted again: {error}"


def _file(database: Database, session: Session) -> Iterator[str]:
    """Check what the database itself promises: whole pages, links, its triggers."""
    if database.meta(session, "protocol") is None:
        yield "the database does not say of which protocol it is"
    connection = session.connection()
    if database.is_shared:
        # Pages and links are PostgreSQL's own to keep.
        found = connection.exec_driver_sql(
            "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A' AND "
            "tgrelid IN (to_regclass('decision'), to_regclass('audit'))"
        )
        names: tuple[str, ...] = ("no_rewriting",)
    else:
        for (answer,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if answer != "ok":
                yield f"the file is damaged: {answer}"
        links = connection.exec_driver_sql("PRAGMA foreign_key_check")
        for table, row, parent, _ in links:
            yield f"{table} row {row} points to a {parent} that is not stored"
        found = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        )
        names = ("no_update", "no_delete", "no_replace")
    triggers = set(found.scalars())
    for table in ("decision", "audit"):
        for name in names:
            if f"{table}_{name}" not in triggers:
                yield f"{table} is not append-only: trigger {table}_{name} is gone"


def _texts(session: Session) -> Iterator[str]:
    for row in session.exec(select(TextRow).execution_options(yield_per=BATCH)):
        if text_sha256(row.text) != row.sha256:
            yield f"text of PMID {row.pmid} ({row.field}) does not match its hash"


def _records(session: Session) -> Iterator[str]:
    for row in session.exec(select(RecordRow).execution_options(yield_per=BATCH)):
        if digest(row.document) != row.content_sha256:
            yield f"record of PMID {row.pmid} does not match its hash"
            continue
        record = read_record(row.document)
        expected = values_of(record, row.document, row.content_sha256)
        for name, value in expected.items():
            if getattr(row, name) != value:
                yield f"record of PMID {row.pmid}: its {name} is not what PubMed says"
        for field in Field:
            text = record.text(field)
            key = (row.pmid, field.value, text_sha256(text or ""))
            if text is not None and session.get(TextRow, key) is None:
                yield f"record of PMID {row.pmid}: its present {field} is not kept"


def _claims(database: Database, session: Session) -> Iterator[str]:
    dual = database.dual(session)
    after = ""
    while True:
        rows = session.exec(
            select(ClaimRow, TextRow)
            .join(
                TextRow,
                (col(TextRow.pmid) == col(ClaimRow.pmid))
                & (col(TextRow.field) == col(ClaimRow.field))
                & (col(TextRow.sha256) == col(ClaimRow.text_sha256)),
                isouter=True,
            )
            .where(col(ClaimRow.id) > after)
            .order_by(col(ClaimRow.id))
            .limit(BATCH)
        ).all()
        if not rows:
            return
        for row, text in rows:
            try:
                decisions = decisions_on(session, SubjectKind.CLAIM, [row.id])
                yield from _claim(row, text, decisions[row.id], dual)
            except (ValueError, EvidenceError) as error:
                yield f"claim {row.id} cannot be read: {error}"
        after = rows[-1][0].id
        session.expunge_all()


def _claim(
    row: ClaimRow, text: TextRow | None, decisions: list[Decision], dual: bool
) -> Iterator[str]:
    draft = read_draft(row.draft)
    if text is None:
        yield f"claim {row.id} points to a text version that is not stored"
        return
    if text.text[draft.start : draft.end] != draft.quote:
        yield f"claim {row.id}: its quote does not stand in the text of {row.pmid}"
    proposal = read_draft(row.proposal)
    expected = resolve(
        proposal,
        decisions,
        dual=dual,
        tombstone=Tombstone(row.tombstone) if row.tombstone else None,
        doubted_at=row.doubted_at,
    )
    if row.status != expected.status or row.draft != write_draft(expected.draft):
        yield (
            f"claim {row.id} is {row.status}, its decisions make it {expected.status}"
        )
    columns = columns_of(expected) | {
        "fingerprint": proposal.fingerprint,
        "decided_at": expected.decided_at,
        "curators": write_json(expected.curators),
    }
    for name, value in columns.items():
        if getattr(row, name) != value:
            yield f"claim {row.id}: its column {name} is not what was decided"


def _decisions(session: Session) -> Iterator[str]:
    claims = set(session.exec(select(ClaimRow.id)))
    rows = select(DecisionRow).order_by(col(DecisionRow.sequence))
    for row in session.exec(rows.execution_options(yield_per=BATCH)):
        try:
            decision = Decision.from_dict(json.loads(row.document))
        except (ValueError, EvidenceError) as error:
            yield f"decision {row.id} cannot be read: {error}"
            continue
        for name, value in row_of(decision).items():
            if getattr(row, name) != value:
                yield f"decision {row.id} does not match its content ({name})"
        known = row.subject_kind != SubjectKind.CLAIM or row.subject_id in claims
        if not known:
            yield f"decision {row.id} is on claim {row.subject_id}, which is not stored"


def _audit(database: Database, session: Session) -> Iterator[str]:
    previous = GENESIS
    audited: set[str] = set()
    lines = select(AuditRow).order_by(col(AuditRow.sequence))
    with session.exec(lines.execution_options(yield_per=BATCH)) as rows:
        for row in rows:
            try:
                detail = json.loads(row.detail)
            except ValueError:
                detail = {}
            event = Event(row.actor, row.event, row.subject, detail)
            if row.previous != previous or row.sha256 != chain(previous, row.at, event):
                yield f"the audit chain breaks at line {row.sequence}"
                return
            previous = row.sha256
            if "decision" in detail:
                audited.add(detail["decision"])
    if previous != (database.meta(session, AUDIT_HEAD) or GENESIS):
        yield "the audit chain does not end with the line that was written last"
    for decision in session.exec(select(DecisionRow.id)):
        if decision not in audited:
            yield f"decision {decision} has no audit line"
        audited.discard(decision)
    for decision in sorted(audited):
        yield f"decision {decision} was audited and is gone"


def _summary(database: Database, session: Session) -> Iterator[str]:
    touched = Touched(database.protocol)
    for document in session.exec(
        select(ClaimRow.draft).execution_options(yield_per=BATCH)
    ):
        touched.add(read_draft(document))
    expected: dict[tuple[str, str, str], dict[str, Any]] = {}
    for (domain, role), treatments in touched.keys.items():
        cells = compute(database, session, domain, role, treatments)
        for treatment, cell in cells.items():
            expected[treatment, domain, role.value] = summary_of(cell)
    total = session.exec(select(func.count()).select_from(CellRow)).one()
    if total != len(expected):
        yield f"the summary holds {total} cells, a recount {len(expected)}"
    for row in session.exec(select(CellRow)):
        if expected.get((row.treatment, row.domain, row.role)) != row.model_dump():
            yield (
                f"cell {row.treatment} x {row.domain} ({row.role}) differs "
                "from a recount"
            )
