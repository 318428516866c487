"""The role of every sentence: background, aim, methods, results or conclusions.

A printed label or PubMed's category decides where there is one, words of funding and
registration where they stand; elsewhere the model of `section_model` does, that
learnt from other authors' labels. The labels stand in lexicons/labels.toml.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from curation.extract import lexicon
from curation.extract.folding import folded
from curation.extract.section_model import Line, SectionModel, load_sections
from curation.extract.trained import SHIPPED

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


def decide(lines: Sequence[Line], model: SectionModel) -> list[str]:
    """Return the role of each sentence of an abstract, in order.

    Sentences of funding and registration are `other`, and the rest is decided as if
    they were not there.
    """
    roles = _spoken(lines)
    if None not in roles:
        return [role for role in roles if role is not None]
    for index, line in enumerate(lines):
        if roles[index] is None and _is_of_no_part(line.text):
            roles[index] = "other"
        elif roles[index] is None:
            roles[index] = _sure(line.text)
    kept = [index for index, role in enumerate(roles) if role != "other"]
    parts = {
        part: at for at, part in enumerate(dict.fromkeys(lines[i].part for i in kept))
    }
    told = [Line(lines[i].text, parts[lines[i].part]) for i in kept]
    decided = model.decide(told, [roles[i] for i in kept])
    for index, role in zip(kept, decided, strict=True):
        roles[index] = role
    return [role or "other" for role in roles]


_TESTED = re.compile(r"\bp\s?[<>=]\s?0?\.\d", re.IGNORECASE)
_THRESHOLD = re.compile(r"\b(?:considered|threshold|level of|set at)\b", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"\bwere (?:randomly )?(?:randomi[sz]ed|assigned|allocated)\b", re.IGNORECASE
)


def _sure(text: str) -> str | None:
    """Return the role of a sentence that leaves no doubt, however short the record."""
    if _TESTED.search(text) and not _THRESHOLD.search(text):
        return "results"
    return "methods" if _ASSIGNED.search(text) else None


_OPENING, _LONGEST = 40, 250


def _is_of_no_part(text: str) -> bool:
    """Return whether a sentence opens with funding or registration, and is no more."""
    found = lexicon.load("sections").find(text, 0, min(len(text), _OPENING))
    return bool(found) and len(text) <= _LONGEST


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


class SectionRoles:
    """Writes `doc.spans["sentences"]`, each labelled with its role.

    Parameters
    ----------
    models
        The folder of the model that decides where nothing is printed.
    """

    def __init__(self, models: Path) -> None:
        self._model = load_sections(models)

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
        roles = iter(decide(lines, self._model))
        for sent in sents:
            title = sent.start_char < title_end or title_end < 0
            label = TITLE if title else next(roles)
            spans.append(Span(doc, sent.start, sent.end, label=label))
        doc.spans["sentences"] = spans
        return doc


@Language.factory(
    "section_roles",
    requires=["doc.sents"],
    assigns=["doc.spans"],
    default_config={"models": None},
)
def create(nlp: Language, name: str, models: str | None) -> SectionRoles:
    """Create the component; the shipped models unless a folder is named."""
    return SectionRoles(SHIPPED if models is None else Path(models))
