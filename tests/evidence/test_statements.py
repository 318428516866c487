"""What a named person says of a cell: written, approved by two others, gone stale."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from evidence.blinding import Sight
from evidence.database import Database, create_database
from evidence.decisions import Action, Decision, SubjectKind
from evidence.errors import DecisionError, LedgerError
from evidence.grade import Certainty, Concern, Downgrade, Wording
from evidence.ledger import export, import_lines
from evidence.library import RunKind
from evidence.protocol import Protocol
from evidence.queries.library import library
from evidence.queries.lookup import Wanted, past_decisions
from evidence.queries.statements import cell_at, claims_in, statements_on
from evidence.statements import CellStatement, counted_in
from evidence.store import runs
from evidence.store.decisions import append_decisions
from evidence.store.records import save_records
from evidence.types import Role
from tests.invented import NOON, decision, draft, record
from tests.raw import spoil
from tests.stored import decide, problems, propose, save, stored_claim

CELL = ("propranolol", "photophobia", Role.OUTCOME)
SUBJECT = "propranolol/photophobia/outcome"
SURE: dict[str, Any] = {
    "certainty": "low",
    "judgements": {
        "risk_of_bias": {"concern": "serious", "why": "Nobody was blinded."},
        "inconsistency": {"concern": "not_serious"},
        "indirectness": {"concern": "not_serious"},
        "imprecision": {"concern": "serious", "why": "Sixty patients."},
        "publication_bias": {"concern": "not_serious"},
    },
}


def taken(action: Action, curator: str, minute: int, **given: Any) -> Decision:
    return Decision(
        subject_kind=SubjectKind.CELL_STATEMENT,
        subject_id=SUBJECT,
        action=action,
        curator=curator,
        at=NOON + timedelta(minutes=minute),
        **given,
    )


class Table:
    """People around a cell in which one claim counts."""

    def __init__(self, database: Database, run: int) -> None:
        self.database, self.run, self.minute = database, run, 10
        self.claim = stored_claim(database, run)
        decide(database, decision(self.claim))

    def now(self) -> dict[str, str]:
        with self.database.read() as session:
            cell = cell_at(session, CELL)
            return counted_in(cell, claims_in(session, [cell]))

    def take(self, action: Action, curator: str, **given: Any) -> Decision:
        self.minute += 1
        made = taken(action, curator, self.minute, **given)
        with self.database.write() as session:
            append_decisions(self.database, session, [made], at=made.at)
        return made

    def write(self, curator: str = "alice", *, ready: bool = True, **said: Any) -> str:
        seen = {"claims": self.now(), "sentence": "One study: favours (RM 1)."}
        changes = {"text": "It helps a little.", "ready": ready} | said
        return self.take(Action.AMEND, curator, snapshot=seen, changes=changes).id

    def approve(self, written: str, *curators: str) -> None:
        for curator in curators:
            self.take(Action.ACCEPT, curator, snapshot={"statement": written})

    def undo(self, of: str, curator: str) -> None:
        self.take(Action.UNDO, curator, undoes=of)

    def states(self) -> list[str]:
        with self.database.read() as session:
            return [one.state.value for one in statements_on(session, CELL)]

    def published(self) -> CellStatement | None:
        with self.database.read() as session:
            return library(self.database, session).statements.get(CELL)


pytestmark = pytest.mark.both


@pytest.fixture
def table(database: Database, run: int) -> Table:
    return Table(database, run)


def test_it_takes_two_others_to_approve_it(table: Table) -> None:
    written = table.write(**SURE)
    table.approve(written, "bob")
    assert (table.states(), table.published()) == (["awaiting_approval"], None)
    # The same person twice is not two, however they spell themselves.
    table.approve(written, "Bob")
    assert table.published() is None
    table.approve(written, "carol")
    shown = table.published()
    assert shown is not None
    assert (shown.state.value, shown.author) == ("approved", "alice")
    assert [a.curator for a in shown.approvals] == ["Bob", "carol"]
    assert shown.wording.certainty is Certainty.LOW
    bias = shown.wording.judgements[Downgrade.RISK_OF_BIAS]
    assert (bias.concern, bias.why) == (Concern.SERIOUS, "Nobody was blinded.")
    assert shown.sentence == "One study: favours (RM 1)."
    assert problems(table.database) == []


def test_a_draft_is_nobodys_business_yet(table: Table) -> None:
    written = table.write(ready=False)
    assert table.states() == ["draft"]
    with pytest.raises(DecisionError, match="a draft waits for no answer"):
        table.approve(written, "bob")
    table.write()
    assert table.states() == ["awaiting_approval", "replaced"]


@pytest.mark.parametrize("name", ["alice", "ALICE"])
def test_nobody_approves_their_own_words(table: Table, name: str) -> None:
    with pytest.raises(DecisionError, match="nobody approves or objects to a wording"):
        table.approve(table.write(), name)


def test_an_objection_keeps_it_from_readers_until_it_is_taken_back(
    table: Table,
) -> None:
    written = table.write()
    table.approve(written, "bob", "carol")
    objection = table.take(
        Action.FLAG, "dora", snapshot={"statement": written}, note="Too strong."
    )
    assert (table.states(), table.published()) == (["objected"], None)
    table.undo(objection.id, "dora")
    assert table.states() == ["approved"]
    # Who approved may change their mind, and change it again.
    table.take(Action.FLAG, "bob", snapshot={"statement": written}, note="No.")
    assert table.states() == ["objected"]
    table.approve(written, "bob")
    assert table.states() == ["approved"]


def test_an_approved_one_stands_until_the_next_is_approved(table: Table) -> None:
    first = table.write()
    table.approve(first, "bob", "carol")
    second = table.write(text="It helps half of them.")
    assert table.states() == ["awaiting_approval", "approved"]
    table.approve(second, "bob", "dora")
    assert table.states() == ["approved", "replaced"]
    table.take(Action.FLAG, "carol", snapshot={"statement": second}, note="Half?")
    # An objection to the newer one does not bring the older one back,
    assert (table.states(), table.published()) == (["objected", "replaced"], None)
    # but its author can.
    table.undo(second, "alice")
    assert table.states() == ["withdrawn", "approved"]


class TestStale:
    """It was approved for some claims; of others it says nothing."""

    @pytest.fixture(autouse=True)
    def approved(self, table: Table) -> None:
        table.approve(table.write(), "bob", "carol")
        assert table.states() == ["approved"]

    def since(self, table: Table) -> tuple[int, int, int]:
        shown = table.published()
        assert shown is not None
        found = shown.since
        return len(found.came), len(found.left), len(found.changed)

    def test_when_a_claim_comes(self, table: Table) -> None:
        other = record(102)
        save(table.database, table.run, other)
        propose(table.database, table.run, 102, [draft(other)])
        with table.database.read() as session:
            new = set(library(table.database, session).claims) - {table.claim}
        # That a claim is proposed changes nothing: nobody has decided on it.
        assert table.states() == ["approved"]
        decide(table.database, decision(new.pop(), minute=30))
        assert table.states() == ["stale"]
        assert self.since(table) == (1, 0, 0)

    def test_when_a_claim_says_something_else(self, table: Table) -> None:
        changes = {"direction": "worsens"}
        amended = decision(table.claim, Action.AMEND, minute=30, changes=changes)
        decide(table.database, amended)
        assert (table.states(), self.since(table)) == (["stale"], (0, 0, 1))
        undo = decision(table.claim, Action.UNDO, minute=31, undoes=amended_id(table))
        decide(table.database, undo)
        assert (table.states(), self.since(table)) == (["approved"], (0, 0, 0))

    def test_when_a_paper_is_retracted(self, table: Table) -> None:
        withdrawn = record(publication_types=("Retracted Publication",))
        save(table.database, table.run, withdrawn)
        assert (table.states(), self.since(table)) == (["stale"], (0, 1, 0))

    def test_when_a_claim_counts_for_another_study(self, table: Table) -> None:
        link = Decision(
            subject_kind=SubjectKind.STUDY_LINK,
            subject_id="101",
            action=Action.ACCEPT,
            curator="bob",
            at=NOON + timedelta(hours=1),
            snapshot={"pmid": 101, "study": "NCT01234567"},
            note="Same arms.",
        )
        with table.database.write() as session:
            append_decisions(table.database, session, [link], at=link.at)
        assert self.since(table) == (0, 0, 1)

    def test_but_not_when_the_same_is_said_again(self, table: Table) -> None:
        decide(table.database, decision(table.claim, minute=30, curator="erin"))
        assert table.states() == ["approved"]
        assert problems(table.database) == []


def amended_id(table: Table) -> str:
    with table.database.read() as session:
        lines = [json.loads(line) for line in export(session)]
    return Decision.from_dict(lines[-1]).id


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"subject_id": "propranolol/joy/outcome"}, "no such cell"),
        ({"subject_id": "propranolol/photophobia/overall"}, "no such cell"),
        ({"subject_id": "propranolol"}, "no such cell"),
        ({"snapshot": {"sentence": "x"}}, "the claims that count in the cell"),
        ({"snapshot": {"claims": {}, "sentence": "x"}}, "the claims that count"),
        ({"snapshot": {"claims": {"a": "b"}}}, "the cell's sentence"),
        ({"changes": {"text": " ", "ready": True}}, "1 to 2000 characters"),
        ({"changes": {"text": "x"}}, "says whether it is ready"),
        ({"changes": {"text": "x", "ready": True, "star": 5}}, "has no star"),
        ({"action": Action.DEFER, "changes": {}}, "says nothing of it"),
        (
            {"action": Action.FLAG, "changes": {}, "snapshot": {"statement": "x"}},
            "an objection says why",
        ),
        (
            {"action": Action.ACCEPT, "changes": {}, "snapshot": {"statement": "x"}},
            "there is no wording x",
        ),
        ({"action": Action.ACCEPT, "changes": {}}, "the snapshot needs the statement"),
    ],
)
def test_what_is_no_statement_is_refused(
    table: Table, change: dict[str, Any], complaint: str
) -> None:
    seen = {"claims": table.now(), "sentence": "One study."}
    said = {"text": "It helps.", "ready": True}
    sound = taken(Action.AMEND, "alice", 20, snapshot=seen, changes=said)
    with (
        pytest.raises(DecisionError, match=complaint),
        table.database.write() as session,
    ):
        wrong = replace(sound, **change)
        append_decisions(table.database, session, [wrong], at=NOON)
    assert table.states() == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"certainty": "total"}, "none of high, moderate, low, very_low"),
        ({"certainty": ["low"]}, "none of high"),
        ({"certainty": None}, "reasons are those of a certainty"),
        ({"judgements": None}, "a certainty judges risk_of_bias"),
        ({"judgements": {"imprecision": {"concern": "serious"}}}, "risk_of_bias, inc"),
        ({"upgraded": ""}, "why it is rated up takes"),
    ],
)
def test_a_certainty_comes_with_its_reasons(
    change: dict[str, Any], complaint: str
) -> None:
    row = {"text": "It helps.", "ready": True} | SURE
    assert Wording.wrong(row) is None
    assert Wording.read(row).as_dict() == row
    assert complaint in (Wording.wrong(row | change) or "")


@pytest.mark.parametrize(
    ("judged", "complaint"),
    [
        ({"concern": "serious"}, "imprecision: say why it is rated down"),
        ({"concern": "serious", "why": " "}, "imprecision: why takes 1 to 1000"),
        ({"concern": "huge"}, "imprecision: 'huge' is none of"),
        ("serious", "imprecision: None is none of"),
    ],
)
def test_each_reason_says_how_much_it_weighs_and_why(
    judged: Any, complaint: str
) -> None:
    judgements = {**SURE["judgements"], "imprecision": judged}
    row = {"text": "x", "ready": True, "certainty": "low", "judgements": judgements}
    assert complaint in (Wording.wrong(row) or "")


def test_records_and_ledger_rebuild_it(
    table: Table, tmp_path: Any, migraine: Protocol
) -> None:
    table.approve(table.write(**SURE), "bob", "carol")
    with table.database.read() as session:
        lines = list(export(session))
    other = create_database(f"sqlite:///{tmp_path / 'other.sqlite'}", migraine)
    with other.write() as session:
        run = runs.begin(session, RunKind.LOAD, NOON, {})
        save_records(other, session, [record()], run=run, at=NOON)
    own = json.dumps(json.loads(lines[-1]) | {"curator": "alice"})
    told = "nobody approves or objects"
    with pytest.raises(LedgerError, match=told), other.write() as session:
        bad = [*lines, own]
        import_lines(other, session, bad, source="f", run=run, at=NOON)
    with other.write() as session:
        import_lines(other, session, lines, source="f", run=run, at=NOON)
    with other.read() as session:
        assert library(other, session).statements == {CELL: table.published()}
    assert problems(other) == []
    other.close()


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(text="helps A LITTLE"),
        Wanted(text="photo", slugs=["photophobia"]),
        Wanted(text="x", slugs=["propranolol"], kind=SubjectKind.CELL_STATEMENT),
        Wanted(text=SUBJECT),
    ],
)
def test_it_is_found_among_past_decisions(table: Table, wanted: Wanted) -> None:
    written = table.write()
    with table.database.read() as session:
        found, _ = past_decisions(session, wanted, sight=Sight("alice"))
    of_cells = [p for p in found if p.claim is None]
    assert [p.decision.id for p in of_cells] == [written]


def test_verify_finds_an_approval_of_ones_own(table: Table) -> None:
    table.approve(table.write(), "bob", "carol")
    shared = "ALTER TABLE decision DISABLE TRIGGER decision_no_rewriting"
    own = "DROP TRIGGER decision_no_update"
    spoil(
        table.database,
        shared if table.database.is_shared else own,
        "UPDATE decision SET document = "
        'replace(document, \'"curator":"bob"\', \'"curator":"alice"\')',
    )
    found = [line for line in problems(table.database) if "statement on" in line]
    assert any("of their own" in line for line in found)
