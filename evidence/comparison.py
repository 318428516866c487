"""What may be said of the review beside the studies: a fixed set of sentences.

The review gets no score, nothing is called superior, and it is not faulted for
papers that came after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from evidence.cells import Cell
from evidence.findings import Finding, Tally, count
from evidence.protocol import Protocol
from evidence.review import Assertion, Stance
from evidence.types import Role, TimeBand
from evidence.wording import counts, studies

MATCHING_UNTESTED = "Matching untested."


class Outcome(StrEnum):
    """How an assertion stands beside the studies."""

    UNTESTED = "untested"
    INDIRECT = "indirect_only"
    ONE_DIRECT = "one_direct"
    AGREES = "agrees"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"
    OPPOSES = "opposes"
    DIVIDED = "divided"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on one assertion, with the studies that bear on it directly."""

    outcome: Outcome
    sentence: str
    direct: tuple[str, ...] = ()
    matching_tested: bool | None = None
    """None where the assertion says nothing of matching."""


def compare(
    assertion: Assertion, cells: Mapping[Role, Cell], protocol: Protocol
) -> Comparison:
    """Set an assertion beside the cells of its treatment and domain.

    Parameters
    ----------
    assertion
        What the review says.
    cells
        The cells of the same treatment and domain, by role; absent ones are empty.
    protocol
        For the words of the review's own population.
    """
    own = cells.get(assertion.role)
    direct = tuple(f for f in own.findings if is_direct(f)) if own else ()
    tested: bool | None = None
    if assertion.matching:
        moderators = cells.get(Role.MODERATOR)
        tested = moderators is not None and any(
            f.compared and f.target for f in moderators.findings
        )
    outcome, sentence = _judge(assertion, direct, cells, protocol)
    if tested is False:
        sentence = f"{sentence} {MATCHING_UNTESTED}"
    return Comparison(
        outcome=outcome,
        sentence=sentence,
        direct=tuple(sorted({f.study for f in direct})),
        matching_tested=tested,
    )


def is_direct(finding: Finding) -> bool:
    """Return whether a finding tests as asserted: the population, randomised.

    In the acute phase; relapse after stopping is another question.
    """
    return (
        finding.target
        and finding.randomised
        and finding.compared
        and finding.band is TimeBand.ACUTE
    )


def _judge(
    assertion: Assertion,
    direct: tuple[Finding, ...],
    cells: Mapping[Role, Cell],
    protocol: Protocol,
) -> tuple[Outcome, str]:
    tally = count(direct)
    if tally.studies == 0:
        what = _indirect(assertion, cells, protocol)
        if not what:
            return Outcome.UNTESTED, "No reviewed study here tests this."
        return Outcome.INDIRECT, f"Studied only in {what}; not tested as asserted."
    if tally.studies == 1:
        return Outcome.ONE_DIRECT, "One direct study; too few to compare."
    return _direction(assertion.stance, tally)


def _direction(stance: Stance, tally: Tally) -> tuple[Outcome, str]:
    n = tally.studies
    agrees = f"Direction agrees in {n} studies."
    opposes = f"Direction opposes the review in {n} studies."
    null = f"No clear difference in {n} studies; absence of effect is not shown."
    all_for, all_null = tally.favours == n, tally.no_clear_difference == n
    all_against = tally.against == n
    if stance in (Stance.FAVOURS, Stance.APPROVED):
        if all_for:
            return Outcome.AGREES, agrees
        if all_null:
            return Outcome.NO_CLEAR_DIFFERENCE, null
        if all_against:
            return Outcome.OPPOSES, opposes
    elif stance is Stance.NO_CLEAR_BENEFIT:
        if all_null:
            return Outcome.AGREES, agrees
        if all_for:
            return Outcome.OPPOSES, opposes
    elif stance is Stance.CAUTIONS:
        if all_against:
            return Outcome.AGREES, agrees
        if all_null:
            return Outcome.NO_CLEAR_DIFFERENCE, null
        if all_for:
            return Outcome.OPPOSES, opposes
    # A mechanism, or an unstated direction, can be neither agreed with nor opposed.
    text = f"{counts(tally)}; {studies(n)}."
    return Outcome.DIVIDED, text[0].upper() + text[1:]


_OTHER_BAND = {
    TimeBand.CONTINUATION: "continued treatment",
    TimeBand.RELAPSE_AFTER_STOPPING: "relapse after stopping",
}

_OTHER_ROLE = {
    Role.OUTCOME: "effect on the domain",
    Role.SUBGROUP: "patients with the domain",
    Role.MODERATOR: "whether the domain goes with response",
    Role.OVERALL: "overall severity",
}


def _indirect(
    assertion: Assertion, cells: Mapping[Role, Cell], protocol: Protocol
) -> str:
    """Return in what it was studied instead, in words; "" where in nothing."""
    target = protocol.words.target
    what: dict[str, None] = {}
    own = cells.get(assertion.role)
    for f in own.findings if own else ():
        if f.band is not TimeBand.ACUTE:
            what[_OTHER_BAND[f.band]] = None
        elif not f.compared:
            what["change from baseline"] = None
        elif not f.target:
            population = protocol.populations.get(f.population)
            what[population.short if population else f.population] = None
        else:
            what[f"{target} without randomisation"] = None
    if own is not None and own.reviews:
        what["systematic reviews and pooled analyses"] = None
    for role, cell in cells.items():
        if role is not assertion.role and (cell.findings or cell.reviews):
            what[f"another question ({_OTHER_ROLE[role]})"] = None
    return ", ".join(what)
