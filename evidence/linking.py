"""A curator says which study a record reports; no later version of it says otherwise.

A link is a decision on the record's PMID: `accept`, with the PMID and the study in its
snapshot, and the curator's grounds as its note. The newest that stands counts. The
record's own study, `pmid-` and its number, says that it reports no other.
"""

import re
from collections.abc import Sequence

from evidence.claims import STUDY_OF_RECORD, registry_ids
from evidence.decisions import Action, Decision, SubjectKind
from evidence.errors import DecisionError
from evidence.records import MAX_PMID
from evidence.status import live

_PMID = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


def linked(decisions: Sequence[Decision]) -> Decision | None:
    """Return the link of a record that counts; None where nobody linked it.

    Parameters
    ----------
    decisions
        All decisions on it, oldest first.
    """
    standing = [d for d in live(decisions) if _objection(d) is None]
    return standing[-1] if standing else None


def check_link(decision: Decision) -> None:
    """Check that a decision on a record's study is one that can be followed.

    Raises
    ------
    DecisionError
        Where it is no link of that record to a study, or gives no grounds.
    """
    if decision.subject_kind is not SubjectKind.STUDY_LINK:
        return
    wrong: str | None = None
    if not _PMID.fullmatch(decision.subject_id):
        wrong = "the subject of a link is a PMID"
    elif decision.action is not Action.UNDO:
        wrong = _objection(decision)
    if wrong is not None:
        raise DecisionError(f"study of PMID {decision.subject_id}: {wrong}")


def _objection(decision: Decision) -> str | None:
    """Return why a decision links nothing; None where it does."""
    if decision.action is not Action.ACCEPT:
        return f"{decision.action} says nothing of it; link with accept, or undo"
    seen = decision.snapshot
    if str(seen.get("pmid")) != decision.subject_id:
        return "the snapshot needs the PMID of the record that is linked"
    study = seen.get("study")
    if not isinstance(study, str) or not is_study(study):
        return f"{study!r} is no study: give a registration number, or pmid- and a PMID"
    if not (decision.note or "").strip():
        return "a link says why in its note"
    return None


def is_study(study: str) -> bool:
    """Return whether a text can be the id of a study."""
    number = study.removeprefix(STUDY_OF_RECORD)
    if number != study:
        return bool(_PMID.fullmatch(number)) and int(number) <= MAX_PMID
    return registry_ids(study) == (study,)
