"""A protocol: a review told as tables, and the vocabulary to test it with.

Everything that belongs to one disease stands in a protocol folder. Another review
of another disease is another folder; no code knows the difference.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from evidence.consistency import check
from evidence.errors import ProtocolError
from evidence.review import (
    Assertion,
    Reference,
    RegulatoryFact,
    Search,
    SearchFilters,
    SearchTerms,
    SourceReview,
    Words,
)
from evidence.tables import Located, TomlFile
from evidence.vocabulary import (
    Comparator,
    ComparatorClass,
    Domain,
    DomainKind,
    Exclusion,
    Labelled,
    Marker,
    Outcome,
    Population,
    Row,
    Treatment,
)

FILES = {
    "review.toml": ("id", "version", "name", "site_title", "review", "words"),
    "domains.toml": ("system", "domain"),
    "treatments.toml": ("group", "treatment", "comparator"),
    "outcomes.toml": ("outcome",),
    "populations.toml": ("marker", "population"),
    "exclusions.toml": ("exclusion",),
    "searches.toml": ("since", "window_days", "condition", "filters", "search"),
    "references.toml": ("reference",),
    "assertions.toml": ("assertion",),
    "regulatory.toml": ("fact",),
}
"""The files of a protocol, in the order of its digest, and what may stand in each."""

DEFAULT_FOLDER = Path(__file__).parent / "protocols" / "trd"


@dataclass(frozen=True)
class Protocol:
    """A checked protocol; its mappings keep the files' order, which is displayed."""

    folder: Path
    sha256: str
    """Over the bytes of all its files: another digest, another protocol version."""
    id: str
    version: int
    name: str
    site_title: str
    review: SourceReview
    words: Words
    groups: Mapping[str, Labelled]
    treatments: Mapping[str, Treatment]
    comparators: Mapping[str, Comparator]
    systems: Mapping[str, Labelled]
    domains: Mapping[str, Domain]
    outcomes: Mapping[str, Outcome]
    markers: Mapping[str, Marker]
    populations: Mapping[str, Population]
    exclusions: Mapping[str, Exclusion]
    references: Mapping[int, Reference]
    assertions: Mapping[str, Assertion]
    facts: tuple[RegulatoryFact, ...]
    searches: Mapping[str, Search]
    condition: SearchTerms
    filters: SearchFilters
    since: date
    window_days: int
    """By how many days two increments of a search overlap."""

    @cached_property
    def _ancestors(self) -> Mapping[str, tuple[str, ...]]:
        def climb(slug: str) -> tuple[str, ...]:
            found: dict[str, None] = {}
            for parent in self.treatments[slug].classes:
                found[parent] = None
                found.update(dict.fromkeys(climb(parent)))
            return tuple(found)

        return {slug: climb(slug) for slug in self.treatments}

    @cached_property
    def _members(self) -> Mapping[str, frozenset[str]]:
        members: dict[str, set[str]] = {slug: set() for slug in self.treatments}
        for slug, parents in self._ancestors.items():
            for parent in parents:
                members[parent].add(slug)
        return {slug: frozenset(found) for slug, found in members.items()}

    def ancestors(self, treatment: str) -> tuple[str, ...]:
        """Return the classes above a treatment, nearest first; () if unknown."""
        return self._ancestors.get(treatment, ())

    def members(self, treatment: str) -> frozenset[str]:
        """Return every treatment below a class; empty for a molecule."""
        return self._members.get(treatment, frozenset())

    def comparator_class(self, comparator: str | None) -> ComparatorClass:
        """Return what kind of comparison it is; no comparator is within-group."""
        if comparator is None:
            return ComparatorClass.WITHIN_GROUP
        row = self.comparators.get(comparator)
        return row.class_ if row is not None else ComparatorClass.ACTIVE

    def is_target(self, population: str) -> bool:
        """Return whether a rung of the ladder is the review's own population."""
        row = self.populations.get(population)
        return row is not None and row.target

    def label(self, slug: str | None) -> str:
        """Return the label of a treatment, comparator or domain; the slug if none."""
        if slug is None:
            return "no comparator"
        tables = (self.treatments, self.comparators, self.domains, self.populations)
        for table in tables:
            if (row := table.get(slug)) is not None:
                return str(row.label)
        return slug

    def tables(self) -> Mapping[str, tuple[Row, ...]]:
        """Return the rows of every table, by the table's name."""
        return {
            "groups": tuple(self.groups.values()),
            "treatments": tuple(self.treatments.values()),
            "comparators": tuple(self.comparators.values()),
            "systems": tuple(self.systems.values()),
            "domains": tuple(self.domains.values()),
            "outcomes": tuple(self.outcomes.values()),
            "markers": tuple(self.markers.values()),
            "populations": tuple(self.populations.values()),
            "exclusions": tuple(self.exclusions.values()),
            "references": tuple(self.references.values()),
            "assertions": tuple(self.assertions.values()),
            "regulatory": self.facts,
            "searches": tuple(self.searches.values()),
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the whole protocol as plain JSON values."""
        head = {
            "id": self.id,
            "version": self.version,
            "name": self.name,
            "sha256": self.sha256,
            "since": self.since.isoformat(),
            "review": self.review.model_dump(mode="json"),
            "words": self.words.model_dump(mode="json"),
        }
        rows = {
            name: [row.model_dump(mode="json", by_alias=True) for row in table]
            for name, table in self.tables().items()
        }
        return head | rows

    def domains_of(self, kind: DomainKind) -> tuple[str, ...]:
        """Return the slugs of the columns of one kind, in display order."""
        return tuple(d.id for d in self.domains.values() if d.kind is kind)


def load(folder: Path = DEFAULT_FOLDER) -> Protocol:
    """Read and check a protocol folder.

    Raises
    ------
    ProtocolError
        On the first mistake, with file, line and table: correct it and load again.
    """
    if not folder.is_dir():
        raise ProtocolError(
            f"protocol folder {folder} is not a directory; "
            "set CURATION_PROTOCOL to a folder that holds review.toml"
        )
    files = {name: TomlFile(folder / name) for name in FILES}
    for name, keys in FILES.items():
        files[name].only(*keys)
    review, searches = files["review.toml"], files["searches.toml"]
    treatments, domains = files["treatments.toml"], files["domains.toml"]
    populations = files["populations.toml"]
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((folder / name).read_bytes())
    protocol = Protocol(
        folder=folder,
        sha256=digest.hexdigest(),
        id=_scalar(review, "id", str),
        version=_scalar(review, "version", int),
        name=_scalar(review, "name", str),
        site_title=_scalar(review, "site_title", str),
        review=review.single("review", SourceReview),
        words=review.single("words", Words),
        groups=_index(treatments.rows("group", Labelled)),
        treatments=_index(treatments.rows("treatment", Treatment)),
        comparators=_index(treatments.rows("comparator", Comparator)),
        systems=_index(domains.rows("system", Labelled)),
        domains=_index(domains.rows("domain", Domain)),
        outcomes=_index(files["outcomes.toml"].rows("outcome", Outcome)),
        markers=_index(populations.rows("marker", Marker)),
        populations=_index(populations.rows("population", Population)),
        exclusions=_index(files["exclusions.toml"].rows("exclusion", Exclusion)),
        references=_index(
            files["references.toml"].rows("reference", Reference), "number"
        ),
        assertions=_index(files["assertions.toml"].rows("assertion", Assertion)),
        facts=tuple(
            f.row for f in files["regulatory.toml"].rows("fact", RegulatoryFact)
        ),
        searches=_index(searches.rows("search", Search)),
        condition=searches.single("condition", SearchTerms),
        filters=searches.single("filters", SearchFilters),
        since=_scalar(searches, "since", date),
        window_days=_scalar(searches, "window_days", int),
    )
    check(files)
    return protocol


def _scalar(file: TomlFile, key: str, kind: type[Any]) -> Any:
    value = file.values.get(key)
    if not isinstance(value, kind):
        raise ProtocolError(
            f"{file.name}: {key} must be a {kind.__name__}, is {value!r}"
        )
    return value


def _index(rows: Iterable[Located], key: str = "id") -> Mapping[Any, Any]:
    found: dict[Any, Any] = {}
    for located in rows:
        name = getattr(located.row, key)
        if name in found:
            raise ProtocolError(
                f"{located.place}: this {key} stands twice; ids are unique"
            )
        found[name] = located.row
    return MappingProxyType(found)
