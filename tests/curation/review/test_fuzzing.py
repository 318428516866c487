"""Whatever is sent to the page, it breaks nothing: schemathesis on its own schema."""

from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.decisions import Action, CuratorRole
from tests.curation.review.browser import FORM, ORIGIN
from tests.curation.review.conftest import Desk
from tests.curation.review.team import Team, cheap

__all__ = ["cheap"]

NAMES = (
    *("action", "reason", "note", "seen", "shown", "next", "undoes", "move", "n"),
    *("start", "end", "quote", "treatment", "domain", "role", "direction", "statement"),
    *("statement", "claims", "certainty", "concern-imprecision", "upgraded"),
    *("name", "password", "new", "again", "text", "confirm", "seed", "size"),
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from([a.value for a in Action]),
    st.sampled_from(["", "placebo", "photophobia", "outcome", "-1", "1e9", "on"]),
)
FIELDS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=12)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nothing_that_is_sent_breaks_it(cheap: None, desk: Desk, claim: str) -> None:
    team = Team(desk.database)
    browser = team.enter("ann", CuratorRole.ADMINISTRATOR)
    taken = desk.decide(claim, Action.FLAG, curator="ann", note="look")
    csrf = browser.get("/account").form("sign-out").values["csrf"]
    known = {"claim_id": claim, "decision_id": taken.id, "pmid": "101"}
    known |= {"treatment": "propranolol", "domain": "photophobia", "role": "outcome"}
    schema = schemathesis.openapi.from_dict(team.app.openapi())
    sent = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path == "/sign-out":
            # It would end the fuzzing.
            continue

        @settings(
            max_examples=12, deadline=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(), fields=FIELDS, real=st.booleans())
        def send(case: Any, fields: dict[str, str], real: bool) -> None:
            nonlocal sent
            if real:
                for name in case.path_parameters:
                    case.path_parameters[name] = known.get(name, "1")
            query = urlencode(case.query or {}, doseq=True, errors="replace")
            body = urlencode(fields | {"csrf": csrf}, errors="replace").encode()
            answer = browser.send(
                case.method,
                f"{case.formatted_path}?{query}",
                body=body if case.method == "POST" else b"",
                headers={"origin": ORIGIN, "content-type": FORM},
            )
            assert answer.status < 500, answer.text
            sent += 1

        send()
    assert sent >= 100
    assert desk.whole()
