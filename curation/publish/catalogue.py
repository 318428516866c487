"""A library, arranged for publishing: what stands in which cell, on which page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from evidence.cells import Cell, Emptiness, touches
from evidence.claims import STUDY_OF_RECORD, Claim
from evidence.comparison import Comparison, compare
from evidence.decisions import Status
from evidence.library import CellKey, Library
from evidence.records import Record
from evidence.review import Assertion
from evidence.types import Role
from evidence.vocabulary import DomainKind

Pair = tuple[str, str]
"""Treatment and domain: what has a page."""


class Catalogue:
    """The indexes that pages share; made once, in time linear in claims."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.protocol = library.protocol
        self.domains = (
            *self.protocol.domains_of(DomainKind.DOMAIN),
            *self.protocol.domains_of(DomainKind.OVERALL),
            *self.protocol.domains_of(DomainKind.SAFETY),
        )
        """The columns in order, those that stand apart last."""

    @cached_property
    def claims_by_cell(self) -> Mapping[CellKey, tuple[Claim, ...]]:
        """Every claim of any status, at every cell that it touches."""
        found: dict[CellKey, list[Claim]] = defaultdict(list)
        for claim in self._ordered(self.library.claims.values()):
            for treatment in touches(claim.draft, self.protocol):
                found[treatment, claim.draft.domain, claim.draft.role].append(claim)
        return {key: tuple(claims) for key, claims in found.items()}

    @cached_property
    def claims_by_study(self) -> Mapping[str, tuple[Claim, ...]]:
        """Every claim of any status, by study, in the order of the text."""
        found: dict[str, list[Claim]] = defaultdict(list)
        for claim in self._ordered(self.library.claims.values()):
            found[claim.study].append(claim)
        return {study: tuple(claims) for study, claims in found.items()}

    @cached_property
    def assertions(self) -> Mapping[Pair, tuple[Assertion, ...]]:
        """What the review asserts, by treatment and domain."""
        found: dict[Pair, list[Assertion]] = defaultdict(list)
        for assertion in self.protocol.assertions.values():
            found[assertion.treatment, assertion.domain].append(assertion)
        return {pair: tuple(rows) for pair, rows in found.items()}

    @cached_property
    def comparisons(self) -> Mapping[str, Comparison]:
        """Each assertion beside its cells, by the assertion's id."""
        return {
            row.id: compare(row, self.cells(row.treatment, row.domain), self.protocol)
            for row in self.protocol.assertions.values()
        }

    @cached_property
    def pairs(self) -> frozenset[Pair]:
        """What has a page: asserted by the review, or touched by a claim."""
        claimed = {(t, d) for t, d, _ in self.claims_by_cell}
        return frozenset(claimed | self.assertions.keys())

    @cached_property
    def pairs_with_accepted(self) -> frozenset[Pair]:
        """The pairs in which a claim is accepted; they have files of their own."""
        return frozenset(
            (treatment, domain)
            for (treatment, domain, _), claims in self.claims_by_cell.items()
            if any(claim.status.counts for claim in claims)
        )

    @cached_property
    def pairs_with_news(self) -> frozenset[Pair]:
        """The pairs in which something was decided or changed; they have feeds."""
        decided = {
            (treatment, domain)
            for (treatment, domain, _), claims in self.claims_by_cell.items()
            if any(claim.decided_at is not None for claim in claims)
        }
        changed = {
            (change.treatment, change.domain)
            for release in self.library.releases
            for change in release.changes
        }
        return frozenset((decided | changed) & self.pairs)

    @cached_property
    def slugs_with_news(self) -> frozenset[str]:
        """The treatments and domains that have a feed."""
        return frozenset(slug for pair in self.pairs_with_news for slug in pair)

    def cells(self, treatment: str, domain: str) -> dict[Role, Cell]:
        """Return the cells of a pair that hold anything, by role."""
        return self.library.by_role(treatment, domain)

    def main_role(self, domain: str) -> Role:
        """Return the role that a column of the map counts."""
        overall = self.protocol.domains[domain].kind is DomainKind.OVERALL
        return Role.OVERALL if overall else Role.OUTCOME

    def emptiness(self, cell: Cell) -> Emptiness | None:
        """Return which kind of empty a cell is, None where it is not."""
        return cell.emptiness(cell.treatment in self.library.searched)

    def waiting(self, key: CellKey) -> tuple[Claim, ...]:
        """Return a cell's claims that a person still has to decide on."""
        return tuple(c for c in self.claims_by_cell.get(key, ()) if c.status.awaits)

    def record(self, pmid: int) -> Record | None:
        """Return a record, None where the library holds none."""
        return self.library.records.get(pmid)

    @cached_property
    def studies_by_pmid(self) -> Mapping[int, tuple[str, ...]]:
        """The studies with a claim that a record reports."""
        found: dict[int, list[str]] = defaultdict(list)
        for study in self.claims_by_study:
            for pmid in self.reports(study):
                found[pmid].append(study)
        return {pmid: tuple(studies) for pmid, studies in found.items()}

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {}

    def study_label(self, study: str) -> str:
        """Return a study's name as a reader calls it: "Zarate 2006"."""
        if study not in self._labels:
            self._labels[study] = self._label(study)
        return self._labels[study]

    def reports(self, study: str) -> tuple[int, ...]:
        """Return the PMIDs of a study's reports, the first report first."""
        known = self.library.studies.get(study)
        pmids = set(known.pmids) if known else set()
        pmids |= {c.draft.pmid for c in self.claims_by_study.get(study, ())}

        def when(pmid: int) -> tuple[int, int]:
            record = self.record(pmid)
            published = record.published if record else None
            return (published.year if published else 9999, pmid)

        return tuple(sorted(pmids, key=when))

    def _label(self, study: str) -> str:
        name, year = "", None
        for pmid in self.reports(study):
            record = self.record(pmid)
            if record is None:
                continue
            if record.published and year is None:
                year = record.published.year
            author = record.authors[0] if record.authors else None
            if author is not None and not name:
                name = author.family or author.collective or ""
        if name:
            short = name if len(name) <= 40 else name[:39].rstrip() + "…"
            return f"{short} {year}" if year else short
        number = study.removeprefix(STUDY_OF_RECORD)
        plain = f"PMID {number}" if number != study else study
        return f"{plain}, {year}" if year else plain

    def counts(self) -> Mapping[str, int]:
        """Return how much is reviewed and how much is not, for every page's foot."""
        claims = self.library.claims.values()
        reviewed = [c for c in claims if c.status.counts]
        return {
            "records": self.library.record_count,
            "claims": len(claims),
            "reviewed": len(reviewed),
            "studies": len({c.study for c in reviewed}),
            "unreviewed": sum(c.status.awaits for c in claims),
            "rejected": sum(c.status is Status.REJECTED for c in claims),
        }

    @staticmethod
    def _ordered(claims: Iterable[Claim]) -> list[Claim]:
        return sorted(
            claims, key=lambda c: (c.draft.pmid, c.draft.field, c.draft.start, c.id)
        )
