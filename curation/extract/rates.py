"""Findings that a sentence states in numbers alone.

"Response was seen in 60% with the drug and 40% with placebo (P = .01)" and "the score
went from 28 to 12" carry no word of direction. Two arms are compared only where a p
is printed; a rate without a comparison counts as a change from baseline only where
nothing else was said of it.
"""

import re
from collections.abc import Iterator, Sequence

from curation.extract.clauses import Clause
from curation.extract.comparison import BASELINE
from curation.extract.coordination import Arm
from curation.extract.direction import good_side
from curation.extract.named import Named
from curation.extract.readings import Finding, Passage, Tables
from curation.extract.statistics import p_value
from evidence.types import Direction, Role

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s?%(?!\s?(?:CI|confidence|credible))", re.I)
_SPREAD = r"(?:\s?(?:±|\+/?-)\s?\d+(?:\.\d+)?|\s?[(\[][^()\[\]]{0,30}[)\]])?"
_VALUE_OF = re.compile(
    rf"(-?\d+(?:\.\d+)?){_SPREAD}\s(?:points?\s|patients\s)?(?:in|with|for|on|"
    r"among|after|under)\s(?:the\s)?(?:[\w-]+\s){0,1}$"
)
_VALUE_AFTER = re.compile(
    r"(?:[\s-](?:group|arm|condition|treated patients))?"
    r"(?:,|:|\s=|\s\(|\swas|\shad|\sof)?\s?"
    r"(-?\d+(?:\.\d+)?)(?![\d.]|\s?(?:mg|g|mcg|kg|mA|Hz|ml|min|h|days?|weeks?|months?|"
    r"years?|patients|subjects|participants|of|infusions?|sessions?)\b)"
)
_UNTIL = re.compile(
    r"\b(?:number of|time|days?|weeks?|sessions|treatments|infusions|latency)\b"
    r"[^;]{0,40}\b(?:for|to|until|required|needed)\s(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_RELATION = re.compile(r"link|associat|correlat|relat|differen|predict|history", re.I)
_ABSENT = re.compile(
    r"\b(?:no|none|without|nobody|never)\s(?:[\w-]+\s){0,5}(?:(?:or|and|nor)\s)?$",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"\bfrom (?:an? )?(?:mean (?:\w+ )?of )?(\d+(?:\.\d+)?)"
    r"[^.;]{0,40}?\bto (?:an? )?(?:mean of )?(\d+(?:\.\d+)?)",
    re.IGNORECASE,
)
_AT_BASELINE = re.compile(
    r"\b(\d+(?:\.\d+)?)(?:\s?[(\[±+][^;]{0,24}?)?\s(?:points\s)?(?:at|before)\s"
    r"(?:baseline|treatment|study entry)\b[^.;]{0,30}?\b(?:and|to|vs\.?|versus)\s"
    r"(\d+(?:\.\d+)?)(?:\s?[(\[±+][^;]{0,24}?)?\s(?:points\s)?(?:at|after|by|in)\b|"
    r"(?:baseline|pre-?treatment)[^;]{0,60}?\b(?:was|were|of)\s(\d+(?:\.\d+)?)\b[^;]{0,80}?"
    r"\b(?:week|month|day|end ?point|treatment|after)\b[^;]{0,30}?\b(?:was|were|of)\s"
    r"(\d+(?:\.\d+)?)\b",
    re.IGNORECASE,
)
_CHANGE_WAS = re.compile(
    r"\bchanges? (?:in|from|of)\b[^;]{0,90}?\b(?:was|were)\s(-)?\d+(?:\.\d+)?",
    re.IGNORECASE,
)


def shares(
    text: str, start: int, end: int, arms: Sequence[Arm], better: str
) -> Direction | None:
    """Return which of two named arms has the better share, first against second."""
    clause = text[start:end]
    p = p_value(clause)
    slugs = list(dict.fromkeys(a.slugs[0] for a in arms if not a.several))
    values = [float(m[1]) for m in _PERCENT.finditer(clause)]
    if len(values) < 2:
        values = [
            float(found[1])
            for arm in arms
            if (found := _VALUE_OF.search(text[max(start, arm.start - 40) : arm.start]))
        ]
    if len(values) < 2:
        values = [
            float(found[1])
            for arm in arms
            if (found := _VALUE_AFTER.match(text, arm.end, end))
        ]
    if p is None or len(slugs) != 2 or len(values) != 2:
        return None
    if not p[1]:
        return Direction.NO_CLEAR_DIFFERENCE
    if values[0] == values[1]:
        return None
    higher = values[0] > values[1]
    return Direction.IMPROVES if higher == (better == "higher") else Direction.WORSENS


def told_twice(words: str) -> bool:
    """Return whether a score is told before and after: "28 at baseline, 12 at end"."""
    return _AT_BASELINE.search(words) is not None


def change(text: str, start: int, end: int, better: str) -> Direction | None:
    """Return the direction of a score that is told in numbers.

    "From 28 to 12", "28 at baseline and 12 at week four", "the change was -16".
    """
    match = _FROM_TO.search(text, start, end) or _AT_BASELINE.search(text, start, end)
    if match is None:
        of = _CHANGE_WAS.search(text, start, end)
        if of is None or of[1] is None:
            return None
        return Direction.IMPROVES if better == "lower" else Direction.WORSENS
    told = [float(number) for number in match.groups() if number]
    before, after = told
    if before == after:
        return None
    return (
        Direction.IMPROVES
        if (after > before) == (better == "higher")
        else Direction.WORSENS
    )


def reported(text: str, start: int, end: int, outcome: Named) -> bool:
    """Return whether a share of people is reported as having an outcome."""
    return any(
        abs(match.start() - outcome.start) < 90
        for match in _PERCENT.finditer(text, start, end)
    )


def in_numbers(
    passage: Passage,
    clause: Clause,
    own: Sequence[Named],
    arms: Sequence[Arm],
    subject: Sequence[str],
    tables: Tables,
) -> Iterator[Finding]:
    """Read what is told in numbers alone."""
    text, study = passage.text, passage.study
    yield from _absent(passage, clause, own, arms, subject, tables)
    for outcome in own[:1]:
        side = good_side(outcome.slug, outcome.words, tables.better)
        kind = tables.kind_of.get(outcome.slug)
        if kind == "rate" and _UNTIL.search(text, clause.start, outcome.start):
            # "Sessions until response": fewer are better.
            side = "lower"
        slugs = list(dict.fromkeys(a.slugs[0] for a in arms if not a.several))
        treated = [s for s in slugs if s not in tables.inert] or list(subject)
        found = shares(text, clause.start, clause.end, arms, side)
        rule, comparator, weight = "numbers.shares", None, 1.0
        if found is not None and kind in (
            "rate",
            "event",
            "scale",
            "subscale",
            "symptom",
        ):
            if slugs[0] in tables.inert:
                slugs, found = slugs[::-1], found.turned()
            treated, comparator = slugs[:1], slugs[1]
        else:
            found = change(text, clause.start, clause.end, side)
            rule, comparator = "numbers.change", BASELINE
            if found is None and kind == "rate" and side == "higher" and study.single:
                rule, weight = "numbers.rate", -1.0
                if reported(text, clause.start, clause.end, outcome):
                    found = Direction.IMPROVES
        if found is None or (
            outcome.domain == tables.safety and rule != "numbers.shares"
        ):
            continue
        if outcome.domain == tables.overall and not passage.condition:
            continue
        role = Role.OVERALL if outcome.domain == tables.overall else Role.OUTCOME
        for slug in treated:
            if slug in tables.not_treatments or slug == comparator:
                continue
            yield Finding(
                passage.start,
                passage.end,
                passage.section,
                slug,
                comparator,
                outcome.domain,
                role,
                found,
                rule,
                "numbers",
                (clause.start, clause.end),
                outcome.words,
                outcome.slug or None,
                inferred=not slugs,
                weight=weight,
                trace=(f"numbers: {outcome.words!r} is told in numbers alone",),
            )


def _absent(
    passage: Passage,
    clause: Clause,
    own: Sequence[Named],
    arms: Sequence[Arm],
    subject: Sequence[str],
    tables: Tables,
) -> Iterator[Finding]:
    """Read "no patient developed mania": what was feared did not happen."""
    text = passage.text
    named = [s for a in arms for s in a.slugs if s not in tables.inert]
    for outcome in own:
        if (
            outcome.domain in (tables.overall, tables.safety)
            or tables.better.get(outcome.slug) == "higher"
            or tables.kind_of.get(outcome.slug) not in ("symptom", "event", "marker")
            or not (told := _ABSENT.search(text[clause.start : outcome.start]))
            or _RELATION.search(told[0])
        ):
            continue
        for slug in named or subject:
            yield Finding(
                passage.start,
                passage.end,
                passage.section,
                slug,
                BASELINE,
                outcome.domain,
                Role.OUTCOME,
                Direction.NO_CLEAR_DIFFERENCE,
                "absent",
                outcome.words,
                (clause.start, clause.end),
                outcome.words,
                outcome.slug or None,
                negated=True,
                inferred=not named,
                trace=(f"absent: {outcome.words!r} is denied and no change is told",),
            )
