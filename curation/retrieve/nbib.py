"""A record of PubMed's MEDLINE text format (.nbib) as a `Record`; pure.

The format is read by Bio.Medline. It holds less than the XML: the labels of a
structured abstract stand in its text ("RESULTS: ..."), so the abstract is one section
without a label, as printed; of a collective author only the name, not its place among
the others, is known unless it comes first.

Source: NLM, *MEDLINE/PubMed Data Element (Field) Descriptions*,
https://www.nlm.nih.gov/bsd/mms/medlineelements.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TypeAlias

from Bio import Medline

from curation.errors import RecordError
from curation.retrieve import dates, identifiers, medline
from curation.retrieve.fields import is_copyright_line
from evidence.records import (
    Author,
    Correction,
    OtherAbstract,
    PartialDate,
    Record,
    Section,
    normalise,
)

Fields: TypeAlias = Mapping[str, str | list[str]]

_CORRECTIONS = {
    "CIN": "CommentIn",
    "CON": "CommentOn",
    "CRF": "CorrectedandRepublishedFrom",
    "CRI": "CorrectedandRepublishedIn",
    "ECF": "ExpressionOfConcernFor",
    "ECI": "ExpressionOfConcernIn",
    "EFR": "ErratumFor",
    "EIN": "ErratumIn",
    "ORI": "OriginalReportIn",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPF": "RepublishedFrom",
    "RPI": "RepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn",
    "SPIN": "SummaryForPatientsIn",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
}
_SUFFIXES = frozenset({"Jr", "Sr", "2nd", "3rd", "4th", "II", "III", "IV"})
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_DOI_FIELD = re.compile(r"(\S+) \[doi\]")
_PLAIN_DATE = re.compile(r"(\d{4})(?: ([A-Z][a-z]{2})(?: (\d{1,2}))?)?")
_LINKED_PMID = re.compile(r"\bPMID: (\d+)")


def parse(lines: Iterable[str]) -> Iterator[Fields]:
    """Yield the fields of each record in MEDLINE text, whole values unfolded."""
    # Biopython declares itself typed, its Medline module is not.
    yield from Medline.parse(_unfolded(lines))  # type: ignore[no-untyped-call]


def read(fields: Fields) -> Record:
    """Return the record that a MEDLINE text record describes.

    Raises
    ------
    RecordError
        Where it cannot be believed: no PMID or a bad one, or a text above
        `medline.MAX_TEXT`.
    """
    raw = _first(fields, "PMID")
    number = identifiers.pmid(raw)
    if number is None:
        shown = "no PMID" if raw is None else f"PMID {raw[:40]!r}, which is no PMID"
        raise RecordError(f"a record has {shown}; it cannot be stored, fetch it again")
    title, book = _first(fields, "TI"), _first(fields, "BTI")
    abstract = _first(fields, "AB")
    if abstract is not None and is_copyright_line(abstract):
        abstract = None
    record = Record(
        pmid=number,
        kind="book" if book is not None else "article",
        title=title or book,
        vernacular_title=_first(fields, "TT"),
        sections=(Section(abstract),) if abstract is not None else (),
        other_abstracts=tuple(OtherAbstract(t) for t in _values(fields, "OAB")),
        doi=_doi(fields),
        pmcid=identifiers.pmcid(_first(fields, "PMC")),
        journal=_first(fields, "TA")
        or _first(fields, "JT")
        or (book if title else None),
        volume=_first(fields, "VI"),
        issue=_first(fields, "IP"),
        pages=_first(fields, "PG"),
        languages=_values(fields, "LA"),
        published=_published(_first(fields, "DP")),
        electronic=_electronic(_first(fields, "DEP")),
        created=_day(_first(fields, "CRDT")),
        revised=_day(_first(fields, "LR")),
        status=_first(fields, "STAT"),
        publication_status=_first(fields, "PST"),
        publication_types=_values(fields, "PT"),
        mesh=_mesh(_values(fields, "MH")),
        keywords=tuple(k.removeprefix("*") for k in _values(fields, "OT")),
        authors=_authors(fields),
        registry_ids=_registry_ids(_values(fields, "SI")),
        corrections=tuple(_corrections(fields)),
    )
    medline.check(record)
    return record


def _unfolded(lines: Iterable[str]) -> Iterator[str]:
    """Join continuation lines, which Bio.Medline would list as values of their own."""
    pending: str | None = None
    for line in lines:
        if pending is not None and line.startswith("      ") and line.strip():
            pending = f"{pending} {line.strip()}"
            continue
        if pending is not None:
            yield pending + "\n"
        pending = line.rstrip()
    if pending is not None:
        yield pending + "\n"


def _values(fields: Fields, key: str) -> tuple[str, ...]:
    """Return a field's values without control characters; empty ones dropped."""
    raw = fields.get(key, [])
    every = [raw] if isinstance(raw, str) else raw
    return tuple(v for value in every if (v := normalise(_CONTROLS.sub("", value))))


