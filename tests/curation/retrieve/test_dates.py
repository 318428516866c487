"""Dates as precise as printed: the smallest parts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.retrieve import dates


@pytest.mark.parametrize(
    ("printed", "month"),
    [("Jan", 1), ("12", 12), ("sept.", 9), ("May", 5), ("13", None), ("0", None)],
)
def test_month_is_a_name_or_a_number(printed: str, month: int | None) -> None:
    assert dates.month(printed) == month


@given(st.text())
def test_free_text_gives_a_year_or_nothing_and_never_a_month(text: str) -> None:
    found = dates.partial(None, free_text=text)
    assert found is None or (found.month is None and 1000 <= found.year <= 2099)


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2099, 12, 31)))
def test_a_whole_date_is_read_back(day: date) -> None:
    parts = (str(day.year), day.strftime("%b"), f"{day.day:02}")
    found = dates.partial(*parts)
    assert found is not None
    assert (found.year, found.month, found.day) == (day.year, day.month, day.day)
    assert dates.day(*parts) == day


def test_an_unreadable_month_is_kept_as_printed() -> None:
    found = dates.partial("2019", "Jan-Feb", "3")
    assert found is not None
    assert (found.month, found.day, found.raw) == (None, None, "2019 Jan-Feb")
