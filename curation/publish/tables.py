"""Rows of the tables on cell pages, as values; templates only lay them out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.publish import addresses, labels
from curation.publish.catalogue import Catalogue
from curation.publish.markup import excerpt
from evidence.cells import Cell
from evidence.claims import Claim
from evidence.findings import Finding, Tally, Vote, comparison, count, vote_of
from evidence.types import Role, TimeBand
from evidence.vocabulary import ComparatorClass
from evidence.wording import COMPARATOR_WORDS, counts, sentence

SIDES = (Vote.FAVOURS, Vote.AGAINST, Vote.NO_CLEAR_DIFFERENCE, Vote.MIXED)
MARKERS = (Vote.RAISED, Vote.LOWERED)


@dataclass(frozen=True, slots=True)
class Count:
    """A number under a column, with the column's words and mark."""

    vote: str
    word: str
    number: int


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of comparator, or all of them, in the table of a role."""

    label: str
    against: tuple[str, ...]
    counts: tuple[Count, ...]
    studies: int
    target: int
    total: bool = False


@dataclass(frozen=True, slots=True)
class SensitivityLine:
    """The sentence again, of fewer studies."""

    label: str
    text: str
    changes: bool


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim as the study table shows it."""

    id: str
    address: str
    study: str
    study_address: str
    design: str
    n: int | None
    population: str
    target: bool
    comparator: str
    measure: str
    timepoint: str
    direction: str
    mark: str
    turned_from: str | None
    point: str | None
    effect: str
    p: str | None
    year: int | None
    quote: str
    status: str
    counted: bool
    curators: str
    decided: str | None
    pmid: int
    doi: str | None
    treatment: str
    domain: str
    role: str
    retracted: bool
    spin: bool
    """The conclusion claims more than the results, and this is one of the two."""


def votes_of(tallies: Sequence[Tally]) -> tuple[Vote, ...]:
    """Return the columns that a table of these tallies needs; zeros are shown."""
    marked = any(t.raised or t.lowered for t in tallies)
    return (*SIDES, *MARKERS) if marked else SIDES


def count_columns(tally: Tally, votes: Sequence[Vote], role: Role) -> tuple[Count, ...]:
    """Return one number for each column."""
    words = labels.votes(role)
    return tuple(
        Count(labels.VOTE_CLASS[v], words[v], getattr(tally, v.value)) for v in votes
    )


def class_rows(cell: Cell, catalogue: Catalogue) -> tuple[ClassRow, ...]:
    """Return the table by class of comparator, acute phase, the total last."""
    kinds = [k for k in ComparatorClass if k is not ComparatorClass.WITHIN_GROUP]
    rows = [(k, cell.select(comparator_class=k)) for k in kinds]
    tallies = [count(found) for _, found in rows]
    votes = votes_of([*tallies, cell.tally()])
    table = [
        ClassRow(
            label=_sentence_case(COMPARATOR_WORDS[kind]),
            against=_comparators(found, catalogue),
            counts=count_columns(tally, votes, cell.role),
            studies=tally.studies,
            target=tally.target,
        )
        for (kind, found), tally in zip(rows, tallies, strict=True)
        if found
    ]
    if table:
        total = cell.tally()
        table.append(
            ClassRow(
                "With a comparison, each study once",
                (),
                count_columns(total, votes, cell.role),
                total.studies,
                total.target,
                total=True,
            )
        )
    return tuple(table)


def within_rows(cell: Cell) -> tuple[tuple[str, str, int, int], ...]:
    """Return mark, words, studies and studies in the target population."""
    found = [f for f in cell.findings if not f.compared]
    rows = []
    for vote, words in labels.uncompared(cell.role).items():
        of_vote = [f for f in found if f.vote is vote]
        studies = {f.study for f in of_vote}
        if studies:
            target = {f.study for f in of_vote if f.target}
            mark = labels.WITHIN_CLASS
            if vote in MARKERS:
                mark = labels.VOTE_CLASS[vote]
            rows.append((mark, _sentence_case(words), len(studies), len(target)))
    return tuple(rows)


