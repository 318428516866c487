"""A sentence with everything found in it: outcomes, arms, aliases, kinds of patients.

Here mentions are weighed in their sentence. A disease's name is an outcome only where
it was measured; "patients with anxiety" are a sample; "SSRI-resistant" names no arm;
"the active group" and "both drugs" stand for the study's arms.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from curation.extract.aliases import aliases
from curation.extract.arms import Arms
from curation.extract.comparison import BASELINE
from curation.extract.coordination import Arm
from curation.extract.direction import MARKER
from curation.extract.folding import folded
from curation.extract.framing import is_class_word, is_context
from curation.extract.mentions import is_background_drug, is_condition, is_sample
from curation.extract.named import Named
from curation.extract.readings import Passage, Tables
from curation.extract.samples import of_whole_sample

_SHARE = re.compile(
    r"\b(?:percentages?|proportions?|numbers?|rates?|share|more|fewer|%)\s(?:of\s)?"
    r"(?:\w+\s){0,3}with(?:out)?\s(?:an?\s)?(?:(?:improvements?|reductions?|decreases?|"
    r"worsening)\s(?:in|of)\s)?(?:\w+\s)?$",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"[\s,]+(?:who|that|responded|remitted|achieved|improved|on |receiving|treated)",
    re.IGNORECASE,
)
_PERSONS = re.compile(r"(?:non-?\s?)?(?:respond|remit)t?ers?\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:were|as|considered|classified|deemed|number of|proportion of|percentage of|"
    r"rate of|more)\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_ADJUSTED = re.compile(
    r"\b(?:controll?\w*|adjust\w*|account\w*|correct\w*) for\s"
    r"(?:(?!and\b[^,]{0,60},|no\b|there\b)[\w-]+,?\s){0,14}$",
    re.IGNORECASE,
)
_GENE = re.compile(
    r"\s?(?:Val66Met|genes?\b|genotyp\w+|polymorphisms?|alleles?|rs\d)", re.IGNORECASE
)
_OF_A_SCALE = re.compile(
    r"[\s-](?:(?:total|scale|scores?|rating|based|defined|symptoms?)[\s-])*"
)
_REGIONS = re.compile(r"(?:[\s-][\w-]+){0,3}?\s(?:areas?|regions?)\b", re.IGNORECASE)
_OTHER_RESPONSE = re.compile(
    r"responses\b|response (?:latenc|time|inhib|bias|control|to (?:reward|stimul|"
    r"stress|threat))",
    re.IGNORECASE,
)
_OF_AN_ORGAN = re.compile(
    r"\b(?:this|amygdala\w*|neural|brain|BOLD|cortisol|immune|inflammatory|stress|"
    r"emotional|h[ae]+modynamic|autonomic|startle|HPA|placebo|sham|neuronal|cortical)\s$",
    re.IGNORECASE,
)
_HELD_AGAINST = re.compile(
    r"\b(?:than|compared (?:with|to)|versus|vs\.?|(?:superior|inferior|similar|"
    r"comparable) to|"
    r"over|from)\s(?:[\w-]+\s){0,3}$|\bbetween\s[^.;]{1,30}\sand\s(?:the\s|an?\s)?$",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"[\s-]+(?:alone|monotherapy|only|plus placebo|\+ placebo)\b", re.IGNORECASE
)
_WORDS_OF_SAMPLES = frozenset({"symptom", "event", "marker", "rate"})


@dataclass(frozen=True, slots=True)
class Found:
    """A mention in the Doc, as plain values: spans are dear to make again."""

    start: int
    end: int
    slug: str
    words: str


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A record's mentions by group, read once."""

    outcomes: Sequence[Found]
    treatments: Sequence[Found]
    comparators: Sequence[Found]
    patients: Sequence[tuple[str, int, int]]
    everybody: frozenset[str]
    """Domains that define every patient of the study."""

    @classmethod
    def of(cls, doc: Doc, patients: Sequence[tuple[str, int, int]]) -> "Mentioned":
        """Return the mentions that the components before wrote."""
        text = folded(doc)

        def of_group(group: str) -> tuple[Found, ...]:
            return tuple(
                Found(s.start_char, s.end_char, s.label_, s.text)
                for s in doc.spans[group]
            )

        return cls(
            of_group("outcomes"),
            of_group("treatments"),
            of_group("comparators"),
            patients,
            of_whole_sample(text[: text.find("\n")], patients),
        )


