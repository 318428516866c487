"""Signing in: who comes in, for how long, after how many tries; nothing is told."""

import getpass
import io
import json
from urllib.parse import quote

import pytest

from curation.review import passwords
from curation.review.team import IDLE, LONGEST, REMEMBERED
from evidence.curators import CuratorError, checked_name
from evidence.decisions import CuratorRole
from evidence.queries import curators as reads
from evidence.store import curators as store
from evidence.verification import verify
from tests.command_line import Curation
from tests.curation.review.browser import Browser
from tests.curation.review.team import NAME, PASSWORD, Team, cheap, team
from tests.curation.review.test_claim_page import PAYLOADS, assert_harmless
from tests.raw import rows

__all__ = ["cheap", "team"]

SECURE = {"host": NAME, "origin": f"https://{NAME}"}


def events(team: Team) -> list[str]:
    with team.database.read() as session:
        return [line.event for line in reads.audit_lines(session)][::-1]


def sound(team: Team) -> bool:
    with team.database.read() as session:
        return list(verify(team.database, session)) == []


@pytest.mark.both
class TestSigningIn:
    def test_a_name_and_its_password_open_a_session(self, team: Team) -> None:
        browser = team.enter("Ann Lee")
        page = browser.get("/")
        assert page.status == 200
        assert "Ann Lee, curator" in page.words()
        assert events(team) == ["curator_added", "signed_in", "interests_declared"]
        assert sound(team)

    def test_the_password_is_kept_as_a_hash_alone(self, team: Team) -> None:
        team.enter("ann")
        kept = repr(
            [
                rows(team.database, f"SELECT * FROM {t}")
                for t in ("curator", "login", "login_attempt", "audit", "meta")
            ]
        )
        cookie = next(iter(team.browsers["ann"].cookies.values()))
        assert PASSWORD not in kept
        assert cookie not in kept
        assert "$argon2id$" in kept

    @pytest.mark.parametrize(
        ("name", "password"),
        [("ann", "wrong horse battery"), ("nobody", PASSWORD), ("", ""), ("ann", "")],
    )
    def test_what_does_not_belong_together_is_refused_alike(
        self, team: Team, name: str, password: str
    ) -> None:
        team.add("ann")
        browser = Browser(team.app)
        refused = team.sign_in(name, password, browser)
        assert refused.status == 401
        assert "do not belong together" in refused.text
        assert not browser.cookies
        assert browser.get("/").title == "Sign in"

    def test_case_and_spaces_of_a_name_do_not_matter(self, team: Team) -> None:
        team.add("Ann Lee")
        assert team.sign_in("  ann  LEE ").status == 303

    def test_a_cookie_for_no_script_and_for_https_alone(self, team: Team) -> None:
        team.add("ann")
        here = team.sign_in("ann").headers["set-cookie"].lower()
        assert "httponly" in here
        assert "samesite=lax" in here
        values = {"name": "ann", "password": PASSWORD, "next": "/"}
        browser = Browser(team.app, scheme="https")
        there = browser.submit("/sign-in", values, **SECURE).headers
        assert there["set-cookie"].startswith("__Host-curation_review=")
        assert "secure" in there["set-cookie"].lower()
        assert "max-age" in there["strict-transport-security"]

    def test_no_password_goes_over_a_line_that_others_read(self, team: Team) -> None:
        team.add("ann")
        values = {"name": "ann", "password": PASSWORD}
        refused = Browser(team.app).submit("/sign-in", values, **SECURE)
        assert refused.status == 403
        assert "not encrypted" in refused.title

    def test_signing_in_again_begins_another_session(self, team: Team) -> None:
        browser = team.enter("ann")
        before = dict(browser.cookies)
        browser.submit("/sign-in", {"name": "ann", "password": PASSWORD})
        assert browser.cookies != before
        assert Browser(team.app, before).get("/").title == "Sign in"

    def test_one_goes_on_to_where_one_wanted_to_go(self, team: Team) -> None:
        team.add("ann")
        stranger = Browser(team.app)
        asked = stranger.send("GET", "/search?text=a%26b")
        page = stranger.send("GET", asked.headers["location"])
        form = page.form("sign-in")
        gone = stranger.submit(
            form.action, form.values | {"name": "ann", "password": PASSWORD}
        )
        assert gone.headers["location"] == "/search?text=a%26b"

    @pytest.mark.parametrize(
        "wanted",
        ["//evil.example", "https://evil.example", "/\\evil.example", "x", "/\n"],
    )
    def test_never_to_another_server(self, team: Team, wanted: str) -> None:
        team.add("ann")
        values = {"name": "ann", "password": PASSWORD, "next": wanted}
        gone = Browser(team.app).submit("/sign-in", values)
        assert gone.headers["location"] == "/"