def bands(cell: Cell, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """Return the sentences of the later time bands that hold anything."""
    words = catalogue.protocol.words
    return tuple(
        (
            _sentence_case(labels.BAND_WORDS[band]),
            sentence(tally, words, cell.role),
        )
        for band in TimeBand
        if band is not TimeBand.ACUTE and (tally := cell.tally(band=band)).studies
    )


def sensitivity(cell: Cell, catalogue: Catalogue) -> tuple[SensitivityLine, ...]:
    """Return whether the words change when fewer studies are let in."""
    words = catalogue.protocol.words
    base = cell.tally()
    if base.studies == 0:
        return ()
    lines = (
        ("Randomised only", cell.tally(randomised=True)),
        (f"{words.target} only", cell.tally(target=True)),
        (
            f"{words.target} and randomised only",
            cell.tally(target=True, randomised=True),
        ),
        ("Inert comparator only", cell.tally(comparator_class=ComparatorClass.INERT)),
    )
    return tuple(
        SensitivityLine(
            label,
            sentence(tally, words, cell.role),
            counts(tally) != counts(base),
        )
        for label, tally in lines
    )


def rung_counts(found: Sequence[Finding], catalogue: Catalogue) -> str:
    """Return how many studies stand on each rung: "MDD 2, one failed trial 1"."""
    studies: dict[str, set[str]] = {}
    for f in found:
        studies.setdefault(f.population, set()).add(f.study)
    rungs = catalogue.protocol.populations
    order = [*rungs, *sorted(studies.keys() - rungs.keys())]
    names = (
        (rungs[p].short if p in rungs else p, len(studies[p]))
        for p in order
        if p in studies
    )
    return ", ".join(f"{name} {number}" for name, number in names)


def claim_rows(
    claims: Sequence[Claim], treatment: str, catalogue: Catalogue
) -> Iterator[ClaimRow]:
    """Return the claims as a cell's table shows them, turned round where needed."""
    arms = catalogue.protocol.members(treatment) | {treatment}
    for claim in claims:
        yield claim_row(claim, claim.draft.treatment not in arms, catalogue)


def claim_row(claim: Claim, turned: bool, catalogue: Catalogue) -> ClaimRow:
    """Return one claim as its table shows it.

    Parameters
    ----------
    claim
        The claim.
    turned
        The row's treatment is the claim's comparator.
    catalogue
        For labels.
    """
    draft, protocol = claim.draft, catalogue.protocol
    vote = vote_of(draft, turned, protocol)
    kind = ComparatorClass.ACTIVE if turned else comparison(draft, protocol)
    within = kind is ComparatorClass.WITHIN_GROUP
    if vote is None:
        words, mark = draft.direction.value.replace("_", " "), ""
    elif within:
        words = labels.uncompared(draft.role)[vote]
        mark = labels.VOTE_CLASS[vote] if vote in MARKERS else labels.WITHIN_CLASS
    else:
        words, mark = labels.one_study(draft.role)[vote], labels.VOTE_CLASS[vote]
    if draft.nuance is not None:
        words += f" ({draft.nuance.value.replace('_', ' ')})"
    point = draft.point_direction
    if point is not None and turned:
        point = point.turned()
    record = catalogue.record(draft.pmid)
    population = protocol.populations.get(draft.population)
    measure = protocol.outcomes.get(draft.measure or "")
    named = [draft.outcome, measure.label if measure else None]
    return ClaimRow(
        id=claim.id,
        address=addresses.claim(claim),
        study=catalogue.study_label(claim.study),
        study_address=addresses.study(claim.study),
        design=labels.design(draft.design),
        n=draft.n,
        population=population.short if population else draft.population,
        target=protocol.is_target(draft.population),
        comparator=protocol.label(draft.treatment if turned else draft.comparator),
        measure=" · ".join(dict.fromkeys(name for name in named if name))
        or "not stated",
        timepoint=draft.timepoint or "not stated",
        direction=words,
        mark=mark,
        turned_from=protocol.label(draft.treatment) if turned else None,
        point=point.value.replace("_", " ") if point else None,
        effect=" ".join(p for p in (draft.effect, draft.interval) if p)
        or "not printed",
        p=_p(draft.p),
        year=claim.year,
        quote=excerpt(draft.quote),
        status=labels.STATUS_WORDS[claim.status],
        counted=claim.status.counts,
        curators=", ".join(claim.curators),
        decided=claim.decided_at.date().isoformat() if claim.decided_at else None,
        pmid=draft.pmid,
        doi=record.doi if record else None,
        treatment=draft.treatment,
        domain=draft.domain,
        role=labels.ROLE_TITLES[Role(draft.role)],
        retracted=claim.retraction.value == "retracted",
        spin="spin" in draft.flags,
    )


def _p(printed: str | None) -> str | None:
    if printed is None or printed[:1] in "pP":
        return printed
    return f"p {printed}" if printed[:1] in "<>=≤≥" else f"p = {printed}"


def _comparators(found: Sequence[Finding], catalogue: Catalogue) -> tuple[str, ...]:
    names = {c for f in found for c in f.comparators}
    return tuple(sorted(catalogue.protocol.label(name) for name in names))


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
