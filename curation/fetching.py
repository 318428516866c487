"""What a run does with records that arrive: a batch a transaction, and counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from curation import pipeline
from curation.clock import Clock
from curation.extract.claims import Extractor
from curation.jobs import Job
from curation.report import LostRecord, Report, changes
from curation.retrieve.eutils import Eutils
from evidence.cells import Cell
from evidence.database import Database
from evidence.decisions import Status
from evidence.library import CellKey, Run
from evidence.queries.library import cells
from evidence.queries.records import held_among
from evidence.queries.references import reference_states
from evidence.queries.runs import standing
from evidence.queries.searches import held
from evidence.records import Record
from evidence.store.gone import mark_gone
from evidence.store.records import save_records
from evidence.store.searches import release_quarantine, save_quarantine

Tell = Callable[[str, int, int | None], None]


def fetch_records(
    database: Database,
    eutils: Eutils,
    pmids: Sequence[int],
    this: Job,
    report: Report,
    *,
    clock: Clock,
    tell: Tell,
    known: int | None = None,
) -> None:
    """Fetch records and store them as they come.

    Parameters
    ----------
    database, eutils
        Where to, and from where.
    pmids
        Which.
    this, report
        The open run, and where it counts.
    clock
        The present.
    tell
        Told how many have come.
    known
        A record that NCBI sent before and that is not among those asked for.

    Raises
    ------
    SearchError
        Where NCBI fails; whole batches before stay.
    """
    with database.read() as session:
        gone = held(session).gone
    for batch in eutils.fetch_batches(pmids, known=known) if pmids else ():
        at = clock()
        # What a record was merged into is literature too.
        came = (*batch.records, *batch.merged.values())
        store_records(database, came, this, report, at)
        refused = [(q.pmid, q.reason, q.body) for q in batch.quarantined]
        merged = {pmid: record.pmid for pmid, record in batch.merged.items()}
        with database.write() as session:
            lost = mark_gone(database, session, batch.missing, at=at, merged=merged)
            unknown = set(batch.missing) - held_among(session, batch.missing)
            unknown -= merged.keys()
            # PubMed named them and did not send them. No later window would find
            # them, so that they are asked for again until they come.
            unsent = [(pmid, "named and not sent", b"") for pmid in sorted(unknown)]
            save_quarantine(session, [*refused, *unsent], run=this.run)
        report.missing += [pmid for pmid in batch.missing if pmid not in gone]
        report.lost += [LostRecord(o.pmid, o.merged_into, o.claims) for o in lost]
        report.quarantined += [{"pmid": p, "reason": r} for p, r, _ in refused]
        tell("Fetching records", report.fetched, len(pmids))


def store_records(
    database: Database,
    records: Iterable[Record],
    this: Job,
    report: Report,
    at: datetime,
) -> None:
    """Store a batch in one transaction; what did not change writes nothing."""
    batch = tuple(records)
    if not batch:
        return
    with database.write() as session:
        saved = save_records(
            database, session, batch, run=this.run, at=at, current=True
        )
        release_quarantine(session, [record.pmid for record in batch])
    this.kept = True
    report.fetched += len(batch)
    report.new += saved.new
    report.changed += saved.changed
    report.retracted += saved.retracted


def told_of(interrupted: Iterable[Run]) -> list[str]:
    """Return what a report says of runs that were found dead."""
    return [
        f"a run ({run.kind}) begun {run.started:%Y-%m-%d %H:%M} UTC was interrupted: "
        "killed, or the machine stopped; what it had stored is kept"
        for run in interrupted
    ]


def count_requests(eutils: Eutils, report: Report) -> None:
    """Count what was asked of NCBI."""
    counters = eutils.counters
    report.requests = counters.requests
    report.retries = counters.retries
    report.rate_limited = counters.rate_limited


def count_standing(database: Database, session: Session, report: Report) -> None:
    """Count what a run leaves to be done, and where the references stand."""
    states = reference_states(database, session).values()
    gone = held(session).gone
    report.warnings += [
        f"reference {s.number} is PMID {s.pmid}, which PubMed no longer has; find its "
        f"record and settle it with `curation references set {s.number}`"
        for s in states
        if s.pmid in gone
    ]
    report.references = dict(Counter(s.state.value for s in states))
    by_status = standing(session).claims_by_status
    report.needs_rereview = by_status.get(Status.NEEDS_REREVIEW.value, 0)
    report.awaiting_review = sum(by_status.get(s.value, 0) for s in Status if s.awaits)


def read_what_came(
    database: Database,
    extractor: Extractor,
    this: Job,
    report: Report,
    before: Mapping[CellKey, Cell],
) -> None:
    """Read what is unread, and tell which cells' words have changed since `before`."""
    proposed = pipeline.read_unread(database, extractor, this)
    report.claims_proposed = proposed.new
    report.claims_updated = proposed.updated
    report.claims_withdrawn = proposed.withdrawn
    with database.read() as session:
        after = cells(session)
    report.cells = changes(before, after, database.protocol)
