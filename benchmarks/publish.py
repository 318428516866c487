"""The site: ours, with all its checks and files, beside bare builds of its Markdown."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from benchmarks.findings import EXTRACTOR, readings
from benchmarks.measuring import Prepared, measure
from benchmarks.rows import Goal, Row
from benchmarks.scale import Scale
from benchmarks.store import NOON, parts
from curation.cli.app import protocol
from evidence.claims import mint_id
from evidence.database import create_database, open_database, sqlite_url
from evidence.decisions import Action, Decision, SubjectKind
from evidence.library import RunKind
from evidence.store import runs
from evidence.store.claims import save_drafts
from evidence.store.decisions import append_decisions
from evidence.store.records import save_records

CLAIMS_EACH = 2
"""Accepted claims of a study."""

LARGE = 2_000
"""Studies of a site that is built by few."""


def filled(folder: Path, studies: int) -> Path:
    """Make a database of invented studies whose claims are accepted."""
    path = folder / "evidence.sqlite"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "part.sqlite"
    part.unlink(missing_ok=True)
    database = create_database(sqlite_url(part), protocol())
    found = list(readings(database.protocol, studies * CLAIMS_EACH, CLAIMS_EACH))
    with database.write() as session:
        run = runs.begin(session, RunKind.EXTRACT, NOON, {})
    for some in parts(found):
        with database.write() as session:
            save_records(database, session, [r for r, _ in some], run=run, at=NOON)
            save_drafts(database, session, some, extractor=EXTRACTOR, run=run)
            accepted = [
                Decision(
                    subject_kind=SubjectKind.CLAIM,
                    subject_id=mint_id(draft),
                    action=Action.ACCEPT,
                    curator="alice",
                    at=NOON,
                    snapshot=draft.as_dict(),
                )
                for _, drafts in some
                for draft in drafts
            ]
            append_decisions(database, session, accepted, at=NOON)
    database.close()
    part.rename(path)
    return path


def ours(folder: Path, studies: int) -> Prepared:
    """Publish from the database: pages, downloads, feeds, build, checks of links."""
    from curation.publish.build import publish
    from evidence.queries.library import library

    path = filled(folder, studies)
    output = folder / "site"
    for old in (output, folder / "docs"):
        shutil.rmtree(old, ignore_errors=True)

    def work() -> int:
        database = open_database(sqlite_url(path), protocol())
        with database.read() as session:
            found = library(database, session)
        pages = publish(found, output).pages
        database.close()
        return pages

    return work


def plain(folder: Path, tool: str) -> Path:
    """Write settings with the theme and one page in the navigation."""
    settings = {
        "site_name": "bare",
        # Zensical knows no path that begins at the root.
        "docs_dir": "docs",
        "site_dir": f"{tool}-site",
        "use_directory_urls": False,
        "theme": {"name": "material", "font": False},
        "plugins": ["search"],
        "nav": [{"Home": "index.md"}],
        "markdown_extensions": ["tables", "def_list"],
    }
    path = folder / f"{tool}.yml"
    path.write_text(json.dumps(settings), encoding="utf-8")
    return path


def same(folder: Path, tool: str) -> Path:
    """Write the settings with which ours calls the same tool."""
    from curation.publish.build import configuration
    from curation.publish.catalogue import Catalogue
    from evidence.queries.library import library

    database = open_database(sqlite_url(folder / "evidence.sqlite"), protocol())
    with database.read() as session:
        catalogue = Catalogue(library(database, session))
    database.close()
    site = folder / f"{tool}-site"
    path = folder / f"same-{tool}.yml"
    settings = configuration(catalogue, folder / "docs", site)
    path.write_text(json.dumps(settings), encoding="utf-8")
    return path


def bare(
    folder: Path, tool: str, settings: Callable[[Path, str], Path] = plain
) -> Prepared:
    """Build the Markdown that ours wrote, and do nothing else."""
    site = folder / f"{tool}-site"
    shutil.rmtree(site, ignore_errors=True)
    path = settings(folder, tool)
    command = [sys.executable, "-m", tool, "build", "--config-file", str(path)]

    def work() -> int:
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
        return sum(1 for _ in site.rglob("*.html"))

    return work


def run(scale: Scale) -> list[Row]:
    """Measure at growing numbers of studies: seconds a page must not grow."""
    sizes = (50, 200) if scale.quick else (50, 500, 2_000, 5_000)
    peers = {
        "mkdocs build, same pages and settings": ("mkdocs", same),
        "mkdocs build, one page in its navigation": ("mkdocs", plain),
    }
    if find_spec("zensical"):
        peers["zensical build, one page in its navigation"] = ("zensical", plain)
    rows: list[Row] = []
    each: dict[int, float] = {}
    for studies in sizes:
        folder = scale.folder / f"publish-{studies}"
        filled(folder, studies)
        # The largest sites take minutes each: only the peer of the goal builds them.
        met = peers if studies < LARGE else dict([next(iter(peers.items()))])
        found = measure(
            {
                "ours": (ours, (folder, studies)),
                **{name: (bare, (folder, *peer)) for name, peer in met.items()},
            },
            3 if studies <= 200 else 1,
        )
        pages = found["ours"].result
        assert all(found[peer].result >= pages for peer in met), "pages are missing"
        each[studies] = 1000 * found["ours"].cpu / pages
        what = f"site of {studies:,} studies, {pages:,} pages"
        goals = {next(iter(peers)): Goal(1.3, slack=scale.slack)}
        rows += [
            Row(what, found["ours"].cpu, found[peer].cpu, peer, "CPU s",
                goals.get(peer))
            for peer in met
        ]  # fmt: skip
    few, many = sizes[-2], sizes[-1]
    rows.append(
        Row(f"a page of {many:,} studies' site", each[many], each[few],
            f"of {few:,} studies'", "CPU ms", Goal(1.3, slack=scale.slack))
    )  # fmt: skip
    return rows
