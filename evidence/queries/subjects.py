"""Decisions on whatever is no claim: a use of a reference, a report of a study."""

from sqlmodel import Session

from evidence.decisions import Decision, SubjectKind
from evidence.reading import decisions_on


def decisions_about(
    session: Session, kind: SubjectKind, subject: str
) -> list[Decision]:
    """Return all decisions on a subject, oldest first."""
    return decisions_on(session, kind, [subject])[subject]
