"""From one clause to its findings: outcome by outcome, arm by arm."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from curation.extract import direction as directions
from curation.extract import harms, qualifiers, subjects
from curation.extract.arms_of_a_cue import favoured, measured_drugs
from curation.extract.clauses import Clause
from curation.extract.comparison import BASELINE, is_within, pairs
from curation.extract.composition import Cue
from curation.extract.coordination import Arm
from curation.extract.moderators import moderators
from curation.extract.named import Named
from curation.extract.rates import in_numbers, told_twice
from curation.extract.readings import Finding, Passage, Tables
from curation.extract.roles import is_of_interaction, moderations
from curation.extract.samples import subgroup
from curation.extract.statistics import p_value
from evidence.types import Direction, Nuance, Role

_SINCE = re.compile(r"\b(?:after|following)\s(?:[\w-]+\s){0,3}$", re.IGNORECASE)
_BUT_NOT_ARM = re.compile(
    r"\b(?:but|and) not (?:with |in |for |after |by |on |those \w+ )?(?:the )?$",
    re.IGNORECASE,
)


def clause_findings(
    passage: Passage,
    clause: Clause,
    named: Sequence[Named],
    arms: Sequence[Arm],
    cues: Sequence[Cue],
    subject: Sequence[str],
    tables: Tables,
) -> Iterator[Finding]:
    """Yield the findings of one clause: moderators, harms, effects, numbers."""
    text = passage.text
    domains = [n for n in named if n.domain not in (tables.overall, tables.safety)]
    overall = [n for n in named if n.domain == tables.overall]
    treated = [(a.start, a.end) for a in arms if a.kind == "treatment"]
    patients = [
        Named(s, e, "", domain, text[s:e], sample=True)
        for domain, s, e in passage.patients
        if clause.start <= s < clause.end
        and not any(n.start < e and s < n.end for n in domains)
    ]
    inert_named = any(s in tables.inert for a in arms for s in a.slugs)
    moderated = moderations(
        text,
        clause.start,
        clause.end,
        [*domains, *patients] if not inert_named else domains,
        overall,
        cues,
        treated,
        tables.better,
    )
    if inert_named:
        moderated = [m for m in moderated if m.rule != "moderator.contrast"]
    words = text[clause.start : clause.end]
    if moderated:
        if not subjects.is_of_genes(text[passage.start : passage.end]):
            yield from moderators(passage, clause, moderated, arms, subject)
        return
    own = harms.as_events([n for n in named if not n.sample], words, tables)
    cues = qualifiers.settled(text, clause, cues)
    yield from harms.tied_harms(passage, clause, own, arms, cues, tables)
    links = [c for c in cues if c.reading in ("linked", "unlinked")]
    if (
        links
        and not subjects.is_subject(text, treated, links[0])
        and not any(
            0 <= s - links[0].end <= 45
            and not any(links[0].end <= n.start < s for n in own)
            for s, _ in treated
        )
    ):
        return
    cues = [c for c in cues if c.reading not in ("linked", "unlinked")] or [
        replace(c, reading="null", nuance="not_separated")
        for c in cues
        if c.reading == "unlinked"
    ]
    if subjects.is_before_treatment(words) and not told_twice(words):
        return
    if subjects.compares_people(words, clause.start, arms):
        return
    if subjects.is_of_covariates(words) or subjects.is_definition(words):
        return
    if is_of_interaction(text, clause.start, clause.end) and not inert_named:
        return
    if subjects.is_of_people_with(words, clause.start, cues, arms):
        return
    several = len({s for a in arms for s in a.slugs}) > 1
    if subjects.is_of_a_level(words, cues) and not several:
        return
    if all(c.weak or c.reading == "differs" for c in cues):
        yield from in_numbers(passage, clause, own, arms, subject, tables)
    if not cues:
        return
    if not own:
        own = qualifiers.unnamed(clause, cues, passage, tables)
    margin = next((c for c in cues if qualifiers.rules_the_clause(c)), None)
    if margin is not None:
        cues = [margin]
    own = qualifiers.one_a_domain(own, cues, text, tables)
    governed = directions.bind([(n.start, n.end) for n in own], cues, text)
    for place, outcome in zip(governed, own, strict=True):
        if place is None:
            continue
        if qualifiers.is_spared(text, outcome, cues[place]) and not (
            qualifiers.is_absence(text, clause, outcome, cues[place])
        ):
            continue
        if qualifiers.is_instrument(text, outcome, own):
            continue
        if qualifiers.speaks_for_itself(outcome, cues[place]):
            continue
        if qualifiers.wanes(text, outcome, cues[place], tables):
            continue
        if qualifiers.is_share(text, outcome, cues[place], tables):
            continue
        yield from _effects(
            passage, clause, outcome, cues[place], arms, subject, tables
        )


def _effects(
    passage: Passage,
    clause: Clause,
    outcome: Named,
    cue: Cue,
    arms: Sequence[Arm],
    subject: Sequence[str],
    tables: Tables,
) -> Iterator[Finding]:
    text = passage.text
    if cue.reading == "favours":
        found = list(favoured(passage, clause, cue, arms, tables))
    else:
        found = pairs(
            text,
            clause.start,
            clause.end,
            arms,
            passage.study,
            subject,
            cue.compares,
            cue.reading == "null",
            tables.inert,
        )
    spoken = cue
    denied = {
        s
        for a in arms
        for s in a.slugs
        if _BUT_NOT_ARM.search(text, max(clause.start, a.start - 24), a.start)
    }
    for pair in found:
        cue = qualifiers.alike(spoken, pair, passage)
        comparator = pair.comparator
        side = directions.of(cue, outcome.slug, outcome.words, tables.better)
        if qualifiers.is_absence(text, clause, outcome, cue):
            side = side.turned()
        if cue.weak and cue.reading == "changed":
            continue
        if cue.reading == "differs":
            if pair.comparator != BASELINE:
                continue
            side = Direction.IMPROVES
        if side is Direction.NOT_STATED:
            continue
        alone = passage.study.single and not passage.study.pooled
        if cue.compares and pair.comparator is None and alone:
            # One treatment, one arm: what is compared here are mostly patients.
            if cue.reading == "null":
                continue
            if is_within(text[clause.start : clause.end]) or _follows(
                text, clause.start, arms
            ):
                comparator = BASELINE
            elif not any(a.kind == "treatment" and a.end <= cue.start for a in arms):
                continue
        if (
            cue.reading == "null"
            and cue.compares
            and pair.inferred
            and subjects.in_two_populations(text[clause.start : clause.end])
        ):
            continue
        if (
            outcome.domain == tables.safety
            and cue.directional
            and not cue.compares
            and pair.inferred
            and not (
                side is Direction.WORSENS and tables.better.get(outcome.slug) == "lower"
            )
        ):
            continue
        if pair.treatment in tables.not_treatments:
            continue
        if not qualifiers.counts_here(passage, outcome, tables):
            continue
        if pair.turned:
            side = side.turned()
        if pair.treatment in denied:
            side = Direction.NO_CLEAR_DIFFERENCE
        domain = outcome.domain
        if outcome.slug in tables.exposure:
            # A level that moves has moved away from what was intended; whoever moves
            # another drug's level does harm.
            if cue.directional:
                side = Direction.WORSENS
            elif cue.reading != "null":
                continue
            moved = measured_drugs(text, outcome, arms)
            if moved and pair.treatment not in moved:
                domain, comparator = tables.safety, BASELINE
            elif moved and any(
                a.kind == "treatment" and not moved & set(a.slugs) for a in arms
            ):
                continue
        if outcome.domain == tables.safety and pair.inferred and not cue.compares:
            comparator = None
        role = Role.OUTCOME
        if domain == tables.overall:
            role = Role.OVERALL
            group = subgroup(passage, clause)
            if group is not None:
                domain, role = group, Role.SUBGROUP
        good = tables.better.get(outcome.slug, "lower")
        weight = 1.0
        weight += 1.0 if p_value(text[clause.start : clause.end]) else 0.0
        weight += 0.5 if not pair.inferred else 0.0
        weight += 0.5 if cue.compares else 0.0
        weight += (
            0.3 if tables.kind_of.get(outcome.slug) in ("scale", "subscale") else 0.0
        )
        yield Finding(
            passage.start,
            passage.end,
            passage.section,
            pair.treatment,
            comparator,
            domain,
            role,
            side,
            f"{cue.reading}.{'between' if cue.compares else 'plain'}",
            cue.text,
            (clause.start, clause.end),
            outcome.words,
            outcome.slug or None,
            pair.combined,
            Nuance(cue.nuance) if cue.reading == "null" and cue.nuance else None,
            None,
            cue.negated,
            False,
            pair.inferred,
            weight=weight,
            trace=(
                f"cue: {cue.text!r} reads {cue.reading}"
                + (", denied" if cue.negated else ""),
                f"outcome: {outcome.words!r}, better is {good}",
                f"arms: {pair.treatment} against {comparator}: {pair.why}",
            ),
        )


def _follows(text: str, start: int, arms: Sequence[Arm]) -> bool:
    """Return whether a treatment only says since when: "better after ketamine"."""
    return any(
        a.kind == "treatment" and _SINCE.search(text, max(start, a.start - 40), a.start)
        for a in arms
    )
