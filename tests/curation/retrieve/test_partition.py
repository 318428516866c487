"""Sets larger than one search hands out: every record once, or an error."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from curation.errors import SearchError
from curation.retrieve.answers import CAP, Found
from curation.retrieve.partition import everything
from evidence.records import MAX_PMID
from tests.eutils import Entry, Fault, Server
from tests.eutils.client import connect

TERM = '"lantern"[tiab]'


class PubMed:
    """Searches over PMIDs; after each of them, `then` may change what there is."""

    def __init__(
        self, pmids: set[int], then: Callable[[int], None] | None = None
    ) -> None:
        self.pmids = pmids
        self.asked: list[str] = []
        self.counts: list[int] = []
        self._then = then

    def __call__(self, term: str, *, retmax: int = CAP) -> Found:
        self.asked.append(term)
        hits = self.pmids
        if term != TERM:
            low, high = term.partition(") AND ")[2].removesuffix("[uid]").split(":")
            hits = {pmid for pmid in hits if int(low) <= pmid <= int(high)}
        self.counts.append(len(hits))
        shown = sorted(hits, reverse=True)[: min(retmax, CAP)]
        cut = ("Restrictions achieved. start and count adjusted to 0, 9999",)
        found = Found(len(hits), tuple(shown), warnings=cut if len(hits) > CAP else ())
        if self._then is not None:
            self._then(len(self.asked))
        return found


def test_a_set_that_fits_is_searched_for_once() -> None:
    pubmed = PubMed(set(range(1, CAP + 1)))
    assert everything(pubmed, TERM).count == CAP
    assert pubmed.asked == [TERM]


def test_one_record_too_many_is_not_lost() -> None:
    pubmed = PubMed(set(range(1, CAP + 2)))
    found = everything(pubmed, TERM)
    assert found.pmids == tuple(range(1, CAP + 2))
    assert found.warnings == ()


def test_25_317_hits_over_the_cap_are_all_fetched_once_each(tmp_path: Path) -> None:
    chance = random.Random(25317)
    # As PubMed is: most of what a modern query finds is recent.
    pmids = {int(41_000_000 * chance.random() ** 0.4) + 1 for _ in range(26_000)}
    pmids = set(sorted(pmids)[:25_317])
    with Server(Entry(pmid, "A lantern") for pmid in pmids) as server:
        found = everything(connect(server, tmp_path).esearch, TERM)
        requests = len(server.received)
    assert len(found.pmids) == found.count == 25_317
    assert set(found.pmids) == pmids
    assert requests <= 12


@pytest.mark.parametrize("seed", range(6))
def test_any_distribution_is_split_until_it_fits(seed: int) -> None:
    chance = random.Random(seed)
    spans = [(1, 60_000), (MAX_PMID - 40_000, MAX_PMID), (1, MAX_PMID), (500, 31_000)]
    low, high = spans[seed % 4]
    pmids = set(chance.sample(range(low, high + 1), 30_000))
    pubmed = PubMed(pmids)
    assert set(everything(pubmed, TERM).pmids) == pmids
    assert sum(n for n in pubmed.counts[1:] if n <= CAP) == 30_000, "parts overlap"


def test_records_that_arrive_meanwhile_are_no_error() -> None:
    """PubMed grows while it is searched: what counts is its count at the end."""
    pmids = set(range(1_000, 21_000))

    def grow(searches: int) -> None:
        if searches == 1:
            pmids.add(40_000_000)

    found = everything(PubMed(pmids, grow), TERM)
    assert set(found.pmids) == pmids and found.count == 20_001


def test_a_set_that_changes_during_the_first_pass_is_gathered_again() -> None:
    pmids = set(range(1_000, 21_000))

    def swap(searches: int) -> None:
        # Too late for the part that was searched, too early for the one that was not.
        if searches == 4:
            pmids.add(1)
            pmids.remove(20_999)

    pubmed = PubMed(pmids, swap)
    found = everything(pubmed, TERM)
    assert set(found.pmids) == pmids and found.count == 20_000
    assert pubmed.asked.count(TERM) == 2


def test_a_set_that_never_adds_up_is_an_error() -> None:
    pmids = set(range(1_000, 21_000))

    class Forgetful(PubMed):
        def __call__(self, term: str, *, retmax: int = CAP) -> Found:
            found = super().__call__(term, retmax=retmax)
            if term == TERM:
                return found
            return Found(found.count, found.pmids[1:])

    with pytest.raises(SearchError, match=r"incomplete.*lantern"):
        everything(Forgetful(pmids), TERM)


def test_a_range_that_pubmed_ignores_is_an_error() -> None:
    class Deaf(PubMed):
        def __call__(self, term: str, *, retmax: int = CAP) -> Found:
            return super().__call__(TERM, retmax=retmax)

    with pytest.raises(SearchError, match="ignored the range"):
        everything(Deaf(set(range(1, 20_001))), TERM)


def test_a_count_that_no_split_lowers_is_an_error_and_no_endless_loop() -> None:
    class Boastful(PubMed):
        def __call__(self, term: str, *, retmax: int = CAP) -> Found:
            found = super().__call__(term, retmax=retmax)
            return Found(50_000, found.pmids)

    with pytest.raises(SearchError, match="cannot be split further"):
        everything(Boastful(set(range(1, 20_001))), TERM)


@pytest.mark.parametrize("fault", [Fault.INCOMPLETE, Fault.EMPTY, Fault.JSON])
def test_a_part_that_cannot_be_had_fails_the_whole(
    fault: Fault, tmp_path: Path
) -> None:
    with Server(Entry(pmid, "A lantern") for pmid in range(1, 10_101)) as server:
        server.fail(fault, nth=3, times=None)
        with pytest.raises(SearchError, match="esearch failed after 6 tries"):
            everything(connect(server, tmp_path).esearch, TERM)
