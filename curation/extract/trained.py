"""What training left for reading: small files of whole numbers, in one folder."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from curation.errors import ExtractorError

SHIPPED = Path(__file__).parent / "model"
"""The models that come with the package; `curation train` writes here."""
CARD = "card.json"


def read_model(path: Path, wanted: Iterable[str]) -> dict[str, Any]:
    """Read a model that `curation train` wrote.

    Raises
    ------
    ExtractorError
        Where it cannot be read, or lacks one of the `wanted` keys.
    """
    try:
        row = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ExtractorError(
            f"model {path} cannot be read ({error}); install the package again, or "
            "run `curation train`"
        ) from None
    missing = set(wanted) - (row.keys() if isinstance(row, dict) else set())
    if missing:
        raise ExtractorError(
            f"model {path} has no {', '.join(sorted(missing))}; run `curation train`"
        )
    return dict(row)


def digest(folder: Path) -> str:
    """Return a sha256 over the models of a folder; the card changes no claim."""
    sha = hashlib.sha256()
    for path in sorted(folder.glob("*.json")):
        if path.name != CARD:
            sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()
