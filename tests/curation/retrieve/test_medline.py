"""Every trap of PubMed's XML, one promise each."""

from collections.abc import Callable
from datetime import date

import pytest
from lxml import etree

from curation.errors import RecordError
from curation.retrieve import medline
from evidence.records import Author, Correction, PartialDate, Retraction, Section

Build = Callable[..., etree._Element]


def titled(text: str) -> str:
    return f"<ArticleTitle>{text}</ArticleTitle>"


def abstract(*pieces: str) -> str:
    return f"<Abstract>{''.join(pieces)}</Abstract>"


@pytest.mark.parametrize(
    ("printed", "stored"),
    [
        (
            "Effect of <i>Hypericum</i> in <b>early</b> phases",
            "Effect of Hypericum in early phases",
        ),
        ("At 10<sup>-3</sup> mol", "At 10^-3 mol"),
        ("Ca<sup><i>2+</i></sup> inflow", "Ca^2+ inflow"),
        ("H<sub>2</sub>O and <u>more</u>", "H2O and more"),
        ("An empty<sup/> superscript", "An empty superscript"),
        ("  Two\n   lines\t here ", "Two lines here"),
        ("No\u00a0break and thin\u2009space", "No break and thin space"),
        ("Cafe\u0301 mood", "Caf\u00e9 mood"),
        ("Minus \u22123 and \u03b2 stay", "Minus \u22123 and \u03b2 stay"),
        (
            "Soft\u00adhyphen, zero\u200bwidth stay",
            "Soft\u00adhyphen, zero\u200bwidth stay",
        ),
        ("Turned \u202eround stays", "Turned \u202eround stays"),
        ("p &lt; 0.05 &amp; &lt;script&gt;", "p < 0.05 & <script>"),
        ("[Lamps against gloom].", "[Lamps against gloom]."),
        ("[Not Available].", "[Not Available]."),
        ("Before <!-- a note --> after", "Before after"),
    ],
)
def test_title_is_its_text_with_markup_unwrapped(
    element: Build, printed: str, stored: str
) -> None:
    assert medline.read(element(article=titled(printed))).title == stored


def test_mathml_is_its_text_with_raised_terms_marked(element: Build) -> None:
    formula = (
        '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:msup>'
        "<mml:mn>10</mml:mn><mml:mrow><mml:mo>-</mml:mo><mml:mn>3</mml:mn></mml:mrow>"
        "</mml:msup><mml:msub><mml:mi>k</mml:mi><mml:mi>m</mml:mi></mml:msub></mml:math>"
    )
    record = medline.read(element(article=titled(f"Rate {formula} found")))
    assert record.title == "Rate 10^-3km found"


def test_empty_title_is_none_not_an_empty_text(element: Build) -> None:
    assert medline.read(element(article="<ArticleTitle/>")).title is None


def test_vernacular_title_stands_beside_the_translated_one(element: Build) -> None:
    record = medline.read(
        element(
            article=titled("[Lamps].") + "<VernacularTitle>Lampen.</VernacularTitle>"
        )
    )
    assert (record.title, record.vernacular_title) == ("[Lamps].", "Lampen.")


def test_structured_abstract_keeps_labels_apart_from_its_text(element: Build) -> None:
    record = medline.read(
        element(
            article=abstract(
                '<AbstractText Label="AIMS" NlmCategory="OBJECTIVE">To see.'
                "</AbstractText>",
                '<AbstractText Label="FINDINGS" NlmCategory="RESULTS">We <i>saw</i>.'
                "</AbstractText>",
                "<AbstractText>No label here.</AbstractText>",
            )
        )
    )
    assert record.sections == (
        Section("To see.", "AIMS", "OBJECTIVE"),
        Section("We saw.", "FINDINGS", "RESULTS"),
        Section("No label here."),
    )
    assert record.abstract == "To see.\nWe saw.\nNo label here."


@pytest.mark.parametrize(
    "empty",
    [
        "",
        abstract(),
        abstract("<AbstractText/>"),
        abstract('<AbstractText Label="RESULTS">  </AbstractText>'),
        abstract("<CopyrightInformation>\u00a9 2020 A Press.</CopyrightInformation>"),
        abstract("<AbstractText>\u00a9 2020 A Press. All rights kept.</AbstractText>"),
    ],
)
def test_record_without_a_real_abstract_has_none(element: Build, empty: str) -> None:
    record = medline.read(element(article=titled("A lamp.") + empty))
    assert record.sections == ()
    assert record.abstract is None


