"""What the review asserts, ready to be set beside the studies."""

from dataclasses import dataclass

from curation.publish import labels
from curation.publish.catalogue import Catalogue
from evidence.comparison import Comparison
from evidence.review import Assertion


@dataclass(frozen=True, slots=True)
class Asserted:
    """An assertion of the review, beside the studies."""

    row: Assertion
    mark: str
    stance: str
    role: str
    comparison: Comparison
    references: tuple[tuple[int, str, str, str], ...]
    """Number, what it is, how far it is traced, and what a curator says of it."""
    ambiguous: tuple[str, ...]
    place: str
    """Section and paragraph of the review."""


def asserted_of(
    treatment: str, domain: str, catalogue: Catalogue
) -> tuple[Asserted, ...]:
    """Return what the review asserts of a pair, beside the studies."""
    return tuple(
        asserted(row, catalogue)
        for row in catalogue.assertions.get((treatment, domain), ())
    )


def by_sentence(
    found: tuple[Asserted, ...],
) -> tuple[tuple[str, tuple[Asserted, ...]], ...]:
    """Group assertions of which the same may be said, so that it is said once."""
    groups: dict[str, list[Asserted]] = {}
    for one in found:
        groups.setdefault(one.comparison.sentence, []).append(one)
    return tuple((sentence, tuple(of)) for sentence, of in groups.items())


def asserted(row: Assertion, catalogue: Catalogue) -> Asserted:
    """Return one assertion with its references and the comparison's sentence."""
    protocol = catalogue.protocol
    numbers = dict.fromkeys(
        n for use in row.uses if not use.ambiguous for n in use.numbers
    )
    references = []
    for number in numbers:
        printed = protocol.references[number]
        state = catalogue.library.references.get(number)
        first = (
            printed.authors[0] if printed.authors else printed.collective or "No author"
        )
        name = f"{first} {printed.year}" if printed.year else first
        standing = labels.STANDING_WORDS[state.state] if state else "not looked for yet"
        said = fidelity(row.id, number, catalogue)
        references.append((number, name, standing, said))
    return Asserted(
        row=row,
        mark="R" + labels.STANCE_MARKS[row.stance],
        stance=labels.STANCE_WORDS[row.stance],
        role=labels.ROLE_TITLES[row.role].lower(),
        comparison=catalogue.comparisons[row.id],
        references=tuple(references),
        ambiguous=tuple(marker(use.marker) for use in row.uses if use.ambiguous),
        place=f"“{row.section}”"
        + (f", paragraph {row.locator}" if row.locator is not None else ""),
    )


def fidelity(assertion: str, number: int, catalogue: Catalogue) -> str:
    """Return what a curator says of a reference at an assertion, with who and when."""
    found = catalogue.library.fidelity.get(f"{assertion}/{number}")
    if found is None:
        return "fidelity not labelled yet"
    words = labels.FIDELITY_WORDS[found.fidelity]
    return f"{words} ({found.curator}, {found.at.date().isoformat()})"


def marker(printed: str) -> str:
    """Return a reference mark in the one style of this site, as "[4\u20136]".

    The review prints some in square brackets and others raised.
    """
    return f"[{printed.strip('[]() ')}]"
