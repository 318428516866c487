"""Words of treatments that only describe, time or frame another one.

"A rapid antidepressant" names a class as an adjective does; "during ECT" says when.
"""

import re

_CLASS_BEFORE = re.compile(
    r"\b(?:as|is|an?|plus|oral|new|newly initiated|their|current|of|this|"
    r"any)\s(?:[\w-]+\s){0,2}$",
    re.IGNORECASE,
)
_CLASS_AFTER = re.compile(
    r"(?:[\s-]+(?:or|and|like|[\w-]+)){0,2}?[\s-]+(?:effects?|adverse|side|ADRs|"
    r"activity|properties|"
    r"efficacy|actions?|responses?|potential|withdrawal|burden|benefits?|outcomes?)\b",
    re.IGNORECASE,
)
_CLASS_NOUN = re.compile(
    r"s?[\s-]+(?:treatments?|therap\w+|drugs?|medications?|monotherapy|agents?|"
    r"pharmacotherapy|"
    r"use|users?|group|arm|treated|class|compounds?|continuation|discontinuation)\b",
    re.IGNORECASE,
)


def is_class_word(before: str, words: str, after: str) -> bool:
    """Return whether a class's word only describes: "a rapid antidepressant"."""
    if _CLASS_AFTER.match(after):
        return True
    plural = words.endswith("s") or words.isupper()
    if plural or _CLASS_NOUN.match(after):
        return False
    return bool(_CLASS_BEFORE.search(before[-30:])) or not after[:1].isspace()


_CONTEXT = re.compile(
    r"\b(?:(?:during|undergoing|throughout|before|prior to)(?: the| an?)?(?: [\w-]+)?|"
    r"after (?:the )?(?:\w+st|\w+nd|\w+rd|\w+th|first|second|third|last|each|every)|"
    r"(?:adjuvant|adjunct|adjunctive|anesthetic|anaesthetic) (?:to|for|in|agent for)|"
    r"referred (?:to|for))\s$",
    re.IGNORECASE,
)


def is_context(before: str) -> bool:
    """Return whether a treatment only says when or beside what: "during ECT"."""
    return bool(_CONTEXT.search(before[-60:]))
