"""Quotes as W3C Web Annotations on PubMed's records.

Source: W3C Recommendation, *Web Annotation Data Model*, 23 February 2017,
https://www.w3.org/TR/annotation-model/ (sections 3.2.3, 4.2.4, 4.2.5, 5).
"""

from typing import Any

from curation.publish import addresses
from curation.publish.catalogue import Catalogue
from curation.publish.formats import json_text
from evidence.claims import Claim
from evidence.decisions import Status
from evidence.records import text_sha256

AROUND = 32
"""Characters before and after a quote, by which it is found again."""


def annotations(catalogue: Catalogue) -> bytes:
    """Return every claim that is not withdrawn as an annotation of its quote."""
    claims = [
        claim
        for _, claim in sorted(catalogue.library.claims.items())
        if claim.status is not Status.WITHDRAWN
    ]
    items = json_text.array(json_text.line(annotation(c, catalogue)) for c in claims)
    page = {"id": "annotations.jsonld#all", "type": "AnnotationPage", "startIndex": 0}
    head = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "annotations.jsonld",
        "type": "AnnotationCollection",
        "label": f"{catalogue.protocol.site_title}: claims and their quotes",
        "total": len(claims),
    }
    return json_text.encoded(
        json_text.document(head, first=json_text.document(page, items=items))
    )


def annotation(claim: Claim, catalogue: Catalogue) -> dict[str, Any]:
    """Return one claim as an annotation; its id is the claim's permanent address.

    Positions count Unicode code points of the record's title or abstract, as
    PubMed's XML gives it with white space collapsed; which of the two it is stands
    in the target's `scope`-free fragment selector.
    """
    draft, protocol = claim.draft, catalogue.protocol
    record = catalogue.record(draft.pmid)
    text = record.text(draft.field) if record else None
    quote: dict[str, Any] = {"type": "TextQuoteSelector", "exact": draft.quote}
    if text is not None and text_sha256(text) == draft.text_sha256:
        before = text[max(0, draft.start - AROUND) : draft.start]
        after = text[draft.end : draft.end + AROUND]
        quote |= {k: v for k, v in (("prefix", before), ("suffix", after)) if v}
    position = {
        "type": "TextPositionSelector",
        "start": draft.start,
        "end": draft.end,
    }
    tags = (
        protocol.label(draft.treatment),
        protocol.label(draft.domain),
        draft.role.value.replace("_", " "),
        draft.direction.value.replace("_", " "),
        claim.status.value.replace("_", " "),
    )
    found: dict[str, Any] = {
        "id": f"../{addresses.claim_page(claim.id)}",
        "type": "Annotation",
        "motivation": "classifying",
        "body": [
            {"type": "TextualBody", "purpose": "tagging", "value": tag} for tag in tags
        ],
        "target": {
            "source": f"https://pubmed.ncbi.nlm.nih.gov/{draft.pmid}/",
            "selector": [
                quote,
                {
                    "type": "FragmentSelector",
                    "value": draft.field.value,
                    "refinedBy": position,
                },
            ],
        },
        "generator": {"type": "Software", "name": draft.extractor},
    }
    if claim.curators:
        found["creator"] = [{"type": "Person", "name": n} for n in claim.curators]
    if claim.decided_at is not None:
        found["modified"] = claim.decided_at.isoformat().replace("+00:00", "Z")
    return found
