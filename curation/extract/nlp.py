"""The pipeline: which components, in which order, configured from which tables."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from curation.extract import (  # noqa: F401  (each registers its factory)
    abbreviations,
    arms,
    design,
    eligibility,
    findings,
    learnt_reading,
    mentions,
    population,
    sections,
    sentences,
)
from curation.extract.direction import MARKER, norm
from curation.extract.tokenizer import adapt
from curation.extract.trained import SHIPPED
from evidence.protocol import Protocol
from evidence.vocabulary import (
    Better,
    Comparator,
    ComparatorClass,
    DomainKind,
    Outcome,
    OutcomeKind,
    Treatment,
    TreatmentKind,
)

EXTRACTOR = "1"
"""Raise it when the same text and tables give other claims."""

COMPONENTS: tuple[str, ...] = (
    "abstract_sentences",
    "section_roles",
    "eligibility",
    "abbreviations",
    "mentions",
    "study_design",
    "study_population",
    "study_arms",
    "findings",
    "learnt_reading",
)

MAX_CHARACTERS = 100_000
"""Longer texts are read to here: ten times the longest abstract in PubMed."""


def build(protocol: Protocol, models: Path = SHIPPED) -> Language:
    """Return the pipeline for a protocol; nothing is downloaded.

    Parameters
    ----------
    protocol
        Whose tables configure the components.
    models
        The folder of what `curation train` made.
    """
    nlp = spacy.blank("en")
    adapt(nlp)
    nlp.max_length = 10 * MAX_CHARACTERS
    for name in COMPONENTS:
        nlp.add_pipe(name, config=_config(name, protocol, models))
    return nlp


def _config(name: str, protocol: Protocol, models: Path) -> dict[str, Any]:
    """Return a component's settings as plain values, made from the tables."""
    if name == "section_roles":
        return {} if models == SHIPPED else {"models": str(models)}
    if name == "mentions":
        return {"tables": mention_tables(protocol), "excluded": _other(protocol)}
    if name == "eligibility":
        return {
            "exclusions": {
                row.id: {
                    "kind": row.kind,
                    "scope": row.scope,
                    "terms": list(row.terms),
                    "unless": list(row.unless),
                }
                for row in protocol.exclusions.values()
            },
            "condition": protocol.words.condition,
        }
    if name == "study_population":
        return {
            "markers": {m.id: list(m.terms) for m in protocol.markers.values()},
            "ladder": [
                {
                    "id": rung.id,
                    "all": list(rung.all),
                    "none": list(rung.none),
                    "failures": rung.failures or 0,
                    "adequacy": rung.adequacy,
                }
                for rung in protocol.populations.values()
            ],
        }
    if name == "study_arms":
        return {
            "members": {
                slug: sorted(protocol.members(slug))
                for slug, row in protocol.treatments.items()
                if row.kind is TreatmentKind.CLASS
            },
            "inert": _inert(protocol),
            "blinds": [
                t.id
                for t in protocol.treatments.values()
                if "active placebo" in (t.note or "")
            ],
            "usual": _first(protocol, ComparatorClass.USUAL_CARE),
            "dose": _first(protocol, ComparatorClass.OTHER_DOSE),
            "procedures": [
                t.id
                for t in protocol.treatments.values()
                if t.kind is TreatmentKind.PROCEDURE
            ],
            "fixed": {
                t.id: list(t.components)
                for t in protocol.treatments.values()
                if t.components
            },
        }
    if name == "findings":
        return {"tables": _finding_tables(protocol)}
    if name == "learnt_reading":
        own = {} if models == SHIPPED else {"models": str(models)}
        return {"tables": _finding_tables(protocol), **own}
    return {}


def _inert(protocol: Protocol) -> list[str]:
    wanted = (ComparatorClass.INERT, ComparatorClass.USUAL_CARE)
    return [c.id for c in protocol.comparators.values() if c.class_ in wanted]


def _first(protocol: Protocol, wanted: ComparatorClass) -> str | None:
    rows = protocol.comparators.values()
    return next((c.id for c in rows if c.class_ is wanted), None)


def _other(protocol: Protocol) -> list[str]:
    """Return the phrases in which a word of ours means something else."""
    return [
        term
        for row in protocol.exclusions.values()
        if row.scope == "mention"
        for term in row.terms
    ]


def mention_tables(protocol: Protocol) -> dict[str, dict[str, Any]]:
    """Return the terms that the component of mentions looks for, by group and slug."""
    return {
        "treatments": {t.id: _named(t) for t in protocol.treatments.values()},
        "comparators": {c.id: _named(c) for c in protocol.comparators.values()},
        "outcomes": {
            o.id: {
                "terms": [
                    *o.synonyms,
                    *(() if o.requires else o.abbreviations),
                    *((o.label,) if o.kind in _INSTRUMENTS else ()),
                ],
                "ambiguous": [
                    [term, list(o.requires)]
                    for term in (o.abbreviations if o.requires else ())
                ],
            }
            for o in protocol.outcomes.values()
        },
    }


_EXPOSURE = re.compile(r"\b(?:drug|plasma|pharmacokinetic)")
_INSTRUMENTS = (OutcomeKind.SCALE, OutcomeKind.SUBSCALE, OutcomeKind.TEST)


def _named(row: Treatment | Comparator) -> dict[str, Any]:
    terms: list[str] = list(row.synonyms)
    if isinstance(row, Treatment):
        terms += [row.label, row.id.replace("-", " "), *row.brands, *row.codes]
    elif row.class_ in (ComparatorClass.INERT, ComparatorClass.USUAL_CARE):
        terms += [row.label]
    ambiguous = {a.term for a in row.ambiguous}
    return {
        "terms": _distinct(t for t in terms if t not in ambiguous),
        "ambiguous": [[a.term, list(a.requires)] for a in row.ambiguous],
    }


def _distinct(terms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(terms))


def _good_side(row: Outcome) -> str:
    """Return the good side; of a marker without one, where its names see health."""
    if row.better is not Better.NEITHER:
        return row.better.value
    names = ", ".join([row.label, *row.synonyms, *row.abbreviations])
    return f"{MARKER}{norm(names.lower()) or Better.HIGHER.value}"


def _finding_tables(protocol: Protocol) -> dict[str, Any]:
    outcomes = protocol.outcomes.values()
    return {
        "domain_of": {o.id: o.domain for o in outcomes},
        "better": {o.id: _good_side(o) for o in outcomes},
        "kind_of": {o.id: o.kind.value for o in outcomes},
        "overall": protocol.domains_of(DomainKind.OVERALL)[0],
        "safety": protocol.domains_of(DomainKind.SAFETY)[0],
        "otherwise": list(protocol.populations)[-1],
        "specific": [
            o.id
            for o in outcomes
            if protocol.words.condition.lower().removesuffix("ion") in o.label.lower()
        ],
        "exposure": [
            o.id
            for o in outcomes
            if o.kind is OutcomeKind.MARKER and _EXPOSURE.search(o.label.lower())
        ],
        "condition": protocol.words.condition,
        "inert": list(protocol.comparators),
        "controls": _inert(protocol),
        "not_treatments": [
            t.id
            for t in protocol.treatments.values()
            if t.kind is TreatmentKind.PSYCHOTHERAPY and not t.in_review
        ],
        "members": {
            slug: sorted(protocol.members(slug))
            for slug, row in protocol.treatments.items()
            if row.kind is TreatmentKind.CLASS
        },
        "fixed": {
            t.id: list(t.components)
            for t in protocol.treatments.values()
            if t.components
        },
        "patients": {
            d.id: list(d.patients) for d in protocol.domains.values() if d.patients
        },
    }
