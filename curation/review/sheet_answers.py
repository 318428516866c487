"""What a row of a spreadsheet decides: each cell read exactly, or named as wrong."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from curation.review import amending
from curation.review.deciding import note_of, read_intent
from curation.review.errors import FormError
from curation.review.fields import CHOICES, SLUGS, TEXTS, YES_NO
from curation.review.review import Review
from evidence.decisions import Action, Reason
from evidence.queries import claims as reads
from evidence.types import Draft

AMENDABLE = ("quote", *SLUGS, "combined_with", *CHOICES, *TEXTS, "n", *YES_NO)
NEW = {name: f"new_{name}" for name in AMENDABLE}
"""The column in which a field is corrected, by field."""

NONE = "-"
"""Written where a field shall hold nothing."""

TAKEN_HERE = (Action.ACCEPT, Action.AMEND, Action.REJECT, Action.DEFER, Action.FLAG)


def answer(
    review: Review, session: Session, values: dict[str, str], draft: Draft
) -> tuple[Action, dict[str, Any]]:
    """Return what a row decides on a claim as it shows it.

    Raises
    ------
    FormError
        Where a cell is missing, of no use, or holds what is not allowed; all named.
    """
    answered = values["decision"].casefold()
    if answered not in set(TAKEN_HERE):
        wrong = f"{answered[:40]!r} is none of" if answered else "write one of"
        raise FormError(f"decision: {wrong} {', '.join(TAKEN_HERE)}")
    action = Action(answered)
    typed = {n: values[NEW[n]] for n in AMENDABLE if values[NEW[n]]}
    reason = values["reason"].casefold()
    problems = {}
    if reason and action is not Action.REJECT:
        problems["reason"] = f"only a rejection has one; the decision is {action}"
    elif action is Action.REJECT and reason not in set(Reason):
        problems["reason"] = f"a rejection needs one of {', '.join(Reason)}"
    if typed and action is not Action.AMEND:
        told = f"a field is corrected with amend; the decision is {action}"
        problems |= {NEW[name]: told for name in typed}
    if action is Action.AMEND and not typed:
        problems["decision"] = "amend needs what to change, in a new_ column"
    if action is Action.FLAG and not values["note"]:
        problems["note"] = "say what should be looked at"
    refuse(problems)
    if action is Action.AMEND:
        changes = _changes(review, session, typed, draft)
        return action, {"changes": changes, "note": note_of(values)}
    intent = read_intent(values | {"action": action.value, "reason": reason})
    return action, {"reason": intent.reason, "note": intent.note}


def _changes(
    review: Review, session: Session, typed: Mapping[str, str], draft: Draft
) -> dict[str, Any]:
    problems = {
        NEW[name]: f"{typed[name]!r} is none of yes, no"
        for name in YES_NO
        if typed.get(name, "no").casefold() not in ("yes", "no")
    }
    refuse(problems)
    form = {n: "" if value == NONE else value for n, value in typed.items()}
    for name in YES_NO:
        said = typed.get(name, "yes" if getattr(draft, name) else "no")
        form[name] = "yes" if said.casefold() == "yes" else ""
    record = reads.paper(session, draft.pmid).record
    found = amending.read(form, draft, text(session, draft), record, review.protocol)
    told = dict(found.problems)
    for name in CHOICES.keys() & told.keys():
        told[name] += f"; there are {', '.join(CHOICES[name])}"
    refuse({NEW[name]: why for name, why in told.items()})
    if not found.changes:
        raise FormError("decision: what stands in the new_ columns changes nothing")
    return found.changes


def refuse(problems: Mapping[str, str]) -> None:
    """Refuse a row, naming each column and what is wrong with it; none, no refusal."""
    if problems:
        raise FormError("; ".join(f"{name}: {why}" for name, why in problems.items()))


def text(session: Session, draft: Draft) -> str:
    """Return the stored text that a claim quotes."""
    found = reads.quoted_text(session, draft.pmid, draft.field, draft.text_sha256)
    return found or ""
