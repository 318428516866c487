"""What each field of the downloads means; the JSON Schemas are made from it."""

from dataclasses import dataclass
from typing import Any

from evidence.cells import Emptiness
from evidence.decisions import Status
from evidence.findings import Vote
from evidence.grade import Certainty, Concern, Downgrade
from evidence.records import Field, Retraction, TextSource
from evidence.types import (
    Change,
    Design,
    Direction,
    Nuance,
    Role,
    Species,
    Statement,
    TimeBand,
    Use,
)
from evidence.vocabulary import ComparatorClass

_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_WHOLE: dict[str, Any] = {"type": ["integer", "null"]}
_TRUE: dict[str, Any] = {"type": ["boolean", "null"]}
_LIST: dict[str, Any] = {"type": ["array", "null"], "items": {"type": "string"}}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}


@dataclass(frozen=True, slots=True)
class DataField:
    """One field: its name, its meaning, and its JSON Schema."""

    name: str
    meaning: str
    type: dict[str, Any]


def _one_of(kind: Any) -> dict[str, Any]:
    return {"enum": [*(member.value for member in kind), None]}


CLAIM_FIELDS = (
    DataField("id", "Permanent identifier of the claim", {"type": "string"}),
    DataField("address", "Its permanent place on this site", {"type": "string"}),
    DataField("status", "Where it stands", _one_of(Status)),
    DataField("counted", "Whether it stands in a cell", {"type": "boolean"}),
    DataField("study", "The study it belongs to: the unit of counting", _TEXT),
    DataField("year", "Year of the report", _WHOLE),
    DataField("doi", "DOI of the report", _TEXT),
    DataField("retraction", "What PubMed links say of it", _one_of(Retraction)),
    DataField("text_source", "Whose text was quoted", _one_of(TextSource)),
    DataField("decided_at", "When the last decision was taken, UTC", _TEXT),
    DataField("curators", "Who decided", _LIST),
    DataField("pmid", "PubMed identifier of the report", _WHOLE),
    DataField("field", "Where the quote stands", _one_of(Field)),
    DataField("section", "Label of the abstract's section", _TEXT),
    DataField("start", "Start of the quote, 0-based, in code points", _WHOLE),
    DataField("end", "End of the quote, exclusive", _WHOLE),
    DataField("quote", "The words quoted", _TEXT),
    DataField("text_sha256", "Digest of the text that is quoted", _TEXT),
    DataField("treatment", "Treatment", _TEXT),
    DataField("treatment_use", "How it was given", _one_of(Use)),
    DataField("combined_with", "Treatments given together with it", _LIST),
    DataField("dose", "Dose as printed", _TEXT),
    DataField("route", "Route as printed", _TEXT),
    DataField("comparator", "What it was held against; empty: within-group", _TEXT),
    DataField("domain", "Domain", _TEXT),
    DataField("role", "How the finding bears on the domain", _one_of(Role)),
    DataField("outcome", "Outcome as the text names it", _TEXT),
    DataField("measure", "Outcome measure where one was recognised", _TEXT),
    DataField("timepoint", "Time point as printed", _TEXT),
    DataField("time_band", "Band of time; bands are never added", _one_of(TimeBand)),
    DataField("direction", "For the patient, as authors report", _one_of(Direction)),
    DataField("nuance", "In which sense no clear difference", _one_of(Nuance)),
    DataField("change", "For a marker without a good side", _one_of(Change)),
    DataField("point_direction", "Side of a printed estimate", _one_of(Direction)),
    DataField("effect", "Effect as printed", _TEXT),
    DataField("interval", "Interval as printed", _TEXT),
    DataField("p", "p value as printed; never counted", _TEXT),
    DataField("n", "Participants", _WHOLE),
    DataField("design", "Design behind the claim", _one_of(Design)),
    DataField("population", "Rung of the population ladder", _TEXT),
    DataField("species", "In whom", _one_of(Species)),
    DataField("statement", "Whose finding it states", _one_of(Statement)),
    DataField("hedged", "The authors hedge it", _TRUE),
    DataField("negated", "It is negated", _TRUE),
    DataField("flags", "What a curator should look at", _LIST),
    DataField("rule", "Rule that proposed it", _TEXT),
    DataField("cue", "Words that gave the direction", _TEXT),
    DataField("extractor", "Who proposed it", _TEXT),
    DataField(
        "confidence", "The extractor's own, 0 to 1", {"type": ["number", "null"]}
    ),
    DataField("fingerprint", "Matches a re-extraction to this claim", _TEXT),
)

