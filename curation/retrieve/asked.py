"""PMIDs as they are asked for, and as messages name them."""

from collections.abc import Sequence

from curation.errors import SearchError
from evidence.records import MAX_PMID


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


def joined(pmids: Sequence[int]) -> str:
    """Return them as one field of a form."""
    return ",".join(map(str, pmids))


def named(pmids: Sequence[int]) -> str:
    """Return how a message names them, however many they are."""
    if len(pmids) == 1:
        return f"PMID {pmids[0]}"
    return f"{len(pmids):,} records, PMIDs {joined(pmids[:20])}" + (
        ", ..." if len(pmids) > 20 else ""
    )
