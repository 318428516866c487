"""The review page in a real browser: by keys, by mouse, on a phone, without scripts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evidence.database import Database, ReviewMode
from evidence.decisions import CuratorRole, Status
from evidence.protocol import Protocol
from evidence.store.reviewing import set_review_mode
from evidence.types import Direction
from tests.browser.review_desk import Desk, copied, seated
from tests.invented import NOON

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def database(prepared: Path, tmp_path: Path, trd: Protocol) -> Iterator[Database]:
    opened = copied(prepared, tmp_path / "evidence.sqlite", trd)
    yield opened
    opened.close()


def go(page: Any, act: str, *keys: str) -> None:
    """Press keys, the last of which leads to another page, and wait for it."""
    *before, last = (act, *keys)
    for key in before:
        page.keyboard.press(key)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press(last)


def follow(page: Any, selector: str) -> None:
    """Click what leads to another page, and wait for it."""
    with page.expect_navigation(wait_until="load"):
        page.click(selector)


def decided(desk: Desk) -> dict[str, Status]:
    claims = desk.claims().items()
    return {i: c.status for i, c in claims if c.status is not Status.PROPOSED}


def test_thirty_claims_by_keyboard_alone(browser: Any, database: Database) -> None:
    expected: dict[str, Status] = {}
    with seated(browser, database, viewport=WIDE) as ann:
        page = ann.open("/queue?queue=paper")
        for number in range(30):
            claim = ann.claim
            if number % 5 == 0:
                go(page, "x", str(number % 9 + 1))
                expected[claim] = Status.REJECTED
            elif number % 5 == 1:
                go(page, "s")
                expected[claim] = Status.DEFERRED
            elif number % 5 == 2:
                # Another direction, and a quote that ends a word later, or earlier.
                go(page, "d")
                assert page.evaluate("document.activeElement.id") == "f-direction"
                page.keyboard.press("m")
                page.keyboard.press("Escape")
                go(page, "[")
                go(page, "Control+Enter")
                expected[claim] = Status.ACCEPTED
            elif number % 5 == 3:
                go(page, "a")
                go(page, "u")
                assert ann.claim == claim
                go(page, "U")
                go(page, "j")
                expected[claim] = Status.ACCEPTED
            else:
                page.keyboard.press("c")
                page.keyboard.type("ask the others, x a 1")
                page.keyboard.press("Escape")
                go(page, "f")
                expected[claim] = Status.IN_REVIEW
        assert len(expected) == 30
        assert decided(ann) == expected
        amended = list(expected)[2]
        assert ann.claims()[amended].draft.direction is Direction.MIXED
        assert ann.whole()


def test_by_mouse(browser: Any, database: Database) -> None:
    with seated(browser, database, viewport=WIDE) as ann:
        page = ann.open("/")
        follow(page, "a:text-is('Paper by paper')")
        first = ann.claim
        page.click("label:has-text('wrong domain')")
        follow(page, "button[value='reject']")
        second = ann.claim
        follow(page, "button:has-text('Accept')")
        third = ann.claim
        follow(page, "a.button:has-text('Amend')")
        page.select_option("#f-direction", "not_stated")
        follow(page, "#save")
        follow(page, "button:has-text('Undo')")
        assert ann.claim == third
        assert decided(ann) == {first: Status.REJECTED, second: Status.ACCEPTED}


def test_a_missed_claim_by_selecting_text(browser: Any, database: Database) -> None:
    with seated(browser, database, viewport=WIDE) as ann:
        page = ann.open("/queue?queue=paper")
        pmid = ann.claims()[ann.claim].draft.pmid
        go(page, "+")
        page.evaluate(
            """() => {
              const line = document.querySelector('#abstract [data-start] ');
              const range = document.createRange();
              range.setStart(line.firstChild, 0);
              range.setEnd(line.firstChild, 30);
              getSelection().removeAllRanges();
              getSelection().addRange(range);
            }"""
        )
        page.click("#use-selection")
        quote = page.input_value("#f-quote")
        assert len(quote) == 30
        for name, value in (
            *(("treatment", "ketamine"), ("domain", "suicidality")),
            *(("comparator", "placebo"), ("population", "mdd")),
        ):
            page.fill(f"#f-{name}", value)
        page.select_option("#f-role", "outcome")
        page.select_option("#f-direction", "improves")
        go(page, "Control+Enter")
        (added,) = [c for c in ann.claims().values() if c.draft.added_by == "ann"]
        assert (added.draft.quote, added.draft.pmid) == (quote, pmid)
        assert added.status is Status.AWAITING_SECOND
        assert "it counts nowhere" in page.inner_text(".panel")


def test_on_a_phone(browser: Any, database: Database) -> None:
    with seated(browser, database, viewport=PHONE, has_touch=True) as ann:
        page = ann.open("/queue?queue=paper")
        bar = page.locator("#deck").bounding_box()
        assert bar["height"] < 0.16 * PHONE["height"]
        assert page.evaluate("document.documentElement.scrollWidth") <= 391
        first = ann.claim
        page.tap("button:has-text('Accept')")
        page.wait_for_url(lambda url: first not in url)
        second = ann.claim
        page.tap("label[for='more']")
        page.fill("#note", "On the bus.")
        page.tap("button:has-text('Flag')")
        page.wait_for_url(lambda url: second not in url)
        assert decided(ann) == {first: Status.ACCEPTED, second: Status.IN_REVIEW}


def test_every_reason_is_in_view(browser: Any, database: Database) -> None:
    with seated(browser, database, viewport=WIDE) as ann:
        page = ann.open("/queue?queue=paper")
        for width in (1440, 1280, 1024):
            page.set_viewport_size({"width": width, "height": 900})
            row = page.locator(".reasons").bounding_box()
            for label in page.locator(".reasons label").all():
                box = label.bounding_box()
                assert box["x"] + box["width"] <= row["x"] + row["width"] + 1
                assert box["y"] + box["height"] <= row["y"] + row["height"] + 1
            deck = page.locator("#deck").bounding_box()
            note = page.locator("#note").bounding_box()
            assert note["y"] + note["height"] <= deck["y"] + deck["height"]


def test_without_javascript(browser: Any, database: Database) -> None:
    how = {"viewport": WIDE, "java_script_enabled": False}
    with seated(browser, database, **how) as ann:
        page = ann.open("/queue?queue=paper")
        first = ann.claim
        page.check("input[value='background']", force=True)
        follow(page, "button[value='reject']")
        follow(page, "a:has-text('Add a claim that was missed')")
        page.fill("#f-quote", page.inner_text("#abstract p >> nth=0")[:30])
        page.fill("#f-treatment", "Ketamine")
        page.fill("#f-domain", "suicidality")
        page.fill("#f-population", "mdd")
        page.select_option("#f-role", "outcome")
        follow(page, "#save")
        assert "Choose one" in page.inner_text(".panel")
        page.select_option("#f-direction", "improves")
        follow(page, "#save")
        added = ann.claim
        assert ann.claims()[added].status is Status.AWAITING_SECOND
        follow(page, "button:has-text('Undo')")
        assert decided(ann) == {first: Status.REJECTED, added: Status.WITHDRAWN}
        follow(page, "button:has-text('Undo')")
        assert decided(ann) == {added: Status.WITHDRAWN}


def test_two_differ_and_a_third_settles(browser: Any, database: Database) -> None:
    with database.write() as session:
        mode, at = ReviewMode.DUAL, NOON + timedelta(days=1)
        set_review_mode(database, session, mode, actor="root", at=at)
    third = CuratorRole.ADJUDICATOR
    with (
        seated(browser, database, "ann", viewport=WIDE) as ann,
        seated(browser, database, "ben", viewport=WIDE) as ben,
        seated(browser, database, "cleo", third, viewport=WIDE) as cleo,
    ):
        page = ann.open("/queue?queue=paper")
        claim = ann.claim
        page.fill("#note", "As it stands.")
        follow(page, "button:has-text('Accept')")
        blind = ben.open(f"/claims/{claim}")
        assert "As it stands." not in blind.content()
        go(blind, "d")
        blind.select_option("#f-direction", "mixed")
        blind.fill("#note", "Both ways.")
        go(blind, "Control+Enter")
        assert "As it stands." in ben.open(f"/claims/{claim}").content()
        settling = cleo.open("/queue")
        assert cleo.claim == claim
        both = settling.inner_text(".panel")
        assert "As it stands." in both and "Both ways." in both
        go(settling, "b")
        found = cleo.claims()[claim]
        assert found.status is Status.ADJUDICATED
        assert found.draft.direction is Direction.MIXED
        assert cleo.whole()


def test_who_was_slower_loses_nothing(browser: Any, database: Database) -> None:
    with (
        seated(browser, database, "ann", viewport=WIDE) as ann,
        seated(browser, database, "ben", viewport=WIDE) as ben,
    ):
        page = ann.open("/queue?queue=paper")
        claim = ann.claim
        other = ben.open(f"/claims/{claim}")
        follow(page, "button:has-text('Accept')")
        other.fill("#note", "Not theirs.")
        other.click("label:has-text('background')")
        with other.expect_response(lambda r: r.request.method == "POST") as answer:
            other.click("button[value='reject']")
        assert answer.value.status == 409
        assert "ann accepted" in other.inner_text("main")
        assert other.input_value("#again-note") == "Not theirs."
        follow(other, "button:has-text('Decide this all the same')")
        assert ben.claims()[claim].status is Status.REJECTED


def test_undo_after_a_restart(browser: Any, database: Database) -> None:
    with seated(browser, database, viewport=WIDE) as ann:
        ann.open("/queue?queue=paper")
        claim = ann.claim
        go(ann.page, "a")
    with seated(browser, database, viewport=WIDE) as later:
        later.open("/queue?queue=paper")
        go(later.page, "u")
        assert later.claim == claim
        assert decided(later) == {}


def test_keys_can_be_changed_and_switched_off(browser: Any, database: Database) -> None:
    with seated(browser, database, viewport=WIDE) as ann:
        page = ann.open("/keys")
        accept = page.locator("input[data-of='a']")
        accept.fill("j")
        assert "j is taken: Next claim" in page.inner_text("#remap-told")
        accept.fill("y")
        ann.open("/queue?queue=paper")
        first = ann.claim
        assert page.inner_text("button[value='accept'] kbd") == "y"
        page.keyboard.press("a")
        go(page, "y")
        assert decided(ann) == {first: Status.ACCEPTED}
        page.keyboard.press("?")
        assert page.is_visible("#keys")
        assert page.inner_text("#keys kbd[data-of='a']") == "y"
        page.uncheck("#keys .keys-on")
        page.keyboard.press("Escape")
        here = page.url
        page.keyboard.press("j")
        page.keyboard.press("y")
        assert page.url == here
        assert decided(ann) == {first: Status.ACCEPTED}


def test_a_claims_page_is_small_from_a_cold_cache(
    browser: Any, database: Database
) -> None:
    with seated(browser, database, viewport=WIDE) as ann:
        ann.open("/queue?queue=paper")
        context = browser.new_context(storage_state=ann.page.context.storage_state())
        page = context.new_page()
        sizes: list[int] = []
        page.on("response", lambda answer: sizes.append(len(answer.body())))
        page.goto(ann.page.url, wait_until="networkidle")
        context.close()
        assert len(sizes) >= 3
        assert sum(sizes) < 150_000
