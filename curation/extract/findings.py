"""The findings of a record: its result sentences read, the best quote of each kept.

Sentences without an outcome, an arm or a word of safety cost nothing. A record that is
excluded, a protocol, or one that names no treatment is not read at all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from curation.extract import lexicon
from curation.extract.assertion import statement_of
from curation.extract.carried import named_comparators
from curation.extract.coordination import groups
from curation.extract.folding import folded
from curation.extract.merging import merge
from curation.extract.named import Named
from curation.extract.passages import Mentioned, passage
from curation.extract.readings import Finding, Passage, Tables
from curation.extract.sentence import findings as read_sentence
from curation.extract.terms import Terms
from evidence.types import Design

Doc.set_extension("findings", default=())
"""The record's `Finding`s, in the order of their quotes."""
Doc.set_extension("passages", default=())
"""The sentences that were read, each a `Passage` with its `Finding`s as they stood."""

_READ = ("results", "conclusions")
_SECTION_WEIGHT = {"results": 2.0, "conclusions": 0.0, "title": -0.5}
_ALIKE = re.compile(
    r"\bdiffer(?:ed|ences?)? (?:was |were )?(?:between|among)\b|\bdid not differ\b",
    re.IGNORECASE,
)
_MEASURED = ("scale", "subscale", "test", "marker")
_UNREAD = (Design.PROTOCOL, Design.PRECLINICAL)


class Findings:
    """Writes `doc._.findings`.

    Parameters
    ----------
    tables
        What the rules need of the protocol; see `readings.Tables`.
    """

    def __init__(self, nlp: Language, tables: Mapping[str, Any]) -> None:
        self._tables = Tables.of(tables)
        self._patients = Terms(nlp, tables["patients"])

    def __call__(self, doc: Doc) -> Doc:
        """Read the record's sentences."""
        doc._.findings = self.read(doc)
        return doc

    def read(self, doc: Doc) -> tuple[Finding, ...]:
        """Return the record's findings."""
        if (
            doc._.excluded is not None
            or not doc.spans["treatments"]
            or doc._.design in _UNREAD
        ):
            return ()
        narrative = doc._.design is Design.NARRATIVE_REVIEW
        sentences = [
            (s.start_char, s.end_char, s.label_) for s in doc.spans["sentences"]
        ]
        titled = all(section == "title" for _, _, section in sentences)
        mentioned = Mentioned.of(doc, self._patients_of(doc))
        found: list[Finding] = []
        passages: list[tuple[Passage, tuple[Finding, ...]]] = []
        subject: tuple[str, ...] = ()
        versus: dict[str, str] = {}
        earlier: tuple[Named, ...] = ()
        measures = _measures(mentioned, sentences, self._tables)
        for start, end, section in sentences:
            if not (
                section in _READ or titled or (narrative and section != "title")
            ) or not _promises(folded(doc), start, end, mentioned):
                continue
            read = passage(
                doc, mentioned, start, end, section, subject, versus, self._tables
            )
            read = replace(read, earlier=earlier, measures=measures)
            stated = self._stated(read, narrative)
            found.extend(stated)
            passages.append((read, tuple(stated)))
            versus = {**versus, **named_comparators(stated)}
            earlier = tuple(n for n in read.named if not n.sample) or earlier
            runs = groups(read.text, [a for a in read.arms if a.kind == "treatment"])
            said = (s for arm in (runs[0] if runs else ()) for s in arm.slugs)
            subject = tuple(s for s in said if s in read.study.treatments) or subject
        doc._.passages = tuple(passages)
        arms = doc._.arms
        if arms.known and not arms.pooled and not narrative:
            found = [f for f in found if f.treatment in arms.known]
        return tuple(merge(found, self._tables.controls))

    def _patients_of(self, doc: Doc) -> list[tuple[str, int, int]]:
        return [
            (key, doc[start].idx, doc[end - 1].idx + len(doc[end - 1]))
            for start, end, key in self._patients.find_all(doc)
        ]

    def _stated(self, read: Passage, narrative: bool) -> list[Finding]:
        """Return the sentence's findings with whose they are and how sure."""
        found = read_sentence(read, self._tables)
        if not found:
            return []
        place = read.text, read.start, read.end, read.section, narrative
        statement, hedged = statement_of(*place, bool(read.arms))
        # "No serious adverse events were recorded" names nothing and reports it.
        of_harm, _ = statement_of(*place, True)
        return [
            replace(
                f,
                statement=of_harm if f.rule == "safety.statement" else statement,
                hedged=hedged and f.rule != "safety.statement",
                weight=f.weight + _SECTION_WEIGHT.get(read.section, 0.0),
            )
            for f in found
        ]


def _measures(
    mentioned: Mentioned, sentences: Sequence[tuple[int, int, str]], tables: Tables
) -> tuple[Named, ...]:
    """Return the outcomes that the aim names, and the scales that the methods do."""
    told = [line for line in sentences if line[2] in ("aim", "methods")]
    return tuple(
        Named(f.start, f.end, f.slug, tables.domain_of[f.slug], f.words)
        for f in mentioned.outcomes
        for start, end, role in told
        if start <= f.start < end
        and (tables.kind_of.get(f.slug) in _MEASURED or role == "aim")
        and f.words.lower() != tables.condition
    )


def _promises(text: str, start: int, end: int, mentioned: Mentioned) -> bool:
    """Return whether a sentence can hold a finding: the gate before the rules."""
    return (
        _ALIKE.search(text, start, end) is not None
        or any(start <= f.start < end for f in mentioned.outcomes)
        or any(start <= f.start < end for f in mentioned.treatments)
        or bool(lexicon.load("safety").find(text, start, end))
    )


@Language.factory(
    "findings",
    requires=["doc.spans", "doc._.arms", "doc._.design", "doc._.excluded"],
    assigns=["doc._.findings", "doc._.passages"],
    default_config={"tables": {}},
)
def create(nlp: Language, name: str, tables: dict[str, Any]) -> Findings:
    """Create the component from the protocol's tables."""
    return Findings(nlp, tables)
