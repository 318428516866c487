"""Who looks at a claim just now: kept in memory, for minutes, on nobody's record."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

STAYS = timedelta(minutes=3)
"""How long somebody counts as looking after they opened a claim."""


class Presence:
    """Where each curator is; who opens another claim has left the one before."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._at: dict[str, tuple[str, datetime]] = {}
        self._lock = Lock()

    def enter(self, curator: str, claim: str) -> tuple[str, ...]:
        """Note that a curator opened a claim; return who else looks at it."""
        now = self._clock()
        with self._lock:
            self._at = {
                who: (where, since)
                for who, (where, since) in self._at.items()
                if now - since < STAYS
            }
            self._at[curator] = (claim, now)
            return tuple(
                sorted(
                    who
                    for who, (where, _) in self._at.items()
                    if where == claim and who != curator
                )
            )
