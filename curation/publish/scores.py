"""How well the extractor did on labelled abstracts: measured, never typed in.

The figures are what `curation evaluate GOLD... --output scores.json` wrote, kept in
the protocol's folder. Without that file no figure is shown.
"""

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from curation.errors import PublishError
from evidence.agreement import Estimate, proportion
from evidence.protocol import Protocol

FILE = "scores.json"


class Part(BaseModel):
    """Precision, recall and what they were computed from."""

    model_config = ConfigDict(extra="ignore")

    p: float | None
    r: float | None
    f1: float | None
    matched: int
    gold: int
    predicted: int
    ci95: tuple[float, float] | None = None
    """Of F1, by drawing abstracts anew; None where it was not computed."""

    @property
    def precision(self) -> Estimate | None:
        """The share of what was proposed that is right, with Wilson's interval."""
        return proportion(self.matched, self.predicted)

    @property
    def recall(self) -> Estimate | None:
        """The share of what was marked that was found, with Wilson's interval."""
        return proportion(self.matched, self.gold)


class Shared(BaseModel):
    """What was right where the extractor and the labels name the same cell."""

    model_config = ConfigDict(extra="ignore")

    n: int
    direction_accuracy: float | None
    inversion_rate: float | None
    comparator_accuracy: float | None
    role_accuracy: float | None


class FalseAlarms(BaseModel):
    """What was proposed where nothing was labelled."""

    model_config = ConfigDict(extra="ignore")

    records: int
    with_claims: int


class Figures(BaseModel):
    """What was measured on one file."""

    model_config = ConfigDict(extra="ignore")

    finding: Part
    on_shared_cells: Shared


class Source(BaseModel):
    """A file of marked abstracts."""

    model_config = ConfigDict(extra="ignore")

    name: str
    sha256: str
    records: int
    claims: int
    figures: Figures | None = None


class Scores(BaseModel):
    """One measurement of one extractor."""

    model_config = ConfigDict(extra="ignore")

    measured: date | None = None
    labelled: str = ""
    """Who labelled the abstracts, and how."""
    extractor: str
    protocol: str
    treatment: Part
    domain: Part
    cell: Part
    finding: Part
    on_shared_cells: Shared
    false_alarms: FalseAlarms | None = None
    records: int
    gold_claims: int
    sources: tuple[Source, ...]


def path_of(protocol: Protocol) -> Path:
    """Return where a protocol's scores are kept."""
    return protocol.folder / FILE


def kept(protocol: Protocol) -> Scores | None:
    """Return the scores that a protocol's folder holds; None where it holds none.

    Raises
    ------
    PublishError
        Where the file is none that `curation evaluate --output` wrote.
    """
    path = path_of(protocol)
    if not path.is_file():
        return None
    try:
        return Scores.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise PublishError(
            f"{path}: {where}: {first['msg']}; write it with "
            "`curation evaluate --output`, or remove it"
        ) from None
