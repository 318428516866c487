"""Where the review's references stand."""

import json

from sqlmodel import Session, select

from evidence.database import Database
from evidence.library import ReferenceStanding, ReferenceState
from evidence.models import ReferenceRow
from evidence.review import ReferenceKind


def reference_states(database: Database, session: Session) -> dict[int, ReferenceState]:
    """Return the state of every reference of the protocol, by number.

    What is no article is `not_indexed`: that follows from its kind, whatever a
    search would say. An article that nobody has looked for is `unresolved`.
    """
    rows = {row.number: row for row in session.exec(select(ReferenceRow))}
    states: dict[int, ReferenceState] = {}
    for number, reference in database.protocol.references.items():
        row = rows.get(number)
        if reference.kind is not ReferenceKind.ARTICLE:
            states[number] = ReferenceState(
                number=number, state=ReferenceStanding.NOT_INDEXED
            )
        elif row is None:
            states[number] = ReferenceState(
                number=number, state=ReferenceStanding.UNRESOLVED
            )
        else:
            states[number] = ReferenceState(
                number=number,
                state=ReferenceStanding(row.state),
                pmid=row.pmid,
                method=row.method,
                agreements=tuple(json.loads(row.agreements)),
                candidates=tuple(json.loads(row.candidates)),
            )
    return states
