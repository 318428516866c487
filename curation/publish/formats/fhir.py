"""Cells as FHIR R5 `Evidence`, experimental: no profile of anybody is claimed.

Source: HL7, *FHIR Release 5*, https://hl7.org/fhir/R5/evidence.html. Counts of
directions have no code there, so they stand in the description; the numbers of
studies and participants are the resource's own fields.
"""

from typing import Any

from curation.publish import addresses, labels
from curation.publish.catalogue import Catalogue
from curation.publish.formats import json_text
from curation.publish.markup import plain
from evidence.cells import Cell
from evidence.statements import CellStatement, StatementState
from evidence.wording import sentence

_RATINGS = "http://terminology.hl7.org/CodeSystem/certainty-rating"
_ROLES = "http://terminology.hl7.org/CodeSystem/variable-role"
_NOTE = (
    "Experimental. Machine-proposed from PubMed abstracts and accepted by curators. "
    "Directions as the authors report them, counted by study; the counts assess no "
    "certainty and no risk of bias. Not medical advice."
)


def evidence(catalogue: Catalogue) -> bytes:
    """Return a collection with one Evidence for each cell that holds a finding."""
    found = [
        {"fullUrl": f"urn:uuid:{addresses.uuid('fhir', *key)}", "resource": resource}
        for key, cell in sorted(catalogue.library.cells.items())
        if cell.findings
        for resource in [of_cell(cell, catalogue)]
    ]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    if (at := catalogue.library.last_decision) is not None:
        bundle["timestamp"] = at.isoformat()
    # FHIR knows no empty array.
    entries = {"entry": json_text.array(map(json_text.line, found))} if found else {}
    return json_text.encoded(json_text.document(bundle, **entries))


def of_cell(cell: Cell, catalogue: Catalogue) -> dict[str, Any]:
    """Return one cell as an Evidence resource."""
    library, protocol = catalogue.library, catalogue.protocol
    treatment, domain = protocol.label(cell.treatment), protocol.label(cell.domain)
    key = (cell.treatment, cell.domain, cell.role)
    tally = cell.tally()
    studies = {f.study for f in cell.findings}
    size: dict[str, Any] = {"numberOfStudies": len(studies)}
    if cell.participants:
        size["numberOfParticipants"] = cell.participants
    populations = dict.fromkeys(f.population for f in cell.findings)
    comparators = dict.fromkeys(c for f in cell.findings for c in f.comparators)
    notes = [_NOTE]
    if library.demonstration:
        notes.insert(0, "Demonstration: decided by the project, not by a clinician.")
    words = sentence(tally, protocol.words, cell.role) if tally.studies else None
    title = f"{treatment}, {labels.ROLE_TITLES[cell.role].lower()}: {domain}"
    resource: dict[str, Any] = {
        "resourceType": "Evidence",
        "id": addresses.uuid("fhir", cell.treatment, cell.domain, cell.role),
        "identifier": [
            {
                "system": "urn:ietf:rfc:3986",
                "value": "urn:uuid:"
                + addresses.uuid("cell", cell.treatment, cell.domain, cell.role),
            }
        ],
        "status": "active",
        "experimental": True,
        "title": plain(title),
        "description": words or "Findings without a comparison; nothing is counted.",
        "note": [{"text": note} for note in notes],
        "variableDefinition": [
            *(
                _variable("population", protocol.populations[p].label)
                for p in populations
                if p in protocol.populations
            ),
            _variable("exposure", treatment),
            *(_variable("referenceExposure", protocol.label(c)) for c in comparators),
            _variable("measuredVariable", domain),
        ],
        "statistic": [{"description": words or "not counted", "sampleSize": size}],
        "certainty": [_certainty(library.statements.get(key))],
    }
    if cell.last_decision is not None:
        resource["date"] = cell.last_decision.isoformat()
    return resource


def _certainty(one: CellStatement | None) -> dict[str, Any]:
    """Return a person's judgement, by name; it is never the counts' own."""
    if one is None or one.wording.certainty is None:
        return {"description": "Not assessed."}
    rating, wording = one.wording.certainty.value.replace("_", "-"), one.wording
    approved = " and ".join(plain(answer.curator) for answer in one.approvals)
    told = f"A person's judgement, approved by {approved}; not computed."
    if one.state is StatementState.STALE:
        told += " Stale: the claims have changed since."
    return {
        "description": told,
        "note": [{"text": plain(wording.text)}],
        "rating": {
            "coding": [{"system": _RATINGS, "code": rating}],
            "text": rating.replace("-", " "),
        },
        "rater": plain(one.author),
        "subcomponent": [
            {
                "type": {"text": reason.value.replace("_", " ")},
                "rating": {"text": judged.concern.value.replace("_", " ")},
                **({"note": [{"text": plain(judged.why)}]} if judged.why else {}),
            }
            for reason, judged in wording.judgements.items()
        ],
    }


def _variable(role: str, text: str) -> dict[str, Any]:
    return {
        "description": plain(text),
        "variableRole": {"coding": [{"system": _ROLES, "code": role}], "text": role},
    }
