"""Invented records in PubMed's shape; no line of them stands in PubMed."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

FIXTURES = Path(__file__).parent / "fixtures"

DOCTYPE = (
    "<!DOCTYPE PubmedArticleSet PUBLIC "
    '"-//NLM//DTD PubMedArticle, 1st January {year}//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_{short}0101.dtd">'
)


def article_xml(
    pmid: int | str = 100,
    *,
    article: str = "<ArticleTitle>Lantern therapy for low mood.</ArticleTitle>",
    citation: str = "",
    pubmed: str = "",
    status: str = "MEDLINE",
) -> str:
    """Return a PubmedArticle; the parts stand where the DTD has them."""
    number = f'<PMID Version="1">{pmid}</PMID>' if pmid != "" else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="{status}" Owner="NLM">{number}'
        f"<Article>{article}</Article>{citation}</MedlineCitation>"
        f"<PubmedData>{pubmed}</PubmedData></PubmedArticle>"
    )


def set_xml(*articles: str, year: int = 2025, tail: str = "") -> bytes:
    """Return a whole efetch answer."""
    doctype = DOCTYPE.format(year=year, short=year % 100)
    body = "\n".join(articles)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}\n'
        f"<PubmedArticleSet>\n{body}\n{tail}</PubmedArticleSet>\n"
    ).encode()


@pytest.fixture
def element() -> Callable[..., etree._Element]:
    """Build the element of one article."""

    def build(*args: int | str, **parts: str) -> etree._Element:
        return etree.fromstring(article_xml(*args, **parts))

    return build


@pytest.fixture
def answer() -> Callable[..., bytes]:
    """Build the bytes of an efetch answer with articles of these PMIDs."""

    def build(*pmids: int, **options: object) -> bytes:
        return set_xml(*(article_xml(pmid) for pmid in pmids), **options)

    return build


@pytest.fixture
def articles() -> Callable[..., bytes]:
    """Build the bytes of an efetch answer from the XML of its articles."""
    return set_xml


@pytest.fixture
def article() -> Callable[..., str]:
    """Build the XML of one article."""
    return article_xml


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Save bytes as a file, gzipped if asked."""

    def save(body: bytes, name: str = "answer.xml", zipped: bool = False) -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress(body, mtime=0) if zipped else body)
        return path

    return save


@pytest.fixture
def fixture() -> Callable[[str], Path]:
    """Return the path of a written fixture."""
    return lambda name: FIXTURES / name


@pytest.fixture
def shared() -> Path:
    """Return the developers' shared folder; the test is skipped where it is absent."""
    folder = Path(os.environ.get("TRD_SHARED") or Path(__file__).parents[4] / "shared")
    if not (folder / "corpus").is_dir():
        pytest.skip(f"the developers' corpus is not at {folder}")
    return folder
