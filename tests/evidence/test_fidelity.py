"""Whether a reference bears out its assertion: said by curators, one line each."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from evidence.database import Database
from evidence.decisions import Action, Decision, SubjectKind
from evidence.errors import DecisionError, LedgerError
from evidence.fidelity import Fidelity, uses
from evidence.ledger import import_lines
from evidence.queries.library import library
from evidence.store.decisions import append_decisions
from tests.invented import NOON


@pytest.fixture
def label(database: Database) -> Decision:
    use, summary = next(uses(database.protocol))
    return Decision(
        subject_kind=SubjectKind.FIDELITY,
        subject_id=use,
        action=Action.ACCEPT,
        curator="EK",
        at=NOON,
        snapshot={"fidelity": "other_population", "summary": summary},
        note="It enrolled children.",
    )


def append(database: Database, *decisions: Decision) -> None:
    with database.write() as session:
        append_decisions(database, session, decisions, at=NOON)


def shown(database: Database) -> dict[str, Fidelity]:
    with database.read() as session:
        found = library(database, session).fidelity
    return {use: label.fidelity for use, label in found.items()}


def test_the_newest_label_that_stands_counts(
    database: Database, label: Decision
) -> None:
    assert shown(database) == {}
    append(database, label)
    later = replace(
        label,
        at=NOON + timedelta(days=1),
        snapshot={**label.snapshot, "fidelity": "partly"},
    )
    append(database, later)
    assert shown(database) == {label.subject_id: Fidelity.PARTLY}
    undo = replace(
        later,
        action=Action.UNDO,
        at=NOON + timedelta(days=2),
        undoes=later.id,
        snapshot={},
    )
    append(database, undo)
    assert shown(database) == {label.subject_id: Fidelity.OTHER_POPULATION}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"subject_id": "nowhere/1"}, "no assertion prints this reference"),
        ({"snapshot": {"fidelity": "great"}}, "none of supports, partly"),
        ({"snapshot": {"fidelity": "partly", "summary": "x"}}, "assertion's summary"),
        ({"note": " "}, "says why"),
        ({"action": Action.DEFER}, "says nothing of it"),
    ],
)
def test_what_is_no_label_is_refused(
    database: Database, label: Decision, change: dict[str, object], complaint: str
) -> None:
    with pytest.raises(DecisionError, match=complaint):
        append(database, replace(label, **change))
    assert shown(database) == {}


def test_a_ledger_carries_it(database: Database, label: Decision, run: int) -> None:
    lines = [json.dumps(label.as_dict())]
    wrong = json.dumps({**label.as_dict(), "subject_id": "nowhere/1"})
    with database.write() as session:
        with pytest.raises(LedgerError, match="line 1"):
            import_lines(database, session, [wrong], source="f", run=run, at=NOON)
        import_lines(database, session, lines, source="f", run=run, at=NOON)
    assert shown(database) == {label.subject_id: Fidelity.OTHER_POPULATION}
