"""What named people say of cells, and where each wording stands."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from evidence.cells import Cell, Waiting
from evidence.claims import Claim
from evidence.database import Database
from evidence.decisions import SubjectKind
from evidence.documents import read_cell
from evidence.library import CellKey
from evidence.models import CellRow, ClaimRow, DecisionRow, RecordRow
from evidence.reading import WITHOUT_DOCUMENT, claim_of, decisions_on, parts
from evidence.statement_rules import cell_of, subject_of
from evidence.statements import CellStatement, counted_in, statements_of


def cell_at(session: Session, key: CellKey) -> Cell:
    """Return a cell from the summary, an empty one where no claim touches it."""
    treatment, domain, role = key
    row = session.get(CellRow, (treatment, domain, role.value))
    if row is None:
        return Cell(treatment=treatment, domain=domain, role=role)
    counts = {why.value: getattr(row, why.value) for why in Waiting}
    return read_cell(treatment, domain, role, row.body, counts)


def claims_in(session: Session, cells: Iterable[Cell]) -> dict[str, Claim]:
    """Return the claims that count in cells, by id."""
    ids = sorted({one for cell in cells for one in cell.claims})
    found: dict[str, Claim] = {}
    for part in parts(ids):
        rows = session.exec(
            select(ClaimRow, RecordRow)
            .join(RecordRow, col(ClaimRow.pmid) == col(RecordRow.pmid))
            .where(col(ClaimRow.id).in_(part))
            .options(WITHOUT_DOCUMENT)
        )
        found |= {row.id: claim_of(row, record) for row, record in rows}
    return found


def statements_on(session: Session, key: CellKey) -> tuple[CellStatement, ...]:
    """Return every wording of one cell, newest first."""
    cell = cell_at(session, key)
    subject, kind = subject_of(*key), SubjectKind.CELL_STATEMENT
    decisions = decisions_on(session, kind, [subject])[subject]
    return statements_of(decisions, counted_in(cell, claims_in(session, [cell])))


def cell_statements(
    database: Database, session: Session
) -> dict[CellKey, tuple[CellStatement, ...]]:
    """Return every wording of every cell that has one, newest first."""
    kind = SubjectKind.CELL_STATEMENT
    subjects = session.exec(
        select(DecisionRow.subject_id)
        .where(col(DecisionRow.subject_kind) == kind.value)
        .distinct()
    ).all()
    decisions = decisions_on(session, kind, sorted(subjects))
    keys: Mapping[str, CellKey] = {
        subject: key
        for subject in decisions
        if (key := cell_of(subject, database.protocol)) is not None
    }
    cells = {subject: cell_at(session, key) for subject, key in keys.items()}
    claims = claims_in(session, cells.values())
    found = {
        key: statements_of(decisions[subject], counted_in(cells[subject], claims))
        for subject, key in keys.items()
    }
    return {key: statements for key, statements in found.items() if statements}