def test_empty_pieces_leave_no_blank_line(element: Build) -> None:
    record = medline.read(
        element(
            article=abstract(
                "<AbstractText>One.</AbstractText>",
                "<AbstractText/>",
                "<AbstractText>Two.</AbstractText>",
            )
        )
    )
    assert record.abstract == "One.\nTwo."


def test_other_abstracts_are_kept_apart(element: Build) -> None:
    record = medline.read(
        element(
            citation=(
                '<OtherAbstract Type="Publisher" Language="spa">'
                "<AbstractText>Uno.</AbstractText><AbstractText>Dos.</AbstractText>"
                '</OtherAbstract><OtherAbstract Type="plain-language-summary" '
                'Language="eng"><AbstractText>In short.</AbstractText></OtherAbstract>'
            )
        )
    )
    assert record.abstract is None
    assert [(o.text, o.language, o.kind) for o in record.other_abstracts] == [
        ("Uno.\nDos.", "spa", "Publisher"),
        ("In short.", "eng", "plain-language-summary"),
    ]


def test_every_kind_of_author_can_be_cited(element: Build) -> None:
    record = medline.read(
        element(
            article=(
                "<AuthorList><Author><LastName>Lamplighter</LastName><ForeName>Ada B"
                "</ForeName><Initials>AB</Initials><Suffix>Jr</Suffix></Author>"
                "<Author><LastName>Plato</LastName></Author>"
                "<Author><CollectiveName>Lamp Study Group</CollectiveName></Author>"
                '<Author ValidYN="N"><LastName>Misspelt</LastName></Author>'
                "<Author><AffiliationInfo/></Author></AuthorList>"
            ),
            citation=(
                "<InvestigatorList><Investigator><LastName>Helper</LastName>"
                "</Investigator></InvestigatorList>"
            ),
        )
    )
    assert record.authors == (
        Author(family="Lamplighter", given="Ada B", initials="AB", suffix="Jr"),
        Author(family="Plato"),
        Author(collective="Lamp Study Group"),
    )
    assert [author.cited() for author in record.authors] == [
        "Lamplighter AB Jr",
        "Plato",
        "Lamp Study Group",
    ]


@pytest.mark.parametrize(
    ("printed", "stored"),
    [
        ("<Year>2019</Year><Month>Mar</Month><Day>07</Day>", PartialDate(2019, 3, 7)),
        ("<Year>2019</Year><Month>03</Month>", PartialDate(2019, 3)),
        ("<Year>2019</Year>", PartialDate(2019)),
        (
            "<Year>1990</Year><Season>Spring</Season>",
            PartialDate(1990, raw="1990 Spring"),
        ),
        (
            "<MedlineDate>2019 Nov-Dec</MedlineDate>",
            PartialDate(2019, raw="2019 Nov-Dec"),
        ),
        (
            "<MedlineDate>1998 Dec-1999 Jan</MedlineDate>",
            PartialDate(1998, raw="1998 Dec-1999 Jan"),
        ),
        (
            "<MedlineDate>Winter 2001</MedlineDate>",
            PartialDate(2001, raw="Winter 2001"),
        ),
        ("<Year>2019</Year><Month>Feb</Month><Day>30</Day>", PartialDate(2019, 2)),
        ("<MedlineDate>undated</MedlineDate>", None),
        ("", None),
    ],
)
def test_no_month_or_day_is_invented(
    element: Build, printed: str, stored: PartialDate | None
) -> None:
    journal = (
        f"<Journal><JournalIssue><PubDate>{printed}</PubDate></JournalIssue></Journal>"
    )
    assert medline.read(element(article=journal)).published == stored


def test_print_electronic_created_and_revised_dates_are_told_apart(
    element: Build,
) -> None:
    record = medline.read(
        element(
            article=(
                "<Journal><JournalIssue><PubDate><Year>2020</Year></PubDate>"
                '</JournalIssue></Journal><ArticleDate DateType="Electronic">'
                "<Year>2019</Year><Month>12</Month><Day>31</Day></ArticleDate>"
            ),
            citation="<DateRevised><Year>2021</Year><Month>01</Month><Day>02</Day></DateRevised>",
            pubmed=(
                '<History><PubMedPubDate PubStatus="pubmed"><Year>2018</Year><Month>1'
                "</Month><Day>1</Day></PubMedPubDate>"
                '<PubMedPubDate PubStatus="entrez"><Year>2020</Year><Month>1</Month>'
                "<Day>4</Day><Hour>6</Hour><Minute>0</Minute></PubMedPubDate></History>"
                "<PublicationStatus>aheadofprint</PublicationStatus>"
            ),
            status="Publisher",
        )
    )
    assert record.published == PartialDate(2020)
    assert record.electronic == PartialDate(2019, 12, 31)
    assert record.created == date(2020, 1, 4)  # CRDT is "entrez", not "pubmed"
    assert record.revised == date(2021, 1, 2)
    assert (record.status, record.publication_status) == ("Publisher", "aheadofprint")


