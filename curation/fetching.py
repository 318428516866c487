"""What a run does with records that arrive: a batch a transaction, and counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from curation import pipeline
from curation.extract.claims import Extractor
from curation.jobs import Clock, Job
from curation.report import Report, changes
from curation.retrieve.batches import Fetched
from curation.retrieve.eutils import Eutils
from evidence.cells import Cell
from evidence.database import Database
from evidence.decisions import Status
from evidence.library import CellKey
from evidence.queries.library import cells
from evidence.queries.records import held_among
from evidence.queries.references import reference_states
from evidence.queries.runs import standing
from evidence.records import Record
from evidence.store.records import mark_gone, save_records
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
    seen: Callable[[Fetched], None] = lambda _: None,
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
    seen
        Given each batch once it is stored.

    Raises
    ------
    SearchError
        Where NCBI fails; whole batches before stay.
    """
    for batch in eutils.fetch_batches(pmids, known=known) if pmids else ():
        at = clock()
        store_records(database, batch.records, this, report, at)
        refused = [(q.pmid, q.reason, q.body) for q in batch.quarantined]
        with database.write() as session:
            mark_gone(session, batch.missing, at)
            unknown = set(batch.missing) - held_among(session, batch.missing)
            # PubMed named them and did not send them. No later window would find
            # them, so that they are asked for again until they come.
            unsent = [(pmid, "named and not sent", b"") for pmid in sorted(unknown)]
            save_quarantine(session, [*refused, *unsent], run=this.run)
        report.missing += batch.missing
        report.quarantined += [{"pmid": p, "reason": r} for p, r, _ in refused]
        seen(batch)
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


def count_requests(eutils: Eutils, report: Report) -> None:
    """Count what was asked of NCBI."""
    counters = eutils.counters
    report.requests = counters.requests
    report.retries = counters.retries
    report.rate_limited = counters.rate_limited


def count_standing(database: Database, session: Session, report: Report) -> None:
    """Count what a run leaves to be done, and where the references stand."""
    states = reference_states(database, session).values()
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
