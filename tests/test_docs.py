"""Documents cannot lie: their commands run, and nothing that exists is left out."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from curation.cli import app
from curation.extract.nlp import COMPONENTS
from curation.settings import Settings
from evidence.cells import Emptiness
from evidence.decisions import Action, Reason, Status
from evidence.findings import Vote
from evidence.library import ReferenceStanding
from evidence.statements import StatementState
from evidence.vocabulary import ComparatorClass
from tests.command_line import Curation, article, pubmed_file
from tests.places import CHECKOUT

DOCUMENTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md")))
)
CONTRIBUTING = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WORDS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((CHECKOUT / "site").rglob("*.md"))
)


def verbs() -> Iterator[str]:
    """Yield every command of the command line, as it is typed."""
    for name, command in typer.main.get_command(app).commands.items():
        inner = getattr(command, "commands", None)
        if inner:
            yield from (f"{name} {verb}" for verb in inner)
        else:
            yield name


def shown() -> list[str]:
    """Return the commands that documents show, without their prompt."""
    blocks = re.findall(r"```console\n(.*?)```", DOCUMENTS, re.S)
    return [line[2:] for block in blocks for line in block.splitlines() if line]


GOLD = {
    "pmid": "1",
    "title": "Ketamine or placebo",
    "abstract": "Ketamine reduced MADRS scores more than placebo (p < 0.001).",
    "claims": [],
}


def test_every_command_that_documents_show_runs(
    curation: Curation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CURATION_PROTOCOL")
    sections = (
        "Patients with treatment-resistant depression got ketamine or placebo.",
        "Ketamine reduced MADRS scores more than placebo (p < 0.001).",
    )
    trial = article(101, "Ketamine in treatment-resistant depression", sections)
    pubmed_file(tmp_path / "pubmed.xml", trial)
    (tmp_path / "gold.jsonl").write_text(json.dumps(GOLD) + "\n", encoding="utf-8")
    commands = shown()
    assert len(commands) >= 12
    for command in commands:
        name, *arguments = shlex.split(command)
        assert name == "curation"
        ended = curation(*arguments)
        assert ended.code == 0, f"{command}: {ended.err}"


@pytest.mark.parametrize("verb", list(verbs()))
def test_every_verb_is_in_the_documents_and_has_help(
    verb: str, curation: Curation
) -> None:
    assert f"curation {verb}" in DOCUMENTS
    ended = curation(*verb.split(), "--help")
    assert ended.code == 0
    assert len(ended.out.splitlines()[2].strip()) > 20


def test_no_summary_of_a_command_is_cut_short(
    curation: Curation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    groups = {verb.partition(" ")[0] for verb in verbs() if " " in verb}
    for group in ((), *((name,) for name in sorted(groups))):
        told = curation(*group, "--help").out.partition("\nCommands:\n")[2]
        assert told.strip()
        assert [line for line in told.splitlines() if line.endswith("...")] == []


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_in_the_documents(name: str) -> None:
    assert f"`CURATION_{name.upper()}`" in DOCUMENTS


@pytest.mark.parametrize(
    "path",
    [
        *(CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md"),
        *sorted((CHECKOUT / "docs").glob("*.md")),
    ],
    ids=lambda path: path.name,
)
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert [link for link in links if not (path.parent / link).exists()] == []


def requirements() -> list[str]:
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[(.*?)^\]", text, re.S | re.M)
    assert block
    return re.findall(r'"([a-z0-9-]+)', block[1])


@pytest.mark.parametrize("package", requirements())
def test_every_dependency_says_why_it_is_there(package: str) -> None:
    table = CONTRIBUTING.partition("## Dependencies")[2].partition("## Decisions")[0]
    assert re.search(rf"\b{package}\b", table)


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_component_is_on_the_methods_page(component: str) -> None:
    page = (CHECKOUT / "site/methods/extraction.md").read_text(encoding="utf-8")
    assert f"`{component}`" in page


@pytest.mark.parametrize(
    "word",
    [
        *(s.value for s in Status),
        *(a.value for a in Action),
        *(r.value for r in Reason),
        *(s.value for s in StatementState),
    ],
)
def test_every_status_action_and_reason_is_in_the_curators_manual(word: str) -> None:
    manual = (CHECKOUT / "site/curators-manual.md").read_text(encoding="utf-8")
    assert f"`{word}`" in manual


@pytest.mark.parametrize(
    "word",
    [
        *(e.value for e in Emptiness),
        *(v.value for v in Vote),
        *(c.value for c in ComparatorClass),
        *(s.value for s in ReferenceStanding),
    ],
)
def test_every_word_of_a_cell_is_explained(word: str) -> None:
    assert word.replace("_", " ") in WORDS.lower().replace("-", " ")


def test_the_decisions_are_dated_by_the_changelog() -> None:
    assert "## Unreleased" in (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
