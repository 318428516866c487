"""axe-core finds nothing on any page of the review: light, dark, wide, phone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evidence.database import Database, ReviewMode
from evidence.decisions import CuratorRole
from evidence.fidelity import uses
from evidence.protocol import Protocol
from evidence.rechecking import facts
from evidence.store.reviewing import set_review_mode
from tests.browser.review_desk import copied, seated
from tests.browser.test_review import PHONE, WIDE, go
from tests.invented import NOON

PAGES = (
    *("/", "/keys", "/rules", "/slices", "/agreement", "/scorecard", "/disputes"),
    *("/decisions", "/search?text=ketamine", "/queue?queue=slice&seed=lost"),
    *("/claims/{claim}", "/claims/{open}", "/claims/{open}/amend", "/papers/{pmid}"),
    *("/papers/{pmid}/add", "/papers/{pmid}/accept", "/queue?queue=deferred"),
    *("/fidelity", "/fidelity/{use}", "/studies", "/papers/{pmid}/study"),
    *("/regulatory", "/regulatory/{fact}"),
)


@pytest.fixture(scope="module")
def database(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory, trd: Protocol
) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("axe")
    opened = copied(prepared, folder / "evidence.sqlite", trd)
    with opened.write() as session:
        mode, at = ReviewMode.DUAL, NOON + timedelta(days=1)
        set_review_mode(opened, session, mode, actor="root", at=at)
    yield opened
    opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_has_a_violation(
    browser: Any, database: Database, size: dict[str, int], scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    how = {"viewport": size, "color_scheme": scheme}
    found: dict[str, list[str]] = {}

    def look(page: Any, path: str) -> None:
        violations = axe.run(page).response["violations"]
        told = [
            f"{violation['id']}: {node['html'][:160]}"
            for violation in violations
            for node in violation["nodes"]
        ]
        if told:
            found[path] = told[:4]

    with (
        seated(browser, database, "ann", **how) as ann,
        seated(browser, database, "ben", **how) as ben,
        seated(browser, database, "cleo", CuratorRole.ADJUDICATOR, **how) as cleo,
    ):
        ann.open("/queue?queue=paper")
        claim = ann.claim
        go(ann.page, "a")
        ben.open(f"/claims/{claim}")
        go(ben.page, "x", "4")
        ann.open("/queue?queue=paper")
        values = {"claim": claim, "open": ann.claim}
        values["pmid"] = str(ann.claims()[ann.claim].draft.pmid)
        values["use"] = next(uses(database.protocol))[0]
        values["fact"] = next(iter(facts(database.protocol)))
        for path in PAGES:
            look(ann.open(path.format(**values)), path)
        ann.open(f"/claims/{values['open']}")
        ann.page.keyboard.press("?")
        look(ann.page, "the keys over a claim")
        page = ben.open(f"/claims/{values['open']}")
        page.locator("button[value='flag']").evaluate("b => b.click()")
        look(page, "a claim with a problem")
        look(cleo.open("/queue"), "settling")
        look(cleo.open(f"/claims/{values['open']}"), "a claim for who settles")
        form = {"csrf": "", "seen": "stale"}
        answer = page.evaluate("() => document.querySelector('[name=csrf]').value")
        form |= {"csrf": answer, "action": "accept", "shown": "x", "note": "n"}
        page.evaluate(
            """([to, values]) => {
              const form = document.createElement('form');
              form.method = 'post'; form.action = to;
              for (const [name, value] of Object.entries(values)) {
                const field = document.createElement('input');
                field.name = name; field.value = value; form.append(field);
              }
              document.body.append(form); form.submit();
            }""",
            [f"/claims/{values['open']}/decisions?queue=due", form],
        )
        page.wait_for_selector("text=nothing is lost")
        look(page, "a conflict")
    assert found == {}
