"""A stored claim with what its cell must know of the record and the decisions."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from evidence.decisions import Status
from evidence.records import Retraction, TextSource
from evidence.types import Design, Draft, Species, Statement

NO_FINDING = (Design.NARRATIVE_REVIEW, Design.PROTOCOL, Design.PRECLINICAL)
"""Designs that cannot hold a finding of their own in people."""

STUDY_OF_RECORD = "pmid-"
"""Prefix of the study id of a record that belongs to no registered trial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One finding: what the text says (`draft`) and how far it may be believed."""

    id: str
    draft: Draft
    """As decided; as proposed where nobody decided yet."""
    status: Status
    study: str
    """The trial's registry id, or the record's own; the unit of counting."""
    year: int | None = None
    retraction: Retraction = Retraction.NONE
    text_source: TextSource = TextSource.PUBMED
    decided_at: datetime | None = None
    curators: tuple[str, ...] = ()

    def is_eligible(self, sources: frozenset[TextSource]) -> bool:
        """Return whether it may count: accepted, the authors' own, human, standing.

        Parameters
        ----------
        sources
            Whose texts count: PubMed's; a demonstration also admits digests.
        """
        return (
            self.status.counts
            and self.draft.statement is Statement.OWN_RESULT
            and self.draft.species is Species.HUMAN
            and self.draft.design not in NO_FINDING
            and self.retraction is not Retraction.RETRACTED
            and self.text_source in sources
        )


CLAIM_ID = re.compile(r"c[a-z2-7]{12}")
"""What an id of a claim looks like."""


def mint_id(draft: Draft, taken: int = 0) -> str:
    """Return a new claim's id; it is minted once and never recomputed.

    Derived from the first fingerprint, so that the same records read by the same
    extractor get the same ids in every database.

    Parameters
    ----------
    draft
        The finding as first proposed.
    taken
        How many claims already hold an id of this finding.
    """
    seed = f"{draft.fingerprint}:{taken}".encode()
    digest = hashlib.sha256(seed).digest()
    return "c" + base64.b32encode(digest)[:12].decode().lower()


_REGISTRY = re.compile(
    r"\b(NCT0\d{7}|ISRCTN\d{8}|ACTRN\d{14}|ChiCTR[-A-Z]*\d{8,10}|DRKS\d{8}"
    r"|EUCTR\d{4}-\d{6}-\d{2}|UMIN\d{9}|CTRI/\d{4}/\d{2,3}/\d{6})\b"
)


def registry_ids(text: str) -> tuple[str, ...]:
    """Return the trial registration numbers printed in `text`, each once, in order.

    >>> registry_ids("Registered as NCT01627782 (and NCT01627782).")
    ('NCT01627782',)
    """
    return tuple(dict.fromkeys(_REGISTRY.findall(text)))


def study_of(pmid: int, registered: tuple[str, ...], printed: tuple[str, ...]) -> str:
    """Return the study that a record reports.

    One registration number makes the record a report of that trial. Several make
    it a paper *about* trials (pooled, review), which is a study of its own.

    Parameters
    ----------
    pmid
        The record.
    registered
        Numbers in PubMed's DataBankList.
    printed
        Numbers in title and abstract, used where PubMed lists none.
    """
    numbers = registered or printed
    return numbers[0] if len(numbers) == 1 else f"{STUDY_OF_RECORD}{pmid}"
