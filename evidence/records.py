"""A paper as PubMed describes it, and the one normalisation its text undergoes.

Source: NLM, *MEDLINE/PubMed XML Element Descriptions and their Attributes*,
https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NORMALISER = "1"
"""Version of `normalise`. Stored beside every text: offsets are only valid for it."""

MAX_PMID = 999_999_999


class Field(StrEnum):
    """The text of a record that a quote may stand in."""

    TITLE = "title"
    ABSTRACT = "abstract"


class TextSource(StrEnum):
    """Who wrote the stored text: PubMed, or this project for the demonstration."""

    PUBMED = "pubmed"
    DIGEST = "digest"


class Retraction(StrEnum):
    """What PubMed links say of a record, worst first. Always as of a date."""

    RETRACTED = "retracted"
    CONCERN = "expression_of_concern"
    CORRECTED = "corrected"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Section:
    """One AbstractText element: its label stays apart from its text."""

    text: str
    label: str | None = None
    """As the journal prints it: "RESULTS", "Main outcome measures"."""
    category: str | None = None
    """NLM category: BACKGROUND, OBJECTIVE, METHODS, RESULTS, CONCLUSIONS."""


@dataclass(frozen=True, slots=True)
class Author:
    """A person, or a group in `collective`; never both."""

    family: str | None = None
    given: str | None = None
    initials: str | None = None
    suffix: str | None = None
    collective: str | None = None

    def cited(self) -> str:
        """Return the name as a Vancouver list prints it: "Zarate CA Jr"."""
        if self.collective is not None:
            return self.collective
        return " ".join(p for p in (self.family, self.initials, self.suffix) if p)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precise as PubMed gives it; a missing month is never invented."""

    year: int
    month: int | None = None
    day: int | None = None
    raw: str | None = None
    """The printed form where it is no plain date: "1998 Dec-1999 Jan"."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A CommentsCorrections link: how another paper bears on this one."""

    kind: str
    """PubMed's RefType: RetractionIn, ErratumIn, ExpressionOfConcernIn, UpdateOf."""
    pmid: int | None = None
    source: str | None = None


_RETRACTING = frozenset({"RetractionIn", "RetractedandRepublishedIn"})


@dataclass(frozen=True, slots=True)
class OtherAbstract:
    """An abstract in another language or for lay readers; kept, never mined."""

    text: str
    language: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One PubMed record. Times are UTC, absent values are None, never "" or 0."""

    pmid: int
    title: str | None = None
    vernacular_title: str | None = None
    sections: tuple[Section, ...] = ()
    other_abstracts: tuple[OtherAbstract, ...] = ()
    kind: str = "article"
    """`article` or `book`."""
    version: int = 1
    doi: str | None = None
    pmcid: str | None = None
    journal: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    languages: tuple[str, ...] = ()
    published: PartialDate | None = None
    electronic: PartialDate | None = None
    created: date | None = None
    """CRDT, when the record entered PubMed; the only date safe for increments."""
    revised: date | None = None
    status: str | None = None
    """MEDLINE, PubMed-not-MEDLINE, Publisher, In-Process."""
    publication_status: str | None = None
    """aheadofprint, epublish, ppublish."""
    publication_types: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()
    registry_ids: tuple[str, ...] = ()
    """Trial registration numbers from DataBankList, in PubMed's order."""
    corrections: tuple[Correction, ...] = ()
    text_source: TextSource = TextSource.PUBMED

    @property
    def abstract(self) -> str | None:
        """The sections' texts joined by one newline, labels left out."""
        return "\n".join(s.text for s in self.sections) or None

    @property
    def retraction(self) -> Retraction:
        """Whether PubMed calls this paper retracted, doubted or corrected.

        A *notice of* retraction ("Retraction of Publication", RetractionOf) is
        itself not retracted. Partial retractions are errata since 2016 (NLM).
        """
        kinds = {c.kind for c in self.corrections}
        if "Retracted Publication" in self.publication_types or kinds & _RETRACTING:
            return Retraction.RETRACTED
        if "ExpressionOfConcernIn" in kinds:
            return Retraction.CONCERN
        if kinds & {"ErratumIn", "CorrectedandRepublishedIn"}:
            return Retraction.CORRECTED
        return Retraction.NONE

    def text(self, field: Field) -> str | None:
        """Return the stored text of `field`, None where the record has none."""
        return self.title if field is Field.TITLE else self.abstract


def normalise(text: str) -> str:
    """Return `text` with runs of white space as one space, stripped, in NFC.

    Nothing else is touched: no dash, quote or letter is replaced, so that a quote
    is what the paper prints.

    Parameters
    ----------
    text
        The element's text with its markup unwrapped.
    """
    return unicodedata.normalize("NFC", " ".join(text.split()))


def text_sha256(text: str) -> str:
    """Return the sha256 of `text` in UTF-8, with the normaliser's version.

    Two texts with the same digest have the same offsets.
    """
    return hashlib.sha256(f"{NORMALISER}\n{text}".encode()).hexdigest()
