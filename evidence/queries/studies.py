"""Reports of studies: whose link is proposed, and which belong together."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from evidence.documents import read_record
from evidence.library import LinkSource
from evidence.models import ClaimRow, RecordRow


@dataclass(frozen=True, slots=True)
class StudyReport:
    """A record as a report of a study."""

    pmid: int
    title: str | None
    year: int | None
    study: str
    source: LinkSource


def proposed_links(session: Session, limit: int) -> tuple[list[StudyReport], int]:
    """Return reports with claims whose study only their text names, and how many.

    By study, so that the reports of one stand together.
    """
    proposed = (
        col(RecordRow.link_source) == LinkSource.TEXT.value,
        col(RecordRow.pmid).in_(select(ClaimRow.pmid)),
    )
    rows = session.exec(
        select(RecordRow)
        .where(*proposed)
        .order_by(col(RecordRow.study), col(RecordRow.pmid))
        .limit(limit)
    )
    count = session.exec(
        select(func.count()).select_from(RecordRow).where(*proposed)
    ).one()
    return [_report(row) for row in rows], count


def reports_of(session: Session, study: str, limit: int) -> list[StudyReport]:
    """Return the records that report a study, by PMID."""
    rows = session.exec(
        select(RecordRow)
        .where(col(RecordRow.study) == study)
        .order_by(col(RecordRow.pmid))
        .limit(limit)
    )
    return [_report(row) for row in rows]


def _report(row: RecordRow) -> StudyReport:
    return StudyReport(
        pmid=row.pmid,
        title=read_record(row.document).title,
        year=row.year,
        study=row.study,
        source=LinkSource(row.link_source),
    )
