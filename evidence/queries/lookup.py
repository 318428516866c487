"""Claims and past decisions that a few words find."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, and_, cast, func, or_
from sqlmodel import Session, col, select

from evidence.blinding import Sight, visible
from evidence.claims import Claim
from evidence.decisions import Action, Decision, SubjectKind
from evidence.models import ClaimRow, DecisionRow, RecordRow
from evidence.queries.claims import SHOWN, taken_back
from evidence.queries.sight import as_seen
from evidence.reading import WITHOUT_DOCUMENT, claim_of, decisions_on


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision, with the claim as it stands now where it is on one."""

    sequence: int
    decision: Decision
    claim: Claim | None
    stands: bool
    """Whether nobody has taken it back."""
    seen: str
    """The last decision on the same subject that may be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which past decisions are looked for."""

    text: str = ""
    slugs: Sequence[str] = ()
    """Treatments and domains whose labels hold the text."""
    subjects: Sequence[str] = ()
    """What else is of those, as decisions name it."""
    curator: str | None = None
    action: Action | None = None
    kind: SubjectKind | None = None


def search(
    session: Session, text: str, slugs: Sequence[str], limit: int = SHOWN
) -> tuple[Claim, ...]:
    """Return claims of a PMID, an id, one of these slugs, or with this text in them.

    Parameters
    ----------
    session
        Where to look.
    text
        What was typed.
    slugs
        Treatments and domains whose labels hold it.
    limit
        How many at most.
    """
    rows = session.exec(
        select(ClaimRow, RecordRow)
        .join(RecordRow, col(ClaimRow.pmid) == col(RecordRow.pmid))
        .where(_matches(session, text, slugs, col(ClaimRow.draft), "quote", "outcome"))
        .order_by(col(ClaimRow.pmid), col(ClaimRow.start_offset), col(ClaimRow.id))
        .limit(limit)
    )
    return tuple(claim_of(row, record) for row, record in rows)


def past_decisions(
    session: Session,
    wanted: Wanted,
    *,
    before: int | None = None,
    limit: int = SHOWN,
    sight: Sight,
) -> tuple[tuple[PastDecision, ...], int | None]:
    """Return decisions, newest first, those before `before` only.

    Returns
    -------
    tuple
        The decisions that may be seen, and the number to go on from: None at the end.
    """
    rows = _newest(session, wanted, before, limit)
    last: dict[tuple[str, str], str] = {}
    seen: set[str] = set()
    gone: set[str] = set()
    for each in SubjectKind:
        ids = {row.subject_id for row, _, _ in rows if row.subject_kind == each}
        for one, found in decisions_on(session, each, sorted(ids)).items():
            may = visible(found, sight) if each is SubjectKind.CLAIM else found
            seen.update(decision.id for decision in may)
            gone |= taken_back(found)
            last[each, one] = may[-1].id if may else ""
    shown = [row for row in rows if row[0].id in seen]
    stored = {
        of.id: claim_of(of, record)
        for _, of, record in shown
        if of is not None and record is not None
    }
    claims = {c.id: c for c in as_seen(session, sight, list(stored.values()))}
    past = tuple(
        PastDecision(
            sequence=row.sequence or 0,
            decision=Decision.from_dict(json.loads(row.document)),
            claim=claims[of.id] if of is not None else None,
            stands=row.id not in gone,
            seen=last[row.subject_kind, row.subject_id],
        )
        for row, of, _ in shown
    )
    return past, rows[-1][0].sequence if len(rows) == limit else None


def _newest(
    session: Session, wanted: Wanted, before: int | None, limit: int
) -> Sequence[tuple[DecisionRow, ClaimRow | None, RecordRow | None]]:
    """Return decisions, whoever may see them, each with its claim if it is on one."""
    kind, sequence = col(DecisionRow.subject_kind), col(DecisionRow.sequence)
    on_claim = and_(
        kind == SubjectKind.CLAIM.value,
        col(ClaimRow.id) == col(DecisionRow.subject_id),
    )
    # What an outer join does not find is None, which its type does not say.
    query: Any = (
        select(DecisionRow, ClaimRow, RecordRow)
        .join(ClaimRow, on_claim, isouter=True)
        .join(RecordRow, col(RecordRow.pmid) == col(ClaimRow.pmid), isouter=True)
        .options(WITHOUT_DOCUMENT)
    )
    if wanted.text:
        document = col(DecisionRow.document)
        of_claim = _matches(session, wanted.text, wanted.slugs, document, *_OF_CLAIMS)
        query = query.where(or_(of_claim, _of_others(session, wanted)))
    if wanted.curator is not None:
        query = query.where(col(DecisionRow.curator) == wanted.curator)
    if wanted.action is not None:
        query = query.where(col(DecisionRow.action) == wanted.action.value)
    if wanted.kind is not None:
        query = query.where(kind == wanted.kind.value)
    if before is not None:
        query = query.where(sequence < before)
    newest = query.order_by(sequence.desc()).limit(limit)
    return session.exec(newest).all()  # type: ignore[no-any-return]  # the query is Any


_OF_CLAIMS = ("note", "snapshot.quote", "snapshot.outcome", "snapshot.rule")
_OF_OTHERS = (
    *("note", "snapshot.summary", "snapshot.study", "snapshot.raw"),
    *("snapshot.indication", "snapshot.product", "changes.text"),
)
"""Where words of a decision stand that a person looks for."""


def _of_others(session: Session, wanted: Wanted) -> ColumnElement[bool]:
    """Return whether a decision on no claim is of this subject, or holds this text."""
    subject, document = col(DecisionRow.subject_id), col(DecisionRow.document)
    stated = col(DecisionRow.subject_kind) == SubjectKind.CELL_STATEMENT.value
    return and_(
        col(DecisionRow.subject_kind) != SubjectKind.CLAIM.value,
        or_(
            subject == wanted.text,
            _holds(session, wanted.text, document, *_OF_OTHERS),
            subject.in_(wanted.subjects),
            *(
                and_(stated, ("/" + subject).contains(f"/{slug}/", autoescape=True))
                for slug in wanted.slugs
            ),
        ),
    )


def _matches(
    session: Session, text: str, slugs: Sequence[str], document: Any, *fields: str
) -> ColumnElement[bool]:
    """Return whether a claim has this number, id or slug, or a field this text."""
    ways: list[ColumnElement[bool]] = [
        _holds(session, text, document, *fields),
        col(ClaimRow.id) == text,
    ]
    if text.isascii() and text.isdigit():
        ways.append(col(ClaimRow.pmid) == int(text[:9]))
    if slugs:
        ways.append(col(ClaimRow.treatment).in_(slugs))
        ways.append(col(ClaimRow.domain).in_(slugs))
    return or_(*ways)


def _holds(
    session: Session, text: str, document: Any, *fields: str
) -> ColumnElement[bool]:
    """Return whether one of these fields holds a text.

    The whole document is asked first: that is quick, and holds all that a field
    can hold, though spelled as JSON spells it.
    """
    spelled = json.dumps(text, ensure_ascii=False)[1:-1]
    in_field = (
        _field(session, document, path).icontains(text, autoescape=True)
        for path in fields
    )
    return and_(document.icontains(spelled, autoescape=True), or_(*in_field))


def _field(session: Session, document: Any, path: str) -> Any:
    """Return a field of a column that holds JSON as text."""
    if session.get_bind().dialect.name == "sqlite":
        return func.json_extract(document, f"$.{path}")
    return cast(document, JSON)[tuple(path.split("."))].as_string()
