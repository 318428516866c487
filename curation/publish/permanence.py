"""Addresses that never lead nowhere: of every claim, and of pages that are gone."""

from collections.abc import Iterator

from curation.publish import addresses
from curation.publish.catalogue import Catalogue
from curation.publish.page import Page, compose
from evidence.claims import STUDY_OF_RECORD


def claims(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the pages on which each claim, withdrawn ones too, has its own address.

    A claim stands on its study's page, and the study that it belongs to can be found
    out later. A page for each would be thousands of files; these are as many as there
    are letters.
    """
    pages: dict[str, list[tuple[str, str, str, str]]] = {}
    label = catalogue.protocol.label
    for identifier, claim in sorted(catalogue.library.claims.items()):
        draft = claim.draft
        pages.setdefault(addresses.claim_page(identifier).partition("#")[0], []).append(
            (
                identifier,
                addresses.claim(claim),
                catalogue.study_label(claim.study),
                f"{label(draft.treatment)} × {label(draft.domain)}",
            )
        )
    for address, rows in sorted(pages.items()):
        letter = rows[0][0][1]
        yield compose(
            address,
            f"Claims c{letter}…",
            "claims.html.jinja",
            catalogue,
            searched=False,
            letter=letter,
            rows=rows,
        )


def tombstones(catalogue: Catalogue, standing: frozenset[str]) -> Iterator[Page]:
    """Yield a page for each address of an earlier release that nothing stands at.

    Parameters
    ----------
    catalogue
        What is published now.
    standing
        The addresses of all its pages.
    """
    gone = sorted(catalogue.library.addresses - standing)
    if not gone:
        return
    moved = _moved(catalogue)
    for address in gone:
        study = moved.get(address)
        yield compose(
            address,
            "This page has moved" if study else "This page is gone",
            "gone.html.jinja",
            catalogue,
            searched=False,
            former=address,
            href=addresses.study(study) if study else None,
            label=catalogue.study_label(study) if study else None,
        )


def lasting(address: str) -> bool:
    """Return whether an address is of the kind that a release promises to keep."""
    return address.startswith(("treatments/", "domains/", "studies/"))


def _moved(catalogue: Catalogue) -> dict[str, str]:
    """Return the study by each address at which its claims may once have stood."""
    found: dict[str, str] = {}
    for study in catalogue.claims_by_study:
        for pmid in catalogue.reports(study):
            found.setdefault(addresses.study(f"{STUDY_OF_RECORD}{pmid}"), study)
            record = catalogue.record(pmid)
            for number in record.registry_ids if record else ():
                found.setdefault(addresses.study(number), study)
    return found
