"""One database: where it is, whether it fits, and how to read and write it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DatabaseError as DriverError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, col

from evidence import engines
from evidence.cells import DEMONSTRATION, PUBLISHED
from evidence.engines import connect
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


class Database:
    """A database of one protocol. Open it with `open_database` or `create_database`."""

    def __init__(self, engine: Engine, protocol: Protocol) -> None:
        self.engine = engine
        self.protocol = protocol
        self._reading = engines.reading(engine)
        self._writing = engines.writing(engine)

    @property
    def address(self) -> str:
        """The address without any password."""
        return engines.address_of(self.engine)

    @property
    def is_shared(self) -> bool:
        """Whether programs on several machines may be using it."""
        return self.engine.dialect.name != "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session that sees one moment of the database."""
        try:
            with Session(self._reading) as session:
                yield session
        except (DriverError, PoolTimeout) as error:
            raise engines.told(self.engine, error) from None

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session whose changes are kept whole, or not at all.

        Writers take turns: what is read in it stays true until it ends.
        """
        try:
            with Session(self._writing) as session, session.begin():
                yield session
        except (DriverError, PoolTimeout) as error:
            raise engines.told(self.engine, error) from None

    @contextmanager
    def hold(self, lock: str) -> Iterator[bool]:
        """Hold a lock that a shared database keeps; yield whether it was free."""
        try:
            with engines.hold(self.engine, lock) as free:
                yield free
        except DriverError as error:
            raise engines.told(self.engine, error) from None

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
        with engines.writing(engine).begin() as connection:
            _refuse_encoding(connection)
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
        raise engines.told(database.engine, error) from None
    except BaseException:
        database.close()
        raise


def _refuse_encoding(connection: Connection) -> None:
    """Refuse a PostgreSQL database that cannot hold every letter."""
    if connection.dialect.name == "sqlite":
        return
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise DatabaseError(
            f"{engines.address_of(connection.engine)} keeps text as {encoding}; make "
            "it with createdb --encoding=UTF8 --template=template0"
        )


def _refuse_foreign(database: Database) -> None:
    """Refuse to lay our tables among those of another program."""
    tables = inspect(database.engine).get_table_names()
    if tables:
        raise DatabaseError(
            f"{database.address} is another program's database (it holds "
            f"{', '.join(sorted(tables)[:3])}); choose another"
        )


def _revision(database: Database) -> str | None:
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DriverError as error:
        raise engines.told(database.engine, error) from None


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
