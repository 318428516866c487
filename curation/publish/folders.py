"""Folders that publishing owns: marked, written by difference, swapped in whole."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from curation.errors import PublishError

MARKER = ".published-by-curation"
"""In every folder that we made; a folder without it is never overwritten."""


def claim(folder: Path) -> None:
    """Make a folder ours, or refuse it.

    Raises
    ------
    PublishError
        Where it is a file, or holds things that are not ours.
    """
    refuse_foreign(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()


def refuse_foreign(folder: Path) -> None:
    """Raise where a folder holds anything that publishing did not write.

    Raises
    ------
    PublishError
        Where it is a file, or not empty and without our marker.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PublishError(f"{folder} is not a folder; choose another --output")
    if not folder.is_dir() or (folder / MARKER).is_file():
        return
    if any(folder.iterdir()):
        raise PublishError(
            f"{folder} is not empty and was not made by publishing; nothing was "
            "written. Choose another --output or empty it yourself"
        )


def lay(folder: Path, files: Mapping[str, bytes]) -> int:
    """Make a folder hold exactly `files`; return how many were written or removed.

    A file that holds the right bytes already is not touched.
    """
    changed = 0
    for parent in {(folder / name).parent for name in files}:
        parent.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        if path.is_file() and path.read_bytes() == content:
            continue
        path.write_bytes(content)
        changed += 1
    for path in sorted(folder.rglob("*"), reverse=True):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif name not in files and name != MARKER:
            path.unlink()
            changed += 1
    return changed


def aside(output: Path) -> tuple[Path, Path]:
    """Return where the new site is built and where the old one waits."""
    return (
        output.with_name(f".{output.name}.new"),
        output.with_name(f".{output.name}.old"),
    )


def recover(output: Path) -> None:
    """Finish or undo a swap that was interrupted, and drop half-built sites."""
    new, old = aside(output)
    if old.exists():
        if output.exists():
            shutil.rmtree(old)
        else:
            old.rename(output)
    if new.exists():
        shutil.rmtree(new)


def swap(new: Path, output: Path) -> None:
    """Put a finished site where the old one was.

    Between the two renames nothing is served; `recover` restores the old site if
    the second never happens.
    """
    _, old = aside(output)
    if output.exists():
        output.rename(old)
    try:
        new.rename(output)
    except OSError:
        if old.exists():
            old.rename(output)
        raise
    if old.exists():
        shutil.rmtree(old)
