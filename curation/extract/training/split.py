"""Which article is trained on and which is held out: decided by its name alone."""

import hashlib

FOLDS = 10


def fold(article: str, seed: int) -> int:
    """Return the fold of an article, 0 to 9; every claim of it goes with it.

    Examples
    --------
    >>> fold("12345678", 0) == fold("12345678", 0) in range(FOLDS)
    True
    """
    digest = hashlib.sha256(f"{seed}:{article}".encode()).digest()
    return int.from_bytes(digest[:8]) % FOLDS
