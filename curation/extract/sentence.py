"""From a sentence to its findings, clause by clause.

A clause may take its outcome from the one before it ("... but not after placebo",
"whereas ..."), take back what was said ("although this was not significant"), or repeat
only the response that a level goes with.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from curation.extract import denials, harms, subjects
from curation.extract import direction as directions
from curation.extract.carried import carried, named_comparators
from curation.extract.clauses import Clause, split
from curation.extract.composition import Cue
from curation.extract.coordination import combine
from curation.extract.cues import is_criterion, read_cues
from curation.extract.effects import clause_findings
from curation.extract.named import Named
from curation.extract.readings import Finding, Passage, Tables
from evidence.types import Direction, Role

_CHANGE_OF = re.compile(r"\w+ (?:in|of)\b", re.IGNORECASE)
_SOME_OTHERS = re.compile(
    r"\b(?:some|one|two|three|four|five|several|half|most) (?:\w+ ){0,2}"
    r"(?:study|studies|trials?|RCTs?|reports?)\b[^.;]{0,160}"
    r"\b(?:whereas|while|but|although|and) (?:\w+ ){0,2}"
    r"(?:others?|one|two|three|four|remaining)\b[^.;]{0,60}\b(?:no|not|negative|"
    r"null)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\W*(?:in|among|for|of|within)\s(?:the\s|those\s|all\s)?(?:[\w-]+\s){0,3}?"
    r"(?:patients|subjects|participants|individuals|those|adults|women|men|veterans)\b"
    r"[^,;]{0,140},\s",
    re.IGNORECASE,
)
_AND = re.compile(r",? and ")
_OBJECT = 3
_FIRST_WORD = len("resolution")
_HOLDS = re.compile(r"(?:recovery|resolution|remission) (?:of|from)", re.IGNORECASE)
_FRAMES = re.compile(
    r"\W*(?:relative to|(?:when )?compared (?:with|to)|in comparison (?:with|to)|"
    r"versus)\b(?! (?:the )?baseline)",
    re.IGNORECASE,
)
_WITH = re.compile(r"\s?without\b", re.IGNORECASE)


def findings(passage: Passage, tables: Tables) -> list[Finding]:
    """Return the findings of one sentence, in reading order."""
    text, start, end = passage.text, passage.start, passage.end
    measured = [n for n in passage.named if not n.sample]

    read: dict[tuple[int, int], list[Cue]] = {}

    def cues_of(begin: int, stop: int) -> list[Cue]:
        if (begin, stop) not in read:
            read[begin, stop] = read_cues(text, begin, stop)
        return read[begin, stop]

    def complete(begin: int, stop: int) -> bool:
        return any(begin <= n.start and n.end <= stop for n in measured) and any(
            c.reading not in ("differs",) and not c.weak for c in cues_of(begin, stop)
        )

    def opens(begin: int, stop: int) -> bool:
        first = min((n.start for n in measured if n.start >= begin), default=stop)
        cue = next((c for c in cues_of(begin, stop) if not c.weak), None)
        if cue is None or cue.start < first:
            return True
        listed = _AND.search(text, first, cue.start) and any(
            cue.end < n.start and text.count(" ", cue.end, n.start) <= _OBJECT
            for n in measured
            if n.end <= stop
        )
        return not (listed or directions.reaches_on(text, cue))

    out: list[Finding] = []
    previous: list[Finding] = []
    subject = list(passage.subject)
    versus = dict(passage.versus)
    framed = _FRAMES.match(text, start, end) is not None
    tied = False
    for clause in split(text, start, end, complete, opens):
        cues = [
            c
            for c in cues_of(clause.start, clause.end)
            if not any(_is_name(c, n) for n in passage.named)
        ]
        if opening := _OPENING.match(text, clause.start, clause.end):
            # "In patients with more severe anxiety, ..." describes the patients.
            cues = [c for c in cues if c.start >= opening.end()] or cues
        named = [
            n
            for n in passage.named
            if clause.start <= n.start < clause.end
            and not is_criterion(text, clause.start, n.start, clause.end)
            # In "recovery from insomnia" the recovery is the change.
            and not any(_HOLDS.match(c.text) and _covers(c, n) for c in cues)
        ]
        arms = [a for a in passage.arms if clause.start <= a.start < clause.end]
        arms = combine(text, arms, dict(tables.fixed))
        if (
            clause.opener == "but not"
            and previous
            and not _own(named)
            and not any(c.compares for c in cues)
        ):
            found, previous = denials.but_not(passage, clause, arms, previous, tables)
            out = [f for f in out if f not in previous]
            out = _replace_last(out, previous)
            out.extend(found)
            continue
        if clause.opener == "but not" and previous and _own(named):
            spared = _listed_first(text, clause, _own(named), cues)
            if spared:
                denied = denials.denied_outcomes(spared, previous, tables)
                out = denials.at_odds(out, denied)
                cues = [c for c in cues if c.start > spared[-1].end]
                named = [n for n in named if n not in spared]
            if not cues or not _own(named):
                continue
        if clause.opener == "and" and tied and not arms:
            continue
        if (
            previous
            and not _own(named)
            and not arms
            and denials.takes_back(clause, cues)
        ):
            if denials.is_of_another_time(passage, clause, previous):
                out.extend(denials.denied_then(passage, clause, previous))
                continue
            renewed = denials.taken_back(previous, cues, passage)
            out = _replace_last(out, renewed)
            continue
        if (
            not _own(named)
            and (clause.opener or _WITH.match(text, clause.start))
            and (previous and cues)
        ):
            named = [*named, *_inherited(previous, passage, cues[0])]
        found = [
            carried(f, versus, passage.study, framed)
            for f in clause_findings(
                passage, clause, named, arms, cues, subject, tables
            )
        ]
        versus.update(named_comparators(found))
        treated = [(a.start, a.end) for a in arms if a.kind == "treatment"]
        tied = any(
            c.reading in ("linked", "unlinked")
            and not subjects.is_subject(text, treated, c)
            for c in cues
        )
        held = {f.comparator for f in found}
        said = [s for a in arms for s in a.slugs if s not in tables.inert]
        said = [s for s in said if s not in held] or said
        subject = said or subject
        out.extend(found)
        previous = found or previous
    out.extend(harms.statements(passage, out, tables))
    if any(f.role is Role.MODERATOR for f in out):
        # The rest of such a sentence repeats the response that the level goes with.
        out = [
            f
            for f in out
            if f.role is Role.MODERATOR
            or not f.inferred
            or (f.domain != tables.overall and "contrast" not in _rules(out))
        ]
    if _SOME_OTHERS.search(text, start, end):
        out = [
            replace(f, direction=Direction.MIXED, nuance=None, rule="mixed.studies")
            if f.role is not Role.MODERATOR
            else f
            for f in out
        ]
    return _one_each(out, tables.safety)


def _listed_first(
    text: str, clause: Clause, named: Sequence[Named], cues: Sequence[Cue]
) -> list[Named]:
    """Return the outcomes that "but not" denies: those before its comma, or all."""
    if not cues:
        return list(named)
    comma = text.find(", ", clause.start, clause.end)
    if comma == -1 or cues[0].start < comma:
        return []
    return [n for n in named if n.end <= comma]


def _covers(cue: Cue, named: Named) -> bool:
    return cue.start < named.end <= cue.start + _FIRST_WORD


def _is_name(cue: Cue, named: Named) -> bool:
    """Return whether a cue is part of an outcome's name: "memory impairment"."""
    if not (named.start <= cue.start and cue.end <= named.end):
        return False
    if cue.weak or (
        cue.reading == "null" and "ffect" in cue.text and len(cue.text) < 9
    ):
        return True
    if cue.reading not in ("worse", "down", "up"):
        return False
    change = _CHANGE_OF.match(named.words) or named.words.endswith(cue.text)
    return cue.reading == "worse" or not change


