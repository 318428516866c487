"""How well printed references are traced: precision and recall on labelled citations.

    python -m benchmarks.matching CITATIONS.jsonl.gz

Each line is a citation as some paper printed it, with its true PMID. The first printing
of a PMID stands for the record; the others are to be traced to it among all records.
Then the same with the true record left out, where every match is wrong.
"""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from curation.retrieve.index import Index
from curation.retrieve.references import match
from evidence.library import ReferenceStanding
from evidence.records import Author, PartialDate, Record
from evidence.review import Reference, ReferenceKind

Printing = dict[str, Any]


def record(printed: Printing) -> Record:
    """Return what a printing says of a paper, as its record."""
    return Record(
        pmid=int(printed["pmid"]),
        title=printed["title"],
        doi=printed["doi"] or None,
        journal=printed["journal"],
        volume=printed["volume"] or None,
        pages=printed["first_page"] or None,
        published=PartialDate(int(printed["year"])) if _year(printed) else None,
        authors=(Author(family=printed["first_author"], initials="A"),),
    )


def reference(printed: Printing) -> Reference:
    """Return a printing as a line of a reference list."""
    return Reference(
        number=1,
        raw=printed["title"],
        kind=ReferenceKind.ARTICLE,
        authors=(f"{printed['first_author']} A",),
        title=printed["title"],
        journal=printed["journal"],
        year=int(printed["year"]) if _year(printed) else None,
        volume=printed["volume"] or None,
        pages=printed["first_page"] or None,
        doi=printed["doi"] or None,
    )


def _year(printed: Printing) -> bool:
    return printed["year"].isdecimal()


def traced(index: Index, printings: Iterable[Printing], absent: bool) -> Counter[str]:
    """Count what became of printings, each looked for among all records."""
    counts = Counter[str]()
    for printed in printings:
        asked = reference(printed)
        true = int(printed["pmid"])
        among = [r for r in index.candidates(asked) if not (absent and r.pmid == true)]
        found = match(asked, among)
        counts["asked"] += 1
        if found.state is ReferenceStanding.RESOLVED:
            counts["right" if found.pmid == true else "wrong"] += 1
    return counts


def main(file: Annotated[Path, typer.Argument(help="Labelled citations.")]) -> None:
    """Print precision and recall."""
    by_pmid: dict[str, list[Printing]] = defaultdict(list)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for printed in map(json.loads, lines):
            if printed["title"] and printed["first_author"] and printed["journal"]:
                by_pmid[printed["pmid"]].append(printed)
    index = Index(record(printings[0]) for printings in by_pmid.values())
    others = [p for printings in by_pmid.values() for p in printings[1:]]
    firsts = [printings[0] for printings in by_pmid.values()][::3]
    there = traced(index, others, absent=False)
    gone = traced(index, firsts, absent=True)
    say = Console().print
    say(f"{len(by_pmid):,} records")
    say(
        f"{there['asked']:,} other printings: precision "
        f"{there['right'] / max(there['right'] + there['wrong'], 1):.3f}, recall "
        f"{there['right'] / max(there['asked'], 1):.3f}, {there['wrong']} wrong"
    )
    say(f"true record left out, {gone['asked']:,} printings: {gone['wrong']} matched")


if __name__ == "__main__":
    typer.run(main)
