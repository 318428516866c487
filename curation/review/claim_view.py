"""What a claim's page shows, read at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from curation.review import marks
from curation.review.about import subject_of
from curation.review.about import told as in_words
from curation.review.queue import Queue
from curation.review.review import Review
from curation.review.undoing import steps
from curation.review.words import plain
from evidence.blinding import visible
from evidence.claims import Claim
from evidence.decisions import Action, Decision, SubjectKind
from evidence.documents import digest, write_draft
from evidence.queries import claims as reads
from evidence.queries import desk, queues
from evidence.queries.sight import as_seen
from evidence.queries.subjects import decisions_about
from evidence.records import Field, text_sha256
from evidence.status import live, person
from evidence.types import Draft

CELL_SHOWN = 8
PAPER_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Step:
    """A decision that a button takes back, in words."""

    decision: str
    """Its id."""
    address: str
    """Where what it is about can be looked at."""
    seen: str
    """The last decision on the same, so that nobody else's is passed over."""
    told: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A decision as the history tells it."""

    decision: Decision
    stands: bool
    changes: tuple[tuple[str, Any, Any], ...]
    """Field, as seen, as decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """A claim in its abstract, with all that a curator is to see beside it."""

    claim: Claim
    paper: reads.Paper
    text: str
    """The stored text that the claim quotes."""
    current: bool
    """Whether the record still has that text."""
    title: tuple[marks.Part, ...]
    sections: tuple[marks.MarkedSection, ...]
    others: tuple[Claim, ...]
    cell: tuple[Claim, ...]
    history: tuple[HistoryLine, ...]
    decided: bool
    """Whether somebody's accept, amendment or rejection stands."""
    seen: str
    shown: str
    closed: bool
    """Whether no decision can make it count: PubMed's text replaced its digest."""
    own: bool
    """Whether this curator added it, so that somebody else has to accept it."""
    read_by: tuple[str, ...]
    """Who marked the paper as fully read."""

    @property
    def draft(self) -> Draft:
        """The claim's effective fields."""
        return self.claim.draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page stands in its queue, and what can be taken back from it."""

    queue: Queue
    progress: queues.Progress
    before: str | None
    after: str | None
    undo: Step | None
    redo: Step | None
    pace: desk.Pace


def claim_of(review: Review, session: Session, claim_id: str) -> Claim:
    """Return a claim as this person may see it.

    Raises
    ------
    NotFoundError
        Where there is no such claim.
    """
    return as_seen(session, review.sight, [reads.claim(session, claim_id)])[0]


def seen_of(history: Sequence[Decision]) -> str:
    """Return the id of the last decision on a claim, "" for none."""
    return history[-1].id if history else ""


def shown_of(draft: Draft) -> str:
    """Return the digest of a claim's fields as a page shows them."""
    return digest(write_draft(draft))


def is_closed(session: Session, claim_id: str) -> bool:
    """Return whether a claim quoted a digest that PubMed's own text replaced."""
    return reads.quotes_replaced_digest(session, claim_id)


def view(
    review: Review, session: Session, claim_id: str, quoting: Draft | None = None
) -> ClaimView:
    """Read a claim with its paper, its neighbours and its history.

    Parameters
    ----------
    review, session
        Where it is kept.
    claim_id
        The claim.
    quoting
        The claim with another quote, to be marked in its place.

    Raises
    ------
    NotFoundError
        Where there is no such claim.
    """
    claim = claim_of(review, session, claim_id)
    paper = reads.paper(session, claim.draft.pmid)
    decisions = visible(reads.decisions_of(session, claim_id), review.sight)
    draft, record = claim.draft, paper.record
    text = reads.quoted_text(session, draft.pmid, draft.field, draft.text_sha256) or ""
    abstract = text if draft.field is Field.ABSTRACT else record.abstract
    title = text if draft.field is Field.TITLE else record.title
    marked = quoting or draft
    sections = (
        marks.sections_of(record, abstract, marked, review.protocol) if abstract else ()
    )
    author = draft.added_by
    own = author is not None and person(author) == person(review.curator)
    marked_read = desk.readers(session, [draft.pmid])[draft.pmid]
    others = reads.claims_of_paper(session, draft.pmid, but=claim_id, limit=PAPER_SHOWN)
    return ClaimView(
        claim=claim,
        paper=paper,
        text=text,
        current=draft.text_sha256 == text_sha256(record.text(draft.field) or ""),
        title=marks.title_of(title or "(no title)", marked, review.protocol),
        sections=sections,
        others=as_seen(session, review.sight, others),
        cell=as_seen(
            session, review.sight, reads.others_of_cell(session, draft, CELL_SHOWN)
        ),
        history=_history(decisions),
        decided=_is_decided(decisions),
        seen=seen_of(decisions),
        shown=shown_of(draft),
        closed=is_closed(session, claim_id),
        own=own,
        read_by=tuple(dict.fromkeys(mark.curator for mark in marked_read)),
    )


def place(review: Review, session: Session, queue: Queue, claim_id: str) -> Place:
    """Read where a claim stands in a queue, and what its curator did last."""
    before, after = queues.neighbours(session, queue.selection, claim_id)
    undo, redo = last_steps(review, session)
    return Place(
        queue=queue,
        progress=queues.progress(session, queue.selection),
        before=before,
        after=after,
        undo=undo,
        redo=redo,
        pace=desk.pace(session, review.curator, review.today()),
    )


def last_steps(review: Review, session: Session) -> tuple[Step | None, Step | None]:
    """Return what the curator can take back and bring back, in words."""

    def find(decision_id: str) -> Decision:
        return reads.decision(session, decision_id)

    own = reads.decisions_by(session, review.curator)
    # What the protocol no longer has cannot be decided on, nor stand in the way.
    found = steps((d for d in own if subject_of(d, review.protocol).known), find)

    def step(decision: Decision | None, told: Decision | None) -> Step | None:
        if decision is None or told is None:
            return None
        on_it = decisions_about(session, decision.subject_kind, decision.subject_id)
        if decision.subject_kind is SubjectKind.CLAIM:
            on_it = visible(on_it, review.sight)
        subject = subject_of(told, review.protocol)
        return Step(
            decision=decision.id,
            address=subject.address or "/decisions",
            seen=seen_of(on_it),
            told=in_words(told, review.protocol),
        )

    redone = find(found.redo.undoes) if found.redo and found.redo.undoes else None
    return step(found.undo, found.undo), step(found.redo, redone)


def _history(decisions: Sequence[Decision]) -> tuple[HistoryLine, ...]:
    gone = reads.taken_back(decisions)
    return tuple(
        HistoryLine(
            decision=decision,
            stands=decision.id not in gone,
            changes=tuple(
                (plain(name), decision.snapshot.get(name), value)
                for name, value in decision.changes.items()
            ),
        )
        for decision in reversed(decisions)
    )


def _is_decided(decisions: Sequence[Decision]) -> bool:
    open_actions = (Action.DEFER, Action.FLAG)
    return any(decision.action not in open_actions for decision in live(decisions))