def _rules(found: Sequence[Finding]) -> str:
    return " ".join(f.rule for f in found if f.role is Role.MODERATOR)


def _own(named: Sequence[Named]) -> list[Named]:
    return [n for n in named if not n.sample]


def _inherited(previous: Sequence[Finding], passage: Passage, cue: Cue) -> list[Named]:
    slugs = {f.measure for f in previous}
    if slugs == {None} and cue.compares:
        # "Superior to placebo in one trial, but not different in another".
        first = previous[0]
        return [Named(cue.start, cue.end, "", first.domain, cue.text)]
    return [n for n in passage.named if n.slug in slugs and not n.sample][:3]


def _replace_last(out: list[Finding], renewed: Sequence[Finding]) -> list[Finding]:
    keys = {(f.treatment, f.domain, f.cue, f.clause) for f in renewed}
    kept = [f for f in out if (f.treatment, f.domain, f.cue, f.clause) not in keys]
    return [*kept, *renewed]


def _one_each(found: Sequence[Finding], safety: str) -> list[Finding]:
    """Return the first finding of each kind; scales at odds in a sentence are mixed.

    So are harms, where each arm had more of some.
    """
    kept: dict[tuple[str, str | None, str, Role, Direction], Finding] = {}
    turned: set[tuple[str, str | None, str, Role]] = set()
    for finding in found:
        mirror = (finding.comparator, finding.treatment, finding.domain, finding.role)
        if finding.rule != "safety.linked" and any(key[:4] == mirror for key in kept):
            # Both orders of one pair of arms in a sentence: keep to the first.
            finding = replace(
                finding,
                treatment=finding.comparator or finding.treatment,
                comparator=finding.treatment,
                direction=finding.direction.turned(),
            )
            turned.add(
                (
                    finding.treatment,
                    finding.comparator,
                    finding.domain,
                    finding.role,
                )
            )
        key = (
            finding.treatment,
            finding.comparator,
            finding.domain,
            finding.role,
            finding.direction,
        )
        kept.setdefault(key, finding)
    for key, finding in list(kept.items()):
        opposite = (*key[:4], finding.direction.turned())
        if (
            finding.direction is Direction.IMPROVES
            and opposite in kept
            and (
                key[:4] in turned
                or kept[opposite].measure == finding.measure
                or (finding.domain == safety and finding.comparator is not None)
            )
            and finding.role is not Role.MODERATOR
        ):
            other = kept.pop(opposite)
            kept[key] = replace(
                finding,
                direction=Direction.MIXED,
                outcome=f"{finding.outcome}; {other.outcome}",
                trace=(*finding.trace, *other.trace, "the sentence gives both sides"),
            )
    return list(kept.values())
