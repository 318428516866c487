"""The server: HTTP on a port of this machine, what it was asked, and its faults."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.eutils.answers import Answers
from tests.eutils.faults import ROOTS, Fault, Reply, Rule, rate_body, send, spoiled
from tests.eutils.library import Entry
from tests.eutils.terms import Library


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    method: str
    path: str
    """With a query string, if there was one: nothing of ours may stand in it."""
    call: str
    """`esearch`, `efetch` and so on."""
    form: dict[str, list[str]]
    headers: dict[str, str]
    at: float
    """When it arrived, on the monotonic clock."""
    fault: Fault | Reply | None = field(default=None)

    @property
    def key(self) -> str | None:
        """The API key that came with it."""
        return self.form.get("api_key", [None])[0]

    @property
    def ids(self) -> list[int]:
        """The PMIDs that were asked for."""
        return [int(p) for p in ",".join(self.form.get("id", ())).split(",") if p]


class Server:
    """A local E-utilities server, running while it is entered.

    Parameters
    ----------
    entries
        The records that PubMed holds.
    limit
        Requests in any second, beyond which it answers 429; None for no limit.
    """

    def __init__(
        self, entries: Iterable[Entry] = (), *, limit: int | None = None
    ) -> None:
        self.received: list[Received] = []
        self.unknown_phrases: set[str] = set()
        self.limit = limit
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.hold(entries)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._http.block_on_close = False
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.url = f"http://127.0.0.1:{self._http.server_port}/entrez/eutils/"

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def hold(self, entries: Iterable[Entry]) -> None:
        """Let PubMed hold these records from now on, and no others."""
        self._answers = Answers(Library(entries, self.unknown_phrases))

    def fail(
        self,
        fault: Fault | Reply,
        *,
        call: str | None = None,
        nth: int = 1,
        times: int | None = 1,
        having: int | None = None,
        when: Callable[[Received], bool] | None = None,
    ) -> None:
        """Spoil answers, in the order in which this was called.

        Parameters
        ----------
        fault
            How; or the whole reply that comes instead.
        call, having, when
            Which requests: of one utility, for one PMID, or as a test says.
        nth, times
            The first of these that fails, and how many do; None for all.
        """

        def matches(request: Any) -> bool:
            return (
                (call is None or request.call == call)
                and (having is None or having in request.ids)
                and (when is None or when(request))
            )

        self._rules.append(Rule(fault, matches, nth, times))

    def recover(self) -> None:
        """End all faults."""
        self._rules.clear()

    def calls(self, call: str) -> list[Received]:
        """Return what one utility was asked."""
        return [request for request in self.received if request.call == call]

    def _take(self, request: Received) -> tuple[Fault | Reply | None, bytes]:
        """Record a request; return what befalls it, and its body."""
        with self._lock:
            fault = next((r.fault for r in self._rules if r.befalls(request)), None)
            recent = [
                r
                for r in self.received
                if r.key == request.key and request.at - r.at < 1.0
            ]
            self.received.append(replace(request, fault=fault))
            if self.limit is not None and len(recent) >= self.limit:
                body = rate_body(request.key, len(recent) + 1, self.limit)
                return Reply(429, body), body
            self._answers.withhold = fault is Fault.INCOMPLETE
            body = self._answers.of(request.call)(request.form).encode()
        if isinstance(fault, Fault):
            body = spoiled(fault, request.call, body, request.key)
        return fault, body

    def _handler(server: "Server") -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                at = time.monotonic()
                length = int(self.headers.get("Content-Length", "0"))
                self._answer("POST", self.rfile.read(length).decode(), at)

            def do_GET(self) -> None:
                self._answer("GET", urlsplit(self.path).query, time.monotonic())

            def _answer(self, method: str, form: str, at: float) -> None:
                call = urlsplit(self.path).path.rpartition("/")[2].partition(".")[0]
                if call not in ROOTS:
                    self.send_error(404)
                    return
                request = Received(
                    method=method,
                    path=self.path,
                    call=call,
                    form=parse_qs(form, keep_blank_values=True),
                    headers=dict(self.headers.items()),
                    at=at,
                )
                fault, body = server._take(request)
                try:
                    if isinstance(fault, Reply):
                        self.send_response(fault.status)
                        for name, value in fault.headers:
                            self.send_header(name, value)
                        self.send_header("Content-Length", str(len(fault.body)))
                        self.end_headers()
                        self.wfile.write(fault.body)
                    else:
                        send(self, fault, body, server._stop)
                except OSError:
                    # The client left: with some faults that is the point.
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                return

        return Handler
