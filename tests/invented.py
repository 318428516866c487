"""An invented trial, as a record, as a finding in it, as a decision on that."""

from datetime import UTC, datetime, timedelta
from typing import Any

from evidence.decisions import Action, Decision, SubjectKind
from evidence.records import Field, PartialDate, Record, Section, text_sha256
from evidence.types import Direction, Draft, Role

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

ABSTRACT = (
    "Sixty adults with refractory migraine took propranolol or placebo.",
    "Propranolol lowered light sensitivity more than placebo (p = 0.01, n = 60). "
    "Alertness did not differ between the arms.",
)
QUOTE = "Propranolol lowered light sensitivity more than placebo (p = 0.01, n = 60)."


def record(pmid: int = 101, **changes: Any) -> Record:
    """Return an invented record; `changes` are fields that differ."""
    values: dict[str, Any] = {
        "pmid": pmid,
        "title": "Propranolol for light that hurts",
        "sections": (
            Section(ABSTRACT[0], "METHODS", "METHODS"),
            Section(ABSTRACT[1], "RESULTS", "RESULTS"),
        ),
        "journal": "J Tests",
        "published": PartialDate(2020),
    }
    return Record(**values | changes)


def draft(of: Record | None = None, quote: str = QUOTE, **changes: Any) -> Draft:
    """Return an invented finding that quotes `of`; `changes` are fields that differ."""
    source = of or record()
    text = source.text(Field.ABSTRACT) or ""
    start = text.index(quote)
    values: dict[str, Any] = {
        "pmid": source.pmid,
        "field": Field.ABSTRACT,
        "section": "RESULTS",
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "text_sha256": text_sha256(text),
        "treatment": "propranolol",
        "comparator": "placebo",
        "domain": "photophobia",
        "role": Role.OUTCOME,
        "outcome": "light sensitivity",
        "measure": "light-sensitivity",
        "direction": Direction.IMPROVES,
        "design": "randomised",
        "population": "rm_label",
        "p": "0.01",
        "n": 60,
        "rule": "greater-change",
        "extractor": "1+test",
        "confidence": 0.8,
    }
    return Draft.from_dict(values | changes)


def decision(
    claim: str,
    action: Action = Action.ACCEPT,
    *,
    minute: int = 0,
    curator: str = "alice",
    **changes: Any,
) -> Decision:
    """Return a decision on a claim, so many minutes after noon."""
    return Decision(
        subject_kind=SubjectKind.CLAIM,
        subject_id=claim,
        action=action,
        curator=curator,
        at=NOON + timedelta(minutes=minute),
        **changes,
    )
