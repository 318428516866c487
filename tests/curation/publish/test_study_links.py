"""Who says that papers report one study: told on the study's page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from curation.publish import study_pages
from curation.publish.catalogue import Catalogue
from curation.publish.fingerprint import digest_of
from curation.publish.page import Page
from evidence.library import Library, LinkSource, StudyLink
from tests.curation.publish.conftest import make_claim

AT = datetime(2026, 4, 1, 12, tzinfo=UTC)


def page_of(study: str, library: Library) -> Page:
    catalogue = Catalogue(library)
    return study_pages.page(study, catalogue.claims_by_study[study], catalogue)


def test_the_page_names_the_curator_who_linked_a_report(
    library: Callable[..., Library],
) -> None:
    known = library(make_claim(1))
    study = next(iter(Catalogue(known).claims_by_study))
    link = StudyLink(pmid=known.studies[study].pmids[0], curator="E <i>K", at=AT)
    by_hand = replace(known.studies[study], source=LinkSource.CURATOR, links=(link,))
    linked = replace(known, studies={**known.studies, study: by_hand})
    assert "linked by" not in page_of(study, known).text
    told = page_of(study, linked).text
    assert f"PMID {link.pmid} linked by E " in told
    assert "2026-04-01" in told
    assert "<i>K" not in told
    assert digest_of(known) != digest_of(linked)
