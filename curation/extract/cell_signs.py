"""What an abstract says around one cell, in whole numbers.

The rules read one clause at a time. Here all sentences of results and conclusion that
name a treatment, or an outcome of a domain, are set beside each other: how many there
are, what their cues say, whether a p stands in them, what the rules made of them. On
these counts rests the learnt reading; they mean the same in every field of medicine.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from curation.extract import direction as directions
from curation.extract import lexicon
from curation.extract.arms import Arms
from curation.extract.comparison import BASELINE
from curation.extract.cues import read_cues
from curation.extract.readings import Finding, Passage, Tables
from curation.extract.statistics import p_value
from evidence.types import Design, Direction, Statement

Signs = Mapping[str, int]
"""Sign in words -> how often it stands, 3 at most."""

MOST = 3
_MANY = 8
_SILENT = ("linked", "unlinked", "differs")
_SAID = {
    Direction.IMPROVES: "better",
    Direction.NO_CLEAR_DIFFERENCE: "no difference",
    Direction.WORSENS: "worse",
    Direction.MIXED: "mixed",
    Direction.NOT_STATED: "not stated",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, read without regard to clauses."""

    passage: Passage
    stated: tuple[Finding, ...]
    arms: frozenset[str]
    domains: frozenset[str]
    """Of the outcomes that it names."""
    sampled: frozenset[str]
    """Domains that only describe its patients."""
    cues: Counter[str]
    votes: Mapping[str, Counter[Direction]]
    """Domain -> what the nearest cue says of its outcomes."""
    significant: bool | None
    """None where no p is printed."""
    harm: bool

    @property
    def place(self) -> str:
        """Return the part of the abstract that it stands in."""
        return "conclusion" if self.passage.section == "conclusions" else "results"


def line(passage: Passage, stated: tuple[Finding, ...], tables: Tables) -> Line:
    """Return a sentence as it is counted."""
    text, start, end = passage.text, passage.start, passage.end
    cues = read_cues(text, start, end)
    named = [n for n in passage.named if not n.sample]
    told = [c for c in cues if not c.weak and c.reading not in _SILENT]
    votes: dict[str, Counter[Direction]] = {}
    places = directions.bind([(n.start, n.end) for n in named], told, text)
    for place, one in zip(places, named, strict=True):
        if place is not None:
            side = directions.of(told[place], one.slug, one.words, tables.better)
            votes.setdefault(one.domain, Counter())[side] += 1
    p = p_value(text[start:end])
    return Line(
        passage,
        stated,
        frozenset(slug for arm in passage.arms for slug in arm.slugs),
        frozenset(n.domain for n in named),
        frozenset(n.domain for n in passage.named if n.sample)
        | {domain for domain, _, _ in passage.patients},
        Counter(c.reading for c in cues),
        votes,
        p[1] if p else None,
        bool(lexicon.load("safety").find(text, start, end)),
    )


