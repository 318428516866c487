"""What befalls records is kept for good: it takes confidence from their claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from evidence.decisions import SubjectKind
from evidence.documents import read_draft, read_record
from evidence.models import ClaimRow, DecisionRow, DoubtRow, RecordRow, TextRow
from evidence.reading import doubts_on
from evidence.records import Field, Record, Retraction, TextSource, text_sha256
from evidence.status import DoubtKind
from evidence.store.runs import Event, audit

EVENTS = {
    DoubtKind.RETRACTED: "record_retracted",
    DoubtKind.CONCERN: "record_doubted",
    DoubtKind.GONE: "record_gone",
    DoubtKind.TEXT_CHANGED: "quote_left_text",
    DoubtKind.DIGEST_REPLACED: "digest_replaced",
}
"""What the audit trail says of a claim that lost confidence."""

_NOTICES = {
    Retraction.RETRACTED: DoubtKind.RETRACTED,
    Retraction.CONCERN: DoubtKind.CONCERN,
}


@dataclass(frozen=True, slots=True)
class Befallen:
    """What befell a record, before anybody knows its moment."""

    kind: DoubtKind
    field: Field | None = None
    before: str | None = None
    after: str | None = None


def on_arrival(record: Record) -> list[Befallen]:
    """Return what had befallen a record before it was first stored here."""
    kind = _NOTICES.get(record.retraction)
    return [Befallen(kind)] if kind is not None else []


def on_change(session: Session, record: Record, before: RecordRow) -> list[Befallen]:
    """Return what befell a record with its new version; its texts are stored."""
    found = on_arrival(record) if record.retraction != before.retraction else []
    new = {field: record.text(field) for field in Field}
    sha256s = {
        f: None if text is None else text_sha256(text) for f, text in new.items()
    }
    if (
        before.text_source == TextSource.DIGEST
        and record.text_source is TextSource.PUBMED
    ):
        rows = session.exec(
            select(TextRow.field, TextRow.sha256)
            .where(col(TextRow.pmid) == record.pmid)
            .order_by(col(TextRow.field), col(TextRow.sha256))
        )
        return found + [
            Befallen(DoubtKind.DIGEST_REPLACED, Field(name), old, sha256s[Field(name)])
            for name, old in rows
            if old != sha256s[Field(name)]
        ]
    old = read_record(before.document)
    for field in Field:
        text = old.text(field)
        if text is not None and text != new[field]:
            changed = (field, text_sha256(text), sha256s[field])
            found.append(Befallen(DoubtKind.TEXT_CHANGED, *changed))
    return found


def note_arrivals(session: Session, records: Iterable[Record], at: datetime) -> None:
    """Keep what had befallen records before they were first stored here."""
    rows = [
        _row(record.pmid, number, at, befallen)
        for record in records
        for number, befallen in enumerate(on_arrival(record), start=1)
    ]
    if rows:
        session.execute(insert(DoubtRow), rows)


def note(
    session: Session,
    pmid: int,
    found: Sequence[Befallen],
    at: datetime,
    *,
    event: str | None = None,
) -> None:
    """Keep what befell a record, and tell the audit trail which claims it concerns.

    Parameters
    ----------
    session, pmid
        In which transaction, and of which record.
    found
        What befell it.
    at
        The present. Whatever the clock says, it lies behind every decision that was
        taken on a claim of this record: those were taken without knowing.
    event
        What the audit trail says instead of the usual word.
    """
    if not found:
        return
    moment, number = _after(session, pmid, at)
    rows = [_row(pmid, number + i, moment, one) for i, one in enumerate(found, start=1)]
    session.execute(insert(DoubtRow), rows)
    new = doubts_on(session, [pmid])[pmid][-len(found) :]
    claims = session.exec(select(ClaimRow).where(col(ClaimRow.pmid) == pmid))
    told: list[Event] = []
    for claim in claims:
        draft = read_draft(claim.draft)
        kinds = [doubt.kind for doubt in new if doubt.concerns(draft)]
        if kinds:
            word = event or EVENTS[kinds[0]]
            told.append(Event("pubmed", word, f"claim:{claim.id}", {}))
    audit(session, at, told)


def _after(session: Session, pmid: int, at: datetime) -> tuple[datetime, int]:
    """Return the present, or the moment after all that is known; and how many are."""
    claims = select(ClaimRow.id).where(col(ClaimRow.pmid) == pmid)
    decided = session.exec(
        select(func.max(DecisionRow.at)).where(
            col(DecisionRow.subject_kind) == SubjectKind.CLAIM.value,
            col(DecisionRow.subject_id).in_(claims),
        )
    ).one()
    doubted, number = session.exec(
        select(func.max(DoubtRow.at), func.count()).where(col(DoubtRow.pmid) == pmid)
    ).one()
    known: tuple[datetime | None, ...] = (decided, doubted)
    after = [m + timedelta(microseconds=1) for m in known if m is not None]
    return max([at, *after]), number


def _row(pmid: int, number: int, at: datetime, one: Befallen) -> dict[str, object]:
    return {
        "pmid": pmid,
        "number": number,
        "at": at,
        "kind": one.kind.value,
        "field": one.field.value if one.field is not None else None,
        "before": one.before,
        "after": one.after,
    }
