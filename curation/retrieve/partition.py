"""Every hit of a query, also where PubMed hands out only the first 9,999 of them.

PMIDs partition what a query finds: no record has two, none has none. So the query is
asked again for ranges of PMIDs, each halved until it fits. Dates would not do: more
records may enter PubMed on one day than one search hands out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from curation.errors import SearchError
from curation.retrieve.answers import CAP, Found
from evidence.records import MAX_PMID

PASSES = 2
"""How often the set is gathered: PubMed may change while it is."""


class Search(Protocol):
    """One search: `Eutils.esearch`."""

    def __call__(self, term: str, *, retmax: int = CAP) -> Found:
        """Return what a query finds."""
        ...


@dataclass(frozen=True, slots=True)
class _Range:
    """PMIDs from `low` to `high`, both included."""

    low: int
    high: int

    def of(self, term: str) -> str:
        return f"({term}) AND {self.low}:{self.high}[uid]"

    def halves(self, newest: int) -> tuple["_Range", "_Range"]:
        """Return the two halves; where the end is open, of what exists by now."""
        middle = (self.low + min(self.high, newest)) // 2
        return _Range(self.low, middle), _Range(middle + 1, self.high)


def everything(search: Search, term: str) -> Found:
    """Return all hits of a query, in the order of their PMIDs where it was split.

    Parameters
    ----------
    search
        Asks PubMed once: `Eutils.esearch`.
    term
        The query.

    Raises
    ------
    SearchError
        Where the parts do not add up to PubMed's own count, twice.
    """
    found = search(term, retmax=CAP)
    if found.count <= CAP:
        return found
    for _ in range(PASSES):
        pmids = set(_gathered(search, term, found))
        # PubMed may have grown meanwhile; then the count of now is the right one.
        if len(pmids) != found.count:
            found = search(term, retmax=CAP)
        if len(pmids) == found.count:
            return replace(found, pmids=tuple(sorted(pmids)), warnings=_own(found))
    raise SearchError(
        f"the parts of a search hold {len(pmids):,} records, and PubMed counts "
        f"{found.count:,}; the set is incomplete and was not used, run this again "
        f"later; asked for: {term[:300]}"
    )


def _gathered(search: Search, term: str, whole: Found) -> Iterator[int]:
    newest = max(whole.pmids)
    waiting = [*reversed(_Range(1, MAX_PMID).halves(newest))]
    while waiting:
        part = waiting.pop()
        found = search(part.of(term), retmax=CAP)
        if any(not part.low <= pmid <= part.high for pmid in found.pmids):
            raise SearchError(
                f"PubMed ignored the range {part.low}:{part.high}[uid], so that a "
                "large search cannot be split; nothing was used, tell the developers"
            )
        if found.count <= CAP:
            yield from found.pmids
        elif part.low >= min(part.high, newest):
            raise SearchError(
                f"PubMed counts {found.count:,} records with PMIDs {part.low} to "
                f"{part.high}; that cannot be split further, run this again later"
            )
        else:
            newest = max(newest, *found.pmids)
            waiting += reversed(part.halves(newest))


def _own(found: Found) -> tuple[str, ...]:
    """Return the warnings but for the one about the cut, which was dealt with."""
    return tuple(w for w in found.warnings if not w.startswith("Restrictions achieved"))
