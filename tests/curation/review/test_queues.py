"""Queues: which claim comes next, in which order, and how far a queue has come."""

from urllib.parse import parse_qsl

import pytest

from curation.review.queue import Queue
from evidence.decisions import Action, Reason
from evidence.errors import NotFoundError
from evidence.protocol import Protocol
from evidence.queries import slices
from evidence.queries.queues import Order
from evidence.records import Section
from tests.curation.review.browser import Answer
from tests.curation.review.conftest import Desk
from tests.invented import draft, record

pytestmark = pytest.mark.both

TREATMENTS = ("propranolol", "metoprolol", "topiramate", "beta-blocker")


@pytest.fixture
def many(desk: Desk) -> Desk:
    """Add six papers of one claim each: other treatments, other confidences."""
    for number in range(6):
        of = record(200 + number, sections=(Section(f"Arm {number} eased light."),))
        claim = draft(
            of,
            f"Arm {number} eased light.",
            treatment=TREATMENTS[number % 4],
            domain="vigilance" if number % 2 else "photophobia",
            role="moderator" if number == 5 else "outcome",
            confidence=number / 10,
            design="cohort" if number in (2, 3) else "randomised",
        )
        desk.store(of, [claim])
    return desk


def draw(desk: Desk, seed: str, size: int = 100) -> Answer:
    """Draw a random slice on its page, and begin with it."""
    values = {"csrf": desk.access.csrf, "seed": seed, "size": str(size)}
    return desk.browser.post("/slices", values)


def walk(desk: Desk, queue: str) -> list[str]:
    """Press Next from the start of a queue to its end; return the claims seen."""
    if queue == "queue=slice":
        draw(desk, "1")
    page = desk.browser.get(f"/queue?{queue}")
    seen = []
    while True:
        seen.append(page.path.partition("?")[0].removeprefix("/claims/"))
        following = page.tree.xpath("//a[@data-key='j']/@href")
        if not following:
            return seen
        before = page.path
        page = desk.browser.get(following[0])
        assert page.tree.xpath("//a[@data-key='k']/@href") == [before]


def key(desk: Desk, claim: str) -> tuple[int, int]:
    found = desk.claims()[claim].draft
    return found.pmid, found.start


@pytest.mark.parametrize("order", list(Order))
def test_every_order_asks_each_claim_once(many: Desk, order: Order) -> None:
    seen = walk(many, f"queue={order.value}")
    assert sorted(seen) == sorted(many.claims())


def test_the_most_certain_first(many: Desk) -> None:
    seen = walk(many, "queue=certain")
    sure = [many.claims()[claim].draft.confidence for claim in seen]
    assert sure == sorted(sure, reverse=True)
    sure = [
        many.claims()[claim].draft.confidence for claim in walk(many, "queue=uncertain")
    ]
    assert sure == sorted(sure)


def test_paper_by_paper_in_reading_order(many: Desk) -> None:
    seen = walk(many, "queue=paper")
    assert seen == sorted(seen, key=lambda claim: key(many, claim))


def test_what_changed_is_asked_before_what_is_new(many: Desk) -> None:
    last = walk(many, "queue=paper")[-1]
    many.decide(last, Action.ACCEPT)
    many.decide(last, Action.FLAG, minute=1, note="Again.")
    flagged = walk(many, "queue=paper")[-2]
    many.decide(flagged, Action.FLAG, note="Hm.")
    assert walk(many, "queue=due")[:2] == [last, flagged]


def test_the_thinnest_cells_first(many: Desk) -> None:
    """Two reviewed studies of propranolol put its further claims behind all others."""
    for number in range(2):
        of = record(300 + number)
        many.store(of, [draft(of)])
        many.decide(many.claim(pmid=300 + number).id, Action.ACCEPT)
    rejected = many.claim(treatment="topiramate").id
    many.decide(rejected, Action.REJECT, reason=Reason.BACKGROUND)
    seen = walk(many, "queue=thin")
    claims = many.claims()
    full = [
        (c.draft.treatment, c.draft.domain) == ("propranolol", "photophobia")
        for c in (claims[claim] for claim in seen)
    ]
    assert full == sorted(full)
    assert sum(full) == 3