def test_version_of_the_pmid_is_read() -> None:
    xml = (
        '<PubmedArticle><MedlineCitation><PMID Version="2">7</PMID></MedlineCitation>'
        "</PubmedArticle>"
    )
    record = medline.read(etree.fromstring(xml))
    assert (record.pmid, record.version) == (7, 2)


def test_identifiers_are_the_articles_own_never_its_references(element: Build) -> None:
    record = medline.read(
        element(
            pubmed=(
                '<ArticleIdList><ArticleId IdType="pubmed">100</ArticleId>'
                '<ArticleId IdType="pmc">PMC77</ArticleId></ArticleIdList>'
                "<ReferenceList><Reference><Citation>Another.</Citation><ArticleIdList>"
                '<ArticleId IdType="pubmed">NOT_FOUND;INVALID_JOURNAL</ArticleId>'
                '<ArticleId IdType="doi">10.9999/of.a.reference</ArticleId>'
                "</ArticleIdList></Reference></ReferenceList>"
            )
        )
    )
    assert (record.doi, record.pmcid) == (None, "PMC77")


@pytest.mark.parametrize(
    ("locations", "ids", "doi"),
    [
        (
            '<ELocationID EIdType="doi">10.1000/Lamp.1</ELocationID>',
            "",
            "10.1000/Lamp.1",
        ),
        ("", '<ArticleId IdType="doi">10.1000/lamp.2</ArticleId>', "10.1000/lamp.2"),
        (
            '<ELocationID EIdType="pii">S1</ELocationID>'
            '<ELocationID EIdType="doi" ValidYN="N">10.1000/old</ELocationID>'
            '<ELocationID EIdType="doi" ValidYN="Y">10.1000/new</ELocationID>',
            "",
            "10.1000/new",
        ),
        (
            "",
            '<ArticleId IdType="doi">https://doi.org/10.1000/x</ArticleId>',
            "10.1000/x",
        ),
        ("", '<ArticleId IdType="doi">S0140-6736(05)1</ArticleId>', None),
        (
            "",
            '<ArticleId IdType="doi">10.1002/(SICI)1(1998)1:2&lt;3::AID&gt;4.0.CO;2-2'
            "</ArticleId>",
            "10.1002/(SICI)1(1998)1:2<3::AID>4.0.CO;2-2",
        ),
    ],
)
def test_doi_is_read_where_it_stands_and_is_one(
    element: Build, locations: str, ids: str, doi: str | None
) -> None:
    pubmed = f"<ArticleIdList>{ids}</ArticleIdList>"
    assert medline.read(element(article=locations, pubmed=pubmed)).doi == doi


def test_only_trial_registries_give_registry_ids(element: Build) -> None:
    banks = "".join(
        f"<DataBank><DataBankName>{name}</DataBankName><AccessionNumberList>"
        f"<AccessionNumber>{number}</AccessionNumber></AccessionNumberList></DataBank>"
        for name, number in (
            ("ClinicalTrials.gov", "NCT00000001"),
            ("PubChem-Substance", "77"),
            ("ISRCTN", "ISRCTN00000002"),
            ("GENBANK", "AB000003"),
            ("UMIN-CTR", "UMIN000000004"),
            ("ClinicalTrials.gov", "NCT00000001"),
        )
    )
    record = medline.read(element(article=f"<DataBankList>{banks}</DataBankList>"))
    assert record.registry_ids == ("NCT00000001", "ISRCTN00000002", "UMIN000000004")


