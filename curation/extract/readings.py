"""The values that the reading of sentences produces, before they become drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from curation.extract.arms import Arms
from curation.extract.coordination import Arm
from curation.extract.named import Named
from evidence.types import Direction, Nuance, Role, Statement


@dataclass(frozen=True, slots=True)
class Tables:
    """What the rules need of the protocol."""

    domain_of: Mapping[str, str]
    """Outcome slug -> domain."""
    better: Mapping[str, str]
    kind_of: Mapping[str, str]
    overall: str
    safety: str
    otherwise: str
    """The ladder's last rung: people without the condition."""
    condition: str
    inert: frozenset[str]
    controls: frozenset[str]
    """Of these, the ones that stand for no treatment, or for the usual one."""
    specific: frozenset[str]
    """Outcomes of total severity that are the condition's own, in any sample."""
    exposure: frozenset[str]
    """Outcomes that are a drug's own level in the body."""
    not_treatments: frozenset[str]
    """Treatments that only ever stand beside one of the review's."""
    members: Mapping[str, frozenset[str]]
    """Class -> the treatments below it."""
    fixed: Mapping[frozenset[str], str]
    """Components -> the combination that is a treatment of its own."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Tables":
        """Return the tables of a component's settings, which are plain values."""
        return cls(
            domain_of=row["domain_of"],
            better=row["better"],
            kind_of=row["kind_of"],
            overall=row["overall"],
            safety=row["safety"],
            otherwise=row["otherwise"],
            condition=row["condition"].lower(),
            inert=frozenset(row["inert"]),
            controls=frozenset(row["controls"]),
            specific=frozenset(row["specific"]),
            exposure=frozenset(row["exposure"]),
            not_treatments=frozenset(row["not_treatments"]),
            members={k: frozenset(v) for k, v in row["members"].items()},
            fixed={frozenset(parts): slug for slug, parts in row["fixed"].items()},
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence with everything that was found in it."""

    text: str
    """The whole folded text of the Doc; the sentence is `text[start:end]`."""
    start: int
    end: int
    section: str
    named: Sequence[Named]
    arms: Sequence[Arm]
    patients: Sequence[tuple[str, int, int]]
    """(domain, start, end) of phrases that define patients by a domain."""
    study: Arms
    condition: bool
    """Whether the sample has the protocol's condition."""
    subject: Sequence[str]
    """The treatments that the sentence before it spoke of."""
    versus: Mapping[str, str] = field(default_factory=dict)
    """Treatment -> what the sentences before it named as its comparator last."""
    everybody: frozenset[str] = frozenset()
    """Domains that define every patient of the study."""
    earlier: Sequence[Named] = ()
    """The outcomes that the sentence before it spoke of."""
    measures: Sequence[Named] = ()
    """The outcomes that the methods name."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One candidate claim."""

    start: int
    end: int
    section: str
    treatment: str
    comparator: str | None
    domain: str
    role: Role
    direction: Direction
    rule: str
    cue: str
    clause: tuple[int, int]
    outcome: str | None = None
    measure: str | None = None
    combined: tuple[str, ...] = ()
    nuance: Nuance | None = None
    point: Direction | None = None
    negated: bool = False
    hedged: bool = False
    inferred: bool = False
    statement: Statement = Statement.OWN_RESULT
    weight: float = 0.0
    """How much the words carry: what decides between two quotes of one finding."""
    trace: tuple[str, ...] = field(default_factory=tuple)
    flags: tuple[str, ...] = ()
    """What a curator should look at; see `Draft.flags`."""
    chance: float | None = None
    """How likely its cell and direction are right, by the learnt reading."""
