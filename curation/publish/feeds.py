"""What changed and when, as Atom and JSON Feed: site, treatments, domains, cells.

Sources: RFC 4287, *The Atom Syndication Format*; JSON Feed 1.1,
https://www.jsonfeed.org/version/1.1/. Links are relative to the feed, since a site
does not know where it is served; the ids are UUIDs and the same for good.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from lxml import etree

from curation.publish import addresses, labels
from curation.publish.catalogue import Catalogue, Pair
from curation.publish.formats import json_text
from curation.publish.markup import plain
from curation.publish.releases import shown
from evidence.claims import Claim
from evidence.decisions import Status
from evidence.library import Run, RunKind, RunOutcome

NEWEST = 30
"""Entries of one feed; what is older stands on the pages."""

_ATOM = "http://www.w3.org/2005/Atom"
_TOLD = (RunKind.REFRESH, RunKind.RECHECK)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    id: str
    at: datetime
    title: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The news of a part of the site."""

    address: str
    """Without the ending of its format."""
    title: str
    page: str
    entries: tuple[Entry, ...]


def files(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every feed, in both formats."""
    # The review's own date is the only one that stands before anything happened.
    start = datetime.combine(catalogue.protocol.review.published, time(), UTC)
    for feed in feeds(catalogue):
        yield f"{feed.address}.atom", atom(feed, catalogue, start)
        yield f"{feed.address}.json", json_feed(feed, catalogue)


def feeds(catalogue: Catalogue) -> Iterator[Feed]:
    """Yield the site's feed, and one for each part of it that has news."""
    site = catalogue.protocol.site_title
    label = catalogue.protocol.label
    decided = [c for c in catalogue.library.claims.values() if c.decided_at]
    general = [*_releases(catalogue), *_runs(catalogue.library.runs)]
    general += [_decision(claim, catalogue) for claim in decided]
    yield Feed(addresses.feed("site"), site, addresses.NEWS, _newest(general))

    by_pair: dict[Pair, dict[str, Entry]] = defaultdict(dict)
    for (treatment, domain, _), claims in catalogue.claims_by_cell.items():
        for claim in claims:
            if claim.decided_at is not None:
                entry = _decision(claim, catalogue)
                by_pair[treatment, domain][entry.id] = entry
    for pair, entry in _changes(catalogue):
        by_pair[pair][entry.id] = entry
    treatments: dict[str, dict[str, Entry]] = defaultdict(dict)
    domains: dict[str, dict[str, Entry]] = defaultdict(dict)
    for (treatment, domain), found in sorted(by_pair.items()):
        if (treatment, domain) not in catalogue.pairs_with_news:
            continue
        treatments[treatment] |= found
        domains[domain] |= found
        yield Feed(
            addresses.feed("cells", f"{treatment}--{domain}"),
            f"{label(treatment)} × {label(domain)} - {site}",
            addresses.cell(treatment, domain),
            _newest(found.values()),
        )
    for kind, parts, page in (
        ("treatments", treatments, addresses.treatment),
        ("domains", domains, addresses.domain),
    ):
        for slug, found in parts.items():
            title = f"{label(slug)} - {site}"
            entries = _newest(found.values())
            yield Feed(addresses.feed(kind, slug), title, page(slug), entries)


def atom(feed: Feed, catalogue: Catalogue, start: datetime) -> bytes:
    """Return a feed as Atom.

    Parameters
    ----------
    feed
        What it tells.
    catalogue
        The site's name is its author.
    start
        When it was updated, where nothing has happened yet.
    """
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]  # stubs forget the default namespace
    up = addresses.root(feed.address)
    _add(root, "id", f"urn:uuid:{addresses.uuid('feed', feed.address)}")
    _add(root, "title", feed.title)
    newest = max((entry.at for entry in feed.entries), default=start)
    _add(root, "updated", _time(newest))
    _add(_add(root, "author"), "name", catalogue.protocol.site_title)
    own = f"{feed.address.rpartition('/')[2]}.atom"
    _add(root, "link", rel="self", type="application/atom+xml", href=own)
    _add(root, "link", rel="alternate", type="text/html", href=up + feed.page)
    for entry in feed.entries:
        node = _add(root, "entry")
        _add(node, "id", f"urn:uuid:{entry.id}")
        _add(node, "title", entry.title, type="text")
        _add(node, "updated", _time(entry.at))
        _add(node, "link", rel="alternate", type="text/html", href=up + entry.address)
        _add(node, "content", entry.text, type="text")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def json_feed(feed: Feed, catalogue: Catalogue) -> bytes:
    """Return a feed as JSON Feed."""
    up = addresses.root(feed.address)
    found = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": plain(feed.title),
        "home_page_url": up + feed.page,
        "feed_url": f"{feed.address.rpartition('/')[2]}.json",
        "authors": [{"name": plain(catalogue.protocol.site_title)}],
    }
    items = [
        {
            "id": f"urn:uuid:{entry.id}",
            "url": up + entry.address,
            "title": plain(entry.title),
            "content_text": plain(entry.text),
            "date_published": _time(entry.at),
        }
        for entry in feed.entries
    ]
    written = json_text.array(map(json_text.line, items))
    return json_text.encoded(json_text.document(found, items=written))


