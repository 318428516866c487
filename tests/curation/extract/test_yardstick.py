"""Our figures equal those of the yardstick, on gold that was disturbed on purpose."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from curation.extract.evaluate import as_json, evaluate
from curation.extract.gold import GoldAbstract, GoldClaim, load_gold
from evidence.protocol import Protocol
from evidence.records import Field, Record
from evidence.types import Direction, Draft, Role, Statement

SHARED = Path(os.environ.get("TRD_SHARED") or Path(__file__).parents[4] / "shared")
GOLD_FOLDER = SHARED / "gold"
TREATMENTS = ("ketamine", "esketamine", "s-ketamine", "rtms", "LSD", "ect")
COMPARATORS = (None, "baseline", "placebo", "ketamine", "tau", "dose", "sham-tms")


class Disturbed:
    """An extractor that repeats what was made of the gold."""

    version = "disturbed"

    def __init__(self, drafts: Mapping[int, tuple[Draft, ...]]) -> None:
        self._drafts = drafts

    def drafts(self, record: Record) -> tuple[Draft, ...]:
        return self._drafts[record.pmid]


def disturbed(gold: GoldAbstract, chance: random.Random) -> tuple[Draft, ...]:
    """Return drafts that repeat the gold with mistakes of every kind."""

    def often(share: float) -> bool:
        return chance.random() < share

    def quote_of(claim: GoldClaim) -> tuple[int, int]:
        if often(0.6):
            return chance.choice(claim.spans)
        start = chance.randrange(len(gold.abstract) - 40)
        return start, min(len(gold.abstract), start + chance.randrange(1, 300))

    found: list[Draft] = []
    for claim in gold.claims:
        treatment, comparator = claim.treatment, claim.comparator
        direction = claim.direction
        if comparator not in (None, "baseline") and often(0.3):
            treatment, comparator = comparator, treatment
            direction = direction.turned()
        start, end = quote_of(claim)
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            found.append(
                Draft(
                    pmid=gold.pmid,
                    field=Field.TITLE if often(0.1) else Field.ABSTRACT,
                    start=start,
                    end=end,
                    quote=gold.abstract[start:end],
                    text_sha256="",
                    treatment=chance.choice(TREATMENTS) if often(0.1) else treatment,
                    comparator=(
                        chance.choice(COMPARATORS) if often(0.2) else comparator
                    ),
                    domain="safety" if often(0.1) else claim.domain,
                    role=chance.choice(tuple(Role)) if often(0.1) else claim.role,
                    direction=(
                        chance.choice(tuple(Direction)) if often(0.2) else direction
                    ),
                    statement=(
                        Statement.BACKGROUND if often(0.1) else Statement.OWN_RESULT
                    ),
                    population="mdd",
                    rule="disturbed",
                    extractor="disturbed",
                    confidence=round(chance.random(), 2),
                )
            )
    return tuple(found)


@pytest.mark.shared
@pytest.mark.skipif(
    not (GOLD_FOLDER / "score.py").is_file(),
    reason="the developers' shared folder with gold and yardstick is not here",
)
@pytest.mark.parametrize("name", ["dev_a.jsonl", "dev_b.jsonl", "dev_c.jsonl"])
def test_every_common_figure_equals_the_yardstick(
    name: str, tmp_path: Path, trd: Protocol
) -> None:
    path = GOLD_FOLDER / name
    chance = random.Random(name)
    gold = load_gold(path).abstracts
    found = {one.pmid: disturbed(one, chance) for one in gold}
    # On empty abstracts false alarms only: claims that belong to the one before.
    for before, one in pairwise(gold):
        if not one.claims:
            found[one.pmid] = tuple(
                replace(d, pmid=one.pmid) for d in found[before.pmid]
            )
    claims = tmp_path / "claims.jsonl"
    lines = (json.dumps(d.as_dict()) for drafts in found.values() for d in drafts)
    claims.write_text("\n".join(lines), "utf-8")
    yardstick = subprocess.run(
        [sys.executable, GOLD_FOLDER / "score.py", path, claims, "--json"],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    expected = json.loads(yardstick.stdout)
    ours = json.loads(json.dumps(as_json(evaluate(Disturbed(found), [path], trd))))
    assert {key: ours[key] for key in expected} == expected
    assert expected["on_shared_cells"]["n"] > 0
    assert expected["false_alarms"]["claims"] > 0
