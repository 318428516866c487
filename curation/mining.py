"""All of PubMed, read on as many processes or machines as there are; a file a task.

Dask brings a function to a file: parse, gate and extract, with no database. A worker
that dies costs the files that it had in hand, which another one reads again. Nothing
that a worker writes depends on when or where it did.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from curation import mined
from curation.errors import ArchiveError
from curation.extract.claims import version
from curation.locks import hold
from curation.mined import Manifest, Rules
from curation.miner import Task, mine_file
from curation.retrieve.selection import EVERYTHING, Selection
from evidence.errors import EvidenceError
from evidence.protocol import DEFAULT_FOLDER, Protocol

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
    folder.mkdir(parents=True, exist_ok=True)
    with (
        hold(folder / ".lock", f"another mining into {folder}"),
        _client(scheduler, workers) as client,
    ):
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
