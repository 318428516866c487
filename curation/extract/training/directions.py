"""The second opinion from labelled files to its row on the card."""

from collections.abc import Sequence
from typing import Any

from curation.extract import learnt_reading
from curation.extract.claims import Extractor
from curation.extract.gold import GoldFile
from curation.extract.training.card import Trained
from curation.extract.training.cells import FEWEST, cells
from curation.extract.training.examples import Example, of_gold
from curation.extract.training.findings import Learnt, figures, learn, read_by
from curation.extract.training.split import FOLDS, fold
from evidence.protocol import Protocol
from evidence.vocabulary import DomainKind


def learn_findings(
    gold: Sequence[GoldFile],
    studied: Sequence[GoldFile],
    protocol: Protocol,
    extractor: Extractor,
    seed: int,
) -> Learnt | None:
    """Return the second opinion; None where too few abstracts teach it."""
    taught = [c for file in (*gold, *studied) for c in cells(extractor, file.abstracts)]
    fresh = [one for file in gold for one in file.abstracts]
    known = {cell.article for cell in taught}
    if len(known) * (FOLDS - 1) < FEWEST * FOLDS or not any(
        a.claims and a.key in known for a in fresh
    ):
        return None
    return learn(extractor, taught, fresh, _auxiliary(protocol), seed)


def _auxiliary(protocol: Protocol) -> frozenset[str]:
    own = protocol.domains_of(DomainKind.DOMAIN)
    return frozenset(protocol.domains) - frozenset(own)


def findings_row(
    gold: Sequence[GoldFile],
    studied: Sequence[GoldFile],
    level: Sequence[GoldFile],
    protocol: Protocol,
    extractor: Extractor,
    learnt: Learnt,
) -> tuple[Trained, dict[str, Any]]:
    """Return what became of the second opinion, and its row on the card."""
    count = sum(len(file.abstracts) for file in gold)
    found = Trained(
        learnt_reading.FILE,
        not any(m.worse for m in learnt.measures),
        False,
        learnt.measures,
        f"{count} abstracts, the rules alone against {FOLDS} models that each learnt "
        "nothing from the articles that it read",
    )
    untouched = [one for file in level for one in file.abstracts]
    row: dict[str, Any] = {
        "from": [
            {
                "name": file.name,
                "sha256": file.sha256,
                "abstracts": len(file.abstracts),
                "studied": file in studied,
            }
            for file in (*gold, *studied)
        ],
        "taken from a chance of": learnt_reading.chance(learnt_reading.TAKEN),
        "held out": {m.name: m.after for m in learnt.measures},
        "dropped below": learnt_reading.chance(learnt_reading.DROPPED),
    }
    if untouched:
        rules, both = (
            figures(
                read_by(extractor, untouched, [model] * FOLDS),
                _auxiliary(protocol),
            ).as_dict()
            for model in (None, learnt.model)
        )
        row["on files that taught nothing of it"] = {
            "files": [file.name for file in level],
            "rules and second opinion": {k: [rules[k], both[k]] for k in rules},
        }
    return found, row


def judge(
    extractor: Extractor, file: GoldFile, learnt: Learnt | None, seed: int
) -> list[Example]:
    """Return the claims on a file's abstracts as models without them propose them."""
    if learnt is None:
        return of_gold(extractor, file.abstracts, file.name)
    held = extractor.learnt.model
    found = []
    for part, model in enumerate(learnt.by_fold):
        extractor.learnt.model = model
        own = [a for a in file.abstracts if fold(a.key, seed) == part]
        found += of_gold(extractor, own, file.name)
    extractor.learnt.model = held
    return found