_FINDING: dict[str, Any] = {
    "type": "object",
    "required": ["study", "vote", "design", "target", "claims"],
    "properties": {
        "study": {"type": "string"},
        "vote": _one_of(Vote),
        "comparator_class": _one_of(ComparatorClass),
        "comparators": _LIST,
        "band": _one_of(TimeBand),
        "design": _one_of(Design),
        "population": _TEXT,
        "target": {"type": "boolean"},
        "n": _WHOLE,
        "year": _WHOLE,
        "turned": {"type": "boolean"},
        "claims": _LIST,
        "also": _LIST,
        "differing": _LIST,
    },
}
_FINDINGS = {"type": "array", "items": _FINDING}

_JUDGED: dict[str, Any] = {
    "reason": _one_of(Downgrade),
    "concern": _one_of(Concern),
    "why": _TEXT,
}
_STATED: dict[str, Any] = {
    "id": {"type": "string"},
    "text": {"type": "string"},
    "certainty": _one_of(Certainty),
    "judgements": {
        "type": "array",
        "items": {"type": "object", "required": [*_JUDGED], "properties": _JUDGED},
    },
    "upgraded": _TEXT,
    "author": {"type": "string"},
    "written_at": {"type": "string"},
    "approved_by": _LIST,
    "approved_at": _TEXT,
    "sentence": {"type": "string"},
    "claims": _LIST,
    "claims_version": {"type": "string"},
    "stale": {"type": "boolean"},
    "came": _COUNT,
    "left": _COUNT,
    "changed": _COUNT,
}
_STATEMENT: dict[str, Any] = {
    "type": ["object", "null"],
    "required": [*_STATED],
    "properties": _STATED,
}

CELL_FIELDS = (
    DataField("treatment", "Treatment, or a class with its members", _TEXT),
    DataField("domain", "Domain", _TEXT),
    DataField("role", "Roles are counted apart and never summed", _one_of(Role)),
    DataField("address", "Its permanent place on this site", {"type": "string"}),
    DataField("emptiness", "Which kind of empty; null: not", _one_of(Emptiness)),
    DataField("sentence", "All populations, acute phase, in words", _TEXT),
    DataField("target_sentence", "The target population only", _TEXT),
    DataField("favours", "Studies that favour the treatment", _COUNT),
    DataField("against", "Studies against it", _COUNT),
    DataField("no_clear_difference", "Studies without a clear difference", _COUNT),
    DataField("mixed", "Studies that point to more than one side", _COUNT),
    DataField("raised", "Studies in which a marker was raised", _COUNT),
    DataField("lowered", "Studies in which a marker was lowered", _COUNT),
    DataField("studies", "Compared studies, each once", _COUNT),
    DataField("target_studies", "Of these, in the target population", _COUNT),
    DataField("conflict", "Whether studies disagree", {"type": "boolean"}),
    DataField("participants", "Of the studies that state n", _WHOLE),
    DataField("newest_year", "Year of the newest study", _WHOLE),
    DataField("unreviewed", "Claims that no curator decided", _COUNT),
    DataField("rejected", "Claims rejected on review", _COUNT),
    DataField("background", "Claims that are no study's own result", _COUNT),
    DataField("withdrawn", "Claims withdrawn", _COUNT),
    DataField("retracted", "Claims of retracted papers", _COUNT),
    DataField("last_decision", "Newest decision in it, UTC", _TEXT),
    DataField("findings", "One per study, class and time band", _FINDINGS),
    DataField("reviews", "Reviews and pooled analyses, apart", _FINDINGS),
    DataField("listed", "Accepted claims without a direction to count", _LIST),
    DataField("assertions", "What the review asserts here", {"type": "array"}),
    DataField(
        "statement",
        "A named person's judgement, approved by two others; not computed. Its "
        "certainty is theirs, after GRADE; stale: the cell's claims changed since",
        _STATEMENT,
    ),
)


def schema(name: str, fields: tuple[DataField, ...]) -> dict[str, Any]:
    """Return the JSON Schema of a file that lists `name`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["title", "protocol", "demonstration", name],
        "properties": {
            "title": {"type": "string"},
            "protocol": {"type": "object"},
            "demonstration": {"type": "boolean"},
            "last_search": _TEXT,
            "last_decision": _TEXT,
            "extractor": _TEXT,
            "notes": {"type": "array", "items": {"type": "string"}},
            name: {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": [field.name for field in fields],
                    "additionalProperties": False,
                    "properties": {
                        f.name: {**f.type, "description": f.meaning} for f in fields
                    },
                },
            },
        },
    }
