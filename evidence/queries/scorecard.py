"""How often the extractor was right, by what curators made of its claims."""

import json
from collections.abc import Iterator

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from evidence.decisions import Status, SubjectKind
from evidence.desk_models import SliceClaimRow
from evidence.models import ClaimRow
from evidence.reading import IN_ONE_QUERY, decisions_on
from evidence.scorecard import Judgement, Scorecard, score
from evidence.status import DECISIVE, live
from evidence.types import ADDED_BY

SETTLED = (Status.ACCEPTED, Status.ADJUDICATED, Status.REJECTED)


def scorecard(session: Session, *, sliced: bool = True) -> Scorecard:
    """Return the extractor's marks on settled claims.

    Parameters
    ----------
    session
        Where to read.
    sliced
        Whether only claims count that a random slice drew: those alone give an
        unbiased precision. Else all that were settled.
    """
    return score(_judgements(session, sliced))


def _judgements(session: Session, sliced: bool) -> Iterator[Judgement]:
    after = ""
    wanted: list[ColumnElement[bool]] = [
        col(ClaimRow.status).in_([status.value for status in SETTLED]),
        ~col(ClaimRow.extractor).startswith(ADDED_BY),
    ]
    if sliced:
        wanted.append(col(ClaimRow.id).in_(select(SliceClaimRow.claim)))
    while True:
        rows = session.exec(
            select(ClaimRow.id, ClaimRow.status, ClaimRow.draft)
            .where(*wanted, col(ClaimRow.id) > after)
            .order_by(col(ClaimRow.id))
            .limit(IN_ONE_QUERY)
        ).all()
        if not rows:
            return
        after = rows[-1][0]
        taken = decisions_on(session, SubjectKind.CLAIM, [row[0] for row in rows])
        for claim, status, draft in rows:
            decisive = [d for d in live(taken[claim]) if d.action in DECISIVE]
            refused = status == Status.REJECTED.value
            reasons = [d.reason for d in decisive if d.reason is not None]
            yield Judgement(
                # What the first curator saw, whatever the extractor says by now.
                proposed=decisive[0].snapshot,
                decided=None if refused else json.loads(draft),
                reason=reasons[-1] if refused and reasons else None,
            )
