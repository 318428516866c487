"""A line of a benchmark's table: ours, a peer's, the ratio, and what we promised."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on a ratio; `slack` is what a short, noisy run may miss it by."""

    bound: float
    at_least: bool = False
    slack: float = 1.0

    def met(self, ratio: float) -> bool:
        """Say whether a ratio is within the bound, with its slack."""
        if self.at_least:
            return ratio >= self.bound / self.slack
        return ratio <= self.bound * self.slack

    def __str__(self) -> str:
        """Return the bound in words, and the slack where there is one."""
        words = f"{'at least' if self.at_least else 'at most'} {self.bound:g}"
        return words if self.slack == 1 else f"{words} (slack {self.slack:g})"


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison.

    Attributes
    ----------
    name
        What was measured, with its size.
    ours, peer
        In the unit that the name tells.
    peer_name
        Whom we are compared with.
    goal
        What the ratio must be; None where it is shown for the reader only.
    unmet
        Why a goal is out of reach, where it is: it is printed as missed, and fails
        no run.
    """

    name: str
    ours: float
    peer: float
    peer_name: str
    unit: str
    goal: Goal | None = None
    unmet: str = ""

    @property
    def ratio(self) -> float:
        """Return ours / peer."""
        return self.ours / self.peer if self.peer else float("inf")

    @property
    def ok(self) -> bool:
        """Say whether the goal is met; what has none cannot fail."""
        return self.goal is None or self.goal.met(self.ratio)

    def as_dict(self) -> dict[str, Any]:
        """Return the row as plain values."""
        return {
            **{k: v for k, v in asdict(self).items() if k != "goal"},
            "ratio": round(self.ratio, 3),
            "goal": str(self.goal) if self.goal else "",
            "ok": self.ok,
        }


HEADINGS = ("what", "ours", "peer", "", "ratio", "goal", "ok")


def cells(row: Row) -> tuple[str, ...]:
    """Return a row as the words of its table."""
    return (
        row.name,
        f"{row.ours:,.4g} {row.unit}",
        f"{row.peer:,.4g} {row.unit}",
        row.peer_name,
        f"{row.ratio:.2f}",
        str(row.goal or "shown only"),
        "yes" if row.ok else f"NO: {row.unmet}" if row.unmet else "NO",
    )


def table(rows: Iterable[Row], title: str) -> Table:
    """Return rows as a table for a terminal."""
    shown = Table(title=title)
    for heading in HEADINGS:
        shown.add_column(heading)
    for row in rows:
        shown.add_row(*cells(row))
    return shown


def markdown(rows: Sequence[Row]) -> str:
    """Return rows as a Markdown table."""
    lines = [" | ".join(HEADINGS), " | ".join("---" for _ in HEADINGS)]
    lines += [" | ".join(cells(row)) for row in rows]
    return "".join(f"| {line} |\n" for line in lines)
