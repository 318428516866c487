"""PubMed's dates, as precise as they are printed and never more.

A publication date is a year with perhaps a month and a day, a season ("Winter"), or
MedlineDate, which is free text ("1998 Dec-1999 Jan"). The year can always be found;
a month is only taken from a Month element, so none is ever invented.
"""

import re
from datetime import date

from evidence.records import PartialDate, normalise

_YEAR = re.compile(r"(?<![0-9])(1[0-9]{3}|20[0-9]{2})(?![0-9])")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "september", "sept"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}


def year(text: str | None) -> int | None:
    """Return the first year in `text`: 1998 of "1998 Dec-1999 Jan"."""
    found = _YEAR.search(text or "")
    return int(found.group()) if found else None


def month(text: str | None) -> int | None:
    """Return the month that `text` is: 3 of "Mar", "03" or "March"."""
    printed = (text or "").strip().lower().rstrip(".")
    if printed.isascii() and printed.isdigit():
        number = int(printed)
        return number if 1 <= number <= 12 else None
    return _MONTHS.get(printed)


def partial(
    year_text: str | None,
    month_text: str | None = None,
    day_text: str | None = None,
    free_text: str | None = None,
) -> PartialDate | None:
    """Return a publication date, None where not even the year can be read.

    Parameters
    ----------
    year_text, month_text, day_text
        The elements Year, Month and Day.
    free_text
        A MedlineDate, or a Season: kept as the date's printed form.
    """
    if free_text is not None:
        raw = normalise(f"{year_text or ''} {free_text}")
        found = year(raw)
        return PartialDate(found, raw=raw) if found is not None else None
    found = year(year_text)
    if found is None:
        return None
    in_month = month(month_text)
    if in_month is None:
        # A month that cannot be read ("Jan-Feb" in Month) is kept as printed.
        printed = normalise(f"{year_text} {month_text}") if month_text else None
        return PartialDate(found, raw=printed)
    whole = day(str(found), str(in_month), day_text)
    return PartialDate(found, in_month, whole.day if whole else None)


def day(
    year_text: str | None, month_text: str | None, day_text: str | None
) -> date | None:
    """Return a calendar day, None where it is incomplete or does not exist."""
    in_year, in_month = year(year_text), month(month_text)
    printed = (day_text or "").strip()
    if in_year is None or in_month is None:
        return None
    if not (printed.isascii() and printed.isdigit()):
        return None
    try:
        return date(in_year, in_month, int(printed))
    except ValueError:
        return None
