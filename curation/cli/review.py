"""The verb that opens the review page."""

import sys
from typing import Annotated

import typer

from curation import console
from curation.cli.app import Curator, app, database, name_of
from evidence.decisions import CuratorRole

PORT = 8765


@app.command()
def review(
    host: Annotated[
        str,
        typer.Option(help="Where to listen; without --team, this machine only."),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")
    ] = PORT,
    curator: Curator = None,
    role: Annotated[
        CuratorRole,
        typer.Option(help="A curator decides; an adjudicator settles disputes."),
    ] = CuratorRole.CURATOR,
    team: Annotated[
        bool, typer.Option("--team", help="Let everybody in `users` sign in.")
    ] = False,
    host_name: Annotated[
        list[str] | None,
        typer.Option(
            help="With --team: a name under which a proxy serves it over https."
        ),
    ] = None,
) -> None:
    """Open the review page in which curators decide on claims."""
    from curation.clock import now
    from curation.review.access import LOOPBACK, Access
    from curation.review.serve import serve
    from curation.review.team import TeamDoor

    if team and curator is not None:
        raise typer.BadParameter("with --team everybody signs in with their own name")
    if host_name and not team:
        raise typer.BadParameter("--host-name needs --team")
    if team and host not in LOOPBACK and not host_name:
        raise typer.BadParameter(
            "name the server with --host-name: it answers to no other name"
        )
    with database() as opened:
        if team:
            names = tuple(host_name or ())
            serve(
                opened,
                lambda bound: TeamDoor(opened, bound, names, now),
                host=host,
                port=port,
                tell=_tell_team,
            )
            return
        name = name_of(curator)
        serve(
            opened,
            lambda bound: Access(bound, name, role),
            host=host,
            port=port,
            tell=_tell,
        )


def _tell(address: str) -> None:
    """Print the address first, at once: a program may be waiting for it."""
    console.emit(address)
    sys.stdout.flush()
    console.say("Open it in your browser; it works once. Stop with Ctrl C.")


def _tell_team(address: str) -> None:
    console.emit(address)
    sys.stdout.flush()
    console.say("Curators sign in there. Stop with Ctrl C.")
