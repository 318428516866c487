"""The words of the review page: reasons with their keys, labels, times."""

from datetime import datetime
from enum import StrEnum

from evidence.agreement import Estimate
from evidence.decisions import Action, Reason, Status, SubjectKind
from evidence.fidelity import Fidelity
from evidence.library import LinkSource
from evidence.queries.queues import Order
from evidence.records import Retraction
from evidence.statements import StatementState
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

KINDS = {
    SubjectKind.CLAIM: "claims",
    SubjectKind.FIDELITY: "citations",
    SubjectKind.STUDY_LINK: "studies of papers",
    SubjectKind.CELL_STATEMENT: "statements of cells",
    SubjectKind.PAPER: "papers read to their end",
    SubjectKind.REGULATORY_FACT: "regulatory facts",
    SubjectKind.REFERENCE: "references of the review",
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

FIDELITY = {
    Fidelity.SUPPORTS: "bears out what is asserted",
    Fidelity.PARTLY: "bears it out in part",
    Fidelity.OTHER_POPULATION: "is about other patients",
    Fidelity.OTHER_TREATMENT: "is about another treatment",
    Fidelity.BACKGROUND_ONLY: "is background only",
    Fidelity.CONTRADICTS: "says otherwise",
    Fidelity.CANNOT_TELL: "cannot be judged from what is here",
}

STATEMENTS = {
    "draft": "kept a draft",
    Action.AMEND.value: "wrote a statement",
    Action.ACCEPT.value: "approved a statement",
    Action.FLAG.value: "objected to a statement",
    Action.UNDO.value: "took a word back",
}
"""What people do with the statement of a cell."""

STATES = {
    StatementState.DRAFT: "a draft; nobody is asked yet",
    StatementState.AWAITING_APPROVAL: "awaits approval",
    StatementState.OBJECTED: "somebody objects; readers do not see it",
    StatementState.REPLACED: "replaced by a later one",
    StatementState.WITHDRAWN: "withdrawn",
    StatementState.APPROVED: "approved; readers see it",
    StatementState.STALE: "stale: readers see it with a warning",
}

LINKS = {
    LinkSource.REGISTRY: "as PubMed lists its registration",
    LinkSource.TEXT: "as its text prints it; nobody has confirmed it",
    LinkSource.CURATOR: "as a curator says",
    LinkSource.NONE: "as no registration is known",
}
"""Who says which study a paper reports."""

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
    ("a", "accept as it stands; settle as the first curator decided"),
    ("b", "settle as the second curator decided"),
    ("e", "amend: change fields, then accept"),
    ("x", "reject; then 1 to 9 for the reason, 0 for the others"),
    ("d", "amend the direction"),
    ("t", "amend the treatment"),
    ("m", "amend the domain"),
    ("p", "amend the population"),
    ("[", "shrink the quote at its end by a word"),
    ("]", "grow the quote at its end by a word"),
    ("{", "grow the quote at its start by a word"),
    ("}", "shrink the quote at its start by a word"),
    ("s", "put off until later"),
    ("f", "flag for another look; say why in the note"),
    ("u", "take back your last decision"),
    ("U", "bring back what you took back last"),
    ("c", "write a note"),
    ("+", "add a claim that was missed"),
    ("A", "accept all that is left of the paper; asks first"),
    ("g", "go to the paper"),
    ("o", "open the paper in PubMed"),
    ("h", "history of this claim"),
    ("/", "search claims"),
    ("?", "show these keys"),
)
"""Each can be given another key; the script reads them from the page."""

FIXED_KEYS = (
    ("Ctrl Enter", "while amending or adding: save"),
    ("Esc", "leave a field, a reason or this list"),
)

PARTS = {
    "quote": ("quote", "abstract_sentences, findings"),
    "statement": ("whose result", "section_roles, findings"),
    "treatment": ("treatment and how it was given", "mentions, study_arms"),
    "comparator": ("comparator", "study_arms, findings"),
    "domain": ("domain and outcome", "mentions, findings"),
    "role": ("role", "findings"),
    "direction": ("direction", "findings"),
    "population": ("population", "study_population"),
    "design": ("design", "study_design"),
    "time": ("time", "findings"),
    "figures": ("figures", "findings"),
}
"""The parts of a claim, and the components of the extractor that set them."""


def standing(status: Status, *, blind: bool) -> str:
    """Return where a claim stands, in words; who is blind cannot say "nobody"."""
    if blind and status is Status.PROPOSED:
        return "proposed, you have not decided"
    return STATUSES[status]


def field(name: str) -> str:
    """Return what a reader calls a field of a claim: "participants", not "n"."""
    return {"n": "participants", "p": "p, as printed"}.get(name, plain(name))


def share(estimate: Estimate | None, *, percent: bool = False) -> str:
    """Return a figure with its interval: "0.85 (0.76 to 0.94)"; a dash for none."""
    if estimate is None:
        return "–"
    scale, form = (100, "{:z.0f}") if percent else (1, "{:z.2f}")
    value, low, high = (
        form.format(scale * number)
        for number in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value}{' %' if percent else ''} ({low} to {high})"


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