def _add(
    parent: etree._Element, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    node = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    if text is not None:
        node.text = plain(text)
    return node


def _newest(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    found = sorted(entries, key=lambda entry: entry.id)
    found.sort(key=lambda entry: entry.at, reverse=True)
    return tuple(found[:NEWEST])


def _decision(claim: Claim, catalogue: Catalogue) -> Entry:
    draft, protocol = claim.draft, catalogue.protocol
    at = claim.decided_at
    if at is None:  # pragma: no cover - callers ask for decided claims only
        raise AssertionError(f"claim {claim.id} has no decision")
    status = labels.STATUS_WORDS[claim.status]
    cell = f"{protocol.label(draft.treatment)} × {protocol.label(draft.domain)}"
    text = f"A claim on {cell}: {status}."
    if claim.status is not Status.WITHDRAWN:
        text += f" Direction as reported: {draft.direction.value.replace('_', ' ')}."
    if catalogue.library.demonstration:
        text += " Demonstration: decided by the project, not by a clinician."
    return Entry(
        id=addresses.uuid("decision", claim.id, at.isoformat()),
        at=at,
        title=f"{catalogue.study_label(claim.study)}, {cell}: {status}",
        text=text,
        address=addresses.claim_page(claim.id),
    )


def _releases(catalogue: Catalogue) -> Iterator[Entry]:
    for release in catalogue.library.releases:
        number = len(release.changes)
        cells = "1 cell says" if number == 1 else f"{number} cells say"
        yield Entry(
            id=addresses.uuid("release", release.number, release.at.isoformat()),
            at=release.at,
            title=f"Release {release.number}",
            text=f"{cells} something else than in the release before.",
            address=addresses.release(release.number),
        )


def _changes(catalogue: Catalogue) -> Iterator[tuple[Pair, Entry]]:
    for release in catalogue.library.releases:
        for change in release.changes:
            told = shown(change, catalogue)
            keys = (change.treatment, change.domain, change.role)
            yield (
                (change.treatment, change.domain),
                Entry(
                    id=addresses.uuid("change", release.number, *keys),
                    at=release.at,
                    title=f"{told.label}, {told.role}: {told.after or 'nothing now'}",
                    text=f"Before: {told.before or 'nothing.'} "
                    f"In release {release.number}: {told.after or 'nothing.'}",
                    address=addresses.cell(change.treatment, change.domain),
                ),
            )


def _runs(runs: Iterable[Run]) -> Iterator[Entry]:
    for run in runs:
        if run.kind not in _TOLD or run.finished is None:
            continue
        numbers = {k: v for k, v in run.counts.items() if type(v) is int and v}
        if not numbers or run.outcome is RunOutcome.FAILED:
            continue
        told = "; ".join(f"{k.replace('_', ' ')} {v}" for k, v in numbers.items())
        yield Entry(
            id=addresses.uuid("run", run.id, run.started.isoformat()),
            at=run.finished,
            title=f"{run.kind.value.capitalize()} of {run.started.date().isoformat()}",
            text=f"{told}.",
            address=addresses.NEWS + "#runs",
        )


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
