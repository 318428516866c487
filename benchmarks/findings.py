"""Invented records and claims, made without the extractor."""

import random
from collections.abc import Iterator

from evidence.protocol import Protocol
from evidence.records import Field, PartialDate, Record, Section, text_sha256
from evidence.types import Direction, Draft, Role, Species, Statement
from evidence.vocabulary import DomainKind

DIRECTIONS = tuple(Direction)
EXTRACTOR = "1+benchmark"


def readings(
    protocol: Protocol, count: int, per_record: int = 4, seed: int = 7
) -> Iterator[tuple[Record, list[Draft]]]:
    """Yield records with `count` claims in all, spread over the protocol's cells."""
    chance = random.Random(seed)
    treatments = sorted(protocol.treatments)[:200]
    domains = [
        slug for slug, d in protocol.domains.items() if d.kind is not DomainKind.OVERALL
    ]
    population = next(iter(protocol.populations))
    for pmid in range(1, count // per_record + 1):
        sentences = [
            f"Treatment {chance.choice(treatments)} moved outcome {i} of trial {pmid} "
            f"in {chance.randrange(20, 400)} patients."
            for i in range(per_record)
        ]
        text = " ".join(sentences)
        record = Record(
            pmid=pmid,
            title=f"An invented trial {pmid}",
            sections=(Section(text, "RESULTS", "RESULTS"),),
            journal="J Invent Trials",
            published=PartialDate(2000 + pmid % 26),
        )
        sha256 = text_sha256(text)
        drafts, start = [], 0
        for i, sentence in enumerate(sentences):
            drafts.append(
                Draft.from_dict(
                    {
                        "pmid": pmid,
                        "field": Field.ABSTRACT,
                        "section": "RESULTS",
                        "start": start,
                        "end": start + len(sentence),
                        "quote": sentence,
                        "text_sha256": sha256,
                        "treatment": chance.choice(treatments),
                        "comparator": "placebo",
                        "domain": chance.choice(domains),
                        "role": Role.OUTCOME,
                        "outcome": f"outcome {i}",
                        "direction": chance.choice(DIRECTIONS),
                        "statement": Statement.OWN_RESULT,
                        "species": Species.HUMAN,
                        "design": "randomised",
                        "population": population,
                        "rule": "invented",
                        "extractor": EXTRACTOR,
                        "confidence": chance.random(),
                    }
                )
            )
            start += len(sentence) + 1
        yield record, drafts
