"""Somebody else was faster: both decisions on one page, and nothing lost."""

from fastapi.responses import HTMLResponse

from curation.review.amending import values_of
from curation.review.claim_view import view
from curation.review.queue import Queue
from curation.review.review import Review
from curation.review.words import plain
from evidence.decisions import Action

OF_THE_PAGE = ("csrf", "seen", "shown", "next", "action", "note", "reason", "undoes")


def conflict_page(
    review: Review, claim_id: str, queue: Queue, form: dict[str, str], why: str
) -> HTMLResponse:
    """Return what was decided meanwhile beside what was about to be decided.

    The page carries all that was typed; sending it again decides on the claim as
    it stands now.
    """
    with review.database.read() as session:
        found = view(review, session, claim_id)
    meanwhile = []
    for line in found.history:
        if line.decision.id == form.get("seen"):
            break
        meanwhile.append(line)
    action = form.get("action", "")
    typed = {k: v for k, v in form.items() if k not in OF_THE_PAGE}
    now = values_of(found.draft)
    differing = [
        (plain(name), now[name], typed[name])
        for name in now
        if name in typed and typed[name] != now[name]
    ]
    targets = {
        Action.AMEND.value: f"/claims/{claim_id}/amend",
        Action.UNDO.value: f"/decisions/{form.get('undoes', '')}/undo",
        Action.ADJUDICATE.value: f"/claims/{claim_id}/adjudicate",
    }
    undone = action == Action.UNDO and any(
        line.decision.id == form.get("undoes") and not line.stands
        for line in found.history
    )
    values = {
        "view": found,
        "queue": queue,
        "why": why,
        "meanwhile": meanwhile,
        "action": action or (Action.REJECT.value if form.get("reason") else ""),
        "reason": form.get("reason", ""),
        "note": form.get("note", ""),
        "typed": typed if action in (Action.AMEND, Action.ADJUDICATE) else {},
        "differing": differing if action == Action.AMEND else [],
        "after": form.get("next", ""),
        "target": targets.get(action, f"/claims/{claim_id}/decisions"),
        "again": not undone,
    }
    return review.page("conflict.html.jinja", values, 409)
