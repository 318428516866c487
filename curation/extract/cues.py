"""Cues of direction in a clause: composed, negated and hedged as the words say.

"Greater reduction" is one cue (more of a decrease), "less effective" is one (worse),
"similar improvement" is no difference. A negation reaches forward to the cues of its
clause. What a cue says about an outcome is decided in `direction`.

Source: the scope rule is ConText's (Harkema 2009, doi:10.1016/j.jbi.2009.05.002):
forward to the end of the clause, with pseudo-triggers that cancel it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from curation.extract import lexicon
from curation.extract.composition import (
    Cue,
    compose,
    counted,
    predicates,
    words_between,
)

_NEGATION_WORDS = 9
_WORD = re.compile(r"[^\W_]+")
_COUNT = re.compile(r"\s?than\s\d", re.IGNORECASE)
_CRITERION = (
    r"defined|^\(\s?(?:at least (?:an? )?)?(?:[<>] ?(?:or ?)?=? ?)?\s?\d+\s?%|"
    r"(?:by|of|an?) (?:at least|[<>]|more than) ?=? ?\d+ ?%|"
    r"^\([\w -]{2,30} ?(?:[<>] ?=?|less than|more than|below|under|of at least) ?\d+"
)
_CRITERIA = re.compile(_CRITERION, re.IGNORECASE)
_DEFINES = re.compile(
    rf"\bi\.?e\b|e\.g|range|indicat|scores? of|{_CRITERION}", re.IGNORECASE
)
_QUANTITY = re.compile(r"\s(?:to|of)\s(?:about |approximately )?\d", re.IGNORECASE)
_PRIOR = re.compile(r"\b(?:prior to|before)\s(?:[\w-]+\s){0,2}$", re.IGNORECASE)
_OF_ITS = re.compile(
    r"\b(?:of|to|for|between|with)\s(?:the\s|its\s|their\s|[\w-]+'s\s|[\w-]+s'\s)$",
    re.IGNORECASE,
)
_SAID_OF = re.compile(
    r"\s(?:on|in|of)\s[^,;.]{2,60}?\s(?:appears?|seems?|is|are|may|might|can|could)\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:[<>]\s?=?|> or =|< or =|at least|defined as an?|or (?:more|"
    r"greater))\s?(?:a\s)?(?:\d+\s?%?)?\s?(?:or (?:more|greater)\s)?$",
    re.IGNORECASE,
)
_DEFINED = re.compile(
    r"\bdefin|\bbased on\b|\bcriteri|\bie\b|i\.e|\(\s?[<>]|\bas an?\b", re.IGNORECASE
)
_OR_MORE = re.compile(r"%\s?or\s$", re.IGNORECASE)
_HAVING = re.compile(r"\b(?:an|reported|with|having|of|the)\s$", re.IGNORECASE)
_OF_A_TRAIT = re.compile(
    r"\s(?:of|by)\s(?:the\s)?(?:age|sex|gender|race|ethnicity|duration|number|"
    r"presence|severity|baseline|history|comorbid\w*|previous|prior|genotype|diagnosis|"
    r"body mass|"
    r"BMI|education|menopaus\w+|smoking|time of day)\b",
    re.IGNORECASE,
)
_FOR = re.compile(r"\b(?:in|at|for|of|on)\s(?:\w+ly\s)?$", re.IGNORECASE)
_WITHOUT = re.compile(r"(?:without|lack|absence)\b", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:had|was|were|showed|did|has|have|is|are|reported|experienced|responded)\b",
    re.IGNORECASE,
)
_BUT = re.compile(r"\b(?:but|and)\s\w?$", re.IGNORECASE)
_ANOTHER_ARM = re.compile(
    r"\s(?!\w+ly\b|an?\b|the\b|any\b|be\b|been\b|to\b|only\b|in\b|on\b|with\b|"
    r"for\b|at\b|after\b|by\b|yet\b|significant\b|more\b|less\b|as\b)[\w-]+\s"
    r"(?:\w+ly\s)?$"
)
_BOUND = ("induced", "related", "associated", "mediated")
"""Words that are no cues behind a hyphen: "ketamine-induced"."""
_STOPS = re.compile(r"[;:]|, (?:but|and|which|with)\b|\bbut\b")


def read_cues(text: str, start: int, end: int) -> list[Cue]:
    """Return the cues of a clause, composed and negated, from left to right."""
    found = [
        f
        for f in lexicon.load("cues").find(text, start, end)
        if not (f.entry.more.get("amount") and _COUNT.match(text, f.end))
        and not (
            text[max(0, f.start - 1) : f.start] == "-"
            and text[f.start : f.end].lower() in _BOUND
        )
        and not (f.entry.reading == "null" and _QUANTITY.match(text, f.end))
        and not _taken_as_known(text, start, f.start, f.end)
        and not _aside(text, start, f.start, end)
        and not (
            _LIMIT.search(text, max(start, f.start - 26), f.start)
            and _DEFINED.search(text, max(start, f.start - 110), f.start)
        )
        and not _OR_MORE.search(text, max(start, f.start - 8), f.start)
        and not _OF_A_TRAIT.match(text, f.end, end)
        and not (
            text[f.start : f.end].lower() == "elevated"
            and _HAVING.search(text[max(start, f.start - 40) : f.start])
        )
    ]
    if not found:
        return []
    composed = [c for c in compose(text, found) if c.reading != "ignored"]
    spoken = counted(text, predicates(text, composed))
    cues = negate(text, spoken, negations(text, start, end))
    nulls = [c.start for c in cues if c.reading == "null" and not c.negated]
    weak = {c.start for c in composed if c.weak}
    cues = [
        c
        for c in cues
        if not (c.negated and c.start in weak and any(n < c.start for n in nulls))
    ]
    return [c for i, c in enumerate(cues) if not _aim_of(text, cues[:i], c)]


def _aim_of(text: str, before: Sequence[Cue], cue: Cue) -> bool:
    """Return whether a cue only names what was judged: "superior in reducing"."""
    if not cue.text.lower().endswith("ing") or not _FOR.search(
        text, max(0, cue.start - 16), cue.start
    ):
        return False
    return any(
        (c.compares or c.alone) and (c.reading in ("null", "better", "worse"))
        for c in before
    )


def _taken_as_known(text: str, start: int, at: int, end: int) -> bool:
    """Return whether a cue only names an effect: "correlates of its rapid effect"."""
    before = text[max(start, at - 40) : at]
    if _PRIOR.search(before):
        return True
    return text[at:end].lower().endswith(("effect", "effects")) and bool(
        _OF_ITS.search(before)
        or (before.endswith(("'s ", "s' ")) and _SAID_OF.match(text, end))
    )


def is_criterion(text: str, start: int, at: int, end: int) -> bool:
    """Return whether a place lies in brackets that hold a threshold: "(MADRS < 10)"."""
    return _bracketed(text, start, at, end, _CRITERIA)


def _aside(text: str, start: int, at: int, end: int) -> bool:
    """Return whether a place lies in brackets that define or scale something."""
    return _bracketed(text, start, at, end, _DEFINES)


def _bracketed(
    text: str, start: int, at: int, end: int, words: re.Pattern[str]
) -> bool:
    opened = text.rfind("(", max(start, at - 200), at)
    if opened == -1 or text.find(")", opened, at) != -1:
        return False
    closed = text.find(")", at, min(end, at + 300))
    return bool(words.search(text[opened : closed if closed != -1 else at]))


def negations(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the places of negating words; pseudo-negations hide theirs."""
    out = []
    for found in lexicon.load("assertion").find(text, start, end):
        if found.entry.reading == "negation":
            keep = found.entry.more.get("keep")
            stop = found.end
            if keep:
                words = list(_WORD.finditer(text, found.start, found.end))
                stop = words[int(keep) - 1].end()
            out.append((found.start, stop))
    return out