def test_mesh_keywords_types_and_languages_are_read_in_order(element: Build) -> None:
    record = medline.read(
        element(
            article=(
                "<Language>eng</Language><Language>ger</Language><PublicationTypeList>"
                "<PublicationType>Preprint</PublicationType></PublicationTypeList>"
            ),
            citation=(
                "<MeshHeadingList><MeshHeading><DescriptorName>Lighting</DescriptorName>"
                "<QualifierName>methods</QualifierName></MeshHeading><MeshHeading>"
                "<DescriptorName>Affect</DescriptorName></MeshHeading>"
                "</MeshHeadingList>"
                "<KeywordList><Keyword>lamp <i>oil</i></Keyword><Keyword/>"
                "</KeywordList><KeywordList><Keyword>dusk</Keyword></KeywordList>"
            ),
        )
    )
    assert record.mesh == ("Lighting", "Affect")
    assert record.keywords == ("lamp oil", "dusk")
    assert record.publication_types == ("Preprint",)
    assert record.languages == ("eng", "ger")


@pytest.mark.parametrize(
    ("pagination", "pages"),
    [
        ("<MedlinePgn>113-25</MedlinePgn>", "113-25"),
        (
            "<StartPage>113</StartPage><EndPage>125</EndPage><MedlinePgn>113-25"
            "</MedlinePgn>",
            "113-25",
        ),
        ("<StartPage>113</StartPage><EndPage>125</EndPage>", "113-125"),
        ("<StartPage>e7</StartPage>", "e7"),
        ("", None),
    ],
)
def test_pages_are_those_that_pubmed_prints(
    element: Build, pagination: str, pages: str | None
) -> None:
    record = medline.read(element(article=f"<Pagination>{pagination}</Pagination>"))
    assert record.pages == pages


def linked(kind: str, pmid: str = "<PMID>200</PMID>") -> str:
    return (
        f'<CommentsCorrectionsList><CommentsCorrections RefType="{kind}">'
        f"<RefSource>J Lamps. 2020;1:2</RefSource>{pmid}</CommentsCorrections>"
        "</CommentsCorrectionsList>"
    )


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("RetractionIn", Retraction.RETRACTED),
        ("ExpressionOfConcernIn", Retraction.CONCERN),
        ("ErratumIn", Retraction.CORRECTED),
        ("CorrectedandRepublishedIn", Retraction.CORRECTED),
        ("RetractionOf", Retraction.NONE),
        ("UpdateOf", Retraction.NONE),
        ("CommentIn", Retraction.NONE),
        ("OriginalReportIn", Retraction.NONE),
    ],
)
def test_links_to_other_papers_are_kept_with_their_kind(
    element: Build, kind: str, state: Retraction
) -> None:
    record = medline.read(element(citation=linked(kind)))
    assert record.corrections == (Correction(kind, 200, "J Lamps. 2020;1:2"),)
    assert record.retraction is state


def test_a_link_without_a_pmid_is_still_a_link(element: Build) -> None:
    record = medline.read(element(citation=linked("RetractionIn", "")))
    assert record.corrections == (
        Correction("RetractionIn", None, "J Lamps. 2020;1:2"),
    )
    assert record.retraction is Retraction.RETRACTED


@pytest.mark.parametrize(
    ("publication_type", "state"),
    [
        ("Retracted Publication", Retraction.RETRACTED),
        ("Retraction of Publication", Retraction.NONE),
        ("Retraction Notice", Retraction.NONE),
    ],
)
def test_a_notice_of_retraction_is_itself_not_retracted(
    element: Build, publication_type: str, state: Retraction
) -> None:
    types = (
        f"<PublicationTypeList><PublicationType>{publication_type}</PublicationType>"
        "</PublicationTypeList>"
    )
    assert medline.read(element(article=types)).retraction is state


@pytest.mark.parametrize(
    "pmid", ["", "0", "012", "-7", "12a", "1234567890", "1.5", "١٢"]
)
def test_a_record_without_a_believable_pmid_is_refused(
    element: Build, pmid: str
) -> None:
    with pytest.raises(
        RecordError, match=r"no PMID; it cannot be stored|which is no PMID"
    ):
        medline.read(element(pmid))


@pytest.mark.parametrize(
    "article",
    [
        titled("x" * 1_000_001),
        abstract(*["<AbstractText>" + "y" * 600_000 + "</AbstractText>"] * 2),
    ],
    ids=["title", "abstract"],
)
def test_an_overlong_text_is_refused_with_its_pmid(
    element: Build, article: str
) -> None:
    with pytest.raises(RecordError, match=r"PMID 321: the (title|abstract) has 1,"):
        medline.read(element(321, article=article))


def test_a_text_as_long_as_allowed_is_stored(element: Build) -> None:
    record = medline.read(element(article=titled("x" * 1_000_000)))
    assert len(record.title or "") == 1_000_000
