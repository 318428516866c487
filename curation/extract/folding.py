"""The same text, position for position, with one sign for each dash, quote and point.

Papers print "−2.3", "0·05" and "p\u2009<\u2009.05". Reading rules look at the folded
text; because no character is added or removed, every offset is that of the stored
text, which is what gets quoted.
"""

from spacy.tokens import Doc

_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−⁻", "-"),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("\u00a0\u1680\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
        **dict.fromkeys("\t\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029", " "),
        "·": ".",
        "∙": ".",
        "⋅": ".",
        "≤": "<",
        "⩽": "<",
        "≥": ">",
        "⩾": ">",
    }
)


def raw(doc: Doc) -> str:
    """Return the Doc's text; spaCy joins it anew at every asking, so it is kept."""
    return str(doc.user_data.setdefault("text", None) or _keep(doc, "text", doc.text))


def keep_raw(doc: Doc, text: str) -> Doc:
    """Return a Doc that knows the text it was made of, so that none is joined again."""
    doc.user_data["text"] = text
    return doc


def folded(doc: Doc) -> str:
    """Return the Doc's folded text, folded once."""
    return str(
        doc.user_data.setdefault("folded", None) or _keep(doc, "folded", fold(raw(doc)))
    )


def _keep(doc: Doc, key: str, text: str) -> str:
    doc.user_data[key] = text
    return text


def fold(text: str) -> str:
    """Return `text` with typographic variants unified; the length stays the same."""
    return text.translate(_FOLDED)
