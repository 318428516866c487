"""Clauses: stretches of a sentence in which cue, outcome and arms belong together.

A sentence is cut at semicolons, contrasts ("but", "whereas", "although", "however"),
exceptions ("except"), and at "and" only where both sides hold an outcome and a cue of
their own. "But not" keeps what it denies.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_HARD = re.compile(
    r";\s|,?\s(?:but|whereas|while|although|though|however|yet|despite|except(?: for)?|"
    r"with the exception of|in contrast|conversely)\b,?\s?|"
    r",?\swith(?=\sno\s(?:[\w-]+\s){0,3}"
    r"(?:differences?|advantages?|superiority|separation)\b)|"
    r",\swith(?=\s[\w -]{2,60}\s(?:showing|demonstrating|having|achieving|exhibiting|"
    r"reporting|producing|being)\b)|"
    r",?\s(?:and\s|but\s)?(?=without\s(?:any\s)?(?:\w+\s){0,3}differences?\b)|"
    r",\s(?:as|so) (?!well)",
    re.IGNORECASE,
)
_FINITE = re.compile(
    r"\b(?:was|were|had|has|have|did|is|are|showed|recovered|improved|increased|"
    r"decreased|found|reported|produced|demonstrated|led|experienced)\b",
    re.IGNORECASE,
)
_SAME_SUBJECT = re.compile(
    r"(?:was|were|is|are)\s(?:\w+ly\s)?(?:greater|larger|smaller|higher|lower|more|less|"
    r"similar|comparable)\b",
    re.IGNORECASE,
)
_SOFT = re.compile(r",?\s(?:and|as well as)\s")
_OPENS = re.compile(r"\s*(?:although|while|whereas|though|despite|even though)\b", re.I)
_BUT_NOT = re.compile(
    r",?\s*(?:but|and)\s(?:did |was |were |had |with )?(?:not|no)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause's place in the folded text, and the word that opens it."""

    start: int
    end: int
    opener: str = ""
    """`but`, `but not`, `except`, `whereas`, ...; empty for the first."""


def split(
    text: str,
    start: int,
    end: int,
    complete: Callable[[int, int], bool],
    opens: Callable[[int, int], bool] | None = None,
) -> list[Clause]:
    """Return the clauses of the sentence `text[start:end]`.

    Parameters
    ----------
    complete
        Tells whether a stretch of the text holds an outcome and a cue.
    opens
        Tells whether a stretch opens a statement, and not with the rest of a list:
        "(decreases in A and) B, and increases in C".
    """
    cuts: list[tuple[int, int, str]] = []
    if opened := _OPENS.match(text, start, end):
        comma = text.find(", ", opened.end(), end)
        while comma != -1 and not (
            complete(comma, end)
            and (complete(start, comma) or _FINITE.search(text, start, comma))
        ):
            comma = text.find(", ", comma + 1, end)
        if comma != -1:
            cuts.append((comma, comma + 2, "but"))
    for match in _HARD.finditer(text, start, end):
        if match.start() <= start + 1 or _inside_brackets(text, start, match.start()):
            continue
        opener = re.sub(r"[^a-z ]", "", match[0].lower()).strip() or match[0].strip()
        if (
            opener == "but"
            and not complete(start, match.start())
            and not (
                _FINITE.search(text, start, match.start())
                and (
                    complete(match.end(), end)
                    or _BUT_NOT.match(text, match.start(), end)
                )
            )
        ):
            continue
        if opener == "but" and _BUT_NOT.match(text, match.start(), end):
            opener = "but not"
        cuts.append((match.start(), match.end(), opener))
    cuts.sort()
    clauses: list[Clause] = []
    at, opener = start, ""
    for cut, resume, word in cuts:
        if cut < at:
            continue
        clauses.append(Clause(at, cut, opener))
        at, opener = resume, word
    clauses.append(Clause(at, end, opener))
    out: list[Clause] = []
    for clause in clauses:
        out.extend(_soften(text, clause, complete, opens))
    return out


def _soften(
    text: str,
    clause: Clause,
    complete: Callable[[int, int], bool],
    opens: Callable[[int, int], bool] | None,
) -> list[Clause]:
    """Cut at commas and "and" where each side is a statement of its own."""
    out: list[Clause] = []
    at, opener = clause.start, clause.opener
    if not complete(at, clause.end):
        return [clause]
    for match in _SOFT.finditer(text, clause.start, clause.end):
        if match.start() <= at or _inside_brackets(text, at, match.start()):
            continue
        if _SAME_SUBJECT.match(text, match.end()):
            # "A decrease of ten points and was larger than ...": still the decrease.
            continue
        if (
            complete(at, match.start())
            and complete(match.end(), clause.end)
            and (opens is None or opens(match.end(), clause.end))
        ):
            out.append(Clause(at, match.start(), opener))
            at, opener = match.end(), "and"
    out.append(Clause(at, clause.end, opener))
    return out


def _inside_brackets(text: str, start: int, at: int) -> bool:
    """Return whether a bracket that opened before `at` is still open."""
    window = max(start, at - 400)
    return any(
        text.count(one, window, at) > text.count(other, window, at)
        for one, other in ("()", "[]")
    )
