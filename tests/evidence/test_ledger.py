"""Records and ledger together rebuild everything that people decided."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from evidence import ledger
from evidence.database import Database, create_database
from evidence.decisions import Action, Reason, Status
from evidence.errors import LedgerError
from evidence.library import RunKind
from evidence.protocol import Protocol
from evidence.queries.library import library
from evidence.records import Section
from evidence.store import runs
from evidence.store.decisions import append_decisions
from evidence.store.gone import mark_gone
from evidence.store.inserting import insert_claim
from tests.invented import NOON, decision, draft, record
from tests.stored import claims, decide, problems, propose, save, stored_claim

pytestmark = pytest.mark.both
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def other(tmp_path: Path, migraine: Protocol) -> Iterator[Database]:
    """Return a second, empty database."""
    made = create_database(f"sqlite:///{tmp_path / 'other.sqlite'}", migraine)
    yield made
    made.close()


def exported(database: Database) -> list[str]:
    with database.read() as session:
        return list(ledger.export(session))


def imported(database: Database, lines: list[str], **given: Any) -> ledger.Imported:
    with database.write() as session:
        run = runs.begin(session, RunKind.DECISIONS, NOON, {})
        return ledger.import_lines(
            database,
            session,
            lines,
            source="ledger.jsonl",
            run=run,
            **{"at": NOON} | given,
        )


def decided(database: Database, run: int) -> str:
    claim = stored_claim(database, run)
    seen = draft().as_dict()
    decide(database, decision(claim, snapshot=seen))
    changes = {"n": 61, "direction": "no_clear_difference"}
    decide(database, decision(claim, Action.AMEND, minute=1, changes=changes))
    return claim


def test_an_empty_database_gets_back_all_that_was_decided(
    database: Database, other: Database, run: int
) -> None:
    decided(database, run)
    with other.write() as session:
        second = runs.begin(session, RunKind.LOAD, NOON, {})
    save(other, second, record())
    made = imported(other, exported(database))
    assert (made.new, made.recreated) == (2, 1)
    with database.read() as mine, other.read() as theirs:
        assert library(database, mine).cells == library(other, theirs).cells
    assert {k: (c.draft, c.status) for k, c in claims(other).items()} == {
        k: (c.draft, c.status) for k, c in claims(database).items()
    }
    assert exported(other) == exported(database)
    assert problems(other) == []


def test_what_pubmed_took_away_does_not_come_back_by_a_ledger(
    database: Database, other: Database, run: int
) -> None:
    claim = decided(database, run)
    with other.write() as session:
        second = runs.begin(session, RunKind.LOAD, NOON, {})
    save(other, second, record())
    with other.write() as session:
        mark_gone(other, session, [101], at=LATER)
    imported(other, exported(database), at=NOON + timedelta(days=1))
    assert claims(other)[claim].status is Status.NEEDS_REREVIEW


def test_importing_twice_changes_nothing(database: Database, run: int) -> None:
    decided(database, run)
    again = imported(database, exported(database))
    assert (again.new, again.known) == (0, 2)


def test_the_extractor_finds_its_claim_again_after_an_import(
    database: Database, other: Database, run: int
) -> None:
    claim = decided(database, run)
    with other.write() as session:
        second = runs.begin(session, RunKind.LOAD, NOON, {})
    save(other, second, record())
    imported(other, exported(database))
    assert propose(other, second, 101, [draft()]).new == 0
    assert list(claims(other)) == [claim]


class TestFillingIn:
    """A curator may decide in a text editor."""

    def lines(self, database: Database) -> list[dict[str, Any]]:
        with database.read() as session:
            return [json.loads(line) for line in ledger.export_proposed(session)]

    def test_lines_left_empty_are_skipped(self, database: Database, run: int) -> None:
        stored_claim(database, run)
        left = [json.dumps(row) for row in self.lines(database)]
        assert imported(database, left).skipped == 1

    def test_a_filled_line_is_a_decision(self, database: Database, run: int) -> None:
        claim = stored_claim(database, run)
        (row,) = self.lines(database)
        row |= {"action": "reject", "reason": "wrong_domain", "curator": "alice"}
        assert imported(database, [json.dumps(row)]).new == 1
        assert claims(database)[claim].status is Status.REJECTED

    def test_the_curator_may_be_named_once_for_all(
        self, database: Database, run: int
    ) -> None:
        claim = stored_claim(database, run)
        (row,) = self.lines(database)
        line = json.dumps(row | {"action": "accept"})
        with pytest.raises(LedgerError, match="name"):
            imported(database, [line])
        imported(database, [line], curator="bob")
        assert claims(database)[claim].curators == ("bob",)

    def test_a_decided_claim_is_not_exported_again(
        self, database: Database, run: int
    ) -> None:
        decided(database, run)
        assert self.lines(database) == []

    def test_a_file_imported_again_decides_nothing_again(
        self, database: Database, run: int
    ) -> None:
        claim = stored_claim(database, run)
        (row,) = self.lines(database)
        line = json.dumps(row | {"action": "accept", "curator": "alice"})
        imported(database, [line])
        bob = decision(
            claim, Action.REJECT, minute=60, curator="bob", reason=Reason.WRONG_ROLE
        )
        decide(database, bob)
        again = imported(database, [line], at=NOON + timedelta(hours=9))
        assert (again.new, again.known) == (0, 1)
        assert claims(database)[claim].status is Status.REJECTED

    @pytest.mark.parametrize(
        "filled", [{"reason": "wrong_role"}, {"note": "hm"}, {"changes": {"n": 1}}]
    )
    def test_a_line_that_lacks_only_its_action_is_no_empty_one(
        self, database: Database, run: int, filled: dict[str, Any]
    ) -> None:
        stored_claim(database, run)
        (row,) = self.lines(database)
        with pytest.raises(LedgerError, match="no action"):
            imported(database, [json.dumps(row | filled)])


def test_what_was_taken_away_does_not_come_back_in_another_database(
    database: Database, other: Database, run: int
) -> None:
    """The quote has left the text: accepted there, to be looked at again here."""
    decided(database, run)
    with other.write() as session:
        second = runs.begin(session, RunKind.LOAD, NOON, {})
    save(other, second, record())
    save(other, second, record(sections=(Section("All changed."),)), at=LATER)
    imported(other, exported(database))
    (claim,) = claims(other).values()
    assert claim.status is Status.NEEDS_REREVIEW


def test_one_finding_under_two_ids_is_one_claim(
    database: Database, other: Database, run: int
) -> None:
    claim = decided(database, run)
    with other.write() as session:
        second = runs.begin(session, RunKind.LOAD, NOON, {})
    save(other, second, record())
    with other.write() as session:
        insert_claim(other, session, draft(), run=second, claim_id="canother")
    imported(other, exported(database))
    states = {c.id: c.status for c in claims(other).values()}
    assert states == {claim: Status.ACCEPTED, "canother": Status.WITHDRAWN}
    assert problems(other) == []


class TestRefusals:
    """A ledger that cannot be applied whole changes nothing, and says which line."""

    @pytest.fixture
    def line(self, database: Database, run: int) -> dict[str, Any]:
        decided(database, run)
        return dict(json.loads(exported(database)[0]))

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"action": "like"}, "none of accept, amend, reject"),
            ({"reason": "hm", "action": "reject"}, "none of not_own_result"),
            ({"reason": "background"}, "only a rejection has a reason"),
            ({"subject_id": "nope"}, "leave subject_id as it was exported"),
            ({"subject_kind": "weather"}, "weather"),
            ({"at": "yesterday"}, "yesterday"),
            ({"at": "2026-03-01T12:00:00"}, "UTC"),
            ({"colour": "red"}, "colour"),
            ({"action": "reject"}, "reasons"),
            ({"changes": {"n": "many"}, "action": "amend"}, "n:"),
            ({"snapshot": "abc"}, "snapshot must be an object"),
            ({"curator": 5}, "curator must be a text"),
            ({"subject_id": ["c1"]}, "subject_id must be a text"),
            ({"undoes": [], "action": "undo"}, "undoes must be a text"),
            ({"note": {"so": "what"}}, "note must be a text"),
            ({"note": "\ud800"}, "lone surrogate"),
            ({"note": "\0"}, "a NUL"),
        ],
    )
    def test_a_line_that_is_no_decision(
        self,
        database: Database,
        line: dict[str, Any],
        changes: dict[str, Any],
        told: str,
    ) -> None:
        before = exported(database)
        with pytest.raises(LedgerError) as error:
            imported(database, ["", json.dumps(line | changes)])
        assert "ledger.jsonl line 2" in str(error.value)
        assert told in str(error.value)
        assert exported(database) == before

    @pytest.mark.parametrize(
        "text",
        ["{not json", "[1]", '"accept"', "{}", "[" * 9999, '{"acton": "accept"}'],
    )
    def test_a_line_that_is_no_object(self, database: Database, text: str) -> None:
        with pytest.raises(LedgerError, match=r"ledger\.jsonl line 1"):
            imported(database, [text])

    def test_the_same_line_twice_is_one_decision(
        self, database: Database, other: Database, run: int, line: dict[str, Any]
    ) -> None:
        with other.write() as session:
            second = runs.begin(session, RunKind.LOAD, NOON, {})
        save(other, second, record())
        assert imported(other, [json.dumps(line)] * 2).new == 1

    @pytest.mark.parametrize("confidence", [7, -1, float("nan")])
    def test_a_confidence_that_is_none(
        self, database: Database, line: dict[str, Any], confidence: float
    ) -> None:
        line["snapshot"] |= {"confidence": confidence}
        with pytest.raises(LedgerError, match="confidence"):
            imported(database, [json.dumps(line)])

    def test_a_decision_on_a_claim_that_nobody_knows(
        self, database: Database, line: dict[str, Any]
    ) -> None:
        del line["snapshot"]
        with pytest.raises(LedgerError, match="no claim cnever"):
            imported(database, [json.dumps(line | {"subject_id": "cnever"})])

    def test_an_absent_record_is_named(
        self, other: Database, line: dict[str, Any]
    ) -> None:
        with pytest.raises(LedgerError, match="PMID 101 is not stored; load it"):
            imported(other, [json.dumps(line)])
        assert claims(other) == {}

    def test_a_quote_of_another_text(
        self, other: Database, line: dict[str, Any]
    ) -> None:
        with other.write() as session:
            run = runs.begin(session, RunKind.LOAD, NOON, {})
        save(other, run, record(sections=(Section("Another text."),)))
        with pytest.raises(LedgerError, match="stands in no stored text"):
            imported(other, [json.dumps(line)])

    def test_all_or_nothing(self, database: Database, line: dict[str, Any]) -> None:
        good = line | {
            "action": "reject",
            "reason": Reason.OUT_OF_SCOPE.value,
            "curator": "bob",
        }
        before = exported(database)
        with pytest.raises(LedgerError):
            imported(database, [json.dumps(good), json.dumps(line | {"at": "?"})])
        assert exported(database) == before


def test_many_decisions_are_stored_in_their_order_by_few_statements(
    database: Database, run: int
) -> None:
    claim, told = stored_claim(database, run), []
    many = [
        decision(claim, minute=m, curator=f"c{m}", snapshot=draft().as_dict())
        for m in range(300, 0, -1)
    ]
    event.listen(
        database.engine, "before_cursor_execute", lambda *given: told.append(given[2])
    )
    with database.write() as session:
        append_decisions(database, session, [*many, many[0]], at=NOON)
    assert [d["curator"] for d in map(json.loads, exported(database))] == [
        d.curator for d in many
    ]
    assert len([s for s in told if s.startswith("INSERT INTO decision")]) == 1
    assert len([s for s in told if s.startswith("INSERT INTO audit")]) == 1
    assert problems(database) == []
