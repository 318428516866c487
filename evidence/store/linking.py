"""Which study a record reports, kept equal to what curators decided of it."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from evidence.claims import STUDY_OF_RECORD
from evidence.database import Database
from evidence.decisions import Action, Decision, SubjectKind
from evidence.documents import read_record
from evidence.errors import NotFoundError
from evidence.models import ClaimRow, RecordRow
from evidence.reading import study_links
from evidence.store.records import values_of
from evidence.store.statuses import restate


def relink(database: Database, session: Session, decisions: Sequence[Decision]) -> None:
    """Give records the studies that decisions link them to, and count anew.

    Raises
    ------
    NotFoundError
        Where the record is not stored, or the one whose study it shall share.
    """
    links = [d for d in decisions if d.subject_kind is SubjectKind.STUDY_LINK]
    for decision in links:
        pmid = int(decision.subject_id)
        needed = {pmid}
        if decision.action is Action.ACCEPT:
            study = str(decision.snapshot["study"])
            number = study.removeprefix(STUDY_OF_RECORD)
            needed |= {int(number)} if number != study else set()
        for one in needed:
            if session.get(RecordRow, one) is None:
                raise NotFoundError(
                    f"the record of PMID {one} is not stored; load it first"
                )
        row = session.get_one(RecordRow, pmid)
        values = values_of(read_record(row.document), row.document, row.content_sha256)
        values |= study_links(session, [pmid]).get(pmid, {})
        if (row.study, row.link_source) != (values["study"], values["link_source"]):
            row.study = str(values["study"])
            row.link_source = str(values["link_source"])
            session.flush()
            claims = select(ClaimRow.id).where(col(ClaimRow.pmid) == pmid)
            restate(database, session, session.exec(claims).all())
