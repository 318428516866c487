"""What import-linter cannot see: Python in site/, hidden writes, borrowed privates."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import CHECKOUT

PACKAGES = ("curation", "evidence")


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((CHECKOUT / package).rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield (module, name) for each name that is imported from a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.name


def test_site_holds_words_never_python() -> None:
    """`import site` is the standard library's; ours would never be found."""
    assert not list((CHECKOUT / "site").rglob("*.py"))


def test_nothing_borrows_a_private_name() -> None:
    borrowed = [
        f"{path.relative_to(CHECKOUT)}: {module}.{name}"
        for path in modules()
        for module, name in imports(ast.parse(path.read_text(encoding="utf-8")))
        if module.split(".")[0] in PACKAGES
        and name.startswith("_")
        and not name.startswith("__")
    ]
    assert borrowed == []


def test_the_product_never_imports_its_tests() -> None:
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        roots = {module.split(".")[0] for module, _ in imports(tree)}
        assert not roots & {"tests", "scripts"}, path


def test_only_the_store_writes() -> None:
    """A session is written to in `evidence.store` and the migrations, nowhere else."""
    writers = {"add", "add_all", "delete", "merge", "bulk_save_objects"}
    found = []
    for path in modules():
        name = path.relative_to(CHECKOUT).as_posix()
        if name.startswith(("evidence/store/", "evidence/migrations/")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in writers
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "session"
            ):
                found.append(f"{name}:{node.lineno}")
    # Making a database is the one write outside: it has no store yet.
    assert [f for f in found if not f.startswith("evidence/database.py")] == []


def named(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


# A migration is as long as the tables that it makes.
@pytest.mark.parametrize(
    "path", [p for p in modules() if "versions" not in p.parts], ids=named
)
def test_a_module_fits_in_a_readers_mind(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 310


def test_no_path_of_one_machine_and_no_registry_is_tracked() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    forbidden = ("/" + "work/", "/" + "root/", "py" + "pi.org", "npm" + "js.org")
    for name in listed.stdout.splitlines():
        path = CHECKOUT / name
        if path.suffix in {".png", ".gz"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for word in forbidden:
            assert word not in text, f"{name} names {word}"


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every string of a module that is no documentation, with its line."""
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documentation
        ):
            yield node.lineno, node.value


def test_no_disease_stands_in_code() -> None:
    """Every word of the disease is the protocol's: another folder, another disease.

    Examples in documentation may speak of it; the folder's own name is a default.
    """
    words = ("depress", "ketamine", "trd_", "suicid", "anhedoni", "madrs", "hamd")
    found = [
        f"{path.relative_to(CHECKOUT)}:{line}: {word}"
        for path in modules()
        for line, text in strings(ast.parse(path.read_text(encoding="utf-8")))
        for word in words
        if word in text.lower()
    ]
    assert found == []
