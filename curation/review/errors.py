"""What can go wrong on the page, beyond what evidence knows, and its status."""

from evidence.errors import ConflictError, DatabaseError, EvidenceError, NotFoundError


class FormError(EvidenceError):
    """A form cannot be taken: not ours, too long, or not filled in."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


class ListenError(EvidenceError):
    """The server may not, or cannot, listen where it was told to."""


def status_of(error: EvidenceError) -> int:
    """Return the HTTP status that tells of an error of ours."""
    if isinstance(error, FormError):
        return error.status
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, DatabaseError):
        return 503
    return 409 if isinstance(error, ConflictError) else 422
