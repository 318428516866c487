"""A queue as its address tells it: an order, filters, a seed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from curation.review.words import QUEUES, plain
from evidence.decisions import Status
from evidence.errors import NotFoundError
from evidence.protocol import Protocol
from evidence.queries.queues import Order, Selection
from evidence.queries.waiting import WAITING
from evidence.types import Design, Role

DEFERRED = "deferred"
"""The queue of what was put off: paper by paper."""

LONGEST_SEED = 60
"""Characters of a slice's seed."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Which claims are asked for; what stands behind the `?` of an address."""

    name: str = Order.DUE.value
    selection: Selection = field(default_factory=Selection)

    @classmethod
    def read(cls, values: Mapping[str, str], protocol: Protocol) -> "Queue":
        """Return the queue that an address names.

        Raises
        ------
        NotFoundError
            Where it names a queue, treatment, domain, role or paper that is none.
        """
        name = values.get("queue", "") or Order.DUE.value
        treatment = values.get("treatment") or None
        domain = values.get("domain") or None
        if treatment is not None and treatment not in protocol.treatments:
            raise NotFoundError(f"the protocol has no treatment {treatment!r}")
        if domain is not None and domain not in protocol.domains:
            raise NotFoundError(f"the protocol has no domain {domain!r}")
        try:
            order = Order.PAPER if name == DEFERRED else Order(name)
            role = Role(values["role"]) if values.get("role") else None
            pmid = number_of(values.get("pmid"), 999_999_999)
            design = Design(values["design"]) if values.get("design") else None
        except ValueError as error:
            raise NotFoundError(f"no queue is meant by that: {error}") from None
        return cls(
            name,
            Selection(
                order=order,
                statuses=(Status.DEFERRED,) if name == DEFERRED else WAITING,
                treatment=treatment,
                domain=domain,
                role=role,
                design=design,
                pmid=pmid,
                seed=seed_of(values) or "1",
            ),
        )

    @property
    def address(self) -> str:
        """What stands behind the `?`; reading it gives this queue again."""
        chosen = self.selection
        values: dict[str, object] = {"queue": self.name}
        for name in ("treatment", "domain", "role", "design", "pmid"):
            if (value := getattr(chosen, name)) is not None:
                values[name] = value
        if chosen.order is Order.SLICE:
            values["seed"] = chosen.seed
        return urlencode(values)

    def title(self, protocol: Protocol) -> str:
        """Return what a curator calls it."""
        title = "Put off" if self.name == DEFERRED else QUEUES[Order(self.name)][0]
        chosen = self.selection
        narrowed = [protocol.label(s) for s in (chosen.treatment, chosen.domain) if s]
        if chosen.role is not None:
            narrowed.append(f"role {chosen.role.value}")
        if chosen.design is not None:
            narrowed.append(plain(chosen.design))
        if chosen.pmid is not None:
            narrowed.append(f"PMID {chosen.pmid}")
        if chosen.order is Order.SLICE:
            narrowed.append(f"seed {chosen.seed}")
        return ": ".join([title, ", ".join(narrowed)]) if narrowed else title

    def of_paper(self, pmid: int) -> "Queue":
        """Return the queue of all claims of one paper, in reading order."""
        asked, put_off = self.selection.asked, self.selection.put_off
        chosen = Selection(
            order=Order.PAPER,
            pmid=pmid,
            asked=asked,
            put_off=None if put_off is None else False,
        )
        return replace(self, name=Order.PAPER.value, selection=chosen)

    def asked_of(
        self, curator: str, waits: tuple[Status, ...], *, dual: bool
    ) -> "Queue":
        """Return the queue of one curator: what waits for them, and nobody else.

        Where two decide on each claim, each puts off for themselves alone.
        """
        put_off = self.name == DEFERRED
        statuses = self.selection.statuses if put_off and not dual else waits
        chosen = replace(
            self.selection,
            asked=curator,
            statuses=statuses,
            put_off=put_off if dual else None,
        )
        return replace(self, selection=chosen)


def seed_of(values: Mapping[str, str]) -> str:
    """Return the seed that an address or a form names, "" for none."""
    return values.get("seed", "").strip()[:LONGEST_SEED]


def number_of(text: str | None, largest: int) -> int | None:
    """Return a number from 1 on that was typed, None where nothing was.

    Raises
    ------
    ValueError
        Where it is no such number.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= largest):
        raise ValueError(f"{text[:20]!r} is no number from 1 to {largest}")
    return int(text)
