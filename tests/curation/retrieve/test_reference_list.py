"""A list becomes a table of the protocol, and the table says what the list said."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.retrieve import reference_list
from evidence.errors import EvidenceError
from evidence.protocol import Protocol
from evidence.review import Reference, ReferenceKind
from evidence.tables import TomlFile
from tests.command_line import Curation

LIST = """\
## References

- 1 Muster A, Beispiel B, et al. The LAMP\\*D trial of lanterns, "bright" and dim, in \
people who wait for spring. *J Lamps*. 2015;12(3):100-110. <https://doi.org/10.5555/a>
- 3 Alt E. A book on lamps. Leipzig: Leuchten; 1945.
- 4 Nothing as it should be
"""


def loaded(folder: Path, lines: list[str]) -> tuple[Reference, ...]:
    """Return the rows of a references.toml as a protocol reads them."""
    path = folder / "references.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file = TomlFile(path)
    file.only("reference")
    return tuple(located.row for located in file.rows("reference", Reference))


def test_the_table_holds_what_the_list_said(tmp_path: Path) -> None:
    rows = reference_list.parse(LIST)
    assert [row.number for row in rows] == [1, 3, 4]
    assert loaded(tmp_path, list(reference_list.toml(rows))) == rows


def test_the_shipped_table_would_be_written_as_it_is(
    trd: Protocol, tmp_path: Path
) -> None:
    """Only what no list has is left out: uses, and a journal's shorter name."""
    by_hand = {"uses": (), "journal_short": None}
    rows = tuple(r.model_copy(update=by_hand) for r in trd.references.values())
    assert loaded(tmp_path, list(reference_list.toml(rows))) == rows


PRINTED = st.text(min_size=1).map(lambda text: f"x{text}x")


@given(PRINTED, PRINTED)
def test_whatever_was_printed_can_be_written(raw: str, author: str) -> None:
    row = Reference(
        number=1, raw=raw, kind=ReferenceKind.ARTICLE, authors=(author,), title=raw * 30
    )
    written = tomllib.loads("\n".join(reference_list.toml([row])))
    (table,) = written["reference"]
    assert (table["raw"], table["authors"], table["title"]) == (
        row.raw,
        [*row.authors],
        row.title,
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("TY  - JOUR\nTI  - Of lamps\nER  - \n", "Of lamps"),
        ("% comment\n@article{a,\n title = {Of lamps}\n}\n", "Of lamps"),
        ("[1] Muster A. Of lamps. J Lamps. 2001;1:2-3.\n", "Of lamps"),
    ],
)
def test_a_file_shows_its_form_itself(tmp_path: Path, text: str, title: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text("\ufeff" + text, encoding="utf-8")
    (row,) = reference_list.read(path)
    assert row.title == title


@pytest.mark.parametrize(
    "form", ["1. Muster A. {} 2001.", "@article{{a, doi = {{{}}}}}"]
)
def test_half_a_character_is_told_with_its_line(form: str) -> None:
    with pytest.raises(EvidenceError, match="line 2 of the list holds half"):
        reference_list.parse("\n" + form.format("10.1/\uda7c"))


def test_a_name_of_no_letters_is_no_author() -> None:
    (row,) = reference_list.parse("@article{a, author = {Muster, A and , and Alt, E}}")
    assert row.authors == ("Muster A", "Alt E")


def test_what_is_no_list_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    with pytest.raises(EvidenceError, match=r"list\.txt cannot be read"):
        reference_list.read(path)
    path.write_text("Nothing here.")
    with pytest.raises(EvidenceError, match="holds no numbered list"):
        reference_list.read(path)
    path.write_bytes("1. Müller A. Lamps.".encode("latin-1"))
    with pytest.raises(EvidenceError, match="not UTF-8"):
        reference_list.read(path)


class TestTheCommand:
    @pytest.fixture
    def printed(self, tmp_path: Path) -> Path:
        path = tmp_path / "list.md"
        path.write_text(LIST, encoding="utf-8")
        return path

    def test_it_prints_the_table_and_tells_what_to_look_at(
        self, curation: Curation, printed: Path, tmp_path: Path
    ) -> None:
        ended = curation("references", "parse", printed)
        assert ended.code == 0
        assert loaded(tmp_path, ended.out.splitlines()) == reference_list.parse(LIST)
        assert "3 references: 2 article, 1 book" in ended.err
        assert "with a note: 4" in ended.err
        assert "leaves out the numbers 2" in ended.err

    def test_it_writes_a_file(
        self, curation: Curation, printed: Path, tmp_path: Path
    ) -> None:
        ended = curation("references", "parse", printed, "-o", tmp_path / "out.toml")
        assert (ended.code, ended.out) == (0, "")
        assert '"""\\' in (tmp_path / "out.toml").read_text()

    def test_a_file_without_a_list_is_one_line(
        self, curation: Curation, tmp_path: Path
    ) -> None:
        (tmp_path / "empty.md").write_text("")
        ended = curation("references", "parse", tmp_path / "empty.md")
        assert ended.code == 1
        assert ended.err.count("\n") == 1
        assert "empty.md" in ended.err
