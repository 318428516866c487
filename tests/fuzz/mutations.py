"""Inputs that are nearly right: a sound one, cut, doubled and spoilt here and there."""

import random
from collections.abc import Sequence

from hypothesis import strategies as st

EDITS = 6


def mutated(sound: Sequence[str], fragments: Sequence[str]) -> st.SearchStrategy[str]:
    """Return texts that are one of `sound` after a few edits with `fragments`.

    The places of the edits follow from one number, so that an input costs little.
    """
    return st.builds(
        lambda base, seed, edits: _edit(base, fragments, random.Random(seed), edits),
        st.sampled_from(sound),
        st.integers(0, 2**62),
        st.integers(0, EDITS),
    )


def mixed(fragments: Sequence[str], most: int) -> st.SearchStrategy[str]:
    """Return texts made of fragments and of any characters."""
    return st.builds(
        lambda seed, length: _mix(fragments, random.Random(seed), length),
        st.integers(0, 2**62),
        st.integers(0, most),
    )


def _mix(fragments: Sequence[str], chance: random.Random, length: int) -> str:
    return "".join(_fragment(fragments, chance) for _ in range(length))


def _fragment(fragments: Sequence[str], chance: random.Random) -> str:
    if chance.random() < 0.8:
        return chance.choice(fragments)
    code = chance.choice((0x80, 0x3000, 0x110000))
    return chr(chance.randrange(code))


def _edit(
    text: str, fragments: Sequence[str], chance: random.Random, edits: int
) -> str:
    for _ in range(edits):
        at = chance.randint(0, len(text))
        end = min(len(text), at + chance.choice((0, 0, 1, 1, 2, 8, 64)))
        match chance.randrange(4):
            case 0:
                text = text[:at] + text[end:]
            case 1:
                text = text[:at] + text[at:end] * 2 + text[end:]
            case 2 if chance.random() < 0.2:
                text = text[:at]
            case _:
                text = text[:at] + _fragment(fragments, chance) + text[end:]
    return text
