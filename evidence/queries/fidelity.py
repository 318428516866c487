"""What curators say of the references printed at assertions."""

from sqlmodel import Session

from evidence.database import Database
from evidence.decisions import SubjectKind
from evidence.fidelity import FidelityLabel, label_of, uses
from evidence.reading import decisions_on


def fidelity_labels(database: Database, session: Session) -> dict[str, FidelityLabel]:
    """Return the label of each use that has one, by "<assertion>/<number>"."""
    known = dict(uses(database.protocol))
    decisions = decisions_on(session, SubjectKind.FIDELITY, list(known))
    found = {use: label_of(decisions[use], summary) for use, summary in known.items()}
    return {use: label for use, label in found.items() if label is not None}
