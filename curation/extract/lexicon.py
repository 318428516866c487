"""Cue phrases: how they are written in the lexicons, and how they are found.

A phrase is plain words with three signs: `(a|b)` for alternatives, where `(a|)` may
be absent; `*` at a word's end for any ending; `...` for up to five words between.
Words match whole, in any case; a space also matches a hyphen. Each entry has its
reading and an example sentence, and the tests find every phrase in its example.

Source: the trigger files of NegEx and ConText (Chapman 2001, Harkema 2009).
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from curation.errors import ExtractorError

FOLDER = Path(__file__).parent / "lexicons"

_WORD = re.compile(r"[^\W_]+")
_SPACE = r"[\s\-–‐‑]+"
_GAP = r"(?:[\s\-–‐‑]+[^\s;:\-–‐‑]{1,40}){0,5}?[\s\-–‐‑]+"
_KEY = 3
_NO_CUE = ("ignored", "pseudo")
_OWN_KEYS = frozenset({"phrase", "reading", "example"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase of a lexicon with its reading."""

    phrase: str
    reading: str
    example: str
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else the entry says: a nuance, a weight, that it compares."""


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found in a text; offsets are those of the text that was searched."""

    start: int
    end: int
    entry: Entry


_PIECE = re.compile(r"\.\.\.|\([^()]*\)|\s+|[^\s()]+?(?=\.\.\.|[\s()]|$)")


def compile_phrase(phrase: str) -> str:
    """Return the regular expression of a phrase; it cannot backtrack without bound.

    Examples
    --------
    >>> bool(re.fullmatch(compile_phrase("(no|not) improv*"), "no improvement"))
    True
    """
    pieces = _PIECE.findall(phrase.replace(" ... ", "..."))
    out: list[str] = []
    skip_space = False
    for place, piece in enumerate(pieces):
        if piece == "...":
            out.append(_GAP)
        elif piece.isspace():
            if not skip_space:
                out.append(_SPACE)
        elif piece.startswith("("):
            options = piece[1:-1].split("|")
            words = "|".join(_words(o) for o in options if o)
            if "" not in options:
                out.append(f"(?:{words})")
            elif place + 1 < len(pieces) and pieces[place + 1].isspace():
                out.append(f"(?:(?:{words}){_SPACE})?")
                skip_space = True
                continue
            elif out and out[-1] == _SPACE:
                out[-1] = f"(?:{_SPACE}(?:{words}))?"
            else:
                out.append(f"(?:{words})?")
        else:
            out.append(_words(piece))
        skip_space = False
    return "".join(out)


def _words(text: str) -> str:
    escaped = re.escape(text).replace(r"\*", r"[^\W_]*")
    return re.sub(r"(?:\\-|\\ )+", lambda _: _SPACE, escaped)


def first_words(phrase: str) -> set[str]:
    """Return the beginnings, three letters long, with which a phrase can start."""
    if phrase.startswith("("):
        inner = phrase[1 : phrase.index(")")]
        rest = phrase[phrase.index(")") + 1 :].lstrip()
        starts = set()
        for option in inner.split("|"):
            starts |= first_words(option) if option else first_words(rest)
        return starts
    word = _WORD.match(phrase)
    if word is None:
        raise ExtractorError(f"lexicon phrase {phrase!r} must start with a word")
    return {word[0][:_KEY].lower()}


class Phrasebook:
    """The entries of a lexicon, found from left to right without overlap.

    Only entries that share their first letters with a word are tried at that word,
    so the time does not grow with the number of entries.
    """

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries
        self._by_start: dict[str, list[tuple[re.Pattern[str], Entry]]] = {}
        # Of two phrases that end alike, the one that says "no cue" holds.
        for entry in sorted(
            entries, key=lambda e: (e.reading not in _NO_CUE, -len(e.phrase))
        ):
            pattern = re.compile(
                compile_phrase(entry.phrase) + r"(?![^\W_])", re.IGNORECASE
            )
            for start in first_words(entry.phrase):
                self._by_start.setdefault(start, []).append((pattern, entry))

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[Found]:
        """Return what stands in `text[start:end]`, the longest phrase at each word."""
        return list(self._scan(text, start, len(text) if end is None else end))

    def _scan(self, text: str, start: int, end: int) -> Iterator[Found]:
        reached = start
        by_start = self._by_start
        for word in _WORD.finditer(text, start, end):
            at = word.start()
            if at < reached:
                continue
            best: tuple[int, Entry] | None = None
            for pattern, entry in by_start.get(word[0][:_KEY].lower(), ()):
                found = pattern.match(text, at, end)
                if found and (best is None or found.end() > best[0]):
                    best = found.end(), entry
            if best is not None:
                yield Found(at, best[0], best[1])
                reached = best[0]


@cache
def load(name: str) -> Phrasebook:
    """Return the lexicon `name`, read once.

    Raises
    ------
    ExtractorError
        Where the file is not TOML, or an entry lacks phrase, reading or example.
    """
    path = FOLDER / f"{name}.toml"
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["cue"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise ExtractorError(f"lexicon {path.name} cannot be read: {error}") from None
    entries = []
    for number, row in enumerate(rows, 1):
        if missing := _OWN_KEYS - row.keys():
            raise ExtractorError(
                f"{path.name}, entry {number}: {', '.join(sorted(missing))} missing"
            )
        more = {k: v for k, v in row.items() if k not in _OWN_KEYS}
        entries.append(Entry(row["phrase"], row["reading"], row["example"], more))
    return Phrasebook(tuple(entries))


def digest() -> str:
    """Return a sha256 over the bytes of every lexicon, in the order of their names."""
    sha = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.toml")):
        sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()
