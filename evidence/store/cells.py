"""The summary of every cell, kept equal to a recount of its claims."""

from collections import defaultdict

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from evidence.cells import ARITHMETIC, Cell, touches
from evidence.database import Database
from evidence.documents import read_draft, write_cell
from evidence.library import CellKey
from evidence.models import CellRow, ClaimRow, MetaRow
from evidence.protocol import Protocol
from evidence.reading import compute
from evidence.types import Draft, Role

SUMMARY_MADE_WITH = "summary_made_with"
"""Under this key the database remembers by which rules its cells were counted."""


class Touched:
    """The cells that a set of changed claims stands in, before and after."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self.keys: dict[tuple[str, Role], set[str]] = defaultdict(set)

    def add(self, draft: Draft) -> None:
        """Add the cells of one claim."""
        rows = touches(draft, self._protocol)
        self.keys[draft.domain, draft.role].update(rows)


def recount(database: Database, session: Session, touched: Touched) -> None:
    """Write the summaries of the touched cells afresh; an empty cell has none."""
    for (domain, role), treatments in sorted(touched.keys.items()):
        cells = compute(database, session, domain, role, treatments)
        stored = {
            row.treatment: row.body
            for row in session.exec(
                select(CellRow).where(
                    col(CellRow.domain) == domain,
                    col(CellRow.role) == role.value,
                    col(CellRow.treatment).in_(sorted(treatments)),
                )
            )
        }
        for treatment in sorted(treatments):
            _write(session, (treatment, domain, role), cells.get(treatment), stored)


def keep_current(database: Database) -> bool:
    """Count every cell afresh where the protocol or the arithmetic has changed.

    Cells rest on classes, ladder, comparators and polarity: a summary made under
    other tables would be wrong without anybody having decided anything.
    """
    made_with = f"{database.protocol.sha256}:{ARITHMETIC}"
    with database.read() as session:
        if database.meta(session, SUMMARY_MADE_WITH) == made_with:
            return False
    with database.write() as session:
        before = database.meta(session, SUMMARY_MADE_WITH)
        session.execute(delete(CellRow))
        touched = Touched(database.protocol)
        for document in session.exec(
            select(ClaimRow.draft).execution_options(yield_per=1000)
        ):
            touched.add(read_draft(document))
        recount(database, session, touched)
        session.merge(MetaRow(key=SUMMARY_MADE_WITH, value=made_with))
    return before is not None


def _write(
    session: Session, key: CellKey, cell: Cell | None, stored: dict[str, str]
) -> None:
    treatment, domain, role = key
    before = stored.get(treatment)
    where = (
        col(CellRow.treatment) == treatment,
        col(CellRow.domain) == domain,
        col(CellRow.role) == role.value,
    )
    if cell is None:
        if before is not None:
            session.execute(delete(CellRow).where(*where))
        return
    body = write_cell(cell)
    if before is None:
        session.execute(
            insert(CellRow).values(
                treatment=treatment, domain=domain, role=role.value, body=body
            )
        )
    elif before != body:
        session.execute(update(CellRow).where(*where).values(body=body))
