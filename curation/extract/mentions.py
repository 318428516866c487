"""Treatments, comparators and outcome measures, as the protocol names them.

Terms are matched on token boundaries, the longest wins over any kind ("sleep
deprivation" is a treatment, not sleep). An ambiguous short form is believed only where
one of its required words stands in the record. What the record abbreviates is found
under the abbreviation too. Words that only describe the sample ("patients with
anxiety", "SSRI-resistant") are kept apart from what was measured or given.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from curation.extract.folding import folded, raw
from curation.extract.terms import Terms

GROUPS = ("treatments", "comparators", "outcomes")

_SAMPLE_BEFORE = re.compile(
    r"\b(?:patients?|subjects?|individuals?|adults?|people|persons?|women|men|"
    r"participants?|those|outpatients?|inpatients?|adolescents?|children|volunteers|"
    r"mothers|groups?|population|sample|episodes?|history|diagnosis|cases|comorbid)"
    r"(?:\s[\w-]+){0,3}?\s(?:with|having|who had|suffering from|affected by|of|without|"
    r"with and without|with or without|diagnosed with|experiencing|presenting with)"
    r"(?:\s(?!had\b|has\b|have\b|showed\b|show\b|experienced\b|reported\b|were\b|"
    r"was\b|did\b|improved\b|demonstrated\b|exhibited\b|achieved\b|displayed\b)"
    r"[\w/-]+){0,4}?\s?(?:-\s?)?$",
    re.IGNORECASE,
)
_CONDITION_BEFORE = re.compile(
    r"\b(?:treatment (?:of|for)|therapy (?:of|for)|treating|management of|treat|"
    r"pharmacotherapy of|resistant|refractory|in (?:the )?(?:acute )?treatment of|"
    r"major|\w+polar|\w+ic|clinical|late-life|severe|"
    r"adolescent|comorbid|moderate|mild|diagnosis of|episodes? of|diagnos\w+|"
    r"diagnosed with|recognition (?:and (?:\w+ )?treatment )?of|recogni[sz]\w+|"
    r"screen\w* for|detect(?:ing|ion of)|car(?:e|ing) for|guidelines? (?:for|on|in)|"
    r"burden of|research (?:on|in|into)|"
    r"history of|pathophysiology of|in|for|with)[\s-]+$",
    re.IGNORECASE,
)
_CONDITION_AFTER = re.compile(
    r"[\s-](?:care|management|guidelines?|diagnos\w+|screening|education|programs?|"
    r"programmes?|research|treatment|therap\w+|self-rating|studies|trials?|literature)\b",
    re.IGNORECASE,
)
_SAMPLE_AFTER = re.compile(
    r"^(?:(?:[\s-]+(?:and|or|vs\.?|versus|non-?\w+|\w+(?:ed|ic|ous|"
    r"ar))){0,4}[\s-]+)?(?:patients?|subjects?|individuals?|adults?|outpatients?|"
    r"inpatients?|"
    r"people|women|men|participants?|disorders?|resistant|resistance|associated|"
    r"refractory)"
    r"\b",
    re.IGNORECASE,
)
_BACKGROUND_DRUG_BEFORE = re.compile(
    r"\b(?:non-?responders? to|who (?:had )?(?:previously )?respond(?:ed)? to|"
    r"fail(?:ed|s|ing)?(?: to respond to)?|failure of|"
    r"former|recreational|respond(?:ed)? "
    r"(?:inadequately|poorly|insufficiently) to|inadequate response to|resistant to|"
    r"refractory to|intolerant (?:of|to)|did not respond to|unresponsive to|"
    r"failure to respond to|not responded to|insufficient response to|"
    r"stable(?: doses? of)?|concomitant|concurrent|ongoing|prior|previous|"
    r"background|taking|maintained on|stabili[sz]ed on|unresponsive to|"
    r"partial response to|an[ae]+sthe\w+ (?:with|by|"
    r"using))\s"
    r"(?:[\w-]+\s){0,4}?$",
    re.IGNORECASE,
)
_NARCOSIS = re.compile(r"an[ae]+sthe\w+$", re.IGNORECASE)
_BACKGROUND_DRUG_AFTER = re.compile(
    r"^(?:s?[\s-]+(?:resistant|refractory|free|naive|na[iï]ve|resistance|"
    r"nonrespon\w+|non-respon\w+|unresponsive|failures?|induced (?:sexual|mania|"
    r"weight))"
    r"|\s(?:clinics?|services?|suites?|units?|cent(?:er|re)s?|departments?)\b"
    r"|\s(?:had failed|was continued|were continued|was permitted)"
    r"|\s(?:as an? |for |during |under )?an[ae]+sthe\w+)",
    re.IGNORECASE,
)


_SHORT_FORM = 4
_SHARING = (
    r"(?:\s?\([^()]{1,40}\))?(?:,\s(?:and\s|or\s)?|\s(?:and|or|/)\s|/)"
    r"(?:[\w-]+(?:\s?\([^()]{1,40}\))?(?:,\s(?:and\s|or\s)?|\s(?:and|or)\s)){0,2}"
    r"(?:[\w-]+\s){1,2}?(?:\([^()]{1,40}\)\s)?"
    r"(?:symptoms|symptomatology|changes|effects|impairments?|scores|ratings)\b"
)

_FOR_NARCOSIS = re.compile(r"an[ae]+sthe", re.IGNORECASE)
_TESTED = re.compile(
    r"\b(?:adjunctive|adjunct|adjuvant|efficacy of|effects? of|comparison of|comparing|"
    r"versus|vs\.?|impact of|addition of)\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)


def is_sample(before: str, after: str) -> bool:
    """Return whether an outcome word describes the patients, not what was measured.

    Parameters
    ----------
    before, after
        The folded text of the sentence on both sides of the word.
    """
    return bool(_SAMPLE_BEFORE.search(before[-120:]) or _SAMPLE_AFTER.match(after[:40]))


def is_condition(before: str, after: str) -> bool:
    """Return whether a disease's name is the diagnosis and not a measured outcome."""
    return is_sample(before, after) or bool(
        _CONDITION_BEFORE.search(before[-40:]) or _CONDITION_AFTER.match(after)
    )


