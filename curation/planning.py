"""What a night will fetch, found out before anything is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from curation.jobs import Tell
from curation.report import Report
from curation.resolving import Traced, trace
from curation.retrieve.eutils import LINKS_AT_ONCE, RECORDS_AT_ONCE, Eutils
from curation.retrieve.pacing import keep_off_peak
from curation.searching import Instructions, search_all
from evidence.database import Database
from evidence.library import ReferenceStanding
from evidence.protocol import Protocol
from evidence.queries.references import reference_states
from evidence.queries.searches import Held, held, last_searches
from evidence.store.searches import Searched

UIDS_AT_ONCE = 300
"""How many PMIDs one question names: queries of some 6,000 characters are common."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will fetch and store, found out before anything is written."""

    traced: Traced
    searched: tuple[Searched, ...]
    wanted: tuple[int, ...]
    too_old: tuple[int, ...]
    """Citing papers that lie before the searches' reach."""
    known: int | None
    """A record that NCBI sent before: it tells a broken record from a broken NCBI."""


def make_plan(
    database: Database,
    eutils: Eutils,
    wish: Instructions,
    report: Report,
    tell: Tell,
) -> Plan:
    """Ask PubMed what there is; every answer is whole, or the plan is not made.

    Raises
    ------
    SearchError
        Where an answer is incomplete, or says less than it should.
    PeakTimeError
        Where the run is a large one and NCBI is busy.
    """
    protocol = database.protocol
    with database.read() as session:
        states = reference_states(database, session)
        last = last_searches(session)
        have = held(session)

    def check_hour(more: int) -> None:
        if not wish.at_once:
            keep_off_peak(eutils.counters.requests + more, wish.at)

    tell("Tracing references", 0, None)
    traced = trace(protocol, states, eutils)
    resolved = states | {s.number: s for s in traced.states}
    cited = {n: s.pmid for n, s in resolved.items() if s.pmid is not None}
    report.references_resolved = [
        s.number for s in traced.states if s.state is ReferenceStanding.RESOLVED
    ]
    check_hour(len(protocol.searches) + parts(len(cited), LINKS_AT_ONCE))
    tell("Searching", 0, len(protocol.searches))
    here = (have.pmids - have.gone) | {record.pmid for record in traced.records}
    watched = {n: pmid for n, pmid in cited.items() if pmid in here}
    searched: list[Searched] = []
    for one in search_all(protocol, eutils, last, have, watched, wish, report):
        searched.append(one)
        tell("Searching", len(searched), len(protocol.searches))
    found = {pmid for one in searched for pmid in one.found}
    tell("Looking for papers that cite the references", 0, None)
    citing, too_old = _citing(
        eutils, protocol, set(cited.values()), have, report, check_hour
    )
    seen = [one.at for one in last.values()]
    since = min(seen).date() - timedelta(days=1) if seen else None
    if max(seen, default=wish.at) > wish.at:
        # A clock was set back: such a run may have seen nothing of these days.
        since = protocol.since
    known = (found | set(cited.values())) & have.pmids
    stale = _changed(eutils, have, known | have.watched, since)
    new = found | citing | set(cited.values())
    new -= have.pmids | {r.pmid for r in traced.records}
    wanted = new | stale | have.quarantined
    check_hour(parts(len(wanted), RECORDS_AT_ONCE))
    return Plan(
        traced=traced,
        searched=tuple(searched),
        wanted=tuple(sorted(wanted)),
        too_old=too_old,
        known=min(have.pmids - have.gone - wanted, default=None),
    )


def parts(number: int, size: int) -> int:
    """Return how many requests it takes to name so many PMIDs, `size` at a time."""
    return -(-number // size)


def _citing(
    eutils: Eutils,
    protocol: Protocol,
    cited: set[int],
    have: Held,
    report: Report,
    check_hour: Callable[[int], None],
) -> tuple[set[int], tuple[int, ...]]:
    """Return citing papers that are within reach, and those that are too old."""
    if not cited:
        return set(), ()
    since = f'"{protocol.since:%Y/%m/%d}"[crdt] : "3000"[crdt]'
    # Well-known papers are cited by thousands that are older than the searches reach.
    answer = eutils.elink_citedin(sorted(cited), since)
    report.warnings += [
        f"PubMed did not say what cites PMID {p}" for p in answer.unanswered
    ]
    known = have.pmids | have.passed_over
    unknown = set().union(*answer.by_cited.values()) - known
    check_hour(parts(len(unknown), UIDS_AT_ONCE))
    # What came is asked about once more: a term that is ignored is not seen otherwise.
    within = _among(eutils, unknown, since)
    report.citing = len(within)
    return within, tuple(sorted(unknown - within))


def _changed(
    eutils: Eutils, have: Held, pmids: set[int], since: date | None
) -> set[int]:
    """Return the known records that PubMed revised, or retracted, since the last run.

    Asked by PMID, so that an unchanged night fetches nothing.
    """
    if since is None or not pmids:
        return set()
    revised = _among(eutils, pmids, f'"{since:%Y/%m/%d}"[lr] : "3000"[lr]')
    retracted = _among(eutils, have.watched, '"Retracted Publication"[pt]')
    return revised | (retracted - have.retracted)


def _among(eutils: Eutils, pmids: Iterable[int], condition: str) -> set[int]:
    """Return those of some PMIDs for which a condition holds."""
    ordered = sorted(pmids)
    found: set[int] = set()
    for start in range(0, len(ordered), UIDS_AT_ONCE):
        part = ordered[start : start + UIDS_AT_ONCE]
        uids = " OR ".join(f"{pmid}[uid]" for pmid in part)
        found.update(eutils.esearch(f"({uids}) AND ({condition})").pmids)
    return found
