"""What a night will fetch, found out before anything is written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from curation.errors import SearchError
from curation.report import Report, SearchReport
from curation.resolving import Traced, trace
from curation.retrieve import partition, query
from curation.retrieve.eutils import Eutils
from evidence.database import Database
from evidence.library import ReferenceStanding
from evidence.queries.references import reference_states
from evidence.queries.searches import Held, LastSearch, held, last_searches
from evidence.store.searches import Searched

UIDS_AT_ONCE = 300
"""How many PMIDs one question names: queries of some 6,000 characters are common."""

SHRUNK = 0.5
"""A sweep that finds less than this share of the last one is not believed."""

Tell = Callable[[str, int, int | None], None]


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
    database: Database, eutils: Eutils, full: bool, report: Report, tell: Tell
) -> Plan:
    """Ask PubMed what there is; every answer is whole, or the plan is not made.

    Raises
    ------
    SearchError
        Where an answer is incomplete, or says less than it should.
    """
    with database.read() as session:
        states = reference_states(database, session)
        last = last_searches(session)
        have = held(session)
    tell("Tracing references", 0, None)
    traced = trace(database.protocol, states, eutils)
    resolved = {s.pmid for s in (*states.values(), *traced.states)} - {None}
    report.references_resolved = [
        s.number for s in traced.states if s.state is ReferenceStanding.RESOLVED
    ]
    searched = tuple(_searches(database, eutils, last, have, full, report, tell))
    found = {pmid for one in searched for pmid in one.found}
    tell("Looking for papers that cite the references", 0, None)
    citing, too_old = _citing(database, eutils, resolved, have, report)
    watermark = min((one.at for one in last.values()), default=None)
    cited = {pmid for pmid in resolved if pmid is not None}
    known = (found | cited) & have.pmids
    stale = _changed(eutils, have, known | have.watched, watermark)
    new = (found | citing | cited) - have.pmids - {r.pmid for r in traced.records}
    wanted = new | stale | have.quarantined
    return Plan(
        traced=traced,
        searched=searched,
        wanted=tuple(sorted(wanted)),
        too_old=too_old,
        known=min(have.pmids - wanted, default=None),
    )


def _searches(
    database: Database,
    eutils: Eutils,
    last: dict[str, LastSearch],
    have: Held,
    full: bool,
    report: Report,
    tell: Tell,
) -> Iterator[Searched]:
    protocol = database.protocol
    for done, search in enumerate(protocol.searches.values()):
        tell("Searching", done, len(protocol.searches))
        before = last.get(search.id)
        sweeping = full or before is None
        asked = (
            query.sweep(protocol, search)
            if before is None or full
            else query.increment(protocol, search, before.at.date())
        )
        found = partition.everything(eutils.esearch, asked.text)
        _believe(search.id, before, sweeping, found.count, found.phrases_not_found)
        report.searches.append(
            SearchReport(
                search=search.id,
                label=search.label,
                found=found.count,
                new=len(set(found.pmids) - have.pmids),
                swept=sweeping,
                phrases_not_found=list(found.phrases_not_found),
            )
        )
        report.warnings += [f"{search.label}: {w}" for w in found.warnings]
        yield Searched(
            search=search.id,
            query=asked.text,
            window_start=asked.since.isoformat() if asked.since else None,
            found=tuple(sorted(found.pmids)),
            phrases_not_found=found.phrases_not_found,
        )


def _believe(
    search: str,
    before: LastSearch | None,
    sweeping: bool,
    count: int,
    not_found: Iterable[str],
) -> None:
    """Refuse an answer that would quietly lose literature."""
    if before is None:
        return
    lost = sorted(set(not_found) - before.phrases_not_found)
    if lost:
        raise SearchError(
            f"search {search!r}: PubMed no longer finds {', '.join(lost)}, which it "
            "found before; nothing was used, look at the query and run this again"
        )
    if sweeping and before.swept and count < before.count * SHRUNK:
        raise SearchError(
            f"search {search!r}: PubMed counts {count:,} records, the last sweep "
            f"{before.count:,}; nothing was used, look at the query and run this again"
        )


def _citing(
    database: Database,
    eutils: Eutils,
    resolved: set[int | None],
    have: Held,
    report: Report,
) -> tuple[set[int], tuple[int, ...]]:
    """Return citing papers that are within reach, and those that are too old."""
    cited = sorted(pmid for pmid in resolved if pmid is not None)
    if not cited:
        return set(), ()
    since = f'"{database.protocol.since:%Y/%m/%d}"[crdt] : "3000"[crdt]'
    # Well-known papers are cited by thousands that are older than the searches reach.
    answer = eutils.elink_citedin(cited, since)
    report.warnings += [
        f"PubMed did not say what cites PMID {p}" for p in answer.unanswered
    ]
    known = have.pmids | have.passed_over
    unknown = set().union(*answer.by_cited.values()) - known
    # What came is asked about once more: a term that is ignored is not seen otherwise.
    within = _among(eutils, unknown, since)
    report.citing = len(within)
    return within, tuple(sorted(unknown - within))


def _changed(
    eutils: Eutils, have: Held, pmids: set[int], watermark: datetime | None
) -> set[int]:
    """Return the known records that PubMed revised, or retracted, since the last run.

    Asked by PMID, so that an unchanged night fetches nothing.
    """
    if watermark is None or not pmids:
        return set()
    day = watermark.date() - timedelta(days=1)
    revised = _among(eutils, pmids, f'"{day:%Y/%m/%d}"[lr] : "3000"[lr]')
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
