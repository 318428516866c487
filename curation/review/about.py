"""What a decision is about, in words, and on which page it can be looked at again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from curation.review.words import ACTIONS, FIDELITY, REASONS, STATEMENTS
from evidence.claims import STUDY_OF_RECORD
from evidence.decisions import Action, Decision, SubjectKind
from evidence.fidelity import Fidelity, uses
from evidence.protocol import Protocol
from evidence.rechecking import facts
from evidence.statement_rules import cell_of


@dataclass(frozen=True, slots=True)
class Subject:
    """What was decided on."""

    label: str
    address: str | None
    """Its page; None where it has none."""
    known: bool = True
    """Whether this protocol still has it: else nothing can be decided on it."""


def subject_of(decision: Decision, protocol: Protocol) -> Subject:
    """Return what a decision is about."""
    return _SUBJECTS[decision.subject_kind](decision, protocol)


def told(decision: Decision, protocol: Protocol) -> str:
    """Return what was decided, and on what: "read to its end: PMID 101"."""
    mark = " " if decision.subject_kind is SubjectKind.CLAIM else ": "
    return f"{said(decision)}{mark}{subject_of(decision, protocol).label}"


def said(decision: Decision) -> str:
    """Return what was decided, in a few words."""
    kind = decision.subject_kind
    if decision.undoes is not None:
        return f"{ACTIONS[Action.UNDO]} an earlier decision"
    if kind is SubjectKind.CLAIM:
        done = ACTIONS[decision.action]
        return f"{done}: {REASONS[decision.reason]}" if decision.reason else done
    if kind is SubjectKind.CELL_STATEMENT:
        drafted = decision.action is Action.AMEND and not decision.changes.get("ready")
        return STATEMENTS["draft" if drafted else decision.action.value]
    return _SAID[kind](decision)


def with_words(slugs: Sequence[str], protocol: Protocol) -> tuple[str, ...]:
    """Return the uses and facts of treatments and domains, as decisions name them."""
    wanted = set(slugs)
    of_facts = (one for one, fact in facts(protocol).items() if fact.treatment in slugs)
    rows = protocol.assertions
    of_uses = (
        use
        for use, _ in uses(protocol)
        for row in [rows[use.rpartition("/")[0]]]
        if {row.treatment, row.domain} & wanted
    )
    return (*of_facts, *of_uses)


def _claim(decision: Decision, protocol: Protocol) -> Subject:
    seen, page = decision.snapshot, f"/claims/{decision.subject_id}"
    if decision.batch is not None and seen:
        return Subject(f"all that was left of PMID {seen.get('pmid')}", page)
    if not seen:
        return Subject(f"claim {decision.subject_id}", page)
    label = protocol.label
    name = f"{label(str(seen['treatment']))}, {label(str(seen['domain']))}"
    return Subject(name, page)


def _reference(decision: Decision, protocol: Protocol) -> Subject:
    number = decision.subject_id
    known = number in {str(one) for one in protocol.references}
    return Subject(f"reference {number}", None, known)


def _link(decision: Decision, _: Protocol) -> Subject:
    pmid = decision.subject_id
    return Subject(f"the study of PMID {pmid}", f"/papers/{pmid}/study")


def _use(decision: Decision, protocol: Protocol) -> Subject:
    assertion, _, number = decision.subject_id.rpartition("/")
    summary = dict(uses(protocol)).get(decision.subject_id)
    name = f"reference {number} at: {summary or assertion}"
    page = f"/fidelity/{decision.subject_id}"
    return Subject(name, page if summary else None, summary is not None)


def _statement(decision: Decision, protocol: Protocol) -> Subject:
    key = cell_of(decision.subject_id, protocol)
    if key is None:
        return Subject(decision.subject_id, None, known=False)
    name = f"{protocol.label(key[0])}, {protocol.label(key[1])}"
    return Subject(name, f"/statements/{decision.subject_id}")


def _paper(decision: Decision, _: Protocol) -> Subject:
    return Subject(f"PMID {decision.subject_id}", f"/papers/{decision.subject_id}")


def _fact(decision: Decision, protocol: Protocol) -> Subject:
    fact = facts(protocol).get(decision.subject_id)
    if fact is None:
        name = f"a regulatory fact that was changed since ({decision.subject_id})"
        return Subject(name, None, known=False)
    name = f"{protocol.label(fact.treatment)}, {fact.jurisdiction}: {fact.act}"
    return Subject(name, f"/regulatory/{decision.subject_id}")


_SUBJECTS: dict[SubjectKind, Callable[[Decision, Protocol], Subject]] = {
    SubjectKind.CLAIM: _claim,
    SubjectKind.REFERENCE: _reference,
    SubjectKind.STUDY_LINK: _link,
    SubjectKind.FIDELITY: _use,
    SubjectKind.CELL_STATEMENT: _statement,
    SubjectKind.PAPER: _paper,
    SubjectKind.REGULATORY_FACT: _fact,
}


def _settled(decision: Decision) -> str:
    pmid = decision.snapshot.get("pmid")
    return "settled as not in PubMed" if pmid is None else f"settled as PMID {pmid}"


def _linked(decision: Decision) -> str:
    study = str(decision.snapshot.get("study"))
    return (
        "linked to no other"
        if study == f"{STUDY_OF_RECORD}{decision.subject_id}"
        else f"linked to {study}"
    )


def _labelled(decision: Decision) -> str:
    return f"labelled “{FIDELITY[Fidelity(decision.snapshot['fidelity'])]}”"


_SAID: dict[SubjectKind, Callable[[Decision], str]] = {
    SubjectKind.REFERENCE: _settled,
    SubjectKind.STUDY_LINK: _linked,
    SubjectKind.FIDELITY: _labelled,
    SubjectKind.PAPER: lambda _: "read to its end",
    SubjectKind.REGULATORY_FACT: lambda _: "compared with its source",
}
