"""Who may talk to the page: this machine, this browser, our own pages."""

from urllib.parse import quote, urlencode

import pytest

from curation.review.access import Access
from evidence.decisions import Action
from evidence.rechecking import facts
from tests.curation.review.browser import FORM, HOST, ORIGIN, Browser, routes
from tests.curation.review.conftest import Desk

NOBODY = "c" + "a" * 12
NOTHING = "0" * 32
PAGES = [
    "/",
    "/queue",
    "/queue?queue=thin",
    "/search",
    "/search?text=propranolol",
    "/decisions",
    "/rules",
    "/keys",
    "/claims/{claim}",
    "/claims/{claim}/amend",
    "/disputes",
    "/agreement",
    "/scorecard",
    "/slices",
    "/papers/{pmid}",
    "/papers/{pmid}/add",
    "/papers/{pmid}/accept",
    "/papers/{pmid}/study",
    "/studies",
    "/fidelity",
    "/fidelity/{assertion}/{number}",
    "/regulatory",
    "/regulatory/{fact}",
    "/statements",
    "/statements/{treatment}/{domain}/{role}",
]
CHANGES = [
    "/claims/{claim}/decisions",
    "/claims/{claim}/amend",
    "/decisions/{decision}/undo",
    "/claims/{claim}/adjudicate",
    "/papers/{pmid}/add",
    "/papers/{pmid}/accept",
    "/papers/{pmid}/read",
    "/papers/{pmid}/study",
    "/fidelity/{assertion}/{number}",
    "/regulatory/{fact}",
    "/statements/{treatment}/{domain}/{role}",
    "/statements/{treatment}/{domain}/{role}/answer",
    "/slices",
    "/queues",
]


@pytest.fixture
def paths(desk: Desk, claim: str) -> dict[str, str]:
    accepted = desk.decide(claim, Action.ACCEPT, curator="alice")
    return {
        "claim": claim,
        "decision": accepted.id,
        "pmid": "101",
        "assertion": "a001-propranolol-photophobia",
        "number": "1",
        **{"treatment": "propranolol", "domain": "photophobia", "role": "outcome"},
        "fact": next(iter(facts(desk.database.protocol))),
    }


def test_every_route_stands_in_this_table(desk: Desk) -> None:
    """A new page is refused to strangers only if somebody thought of it here."""
    found = {(method, path.replace("_id}", "}")) for method, path in routes(desk.app)}
    table = {("GET", page.partition("?")[0]) for page in PAGES}
    table |= {("POST", change) for change in CHANGES}
    assert found == table | {("GET", "/enter")}


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_sees_no_page(desk: Desk, paths: dict[str, str], page: str) -> None:
    path = page.format(**paths)
    assert desk.browser.get(path).status == 200
    refused = Browser(desk.app).get(path)
    assert refused.status == 403
    assert "propranolol" not in refused.text.lower()


@pytest.mark.parametrize("change", CHANGES)
class TestChanges:
    def values(self, desk: Desk, claim: str) -> dict[str, str]:
        return desk.page(claim).form("decision").values | {
            "action": "accept",
            "dose": "1 mg",
        }

    def refused(
        self, desk: Desk, paths: dict[str, str], change: str, **headers: str
    ) -> int:
        """Send a change with other headers; nothing may be written."""
        values = self.values(desk, paths["claim"])
        answer = desk.browser.submit(change.format(**paths), values, **headers)
        assert len(desk.ledger(paths["claim"])) == 1
        return answer.status

    def test_by_a_stranger(
        self, desk: Desk, paths: dict[str, str], change: str
    ) -> None:
        values = self.values(desk, paths["claim"])
        path = change.format(**paths)
        assert Browser(desk.app).submit(path, values).status == 403
        forged = Browser(desk.app, {"curation_review_8765": "guessed"})
        assert forged.submit(path, values).status == 403
        assert len(desk.ledger(paths["claim"])) == 1

    @pytest.mark.parametrize("csrf", ["", "guessed", "ü", None])
    def test_without_the_secret_of_the_form(
        self, desk: Desk, paths: dict[str, str], change: str, csrf: str | None
    ) -> None:
        values = self.values(desk, paths["claim"])
        values.pop("csrf")
        if csrf is not None:
            values["csrf"] = csrf
        assert desk.browser.submit(change.format(**paths), values).status == 403
        assert len(desk.ledger(paths["claim"])) == 1

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example",
            "null",
            "",
            f"https://{HOST}",
            "http://127.0.0.1:1",
            "http://127.0.0.1",
        ],
    )
    def test_from_another_page(
        self, desk: Desk, paths: dict[str, str], change: str, origin: str
    ) -> None:
        assert self.refused(desk, paths, change, origin=origin) == 403

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "", "localhost:1"])
    def test_under_another_name(
        self, desk: Desk, paths: dict[str, str], change: str, host: str
    ) -> None:
        assert self.refused(desk, paths, change, host=host) == 400

    @pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "", "a/b"])
    def test_as_no_form(
        self, desk: Desk, paths: dict[str, str], change: str, kind: str
    ) -> None:
        assert self.refused(desk, paths, change, content_type=kind) == 415

    def test_by_a_form_that_cannot_be_read(
        self, desk: Desk, paths: dict[str, str], change: str
    ) -> None:
        path = change.format(**paths)
        headers = {"origin": ORIGIN, "content-type": FORM}
        for body, status in (
            (b"a=1&" * 200, 400),
            ("ü=1".encode(), 400),
            (b"note=" + b"x" * 600_000, 413),
        ):
            answer = desk.browser.send("POST", path, body=body, headers=headers)
            assert answer.status == status
        assert len(desk.ledger(paths["claim"])) == 1

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_by_another_method(
        self, desk: Desk, paths: dict[str, str], change: str, method: str
    ) -> None:
        path = change.format(**paths)
        sent = desk.browser.send(method, path, headers={"origin": ORIGIN})
        assert sent.status == 405


