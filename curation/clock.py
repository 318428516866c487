"""The present, as a function: a test or an import may give another one."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present, aware and in UTC."""


def now() -> datetime:
    """Return the present, aware and in UTC."""
    return datetime.now(UTC)
