"""Gold files: abstracts with the claims that careful readers found in them.

JSON Lines, one abstract a line. A line without `claims` counts as read and empty, so
that abstracts in which no claim may be found need no annotation at all.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from curation.errors import ExtractorError
from curation.extract.json_lines import bad_row, read_bytes, rows
from evidence.records import MAX_PMID, Record, Section
from evidence.types import Direction, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldClaim:
    """One finding as a reader noted it; `also` are spans that repeat it."""

    quote: str
    start: int
    end: int
    treatment: str
    comparator: str | None
    domain: str
    role: Role
    direction: Direction
    outcome: str | None = None
    hedged: bool = False
    p: str | None = None
    n: int | None = None
    also: tuple[tuple[int, int], ...] = ()

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Every place of the abstract that states the finding."""
        return ((self.start, self.end), *self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldAbstract:
    """One abstract with its claims; none means that it was read and holds none."""

    key: str
    """The PMID as the file has it, or whatever else names the abstract there."""
    pmid: int
    """A stand-in where the file has no PMID; see `load_gold`."""
    title: str | None
    sections: tuple[Section, ...]
    claims: tuple[GoldClaim, ...] = ()
    population: str | None = None
    design: str | None = None
    n: int | None = None

    @property
    def record(self) -> Record:
        """The abstract as the extractor sees it: no journal, no MeSH, no dates."""
        return Record(pmid=self.pmid, title=self.title, sections=self.sections)

    @property
    def abstract(self) -> str:
        """The text that the offsets count in."""
        return self.record.abstract or ""


@dataclass(frozen=True, slots=True)
class GoldFile:
    """A gold file as read, with the digest that says which version it was."""

    name: str
    sha256: str
    abstracts: tuple[GoldAbstract, ...]

    @property
    def claims(self) -> int:
        """How many claims the readers found."""
        return sum(len(a.claims) for a in self.abstracts)


def _printed(value: Any) -> Any:
    """Let a PMID or a p value be written as a number as well as a string."""
    plain_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if plain_number else value


Printed = Annotated[str, BeforeValidator(_printed)]
_Name = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class SectionRow(_Row):
    """A section as files write it; an empty label is no label."""

    text: str
    label: str | None = None

    def section(self) -> Section:
        """Return it as part of a record."""
        return Section(self.text, self.label or None)


class _ClaimRow(_Row):
    quote: Annotated[str, StringConstraints(min_length=1)]
    start: int
    end: int
    treatment: _Name
    comparator: str | None = None
    domain: _Name
    role: Role | None = None
    direction: Direction
    outcome: str | None = None
    hedged: bool | None = None
    p: Printed | None = None
    n: int | None = None
    also: tuple[tuple[int, int], ...] | None = None

    def claim(self) -> GoldClaim:
        fields = self.model_dump()
        fields["role"] = self.role or Role.OUTCOME
        fields["hedged"] = bool(self.hedged)
        fields["also"] = self.also or ()
        return GoldClaim(**fields)


class _AbstractRow(_Row):
    pmid: Printed | None = None
    id: Printed | None = None
    title: str | None = None
    abstract: str | None = None
    sections: tuple[SectionRow, ...] | None = None
    claims: tuple[_ClaimRow, ...] | None = None
    population: str | None = None
    design: str | None = None
    n: int | None = None

    @model_validator(mode="after")
    def _quotes_stand_in_the_text(self) -> "_AbstractRow":
        if self.abstract is None and self.sections is None:
            raise ValueError("neither abstract nor sections; give one of them")
        text = "\n".join(s.text for s in self._sections())
        if self.abstract is not None and self.abstract != text:
            raise ValueError(
                "sections joined by one newline are not the abstract; "
                "leave one of the two out"
            )
        for number, claim in enumerate(self.claims or (), start=1):
            if text[max(claim.start, 0) : max(claim.end, 0)] != claim.quote:
                raise ValueError(
                    f"claim {number}: the abstract does not hold the quote at "
                    f"{claim.start}-{claim.end}; count code points from 0"
                )
        return self

    def _sections(self) -> tuple[Section, ...]:
        if self.sections is not None:
            return tuple(s.section() for s in self.sections)
        # Blank lines stay as empty sections: the offsets must keep their meaning.
        lines = self.abstract.split("\n") if self.abstract else []
        return tuple(Section(line) for line in lines)

    def gold(self, line: int) -> GoldAbstract:
        key = self.pmid or self.id or f"line {line}"
        return GoldAbstract(
            key=key,
            pmid=_number(self.pmid, line),
            title=self.title,
            sections=self._sections(),
            claims=tuple(c.claim() for c in self.claims or ()),
            population=self.population,
            design=self.design,
            n=self.n,
        )


def _number(pmid: str | None, line: int) -> int:
    if pmid is not None and pmid.isascii() and pmid.isdigit():
        # A PMID of 5,000 digits is a slip of the file, and int() would refuse it.
        number = int(pmid[: len(str(MAX_PMID)) + 1])
        if 0 < number <= MAX_PMID:
            return number
    # Far above every PMID that was ever given out, so that nobody takes it for one.
    return MAX_PMID - line


def load_gold(path: Path) -> GoldFile:
    """Read a gold file.

    An abstract whose `pmid` is absent or no number gets `999999999 - line` as a
    stand-in; an `id` names it in reports but is not taken for a PMID.

    Raises
    ------
    ExtractorError
        On the first line that cannot be read, with what to do about it.
    """
    found: list[GoldAbstract] = []
    places: dict[str, int] = {}
    content = read_bytes(path)
    for line, row in rows(path, content):
        try:
            gold = _AbstractRow.model_validate(row).gold(line)
        except ValidationError as error:
            raise bad_row(path, line, row, error) from None
        if gold.key in places:
            raise ExtractorError(
                f"{path} line {line}: {gold.key} stands on line {places[gold.key]} "
                "already; an abstract counts once, so keep one of the two lines"
            )
        places[gold.key] = line
        found.append(gold)
    if not found:
        raise ExtractorError(
            f"{path} holds no abstract; give a gold file in JSON Lines"
        )
    return GoldFile(path.name, hashlib.sha256(content).hexdigest(), tuple(found))


def load_all(paths: Iterable[Path]) -> tuple[GoldFile, ...]:
    """Read gold files that will be measured together.

    Raises
    ------
    ExtractorError
        Also where two files hold the same abstract: it would count twice.
    """
    files = tuple(load_gold(path) for path in paths)
    if not files:
        raise ExtractorError("no gold file was named; name at least one")
    home: dict[str, str] = {}
    for file in files:
        for gold in file.abstracts:
            if gold.key != str(gold.pmid):
                continue  # Ids and lines count within their own file only.
            if gold.key in home:
                raise ExtractorError(
                    f"{file.name}: PMID {gold.key} is in {home[gold.key]} too; "
                    "measure the files one at a time"
                )
            home[gold.key] = file.name
    return files
