"""Kinds of columns: times that are always UTC, values that are always known."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Text, TypeDecorator
from sqlalchemy.engine import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time, as ISO 8601 text: sorts right, reads the same everywhere."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> str | None:
        """Refuse naive times: nobody knows later what they meant."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; times are UTC")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> datetime | None:
        """Return the aware time."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


def one_of(column: str, values: Any) -> CheckConstraint:
    """Return a constraint that a column holds one of an enum's values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")
