"""How well the extractor reads: its claims against those of careful readers.

`evaluate` reads the abstracts of gold files and measures; `render` shows the figures
and the worst mistakes; `as_json` keeps them; `compare` holds them against figures that
`read_earlier` reads back, and `render_comparison` shows what changed.
"""

import typing
from collections.abc import Iterable
from pathlib import Path

from curation.extract.earlier import Comparison, compare, read_earlier
from curation.extract.evaluation_tables import render, render_comparison
from curation.extract.figures import Evaluation, Figures, Source, as_json, measure
from curation.extract.gold import GoldFile, load_all
from curation.extract.mistakes import list_mistakes
from curation.extract.scoring import read_twice
from evidence.protocol import Protocol
from evidence.records import Record
from evidence.types import Draft
from evidence.vocabulary import DomainKind

__all__ = [
    "Comparison",
    "Evaluation",
    "Figures",
    "ReadsRecords",
    "as_json",
    "compare",
    "evaluate",
    "read_earlier",
    "render",
    "render_comparison",
]


class ReadsRecords(typing.Protocol):
    """What is measured: the extractor, or anything that reads as one."""

    @property
    def version(self) -> str:
        """Which rules and tables read."""
        ...

    def drafts(self, record: Record) -> tuple[Draft, ...]:
        """Return the claims of one record."""
        ...


def evaluate(
    extractor: ReadsRecords, gold_paths: Iterable[Path], protocol: Protocol
) -> Evaluation:
    """Read the abstracts of gold files and measure what was read.

    Parameters
    ----------
    extractor
        What reads.
    gold_paths
        Files in JSON Lines as the annotation guideline describes them; abstracts
        without `claims` count as holding none.
    protocol
        Says which domains stand apart from the review's own.

    Raises
    ------
    ExtractorError
        Where a file cannot be read, or two of them hold the same abstract.
    """
    files = load_all(gold_paths)
    auxiliary = frozenset(protocol.domains) - frozenset(
        protocol.domains_of(DomainKind.DOMAIN)
    )
    readings = [
        [read_twice(gold, extractor.drafts(gold.record)) for gold in file.abstracts]
        for file in files
    ]
    together = [reading for one in readings for reading in one]
    return Evaluation(
        extractor=extractor.version,
        protocol=protocol.sha256,
        figures=measure(together, auxiliary),
        by_source=tuple(
            (_source(file), measure(one, auxiliary))
            for file, one in zip(files, readings, strict=True)
        ),
        mistakes=list_mistakes(together, auxiliary),
    )


def _source(file: GoldFile) -> Source:
    return Source(file.name, file.sha256, len(file.abstracts), file.claims)
