"""The command line, in this process, and PubMed files that we wrote."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pytest

from curation import cli
from tests.invented import ABSTRACT
from tests.places import MIGRAINE

ARTICLE = """<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}\
</PMID><Article><Journal><JournalIssue><PubDate><Year>2020</Year></PubDate>\
</JournalIssue><Title>Journal of Tests</Title></Journal>\
<ArticleTitle>{title}</ArticleTitle>{abstract}<PublicationTypeList><PublicationType>\
Randomized Controlled Trial</PublicationType></PublicationTypeList></Article>\
</MedlineCitation></PubmedArticle>"""


def article(
    pmid: int,
    title: str = "Propranolol for light that hurts",
    sections: tuple[str, ...] = ABSTRACT,
) -> str:
    """Return a PubmedArticle in XML; no sections, no abstract."""
    labels = ("METHODS", "RESULTS")
    texts = "".join(
        f'<AbstractText Label="{label}">{escape(text)}</AbstractText>'
        for label, text in zip(labels, sections, strict=False)
    )
    abstract = f"<Abstract>{texts}</Abstract>" if texts else ""
    return ARTICLE.format(pmid=pmid, title=escape(title), abstract=abstract)


def pubmed_file(path: Path, *articles: str) -> Path:
    """Write an efetch answer that holds these articles."""
    body = "".join(articles)
    path.write_text(f"<PubmedArticleSet>{body}</PubmedArticleSet>", encoding="utf-8")
    return path


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


Curation = Callable[..., Ended]


@pytest.fixture
def curation(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Curation:
    """Return the command line on the small protocol and a database of its own."""
    monkeypatch.setenv("CURATION_PROTOCOL", str(MIGRAINE))
    monkeypatch.setenv(
        "CURATION_DATABASE_URL", f"sqlite:///{tmp_path / 'evidence.sqlite'}"
    )

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["curation", *map(str, arguments)])
        capsys.readouterr()
        code: object = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code
        said = capsys.readouterr()
        return Ended(int(str(code or 0)), said.out, said.err)

    return run
