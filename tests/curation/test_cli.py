"""The command line: what it prints, what it stores, how it ends."""

import gzip
import json
import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from curation.extract.claims import Extractor
from tests.command_line import Curation, article, pubmed_file
from tests.invented import ABSTRACT, QUOTE

CLAIM_KEYS = {
    *("pmid", "field", "section", "start", "end", "quote", "treatment"),
    *("comparator", "domain", "role", "outcome", "direction", "statement", "hedged"),
    *("negated", "n", "p", "effect", "design", "population", "rule", "confidence"),
    *("fingerprint", "extractor"),
}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Return two files: one record with findings; one without, one with no abstract."""
    return (
        pubmed_file(tmp_path / "one.xml", article(101)),
        pubmed_file(
            tmp_path / "two.xml",
            article(102, "A letter", ()),
            article(103, "Of other things", ("Nothing was measured.",)),
        ),
    )


def tables(tmp_path: Path) -> dict[str, list[Any]]:
    """Return every row of every table but the runs'."""
    database = sqlite3.connect(tmp_path / "evidence.sqlite")
    names = [
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
        if name not in ("run", "sqlite_sequence")
    ]
    rows = {
        name: database.execute(f"SELECT * FROM {name}").fetchall() for name in names
    }
    database.close()
    return rows


def test_records_become_claims_become_a_site(
    curation: Curation, files: tuple[Path, Path], tmp_path: Path
) -> None:
    assert curation("init").code == 0
    loaded = curation("load", *files)
    assert loaded.code == 0
    assert "3 new, 0 changed, 0 unchanged" in loaded.out
    assert "1 of the new and changed have no abstract" in loaded.out
    assert "2 claims proposed" in curation("extract").out
    status = json.loads(curation("status", "--json").out)
    assert status["records"] == 3
    assert status["claims"] == 2
    assert status["claims_by_status"] == {"proposed": 2}
    assert status["references_by_state"] == {"unresolved": 1, "not_indexed": 1}
    assert status["last_complete_run"]
    assert curation("verify").code == 0
    published = curation("publish", "--output", tmp_path / "site")
    assert published.code == 0, published.err
    assert (tmp_path / "site" / "index.html").is_file()


def test_the_version_needs_no_command(curation: Curation) -> None:
    told = curation("--version")
    assert (told.code, told.err) == (0, "")
    assert told.out[:-1] == version("trd-evidence")


