"""Other names by which the search finds what a page is about."""

from curation.publish.catalogue import Catalogue
from evidence.decisions import Status
from evidence.types import Role


def of_cell(
    treatment: str, domain: str, catalogue: Catalogue
) -> tuple[tuple[str, str], ...]:
    """Return by which other names the search finds a cell: whose, and the names.

    Brands, code names and synonyms of the treatment, and abbreviations of the outcome
    measures that claims of the cell name. What holds the label is found by it.
    """
    protocol = catalogue.protocol
    row, label = protocol.treatments[treatment], protocol.label(treatment).casefold()
    called = [*row.brands, *row.codes, *row.synonyms]
    called = [name for name in called if label not in name.casefold()]
    used = {
        claim.draft.measure
        for role in Role
        for claim in catalogue.claims_by_cell.get((treatment, domain, role), ())
        if claim.status is not Status.WITHDRAWN
    }
    measured = [
        name
        for slug in sorted(used & protocol.outcomes.keys(), key=str)
        for name in (
            protocol.outcomes[str(slug)].label,
            *protocol.outcomes[str(slug)].abbreviations,
        )
    ]
    found = (
        (protocol.label(treatment), dict.fromkeys(called)),
        (f"{protocol.label(domain)}, as measured", dict.fromkeys(measured)),
    )
    return tuple((whose, ", ".join(names)) for whose, names in found if names)
