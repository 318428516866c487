"""Records to be searched and sent: invented values, or PubMed XML as it is."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html import escape

from lxml import etree


def words(text: str) -> str:
    """Return a text as words between single spaces, with one at either end."""
    return " " + " ".join(re.findall(r"[^\W_]+", text.lower())) + " "


@dataclass(frozen=True)
class Entry:
    """A record, with the fields that queries know and the papers that it cites."""

    pmid: int
    title: str = "An invented paper"
    abstract: str = ""
    journal: str = "J Invent"
    year: int = 2025
    volume: str = "1"
    issue: str = ""
    pages: str = "1-9"
    authors: tuple[str, ...] = ("Lamplighter A",)
    doi: str = ""
    mesh: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()
    types: tuple[str, ...] = ("Journal Article",)
    created: date = date(2025, 6, 1)
    revised: date = date(2025, 6, 1)
    cites: tuple[int, ...] = ()
    xml: str = field(default="", repr=False)
    """The record as it is sent; written from the values where it is empty."""

    @classmethod
    def of_xml(cls, xml: str, cites: tuple[int, ...] = ()) -> "Entry":
        """Return a record for a PubmedArticle or PubmedBookArticle element."""
        root = etree.fromstring(xml)

        def text(path: str) -> str:
            found = root.find(path)
            return "" if found is None else " ".join("".join(found.itertext()).split())

        def all_texts(path: str) -> tuple[str, ...]:
            return tuple("".join(e.itertext()).strip() for e in root.iterfind(path))

        def day(path: str) -> date:
            found = root.find(path)
            if found is None:
                return date(2000, 1, 1)
            year, month, at = (
                int(found.findtext(n, "1")) for n in ("Year", "Month", "Day")
            )
            return date(year, month, at)

        year = text(".//PubDate/Year") or text(".//PubDate/MedlineDate")[:4]
        authors = tuple(
            f"{a.findtext('LastName', '')} {a.findtext('Initials', '')}".strip()
            or a.findtext("CollectiveName", "")
            for a in root.iterfind(".//AuthorList/Author")
        )
        doi = text(".//ELocationID[@EIdType='doi']") or text(
            ".//ArticleId[@IdType='doi']"
        )
        return cls(
            pmid=int(text(".//PMID")),
            title=text(".//ArticleTitle") or text(".//BookTitle"),
            abstract=" ".join(all_texts(".//Abstract/AbstractText")),
            journal=text(".//MedlineTA") or text(".//ISOAbbreviation"),
            year=int(year) if year.isdigit() else 2000,
            volume=text(".//JournalIssue/Volume"),
            issue=text(".//JournalIssue/Issue"),
            pages=text(".//MedlinePgn"),
            authors=authors,
            doi=doi,
            mesh=all_texts(".//DescriptorName"),
            substances=all_texts(".//NameOfSubstance"),
            types=all_texts(".//PublicationType"),
            created=day(".//PubMedPubDate[@PubStatus='entrez']"),
            revised=day(".//DateRevised"),
            cites=cites,
            xml=xml,
        )

    @cached_property
    def title_words(self) -> str:
        """The words of the title."""
        return words(self.title)

    @cached_property
    def text_words(self) -> str:
        """The words of title and abstract; a phrase does not span both."""
        return f"{self.title_words}\n{words(self.abstract)}"

    @property
    def first_page(self) -> str:
        """The page that a citation names."""
        return re.split(r"[-–]", self.pages)[0]

    def element(self) -> str:
        """Return the record as PubMed's XML."""
        if self.xml:
            return self.xml
        names = "".join(
            f"<Author><LastName>{escape(last)}</LastName><Initials>{escape(rest)}"
            "</Initials></Author>"
            for last, _, rest in (name.partition(" ") for name in self.authors)
        )
        headings = "".join(
            f"<MeshHeading><DescriptorName>{escape(h)}</DescriptorName></MeshHeading>"
            for h in self.mesh
        )
        substances = "".join(
            f"<Chemical><NameOfSubstance>{escape(s)}</NameOfSubstance></Chemical>"
            for s in self.substances
        )
        types = "".join(
            f"<PublicationType>{escape(t)}</PublicationType>" for t in self.types
        )
        abstract = (
            f"<Abstract><AbstractText>{escape(self.abstract)}</AbstractText></Abstract>"
            if self.abstract
            else ""
        )
        doi = (
            f'<ELocationID EIdType="doi">{escape(self.doi)}</ELocationID>'
            if self.doi
            else ""
        )
        cited = "".join(
            f'<Reference><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId>'
            "</ArticleIdList></Reference>"
            for pmid in self.cites
        )
        listed = f"<ReferenceList>{cited}</ReferenceList>" if cited else ""
        return (
            '<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">'
            f'<PMID Version="1">{self.pmid}</PMID>'
            f"<DateRevised>{_date(self.revised)}</DateRevised>"
            "<Article><Journal><JournalIssue>"
            f"<Volume>{escape(self.volume)}</Volume><Issue>{escape(self.issue)}</Issue>"
            f"<PubDate><Year>{self.year}</Year></PubDate></JournalIssue></Journal>"
            f"<ArticleTitle>{escape(self.title)}</ArticleTitle>"
            f"<Pagination><MedlinePgn>{escape(self.pages)}</MedlinePgn></Pagination>"
            f"{doi}{abstract}<AuthorList>{names}</AuthorList>"
            f"<PublicationTypeList>{types}</PublicationTypeList></Article>"
            "<MedlineJournalInfo>"
            f"<MedlineTA>{escape(self.journal)}</MedlineTA></MedlineJournalInfo>"
            f"<ChemicalList>{substances}</ChemicalList>"
            f"<MeshHeadingList>{headings}</MeshHeadingList></MedlineCitation>"
            '<PubmedData><History><PubMedPubDate PubStatus="entrez">'
            f"{_date(self.created)}</PubMedPubDate></History>{listed}"
            "</PubmedData></PubmedArticle>"
        )


def _date(day: date) -> str:
    return f"<Year>{day.year}</Year><Month>{day.month}</Month><Day>{day.day}</Day>"
