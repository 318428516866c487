"""Extraction: the whole pipeline, beside matchers with negation on the same words."""

import warnings
from pathlib import Path
from typing import Any

from benchmarks.inputs import write_file
from benchmarks.measuring import Prepared, measure
from benchmarks.rows import Goal, Row
from benchmarks.scale import Scale

GENERAL = 10
"""In the invented bulk, one paper in so many is of a trial; PubMed has fewer."""

READS = (
    "the peers find words and denials; ours then reads arms, directions and numbers of "
    "every clause"
)
NAMES = "the gate turns away what names no treatment; the rest is read whole"


def records(files: tuple[Path, ...], limit: int) -> list[Any]:
    """Return the first records of some files that have an abstract."""
    from curation.retrieve import archive

    found: list[Any] = []
    for path in files:
        for batch in archive.read(path):
            found += [record for record in batch.records if record.abstract]
            if len(found) >= limit:
                return found[:limit]
    return found


def texts(files: tuple[Path, ...], limit: int) -> list[str]:
    """Return titles and abstracts as one text each."""
    return [f"{r.title or ''}\n{r.abstract}" for r in records(files, limit)]


def terms() -> list[str]:
    """Return the vocabulary that all contenders look for: treatments and outcomes."""
    from curation.cli.app import protocol
    from curation.extract.nlp import mention_tables

    tables = mention_tables(protocol())
    return sorted(
        {
            term
            for group in ("treatments", "outcomes")
            for row in tables[group].values()
            for term in row["terms"]
        }
    )


def ours(files: tuple[Path, ...], limit: int) -> Prepared:
    """Read records into claims, gate and all."""
    from curation.cli.app import protocol
    from curation.extract.claims import Extractor

    extractor = Extractor(protocol())
    found = records(files, limit)
    return lambda: sum(len(extractor.drafts(record)) for record in found)


def edsnlp(files: tuple[Path, ...], limit: int) -> Prepared:
    """Sentences, a matcher of the same terms, negation and hypothesis."""
    import edsnlp as peer

    nlp = peer.blank("eds")
    nlp.add_pipe("eds.normalizer")
    nlp.add_pipe("eds.sentences")
    nlp.add_pipe("eds.matcher", config={"terms": {"ours": terms()}, "attr": "LOWER"})
    nlp.add_pipe("eds.negation")
    nlp.add_pipe("eds.hypothesis")
    found = texts(files, limit)
    return lambda: sum(len(doc.ents) for doc in map(nlp, found))


def negspacy(files: tuple[Path, ...], limit: int) -> Prepared:
    """Sentences, an entity ruler of the same terms, and negation."""
    import negspacy.negation  # noqa: F401  # registers its factory
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    ruler: Any = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": "ours", "pattern": term} for term in terms()])
    nlp.add_pipe("negex")
    found = texts(files, limit)
    return lambda: sum(len(doc.ents) for doc in map(nlp, found))


def tokenizer(files: tuple[Path, ...], limit: int) -> Prepared:
    """Tokens alone: no pipeline of spaCy can be faster."""
    import spacy

    nlp = spacy.blank("en")
    found = texts(files, limit)
    return lambda: sum(len(nlp.make_doc(text)) for text in found)


def run(scale: Scale) -> list[Row]:
    """Measure on papers of trials, and on papers of which few are."""
    warnings.simplefilter("ignore")
    limit = 150 if scale.quick else 2_000
    folder = scale.folder
    trials = scale.corpus or (write_file(folder / f"trials-{limit}.xml.gz", limit),)
    bulk = scale.bulk or (
        write_file(folder / f"general-{limit}.xml.gz", limit, trial_in=GENERAL),
    )
    rows: list[Row] = []
    for name, files, goal, unmet in (
        ("depression", trials, Goal(0.6, at_least=True, slack=scale.slack), READS),
        ("bulk", bulk, Goal(4, at_least=True, slack=scale.slack), NAMES),
    ):
        found = measure(
            {
                "ours": (ours, (files, limit)),
                "edsnlp": (edsnlp, (files, limit)),
                "negspacy": (negspacy, (files, limit)),
                "tokenizer": (tokenizer, (files, limit)),
            },
            2,
        )
        count = len(records(files, limit))
        real = " real" if (scale.corpus if name != "bulk" else scale.bulk) else ""
        speed = {peer: count / sample.cpu for peer, sample in found.items()}
        what = f"{count:,}{real} papers, {name}"
        unit = "papers/CPU s"
        rows += [
            Row(what, speed["ours"], speed["edsnlp"], "edsnlp + negation + hypothesis",
                unit, goal, unmet),
            Row(what, speed["ours"], speed["negspacy"], "negspacy", unit),
            Row(what, speed["ours"], speed["tokenizer"], "spaCy's tokenizer alone",
                unit),
        ]  # fmt: skip
    return rows
