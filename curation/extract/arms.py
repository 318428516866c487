"""The arms of the study: what was given, and what the words for it are.

Result sentences say "the active group", "both drugs", "controls". What those are is
read once from the title, the aim and the methods: treatments that people received or
were randomised to, against treatments that are only talked about, that patients took
before, or to which something was added.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

from curation.extract.controls import Controls, numbered_groups
from curation.extract.folding import folded
from curation.extract.framing import is_class_word, is_context
from curation.extract.mentions import is_background_drug
from curation.extract.weighing import Mention, base_drugs, weigh
from evidence.types import Design

Doc.set_extension("arms", default=None)
"""The record's `Arms`."""

_GIVEN = re.compile(
    r"\b(?:receiv|randomi|assign|allocat|treated with|treatment with|therapy with|"
    r"administ|infusion|augmentation|added to|addition of|adjunctive|adjunct|plus|mg\b|"
    r"monotherapy|initiat|versus|vs\.?|compared (?:with|to)|efficacy of|effects? of|"
    r"effectiveness of|safety of|tolerability of|underwent|course of|sessions? of|"
    r"doses? of|open-label|assisted|combination|given|use of)",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    r"^(?:\s?\([^)]{1,20}\))?s?[\s,()]*(?:an? |the |i\.?e\.?,? |namely )?$",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\s?(?:and|plus|/|\+|with|(?:in )?combin\w+ with)\s?", re.IGNORECASE
)
_HEAD_TO_HEAD = re.compile(
    r"\bversus\b|\bvs\b|compar|randomi|effects of|alone\b", re.IGNORECASE
)
_THRESHOLD = 2.0
_POSSIBLE = 2.4
_ONE_ARM = (Design.UNCONTROLLED, Design.CASE_REPORT, Design.CROSS_SECTIONAL)


@dataclass(frozen=True, slots=True)
class Arms:
    """What a study gave, and what it held it against."""

    treatments: tuple[str, ...] = ()
    """The treatments studied, the first the one in question."""
    control: str | None = None
    """The comparator that is none of the treatments: placebo, sham, usual care."""
    single: bool = False
    """One arm, or none compared: changes are changes from baseline."""
    numbered: Mapping[str, str] = field(default_factory=dict)
    """`group 1` -> treatment."""
    rivals: tuple[str, ...] = ()
    """Two treatments that the title holds against each other."""
    labels: frozenset[str] = frozenset()
    """Classes that only name the kind of a drug: "the SSRI escitalopram"."""
    pooled: bool = False
    """A review: what its studies were controlled with is not the pool's comparator."""
    blind: str | None = None
    """The drug that was given as an active placebo."""
    known: frozenset[str] = frozenset()
    """Treatments that the study may have given at all; empty where that is unclear."""
    other_dose: str | None = None
    """The comparator that stands for another dose of the same treatment."""
    bases: frozenset[str] = frozenset()
    """What patients took already, to which something was added."""
    opposed: tuple[str, ...] = ()
    """What title, aim and methods hold treatments against, the most frequent first."""

    @property
    def main(self) -> str | None:
        """Return the treatment in question."""
        return self.treatments[0] if self.treatments else None

    def against(self, treatment: str) -> str | None:
        """Return what `treatment` is compared with where the text does not say."""
        if treatment in self.rivals:
            return next(t for t in self.rivals if t != treatment)
        if self.pooled:
            # Its studies are controlled in their own ways: what it asks comes first.
            return next((s for s in self.opposed if s != treatment), None)
        if self.control is not None:
            return self.control
        if self.single:
            return None
        others = [t for t in self.treatments if t != treatment]
        return others[0] if len(others) == 1 else None


