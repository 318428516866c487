"""Listening on this machine, and saying under which address."""

import ipaddress
import socket
from collections.abc import Callable
from contextlib import closing, suppress

import uvicorn

from curation.review.access import LOOPBACK, Access, Door
from curation.review.app import create_app
from curation.review.errors import ListenError
from evidence.database import Database
from evidence.queries.curators import has_curators

FAREWELL_SECONDS = 3


def listen(host: str, port: int, *, team: bool = False) -> socket.socket:
    """Return a socket that listens; without a team, on this machine only.

    Raises
    ------
    ListenError
        Where the host can be reached from elsewhere, or the port is taken.
    """
    if host not in LOOPBACK and not team:
        raise ListenError(
            f"--host {host} can be reached from other machines, and without --team "
            f"nobody signs in; add --team, or use one of {', '.join(LOOPBACK)}"
        )
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise ListenError(
            f"--host {host} is no address; give one, such as 0.0.0.0, and the name "
            "with --host-name"
        ) from None
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        made = socket.create_server((str(address), port), family=family)
    except OSError as error:
        raise ListenError(
            f"port {port} of {host} cannot be used: {error.strerror}; "
            "choose another with --port, or 0 for a free one"
        ) from None
    # Only where a socket says that it speaks TCP does asyncio send what it has at
    # once; else each page waits 40 ms for the browser to acknowledge its headers.
    return socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=made.detach()
    )


def serve(
    database: Database,
    door: Callable[[int], Door],
    *,
    host: str,
    port: int,
    tell: Callable[[str], None],
) -> None:
    """Serve the review page until it is interrupted.

    Parameters
    ----------
    database
        The database.
    door
        Makes who may come in, of the port that is listened on.
    host, port
        Where to listen; port 0 takes a free one.
    tell
        Told the address of the entrance, once it can be opened.
    """
    team = door(port).team
    with database.read() as session:
        if team and not has_curators(session):
            raise ListenError(
                "nobody could sign in; add somebody with `curation users add`"
            )
    with closing(listen(host, port, team=team)) as listening:
        bound = listening.getsockname()[1]
        access = door(bound)
        app = create_app(database, access=access)
        name = f"[{host}]" if ":" in host else host
        token = f"?token={access.token}" if isinstance(access, Access) else ""
        tell(f"http://{name}:{bound}{access.entrance}{token}")
        config = uvicorn.Config(
            app,
            # An access log would write the token down.
            access_log=False,
            log_level="warning",
            server_header=False,
            lifespan="off",
            ws="none",
            # A proxy on this machine is believed; FORWARDED_ALLOW_IPS names others.
            proxy_headers=team,
            timeout_graceful_shutdown=FAREWELL_SECONDS,
        )
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
