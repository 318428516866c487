"""A PostgreSQL server of the tests' own: a folder, a socket, gone at the end."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg

OWNER = "curation"
ICU = "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'"


def programs() -> Path | None:
    """Return the newest server's folder of programs; None where there is none."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    # Debian keeps the programs of each version out of the path.
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest is not None else None


@dataclass
class Server:
    """A server that is running."""

    programs: Path
    socket: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.socket}"

    def create(self, options: str = ICU) -> str:
        """Make an empty database and return its name.

        It sorts as English does, not by code point: so a test sees whether the
        order of what we list depends on where we run.
        """
        name = f"tests_{next(self._numbers)}"
        self.execute("postgres", f"CREATE DATABASE {name} TEMPLATE template0 {options}")
        return name

    def dump(self, database: str) -> str:
        """Return the statements that make a database again."""
        told = subprocess.run(
            [
                *(self.programs / "pg_dump", "--inserts", "--no-owner"),
                *("-h", self.socket, "-U", OWNER, database),
            ],
            check=True,
            capture_output=True,
            text=True,
        )
        # Lines for psql, which newer versions add.
        lines = (x for x in told.stdout.splitlines() if not x.startswith("\\"))
        return "\n".join(lines)

    def lay(self, database: str, statements: str) -> None:
        """Make a database what some statements make of an empty one.

        That takes a tenth of the time of making a new one.
        """
        self.execute(
            database,
            "SET lock_timeout = '10s'; DROP SCHEMA public CASCADE; "
            f"CREATE SCHEMA public; {statements}",
        )

    def execute(self, database: str, statements: str) -> None:
        address = f"host={self.socket} user={OWNER} dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(cast("LiteralString", statements))


def _somebody() -> dict[str, Any]:
    """Return as whom the server runs: it refuses to run as root."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def running(bin: Path) -> Iterator[Server]:
    """Start a server that only this machine's socket reaches, and stop it."""
    who = _somebody()
    # Not in pytest's folder: its name is too long for a socket, and nobody but its
    # owner may enter it.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if who:
        os.chown(folder, who["user"], who["group"])
    held = folder / "data"
    try:
        subprocess.run(
            [
                *(bin / "initdb", "--pgdata", held, "--username", OWNER),
                *("--auth", "trust", "--encoding", "UTF8", "--locale", "C"),
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            **who,
        )
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": folder,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 120,
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [bin / "postgres", "-D", held, *options],
                stdout=log,
                stderr=log,
                cwd=folder,
                **who,
            )
        try:
            _await(bin, folder, server)
            yield Server(bin, folder)
        finally:
            # Nothing is kept, so nothing need be written down before it ends.
            server.send_signal(signal.SIGQUIT)
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _await(bin: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while subprocess.run(
        [bin / "pg_isready", "-q", "-h", folder], check=False
    ).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise AssertionError((folder / "log").read_text(encoding="utf-8"))
