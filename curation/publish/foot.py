"""What stands at the foot of every page: standing sentences, and room for dates."""

import json
from datetime import datetime

from markupsafe import Markup

from curation.publish.catalogue import Catalogue
from curation.publish.markup import plain


def foot(catalogue: Catalogue) -> str:
    """Return the foot as HTML. It stands in the theme, so no page is rewritten.

    Dates and counts are put in by the reader's browser, from `freshness`.
    """
    standing = Markup("").join(
        Markup("<li>{}</li>").format(plain(line))
        for line in catalogue.protocol.words.standing
    )
    version = Markup("Protocol {}, version {}, {}.").format(
        catalogue.protocol.id,
        catalogue.protocol.version,
        catalogue.protocol.sha256[:12],
    )
    return str(
        Markup('<p class="te-fresh">{}</p><ul class="te-standing">{}</ul>').format(
            version, standing
        )
    )


def freshness(catalogue: Catalogue) -> str:
    """Return the one small file that says how fresh the whole site is.

    A night that finds nothing new changes it and, of the pages, only the map's.
    """
    library, counts = catalogue.library, catalogue.counts()
    shown = ("reviewed", "studies", "unreviewed", "records")
    told = {
        "search": _day(library.last_search),
        "decision": _day(library.last_decision),
        **{name: counts[name] for name in shown},
    }
    return f"window.freshness={json.dumps(told)};\n"


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.date().isoformat()
