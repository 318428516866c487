"""Whether a record can hold claims at all: in people, about this kind of illness.

Animal tests, cell cultures, anaesthesia and other meanings of the disease's word are
turned away before any candidate is looked for. MeSH decides where it is there (animals
and not humans); otherwise the protocol's exclusions do, each with its exceptions.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from curation.extract.folding import folded
from curation.extract.terms import Terms
from evidence.types import Species

Doc.set_extension("mesh", default=())
"""The record's MeSH descriptors."""
Doc.set_extension("species", default=Species.HUMAN)
"""In whom or what the study was made."""
Doc.set_extension("excluded", default=None)
"""Why the record yields no claims, None where it may."""

_KINDS = {"animal": Species.ANIMAL, "in_vitro": Species.IN_VITRO}


def any_of(words: Sequence[str]) -> re.Pattern[str] | None:
    """Return a pattern for any of the words, whole, with plural s."""
    if not words:
        return None
    options = "|".join(
        re.escape(w).replace(r"\ ", r"[\s-]").replace(r"\-", r"[\s-]")
        for w in sorted(words, key=len, reverse=True)
    )
    return re.compile(rf"(?<!\w)(?:{options})s?(?!\w)", re.IGNORECASE)


class Eligibility:
    """Writes `doc._.species` and `doc._.excluded`.

    Parameters
    ----------
    exclusions
        The protocol's rows: id -> {"kind", "scope", "terms", "unless"}.
    condition
        The disease's word, whose other meanings are excluded.
    """

    def __init__(
        self,
        nlp: Language,
        exclusions: Mapping[str, Mapping[str, Any]],
        condition: str,
    ) -> None:
        self._terms = Terms(nlp, {k: row["terms"] for k, row in exclusions.items()})
        self._rows = dict(exclusions)
        self._unless = {k: any_of(row["unless"]) for k, row in exclusions.items()}
        stem = condition.strip().lower().removesuffix("ion")
        self._condition = re.compile(rf"\b\w*{re.escape(stem)}", re.IGNORECASE)

    def read(self, doc: Doc) -> tuple[Species, str | None]:
        """Return the species, and why the record is excluded if it is."""
        mesh = set(doc._.mesh)
        if "Animals" in mesh and "Humans" not in mesh:
            return Species.ANIMAL, "MeSH: animals"
        text = folded(doc)
        covered = 0
        for start, end, key in self._terms.find(doc):
            row = self._rows[key]
            if row["scope"] == "mention":
                covered += 1
                continue
            unless = self._unless[key]
            if unless is not None and unless.search(text):
                continue
            species = _KINDS.get(row["kind"], Species.HUMAN)
            return species, f"{key}: {doc[start:end].text}"
        if covered and len(self._condition.findall(text)) <= covered:
            return Species.HUMAN, "another meaning of the condition's word"
        return Species.HUMAN, None

    def __call__(self, doc: Doc) -> Doc:
        """Write what was read."""
        doc._.species, doc._.excluded = self.read(doc)
        return doc


@Language.factory(
    "eligibility",
    assigns=["doc._.species", "doc._.excluded"],
    default_config={"exclusions": {}, "condition": ""},
)
def create(
    nlp: Language, name: str, exclusions: dict[str, dict[str, Any]], condition: str
) -> Eligibility:
    """Create the component from the protocol's exclusions."""
    return Eligibility(nlp, exclusions, condition)
