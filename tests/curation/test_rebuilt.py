"""Whatever happens, in any order: records and ledger rebuild the same site.

A story is a sequence of what can befall a library: PubMed's versions of records, by
refresh or from an old file, retractions, deletions, other rules of the extractor,
decisions of three people, two or one of them asked, a clock that is set back. It is
told to SQLite and to PostgreSQL. Then every decision is in the ledger, what is
accepted stands in a stored text, and a database made again from what machines stored
and the ledger gives the same Markdown and the same downloads, byte for byte.
CURATION_TESTS_STORIES=1000 tells so many stories instead of twenty.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from curation.publication import publish_site
from curation.rebuilt import pages_of, rebuilt
from evidence import ledger
from evidence.claims import STUDY_OF_RECORD, Claim
from evidence.database import (
    Database,
    ReviewMode,
    create_database,
    open_database,
    sqlite_url,
)
from evidence.decisions import Action, CuratorRole, Decision, Reason, SubjectKind
from evidence.fidelity import uses
from evidence.library import RunKind, RunOutcome
from evidence.protocol import Protocol
from evidence.queries.library import library
from evidence.reading import moment_after
from evidence.rebuilding import rebuild
from evidence.records import Correction, Field, Record, Section, TextSource
from evidence.store import runs
from evidence.store.claims import save_drafts
from evidence.store.decisions import add_claim, append_decisions
from evidence.store.gone import mark_gone
from evidence.store.records import save_records
from evidence.store.reviewing import set_review_mode
from evidence.verification import verify
from tests.invented import ABSTRACT, NOON, QUOTE, draft, record

STORIES = int(os.environ.get("CURATION_TESTS_STORIES", "20"))
PMIDS = (101, 102, 103)
MORE = Section("Nobody dropped out.")
VERSIONS = (
    {},
    {"sections": (*record().sections, MORE)},
    {"sections": (Section("Nothing of it stands any more."),)},
    {"sections": (Section(f"Before it. {ABSTRACT[1]}"),), "journal": "J Tests B"},
    {"title": "Photophobia under propranolol", "sections": ()},
    {"corrections": (Correction("RetractionIn", 9),)},
    {"corrections": (Correction("ExpressionOfConcernIn", 8),)},
    {"text_source": TextSource.DIGEST, "sections": (Section(f"In short: {QUOTE}"),)},
)
RULES = (
    ({}, {"comparator": "topiramate", "outcome": "glare"}),
    ({"comparator": "topiramate"},),
    (),
    ({"quote": QUOTE[:-18]}, {"outcome": "glare", "direction": "worsens"}),
    ({"domain": "vigilance", "quote": "Alertness did not differ between the arms."},),
)
PEOPLE = ("alice", "bob", "carol")

numbers = st.integers(0, 9)
happening = st.one_of(
    st.tuples(st.sampled_from(("pubmed", "file")), numbers, numbers),
    st.tuples(st.just("read"), numbers, numbers),
    st.tuples(st.sampled_from(("gone", "merged")), numbers, numbers),
    st.tuples(st.sampled_from(("accept", "accept", "amend")), numbers, numbers),
    st.tuples(st.sampled_from(("reject", "flag", "defer", "undo")), numbers, numbers),
    st.tuples(st.sampled_from(("adjudicate", "add", "link", "use")), numbers, numbers),
    st.tuples(st.sampled_from(("mode", "clock")), numbers, numbers),
)
Happening = tuple[str, int, int]

EVENTFUL: list[Happening] = [
    *(("read", pmid, 0) for pmid in range(3)),
    *(("accept", claim, claim % 2) for claim in range(5)),
    ("add", 0, 2),
    ("pubmed", 0, 1),
    ("link", 1, 0),
    ("pubmed", 1, 5),
    ("pubmed", 2, 2),
    ("clock", 0, 9),
    ("accept", 2, 1),
    ("amend", 3, 0),
    ("gone", 2, 0),
    ("read", 0, 3),
    ("mode", 0, 0),
    ("accept", 0, 1),
    ("reject", 1, 0),
    ("adjudicate", 1, 0),
    ("use", 0, 0),
    ("pubmed", 2, 3),
    ("undo", 2, 0),
]
"""A story with something of everything, for what takes too long for many."""


@dataclass
class Story:
    """A database, and what happens to it."""

    database: Database
    now: datetime = NOON
    present: dict[int, Record] = field(default_factory=dict)
    made: list[Decision] = field(default_factory=list)

    def begin(self) -> None:
        for pmid in PMIDS:
            self.pubmed(pmid, 0)

    def happens(self, what: str, one: int, other: int) -> None:
        self.now += timedelta(minutes=7)
        if what == "clock":
            self.now += timedelta(hours=other - 9)
        elif what == "mode":
            mode = list(ReviewMode)[other % 2]
            with self.database.write() as session:
                set_review_mode(self.database, session, mode, actor="ann", at=self.now)
        elif what in ("pubmed", "file", "read", "gone", "merged"):
            getattr(self, what)(PMIDS[one % len(PMIDS)], other)
        elif what in ("add", "link", "use"):
            getattr(self, what)(one, PEOPLE[other % 3])
        else:
            self.decide(Action(what), one, PEOPLE[other % 3])

    def _stored(self, session: Session, kind: RunKind, extractor: str = "") -> int:
        versions = {"extractor": extractor} if extractor else {}
        return runs.begin(session, kind, self.now, versions)

    def pubmed(self, pmid: int, version: int, kind: RunKind = RunKind.REFRESH) -> None:
        read = record(pmid, **VERSIONS[version % len(VERSIONS)])
        current = kind is RunKind.REFRESH
        with self.database.write() as session:
            run = self._stored(session, kind)
            saved = save_records(
                *(self.database, session, [read]),
                run=run,
                at=self.now,
                current=current,
            )
            runs.finish(session, run, RunOutcome.COMPLETE, self.now, {})
        if not saved.superseded:
            self.present[pmid] = read

    def file(self, pmid: int, version: int) -> None:
        self.pubmed(pmid, version, RunKind.LOAD)

    def gone(self, pmid: int, other: int) -> None:
        with self.database.write() as session:
            mark_gone(self.database, session, [pmid], at=self.now)

    def merged(self, pmid: int, other: int) -> None:
        merged = {pmid: 700 + other}
        with self.database.write() as session:
            mark_gone(self.database, session, [pmid], at=self.now, merged=merged)

    def read(self, pmid: int, rules: int) -> None:
        of = self.present[pmid]
        extractor = f"{rules}+test"
        drafts = [
            draft(of, **{"quote": QUOTE, "extractor": extractor} | changes)
            for changes in RULES[rules % len(RULES)]
            if changes.get("quote", QUOTE) in (of.text(Field.ABSTRACT) or "")
        ]
        with self.database.write() as session:
            run = self._stored(session, RunKind.EXTRACT, extractor)
            save_drafts(
                *(self.database, session, [(of, drafts)]), extractor=extractor, run=run
            )

    def claims(self) -> list[Claim]:
        with self.database.read() as session:
            found = library(self.database, session).claims
        return [claim for _, claim in sorted(found.items())]

    def add(self, one: int, curator: str) -> None:
        of = self.present[PMIDS[one % len(PMIDS)]]
        if QUOTE not in (of.text(Field.ABSTRACT) or ""):
            return
        added = draft(of, extractor=f"curator:{curator}", rule="added-by-curator")
        with self.database.write() as session:
            claim = add_claim(
                *(self.database, session, added),
                curator=curator,
                note=None,
                at=self.now,
            )
            found = ledger.export(session)
            (line,) = (x for x in map(json.loads, found) if x["subject_id"] == claim)
        self.made.append(Decision.from_dict(line))

    def link(self, one: int, curator: str) -> None:
        pmid, study = PMIDS[one % 3], f"{STUDY_OF_RECORD}{PMIDS[(one + 1) % 3]}"
        self._append(
            SubjectKind.STUDY_LINK,
            str(pmid),
            Action.ACCEPT,
            curator=curator,
            snapshot={"pmid": pmid, "study": study},
            note="One registration.",
        )

    def use(self, one: int, curator: str) -> None:
        use, summary = next(uses(self.database.protocol))
        fidelity = ("supports", "partly")[one % 2]
        self._append(
            SubjectKind.FIDELITY,
            use,
            Action.ACCEPT,
            curator=curator,
            snapshot={"fidelity": fidelity, "summary": summary},
            note="As it says.",
        )

    def decide(self, action: Action, one: int, curator: str) -> None:
        found = self.claims()
        if not found:
            return
        claim = found[one % len(found)]
        given: dict[str, object] = {"curator": curator}
        if action is Action.UNDO:
            of_claim = [d for d in self.made if d.subject_id == claim.id]
            if not of_claim:
                return
            given["undoes"] = of_claim[-1].id
        else:
            given["snapshot"] = claim.draft.as_dict()
        if action is Action.REJECT:
            given["reason"] = Reason.OUT_OF_SCOPE
        if action is Action.AMEND:
            given["changes"] = {"direction": "worsens", "n": 61}
        if action is Action.ADJUDICATE:
            given["role"] = CuratorRole.ADJUDICATOR
        self._append(SubjectKind.CLAIM, claim.id, action, **given)

    def _append(
        self, kind: SubjectKind, subject: str, action: Action, **given: object
    ) -> None:
        with self.database.write() as session:
            at = moment_after(session, kind, subject, self.now)
            taken = Decision(
                subject_kind=kind, subject_id=subject, action=action, at=at, **given
            )
            append_decisions(self.database, session, [taken], at=self.now)
        self.made.append(taken)


def told(database: Database, happenings: list[Happening]) -> Story:
    """Tell a story to a database, and prove what must hold at its end."""
    story = Story(database)
    story.begin()
    for what, one, other in happenings:
        story.happens(what, one, other)
    with database.read() as session:
        assert list(verify(database, session)) == []
        lines = list(map(json.loads, ledger.export(session)))
        assert lines == [decision.as_dict() for decision in story.made]
        texts = dict(
            session.connection().exec_driver_sql("SELECT sha256, text FROM text").all()
        )
    for claim in story.claims():
        quote = claim.draft
        if claim.status.counts:
            assert texts[quote.text_sha256][quote.start : quote.end] == quote.quote
    return story


Fresh = Callable[[], Database]


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory, migraine: Protocol) -> Fresh:
    folder, numbers = tmp_path_factory.mktemp("stories"), count()
    create_database(sqlite_url(folder / "empty"), migraine).close()

    def fresh() -> Database:
        path = folder / f"story-{next(numbers)}"
        shutil.copy(folder / "empty", path)
        return open_database(sqlite_url(path), migraine)

    return fresh


@pytest.fixture
def server(request: pytest.FixtureRequest, migraine: Protocol) -> Iterator[Fresh]:
    running = request.getfixturevalue("postgresql")
    name, statements = request.getfixturevalue("migrated")

    def fresh() -> Database:
        running.lay(name, statements)
        return open_database(running.url(name), migraine)

    yield fresh


def stories(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        # A change must not fail by chance for what another change brought.
        derandomize=STORIES <= 20,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


@stories(STORIES)
@given(st.lists(happening, max_size=20))
@example(EVENTFUL)
@example([("read", 0, 0), ("add", 0, 0), ("read", 0, 3), ("accept", 0, 1)])
def test_records_and_ledger_rebuild_the_same_site(
    sqlite: Fresh, happenings: list[Happening]
) -> None:
    database = sqlite()
    story = told(database, happenings)
    again = rebuilt(database)
    assert again.problems == ()
    assert (again.decisions, again.files > 50) == (len(story.made), True)
    database.close()


@stories(STORIES // 4)
@given(st.lists(happening, max_size=20))
@example(EVENTFUL)
def test_postgresql_rebuilds_it_too_and_both_give_one_site(
    server: Fresh, sqlite: Fresh, happenings: list[Happening]
) -> None:
    sites = []
    for database in (server(), sqlite()):
        told(database, happenings)
        assert rebuilt(database).problems == ()
        with database.read() as session:
            sites.append(pages_of(database, session))
        database.close()
    assert sites[0] == sites[1]


def test_the_built_site_is_the_same_to_the_last_byte(
    sqlite: Fresh, tmp_path: Path, migraine: Protocol
) -> None:
    database = sqlite()
    told(database, EVENTFUL)
    again = create_database(sqlite_url(tmp_path / "again"), migraine)
    with database.read() as session:
        rebuild(session, again)
    sites = []
    for number, one in enumerate((database, again)):
        folder = tmp_path / str(number) / "site"
        publish_site(one, folder, clock=lambda: NOON)
        files = (path for path in folder.rglob("*") if path.is_file())
        sites.append({p.relative_to(folder): p.read_bytes() for p in files})
        one.close()
    assert sites[0] == sites[1]
    assert len(sites[0]) > 100


def test_what_only_the_database_knows_is_told(sqlite: Fresh) -> None:
    """A status that no decision made would not come back: the page differs."""
    database = sqlite()
    told(database, EVENTFUL)
    with database.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE claim SET status = 'rejected' WHERE status = 'proposed'"
        )
    assert "is not rebuilt as it stands" in rebuilt(database).problems[0]
    database.close()
