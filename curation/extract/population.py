"""Who was studied: the rung of the protocol's population ladder.

Markers are phrases of the protocol. Failed trials are counted from the words ("failed
at least two adequate trials"), not from a label. What the methods say of enrolment
beats what the title says. Intolerance and failed psychotherapy are no failures.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from curation.extract.folding import folded
from curation.extract.terms import Terms

Doc.set_extension("population", default="")
"""The id of the first rung whose conditions hold."""

_NUMBERS = {
    "one": 1, "a": 1, "an": 1, "single": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "multiple": 2,
    "several": 2, "both": 2,
}  # fmt: skip
_SURE_COUNT = r"(\d{1,2}|" + "|".join(n for n in _NUMBERS if len(n) > 2) + r")"
_COUNT = r"(\d{1,2}|" + "|".join(_NUMBERS) + r")"
_TRIALS = (
    r"(?:[\w-]+\s){0,5}?(?:anti\w+|drugs?|medications?|pharmacolog\w+|"
    r"pharmacotherap\w+|treatments?|trials?|agents?|ssris?|courses?|regimens?|"
    r"interventions?)"
)
_FAILED = (
    re.compile(
        rf"\b(?:failed|failing|fail|failure)\s(?:to respond to\s|of\s|on\s|to\s|with\s|"
        rf"to achieve [\w ]{{1,40}}? (?:with|to|after)\s)?(?:an adequate trial of\s)?"
        rf"(?:at least\s|>\s?=?\s?|more than\s|a minimum of\s|> or =\s?|"
        rf"a median of\s|an average of\s)?{_COUNT}\+?\s(?:or more\s|to \w+\s|"
        rf"previous\s)?{_TRIALS}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:non-?response|nonresponsive|no response|inadequate(?:ly)? respon\w+|"
        rf"insufficient(?:ly)? respon\w+|(?:had |did |have )?not respond(?:ed)?|"
        rf"resistant|refractory|unresponsive|"
        rf"poor response|lack of response)\s(?:to|after|with)\s(?:at least\s|"
        rf">\s?=?\s?|more than\s)?"
        rf"{_COUNT}\s(?:or more\s|to \w+\s)?{_TRIALS}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:at least\s|>\s?=?\s?)?{_SURE_COUNT}\s(?:or more\s)?(?:[\w-]+\s){{0,4}}?"
        rf"(?:failed|failures?|unsuccessful|"
        rf"ineffective|inadequate)\b(?:\s[\w-]+){{0,3}}",
        re.IGNORECASE,
    ),
)
_OF_TALK = re.compile(r"\s(?:of|with)\s(?:\w+\s)?(?:psychotherap|counsel)", re.I)
_PSYCHOTHERAPY = re.compile(r"psychotherap|intoleran|counsel", re.IGNORECASE)
_ADEQUATE = re.compile(
    r"\badequate\b|\badequacy\b|of sufficient dos|sufficient (?:dose|duration)|"
    r"dose and duration|treatment (?:history|response) (?:form|questionnaire)",
    re.IGNORECASE,
)


_SURE = 3
"""How many markers of the condition a sample shows that its title does not name."""


def failures(text: str) -> int:
    """Return the largest number of failed drug trials that a folded text requires.

    Examples
    --------
    >>> failures("Patients had failed at least two adequate antidepressant trials.")
    2
    >>> failures("They were allocated to two antidepressant trials.")
    0
    """
    most = 0
    for pattern in _FAILED:
        for match in pattern.finditer(text):
            after = text[match.end() : match.end() + 30]
            if _PSYCHOTHERAPY.search(match[0]) or _OF_TALK.match(after):
                continue
            word = match[1].lower()
            number = int(word) if word.isdigit() else _NUMBERS[word]
            if number <= 20:
                most = max(most, number)
    return most


def adequate(text: str) -> bool:
    """Return whether dose and duration of the failed trials are called adequate."""
    return _ADEQUATE.search(text) is not None


def rung(
    ladder: Sequence[Mapping[str, Any]],
    markers: frozenset[str],
    failed: int,
    adequacy: bool,
) -> str:
    """Return the id of the first rung whose conditions hold."""
    for row in ladder:
        if not markers.issuperset(row["all"]) or markers & set(row["none"]):
            continue
        if row["failures"] and failed < row["failures"]:
            continue
        if row["adequacy"] and not adequacy:
            continue
        return str(row["id"])
    return str(ladder[-1]["id"]) if ladder else ""


class StudyPopulation:
    """Writes `doc._.population`.

    Parameters
    ----------
    markers
        Marker id -> phrases.
    ladder
        The rungs, best first: id, all, none, failures, adequacy.
    """

    def __init__(
        self,
        nlp: Language,
        markers: Mapping[str, Sequence[str]],
        ladder: Sequence[Mapping[str, Any]],
    ) -> None:
        self._terms = Terms(nlp, markers)
        self._ladder = ladder
        self._asked = frozenset(
            key for row in ladder for key in (*row["all"], *row["none"])
        )

    def _counted(self, doc: Doc) -> Iterator[tuple[int, int, str]]:
        """Yield the markers, without those that a longer one takes for itself.

        "Resistant" in "resistant schizophrenia", also where the other illness only
        follows it, says nothing of the condition: no rung asks for those markers.
        """
        found = list(self._terms.find_all(doc))
        others = [(s, e) for s, e, key in found if key not in self._asked]
        for start, end, key in found:
            taken = key in self._asked and any(
                (s <= start and end <= e and e - s > end - start) or s == end
                for s, e in others
            )
            if not taken:
                yield start, end, key

    def __call__(self, doc: Doc) -> Doc:
        """Write the rung."""
        text = folded(doc)
        roles = [(s.start, s.end, s.label_) for s in doc.spans["sentences"]]
        titled = text.find("\n")
        title: set[str] = set()
        enrolled: set[str] = set()
        elsewhere: set[str] = set()
        place = 0
        for start, _, key in self._counted(doc):
            while place + 1 < len(roles) and start >= roles[place][1]:
                place += 1
            while place > 0 and start < roles[place][0]:
                place -= 1
            role = roles[place][2] if roles else ""
            if doc[start].idx < titled:
                title.add(key)
            if role in ("methods", "title", "aim", "results"):
                enrolled.add(key)
            elif role != "background":
                elsewhere.add(key)
        own = " ".join(
            text[s.start_char : s.end_char]
            for s in doc.spans["sentences"]
            if s.label_ != "background"
        )
        found = frozenset(enrolled or elsewhere)
        if title and not title & self._asked and len(found & self._asked) < _SURE:
            # A title about another illness: its word for ours was an outcome.
            found -= self._asked
        doc._.population = rung(self._ladder, found, failures(own), adequate(own))
        return doc


@Language.factory(
    "study_population",
    requires=["doc.spans"],
    assigns=["doc._.population"],
    default_config={"markers": {}, "ladder": []},
)
def create(
    nlp: Language,
    name: str,
    markers: dict[str, list[str]],
    ladder: list[dict[str, Any]],
) -> StudyPopulation:
    """Create the component from the protocol's ladder."""
    return StudyPopulation(nlp, markers, ladder)
