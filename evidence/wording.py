"""The words in which a cell is told. Plain counts; nothing that sounds like a grade.

Not used, and tested for: most, effective, works, superior, may, likely. The last
two are GRADE's; the others say more than a count can.
"""

from evidence.cells import Cell, Emptiness
from evidence.findings import Finding, Tally, Vote
from evidence.review import Words
from evidence.types import Role
from evidence.vocabulary import ComparatorClass

NOT_USED = ("most", "effective", "works", "superior", "may", "likely", "proven")

CERTAINTY = "certainty not assessed"

VOTE_WORDS = {
    Vote.FAVOURS: "favour",
    Vote.AGAINST: "against",
    Vote.NO_CLEAR_DIFFERENCE: "no clear difference",
    Vote.MIXED: "mixed",
    Vote.RAISED: "raised",
    Vote.LOWERED: "lowered",
}

ONE_STUDY = VOTE_WORDS | {Vote.FAVOURS: "favours"}

MODERATOR_WORDS = {
    Vote.FAVOURS: "better response",
    Vote.AGAINST: "poorer response",
    Vote.NO_CLEAR_DIFFERENCE: "no relation found",
    Vote.MIXED: "mixed",
    Vote.RAISED: "raised",
    Vote.LOWERED: "lowered",
}
"""For a moderator a vote is no effect: more of the domain goes with this."""

COMPARATOR_WORDS = {
    ComparatorClass.INERT: "against placebo or sham",
    ComparatorClass.ACTIVE: "against another treatment",
    ComparatorClass.USUAL_CARE: "against usual care or waiting list",
    ComparatorClass.OTHER_DOSE: "against another dose",
    ComparatorClass.WITHIN_GROUP: "from baseline, no comparison",
}

EMPTINESS_WORDS = {
    Emptiness.NEVER_SEARCHED: "Never searched.",
    Emptiness.NONE_FOUND: "Searched; no study found.",
    Emptiness.AWAITING_REVIEW: "Claims await review; none is reviewed yet.",
    Emptiness.ALL_REJECTED: (
        "All claims found were rejected on review, or their papers retracted."
    ),
    Emptiness.ONLY_BACKGROUND: (
        "Only background, protocol or preclinical statements were found."
    ),
}

_SIDES = (Vote.FAVOURS, Vote.AGAINST, Vote.NO_CLEAR_DIFFERENCE, Vote.MIXED)
_MARKERS = (Vote.RAISED, Vote.LOWERED)


def studies(number: int) -> str:
    """Return "one study", "4 studies", "no study"."""
    if number == 0:
        return "no study"
    return "one study" if number == 1 else f"{number} studies"


def counts(tally: Tally, role: Role = Role.OUTCOME) -> str:
    """Return "3 favour, 1 against, 0 no clear difference, 0 mixed".

    All four sides are always named, so that a zero is seen to be a zero. Markers
    without a side are added where there are any, and stand alone where they are
    all there is.
    """
    marked = sum(getattr(tally, vote.value) for vote in _MARKERS)
    parts: tuple[Vote, ...] = _SIDES
    if marked:
        only = marked + tally.no_clear_difference + tally.mixed == tally.studies
        rest = (Vote.NO_CLEAR_DIFFERENCE, Vote.MIXED)
        parts = (*_MARKERS, *rest) if only else (*_SIDES, *_MARKERS)
    names = MODERATOR_WORDS if role is Role.MODERATOR else VOTE_WORDS
    return ", ".join(f"{getattr(tally, v.value)} {names[v]}" for v in parts)


def sentence(tally: Tally, words: Words, role: Role = Role.OUTCOME) -> str:
    """Return the cell's sentence for one tally of compared studies."""
    if tally.studies == 0:
        return f"No compared study; {CERTAINTY}."
    target = f"({words.target} {tally.target})"
    if tally.studies == 1:
        vote = next(v for v in Vote if getattr(tally, v.value))
        names = MODERATOR_WORDS if role is Role.MODERATOR else ONE_STUDY
        return f"One study: {names[vote]} {target}; {CERTAINTY}."
    return f"{counts(tally, role)}; {studies(tally.studies)} {target}; {CERTAINTY}."


WITHIN_GROUP_WORDS = {
    Vote.FAVOURS: "improved from baseline, no comparison",
    Vote.AGAINST: "worsened from baseline, no comparison",
    Vote.NO_CLEAR_DIFFERENCE: "no clear change from baseline, no comparison",
    Vote.MIXED: "mixed change from baseline, no comparison",
    Vote.RAISED: "raised from baseline, no comparison",
    Vote.LOWERED: "lowered from baseline, no comparison",
}

TREATED_ONLY_WORDS = {
    vote: f"{name}, in treated patients only" for vote, name in MODERATOR_WORDS.items()
}
"""Without a comparator a moderator may be a prognosis that no treatment changes."""


def within_group(cell: Cell) -> str | None:
    """Return how many studies had no comparison, in words; None if none."""
    found = [f for f in cell.findings if not f.compared]
    if not found:
        return None
    moderator = cell.role is Role.MODERATOR
    names = TREATED_ONLY_WORDS if moderator else WITHIN_GROUP_WORDS
    parts = []
    for vote, name in names.items():
        of_vote = {f.study for f in found if f.vote is vote}
        if of_vote:
            parts.append(f"{studies(len(of_vote))}: {name}")
    text = "; ".join(parts) + "."
    return text[0].upper() + text[1:]


def designs(findings: tuple[Finding, ...]) -> str:
    """Return the designs of some findings in words: "2 randomised, 1 cohort"."""
    by_design: dict[str, set[str]] = {}
    for f in findings:
        name = f.design.value.replace("_", " ")
        by_design.setdefault(name, set()).add(f.study)
    return ", ".join(f"{len(found)} {name}" for name, found in by_design.items())
