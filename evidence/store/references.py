"""Where the review's references stand."""

from collections.abc import Iterable

from sqlalchemy import insert, update
from sqlmodel import Session, col

from evidence.documents import write_json
from evidence.library import ReferenceState
from evidence.retrieval_models import ReferenceRow


def save_reference_states(
    session: Session, states: Iterable[ReferenceState], *, run: int
) -> None:
    """Store what a run found out about references; unchanged ones write nothing."""
    for state in states:
        row = session.get(ReferenceRow, state.number)
        values = {
            "state": state.state.value,
            "pmid": state.pmid,
            "method": state.method,
            "agreements": write_json(state.agreements),
            "candidates": write_json([dict(c) for c in state.candidates]),
        }
        if row is None:
            session.execute(
                insert(ReferenceRow).values(number=state.number, run=run, **values)
            )
        elif any(getattr(row, name) != value for name, value in values.items()):
            session.execute(
                update(ReferenceRow)
                .where(col(ReferenceRow.number) == state.number)
                .values(run=run, **values)
            )
