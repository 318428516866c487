"""Runs that gather from PubMed: what they do with what arrives, and what they count."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from sqlmodel import Session

from curation import pipeline
from curation.clock import Clock
from curation.extract.claims import Extractor
from curation.jobs import DIED, Job, Tell
from curation.report import LostRecord, Report, changes
from curation.retrieve.eutils import Eutils
from evidence.database import Database
from evidence.decisions import Status
from evidence.library import Run, RunOutcome
from evidence.queries.library import cells
from evidence.queries.records import held_among
from evidence.queries.references import reference_states
from evidence.queries.runs import standing
from evidence.queries.searches import held
from evidence.records import Record
from evidence.store import runs
from evidence.store.gone import mark_gone
from evidence.store.records import save_records
from evidence.store.searches import release_quarantine, save_quarantine


class Gathering:
    """An open run that fetches, stores and reads; everything it does is reported.

    Parameters
    ----------
    database, eutils, extractor
        Where to, from where, and by whom it is read.
    this, report
        The open run, and where it counts.
    clock
        The present.
    tell
        Told each stage.
    """

    def __init__(
        self,
        database: Database,
        eutils: Eutils,
        extractor: Extractor,
        this: Job,
        report: Report,
        *,
        clock: Clock,
        tell: Tell,
    ) -> None:
        self.database = database
        self._eutils = eutils
        self._extractor = extractor
        self._this = this
        self._report = report
        self._clock = clock
        self._tell = tell
        report.interrupted = told_of(this.interrupted)
        with database.read() as session:
            self._before = cells(session)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Keep with the run what was asked and stored, also where that fails."""
        try:
            yield
        finally:
            count_requests(self._eutils, self._report)
            self._this.counts.update(self._report.as_dict())

    def fetch(self, pmids: Sequence[int], *, known: int | None = None) -> None:
        """Fetch records and store them as they come, a batch a transaction.

        Parameters
        ----------
        pmids
            Which.
        known
            A record that NCBI sent before and that is not among those asked for.

        Raises
        ------
        SearchError
            Where NCBI fails; whole batches before stay.
        """
        database, report, run = self.database, self._report, self._this.run
        with database.read() as session:
            gone = held(session).gone
        for batch in self._eutils.fetch_batches(pmids, known=known) if pmids else ():
            at = self._clock()
            # What a record was merged into is literature too.
            self.store((*batch.records, *batch.merged.values()))
            refused = [(q.pmid, q.reason, q.body) for q in batch.quarantined]
            merged = {pmid: record.pmid for pmid, record in batch.merged.items()}
            with database.write() as session:
                lost = mark_gone(database, session, batch.missing, at=at, merged=merged)
                unknown = set(batch.missing) - held_among(session, batch.missing)
                unknown -= merged.keys()
                # PubMed named them and did not send them. No later window would find
                # them, so that they are asked for again until they come.
                unsent = [(pmid, "named and not sent", b"") for pmid in sorted(unknown)]
                save_quarantine(session, [*refused, *unsent], run=run)
            report.missing += [pmid for pmid in batch.missing if pmid not in gone]
            report.lost += [LostRecord(o.pmid, o.merged_into, o.claims) for o in lost]
            report.quarantined += [{"pmid": p, "reason": r} for p, r, _ in refused]
            self._tell("Fetching records", report.fetched, len(pmids))

    def store(self, records: Iterable[Record]) -> None:
        """Store a batch in one transaction; what did not change writes nothing."""
        batch = tuple(records)
        if not batch:
            return
        this, report = self._this, self._report
        with self.database.write() as session:
            saved = save_records(
                self.database,
                session,
                batch,
                run=this.run,
                at=self._clock(),
                current=True,
            )
            release_quarantine(session, [record.pmid for record in batch])
        this.kept = True
        report.fetched += len(batch)
        report.new += saved.new
        report.changed += saved.changed
        report.retracted += saved.retracted

    def read(self) -> None:
        """Read what is unread, and tell which cells' words have changed by the run."""
        self._tell("Reading new and changed records", 0, None)
        report = self._report
        proposed = pipeline.read_unread(self.database, self._extractor, self._this)
        report.claims_proposed = proposed.new
        report.claims_updated = proposed.updated
        report.claims_withdrawn = proposed.withdrawn
        with self.database.read() as session:
            after = cells(session)
        report.cells = changes(self._before, after, self.database.protocol)

    def complete(self, keep: Callable[[Session], None] = lambda _: None) -> None:
        """Close the run with what it counted; `keep` stores in that transaction too."""
        at = self._clock()
        with self.database.write() as session:
            keep(session)
            session.flush()
            count_standing(self.database, session, self._report)
            counts = self._report.as_dict()
            runs.finish(session, self._this.run, RunOutcome.COMPLETE, at, counts)
        self._this.closed = True


def told_of(interrupted: Iterable[Run]) -> list[str]:
    """Return what a report says of runs that were found dead."""
    return [
        f"a run ({run.kind}) begun {run.started:%Y-%m-%d %H:%M} UTC was interrupted: "
        f"{DIED}"
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
