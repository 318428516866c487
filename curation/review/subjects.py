"""Decisions on what is no claim: taken on what was shown, and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from curation.review.deciding import note_of
from curation.review.errors import FormError
from curation.review.review import Review
from evidence.decisions import Action, Decision, SubjectKind
from evidence.errors import ConflictError
from evidence.queries.claims import taken_back
from evidence.queries.subjects import decisions_about
from evidence.reading import moment_after
from evidence.status import live, person
from evidence.store.decisions import append_decisions


@dataclass(frozen=True, slots=True)
class History:
    """What was decided on a subject, newest first, and what of it is one's own."""

    decisions: tuple[Decision, ...]
    standing: frozenset[str]
    own: Decision | None
    """The newest of one's own that stands: what can be taken back."""
    seen: str
    """The last decision, "" for none."""


def history_of(
    review: Review, session: Session, kind: SubjectKind, subject: str
) -> History:
    """Read what was decided on a subject."""
    found = decisions_about(session, kind, subject)
    standing = live(found)
    own = [d for d in standing if person(d.curator) == person(review.curator)]
    return History(
        decisions=tuple(reversed(found)),
        standing=frozenset(d.id for d in standing),
        own=own[-1] if own else None,
        seen=found[-1].id if found else "",
    )


def undo_about(
    review: Review, session: Session, target: Decision, form: dict[str, str]
) -> None:
    """Take a decision of one's own back, or an undo: that is redo.

    Raises
    ------
    ConflictError
        Where somebody decided since, or it was taken back already.
    """
    found = history_of(review, session, target.subject_kind, target.subject_id)
    if form.get("seen", "") != found.seen or target.id in taken_back(
        found.decisions[::-1]
    ):
        raise ConflictError(
            "something was decided here since you saw it; look at it again first"
        )
    undo = Decision(
        subject_kind=target.subject_kind,
        subject_id=target.subject_id,
        action=Action.UNDO,
        curator=review.curator,
        role=review.role,
        at=moment_after(
            session, target.subject_kind, target.subject_id, review.clock()
        ),
        undoes=target.id,
    )
    append_decisions(review.database, session, [undo], at=undo.at)


def decide_about(
    review: Review,
    session: Session,
    kind: SubjectKind,
    subject: str,
    form: dict[str, str],
    *,
    action: Action,
    snapshot: Mapping[str, Any],
    changes: Mapping[str, Any] | None = None,
    grounds: bool = True,
) -> None:
    """Append a decision on a subject, if nobody decided since it was shown.

    Where the form asks for an undo, the newest of one's own is taken back.

    Parameters
    ----------
    review, session
        Whose decision, and in which transaction.
    kind, subject
        What it is about.
    form
        What was sent: the last decision that was seen, a note, perhaps `undo`.
    action, snapshot, changes
        What is decided, on what was shown.
    grounds
        Whether the note has to say why.

    Raises
    ------
    ConflictError
        Where somebody decided since.
    FormError
        Where nothing of one's own is there to take back, or no note says why.
    """
    found = history_of(review, session, kind, subject)
    if form.get("seen", "") != found.seen:
        who = found.decisions[0].curator if found.decisions else "somebody"
        raise ConflictError(f"meanwhile {who} decided; look at both and decide again")
    note = note_of(form)
    undoes: str | None = None
    if form.get("action") == Action.UNDO.value:
        if found.own is None:
            raise FormError("there is nothing of yours to take back here")
        action, snapshot, undoes = Action.UNDO, {}, found.own.id
        changes = None
    elif grounds and note is None:
        raise FormError("say in the note why")
    decision = Decision(
        subject_kind=kind,
        subject_id=subject,
        action=action,
        curator=review.curator,
        role=review.role,
        at=moment_after(session, kind, subject, review.clock()),
        snapshot=snapshot,
        changes=changes or {},
        note=note,
        undoes=undoes,
    )
    append_decisions(review.database, session, [decision], at=decision.at)
