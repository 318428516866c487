"""Verbs for the people who sign in to the review page of a team."""

import getpass
import sys
from typing import Annotated

import typer

from curation import console
from curation.cli.app import AsJson, app, at_console, database
from evidence.curators import CuratorError, checked_name
from evidence.decisions import CuratorRole

users = typer.Typer(
    help="The people who sign in to `curation review --team`.", no_args_is_help=True
)
app.add_typer(users, name="users")

Name = Annotated[str, typer.Argument(help="The name that decisions carry.")]


@users.command("add")
def add_user(
    name: Name,
    role: Annotated[
        CuratorRole,
        typer.Option(
            help="A curator decides, an adjudicator settles disputes too, an "
            "administrator also reads the audit trail."
        ),
    ] = CuratorRole.CURATOR,
) -> None:
    """Add somebody, with a password asked for or read from a pipe."""
    from curation.clock import now
    from curation.review import passwords
    from evidence.store import curators as store

    checked = checked_name(name)
    with database() as opened:
        made = passwords.hashed(_password(), checked)
        with opened.write() as session:
            store.add_curator(session, checked, role, made, by=at_console(), at=now())
    console.emit(f"{checked}, {role}")


@users.command("list")
def list_users(as_json: AsJson = False) -> None:
    """List everybody, with role, state and statement of interests."""
    from evidence.queries import curators as reads

    with database() as opened, opened.read() as session:
        found = reads.curators(session)
    rows = [
        {
            "name": one.name,
            "role": one.role.value,
            "added": one.added_at.date().isoformat(),
            "disabled": one.disabled_at.date().isoformat() if one.disabled_at else None,
            "interests": one.interests,
        }
        for one in found
    ]
    if as_json:
        console.emit_json(rows)
    else:
        columns = ("name", "role", "added", "disabled", "interests")
        console.table("", columns, [tuple(row.values()) for row in rows])


@users.command("role")
def change_role(name: Name, role: Annotated[CuratorRole, typer.Argument()]) -> None:
    """Give somebody another role, from their next page on."""
    from curation.clock import now
    from evidence.store import curators as store

    with database() as opened, opened.write() as session:
        store.set_role(session, checked_name(name), role, by=at_console(), at=now())


@users.command("password")
def change_password(name: Name) -> None:
    """Give a new password; every browser of theirs is signed out."""
    from curation.clock import now
    from curation.review import passwords
    from evidence.store import curators as store

    checked = checked_name(name)
    with database() as opened:
        made = passwords.hashed(_password(), checked)
        with opened.write() as session:
            store.set_password(session, checked, made, by=at_console(), at=now())


@users.command("disable")
def disable_user(
    name: Name,
    again: Annotated[
        bool, typer.Option("--undo", help="Let them sign in again.")
    ] = False,
) -> None:
    """Sign somebody out for good; what they decided stands."""
    from curation.clock import now
    from evidence.store import curators as store

    with database() as opened, opened.write() as session:
        checked = checked_name(name)
        store.set_enabled(session, checked, again, by=at_console(), at=now())


def _password() -> str:
    """Return a password from the terminal, typed twice, or from standard input.

    Never from an argument: those stand in the list of processes and in histories.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise CuratorError("the two differ; nothing was changed")
    return first
