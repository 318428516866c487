"""A queue decided in a spreadsheet: out, filled in, and back, row by row."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from curation.review.sheet_files import SheetError, guarded, unguarded
from curation.review.sheet_import import Fate, RowReport, import_sheet
from curation.review.sheets import export_queue
from curation.review.sheets import review_as as reviewing_as
from evidence.database import ReviewMode
from evidence.decisions import Action, CuratorRole, Reason, Status
from evidence.errors import DecisionError
from evidence.store import statuses
from evidence.store.cells import rewrite
from evidence.store.reviewing import set_review_mode
from tests.command_line import Curation, curation
from tests.curation.review.conftest import Desk
from tests.invented import NOON

__all__ = ["curation"]

Cells = dict[str, Any]


class Sheets:
    """A curator with a spreadsheet: exports, types into cells, imports."""

    def __init__(self, desk: Desk, path: Path, curator: str = "carol") -> None:
        self.desk = desk
        self.path = path
        self.curator = curator

    @property
    def review(self) -> Any:
        return reviewing_as(self.desk.database, self.curator, self.desk.clock)

    def export(self, **asked: str) -> list[Cells]:
        export_queue(self.review, self.path, asked)
        return self.rows()

    def rows(self) -> list[Cells]:
        if self.path.suffix == ".csv":
            text = self.path.read_text(encoding="utf-8-sig")
            mark = ";" if ";" in text.partition("\n")[0] else ","
            return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=mark))
        sheet = openpyxl.load_workbook(self.path)["claims"]
        first, *others = sheet.values
        return [{n: v or "" for n, v in zip(first, o, strict=True)} for o in others]

    def fill(self, claim: str, /, **typed: Any) -> "Sheets":
        """Type into the cells of a claim's row, and save."""
        if self.path.suffix == ".csv":
            rows = self.rows()
            for row in rows:
                row.update(typed if row["claim"] == claim else {})
            with self.path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
                writer.writeheader()
                writer.writerows(rows)
            return self
        book = openpyxl.load_workbook(self.path)
        sheet = book["claims"]
        names = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            if row[names.index("claim")].value == claim:
                for name, value in typed.items():
                    row[names.index(name)].value = value
        book.save(self.path)
        return self

    def take(self) -> dict[str, RowReport]:
        return {one.claim: one for one in import_sheet(self.review, self.path)}


@pytest.fixture(params=["csv", "xlsx"])
def sheets(desk: Desk, tmp_path: Path, request: pytest.FixtureRequest) -> Sheets:
    return Sheets(desk, tmp_path / f"queue.{request.param}")


@pytest.fixture
def book(desk: Desk, tmp_path: Path) -> Sheets:
    return Sheets(desk, tmp_path / "queue.xlsx")


def test_each_kind_of_decision_comes_back(
    desk: Desk, claim: str, sheets: Sheets
) -> None:
    other = desk.claim(domain="vigilance").id
    row = next(row for row in sheets.export() if row["claim"] == claim)
    assert row["quote"] == desk.claims()[claim].draft.quote
    assert row["before"].endswith("placebo.\n") or "placebo" in row["before"]
    sheets.fill(
        claim,
        decision="Amend",
        note="seven in all",
        new_n="7",
        new_p="-",
        new_hedged="yes",
    )
    sheets.fill(other, decision="reject", reason="wrong_domain")
    found = sheets.take()
    assert {one.fate for one in found.values()} == {Fate.TAKEN}
    amended = desk.claims()[claim]
    assert (amended.status, amended.curators) == (Status.ACCEPTED, ("carol",))
    assert (amended.draft.n, amended.draft.p, amended.draft.hedged) == (7, None, True)
    [rejection] = desk.ledger(other)
    assert (rejection.action, rejection.reason) == (Action.REJECT, Reason.WRONG_DOMAIN)
    assert desk.whole()


def test_a_second_import_does_nothing(desk: Desk, claim: str, sheets: Sheets) -> None:
    sheets.export()
    sheets.fill(claim, decision="amend", new_direction="worsens").take()
    before = desk.ledger(claim)
    found = sheets.take()
    other = desk.claim(domain="vigilance").id
    assert found[claim].fate is Fate.UNCHANGED
    assert found[other].fate is Fate.LEFT_EMPTY
    assert desk.ledger(claim) == before
    # Another answer in the same row is no repetition: the claim was decided since.
    assert (
        sheets.fill(claim, decision="accept", new_direction="").take()[claim].fate
        is Fate.CONFLICT
    )
    assert desk.ledger(claim) == before


def test_what_somebody_decided_since_is_a_conflict(
    desk: Desk, claim: str, sheets: Sheets
) -> None:
    sheets.export()
    desk.decide(claim, Action.ACCEPT, curator="bob", minute=1)
    found = sheets.fill(claim, decision="reject", reason="background").take()[claim]
    assert found.fate is Fate.CONFLICT
    assert "bob" in found.why
    assert len(desk.ledger(claim)) == 1


