"""The whole library at one moment, for publishing."""

from collections import Counter

from sqlalchemy import func
from sqlmodel import Session, col, select

from evidence.cells import Cell, Waiting
from evidence.claims import Claim
from evidence.database import Database
from evidence.decisions import Reason, Status, SubjectKind
from evidence.documents import read_cell, read_record
from evidence.library import (
    CellKey,
    Flow,
    Gone,
    Library,
    LinkSource,
    SearchDone,
    Study,
    StudyLink,
)
from evidence.models import CellRow, ClaimRow, DecisionRow, RecordRow
from evidence.protocol import Protocol
from evidence.queries.agreement import agreements
from evidence.queries.fidelity import fidelity_labels
from evidence.queries.rechecking import fact_checks
from evidence.queries.references import reference_states
from evidence.queries.releases import released_addresses, releases
from evidence.queries.runs import told_runs
from evidence.queries.scorecard import scorecard
from evidence.queries.statements import cell_statements
from evidence.reading import IN_ONE_QUERY, WITHOUT_DOCUMENT, claim_of, link_decisions
from evidence.retrieval_models import SearchRow
from evidence.statements import published
from evidence.types import ADDED_BY, Role


def library(database: Database, session: Session) -> Library:
    """Read everything that a site is made from."""
    claims = _claims(session)
    references = reference_states(database, session)
    wanted = {claim.draft.pmid for claim in claims.values()}
    wanted.update(r.pmid for r in references.values() if r.pmid is not None)
    held = _records(session, sorted(wanted))
    records, with_abstract = session.exec(
        select(
            func.count(), func.count().filter(col(RecordRow.has_abstract))
        ).select_from(RecordRow)
    ).one()
    searches = _searches(database.protocol, session)
    compared, marks = agreements(database, session), scorecard(session)
    return Library(
        protocol=database.protocol,
        cells=cells(session),
        claims=claims,
        records={row.pmid: read_record(row.document) for row in held},
        studies=_studies(session, held),
        gone={
            row.pmid: Gone(seen=row.gone_at, merged_into=row.merged_into)
            for row in held
            if row.gone_at is not None
        },
        references=references,
        searched=_searched(database.protocol, {s.search for s in searches}),
        searches=searches,
        last_search=max((s.at for s in searches), default=None),
        last_decision=session.exec(select(func.max(col(DecisionRow.at)))).one(),
        record_count=records,
        without_abstract=records - with_abstract,
        statuses=Counter(claim.status for claim in claims.values()),
        runs=told_runs(session),
        extractor=_extractor(claims),
        agreement=compared[0].fields if compared else {},
        scorecard=marks if marks.overall.judged else None,
        demonstration=database.meta(session, "demonstration") == "1",
        fidelity=fidelity_labels(database, session),
        fact_checks=fact_checks(database, session),
        statements={
            key: one
            for key, found in cell_statements(database, session).items()
            if (one := published(found)) is not None
        },
        flow=_flow(session, records, claims),
        releases=releases(session),
        addresses=released_addresses(session),
    )


KEY = ("treatment", "domain", "role")


def cells(session: Session) -> dict[CellKey, Cell]:
    """Return every cell that a claim touches, from the summary."""
    # Columns, not rows of the mapper: there are thousands, and nothing changes them.
    rows = session.execute(
        select(
            *(col(getattr(CellRow, name)) for name in (*KEY, "body", *Waiting))
        ).order_by(*(col(getattr(CellRow, name)) for name in KEY))
    )
    found: dict[CellKey, Cell] = {}
    for treatment, domain, role, body, *counts in rows:
        key = (treatment, domain, Role(role))
        found[key] = read_cell(*key, body, dict(zip(Waiting, counts, strict=True)))
    return found


def _claims(session: Session) -> dict[str, Claim]:
    rows = session.exec(
        select(ClaimRow, RecordRow)
        .join(RecordRow, col(ClaimRow.pmid) == col(RecordRow.pmid))
        .order_by(col(ClaimRow.id))
        .options(WITHOUT_DOCUMENT)
    )
    return {row.id: claim_of(row, record) for row, record in rows}