def _first(fields: Fields, key: str) -> str | None:
    return next(iter(_values(fields, key)), None)


def _doi(fields: Fields) -> str | None:
    for key in ("LID", "AID"):
        for value in _values(fields, key):
            for found in _DOI_FIELD.findall(value):
                if (doi := identifiers.doi(found)) is not None:
                    return doi
    return None


def _published(raw: str | None) -> PartialDate | None:
    if raw is None:
        return None
    plain = _PLAIN_DATE.fullmatch(raw)
    if plain is None or (plain[2] is not None and dates.month(plain[2]) is None):
        return dates.partial(None, free_text=raw)
    return dates.partial(plain[1], plain[2], plain[3])


def _day(raw: str | None) -> date | None:
    """Read "20200715" or "2009/04/28 09:00"."""
    digits = (raw or "")[:10].replace("/", "")
    return dates.day(digits[:4], digits[4:6], digits[6:8])


def _electronic(raw: str | None) -> PartialDate | None:
    found = _day(raw)
    return None if found is None else PartialDate(found.year, found.month, found.day)


def _mesh(headings: Iterable[str]) -> tuple[str, ...]:
    """Return the descriptors: "Depression" of "Depression/*drug therapy"."""
    names = (heading.split("/")[0].removeprefix("*") for heading in headings)
    return tuple(dict.fromkeys(names))


def _registry_ids(sources: Iterable[str]) -> tuple[str, ...]:
    split = (source.partition("/") for source in sources)
    found = (number for name, _, number in split if identifiers.is_trial_registry(name))
    return tuple(dict.fromkeys(number for number in found if number))


def _corrections(fields: Fields) -> Iterator[Correction]:
    for key in fields:
        for value in _values(fields, key) if key in _CORRECTIONS else ():
            linked = _LINKED_PMID.search(value)
            number = identifiers.pmid(linked[1]) if linked else None
            source = normalise(_LINKED_PMID.sub("", value)) or None
            yield Correction(_CORRECTIONS[key], number, source)


def _authors(fields: Fields) -> tuple[Author, ...]:
    people = _people(_values(fields, "FAU"), _values(fields, "AU"))
    if not people:
        people = _people(_values(fields, "FED"), _values(fields, "ED"))
    groups = tuple(Author(collective=name) for name in _values(fields, "CN"))
    keys = [key for key in fields if key in ("CN", "FAU", "AU")]
    return groups + people if keys[:1] == ["CN"] else people + groups


def _people(full: tuple[str, ...], short: tuple[str, ...]) -> tuple[Author, ...]:
    if len(full) == len(short):
        return tuple(_person(f, s) for f, s in zip(full, short, strict=True))
    return tuple(_person(name, "") for name in full or short)


def _person(full: str, short: str) -> Author:
    """Read "Zarate, Carlos A Jr" beside "Zarate CA Jr"."""
    family, comma, given = (part.strip() for part in full.partition(","))
    if not comma and not short and " " in full:  # "Zarate CA": no full name given
        short, family = full, full.rpartition(" ")[0]
    rest = short.removeprefix(family).split()
    suffix = rest.pop() if len(rest) > 1 and rest[-1] in _SUFFIXES else None
    if suffix is not None:
        given = given.removesuffix(suffix).strip()
    return Author(
        family=family or None,
        given=given or None,
        initials=" ".join(rest) or None,
        suffix=suffix,
    )
