"""A numbered list of references as its lines, whole and without markup; pure.

It may stand in Markdown or plain text, alone or at the end of a paper, and be broken
over lines, paragraphs and pages. What belongs to no number is left out; nothing that
belongs to one is.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

MISSING_AT_MOST = 10
"""How many numbers a list may leave out before a number counts as part of a line."""

_HEADING = re.compile(
    r"\s*(?:#{1,6}\s*|\*\*)?(?:\d+\.?\s+)?(?:references?(?: list)?|bibliography|"
    r"literature(?: cited)?|works cited|cited literature)\W*",
    re.IGNORECASE,
)
_NEXT_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_BULLET = re.compile(r"\s*[-*+•‣]\s+")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_MARKER = re.compile(
    r"""\s*(?P<bullet>[-*+•‣]\s+)?(?:<a\b[^>]*>\s*</a>\s*)?
    (?:
      <sup>\s*(?P<raised>\d{1,4})\s*</sup>[.)]?
    | \**\\?\[\^?(?P<bracketed>\d{1,4})\\?\]\**:?
    | \**\(?(?P<dotted>\d{1,4})\\?[.)]\**
    | (?P<superscript>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})
    | (?P<bare>\d{1,4})(?=\s)
    )
    (?:\s+|(?=[^\W\d_\[])|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line of the list."""

    number: int
    text: str
    """As printed, on one line, without markup."""
    items: int = 1
    """Over how many list items it was printed."""


def split(text: str) -> tuple[Numbered, ...]:
    """Return the lines of the list in `text`; none where there is no list.

    A list whose items all carry a 1, as Markdown allows, or that has bullets and no
    numbers, is numbered in its order.
    """
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    lines = _of_the_list(text.replace("\f", "\n").splitlines())
    found = [m for line in lines if (m := _MARKER.match(line))]
    if len(found) > 1 and {_number(m) for m in found} == {1}:
        started = _counted(lines, _MARKER)
    elif found:
        started = _numbered(lines)
    else:
        started = _counted(lines, _BULLET)
    return tuple(item.whole() for item in started)


@dataclass
class _Item:
    number: int
    parts: list[str]
    items: int = 1
    after_gap: list[int] = field(default_factory=list)
    """The parts before which there is an empty line and no bullet."""

    def add(self, line: str, *, gap: bool) -> None:
        bullet = _BULLET.match(line)
        if bullet is not None:
            self.items += 1
            line = line[bullet.end() :]
        elif gap and not line.startswith((" ", "\t")) and len(line.split()) > 1:
            self.after_gap.append(len(self.parts))
        self.parts.append(line)

    def whole(self) -> Numbered:
        joined = ""
        for part in (p.strip() for p in self.parts):
            if joined.endswith("\u00ad"):
                joined = joined[:-1] + part
            elif re.search(r"[^\W\d_]-$", joined) and part[:1].islower():
                joined += part
            else:
                joined = f"{joined} {part}".strip()
        printed = " ".join(joined.split())
        # An item that holds nothing still is a line of the list.
        return Numbered(self.number, unmarked(printed) or f"{self.number}.", self.items)


def _of_the_list(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines below the last heading that says References, to the next."""
    start = 0
    for index, line in enumerate(lines):
        if _HEADING.fullmatch(line) and any(map(_MARKER.match, lines[index + 1 :])):
            start = index + 1
    if start == 0:
        return lines
    rest = lines[start:]
    ends = (i for i, line in enumerate(rest) if i and _NEXT_HEADING.match(line))
    return rest[: next(ends, len(rest))]


def _number(marker: re.Match[str]) -> int:
    digits = next(marker[name] for name in _STYLES if marker[name] is not None)
    return int(digits.translate(_SUPERSCRIPTS))


_STYLES = ("raised", "bracketed", "dotted", "superscript", "bare")


def _numbered(lines: Sequence[str]) -> list[_Item]:
    found: list[_Item] = []
    styles: set[str] = set()
    gap = False
    for line in lines:
        if not line.strip():
            gap = True
            continue
        marker = _MARKER.match(line)
        if marker and _starts(marker, found[-1].number if found else None, styles):
            styles.add(str(marker.lastgroup))
            found.append(_Item(_number(marker), [line[marker.end() :]]))
        elif found:
            if marker and marker.lastgroup in styles - {"bare"}:
                # Most likely a number printed twice: not two lines of one number,
                # but told to be two.
                found[-1].items += marker["bullet"] is None
            found[-1].add(line, gap=gap)
        gap = False
    if found and found[-1].after_gap:
        # Below the last line of a list stands what comes after it.
        last = found[-1]
        del last.parts[last.after_gap[0] :]
    return found


def _starts(marker: re.Match[str], last: int | None, styles: set[str]) -> bool:
    """Return whether a number is the list's next one and not part of a line."""
    style, number = str(marker.lastgroup), _number(marker)
    firm = marker["bullet"] is not None or style in styles
    if last is None:
        return number > 0 and (style != "bare" or firm or number == 1)
    if number == last + 1:
        return style != "bare" or firm
    if style == "bare" and marker["bullet"] is None:
        return False
    return firm and last < number <= last + MISSING_AT_MOST + 1


def _counted(lines: Sequence[str], start: re.Pattern[str]) -> list[_Item]:
    """Return the lines that begin with a sign, numbered in their order."""
    found: list[_Item] = []
    for line in filter(str.strip, lines):
        begun = start.match(line)
        if begun is not None:
            found.append(_Item(len(found) + 1, [line[begun.end() :]]))
        elif found:
            found[-1].add(line, gap=False)
    return found


_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_PRIVATE = 0xE000
_RESTORED = {_PRIVATE + code: chr(code) for code in range(0x21, 0x7F)}
_AUTOLINK = re.compile(r"<((?:https?://|mailto:|10\.\d{4})[^<>\s]+)>")
_LINK = re.compile(
    r"""\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\]
    \((?P<target>(?:https?://|doi:|www\.|\#|mailto:)(?:[^()\s]|\([^()\s]*\))*)
    (?:\s+"[^"]*")?\)""",
    re.VERBOSE,
)
_SERVICE = re.compile(
    r"\W*(?:cross-?ref|doi|link|(?:free )?full text|publisher|pubmed|google scholar|"
    r"pmc free article)\W*",
    re.IGNORECASE,
)
_SERVICES = re.compile(
    r"\s*\[(?:cross-?ref|pubmed|google scholar|pmc free article)\]", re.IGNORECASE
)
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?![\w*])|"
    r"(?<![\w_])(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\3(?![\w_])"
)
_TAG = re.compile(
    r"</?(?:i|b|em|strong|sub|span|a|u|p|li|font|small|cite)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def unmarked(text: str) -> str:
    """Return a line of Markdown or HTML as it is printed, an address for its link."""
    text = _ESCAPED.sub(lambda m: chr(_PRIVATE + ord(m[1])), text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _SERVICES.sub("", _LINK.sub(_linked, text))
    text = _EMPHASIS.sub(lambda m: m[2] or m[4], text)
    text = re.sub(r"<br\s*/?>", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"<sup>", "^", text, flags=re.IGNORECASE)
    text = re.sub(r"</sup>", "", text, flags=re.IGNORECASE)
    text = html.unescape(_TAG.sub("", text)).translate(_RESTORED)
    text = re.sub("[\u200b-\u200d\u2060\ufeff\u00ad]", "", text)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _linked(link: re.Match[str]) -> str:
    label, target = link["label"].strip(), link["target"]
    if target.startswith("#"):
        return label
    if _SERVICE.fullmatch(label):
        return target if "doi.org/" in target else ""
    if re.match(r"(?:https?:|www\.|doi|10\.)", label, re.IGNORECASE):
        return target
    return f"{label} {target}"
