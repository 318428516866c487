"""The nightly run: what PubMed has that we have not, and what it takes back.

Searches and fetches happen outside of transactions; records are stored a batch at
a time. The searches themselves, from which the next night starts, are stored only
in the transaction that completes the run: a night that failed is asked for again.
"""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from functools import partial

from sqlmodel import Session

from curation.clock import Clock, now
from curation.extract.claims import Extractor
from curation.fetching import Gathering, count_requests
from curation.jobs import Tell, job, versions
from curation.locks import only_one
from curation.planning import Plan, make_plan
from curation.report import Report
from curation.resolving import Traced, trace
from curation.retrieve.eutils import Eutils
from curation.searching import Instructions
from evidence.database import Database
from evidence.library import RunKind
from evidence.queries.references import reference_states
from evidence.store.records import save_records
from evidence.store.references import save_reference_states
from evidence.store.searches import pass_over, save_searches


def refresh(
    database: Database,
    eutils: Eutils,
    extractor: Extractor,
    *,
    full: bool = False,
    dry_run: bool = False,
    accept_shrinkage: bool = False,
    at_once: bool = False,
    clock: Clock = now,
    tell: Tell = lambda *_: None,
) -> Report:
    """Resolve what is unresolved, search, fetch what is new or changed, and read it.

    Parameters
    ----------
    database, eutils, extractor
        Where to, from where, and by whom it is read.
    full
        Search from the protocol's date on instead of from the last run.
    dry_run
        Only ask and report; write nothing.
    accept_shrinkage
        Believe a sweep that finds far less than the last one: a person has looked.
    at_once
        Do not leave a large run to the hours that NCBI asks for.
    clock
        The present.
    tell
        Told each stage, for a progress bar.

    Raises
    ------
    SearchError
        Where PubMed's answers are incomplete or cannot be believed. What was stored
        stays, the next run starts from the same point.
    PeakTimeError
        Where it is a large run at an hour when NCBI is busy; nothing was fetched.
    AlreadyRunningError
        Where another run holds the database.
    """
    with only_one(database, "refresh"):
        started = clock()
        report = Report(started=started.isoformat(), dry_run=dry_run)
        report.versions = versions(database, extractor.version)
        wish = Instructions(
            at=started, full=full, accept_shrinkage=accept_shrinkage, at_once=at_once
        )
        if dry_run:
            make_plan(database, eutils, wish, report, tell)
            count_requests(eutils, report)
            return report
        with job(database, RunKind.REFRESH, clock, extractor.version) as this:
            run = Gathering(
                database, eutils, extractor, this, report, clock=clock, tell=tell
            )
            with run.counted():
                plan = make_plan(database, eutils, wish, report, tell)
                run.store(plan.traced.records)
                run.fetch(plan.wanted, known=plan.known)
            run.read()
            run.complete(partial(_keep, plan, this.run, started))
    return report


def _keep(plan: Plan, run: int, started: datetime, session: Session) -> None:
    """Keep what the next run starts from."""
    save_reference_states(session, plan.traced.states, run=run)
    pass_over(session, plan.too_old, run=run)
    save_searches(session, plan.searched, run=run, at=started)


def traced_only(
    database: Database, eutils: Eutils, *, clock: Clock = now
) -> tuple[Traced, dict[str, int]]:
    """Trace the references and store what was found, without searching for more."""
    with (
        only_one(database, "refresh"),
        job(database, RunKind.REFERENCES, clock) as this,
    ):
        with database.read() as session:
            states = reference_states(database, session)
        traced = trace(database.protocol, states, eutils)
        with database.write() as session:
            saved = save_records(
                database,
                session,
                traced.records,
                run=this.run,
                at=clock(),
                current=True,
            )
            save_reference_states(session, traced.states, run=this.run)
            session.flush()
            after = reference_states(database, session).values()
        this.counts.update(asdict(saved))
    return traced, dict(Counter(s.state.value for s in after))
