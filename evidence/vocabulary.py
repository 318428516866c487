"""The vocabulary of a protocol: what there is to treat, with what, measured how.

Each class is one kind of table. Unknown keys are refused, so that a typo is an
error and not a silently missing synonym. What rows owe to each other (slugs that
resolve, terms owned once) is checked in `evidence.consistency`.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Bounded

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Term = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Row(BaseModel):
    """A table of the protocol: immutable, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Labelled(Row):
    """A row with an id that is never reused and a label for readers."""

    id: Slug
    label: Term


class AmbiguousTerm(Row):
    """An abbreviation believed only where one of `requires` is in the record."""

    term: Term
    requires: tuple[Term, ...] = Bounded(min_length=1)


class TreatmentKind(StrEnum):
    """What kind of thing a row of the map is."""

    DRUG = "drug"
    CLASS = "class"
    PROCEDURE = "procedure"
    PSYCHOTHERAPY = "psychotherapy"
    STRATEGY = "strategy"
    COMBINATION = "combination"


class ComparatorClass(StrEnum):
    """What a treatment was held against; classes are never added together."""

    INERT = "inert"
    ACTIVE = "active"
    USUAL_CARE = "usual_care"
    OTHER_DOSE = "other_dose"
    WITHIN_GROUP = "within_group"


class Treatment(Labelled):
    """A row of the map, with every name that papers call it by."""

    group: Slug
    kind: TreatmentKind
    classes: tuple[Slug, ...] = ()
    synonyms: tuple[Term, ...] = ()
    brands: tuple[Term, ...] = ()
    codes: tuple[Term, ...] = ()
    ambiguous: tuple[AmbiguousTerm, ...] = ()
    atc: tuple[Term, ...] = ()
    mesh: tuple[Term, ...] = ()
    components: tuple[Slug, ...] = ()
    in_review: bool = False
    note: str | None = None


class Comparator(Labelled):
    """What can only be compared against: placebo, sham, usual care, baseline."""

    class_: ComparatorClass = Bounded(alias="class")
    synonyms: tuple[Term, ...] = ()
    ambiguous: tuple[AmbiguousTerm, ...] = ()
    note: str | None = None


class DomainKind(StrEnum):
    """Whether a column is one of the review's domains or stands apart."""

    DOMAIN = "domain"
    OVERALL = "overall"
    SAFETY = "safety"


class Domain(Labelled):
    """A column of the map."""

    short: Annotated[str, StringConstraints(max_length=22)]
    kind: DomainKind
    definition: Term
    systems: tuple[Slug, ...] = ()
    markers: tuple[Term, ...] = ()
    patients: tuple[Term, ...] = ()
    measures: tuple[Term, ...] = ()
    references: tuple[int, ...] = ()
    note: str | None = None


class OutcomeKind(StrEnum):
    """What kind of words or instrument an outcome is."""

    SCALE = "scale"
    SUBSCALE = "subscale"
    TEST = "test"
    SYMPTOM = "symptom"
    EVENT = "event"
    RATE = "rate"
    MARKER = "marker"


class Better(StrEnum):
    """Which side of an outcome is good for the patient."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


class Outcome(Labelled):
    """An outcome measure, or the words by which papers name an outcome.

    The label is for readers; only abbreviations and synonyms are looked for.
    """

    domain: Slug
    kind: OutcomeKind
    abbreviations: tuple[Term, ...] = ()
    synonyms: tuple[Term, ...] = ()
    better: Better
    requires: tuple[Term, ...] = ()
    note: str | None = None


class Marker(Labelled):
    """A named set of phrases found in text, for the population ladder."""

    terms: tuple[Term, ...] = Bounded(min_length=1)


class Population(Labelled):
    """A rung of the ladder; the first whose conditions hold is a record's rung."""

    short: Term
    target: bool = False
    definition: Term
    all: tuple[Slug, ...] = ()
    none: tuple[Slug, ...] = ()
    failures: int | None = None
    adequacy: bool = False


class Exclusion(Row):
    """Words that keep a record, or one mention in it, out of extraction."""

    id: Slug
    label: str | None = None
    kind: Literal["other_condition", "animal", "in_vitro", "anaesthesia"]
    terms: tuple[Term, ...] = Bounded(min_length=1)
    unless: tuple[Term, ...] = ()
    scope: Literal["record", "mention"]
    example: Term
    counterexample: str | None = None
    note: str | None = None
