"""One database: where it is, whether it fits, and how to read and write it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, insert, inspect, select
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import DatabaseError as DriverError
from sqlmodel import Session, col

from evidence.cells import DEMONSTRATION, PUBLISHED
from evidence.errors import DatabaseError
from evidence.models import MetaRow
from evidence.protocol import Protocol
from evidence.records import TextSource

REVIEW_MODE = "review_mode"
DUAL_SINCE = "dual_since"
"""Since when nobody saw another's decision before two were taken."""


class ReviewMode(StrEnum):
    """How many curators are asked for every claim."""

    SINGLE = "single"
    DUAL = "dual"


BUSY_TIMEOUT_MS = 30_000
"""How long a writer waits for another, in milliseconds."""


class Database:
    """A database of one protocol. Open it with `open_database` or `create_database`."""

    def __init__(self, engine: Engine, protocol: Protocol) -> None:
        self.engine = engine
        self.protocol = protocol
        self._writing = engine.execution_options(immediate=True)

    @property
    def address(self) -> str:
        """The address without any password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session that sees one moment of the database."""
        try:
            with Session(self.engine) as session:
                yield session
        except DriverError as error:
            raise _unusable(self, error) from None

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session whose changes are kept whole, or not at all.

        SQLite starts it with BEGIN IMMEDIATE: a transaction that first reads and
        then writes is otherwise refused as soon as anybody else writes.
        """
        try:
            with Session(self._writing) as session, session.begin():
                yield session
        except DriverError as error:
            raise _unusable(self, error) from None

    def meta(self, session: Session, key: str) -> str | None:
        """Return what the database remembers under `key`."""
        row = session.get(MetaRow, key)
        return row.value if row is not None else None

    def sources(self, session: Session) -> frozenset[TextSource]:
        """Return whose texts count here: a demonstration also counts digests."""
        demonstration = self.meta(session, "demonstration") == "1"
        return DEMONSTRATION if demonstration else PUBLISHED

    def dual(self, session: Session) -> bool:
        """Return whether two curators must agree on a claim."""
        return self.meta(session, REVIEW_MODE) == ReviewMode.DUAL

    def dual_since(self, session: Session) -> datetime | None:
        """Return since when two curators are asked; None where one is enough."""
        since = self.meta(session, DUAL_SINCE) if self.dual(session) else None
        return datetime.fromisoformat(since) if since is not None else None

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def connect(url: str) -> Engine:
    """Return an engine for `url` with the pragmas that our promises rest on.

    Raises
    ------
    DatabaseError
        Where the address is not one, or names a database kind without a driver.
    """
    remedy = "write it like sqlite:////home/me/evidence.sqlite"
    try:
        parsed = make_url(url)
        engine = create_engine(parsed)
    except (ArgumentError, ValueError, ImportError) as error:
        raise DatabaseError(
            f"CURATION_DATABASE_URL is no address of a database ({error}); {remedy}"
        ) from None
    if engine.dialect.name == "sqlite":
        if parsed.query or parsed.database in (None, "", ":memory:"):
            raise DatabaseError(
                f"CURATION_DATABASE_URL must name a file and nothing else; {remedy}"
            )
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver must not begin transactions of its own: _begin does.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        # Without it, INSERT OR REPLACE deletes rows past our delete triggers.
        "recursive_triggers = ON",
        # A decision that was confirmed survives a power cut.
        "synchronous = FULL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def sqlite_url(path: Path) -> str:
    """Return the address of a SQLite file, whatever characters its name has."""
    url = URL.create("sqlite", database=str(path))
    return url.render_as_string(hide_password=False)


def migrations(connection: Connection | None = None) -> Config:
    """Return alembic's configuration; the migrations travel inside the package."""
    config = Config()
    config.set_main_option("script_location", "evidence:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def create_database(
    url: str, protocol: Protocol, *, demonstration: bool = False
) -> Database:
    """Create a database, or bring an older one up to this version.

    Raises
    ------
    DatabaseError
        Where it cannot be opened, is newer than this version, or of another
        protocol.
    """
    engine = connect(url)
    if engine.dialect.name == "sqlite":
        folder = Path(engine.url.database or "").parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(
                f"the folder {folder} of the database cannot be made: {error.strerror}"
            ) from None
    database = Database(engine, protocol)
    with _closed_on_error(database):
        if _revision(database) is not None:
            _refuse_newer(database)
            _refuse_other_protocol(database)
        else:
            _refuse_foreign(database)
        # Tables and what they remember of themselves come in one transaction: a
        # database without its protocol would open under any.
        with engine.begin() as connection:
            command.upgrade(migrations(connection), "head")
            known = connection.execute(
                select(col(MetaRow.value)).where(col(MetaRow.key) == "protocol")
            ).scalar()
            if known is None:
                rows = [{"key": "protocol", "value": protocol.id}]
                if demonstration:
                    rows.append({"key": "demonstration", "value": "1"})
                connection.execute(insert(MetaRow), rows)
    return database


def open_database(url: str, protocol: Protocol) -> Database:
    """Open a database that `create_database` made.

    Raises
    ------
    DatabaseError
        Where there is none, it is older or newer than this version, or of
        another protocol.
    """
    engine = connect(url)
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    if path and not Path(path).is_file():
        raise DatabaseError(f"there is no database at {path}; run `curation init`")
    database = Database(engine, protocol)
    with _closed_on_error(database):
        revision = _revision(database)
        if revision is None:
            raise DatabaseError(
                f"{database.address} holds no evidence tables; run `curation init`"
            )
        _refuse_newer(database)
        if revision != ScriptDirectory.from_config(migrations()).get_current_head():
            raise DatabaseError(
                f"{database.address} is of an older version (revision {revision}); "
                "back it up, then run `curation init` to upgrade it"
            )
        _refuse_other_protocol(database)
    return database


@contextmanager
def _closed_on_error(database: Database) -> Iterator[None]:
    """Let go of every connection where opening fails, and say why in our words."""
    try:
        yield
    except DriverError as error:
        database.close()
        raise _unusable(database, error) from None
    except BaseException:
        database.close()
        raise


def _refuse_foreign(database: Database) -> None:
    """Refuse to lay our tables among those of another program."""
    tables = inspect(database.engine).get_table_names()
    if tables:
        raise DatabaseError(
            f"{database.address} is another program's database (it holds "
            f"{', '.join(sorted(tables)[:3])}); choose another file"
        )


def _revision(database: Database) -> str | None:
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DriverError as error:
        raise _unusable(database, error) from None


def _unusable(database: Database, error: DriverError) -> DatabaseError:
    return DatabaseError(
        f"the database {database.address} cannot be used: {error.orig}; check "
        "CURATION_DATABASE_URL, the rights on the file and its folder, and the disk"
    )


def _refuse_newer(database: Database) -> None:
    revision = _revision(database)
    script = ScriptDirectory.from_config(migrations())
    known = {found.revision for found in script.walk_revisions()}
    if revision is not None and revision not in known:
        raise DatabaseError(
            f"{database.address} is of a newer version (revision {revision}); "
            "use the version of trd-evidence that made it, or a later one"
        )


def _refuse_other_protocol(database: Database) -> None:
    with database.read() as session:
        stored = database.meta(session, "protocol")
    if stored is None:
        raise DatabaseError(
            f"{database.address} does not say of which protocol it is; restore a "
            "backup, or make a new one and import the ledger"
        )
    if stored != database.protocol.id:
        raise DatabaseError(
            f"{database.address} belongs to protocol {stored!r}, not to "
            f"{database.protocol.id!r}; set CURATION_PROTOCOL or "
            "CURATION_DATABASE_URL"
        )
