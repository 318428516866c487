"""Pages stay small with every treatment, every domain and 1,500 records."""

import random

import pytest

from curation.publish import pages
from curation.publish.catalogue import Catalogue
from evidence.claims import Claim
from evidence.protocol import Protocol
from evidence.types import Design, Direction, Role
from evidence.vocabulary import DomainKind
from tests.curation.publish.conftest import assemble, make_claim

FRAME = 30_000
"""Bytes of the theme round a page, measured on the smallest one."""

RECORDS = 1_500


CLAIMS = (1, 1, 2, 2, 2)
"""Of one record after another, as in 1,541 records of depression: 1.6 each."""


def spread(trd: Protocol, rows: float, columns: float) -> Catalogue:
    """Return the shipped protocol with claims on its cells; the seed is fixed.

    Parameters
    ----------
    trd
        The protocol.
    rows, columns
        How much more likely the first ones are than the last; 0 is not at all.
    """
    chance = random.Random(7)
    slugs = list(trd.treatments)
    row_weights = [1 / (1 + rank) ** rows for rank in range(len(slugs))]
    chance.shuffle(slugs)
    domains = list(trd.domains)
    column_weights = [1 / (1 + rank) ** columns for rank in range(len(domains))]
    rungs = list(trd.populations)
    claims: list[Claim] = []
    for pmid in range(1, RECORDS + 1):
        treatment = chance.choices(slugs, row_weights)[0]
        for start in range(CLAIMS[pmid % len(CLAIMS)]):
            domain = chance.choices(domains, column_weights)[0]
            overall = trd.domains[domain].kind is DomainKind.OVERALL
            claims.append(
                make_claim(
                    pmid,
                    f"In paper {pmid} finding {start} was told at the usual length "
                    "of a sentence with numbers and an interval in an abstract.",
                    treatment=treatment,
                    comparator=chance.choice([None, "placebo"]),
                    domain=domain,
                    role=Role.OVERALL if overall else Role.OUTCOME,
                    direction=chance.choice(list(Direction)),
                    design=chance.choice(list(Design)),
                    population=chance.choice(rungs),
                )
            )
    return Catalogue(assemble(trd, claims, searched=slugs))


@pytest.fixture(scope="module")
def dense(trd: Protocol) -> Catalogue:
    """Some rows and columns hold most claims, as in the records of depression."""
    return spread(trd, 1.3, 1)


@pytest.fixture(scope="module")
def wide(trd: Protocol) -> Catalogue:
    """Every row and every column is as likely as any other: the worst for the map."""
    return spread(trd, 0, 0)


def test_the_map_is_at_most_400_kilobytes(wide: Catalogue) -> None:
    home = pages.home(wide).text
    assert home.count("<th scope=row>") > 0.9 * len(wide.protocol.treatments)
    assert len(home.encode()) + FRAME <= 400_000


def test_no_page_is_larger_than_a_megabyte(dense: Catalogue, wide: Catalogue) -> None:
    for page in (pages.systems(wide), *pages.pages(dense)):
        assert len(page.text.encode()) + FRAME <= 1_000_000, page.path
