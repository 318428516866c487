"""A tokenizer for this literature: `p<.05`, `HAM-D-17`, `fluoxetine/olanzapine`.

spaCy's English rules keep "p<.05" and "D-17" whole and would hide the words in
them. Here a hyphen or slash between letters or digits always splits, so that a term
of the protocol is found inside "ketamine-treated" and "fluoxetine/olanzapine", and
numbers keep their sign and their decimal mark, also the middle dot of The Lancet.

Source: https://spacy.io/usage/linguistic-features#native-tokenizers
"""

import re
from collections.abc import Iterator
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from curation.extract.folding import keep_raw

_PREFIXES = (
    r"[(\[{<>=≤≥≈~±×+*#§%&/;:,!?\"'“”‘’«»…|]",
    r"[-–—‐‑−](?=\D)",
    r"\.\.+",
)
_SUFFIXES = (
    r"[)\]}<>=≤≥≈~±×+*#§%&/;:,!?\"'“”‘’«»…|®™†‡]",
    r"[-–—‐‑−]",
    r"['’][sS]",
    r"(?<=[^\W_])\.",
    r"(?<=[)\]%\"”])\.",
    r"\.\.+",
)
_INFIXES = (
    r"(?<=[^\W_])[-–—‐‑−/](?=[^\W_(\[])",
    r"(?<=[)\]])[-–—‐‑−/]",
    r"[<>=≤≥≈±×~+()\[\]{}|®™;:\"“”…]",
    r"(?<!\d),|,(?!\d)",
    r"(?<=[^\W\d_]{2})\.(?=[A-Z])",
    r"(?<=\))\.(?=[A-Z])",
)


_WHOLE = ("vs.", "e.g.", "i.e.")


_LONGEST = 500
_RUN = re.compile(rf"\S{{{2 * _LONGEST}}}")


def make_doc(nlp: Language, text: str) -> Doc:
    """Return the tokens of a text; a run without spaces is cut where nobody reads it.

    spaCy takes affixes off one by one, so that a hundred thousand brackets in a row
    would keep it busy for minutes.
    """
    if _RUN.search(text) is None:
        return keep_raw(nlp.make_doc(text), text)
    words: list[str] = []
    spaces: list[bool] = []
    for start, end in _pieces(text):
        for token in nlp.make_doc(text[start:end]):
            words.append(token.text)
            spaces.append(bool(token.whitespace_))
    return Doc(nlp.vocab, words=words, spaces=spaces)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that are read at a time."""
    at = 0
    for match in _RUN.finditer(text):
        if match.start() > at:
            yield at, match.start()
        for start in range(match.start(), match.end(), _LONGEST):
            yield start, min(start + _LONGEST, match.end())
        at = match.end()
    if at < len(text):
        yield at, len(text)


def adapt(nlp: Language) -> None:
    """Make the pipeline's tokenizer split where this literature joins words."""
    tokenizer: Any = nlp.tokenizer
    tokenizer.rules = {word: [{"ORTH": word}] for word in _WHOLE}
    tokenizer.prefix_search = compile_prefix_regex(_PREFIXES).search
    tokenizer.suffix_search = compile_suffix_regex(_SUFFIXES).search
    tokenizer.infix_finditer = compile_infix_regex(_INFIXES).finditer
    tokenizer.token_match = None
    tokenizer.url_match = None