class StudyArms:
    """Writes `doc._.arms`.

    Parameters
    ----------
    members
        For each class the treatments below it.
    inert
        Comparators that stand for no treatment, or for the usual one; placebo first.
    blinds
        Treatments that trials give as an active placebo.
    usual
        The comparator that stands for the usual treatment.
    dose
        The comparator that stands for another dose.
    procedures
        Treatments that are no drugs, during which drugs are given.
    fixed
        For each combination that is a treatment of its own its components.
    """

    def __init__(
        self,
        members: Mapping[str, Sequence[str]],
        inert: Sequence[str],
        blinds: Sequence[str],
        usual: str | None,
        dose: str | None,
        procedures: Sequence[str],
        fixed: Mapping[str, Sequence[str]],
    ) -> None:
        self._dose = dose
        self._procedures = frozenset(procedures)
        self._fixed = {slug: frozenset(parts) for slug, parts in fixed.items()}
        self._members = {slug: frozenset(found) for slug, found in members.items()}
        self._controls = Controls(tuple(inert), frozenset(blinds), usual, dose)

    def read(self, doc: Doc) -> Arms:
        """Return the arms of the study that the Doc reports."""
        text = folded(doc)
        mentions, during = self._mentions(doc, text)
        title = list(dict.fromkeys(m.slug for m in mentions if m.role == "title"))
        labels = self._labels(mentions, text)
        bases = base_drugs(text, mentions, self._procedures)
        if set(title) - self._procedures:
            # "Drug A in patients undergoing B": all of them underwent it.
            bases |= during & self._procedures
        weighed = weigh(mentions)
        chosen = [
            slug
            for slug, weight in weighed
            if weight >= _THRESHOLD and slug not in labels
        ]
        chosen = self._without_classes(chosen, title)
        if set(chosen) - bases:
            chosen = [slug for slug in chosen if slug not in bases]
        first = [s for s in title if s in chosen]
        ordered = tuple(first + [s for s in chosen if s not in first])
        ordered = self._combined(ordered, mentions, text)
        control = self._controls.control(doc, text)
        blind = self._controls.blind(doc, text, ordered, title, control)
        if blind is not None:
            ordered = tuple(slug for slug in ordered if slug != blind)
            control = self._controls.placebo
        if doc._.design in _ONE_ARM and not self._controls.random(doc, text):
            control = None
        return Arms(
            treatments=ordered,
            control=control,
            single=control is None and self._controls.single(text, len(ordered)),
            numbered=numbered_groups(doc, text),
            rivals=self._controls.rivals(doc, text, tuple(first), control),
            labels=labels,
            pooled=doc._.design is Design.SYSTEMATIC_REVIEW,
            blind=blind,
            known=self._known(ordered, weighed),
            other_dose=self._dose,
            bases=bases,
            opposed=self._controls.opposed(doc, text) if ordered else (),
        )

    def _known(
        self, ordered: Sequence[str], weighed: Sequence[tuple[str, float]]
    ) -> frozenset[str]:
        """Return the treatments that the study may have given, combinations too."""
        if not ordered:
            return frozenset()
        found = {s for s, weight in weighed if weight >= _POSSIBLE} | set(ordered)
        return frozenset(
            found | {slug for slug, parts in self._fixed.items() if parts <= found}
        )

    def _combined(
        self, ordered: tuple[str, ...], mentions: Sequence[Mention], text: str
    ) -> tuple[str, ...]:
        """Return the treatments with two that the title gives together made one."""
        titled = [m for m in mentions if m.role == "title"]
        for one, two in pairwise(titled):
            parts = {one.slug, two.slug}
            slug = next((s for s, both in self._fixed.items() if both == parts), None)
            if slug is None or not _TOGETHER.fullmatch(text[one.end : two.start]):
                continue
            if _HEAD_TO_HEAD.search(text[: text.find("\n")]):
                continue
            return (slug, *(s for s in ordered if s not in parts))
        return ordered

    def _mentions(self, doc: Doc, text: str) -> tuple[list[Mention], set[str]]:
        """Return the mentions of treatments that may have been given.

        With them stand those that the title only names as what went on meanwhile.
        """
        sentences = [
            (s.start_char, s.end_char, s.label_) for s in doc.spans["sentences"]
        ]
        out: list[Mention] = []
        contexts: list[Mention] = []
        during: set[str] = set()
        place = 0
        for span in doc.spans["treatments"]:
            at, stop, slug = span.start_char, span.end_char, span.label_
            while place + 1 < len(sentences) and at >= sentences[place][1]:
                place += 1
            start, end, role = sentences[place]
            before = text[max(start, at - 80) : at]
            after = text[stop : min(end, stop + 60)]
            if is_background_drug(before, after, span.text):
                continue
            if slug in self._members and is_class_word(before, span.text, after):
                continue
            given = bool(_GIVEN.search(before[-60:] + " " + after[:30]))
            if is_context(before):
                contexts.append(Mention(slug, at, stop, "methods", True))
                if role == "title":
                    during.add(slug)
            else:
                out.append(Mention(slug, at, stop, role, given))
        return out or contexts, during

    def _without_classes(self, chosen: list[str], title: Sequence[str]) -> list[str]:
        """Return the treatments without classes that only frame a drug of theirs."""
        drugs = [slug for slug in title if slug not in self._members]
        kept = [
            slug
            for slug in chosen
            if not (drugs and slug in self._members and slug not in title)
        ]
        return [
            slug
            for slug in kept
            if not (self._members.get(slug, frozenset()) & set(kept))
            or (slug in title and not (self._members[slug] & set(title)))
        ]

    def _labels(self, mentions: Sequence[Mention], text: str) -> frozenset[str]:
        """Return the classes that stand right before or after one of their members."""
        found = set()
        for one, two in pairwise(mentions):
            gap = text[one.end : two.start]
            if len(gap) > 30 or not _APPOSED.match(gap):
                continue
            if two.slug in self._members.get(one.slug, ()):
                found.add(one.slug)
            elif one.slug in self._members.get(two.slug, ()) and "(" in gap + ",":
                found.add(two.slug)
        return frozenset(found)

    def __call__(self, doc: Doc) -> Doc:
        """Write the arms."""
        doc._.arms = self.read(doc)
        return doc


@Language.factory(
    "study_arms",
    requires=["doc.spans", "doc._.design"],
    assigns=["doc._.arms"],
    default_config={
        "members": {},
        "inert": [],
        "blinds": [],
        "usual": None,
        "dose": None,
        "procedures": [],
        "fixed": {},
    },
)
def create(
    nlp: Language,
    name: str,
    members: dict[str, list[str]],
    inert: list[str],
    blinds: list[str],
    usual: str | None,
    dose: str | None,
    procedures: list[str],
    fixed: dict[str, list[str]],
) -> StudyArms:
    """Create the component from the protocol's classes and comparators."""
    return StudyArms(members, inert, blinds, usual, dose, procedures, fixed)
