"""Which decision `undo` takes back next, and which undo `redo` takes back.

Both are read from the ledger, newest first, so that they survive a restart: there
is no other memory of what was done.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from evidence.decisions import Action, Decision


@dataclass(frozen=True, slots=True)
class Steps:
    """What a curator can take back, and what they can bring back."""

    undo: Decision | None = None
    redo: Decision | None = None
    """The undo that is to be undone."""


def steps(newest_first: Iterable[Decision], find: Callable[[str], Decision]) -> Steps:
    """Return the next step back and the next step forward of one curator.

    A new decision forgets what could be brought back, as everywhere.

    Parameters
    ----------
    newest_first
        The curator's own decisions; read only as far as needed.
    find
        Returns the decision of an id.
    """
    taken_back: set[str] = set()
    redo: Decision | None = None
    for decision in newest_first:
        if decision.id in taken_back:
            continue
        if decision.undoes is None:
            return Steps(undo=decision, redo=redo)
        taken_back.add(decision.undoes)
        if redo is None and find(decision.undoes).action is not Action.UNDO:
            redo = decision
    return Steps(redo=redo)
