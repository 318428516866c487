"""What curators decided on, as the extractor learns from it."""

from collections import defaultdict

from sqlmodel import Session

from curation.extract.training.examples import Judged, Verdict
from evidence.database import Database
from evidence.decisions import Action, Status, SubjectKind
from evidence.queries.library import library
from evidence.reading import decisions_on
from evidence.types import Draft

_SEEN = (Action.ACCEPT, Action.AMEND, Action.REJECT, Action.ADJUDICATE)


def judged(database: Database, session: Session) -> tuple[Judged, ...]:
    """Return the records with settled claims, in the order of their PMIDs.

    Each verdict is the claim as its first curator saw it, against what stands now.
    """
    found = library(database, session)
    settled = {
        claim.id: claim
        for claim in found.claims.values()
        if claim.status.counts or claim.status is Status.REJECTED
    }
    verdicts: dict[int, list[Verdict]] = defaultdict(list)
    for id_, decisions in decisions_on(
        session, SubjectKind.CLAIM, sorted(settled)
    ).items():
        seen = next((d for d in decisions if d.action in _SEEN and d.snapshot), None)
        if seen is None:
            continue
        claim = settled[id_]
        verdicts[claim.draft.pmid].append(
            Verdict(
                Draft.from_dict(seen.snapshot),
                claim.draft if claim.status.counts else None,
            )
        )
    return tuple(
        Judged(found.records[pmid], tuple(verdicts[pmid])) for pmid in sorted(verdicts)
    )
