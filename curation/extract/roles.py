"""Which role a sentence gives a domain: outcome, subgroup or moderator.

"Baseline sleep predicted response", "responders had higher levels than nonresponders",
"patients with insomnia improved more than those without" say that a domain's level goes
with the response: moderator. "In anxious patients the drug was superior to placebo" is
the drug's effect in a subgroup.
"""

import re
from collections.abc import Sequence

from curation.extract.composition import SIGNS, Cue
from curation.extract.contrasts import of_contrast
from curation.extract.direction import Better
from curation.extract.named import Moderation, Named
from evidence.types import Direction

_RESPONDERS = re.compile(
    r"\b(?:responders?|remitters?)\b[^.;]{0,140}?\b(?:non-?\s?responders?|"
    r"non-?\s?remitters?)\b|"
    r"\bnon-?\s?responders?\b[^.;]{0,140}?\b(?:than|compared (?:with|"
    r"to))\b[^.;]{0,40}\bresponders?\b",
    re.IGNORECASE,
)
_RESPONSE_WORDS = re.compile(
    r"\b(?:respon\w+|remi(?:ssion|tters?|t)\b|anti\w+\s(?:effects?|efficacy|"
    r"outcome\w*)|"
    r"efficacy|treatment effects?|benefit(?:ed|ted|s)?|outcomes?|improvements?|"
    r"(?:mood|clinical|symptom) (?:changes?|improvement|trajector\w+))",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:chang\w+|increas\w+|decreas\w+|reduc\w+|improv\w+|trajector\w+|rise|"
    r"declin\w+)\b",
    re.IGNORECASE,
)
_LOW = re.compile(
    r"\b(?:low|lower|lowest|smaller|slow|slower|worse|weaker|reduced|decreased|less|poor|"
    r"poorer|impaired|fewer|without|"
    r"decreas\w+|reduc\w+|declin\w+)\s(?:[\w-]+\s){0,3}?$",
    re.IGNORECASE,
)
_HIGH_CHANGE = re.compile(
    r"\b(?:increas\w+|improv\w+|greater|higher|high|rise)\s(?:[\w-]+\s){0,3}?$", re.I
)
_POOR = re.compile(
    r"\b(?:poorer|worse|less|lower|reduced|smaller|diminished|non-?\s?respon\w+|"
    r"decreased|"
    r"lack of|unfavou?rable)\s(?:[\w-]+\s){0,3}?$",
    re.IGNORECASE,
)


_INTERACTION = re.compile(r"(?<!drug )(?<!drug-)\binteractions?\b", re.IGNORECASE)
_OVER_TIME = re.compile(
    r"\b(?:time|session|visits?|days?|weeks?|phase|drug|pharmaco\w+|linear)\b", re.I
)
_STATUS = re.compile(
    r"(?:\s?/\s?\w+)?\s(?:status|severity|subtype|group|levels?|at baseline)",
    re.IGNORECASE,
)
_BEFORE_TREATMENT = re.compile(r"\b(?:baseline|pre-?treatment)\s(?:\w+\s){0,2}$", re.I)
_OF_RESPONSE = re.compile(
    r"respon|remi(?:ssion|tt)|efficacy|effect|outcome|predict|moderat|chang|improv|increas|"
    r"decreas|reduc|trajector|benefit|baseline|pre-?treat",
    re.IGNORECASE,
)


def response_places(
    text: str, start: int, end: int, overall: Sequence[Named]
) -> list[int]:
    """Return where a sentence speaks of the response to treatment."""
    places = [n.start for n in overall if not n.sample]
    places += [m.start() for m in _RESPONSE_WORDS.finditer(text, start, end)]
    return sorted(set(places))


def moderations(
    text: str,
    start: int,
    end: int,
    domains: Sequence[Named],
    overall: Sequence[Named],
    cues: Sequence[Cue],
    treated: Sequence[tuple[int, int]],
    better: Better,
) -> list[Moderation]:
    """Return what the sentence `text[start:end]` says of levels and response.

    Parameters
    ----------
    domains, overall
        Outcomes of the review's domains, and of total severity.
    treated
        The places of treatments: one that stands right before "was associated with"
        is the subject, and the sentence is about its effect.
    """
    if not domains:
        return []
    if _RESPONDERS.search(text, start, end):
        return _of_responders(text, start, end, domains, cues, better)
    if is_of_interaction(text, start, end):
        return _of_interaction(text, domains, cues)
    links = [c for c in cues if c.reading in ("linked", "unlinked")]
    places = response_places(text, start, end, overall)
    if links and places and _OF_RESPONSE.search(text, start, end):
        return _of_links(text, start, end, domains, links, places, treated, better)
    return of_contrast(text, start, end, domains, places, cues)


