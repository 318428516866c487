"""The downloads as one Frictionless Data Package, so that programs know the columns.

Source: Data Package Standard, https://datapackage.org/ (version 2; `profile` is kept
for readers of version 1).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from curation.publish.data_dictionary import DataField

_V2 = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA = {
    "bib": "application/x-bibtex",
    "csv": "text/csv",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "ris": "application/x-research-info-systems",
    "sqlite": "application/vnd.sqlite3",
}
_PLAIN = ("boolean", "integer", "number")


def datapackage(
    about: Mapping[str, Any],
    files: Mapping[str, bytes],
    words: Mapping[str, str],
    tables: Mapping[str, Sequence[DataField]],
    primary_keys: Mapping[str, Sequence[str]],
    dialects: Mapping[str, Mapping[str, Any]],
) -> bytes:
    """Return `datapackage.json`.

    Parameters
    ----------
    about
        What every file says of itself.
    files
        Name and bytes of the files that it describes.
    words
        What each file holds, by name.
    tables
        The columns of those that are tables.
    primary_keys
        The columns that tell the rows of a table apart.
    dialects
        How a table differs from plain CSV.
    """
    resources = []
    for name, content in files.items():
        resource: dict[str, Any] = {
            "name": name.replace(".", "-").replace("_", "-"),
            "path": name,
            "description": words[name],
            "format": name.rpartition(".")[2],
            "mediatype": _MEDIA[name.rpartition(".")[2]],
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        }
        if name in tables:
            resource |= {
                "type": "table",
                "profile": "tabular-data-resource",
                "encoding": "utf-8",
                "schema": {
                    "fields": [_field(f) for f in tables[name]],
                    "primaryKey": list(primary_keys[name]),
                    "missingValues": ["", "NA"],
                },
            }
        if name in dialects:
            resource["dialect"] = dict(dialects[name])
        resources.append(resource)
    package = {
        "$schema": _V2,
        "profile": "data-package",
        "name": f"evidence-{about['protocol']['id']}",
        "title": about["title"],
        "description": " ".join(about["notes"]),
        "version": str(about["protocol"]["version"]),
        "resources": resources,
    }
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _field(field: DataField) -> dict[str, Any]:
    kinds = field.type.get("type", "string")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    kind = next((k for k in _PLAIN if k in kinds), "string")
    return {"name": field.name, "type": kind, "description": field.meaning}
