"""What comes from outside: whatever it is, it is read, or refused in our words."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from lxml import etree

from curation.errors import ArchiveError
from curation.extract.claims import Extractor
from curation.retrieve import archive, query, reference_list
from evidence import ledger
from evidence.database import Database, create_database, sqlite_url
from evidence.errors import EvidenceError, LedgerError, ProtocolError
from evidence.library import RunKind
from evidence.protocol import Protocol
from evidence.records import Record, Section, text_sha256
from evidence.store import runs
from evidence.vocabulary import Treatment
from tests.command_line import article
from tests.fuzz.conftest import Try
from tests.fuzz.mutations import mixed, mutated
from tests.invented import ABSTRACT, NOON, decision, draft
from tests.stored import decide, stored_claim

XML = (
    f"<PubmedArticleSet>{article(7)}{article(8, 'A <b>', ())}</PubmedArticleSet>",
    f'<?xml version="1.0"?>\n<PubmedArticleSet>{article(9)}\n<DeleteCitation>'
    '<PMID Version="1">5</PMID></DeleteCitation></PubmedArticleSet>\n',
    "<eFetchResult><ERROR>Empty result - nothing to do</ERROR></eFetchResult>",
    "PMID- 12\nTI  - Of lamps\nAB  - They were dimmed.\n      And lit.\nDP  - 2001\n",
)
MARKUP = (
    *("<", ">", "&", "&lt;", "&nbsp;", "&#0;", "&#x1F600;", "<!--", "-->", "]]>"),
    *("<![CDATA[", "<?x?>", "<PMID>", "</PMID>", "<PMID>-1</PMID>", "<Abstract/>"),
    *("<!DOCTYPE a [<!ENTITY b 'c'>]>", "<PubmedArticle>", "</PubmedArticle>"),
    *("</PubmedArticleSet>", "<PubmedBookArticle/>", "<Year>99999</Year>", "\x00"),
    *("\nPMID- ", "\n\n", "\nTI  - ", "9" * 30, "\ud7ff", "\u202e", "\r"),
)
KNOWN = ("PubmedArticle", "PubmedBookArticle")


def test_pubmeds_xml(fuzz: Try) -> None:
    """Every record of a file is read or refused by name, or the file is refused."""

    def read(text: str) -> None:
        body = text.encode(errors="surrogatepass")
        try:
            batches = list(archive.read_bytes(body, "fuzz.xml"))
        except ArchiveError as error:
            assert "fuzz.xml" in str(error) and "\n" not in str(error)
            return
        given = sum(len(b.records) + len(b.refused) for b in batches)
        if text.lstrip().startswith("<"):
            root = etree.fromstring(body, etree.XMLParser(resolve_entities=False))
            assert given == sum(1 for _ in root.iter(*KNOWN))
        for batch in batches:
            for record in batch.records:
                assert 0 < record.pmid < 10**9

    fuzz(mutated(XML, MARKUP), read, 0.2)


REFERENCES = (
    "1. Muster A, Doe J, et al. Of lamps. J Lamps. 2001;1(2):3-9. doi:10.1/x.y\n"
    "2. World Body. Of light. 2nd ed. Geneva: WB; 2002.\n3. Roe R. Dark. 1999.\n",
    "TY  - JOUR\nAU  - Muster, A\nTI  - Of lamps\nJO  - J Lamps\nPY  - 2001\n"
    "SP  - 3\nEP  - 9\nDO  - 10.1/x.y\nER  - \n\nTY  - BOOK\nTI  - Of light\nER  - \n",
    "@string{jl = {J Lamps}}\n@article{a, author = {Muster, A and {World Body}},\n"
    ' title = "Of {L}amps", journal = jl # { Lett}, year = 2001, doi = {10.1/x}}\n'
    "@book{b, title = {Of light \\'e}}\n",
)
PRINTED = (
    *("\n", "\n\n", "\n4. ", "[5] ", "(6)", "{", "}", '"', "@", "#", ",", "\\", "%"),
    *("TY  - ", "ER  - ", "AU  - ", "@comment", "@article{", "year = ", " and ", "."),
    *("doi:10.", "https://doi.org/", "2001;", ":e1-", "et al.", "\u2013", "\t", "\x0c"),
    *("9" * 25, "\u00b2", "\u0661", "\x00", "\\'{", "{{{{", "]("),
)


def test_lists_of_references(fuzz: Try) -> None:
    """Whatever is read can be written, and is read again as the same."""

    def read(text: str) -> None:
        try:
            rows = reference_list.parse(text)
        except EvidenceError as error:
            assert "\n" not in str(error)
            return
        written = "\n".join(reference_list.toml(rows))
        again = tomllib.loads(written).get("reference", [])
        assert [row["number"] for row in again] == [row.number for row in rows]
        assert [row["raw"] for row in again] == [row.raw for row in rows]

    fuzz(mutated(REFERENCES, PRINTED), read, 0.2)


NAMES = (
    *("lamp", " ", "-", '"', "[", "]", "(", ")", "*", ":", "AND", " NOT ", "OR", "'"),
    *("[ti]", "alpha", "/", "\\", "&", "+", ",", "\u2019", "\u03b2", "2", "\t", "_"),
)
_TOKEN = re.compile(r'"[^"]*"|[()]|\[[^\]]*\]')


def test_queries(fuzz: Try, migraine: Protocol) -> None:
    """No name of a treatment can change what a query means."""
    search = next(iter(migraine.searches.values()))
    group = search.groups[0]

    def build(name: str) -> None:
        try:
            row = Treatment(
                id="extra", label="Extra", group=group, kind="drug", synonyms=(name,)
            )
            rows = MappingProxyType({**migraine.treatments, "extra": row})
            made = query.sweep(replace(migraine, treatments=rows), search)
        except (ProtocolError, ValueError) as error:
            assert str(error)
            return
        depth = 0
        for token in _TOKEN.findall(made.text):
            depth += (token == "(") - (token == ")")
            assert depth >= 0
            if token.startswith("["):
                assert token[1:-1].lower() in query.FIELDS
        assert depth == 0 and made.text.count('"') % 2 == 0
        assert made.laid_out.split() == made.text.split()

    fuzz(mixed(NAMES, 6), build, 0.15)


SENTENCES = (
    *("propranolol ", "placebo ", "topiramate ", "photophobia ", "light sensitivity "),
    *("improved ", "lowered ", "did not differ ", "more than ", "no ", "versus "),
    *("(p = 0.01) ", "n = 60 ", "than ", "and ", "but ", ". ", ", ", "; ", "\u00a0"),
    *("\u2212 0.45 ", "95% CI ", "(", ")", "\u200b", "\u0301", "RESULTS: ", "\n"),
)


def test_the_extractor(fuzz: Try, migraine: Protocol) -> None:
    """Every claim quotes its text letter for letter, whatever the text is."""
    extractor = Extractor(migraine)

    def read(text: str) -> None:
        # Half a character cannot come out of a file: every reader decodes it.
        text = text.encode(errors="replace").decode()
        source = Record(pmid=7, title=text[:40] or None, sections=(Section(text),))
        for found in extractor.drafts(source):
            stored = source.text(found.field) or ""
            assert stored[found.start : found.end] == found.quote
            assert found.text_sha256 == text_sha256(stored)

    fuzz(mixed(SENTENCES, 24) | mutated((" ".join(ABSTRACT),), SENTENCES), read, 0.05)


@pytest.fixture
def library(tmp_path: Path, migraine: Protocol) -> Iterator[tuple[Database, str]]:
    """Return a database with a claim that nobody has decided on."""
    database = create_database(sqlite_url(tmp_path / "fuzz.sqlite"), migraine)
    with database.write() as session:
        run = runs.begin(session, RunKind.LOAD, NOON, {})
    claim = stored_claim(database, run)
    seen = draft().as_dict()
    decide(database, decision(claim, snapshot=seen))
    with database.read() as session:
        (line,) = ledger.export(session)
    yield database, line
    database.close()


WORDS = (
    *('"', "{", "}", "[", "]", ":", ",", "null", "true", "1e999", "-1", "NaN", "\\"),
    *("accept", "reject", "amend", "undo", "\\u0000", "\\ud800", "2026", "\u2028"),
    *('"action":""', '"curator":"bob"', '"snapshot":{}', "out_of_scope", "\n"),
)


def test_ledgers(fuzz: Try, library: tuple[Database, str]) -> None:
    """Every line is a decision, known, empty, or refused with its number."""
    database, line = library
    rejected = json.loads(line) | {"action": "reject", "reason": "out_of_scope"}
    sound = (line, json.dumps(rejected), json.dumps(rejected | {"curator": "bob"}))

    def take_in(text: str) -> None:
        # The transaction is never kept, so that each input meets the same library.
        with database.engine.connect() as connection, connection.begin() as kept:
            from sqlmodel import Session

            with Session(connection) as session:
                run = runs.begin(session, RunKind.DECISIONS, NOON, {})
                try:
                    lines = text.split("\n")
                    told = ledger.import_lines(
                        database, session, lines, source="f", run=run, at=NOON
                    )
                except LedgerError as error:
                    assert str(error).startswith(("f line ", "f: "))
                else:
                    assert told.lines == told.new + told.known + told.skipped
                    held = list(ledger.export(session))
                    assert len(held) == 1 + told.new
                    assert all(json.loads(row) for row in held)
            kept.rollback()

    fuzz(mutated(sound, WORDS), take_in, 0.05)
