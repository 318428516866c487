"""All of PubMed, read on as many processes or machines as there are; a file a task.

Dask brings a function to a file: parse, gate and extract, with no database. A worker
that dies costs the files that it had in hand, which another one reads again. Nothing
that a worker writes depends on when or where it did.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock, Timeout

from curation import mined
from curation.errors import AlreadyRunningError, ArchiveError
from curation.extract.claims import Extractor, version
from curation.mined import Claims, Manifest, Output, Rules
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

NOT_YET = "not mined yet"


def rules_for(
    protocol: Protocol, *, everything: bool = False, cited: Sequence[int] = ()
) -> Rules:
    """Return the rules under which files are mined.

    Parameters
    ----------
    protocol
        Whose claims are looked for.
    everything
        Keep every record, whether or not a search of the protocol finds it.
    cited
        PMIDs of the review's references: who cites one is kept.
    """
    return Rules(
        protocol.sha256,
        version(protocol),
        EVERYTHING if everything else Selection(protocol).id,
        tuple(sorted(cited)),
    )


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


def mine(
    files: Sequence[Path],
    folder: Path,
    protocol: Protocol,
    rules: Rules,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Manifest:
    """Mine files into a folder; what was mined already, by the same rules, stays.

    Parameters
    ----------
    files
        PubMed files, gzipped or not. They, the folder and the protocol's folder are
        seen by every worker under the same names.
    folder
        Where to.
    protocol, rules
        What is looked for, and `rules_for` it.
    scheduler
        The address of a Dask scheduler; None for processes of this machine.
    workers
        How many such processes; None for one a core.
    progress
        Told how many more files are done.

    Returns
    -------
    Manifest
        Where files are damaged, they are `missing` in it.

    Raises
    ------
    EvidenceError
        Where Dask is not installed or not reached, two files have one name, or the
        folder holds files that were mined by other rules.
    """
    tasks = _tasks(files, folder, protocol, rules)
    with _alone(folder), _client(scheduler, workers) as client:
        found = mined.read_manifest(folder) or Manifest(rules)
        if found.rules != rules:
            raise EvidenceError(
                f"{folder}: its files were mined by other rules (extractor "
                f"{found.rules.extractor}, now {rules.extractor}; or another protocol, "
                "choice of records or set of references found); mine into another "
                "folder"
            )
        mined.sweep(folder)
        found.missing.update(dict.fromkeys(tasks, NOT_YET))
        _work(client, tasks, found, folder, progress)
        mined.sweep(folder)
    return found


def _tasks(
    files: Sequence[Path], folder: Path, protocol: Protocol, rules: Rules
) -> dict[str, Task]:
    own = None if protocol.folder == DEFAULT_FOLDER else protocol.folder.resolve()
    tasks: dict[str, Task] = {}
    for path in files:
        if path.name in tasks:
            raise EvidenceError(
                f"{path} and {tasks[path.name].path} have one name, and what is mined "
                "is named after its file; mine them into two folders"
            )
        tasks[path.name] = Task(path.resolve(), folder.resolve(), rules, own, None)
    return tasks


def _work(
    client: Any,
    tasks: dict[str, Task],
    found: Manifest,
    folder: Path,
    progress: Callable[[int], None],
) -> None:
    dask, names = _dask(), {}
    for name, task in tasks.items():
        told = replace(task, before=found.outputs.pop(name, None))
        # A key of its own: a scheduler that is not ours may remember an older one.
        names[client.submit(mine_file, told, pure=False)] = name
    found.write(folder)
    for future in dask.as_completed(list(names)):
        name = names[future]
        error = future.exception()
        if error is None:
            found.outputs[name] = future.result()
            del found.missing[name]
        elif isinstance(error, ArchiveError):
            found.missing[name] = str(error)
        elif isinstance(error, dask.KilledWorker):
            found.missing[name] = "every worker that read it died; is memory too small?"
        else:
            raise error
        found.write(folder)
        future.release()
        progress(1)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder for the time of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunningError(
            f"another run is mining into {folder}; let it end, or choose another folder"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _dask() -> Any:
    """Return Dask's module; what it returns has no types."""
    try:
        return import_module("distributed")
    except ImportError:
        raise EvidenceError(
            "mining needs Dask, which is not installed: "
            "pip install 'trd-evidence[mine]'"
        ) from None


@contextmanager
def _client(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    """Connect to a scheduler, or start one with workers on this machine."""
    dask = _dask()
    if scheduler is None:
        with (
            dask.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                dashboard_address=":0",
                silence_logs=logging.CRITICAL,
            ) as cluster,
            dask.Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = dask.Client(scheduler)
    except (OSError, ValueError) as error:
        raise EvidenceError(
            f"no Dask scheduler answers at {scheduler} ({error}); check the address, "
            "such as tcp://host:8786"
        ) from None
    with client:
        yield client


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
