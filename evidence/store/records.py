"""Records in: new ones, changed ones, and those that PubMed deleted."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from evidence.claims import registry_ids, study_of
from evidence.database import Database
from evidence.documents import digest, read_record, write_record
from evidence.library import LinkSource
from evidence.models import (
    METADATA,
    ClaimRow,
    RecordRow,
    RecordVersionRow,
    TextRow,
)
from evidence.reading import parts, study_links
from evidence.records import (
    NORMALISER,
    Field,
    Record,
    Retraction,
    TextSource,
    text_sha256,
)
from evidence.store.doubts import note, note_arrivals, on_change
from evidence.store.gone import welcome_back
from evidence.store.statuses import restate


@dataclass(slots=True)
class Saved:
    """What became of the records of a batch, counted."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    superseded: int = 0
    """Older than what is stored, or seen before and replaced since."""
    without_abstract: int = 0
    """Of the new and changed ones."""
    retracted: int = 0
    """Newly retracted among the changed ones."""

    def __add__(self, other: "Saved") -> "Saved":
        """Add the counts of two batches."""
        return Saved(
            **{
                f.name: getattr(self, f.name) + getattr(other, f.name)
                for f in fields(self)
            }
        )


def save_records(
    database: Database,
    session: Session,
    records: Iterable[Record],
    *,
    run: int,
    at: datetime,
    current: bool = False,
) -> Saved:
    """Store records; what is already known writes nothing.

    A changed text keeps its old version beside the new one. Claims on which
    somebody decided stay anchored to the version that was decided on; where their
    quote has left the text they ask to be looked at again. A retraction and an
    expression of concern do the same. PubMed's own text replaces a digest, whose
    claims are tombstoned; a digest never replaces PubMed's text.

    Parameters
    ----------
    database, session
        Where, and in which transaction.
    records
        What was read; the last version of a record wins.
    run, at
        The run, and the moment, that this belongs to.
    current
        Whether this is what PubMed says now. A file may be older than what is
        stored, PubMed's own answer never is: it may take a retraction back, or a
        deletion.
    """
    # The last version in a batch wins, as in PubMed's update files.
    incoming = {record.pmid: record for record in records}
    saved = Saved()
    stored = _stored(session, list(incoming))
    seen = _versions(session, list(incoming))
    linked = study_links(session, list(incoming))
    touched: list[str] = []
    rows: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    doubtful: list[tuple[Record, RecordRow]] = []
    for record in incoming.values():
        document = write_record(record)
        sha256 = digest(document)
        before = stored.get(record.pmid)
        if before is not None and before.content_sha256 == sha256:
            saved.unchanged += 1
            if current:
                welcome_back(session, before, at)
            continue
        known = (record.pmid, sha256) in seen
        if before is not None and _is_older(record, before, known, current):
            saved.superseded += 1
            continue
        values = values_of(record, document, sha256) | {"changed_run": run}
        values |= linked.get(record.pmid, {})
        if before is None:
            rows.append({"pmid": record.pmid, **values})
            saved.new += 1
        else:
            _set(session, record.pmid, **values, read_with=None)
            welcome_back(session, before, at)
            saved.changed += 1
        saved.without_abstract += record.abstract is None
        if not known:
            versions.append({"pmid": record.pmid, "content_sha256": sha256, "run": run})
        if before is None:
            texts += _texts(record)
        else:
            texts += [
                row
                for row in _texts(record)
                if session.get(TextRow, tuple(row[k] for k in TEXT_KEY)) is None
            ]
            doubtful.append((record, before))
    for table, new in (("record", rows), ("record_version", versions), ("text", texts)):
        if new:
            session.connection().execute(insert(METADATA.tables[table]), new)
    note_arrivals(session, (r for r in incoming.values() if r.pmid not in stored), at)
    for record, before in doubtful:
        saved.retracted += (
            record.retraction is Retraction.RETRACTED
            and before.retraction != Retraction.RETRACTED
        )
        note(session, record.pmid, on_change(session, record, before), at)
        claims = select(ClaimRow.id).where(col(ClaimRow.pmid) == record.pmid)
        touched += session.exec(claims.order_by(col(ClaimRow.id)))
    formerly = {before.pmid: before for _, before in doubtful}
    restate(database, session, touched, formerly=formerly)
    return saved


def _stored(session: Session, pmids: list[int]) -> dict[int, RecordRow]:
    found: dict[int, RecordRow] = {}
    for part in parts(pmids):
        rows = session.exec(select(RecordRow).where(col(RecordRow.pmid).in_(part)))
        for row in rows:
            session.expunge(row)
            found[row.pmid] = row
    return found


def _versions(session: Session, pmids: list[int]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for part in parts(pmids):
        found.update(
            session.exec(
                select(RecordVersionRow.pmid, RecordVersionRow.content_sha256).where(
                    col(RecordVersionRow.pmid).in_(part)
                )
            )
        )
    return found


def _is_older(record: Record, before: RecordRow, known: bool, current: bool) -> bool:
    """Return whether a version must not replace the stored one.

    A baseline file loaded after an update file must not take a retraction back. One
    that was stored before and replaced does not come back either: loading the same
    files twice would otherwise swap two versions to and fro.
    """
    if before.text_source != record.text_source.value:
        return record.text_source is TextSource.DIGEST
    if current:
        return False
    if known:
        return True
    stored = read_record(before.document)
    if record.revised is not None and stored.revised is not None:
        return (record.revised, record.version) < (stored.revised, stored.version)
    return record.version < stored.version


def _set(session: Session, pmid: int, **values: Any) -> None:
    session.execute(
        update(RecordRow).where(col(RecordRow.pmid) == pmid).values(**values)
    )


def values_of(
    record: Record, document: str, sha256: str
) -> dict[str, str | int | bool | None]:
    """Return the columns that follow from a record."""
    printed = registry_ids(f"{record.title or ''}\n{record.abstract or ''}")
    study = study_of(record.pmid, record.registry_ids, printed)
    source = LinkSource.NONE
    if record.registry_ids and study in record.registry_ids:
        source = LinkSource.REGISTRY
    elif study in printed:
        source = LinkSource.TEXT
    return {
        "content_sha256": sha256,
        "document": document,
        "text_source": record.text_source.value,
        "retraction": record.retraction.value,
        "year": record.published.year if record.published else None,
        "study": study,
        "link_source": source.value,
        "has_abstract": record.abstract is not None,
    }


TEXT_KEY = ("pmid", "field", "sha256")


def _texts(record: Record) -> list[dict[str, Any]]:
    texts = ((field, record.text(field)) for field in Field)
    return [
        {
            "pmid": record.pmid,
            "field": field.value,
            "sha256": text_sha256(text),
            "normaliser": NORMALISER,
            "text": text,
        }
        for field, text in texts
        if text is not None
    ]
