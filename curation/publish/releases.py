"""Releases: a number for a state of the library, and what it says that is new."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest

from curation import __version__
from curation.publish import addresses, downloads
from curation.publish.catalogue import Catalogue
from curation.publish.page import Page, compose
from evidence.library import CellChange, Library, Release
from evidence.types import Role
from evidence.wording import sentence


def numbered(library: Library, sha256: str, at: datetime) -> Library:
    """Return the library as the release after its newest one.

    Parameters
    ----------
    library
        What is published.
    sha256
        Digest of all that its pages are made from.
    at
        The date of the release, aware.
    """
    catalogue = Catalogue(library)
    newest = next(iter(library.releases), None)
    said = sentences(catalogue)
    release = Release(
        number=newest.number + 1 if newest else 1,
        at=at,
        library_sha256=sha256,
        downloads_sha256=downloads.checksum(catalogue),
        # In the order in which the database gives them back, so that the page that
        # is built now is the page that is built again.
        versions={
            "extractor": library.extractor or "none",
            "protocol": f"{library.protocol.id} {library.protocol.version}",
            "protocol sha256": library.protocol.sha256,
            "trd-evidence": __version__,
        },
        counts=dict(sorted(catalogue.counts().items())),
        sentences=said,
        changes=changes(newest.sentences if newest else {}, said),
    )
    return replace(library, releases=(release, *library.releases), release=release)


def sentences(catalogue: Catalogue) -> dict[str, str]:
    """Return what each cell with a finding says, by its three keys."""
    words = catalogue.protocol.words
    return {
        "/".join(key): sentence(cell.tally(), words, cell.role)
        for key, cell in sorted(catalogue.library.cells.items())
        if cell.select()
    }


def changes(
    before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[CellChange, ...]:
    """Return the cells that say something else than before."""
    found = []
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) == after.get(key):
            continue
        treatment, domain, role = key.split("/")
        found.append(
            CellChange(
                treatment=treatment,
                domain=domain,
                role=Role(role),
                before=before.get(key),
                after=after.get(key),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change of a cell, ready for its template."""

    label: str
    href: str | None
    """None where the cell has no page any more."""
    role: str
    before: str | None
    after: str | None


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the list of releases, and a page for each."""
    found = catalogue.library.releases
    yield compose(
        addresses.RELEASES,
        "Releases",
        "releases.html.jinja",
        catalogue,
        searched=False,
        releases=found,
    )
    for release, before in zip_longest(found, found[1:]):
        yield compose(
            addresses.release(release.number),
            f"Release {release.number}",
            "release.html.jinja",
            catalogue,
            searched=False,
            release=release,
            counts=[
                (name.replace("_", " "), before.counts.get(name) if before else None, n)
                for name, n in release.counts.items()
            ],
            changes=[shown(change, catalogue) for change in release.changes],
        )


def shown(change: CellChange, catalogue: Catalogue) -> ShownChange:
    """Return a change with its cell's name and address."""
    protocol, pair = catalogue.protocol, (change.treatment, change.domain)
    known = pair in catalogue.pairs
    names = [protocol.label(slug) if known else slug for slug in pair]
    return ShownChange(
        label=" × ".join(names),
        href=addresses.cell(*pair) if known else None,
        role=change.role.value,
        before=change.before,
        after=change.after,
    )


def manifest(catalogue: Catalogue, sums: bytes) -> dict[str, object]:
    """Return what a program must know of the site: its release and checksums."""
    library, release = catalogue.library, catalogue.library.release
    return {
        "title": library.protocol.site_title,
        "release": release.number if release else None,
        "released": release.at.isoformat() if release else None,
        "demonstration": library.demonstration,
        "protocol": {
            "id": library.protocol.id,
            "version": library.protocol.version,
            "sha256": library.protocol.sha256,
        },
        "trd-evidence": __version__,
        "extractor": library.extractor,
        "library_sha256": release.library_sha256 if release else None,
        "downloads_sha256": hashlib.sha256(sums).hexdigest(),
        "checksums": {"site": "SHA256SUMS", "downloads": "downloads/SHA256SUMS"},
    }
