"""What a study was controlled with: placebo, sham, usual care, a rival, nothing.

A placebo that is only talked about ("lack of a placebo group", "placebo lead-in", in
the background) controls nothing. A drug that the text itself calls the placebo, or the
usual blind of a placebo-controlled trial, is the placebo and no arm.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc

from curation.extract.markers import AGAINST

_LEAD_IN = re.compile(
    r"^\s?(?:lead|run|wash)-?\s?(?:in|out)|^\s(?:wash)", re.IGNORECASE
)
_LACKING = re.compile(
    r"\b(?:lack|absence|without|no|need)\s(?:of\s|for\s)?(?:an?\s)?(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_ACTIVE_PLACEBO = re.compile(
    r"active[- ](?:placebo|control|comparator)|psychoactive placebo|placebo-controlled|"
    r"as (?:an? )?(?:active )?placebo",
    re.IGNORECASE,
)
_PLACEBO_BEFORE = re.compile(
    r"\b(?:active|psychoactive|control|comparator)[\s-]"
    r"(?:placebo|comparator|control|condition)\W{1,3}(?:\w+\W){0,3}$|"
    r"\bplacebo\s?[(\[]\s?(?:[\w.]+\s){0,3}$",
    re.IGNORECASE,
)
_PLACEBO_AFTER = re.compile(
    r"^[\s-]placebo\b|^\W{1,3}(?:as\s)?(?:an?\s)?(?:active|psychoactive|inactive)[\s-]"
    r"(?:placebo|control|comparator)|"
    r"^\s(?:as|which served as)\s(?:an?\s)?(?:\w+\s)?placebo",
    re.IGNORECASE,
)
_CONTROL_GROUP = re.compile(r"\bcontrol (?:group|arm)\b", re.IGNORECASE)
_USUAL = re.compile(
    r"\b(?:conventional|traditional|standard|routine|usual)\s(?:[\w-]+\s){0,2}?"
    r"(?:therapy|treatments?|care|an[ae]\w+|medication|management)",
    re.IGNORECASE,
)
_RANDOM = re.compile(
    r"randomi[sz]|randomly|control group|controls\b|sham|cross-?over|placebo",
    re.IGNORECASE,
)
_VERSUS = re.compile(
    r"\bversus\b|\bvs\b|compar|head-to-head|\bor\b|randomi[sz]ed|double-blind|trial",
    re.IGNORECASE,
)
_INERT = re.compile(r"placebo|sham|plus|combin|augment|\bwith\b|add", re.IGNORECASE)
_CONTROLLED = re.compile(
    r"placebo-controlled|sham-controlled|double-blind|randomi[sz]ed|randomly|"
    r"control group|controls\b|versus|vs\.",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b(group|arm|cohort)\s([A-E1-4]|I{1,3})\b", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?:\bplus|\+|\badded to|\baddition to|\balongside|\bon top of|\bboth (?:in|with)|"
    r"\bas an? (?:adjunct|add-on) to|\bcombined with|\badjunctive to)\s"
    r"(?:[\w-]+\s){0,3}$",
    re.IGNORECASE,
)
_LIKE = re.compile(r"[\s-]?like\b", re.IGNORECASE)
_LOW_DOSE = re.compile(
    r"\bplacebo-like\b|"
    r"\b(?:(?:very|ultra)[- ])?low(?:er)?[- ]dose\b[^.;]{0,40}\b(?:as (?:an? )?"
    r"(?:active )?(?:placebo|control|comparator)|control|comparator|comparison) ?"
    r"(?:group|arm|condition)?\b|"
    r"\bhigh(?:er)?[- ]dose\b[^.;]{0,60}\b(?:versus|vs\.?|or|compared (?:with|to))\s"
    r"[^.;]{0,40}\blow(?:er)?[- ]dose\b|"
    r"\blow(?:er)?-?(?: dose)? (?:versus|vs\.?|or|compared (?:with|to)) "
    r"high(?:er)?[- ]dose\b",
    re.IGNORECASE,
)
_MOST_GROUPS = 40
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Controls:
    """How the control of a study is read.

    Parameters
    ----------
    inert
        Comparators that stand for no treatment or the usual one; placebo first.
    blinds
        Treatments that trials give as an active placebo.
    usual
        The comparator that stands for the usual treatment.
    dose
        The comparator that stands for another dose.
    """

    inert: tuple[str, ...]
    blinds: frozenset[str]
    usual: str | None
    dose: str | None = None

    @property
    def placebo(self) -> str | None:
        """Return the first of the inert comparators."""
        return self.inert[0] if self.inert else None

    def control(self, doc: Doc, text: str) -> str | None:
        """Return the inert or usual comparator that the study names most often."""
        count: dict[str, int] = {}
        told = [
            (s.start_char, s.end_char)
            for s in doc.spans["sentences"]
            if s.label_ not in ("background", "conclusions", "other")
        ]
        place = 0
        for span in doc.spans["comparators"]:
            while place < len(told) and told[place][1] <= span.start_char:
                place += 1
            if place == len(told):
                break
            if (
                span.label_ in self.inert
                and told[place][0] <= span.start_char
                and not _LIKE.match(text[span.end_char : span.end_char + 6])
                and not _LEAD_IN.match(text[span.end_char : span.end_char + 12])
                and not _LACKING.search(
                    text[max(0, span.start_char - 30) : span.start_char]
                )
                and not (
                    span.label_ == self.usual
                    and _BESIDE.search(
                        text[max(0, span.start_char - 50) : span.start_char]
                    )
                )
            ):
                count[span.label_] = count.get(span.label_, 0) + 1
        if _LOW_DOSE.search(text, 0, told[-1][1] if told else 0) and not any(
            slug in self.inert[:1] for slug in count
        ):
            return self.dose
        if count:
            return max(count, key=lambda slug: count[slug])
        if _USUAL.search(text) and _CONTROL_GROUP.search(text):
            return self.usual
        return None

    def blind(
        self,
        doc: Doc,
        text: str,
        treatments: Sequence[str],
        title: Sequence[str],
        control: str | None,
    ) -> str | None:
        """Return the drug that serves as the placebo of a placebo-controlled trial."""
        if control not in (None, self.placebo) or len(treatments) < 2 or not title:
            return None
        for span in doc.spans["treatments"]:
            slug = str(span.label_)
            if slug in title or slug not in treatments:
                continue
            before = text[max(0, span.start_char - 36) : span.start_char]
            after = text[span.end_char : span.end_char + 30]
            if _PLACEBO_BEFORE.search(before) or _PLACEBO_AFTER.match(after):
                return slug
        rest = [slug for slug in treatments if slug not in title]
        usual = len(rest) == 1 and rest[0] in self.blinds
        return rest[0] if usual and _ACTIVE_PLACEBO.search(text) else None

    def rivals(
        self, doc: Doc, text: str, title: tuple[str, ...], control: str | None
    ) -> tuple[str, ...]:
        """Return the two treatments that the title compares, if it names no placebo."""
        heading = text[: text.find("\n")]
        if len(title) != 2 or not _VERSUS.search(heading):
            return ()
        spans = [s for s in doc.spans["treatments"] if s.end_char <= len(heading)]
        if any(
            text[one.end_char : two.start_char].strip() in ("/", "and/or", "or", "")
            for one, two in pairwise(spans)
        ):
            return ()
        return () if control is not None and _INERT.search(heading) else title

    def opposed(self, doc: Doc, text: str) -> tuple[str, ...]:
        """Return what title, aim and methods hold treatments against, often first.

        "Compared with placebo", "A versus B": what stands right behind the marker.
        Inert comparators that are only named there ("placebo-controlled") come last.
        """
        count: dict[str, int] = {}
        named: dict[str, int] = {}
        arms = sorted(
            (s.start_char, s.end_char, str(s.label_))
            for group in ("treatments", "comparators")
            for s in doc.spans[group]
        )
        for sentence in doc.spans["sentences"]:
            if sentence.label_ not in ("title", "aim", "methods"):
                continue
            start, end = sentence.start_char, sentence.end_char
            for _, _, slug in (a for a in arms if start <= a[0] < end):
                if slug in self.inert:
                    named[slug] = named.get(slug, 0) + 1
            for marker in AGAINST.finditer(text, start, end):
                after = next((a for a in arms if a[0] >= marker.end()), None)
                if after is None or after[0] >= end or marker[0].endswith(" as"):
                    continue
                gap = text[marker.end() : after[0]]
                if len(gap.split()) <= _MOST_WORDS and not re.search(r"[;:,]", gap):
                    count[after[2]] = count.get(after[2], 0) + 1
        found = sorted(count, key=lambda slug: -count[slug])
        rest = sorted(named, key=lambda slug: -named[slug])
        return tuple(dict.fromkeys([*found, *rest]))

    def random(self, doc: Doc, text: str) -> bool:
        """Return whether the study itself, and no other it mentions, was controlled."""
        return any(
            _RANDOM.search(text, s.start_char, s.end_char)
            for s in doc.spans["sentences"]
            if s.label_ in ("title", "aim", "methods", "results")
        )

    def single(self, text: str, treatments: int) -> bool:
        """Return whether an uncontrolled study held nothing against anything."""
        return treatments < 2 or not _CONTROLLED.search(text)


def numbered_groups(doc: Doc, text: str) -> dict[str, str]:
    """Return what "group 1" and "arm B" stand for, where brackets or words say so."""
    spans = [*doc.spans["treatments"], *doc.spans["comparators"]]
    spans.sort(key=lambda s: s.start_char)
    found: dict[str, str] = {}
    for match in list(_NUMBERED.finditer(text))[:_MOST_GROUPS]:
        name = match[0].lower()
        if name in found:
            continue
        before = [
            s
            for s in spans
            if match.start() - 6 <= s.end_char <= match.start()
            and "(" in text[s.end_char : match.start()]
        ]
        after = [
            s
            for s in spans
            if match.end() <= s.start_char <= match.end() + 40
            and not re.search(r"[.;]", text[match.end() : s.start_char])
        ]
        if before:
            found[name] = before[-1].label_
        elif after:
            found[name] = after[0].label_
    return found
