"""The weekly run: every known record is asked for again, whatever its dates say.

A night asks only for what PubMed says was revised, and for retractions of records
that somebody decided on. A retraction, a merge or a deletion that no date shows is
found here.
"""

from curation.clock import Clock, now
from curation.extract.claims import Extractor
from curation.fetching import Gathering
from curation.jobs import Tell, job, versions
from curation.locks import only_one
from curation.planning import parts
from curation.report import Report
from curation.retrieve.eutils import RECORDS_AT_ONCE, Eutils
from curation.retrieve.pacing import keep_off_peak
from evidence.database import Database
from evidence.library import RunKind
from evidence.queries.searches import held


class RecheckReport(Report):
    """A report without searches, under its own heading."""

    heading = "Recheck"


def recheck(
    database: Database,
    eutils: Eutils,
    extractor: Extractor,
    *,
    at_once: bool = False,
    clock: Clock = now,
    tell: Tell = lambda *_: None,
) -> Report:
    """Fetch every known record again, keep what changed, and read that.

    It does not search, so the next night's window stays where it is.

    Parameters
    ----------
    database, eutils, extractor
        Where to, from where, and by whom it is read.
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
        stays; the next recheck asks for everything again.
    PeakTimeError
        Where it is a large run at an hour when NCBI is busy; nothing was fetched.
    AlreadyRunningError
        Where another run holds the database.
    """
    with only_one(database, "recheck or refresh"):
        report = RecheckReport(started=clock().isoformat())
        report.versions = versions(database, extractor.version)
        # No search is made, so this is no refresh and moves no window.
        with job(database, RunKind.RECHECK, clock, extractor.version) as this:
            run = Gathering(
                database, eutils, extractor, this, report, clock=clock, tell=tell
            )
            with run.counted():
                with database.read() as session:
                    have = held(session)
                if not at_once:
                    # Whoever is gone is asked for once more, alone.
                    again = len(have.gone) + parts(len(have.pmids), RECORDS_AT_ONCE)
                    keep_off_peak(again, clock())
                run.fetch(sorted(have.pmids | have.quarantined))
            run.read()
            run.complete()
    return report
