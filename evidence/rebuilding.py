"""A database made again from what machines stored, and from the ledger.

The proof that nothing people decided lies anywhere but in the ledger: statuses,
cells, studies and claims that a curator added are left out, and come back.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import RowMapping, Table, delete, func, insert
from sqlmodel import Session, select

from evidence import ledger
from evidence.copying import (
    OF_ITSELF,
    OF_OTHERS,
    copy_table,
    count_on,
    refuse_full,
    rows_in,
)
from evidence.database import Database
from evidence.documents import read_draft, read_record
from evidence.models import METADATA, DecisionRow, RunRow
from evidence.reading import doubts_on
from evidence.status import Tombstone, resolve
from evidence.store.cells import count_all
from evidence.store.inserting import new_row
from evidence.store.records import values_of
from evidence.store.runs import AUDIT_HEAD

MADE_AGAIN = OF_OTHERS | {"decision", "audit", "cell", "deferral"}
"""Tables of which nothing is copied: the ledger makes them again."""

NEVER = datetime(1, 1, 1, tzinfo=UTC)


def rebuild(session: Session, target: Database) -> ledger.Imported:
    """Make a database again in an empty one, and return what its ledger held.

    Parameters
    ----------
    session
        One moment of the database, which is only read.
    target
        An empty database of the same protocol.

    Raises
    ------
    DatabaseError
        Where the target holds something.
    LedgerError
        Where a decision cannot be taken again. Then the target stays empty.
    """
    with target.write() as made:
        refuse_full(target, made)
        for name in OF_ITSELF:
            made.execute(delete(METADATA.tables[name]))
        for table in METADATA.sorted_tables:
            if table.name == "record":
                _copy(table, _records(session), made)
            elif table.name == "claim":
                _copy(table, _claims(session), made)
            elif table.name == "meta":
                _copy(table, _meta(session), made)
            elif table.name not in MADE_AGAIN:
                copy_table(table, session, made)
        count_on(target, made)
        newest, last = session.execute(
            select(
                select(func.max(RunRow.id)).scalar_subquery(),
                select(func.max(DecisionRow.at)).scalar_subquery(),
            )
        ).one()
        imported = ledger.import_lines(
            *(target, made, ledger.export(session)),
            source="the ledger",
            run=newest or 0,
            at=last or NEVER,
            yielding=False,
        )
        count_all(target, made)
    return imported


def _copy(table: Table, rows: Iterator[list[dict[str, Any]]], made: Session) -> None:
    for some in rows:
        if some:
            made.execute(insert(table), some)


def _meta(session: Session) -> Iterator[list[dict[str, Any]]]:
    for rows in rows_in(METADATA.tables["meta"], session):
        yield [dict(r._mapping) for r in rows if r._mapping["key"] != AUDIT_HEAD]


def _records(session: Session) -> Iterator[list[dict[str, Any]]]:
    """Yield records as PubMed has them, without what curators decided of studies."""
    for rows in rows_in(METADATA.tables["record"], session):
        yield [_record(row._mapping) for row in rows]


def _record(row: RowMapping) -> dict[str, Any]:
    document = row["document"]
    values = values_of(read_record(document), document, row["content_sha256"])
    return dict(row) | values


def _claims(session: Session) -> Iterator[list[dict[str, Any]]]:
    """Yield claims as the extractor proposes them now, whatever was decided."""
    for rows in rows_in(METADATA.tables["claim"], session):
        doubts = doubts_on(session, (row._mapping["pmid"] for row in rows))
        found = []
        for row in (row._mapping for row in rows):
            proposal = read_draft(row["proposal"])
            if proposal.added_by is not None:
                continue
            gone = Tombstone(row["tombstone"]) if row["tombstone"] else None
            status = resolve(
                proposal, (), tombstone=gone, doubts=doubts[proposal.pmid]
            ).status
            found.append(
                new_row(proposal, row["created_run"], row["id"])
                | {"status": status.value, "tombstone": row["tombstone"]}
            )
        yield found
