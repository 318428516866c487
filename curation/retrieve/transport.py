"""One POST to an E-utility: its answer as bytes, or the fault that prevented it.

The only module that opens a socket. Everything is sent in the form body, also what
would fit into an address: addresses end up in logs, proxies and exception texts, and
the key must not.

Two clocks guard a call: the socket's own limits one wait for a byte, and a `Watchdog`
cuts the connection when the whole call has had its time.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
import urllib3
from pydantic import SecretStr

from curation import __version__
from curation.errors import SearchError
from curation.retrieve.watchdog import Watchdog, WatchedAdapter

CONNECT_SECONDS = 15.0
FIRST_CONNECT_SECONDS = 4.0
"""Until a connection has stood once: a machine without a network learns of it soon."""
CHUNK = 1 << 16

Form = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, unread: nothing in it is believed yet."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unanswered(Exception):
    """No whole answer came; `what` says why, `reached` whether anything answered."""

    def __init__(self, what: str, *, reached: bool, oversized: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.reached = reached
        self.oversized = oversized


class Transport:
    """A connection to one base address.

    Parameters
    ----------
    base
        The folder of the E-utilities, "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/".
    deadline
        Seconds that a call may take from its start to its last byte.
    max_bytes
        Decoded bytes that an answer may have.
    monotonic
        The clock of the deadline.

    Raises
    ------
    SearchError
        Where the address is no https address; only this machine may be asked in clear.
    """

    def __init__(
        self,
        base: str,
        *,
        deadline: float,
        max_bytes: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.base = _checked(base)
        self._deadline = deadline
        self.reached = False
        """Whether a connection ever stood."""
        self._max_bytes = max_bytes
        self._monotonic = monotonic
        self._session = requests.Session()
        # A proxy is for the world outside; this machine is asked directly.
        self._session.trust_env = not _is_local(self.base)
        self._session.headers.update(
            {
                "User-Agent": f"trd-evidence/{__version__}",
                "Accept": "text/xml, application/xml, text/plain",
                "Accept-Encoding": "gzip",
            }
        )
        # Otherwise a .netrc file would be searched for a password to send along.
        self._session.auth = _no_login
        adapter = WatchedAdapter(max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def post(self, path: str, form: Form, key: SecretStr | None = None) -> Reply:
        """Send a form and return the answer, whatever its status.

        Raises
        ------
        Unanswered
            Where no whole answer came within the deadline and the size allowed.
        """
        ends = self._monotonic() + self._deadline
        secret = [("api_key", key.get_secret_value())] if key else []
        try:
            answer = self._session.post(
                self.base + path,
                data=[*form, *secret],
                stream=True,
                # A redirected POST becomes a GET, or carries the key elsewhere.
                allow_redirects=False,
                timeout=self._timeout(),
            )
        except requests.ReadTimeout:
            self.reached = True
            raise self._late() from None
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            self._check_time(ends)
            silence = _unanswered(error)
            self.reached |= silence.reached
            raise silence from None
        self.reached = True
        watchdog: Watchdog | None = getattr(answer.raw, "watchdog", None)
        try:
            body = self._read(answer.raw, ends)
        finally:
            if watchdog is not None:
                watchdog.end()
            answer.close()
        return Reply(answer.status_code, answer.headers, body)

    def _timeout(self) -> tuple[float, float]:
        """Return the seconds to connect in, and those to wait for a byte."""
        patience = CONNECT_SECONDS if self.reached else FIRST_CONNECT_SECONDS
        connecting = min(patience, self._deadline / 4)
        return connecting, self._deadline - connecting

    def _read(self, raw: urllib3.HTTPResponse, ends: float) -> bytes:
        """Return the body. `read1` hands on what there is; `read` would wait."""
        pieces: list[bytes] = []
        size = 0
        try:
            while piece := raw.read1(CHUNK, decode_content=True):
                self._check_time(ends, raw)
                pieces.append(piece)
                size += len(piece)
                if size > self._max_bytes:
                    raise Unanswered(
                        f"the answer has more than {self._max_bytes:,} bytes",
                        reached=True,
                        oversized=True,
                    )
        except urllib3.exceptions.ReadTimeoutError:
            raise self._late() from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            self._check_time(ends, raw)
            raise Unanswered(
                f"the connection ended within the answer, after {size:,} bytes "
                f"({type(error).__name__})",
                reached=True,
            ) from None
        # A connection that the watchdog cut may look like the end of the answer.
        self._check_time(ends, raw)
        return b"".join(pieces)

    def _check_time(self, ends: float, raw: object = None) -> None:
        watchdog: Watchdog | None = getattr(raw, "watchdog", None)
        if self._monotonic() >= ends or (watchdog is not None and watchdog.has_cut):
            raise self._late()

    def _late(self) -> Unanswered:
        what = f"no whole answer within {self._deadline:g} seconds"
        return Unanswered(what, reached=True)


def _no_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _checked(base: str) -> str:
    parts = urlsplit(base)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise SearchError(
            f"CURATION_EUTILS_URL is {base!r}, which is no web address; leave it unset "
            "to use NCBI's"
        )
    if parts.scheme == "http" and not _is_local(base):
        raise SearchError(
            f"CURATION_EUTILS_URL is {base!r}: the key would travel unencrypted; use "
            "an https address"
        )
    if parts.username or parts.query or parts.fragment:
        raise SearchError(
            "CURATION_EUTILS_URL holds more than host and path; name only the folder "
            "of the E-utilities"
        )
    return base.rstrip("/") + "/"


def _is_local(base: str) -> bool:
    return urlsplit(base).hostname in ("127.0.0.1", "::1", "localhost")


def _unanswered(error: Exception) -> Unanswered:
    """Name what happened without the exception's own text, which quotes addresses."""
    if isinstance(error, requests.exceptions.SSLError):
        what = "the server's certificate or encryption was refused"
    elif isinstance(error, requests.exceptions.ConnectTimeout):
        what = "the server could not be reached in time"
    elif isinstance(error, requests.exceptions.ConnectionError) and not _reset(error):
        what = "the server could not be reached"
    else:
        return Unanswered("the server closed the connection", reached=True)
    return Unanswered(what, reached=False)


def _reset(error: Exception) -> bool:
    """Return whether a connection stood before it broke."""
    cause = error.args[0] if error.args else None
    return isinstance(cause, urllib3.exceptions.ProtocolError)
