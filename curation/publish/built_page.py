"""What every built page must be: linked to what exists, asking nobody for anything.

The site tool's own strictness covers Markdown links only. Here each finished page
gets a content security policy that names its inline scripts by digest, and is
refused where a link leads nowhere or a resource lies off the site.
"""

import base64
import hashlib
import html
import posixpath
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote, urlsplit

POLICY_MARK = "content-security-policy-of-this-page"
"""Where the theme leaves room for the policy."""

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
_LINK = re.compile(
    r"<(?P<tag>a|area|link|script|img|iframe|source|use|image|video|audio|track|embed)\b"
    r"[^>]*?\s(?:href|src)="
    r"(?:(?P<q>[\"'])(?P<quoted>.*?)(?P=q)|(?P<bare>[^\s>\"']+))"
)
_ID = re.compile(r"id=(?<=\sid=)[\"']?([^\"'\s>]+)")
"""Begins with letters, which are found many times faster than a white space."""
_FOLLOWED = ("a", "area")
"""What a reader follows; anything else is fetched with the page."""


def with_policy(page: str) -> str:
    """Return a page with its policy in place of the mark that the theme left."""
    digests = []
    for script in _SCRIPT.finditer(page):
        attributes = script["attributes"]
        if "src=" in attributes or "application/json" in attributes:
            continue
        digest = hashlib.sha256(script["code"].encode()).digest()
        digests.append(f"'sha256-{base64.b64encode(digest).decode()}'")
    sources = " ".join(["'self'", *dict.fromkeys(digests)])
    policy = (
        f"default-src 'self'; script-src {sources}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
    )
    return page.replace(POLICY_MARK, policy)


def anchors(page: str) -> frozenset[str]:
    """Return the ids that a link may point to."""
    return frozenset(html.unescape(found) for found in _ID.findall(page))


def links(page: str) -> Iterable[tuple[str, str]]:
    """Return every link and resource as element and target, each once."""
    return dict.fromkeys(
        (m["tag"], html.unescape(m["quoted"] if m["q"] else m["bare"]))
        for m in _LINK.finditer(page)
    )


def complaint(
    path: str,
    targets: Iterable[tuple[str, str]],
    files: frozenset[str],
    ids: dict[str, frozenset[str]],
) -> str | None:
    """Return the first thing that is wrong with a page's links, None where nothing is.

    Parameters
    ----------
    path
        The page, below the site.
    targets
        Its `links`.
    files
        Every file of the site.
    ids
        The anchors of every page.
    """
    folder = posixpath.dirname(path)
    for tag, target in targets:
        off, to, fragment = _leads(folder, target)
        if off is not None:
            if off == "data":
                continue
            if tag not in _FOLLOWED or off not in ("https", "http", "mailto"):
                return f"{path} asks for {target}"
            continue
        to = to or path
        if to not in files:
            return f"{path} links to {target}, which does not exist"
        if fragment and to in ids and fragment not in ids[to]:
            return f"{path} links to {target}, which has no such place"
    return None


@lru_cache(maxsize=4096)
def _leads(folder: str, target: str) -> tuple[str | None, str, str]:
    """Return the scheme of a link off the site, else its file and place.

    The file is "" for the page itself. Kept, because the pages of a folder share the
    links of their frame.
    """
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return parts.scheme, "", ""
    to = ""
    if parts.path:
        to = posixpath.normpath(posixpath.join(folder, unquote(parts.path)))
        if target.endswith("/") or to == ".":
            to = posixpath.normpath(posixpath.join(to, "index.html"))
    return None, to, unquote(parts.fragment)
