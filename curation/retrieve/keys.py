"""PMIDs as NCBI is asked for them: each once, so many at a time, named in errors."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from curation.errors import SearchError
from evidence.records import MAX_PMID

T = TypeVar("T")


def unique(pmids: Sequence[int]) -> list[int]:
    """Return the PMIDs, each once, in their order.

    Raises
    ------
    SearchError
        Where one is no PMID: NCBI drops such numbers without a word.
    """
    for pmid in pmids:
        if not 0 < pmid <= MAX_PMID:
            raise SearchError(f"{pmid} is no PMID; nothing was asked for")
    return list(dict.fromkeys(pmids))


def parts(keys: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the keys, `size` at a time."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def joined(pmids: Sequence[int]) -> str:
    """Return PMIDs as a form's field holds them."""
    return ",".join(map(str, pmids))


def named(pmids: Sequence[int]) -> str:
    """Return what an error message calls these records."""
    if len(pmids) == 1:
        return f"PMID {pmids[0]}"
    return f"{len(pmids):,} records, PMIDs {joined(pmids[:20])}" + (
        ", ..." if len(pmids) > 20 else ""
    )
