"""When, how and at what dose: details that the quoted sentence prints."""

import re
from dataclasses import dataclass

from curation.extract import lexicon
from curation.extract.folding import fold
from curation.extract.readings import Finding
from evidence.types import TimeBand, Use

_MOMENT = re.compile(
    r"\b(?:at|by|after|in|on|until|from|for|during|within)\s(?:the\s)?(?:week|month|"
    r"day|year|session)s?\s\d{1,3}\b|"
    r"\b\d{1,3}(?:\.\d)?\s?(?:-|to|and|or)?\s?\d{0,3}[- ]?(?:minutes?|min|hours?|h|"
    r"days?|weeks?|months?|years?)\b"
    r"(?:\s(?:after|post|of|later|follow-up)\b)?|"
    r"\b(?:week|month|day|year)s?\s\d{1,3}\b|\bend ?point\b|"
    r"\bend of (?:the )?(?:treatment|study)\b|"
    r"\b(?:one|two|three|four|six|eight|twelve)[- ](?:weeks?|months?|days?|hours?|"
    r"years?)\b",
    re.IGNORECASE,
)
_DOSE = re.compile(
    r"\b\d+(?:\.\d+)?(?:\s?(?:-|to|and|or)\s?\d+(?:\.\d+)?)?\s?(?:mg|g|mcg|microg|ug|"
    r"μg|µg|mA|Hz)"
    r"(?:\s?/\s?(?:kg|day|d|h)){0,2}(?![\w])",
)
_ROUTES = (
    ("intranasal", re.compile(r"\bintranasal|\bnasal spray|\bIN\b")),
    ("intravenous", re.compile(r"\bintravenous|\bIV\b|\bi\.v\.|\binfusions?\b")),
    ("oral", re.compile(r"\boral(?:ly)?\b|\bp\.o\.|\btablets?\b|\bcapsules?\b")),
    ("sublingual", re.compile(r"\bsublingual")),
    ("subcutaneous", re.compile(r"\bsubcutaneous|\bs\.c\.")),
    ("intramuscular", re.compile(r"\bintramuscular|\bi\.m\.")),
)
_AUGMENTED = re.compile(
    r"\baugment|\badjunct|\badd-?on\b|\badded to\b|\baddition of\b", re.I
)
_ALONE = re.compile(r"\bmonotherapy\b|\balone\b", re.IGNORECASE)
_SWITCHED = re.compile(r"\bswitch(?:ed|ing)? (?:to|from)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moment:
    """When the outcome was measured."""

    words: str | None
    band: TimeBand


@dataclass(frozen=True, slots=True)
class Detail:
    """How the treatment was given."""

    use: Use | None
    dose: str | None
    route: str | None


def time_of(text: str, start: int, end: int) -> Moment:
    """Return the time point that the sentence `text[start:end]` prints."""
    folded = fold(text)
    match = _MOMENT.search(folded, start, end)
    band = TimeBand.ACUTE
    for found in lexicon.load("time").find(folded, start, end):
        band = TimeBand(found.entry.reading)
        if band is TimeBand.RELAPSE_AFTER_STOPPING:
            break
    return Moment(text[match.start() : match.end()] if match else None, band)


def detail(text: str, finding: Finding) -> Detail:
    """Return the use, dose and route that the sentence of a finding prints."""
    folded = fold(text)
    sentence = folded[finding.start : finding.end]
    dose = _DOSE.search(sentence)
    route = next((name for name, words in _ROUTES if words.search(sentence)), None)
    use: Use | None = None
    if _AUGMENTED.search(sentence):
        use = Use.AUGMENTATION
    elif finding.combined:
        use = Use.COMBINATION
    elif _SWITCHED.search(sentence):
        use = Use.SWITCH
    elif _ALONE.search(sentence):
        use = Use.MONOTHERAPY
    printed = None
    if dose is not None:
        at = finding.start + dose.start()
        printed = text[at : at + len(dose[0])]
    return Detail(use, printed, route)
