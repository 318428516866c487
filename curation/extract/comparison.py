"""Which treatment against which comparator: the arms of one clause.

"A was superior to B", "compared with B, A ...", "no difference between A and B", "both
A and B against placebo": a marker ("than", "compared with", "versus") turns what
follows it into the comparator. Where the words leave it out, the study's control is
inferred, and the claim says that it was.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.extract.arms import Arms
from curation.extract.coordination import Arm, groups, slugs_of
from curation.extract.markers import AGAINST

BASELINE = "baseline"
_MOST_ARMS = 5
_WITHIN = re.compile(
    r"from (?:the )?baseline|compared (?:with|to) (?:the )?(?:baseline|pre)|"
    r"than (?:at )?"
    r"baseline|over time|pre-? ?(?:to|and)[- ]post|before and after|pre-?treatment|"
    r"relative to baseline|during (?:the )?(?:treatment|study|trial|follow)|"
    r"within[- ]group|to (?:week|month|day|endpoint)|after (?:\w+ ){0,3}(?:treatment|"
    r"infusions?|therapy|weeks?|months?|sessions?|days?|course)|baseline[- ]to|"
    r"from \d+(?:\.\d+)?[^.;]{0,20} to \d|at (?:week|month|day|endpoint|\d+)|follow-up",
    re.IGNORECASE,
)
_OTHER_DOSE = re.compile(
    r"\b(?:than|compared (?:with|to)|versus|vs\.?|superior to|relative to)\s(?:with |"
    r"in |after )?"
    r"(?:the |a )?(?:\d+(?:\.\d+)?[\s-]?(?:mg|g|mA|Hz)\b|(?:low|high|"
    r"medium)(?:er)?[\s-]dos)",
    re.IGNORECASE,
)
_EFFECT_SIZE = re.compile(
    r"\b(?:RR|OR|SMD|WMD|MD|HR|SMC)\b|\b(?:risk|odds|hazard|rate) ratio|"
    r"\bmean difference|\bHedges|\bCohen"
)
_WAYS_ALIKE = re.compile(
    r"\b(?:all|both|two|three|four|between|among|across|the different) (?:the )?"
    r"(?:\w+ ){0,2}?(?:routes|doses|dosages|dose groups|dosing groups|formulations|"
    r"schedules|frequencies)\b",
    re.IGNORECASE,
)
_WHOLE_SAMPLE = re.compile(
    r"\b(?:in|among|of|across|for) (?:the )?"
    r"(?:all|total|whole|entire|overall|combined)\b"
    r"(?! doses)",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\b(?:between|both|each)\s(?:[\w-]+\s){0,3}$", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\b", re.IGNORECASE)
_GROUPS = re.compile(
    r"\b(?:groups?|arms?|treatments?|drugs?|agents?|conditions?|medications?|"
    r"regimens?|them|"
    r"the two|compounds?|therap\w+|cohorts?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A treatment against a comparator, and how that was read."""

    treatment: str
    comparator: str | None
    turned: bool = False
    """The sentence's subject is the comparator: its direction is turned round."""
    inferred: bool = False
    combined: tuple[str, ...] = ()
    why: str = ""


def is_within(text: str) -> bool:
    """Return whether the words speak of a change over time in one group."""
    return _WITHIN.search(text) is not None


