"""Books and their chapters are records like any other, and never dropped."""

from lxml import etree

from curation.retrieve import medline
from evidence.records import Author, PartialDate, Record, Section

BOOK = """
<Book>
  <Publisher><PublisherName>Lamp Press</PublisherName></Publisher>
  <BookTitle book="lamps">A handbook of <i>lamps</i></BookTitle>
  <PubDate><Year>2015</Year></PubDate>
  {authors}
  <Isbn>9780000000001</Isbn><Isbn>9780000000002</Isbn>
</Book>"""


def authors(kind: str, family: str) -> str:
    return (
        f'<AuthorList Type="{kind}"><Author><LastName>{family}</LastName>'
        "<Initials>A</Initials></Author></AuthorList>"
    )


def book(body: str = "", in_book: str = "", pmid: str = "<PMID>555</PMID>") -> Record:
    xml = (
        f"<PubmedBookArticle><BookDocument>{pmid}<ArticleIdList>"
        '<ArticleId IdType="bookaccession">NBK1</ArticleId></ArticleIdList>'
        f"{BOOK.format(authors=in_book)}{body}</BookDocument><PubmedBookData><History>"
        '<PubMedPubDate PubStatus="entrez"><Year>2016</Year><Month>2</Month>'
        "<Day>3</Day></PubMedPubDate></History>"
        "<PublicationStatus>ppublish</PublicationStatus></PubmedBookData>"
        "</PubmedBookArticle>"
    )
    return medline.read(etree.fromstring(xml))


def test_a_whole_book_takes_its_title_from_the_book() -> None:
    record = book(in_book=authors("editors", "Wick"))
    assert (record.kind, record.pmid) == ("book", 555)
    assert (record.title, record.journal) == ("A handbook of lamps", None)
    assert record.authors == (Author(family="Wick", initials="A"),)
    assert record.published == PartialDate(2015)
    assert record.created is not None


def test_a_chapter_keeps_its_own_title_and_authors_and_names_its_book() -> None:
    record = book(
        "<ArticleTitle>On wicks</ArticleTitle>"
        + authors("authors", "Flint")
        + '<Abstract><AbstractText Label="Summary">Wicks burn.</AbstractText>'
        "</Abstract>"
        "<Language>eng</Language><PublicationType>Review</PublicationType>",
        in_book=authors("editors", "Wick"),
    )
    assert (record.title, record.journal) == ("On wicks", "A handbook of lamps")
    assert record.authors == (Author(family="Flint", initials="A"),)
    assert record.sections == (Section("Wicks burn.", "Summary"),)
    assert record.publication_types == ("Review",)
    assert record.languages == ("eng",)


def test_a_book_without_any_author_is_kept() -> None:
    assert book().authors == ()


def test_authors_of_a_book_come_before_its_editors() -> None:
    record = book(in_book=authors("editors", "Wick") + authors("authors", "Flint"))
    assert [author.family for author in record.authors] == ["Flint"]
