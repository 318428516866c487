"""What stands at the foot of every page: dates, counts, standing sentences."""

from datetime import datetime

from markupsafe import Markup

from curation.publish.catalogue import Catalogue
from curation.publish.markup import plain


def foot(catalogue: Catalogue) -> str:
    """Return the foot as HTML. It stands in the theme, so no page is rewritten."""
    library, counts = catalogue.library, catalogue.counts()
    lines = [
        Markup("Last complete search: {}.").format(_date(library.last_search)),
        Markup("Last decision: {}.").format(_date(library.last_decision)),
        Markup(
            "<b>{}</b> claims of <b>{}</b> studies are accepted by curators; <b>{}</b> "
            "claims are unreviewed and counted nowhere; {} records are held."
        ).format(
            counts["reviewed"],
            counts["studies"],
            counts["unreviewed"],
            counts["records"],
        ),
    ]
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
        Markup('<p class="te-fresh">{} {}</p><ul class="te-standing">{}</ul>').format(
            Markup(" ").join(lines), version, standing
        )
    )


def _date(moment: datetime | None) -> Markup:
    if moment is None:
        return Markup("none yet")
    day = moment.date().isoformat()
    return Markup('<time datetime="{}" data-age>{}</time>').format(day, day)
