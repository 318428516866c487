"""Curators of a team: who they are, and what they may be partial to."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from evidence.decisions import CuratorRole
from evidence.errors import EvidenceError

LONGEST_NAME = 100
LONGEST_STATEMENT = 5_000
"""Characters of a conflict-of-interest statement."""


class CuratorError(EvidenceError):
    """A curator cannot be added or changed: unknown, taken, or no name at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curator:
    """A person who signs in to decide."""

    name: str
    role: CuratorRole
    added_at: datetime
    disabled_at: datetime | None = None
    interests: str | None = None
    """Their conflict-of-interest statement; None until they were asked."""
    declared_at: datetime | None = None


def checked_name(typed: str) -> str:
    """Return a name as decisions will carry it, or say why it is none.

    Raises
    ------
    CuratorError
        Where it is empty, too long, or holds what cannot be seen.
    """
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise CuratorError(
            f"a curator's name has 1 to {LONGEST_NAME} printable characters"
        )
    return name


def checked_statement(typed: str) -> str:
    """Return a statement of interests, or say why it is none.

    Raises
    ------
    CuratorError
        Where it is empty or too long.
    """
    statement = typed.strip()
    if not statement:
        raise CuratorError("say what your interests are; write none if you have none")
    if len(statement) > LONGEST_STATEMENT:
        raise CuratorError(
            f"the statement has more than {LONGEST_STATEMENT} characters; shorten it"
        )
    return statement
