"""A PubmedArticle or PubmedBookArticle element as a `Record`; pure.

The elements are those of the PubMed DTD,
https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/; of any year's, since elements are
looked up by name and no DTD is ever loaded. Two readings need a word:

- `Record.created` is PubMedPubDate with PubStatus "entrez", which is what PubMed
  searches as Create Date [CRDT] (NLM, *PubStatus*, DTD documentation 250101: "entrez:
  PubMed Create Date [crdt]"; NLM Tech Bull 2008 Nov-Dec). PubStatus "pubmed" is the
  Entry Date [EDAT]; it is set back to the date of publication for papers that enter
  PubMed more than a year late, so that increments by it would miss them.
- An author whose ValidYN is "N" is a name that a correction has replaced; PubMed lists
  the corrected name too, and only that one is read.
"""

from curation.errors import RecordError
from curation.retrieve import fields, identifiers
from curation.retrieve.elements import (
    Element,
    UndefinedEntityError,
    attribute,
    children,
    day,
    partial,
    text,
    texts,
)
from evidence.records import Record

ARTICLE, BOOK = "PubmedArticle", "PubmedBookArticle"

MAX_TEXT = 1_000_000
"""Code points of a title or abstract; the longest real ones are near 30,000."""


def read(element: Element) -> Record:
    """Return the record that a PubmedArticle or PubmedBookArticle describes.

    Raises
    ------
    RecordError
        Where it cannot be believed: no PMID or a bad one, a text above `MAX_TEXT`, an
        entity that nobody defined. The message names the PMID where there is one.
    """
    try:
        record = _book(element) if element.tag == BOOK else _article(element)
    except UndefinedEntityError as error:
        raise RecordError(
            f"{_named(pmid(element))}: the text holds the entity {error}, which is not "
            "defined; fetch the record again"
        ) from None
    check(record)
    return record


def pmid(element: Element) -> int | None:
    """Return the PMID of a record's element, None where it has none or a bad one."""
    citation = next(element.iterchildren("MedlineCitation", "BookDocument"), element)
    found = next(citation.iterchildren("PMID"), None)
    return None if found is None else identifiers.pmid(found.text)


def check(record: Record) -> None:
    """Refuse a record whose text is no abstract by any measure.

    Raises
    ------
    RecordError
        Where the title or the abstract is longer than `MAX_TEXT`.
    """
    lengths = {
        "title": len(record.title or ""),
        "abstract": sum(len(section.text) for section in record.sections),
        "other abstract": sum(len(other.text) for other in record.other_abstracts),
    }
    for name, length in lengths.items():
        if length > MAX_TEXT:
            raise RecordError(
                f"PMID {record.pmid}: the {name} has {length:,} characters, more than "
                f"{MAX_TEXT:,}; it is not stored, look at the record in PubMed"
            )


def _named(number: int | None) -> str:
    return "a record without a PMID" if number is None else f"PMID {number}"


def _required_pmid(element: Element | None) -> int:
    raw = text(element)
    number = identifiers.pmid(raw)
    if number is None:
        shown = "no PMID" if raw is None else f"PMID {raw[:40]!r}, which is no PMID"
        raise RecordError(f"a record has {shown}; it cannot be stored, fetch it again")
    return number


def _article(element: Element) -> Record:
    parts = children(element)
    citation_element = parts.get("MedlineCitation")
    citation, pubmed = children(citation_element), children(parts.get("PubmedData"))
    number = _required_pmid(citation.get("PMID"))
    article_element = citation.get("Article")
    article = children(article_element)
    journal = children(article.get("Journal"))
    issue = children(journal.get("JournalIssue"))
    short = children(citation.get("MedlineJournalInfo")).get("MedlineTA")
    ids = fields.article_ids(pubmed.get("ArticleIdList"))
    return Record(
        pmid=number,
        title=text(article.get("ArticleTitle")),
        vernacular_title=text(article.get("VernacularTitle")),
        sections=fields.sections(article.get("Abstract")),
        other_abstracts=tuple(fields.other_abstracts(citation_element)),
        version=fields.version(citation["PMID"]),
        doi=fields.location_doi(article_element) or ids.get("doi"),
        pmcid=ids.get("pmc"),
        journal=text(short)
        or text(journal.get("ISOAbbreviation"))
        or text(journal.get("Title")),
        volume=text(issue.get("Volume")),
        issue=text(issue.get("Issue")),
        pages=fields.pages(article.get("Pagination")),
        languages=texts(article_element, "Language"),
        published=partial(issue.get("PubDate")),
        electronic=fields.electronic(article_element),
        created=fields.created(pubmed.get("History")),
        revised=day(citation.get("DateRevised")),
        status=attribute(citation_element, "Status"),
        publication_status=text(pubmed.get("PublicationStatus")),
        publication_types=texts(article.get("PublicationTypeList"), "PublicationType"),
        mesh=fields.mesh(citation.get("MeshHeadingList")),
        keywords=fields.keywords(citation_element),
        authors=fields.authors(article.get("AuthorList")),
        registry_ids=fields.registry_ids(article.get("DataBankList")),
        corrections=fields.corrections(citation.get("CommentsCorrectionsList")),
    )


def _book(element: Element) -> Record:
    """Read a book or a chapter; what a chapter stands in is its `journal`."""
    parts = children(element)
    document_element = parts.get("BookDocument")
    document, pubmed = (
        children(document_element),
        children(parts.get("PubmedBookData")),
    )
    number = _required_pmid(document.get("PMID"))
    book_element = document.get("Book")
    book = children(book_element)
    chapter, whole = text(document.get("ArticleTitle")), text(book.get("BookTitle"))
    ids = fields.article_ids(pubmed.get("ArticleIdList"))
    ids = fields.article_ids(document.get("ArticleIdList")) | ids
    return Record(
        pmid=number,
        kind="book",
        title=chapter or whole,
        vernacular_title=text(document.get("VernacularTitle")),
        sections=fields.sections(document.get("Abstract")),
        other_abstracts=tuple(fields.other_abstracts(document_element)),
        version=fields.version(document["PMID"]),
        doi=fields.location_doi(document_element)
        or ids.get("doi")
        or fields.location_doi(book_element),
        pmcid=ids.get("pmc"),
        journal=whole if chapter else None,
        volume=text(book.get("Volume")),
        pages=fields.pages(document.get("Pagination")),
        languages=texts(document_element, "Language"),
        published=partial(book.get("PubDate"))
        or partial(document.get("ContributionDate")),
        created=fields.created(pubmed.get("History")),
        revised=day(document.get("DateRevised")),
        publication_status=text(pubmed.get("PublicationStatus")),
        publication_types=texts(document_element, "PublicationType"),
        keywords=fields.keywords(document_element),
        authors=fields.book_authors(document_element, book_element),
    )
