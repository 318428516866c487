"""Random slices of the proposed claims: drawn once by a seed, for unbiased figures."""

import base64
import hashlib

from sqlalchemy import func
from sqlmodel import Session, col, select

from evidence.decisions import Status
from evidence.models import ClaimRow
from evidence.types import ADDED_BY

LONGEST_SLICE = 1000
"""How many claims a random slice holds at most."""


def _start(seed: str) -> str:
    """Return where among the ids the slice of a seed begins.

    Ids are digests: to take some that follow each other is to draw at random.
    """
    digest = hashlib.sha256(seed.encode()).digest()
    return "c" + base64.b32encode(digest)[:12].decode().lower()


def draw(session: Session, seed: str, size: int) -> tuple[list[str], int]:
    """Draw claims at random: the same for a seed, as long as no claim is added.

    Parameters
    ----------
    session
        Where to draw.
    seed
        Any text.
    size
        How many claims, at most `LONGEST_SLICE`.

    Returns
    -------
    tuple
        The ids, and how many claims there were to draw from.
    """
    wanted = min(max(size, 1), LONGEST_SLICE)
    claim_id = col(ClaimRow.id)
    proposed = (
        col(ClaimRow.status) != Status.WITHDRAWN.value,
        # What a curator added says nothing of the machine's precision.
        ~col(ClaimRow.extractor).startswith(ADDED_BY),
    )
    ids = select(ClaimRow.id).where(*proposed).order_by(claim_id)
    start = _start(seed)
    found = list(session.exec(ids.where(claim_id >= start).limit(wanted)))
    if len(found) < wanted:
        found += session.exec(ids.where(claim_id < start).limit(wanted - len(found)))
    drawn_from = session.exec(select(func.count()).where(*proposed)).one()
    return found, drawn_from
