"""The arms that a cue or an outcome points at: whom it favours, whose level it is."""

import re
from collections.abc import Iterator, Sequence

from curation.extract.clauses import Clause
from curation.extract.comparison import Pair
from curation.extract.composition import Cue
from curation.extract.coordination import Arm
from curation.extract.markers import AGAINST
from curation.extract.named import Named
from curation.extract.readings import Passage, Tables

_LEVEL_OF = re.compile(r"^s?\s(?:of|for)\s(?:[\w-]+\s){0,3}$")


def favoured(
    passage: Passage, clause: Clause, cue: Cue, arms: Sequence[Arm], tables: Tables
) -> Iterator[Pair]:
    """Yield "favoured A over B", also where B is named first: "relative to B"."""
    after = [a for a in arms if a.start >= cue.end]
    if not after:
        return
    other = next(
        (
            a.slugs[0]
            for a in [*after[1:2], *arms[:1]]
            if len(a.slugs) == 1
            and AGAINST.search(
                passage.text, max(clause.start, a.start - 30), a.start + 1
            )
        ),
        None,
    )
    for slug in after[0].slugs:
        if slug in tables.inert or slug == other:
            continue
        named = other or passage.study.against(slug)
        yield Pair(slug, named, inferred=other is None, why="favoured")


def measured_drugs(text: str, outcome: Named, arms: Sequence[Arm]) -> set[str]:
    """Return the drugs whose level an outcome is: "plasma concentrations of B"."""
    return {
        slug
        for arm in arms
        if arm.kind == "treatment"
        and (
            (
                arm.start >= outcome.end
                and _LEVEL_OF.match(text[outcome.end : arm.start])
            )
            or text[arm.end : outcome.start].strip() == ""
        )
        for slug in arm.slugs
    }
