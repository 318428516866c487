"""Every way in which NCBI was seen to fail, and how an answer is spoiled that way."""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler
from socket import SO_LINGER, SOL_SOCKET
from threading import Event

from tests.eutils import answers


class Fault(StrEnum):
    """What goes wrong with one answer."""

    TOO_MANY = "429"
    TOO_MANY_WAIT = "429 with Retry-After"
    TOO_MANY_200 = "429's body under status 200"
    SERVER_ERROR = "500 with an HTML page"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    BAD_REQUEST = "400"
    RESET = "connection reset"
    SHORT = "cut off, with a length"
    CUT = "cut off, without a length"
    DRIP = "a byte now and then"
    DRIP_HEADERS = "headers, a byte now and then"
    STALL = "silence after the headers"
    JSON = "200 with a JSON error"
    MAINTENANCE = "200 with an HTML page"
    EMPTY = "200 with nothing"
    ERROR = "200 with an ERROR element"
    CORRUPT = "200 with damaged characters"
    INCOMPLETE = "200 with one thing left out"
    WRONG_ROOT = "200 with another answer"
    UNROUTED = "200 with a line of text"


SLOW = frozenset({Fault.DRIP, Fault.DRIP_HEADERS, Fault.STALL})
"""Faults that only a deadline ends."""

STATUS = {
    Fault.TOO_MANY: 429,
    Fault.TOO_MANY_WAIT: 429,
    Fault.SERVER_ERROR: 500,
    Fault.BAD_GATEWAY: 502,
    Fault.UNAVAILABLE: 503,
    Fault.GATEWAY_TIMEOUT: 504,
    Fault.BAD_REQUEST: 400,
}

ROOTS = {
    "esearch": "eSearchResult",
    "efetch": "eFetchResult",
    "elink": "eLinkResult",
    "esummary": "eSummaryResult",
    "epost": "ePostResult",
    "ecitmatch": "eCitMatchResult",
}

_PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><title>NCBI/eutils202 - WWW Error 500 '
    "Diagnostic</title></head><body><h1>Server Error</h1></body></html>"
)
DRIP_SECONDS = 0.01


def rate_body(key: str | None, count: int = 4, limit: int = 3) -> bytes:
    """Return the body of a 429: it echoes the key, or the address of who has none."""
    shown = {
        "error": "API rate limit exceeded",
        "api-key": key or "203.0.113.29",
        "count": str(count),
        "limit": str(limit),
    }
    return json.dumps(shown).encode()


def spoiled(fault: Fault, call: str, body: bytes, key: str | None) -> bytes:
    """Return the body that comes in place of a good one."""
    if fault in (Fault.TOO_MANY, Fault.TOO_MANY_WAIT, Fault.TOO_MANY_200):
        return rate_body(key)
    if fault in (Fault.SERVER_ERROR, Fault.MAINTENANCE):
        return _PAGE.encode()
    if fault in STATUS:
        return f"<html><body>Error {STATUS[fault]}, key {key}</body></html>".encode()
    if fault is Fault.JSON:
        return json.dumps({"error": "backend gone", "api-key": key}).encode()
    if fault is Fault.EMPTY:
        return b""
    if fault is Fault.ERROR:
        message = f"Search Backend failed: Database is not supported: pubmed {key}"
        return answers.error(ROOTS[call], message).encode()
    if fault is Fault.WRONG_ROOT:
        return answers.error("eInfoResult", "").replace("<ERROR></ERROR>", "").encode()
    if fault is Fault.UNROUTED:
        return b"Unable to route request! service name: /http/service/ratecontrol\n"
    if fault is Fault.CORRUPT:
        middle = len(body) * 2 // 3
        return body[:middle] + b"\xff\x0b" + body[middle + 1 :]
    return body


def send(
    handler: BaseHTTPRequestHandler, fault: Fault | None, body: bytes, stop: Event
) -> None:
    """Send a body in the way of a fault; properly where there is none."""
    if fault is Fault.RESET:
        handler.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        handler.close_connection = True
        return
    if fault is Fault.DRIP_HEADERS:
        handler.close_connection = True
        _drip(handler, b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 100_000, stop)
        return
    handler.send_response(STATUS.get(fault, 200) if fault else 200)
    if fault is Fault.TOO_MANY_WAIT:
        handler.send_header("Retry-After", "7")
    if fault is Fault.CUT:
        handler.close_connection = True
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        return
    slow = fault in SLOW
    handler.send_header("Content-Length", str(len(body) + (1 << 20 if slow else 0)))
    handler.end_headers()
    if fault is Fault.SHORT:
        handler.close_connection = True
        handler.wfile.write(body[: len(body) // 2])
    elif fault is Fault.DRIP:
        handler.close_connection = True
        _drip(handler, body + b" " * (1 << 20), stop)
    elif fault is Fault.STALL:
        handler.close_connection = True
        stop.wait(30)
    else:
        handler.wfile.write(body)


def _drip(handler: BaseHTTPRequestHandler, data: bytes, stop: Event) -> None:
    """Send a byte at a time until the client has had enough, or the test is over."""
    for place in range(len(data)):
        if stop.wait(DRIP_SECONDS):
            return
        handler.wfile.write(data[place : place + 1])


@dataclass(frozen=True)
class Reply:
    """An answer that a test has written out."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Rule:
    """Which requests a fault befalls: from the nth that matches on, `times` of them."""

    fault: Fault | Reply
    matches: Callable[[object], bool]
    nth: int = 1
    times: int | None = 1
    seen: int = field(default=0, init=False)

    def befalls(self, request: object) -> bool:
        """Return whether this request fails, and count it."""
        if not self.matches(request):
            return False
        self.seen += 1
        return self.seen >= self.nth and (
            self.times is None or self.seen < self.nth + self.times
        )
