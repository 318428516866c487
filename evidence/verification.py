"""Is everything that we promise true of this database? Reads all, changes nothing."""

import json
from collections.abc import Iterator

from sqlalchemy import func
from sqlmodel import Session, col, select

from evidence.database import Database
from evidence.decisions import Decision, SubjectKind
from evidence.documents import digest, read_draft, write_cell, write_draft
from evidence.models import AuditRow, CellRow, ClaimRow, DecisionRow, RecordRow, TextRow
from evidence.reading import compute, decisions_on
from evidence.records import text_sha256
from evidence.status import resolve
from evidence.store.cells import Touched
from evidence.store.runs import GENESIS, Event, chain

BATCH = 500


def verify(database: Database, session: Session) -> Iterator[str]:
    """Yield every broken promise, one line each; nothing where all hold."""
    yield from _texts(session)
    yield from _records(session)
    yield from _claims(database, session)
    yield from _decisions(session)
    yield from _audit(session)
    yield from _summary(database, session)


def _texts(session: Session) -> Iterator[str]:
    for row in session.exec(select(TextRow).execution_options(yield_per=BATCH)):
        if text_sha256(row.text) != row.sha256:
            yield f"text of PMID {row.pmid} ({row.field}) does not match its hash"


def _records(session: Session) -> Iterator[str]:
    for row in session.exec(select(RecordRow).execution_options(yield_per=BATCH)):
        if digest(row.document) != row.content_sha256:
            yield f"record of PMID {row.pmid} does not match its hash"


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
        decisions = decisions_on(session, SubjectKind.CLAIM, [r.id for r, _ in rows])
        for row, text in rows:
            yield from _claim(row, text, decisions[row.id], dual)
        after = rows[-1][0].id
        session.expunge_all()


def _claim(
    row: ClaimRow, text: TextRow | None, decisions: list[Decision], dual: bool
) -> Iterator[str]:
    draft = read_draft(row.draft)
    if text is None:
        yield f"claim {row.id} points to a text version that is not stored"
        return
    place = (row.start_offset, row.end_offset)
    if text.text[slice(*place)] != draft.quote or place != (draft.start, draft.end):
        yield f"claim {row.id}: its quote does not stand in the text of {row.pmid}"
    expected = resolve(
        read_draft(row.proposal),
        decisions,
        dual=dual,
        tombstoned=row.tombstoned,
        doubted_at=row.doubted_at,
    )
    if row.status != expected.status or row.draft != write_draft(expected.draft):
        yield (
            f"claim {row.id} is {row.status}, its decisions make it {expected.status}"
        )
    indexed = (row.treatment, row.comparator, row.domain, row.role, row.direction)
    if indexed != (
        draft.treatment,
        draft.comparator,
        draft.domain,
        draft.role,
        draft.direction,
    ):
        yield f"claim {row.id}: its columns differ from what was decided"


def _decisions(session: Session) -> Iterator[str]:
    claims = set(session.exec(select(ClaimRow.id)))
    for row in session.exec(select(DecisionRow).order_by(col(DecisionRow.sequence))):
        decision = Decision.from_dict(json.loads(row.document))
        if decision.id != row.id:
            yield f"decision {row.id} does not match its content"
        known = row.subject_kind != SubjectKind.CLAIM or row.subject_id in claims
        if not known:
            yield f"decision {row.id} is on claim {row.subject_id}, which is not stored"


def _audit(session: Session) -> Iterator[str]:
    previous = GENESIS
    audited: set[str] = set()
    for row in session.exec(select(AuditRow).order_by(col(AuditRow.sequence))):
        detail = json.loads(row.detail)
        event = Event(row.actor, row.event, row.subject, detail)
        if row.previous != previous or row.sha256 != chain(previous, row.at, event):
            yield f"the audit chain breaks at line {row.sequence}"
            return
        previous = row.sha256
        if "decision" in detail:
            audited.add(detail["decision"])
    for decision in session.exec(select(DecisionRow.id)):
        if decision not in audited:
            yield f"decision {decision} has no audit line"
        audited.discard(decision)
    for decision in sorted(audited):
        yield f"decision {decision} was audited and is gone"


def _summary(database: Database, session: Session) -> Iterator[str]:
    touched = Touched(database.protocol)
    for document in session.exec(select(ClaimRow.draft)):
        touched.add(read_draft(document))
    expected: dict[tuple[str, str, str], str] = {}
    for (domain, role), treatments in touched.keys.items():
        cells = compute(database, session, domain, role, treatments)
        for treatment, cell in cells.items():
            expected[treatment, domain, role.value] = write_cell(cell)
    total = session.exec(select(func.count()).select_from(CellRow)).one()
    if total != len(expected):
        yield f"the summary holds {total} cells, a recount {len(expected)}"
    for row in session.exec(select(CellRow)):
        if expected.get((row.treatment, row.domain, row.role)) != row.body:
            yield (
                f"cell {row.treatment} x {row.domain} ({row.role}) differs "
                "from a recount"
            )
