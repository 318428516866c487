"""From a library to a finished site: written, built strictly, checked, swapped in.

Source: MkDocs 1.6, *Configuration* (`INHERIT`), https://www.mkdocs.org/user-guide/
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import PublishError
from curation.publish import (
    built_page,
    derived_assets,
    downloads,
    feeds,
    folders,
    pages,
    permanence,
    releases,
)
from curation.publish import templates as sources
from curation.publish.catalogue import Catalogue
from curation.publish.foot import foot, freshness
from evidence.library import Library

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many are done, and of how many if known."""

EPOCH = 315532800
"""1980-01-01, the only date that built files may carry: it says nothing."""

_QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


@dataclass(frozen=True, slots=True)
class Published:
    """What a publishing run made. Holds no clock, so equal runs report equally."""

    output: Path
    pages: int
    changed: int
    """Source files written or removed since the last run."""
    files: int
    """Files of the finished site."""
    bytes: int
    addresses: tuple[str, ...] = ()
    """Of the pages that a release promises to keep."""


def publish(
    library: Library,
    output: Path,
    *,
    documents: Path | None = None,
    progress: Progress | None = None,
) -> Published:
    """Publish a library as a static site in `output`, or leave `output` as it is.

    Parameters
    ----------
    library
        All that is known at this moment.
    output
        The folder of the finished site; swapped in whole.
    documents
        Where the Markdown is laid together: `docs` beside an output that is called
        `site`, else a folder named after the output.
    progress
        Told of each step.

    Raises
    ------
    PublishError
        Where `output` is not ours to overwrite, or the site cannot be built; the
        old site stays.
    """
    tell = progress or _silent
    output = output.absolute()
    if documents is None:
        name = "docs" if output.name == "site" else f"{output.name}-docs"
        documents = output.with_name(name)
    documents = documents.absolute()
    folders.refuse_foreign(output)
    folders.claim(documents)
    output.parent.mkdir(parents=True, exist_ok=True)
    folders.recover(output)

    catalogue = Catalogue(library)
    files, lasting = source_files(catalogue, tell)
    number = sum(name.endswith(".md") for name in files)
    new, _ = folders.aside(output)
    try:
        changed = folders.lay(documents, files)
        tell("site", 0, None)
        _run_mkdocs(catalogue, documents, new)
        size = _finish(new, tell)
        (new / folders.MARKER).touch()
        folders.swap(new, output)
    except OSError as error:
        raise PublishError(
            f"the site could not be written to {output}: {error}; "
            "the published one is unchanged"
        ) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return Published(output, number, changed, *size, addresses=lasting)


def source_files(
    catalogue: Catalogue, tell: Progress
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return every source file of the site, and the addresses that must last."""
    files: dict[str, bytes] = {}
    standing: list[str] = []
    for page in pages.pages(catalogue):
        if page.path in files:
            raise PublishError(f"two pages would stand at {page.path}; rename a slug")
        files[page.path] = page.text.encode(errors="replace")
        standing.append(page.path.removesuffix(".md") + ".html")
        if len(standing) % 100 == 0:
            tell("pages", len(standing), None)
    for page in permanence.tombstones(catalogue, frozenset(standing)):
        files[page.path] = page.text.encode(errors="replace")
    tell("pages", len(standing), len(standing))
    for name, content in downloads.files(catalogue):
        files[f"downloads/{name}"] = content
    manifest = releases.manifest(catalogue, files[f"downloads/{downloads.SUMS}"])
    files["manifest.json"] = (json.dumps(manifest, indent=1) + "\n").encode()
    files |= dict(feeds.files(catalogue))
    for name, content in sources.assets():
        files[name] = content
    files["assets/domains.css"] = derived_assets.domains(catalogue).encode()
    files["assets/freshness.js"] = freshness(catalogue).encode()
    files["assets/map-data.js"] = derived_assets.map_data(catalogue).encode()
    tell("downloads", len(downloads.FILES), len(downloads.FILES))
    return files, tuple(filter(permanence.lasting, standing))


def configuration(catalogue: Catalogue, documents: Path, site: Path) -> dict[str, Any]:
    """Return the site tool's settings: `mkdocs.yml`, and what a library adds."""
    protocol, release = catalogue.protocol, catalogue.library.release
    folder = sources.sources()
    return {
        "INHERIT": str(folder / "mkdocs.yml"),
        "site_name": protocol.site_title,
        "docs_dir": str(documents),
        "site_dir": str(site),
        "theme": {"custom_dir": str(folder / "site" / "theme")},
        "extra": {
            "demonstration": catalogue.library.demonstration,
            "foot": foot(catalogue),
            "release": None
            if release is None
            else {"number": release.number, "date": release.at.date().isoformat()},
        },
    }


def _run_mkdocs(catalogue: Catalogue, documents: Path, site: Path) -> None:
    settings = configuration(catalogue, documents, site)
    # JSON is YAML, and has one way to write a title that holds a colon.
    path = site.with_name(f"{site.name}.mkdocs.yml")
    path.write_text(json.dumps(settings, ensure_ascii=True), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    environment = {
        **os.environ,
        **_QUIET,
        "SOURCE_DATE_EPOCH": str(EPOCH),
        "PYTHONHASHSEED": "0",
    }
    try:
        done = subprocess.run(
            [*command, "--config-file", str(path)],
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    finally:
        path.unlink(missing_ok=True)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = "; ".join(lines[-5:]) or f"exit code {done.returncode}"
        raise PublishError(
            f"the site tool refused the pages: {reason}. The published site is "
            f"unchanged; the pages are in {documents}"
        )


def _finish(site: Path, tell: Progress) -> tuple[int, int]:
    """Give every page its policy, check its links, and count files and bytes."""
    found = sorted(p for p in site.rglob("*") if p.is_file())
    names = {p: p.relative_to(site).as_posix() for p in found}
    files = frozenset(names.values())
    ids: dict[str, frozenset[str]] = {}
    targets: dict[str, list[tuple[str, str]]] = {}
    sums: list[str] = []
    size = 0
    for path, name in names.items():
        if name.endswith(".html"):
            # Written over and not anew: a page only grows by its policy, and some file
            # systems wait for the disk when a file that is still in memory is emptied.
            with path.open("r+b") as file:
                text = file.read().decode("utf-8")
                content = built_page.with_policy(text).encode()
                file.seek(0)
                file.write(content)
                file.truncate()
            ids[name] = built_page.anchors(text)
            if name != "404.html":
                # Its links start at the server's root, wherever it is shown.
                targets[name] = list(built_page.links(text))
        else:
            content = path.read_bytes()
        size += len(content)
        sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
    for name, page_targets in targets.items():
        wrong = built_page.complaint(name, page_targets, files, ids)
        if wrong is not None:
            raise PublishError(f"{wrong}; the published site is unchanged")
    (site / downloads.SUMS).write_text("".join(sums), encoding="utf-8")
    tell("checked", len(targets), len(targets))
    return len(found), size


def _silent(what: str, done: int, total: int | None) -> None:
    """Tell nobody."""
