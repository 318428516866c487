"""Learning the parts of abstracts from abstracts whose authors labelled them.

Each abstract is shown with its parts kept apart, and as one paragraph, which is how
PubMed has most older ones; and once more without its frame, so that a short record that
begins with its methods is no surprise. Labels are what is to be told: never shown.
"""

import gzip
import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ValidationError

# Neither SciPy nor scikit-learn ships types.
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from curation.errors import ExtractorError
from curation.extract.folding import fold as folded
from curation.extract.json_lines import bad_row, read_bytes, rows
from curation.extract.section_model import ROLES, Line, SectionModel, features
from curation.extract.sentences import boundaries
from curation.extract.training.split import fold

HUNDREDTHS = 100
_SEEN_IN = 20
"""Sentences in which a feature has to stand before it can weigh anything."""
_LEAST = 4
"""Hundredths that one of a feature's weights has to reach to be kept."""
_STRENGTH = 0.05
_ROUNDS = 60
_SEQUENCE = 0.4
_RESULTS_FIRST = 1.0
"""Added to results: a result that is not read loses its claims, another sentence that
is read costs a moment."""
_AIM = re.compile(
    r"\b(?:aim(?:s|ed)?|objectives?|purpose|sought to|set out to|hypothesi[sz]ed?|"
    r"we (?:investigated|examined|tested|evaluated|assessed|compared) "
    r"(?:whether|if|how))\b",
    re.IGNORECASE,
)
_ROLE_OF = {
    "BACKGROUND": "background",
    "OBJECTIVE": "aim",
    "METHODS": "methods",
    "RESULTS": "results",
    "CONCLUSIONS": "conclusions",
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """An abstract in sentences, each with the part and the role its authors gave it."""

    article: str
    sentences: tuple[tuple[str, int, str], ...]

    def lines(self, apart: bool) -> list[Line]:
        """Return the sentences without their roles, parts kept `apart` or as one."""
        return [Line(text, part if apart else 0) for text, part, _ in self.sentences]

    def without_frame(self) -> "Labelled":
        """Return the abstract as one that tells methods and results and no more."""
        inner = ("methods", "results")
        return replace(
            self, sentences=tuple(s for s in self.sentences if s[2] in inner)
        )

    @property
    def roles(self) -> list[str]:
        """What is to be told."""
        return [role for _, _, role in self.sentences]


class _Section(BaseModel):
    category: str | None = None
    text: str


class _Row(BaseModel):
    pmid: str
    sections: tuple[_Section, ...]


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A file of abstracts in labelled sections, as read."""

    name: str
    sha256: str
    abstracts: tuple[Labelled, ...]


def load_labelled(path: Path, without: frozenset[str]) -> LabelledFile:
    """Read abstracts in labelled sections, JSON Lines of pmid and sections.

    Parameters
    ----------
    path
        May be compressed with gzip.
    without
        Articles to leave out: what is scored must not have been learnt from.

    Raises
    ------
    ExtractorError
        Where the file cannot be read, or holds no abstract of labelled sections.
    """
    content = read_bytes(path)
    plain = content
    if path.suffix == ".gz":
        try:
            plain = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise ExtractorError(
                f"{path} cannot be unpacked ({error}); fetch it again"
            ) from None
    found = []
    for line, row in rows(path, plain):
        try:
            read = _Row.model_validate(row)
        except ValidationError as error:
            raise bad_row(path, line, row, error) from None
        sentences = tuple(_sentences(read))
        known = all(role in ROLES for _, _, role in sentences)
        if sentences and known and read.pmid not in without:
            found.append(Labelled(read.pmid, sentences))
    if not found:
        raise ExtractorError(
            f"{path} holds no abstract whose sections are all labelled; give JSON "
            "Lines of pmid and sections with PubMed's categories"
        )
    return LabelledFile(path.name, hashlib.sha256(content).hexdigest(), tuple(found))


def _sentences(row: _Row) -> Iterable[tuple[str, int, str]]:
    for part, section in enumerate(row.sections):
        text = folded(section.text)
        starts = [*boundaries(text), len(text)]
        for start, end in pairwise(starts):
            if words := text[start:end].strip():
                role = _ROLE_OF.get(section.category or "", "")
                # Authors mostly tell their aim at the end of the background.
                aim = role == "background" and _AIM.search(words)
                yield words, part, "aim" if aim else role


def fit_sections(abstracts: Sequence[Labelled]) -> dict[str, Any]:
    """Return the model that the abstracts teach, in whole hundredths."""
    seen: list[list[str]] = []
    wanted: list[int] = []
    for abstract in abstracts:
        whole, inner = abstract, abstract.without_frame()
        for shown, apart in ((whole, True), (whole, False), (inner, True)):
            seen += [sorted(found) for found in features(shown.lines(apart))]
            wanted += [ROLES.index(role) for role in shown.roles]
    count = Counter(name for row in seen for name in row)
    names = sorted(name for name, n in count.items() if n >= 2 * _SEEN_IN)
    index = {name: at for at, name in enumerate(names)}
    columns: list[int] = []
    ends = [0]
    for row in seen:
        columns += [index[name] for name in row if name in index]
        ends.append(len(columns))
    matrix = csr_matrix(
        (np.ones(len(columns)), columns, ends), shape=(len(seen), len(names))
    )
    fitted = LogisticRegression(C=_STRENGTH, max_iter=_ROUNDS, tol=1e-3)
    fitted.fit(matrix, wanted)
    weights = _whole(fitted.coef_.T)
    start = fitted.intercept_ + _RESULTS_FIRST * (np.arange(len(ROLES)) == 3)
    return {
        "roles": list(ROLES),
        "start": _whole(start).tolist(),
        "steps": _whole(_SEQUENCE * _steps(abstracts)).tolist(),
        "weights": {
            name: row.tolist()
            for name, row in zip(names, weights, strict=True)
            if abs(row).max() >= _LEAST
        },
    }


def _whole(values: Any) -> Any:
    return np.rint(np.asarray(values) * HUNDREDTHS).astype(int)


def _steps(abstracts: Iterable[Labelled]) -> Any:
    """Return how much likelier each step between roles is than the role alone."""
    steps = np.full((len(ROLES), len(ROLES)), 0.5)
    alone = np.zeros(len(ROLES))
    for abstract in abstracts:
        places = [ROLES.index(role) for role in abstract.roles]
        for place in places:
            alone[place] += 1
        for before, after in pairwise(places):
            steps[before, after] += 1
    return np.log(steps / steps.sum(axis=1, keepdims=True)) - np.log(
        alone / alone.sum()
    )


def score_sections(
    row: dict[str, Any], abstracts: Sequence[Labelled]
) -> dict[str, float]:
    """Return the share of sentences whose role is right.

    `read` counts aims, methods and background as one: only whether a sentence is read,
    and as a result or a conclusion, changes its claims.
    """
    model = SectionModel(row)
    figures = {}
    for apart, shown in ((True, "in parts"), (False, "in one paragraph")):
        pairs = [
            pair
            for abstract in abstracts
            for pair in zip(
                model.decide(abstract.lines(apart), [None] * len(abstract.sentences)),
                abstract.roles,
                strict=True,
            )
        ]
        total = max(1, len(pairs))
        figures[f"role, {shown}"] = round(sum(f == w for f, w in pairs) / total, 4)
        figures[f"read, {shown}"] = round(
            sum(_as_read(f) == _as_read(w) for f, w in pairs) / total, 4
        )
    return figures


def _as_read(role: str) -> str:
    return role if role in ("results", "conclusions") else "unread"


def parted(
    abstracts: Iterable[Labelled], seed: int
) -> tuple[list[Labelled], list[Labelled]]:
    """Return what is trained on, and a tenth of the articles that is held out."""
    trained: list[Labelled] = []
    held: list[Labelled] = []
    for abstract in abstracts:
        (trained if fold(abstract.article, seed) else held).append(abstract)
    return trained, held
