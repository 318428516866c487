"""The wheel carries all that it needs: it publishes far from any checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.places import CHECKOUT

CARRIED = (
    "evidence/protocols/trd/treatments.toml",
    "evidence/protocols/trd/starter/studies.toml",
    "evidence/protocols/trd/starter/ledger.jsonl",
    "evidence/migrations/env.py",
    "evidence/migrations/versions/0001_the_first_tables.py",
    "evidence/py.typed",
    "curation/publish/mkdocs.yml",
    "curation/publish/site/how-to-read.md",
    "curation/publish/site/templates/map.html.jinja",
    "curation/publish/site/assets/map.js",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("trd_evidence-*.whl"))


def test_it_carries_words_protocol_templates_and_migrations(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert set(CARRIED) <= names
    assert any(n.startswith("curation/extract/lexicons/") for n in names)
    assert not [n for n in names if n.startswith(("tests/", "build/"))]


def test_it_demonstrates_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Install the wheel as pip does; its dependencies are lent by this environment.

    A path in a .pth file lends the packages in that folder without the .pth files
    of it, so the checkout, installed editable there, stays out of reach.
    """
    place = tmp_path / "environment"
    venv.create(place, with_pip=True)
    python = place / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*install, wheel], check=True, capture_output=True)
    purelib = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    (purelib / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    where = subprocess.run(
        [python, "-c", "import curation; print(curation.__file__)"],
        cwd=empty,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert where.startswith(str(purelib))
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    ended = subprocess.run(
        [place / "bin" / "curation", "demo"],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    page = Path(ended.stdout.strip())
    assert page == empty / "build" / "site" / "index.html"
    assert "Demonstration" in page.read_text(encoding="utf-8")
