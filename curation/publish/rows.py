"""Claims, cells and findings as flat rows: what every download is made from."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from curation.publish import addresses, labels
from curation.publish.catalogue import Catalogue
from curation.publish.statements import statement_dict
from evidence.cells import Cell
from evidence.claims import Claim
from evidence.findings import Finding
from evidence.types import Role
from evidence.wording import EMPTINESS_WORDS, sentence


def header(catalogue: Catalogue) -> dict[str, Any]:
    """Return what every file says of itself."""
    library = catalogue.library
    protocol = library.protocol
    notes = list(protocol.words.standing)
    if library.demonstration:
        notes.insert(0, "Demonstration: decided by the project, not by a clinician.")
    return {
        "title": protocol.site_title,
        "protocol": {
            "id": protocol.id,
            "version": protocol.version,
            "sha256": protocol.sha256,
        },
        "demonstration": library.demonstration,
        "last_search": _time(library.last_search),
        "last_decision": _time(library.last_decision),
        "extractor": library.extractor,
        "notes": notes,
    }


def claim_rows(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """Yield every claim as a flat row, in order of id."""
    in_cells = counted(catalogue)
    for _, claim in sorted(catalogue.library.claims.items()):
        yield claim_dict(claim, claim.id in in_cells, catalogue)


def counted(catalogue: Catalogue) -> frozenset[str]:
    """Return the ids of the claims that stand in a cell."""
    cells = catalogue.library.cells.values()
    return frozenset(claim_id for cell in cells for claim_id in cell.claims)


def claim_dict(claim: Claim, in_cell: bool, catalogue: Catalogue) -> dict[str, Any]:
    """Return one claim as a flat row. A withdrawn claim keeps only its tombstone."""
    draft = claim.draft.as_dict()
    record = catalogue.record(claim.draft.pmid)
    row: dict[str, Any] = {
        "id": claim.id,
        "address": addresses.claim_page(claim.id),
        "status": claim.status.value,
        "counted": in_cell,
        "study": claim.study,
        "year": claim.year,
        "doi": record.doi if record else None,
        "retraction": claim.retraction.value,
        "text_source": claim.text_source.value,
        "decided_at": _time(claim.decided_at),
        "curators": list(claim.curators),
    }
    dropped = ("trace", "confidence")
    row |= {key: value for key, value in draft.items() if key not in dropped}
    row["confidence"] = round(claim.draft.confidence, 4)
    row["fingerprint"] = claim.draft.fingerprint
    if claim.status.value == "withdrawn":
        kept = ("id", "address", "status", "counted", "study", "pmid")
        row = {key: value if key in kept else None for key, value in row.items()}
    return row


def cell_rows(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """Yield every cell that is asserted or touched by a claim, by its three keys."""
    roles = list(Role)
    keys = set(catalogue.library.cells)
    keys |= {
        (a.treatment, a.domain, a.role) for a in catalogue.protocol.assertions.values()
    }
    for treatment, domain, role in sorted(
        keys, key=lambda k: (*k[:2], roles.index(k[2]))
    ):
        yield cell_dict(catalogue.library.cell(treatment, domain, role), catalogue)


def cell_dict(cell: Cell, catalogue: Catalogue) -> dict[str, Any]:
    """Return one cell: its counts, its sentence, its findings, what is asserted."""
    words = catalogue.protocol.words
    emptiness = catalogue.emptiness(cell)
    tally, target = cell.tally(), cell.tally(target=True)
    rows = [
        a
        for a in catalogue.assertions.get((cell.treatment, cell.domain), ())
        if a.role is cell.role
    ]
    return {
        "treatment": cell.treatment,
        "domain": cell.domain,
        "role": cell.role.value,
        "address": addresses.cell(cell.treatment, cell.domain) + f"#{cell.role.value}",
        "emptiness": emptiness.value if emptiness else None,
        "sentence": EMPTINESS_WORDS[emptiness]
        if emptiness
        else sentence(tally, words, cell.role),
        "target_sentence": None if emptiness else sentence(target, words, cell.role),
        "favours": tally.favours,
        "against": tally.against,
        "no_clear_difference": tally.no_clear_difference,
        "mixed": tally.mixed,
        "raised": tally.raised,
        "lowered": tally.lowered,
        "studies": tally.studies,
        "target_studies": tally.target,
        "conflict": tally.conflict,
        "participants": cell.participants,
        "newest_year": cell.newest_year,
        "unreviewed": cell.unreviewed,
        "rejected": cell.rejected,
        "background": cell.background,
        "withdrawn": cell.withdrawn,
        "retracted": cell.retracted,
        "last_decision": _time(cell.last_decision),
        "findings": [finding_dict(f) for f in cell.findings],
        "reviews": [finding_dict(f) for f in cell.reviews],
        "listed": list(cell.listed),
        "assertions": [
            {
                "id": a.id,
                "stance": a.stance.value,
                "stance_words": labels.STANCE_WORDS[a.stance],
                "comparison": catalogue.comparisons[a.id].outcome.value,
                "sentence": catalogue.comparisons[a.id].sentence,
            }
            for a in rows
        ],
        "statement": statement_dict(
            catalogue.library.statements.get((cell.treatment, cell.domain, cell.role))
        ),
    }


def finding_dict(finding: Finding) -> dict[str, Any]:
    """Return what one study found."""
    return {
        "study": finding.study,
        "comparator_class": finding.comparator_class.value,
        "comparators": list(finding.comparators),
        "band": finding.band.value,
        "vote": finding.vote.value,
        "design": finding.design.value,
        "population": finding.population,
        "target": finding.target,
        "n": finding.n,
        "year": finding.year,
        "turned": finding.turned,
        "claims": list(finding.claims),
        "also": list(finding.also),
        "differing": list(finding.differing),
    }


def _time(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
