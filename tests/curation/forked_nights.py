"""Nights in processes of their own, made to be killed: `python -m` this module.

Loading the extractor takes longer than a night. So one process loads it, and forks
a child for every order that it reads; the child does a night's run and ends, or is
killed in the middle of it.
"""

import json
import os
import signal
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import event

from curation import pipeline
from curation.extract.claims import Extractor
from curation.refresh import refresh
from curation.retrieve.eutils import Eutils
from evidence.database import open_database, sqlite_url
from evidence.protocol import Protocol, load
from tests.eutils.client import EMAIL, FakeTime
from tests.places import MIGRAINE

AT_ONCE = 4
"""Records in a batch, so that a small night has many of them."""


class SmallBatches(Eutils):
    def fetch_batches(self, pmids: Any, size: int = AT_ONCE, **given: Any) -> Any:
        return super().fetch_batches(pmids, size, **given)


def main() -> None:
    protocol = load(MIGRAINE)
    extractor = Extractor(protocol)
    pipeline.READ_AT_ONCE = AT_ONCE
    for line in sys.stdin:
        order = json.loads(line)
        told, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(told)
            _night(order, protocol, extractor, tell)
        os.close(tell)
        _say(child)
        # It ends when nobody holds the other end any more: the child is dead.
        with os.fdopen(told) as ending:
            last = ending.read()
        _say(last or "0")
        # Until now its number is nobody else's, and may be killed.
        sys.stdin.readline()
        _, status = os.waitpid(child, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def _night(
    order: dict[str, Any], protocol: Protocol, extractor: Extractor, tell: int
) -> NoReturn:
    code = 1
    try:
        folder = Path(order["folder"])
        statements = 0
        database = open_database(sqlite_url(folder / "evidence.sqlite"), protocol)

        def count(*_: Any) -> None:
            nonlocal statements
            statements += 1
            if statements == order.get("statement"):
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(database.engine, "before_cursor_execute", count)
        moment = datetime(2026, 3, 2, 3, tzinfo=UTC)
        with SmallBatches(
            email=EMAIL, base=order["url"], folder=folder, clock=FakeTime().clock()
        ) as client:
            refresh(database, client, extractor, clock=lambda: moment)
        database.close()
        os.write(tell, str(statements).encode())
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        # Nothing of the parent's may be flushed or ended a second time.
        os._exit(code)


if __name__ == "__main__":
    main()
