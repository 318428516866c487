"""The extractor of the shipped protocol, built once."""

import pytest

from curation.extract.claims import Extractor
from evidence.protocol import Protocol, load


@pytest.fixture(scope="session")
def shipped() -> Protocol:
    return load()


@pytest.fixture(scope="session")
def extractor(shipped: Protocol) -> Extractor:
    return Extractor(shipped)
