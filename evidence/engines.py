"""Engines: SQLite for one, PostgreSQL for many, and the same promises of both.

On both, writers take turns and readers see one moment. What a program reads before
it writes is therefore still true when it writes, no transaction has to be tried
twice, and nobody is told that a database is locked.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from evidence import mounts
from evidence.errors import DatabaseError

BUSY_TIMEOUT_MS = 30_000
"""How long a writer waits for another, in milliseconds."""

CONNECT_TIMEOUT_S = 10
POOL = {"pool_size": 10, "max_overflow": 30}
"""As many connections as the review page has threads: none waits for one."""

# Advisory locks of PostgreSQL are two numbers within a database; the first is ours.
_WRITER = "1953655909, 1"
JOB = "1953655909, 2"
"""The lock of whatever job is running."""


def of_run(run: int) -> str:
    """Return the lock of an open run, held by whoever works on it."""
    return f"1953655910, {run:d}"


_BUSY_SQLITE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_BUSY_POSTGRESQL = ("55P03", "40001", "40P01")
"""Lock not available, serialization failure, deadlock."""

_REMEDIES = {
    sqlite3.SQLITE_FULL: "has no room left: make room on its disk and try again",
    sqlite3.SQLITE_READONLY: "may only be read: allow writing to it and its folder",
}

_SECRETS = ("password", "sslpassword")


def connect(url: str) -> Engine:
    """Return an engine for `url` on which our promises hold.

    Raises
    ------
    DatabaseError
        Where the address is not one, names a database kind without a driver, or a
        SQLite file that other machines may open too.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        _refuse_network(parsed)
        engine = create_engine(parsed)
        event.listen(engine, "connect", _set_pragmas)
    else:
        engine = _postgresql(parsed)
    event.listen(engine, "begin", _begin)
    return engine


def reading(engine: Engine) -> Engine:
    """Return the engine for transactions that see one moment and change nothing."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def writing(engine: Engine) -> Engine:
    """Return the engine for transactions that wait until no other one writes."""
    return engine.execution_options(immediate=True)


def address_of(engine: Engine) -> str:
    """Return the address without any password."""
    url = engine.url.difference_update_query(_SECRETS)
    return url.render_as_string(hide_password=True)


def told(engine: Engine, error: SQLAlchemyError) -> DatabaseError:
    """Return what went wrong with a database, in words that say what to do."""
    address = address_of(engine)
    cause = error.orig if isinstance(error, DBAPIError) else None
    if cause is None or _is_busy(cause):
        return DatabaseError(
            f"others were writing to {address} for more than "
            f"{BUSY_TIMEOUT_MS // 1000} seconds; nothing of this was saved: try again"
        )
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code in _REMEDIES:
        return DatabaseError(
            f"the database {address} {_REMEDIES[code]} ({cause}); nothing of this was "
            "saved, what was there is unchanged"
        )
    if engine.dialect.name == "sqlite":
        remedy = "the rights on the file and its folder, and the disk"
    else:
        remedy = "that its server runs, and that it lets you in"
    why = " ".join(str(cause).split())
    return DatabaseError(
        f"the database {address} cannot be used: {why}; check "
        f"CURATION_DATABASE_URL, {remedy}"
    )


@contextmanager
def hold(engine: Engine, lock: str) -> Iterator[bool]:
    """Hold a lock of PostgreSQL's; yield whether it was free.

    It holds over all machines. The server lets go of it when the connection ends,
    so a job that was killed leaves none behind.
    """
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        answer = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({lock})")
        try:
            yield bool(answer.scalar_one())
        finally:
            # The server notices the end of a connection only after a while; and one
            # that broke holds nothing any more.
            with suppress(DBAPIError):
                connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")
            connection.invalidate()


def is_held(engine: Engine, lock: str) -> bool:
    """Return whether somebody holds a lock of PostgreSQL's."""
    with reading(engine).connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database "  # noqa: S608
            "WHERE locktype = 'advisory' AND datname = current_database() "
            f"AND (classid, objid) = ({lock})"
        )
        return bool(found.scalar_one())


def _parsed(url: str) -> URL:
    remedy = (
        "write it like sqlite:////home/me/evidence.sqlite or "
        "postgresql+psycopg://name:password@server/evidence"
    )
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # What the parser says may hold a part of the password.
        raise DatabaseError(
            f"CURATION_DATABASE_URL is no address of a database; {remedy}"
        ) from None
    if parsed.drivername == "sqlite":
        if parsed.query or parsed.host or parsed.database in (None, "", ":memory:"):
            raise DatabaseError(
                f"CURATION_DATABASE_URL must name a file and nothing else; {remedy}"
            )
        return parsed
    if parsed.drivername in ("postgresql", "postgresql+psycopg"):
        if not parsed.database or "@" in parsed.database:
            raise DatabaseError(
                "CURATION_DATABASE_URL must end in the name of a database; in a "
                "password, write @ as %40, / as %2F and : as %3A"
            )
        return parsed.set(drivername="postgresql+psycopg")
    raise DatabaseError(
        "CURATION_DATABASE_URL names neither SQLite nor PostgreSQL with psycopg; "
        f"{remedy}"
    )


def _refuse_network(parsed: URL) -> None:
    """Refuse a file whose log two machines would write to without each other."""
    kind = mounts.network_of(Path(parsed.database or ""), mounts.MOUNTS)
    if kind is not None:
        raise DatabaseError(
            f"{parsed.database} lies on a network file system ({kind}), where SQLite's "
            "log is not safe; set CURATION_DATABASE_URL to a file on a disk of this "
            "machine, or to a PostgreSQL database"
        )


def _postgresql(parsed: URL) -> Engine:
    given = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "trd-evidence"}
    arguments = {k: v for k, v in given.items() if k not in parsed.query}
    try:
        # A server that was started again is noticed before a page needs it.
        return create_engine(parsed, pool_pre_ping=True, connect_args=arguments, **POOL)
    except ImportError:
        raise DatabaseError(
            "PostgreSQL needs psycopg, which is not installed; run "
            "pip install 'trd-evidence[postgresql]'"
        ) from None


_TURN_S = 0.02


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver must not begin transactions of its own: _begin does.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "foreign_keys = ON",
        # Without it, INSERT OR REPLACE deletes rows past our delete triggers.
        "recursive_triggers = ON",
        # A decision that was confirmed survives a power cut.
        "synchronous = FULL",
    ):
        connection.execute(f"PRAGMA {pragma}")
    _keep_a_log(connection)


def _keep_a_log(connection: Any) -> None:
    """Turn the log on. Here alone SQLite waits for nobody, so we do.

    Two who make a database at the same moment would otherwise refuse each other.
    """
    given_up = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > given_up:
                raise
        time.sleep(_TURN_S)


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    if connection.dialect.name == "sqlite":
        # A transaction that first reads and then writes is otherwise refused as
        # soon as anybody else writes.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
    elif immediate:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT_MS}")
        # Read committed: what is read after the turn has come is the newest.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")


def _is_busy(cause: BaseException) -> bool:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        # The lower byte is the kind, the rest its detail.
        return (code & 0xFF) in _BUSY_SQLITE
    return getattr(cause, "sqlstate", None) in _BUSY_POSTGRESQL