def test_no_address_is_cut_in_a_narrow_terminal(
    curation: Curation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = tmp_path / ("a-long-name" * 12) / "evidence.sqlite"
    held.parent.mkdir()
    monkeypatch.setenv("CURATION_DATABASE_URL", f"sqlite:///{held}")
    assert f"{held} is ready" in curation("init").err
    shown = curation("status").out
    assert "…" not in shown
    values = (line.partition("│")[2].strip() for line in shown.splitlines())
    assert str(held) in "".join(values)


def test_a_second_load_and_extract_write_nothing_but_their_runs(
    curation: Curation, files: tuple[Path, Path], tmp_path: Path
) -> None:
    curation("init")
    for _ in range(2):
        curation("load", *files)
        curation("extract")
        before = tables(tmp_path)
    curation("load", *files)
    curation("extract")
    curation("extract", "--all")
    assert tables(tmp_path) == before


class TestClaims:
    """Records in, claims out, no database."""

    def test_each_line_is_a_claim_with_its_quote(
        self, curation: Curation, files: tuple[Path, Path], tmp_path: Path
    ) -> None:
        ended = curation("claims", *files)
        rows = [json.loads(line) for line in ended.out.splitlines()]
        assert len(rows) == 2
        abstract = "\n".join(ABSTRACT)
        for row in rows:
            assert row.keys() >= CLAIM_KEYS
            assert abstract[row["start"] : row["end"]] == row["quote"]
        assert QUOTE in {row["quote"] for row in rows}
        assert not (tmp_path / "evidence.sqlite").exists()

    def test_the_same_files_give_the_same_bytes(
        self, curation: Curation, files: tuple[Path, Path], tmp_path: Path
    ) -> None:
        first = curation("claims", *files).out
        curation("claims", *files, "-o", tmp_path / "claims.jsonl")
        assert (tmp_path / "claims.jsonl").read_text() == first

    def test_a_bad_file_leaves_no_half_output(
        self, curation: Curation, files: tuple[Path, Path], tmp_path: Path
    ) -> None:
        broken = tmp_path / "broken.xml"
        broken.write_text("<PubmedArticleSet><PubmedArticle>")
        ended = curation("claims", files[0], broken, "-o", tmp_path / "claims.jsonl")
        assert ended.code == 1
        assert not list(tmp_path.glob("*claims.jsonl*"))


def _xxe(path: Path) -> None:
    path.write_text(
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        "<PubmedArticleSet><PubmedArticle>&e;</PubmedArticle></PubmedArticleSet>"
    )


def _laughs(path: Path) -> None:
    bombs = "".join(
        f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha"}">' for i in range(12)
    )
    path.write_text(
        f"<!DOCTYPE x [{bombs}]><PubmedArticleSet><PubmedArticle>&l11;"
        "</PubmedArticle></PubmedArticleSet>"
    )


BAD_FILES = {
    "not XML": lambda path: path.write_text("Dear Sir or Madam,"),
    "an HTML error page": lambda path: path.write_text(
        "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"
    ),
    "a truncated gzip": lambda path: path.write_bytes(
        gzip.compress(b"<PubmedArticleSet>" + article(1).encode() * 50)[:-30]
    ),
    "an external entity": _xxe,
    "a billion laughs": _laughs,
    "an empty file": lambda path: path.write_bytes(b""),
    "a directory": lambda path: path.mkdir(),
    "no file": lambda path: None,
    "XML of something else": lambda path: path.write_text("<note>Buy milk.</note>"),
    "an NCBI error": lambda path: path.write_text(
        "<eFetchResult><ERROR>Empty result</ERROR></eFetchResult>"
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_one_line_and_changes_nothing(
    curation: Curation, tmp_path: Path, kind: str
) -> None:
    curation("init")
    before = tables(tmp_path)
    path = tmp_path / "bad.xml"
    BAD_FILES[kind](path)
    ended = curation("load", path)
    assert ended.code == 1
    assert ended.out == ""
    assert ended.err.startswith("error: ")
    assert len(ended.err.splitlines()) == 1
    assert "bad.xml" in ended.err
    assert tables(tmp_path) == before


def test_a_bad_record_is_counted_and_skipped(
    curation: Curation, tmp_path: Path
) -> None:
    curation("init")
    nameless = article(101).replace(">101<", ">0<")
    ended = curation("load", pubmed_file(tmp_path / "f.xml", nameless, article(102)))
    assert ended.code == 0
    assert "1 new" in ended.out
    assert "1 refused" in ended.out
    assert "f.xml record 1" in ended.err


class TestOtherMistakes:
    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("load", "x.xml"), "curation init"),
            (("status",), "curation init"),
            (("publish",), "curation init"),
            (("decisions", "export"), "curation init"),
        ],
    )
    def test_no_database_yet(
        self, curation: Curation, arguments: tuple[str, ...], told: str
    ) -> None:
        ended = curation(*arguments)
        assert ended.code == 1
        assert told in ended.err

    def test_a_night_that_fails_is_reported_too(
        self, curation: Curation, tmp_path: Path
    ) -> None:
        ended = curation("refresh", "--report", tmp_path / "report")
        assert ended.code == 1
        told = (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
        assert told.startswith("# The run failed")
        assert ended.err.strip().removeprefix("error: ")[:60] in told

    def test_wrong_usage_is_two(self, curation: Curation) -> None:
        assert curation("load").code == 2
        assert curation("fly").code == 2

    def test_a_protocol_with_a_typo(
        self, curation: Curation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CURATION_PROTOCOL", str(tmp_path / "protocoll"))
        ended = curation("vocabulary")
        assert ended.code == 1
        assert "CURATION_PROTOCOL" in ended.err

    def test_a_ledger_of_an_absent_record(
        self, curation: Curation, files: tuple[Path, Path], tmp_path: Path
    ) -> None:
        curation("init")
        curation("load", files[0])
        curation("extract")
        proposed = curation("decisions", "export", "--proposed").out.splitlines()
        row = json.loads(proposed[0]) | {"action": "accept", "curator": "alice"}
        row["snapshot"] |= {"pmid": 999}
        (tmp_path / "ledger.jsonl").write_text(json.dumps(row) + "\n")
        before = tables(tmp_path)
        ended = curation("decisions", "import", tmp_path / "ledger.jsonl")
        assert ended.code == 1
        assert "ledger.jsonl line 1" in ended.err
        assert "999" in ended.err
        assert tables(tmp_path) == before

    @pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
    def test_a_ledger_that_cannot_be_read(
        self, curation: Curation, tmp_path: Path, content: bytes | None
    ) -> None:
        curation("init")
        path = tmp_path / "ledger.jsonl"
        if content is not None:
            path.write_bytes(content)
        ended = curation("decisions", "import", path)
        assert ended.code == 1
        assert "ledger.jsonl" in ended.err


def test_decisions_move_between_databases(
    curation: Curation,
    files: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    curation("init")
    curation("load", files[0])
    curation("extract")
    rows = [
        json.loads(line)
        for line in curation("decisions", "export", "--proposed").out.splitlines()
    ]
    rows[0] |= {"action": "accept"}
    filled = tmp_path / "filled.jsonl"
    filled.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ended = curation("decisions", "import", filled, "--curator", "alice")
    assert "1 decisions new, 0 known already, 1 lines left empty" in ended.out
    ledger = tmp_path / "ledger.jsonl"
    curation("decisions", "export", "-o", ledger)

    monkeypatch.setenv("CURATION_DATABASE_URL", f"sqlite:///{tmp_path}/other.sqlite")
    curation("init")
    curation("load", files[0])
    assert "1 claims made again" in curation("decisions", "import", ledger).out
    assert curation("decisions", "export").out == ledger.read_text()
    told = curation("verify", "--rebuild")
    assert told.code == 0
    assert "rebuilt from the records and 1 decisions" in " ".join(told.err.split())


def test_references_are_found_among_the_records(
    curation: Curation, tmp_path: Path
) -> None:
    curation("init")
    cited = article(555, "Propranolol for light sensitivity")
    cited = cited.replace(
        "</Article>",
        '<ELocationID EIdType="doi">10.5555/TESTS.10</ELocationID></Article>',
    )
    curation("load", pubmed_file(tmp_path / "cited.xml", cited))
    rows = json.loads(curation("references", "--json").out)
    assert [(r["number"], r["state"], r["pmid"]) for r in rows] == [
        (1, "resolved", 555),
        (2, "not_indexed", None),
    ]
    assert all(r["raw"] for r in rows)


def test_the_vocabulary_is_the_whole_protocol(curation: Curation) -> None:
    printed = json.loads(curation("vocabulary", "--json").out)
    assert [t["id"] for t in printed["treatments"]][:2] == [
        "beta-blocker",
        "propranolol",
    ]
    assert printed["assertions"][0]["uses"][0]["marker"] == "1"


class TestDemonstration:
    def test_it_needs_nothing_but_the_starter(
        self, curation: Curation, tmp_path: Path
    ) -> None:
        ended = curation("demo", "--output", tmp_path / "demo" / "site")
        assert ended.code == 0, ended.err
        page = Path(ended.out.strip())
        assert page == tmp_path / "demo" / "site" / "index.html"
        assert "Demonstration" in page.read_text()
        assert "TRD" not in page.read_text()
        # Its database is its own: the configured one was not made.
        assert not (tmp_path / "evidence.sqlite").exists()

    def test_it_never_overwrites_real_evidence(
        self, curation: Curation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = tmp_path / "site.sqlite"
        monkeypatch.setenv("CURATION_DATABASE_URL", f"sqlite:///{real}")
        curation("init")
        ended = curation("demo", "--output", tmp_path / "site")
        assert ended.code == 1
        assert "real evidence" in ended.err
        assert real.is_file()


def test_a_record_that_breaks_the_extractor_is_skipped_and_named(
    curation: Curation,
    files: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    read = Extractor.drafts

    def brittle(self: Extractor, record: Any) -> Any:
        if record.pmid == 102:
            raise RecursionError("a text nobody foresaw")
        return read(self, record)

    curation("init")
    curation("load", *files)
    monkeypatch.setattr(Extractor, "drafts", brittle)
    assert curation("extract").code == 0
    assert "PMID 102 could not be read" in caplog.text
    assert json.loads(curation("status", "--json").out)["records_unread"] == 1
    monkeypatch.setattr(Extractor, "drafts", read)
    assert curation("extract").code == 0
    assert json.loads(curation("status", "--json").out)["records_unread"] == 0