@pytest.mark.both
class TestSessions:
    def test_one_ends_when_nobody_is_heard_of(self, team: Team) -> None:
        browser = team.enter("ann")
        for _ in range(3):
            team.moment += IDLE * 0.9
            assert browser.get("/").title != "Sign in"
        team.moment += IDLE * 1.1
        assert browser.get("/").title == "Sign in"

    def test_one_ends_after_a_working_day(self, team: Team) -> None:
        browser = team.enter("ann")
        ended = team.moment + LONGEST
        while team.moment < ended:
            assert browser.get("/keys").title != "Sign in"
            team.moment += IDLE * 0.5
        assert browser.get("/keys").title == "Sign in"

    def test_signing_out_ends_it_for_whoever_has_the_cookie(self, team: Team) -> None:
        browser = team.enter("ann")
        stolen = Browser(team.app, dict(browser.cookies))
        form = browser.get("/account").form("sign-out")
        assert browser.post(form.action, form.values).title == "Sign in"
        assert stolen.get("/").title == "Sign in"

    def test_somebody_disabled_is_out_at_once(self, team: Team) -> None:
        browser = team.enter("ann")
        with team.database.write() as session:
            store.set_enabled(session, "ann", False, by="console", at=team.moment)
        assert browser.get("/").title == "Sign in"
        assert team.sign_in("ann").status == 401
        assert sound(team)

    def test_another_role_holds_from_the_next_page_on(self, team: Team) -> None:
        browser = team.enter("ann")
        assert browser.get("/audit").status == 403
        with team.database.write() as session:
            store.set_role(
                session, "ann", CuratorRole.ADMINISTRATOR, by="console", at=team.moment
            )
        page = browser.get("/audit")
        assert page.status == 200
        assert "role changed" in page.words()

    def test_another_password_signs_every_browser_out(self, team: Team) -> None:
        browser = team.enter("ann")
        form = browser.get("/account").form("password-form")
        new = {"new": "a longer password", "again": "a longer password"}
        wrong = browser.submit(form.action, form.values | new | {"password": "x" * 12})
        assert wrong.status == 422
        browser.submit(form.action, form.values | new | {"password": PASSWORD})
        assert browser.get("/").title == "Sign in"
        assert team.sign_in("ann").status == 401
        assert team.sign_in("ann", "a longer password").status == 303

    def test_a_hash_of_other_costs_is_renewed(
        self, team: Team, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        team.add("ann")
        dearer = passwords.PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
        monkeypatch.setattr(passwords, "HASHER", dearer)
        team.sign_in("ann")
        kept = rows(team.database, "SELECT password FROM curator")[0][0]
        assert "t=2" in kept


@pytest.mark.both
class TestPatience:
    def test_an_account_is_tried_five_times_from_one_address(self, team: Team) -> None:
        team.add("ann")
        statuses = [team.sign_in("ann", "x" * 12).status for _ in range(7)]
        assert statuses == [401] * 5 + [429] * 2
        # Not even the right password, until a while has passed.
        assert team.sign_in("ann").status == 429
        assert "sign_in_throttled" in events(team)
        # Others, and its owner elsewhere, are not locked out with it.
        team.add("bob")
        assert team.sign_in("bob").status == 303
        elsewhere = Browser(team.app, client="192.0.2.7")
        assert team.sign_in("ann", browser=elsewhere).status == 303
        assert sound(team)

    def test_after_a_while_it_may_be_tried_again(self, team: Team) -> None:
        team.add("ann")
        for _ in range(6):
            team.sign_in("ann", "x" * 12)
        team.moment += REMEMBERED * 1.01
        assert team.sign_in("ann").status == 303

    def test_an_address_does_not_try_one_name_after_the_other(self, team: Team) -> None:
        team.add("ann")
        tried = [team.sign_in(f"name {n}", "x" * 12).status for n in range(22)]
        assert tried == [401] * 20 + [429] * 2

    def test_many_addresses_do_not_try_one_name_for_ever(self, team: Team) -> None:
        team.add("ann")
        tried = [
            team.sign_in(
                "ann", "x" * 12, Browser(team.app, client=f"192.0.2.{n}")
            ).status
            for n in range(52)
        ]
        assert tried == [401] * 50 + [429] * 2

    def test_it_holds_over_several_processes(self, team: Team) -> None:
        team.add("ann")
        for _ in range(5):
            Team(team.database, team.moment).sign_in("ann", "x" * 12)
        assert team.sign_in("ann").status == 429


class TestInterests:
    def test_they_are_asked_for_before_anything_else(self, team: Team) -> None:
        team.add("ann")
        team.sign_in("ann")
        browser = team.browsers["ann"]
        for path in ("/", "/queue", "/decisions", "/audit"):
            assert browser.get(path).title == "Your interests"
        form = browser.get("/").form("interests")
        empty = browser.submit(form.action, form.values | {"statement": "  "})
        assert empty.status == 422
        told = "Fees from a maker of propranolol, 2024"
        page = browser.post(form.action, form.values | {"statement": told})
        assert told in page.words()
        assert browser.get("/").title != "Your interests"

    def test_earlier_ones_stay_in_the_audit(self, team: Team) -> None:
        browser = team.enter("ann")
        form = browser.get("/interests").form("interests")
        browser.post(form.action, form.values | {"statement": "Shares of Makers Ltd"})
        kept = rows(
            team.database,
            "SELECT detail FROM audit WHERE event = 'interests_declared' "
            "ORDER BY sequence",
        )
        statements = [json.loads(detail)["statement"] for (detail,) in kept]
        assert statements == ["none", "Shares of Makers Ltd"]


class TestNames:
    @pytest.mark.parametrize("name", ["", " ", "a\u202eb", "x" * 101, "a\0b"])
    def test_what_is_none(self, name: str) -> None:
        with pytest.raises(CuratorError):
            checked_name(name)

    def test_two_that_look_alike_are_one(self, team: Team) -> None:
        team.add("Ann")
        with pytest.raises(CuratorError, match="Ann already"):
            team.add("ann")

    @pytest.mark.parametrize(
        "password", ["short", "x" * 1001, "Ann Lee Longname", "\n" * 20]
    )
    def test_a_password_that_is_none(self, password: str) -> None:
        with pytest.raises(CuratorError):
            passwords.hashed(password, "ann lee longname")

    def test_accents_may_be_composed_either_way(self, cheap: None) -> None:
        stored = passwords.hashed("caf\u00e9 au lait noir", "ann")
        assert passwords.matches(stored, "cafe\u0301 au lait noir")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_do_nothing(team: Team, payload: str) -> None:
    name = " ".join(payload.replace("\u202e", "").split())
    name = "".join(c for c in name if c.isprintable()).strip()
    browser = team.enter(name, CuratorRole.ADMINISTRATOR)
    form = browser.get("/interests").form("interests")
    page = browser.post(form.action, form.values | {"statement": payload})
    assert_harmless(page)
    told = page.tree.xpath("//section/p[2]")[0].text_content()
    assert payload in told
    for path in ("/interests", "/account", "/audit", f"/sign-in?next={quote(payload)}"):
        assert_harmless(browser.get(path))
    refused = team.sign_in(payload, payload, Browser(team.app))
    assert refused.status == 401
    assert_harmless(refused)
    kept = refused.form("sign-in").values["name"]
    assert kept == payload


class TestTheCommand:
    @pytest.fixture
    def ready(
        self, curation: Curation, cheap: None, monkeypatch: pytest.MonkeyPatch
    ) -> Curation:
        curation("init")
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n" * 3))
        return curation

    def test_add_list_role_disable(self, ready: Curation) -> None:
        assert ready("users", "add", "Ann").out == "Ann, curator\n"
        assert ready("users", "role", "Ann", "adjudicator").code == 0
        assert ready("users", "disable", "Ann").code == 0
        (found,) = json.loads(ready("users", "list", "--json").out)
        assert (found["name"], found["role"]) == ("Ann", "adjudicator")
        assert found["disabled"]
        assert ready("users", "disable", "Ann", "--undo").code == 0
        assert ready("users", "password", "Ann").code == 0
        assert ready("verify").code == 0
        assert PASSWORD not in ready("users", "list").out

    def test_a_password_is_typed_twice(
        self, curation: Curation, cheap: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        curation("init")
        terminal = io.StringIO()
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", terminal)
        typed = iter([PASSWORD, "another password"])
        monkeypatch.setattr(getpass, "getpass", lambda _: next(typed))
        assert "the two differ" in curation("users", "add", "Ann").err

    def test_somebody_unknown(self, ready: Curation) -> None:
        for verb in (
            ("role", "Ann", "curator"),
            ("disable", "Ann"),
            ("password", "Ann"),
        ):
            assert "there is no curator Ann" in ready("users", *verb).err

    def test_a_server_without_users_does_not_start(self, curation: Curation) -> None:
        curation("init")
        ended = curation("review", "--team")
        assert ended.code == 1
        assert "curation users add" in ended.err
        open_to_all = ("review", "--team", "--host", "0.0.0.0")
        assert "--host-name" in curation(*open_to_all).err
        named = curation(*open_to_all, "--host-name", NAME)
        assert "curation users add" in named.err

    @pytest.mark.parametrize(
        "options", [("--team", "--curator", "ann"), ("--host-name", NAME)]
    )
    def test_options_that_do_not_go_together(
        self, curation: Curation, options: tuple[str, ...]
    ) -> None:
        assert curation("review", *options).code == 2
