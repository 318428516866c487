"""The DOI and the address in a printed reference, mended where torn; pure."""

import re
from dataclasses import dataclass

_RESOLVER = r"https?://(?:dx\.)?doi\.org/"
_DOI = re.compile(
    rf"(?:(?P<led>{_RESOLVER}|\bdoi\s*[:.]?\s*(?:{_RESOLVER})?)|(?<![\w./]))"
    r"(?P<prefix>10\.\d{4,9})(?P<suffix>/\S*)?",
    re.IGNORECASE,
)
_RESOLVED = re.compile(_RESOLVER, re.IGNORECASE)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
_LEAD = re.compile(r"(?:\bAvailable (?:from|at):?|\bURL:?)\s*$", re.IGNORECASE)
_TAIL = re.compile(r"\s+(?P<tail>[\w(./-][\w()./;:<>-]*\d[\w()./;:<>-]*)\s*$")


@dataclass(frozen=True, slots=True)
class Found:
    """What leads from a printed line to the thing itself."""

    rest: str
    """The line without it."""
    printed: str | None = None
    """The DOI as printed, without resolver."""
    doi: str | None = None
    """The DOI as mended; None where it needs no mending."""
    note: str | None = None
    """What was mended."""
    url: str | None = None


def take(line: str) -> Found:
    """Take DOI and address out of a line."""
    doi = next(
        (d for d in _DOI.finditer(line) if d["led"] or len(d["suffix"] or "") > 1), None
    )
    if doi is None:
        return _with_url(line, Found(line))
    before, after = _LEAD.sub("", line[: doi.start()]), line[doi.end() :]
    printed = _closed(doi["prefix"] + (doi["suffix"] or ""))
    torn = _TAIL.match(after)
    if torn is not None and _is_torn(doi["suffix"] or "", torn["tail"]):
        tail = _closed(torn["tail"])
        whole = doi["prefix"] + (doi["suffix"] or "")
        lost = "/" not in whole and not tail.startswith("/")
        return Found(
            rest=before.rstrip(),
            printed=f"{whole} {tail}",
            doi=f"{whole}/{tail}" if lost else f"{whole}{tail}",
            note="The DOI is printed in two parts; they are joined"
            + (" with the slash that is missing." if lost else "."),
        )
    note = None if "/" in printed else "The DOI is printed without its second half."
    rest = f"{before.rstrip()} {after.strip(' .,;')}".strip()
    return _with_url(rest, Found(rest, printed, note=note))


def _is_torn(suffix: str, tail: str) -> bool:
    """Return whether what follows a DOI is its other half.

    It is where the DOI has no second part yet or ends in a sign that asks for more,
    and where nothing else follows.
    """
    return suffix in ("", "/") or suffix[-1] in "./-_(" or tail[0] in "./-"


def _with_url(line: str, found: Found) -> Found:
    url = next((u for u in _URL.finditer(line) if not _RESOLVED.match(u.group())), None)
    if url is None:
        return found
    before = _LEAD.sub("", line[: url.start()])
    rest = f"{before.rstrip()} {line[url.end() :].strip(' .,;')}".strip()
    return Found(rest, found.printed, found.doi, found.note, _closed(url.group()))


def _closed(text: str) -> str:
    """Return an address without the punctuation of the sentence that it ends."""
    text = text.rstrip(".,;:>\"'")
    for opening, closing in ("()", "[]"):
        while text.endswith(closing) and text.count(opening) < text.count(closing):
            text = text[:-1].rstrip(".,;:")
    return text
