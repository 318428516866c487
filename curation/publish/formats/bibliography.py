"""The reports behind the claims as RIS, BibTeX and CSL-JSON, for reference managers.

Sources: RIS, *Research Information Systems* tags as Zotero and EndNote read them;
BibTeX, Patashnik, *BibTeXing* (1988), section 4; CSL-JSON 1.0.2,
https://github.com/citation-style-language/schema
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from curation.publish.catalogue import Catalogue
from curation.publish.formats import json_text
from curation.publish.markup import plain
from evidence.decisions import Status
from evidence.records import Author, Record, Retraction

_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)

_LATEX = {
    "\\": r"{\textbackslash}",
    # BibTeX counts braces even behind a backslash, so \{ would unbalance the entry.
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "%": r"\%",
    "&": r"\&",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "ß": r"{\ss}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "œ": r"{\oe}",
    "Œ": r"{\OE}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "å": r"{\aa}",
    "Å": r"{\AA}",
    "ı": r"{\i}",
}
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0308": '"',
    "\u0304": "=",
    "\u0307": ".",
    "\u0306": "u",
    "\u030c": "v",
    "\u030b": "H",
    "\u0327": "c",
    "\u0328": "k",
}


@dataclass(frozen=True, slots=True)
class Report:
    """A record that claims quote, and how far its claims are reviewed."""

    record: Record
    study: str
    reviewed: int
    waiting: int

    @property
    def note(self) -> str:
        """Return what a reader of the list must know, in one line."""
        state = f"{self.reviewed} reviewed claims, {self.waiting} unreviewed"
        said = f"Study {plain(self.study)}; {state}."
        if self.record.retraction is Retraction.RETRACTED:
            return f"RETRACTED. {said}"
        if self.record.retraction is Retraction.CONCERN:
            return f"Expression of concern. {said}"
        return said


def reports(catalogue: Catalogue) -> tuple[Report, ...]:
    """Return every held record with a claim that stands, in order of PMID."""
    reviewed: Counter[int] = Counter()
    waiting: Counter[int] = Counter()
    studies: dict[int, str] = {}
    for claim in catalogue.library.claims.values():
        if claim.status is Status.WITHDRAWN:
            continue
        pmid = claim.draft.pmid
        studies[pmid] = claim.study
        reviewed[pmid] += claim.status.counts
        waiting[pmid] += claim.status.awaits
    return tuple(
        Report(record, studies[pmid], reviewed[pmid], waiting[pmid])
        for pmid in sorted(studies)
        if (record := catalogue.record(pmid)) is not None
    )


def ris(found: Iterable[Report]) -> bytes:
    """Return the reports as RIS: two letters, two spaces, a hyphen, a space."""
    lines: list[str] = []
    for report in found:
        record = report.record
        first, last = _pages(record)
        lines.append(f"TY  - {'BOOK' if record.kind == 'book' else 'JOUR'}")
        tagged: list[tuple[str, str | None]] = [
            ("ID", f"pmid-{record.pmid}"),
            *(("AU", _inverted(author)) for author in record.authors),
            ("TI", record.title),
            ("JO", record.journal),
            ("PY", str(record.published.year) if record.published else None),
            ("DA", _ris_date(record)),
            ("VL", record.volume),
            ("IS", record.issue),
            ("SP", first),
            ("EP", last),
            ("DO", record.doi),
            ("AN", str(record.pmid)),
            ("DB", "PubMed"),
            ("LA", ", ".join(record.languages)),
            ("UR", _url(record)),
            ("N1", report.note),
        ]
        for tag, value in tagged:
            if value and (text := plain(value)):
                lines.append(f"{tag}  - {text}")
        lines += ["ER  - ", ""]
    return "".join(f"{line}\r\n" for line in lines).encode(errors="replace")


def bibtex(found: Iterable[Report]) -> bytes:
    """Return the reports as BibTeX in ASCII wherever TeX has a way to write it."""
    entries = []
    for report in found:
        record = report.record
        month = record.published.month if record.published else None
        kind = "book" if record.kind == "book" else "article"
        fields: list[tuple[str, str | None]] = [
            ("author", " and ".join(_bibtex_name(a) for a in record.authors)),
            # A second pair of braces keeps styles from lowering capitals.
            ("title", f"{{{latex(record.title)}}}" if record.title else None),
            ("journal", latex(record.journal)),
            ("year", str(record.published.year) if record.published else None),
            ("volume", latex(record.volume)),
            ("number", latex(record.issue)),
            ("pages", latex(record.pages)),
            ("doi", latex(record.doi)),
            ("pmid", str(record.pmid)),
            ("url", _url(record)),
            ("note", latex(report.note)),
        ]
        lines = [f"@{kind}{{pmid{record.pmid},"]
        lines += [f"  {name} = {{{value}}}," for name, value in fields if value]
        if month is not None:
            lines.append(f"  month = {_MONTHS[month - 1]},")
        entries.append("\n".join([*lines, "}\n"]))
    return "\n".join(entries).encode(errors="replace")


def csl(found: Sequence[Report]) -> bytes:
    """Return the reports as CSL-JSON, one array of items."""
    return json_text.encoded(json_text.array(json_text.line(_csl(r)) for r in found))


def latex(text: str | None) -> str:
    r"""Return text as TeX writes it: specials escaped, accents as commands.

    >>> latex("Müller & {x}")
    'M{\\"u}ller \\& {\\textbraceleft}x{\\textbraceright}'
    """
    if text is None:
        return ""
    return "".join(_latex(char) for char in unicodedata.normalize("NFC", plain(text)))


def _latex(char: str) -> str:
    if char in _LATEX:
        return _LATEX[char]
    parts = unicodedata.normalize("NFD", char)
    if len(parts) == 2 and parts[0].isascii() and parts[1] in _ACCENTS:
        letter = {"i": r"\i", "j": r"\j"}.get(parts[0], parts[0])
        accent = _ACCENTS[parts[1]]
        if accent.isalpha():
            letter = f"{{{letter}}}"
        return f"{{\\{accent}{letter}}}"
    return char


def _bibtex_name(author: Author) -> str:
    if author.collective is not None:
        return f"{{{latex(author.collective)}}}"
    family = latex(author.family)
    plain_name = author.family or ""
    if "," in plain_name or " and " in f" {plain_name.lower()} ":
        family = f"{{{family}}}"
    given = latex(author.given or author.initials)
    if "," in given or " and " in f" {given.lower()} ":
        given = f"{{{given}}}"
    suffix = latex(author.suffix).replace(",", "")
    return ", ".join(part for part in (family, suffix, given) if part)


def _inverted(author: Author) -> str | None:
    if author.collective is not None:
        return author.collective
    given = author.given or author.initials
    return ", ".join(p for p in (author.family, given, author.suffix) if p) or None


def _ris_date(record: Record) -> str | None:
    when = record.published
    if when is None or when.month is None:
        return None
    return f"{when.year}/{when.month:02}/{f'{when.day:02}' if when.day else ''}/"


def _pages(record: Record) -> tuple[str | None, str | None]:
    """Return first and last page; PubMed prints "365-72" for 365 to 372."""
    if not record.pages:
        return None, None
    first, dash, last = plain(record.pages).partition("-")
    if not dash or not (first.isdecimal() and last.isdecimal()):
        return record.pages, None
    return first, first[: len(first) - len(last)] + last


def _url(record: Record) -> str:
    return f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/"


def _csl(report: Report) -> dict[str, Any]:
    record = report.record
    first, last = _pages(record)
    fields: dict[str, Any] = {
        "id": f"pmid-{record.pmid}",
        "type": "book" if record.kind == "book" else "article-journal",
        "title": record.title,
        "author": [_csl_name(author) for author in record.authors],
        "container-title": record.journal,
        "volume": record.volume,
        "issue": record.issue,
        "page": "-".join(p for p in (first, last) if p),
        "DOI": record.doi,
        "PMID": str(record.pmid),
        "PMCID": record.pmcid,
        "URL": _url(record),
        "language": ", ".join(record.languages),
        "note": report.note,
    }
    when = record.published
    if when is not None:
        parts = [when.year]
        if when.month:
            parts += [when.month] + ([when.day] if when.day else [])
        fields["issued"] = {"date-parts": [parts]}
    return {key: value for key, value in fields.items() if value}


def _csl_name(author: Author) -> dict[str, str]:
    if author.collective is not None:
        return {"literal": author.collective}
    named = {
        "family": author.family,
        "given": author.given or author.initials,
        "suffix": author.suffix,
    }
    return {key: value for key, value in named.items() if value}
