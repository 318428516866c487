"""Jobs in processes of their own, made to be killed: `python -m` this module.

Every statement to a database, and every thing that is done to the disk, is a step.
"""

import hashlib
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from curation import pipeline
from curation.backups import backup
from curation.extract.claims import Extractor
from curation.ledgers import import_decisions
from curation.publication import publish_site
from curation.publish import build
from evidence.database import Database, create_database, open_database, sqlite_url
from evidence.protocol import Protocol, load
from tests.curation.forking import Order, Step, serve
from tests.places import MIGRAINE

AT_ONCE = 3
"""Records in a batch, so that a small job has several."""

NAME = "evidence.sqlite"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ON_DISK = frozenset(
    {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate"}
)

real_mkdocs = build._run_mkdocs


def remembered(catalogue: Any, documents: Path, site: Path) -> None:
    """Build pages as mkdocs does; the same ones a second time by copying them."""
    told = hashlib.sha256()
    for path in sorted(p for p in documents.rglob("*") if p.is_file()):
        told.update(f"{path.relative_to(documents)}\n".encode() + path.read_bytes())
    kept = documents.parent.parent / "built" / told.hexdigest()
    if not kept.exists():
        real_mkdocs(catalogue, documents, site)
        shutil.copytree(site, kept)
        return
    shutil.copytree(kept, site, dirs_exist_ok=True)


Job = Callable[[Path, Protocol, Extractor, datetime], None]


def opened(folder: Path, protocol: Protocol) -> Database:
    return open_database(sqlite_url(folder / NAME), protocol)


def migrate(folder: Path, protocol: Protocol, _: Extractor, at: datetime) -> None:
    create_database(sqlite_url(folder / "new" / NAME), protocol).close()


def extract(folder: Path, protocol: Protocol, by: Extractor, at: datetime) -> None:
    pipeline.extract(opened(folder, protocol), by, clock=lambda: at)


def decide(folder: Path, protocol: Protocol, _: Extractor, at: datetime) -> None:
    ledger = folder / "filled.jsonl"
    import_decisions(opened(folder, protocol), ledger, curator="ann", clock=lambda: at)


def publish(folder: Path, protocol: Protocol, _: Extractor, at: datetime) -> None:
    publish_site(opened(folder, protocol), folder / "site", clock=lambda: at)


def back_up(folder: Path, protocol: Protocol, _: Extractor, at: datetime) -> None:
    backup(opened(folder, protocol), folder / "backups", keep=2, clock=lambda: at)


JOBS: dict[str, Job] = {
    job.__name__: job for job in (migrate, extract, decide, publish, back_up)
}


def main() -> None:
    protocol = load(MIGRAINE)
    extractor = Extractor(protocol)
    pipeline.READ_AT_ONCE = AT_ONCE
    build._run_mkdocs = remembered

    def work(order: Order, step: Step) -> None:
        folder = order["folder"]

        def happened(what: str, given: tuple[Any, ...]) -> None:
            writes = what == "open" and isinstance(given[2], int) and given[2] & 0o3
            if (what in ON_DISK or writes) and str(given[0]).startswith(folder):
                step()

        event.listen(Engine, "before_cursor_execute", lambda *_: step())
        sys.addaudithook(happened)
        at = NOON + timedelta(minutes=order["minute"])
        JOBS[order["job"]](Path(folder), protocol, extractor, at)

    serve(work)


if __name__ == "__main__":
    main()
