"""Training from end to end: learn, measure, promote, and say so on a card.

The same files and the same seed give the same bytes. Nothing of a text is kept: the
models hold single words, pairs of words, and names of signs, each with its weight.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from curation.extract import confidence, learnt_reading, section_model, trained
from curation.extract.claims import Extractor
from curation.extract.confidence import ConfidenceModel
from curation.extract.earlier import compare as compare_runs
from curation.extract.evaluate import evaluate
from curation.extract.figures import as_json
from curation.extract.gold import GoldFile, load_all
from curation.extract.training import promotion
from curation.extract.training.card import (
    DATABASE,
    Trained,
    as_bytes,
    from_database,
    learnt_from,
    note,
    old_card,
    read,
)
from curation.extract.training.confidence import (
    Judgements,
    fit_confidence,
    held_out,
)
from curation.extract.training.directions import (
    findings_row,
    judge,
    learn_findings,
)
from curation.extract.training.examples import Judged, of_judged
from curation.extract.training.findings import Learnt
from curation.extract.training.sections import (
    LabelledFile,
    fit_sections,
    load_labelled,
    parted,
    score_sections,
)
from evidence.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Lessons:
    """Which files teach, and what each may teach."""

    gold: tuple[Path, ...] = ()
    """Labelled abstracts that nobody studied while the rules were written."""
    studied: tuple[Path, ...] = ()
    """Labelled abstracts whose mistakes shaped the rules."""
    level: tuple[Path, ...] = ()
    """Labelled abstracts that teach how often claims are right, and no more."""
    sections: Path | None = None
    """Abstracts whose authors labelled the parts."""
    judged: tuple[Judged, ...] = ()
    """What curators decided on."""


def train(
    lessons: Lessons,
    protocol: Protocol,
    folder: Path,
    today: date,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Trained]:
    """Train, and put into `folder` what is no worse than what is there.

    Parameters
    ----------
    lessons
        What to learn from.
    protocol
        Whose claims are judged.
    folder
        Of the models that are in use; where one is absent, the new one is taken.
    today
        The date on the card of a model that changed.
    seed
        Of every split by article.

    Raises
    ------
    ExtractorError
        Where a file cannot be read, or there is too little to learn from.
    """
    files = load_all([*lessons.gold, *lessons.studied, *lessons.level])
    kept = {file.name: file for file in files}
    done: list[Trained] = []
    card = old_card(folder)
    with tempfile.TemporaryDirectory() as scratch:
        new = Path(scratch)
        for name in (section_model.FILE, learnt_reading.FILE, confidence.FILE):
            source = (
                folder / name if (folder / name).exists() else trained.SHIPPED / name
            )
            if source.exists():
                (new / name).write_bytes(source.read_bytes())
        if lessons.sections is not None:
            tell("Learning the parts of abstracts")
            found, row = _train_sections(lessons, files, protocol, folder, new, seed)
            done.append(found)
            if found.promoted:
                note(card, section_model.FILE, row, found, today, seed)
        tell("Learning directions")
        extractor = Extractor(protocol, new)
        gold, studied, level = (
            [kept[path.name] for path in paths]
            for paths in (lessons.gold, lessons.studied, lessons.level)
        )
        learnt = learn_findings(gold, studied, protocol, extractor, seed)
        if learnt is not None:
            found, row = findings_row(gold, studied, level, protocol, extractor, learnt)
            written, stands = as_bytes(learnt.row), folder / learnt_reading.FILE
            unchanged = stands.exists() and stands.read_bytes() == written
            found = replace(found, unchanged=unchanged)
            done.append(found)
            if found.promoted:
                (new / learnt_reading.FILE).write_bytes(written)
                extractor.learnt.model = learnt.model
                note(card, learnt_reading.FILE, row, found, today, seed)
            else:
                learnt = None
        tell("Learning confidence")
        found, row = _train_confidence(
            lessons, kept, extractor, learnt, folder, new, seed
        )
        done.append(found)
        if found.promoted:
            note(card, confidence.FILE, row, found, today, seed)
        for one in done:
            if one.promoted and not one.unchanged:
                (folder / one.name).write_bytes((new / one.name).read_bytes())
    if any(one.promoted and not one.unchanged for one in done):
        (folder / trained.CARD).write_bytes(as_bytes(card, indent=2))
    return done


def _train_sections(
    lessons: Lessons,
    files: Sequence[GoldFile],
    protocol: Protocol,
    folder: Path,
    new: Path,
    seed: int,
) -> tuple[Trained, dict[str, Any]]:
    assert lessons.sections is not None
    gold = frozenset(one.key for file in files for one in file.abstracts)
    labelled = load_labelled(lessons.sections, gold)
    teach, held = parted(labelled.abstracts, seed)
    row = fit_sections(teach)
    path, old = new / section_model.FILE, folder / section_model.FILE
    before = read(old)
    path.write_bytes(as_bytes(row))
    on = f"{len(held)} held-out articles of {labelled.name}"
    now = score_sections(row, held)
    then = score_sections(before, held) if before else dict.fromkeys(now, 0.0)
    measures = [
        promotion.Measure(name, then[name], now[name], now[name] < then[name])
        for name in now
    ]
    unchanged = old.exists() and old.read_bytes() == path.read_bytes()
    paths = [*lessons.gold, *lessons.level] or list(lessons.studied)
    if not unchanged and before and paths:
        measures += _claims_with(folder, new, paths, protocol)
        on += f", and claims of {len(paths)} labelled files"
    promoted = not any(m.worse for m in measures)
    if not promoted:
        path.write_bytes(old.read_bytes())
    found = Trained(section_model.FILE, promoted, unchanged, tuple(measures), on)
    return found, _sections_row(labelled, len(teach), len(held), now)


def _claims_with(
    folder: Path, new: Path, paths: Sequence[Path], protocol: Protocol
) -> list[promotion.Measure]:
    """Return what the claims of labelled files lose or gain by other sections."""
    then = evaluate(Extractor(protocol, folder), paths, protocol)
    now = evaluate(Extractor(protocol, new), paths, protocol)
    return [
        promotion.Measure(d.measure, d.earlier or 0.0, d.now, d.worse)
        for d in compare_runs(now, as_json(then)).differences
        if not d.measure.startswith("calibration")
    ]


def _sections_row(
    labelled: LabelledFile, taught: int, held: int, scores: Mapping[str, float]
) -> dict[str, Any]:
    return {
        "from": [
            {
                "name": labelled.name,
                "sha256": labelled.sha256,
                "articles": len(labelled.abstracts),
                "trained on": taught,
                "held out": held,
            }
        ],
        "held out": dict(scores),
    }


def _train_confidence(
    lessons: Lessons,
    files: Mapping[str, GoldFile],
    extractor: Extractor,
    learnt: Learnt | None,
    folder: Path,
    new: Path,
    seed: int,
) -> tuple[Trained, dict[str, Any]]:
    studied = frozenset(path.name for path in lessons.studied)
    level = {path.name for path in lessons.level}
    by_file = {
        name: judge(extractor, file, None if name in level else learnt, seed)
        for name, file in files.items()
    }
    examples = [e for name, es in by_file.items() if name not in level for e in es]
    examples += of_judged(extractor, lessons.judged, DATABASE)
    judged = Judgements(
        examples, studied, [e for name in sorted(level) for e in by_file[name]]
    )
    row = fit_confidence(judged)
    path, old = new / confidence.FILE, folder / confidence.FILE
    before = read(old)
    after = held_out(judged, seed)
    unseen = promotion.figures(after)
    on = f"{len(after)} claims, each by a fit without its article"
    if learnt_from(folder) == {file.sha256 for file in files.values()}:
        # The model in use has learnt from these very articles; so may the new one.
        model = ConfidenceModel(row)
        after = [(e, model.of(e.signs)) for e in judged.unstudied]
        on = f"{len(after)} claims, from which both have learnt"
    then = [
        (e, ConfidenceModel(before).of(e.signs) if before else 0.5) for e, _ in after
    ]
    path.write_bytes(as_bytes(row))
    unchanged = old.exists() and old.read_bytes() == path.read_bytes()
    measures = promotion.compare(then, after, seed)
    promoted = not any(m.worse for m in measures)
    found = Trained(confidence.FILE, promoted, unchanged, tuple(measures), on)
    return found, {
        "from": [
            {
                "name": name,
                "sha256": file.sha256,
                "abstracts": len(file.abstracts),
                "claims judged": len(by_file[name]),
                "right": sum(e.right for e in by_file[name]),
                "teaches": _teaches(name, studied, level),
            }
            for name, file in files.items()
        ]
        + from_database(examples),
        "extractor": extractor.version,
        "held out": unseen,
    }


def _teaches(name: str, studied: frozenset[str], level: set[str]) -> str:
    if name in studied:
        return "what signs are worth"
    return (
        "level and spread" if name in level else "what signs are worth, and the level"
    )
