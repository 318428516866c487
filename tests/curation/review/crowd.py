"""Many curators before one page, each in a thread, while a refresh writes."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from evidence.database import Database
from evidence.decisions import Action, Decision
from evidence.library import RunKind
from evidence.queries import claims as reads
from evidence.queries.library import library
from evidence.records import Section
from evidence.store import runs
from evidence.store.claims import save_drafts
from evidence.store.records import save_records
from tests.curation.review.browser import Answer, Browser
from tests.curation.review.team import Team
from tests.invented import NOON, draft, record

PER_PAPER = 4
FIRST = 1_000
PASSING = 10
"""Requests of curators that pass between two batches of a refresh."""


@dataclass
class Crowd:
    """What a crowd of curators was answered."""

    saved: list[tuple[str, str]] = field(default_factory=list)
    """Claim and curator of each decision that the page confirmed."""
    conflicts: list[tuple[str, str]] = field(default_factory=list)
    refused: list[Answer] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """How long each request took."""
    refreshes: int = 0


def fill(database: Database, claims: int) -> list[str]:
    """Store so many claims, and return their ids."""
    papers = range(FIRST, FIRST + -(-claims // PER_PAPER))
    with database.write() as session:
        run = runs.begin(session, RunKind.LOAD, NOON, {})
    for start in range(0, len(papers), 500):
        _store(database, run, papers[start : start + 500], version=0)
    with database.read() as session:
        return sorted(library(database, session).claims)[:claims]


def _store(database: Database, run: int, papers: range, version: int) -> None:
    extra = (Section(f"Version {version}."),) if version else ()
    found = [record(p, sections=(*record().sections, *extra)) for p in papers]
    with database.write() as session:
        save_records(database, session, found, run=run, at=NOON)
    with database.write() as session:
        readings = [
            (one, [draft(one, outcome=f"outcome {n}") for n in range(PER_PAPER)])
            for one in found
        ]
        save_drafts(database, session, readings, extractor="1+test", run=run)


def decide_all(
    team: Team, browsers: dict[str, Browser], claims: list[str], crowd: Crowd
) -> None:
    """Let each curator decide a share of the claims, all at the same time."""
    names = sorted(browsers)

    def work(number: int) -> None:
        name = names[number]
        for claim in claims[number :: len(names)]:
            press(browsers[name], name, claim, crowd)

    with refreshing(team.database, crowd) as _, ThreadPoolExecutor(len(names)) as pool:
        for done in [pool.submit(work, number) for number in range(len(names))]:
            done.result()


def press(
    browser: Browser,
    name: str,
    claim: str,
    crowd: Crowd,
    ready: Callable[[], object] = lambda: None,
) -> None:
    """Open a claim and accept it."""
    page = timed(crowd, lambda: browser.get(f"/claims/{claim}"))
    form = page.form("decision")
    ready()
    sent = form.values | {"action": "accept"}
    answer = timed(crowd, lambda: browser.submit(form.action, sent))
    if answer.status == 303:
        crowd.saved.append((claim, name))
    elif answer.status == 409:
        crowd.conflicts.append((claim, name))
    else:
        crowd.refused.append(answer)


def timed(crowd: Crowd, ask: Callable[[], Answer]) -> Answer:
    began = time.perf_counter()
    answer = ask()
    crowd.seconds.append(time.perf_counter() - began)
    return answer


class refreshing:  # it is used as a function is
    """Write as a night's run does, in batches, until the curators are done.

    A night's run asks the network between its batches; so this one lets a few requests
    of the curators pass.
    """

    def __init__(self, database: Database, crowd: Crowd) -> None:
        self.database, self.crowd = database, crowd
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.write)

    def write(self) -> None:
        with self.database.write() as session:
            run = runs.begin(session, RunKind.REFRESH, NOON, {})
        papers = range(100, 120)
        while not self.stop.is_set():
            self.crowd.refreshes += 1
            _store(self.database, run, papers, self.crowd.refreshes)
            passed = len(self.crowd.seconds) + PASSING
            while len(self.crowd.seconds) < passed and not self.stop.wait(0.005):
                pass

    def __enter__(self) -> "refreshing":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()


def kept(database: Database, claims: list[str]) -> Iterator[Decision]:
    """Yield what is stored of decisions on these claims."""
    with database.read() as session:
        for claim in claims:
            for decision in reads.decisions_of(session, claim):
                assert decision.action is Action.ACCEPT
                yield decision