def _records(session: Session, pmids: list[int]) -> list[RecordRow]:
    found: list[RecordRow] = []
    for start in range(0, len(pmids), IN_ONE_QUERY):
        part = pmids[start : start + IN_ONE_QUERY]
        found += session.exec(
            select(RecordRow)
            .where(col(RecordRow.pmid).in_(part))
            .order_by(col(RecordRow.pmid))
        )
    return found


def _studies(session: Session, held: list[RecordRow]) -> dict[str, Study]:
    reports: dict[str, list[RecordRow]] = {}
    for row in held:
        reports.setdefault(row.study, []).append(row)
    order = list(LinkSource)
    by_hand = [r.pmid for r in held if r.link_source == LinkSource.CURATOR.value]
    links = link_decisions(session, by_hand)
    return {
        study: Study(
            id=study,
            pmids=tuple(row.pmid for row in rows),
            # The weakest link is the one to tell: a chain of reports holds no
            # better than it.
            source=max((LinkSource(row.link_source) for row in rows), key=order.index),
            links=tuple(
                StudyLink(pmid=row.pmid, curator=link.curator, at=link.at)
                for row in rows
                if (link := links.get(row.pmid)) is not None
            ),
        )
        for study, rows in sorted(reports.items())
    }


def _searches(protocol: Protocol, session: Session) -> tuple[SearchDone, ...]:
    newest = {
        row.search: row
        for row in session.exec(
            select(SearchRow)
            .where(col(SearchRow.complete))
            .order_by(col(SearchRow.run))
        )
    }
    return tuple(
        SearchDone(
            search=name,
            query=newest[name].query,
            window_start=newest[name].window_start,
            found=newest[name].found,
            at=newest[name].at,
        )
        for name in protocol.searches
        if name in newest
    )


def _searched(protocol: Protocol, done: set[str]) -> frozenset[str]:
    """Return the treatments whose group a complete search has asked for."""
    groups = {g for s in done if s in protocol.searches for g in _groups(protocol, s)}
    return frozenset(t.id for t in protocol.treatments.values() if t.group in groups)


def _groups(protocol: Protocol, search: str) -> tuple[str, ...]:
    return protocol.searches[search].groups


def _extractor(claims: dict[str, Claim]) -> str | None:
    versions = {claim.draft.extractor for claim in claims.values()}
    machines = sorted(v for v in versions if not v.startswith(ADDED_BY))
    return ", ".join(machines) or None


def _flow(session: Session, records: int, claims: dict[str, Claim]) -> Flow:
    by_record: dict[int, list[Claim]] = {}
    for claim in claims.values():
        by_record.setdefault(claim.draft.pmid, []).append(claim)
    included = sum(any(c.status.counts for c in of) for of in by_record.values())
    waiting = sum(
        any(c.status.awaits for c in of) and not any(c.status.counts for c in of)
        for of in by_record.values()
    )
    never_read = session.exec(
        select(RecordRow.pmid).where(col(RecordRow.read_with).is_(None))
    )
    unread = sum(pmid not in by_record for pmid in never_read)
    reasons = _reasons(session)
    rejected = Counter(
        reasons[claim.id].value
        for claim in claims.values()
        if claim.status is Status.REJECTED and claim.id in reasons
    )
    return Flow(
        records=records,
        unread=unread,
        without_claim=records - len(by_record) - unread,
        waiting=waiting,
        excluded=len(by_record) - included - waiting,
        included=included,
        reasons=dict(sorted(rejected.items())),
    )


def _reasons(session: Session) -> dict[str, Reason]:
    """Return the newest reason that any curator gave, by claim."""
    rows = session.exec(
        select(DecisionRow.subject_id, DecisionRow.reason)
        .where(
            col(DecisionRow.subject_kind) == SubjectKind.CLAIM.value,
            col(DecisionRow.reason).is_not(None),
        )
        .order_by(col(DecisionRow.at), col(DecisionRow.sequence))
    )
    return {subject: Reason(reason) for subject, reason in rows if reason}
