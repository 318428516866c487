"""Nights ask little more than the least that NCBI's batch rules allow."""

from pathlib import Path

from benchmarks.refresh import ADDED, fewest, nights


def test_a_night_asks_no_more_than_two_requests_above_the_fewest(
    tmp_path: Path,
) -> None:
    first, second, unchanged = nights(tmp_path, papers=400, later=20)
    assert first.requests <= fewest(63 + 400, first=True) + ADDED
    assert second.requests <= fewest(20, first=False) + ADDED
    assert unchanged.requests <= fewest(0, first=False) + ADDED
    assert "efetch" not in unchanged.calls
