"""Findings about safety: harms tied to a treatment, statements that compare nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from curation.extract.clauses import Clause
from curation.extract.composition import Cue
from curation.extract.coordination import Arm
from curation.extract.named import Named
from curation.extract.readings import Finding, Passage, Tables
from curation.extract.safety import Tolerability, tolerability
from curation.extract.subjects import is_subject
from evidence.types import Direction, Nuance, Role

_PERCENT = re.compile(r"\d\s?%")
_WELL = re.compile(r"tolerated|\bsafe", re.IGNORECASE)
_EVENTS = re.compile(
    r"\b(?:more|less) (?:often|frequent\w*|common\w*)\b",
    re.IGNORECASE,
)


def as_events(own: Sequence[Named], words: str, tables: Tables) -> list[Named]:
    """Return symptoms that are counted as side effects under safety.

    "Anxiety and somnolence were reported more often", and body weight in one list with
    laboratory values, are harms and not outcomes.
    """
    safety = [n for n in own if n.domain == tables.safety]
    counted = _EVENTS.search(words)
    listed = len(safety) >= 2
    out = []
    for named in own:
        kind = tables.kind_of.get(named.slug)
        symptom = kind in ("symptom", "marker") or (kind == "event" and listed)
        if named.domain != tables.overall and symptom and (counted or listed):
            named = replace(named, domain=tables.safety)
        out.append(named)
    return out


def tied_harms(
    passage: Passage,
    clause: Clause,
    own: Sequence[Named],
    arms: Sequence[Arm],
    cues: Sequence[Cue],
    tables: Tables,
) -> Iterator[Finding]:
    """Read "the drug was associated with dissociation"."""
    links = [c for c in cues if c.reading == "linked"]
    treated = [a for a in arms if a.kind in ("treatment", "main")]
    harms = [
        n
        for n in own
        if n.domain != tables.overall
        and tables.kind_of.get(n.slug) in ("symptom", "event")
        and links
        and n.start > links[0].end
        and tables.better.get(n.slug) == "lower"
    ]
    if not harms or any(c.directional or c.reading == "null" for c in cues):
        return
    places = [(a.start, a.end) for a in treated]
    if not is_subject(passage.text, places, links[0]):
        return
    before = [a for a in treated if a.end <= links[0].start]
    for slug in before[-1].slugs if before else ():
        yield Finding(
            passage.start,
            passage.end,
            passage.section,
            slug,
            passage.study.against(slug),
            harms[0].domain,
            Role.OUTCOME,
            Direction.WORSENS,
            "safety.linked",
            links[0].text,
            (clause.start, clause.end),
            harms[0].words,
            harms[0].slug,
            weight=1.0,
            inferred=True,
            trace=(f"cue: {links[0].text!r} ties {slug} to {harms[0].words!r}",),
        )


def _beside(passage: Passage, said: Tolerability, compared: Sequence[Finding]) -> bool:
    """Return whether "well tolerated" stands beside a comparison of its own clause."""
    return (
        said.direction is Direction.NO_CLEAR_DIFFERENCE
        and _WELL.search(said.words) is not None
        and all(
            f.comparator is not None and not (f.clause[0] <= said.start < f.clause[1])
            for f in compared
        )
    )


def statements(
    passage: Passage, found: Sequence[Finding], tables: Tables
) -> Iterator[Finding]:
    """Yield what a sentence says of safety where no comparison was read from it."""
    compared = [f for f in found if f.domain == tables.safety]
    outcomes = [n for n in passage.named if n.domain == tables.safety]
    if len(_PERCENT.findall(passage.text, passage.start, passage.end)) > 1 and any(
        a.kind in ("comparator", "control") for a in passage.arms
    ):
        return
    said = tolerability(passage.text, passage.start, passage.end, outcomes)
    if said is None or (compared and not _beside(passage, said, compared)):
        return
    named = [
        s
        for a in passage.arms
        if a.kind in ("treatment", "main")
        for s in a.slugs
        if s not in tables.inert
    ]
    if any(a.several for a in passage.arms):
        named = list(passage.study.treatments)
    treatments = list(
        dict.fromkeys(named or passage.subject or passage.study.treatments[:1])
    )
    for treatment in treatments:
        yield Finding(
            passage.start,
            passage.end,
            passage.section,
            treatment,
            None,
            tables.safety,
            Role.OUTCOME,
            said.direction,
            "safety.statement",
            said.words,
            (passage.start, passage.end),
            said.words,
            nuance=Nuance.TOLERABILITY_STATEMENT
            if said.direction is Direction.NO_CLEAR_DIFFERENCE
            else None,
            weight=1.0,
            trace=(f"cue: {said.words!r} speaks of safety and compares nothing",),
        )
