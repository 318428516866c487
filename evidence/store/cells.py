"""The summary of every cell, kept equal to a recount of its claims."""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from evidence.cells import ARITHMETIC, Cell, Waiting, build, touches
from evidence.database import Database
from evidence.documents import read_draft, write_cell
from evidence.library import CellKey
from evidence.models import METADATA, CellRow, ClaimRow, MetaRow
from evidence.protocol import Protocol
from evidence.reading import compute, decided_in
from evidence.types import Draft, Role

SUMMARY_MADE_WITH = "summary_made_with"
"""Under this key the database remembers by which rules its cells were counted."""


DIALECTS: dict[str, Callable[..., Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
KEY = ("treatment", "domain", "role")
NOTHING = (
    col(CellRow.body) == "",
    *(col(getattr(CellRow, why.value)) == 0 for why in Waiting),
)


class Touched:
    """The cells that a set of changed claims stands in, before and after."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self.keys: dict[tuple[str, Role], set[str]] = defaultdict(set)

    def add(self, draft: Draft) -> None:
        """Add the cells of one claim."""
        rows = touches(draft, self._protocol)
        self.keys[draft.domain, draft.role].update(rows)


class Moves:
    """Undecided claims that came, went, or wait for another reason, by cell.

    Nothing else of a cell depends on them, so that its counters can be moved without
    reading its claims: a night that brings a thousand claims would otherwise read a
    cell a thousand times.
    """

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._by: dict[CellKey, Counter[Waiting]] = defaultdict(Counter)

    def add(self, draft: Draft, why: Waiting, by: int = 1) -> None:
        """Count a claim in, or out where `by` is -1."""
        for treatment in touches(draft, self._protocol):
            self._by[treatment, draft.domain, draft.role][why] += by

    def write(self, session: Session) -> None:
        """Move the counters."""
        rows = [
            {
                "treatment": treatment,
                "domain": domain,
                "role": role.value,
                "body": "",
                **{why.value: moved[why] for why in Waiting},
            }
            for (treatment, domain, role), moved in sorted(self._by.items())
            if any(moved.values())
        ]
        if not rows:
            return
        # Not the ORM's insert: it would look for returned keys, row by row.
        cell = METADATA.tables["cell"]
        write = DIALECTS[session.get_bind().dialect.name](cell)
        session.connection().execute(
            write.on_conflict_do_update(
                index_elements=KEY,
                set_={
                    why.value: cell.c[why.value] + write.excluded[why.value]
                    for why in Waiting
                },
            ),
            rows,
        )
        if any(moved < 0 for row in self._by.values() for moved in row.values()):
            session.execute(delete(CellRow).where(*NOTHING))


def recount(database: Database, session: Session, touched: Touched) -> None:
    """Write the summaries of the touched cells afresh; an empty cell has none."""
    for (domain, role), treatments in sorted(touched.keys.items()):
        cells = compute(database, session, domain, role, treatments)
        session.execute(
            delete(CellRow).where(
                col(CellRow.domain) == domain,
                col(CellRow.role) == role.value,
                col(CellRow.treatment).in_(sorted(treatments)),
            )
        )
        if cells:
            session.execute(
                insert(CellRow), [summary_of(cell) for _, cell in sorted(cells.items())]
            )


def rewrite(
    database: Database, session: Session, touched: Touched, moves: Moves
) -> None:
    """Write what decisions make of the touched cells, and move their counters.

    The same as a recount, without counting the claims that nobody touched: where
    decisions changed and records did not, only these can have moved.
    """
    cell = METADATA.tables["cell"]
    sources = database.sources(session)
    for (domain, role), treatments in sorted(touched.keys.items()):
        decided = decided_in(database, session, domain, role, treatments)
        rows = [
            {
                "treatment": treatment,
                "domain": domain,
                "role": role.value,
                "body": write_cell(
                    build(
                        treatment,
                        domain,
                        role,
                        decided.get(treatment, []),
                        database.protocol,
                        sources,
                    )
                ),
                **dict.fromkeys(Waiting, 0),
            }
            for treatment in sorted(treatments)
        ]
        write = DIALECTS[session.get_bind().dialect.name](cell)
        session.connection().execute(
            write.on_conflict_do_update(
                index_elements=KEY, set_={"body": write.excluded["body"]}
            ),
            rows,
        )
    moves.write(session)
    for (domain, role), treatments in touched.keys.items():
        session.execute(
            delete(CellRow).where(
                col(CellRow.domain) == domain,
                col(CellRow.role) == role.value,
                col(CellRow.treatment).in_(sorted(treatments)),
                *NOTHING,
            )
        )


def summary_of(cell: Cell) -> dict[str, Any]:
    """Return the columns of a cell's row."""
    return {
        "treatment": cell.treatment,
        "domain": cell.domain,
        "role": cell.role.value,
        "body": write_cell(cell),
        **{why.value: getattr(cell, why.value) for why in Waiting},
    }


def count_all(database: Database, session: Session) -> None:
    """Write the summary of every cell afresh."""
    session.execute(delete(CellRow))
    touched = Touched(database.protocol)
    for document in session.exec(
        select(ClaimRow.draft).execution_options(yield_per=1000)
    ):
        touched.add(read_draft(document))
    recount(database, session, touched)


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
        count_all(database, session)
        session.merge(MetaRow(key=SUMMARY_MADE_WITH, value=made_with))
    return before is not None
