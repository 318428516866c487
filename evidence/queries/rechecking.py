"""When curators last compared each regulatory fact with its source."""

from sqlmodel import Session

from evidence.database import Database
from evidence.decisions import SubjectKind
from evidence.reading import decisions_on
from evidence.rechecking import FactCheck, facts, newest_check


def fact_checks(database: Database, session: Session) -> dict[str, FactCheck]:
    """Return the newest check of each fact that has one, by the fact's id."""
    known = list(facts(database.protocol))
    decisions = decisions_on(session, SubjectKind.REGULATORY_FACT, known)
    found = {one: newest_check(decisions[one]) for one in known}
    return {one: check for one, check in found.items() if check is not None}
