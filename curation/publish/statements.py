"""What a named person says of a cell, for its page and for the downloads.

It is shown beside what is computed, never in it: whose judgement it is, who approved
it, on which claims it was written, and whether those still are the cell's.
"""

from dataclasses import dataclass
from typing import Any

from curation.publish.catalogue import Catalogue
from evidence.library import CellKey
from evidence.statements import CellStatement, StatementState


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement, ready for its template."""

    paragraphs: tuple[str, ...]
    certainty: str | None
    judged: tuple[tuple[str, str, str | None], ...]
    """Reason to rate down, how much it weighs, why."""
    upgraded: str | None
    author: str
    day: str
    approvals: tuple[tuple[str, str], ...]
    """Who approved it, and on which day."""
    claims: int
    version: str
    then: str
    since: tuple[int, int, int] | None
    """Where it is stale: how many claims came, left and changed."""


def stated(key: CellKey, catalogue: Catalogue) -> Stated | None:
    """Return what is said of a cell; None where nothing approved is."""
    one = catalogue.library.statements.get(key)
    if one is None:
        return None
    wording = one.wording
    return Stated(
        paragraphs=tuple(line for line in wording.text.splitlines() if line.strip()),
        certainty=_words(wording.certainty) if wording.certainty else None,
        judged=tuple(
            (_words(reason), _words(judged.concern), judged.why)
            for reason, judged in wording.judgements.items()
        ),
        upgraded=wording.upgraded,
        author=one.author,
        day=one.at.date().isoformat(),
        approvals=tuple((a.curator, a.at.date().isoformat()) for a in one.approvals),
        claims=len(one.claims),
        version=one.version,
        then=one.sentence,
        since=_since(one) if one.state is StatementState.STALE else None,
    )


def statement_dict(one: CellStatement | None) -> dict[str, Any] | None:
    """Return a statement as plain values; None where there is none."""
    if one is None:
        return None
    came, left, changed = _since(one)
    wording = one.wording
    return {
        "id": one.id,
        "text": wording.text,
        "certainty": wording.certainty.value if wording.certainty else None,
        "judgements": [
            {"reason": reason.value, "concern": judged.concern.value, "why": judged.why}
            for reason, judged in wording.judgements.items()
        ],
        "upgraded": wording.upgraded,
        "author": one.author,
        "written_at": one.at.isoformat(),
        "approved_by": [answer.curator for answer in one.approvals],
        "approved_at": one.approved_at.isoformat() if one.approved_at else None,
        "sentence": one.sentence,
        "claims": sorted(one.claims),
        "claims_version": one.version,
        "stale": one.state is StatementState.STALE,
        "came": came,
        "left": left,
        "changed": changed,
    }


def _since(one: CellStatement) -> tuple[int, int, int]:
    since = one.since
    return len(since.came), len(since.left), len(since.changed)


def _words(value: str) -> str:
    return str(value).replace("_", " ")
