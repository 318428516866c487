"""Where things stand in the built site. Addresses are permanent and made of slugs.

Pages end in `.html`, so that a site copied to a disk can be read without a server.
"""

import hashlib
import re
from uuid import UUID, uuid5

from evidence.claims import Claim

_UNSAFE = re.compile(r"[^a-z0-9]+")

MAP = "index.html"
SYSTEMS = "systems.html"
TREATMENTS = "treatments/index.html"
DOMAINS = "domains/index.html"
STUDIES = "studies/index.html"
REVIEW = "review.html"
PARTED = "where-they-part.html"
SEARCHES = "methods/searches.html"
FLOW = "methods/flow.html"
SCORES = "methods/scores.html"
REFERENCES = "references.html"
NEWS = "what-is-new.html"
DOWNLOADS = "downloads/index.html"
RELEASES = "releases/index.html"

_NAMESPACE = UUID("10ee8c62-2d49-40cf-8e1f-f869ae9c4067")


def treatment(slug: str) -> str:
    """Return the address of a treatment's page."""
    return f"treatments/{slug}/index.html"


def cell(treatment_slug: str, domain_slug: str) -> str:
    """Return the address of the page of a treatment in a domain."""
    return f"treatments/{treatment_slug}/{domain_slug}.html"


def domain(slug: str) -> str:
    """Return the address of a domain's page."""
    return f"domains/{slug}.html"


def study(identifier: str) -> str:
    """Return the address of a study's page.

    Registry numbers hold slashes and capitals. Where the plain spelling does not
    lead back to the number, a digest keeps two numbers from sharing a page.
    """
    slug = _UNSAFE.sub("-", identifier.lower()).strip("-")[:60]
    if slug not in (identifier, identifier.lower()):
        slug += "-" + hashlib.sha256(identifier.encode()).hexdigest()[:6]
    return f"studies/{slug}.html"


def claim(found: Claim) -> str:
    """Return the permanent address of a claim: its place on its study's page."""
    return f"{study(found.study)}#{found.id}"


def claim_page(identifier: str) -> str:
    """Return the address that a claim keeps whatever study it is found to belong to.

    It leads on to `claim`.
    """
    return f"claims/{identifier[1]}.html#{identifier}"


def release(number: int) -> str:
    """Return the address of a release's page."""
    return f"releases/{number}.html"


def feed(kind: str, *slugs: str) -> str:
    """Return the address of a feed, without the ending of its format."""
    return "/".join(("feeds", kind, *slugs)) if slugs else f"feeds/{kind}"


def cell_files(treatment_slug: str, domain_slug: str) -> str:
    """Return the address of a cell's own files, without the ending of a format."""
    return f"downloads/cells/{treatment_slug}--{domain_slug}"


def uuid(kind: str, *parts: object) -> str:
    """Return the identifier of a thing in feeds and exchange formats, for good.

    The same kind and parts give the same UUID on every machine (version 5, RFC 9562).
    """
    return str(uuid5(_NAMESPACE, "/".join([kind, *map(str, parts)])))


def reference(number: int) -> str:
    """Return the address of a line of the review's reference list."""
    return f"{REFERENCES}#ref-{number}"


def source(address: str) -> str:
    """Return the Markdown file that an address is built from."""
    return address.removesuffix(".html") + ".md"


def root(address: str) -> str:
    """Return what leads from a page to the top of the site: "", "../", "../../"."""
    return "../" * address.count("/")
