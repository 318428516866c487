"""The review told as tables: its references, its assertions, and how it is tested."""

from datetime import date as Date
from enum import StrEnum

from pydantic import Field as Bounded

from evidence.types import Role
from evidence.vocabulary import Labelled, Row, Slug, Term


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
