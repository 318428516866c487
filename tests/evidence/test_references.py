"""A reference that a curator settled: the word that stands, and how it travels."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evidence import ledger
from evidence.database import Database, create_database
from evidence.decisions import Action, Decision, Reason, SubjectKind
from evidence.errors import DecisionError, LedgerError
from evidence.library import ReferenceStanding, ReferenceState, RunKind
from evidence.protocol import Protocol
from evidence.queries.references import reference_states
from evidence.store import runs
from evidence.store.decisions import append_decisions
from evidence.store.references import save_reference_states
from evidence.verification import verify
from tests.invented import NOON

FOUND = ReferenceState(
    number=1,
    state=ReferenceStanding.RESOLVED,
    pmid=555,
    method="doi",
    agreements=("doi", "title"),
)
LINE = (
    "Muster A, Beispiel B. Propranolol for light sensitivity. J Tests. 2020;3(1):10-12."
)

pytestmark = pytest.mark.both


@pytest.fixture
def other(tmp_path: Path, migraine: Protocol) -> Iterator[Database]:
    """Return a second, empty database."""
    made = create_database(f"sqlite:///{tmp_path / 'other.sqlite'}", migraine)
    yield made
    made.close()


def settlement(
    pmid: Any = 777,
    *,
    number: int = 1,
    minute: int = 0,
    seen: dict[str, Any] | None = None,
    **changes: Any,
) -> Decision:
    """Return a decision that reference 1 is PMID 777."""
    values: dict[str, Any] = {
        "subject_kind": SubjectKind.REFERENCE,
        "subject_id": str(number),
        "action": Action.ACCEPT,
        "curator": "alice",
        "at": NOON + timedelta(minutes=minute),
        "snapshot": {"number": number, "pmid": pmid, "raw": LINE} | (seen or {}),
        "note": "the page of the journal says so",
    }
    return Decision(**values | changes)


def undoing(decision: Decision, minute: int) -> Decision:
    return settlement(
        minute=minute, action=Action.UNDO, snapshot={}, note=None, undoes=decision.id
    )


def decide(database: Database, *decisions: Decision) -> None:
    with database.write() as session:
        append_decisions(database, session, decisions, at=NOON)


def state(database: Database, number: int = 1) -> ReferenceState:
    with database.read() as session:
        return reference_states(database, session)[number]


def test_a_settlement_stands_over_what_a_search_found(
    database: Database, run: int
) -> None:
    with database.write() as session:
        save_reference_states(session, [FOUND], run=run)
    decide(database, settlement())
    assert state(database) == ReferenceState(
        number=1, state=ReferenceStanding.RESOLVED, pmid=777, method="manual"
    )


def test_a_later_search_does_not_overwrite_it(database: Database, run: int) -> None:
    decide(database, settlement())
    with database.write() as session:
        save_reference_states(session, [FOUND], run=run)
    assert state(database).pmid == 777


def test_settled_as_not_in_pubmed(database: Database, run: int) -> None:
    with database.write() as session:
        save_reference_states(session, [FOUND], run=run)
    decide(database, settlement(None))
    assert state(database) == ReferenceState(
        number=1, state=ReferenceStanding.NOT_FOUND, method="manual"
    )


def test_the_newest_settlement_counts_whichever_was_stored_first(
    database: Database,
) -> None:
    decide(database, settlement(888, minute=5, curator="bob"))
    decide(database, settlement(777, minute=1))
    assert state(database).pmid == 888


def test_an_undo_brings_back_what_stood_before(database: Database, run: int) -> None:
    with database.write() as session:
        save_reference_states(session, [FOUND], run=run)
    first, second = settlement(777), settlement(888, minute=1)
    decide(database, first, second)
    decide(database, undoing(second, 2))
    assert state(database).pmid == 777
    decide(database, undoing(first, 3))
    assert state(database) == FOUND


def test_a_curator_may_know_the_record_of_a_book(database: Database) -> None:
    line = "Alt E. A book on headache. Leipzig, 1845."
    decide(database, settlement(99, number=2, seen={"raw": line}))
    assert state(database, 2).pmid == 99


def test_a_misprint_mended_later_does_not_unsettle(database: Database) -> None:
    mended = LINE.replace("Beispiel B", "Beispil B")
    decide(database, settlement(seen={"raw": mended}))
    assert state(database).pmid == 777


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (settlement(number=3), "reference 3: the protocol has no reference"),
        (settlement(seen={"number": 2}), "needs its number and its pmid"),
        (settlement(snapshot={"number": 1, "raw": LINE}), "number and its pmid"),
        (settlement("777"), "'777' is no PMID"),
        (settlement(0), "0 is no PMID"),
        (settlement(True), "True is no PMID"),
        (settlement(10**9), "1000000000 is no PMID"),
        (settlement(note=None), "says why"),
        (settlement(note="  "), "says why"),
        (settlement(action=Action.REJECT, reason=Reason.BACKGROUND), "with accept"),
        (settlement(seen={"raw": "Alt E. A book on headache."}), "another line"),
        (
            settlement(
                None,
                number=2,
                seen={"raw": "Alt E. A book on headache. Leipzig, 1845."},
            ),
            "it is a book",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_decision_that_settles_nothing_is_refused(
    database: Database, wrong: Decision, said: str
) -> None:
    with pytest.raises(DecisionError, match=said):
        decide(database, wrong)
    assert state(database).state is ReferenceStanding.UNRESOLVED


def test_all_promises_hold_after_it(database: Database) -> None:
    first = settlement()
    decide(database, first, undoing(first, 1), settlement(None, minute=2))
    with database.read() as session:
        assert list(verify(database, session)) == []


class TestTheLedger:
    @pytest.fixture
    def lines(self, database: Database) -> list[str]:
        first = settlement(777)
        decide(database, first, settlement(888, minute=1), undoing(first, 2))
        with database.read() as session:
            return list(ledger.export(session))

    def imported(self, database: Database, lines: list[str]) -> ledger.Imported:
        with database.write() as session:
            run = runs.begin(session, RunKind.DECISIONS, NOON, {})
            return ledger.import_lines(
                database, session, lines, source="ledger.jsonl", run=run, at=NOON
            )

    def test_an_empty_database_gets_back_what_was_settled(
        self, database: Database, other: Database, lines: list[str]
    ) -> None:
        made = self.imported(other, lines)
        assert (made.new, made.recreated) == (3, 0)
        assert state(other) == state(database)
        assert state(other).pmid == 888

    def test_twice_is_once(self, other: Database, lines: list[str]) -> None:
        self.imported(other, lines)
        assert self.imported(other, lines).new == 0

    def test_not_in_pubmed_travels_too(
        self, database: Database, other: Database
    ) -> None:
        decide(database, settlement(None))
        with database.read() as session:
            self.imported(other, list(ledger.export(session)))
        assert state(other).method == "manual"

    def test_a_number_that_the_protocol_lacks_is_refused_with_its_line(
        self, other: Database, lines: list[str]
    ) -> None:
        foreign = json.loads(lines[0]) | {"subject_id": "64"}
        with pytest.raises(LedgerError, match=r"ledger\.jsonl line 4: reference 64"):
            self.imported(other, [*lines, json.dumps(foreign)])
        assert state(other).state is ReferenceStanding.UNRESOLVED

    def test_the_ledger_of_another_review_is_refused(
        self, other: Database, lines: list[str]
    ) -> None:
        foreign = json.loads(lines[0])
        foreign["snapshot"]["raw"] = "Fremd C. Of cats that sleep. J Cats. 2001;1:2-3."
        with pytest.raises(LedgerError, match=r"line 1: reference 1: .*another line"):
            self.imported(other, [json.dumps(foreign)])