def pairs(
    text: str,
    start: int,
    end: int,
    arms: Sequence[Arm],
    study: Arms,
    subject: Sequence[str],
    compares: bool,
    null: bool,
    inert: frozenset[str],
) -> list[Pair]:
    """Return what the clause holds against what.

    Parameters
    ----------
    arms
        Mentions of arms in the clause `text[start:end]`, combinations made one.
    subject
        The treatments that the sentence was speaking of before the clause.
    compares
        Whether the cue itself holds one arm against another.
    null
        Whether the cue denies a difference: A-versus-B is then one finding.
    """
    runs = groups(text, arms)
    clause = text[start:end]
    marked = _marked(text, start, end, runs)
    if marked is not None:
        right = runs[marked]
        left = [arm for i, run in enumerate(runs) if i != marked for arm in run]
        return list(_against(left, right, study, subject, inert))
    baseline = re.search(
        r"\b(?:compared (?:with|to)|from|than|relative to|versus|vs\.?) (?:the |at |"
        r"their )?"
        r"(?:baseline|pre-?treatment|pre-?infusion)",
        clause,
        re.IGNORECASE,
    )
    named = [arm for run in runs for arm in run]
    slugs = slugs_of(named, study)
    if study.other_dose is not None and _OTHER_DOSE.search(clause):
        who = [s for s in slugs if s not in inert] or list(study.treatments[:1])
        return [Pair(s, study.other_dose, why="another dose is named") for s in who]
    if compares and study.other_dose is not None and _WAYS_ALIKE.search(clause):
        who = [s for s in slugs if s not in inert] or list(study.treatments[:1])
        if not inert.intersection(slugs):
            return [Pair(s, study.other_dose, why="ways of giving it") for s in who]
    both = any(
        arm.several or _BOTH.search(text, max(start, arm.start - 30), arm.start)
        for arm in named
    ) or (not named and re.search(r"\b(?:between|both|each)\b", clause, re.IGNORECASE))
    if baseline and not (compares and null and len(slugs) > 1):
        return [
            Pair(slug, BASELINE, why="compared with baseline")
            for slug in (slugs or list(subject) or list(study.treatments[:1]))
            if slug not in inert
        ]
    if compares and len(slugs) > 1 and (null or both):
        return list(_each_other(slugs, inert))
    if (
        compares
        and null
        and not slugs
        and _BETWEEN.search(clause)
        and not (_GROUPS.search(clause))
    ):
        return []
    if compares:
        who = [s for s in slugs if s not in inert] or list(subject)
        who = who or list(study.treatments[:1])
        if slugs and all(s in inert for s in slugs) and study.main:
            return [
                Pair(
                    study.main,
                    slugs[0],
                    True,
                    True,
                    why="the comparator is the subject",
                )
            ]
        if not slugs and null and both and len(study.treatments) > 1:
            whole = list(study.treatments)
            return list(_each_other([*whole, study.control or whole[0]], inert, True))
        return [
            Pair(
                s,
                study.against(s),
                inferred=True,
                why="the study's control is inferred",
            )
            for s in who
        ]
    who = [s for s in slugs if s not in inert] or (
        [] if slugs else (list(subject) or list(study.treatments[:1]))
    )
    within = study.single or is_within(clause) or any(a.several for a in named)
    within = within or _in_both(text, start, named, inert)
    if study.pooled and not within and _EFFECT_SIZE.search(clause):
        return [
            Pair(s, study.against(s), inferred=True, why="the review's question")
            for s in who
        ]
    if within or study.control is None or study.rivals or study.pooled:
        return [
            Pair(s, BASELINE, inferred=True, why="change in one group") for s in who
        ]
    return [
        Pair(s, study.control, inferred=True, why="the study's control is inferred")
        for s in who
    ]


def _in_both(text: str, start: int, arms: Sequence[Arm], inert: frozenset[str]) -> bool:
    """Return whether a change is told of everybody: "after both A and placebo"."""
    if _WHOLE_SAMPLE.search(text, start, start + 60):
        return True
    slugs = {s for a in arms for s in a.slugs}
    return bool(
        slugs & inert
        and slugs - inert
        and any(_BOTH.search(text, max(start, a.start - 30), a.start) for a in arms)
    )


def _marked(
    text: str, start: int, end: int, runs: Sequence[Sequence[Arm]]
) -> int | None:
    """Return which run of arms a comparison marker makes the comparator."""
    markers = list(AGAINST.finditer(text, start, end))
    markers.sort(key=lambda m: m[0].lower() == "but not")
    for match in markers:
        for index, run in enumerate(runs):
            first = run[0].start
            if first < match.end():
                continue
            gap = text[match.end() : first]
            if len(re.findall(r"\w+", gap)) <= 7 and not re.search(r"[;:]", gap):
                return index
            break
    return None


def _against(
    left: Sequence[Arm],
    right: Sequence[Arm],
    study: Arms,
    subject: Sequence[str],
    inert: frozenset[str],
) -> Iterator[Pair]:
    rights = slugs_of(right, study)
    if left and left[0].start < right[0].start and set(left[0].slugs) == set(rights):
        # "A lowered it more (1 point with B versus 3 with A)": A is the subject.
        rights = [s for arm in left[1:] for s in arm.slugs if s not in rights]
        left = left[:1]
    held: list[tuple[str, tuple[str, ...]]] = [
        (s, arm.combined) for arm in left for s in slugs_of([arm], study)
    ]
    if not held:
        held += [(s, ()) for s in subject if s not in rights]
    if not held and study.main is not None and study.main not in rights:
        held = [(study.main, ())]
    if not held:
        held += [(s, ()) for s in study.treatments if s not in rights][:1]
    seen: set[tuple[str, str]] = set()
    for slug, combined in held:
        for other in rights:
            one, two, partners = slug, other, combined
            if partners and study.main in partners and (one == two or two in inert):
                one, partners = study.main, (one,)
            elif one == two and partners:
                one, partners = partners[0], (one,)
            turned = one in inert and two not in inert
            if turned:
                one, two = two, one
            if one == two or (one, two) in seen or one in inert:
                continue
            seen.add((one, two))
            yield Pair(one, two, turned, False, partners, "the comparator is named")


def _each_other(
    slugs: Sequence[str], inert: frozenset[str], inferred: bool = False
) -> Iterator[Pair]:
    """Yield A against B once; several treatments each against the inert one."""
    treatments = [s for s in dict.fromkeys(slugs) if s not in inert]
    if len(treatments) > _MOST_ARMS:
        return
    controls = [s for s in dict.fromkeys(slugs) if s in inert]
    if controls:
        for slug in treatments:
            for control in controls:
                yield Pair(slug, control, False, inferred, why="arms held side by side")
    else:
        for other in treatments[1:]:
            yield Pair(
                treatments[0], other, False, inferred, why="arms held side by side"
            )