def negate(
    text: str, cues: Sequence[Cue], places: Sequence[tuple[int, int]]
) -> list[Cue]:
    """Return the cues with those in a negation's scope turned into what is denied."""
    out = []
    for cue in cues:
        reached = False
        for start, end in places:
            if start >= cue.start:
                continue
            if end > cue.start:
                # The negation opens a longer cue: "failed to improve".
                reached = cue.reading not in ("null", "unlinked")
                break
            gap = text[end : cue.start]
            if _WITHOUT.match(text, start) and _FINITE.search(gap):
                # "Patients without pain had ...": only the patients are denied pain.
                continue
            if _BUT.search(text, max(0, start - 6), start + 1) and (
                "," in gap or _FINITE.search(gap)
            ):
                # "A, but not B, was superior": the denial ends at the comma.
                continue
            if _BUT.search(text, max(0, start - 6), start + 1) and (
                _ANOTHER_ARM.match(gap) and cue.text.endswith(("ed", "es", "s"))
            ):
                # "A but not B reduced anxiety": B is denied, and A reduced it.
                continue
            if not _STOPS.search(gap) and words_between(text, end, cue.start) <= (
                _NEGATION_WORDS
            ):
                reached = True
        out.append(_denied(cue) if reached else cue)
    return out


def _denied(cue: Cue) -> Cue:
    if cue.reading in ("null", "unlinked"):
        return cue
    if cue.reading == "linked":
        return replace(cue, reading="unlinked", negated=True)
    if cue.reading == "mixed":
        return replace(cue, reading="null", negated=True)
    return replace(
        cue, reading="null", nuance="not_separated", negated=True, weak=False
    )
