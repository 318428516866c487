"""What every decision has in common: who may take it, on what they saw, and when."""

from dataclasses import dataclass

from fastapi.responses import RedirectResponse
from sqlmodel import Session

from curation.review.claim_view import claim_of, is_closed, seen_of, shown_of
from curation.review.errors import FormError
from curation.review.queue import Queue
from curation.review.review import Review
from evidence.blinding import visible
from evidence.claims import Claim
from evidence.decisions import Action, Decision, Reason, Status, SubjectKind
from evidence.errors import ConflictError
from evidence.queries import claims as reads
from evidence.queries import desk
from evidence.queries.sight import dispute
from evidence.reading import moment_after
from evidence.status import DECISIVE, VERDICTS, live, person
from evidence.store.decisions import append_decisions

LONGEST_NOTE = 5_000
"""Characters of a note."""

TAKEN_HERE = (Action.ACCEPT, Action.REJECT, Action.DEFER, Action.FLAG)
"""Actions of the bar; an amendment has a form of its own."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a curator asked for on the bar."""

    action: Action
    reason: Reason | None
    note: str | None


def read_intent(form: dict[str, str]) -> Intent:
    """Return what the bar's form asks for.

    Raises
    ------
    FormError
        Where no action is named, a rejection lacks its reason, or a flag its note.
    """
    note = note_of(form)
    chosen = form.get("action", "")
    # Enter in the row of reasons sends the form without any button.
    name = chosen or ("reject" if form.get("reason") else "")
    if name not in set(TAKEN_HERE):
        raise FormError("choose one of the decisions below")
    action = Action(name)
    if action is Action.REJECT:
        return Intent(action, reason_of(form), note)
    if action is Action.FLAG and note is None:
        raise FormError("say in the note what should be looked at, then flag")
    return Intent(action, None, note)


def reason_of(form: dict[str, str]) -> Reason:
    """Return the reason of a rejection.

    Raises
    ------
    FormError
        Where none was chosen.
    """
    if form.get("reason", "") not in set(Reason):
        raise FormError(
            "a rejection needs a reason: choose one in the row above the buttons"
        )
    return Reason(form["reason"])


def note_of(form: dict[str, str]) -> str | None:
    """Return a form's note, None where it is empty."""
    note = form.get("note", "").strip()
    if len(note) > LONGEST_NOTE:
        raise FormError(f"the note has more than {LONGEST_NOTE} characters; shorten it")
    return note or None


def as_seen(
    review: Review, session: Session, claim_id: str, form: dict[str, str]
) -> Claim:
    """Return the claim that a form decides on, if it still is what was shown.

    Raises
    ------
    ConflictError
        Where its fields or its decisions are others by now.
    FormError
        Where its text was replaced: no decision makes it count.
    """
    claim = claim_of(review, session, claim_id)
    if is_closed(session, claim_id):
        raise FormError(
            "this claim quoted a digest, and PubMed's own text has come: there is "
            "nothing left to decide",
            409,
        )
    refuse_unseen(review, session, claim_id, form)
    if form.get("shown") != shown_of(claim.draft):
        raise ConflictError(
            f"claim {claim_id}: its text was read anew meanwhile, and the claim "
            "differs from what was shown; look at it and decide again"
        )
    return claim


def refuse_unseen(
    review: Review, session: Session, claim_id: str, form: dict[str, str]
) -> None:
    """Refuse to decide over a decision that the page did not show.

    What is hidden in dual review counts as not taken yet: two who decide blind are
    never in each other's way.

    Raises
    ------
    ConflictError
        Where the claim's last decision is not the one that was seen.
    """
    decisions = visible(reads.decisions_of(session, claim_id), review.sight)
    if form.get("seen", "") == seen_of(decisions):
        return
    who = f"{decisions[-1].curator} decided" if decisions else "something changed"
    raise ConflictError(
        f"claim {claim_id}: {who} meanwhile; look at both and decide again"
    )


def refuse_verdict(
    review: Review, session: Session, claim: Claim, action: Action
) -> None:
    """Refuse a verdict that somebody else has to take.

    Raises
    ------
    FormError
        Where a curator would accept a claim that they added, decide in full view of
        the others' words, or take a third side.
    """
    if action is Action.DEFER:
        decisions = visible(reads.decisions_of(session, claim.id), review.sight)
        if {d.action for d in live(decisions)} & set(DECISIVE):
            raise FormError(
                "this claim is decided, so it cannot be put off; flag it, or go on"
            )
    if action not in VERDICTS:
        return
    author = claim.draft.added_by
    own = author is not None and person(author) == person(review.curator)
    if action is Action.ACCEPT and own:
        raise FormError("you added this claim: somebody else has to accept it", 403)
    if review.settles:
        raise FormError(
            "you see what both curators decided, so yours would be no word of its "
            "own; settle the claims on which they differ",
            403,
        )
    if review.dual and claim.status is Status.DISPUTED:
        found = dispute(session, claim.id)
        sides = {person(d.curator) for d in found.sides} if found else set()
        if person(review.curator) not in sides:
            raise FormError("two curators differ here: an adjudicator settles it", 403)


def decide_on(
    review: Review,
    session: Session,
    claim: Claim,
    action: Action,
    **given: object,
) -> None:
    """Append a decision of this person on a claim that was checked to be as seen."""
    decision = decision_on(review, session, claim, action, **given)
    append_decisions(review.database, session, [decision], at=decision.at)


def decision_on(
    review: Review,
    session: Session,
    claim: Claim,
    action: Action,
    **given: object,
) -> Decision:
    """Return a decision of this person on a claim, to be appended.

    Parameters
    ----------
    review, session
        Whose decision, and in which transaction.
    claim
        The claim as they saw it; its fields become the snapshot.
    action
        What they decided.
    **given
        Reason, note, changes and whatever else the decision carries.
    """
    values = {"snapshot": claim.draft.as_dict(), "role": review.role} | given
    return Decision(
        subject_kind=SubjectKind.CLAIM,
        subject_id=claim.id,
        action=action,
        curator=review.curator,
        at=moment_after(session, SubjectKind.CLAIM, claim.id, review.clock()),
        sample=desk.sample_of(session, claim.id),
        **values,  # type: ignore[arg-type]  # checked by the decision itself
    )


def onward(queue: Queue, form: dict[str, str]) -> RedirectResponse:
    """Go to the claim that came next when the page was shown."""
    after = form.get("next", "")
    if after.isascii() and after.isalnum() and len(after) == 13:
        return RedirectResponse(f"/claims/{after}?{queue.address}", 303)
    return RedirectResponse(f"/queue?{queue.address}", 303)
