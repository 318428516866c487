"""The words of the review page: reasons with their keys, labels, times."""

from datetime import datetime
from enum import StrEnum

from evidence.decisions import Action, Reason, Status
from evidence.queries.queues import Order
from evidence.records import Retraction
from evidence.types import Direction, Role

REASONS = {
    Reason.NOT_OWN_RESULT: "not own result",
    Reason.BACKGROUND: "background",
    Reason.WRONG_TREATMENT: "wrong treatment",
    Reason.WRONG_DOMAIN: "wrong domain",
    Reason.WRONG_DIRECTION: "wrong direction",
    Reason.NEGATION_OR_HEDGE_MISSED: "negation or hedge",
    Reason.WRONG_POPULATION: "wrong population",
    Reason.NOT_A_COMPARISON: "not a comparison",
    Reason.QUOTE_BOUNDARY: "quote boundary",
    Reason.WRONG_COMPARATOR: "wrong comparator",
    Reason.WRONG_ROLE: "wrong role",
    Reason.PROTOCOL_WITHOUT_RESULTS: "protocol, no results",
    Reason.DUPLICATE_REPORT: "duplicate report",
    Reason.NOT_HUMAN: "not human",
    Reason.OUT_OF_SCOPE: "out of scope",
}
"""In the order of the row; the first nine have the keys 1 to 9."""

ACTIONS = {
    Action.ACCEPT: "accepted",
    Action.AMEND: "amended and accepted",
    Action.REJECT: "rejected",
    Action.DEFER: "put off",
    Action.FLAG: "flagged",
    Action.ADJUDICATE: "adjudicated",
    Action.UNDO: "took back",
}

STATUSES = {
    Status.PROPOSED: "proposed, nobody has decided",
    Status.IN_REVIEW: "flagged, not decided",
    Status.ACCEPTED: "accepted",
    Status.REJECTED: "rejected",
    Status.DEFERRED: "put off, not decided",
    Status.AWAITING_SECOND: "awaits a second curator",
    Status.DISPUTED: "curators disagree",
    Status.ADJUDICATED: "accepted after adjudication",
    Status.NEEDS_REREVIEW: "to be read again",
    Status.WITHDRAWN: "withdrawn",
}

ROLES = {
    Role.OUTCOME: "effect on the domain",
    Role.SUBGROUP: "effect in patients with it",
    Role.MODERATOR: "goes with response",
    Role.OVERALL: "total severity",
}

DIRECTION_MARKS = {
    Direction.IMPROVES: "f",
    Direction.WORSENS: "a",
    Direction.NO_CLEAR_DIFFERENCE: "n",
    Direction.MIXED: "m",
    Direction.NOT_STATED: "x",
}
"""The letter by which the style sheet knows a direction."""

RETRACTIONS = {
    Retraction.RETRACTED: "retracted",
    Retraction.CONCERN: "expression of concern",
    Retraction.CORRECTED: "corrected",
    Retraction.NONE: "not retracted",
}

QUEUES = {
    Order.DUE: (
        "To be read again first",
        "What changed, is disputed or flagged; then paper by paper.",
    ),
    Order.THIN: (
        "Thinnest cells first",
        "Claims for the cells that the fewest reviewed papers fill.",
    ),
    Order.CERTAIN: (
        "Most certain first",
        "Where the extractor's confidence is highest: quick to go through.",
    ),
    Order.UNCERTAIN: (
        "Least certain first",
        "Where the extractor's confidence is lowest: where it errs.",
    ),
    Order.PAPER: (
        "Paper by paper",
        "All claims of a paper together, in reading order.",
    ),
    Order.SLICE: (
        "Random slice",
        "A sample of all claims, decided or not: an unbiased measure of precision.",
    ),
}

KEYS = (
    ("j", "next claim"),
    ("k", "previous claim"),
    ("a", "accept as it stands"),
    ("e", "amend: change fields, then accept"),
    ("x, then 1 to 9", "reject, with the reason of that number; 0 goes to the others"),
    ("s", "put off until later"),
    ("f", "flag for another look; say why in the note"),
    ("u", "take back your last decision"),
    ("Shift u", "bring back what you took back last"),
    ("c", "write a note"),
    ("o", "open the paper in PubMed"),
    ("h", "history of this claim"),
    ("/", "search claims"),
    ("[ and ]", "while amending: shrink and grow the quote at its end by a word"),
    ("{ and }", "while amending: grow and shrink the quote at its start by a word"),
    ("Ctrl Enter", "while amending: save"),
    ("?", "show these keys"),
    ("Esc", "leave a field, a reason or this list"),
)


def plain(value: object) -> str:
    """Return a value of an enum or a field's name in words: "no clear difference"."""
    text = value.value if isinstance(value, StrEnum) else str(value)
    return text.replace("_", " ")


def moment(at: datetime) -> str:
    """Return a time as readers write it: "24 Nov 2026, 13:05 UTC"."""
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def day(at: datetime) -> str:
    """Return a day as readers write it: "24 Nov 2026"."""
    return f"{at.day} {at:%b %Y}"


def shown(value: object) -> str:
    """Return a field of a claim in words; a dash where it is absent."""
    if value is None or value == "" or value == () or value == []:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return plain(value) if isinstance(value, StrEnum) else str(value)


def heading(label: str) -> str:
    """Return a section's label as a heading: capitals become one capital."""
    return label.capitalize() if label.isupper() else label


def sentence(text: str) -> str:
    """Return a message with a capital first letter."""
    return text[:1].upper() + text[1:]