def test_a_cell_is_as_thick_as_its_papers_not_as_its_claims(many: Desk) -> None:
    """One paper with three accepted claims fills a cell less than two papers do."""
    quotes = ("It eased light.", "It dimmed light.", "It calmed light.")
    of = record(300, sections=(Section(" ".join(quotes)),))
    many.store(of, [draft(of, q, treatment="topiramate") for q in quotes])
    for claim, found in many.claims().items():
        if found.draft.pmid == 300:
            many.decide(claim, Action.ACCEPT)
    for pmid in (401, 402):
        of = record(pmid, sections=(Section("It helped attention."),))
        cell = {"treatment": "metoprolol", "domain": "vigilance"}
        many.store(of, [draft(of, "It helped attention.", **cell)])
        many.decide(many.claim(pmid=pmid).id, Action.ACCEPT)
    cells = [
        (found.draft.treatment, found.draft.domain, found.draft.role.value)
        for found in (many.claims()[claim] for claim in walk(many, "queue=thin"))
    ]
    thin = ("topiramate", "photophobia", "outcome")
    thick = ("metoprolol", "vigilance", "outcome")
    assert cells.index(thin) < cells.index(thick)


@pytest.mark.parametrize("order", list(Order))
def test_claims_of_several_statuses_are_asked_in_one_order(
    many: Desk, order: Order
) -> None:
    before = walk(many, f"queue={order.value}")
    for claim in sorted(before)[::2]:
        many.decide(claim, Action.FLAG, note="Hm.")
    seen = walk(many, f"queue={order.value}")  # walks forth, and back at each step
    assert sorted(seen) == sorted(before)
    if order is not Order.DUE:
        assert seen == before


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("treatment=topiramate", "treatment", "topiramate"),
        ("domain=vigilance", "domain", "vigilance"),
        ("role=moderator", "role", "moderator"),
        ("design=cohort", "design", "cohort"),
        ("pmid=203", "pmid", 203),
    ],
)
def test_one_treatment_domain_role_or_paper(
    many: Desk, query: str, field: str, value: object
) -> None:
    for order in ("thin", "certain", "due"):
        seen = walk(many, f"queue={order}&{query}")
        wanted = {
            claim
            for claim, found in many.claims().items()
            if getattr(found.draft, field) == value
        }
        assert set(seen) == wanted
        assert len(seen) == len(wanted)


class TestRandomSlice:
    def test_a_seed_draws_the_same_claims_whatever_is_decided(self, many: Desk) -> None:
        draw(many, "7", 4)
        drawn = set(walk(many, "queue=slice&seed=7"))
        assert len(drawn) == 4
        of = record(900, sections=(Section("It eased light later."),))
        many.store(of, [draft(of, "It eased light later.")])
        for claim in sorted(drawn)[:2]:
            many.decide(claim, Action.ACCEPT)
        left = set(walk(many, "queue=slice&seed=7"))
        assert left == set(sorted(drawn)[2:])

    def test_other_seeds_draw_others(self, many: Desk) -> None:
        with many.database.read() as session:
            drawn = {
                tuple(sorted(slices.draw(session, str(seed), 3)[0]))
                for seed in range(12)
            }
        assert len(drawn) > 1

    def test_it_goes_round_the_end(self, many: Desk) -> None:
        with many.database.read() as session:
            for seed in range(8):
                found, drawn_from = slices.draw(session, str(seed), 8)
                assert len(set(found)) == drawn_from == 8

    def test_every_claim_is_drawn_about_as_often(self, many: Desk) -> None:
        """Ids are digests: over many seeds no claim is left out."""
        with many.database.read() as session:
            drawn = {slices.draw(session, str(s), 1)[0][0] for s in range(200)}
        assert drawn == set(many.claims())

    def test_progress_counts_the_slice_only(self, many: Desk) -> None:
        draw(many, "7", 4)
        first, *_ = walk(many, "queue=slice&seed=7")
        many.decide(first, Action.REJECT, reason=Reason.BACKGROUND)
        page = many.browser.get("/queue?queue=slice&seed=7")
        assert "1 of 4 decided" in page.words()

    def test_a_seed_is_drawn_once(self, many: Desk) -> None:
        draw(many, "7", 4)
        again = draw(many, "7", 8)
        assert again.status == 409
        assert "was drawn already" in again.words()
        nothing = many.browser.get("/queue?queue=slice&seed=8")
        assert (nothing.status, "was drawn" in nothing.words()) == (404, True)

    def test_a_decision_remembers_its_slice(self, many: Desk) -> None:
        page = draw(many, "spring", 4)
        claim = page.path.partition("?")[0].removeprefix("/claims/")
        many.press(page, "accept")
        (taken,) = many.ledger(claim)
        assert taken.sample == "spring"
        words = many.browser.get("/slices").words()
        assert "4 claims of 8, drawn by alice" in words
        assert "1 of 4 decided" in words


