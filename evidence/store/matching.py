"""Find the stored claim that is the finding which the extractor makes again."""

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.models import ClaimRow
from evidence.types import Draft


@dataclass(frozen=True, eq=False, slots=True)
class Existing:
    """A stored claim of a record that is read again."""

    row: ClaimRow
    proposal: Draft

    @property
    def added(self) -> bool:
        """Whether a curator added it; the extractor has no say in it."""
        return self.proposal.added_by is not None

    @property
    def decided(self) -> bool:
        """Whether anybody decided on it."""
        return self.row.decided_at is not None


def match(
    existing: Sequence[Existing], drafts: Sequence[Draft]
) -> tuple[list[tuple[Existing, Draft]], list[Draft]]:
    """Pair claims with the drafts that are the same finding, read again.

    The surest pairs are taken first: equal ones, then the same fingerprint, then
    the same cell with an overlapping quote, where the same outcome and a claim that
    nobody decided on come first.

    Returns
    -------
    tuple
        The pairs, and the drafts that are new.
    """
    candidates = sorted(
        (
            (sureness, i, j)
            for i, claim in enumerate(existing)
            for j, draft in enumerate(drafts)
            if (sureness := _sureness(claim, draft)) is not None
        ),
    )
    pairs: list[tuple[Existing, Draft]] = []
    claimed: set[int] = set()
    drafted: set[int] = set()
    for _, i, j in candidates:
        if i not in claimed and j not in drafted:
            claimed.add(i)
            drafted.add(j)
            pairs.append((existing[i], drafts[j]))
    return pairs, [d for j, d in enumerate(drafts) if j not in drafted]


def _sureness(claim: Existing, draft: Draft) -> tuple[float, ...] | None:
    """Return how sure it is that both are one finding, smaller is surer."""
    before = claim.proposal
    if before == draft:
        return (0.0,)
    decided = float(claim.decided)
    if draft.fingerprint in (claim.row.fingerprint, before.fingerprint):
        return (1.0, decided)
    same_cell = (before.treatment, before.domain, before.role, before.field) == (
        draft.treatment,
        draft.domain,
        draft.role,
        draft.field,
    )
    overlap = _overlap(before, draft) if same_cell else 0.0
    if overlap < 0.5:
        return None
    other_outcome = float(before.outcome != draft.outcome)
    return (2.0, other_outcome, decided, 1.0 - overlap)


def _overlap(before: Draft, now: Draft) -> float:
    """Return which share of the shorter quote both have in common."""
    shorter = min(len(before.quote), len(now.quote))
    if before.text_sha256 != now.text_sha256:
        inside = before.quote in now.quote or now.quote in before.quote
        return 1.0 if inside else 0.0
    inner = min(before.end, now.end) - max(before.start, now.start)
    return max(inner, 0) / shorter
