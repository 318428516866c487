"""Numbers as printed: p, interval, effect and number of participants.

They are read from the clause that carries the finding and kept as the paper prints
them ("< 0.05", ".043"); only the comparison with .05 is computed.
"""

import re
from dataclasses import dataclass

from curation.extract import lexicon
from curation.extract.folding import fold

_P = re.compile(
    r"\b[pP](?:'?s|[- ]?values?)?(?:[-_ ]?(?:F[WD][ER]|corr\w*|adj\w*|unc\w*|"
    r"nominal|trend|interaction))*\s?(?:\([\w-]{1,12}\)\s?)?(?:for [\w -]{1,30})?"
    r"(?:([=<>]{1,2}|> or =|< or =)\s?|(?:\bof |\bwas |\bis )?(less than|greater than|"
    r"equal to) |\bof\s|\bwas\s)"
    r"(0?[.,]\s?\d{1,6}|0|1[.,]0+)(?:\s?(?:x|×)\s?10\S{1,4})?"
)
_NS = re.compile(
    r"(?:\b[pP]\s?[=,:]?\s?|[(;,]\s?)(?:ns|NS|n\.s\.)(?=[),;.]|\s?$)|"
    r"\b[pP]\s?=?\s?(?:ns|NS|n\.s\.)(?=[\s),;.])"
)
_INTERVAL = re.compile(
    r"(?:9[059]\s?%\s?)(?:CI|confidence intervals?|CrI|"
    r"credible intervals?)[\s,:=(\[]{0,6}"
    r"(-?\d+(?:\.\d+)?|-?\.\d+)\s?%?\s?(?:to|-|,|;|and)\s?(-?\d+(?:\.\d+)?|-?\.\d+)",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[\s,:=(]{0,4}(?:was|of|is|=|:)?\s?(-?\d*\.?\d+)(?![\d:])")
_N = re.compile(r"\b[nN]\s?=\s?(\d{1,3}(?:,\d{3})+|\d{1,7})\b")
_WHO = (
    r"patients|participants|members|subjects|individuals|adults|outpatients|"
    r"inpatients|people|persons|women|men|volunteers|adolescents|children|veterans|"
    r"youths?|parturients|mothers|boys|girls|males|females|respondents|residents|"
    r"caregivers|students|survivors|elders|seniors|completers|infants|cases"
)
_PEOPLE = re.compile(
    r"(?<![-.\w])(\d{1,3}(?:,\d{3})+|\d{1,6})\s(?:\([^()]{1,40}\)\s)?"
    rf"(?:[A-Za-z][\w-]*\s){{0,4}}?(?:{_WHO})\b(?!['’])",
    re.IGNORECASE,
)
_ENROLLED = re.compile(
    r"random|allocat|enrol|recruit|includ|inclusion|a total of|assigned|participat|"
    r"treated|"
    r"completed|"
    r"in (?:all|total)|analy[sz]ed|received|underwent",
    re.IGNORECASE,
)
_STUDIED = re.compile(
    r"\b(?:stud(?:y|ied|ies)|trials?|examined|measured|investigated|evaluated|assessed|"
    r"tested|compared|data|sample|analysis|comprised|sought|selected|administered|given|"
    r"consecutive|observed|followed|patients with|explored|comparison|reviewed|"
    r"identified|presented)\b",
    re.IGNORECASE,
)
_TWO_GROUPS = 2
_TWO = re.compile(r"\bn\s?=\s?[\d,]+\)[^;]{1,80}?\b(?:and|or|versus|vs\.?)\b", re.I)
_SPELLED = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SPELLED_PEOPLE = re.compile(
    r"\b(?:(one|two|three|four|five|six|seven|eight|nine) hundred(?: and)?[\s-])?"
    rf"({'|'.join(_SPELLED)})(?:[\s-](one|two|three|four|five|six|seven|eight|nine))?"
    rf"\s(?:[A-Za-z][\w-]*\s){{0,3}}?(?:{_WHO})\b(?!['’])",
    re.IGNORECASE,
)
_OTHER_TEST = re.compile(r"Cochran|heterogene|publication bias|Egger", re.IGNORECASE)
_SIGNS = {"less than": "<", "greater than": ">"}
SIGNIFICANT = 0.05
_BEFORE_INTERVAL = 60
_RATIO = re.compile(r"\ba?(?:OR|RR|HR|IRR)\b|\bratio|\bodds\b|\bhazard", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a clause prints, None where it prints nothing."""

    p: str | None = None
    significant: bool | None = None
    interval: str | None = None
    effect: str | None = None


def p_value(text: str) -> tuple[str, bool] | None:
    """Return the first p as printed and whether it is below .05 (.05 itself is).

    Examples
    --------
    >>> p_value("lower scores (P=.01)")
    ('.01', True)
    >>> p_value("no change (p > 0.05)")
    ('> 0.05', False)
    """
    folded = fold(text)
    match = next(
        (
            m
            for m in _P.finditer(folded)
            if not _OTHER_TEST.search(folded, max(0, m.start() - 30), m.start())
        ),
        None,
    )
    if match is None:
        found = _NS.search(folded)
        return (text[found.start() : found.end()], False) if found else None
    sign = match[1] or _SIGNS.get(match[2] or "", "=")
    value = float(match[3].replace(" ", "").replace(",", "."))
    start = match.start(1) if match[1] else match.start(3)
    if match[2] and sign != "=":
        start = match.start(2)
    printed = text[start : match.end()].strip()
    if sign == "=":
        printed = printed.removeprefix("=").strip()
    significant = value < SIGNIFICANT if ">" in sign else value <= SIGNIFICANT
    return printed, significant and ">" not in sign


def spans_no_effect(text: str) -> bool:
    """Return whether the first interval holds no effect: 1 of a ratio, 0 of the rest.

    Examples
    --------
    >>> spans_no_effect("higher (OR 1.3, 95% CI 0.8 to 2.1)")
    True
    >>> spans_no_effect("lower (SMD -0.4, 95% CI -0.7 to -0.1)")
    False
    """
    folded = fold(text)
    interval = _INTERVAL.search(folded)
    if interval is None:
        return False
    low, high = sorted((float(interval[1]), float(interval[2])))
    before = folded[max(0, interval.start() - _BEFORE_INTERVAL) : interval.start()]
    none = 1.0 if _RATIO.search(before) else 0.0
    return low < none < high


def read_numbers(clause: str, place: int = 0, sentence: str = "") -> Numbers:
    """Return the numbers printed in a clause.

    Parameters
    ----------
    place
        Where the outcome's name ends: of several p the one after it is its own.
    sentence
        What the clause stands in: where that prints a single p, it speaks for all.
    """
    after = clause[place:]
    text = after if p_value(after) else clause
    p = p_value(text)
    if p is None and len(_P.findall(fold(sentence))) == 1:
        p = p_value(sentence)
    folded = fold(text)
    interval = _INTERVAL.search(folded)
    effect = None
    for found in lexicon.load("statistics").find(folded):
        value = _VALUE.match(folded, found.end)
        if value is not None:
            effect = f"{found.entry.reading} {text[value.start(1) : value.end(1)]}"
            break
    return Numbers(
        p[0] if p else None,
        p[1] if p else None,
        text[interval.start(1) : interval.end(2)] if interval else None,
        effect,
    )


_NAMED = re.compile(r"\b(?:group|arm|cohort|phase|study|stage|type)\s$", re.IGNORECASE)


def people(text: str, studied: bool = False) -> int | None:
    """Return how many people a sentence of the methods or results speaks of.

    Parameters
    ----------
    studied
        Whether any count of people is meant, also where nobody is said to have taken
        part: "their effects were studied in 51 patients".
    """
    folded = fold(text)
    if not (_STUDIED if studied else _ENROLLED).search(folded):
        return None
    counts = [
        (m.start(), int(m[1].replace(",", "")))
        for m in _PEOPLE.finditer(folded)
        # "The Group 2 patients" are not two.
        if not _NAMED.search(folded, max(0, m.start(1) - 12), m.start(1))
    ]
    counts += [(m.start(), _spelled(m)) for m in _SPELLED_PEOPLE.finditer(folded)]
    if counts:
        return min(counts)[1]
    printed = [int(m[1].replace(",", "")) for m in _N.finditer(folded)]
    if len(printed) == _TWO_GROUPS and _TWO.search(folded):
        return sum(printed)
    return printed[0] if printed else None


def _spelled(match: re.Match[str]) -> int:
    hundreds = _SPELLED.get((match[1] or "").lower(), 0)
    if match[1] and match[1].lower() == "one":
        hundreds = 1
    units = {"one": 1} | _SPELLED
    tens = _SPELLED[match[2].lower()]
    return hundreds * 100 + tens + units.get((match[3] or "").lower(), 0)


def printed_n(text: str) -> int | None:
    """Return the one `n =` of a clause; several are those of arms or subgroups."""
    found = {int(m[1].replace(",", "")) for m in _N.finditer(fold(text))}
    return found.pop() if len(found) == 1 else None
