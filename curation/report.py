"""What a refresh tells: for programs as JSON, for people as Markdown."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from evidence.cells import Cell
from evidence.library import CellKey
from evidence.protocol import Protocol
from evidence.wording import sentence


@dataclass(slots=True)
class SearchReport:
    """One search: how many it found, and what of it was new."""

    search: str
    label: str
    found: int
    new: int
    swept: bool
    known_items: int = 0
    """References that it should find, whatever their year."""
    known_items_found: int = 0
    phrases_not_found: list[str] = field(default_factory=list)


@dataclass(slots=True)
class CellChange:
    """A cell whose public words differ after the run."""

    treatment: str
    domain: str
    role: str
    before: str
    after: str


@dataclass(slots=True)
class LostRecord:
    """A record that PubMed no longer has, seen for the first time."""

    pmid: int
    merged_into: int | None
    """The PMID under which PubMed answered for it."""
    claims: int
    """Accepted claims of it, which counted until now."""

    def __str__(self) -> str:
        """Return it as a person reads it."""
        fate = "is gone from PubMed"
        if self.merged_into is not None:
            fate = f"was merged in PubMed into PMID {self.merged_into}"
        rested = {0: "no accepted claim", 1: "1 accepted claim"}
        rest = rested.get(self.claims, f"{self.claims} accepted claims")
        again = ", now to be looked at again" if self.claims else ""
        return f"PMID {self.pmid} {fate}; {rest} rested on it{again}"


@dataclass(slots=True)
class Report:
    """Everything that a run did. "Nothing new" is said, never left to be guessed."""

    heading: ClassVar[str] = "Refresh"

    started: str
    dry_run: bool = False
    searches: list[SearchReport] = field(default_factory=list)
    citing: int = 0
    """Papers that cite a reference and lie within the searches' reach."""
    fetched: int = 0
    new: int = 0
    changed: int = 0
    retracted: int = 0
    missing: list[int] = field(default_factory=list)
    """Asked for by PMID and not sent; without those that were gone before."""
    lost: list[LostRecord] = field(default_factory=list)
    """Of these, the records that are held."""
    interrupted: list[str] = field(default_factory=list)
    """Earlier runs that were found dead when this one began."""
    quarantined: list[dict[str, Any]] = field(default_factory=list)
    references: dict[str, int] = field(default_factory=dict)
    """References by state, after the run."""
    references_resolved: list[int] = field(default_factory=list)
    claims_proposed: int = 0
    claims_updated: int = 0
    claims_withdrawn: int = 0
    needs_rereview: int = 0
    awaiting_review: int = 0
    cells: list[CellChange] = field(default_factory=list)
    requests: int = 0
    retries: int = 0
    rate_limited: int = 0
    warnings: list[str] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing came and nothing changed."""
        came = self.new or self.changed or self.claims_proposed
        return not (came or self.lost or self.cells)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return asdict(self)

    def as_markdown(self) -> str:
        """Return the report as a person reads it in the morning."""
        lines = [f"# {self.heading} of {self.started[:16].replace('T', ' ')} UTC", ""]
        if self.dry_run:
            lines += ["A dry run: nothing was written.", ""]
        if self.is_quiet:
            lines += ["Nothing new.", ""]
        lines += [
            f"- {self.new} records new, {self.changed} changed, "
            f"{self.retracted} newly retracted; {self.fetched} fetched",
            f"- {self.claims_proposed} claims proposed, {self.claims_updated} updated, "
            f"{self.claims_withdrawn} withdrawn",
            f"- {self.awaiting_review} claims await review, "
            f"{self.needs_rereview} are to be looked at again",
            f"- {self.citing} papers that cite a reference, within reach",
            "- references: "
            + (", ".join(f"{n} {s}" for s, n in self.references.items()) or "none"),
            f"- {self.requests} requests to NCBI, {self.retries} repeated, "
            f"{self.rate_limited} told to slow down",
        ]
        if self.searches:
            lines += [
                "",
                "| search | found | new | known items found |",
                "| --- | ---: | ---: | ---: |",
                *(
                    f"| {s.label} | {s.found} | {s.new} "
                    f"| {s.known_items_found} of {s.known_items} |"
                    for s in self.searches
                ),
            ]
        if self.cells:
            lines += ["", "## Cells whose words changed", ""]
            lines += [
                f"- {c.treatment} × {c.domain} ({c.role}): “{c.before}” → “{c.after}”"
                for c in self.cells
            ]
        problems = [
            *self.interrupted,
            *self.warnings,
            *map(str, self.lost),
            *(f"PMID {p} was asked for and not sent" for p in self._unheard_of()),
            *(f"PMID {q['pmid']}: {q['reason']}" for q in self.quarantined),
        ]
        if problems:
            lines += ["", "## To look at", "", *(f"- {p}" for p in problems)]
        return "\n".join(lines) + "\n"

    def _unheard_of(self) -> list[int]:
        """Return PMIDs that a search or a link named and PubMed did not send."""
        lost = {one.pmid for one in self.lost}
        return [pmid for pmid in self.missing if pmid not in lost]


def changes(
    before: Mapping[CellKey, Cell], after: Mapping[CellKey, Cell], protocol: Protocol
) -> list[CellChange]:
    """Return the cells whose sentence differs; a run may take away, never add."""
    changed = []
    for key in sorted(before.keys() | after.keys()):
        treatment, domain, role = key
        empty = Cell(treatment=treatment, domain=domain, role=role)
        old, new = (
            sentence(cells.get(key, empty).tally(), protocol.words, role)
            for cells in (before, after)
        )
        if old != new:
            changed.append(CellChange(treatment, domain, role.value, old, new))
    return changed
