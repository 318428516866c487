"""The same records give the same bytes: in any order, process and Python.

The digest below was made on one machine and holds on all that run these tests (see
.github/workflows/tests.yml). It changes with the rules, the tables and the model of sections:
take the new one from the message then, having looked at why it changed.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from curation.extract.claims import Extractor
from evidence.records import Record, Section
from evidence.types import Draft


@pytest.fixture(scope="module")
def extractor(whole: Extractor) -> Extractor:
    """What is shipped, not the rules alone."""
    return whole


RECORDS = tuple(
    Record(
        pmid=place,
        title=title,
        sections=tuple(Section(text=text) for text in texts),
    )
    for place, (title, texts) in enumerate(
        [
            (
                "Ketamine in treatment-resistant depression.",
                (
                    "Sixty patients were randomised to ketamine or midazolam.",
                    "MADRS scores fell more with ketamine (p = .003). Dissociation was "
                    "more frequent with ketamine. Baseline anxiety predicted response.",
                    "Ketamine may be useful.",
                ),
            ),
            (
                "Pramipexole for anhedonia: a pilot study.",
                (
                    "Anhedonia is hard to treat. Twelve patients took open-label "
                    "pramipexole. SHAPS scores improved from baseline (p<.05), but "
                    "sleep quality did not. Nausea led two patients to stop.",
                ),
            ),
            (
                "Sertraline and venlafaxine in major depression.",
                (
                    "Patients were randomised to sertraline, venlafaxine or placebo.",
                    "Response rates were 53% and 51%, respectively, and 34% with "
                    "placebo. Both drugs were superior to placebo on the HAM-D.",
                ),
            ),
        ],
        start=1,
    )
)
DIGEST = "08a87c92d5924ca2"


def digest(extractor: Extractor, records: tuple[Record, ...]) -> str:
    found = {record.pmid: extractor.drafts(record) for record in records}
    # The version hashes the protocol's files and would change with any of their words.
    # Confidence is left out: it changes with every training, and it is whole numbers.
    rows = [
        draft.as_dict() | {"extractor": "", "confidence": 0, "trace": _reasons(draft)}
        for pmid in sorted(found)
        for draft in found[pmid]
    ]
    assert len(rows) > 2
    text = json.dumps(rows, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _reasons(draft: Draft) -> list[str]:
    return [line for line in draft.trace if not line.startswith("confidence:")]


def test_the_claims_are_those_of_every_other_machine(extractor: Extractor) -> None:
    assert digest(extractor, RECORDS) == DIGEST


def test_order_and_repetition_change_nothing(extractor: Extractor) -> None:
    again = (*RECORDS[::-1], *RECORDS)
    assert digest(extractor, again) == digest(extractor, RECORDS)


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_the_order_in_which_python_keeps_sets_changes_nothing(
    seed: str, extractor: Extractor
) -> None:
    code = (
        "from curation.extract.claims import Extractor\n"
        "from evidence.protocol import load\n"
        "from tests.curation.extract import test_same_everywhere as same\n"
        "print(same.digest(Extractor(load()), same.RECORDS))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest(extractor, RECORDS)