def is_background_drug(before: str, after: str, words: str = "") -> bool:
    """Return whether a drug was only taken, failed or given for narcosis."""
    if _NARCOSIS.search(words) or _BACKGROUND_DRUG_BEFORE.search(before[-80:]):
        return True
    behind = _BACKGROUND_DRUG_AFTER.match(after[:40])
    if behind is None:
        return False
    # "The effect of adjunctive ketamine anaesthesia": the narcotic is what is tested.
    return not (_FOR_NARCOSIS.search(behind[0]) and _TESTED.search(before[-50:]))


class Mentions:
    """Writes `doc.spans` of treatments, comparators and outcomes, labelled by slug.

    Parameters
    ----------
    tables
        For each group: slug -> {"terms": [...], "ambiguous": [[term, [requires]]]}.
    excluded
        Phrases in which a word is something else ("respiratory depression").
    """

    def __init__(
        self,
        nlp: Language,
        tables: Mapping[str, Mapping[str, Mapping[str, Any]]],
        excluded: Sequence[str],
    ) -> None:
        flat: dict[str, list[str]] = {"excluded:": list(excluded)}
        self._requires: dict[str, tuple[str, ...]] = {}
        for group in GROUPS:
            for slug, row in tables[group].items():
                terms = flat.setdefault(f"{group}:{slug}", [])
                terms += row["terms"]
                for term, requires in row["ambiguous"]:
                    key = f"{group}?{len(self._requires)}:{slug}"
                    flat[key] = [term]
                    self._requires[key] = tuple(r.lower() for r in requires)
        self._terms = Terms(nlp, flat, numbered=True)
        self._by_adjective = {
            words[0].lower(): slug
            for slug, row in tables["outcomes"].items()
            for words in (term.split() for term in row["terms"])
            if len(words) == 2 and words[1] in ("symptom", "symptoms")
        }
        adjectives = "|".join(map(re.escape, sorted(self._by_adjective)))
        self._ellipsis = re.compile(
            rf"(?<![\w-])({adjectives or '(?!)'}){_SHARING}", re.IGNORECASE
        )

    def find(self, doc: Doc) -> Iterator[tuple[str, str, int, int]]:
        """Yield (group, slug, first token, end token) of the protocol's terms."""
        lowered = folded(doc).lower()

        def believed(key: str) -> bool:
            requires = self._requires.get(key)
            return requires is None or any(word in lowered for word in requires)

        for start, end, key in self._terms.find(doc, believed):
            group, _, slug = key.partition(":")
            group = group.partition("?")[0]
            if group in GROUPS:
                yield group, slug, start, end

    def __call__(self, doc: Doc) -> Doc:
        """Write the three groups."""
        found: dict[str, list[Span]] = {group: [] for group in GROUPS}
        taken: set[int] = set()
        matches = list(self.find(doc))
        own = self._redefined(doc, matches)
        for group, slug, start, end in [*matches, *self._shared_noun(doc, matches)]:
            if own and end - start <= _SHORT_FORM and doc[start:end].text in own:
                continue
            found[group].append(Span(doc, start, end, label=slug))
            taken.update(range(start, end))
        for group, slug, span in self._local(doc, found):
            if taken.isdisjoint(range(span.start, span.end)):
                found[group].append(Span(doc, span.start, span.end, label=slug))
                taken.update(range(span.start, span.end))
        for group in GROUPS:
            doc.spans[group] = sorted(found[group], key=lambda s: s.start)
        return doc

    def _redefined(
        self, doc: Doc, matches: Sequence[tuple[str, str, int, int]]
    ) -> set[str]:
        """Return the short forms that this record gives another outcome's name."""
        shorts = doc._.abbreviations
        if not shorts:
            return set()
        outcomes = [
            (slug, doc[start].idx, doc[end - 1].idx + len(doc[end - 1]))
            for group, slug, start, end in matches
            if group == "outcomes"
        ]
        text = raw(doc)
        out = set()
        for a in shorts:
            inside = {slug for slug, s, e in outcomes if a.start <= s and e <= a.end}
            used = {slug for slug, s, e in outcomes if inside and text[s:e] == a.short}
            if used and used.isdisjoint(inside):
                out.add(a.short)
        return out

    def _shared_noun(
        self, doc: Doc, matches: Sequence[tuple[str, str, int, int]]
    ) -> Iterator[tuple[str, str, int, int]]:
        """Yield outcomes whose noun stands later: "depressive and anxiety symptoms"."""
        taken = {i for _, _, start, end in matches for i in range(start, end)}
        for match in self._ellipsis.finditer(folded(doc)):
            slug = self._by_adjective.get(match[1].lower())
            span = doc.char_span(match.start(1), match.end(1))
            if slug and span is not None and span.start not in taken:
                yield "outcomes", slug, span.start, span.end

    def _local(
        self, doc: Doc, found: Mapping[str, Sequence[Span]]
    ) -> Iterator[tuple[str, str, Span]]:
        """Yield the uses of abbreviations whose long form names one thing."""
        text = raw(doc)
        for short, start, end in (
            (a.short, a.start, a.end) for a in doc._.abbreviations
        ):
            inside = [
                (group, span)
                for group in GROUPS
                for span in found[group]
                if start <= span.start_char and span.end_char <= end
            ]
            slugs = {(group, span.label_) for group, span in inside}
            if len(slugs) != 1:
                continue
            group, span = inside[0]
            whole = len(text[start:end].split())
            if group == "outcomes" and whole > 1 and len(span.text.split()) < 2:
                continue
            if group != "outcomes" and is_background_drug(
                text[max(0, start - 80) : span.start_char], text[span.end_char : end]
            ):
                continue
            for match in re.finditer(rf"(?<![\w-]){re.escape(short)}s?(?![\w])", text):
                use = doc.char_span(*match.span(), alignment_mode="expand")
                if use is not None and use.end - use.start <= 4:
                    yield group, span.label_, use


@Language.factory(
    "mentions",
    requires=["doc._.abbreviations"],
    assigns=["doc.spans"],
    default_config={"tables": {g: {} for g in GROUPS}, "excluded": []},
)
def create(
    nlp: Language,
    name: str,
    tables: dict[str, dict[str, dict[str, Any]]],
    excluded: list[str],
) -> Mentions:
    """Create the component from the protocol's tables."""
    return Mentions(nlp, tables, excluded)
