"""Is everything that we promise true of this database? Reads all, changes nothing."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy
from sqlalchemy import func
from sqlalchemy.exc import DatabaseError as DriverError
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from evidence.audit_trail import check_audit, check_audited
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
from evidence.models import (
    CellRow,
    ClaimCountRow,
    ClaimRow,
    DecisionRow,
    RecordRow,
    RecordVersionRow,
    TextRow,
)
from evidence.reading import compute, decisions_on, doubts_on, study_links
from evidence.records import Field, text_sha256
from evidence.soundness import (
    BATCH,
    check_database,
    check_deferrals,
    check_references,
    check_runs,
    check_statements,
)
from evidence.status import Doubt, Tombstone, resolve
from evidence.store.cells import Touched, summary_of
from evidence.store.decisions import row_of
from evidence.store.records import values_of
from evidence.store.statuses import columns_of


def verify(database: Database, session: Session) -> Iterator[str]:
    """Yield every broken promise, one line each; nothing where all hold.

    Rows are read as they come, so that memory does not grow with the database.
    """
    for what, check in (
        ("the database", check_database(database, session)),
        ("the texts", _texts(session)),
        ("the records", _records(session)),
        ("the runs", check_runs(session)),
        ("the references", check_references(session)),
        ("the claims", _claims(database, session)),
        ("the decisions", _decisions(session)),
        ("what was put off", check_deferrals(session)),
        ("the statements", check_statements(session)),
        ("the audit trail", check_audit(database, session)),
        ("what was audited", check_audited(session)),
        ("the cells", _summary(database, session)),
        ("the counts of claims", _counts(session)),
    ):
        try:
            yield from check
        except (ValueError, EvidenceError, DriverError) as error:
            why = error.orig if isinstance(error, DBAPIError) else error
            yield f"{what} cannot be read to the end: {' '.join(str(why).split())}"


def _texts(session: Session) -> Iterator[str]:
    for row in session.exec(select(TextRow).execution_options(yield_per=BATCH)):
        if text_sha256(row.text) != row.sha256:
            yield f"text of PMID {row.pmid} ({row.field}) does not match its hash"


def _records(session: Session) -> Iterator[str]:
    links = _linked(session)
    known = (col(RecordVersionRow.pmid) == col(RecordRow.pmid)) & (
        col(RecordVersionRow.content_sha256) == col(RecordRow.content_sha256)
    )
    rows = select(RecordRow, RecordVersionRow).join(
        RecordVersionRow, known, isouter=True
    )
    for row, version in session.exec(rows.execution_options(yield_per=BATCH)):
        yield from _record(session, row, version, links.get(row.pmid, {}))


def _linked(session: Session) -> dict[int, dict[str, str]]:
    """Return in which columns curators overrule PubMed, by PMID."""
    kind = SubjectKind.STUDY_LINK.value
    subjects = select(DecisionRow.subject_id).where(
        col(DecisionRow.subject_kind) == kind
    )
    pmids = sorted({int(one) for one in session.exec(subjects) if one.isdecimal()})
    return study_links(session, pmids)


def _record(
    session: Session,
    row: RecordRow,
    version: RecordVersionRow | None,
    link: dict[str, str],
) -> Iterator[str]:
    where = f"record of PMID {row.pmid}"
    if digest(row.document) != row.content_sha256:
        yield f"{where} does not match its hash"
        return
    if version is None:
        yield f"{where}: its present version is not among those that were seen"
    try:
        record = read_record(row.document)
    except ValueError:
        yield f"{where} cannot be read, although it matches its hash"
        return
    if record.pmid != row.pmid:
        yield f"{where} is one of PMID {record.pmid}"
    expected = values_of(record, row.document, row.content_sha256) | link
    for name, value in expected.items():
        if getattr(row, name) != value:
            yield f"{where}: its {name} is not what PubMed says"
    for field in Field:
        text = record.text(field)
        key = (row.pmid, field.value, text_sha256(text or ""))
        if text is not None and session.get(TextRow, key) is None:
            yield f"{where}: its present {field} is not kept"


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
        doubts = doubts_on(session, (row.pmid for row, _ in rows))
        for row, text in rows:
            try:
                decisions = decisions_on(session, SubjectKind.CLAIM, [row.id])
                yield from _claim(row, text, decisions[row.id], doubts[row.pmid], dual)
            except (ValueError, EvidenceError) as error:
                yield f"claim {row.id} cannot be read: {error}"
        after = rows[-1][0].id
        session.expunge_all()


def _claim(
    row: ClaimRow,
    text: TextRow | None,
    decisions: list[Decision],
    doubts: list[Doubt],
    dual: bool,
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
        doubts=doubts,
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
    on_claim = (col(DecisionRow.subject_kind) == SubjectKind.CLAIM.value) & (
        col(DecisionRow.subject_id) == col(ClaimRow.id)
    )
    rows = (
        select(DecisionRow, ClaimRow.id)
        .join(ClaimRow, on_claim, isouter=True)
        .order_by(col(DecisionRow.sequence))
    )
    for row, claim in session.exec(rows.execution_options(yield_per=BATCH)):
        yield from _decision(session, row, claim)


def _decision(session: Session, row: DecisionRow, claim: str | None) -> Iterator[str]:
    try:
        decision = Decision.from_dict(json.loads(row.document))
    except (ValueError, EvidenceError) as error:
        yield f"decision {row.id} cannot be read: {error}"
        return
    for name, value in row_of(decision).items():
        if getattr(row, name) != value:
            yield f"decision {row.id} does not match its content ({name})"
    kind, subject = row.subject_kind, row.subject_id
    if kind == SubjectKind.CLAIM and claim is None:
        yield f"decision {row.id} is on claim {subject}, which is not stored"
    if kind == SubjectKind.PAPER and not _is_stored(session, subject):
        yield f"decision {row.id} is on paper {subject}, which is not stored"


def _is_stored(session: Session, pmid: str) -> bool:
    return pmid.isdecimal() and session.get(RecordRow, int(pmid)) is not None


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


def _counts(session: Session) -> Iterator[str]:
    names = ("domain", "role", "treatment", "design", "status")
    kinds = [col(getattr(ClaimRow, name)) for name in names]
    counted = session.execute(sqlalchemy.select(*kinds, func.count()).group_by(*kinds))
    expected = {tuple(row[:-1]): row[-1] for row in counted}
    stored = {
        tuple(getattr(row, name) for name in names): row.claims
        for row in session.exec(select(ClaimCountRow))
    }
    for kind in sorted(expected.keys() | stored.keys()):
        is_, should = stored.get(kind, 0), expected.get(kind, 0)
        if is_ != should:
            yield f"{', '.join(kind)}: counted as {is_} claims, there are {should}"
