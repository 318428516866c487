"""What E-utilities answer, as values; an answer that is not whole is a `Fault`.

The shapes are those of NCBI's DTDs (esearch 20060628, elink 20101123, esummary-v1
20041029, all below https://eutils.ncbi.nlm.nih.gov/eutils/dtd/). None is believed to be
complete because it is well formed: its numbers have to agree with each other and with
what was asked for.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from curation.errors import ArchiveError
from curation.retrieve import archive, elements, identifiers, sniff
from curation.retrieve.elements import Element
from curation.retrieve.faults import Fault, Remedy, of_error

CAP = 9_999
"""Hits of one search that PubMed hands out, however they are paged; it documents
10,000 and serves these."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    count: int
    """All hits, also those not in `pmids`."""
    pmids: tuple[int, ...]
    translation: str | None = None
    """How PubMed read the query."""
    phrases_not_found: tuple[str, ...] = ()
    """Phrases that no record holds, or that PubMed has not indexed as a phrase."""
    warnings: tuple[str, ...] = ()
    """Fields unknown, phrases ignored, sets cut: in PubMed's words."""


@dataclass(frozen=True, slots=True)
class Citing:
    """Which papers cite which."""

    by_cited: Mapping[int, frozenset[int]]
    unanswered: tuple[int, ...] = ()
    """PMIDs of which NCBI says nothing, not even that nobody cites them."""

    @property
    def pmids(self) -> frozenset[int]:
        """Every paper that cites one of them."""
        return frozenset().union(*self.by_cited.values())


@dataclass(frozen=True, slots=True)
class Summary:
    """A record's document summary: enough to see what has become of it."""

    pmid: int
    title: str | None = None
    journal: str | None = None
    date: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    doi: str | None = None
    status: str | None = None
    authors: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summaries:
    """Summaries, and the PMIDs that PubMed has none for: deleted, or never given."""

    found: Mapping[int, Summary] = field(default_factory=dict)
    missing: tuple[int, ...] = ()


def _open(body: bytes, root: str) -> Element:
    """Return the root of an answer that is whole and of the right kind.

    Raises
    ------
    Fault
        Where it is not well-formed to its end, has another root, or is an error.
    """
    try:
        found = etree.fromstring(body, etree.XMLParser(**sniff.SAFE))
    except etree.XMLSyntaxError as error:
        what = f"not well-formed XML, or cut off ({error.msg})"
        raise Fault(what, Remedy.AGAIN, body=body) from None
    if str(found.tag) != root:
        what = f"the root element is {str(found.tag)[:60]}, not {root}"
        error_element = found.find(".//ERROR")
        if error_element is not None:
            raise of_error(error_element.text, body)
        raise Fault(what, Remedy.AGAIN, body=body)
    return found


def _incoherent(what: str, body: bytes) -> Fault:
    return Fault(f"the answer contradicts itself: {what}", Remedy.AGAIN, body=body)


def _pmids(parent: Element, path: str, body: bytes) -> tuple[int, ...]:
    found = []
    for element in parent.iterfind(path):
        number = identifiers.pmid(element.text)
        if number is None:
            raise _incoherent(f"{(element.text or '')[:40]!r} is no PMID", body)
        found.append(number)
    return tuple(found)


def _texts(root: Element, path: str) -> Iterator[str]:
    for element in root.iterfind(path):
        if text := elements.text(element):
            yield text


