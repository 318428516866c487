"""What a worker does with a file: parse, gate and extract, with no database."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

from curation import mined
from curation.extract.claims import Extractor
from curation.mined import Claims, Output, Rules
from curation.retrieve import archive, releases
from curation.retrieve.archive import Batch
from curation.retrieve.cited import Wanted
from curation.retrieve.selection import EVERYTHING, Selection
from evidence.errors import EvidenceError
from evidence.protocol import DEFAULT_FOLDER, Protocol
from evidence.protocol import load as load_protocol
from evidence.records import Record
from evidence.types import Draft

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """A file to be mined: all that a worker is told."""

    path: Path
    folder: Path
    rules: Rules
    protocol: Path | None
    """Its folder, under the same name on every machine; None for the packaged one."""
    before: Output | None
    """What an earlier run made of a file of this name."""


_READING = Lock()
"""A worker may have threads, and a pipeline is nobody's twice at once."""


def mine_file(task: Task) -> Output:
    """Mine one file, on a worker.

    Raises
    ------
    ArchiveError
        Where it cannot be read whole, or its checksum is another one.
    EvidenceError
        Where this worker has other rules than who sent the task.
    """
    sha256, verified = releases.digest(task.path)
    path = mined.output_of(task.folder, task.path.name)
    before = task.before
    if (
        before is not None
        and before.input_sha256 == sha256
        and before.sha256 == mined.sha256_of(path)
    ):
        return before
    with _READING:
        reader = _reader(task.protocol, task.rules)
        keeps_all = releases.of_name(task.path) is None
        records, claims = mined.write(path, reader.read(task.path, keeps_all))
    return Output(sha256, verified, mined.sha256_of(path) or "", records, claims)


@lru_cache(maxsize=1)
def _reader(folder: Path | None, rules: Rules) -> "Reader":
    """Return what this process reads with: its pipeline takes seconds to build."""
    reader = Reader(load_protocol(folder or DEFAULT_FOLDER), rules)
    if (reader.protocol.sha256, reader.extractor.version) != (
        rules.protocol,
        rules.extractor,
    ):
        raise EvidenceError(
            f"a worker has extractor {reader.extractor.version}, and "
            f"{rules.extractor} was asked for; install one version of trd-evidence "
            "and of the protocol on every machine"
        )
    return reader


class Reader:
    """Reads a file into batches of records and their claims.

    Parameters
    ----------
    protocol, rules
        What is looked for, and which records are kept.
    """

    def __init__(self, protocol: Protocol, rules: Rules) -> None:
        self.protocol = protocol
        self.extractor = Extractor(protocol)
        everything = rules.selection == EVERYTHING
        self._selection = None if everything else Selection(protocol)
        self._wanted = Wanted(protocol.references.values())
        self._cited = frozenset(rules.cited)

    def read(self, path: Path, everything: bool) -> Iterator[tuple[Batch, Claims]]:
        """Yield the batches of a file with the claims of the records that are kept.

        Where `everything` is set, all are, whatever the rules say: so `load` does with
        files that are not of NLM's numbered ones.
        """
        for batch in archive.read(path, cited=self._cited):
            kept = batch if everything else self._choose(batch)
            yield kept, [self._claims(record) for record in kept.records]

    def _choose(self, batch: Batch) -> Batch:
        """Leave out the records that a database could not want."""
        if self._selection is None:
            return batch
        acceptable = self._wanted.acceptable(batch.records).values()
        known = self._cited.union(batch.citing, *acceptable)
        finds = self._selection.finds
        kept, left_out = list[Record](), list[int]()
        for record in batch.records:
            if record.pmid in known or finds(record):
                kept.append(record)
            else:
                left_out.append(record.pmid)
        return replace(batch, records=tuple(kept), left_out=tuple(left_out))

    def _claims(self, record: Record) -> tuple[Draft, ...] | None:
        try:
            return self.extractor.drafts(record)
        except Exception:
            # As in the pipeline: one text must not end the reading of a million.
            logger.exception("PMID %s could not be read; skipped", record.pmid)
            return None
