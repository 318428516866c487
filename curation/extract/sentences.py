"""Sentences of an abstract; none crosses a section.

Abstracts are dense with full stops that end nothing ("vs.", "p = .01", "E. coli") and
with ends that carry no space ("unknown.Therefore", "P=.01). They"). A boundary needs
an end mark and what looks like a beginning. A label inside a running paragraph
("... in 40 patients. RESULTS: The ...") starts a sentence of its own.

Source: the boundary rules of Punkt (Kiss and Strunk 2006,
doi:10.1162/coli.2006.32.4.485) in their shortest form, with the
abbreviations of this literature.
"""

import re
from collections.abc import Iterator

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from curation.extract.folding import folded

_END = re.compile(
    r"""[.!?]["')\]]{0,3}\s+(?=["'(\[]{0,2}[A-Z0-9<>α-ω])
    |(?<=[^\W\d_]{2})[.!?]["')\]]{0,3}\d{1,3}(?:[,-]\d{1,3}){0,4}\s+(?=[A-Z])
    |(?<=[\w%]\))\.(?=[A-Z][a-z])
    |(?<=[a-z)\]])\.(?=[A-Z][a-z])
    |\.\s?;\s+
    |[.!?]["')\]]{0,3}\s+(?=[a-z]+-?[A-Z])""",
    re.VERBOSE,
)
_LABEL = re.compile(
    r"(?:(?<=\s)|^)(?=(?:BACKGROUND|INTRODUCTION|OBJECTIVES?|AIMS?|PURPOSE|METHODS?|"
    r"MATERIALS AND METHODS|RESULTS|FINDINGS|CONCLUSIONS?|DISCUSSION|LIMITATIONS?|"
    r"AUTHORS' CONCLUSIONS|INTERPRETATION|Background|Objectives?|Aims?|Purpose|"
    r"Methods?|Results?|Findings|Conclusions?|Discussion|Limitations?|Interpretation"
    r")(?: and (?:relevance|methods|results))?\s?:\s)|"
    # Labels that lost their colon, or stuck to the words beside them.
    r"(?:(?<=[.?)]\s)|^)(?=(?:Background|Objectives?|Aims?|Methods?|Results|Findings|"
    r"Conclusions?|Limitations|Interpretation)\s[A-Z][a-z])|"
    r"(?<=[.)])(?=(?:Results|Conclusions?|Methods|Findings)[A-Z][a-z])"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:vs|cf|ca|approx|resp|et al|e\.g|i\.e|Fig|Dr|Prof|St|Nos?|incl|viz|"
    r"Eq|Ref|Refs|vol|pp|Inc|Ltd|Co|Mr|Mrs)|[<>=]\s?|(?<![\w./-])[A-Za-z]|\b[a-z]\.[a-z])\.$"
)
_NUMBER_FOLLOWS = re.compile(r"\b(?:n|N|No|no|p|P)\.\s+$")


def boundaries(text: str, start: int = 0) -> Iterator[int]:
    """Yield where sentences begin in a folded text, `start` first.

    Parameters
    ----------
    text
        Folded text; newlines stand between sections.
    """
    found = {start}
    found.update(m.end() for m in re.finditer(r"\n+", text))
    found.update(m.start() for m in _LABEL.finditer(text))
    for match in _END.finditer(text):
        before = text[max(0, match.start() - 12) : match.start() + 1]
        if not _ABBREVIATED.search(before):
            found.add(match.end())
    for at in sorted(found):
        if at < len(text):
            yield at


class AbstractSentences:
    """Marks the first token of every sentence."""

    def __call__(self, doc: Doc) -> Doc:
        """Set `sent_start` where a sentence begins."""
        if not len(doc):
            return doc
        places = doc.to_array(["IDX"]).ravel()
        starts = list(boundaries(folded(doc)))
        for index in np.unique(np.searchsorted(places, starts)):
            if index < len(doc):
                doc[int(index)].is_sent_start = True
        doc[0].is_sent_start = True
        if len(doc) > 1 and doc[1].is_sent_start is None:
            # One sentence only: spaCy asks for one boundary that is set.
            doc[1].is_sent_start = False
        return doc


@Language.factory("abstract_sentences", assigns=["doc.sents"])
def create(nlp: Language, name: str) -> AbstractSentences:
    """Create the component."""
    return AbstractSentences()