def test_deciding_goes_on_where_one_was(many: Desk) -> None:
    """Skipped claims are not asked again until the end of the queue."""
    order = walk(many, "queue=paper")
    page = many.browser.get(f"/claims/{order[2]}?queue=paper")
    after = many.press(page, "accept")
    assert after.path == f"/claims/{order[3]}?queue=paper"
    assert after.tree.xpath("//a[@data-key='k']/@href") == [
        f"/claims/{order[1]}?queue=paper"
    ]
    last = many.browser.get(f"/claims/{order[-1]}?queue=paper")
    again = many.press(last, "accept")
    assert again.path == f"/claims/{order[0]}?queue=paper"


def test_a_queue_keeps_its_filters_from_claim_to_claim(many: Desk) -> None:
    page = many.browser.get(
        "/queue?queue=thin&treatment=propranolol&domain=photophobia"
    )
    after = many.press(page, "accept")
    assert after.path.endswith("?queue=thin&treatment=propranolol&domain=photophobia")
    title = after.tree.find_class("where")[0].text_content()
    assert "Thinnest cells first: Propranolol, Photophobia" in title


def test_the_end_of_a_queue(desk: Desk, claim: str) -> None:
    page = desk.browser.get("/queue?queue=thin&domain=photophobia")
    end = desk.press(page, "accept")
    assert end.title == "Nothing is left in this queue"
    assert "1 of 1 decided" in end.words()
    assert desk.step(end, "undo").path.startswith(f"/claims/{claim}")


def test_progress_and_counts_on_the_overview(many: Desk) -> None:
    page = many.browser.get("/")
    assert page.title == "8 claims await a decision"
    many.press(many.browser.get("/queue"), "accept")
    many.press(many.browser.get("/queue"), "defer")
    words = many.browser.get("/").words()
    assert "6 claims await a decision" in words
    assert "1 of 8 decided" in words
    assert "1 put off" in words
    assert "2 decided by you today" in words


def test_withdrawn_claims_are_neither_asked_nor_counted(desk: Desk) -> None:
    gone = desk.claim(domain="vigilance").id
    desk.store(record(), [draft()])
    assert gone not in walk(desk, "queue=due")
    assert gone not in walk(desk, "queue=slice")
    assert "0 of 1 decided" in desk.browser.get("/").words()
    page = desk.page(gone)
    assert "The extractor does not propose it any more" in page.words()
    desk.press(page, "accept")
    assert desk.claims()[gone].status.counts


def test_an_address_is_read_as_it_was_written(migraine: Protocol) -> None:
    for values in (
        {"queue": "thin", "treatment": "propranolol", "role": "outcome"},
        {"queue": "slice", "seed": "a & b=c", "pmid": "7"},
        {"queue": "certain", "design": "randomised"},
        {"queue": "deferred", "domain": "vigilance"},
        {},
    ):
        queue = Queue.read(values, migraine)
        assert Queue.read(dict(parse_qsl(queue.address)), migraine) == queue


def test_a_queue_of_something_unknown(migraine: Protocol) -> None:
    with pytest.raises(NotFoundError, match="no treatment 'aspirin'"):
        Queue.read({"treatment": "aspirin"}, migraine)
