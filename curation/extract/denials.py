"""What a later clause denies of an earlier one.

"... although this was not significant" takes a finding back, "... but not after
placebo" names what it was held against, "... but not on the second scale" sets two
scales of one domain at odds, "... but not at week twelve" adds what was found then.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from curation.extract.clauses import Clause
from curation.extract.comparison import BASELINE
from curation.extract.composition import Cue
from curation.extract.coordination import Arm
from curation.extract.named import Named
from curation.extract.readings import Finding, Passage, Tables
from evidence.types import Direction, Nuance, Role

_THEN = re.compile(
    r"\b(?:at|by|on|after|in|during|from|for|beyond)\s(?:the\s|any\s|\w+\s)?"
    r"(?:(?:later|end|last|subsequent|other|final|follow-?up|long|remaining|second|"
    r"cohort|study|trial|phase|stage|\d+(?:\.\d+)?|one|two|three|four|six|eight|twelve)"
    r"[\s-])?(?:and\s\d+[\s-])?"
    r"(?:hours?|days?|weeks?|months?|years?|h\b|min|minutes?|end ?points?|follow-?up|"
    r"time ?points?|visits?|assessments?|term|of (?:the )?(?:treatment|study)|"
    r"POD|session|[12AB]\b|I{1,2}\b)(?:\s\d+(?:\sand\s\d+)?)?|"
    r"\b\d+\s?(?:h|hours?|days?|weeks?|months?|years?)\b|"
    r"\b(?:day|week|month|year)s?\s\d|\bthereafter\b|\bat follow-?up\b",
    re.IGNORECASE,
)
_NOT_SIGNIFICANTLY = re.compile(
    r"\W*not (?:to an? )?(?:statistical(?:ly)? )?significan(?:t|tly|ce)\b\W*"
    r"(?:so\b|\(|$)",
    re.IGNORECASE,
)
_THE_DIFFERENCE = re.compile(r"differences? (?:was|were|did)\b", re.IGNORECASE)


def takes_back(clause: Clause, cues: Sequence[Cue]) -> bool:
    """Return whether a clause says "although this was not significant"."""
    return bool(clause.opener) and any(
        c.reading == "null"
        and c.nuance == "not_separated"
        and "signific" in c.text.lower()
        and ("differen" not in c.text.lower() or _THE_DIFFERENCE.match(c.text))
        for c in cues
    )


def taken_back(
    previous: Sequence[Finding], cues: Sequence[Cue], passage: Passage
) -> list[Finding]:
    """Return what is left of findings that were not significant.

    "Both improved, although the difference was not significant" takes nothing back of
    the improvement, and adds that the arms did not differ.
    """
    of_arms = any("differen" in c.text.lower() for c in cues if c.reading == "null")
    out = []
    for finding in previous:
        against = passage.study.against(finding.treatment)
        comparator = finding.comparator
        if of_arms and comparator == BASELINE:
            if against is None:
                out.append(finding)
                continue
            comparator = against
        out.append(
            replace(
                finding,
                comparator=comparator,
                direction=Direction.NO_CLEAR_DIFFERENCE,
                nuance=Nuance.UNCERTAIN,
                point=finding.direction,
                rule="null.taken_back",
            )
        )
    return out


def at_odds(out: Sequence[Finding], denied: Sequence[Finding]) -> list[Finding]:
    """Return findings with those mixed whose domain another outcome of it denies."""
    kept = list(out)
    for no in denied:
        same = [
            f
            for f in kept
            if (f.treatment, f.comparator, f.domain, f.role)
            == (no.treatment, no.comparator, no.domain, no.role)
            and f.measure != no.measure
        ]
        if not same:
            kept.append(no)
            continue
        kept = [f for f in kept if f not in same]
        kept.append(
            replace(
                same[0],
                direction=Direction.MIXED,
                outcome=f"{same[0].outcome}; {no.outcome}",
                rule="contrast.scales",
                trace=(*same[0].trace, f"scales at odds: not on {no.outcome!r}"),
            )
        )
    return kept


def but_not(
    passage: Passage,
    clause: Clause,
    arms: Sequence[Arm],
    previous: Sequence[Finding],
    tables: Tables,
) -> tuple[list[Finding], list[Finding]]:
    """Read "... after the drug but not after placebo"."""
    slugs = [s for a in arms for s in a.slugs]
    if _NOT_SIGNIFICANTLY.match(passage.text, clause.start, clause.end):
        return [], taken_back(previous, (), passage)
    if not slugs:
        return denied_then(passage, clause, previous), list(previous)
    if slugs[0] in tables.inert:
        renewed = [
            replace(f, comparator=slugs[0], inferred=False, rule="contrast.but_not")
            for f in previous
        ]
        return [], renewed
    denied = [
        replace(
            f,
            treatment=slug,
            direction=Direction.NO_CLEAR_DIFFERENCE,
            nuance=Nuance.NOT_SEPARATED,
            negated=True,
            rule="contrast.but_not",
        )
        for f in previous[:3]
        for slug in slugs[:2]
        if slug not in (f.treatment, f.comparator)
    ]
    return denied, list(previous)


def is_of_another_time(
    passage: Passage, clause: Clause, previous: Sequence[Finding]
) -> bool:
    """Return whether a clause and the one that it denies speak of two time points."""
    begin, stop = previous[-1].clause
    return bool(
        _THEN.search(passage.text, clause.start, clause.end)
        and _THEN.search(passage.text, begin, stop)
    )


def denied_then(
    passage: Passage, clause: Clause, previous: Sequence[Finding]
) -> list[Finding]:
    """Read "lower at day four but not at day forty": no difference later on."""
    told = _THEN.search(passage.text, clause.start, clause.end)
    if told is None:
        return []
    return [
        replace(
            f,
            direction=Direction.NO_CLEAR_DIFFERENCE,
            nuance=Nuance.NOT_SEPARATED,
            negated=True,
            clause=(clause.start, clause.end),
            outcome=f"{f.outcome} {told[0].strip()}",
            rule="contrast.then",
        )
        for f in previous[:3]
        if f.direction is not Direction.NO_CLEAR_DIFFERENCE
        and f.role is not Role.MODERATOR
        and f.comparator not in (None, BASELINE)
    ]


def denied_outcomes(
    named: Sequence[Named], previous: Sequence[Finding], tables: Tables
) -> list[Finding]:
    """Read "... on the first scale but not on the second"."""
    arms = {(f.treatment, f.comparator): f for f in previous}
    return [
        replace(
            finding,
            domain=outcome.domain,
            role=Role.OVERALL if outcome.domain == tables.overall else Role.OUTCOME,
            outcome=outcome.words,
            measure=outcome.slug or None,
            direction=Direction.NO_CLEAR_DIFFERENCE,
            nuance=Nuance.NOT_SEPARATED,
            negated=True,
            rule="contrast.but_not",
        )
        for finding in arms.values()
        for outcome in named
    ]
