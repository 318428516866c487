"""NLM's baseline and daily update files: which they are, their order, their checksums.

Once a year NLM issues all of PubMed as numbered files, `pubmed26n0001.xml.gz` and so
on; each day's changes and deletions follow under the next numbers (NLM, *Download
PubMed Data*, https://pubmed.ncbi.nlm.nih.gov/download/). Their order is their meaning:
a later file replaces and deletes what earlier ones brought. Beside each lies a `.md5`.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from curation.errors import ArchiveError

SOURCE = "https://ftp.ncbi.nlm.nih.gov/pubmed/"

_NAME = re.compile(r"pubmed(\d\d)n(\d{4,})\.xml(?:\.gz)?")
_MD5 = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_CHUNK = 1 << 20
_SHOWN = 5


@dataclass(frozen=True, slots=True, order=True)
class Release:
    """A baseline or update file; they sort as they are to be loaded."""

    year: int
    """Two digits, as in its name."""
    number: int
    path: Path

    @property
    def name(self) -> str:
        """Its name without ".gz": unpacking a file makes no other file of it."""
        return numbered(self.year, self.number)


def numbered(year: int, number: int) -> str:
    """Return the name that NLM gives to a file."""
    return f"pubmed{year:02}n{number:04}.xml"


def of_name(path: Path) -> Release | None:
    """Return the baseline or update file that a path names, None for any other."""
    found = _NAME.fullmatch(path.name)
    return Release(int(found[1]), int(found[2]), path) if found else None


def sorted_out(paths: Iterable[Path]) -> tuple[list[Release], list[Path]]:
    """Return the baseline and update files among paths, in order, and the others.

    A folder stands for all such files in it and in the folders below.

    Raises
    ------
    ArchiveError
        Where a folder holds none, or a checksum whose file is not there; where one
        file is there twice; where the files are of several years.
    """
    found: list[Release] = []
    others: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += _in_folder(path)
        elif (release := of_name(path)) is not None:
            found.append(release)
        else:
            others.append(path)
    found.sort()
    for one, other in pairwise(found):
        if one.name == other.name:
            raise ArchiveError(
                f"{one.path} and {other.path} are the same file of PubMed; give one"
            )
    years = sorted({release.year for release in found})
    if len(years) > 1:
        listed = " and ".join(f"20{year:02}" for year in years)
        raise ArchiveError(
            f"the files are of the baselines of {listed}; each year's replaces the "
            "one before, load those of one year only"
        )
    return found, others


def _in_folder(folder: Path) -> list[Release]:
    files = [path for path in folder.rglob("pubmed*") if path.is_file()]
    found = [release for path in files if (release := of_name(path)) is not None]
    if not found:
        raise ArchiveError(
            f"{folder}: holds no baseline or update file (pubmed26n0001.xml.gz and the "
            "like); name the files in it that are to be loaded"
        )
    here = {release.path for release in found}
    for path in files:
        file = path.with_suffix("")
        if path.suffix == ".md5" and _NAME.fullmatch(file.name) and file not in here:
            raise ArchiveError(
                f"{path}: the file that this checksum is of is not there; download "
                f"{file.name} from {SOURCE}"
            )
    return found


def check_order(given: Sequence[Release], loaded: Collection[str]) -> str | None:
    """Return what is to be known before files are loaded, None where all is well.

    Parameters
    ----------
    given
        The files to be loaded, of one year, in order.
    loaded
        Names of files that were loaded before.

    Raises
    ------
    ArchiveError
        Where a number is left out, or files of a later year were loaded before.
    """
    if not given:
        return None
    year = given[0].year
    known = [r for name in loaded if (r := of_name(Path(name))) is not None]
    newest = max((release.year for release in known), default=year)
    if newest > year:
        raise ArchiveError(
            f"{given[0].path}: files of 20{newest} were loaded before, and this one of "
            f"20{year:02} is older than they are; load those of 20{newest}"
        )
    numbers = {r.number for r in (*known, *given) if r.year == year}
    first, last = min(numbers), max(numbers)
    missing = [n for n in range(first, last) if n not in numbers]
    if missing:
        names = ", ".join(f"{numbered(year, n)}.gz" for n in missing[:_SHOWN])
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        raise ArchiveError(
            f"{names}{more} missing between the files given or loaded before: what "
            "they change or delete would be lost, and nothing was loaded; download "
            f"them from {SOURCE}"
        )
    if first > 1:
        return (
            f"No file before {numbered(year, first)} was loaded for this choice of "
            f"records: what only those hold is not here. The baseline is at {SOURCE}."
        )
    return None


def digest(path: Path) -> tuple[str, bool]:
    """Return a file's sha256, and whether NLM's checksum beside it vouches for it.

    Raises
    ------
    ArchiveError
        Where the checksum is another one or is not to be read, or the file is not.
    """
    beside = path.with_name(f"{path.name}.md5")
    try:
        expected = _expected(beside) if beside.is_file() else None
        md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
        with path.open("rb") as stream:
            while piece := stream.read(_CHUNK):
                md5.update(piece)
                sha256.update(piece)
    except OSError as error:
        raise ArchiveError(
            f"{path}: cannot be read ({error.strerror or error}); nothing of it was "
            "loaded, download it again"
        ) from None
    if expected is not None and md5.hexdigest() != expected:
        raise ArchiveError(
            f"{path}: its MD5 is {md5.hexdigest()} and {beside.name} says {expected}; "
            "nothing of it was loaded, download both again"
        )
    return sha256.hexdigest(), expected is not None


def _expected(beside: Path) -> str:
    text = beside.read_text(encoding="ascii", errors="replace").lower()
    found = _MD5.search(text)
    if found is None:
        raise ArchiveError(
            f"{beside}: holds no MD5 checksum; nothing of its file was loaded, "
            "download it again"
        )
    return found.group()
