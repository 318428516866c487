"""Findings that a domain's level goes with the response to the treatments named."""

from collections.abc import Iterator, Sequence

from curation.extract.clauses import Clause
from curation.extract.coordination import Arm, groups
from curation.extract.named import Moderation
from curation.extract.readings import Finding, Passage
from evidence.types import Role


def moderators(
    passage: Passage,
    clause: Clause,
    moderated: Sequence[Moderation],
    arms: Sequence[Arm],
    subject: Sequence[str],
) -> Iterator[Finding]:
    """Yield one finding for each treatment that the sentence speaks of."""
    runs = groups(passage.text, [a for a in arms if a.kind == "treatment"])
    named = [s for a in (runs[0] if runs else ()) for s in a.slugs]
    treatments = list(dict.fromkeys(named or subject or passage.study.treatments[:1]))
    if any(a.several for a in passage.arms) and not named:
        treatments = list(passage.study.treatments)
    control = passage.study.control
    against = control if any(control in a.slugs for a in arms) else None
    seen: set[str] = set()
    for found in moderated:
        if found.named.domain in seen:
            continue
        seen.add(found.named.domain)
        for treatment in treatments:
            yield Finding(
                passage.start,
                passage.end,
                passage.section,
                treatment,
                against,
                found.named.domain,
                Role.MODERATOR,
                found.direction,
                found.rule,
                found.cue,
                (clause.start, clause.end),
                found.named.words,
                found.named.slug or None,
                weight=2.0,
                trace=(
                    f"cue: {found.cue!r} ties a level to the response",
                    f"level: {found.named.words!r}",
                    f"arms: {treatment} against {against}",
                ),
            )
