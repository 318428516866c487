"""Many curators at once, beside a refresh: nothing lost, nothing doubled.

`benchmarks/many_curators.py` does the same with thousands of decisions.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from evidence.verification import verify
from tests.curation.review.crowd import Crowd, decide_all, fill, kept, press
from tests.curation.review.team import Team, cheap, team

__all__ = ["cheap", "team"]

DECISIONS = 150


@pytest.fixture
def names(team: Team) -> list[str]:
    """SQLite is for one or a few; PostgreSQL for many."""
    count = 25 if team.database.is_shared else 5
    return [f"curator {n}" for n in range(count)]


@pytest.mark.both
def test_what_was_confirmed_is_there_once(team: Team, names: list[str]) -> None:
    claims = fill(team.database, DECISIONS)
    browsers = {name: team.enter(name) for name in names}
    crowd = Crowd()
    decide_all(team, browsers, claims, crowd)
    assert [answer.text for answer in crowd.refused] == []
    assert crowd.conflicts == []
    assert crowd.refreshes > 1
    stored = [(d.subject_id, d.curator) for d in kept(team.database, claims)]
    assert sorted(stored) == sorted(crowd.saved)
    assert len(set(stored)) == len(stored) == DECISIONS
    with team.database.read() as session:
        assert list(verify(team.database, session)) == []


@pytest.mark.both
def test_one_claim_before_all_of_them_is_decided_once(
    team: Team, names: list[str]
) -> None:
    (claim,) = fill(team.database, 1)
    browsers = {name: team.enter(name) for name in names}
    crowd, all_see_it = Crowd(), threading.Barrier(len(names))
    with ThreadPoolExecutor(len(names)) as pool:
        for done in [
            pool.submit(press, browser, name, claim, crowd, all_see_it.wait)
            for name, browser in browsers.items()
        ]:
            done.result()
    assert len(crowd.saved) == 1
    assert len(crowd.conflicts) == len(names) - 1
    assert crowd.refused == []
    (stored,) = kept(team.database, [claim])
    assert (claim, stored.curator) == crowd.saved[0]
