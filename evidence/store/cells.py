"""The summary of every cell, kept equal to a recount of its claims."""

from collections import defaultdict

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from evidence.cells import Cell, touches
from evidence.database import Database
from evidence.documents import write_cell
from evidence.library import CellKey
from evidence.models import CellRow
from evidence.protocol import Protocol
from evidence.reading import compute
from evidence.types import Draft, Role


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
