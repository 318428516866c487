"""Passwords: argon2id hashes, at the costs that RFC 9106 recommends second."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from evidence.curators import CuratorError

LEAST, MOST = 12, 1_000
"""Characters of a password: no other rule makes one harder to guess."""

HASHER = PasswordHasher()

# A hash takes 64 MiB: a crowd at the door must not take all memory.
_at_once = threading.BoundedSemaphore(2)


def hashed(password: str, name: str) -> str:
    """Return the hash of a new password, with its salt and costs.

    Raises
    ------
    CuratorError
        Where it is too short, too long, or the curator's own name.
    """
    if not LEAST <= len(password) <= MOST or not password.isprintable():
        raise CuratorError(f"a password has {LEAST} to {MOST} printable characters")
    if password.casefold().strip() == name.casefold():
        raise CuratorError("a name is no password; choose another")
    with _at_once:
        return HASHER.hash(_composed(password))


def matches(stored: str | None, password: str) -> bool:
    """Return whether a password is the one that was hashed.

    Without a hash it takes as long to say no: nobody learns which names there are.
    """
    with _at_once:
        try:
            given = _composed(password[:MOST])
            if stored is None:
                HASHER.hash(given)
                return False
            return HASHER.verify(stored, given)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Return whether a hash was made at other costs than today's."""
    return HASHER.check_needs_rehash(stored)


def _composed(password: str) -> str:
    """Return the same letters, however a keyboard composes their accents."""
    return unicodedata.normalize("NFC", password)