def read_search(body: bytes, retstart: int, retmax: int) -> Found:
    """Return what a search found; its length has to be what was asked for."""
    root = _open(body, "eSearchResult")
    if (error := root.find("ERROR")) is not None:
        raise of_error(error.text, body)
    count = (root.findtext("Count") or "").strip()
    if not re.fullmatch(r"[0-9]{1,10}", count):
        raise _incoherent("it has no Count", body)
    if root.find("IdList") is None:
        raise _incoherent("it has no IdList", body)
    pmids = _pmids(root, "IdList/Id", body)
    if len(set(pmids)) != len(pmids):
        raise _incoherent("a PMID stands twice", body)
    due = max(0, min(retmax, CAP - retstart, int(count) - retstart))
    if len(pmids) != due:
        raise _incoherent(
            f"{len(pmids):,} PMIDs of {due:,} (Count {int(count):,})", body
        )
    ignored = {"FieldNotFound": "unknown field", "PhraseIgnored": "ignored"}
    return Found(
        count=int(count),
        pmids=pmids,
        translation=elements.text(root.find("QueryTranslation")),
        phrases_not_found=tuple(
            dict.fromkeys(
                phrase
                for tag in ("PhraseNotFound", "QuotedPhraseNotFound")
                for phrase in _texts(root, f".//{tag}")
            )
        ),
        warnings=(
            *(
                f"{w}: {t}"
                for tag, w in ignored.items()
                for t in _texts(root, f".//{tag}")
            ),
            *_texts(root, "WarningList/OutputMessage"),
        ),
    )


def read_records(body: bytes, name: str) -> tuple[archive.Batch, ...]:
    """Return the records of an efetch answer, none of them if it is not whole."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Fault("text in place of XML", Remedy.AGAIN, body=body)
    try:
        return tuple(archive.read_bytes(body, name))
    except ArchiveError as error:
        what = str(error).removeprefix(f"{name}: ").partition("; ")[0]
        raise Fault(f"the answer {what}", Remedy.AGAIN, body=body) from None


def read_citing(body: bytes, asked: Sequence[int]) -> Citing:
    """Return who cites whom; silence is not taken for "nobody"."""
    root = _open(body, "eLinkResult")
    if (error := root.find(".//ERROR")) is not None:
        raise of_error(error.text, body)
    by_cited: dict[int, frozenset[int]] = {}
    for linkset in root.iterfind("LinkSet"):
        cited = _pmids(linkset, "IdList/Id", body)
        if len(cited) > 1:
            raise _incoherent("it joins the links of several PMIDs", body)
        for links in linkset.iterfind("LinkSetDb"):
            if (links.findtext("LinkName") or "").strip() != "pubmed_pubmed_citedin":
                raise _incoherent("it holds links of another kind", body)
        if cited and cited[0] in asked:
            by_cited[cited[0]] = frozenset(_pmids(linkset, "LinkSetDb/Link/Id", body))
    if asked and not by_cited:
        raise _incoherent("it answers for none of the PMIDs", body)
    return Citing(by_cited, tuple(p for p in asked if p not in by_cited))


def read_summaries(body: bytes, asked: Sequence[int]) -> Summaries:
    """Return the summaries; every PMID is either there or said to be unknown."""
    root = _open(body, "eSummaryResult")
    missing = set()
    for error in root.iterfind(".//ERROR"):
        unknown = re.match(r"\s*UID=(\d+): cannot get document", error.text or "")
        if unknown is None:
            raise of_error(error.text, body)
        missing.add(int(unknown[1]))
    found = {}
    for document in root.iterfind("DocSum"):
        summary = _summary(document, body)
        found[summary.pmid] = summary
    if silent := [p for p in asked if p not in found and p not in missing]:
        raise _incoherent(f"it says nothing of PMID {silent[0]}", body)
    return Summaries(
        {pmid: found[pmid] for pmid in asked if pmid in found},
        tuple(pmid for pmid in asked if pmid not in found),
    )


def _summary(document: Element, body: bytes) -> Summary:
    (pmid,) = _pmids(document, "Id", body) or (None,)
    if pmid is None:
        raise _incoherent("a summary has no PMID", body)
    texts: dict[str, str | None] = {}
    lists: dict[str, tuple[str, ...]] = {}
    for item in document.iterfind("Item"):
        name = item.get("Name") or ""
        texts[name] = elements.text(item)
        lists[name] = elements.texts(item, "Item")
    return Summary(
        pmid=pmid,
        title=texts.get("Title"),
        journal=texts.get("Source"),
        date=texts.get("PubDate"),
        volume=texts.get("Volume"),
        issue=texts.get("Issue"),
        pages=texts.get("Pages"),
        doi=texts.get("DOI"),
        status=texts.get("RecordStatus"),
        authors=lists.get("AuthorList", ()),
        publication_types=lists.get("PubTypeList", ()),
    )