def test_two_rows_on_one_claim_are_taken_one_after_the_other(
    desk: Desk, claim: str, tmp_path: Path
) -> None:
    sheets = Sheets(desk, tmp_path / "queue.csv")
    sheets.export()
    sheets.fill(claim, decision="accept")
    first = next(row for row in sheets.rows() if row["claim"] == claim)
    rows = [first, first, {**first, "decision": "flag", "note": "look"}]
    with sheets.path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerows(rows)
    found = import_sheet(sheets.review, sheets.path)
    assert [one.fate for one in found] == [Fate.TAKEN, Fate.UNCHANGED, Fate.CONFLICT]
    assert [d.action for d in desk.ledger(claim)] == [Action.ACCEPT]
    assert desk.whole()


def test_a_cell_is_not_counted_afresh_for_every_row(
    desk: Desk, claim: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a thousand rows of one cell would read it a thousand times."""
    counted: list[int] = []

    def count(*given: Any) -> None:
        counted.append(1)
        rewrite(*given)

    monkeypatch.setattr(statuses, "rewrite", count)
    sheets = Sheets(desk, tmp_path / "queue.csv")
    other = desk.claim(domain="vigilance").id
    sheets.export()
    sheets.fill(claim, decision="accept").fill(other, decision="accept").take()
    assert len(counted) == 1
    assert desk.whole()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"decision": "yes"}, "decision: 'yes' is none of accept, amend"),
        ({"reason": "background"}, "decision: write one of accept"),
        ({"decision": "reject"}, "reason: a rejection needs one of not_own_result"),
        ({"decision": "reject", "reason": "bad"}, "reason: a rejection needs one of"),
        ({"decision": "accept", "reason": "background"}, "reason: only a rejection"),
        ({"decision": "accept", "new_n": "3"}, "new_n: a field is corrected with"),
        ({"decision": "amend"}, "decision: amend needs what to change"),
        ({"decision": "amend", "new_n": "many"}, "new_n: give the number"),
        ({"decision": "amend", "new_n": "60"}, "changes nothing"),
        ({"decision": "amend", "new_role": "x"}, "new_role: 'x' is none of its values"),
        ({"decision": "amend", "new_hedged": "TRUE"}, "new_hedged: 'TRUE' is none of"),
        ({"decision": "amend", "new_domain": "joy"}, "new_domain: the protocol has no"),
        (
            {"decision": "amend", "new_quote": "made up"},
            "new_quote: these words do not",
        ),
        ({"decision": "flag"}, "note: say what should be looked at"),
        ({"decision": "accept", "treatment": "topiramate"}, "treatment: this is not"),
        ({"decision": "accept", "quote": "other words"}, "quote: this is not what was"),
        ({"decision": "accept", "version": "v2"}, "version: 'v2' is none of claim"),
        ({"decision": "accept", "note": "a\x07b"}, "note: it holds a control"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_of_its_row_is_taken(
    desk: Desk, claim: str, tmp_path: Path, typed: Cells, told: str
) -> None:
    sheets = Sheets(desk, tmp_path / "queue.csv")
    other = desk.claim(domain="vigilance").id
    sheets.export()
    found = sheets.fill(claim, **typed).fill(other, decision="accept").take()
    assert found[claim].fate is Fate.INVALID
    assert told in found[claim].why
    assert desk.ledger(claim) == []
    assert found[other].fate is Fate.TAKEN


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("new_n", date(2026, 2, 1), "made a date or time of it"),
        ("new_n", '=HYPERLINK("http://x.example","60")', "holds a formula"),
        ("note", "#N/A", "holds the error #N/A"),
    ],
)
def test_what_a_spreadsheet_made_of_a_cell_is_not_taken(
    desk: Desk, claim: str, book: Sheets, column: str, value: Any, told: str
) -> None:
    book.export()
    found = book.fill(claim, decision="amend", **{column: value}).take()[claim]
    assert found.fate is Fate.INVALID
    assert column in found.why and told in found.why
    assert desk.ledger(claim) == []


def test_a_row_with_the_id_of_another_claim(
    desk: Desk, claim: str, sheets: Sheets
) -> None:
    other = desk.claim(domain="vigilance").id
    sheets.export()
    sheets.fill(claim, decision="accept", claim=other)
    [found] = [one for one in import_sheet(sheets.review, sheets.path) if one.why]
    assert (found.fate, found.row) == (Fate.INVALID, 2)
    assert "leave claim and version" in found.why
    sheets.export()
    sheets.fill(claim, decision="accept", claim="c000000000000")
    assert "there is no claim" in sheets.take()["c000000000000"].why
    assert desk.ledger(claim) == desk.ledger(other) == []


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-0.45",
        "@x",
        "＝1",
        "\t=1",
        " =1",
        "'=1",
        "''=1",
        "it's",
        "'s",
        "",
    ],
)
def test_no_cell_runs_and_every_text_comes_back(text: str) -> None:
    assert not guarded(text).lstrip().startswith(("=", "+", "-", "@", "＝"))
    assert unguarded(guarded(text)) == text


def test_a_hostile_note_and_title_run_nowhere(
    desk: Desk, claim: str, sheets: Sheets
) -> None:
    desk.decide(
        claim,
        Action.AMEND,
        minute=1,
        changes={"outcome": "=cmd|' /C calc'!A0", "effect": "-0.45"},
    )
    desk.decide(claim, Action.FLAG, minute=2, note="look")
    row = next(row for row in sheets.export() if row["claim"] == claim)
    assert (row["outcome"], row["effect"]) == ("'=cmd|' /C calc'!A0", "'-0.45")
    assert not [v for v in row.values() if str(v).startswith(("=", "+", "-", "@"))]
    found = sheets.fill(claim, decision="accept", note="'=SUM(A1)").take()
    assert found[claim].fate is Fate.TAKEN
    assert desk.ledger(claim)[-1].note == "=SUM(A1)"
    assert desk.claims()[claim].draft.outcome == "=cmd|' /C calc'!A0"


class TestDual:
    """Two curators in two spreadsheets, blind to each other."""

    @pytest.fixture(autouse=True)
    def dual(self, desk: Desk) -> None:
        with desk.database.write() as session:
            set_review_mode(desk.database, session, ReviewMode.DUAL, actor="x", at=NOON)

    def test_the_others_word_is_not_in_the_sheet(
        self, desk: Desk, claim: str, sheets: Sheets
    ) -> None:
        blank = next(r for r in sheets.export() if r["claim"] == claim)
        desk.decide(claim, Action.AMEND, "bob", minute=1, changes={"n": 59})
        again = next(r for r in sheets.export() if r["claim"] == claim)
        assert again == blank
        # Nor does it stand in the way: both decide blind.
        found = sheets.fill(claim, decision="accept").take()[claim]
        assert found.fate is Fate.TAKEN
        assert desk.claims()[claim].status is Status.DISPUTED
        # In full view of the other's word, the same row again is still the same.
        assert sheets.take()[claim].fate is Fate.UNCHANGED

    def test_who_settles_gets_no_sheet(self, desk: Desk, tmp_path: Path) -> None:
        from tests.curation.review.team import Team

        team = Team(desk.database)
        team.enter("ann", CuratorRole.ADJUDICATOR)
        with pytest.raises(DecisionError, match="both words in view"):
            Sheets(desk, tmp_path / "q.csv", "ann").export()
        with pytest.raises(DecisionError, match="nobody named carol"):
            Sheets(desk, tmp_path / "q.csv", "carol").export()


@pytest.mark.parametrize(
    ("name", "spoil", "told"),
    [
        ("q.csv", lambda b: b.replace(b"new_n,", b"new_number,"), "lacks new_n "),
        ("q.csv", lambda b: b.replace(b"decision,", b""), "lacks decision"),
        ("q.csv", lambda b: b.decode("utf-8-sig").encode("utf-16"), "not in UTF-8"),
        ("q.xlsx", lambda b: b[:-40], "no whole workbook"),
        ("q.xlsx", lambda b: b"claim,decision", "no whole workbook"),
    ],
)
def test_a_file_that_is_none_of_ours(
    desk: Desk,
    tmp_path: Path,
    name: str,
    spoil: Callable[[bytes], bytes],
    told: str,
) -> None:
    sheets = Sheets(desk, tmp_path / name)
    export_queue(sheets.review, sheets.path, {})
    sheets.path.write_bytes(spoil(sheets.path.read_bytes()))
    with pytest.raises(SheetError, match=told):
        sheets.take()


def test_filters_choose_the_rows(desk: Desk, book: Sheets) -> None:
    [row] = book.export(domain="vigilance", queue="uncertain")
    assert row["domain"] == "vigilance"


def test_on_the_command_line(
    desk: Desk,
    claim: str,
    curation: Curation,
    tmp_path: Path,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CURATION_DATABASE_URL", url)
    sheets = Sheets(desk, tmp_path / "queue.xlsx")
    other = desk.claim(domain="vigilance").id
    assert curation("decisions", "sheet", sheets.path, "--curator", "carol").out == (
        f"2 claims written to {sheets.path}\n"
    )
    sheets.fill(claim, decision="accept").fill(other, decision="rejct")
    assert curation("decisions", "import", sheets.path).code == 2
    ended = curation("decisions", "import", sheets.path, "--curator", "carol")
    assert ended.code == 3
    assert f"row 2, {claim}: taken\n" in ended.out
    assert f"row 3, {other}: invalid: decision: 'rejct' is none of" in ended.out
    assert ended.out.endswith(
        "1 taken, 0 unchanged, 0 left empty, 0 conflict, 1 invalid\n"
    )
    sheets.fill(other, decision="")
    again = curation("decisions", "import", sheets.path, "--curator", "carol")
    assert again.code == 0
    assert "1 unchanged, 1 left empty" in again.out
