"""Which treatments a study gave: how much each mention of one says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from curation.extract.markers import AGAINST

_BASE_OF = re.compile(
    r"\b(?:augmentation|potentiation|augmenting|enhancement|"
    r"acceleration) of\s(?:[\w'-]+\s){0,3}$",
    re.IGNORECASE,
)
_ADDED_TO = re.compile(
    r"[\s-](?:added to|add-on to|adjunctive to|"
    r"augmentation (?:of|to|in)|"
    r"in addition to|adjunct to)\s(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"\b(?:switch\w*|cross(?:ed)?-?\s?over|transition\w*|chang\w+|convert\w*|"
    r"conversion)\s(?:[\w-]+\s){0,2}?from\s(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_DURING = re.compile(
    r"(?:,?[\s-][\w-]+){0,6}?\s(?:in|during|for|undergoing|receiving|before)\s"
    r"(?:(?!patients who|those who)[\w-]+\s){0,4}?$",
    re.IGNORECASE,
)
_PLUS = re.compile(
    r"(?:\bplus|\+|\bcombined with|\btogether with|\bin addition to)\s?"
    r"(?:[a-z-]+\s){0,2}$",
    re.IGNORECASE,
)
_CONTINUED = re.compile(r"\b(?:continu|maint|prophyla|relapse|extend)", re.IGNORECASE)
_AFTERWARDS = re.compile(
    r"(?:[\s-][\w-]+){0,6}?\s(?:following|after)\s(?:[\w-]+\s){0,3}$", re.IGNORECASE
)
_BETTERED = re.compile(
    r"(?:[\s-][\w-]+){0,4}?\s(?:improves?|enhances?|accelerates?|augments?|influences?|"
    r"affects?|facilitates?)\s(?:the\s)?(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_WEIGHTS = {
    "title": 4.0,
    "aim": 2.0,
    "methods": 2.0,
    "results": 1.0,
    "conclusions": 0.6,
    "background": 0.3,
    "other": 0.0,
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A treatment's mention, as its weight is decided."""

    slug: str
    start: int
    end: int
    role: str
    given: bool
    """Words of giving stand near: "received", "randomised to", "20 mg"."""


def weigh(mentions: Sequence[Mention]) -> list[tuple[str, float]]:
    """Return the slugs with their weights, heaviest first, ties in reading order."""
    total: dict[str, float] = {}
    order: dict[str, int] = {}
    for place, mention in enumerate(mentions):
        weight = _WEIGHTS.get(mention.role, 0.5)
        if mention.role != "title" and not mention.given:
            weight *= 0.5
        total[mention.slug] = total.get(mention.slug, 0.0) + weight
        order.setdefault(mention.slug, place)
    return sorted(total.items(), key=lambda t: (-t[1], order[t[0]]))


def _given_to_all(
    text: str, mentions: Sequence[Mention], procedures: frozenset[str]
) -> set[str]:
    """Return what stands behind "plus" in both arms: "A plus C or placebo plus C"."""
    plus: dict[str, int] = {}
    for mention in mentions:
        before = text[max(0, mention.start - 24) : mention.start]
        if mention.role in ("aim", "methods") and _PLUS.search(before):
            plus[mention.slug] = plus.get(mention.slug, 0) + 1
    titled = {m.slug for m in mentions if m.role == "title"} - procedures
    return {slug for slug, times in plus.items() if times > 1 and slug not in titled}


def base_drugs(
    text: str, mentions: Sequence[Mention], procedures: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return the treatments to which another was added, or from which patients came.

    "Pindolol added to fluoxetine", "a switch from clozapine to olanzapine", "ketamine
    in electroconvulsive therapy": a drug given during a procedure is what is studied.
    A drug that also stands as an arm of its own, before "alone", is none.
    """
    found = _given_to_all(text, mentions, procedures)
    for one, two in pairwise(mentions):
        gap = text[one.end : two.start]
        if one.slug == two.slug or len(gap) > 60:
            continue
        if _ADDED_TO.search(text[one.start : two.start]):
            found.add(two.slug)
            continue
        if (
            two.slug in procedures
            and one.slug not in procedures
            and one.role in ("title", "aim", "methods")
            and (_DURING.fullmatch(gap) or _BETTERED.fullmatch(gap))
            and not AGAINST.search(gap)
        ):
            found.add(two.slug)
            continue
        before = text[max(0, one.start - 60) : one.start]
        if (
            one.role == "title"
            and _AFTERWARDS.fullmatch(gap)
            and _CONTINUED.search(before + gap)
        ):
            # "Lithium continuation therapy following B": B came before the trial.
            found.add(two.slug)
            continue
        left = _LEFT.search(before) and re.search(r"\bto\b", gap)
        based = _BASE_OF.search(before) and re.search(r"\b(?:by|with)\b", gap)
        if left or based:
            found.add(one.slug)
    return frozenset(found)
