"""Nights in processes of their own, made to be killed: `python -m` this module.

Every statement to the database is a step.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from curation import pipeline
from curation.extract.claims import Extractor
from curation.refresh import refresh
from curation.retrieve.eutils import Eutils
from evidence.database import open_database, sqlite_url
from evidence.protocol import load
from tests.curation.forking import Order, Step, serve
from tests.eutils.client import EMAIL, FakeTime
from tests.places import MIGRAINE

AT_ONCE = 4
"""Records in a batch, so that a small night has many of them."""

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)


class SmallBatches(Eutils):
    def fetch_batches(self, pmids: Any, size: int = AT_ONCE, **given: Any) -> Any:
        return super().fetch_batches(pmids, size, **given)


def main() -> None:
    protocol = load(MIGRAINE)
    extractor = Extractor(protocol)
    pipeline.READ_AT_ONCE = AT_ONCE

    def work(order: Order, step: Step) -> None:
        folder = Path(order["folder"])
        database = open_database(sqlite_url(folder / "evidence.sqlite"), protocol)
        event.listen(database.engine, "before_cursor_execute", lambda *_: step())
        with SmallBatches(
            email=EMAIL, base=order["url"], folder=folder, clock=FakeTime().clock()
        ) as client:
            refresh(database, client, extractor, clock=lambda: NIGHT)
        database.close()

    serve(work)


if __name__ == "__main__":
    main()
