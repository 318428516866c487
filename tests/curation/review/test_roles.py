"""Every role, every route, every method: who may, and what others are told."""

from urllib.parse import urlencode

import pytest

from evidence.database import ReviewMode
from evidence.decisions import Action, CuratorRole
from evidence.rechecking import facts
from evidence.store.reviewing import set_review_mode
from tests.curation.review.browser import FORM, HOST, ORIGIN, Browser, routes
from tests.curation.review.conftest import Desk
from tests.curation.review.team import NAME, Team, cheap

__all__ = ["cheap"]

CURATOR, ADJUDICATOR, ADMINISTRATOR = CuratorRole
EVERYBODY = frozenset(CuratorRole)
DECIDES = {"single": EVERYBODY, "dual": frozenset({CURATOR})}
"""Under dual review, who settles disputes takes no side in any."""
SETTLES = {"single": frozenset[CuratorRole](), "dual": EVERYBODY - {CURATOR}}
"""Where one curator is enough there is no dispute to settle."""
ALL = {"single": EVERYBODY, "dual": EVERYBODY}
AUDITS = dict.fromkeys(ALL, frozenset({ADMINISTRATOR}))
NOBODY = dict.fromkeys(ALL, frozenset[CuratorRole]())

MAY = {
    ("GET", "/"): ALL,
    ("GET", "/queue"): ALL,
    ("POST", "/queues"): ALL,
    ("GET", "/slices"): ALL,
    ("POST", "/slices"): ALL,
    ("GET", "/search"): ALL,
    ("GET", "/decisions"): ALL,
    ("GET", "/disputes"): ALL,
    ("GET", "/agreement"): ALL,
    ("GET", "/scorecard"): ALL,
    ("GET", "/rules"): ALL,
    ("GET", "/keys"): ALL,
    ("GET", "/claims/{claim_id}"): ALL,
    # Everybody may flag; who may not accept what is told in test_dual.
    ("POST", "/claims/{claim_id}/decisions"): ALL,
    ("GET", "/claims/{claim_id}/amend"): ALL,
    ("POST", "/claims/{claim_id}/amend"): ALL,
    ("POST", "/claims/{claim_id}/adjudicate"): SETTLES,
    # It is somebody else's decision that is asked to be taken back.
    ("POST", "/decisions/{decision_id}/undo"): NOBODY,
    ("GET", "/papers/{pmid}"): ALL,
    ("GET", "/papers/{pmid}/add"): ALL,
    ("POST", "/papers/{pmid}/add"): DECIDES,
    ("POST", "/papers/{pmid}/read"): ALL,
    ("GET", "/papers/{pmid}/accept"): DECIDES,
    ("POST", "/papers/{pmid}/accept"): DECIDES,
    ("GET", "/fidelity"): ALL,
    ("GET", "/fidelity/{assertion}/{number}"): ALL,
    ("POST", "/fidelity/{assertion}/{number}"): ALL,
    ("GET", "/studies"): ALL,
    ("GET", "/papers/{pmid}/study"): ALL,
    ("POST", "/papers/{pmid}/study"): ALL,
    ("GET", "/regulatory"): ALL,
    ("GET", "/regulatory/{fact}"): ALL,
    ("POST", "/regulatory/{fact}"): ALL,
    ("GET", "/statements"): ALL,
    ("GET", "/statements/{treatment}/{domain}/{role}"): ALL,
    ("POST", "/statements/{treatment}/{domain}/{role}"): ALL,
    ("POST", "/statements/{treatment}/{domain}/{role}/answer"): ALL,
    ("GET", "/sign-in"): ALL,
    ("POST", "/sign-in"): ALL,
    ("POST", "/sign-out"): ALL,
    ("GET", "/interests"): ALL,
    ("POST", "/interests"): ALL,
    ("GET", "/curators"): ALL,
    ("GET", "/account"): ALL,
    ("POST", "/account"): ALL,
    ("GET", "/audit"): AUDITS,
}
"""Which roles a route is for, where one curator decides and where two do."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@pytest.fixture
def team(cheap: None, desk: Desk) -> Team:
    return Team(desk.database)


@pytest.fixture
def values(desk: Desk, claim: str) -> dict[str, str]:
    taken = desk.decide(claim, Action.FLAG, curator="somebody", note="look")
    return {
        "claim_id": claim,
        "decision_id": taken.id,
        "pmid": "101",
        "assertion": "a001-propranolol-photophobia",
        "number": "1",
        **{"treatment": "propranolol", "domain": "photophobia", "role": "outcome"},
        "fact": next(iter(facts(desk.database.protocol))),
    }


def csrf_of(browser: Browser) -> str:
    return browser.get("/account").form("sign-out").values["csrf"]


def asked(browser: Browser, method: str, path: str, csrf: str = "") -> int:
    """Send a request with all that a page of ours would send; return its status."""
    if method == "POST":
        return browser.submit(path, {"csrf": csrf}).status
    headers = {"origin": ORIGIN}
    return browser.send(method, path, headers=headers).status


def test_every_route_stands_in_the_table(team: Team) -> None:
    assert routes(team.app) == set(MAY)


@pytest.mark.parametrize("mode", ["single", "dual"])
@pytest.mark.parametrize("role", CuratorRole)
def test_who_is_signed_in_may_what_their_role_may(
    team: Team, values: dict[str, str], role: CuratorRole, mode: str
) -> None:
    if mode == "dual":
        with team.database.write() as session:
            set_review_mode(
                team.database, session, ReviewMode.DUAL, actor="x", at=team.moment
            )
    browser = team.enter("ann", role)
    # Signing out comes last: nothing can be asked after it.
    for (method, route), may in sorted(MAY.items(), key=lambda e: "out" in e[0][1]):
        status = asked(browser, method, route.format(**values), csrf_of(browser))
        assert status < 500
        assert (status != 403) is (role in may[mode]), (method, route, status)


def test_a_stranger_may_nothing_but_sign_in(team: Team, values: dict[str, str]) -> None:
    for path in {route.format(**values) for _, route in MAY}:
        for method in METHODS:
            status = asked(Browser(team.app), method, path)
            if path == "/sign-in":
                expected = {"GET": 200, "POST": 401}.get(method, 405)
            else:
                expected = 303 if method in ("GET", "HEAD") else 403
            assert status == expected, (method, path)


def test_no_other_method_does_anything(team: Team, values: dict[str, str]) -> None:
    browser = team.enter("ann", ADMINISTRATOR)
    for path in {route for _, route in MAY}:
        for method in METHODS:
            if (method, path) not in MAY:
                status = asked(browser, method, path.format(**values))
                assert status == 405, (method, path)


class TestChanges:
    """What changes something is asked for by our own page, of its own reader."""

    @pytest.fixture
    def browser(self, team: Team) -> Browser:
        return team.enter("ann", ADMINISTRATOR)

    @pytest.fixture
    def paths(self, values: dict[str, str]) -> list[str]:
        return [
            route.format(**values) for method, route in sorted(MAY) if method == "POST"
        ]

    def test_from_another_page(self, browser: Browser, paths: list[str]) -> None:
        form = {"csrf": csrf_of(browser)}
        foreign = ["https://evil.example", "null", f"https://{HOST}", f"http://{NAME}"]
        for path in paths:
            for origin in foreign:
                assert browser.submit(path, form, origin=origin).status == 403, path
            headers = {"content-type": FORM, "sec-fetch-site": "cross-site"}
            body = urlencode(form).encode()
            sent = browser.send("POST", path, body=body, headers=headers)
            assert sent.status == 403, path

    def test_under_another_name(self, browser: Browser, paths: list[str]) -> None:
        form = {"csrf": csrf_of(browser)}
        for path in paths:
            for host in ("evil.example", f"{NAME}.evil.example", f"{NAME}:8765", ""):
                assert browser.submit(path, form, host=host).status == 400, path

    def test_with_the_secret_of_somebody_else(
        self, team: Team, browser: Browser, paths: list[str]
    ) -> None:
        other = csrf_of(team.enter("bob"))
        for path in paths:
            # Nobody has a secret yet who signs in; that no other page can is enough.
            for csrf in ("", "guessed", other) if path != "/sign-in" else ():
                assert browser.submit(path, {"csrf": csrf}).status == 403, path
        assert browser.get("/account").status == 200
