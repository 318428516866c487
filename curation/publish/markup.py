"""Text of records on pages: what is written must be what is read, and no tag born.

Record text goes through Jinja's autoescape into raw HTML blocks, which Markdown
leaves alone. The few places that Markdown itself reads (the first heading, words of
the protocol inside prose) take `markdown`; front matter takes `front_matter`,
because MkDocs writes titles into pages unescaped.
"""

import html
import re
import string
from typing import Any

from markupsafe import Markup

_WHITESPACE = re.compile(r"\s+")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
)
_ENTITIES = {ord(c): f"&#{ord(c)};" for c in string.punctuation}

LONGEST_QUOTE = 600
"""Characters of a quote that a page shows; the rest is one link away."""


def plain(text: str) -> str:
    """Return `text` on one line, with characters that no page can show replaced."""
    return _UNPRINTABLE.sub("\ufffd", _WHITESPACE.sub(" ", text)).strip()


def markdown(text: str) -> Markup:
    """Return `text` so that Markdown and HTML both read it as the text it is.

    Every ASCII punctuation character becomes an entity: backslashes are read
    differently by extensions, entities by none.

    >>> str(markdown("A*B*"))
    'A&#42;B&#42;'
    """
    return Markup(plain(text).translate(_ENTITIES))


def front_matter(title: str, **keys: Any) -> str:
    """Return a page's front matter; the title is safe where MkDocs writes it raw.

    Parameters
    ----------
    title
        The title as text.
    **keys
        Further keys, with values that JSON can write.
    """
    lines = [f"title: {_yaml(html.escape(plain(title)))}"]
    for key, value in keys.items():
        lines.append(f"{key}: {_flow(value)}")
    return "\n".join(["---", *lines, "---", "", ""])


def _flow(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _yaml(html.escape(plain(value)))
    if isinstance(value, dict):
        inner = ", ".join(f"{k}: {_flow(v)}" for k, v in value.items())
        return "{" + inner + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return str(value)


def _yaml(text: str) -> str:
    """Write a double-quoted YAML scalar; JSON's surrogate pairs are not YAML."""
    written = []
    for char in text:
        code = ord(char)
        if char in '"\\':
            written.append("\\" + char)
        elif 0x20 <= code < 0x7F:
            written.append(char)
        else:
            written.append(f"\\U{code:08x}")
    return '"' + "".join(written) + '"'


def shown(value: Any) -> Any:
    """Prepare what Jinja is about to escape: one line, nothing unprintable."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _UNPRINTABLE.sub("\ufffd", value)
    return value


def excerpt(quote: str) -> str:
    """Return a quote as pages show it, cut where it is longer than a sentence."""
    if len(quote) <= LONGEST_QUOTE:
        return quote
    return quote[:LONGEST_QUOTE].rstrip() + " […]"
