"""Words and marks for the values that pages show. None of them is a disease's."""

from evidence.comparison import Outcome
from evidence.decisions import Status
from evidence.fidelity import Fidelity
from evidence.findings import Vote
from evidence.library import LinkSource, ReferenceStanding
from evidence.review import Stance
from evidence.types import Design, Role, TimeBand
from evidence.vocabulary import ComparatorClass, TreatmentKind
from evidence.wording import (
    MODERATOR_WORDS,
    ONE_STUDY,
    TREATED_ONLY_WORDS,
    VOTE_WORDS,
    WITHIN_GROUP_WORDS,
)

VOTE_CLASS = {
    Vote.FAVOURS: "f",
    Vote.AGAINST: "a",
    Vote.NO_CLEAR_DIFFERENCE: "n",
    Vote.MIXED: "m",
    Vote.RAISED: "u",
    Vote.LOWERED: "d",
}
"""The letter by which style sheets and scripts know a vote."""

WITHIN_CLASS = "w"

COMPARATOR_LETTER = {
    ComparatorClass.INERT: "i",
    ComparatorClass.ACTIVE: "c",
    ComparatorClass.USUAL_CARE: "s",
    ComparatorClass.OTHER_DOSE: "o",
    ComparatorClass.WITHIN_GROUP: "w",
}

ROLE_TITLES = {
    Role.OUTCOME: "Effect on the domain",
    Role.SUBGROUP: "Effect in patients with it",
    Role.MODERATOR: "Whether it goes with response",
    Role.OVERALL: "Effect on overall severity",
}

ROLE_NOTES = {
    Role.OUTCOME: (
        "Studies that measured this domain as an outcome. One finding for each study "
        "and class of comparator; directions are the authors' own."
    ),
    Role.SUBGROUP: (
        "Studies in patients whom this domain defines. Counted apart from the effect "
        "on the domain and never added to it."
    ),
    Role.MODERATOR: (
        "Studies of whether more of this domain goes with a better or poorer response "
        "to the treatment. Only those with a comparison test a matching."
    ),
    Role.OVERALL: (
        "Total severity, response and remission. Kept apart, so that it never fills "
        "a domain's cell."
    ),
}

STANCE_MARKS = {
    Stance.FAVOURS: "+",
    Stance.CAUTIONS: "!",
    Stance.NO_CLEAR_BENEFIT: "0",
    Stance.MECHANISM_ONLY: "~",
    Stance.APPROVED: "✓",
    Stance.NOT_STATED: "?",
}

STANCE_WORDS = {
    Stance.FAVOURS: "favours",
    Stance.CAUTIONS: "cautions",
    Stance.NO_CLEAR_BENEFIT: "no clear benefit",
    Stance.MECHANISM_ONLY: "mechanism only",
    Stance.APPROVED: "approved",
    Stance.NOT_STATED: "direction not stated",
}

OUTCOME_TITLES = {
    Outcome.UNTESTED: "Asserted, no reviewed study",
    Outcome.INDIRECT: "Asserted, studied only indirectly",
    Outcome.ONE_DIRECT: "Asserted, one direct study",
    Outcome.OPPOSES: "Direction opposes the review",
    Outcome.NO_CLEAR_DIFFERENCE: "No clear difference where the review sees one",
    Outcome.DIVIDED: "Direct studies are divided, or cannot be compared",
    Outcome.AGREES: "Direction agrees",
}

STANDING_WORDS = {
    ReferenceStanding.UNRESOLVED: "not looked for yet",
    ReferenceStanding.RESOLVED: "found in PubMed",
    ReferenceStanding.AMBIGUOUS: "more than one candidate",
    ReferenceStanding.NOT_FOUND: "looked for, not found",
    ReferenceStanding.NOT_INDEXED: "not a kind that PubMed indexes",
    ReferenceStanding.MALFORMED: "its identifier cannot be read",
}

STATUS_WORDS = {
    Status.PROPOSED: "machine-proposed, not reviewed",
    Status.IN_REVIEW: "under review, not decided",
    Status.ACCEPTED: "accepted",
    Status.REJECTED: "rejected on review",
    Status.DEFERRED: "put off by a curator, not decided",
    Status.AWAITING_SECOND: "awaits a second curator",
    Status.DISPUTED: "curators disagree, not decided",
    Status.ADJUDICATED: "accepted after adjudication",
    Status.NEEDS_REREVIEW: "its source changed, to be read again",
    Status.WITHDRAWN: "withdrawn",
}

LINK_WORDS = {
    LinkSource.REGISTRY: "as PubMed lists the registration",
    LinkSource.TEXT: "as a report prints the registration, which nobody has confirmed",
    LinkSource.CURATOR: "as curators say",
    LinkSource.NONE: "as no registration is known",
}

FIDELITY_WORDS = {
    Fidelity.SUPPORTS: "bears out what is asserted",
    Fidelity.PARTLY: "bears it out in part",
    Fidelity.OTHER_POPULATION: "is about other patients",
    Fidelity.OTHER_TREATMENT: "is about another treatment",
    Fidelity.BACKGROUND_ONLY: "is background only",
    Fidelity.CONTRADICTS: "says otherwise",
    Fidelity.CANNOT_TELL: "a curator cannot tell whether it bears it out",
}
"""What a curator says of a reference at the assertion that prints it."""

BAND_WORDS = {
    TimeBand.ACUTE: "acute phase",
    TimeBand.CONTINUATION: "continuation phase",
    TimeBand.RELAPSE_AFTER_STOPPING: "relapse after stopping, among responders",
}

KIND_WORDS = {
    TreatmentKind.DRUG: "Drug",
    TreatmentKind.CLASS: "Class",
    TreatmentKind.PROCEDURE: "Procedure",
    TreatmentKind.PSYCHOTHERAPY: "Psychotherapy",
    TreatmentKind.STRATEGY: "Strategy",
    TreatmentKind.COMBINATION: "Combination",
}


def design(value: Design) -> str:
    """Return a design in words: "randomised crossover"."""
    return str(value.value).replace("_", " ")


def votes(role: Role) -> dict[Vote, str]:
    """Return the words of a count's sides; a moderator's are no effect."""
    return MODERATOR_WORDS if role is Role.MODERATOR else VOTE_WORDS


def one_study(role: Role) -> dict[Vote, str]:
    """Return what one study with a comparison is said to have found."""
    return MODERATOR_WORDS if role is Role.MODERATOR else ONE_STUDY


def uncompared(role: Role) -> dict[Vote, str]:
    """Return what one study without a comparison is said to have found."""
    return TREATED_ONLY_WORDS if role is Role.MODERATOR else WITHIN_GROUP_WORDS
