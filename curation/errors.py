"""What can go wrong while evidence is gathered, read or published."""

from evidence.errors import EvidenceError


class RecordError(EvidenceError):
    """One record cannot be believed; it is counted with its reason and skipped."""


class ArchiveError(EvidenceError):
    """A file cannot be read whole; nothing of its last batch was kept."""


class SearchError(EvidenceError):
    """A search is incomplete; never to be read as an empty one."""


class PeakTimeError(EvidenceError):
    """A large run has to wait for the hours that NCBI asks for; nothing is lost."""

    partial = True


class MiningError(EvidenceError):
    """Some files were not mined, or not brought in whole; the others were."""

    partial = True


class ExtractorError(EvidenceError):
    """The extractor cannot be built, or a gold file cannot be read."""


class PublishError(EvidenceError):
    """The site was not built; the one that is published stays as it was."""


class AlreadyRunningError(EvidenceError):
    """Another run holds the lock; this one changed nothing."""
