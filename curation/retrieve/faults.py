"""What can be wrong with an answer of E-utilities, and what is to be done about it.

NCBI reports failures in many dresses: a status, a JSON object or an HTML page under
status 200, an ERROR element in sound XML, an answer that is cut off or empty. Every one
of them looks like "nothing found" to a program that does not look; here each is a
`Fault`, and no answer is read before it was looked at.
"""

import email.utils
import re
from enum import Enum

from pydantic import SecretStr

from curation.retrieve.transport import Reply, Unanswered
from evidence.records import normalise

SHOWN = 200
"""Characters of an answer that an error message quotes."""


class Remedy(Enum):
    """What helps against a fault."""

    NETWORK = "nothing was ever reached: see to the network"
    LATER = "the service is at fault: ask again, later"
    AGAIN = "this answer is at fault: ask again, and if it stays so, ask for less"
    TWICE = "the request was refused, which passes at times: ask again, but not long"
    SMALLER = "what was asked for is too much: ask for less at once"
    NONE = "asking again gives the same"


class Fault(Exception):
    """An answer that is not believed. Inside the client only: it may quote bodies."""

    def __init__(
        self,
        what: str,
        remedy: Remedy,
        *,
        body: bytes = b"",
        wait: float | None = None,
        limited: bool = False,
        tries: int = 1,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.body = body
        self.wait = wait
        """Seconds that NCBI asks to wait."""
        self.limited = limited
        """Whether requests came too fast."""
        self.tries = tries
        """How often it was asked for."""

    @property
    def divisible(self) -> bool:
        """Whether one record of many may be the cause."""
        return self.remedy in (Remedy.AGAIN, Remedy.TWICE, Remedy.SMALLER)


def of_silence(error: Unanswered) -> Fault:
    """Return the fault that the lack of an answer is."""
    if error.oversized:
        return Fault(error.what, Remedy.SMALLER)
    return Fault(error.what, Remedy.AGAIN if error.reached else Remedy.LATER)


def check(reply: Reply, wall: float) -> bytes:
    """Return the body of an answer that does not look like a failure.

    Parameters
    ----------
    reply
        What came back.
    wall
        The time now, in seconds since 1970, for a Retry-After that is a date.

    Raises
    ------
    Fault
        On a status other than 200, an empty body, JSON or HTML in disguise.
    """
    body, status = reply.body, reply.status
    text = body[:2000].decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    lower = text.lower()
    wait = _retry_after(reply.headers.get("Retry-After"), wall)
    if status == 429 or (text.startswith("{") and "rate limit" in lower):
        what = "requests came faster than NCBI allows"
        return _fail(what, Remedy.LATER, body, wait=wait, limited=True)
    if "api key" in lower and ("invalid" in lower or "not valid" in lower):
        what = "NCBI does not accept the key; correct or unset CURATION_NCBI_API_KEY"
        return _fail(what, Remedy.NONE, body)
    if status == 400:
        return _fail(f"status 400{_reason(text)}", Remedy.TWICE, body)
    if status == 500:
        # Some terms and some records bring it about every time.
        return _fail("status 500, a server error", Remedy.AGAIN, body, wait=wait)
    if status == 408 or status > 500:
        return _fail(f"status {status}", Remedy.LATER, body, wait=wait)
    if 300 <= status < 400:
        what = f"status {status}: the address has moved; check CURATION_EUTILS_URL"
        return _fail(what, Remedy.NONE, body)
    if status != 200:
        return _fail(f"status {status}", Remedy.NONE, body)
    if not text:
        return _fail("an empty answer", Remedy.AGAIN, body)
    if text.startswith(("{", "[")):
        return _fail("JSON in place of the answer", Remedy.AGAIN, body)
    if lower.startswith(("<!doctype html", "<html", "<head", "<body")):
        return _fail("an HTML page in place of the answer", Remedy.AGAIN, body)
    return body


def _fail(
    what: str,
    remedy: Remedy,
    body: bytes,
    *,
    wait: float | None = None,
    limited: bool = False,
) -> bytes:
    raise Fault(what, remedy, body=body, wait=wait, limited=limited)


def of_error(message: str | None, body: bytes) -> Fault:
    """Return the fault that an ERROR element reports."""
    shown = normalise(message or "") or "no reason given"
    final = any(sign in shown.lower() for sign in _FINAL)
    what = f"NCBI reports an error: {shown[:SHOWN]}"
    return Fault(what, Remedy.NONE if final else Remedy.AGAIN, body=body)


_FINAL = (
    "cannot be larger than",
    "out of acceptable range",
    "empty term",
    "empty id list",
    "id list is empty",
    "neither query_key nor id",
    "invalid db name",
)
"""Errors in which the request is wrong, so that asking again is no use."""


def _reason(text: str) -> str:
    found = re.search(r"<ERROR>(.{1,200}?)</ERROR>", text, re.DOTALL)
    return f": {normalise(found[1])}" if found else ""


def _retry_after(header: str | None, wall: float) -> float | None:
    """Return the seconds that a Retry-After asks for: a number, or a date."""
    if header is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", header.strip()):
        return float(header)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - wall)
    except (TypeError, ValueError):
        return None


_ADDRESS = re.compile(
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b",
    re.IGNORECASE,
)
_ECHOED_KEY = re.compile(r"(api[-_ ]?key[\"']?\s*[:=]\s*[\"']?)[^\"'&\s,}<]+", re.I)


def redacted(text: str, key: SecretStr | None) -> str:
    """Return text without the key, and without the address that we asked from.

    NCBI puts both into its error answers.
    """
    secret = key.get_secret_value() if key else ""
    if secret:
        text = text.replace(secret, "[key]")
    return _ADDRESS.sub("[address]", _ECHOED_KEY.sub(r"\1[key]", text))


def redacted_body(body: bytes, key: SecretStr | None) -> bytes:
    """Return an answer to be kept, without the key; records stay byte for byte."""
    secret = key.get_secret_value().encode() if key else b""
    if secret:
        body = body.replace(secret, b"[key]")
    if b"<PubmedArticle" in body or b"<PubmedBookArticle" in body:
        return body
    return redacted(body.decode("utf-8", errors="surrogateescape"), None).encode(
        "utf-8", errors="surrogateescape"
    )


def excerpt(body: bytes, key: SecretStr | None) -> str:
    """Return the first characters of an answer as one printable line."""
    text = redacted(body[: SHOWN * 20].decode("utf-8", errors="replace"), key)
    line = normalise(text)[:SHOWN]
    return "".join(c if c.isprintable() else "\ufffd" for c in line)
