"""The benchmarks say plainly what was promised and whether it was kept."""

import json
import sys
from types import ModuleType

import pytest
from typer.testing import CliRunner

from benchmarks import __main__ as command
from benchmarks.rows import Goal, Row, markdown

APP = command.typer.Typer()
APP.command()(command.main)


def row(ours: float, **given: object) -> Row:
    return Row("reading", ours, 10, "a peer", "s", **given)


@pytest.mark.parametrize(
    ("goal", "ratio", "met"),
    [
        (Goal(1.3), 1.3, True),
        (Goal(1.3), 1.31, False),
        (Goal(1.3, slack=1.5), 1.9, True),
        (Goal(4, at_least=True), 4.0, True),
        (Goal(4, at_least=True), 3.9, False),
        (Goal(4, at_least=True, slack=2), 2.0, True),
        (Goal(4, at_least=True, slack=2), 1.9, False),
    ],
)
def test_a_goal_is_met_within_its_bound_and_its_slack(
    goal: Goal, ratio: float, met: bool
) -> None:
    assert goal.met(ratio) is met


def test_a_table_names_the_slack_and_why_a_goal_is_missed() -> None:
    told = markdown(
        [row(30, goal=Goal(2, slack=1.1), unmet="one core only"), row(5), row(99)]
    )
    assert "| 3.00 | at most 2 (slack 1.1) | NO: one core only |" in told
    assert "| 0.50 | shown only | yes |" in told


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([row(5, goal=Goal(1))], 0),
        ([row(50)], 0),
        ([row(5, goal=Goal(1)), row(11, goal=Goal(1))], 1),
        ([row(11, goal=Goal(1), unmet="known")], 0),
    ],
)
def test_a_goal_that_is_newly_missed_fails_the_run(
    rows: list[Row], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    made = ModuleType("benchmarks.parse")
    made.run = lambda scale: asked.append(scale.quick) or rows
    monkeypatch.setitem(sys.modules, "benchmarks.parse", made)
    ended = CliRunner().invoke(APP, ["parse", "--quick", "--json"])
    assert ended.exit_code == code
    printed = json.loads(ended.stdout)
    assert [one["ok"] for one in printed] == [r.ok for r in rows]
    assert {"name", "ours", "peer", "ratio", "goal", "ok"} <= printed[0].keys()
    assert asked == [True]


def test_a_benchmark_that_there_is_not_is_refused() -> None:
    assert CliRunner().invoke(APP, ["reed"]).exit_code == 2
