"""Listening on this machine, and saying under which address."""

import ipaddress
import socket
from collections.abc import Callable
from contextlib import closing, suppress

import uvicorn

from curation.review.access import ENTRANCE, LOOPBACK, Access
from curation.review.app import create_app
from curation.review.errors import ListenError
from evidence.database import Database
from evidence.decisions import CuratorRole

FAREWELL_SECONDS = 3


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on this machine only.

    Raises
    ------
    ListenError
        Where the host can be reached from elsewhere, or the port is taken.
    """
    if host not in LOOPBACK:
        raise ListenError(
            f"--host {host} can be reached from other machines, and this page knows "
            f"no users yet; use one of {', '.join(LOOPBACK)}"
        )
    address = "127.0.0.1" if host == "localhost" else host
    family = (
        socket.AF_INET6
        if ipaddress.ip_address(address).version == 6
        else socket.AF_INET
    )
    try:
        return socket.create_server((address, port), family=family)
    except OSError as error:
        raise ListenError(
            f"port {port} of {host} cannot be used: {error.strerror}; "
            "choose another with --port, or 0 for a free one"
        ) from None


def serve(
    database: Database,
    *,
    curator: str,
    role: CuratorRole,
    host: str,
    port: int,
    tell: Callable[[str], None],
) -> None:
    """Serve the review page until it is interrupted.

    Parameters
    ----------
    database
        The database; one curator decides at a time.
    curator, role
        Whose name the decisions carry, and in which role they are taken.
    host, port
        Where to listen; port 0 takes a free one.
    tell
        Told the address with its token, once it can be opened.
    """
    with closing(listen(host, port)) as listening:
        bound = listening.getsockname()[1]
        access = Access(bound, curator, role)
        app = create_app(database, access=access)
        name = f"[{host}]" if ":" in host else host
        tell(f"http://{name}:{bound}{ENTRANCE}?token={access.token}")
        config = uvicorn.Config(
            app,
            # An access log would write the token down.
            access_log=False,
            log_level="warning",
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=FAREWELL_SECONDS,
        )
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
