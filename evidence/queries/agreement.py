"""How far the curators of a dual review agree, field by field."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from evidence.agreement import Agreement, Ratings, agree
from evidence.blinding import added, independent
from evidence.database import Database
from evidence.decisions import Decision, SubjectKind
from evidence.models import DecisionRow
from evidence.status import person
from evidence.types import canonical_json

VERDICT = "verdict"
"""Whether it is a claim at all: everybody who decides says that."""

FIELDS = (
    *("treatment", "comparator", "domain", "role", "direction", "population"),
    *("design", "statement", "measure", "time_band", "n", "quote"),
)
"""Compared where both accepted the claim, as it stood or amended."""

Pair = tuple[Decision, Decision]


@dataclass(frozen=True, slots=True)
class Compared:
    """What two curators, or all, agree on: the verdict first, then each field."""

    curators: tuple[str, ...]
    """The two by name; empty where all pairs are taken together."""
    fields: dict[str, Agreement]


def agreements(database: Database, session: Session) -> tuple[Compared, ...]:
    """Return the agreement of all pairs together, then of each pair of curators.

    Only verdicts count that were taken blind: the first two on a claim, since the
    review is a dual one. What was changed in sight of the other is no agreement.
    Nothing where no claim has two such verdicts.
    """
    pairs: dict[tuple[str, ...], list[Pair]] = defaultdict(list)
    for one, other in _pairs(database, session):
        first, second = sorted((one, other), key=lambda d: person(d.curator))
        names = (person(first.curator), person(second.curator))
        pairs[names].append((first, second))
    every = [pair for found in pairs.values() for pair in found]
    if not every:
        return ()
    together = Compared((), _compare(every))
    if len(pairs) == 1:
        return (together,)
    return (
        together,
        *(
            Compared((found[0][0].curator, found[0][1].curator), _compare(found))
            for _, found in sorted(pairs.items())
        ),
    )


def _pairs(database: Database, session: Session) -> Iterator[Pair]:
    """Yield the two blind verdicts of each claim that has them."""
    since = database.dual_since(session)
    if since is None:
        return
    kind = SubjectKind.CLAIM.value
    twice = (
        select(DecisionRow.subject_id)
        .where(col(DecisionRow.subject_kind) == kind)
        .group_by(col(DecisionRow.subject_id))
        .having(func.count(func.distinct(DecisionRow.curator)) > 1)
    )
    rows = session.exec(
        select(DecisionRow.subject_id, DecisionRow.document)
        .where(
            col(DecisionRow.subject_kind) == kind,
            col(DecisionRow.subject_id).in_(twice),
        )
        .order_by(
            col(DecisionRow.subject_id), col(DecisionRow.at), col(DecisionRow.sequence)
        )
    )
    taken: dict[str, list[Decision]] = defaultdict(list)
    for subject, document in rows:
        taken[subject].append(Decision.from_dict(json.loads(document)))
    for decisions in taken.values():
        found = independent(decisions)
        if (
            found is not None
            and all(d.at >= since for d in found)
            # Who decides on a claim that was added knows what its author says.
            and not added(found[0])
        ):
            yield found


def _compare(pairs: list[Pair]) -> dict[str, Agreement]:
    verdicts = [(a.reason is None, b.reason is None) for a, b in pairs]
    both = [pair for pair, verdict in zip(pairs, verdicts, strict=True) if all(verdict)]
    drafts = [[{**d.snapshot, **d.changes} for d in pair] for pair in both]
    found = {VERDICT: agree(verdicts)}
    for name in FIELDS:
        ratings: Ratings = [
            (canonical_json(a.get(name)), canonical_json(b.get(name)))
            for a, b in drafts
        ]
        found[name] = agree(ratings)
    return found
