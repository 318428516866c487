"""Many records at once, and what to do when a batch keeps failing.

One record that NCBI cannot send, or that arrives broken every time, fails the whole
answer that it stands in. The batch is halved until that record is alone. But a service
that fails on everything looks the same for a while; so no record is blamed until
another one, asked for afterwards, has been answered.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from curation.retrieve import archive
from curation.retrieve.faults import Fault, Remedy
from evidence.records import Record

MOST_BLAMED = 8
"""Records of one batch that may fail by themselves; beyond it is the service."""

FEW = 10
"""Records of which any number may be missing; of more, most have to be there."""

K = TypeVar("K")
T = TypeVar("T")


K_contra = TypeVar("K_contra", contravariant=True)
T_co = TypeVar("T_co", covariant=True)


class Ask(Protocol[K_contra, T_co]):
    """One call for some keys."""

    def __call__(
        self, keys: Sequence[K_contra], /, *, tries: int | None = None
    ) -> T_co:
        """Return the answer; `tries` limits how often it is asked for."""
        ...


@dataclass(frozen=True, slots=True)
class Divided(Generic[K, T]):
    """The answers that together cover the keys, but for those that are to blame."""

    answers: tuple[tuple[tuple[K, ...], T], ...]
    guilty: tuple[tuple[K, Fault], ...]


class Division(Generic[K, T]):
    """Asks for many keys, halving them where they fail together."""

    def __init__(self, ask: Ask[K, T]) -> None:
        self._ask = ask
        self._good: tuple[K, ...] = ()
        """The keys that were last answered: they show later whether anything is."""

    def trust(self, key: K) -> None:
        """Name a key that was answered before, to be asked for where none was yet.

        Without one, a record that fails alone looks like a service that fails.
        """
        self._good = self._good or (key,)

    def __call__(self, keys: Sequence[K]) -> Divided[K, T]:
        """Return every answer, and the keys that fail by themselves.

        Raises
        ------
        Fault
            Where the service fails, and not single keys.
        """
        whole = tuple(keys)
        try:
            answers = [(whole, self._ask(whole))]
        except Fault as fault:
            if not fault.divisible:
                raise
            answers, suspects = [], []
            if len(whole) == 1:
                suspects.append((whole[0], fault))
            else:
                self._halve(whole, answers, suspects)
        else:
            suspects = []
        if answers:
            self._good = answers[-1][0]
        return Divided(tuple(answers), tuple(self._confirmed(suspects, answers)))

    def _halve(
        self,
        keys: tuple[K, ...],
        answers: list[tuple[tuple[K, ...], T]],
        suspects: list[tuple[K, Fault]],
    ) -> None:
        middle = len(keys) // 2
        for part in (keys[:middle], keys[middle:]):
            try:
                answers.append((part, self._ask(part, tries=2)))
            except Fault as fault:
                if not fault.divisible or len(suspects) >= MOST_BLAMED:
                    raise
                if len(part) == 1:
                    suspects.append((part[0], fault))
                else:
                    self._halve(part, answers, suspects)

    def _confirmed(
        self,
        suspects: list[tuple[K, Fault]],
        answers: list[tuple[tuple[K, ...], T]],
    ) -> list[tuple[K, Fault]]:
        """Return the suspects that fail again while another key does not."""
        if not suspects:
            return []
        blamed = [key for key, _ in suspects]
        control = next((key for key in self._good if key not in blamed), None)
        if control is None:
            raise suspects[0][1]
        self._ask((control,))
        guilty = []
        for key, _ in suspects:
            try:
                answers.append(((key,), self._ask((key,), tries=2)))
            except Fault as fault:
                if not fault.divisible:
                    raise
                guilty.append((key, fault))
        return guilty


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record that cannot be had or believed, with what came in its place."""

    pmid: int
    reason: str
    body: bytes
    """The answer as it came, but for a key in it; b"" where none came."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of some PMIDs: each is fetched, missing or quarantined."""

    asked: tuple[int, ...] = ()
    records: tuple[Record, ...] = ()
    missing: tuple[int, ...] = ()
    """Asked for twice, the second time alone, and not sent: deleted or merged."""
    quarantined: tuple[Quarantined, ...] = ()
    merged: Mapping[int, Record] = field(default_factory=dict)
    """Of the missing ones: the one record with another PMID that came instead."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A whole efetch answer: its bytes, and the records in them."""

    body: bytes
    records: tuple[Record, ...] = ()
    refused: tuple[archive.Refusal, ...] = ()

    @classmethod
    def of(cls, body: bytes, batches: Sequence[archive.Batch]) -> "Sent":
        """Return an answer that was read to its end."""
        return cls(
            body,
            tuple(record for batch in batches for record in batch.records),
            tuple(refusal for batch in batches for refusal in batch.refused),
        )

    def check_share(self, asked: Sequence[int]) -> None:
        """Refuse an answer in which most of many records are missing.

        Raises
        ------
        Fault
            Records vanish one by one; a service that fails loses them by the batch.
        """
        here = len(self.records) + len(self.refused)
        if len(asked) >= FEW and here * 2 < len(asked):
            what = f"the answer holds {here} of {len(asked)} records"
            raise Fault(what, Remedy.LATER, body=self.body[:1000])


def _newest(sent: Iterable[Sent]) -> dict[int, Record]:
    """Return the records of some answers; of several versions, the highest."""
    found: dict[int, Record] = {}
    for record in (record for one in sent for record in one.records):
        known = found.get(record.pmid)
        if known is None or known.version <= record.version:
            found[record.pmid] = record
    return found


def fetch(
    divide: Callable[[Sequence[int]], Divided[int, Sent]], pmids: Sequence[int]
) -> Fetched:
    """Return what became of one batch; whoever did not come is asked for alone.

    Raises
    ------
    Fault
        Where the service fails.
    """
    missing: list[int] = []
    merged: dict[int, Record] = {}
    whole = divide(pmids)
    guilty = list(whole.guilty)
    records = _newest(sent for _, sent in whole.answers)
    refused: list[Quarantined] = []
    blamed = {pmid for pmid, _ in guilty}
    for pmid in [p for p in pmids if p not in records and p not in blamed]:
        alone = divide([pmid])
        guilty += alone.guilty
        for _, sent in alone.answers:
            came = _newest([sent])
            if pmid in came:
                records[pmid] = came[pmid]
            elif sent.refused:
                reason = sent.refused[0].reason
                refused.append(Quarantined(pmid, reason, sent.body))
            else:
                missing.append(pmid)
                # Asked for alone, so that it is clear for whom another one answers.
                if len(came) == 1:
                    merged[pmid] = next(iter(came.values()))
    quarantined = [Quarantined(p, fault.what, fault.body) for p, fault in guilty]
    return Fetched(
        asked=tuple(pmids),
        records=tuple(records[p] for p in pmids if p in records),
        missing=tuple(missing),
        quarantined=tuple(quarantined + refused),
        merged=merged,
    )