def passage(
    doc: Doc,
    mentioned: Mentioned,
    start: int,
    end: int,
    section: str,
    subject: Sequence[str],
    versus: Mapping[str, str],
    tables: Tables,
) -> Passage:
    """Return the sentence `text[start:end]` with what was found in it."""
    text, study = folded(doc), doc._.arms
    while end > start and text[end - 1] in "\n ":
        end -= 1
    return Passage(
        text,
        start,
        end,
        section,
        _named(text, start, end, mentioned, tables),
        _arms(text, start, end, mentioned, study, tables),
        [p for p in mentioned.patients if start <= p[1] and p[2] <= end],
        study,
        doc._.population != tables.otherwise,
        subject or study.treatments[:1],
        versus,
        mentioned.everybody,
    )


def _inside(found: Sequence[Found], start: int, end: int) -> list[Found]:
    return [f for f in found if start <= f.start < end]


def _named(
    text: str, start: int, end: int, mentioned: Mentioned, tables: Tables
) -> list[Named]:
    out: list[Named] = []
    for found in _inside(mentioned.outcomes, start, end):
        gap = text[out[-1].end : found.start] if out else ""
        if gap == "/":
            continue
        before, after = text[start : found.start], text[found.end : end]
        kind = tables.kind_of.get(found.slug, "")
        sample = False
        if found.words.lower() == tables.condition:
            if is_condition(before, after):
                continue
        elif kind in _WORDS_OF_SAMPLES:
            sample = is_sample(before, after) and not (
                _SHARE.search(before[-60:])
                and (kind == "rate" or not _WHO.match(after))
            )
        if _PERSONS.match(found.words) and not _COUNTED.search(before[-60:]):
            sample = True
        if _ADJUSTED.search(before[-150:]) or before[-11:].lower() == "functional ":
            sample = True
        if _REGIONS.match(after) or _GENE.match(after):
            sample = True
        if _OTHER_RESPONSE.match(found.words + after[:14]) or (
            found.words.lower() == "response" and _OF_AN_ORGAN.search(before[-24:])
        ):
            sample = True
        if _OF_A_SCALE.fullmatch(gap) and kind == "rate" and out:
            # "CGI-I response rate": the rate is what was measured.
            out.pop()
        out.append(
            Named(
                found.start,
                found.end,
                found.slug,
                tables.domain_of[found.slug],
                found.words,
                kind == "marker"
                or tables.better.get(found.slug, "").startswith(MARKER),
                sample,
            )
        )
    return out


def _arms(
    text: str,
    start: int,
    end: int,
    mentioned: Mentioned,
    study: Arms,
    tables: Tables,
) -> list[Arm]:
    out = [
        Arm(f.start, f.end, (f.slug,), "treatment")
        for f in _inside(mentioned.treatments, start, end)
        if not is_background_drug(text[start : f.start], text[f.end : end], f.words)
    ]
    out += [
        Arm(f.start, f.end, (f.slug,), "comparator")
        for f in _inside(mentioned.comparators, start, end)
        if f.slug != BASELINE
    ]
    out = _given(text, start, end, sorted(out, key=lambda a: a.start), study, tables)
    if study.blind is not None and study.control is not None:
        out = [
            Arm(a.start, a.end, (study.control,), "comparator")
            if a.slugs == (study.blind,)
            else a
            for a in out
        ]
    out += aliases(text, start, end, out, study)
    return sorted(out, key=lambda a: (a.start, a.end))


def _given(
    text: str, start: int, end: int, arms: list[Arm], study: Arms, tables: Tables
) -> list[Arm]:
    """Return the arms without words that only frame, time or base a treatment."""
    arms = [
        a
        for a in arms
        if a.slugs[0] not in tables.members
        or not is_class_word(
            text[max(start, a.start - 40) : a.start],
            text[a.start : a.end],
            text[a.end : min(end, a.end + 50)],
        )
    ]
    held = [
        a
        for a in arms
        if a.kind != "treatment"
        or a.slugs[0] == study.main
        or not (
            (a.slugs[0] in study.bases and not _ALONE.match(text, a.end, end))
            or is_context(text[max(start, a.start - 60) : a.start])
        )
    ]
    if any(a.kind == "treatment" for a in held):
        arms = held
    present = {slug for a in arms for slug in a.slugs}
    studied = set(study.treatments)
    if any(slug not in tables.members for slug in studied):
        arms = [
            a
            for a in arms
            if a.slugs[0] not in tables.members
            or a.slugs[0] in studied
            or _HELD_AGAINST.search(text[max(start, a.start - 40) : a.start])
        ]
    return [
        a
        for a in arms
        if not (below := tables.members.get(a.slugs[0]))
        or not (
            below & present
            or a.slugs[0] in study.labels
            or (a.slugs[0] not in studied and below & studied)
        )
    ]
