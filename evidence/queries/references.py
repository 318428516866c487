"""Where the review's references stand."""

import json

from sqlmodel import Session, select

from evidence.database import Database
from evidence.decisions import Decision, SubjectKind
from evidence.library import ReferenceStanding, ReferenceState
from evidence.reading import decisions_on
from evidence.retrieval_models import ReferenceRow
from evidence.review import ReferenceKind
from evidence.settling import settled


def reference_states(database: Database, session: Session) -> dict[int, ReferenceState]:
    """Return the state of every reference of the protocol, by number.

    What a curator settled stands over everything else. What is no article is
    `not_indexed`: that follows from its kind, whatever a search would say. An article
    that nobody has looked for is `unresolved`.
    """
    by_hand = settlements(database, session)
    rows = {row.number: row for row in session.exec(select(ReferenceRow))}
    states: dict[int, ReferenceState] = {}
    for number, reference in database.protocol.references.items():
        row = rows.get(number)
        if number in by_hand:
            states[number] = by_hand[number][0]
        elif reference.kind is not ReferenceKind.ARTICLE:
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


def settlements(
    database: Database, session: Session
) -> dict[int, tuple[ReferenceState, Decision]]:
    """Return what curators settled by hand, each with the decision that counts."""
    references = database.protocol.references
    decisions = decisions_on(
        session, SubjectKind.REFERENCE, [str(n) for n in references]
    )
    found = {n: settled(r, decisions[str(n)]) for n, r in references.items()}
    return {n: settlement for n, settlement in found.items() if settlement is not None}
