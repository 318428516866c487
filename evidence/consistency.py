"""What rows of a protocol owe to each other: slugs that resolve, words owned once."""

from collections.abc import Iterable, Mapping
from typing import Any

from evidence.errors import ProtocolError
from evidence.tables import TomlFile

Files = Mapping[str, TomlFile]


def fold(term: str) -> str:
    """Return a term as matching sees it: lower case, hyphens and slashes as spaces."""
    return " ".join(term.replace("-", " ").replace("/", " ").casefold().split())


def check(files: Files) -> None:
    """Check a whole folder of rows that are each well formed.

    Raises
    ------
    ProtocolError
        On the first row that names what no table defines, a word that two rows
        own, a class that contains itself, a ladder without a last rung.
    """
    _treatment_or_comparator(files)
    _slugs_resolve(files)
    _words_are_owned_once(files)
    _classes_are_a_hierarchy(files)
    _columns_and_ladder(files)


def _rows(files: Files, name: str, table: str) -> list[dict[str, Any]]:
    return list(files[name].values.get(table, []))


def _ids(files: Files, name: str, table: str, key: str = "id") -> set[Any]:
    return {row[key] for row in _rows(files, name, table)}


def _treatment_or_comparator(files: Files) -> None:
    """Refuse a slug that is both: a claim could not say which it means."""
    treatments = _ids(files, "treatments.toml", "treatment")
    for index, row in enumerate(_rows(files, "treatments.toml", "comparator")):
        if row["id"] in treatments:
            where = files["treatments.toml"].place("comparator", index, row["id"])
            raise ProtocolError(f"{where}: this is the id of a treatment already")


def _slugs_resolve(files: Files) -> None:
    groups = _ids(files, "treatments.toml", "group")
    treatments = _ids(files, "treatments.toml", "treatment")
    domains = _ids(files, "domains.toml", "domain")
    markers = _ids(files, "populations.toml", "marker")
    references = _ids(files, "references.toml", "reference", "number")
    checks: list[tuple[str, str, str, set[Any]]] = [
        ("treatments.toml", "treatment", "group", groups),
        ("treatments.toml", "treatment", "classes", treatments),
        ("treatments.toml", "treatment", "components", treatments),
        ("domains.toml", "domain", "systems", _ids(files, "domains.toml", "system")),
        ("domains.toml", "domain", "references", references),
        ("outcomes.toml", "outcome", "domain", domains),
        ("populations.toml", "population", "all", markers),
        ("populations.toml", "population", "none", markers),
        ("assertions.toml", "assertion", "treatment", treatments),
        ("assertions.toml", "assertion", "domain", domains),
        ("regulatory.toml", "fact", "treatment", treatments),
        ("searches.toml", "search", "groups", groups),
        ("searches.toml", "search", "known_items", references),
    ]
    for name, table, key, known in checks:
        for index, row in enumerate(_rows(files, name, table)):
            _known(files[name], table, index, key, _as_list(row.get(key)), known)
    assertions = files["assertions.toml"]
    for index, row in enumerate(_rows(files, "assertions.toml", "assertion")):
        for use in row.get("uses", ()):
            _known(assertions, "assertion", index, "uses", use["numbers"], references)


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _known(
    file: TomlFile,
    table: str,
    index: int,
    key: str,
    wanted: Iterable[Any],
    known: set[Any],
) -> None:
    for slug in wanted:
        if slug not in known:
            row = file.values[table][index]
            where = file.place(table, index, row.get("id"), key)
            raise ProtocolError(f"{where}: {key}: there is no {slug!r}")


def _words_are_owned_once(files: Files) -> None:
    """Refuse a word of two rows: every claim that it made would be a guess."""
    for name, tables, keys in (
        (
            "treatments.toml",
            ("treatment", "comparator"),
            ("synonyms", "brands", "codes"),
        ),
        ("outcomes.toml", ("outcome",), ("synonyms", "abbreviations")),
    ):
        owner: dict[str, str] = {}
        for table in tables:
            for index, row in enumerate(_rows(files, name, table)):
                terms = {fold(row["label"])}
                if name == "treatments.toml":
                    terms.add(fold(row["id"]))
                terms.update(fold(t) for key in keys for t in row.get(key, ()))
                terms.update(fold(t["term"]) for t in row.get("ambiguous", ()))
                for term in sorted(terms):
                    first = owner.setdefault(term, row["id"])
                    if first != row["id"]:
                        raise ProtocolError(
                            f"{files[name].place(table, index, row['id'])}: "
                            f"the term {term!r} belongs to {first!r} already"
                        )


def _classes_are_a_hierarchy(files: Files) -> None:
    file = files["treatments.toml"]
    rows = {row["id"]: row for row in _rows(files, "treatments.toml", "treatment")}
    for index, (slug, row) in enumerate(rows.items()):
        where = file.place("treatment", index, slug, "classes")
        above, waiting = set(), list(row.get("classes", ()))
        while waiting:
            parent = waiting.pop()
            if rows[parent]["kind"] != "class":
                raise ProtocolError(f"{where}: {parent!r} is not of kind class")
            if parent == slug:
                raise ProtocolError(f"{where}: a class cannot contain itself")
            if parent not in above:
                above.add(parent)
                waiting.extend(rows[parent].get("classes", ()))


def _columns_and_ladder(files: Files) -> None:
    kinds = [row["kind"] for row in _rows(files, "domains.toml", "domain")]
    for kind in ("overall", "safety"):
        if kinds.count(kind) != 1:
            raise ProtocolError(f"domains.toml: exactly one domain is of kind {kind!r}")
    rungs = _rows(files, "populations.toml", "population")
    if not rungs or any(rungs[-1].get(k) for k in ("all", "none", "failures")):
        raise ProtocolError(
            "populations.toml: the ladder's last rung takes what no other rung takes, "
            "so it has no conditions"
        )
