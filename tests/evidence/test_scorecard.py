"""The extractor's marks: by what curators made of what they saw."""

import pytest

from evidence.decisions import Reason
from evidence.scorecard import BLAMED, PARTS, Judgement, score
from evidence.types import Draft
from tests.invented import draft


def judged(
    made: Draft | None = None, reason: Reason | None = None, rule: str = "r1"
) -> Judgement:
    seen = draft(rule=rule)
    decided = made.as_dict() if made is not None else None
    return Judgement(proposed=seen.as_dict(), decided=decided, reason=reason)


def test_a_rule_is_as_right_as_its_claims() -> None:
    found = score(
        [
            judged(draft(rule="r1")),
            judged(draft(rule="r1", n=59)),
            judged(reason=Reason.WRONG_DOMAIN),
            judged(draft(rule="r2"), rule="r2"),
        ]
    )
    assert list(found.rules) == ["r1", "r2"]
    one = found.rules["r1"]
    assert (one.right, one.amended, one.rejected) == (1, 1, 1)
    assert one.precision is not None and one.exact is not None
    assert one.precision.value == pytest.approx(2 / 3)
    assert one.exact.value == pytest.approx(1 / 3)
    assert found.overall.judged == 4


def test_a_part_is_judged_where_somebody_looked_at_it() -> None:
    """A claim rejected for its domain says nothing of its direction."""
    found = score(
        [
            judged(draft(rule="r1", direction="mixed")),
            judged(reason=Reason.WRONG_DOMAIN),
            judged(reason=Reason.DUPLICATE_REPORT),
            judged(draft(rule="r1")),
        ]
    ).parts
    assert (found["direction"].right, found["direction"].wrong) == (1, 1)
    assert (found["domain"].right, found["domain"].wrong) == (2, 1)
    assert (found["role"].right, found["role"].wrong) == (2, 0)


def test_every_decided_field_belongs_to_one_part() -> None:
    fields = [name for names in PARTS.values() for name in names]
    assert len(fields) == len(set(fields))
    other = draft(
        **{"quote": "light sensitivity", "p": "0.02", "rule": "x", "trace": ["y"]}
    )
    differing = {name for name, _, _ in draft().differing(other)}
    assert differing == {"quote", "p"} <= set(fields)
    assert set(BLAMED.values()) <= set(PARTS)


def test_nothing_judged_has_no_precision() -> None:
    found = score([])
    assert found.overall.precision is None
    assert found.rules == {}
