"""The role of every sentence: background, aim, methods, results or conclusions.

A printed label or PubMed's category decides where there is one. Elsewhere words vote
("we aimed", "were randomised", "P < .05", "these findings suggest"), and the sequence
of roles with the most votes wins that hardly ever goes backwards: abstracts are told
in order. Sections that the record keeps apart mostly hold one role.

Source: the ordering constraint is that of Hirohata et al. 2008 (IJCNLP), solved as in
Viterbi 1967; the cues stand in lexicons/sections.toml and labels.toml.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span

from curation.extract import lexicon
from curation.extract.folding import folded

ROLES = ("background", "aim", "methods", "results", "conclusions", "other")
TITLE = "title"

Doc.set_extension("printed", default=())
"""(start, end, label, category) of the record's sections, in the Doc's characters."""

_CATEGORIES = {
    "BACKGROUND": "background",
    "OBJECTIVE": "aim",
    "METHODS": "methods",
    "RESULTS": "results",
    "CONCLUSIONS": "conclusions",
}
_INLINE = re.compile(r"\s*([A-Za-z][A-Za-z',/& ]{2,40}?)\s?:\s")
_BARE = re.compile(
    r"\s*(Background|Objectives?|Aims?|Methods?|Results|Findings|Conclusions?|"
    r"Limitations|Interpretation)\s?(?=[A-Z][a-z])"
)
_P_VALUE = re.compile(r"\bp\s?[<>=]|\b95\s?%\s?(?:CI|confidence)|\d\s?%|\d\.\d", re.I)
_BACK, _FORWARD, _WITHIN = -2.5, -0.15, -0.9


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as its role is decided: its words and where it stands."""

    text: str
    part: int
    """Which of the parts that newlines separate it stands in, from 0."""
    label: str | None = None


def label_role(label: str | None) -> str | None:
    """Return the role that a printed label names, None where it names none."""
    if not label:
        return None
    words = " ".join(label.replace("&", "and").split()).strip(" :.")
    found = [
        f
        for f in lexicon.load("labels").find(words)
        if f.start == 0 and f.end >= len(words) - 1
    ]
    if found:
        return found[0].entry.reading
    inside = lexicon.load("labels").find(words)
    return inside[0].entry.reading if inside else None


def inline_label(text: str) -> tuple[str, int] | None:
    """Return the role of a label that opens a sentence, and where its text begins."""
    match = _INLINE.match(text) or _BARE.match(text)
    if match is None:
        return None
    words = match[1].strip()
    for found in lexicon.load("labels").find(words):
        if found.start == 0 and found.end == len(words):
            return found.entry.reading, match.end()
    return None


def votes(text: str) -> dict[str, float]:
    """Return what the words of a sentence say about its role."""
    tally = dict.fromkeys(ROLES, 0.0)
    for found in lexicon.load("sections").find(text):
        tally[found.entry.reading] += float(found.entry.more.get("weight", 1))
    numbers = len(_P_VALUE.findall(text[:2000]))
    if numbers:
        tally["results"] += min(0.6 + 0.5 * numbers, 2.5)
        tally["conclusions"] -= min(0.3 * numbers, 1.2)
    return tally


def decide(lines: Sequence[Line]) -> list[str]:
    """Return the role of each sentence of an abstract, in order."""
    spoken = _spoken(lines)
    known = [label for label in spoken if label is not None]
    if len(known) == len(lines):
        return known
    parts = lines[-1].part + 1
    tallies = [votes(line.text) for line in lines]
    last = max(
        (
            line.part
            for line, tally in zip(lines, tallies, strict=True)
            if tally["other"] < _REGISTERED
        ),
        default=parts - 1,
    )
    path: list[dict[str, tuple[float, str]]] = []
    for index, line in enumerate(lines):
        new_part = index == 0 or lines[index - 1].part != line.part
        label = spoken[index]
        if label is not None:
            scores = dict.fromkeys(ROLES, _NEVER) | {label: 0.0}
        else:
            place = index / max(1, len(lines) - 1)
            scores = _placed(tallies[index], line, place, parts, last)
        row: dict[str, tuple[float, str]] = {}
        for role in ROLES:
            if not path:
                row[role] = scores[role], role
                continue
            best = max(
                (before[0] + _step(previous, role, new_part, parts), previous)
                for previous, before in path[-1].items()
            )
            row[role] = best[0] + scores[role], best[1]
        path.append(row)
    role = max(path[-1], key=lambda r: path[-1][r][0])
    out = []
    for row in reversed(path):
        out.append(role)
        role = row[role][1]
    return out[::-1]


