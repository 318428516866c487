"""The extractor of the shipped protocol, built once."""

import pytest

from curation.extract.claims import Extractor
from evidence.protocol import Protocol, load


@pytest.fixture(scope="session")
def shipped() -> Protocol:
    return load()


@pytest.fixture(scope="session")
def whole(shipped: Protocol) -> Extractor:
    """The extractor as it is shipped: rules, and the second opinion on them."""
    return Extractor(shipped)


@pytest.fixture(scope="session")
def extractor(shipped: Protocol) -> Extractor:
    """The rules alone: a marked sentence is one sentence, and the second opinion
    was learnt from whole abstracts.
    """
    alone = Extractor(shipped)
    alone.learnt.model = None
    return alone