def test_a_change_without_origin_needs_the_browsers_word(
    desk: Desk, claim: str
) -> None:
    path = f"/claims/{claim}/decisions"
    values = desk.page(claim).form("decision").values | {"action": "accept"}
    body = urlencode(values).encode()
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303)):
        headers = {"content-type": FORM, "sec-fetch-site": site}
        answer = desk.browser.send("POST", path, body=body, headers=headers)
        assert answer.status == status
    assert [d.action for d in desk.ledger(claim)] == [Action.ACCEPT]


class TestToken:
    def test_it_opens_one_browser_once(self, desk: Desk) -> None:
        access = desk.access
        other = Browser(desk.app)
        assert other.get(f"/enter?token={access.token}").status == 403
        assert other.get("/").status == 403
        # The browser that it opened goes in again.
        assert desk.browser.get(f"/enter?token={access.token}").status == 200

    @pytest.mark.parametrize("token", ["", "guessed", "ü", "x" * 500])
    def test_a_wrong_one_opens_nothing_and_uses_nothing_up(
        self, desk: Desk, token: str
    ) -> None:
        fresh = desk.reopened(admitted=False)
        stranger = Browser(fresh.app)
        assert stranger.get(f"/enter?token={quote(token)}").status in (403, 404)
        assert not stranger.cookies
        assert stranger.get(f"/enter?token={fresh.access.token}").status == 200

    def test_the_cookie_is_for_this_server_and_no_script(self, desk: Desk) -> None:
        fresh = desk.reopened(admitted=False)
        answer = Browser(fresh.app).send("GET", f"/enter?token={fresh.access.token}")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert answer.headers["location"] == "/"

    def test_every_run_has_its_own(self) -> None:
        first, second = Access(1, "ann"), Access(1, "ann")
        assert first.token != second.token
        assert first.csrf != second.csrf
        assert len(first.token) >= 43

    def test_a_cookie_that_is_none(self, desk: Desk) -> None:
        for cookie in ("a=\x80", "=;=;", 'x="', ";" * 100):
            headers = {"cookie": cookie}
            assert Browser(desk.app).send("GET", "/", headers=headers).status == 403


@pytest.mark.parametrize("path", ["/search?text=a%00b", "/claims/c%00"])
def test_a_nul_in_an_address_is_refused(desk: Desk, path: str) -> None:
    answer = desk.browser.get(path)
    assert answer.status == 400
    assert "NUL" in answer.title


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "[::1]:8765"])
def test_our_own_names(desk: Desk, host: str) -> None:
    assert desk.browser.get("/", host=host).status == 200


@pytest.mark.parametrize("path", ["/", "/nothing", "/static/review.css", "/enter"])
def test_every_answer_keeps_the_browser_from_harm(desk: Desk, path: str) -> None:
    headers = desk.browser.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    # "no-referrer" would break our own forms: browsers would send Origin: null.
    assert headers["referrer-policy"] == "same-origin"
    kept = "no-cache" if path.startswith("/static") else "no-store"
    assert headers["cache-control"] == kept


@pytest.mark.parametrize(
    "path",
    [
        f"/claims/{NOBODY}",
        f"/claims/{NOBODY}/amend",
        "/claims/../../etc/passwd",
        "/claims/C1",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/nothing",
        "/queue?queue=nothing",
        "/queue?treatment=aspirin",
        "/queue?domain=nausea",
        "/queue?role=cause",
        "/queue?pmid=0",
        "/queue?pmid=x",
        "/queue?pmid=99999999999999999999",
        "/queue?queue=slice&size=501",
        "/decisions?action=shrug",
        "/decisions?before=0",
        "/docs",
        "/openapi.json",
    ],
)
def test_what_is_not_there_is_one_clean_page(desk: Desk, path: str) -> None:
    answer = desk.browser.get(path)
    assert answer.status == 404
    assert answer.title == "Not found"
    assert "Traceback" not in answer.text


def test_an_undo_of_nothing(desk: Desk) -> None:
    values = {"csrf": desk.access.csrf, "seen": ""}
    assert desk.browser.submit(f"/decisions/{NOTHING}/undo", values).status == 404


def test_what_breaks_in_us_is_a_clean_page_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr("curation.review.queue_pages.waiting.by_status", broken)
    with pytest.raises(ZeroDivisionError):  # for the server's log
        desk.browser.get("/")
    assert desk.browser.last.status == 500
    assert desk.browser.last.title == "Something broke in this program"
    assert "secret detail" not in desk.browser.last.text
