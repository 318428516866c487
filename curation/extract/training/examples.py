"""Claims with a verdict: what people made of what the extractor proposed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from curation.extract.claims import Extractor
from curation.extract.gold import GoldAbstract
from curation.extract.scoring import finding, read_twice
from evidence.records import Record
from evidence.types import Draft


@dataclass(frozen=True, slots=True)
class Example:
    """One proposed claim: what its confidence rests on, and whether it was right."""

    article: str
    source: str
    """The file, or the database, whose reader judged it."""
    signs: Mapping[str, float]
    confidence: float
    """What the models that read it gave it."""
    right: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What curators made of one proposal."""

    proposed: Draft
    """As they saw it."""
    decided: Draft | None
    """As they accepted it; None where they rejected it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A record with the verdicts on its claims.

    Proposals on which nobody decided are absent and teach nothing.
    """

    record: Record
    verdicts: tuple[Verdict, ...]


def of_gold(
    extractor: Extractor, abstracts: Iterable[GoldAbstract], source: str
) -> list[Example]:
    """Return what the extractor claims of the abstracts; right is what gold has.

    A claim is right where gold has its cell and direction, told from either arm, as
    the scorer pairs them.
    """
    found = []
    for gold in abstracts:
        weighed = {
            draft.fingerprint: (draft, signs)
            for draft, signs in extractor.with_signs(gold.record)
        }
        reading = read_twice(gold, [draft for draft, _ in weighed.values()])
        keys = {finding(labels) for labels in reading.gold_labels}
        for draft, labels in zip(reading.drafts, reading.labels, strict=True):
            found.append(
                Example(
                    gold.key,
                    source,
                    weighed[draft.fingerprint][1],
                    draft.confidence,
                    reading.settled(labels, finding) in keys,
                )
            )
    return found


def of_judged(
    extractor: Extractor, judged: Iterable[Judged], source: str
) -> list[Example]:
    """Return what the extractor claims today of what curators decided on.

    Right is what says of a cell what was accepted; a claim that reads otherwise than
    the one that was rejected was never judged, and is left out.
    """
    found = []
    for one in judged:
        on = {verdict.proposed.fingerprint: verdict for verdict in one.verdicts}
        for draft, signs in extractor.with_signs(one.record):
            verdict = on.get(draft.fingerprint)
            if verdict is None:
                continue
            right = verdict.decided is not None
            if _says(draft) != _says(verdict.decided or verdict.proposed):
                if not right:
                    continue
                right = False
            found.append(
                Example(str(one.record.pmid), source, signs, draft.confidence, right)
            )
    return found


def _says(draft: Draft) -> tuple[str, str, str]:
    return draft.treatment, draft.domain, draft.direction
