"""The study's design, and the design behind a single claim.

Publication types decide where PubMed has them; otherwise the words of title and
methods. A claim has a design of its own: a change within one arm of a randomised trial
is uncontrolled, because the randomisation says nothing about it.

Source: NLM publication types; the order is that of evidence.types.Design.
"""

import re
from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from curation.extract import lexicon
from curation.extract.folding import folded
from curation.extract.statistics import people
from evidence.types import Design

Doc.set_extension("publication_types", default=())
"""PubMed's publication types of the record."""
Doc.set_extension("design", default=Design.NOT_STATED)
"""The study's `Design`."""
Doc.set_extension("participants", default=None)
"""How many people took part, where the text says so."""

_TYPES = (
    ("Systematic Review", Design.SYSTEMATIC_REVIEW),
    ("Network Meta-Analysis", Design.SYSTEMATIC_REVIEW),
    ("Meta-Analysis", Design.SYSTEMATIC_REVIEW),
    ("Clinical Trial Protocol", Design.PROTOCOL),
    ("Randomized Controlled Trial", Design.RANDOMISED),
    ("Equivalence Trial", Design.RANDOMISED),
    ("Pragmatic Clinical Trial", Design.RANDOMISED),
    ("Case Reports", Design.CASE_REPORT),
    ("Editorial", Design.NARRATIVE_REVIEW),
    ("Comment", Design.NARRATIVE_REVIEW),
    ("Practice Guideline", Design.NARRATIVE_REVIEW),
    ("Guideline", Design.NARRATIVE_REVIEW),
    ("Review", Design.NARRATIVE_REVIEW),
)
_OWN = re.compile(
    r"\b(?:we (?:randomi[sz]ed|enrolled|recruited|treated|administered|conducted|"
    r"report(?:ed)?|"
    r"performed|found|observed|measured|assessed|examined|evaluated|compared|"
    r"investigated|studied|"
    r"analy[sz]ed|collected|included|tested|used|identified|present)|"
    r"(?:patients|participants|subjects|volunteers|men|women|adults|individuals|"
    r"children|inpatients|"
    r"outpatients|residents|cases|sample|data|records|controls) (?:\([^)]{1,40}\) )?"
    r"(?:were|was|received|underwent|completed|who (?:received|were|had)|showed|had|"
    r"reported|met|with)|"
    r"were (?:randomly|randomi[sz]ed|enrolled|recruited|included|compared|measured|"
    r"assessed|treated)|"
    r"(?:this|the present|the current|our|a) (?:was an? )?(?:[\w-]+\s){0,3}?(?:study|"
    r"trial|patients?|results|"
    r"data|sample|cohort|findings|survey|analysis|case)|case reports?|respectively|"
    r"(?:\d+|one|two|three|four|five)[ -](?:year|yr)s?[- ]old)\b|[nN]\s?=\s?\d|"
    r"\b[pP]\s?[<>=]\s?0?\.\d|"
    r"\b95\s?%\s?(?:CI|confidence)",
    re.IGNORECASE,
)
_ESSAY = re.compile(
    r"\b(?:approved|approval|FDA|clinicians? (?:should|must|need)|in recent years|"
    r"is (?:discussed|considered|proposed|presented|outlined|described)|"
    r"are (?:discussed|considered|"
    r"proposed|outlined|described|presented)|recent(?:ly)? (?:advances|developments)|"
    r"(?:new|novel) (?:drugs|agents|treatments)|future (?:research|directions)|"
    r"preclinical|mechanisms? of action|options|strategies)\b",
    re.IGNORECASE,
)
_STUDIED = re.compile(
    r"\b(?i:\d+|participants|patients|subjects|volunteers|adults|outpatients|"
    r"inpatients)"
    r"\s(?:\([^)]{1,60}\) )?(?:\w+ )?(?:were|received|underwent|completed)\s"
    r"(?!included|excluded|identified|found)|"
    r"\bwere (?:randomly|randomi[sz]ed to|measured|enrolled|recruited|interviewed)\b|"
    r"\b[Oo]ur (?:findings|results|data|patients?|study)\b|\b[Tt]he patient\b|"
    r"\b\d\d-year-old\b|\b[pP]\s?[<=]\s?0?\.\d|"
    r"\b(?:we|authors) (?:randomi[sz]ed|enrolled|recruited|treated|measured|"
    r"report (?:a|the) case|administered|interviewed)\b",
)
_NUMBERS = re.compile(
    r"\d\s?%|\b[pP]\s?[<=>]|\b[nN]\s?=\s?\d|\d (?:out )?of (?:the )?\d"
)
_PAST = re.compile(
    r"\b(?:was|were|showed|improved|decreased|increased|reduced|had|reported|"
    r"demonstrated|experienced|observed|received|did|occurred|found|responded|"
    r"revealed)\b",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(?:is|are|may|can|has|have|should|must|appears?|remains?|does|do|includes?|"
    r"need)\b",
    re.IGNORECASE,
)
_META = re.compile(
    r"\b(?:meta-?\s?analy\w+|systematic(?:ally)? (?:literature |"
    r"and narrative )?review\w*|"
    r"systematic (?:literature )?search\w*|cochrane|pooled (?:analys\w+|data|"
    r"estimates?)|"
    r"prisma|umbrella review|we searched|were searched|literature search|"
    r"electronic databases|"
    r"integrated analys[ie]s)",
    re.IGNORECASE,
)
_POOLED = re.compile(
    r"\b(?:pool|integrat|individual (?:patient|participant) data)", re.I
)
_SURELY_NARRATIVE = re.compile(r"\bnarrative review\b", re.IGNORECASE)
_REVIEWS = (Design.SYSTEMATIC_REVIEW, Design.POOLED_ANALYSIS, Design.NARRATIVE_REVIEW)
_PAIRED = frozenset({Design.RANDOMISED, Design.RANDOMISED_CROSSOVER, Design.CONTROLLED})


def of_record(title: str, body: str, publication_types: Sequence[str]) -> Design:
    """Return the design that a record's types and words tell.

    Parameters
    ----------
    title, body
        The title, and the abstract without its background.
    """
    types = set(publication_types)
    typed = next((design for name, design in _TYPES if name in types), None)
    if typed is Design.NARRATIVE_REVIEW and _META.search(f"{title} {body}"):
        typed = None
    if typed is not None:
        if typed is Design.RANDOMISED and re.search(
            r"cross-?over", f"{title} {body}", re.I
        ):
            return Design.RANDOMISED_CROSSOVER
        return typed
    found = _words(title, body)
    reviewed = found.pop(Design.NARRATIVE_REVIEW, 0)
    systematic = bool(_META.search(title)) or len(_META.findall(body)) > 1
    if systematic and Design.PROTOCOL not in found:
        marks = _META.findall(f"{title} {body}")
        pooled = all(_POOLED.match(mark) for mark in marks)
        return Design.POOLED_ANALYSIS if pooled else Design.SYSTEMATIC_REVIEW
    if _SURELY_NARRATIVE.search(f"{title} {body}") and not _META.search(body):
        return Design.NARRATIVE_REVIEW
    own = len(_OWN.findall(body))
    titled = max(found.values(), default=0) > 100
    if not titled:
        essay = len(_ESSAY.findall(body))
        studied = _STUDIED.search(body) is not None
        if (
            reviewed > _TITLED_REVIEW
            or (reviewed > 100 and own <= 3 and not studied)
            or (reviewed and own <= 2 and not studied)
            or (own <= essay // 6 and not studied)
            or (not studied and _is_told_in_the_present(body, own))
        ):
            return Design.NARRATIVE_REVIEW
    if Design.SYSTEMATIC_REVIEW in found and own > 4:
        found.pop(Design.SYSTEMATIC_REVIEW)
    if not found:
        return Design.NOT_STATED
    crossed = Design.RANDOMISED_CROSSOVER in found and Design.RANDOMISED in found
    best = max(found, key=lambda d: found[d])
    if crossed and best is Design.RANDOMISED:
        return Design.RANDOMISED_CROSSOVER
    return best


def _is_told_in_the_present(body: str, own: int) -> bool:
    """Return whether a text without numbers says what is, and not what was found.

    Studies are told in the past, essays in the present.
    """
    if _NUMBERS.search(body):
        return False
    past, present = len(_PAST.findall(body)), len(_PRESENT.findall(body))
    return present >= 2 * past + 3 or (own <= _FEW and 0 < 2 * past <= present)


_FEW = 2
_TITLED_REVIEW = 135


def _words(title: str, body: str) -> dict[Design, int]:
    """Return the designs that words name with their ranks; a title's word wins."""
    found: dict[Design, int] = {}
    for text, bonus in ((title, 100), (body, 0)):
        for cue in lexicon.load("design").find(text):
            design = Design(cue.entry.reading)
            if cue.entry.more.get("essay") and not bonus:
                continue
            rank = int(cue.entry.more.get("rank", 0)) + bonus
            if design is Design.PROTOCOL and bonus == 0:
                rank -= 60
            found[design] = max(found.get(design, 0), rank)
    return found


def of_claim(study: Design, comparator: str | None, within: bool) -> Design:
    """Return the design behind one claim of a study."""
    if (within or comparator is None) and study in _PAIRED:
        return Design.UNCONTROLLED
    return study


class StudyDesign:
    """Writes `doc._.design` and `doc._.participants`."""

    def __call__(self, doc: Doc) -> Doc:
        """Read the design from the sentences that tell it."""
        text = folded(doc)
        title, body, background, count = "", [], [], None
        for span in doc.spans["sentences"]:
            words = text[span.start_char : span.end_char]
            if span.label_ == "title":
                title += words
            elif span.label_ == "background":
                background.append(words)
            else:
                body.append(words)
                if count is None and span.label_ in ("methods", "results"):
                    count = people(words)
        told, known = " ".join(body), " ".join(background)
        types = doc._.publication_types
        doc._.design = of_record(title, told, types)
        if len(known) > len(told) and doc._.design not in _REVIEWS:
            # Hardly anything but background: an essay, if the whole reads like one.
            whole = of_record(title, f"{known} {told}", types)
            if whole is Design.NARRATIVE_REVIEW:
                doc._.design = whole
        if count is None:
            counts = (people(words, studied=True) for words in body)
            count = next((n for n in counts if n is not None), None)
        doc._.participants = count
        return doc


@Language.factory(
    "study_design",
    requires=["doc.spans"],
    assigns=["doc._.design", "doc._.participants"],
)
def create(nlp: Language, name: str) -> StudyDesign:
    """Create the component."""
    return StudyDesign()
