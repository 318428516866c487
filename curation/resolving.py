"""References to PMIDs: ask PubMed by DOI, by place of printing, then by title.

What a curator settled by hand is not looked for again.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from curation.clock import Clock, now
from curation.retrieve.citmatch import Citation
from curation.retrieve.eutils import Eutils
from curation.retrieve.index import Index
from curation.retrieve.references import Resolution, match
from evidence.database import Database
from evidence.decisions import Action, Decision, SubjectKind
from evidence.errors import DecisionError, NotFoundError
from evidence.library import ReferenceStanding, ReferenceState
from evidence.protocol import Protocol
from evidence.queries.references import settlements
from evidence.records import Record
from evidence.review import Reference
from evidence.settling import MANUAL
from evidence.store.decisions import append_decisions

TITLES_AT_MOST = 20
"""How many hits of a title are looked at: a title with more is no title."""

OPEN = (
    ReferenceStanding.UNRESOLVED,
    ReferenceStanding.NOT_FOUND,
    ReferenceStanding.AMBIGUOUS,
)


@dataclass(frozen=True, slots=True)
class Traced:
    """What became of the references that were still open."""

    states: tuple[ReferenceState, ...]
    records: tuple[Record, ...]
    """The records that references resolved to."""


def trace(
    protocol: Protocol, states: Mapping[int, ReferenceState], eutils: Eutils
) -> Traced:
    """Look for every reference that is not resolved yet.

    One search for all DOIs, one ECitMatch, one fetch; then a search each for the
    titles of those that are left. Nothing is believed that `match` does not accept.

    Raises
    ------
    SearchError
        Where PubMed does not answer; no reference then counts as not found.
    """
    waiting = [protocol.references[n] for n, s in states.items() if _is_open(s)]
    if not waiting:
        return Traced((), ())
    pmids = {*_by_doi(waiting, eutils), *_by_place(waiting, eutils)}
    seen = {r.pmid: r for r in eutils.fetch(sorted(pmids)).records} if pmids else {}
    found = _matched(waiting, seen.values())
    left = [r for r in waiting if found[r.number].state is not _RESOLVED]
    titled = {p for r in left for p in _by_title(r, eutils)} - seen.keys()
    if titled:
        seen |= {r.pmid: r for r in eutils.fetch(sorted(titled)).records}
        found |= _matched(left, seen.values())
    resolved = {f.pmid for f in found.values() if f.state is _RESOLVED}
    return Traced(
        states=tuple(state_of(number, f) for number, f in sorted(found.items())),
        records=tuple(seen[p] for p in sorted(p for p in resolved if p is not None)),
    )


_RESOLVED = ReferenceStanding.RESOLVED


def _is_open(state: ReferenceState) -> bool:
    return state.state in OPEN and state.method != MANUAL


def _by_doi(references: Sequence[Reference], eutils: Eutils) -> tuple[int, ...]:
    dois = [doi for reference in references for doi in reference.dois]
    if not dois:
        return ()
    return eutils.esearch(" OR ".join(f'"{doi}"[aid]' for doi in dois)).pmids


def _by_place(references: Sequence[Reference], eutils: Eutils) -> set[int]:
    citations = [
        Citation(
            journal=reference.journal_short or reference.journal or "",
            year=str(reference.year or ""),
            volume=(reference.volume or "").partition(" ")[0],
            first_page=re.split(r"[-–]", reference.pages or "")[0],
            author=reference.authors[0] if reference.authors else "",
        )
        for reference in references
    ]
    answers = eutils.ecitmatch(citations)
    found = {a.pmid for a in answers if a.pmid is not None}
    return found.union(*(a.candidates for a in answers))


def _by_title(reference: Reference, eutils: Eutils) -> tuple[int, ...]:
    words = re.findall(r"[^\W_]{3,}", reference.title or "")
    if len(words) < 2:
        return ()
    term = " AND ".join(f'"{word}"[ti]' for word in words[:12])
    found = eutils.esearch(term, retmax=TITLES_AT_MOST)
    return found.pmids if found.count <= TITLES_AT_MOST else ()


def _matched(
    references: Iterable[Reference], records: Iterable[Record]
) -> dict[int, Resolution]:
    index = Index(records)
    return {r.number: match(r, index.candidates(r)) for r in references}


def state_of(number: int, found: Resolution) -> ReferenceState:
    """Return what was found of a reference, as it is stored."""
    return ReferenceState(
        number=number,
        state=found.state,
        pmid=found.pmid,
        method=found.method.value if found.method else None,
        agreements=found.agreements,
        candidates=tuple(asdict(c) for c in found.candidates),
    )


def settle(
    database: Database,
    number: int,
    *,
    pmid: int | None,
    why: str,
    curator: str,
    clock: Clock = now,
) -> Decision:
    """Keep a curator's word on which record a reference is; None: not in PubMed.

    Raises
    ------
    NotFoundError
        Where the protocol has no such reference.
    DecisionError
        Where no grounds are given, or there is nothing to settle.
    """
    reference = _cited(database, number)
    settlement = Decision(
        subject_kind=SubjectKind.REFERENCE,
        subject_id=str(number),
        action=Action.ACCEPT,
        curator=curator,
        at=clock(),
        snapshot={"number": number, "pmid": pmid, "raw": reference.raw},
        note=why.strip(),
    )
    with database.write() as session:
        append_decisions(database, session, [settlement], at=settlement.at)
    return settlement


def take_back(
    database: Database, number: int, *, why: str, curator: str, clock: Clock = now
) -> Decision:
    """Take back what was settled last of a reference; return the decision to do so.

    Raises
    ------
    NotFoundError
        Where the protocol has no such reference, or nobody has settled it.
    DecisionError
        Where no grounds are given.
    """
    _cited(database, number)
    if not why.strip():
        raise DecisionError(f"reference {number}: say why it is taken back")
    with database.write() as session:
        settlement = settlements(database, session).get(number)
        if settlement is None:
            raise NotFoundError(f"reference {number}: nothing is settled by hand")
        undo = Decision(
            subject_kind=SubjectKind.REFERENCE,
            subject_id=str(number),
            action=Action.UNDO,
            curator=curator,
            at=clock(),
            note=why.strip(),
            undoes=settlement[1].id,
        )
        append_decisions(database, session, [undo], at=undo.at)
    return undo


def _cited(database: Database, number: int) -> Reference:
    reference = database.protocol.references.get(number)
    if reference is None:
        known = database.protocol.references
        raise NotFoundError(
            f"there is no reference {number}; the protocol has {min(known, default=0)} "
            f"to {max(known, default=0)}"
        )
    return reference
