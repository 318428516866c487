"""What words around a cue do: take it back, spare an outcome, measure it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from curation.extract import direction as directions
from curation.extract import subjects
from curation.extract.clauses import Clause
from curation.extract.comparison import BASELINE, Pair
from curation.extract.composition import Cue
from curation.extract.named import Named
from curation.extract.readings import Passage, Tables
from curation.extract.statistics import p_value, spans_no_effect

_TRAILING = re.compile(r"not|non|no longer|insignificant|significance", re.IGNORECASE)
_MEASURED_BY = re.compile(
    r"\b(?:measured|assessed|rated|indexed|evidenced|reflected|defined|according to|"
    r"indicated)\s"
    r"(?:(?:on|by|with|using|in|as|from|the|a|an)\s){0,3}(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_REGARDLESS = ("regardless", "irrespective", "independent")
_STATEMENT = re.compile(r"\b(?:tolerated|safe)\b", re.IGNORECASE)
_SPARED = re.compile(
    r"\b(?:without|little|minimal|no|despite|sparing)\s(?:[\w-]+\s){0,2}$", re.I
)
_PAIN = re.compile(r"\bpain|\bVAS\b|analges", re.IGNORECASE)
_GROUPISH = re.compile(
    r"\b(?:groups?|both|between|arms?|treatments|to that|to the|to those|as)\b", re.I
)


def settled(text: str, clause: Clause, cues: Sequence[Cue]) -> list[Cue]:
    """Return the cues after a trailing "but not significantly" or a p above .05."""
    if any(c.reading == "favours" for c in cues):
        # "The difference was in favour of A": the difference is the favour.
        cues = [c for c in cues if c.reading != "differs"]
    directional = [c for c in cues if c.directional and not c.weak]
    if subjects.is_trend(text[clause.start : clause.end]):
        return [
            replace(c, reading="null", nuance="uncertain") if c.directional else c
            for c in cues
        ]
    trailing = [
        c
        for c in cues
        if c.reading == "null"
        and c.nuance == "not_separated"
        and not c.negated
        and _TRAILING.search(c.text)
        and directional
        and c.start > directional[0].start
    ]
    if trailing and "difference" not in trailing[0].text:
        return [
            replace(c, reading="null", nuance="uncertain") if c.directional else c
            for c in cues
            if c not in trailing
        ]
    if directional:
        words = text[clause.start : clause.end]
        p = p_value(words)
        if (p is not None and not p[1]) or (p is None and spans_no_effect(words)):
            return [
                replace(c, reading="null", nuance="uncertain") if c.directional else c
                for c in cues
            ]
    return list(cues)


def unnamed(
    clause: Clause, cues: Sequence[Cue], passage: Passage, tables: Tables
) -> list[Named]:
    """Return what a clause without an outcome speaks of.

    "No difference on any measure" are those of the methods, "the groups did not differ"
    what the sentence before it measured; "was effective" is total severity.
    """
    if any(not n.sample and n.domain != tables.safety for n in passage.named):
        return []
    words = passage.text[clause.start : clause.end]
    for cue in cues:
        whole = cue.reading in ("better", "worse") and _EVERY_MEASURE.search(words)
        if not whole and (cue.reading != "null" or not cue.compares or cue.alone):
            continue
        meant: Sequence[Named] = ()
        if whole or _ANY_MEASURE.search(words):
            meant = passage.measures
        elif _BARE_DIFFERENCE.search(words):
            meant = passage.earlier
        domains = {n.domain: n for n in reversed(meant) if n.domain != tables.safety}
        if domains:
            return [replace(n, start=cue.start, end=cue.end) for n in domains.values()]
    for cue in cues:
        if cue.alone and not cue.weak:
            return [Named(cue.start, cue.end, "", tables.overall, cue.text)]
    return []


def is_instrument(text: str, outcome: Named, others: Sequence[Named]) -> bool:
    """Return whether a scale only says how an outcome before it was measured."""
    return any(o.end <= outcome.start for o in others) and bool(
        _MEASURED_BY.search(text[max(0, outcome.start - 40) : outcome.start])
    )


def rules_the_clause(cue: Cue) -> bool:
    """Return whether a cue decides for every outcome: "noninferior"."""
    return cue.nuance == "noninferior" or (
        cue.reading == "null" and cue.text.lower().startswith(_REGARDLESS)
    )


def speaks_for_itself(outcome: Named, cue: Cue) -> bool:
    """Return whether "well tolerated" is a statement that no cue reaches."""
    near = cue.end >= outcome.start - 3 and cue.start <= outcome.end + 3
    return bool(_STATEMENT.search(outcome.words)) and not near


def is_spared(text: str, outcome: Named, cue: Cue) -> bool:
    """Return whether the words deny an outcome that a cue before it does not reach."""
    return cue.end <= outcome.start and bool(
        _SPARED.search(text[max(cue.end, outcome.start - 26) : outcome.start])
    )


def one_a_domain(
    own: Sequence[Named], cues: Sequence[Cue], text: str, tables: Tables
) -> list[Named]:
    """Return the outcomes without the bare words that stand beside a measure.

    In "the number of awakenings in sleep" the sleep is no outcome of its own.
    """
    governed = directions.bind([(n.start, n.end) for n in own], cues, text)
    kept: list[Named] = []
    for place, outcome in zip(governed, own, strict=True):
        rivals = [
            o
            for p, o in zip(governed, own, strict=True)
            if p == place and o.domain == outcome.domain and o is not outcome
        ]
        kind = tables.kind_of.get(outcome.slug)
        if kind == "symptom" and any(
            tables.kind_of.get(o.slug) in ("scale", "subscale")
            and tables.better.get(o.slug) != tables.better.get(outcome.slug)
            for o in rivals
        ):
            # "Clinical outcome ... HAM-D": the scale is what moved.
            continue
        if " " not in outcome.words and any(
            " " in o.words and tables.kind_of.get(outcome.slug) == "symptom"
            for o in rivals
        ):
            continue
        kept.append(outcome)
    return kept


def counts_here(passage: Passage, outcome: Named, tables: Tables) -> bool:
    """Return whether an outcome speaks of the condition in this sample.

    Response, global impression or pain in people without the condition is the outcome
    of another illness; a scale of the condition's own counts in anybody.
    """
    if passage.condition:
        return True
    if outcome.domain == tables.overall:
        own = outcome.slug in tables.specific
        return own or tables.condition in outcome.words.lower()
    return _PAIN.search(outcome.words) is None


_MEASURES = (
    r"\s(?:of\s)?(?:the\s)?(?:other\s)?"
    r"(?:(?:primary|secondary|psychological|clinical|efficacy|outcome|rating|"
    r"psychometric|mood|psychiatric|symptom|assessed|studied)\s){0,3}"
    r"(?:measure(?:ment)?s?|scales?|outcomes?|end-?points?|parameters|variables|ratings|"
    r"instruments?|assessments?)\b"
)
_ANY_MEASURE = re.compile(
    rf"\b(?:any|all|either|primary or secondary|both){_MEASURES}", re.IGNORECASE
)
_EVERY_MEASURE = re.compile(
    rf"\b(?:on|in|for|across|of|by) (?:all|every|both){_MEASURES}", re.IGNORECASE
)
_BARE_DIFFERENCE = re.compile(
    r"\bdifferences?\s(?:(?:was|were)\s\w+\s)?(?:between|among)\s(?:the\s)?"
    r"(?:\w+\s){0,2}"
    r"(?:groups|arms|treatments|conditions|drugs)(?:\s(?:was|were)\s(?:\w+\s)?\w+ed|"
    r"\s(?:was|were) (?:found|seen))?\W*$|"
    r"\bno (?:significant )?(?:between|inter)[- ]?group differences?"
    r"(?:\s(?:was|were)\s(?:observed|found|seen|noted|detected))?\W*$|"
    r"^\W*(?:however, )?(?:the )?(?:two |both )?(?:groups|arms|treatments) did not "
    r"(?:significantly )?differ(?: significantly)?\W*$",
    re.IGNORECASE,
)
_ABSENCE = re.compile(
    r"\b(?:free (?:of|from)|without|no longer|absence of|resolution of|"
    r"remission (?:of|from)|relief (?:of|from)|freedom from)\s"
    r"(?:any |their |an? |had |have )?"
    r"(?:[\w-]+ ){0,2}$",
    re.IGNORECASE,
)
_EFFECT_ON = re.compile(r"\beffects? (?:on|in|for)\s(?:[\w-]+\s){0,2}$", re.IGNORECASE)
_NEAR = 3
_GAIN_ON = re.compile(
    r"\b(?:respon(?:se|ders?|ses)|remission|effects?(?: sizes?)?|efficacy|"
    r"improvements?|gains?|benefits?|success|recovery|advantage|superiority|activity|relief)\s"
    r"(?:rates?\s)?(?:\([^()]{0,30}\)\s)?"
    r"(?:on|in|for|to|with|against|according to|based on|as measured by|measured by|"
    r"assessed by|using)\s(?:the\s)?(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_EFFECT = re.compile(r"effects?\b|efficacy\b|response\b", re.IGNORECASE)
_WANING = re.compile(
    r"diminish|declin|attenuat|subsid|fell|dropped|decreas|reduc|lessen", re.IGNORECASE
)


def is_absence(text: str, clause: Clause, outcome: Named, cue: Cue) -> bool:
    """Return whether those rid of it are counted: "more were free of pain"."""
    return (
        cue.reading in ("up", "down")
        and cue.compares
        and not cue.start <= outcome.start < cue.end
        and bool(
            _ABSENCE.search(text[max(clause.start, outcome.start - 45) : outcome.start])
            or _GAIN_ON.search(
                text[max(clause.start, outcome.start - 60) : outcome.start]
            )
        )
        and (cue.end <= outcome.start or "without" not in text[outcome.end : cue.start])
    )


def is_share(text: str, outcome: Named, cue: Cue, tables: Tables) -> bool:
    """Return whether a share of people is told that no cue before it speaks of.

    "Scores decreased and 47% met criteria for response": the response did not decrease.
    """
    between = text[cue.end : outcome.start]
    return (
        cue.reading in ("down", "up")
        and not cue.compares
        and cue.end < outcome.start
        and tables.kind_of.get(outcome.slug) == "rate"
        and (
            (cue.reading == "down" and len(between.split()) > _NEAR)
            or re.search(r"(?:,|;|\band\b|\bwith\b).*\d\s?%", between) is not None
        )
    )


def wanes(text: str, outcome: Named, cue: Cue, tables: Tables) -> bool:
    """Return whether an effect only fades with time: "its effect diminished"."""
    return (
        not cue.compares
        and cue.reading == "down"
        and outcome.start < cue.start
        and (
            _EFFECT_ON.search(text[max(0, outcome.start - 24) : outcome.start])
            is not None
            or (
                tables.better.get(outcome.slug) == "higher"
                and _EFFECT.search(outcome.words) is not None
            )
        )
        and _WANING.match(cue.text) is not None
    )


def alike(cue: Cue, pair: Pair, passage: Passage) -> Cue:
    """Return the change itself where only groups of one treatment are alike."""
    if (
        cue.inner
        and cue.reading == "null"
        and pair.inferred
        and not _GROUPISH.search(passage.text, cue.start, passage.end)
    ):
        return replace(cue, reading=cue.inner, compares=False, nuance=None)
    alone = passage.study.control is None and len(passage.study.treatments) < 2
    if (
        cue.inner
        and cue.reading == "null"
        and alone
        and pair.comparator in (None, BASELINE)
    ):
        return replace(cue, reading=cue.inner, compares=False, nuance=None)
    return cue
