"""What can go wrong with evidence, named as a reader would name it.

Every message says what happened, to which record, file or line, and what to do.
The command line catches `EvidenceError` once and prints one line; the web
application catches it once and shows a page.
"""


class EvidenceError(Exception):
    """The root of every error that this product raises on purpose."""

    partial = False
    """Whether the work ended half-way, nothing was lost and the next run goes on."""


class ProtocolError(EvidenceError):
    """A protocol folder does not hold together: a typo, a slug without a table."""


class QuoteError(EvidenceError):
    """A quote does not stand in the text that it claims to quote."""


class DatabaseError(EvidenceError):
    """The database is missing, newer than this version, or of another protocol."""


class NotFoundError(EvidenceError):
    """A record, claim or reference was asked for that is not stored."""


class DecisionError(EvidenceError):
    """A decision cannot be taken: unknown claim, missing reason, wrong state."""


class LedgerError(EvidenceError):
    """A ledger line cannot be applied: absent record, changed text, bad JSON."""


class ConflictError(EvidenceError):
    """Somebody else decided meanwhile; nothing was overwritten."""
