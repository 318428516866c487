"""A call to an E-utility: paced, sent, read, and repeated where that may help."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import NoReturn, TypeVar

from pydantic import SecretStr

from curation.errors import SearchError
from curation.retrieve.faults import (
    Fault,
    Remedy,
    check,
    excerpt,
    of_silence,
    redacted,
    redacted_body,
)
from curation.retrieve.pacing import LONGEST_HOLD, Clock, Pace
from curation.retrieve.transport import Form, Transport, Unanswered

TRIES = 6
REFUSED_TRIES = 3
"""Tries where the request itself is called bad: it passes at times, rarely later."""

FIRST_TRIES = 3
"""Tries where nothing was ever reached: it takes seconds to learn of no network."""

_QUOTED = 300
"""Characters of a query that an error message quotes; queries may have thousands."""

_ADVICE = {
    Remedy.NETWORK: "check this machine's network and proxy, and CURATION_EUTILS_URL "
    "if it is set; nothing was changed, run this again then",
    Remedy.LATER: "NCBI may be down or busy; run this again later",
    Remedy.AGAIN: "run this again later; if it stays so, try the query at "
    "https://pubmed.ncbi.nlm.nih.gov and tell NCBI",
    Remedy.TWICE: "try what was asked at https://pubmed.ncbi.nlm.nih.gov",
    Remedy.SMALLER: "ask for less at once",
    Remedy.NONE: "asking again will not help",
}

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class Counters:
    """What was asked of NCBI, for the report of a run."""

    requests: int = 0
    retries: int = 0
    rate_limited: int = 0
    """Answers that said we asked too fast."""
    bytes: int = 0
    """Of answers that came to an end, decoded."""

    def as_dict(self) -> dict[str, int]:
        """Return the counts as plain values."""
        return asdict(self)


class Caller:
    """Sends forms with one identity, at one pace, and counts what it did.

    Parameters
    ----------
    transport
        The connection.
    pace
        When a request may start.
    identity
        The fields that every request carries: tool and e-mail address.
    key
        The API key, None without one.
    clock
        Time, sleep and chance.
    tries
        How often a call is sent, at most.
    """

    def __init__(
        self,
        transport: Transport,
        pace: Pace,
        identity: Form,
        key: SecretStr | None,
        clock: Clock,
        tries: int = TRIES,
    ) -> None:
        self.counters = Counters()
        self._transport = transport
        self._pace = pace
        self._identity = identity
        self._key = key
        self._clock = clock
        self._tries = tries

    def ask(
        self,
        path: str,
        form: Form,
        read: Callable[[bytes], T],
        tries: int | None = None,
    ) -> T:
        """Send a form until its answer can be read, or the last try is used up.

        Parameters
        ----------
        path
            The utility, "esearch.fcgi".
        form
            What is asked.
        read
            Makes a value of a whole answer, or raises a `Fault`.
        tries
            Tries for an answer that is at fault; all of them if None.

        Raises
        ------
        Fault
            The last one; it quotes neither key nor address.
        """
        attempt = 0
        while True:
            attempt += 1
            self._pace.wait()
            self.counters.requests += 1
            try:
                return read(self._body(path, form))
            except Fault as found:
                # Made anew: what is raised from here on has no past that quotes us.
                fault = Fault(
                    redacted(found.what, self._key),
                    found.remedy,
                    body=redacted_body(found.body, self._key),
                    wait=found.wait,
                    limited=found.limited,
                    tries=attempt,
                )
            self.counters.rate_limited += fault.limited
            if attempt >= self._allowed(fault, tries or self._tries):
                raise fault
            self._rest(path, fault)
            self.counters.retries += 1

    def fail(self, call: str, about: str, fault: Fault) -> NoReturn:
        """Raise what a caller of ours is told.

        Raises
        ------
        SearchError
            Names the call, what was asked, what came back and what to do.
        """
        about = redacted(about, self._key)
        if len(about) > _QUOTED:
            about = f"{about[:_QUOTED]}... ({len(about):,} characters)"
        tries = "1 try" if fault.tries == 1 else f"{fault.tries} tries"
        if fault.remedy is Remedy.NETWORK:
            # What was asked is beside the point.
            raise SearchError(
                f"{self._transport.base}: {fault.what} in {tries}; "
                f"{_ADVICE[fault.remedy]}"
            ) from None
        came = excerpt(fault.body, self._key)
        came_back = f"; came back: {came!r}" if came else ""
        advice = _ADVICE[fault.remedy]
        if _too_long(fault):
            advice = f"NCBI asks to wait {fault.wait:,.0f} seconds; run this again then"
        raise SearchError(
            f"{call} failed after {tries}: {fault.what}; asked for: {about}"
            f"{came_back}; {advice}"
        ) from None

    def _body(self, path: str, form: Form) -> bytes:
        try:
            reply = self._transport.post(path, [*form, *self._identity], self._key)
        except Unanswered as error:
            if not self._transport.reached:
                raise Fault(error.what, Remedy.NETWORK) from None
            raise of_silence(error) from None
        self.counters.bytes += len(reply.body)
        return check(reply, self._clock.wall())

    def _allowed(self, fault: Fault, tries: int) -> int:
        """Return how often a call is sent that fails like this."""
        if fault.remedy in (Remedy.NONE, Remedy.SMALLER) or _too_long(fault):
            return 1
        if fault.remedy is Remedy.NETWORK:
            return min(FIRST_TRIES, self._tries)
        if fault.remedy is Remedy.LATER:
            # Whoever asks for less patience means with the answer, not the service.
            return self._tries
        most = REFUSED_TRIES if fault.remedy is Remedy.TWICE else self._tries
        return min(tries, most)

    def _rest(self, path: str, fault: Fault) -> None:
        """Wait twice as long after each try, a little differently every time."""
        wait = 2.0 ** (fault.tries - 1) * (1 + self._clock.random() / 2)
        wait = max(wait, (fault.wait or 0.0) + self._clock.random())
        # Without a network there is one thing to tell, and the error tells it.
        level = logging.INFO if fault.remedy is Remedy.NETWORK else logging.WARNING
        _log.log(level, "%s: %s; again in %.1f s", path, fault.what, wait)
        if fault.limited or fault.wait is not None:
            # All processes of this machine share what NCBI has against us.
            self._pace.hold(wait)
        else:
            self._clock.sleep(wait)


def _too_long(fault: Fault) -> bool:
    """Return whether NCBI asks for a longer wait than a run should sit through."""
    return fault.wait is not None and fault.wait > LONGEST_HOLD
