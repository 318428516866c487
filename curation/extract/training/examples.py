"""Claims with a verdict: what readers or curators made of what the extractor proposed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from curation.extract.claims import Extractor
from curation.extract.gold import GoldAbstract
from curation.extract.scoring import finding, read_twice
from evidence.records import Record


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
class Judged:
    """A record with the curators' verdicts on claims of it."""

    record: Record
    right: Mapping[str, bool]
    """Fingerprint of a proposal -> whether it was accepted as it was read.

    Proposals on which nobody decided are absent and teach nothing.
    """


def of_gold(
    extractor: Extractor, abstracts: Iterable[GoldAbstract], source: str
) -> list[Example]:
    """Return what the extractor claims of the abstracts; right is what gold has.

    A claim is right where gold has its cell and direction, told from either arm, as
    the scorer pairs them.
    """
    found = []
    for gold in abstracts:
        weighed = dict(
            (draft.fingerprint, (draft, signs))
            for draft, signs in extractor.with_signs(gold.record)
        )
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
    """Return what the extractor claims today of what curators decided on."""
    return [
        Example(
            str(one.record.pmid),
            source,
            signs,
            draft.confidence,
            one.right[draft.fingerprint],
        )
        for one in judged
        for draft, signs in extractor.with_signs(one.record)
        if draft.fingerprint in one.right
    ]
