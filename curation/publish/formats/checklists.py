"""PRISMA 2020 and SWiM as checklists: each entry, and where this site reports it.

The entries are words and stand in `site/checklists/`; here they only become files.
"""

import json
import tomllib
from typing import Any

from curation.publish import templates

NAMES = ("prisma", "swim")


def checklist(name: str) -> dict[str, Any]:
    """Return a checklist: its source, and its entries with `reported` and `where`."""
    path = templates.sources() / "site" / "checklists" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def files() -> dict[str, bytes]:
    """Return name and bytes of each checklist."""
    return {
        f"{name}-checklist.json": (
            json.dumps(checklist(name), ensure_ascii=False, indent=1) + "\n"
        ).encode()
        for name in NAMES
    }
