"""In dual review nobody sees what another decided before two people have."""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.decisions import Action, CuratorRole, Decision
from evidence.status import VERDICTS, live, person
from evidence.types import ADDED_BY


@dataclass(frozen=True, slots=True)
class Sight:
    """Who looks, and whether others' decisions are hidden from them."""

    curator: str
    blind: bool = False


def sight_of(curator: str, role: CuratorRole, *, dual: bool) -> Sight:
    """Return how a person sees decisions: only those who decide are blind."""
    return Sight(curator, blind=dual and role is CuratorRole.CURATOR)


def independent(decisions: Sequence[Decision]) -> tuple[Decision, Decision] | None:
    """Return the first verdicts that two people took; None until there are two.

    They are those that stood at the moment when the second was taken. Whatever
    either decides after that, they decide in sight of the other.

    Parameters
    ----------
    decisions
        All decisions on one claim, oldest first.
    """
    for count, decision in enumerate(decisions, start=1):
        if decision.action not in VERDICTS:
            continue
        before = [
            one
            for one in live(decisions[: count - 1])
            if one.action in VERDICTS
            and person(one.curator) != person(decision.curator)
        ]
        if before:
            return before[-1], decision
    return None


def visible(decisions: Sequence[Decision], sight: Sight) -> list[Decision]:
    """Return the decisions on a claim that a person may see.

    Parameters
    ----------
    decisions
        All decisions on one claim, oldest first.
    sight
        Who looks.
    """
    if (
        not sight.blind
        or independent(decisions) is not None
        or any(d.action is Action.ADJUDICATE for d in decisions)
    ):
        return list(decisions)
    return [
        decision
        for number, decision in enumerate(decisions)
        if person(decision.curator) == person(sight.curator)
        # That somebody added a claim is told on the claim itself.
        or (number == 0 and added(decision))
    ]


def added(decision: Decision) -> bool:
    """Return whether a decision is the word with which its curator added the claim."""
    author = str(decision.snapshot.get("extractor"))
    return decision.action is Action.ACCEPT and author == ADDED_BY + decision.curator