def is_of_interaction(text: str, start: int, end: int) -> bool:
    """Return whether a clause tests if patients of a kind respond otherwise.

    The interaction of group and time is the effect itself.
    """
    found = _INTERACTION.search(text, start, end)
    return found is not None and not _OVER_TIME.search(
        text, max(start, found.start() - 40), min(end, found.end() + 40)
    )


def _of_interaction(
    text: str, domains: Sequence[Named], cues: Sequence[Cue]
) -> list[Moderation]:
    """Read "no interaction of treatment and anxious status was found"."""
    null = [c for c in cues if c.reading == "null" or c.negated]
    if not null:
        return []
    return [
        Moderation(
            named,
            Direction.NO_CLEAR_DIFFERENCE,
            "moderator.interaction",
            null[0].text,
        )
        for named in domains
        if named.sample
        or _STATUS.match(text, named.end)
        or _BEFORE_TREATMENT.search(text, max(0, named.start - 30), named.start)
    ]


def _of_responders(
    text: str,
    start: int,
    end: int,
    domains: Sequence[Named],
    cues: Sequence[Cue],
    better: Better,
) -> list[Moderation]:
    found = []
    for named in domains:
        near = [c for c in cues if c.directional or c.reading in ("null", "differs")]
        if not near or named.sample:
            continue
        cue = min(near, key=lambda c: abs(c.start - named.start))
        if cue.reading in ("null", "differs"):
            direction = Direction.NO_CLEAR_DIFFERENCE
            if cue.reading == "differs":
                continue
        else:
            first = re.search(
                r"\b(?:non-?\s?)?(?:respond|remit)", text[start:end], re.I
            )
            turned = bool(first and first[0].lower().startswith("non"))
            up = SIGNS[cue.reading] > 0
            if cue.reading in ("up", "down") and better.get(named.slug) == "lower":
                up = (SIGNS[cue.reading] > 0) != bool(
                    _CHANGE.search(text[cue.start : cue.end])
                )
            direction = Direction.IMPROVES if up != turned else Direction.WORSENS
        found.append(Moderation(named, direction, "moderator.responders", cue.text))
    return found


def _of_links(
    text: str,
    start: int,
    end: int,
    domains: Sequence[Named],
    links: Sequence[Cue],
    places: Sequence[int],
    treated: Sequence[tuple[int, int]],
    better: Better,
) -> list[Moderation]:
    found = []
    for named in domains:
        if named.domain in ("",):
            continue
        link = min(links, key=lambda c: abs(c.start - named.start))
        subject = [
            e
            for s, e in treated
            if 0 <= link.start - e <= 30 and not any(start <= p < s for p in places)
        ]
        if subject and named.start > link.start:
            continue
        before = named.start < link.start
        other = [p for p in places if (p > link.start) == before]
        spans_both = re.search(
            r"\bbetween\b|\brelationships?\b|\bassociations?\b|\bcorrelations?\b",
            text[max(start, link.start - 30) : link.end + 30],
            re.IGNORECASE,
        )
        if not other and not (spans_both and places):
            continue
        place = min(other or places, key=lambda p: abs(p - link.start))
        if named.start <= place < named.end:
            continue
        found.append(
            Moderation(
                named,
                _linked_direction(text, start, named, link, place, better),
                "moderator.linked",
                link.text,
            )
        )
    return found


def _linked_direction(
    text: str, start: int, named: Named, link: Cue, place: int, better: Better
) -> Direction:
    if link.reading == "unlinked":
        return Direction.NO_CLEAR_DIFFERENCE
    before = text[max(start, named.start - 50) : named.start]
    after = text[named.end : named.end + 25]
    changed = bool(_CHANGE.search(before[-40:]) or _CHANGE.match(after.strip()))
    sign = level_sign(named, before, after, changed, better)
    if link.sign == "down":
        sign = -sign
    if _POOR.search(text[max(start, place - 45) : place]):
        sign = -sign
    return Direction.IMPROVES if sign > 0 else Direction.WORSENS


def level_sign(
    named: Named, before: str, after: str, changed: bool, better: Better
) -> int:
    """Return +1 where the words mean more of the domain, or a change for the better.

    A domain of deficits is "more" where a performance is lower: poor memory is more of
    the cognitive domain. A change counts by its side: memory that improved.
    """
    low = bool(_LOW.search(before))
    side = better.get(named.slug, "lower")
    if changed:
        if re.search(r"improv\w*\s(?:[\w-]+\s){0,3}?$", before, re.IGNORECASE):
            return 1
        if low:
            return 1 if side == "lower" else -1
        return 1
    if side == "higher" and not named.marker:
        return 1 if low else -1
    return -1 if low else 1
