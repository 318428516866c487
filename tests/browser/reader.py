"""A reader's browser at a site that this machine serves."""

import contextlib
import functools
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence.library import Library


@dataclass(frozen=True)
class Shown:
    """A site as it is served, and the library that it was made from."""

    address: str
    site: Path
    library: Library


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files and say nothing."""

    def log_message(self, *_: object) -> None:
        return


@contextlib.contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder on a port of this machine; yield its address."""
    make = functools.partial(Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), make)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def opened(browser: Any, url: str, **how: Any) -> Iterator[tuple[Any, list[str]]]:
    """Open a page; yield it with all that went wrong or went elsewhere."""
    context = browser.new_context(**how)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
    page.on(
        "console",
        lambda said: (
            troubles.append(f"console: {said.text}") if said.type == "error" else None
        ),
    )
    origin = "/".join(url.split("/")[:3])
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith(origin) else troubles.append(asked.url)
        ),
    )
    page.goto(url, wait_until="load")
    yield page, troubles
    context.close()
