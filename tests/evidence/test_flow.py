"""How many records went which way: none is lost between PubMed and a count."""

from evidence.database import Database
from evidence.decisions import Action, Reason
from evidence.library import Flow
from evidence.queries.library import library
from tests.invented import decision, draft, record
from tests.stored import claims, decide, propose, save


def flow(database: Database) -> Flow:
    with database.read() as session:
        found = library(database, session).flow
    assert found is not None
    parts = (found.unread, found.without_claim, found.waiting)
    assert found.records == sum(parts) + found.excluded + found.included
    return found


def test_every_record_is_in_one_box(database: Database, run: int) -> None:
    for pmid in (101, 102, 103, 104, 105):
        save(database, run, record(pmid))
    assert flow(database).unread == 5
    for pmid in (101, 102, 103):
        propose(database, run, pmid, [draft(pmid=pmid)])
    propose(database, run, 104, [])
    seen = flow(database)
    assert (seen.unread, seen.without_claim, seen.waiting) == (1, 1, 3)
    by_record = {c.draft.pmid: c.id for c in claims(database).values()}
    decide(database, decision(by_record[101]))
    decide(
        database,
        decision(by_record[102], action=Action.REJECT, reason=Reason.OUT_OF_SCOPE),
    )
    seen = flow(database)
    assert (seen.waiting, seen.excluded, seen.included) == (1, 1, 1)
    assert seen.reasons == {"out_of_scope": 1}