_NEVER = -50.0
_REGISTERED = 2.0
_LATE = 0.85
_EARLY = 0.15


def _spoken(lines: Sequence[Line]) -> list[str | None]:
    """Return the label under which each sentence stands; a part ends its reach."""
    out: list[str | None] = []
    label: str | None = None
    for index, line in enumerate(lines):
        if index and lines[index - 1].part != line.part:
            label = None
        if line.label == "other":
            # "Trial registration:" and its like speak for their own sentence only.
            out.append(line.label)
            continue
        label = line.label or label
        out.append(label)
    return out


def _placed(
    tally: dict[str, float], line: Line, place: float, parts: int, last: int
) -> dict[str, float]:
    """Return what words say, weighed by where in the abstract the sentence stands."""
    scores = dict(tally)
    if place == 0:
        scores["background"] += 0.8
        scores["aim"] += 0.6
        scores["results"] -= 0.5
    if place < _EARLY:
        scores["results"] -= 0.8
    scores["background"] -= 2.0 * place
    scores["aim"] -= 1.0 * place
    scores["methods"] -= 0.6 * place
    scores["conclusions"] += 1.5 * place - 1.0
    if place > _LATE and not any(c.isdigit() for c in line.text):
        scores["conclusions"] += 0.9
    if parts >= 3:
        if line.part == 0:
            scores["background"] += 0.8
            scores["aim"] += 0.8
            scores["results"] -= 1.5
        scores["conclusions"] += 0.8 if line.part >= last else -1.2
    scores["other"] -= 1.5
    return scores


def _step(before: str, after: str, new_part: bool, parts: int) -> float:
    cost = 0.0
    if before != after and not new_part and parts >= 3:
        cost += _WITHIN
    distance = ROLES.index(after) - ROLES.index(before)
    if before == "other" and after != "other":
        return cost - 3.0
    if distance < 0:
        return cost + (_BACK if (before, after) != ("aim", "background") else -0.8)
    return cost + _FORWARD * max(0, distance - 1)


class SectionRoles:
    """Writes `doc.spans["sentences"]`, each labelled with its role."""

    def __call__(self, doc: Doc) -> Doc:
        """Label every sentence; the title's is `title`."""
        text = folded(doc)
        title_end = text.find("\n")
        printed = [
            (start, end, label_role(label) or _CATEGORIES.get(category or ""))
            for start, end, label, category in doc._.printed
        ]
        spans: list[Span] = []
        lines: list[Line] = []
        part, reached = 0, title_end + 1
        sents = list(doc.sents) if len(doc) > 1 else [doc[:]] if len(doc) else []
        for sent in sents:
            if sent.start_char < title_end or title_end < 0:
                continue
            if "\n" in text[reached : sent.start_char] and lines:
                part += 1
            reached = sent.end_char - (1 if sent.text.endswith("\n") else 0)
            role = next(
                (r for s, e, r in printed if s <= sent.start_char < e and r), None
            )
            opened = inline_label(text[sent.start_char : sent.end_char])
            label = opened[0] if opened else role
            lines.append(Line(text[sent.start_char : sent.end_char], part, label))
        roles = iter(decide(lines))
        for sent in sents:
            title = sent.start_char < title_end or title_end < 0
            label = TITLE if title else next(roles)
            spans.append(Span(doc, sent.start, sent.end, label=label))
        doc.spans["sentences"] = spans
        return doc


@Language.factory("section_roles", requires=["doc.sents"], assigns=["doc.spans"])
def create(nlp: Language, name: str) -> SectionRoles:
    """Create the component."""
    return SectionRoles()
