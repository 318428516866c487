"""The tables of a protocol folder, row by row, as they are written in TOML.

Each class is one kind of table. Unknown keys are refused, so that a typo is an
error and not a silently missing synonym. What rows owe to each other (slugs that
resolve, terms owned once) is checked in `evidence.protocol`.
"""

from datetime import date as Date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Bounded

from evidence.types import Role

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
    kind: Literal["other_depression", "animal", "in_vitro", "anaesthesia"]
    terms: tuple[Term, ...] = Bounded(min_length=1)
    unless: tuple[Term, ...] = ()
    scope: Literal["record", "mention"]
    example: Term
    counterexample: str | None = None
    note: str | None = None


class ReferenceKind(StrEnum):
    """What was cited; only articles can be expected in PubMed."""

    ARTICLE = "article"
    BOOK = "book"
    WEB_PAGE = "web_page"


class ReferencePlace(Row):
    """Where a reference number is printed, with the marker as printed."""

    section: Term
    marker: Term
    ambiguous: bool = False


class Reference(Row):
    """A line of the review's list, in its printed parts. PMIDs are found, not here."""

    number: int = Bounded(ge=1)
    raw: Term
    kind: ReferenceKind
    authors: tuple[Term, ...] = ()
    et_al: bool = False
    collective: str | None = None
    title: str | None = None
    journal: str | None = None
    journal_short: str | None = None
    year: int | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    article_number: str | None = None
    doi_printed: str | None = None
    doi: str | None = None
    doi_note: str | None = None
    url: str | None = None
    note: str | None = None
    uses: tuple[ReferencePlace, ...] = ()

    @property
    def dois(self) -> tuple[str, ...]:
        """The DOIs to try, the mended one first."""
        return tuple(dict.fromkeys(d for d in (self.doi, self.doi_printed) if d))


class Stance(StrEnum):
    """What the review says of a treatment in a domain."""

    FAVOURS = "favours"
    CAUTIONS = "cautions"
    NO_CLEAR_BENEFIT = "no_clear_benefit"
    MECHANISM_ONLY = "mechanism_only"
    APPROVED = "approved"
    NOT_STATED = "not_stated"


class ReferenceUse(Row):
    """The references printed at an assertion. An ambiguous range is not expanded."""

    marker: Term
    numbers: tuple[int, ...] = Bounded(min_length=1)
    ambiguous: bool = False


class Assertion(Row):
    """One sentence of the review that ties a treatment to a domain."""

    id: Slug
    treatment: Slug
    domain: Slug
    role: Role
    stance: Stance
    matching: bool = False
    """It says that the treatment works better in these patients than in others."""
    summary: Term
    section: Term
    locator: str | int | None = None
    uses: tuple[ReferenceUse, ...] = ()
    note: str | None = None


class RegulatoryFact(Row):
    """What an authority did. Not evidence; shown in a strip of its own."""

    treatment: Slug
    jurisdiction: Term
    authority: str | None = None
    product: str | None = None
    act: Term
    indication: Term
    limitation: str | None = None
    date: Date | str
    """As precise as it is known: a day, or "2020-08"."""
    source: Term
    url: str | None = None
    checked_on: Date | None = None
    recheck_days: int = 180


class Search(Labelled):
    """How a part of the rows is searched for."""

    groups: tuple[Slug, ...] = Bounded(min_length=1)
    extra_mesh: tuple[Term, ...] = ()
    extra_words: tuple[Term, ...] = ()
    known_items: tuple[int, ...] = ()
    note: str | None = None


class SearchTerms(Row):
    """MeSH names and text words, joined by OR."""

    mesh: tuple[Term, ...] = ()
    words: tuple[Term, ...] = ()


class SearchFilters(Row):
    """What a search leaves out, as PubMed syntax, each joined by NOT."""

    exclude: tuple[Term, ...] = ()
    note: str | None = None


class SourceReview(Row):
    """The review whose assertions the site sets beside the studies."""

    title: Term
    authors: tuple[Term, ...]
    journal: Term
    year: int
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    url: str | None = None
    published: Date
    licence: Term
    thesis: Term
    methods: str | None = None


class Words(Row):
    """The disease's words on pages, so that none of them stands in code."""

    condition: Term
    target: Term
    reference_population: Term
    standing: tuple[Term, ...] = ()