class Abstract:
    """A record's result sentences beside each other.

    Parameters
    ----------
    doc
        As the component of findings left it.
    tables
        What the rules know of the protocol.
    """

    def __init__(self, doc: Doc, tables: Tables) -> None:
        self._tables = tables
        self._study: Arms = doc._.arms
        self.lines = [line(p, stated, tables) for p, stated in doc._.passages]
        self.found: Sequence[Finding] = [
            f for f in doc._.findings if f.statement is Statement.OWN_RESULT
        ]
        roles = [(s.start_char, s.end_char, s.label_) for s in doc.spans["sentences"]]

        def role_of(at: int) -> str:
            return next((role for a, b, role in roles if a <= at < b), "other")

        self._treated = Counter(
            (s.label_, role_of(s.start_char)) for s in doc.spans["treatments"]
        )
        self._measured: Counter[tuple[str, str]] = Counter()
        self._kinds: dict[str, set[str]] = {}
        for span in doc.spans["outcomes"]:
            domain = tables.domain_of[span.label_]
            role = role_of(span.start_char)
            self._measured[domain, role] += 1
            if role in ("results", "conclusions"):
                kind = tables.kind_of.get(span.label_, "")
                self._kinds.setdefault(domain, set()).add(kind)
        self._whole = self._of_the_whole(doc)

    def cells(self) -> Iterator[tuple[str, str]]:
        """Yield every cell of which the abstract may speak at all."""
        if not self.lines:
            return
        named = (
            slug
            for slug, role in self._treated
            if role in ("title", "results", "conclusions")
        )
        found = (f.treatment for f in self.found)
        barred = self._tables.inert | self._tables.not_treatments
        domains = {d for one in self.lines for d in one.domains}
        domains |= {f.domain for f in self.found}
        if any(one.harm for one in self.lines):
            domains.add(self._tables.safety)
        for slug in dict.fromkeys([*self._study.treatments, *found, *named]):
            if slug not in barred:
                yield from ((slug, domain) for domain in sorted(domains))

    def signs(self, treatment: str, domain: str) -> Signs:
        """Return what stands around a cell."""
        count: Counter[str] = Counter(self._whole)
        self._of_the_names(count, treatment, domain)
        for one in self.lines:
            self._of_a_line(count, one, treatment, domain)
        self._of_the_rules(count, treatment, domain)
        return {name: min(n, MOST) for name, n in sorted(count.items()) if n}

    def _of_the_whole(self, doc: Doc) -> dict[str, int]:
        study, lines = self._study, self.lines
        whole = {
            "the study has one arm": study.single,
            "a review": study.pooled,
            "the study has a control": study.control is not None,
            f"design: {doc._.design}": True,
            f"treatments studied: {min(len(study.treatments), MOST)}": True,
            "many domains": len({d for one in lines for d in one.domains}) // 2,
            "many findings": min(len(self.found), _MANY) // 2,
            "many sentences": min(len(lines), 2 * _MANY) // 4,
            "sentences with a finding": sum(bool(one.stated) for one in lines) // 2,
            "sentences with a cue": sum(bool(one.votes) for one in lines) // 2,
            "a p is printed": any(one.significant is not None for one in lines),
            "a p is significant": any(one.significant for one in lines),
            "the sample has the condition": any(o.passage.condition for o in lines),
            "results are told apart": any(one.place == "results" for one in lines),
            "sections are printed": bool(doc._.printed),
            "other people's findings": len(self.found) < len(doc._.findings),
        }
        return {name: int(n) for name, n in whole.items() if n}

    def _of_the_names(self, count: Counter[str], treatment: str, domain: str) -> None:
        study, tables = self._study, self._tables
        kind = {tables.overall: "overall", tables.safety: "safety"}
        count[f"domain: {kind.get(domain, 'of the review')}"] += 1
        places = (*study.treatments[:MOST], treatment)
        count[f"treatment's rank: {places.index(treatment)}"] += 1
        count["the main treatment"] += treatment == study.main
        count["a treatment studied"] += treatment in study.treatments
        count["a class of treatments"] += treatment in tables.members
        count["one of two rivals"] += treatment in study.rivals
        count["what patients took already"] += treatment in study.bases
        for role in ("title", "results", "conclusions"):
            count[f"treatment in {role}"] += self._treated[treatment, role]
        for role in ("title", "aim", "methods", "results", "conclusions"):
            count[f"domain in {role}"] += self._measured[domain, role]
        for name in self._kinds.get(domain, ()):
            count[f"an outcome is a {name}"] += 1

    def _of_a_line(
        self, count: Counter[str], one: Line, treatment: str, domain: str
    ) -> None:
        tables = self._tables
        own = domain in one.domains or (domain == tables.safety and one.harm)
        here = treatment in one.arms
        if own:
            arm = (
                "with the treatment"
                if here
                else "with another arm"
                if one.arms
                else "on the treatment before"
                if treatment in one.passage.subject
                else "with no arm"
            )
            count[f"outcome {arm}, {one.place}"] += 1
            for side, times in one.votes.get(domain, {}).items():
                said = f"cue says {_SAID[side]}"
                count[f"{said}, {arm}"] += times
                count[f"{said}, {one.place}"] += times
                if one.significant is not None:
                    count[
                        f"{said}, p {'' if one.significant else 'not '}below .05"
                    ] += 1
                count[f"{said}, control named"] += bool(one.arms & tables.inert)
                count[f"{said}, two treatments"] += len(one.arms - tables.inert) > 1
            count[f"no cue, {arm}"] += domain not in one.votes
            if one.significant is not None:
                count[f"p {'' if one.significant else 'not '}below .05, {arm}"] += 1
            for reading, times in one.cues.items():
                count[f"cue: {reading}"] += times
        elif here:
            count[f"treatment without outcome, {one.place}"] += 1
        count["only patients have the domain"] += not own and domain in one.sampled
        for f in one.stated:
            if f.domain != domain or f.statement is not Statement.OWN_RESULT:
                continue
            if f.treatment == treatment:
                count[f"sentence read {_SAID[f.direction]}, {one.place}"] += 1
            elif f.comparator == treatment:
                side = f.direction.turned()
                count[f"sentence read {_SAID[side]}, as comparator"] += 1

    def _of_the_rules(self, count: Counter[str], treatment: str, domain: str) -> None:
        none = True
        for f in self.found:
            said = f"rules say {_SAID[f.direction]}"
            if f.treatment == treatment and f.domain != domain:
                count[f"{said} elsewhere"] += 1
            if f.domain != domain:
                continue
            if f.treatment != treatment:
                count[f"{said} of another"] += 1
                if f.comparator == treatment:
                    turned = _SAID[f.direction.turned()]
                    count[f"rules say {turned}, as comparator"] += 1
                continue
            none = False
            count[said] += 1
            count["rules have a finding"] += 1
            count[f"{said}, against {self._kind(f.comparator)}"] += 1
            count[f"{said}, arms inferred"] += f.inferred
            count[f"{said}, much in the words"] += max(int(f.weight) // 2, 0)
            where = "conclusion" if f.section == "conclusions" else "results"
            count[f"{said}, {where}"] += 1
            count[f"rule: {f.rule}"] += 1
            count[f"role: {f.role}"] += 1
            count["the authors hedge"] += f.hedged
            count["a denial"] += f.negated
            count["results and conclusion disagree"] += bool(f.flags)
            if f.nuance:
                count[f"nuance: {f.nuance}"] += 1
        count["rules have no finding"] += none

    def _kind(self, comparator: str | None) -> str:
        if comparator in (None, BASELINE):
            return "baseline"
        return "a control" if comparator in self._tables.inert else "a treatment"


def is_read(doc: Doc) -> bool:
    """Return whether a record's cells are weighed: whose own results it may state."""
    return bool(doc._.passages) and doc._.design is not Design.NARRATIVE_REVIEW
