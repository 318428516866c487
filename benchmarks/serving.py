"""Servers in processes of their own, and a browser that keeps its connection open."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from curation.cli.app import protocol
from curation.review.access import Access
from curation.review.serve import listen, serve
from evidence.database import open_database, sqlite_url
from evidence.decisions import CuratorRole
from tests.curation.review.browser import FORM, Answer


def serve_empty(tell: Connection) -> None:
    """Serve a page that says nothing, by the same server with the same settings."""
    app = FastAPI()

    @app.get("/")
    def page() -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>empty</title>")

    listening = listen("127.0.0.1", 0)
    tell.send(f"http://127.0.0.1:{listening.getsockname()[1]}/")
    config = uvicorn.Config(
        app, access_log=False, log_level="warning", lifespan="off", ws="none"
    )
    uvicorn.Server(config).run(sockets=[listening])


def serve_review(tell: Connection, path: Path) -> None:
    """Serve the review page of a database."""
    database = open_database(sqlite_url(path), protocol())
    serve(
        database,
        lambda port: Access(port, "alice", CuratorRole.CURATOR),
        host="127.0.0.1",
        port=0,
        tell=tell.send,
    )


@contextmanager
def running(serving: Callable[..., None], *args: object) -> Iterator[str]:
    """Run a server; yield the address that it tells."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serving, args=(there, *args), daemon=True)
    server.start()
    try:
        yield here.recv()
    finally:
        server.kill()
        server.join()


class Visitor:
    """A browser with one open connection and the cookie that it was given."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._connection = HTTPConnection(parts.netloc)
        self._cookie = ""
        self._start = f"{parts.path}?{parts.query}"

    def enter(self) -> Answer:
        """Open the address that the server told."""
        return self.get(self._start)

    def get(self, path: str) -> Answer:
        """Ask for a page; redirects are not followed."""
        self._connection.request("GET", path, headers=self._headers({}))
        return self._answer(path)

    def submit(self, path: str, values: Mapping[str, str]) -> Answer:
        """Send a form; redirects are not followed."""
        own = {"origin": self.origin, "content-type": FORM}
        body = urlencode(values)
        self._connection.request("POST", path, body, self._headers(own))
        return self._answer(path)

    def _headers(self, own: dict[str, str]) -> dict[str, str]:
        return own | ({"cookie": self._cookie} if self._cookie else {})

    def _answer(self, path: str) -> Answer:
        response: HTTPResponse = self._connection.getresponse()
        body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        if "set-cookie" in headers:
            self._cookie = headers["set-cookie"].partition(";")[0]
        return Answer(response.status, headers, body, path)


def timed(request: Callable[[], object]) -> float:
    """Return how many milliseconds a request takes."""
    began = time.perf_counter()
    request()
    return 1000 * (time.perf_counter() - began)
