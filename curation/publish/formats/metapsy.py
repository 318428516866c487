"""Comparisons of randomised trials in the columns of the Metapsy data standard.

Source: Metapsy project, *Data Format*, https://docs.metapsy.org/data-preparation/
format/: a row for each comparison and outcome, semicolons between columns, `NA` for
what is missing, no semicolon inside a value.

Abstracts fill the columns of study design and hardly ever those of effect sizes.
Nothing is computed from a printed sentence: means, events and pre-calculated effects
stay `NA`, and what the abstract prints stands in columns of our own behind them.
"""

import csv
import io
import re
from collections.abc import Iterator

from curation.publish.catalogue import Catalogue
from curation.publish.data_dictionary import DataField
from curation.publish.formats.spreadsheet import guarded
from curation.publish.markup import plain
from evidence.cells import DEMONSTRATION, PUBLISHED
from evidence.claims import Claim
from evidence.findings import comparison
from evidence.types import Design, TimeBand
from evidence.vocabulary import ComparatorClass

MISSING = "NA"
STUDY_COLUMNS = (
    *("study", "condition_arm1", "condition_arm2", "multi_arm1", "multi_arm2"),
    *("outcome_type", "instrument", "time", "time_weeks", "rating"),
)
EFFECT_COLUMNS = (
    *("mean_arm1", "mean_arm2", "sd_arm1", "sd_arm2", "n_arm1", "n_arm2"),
    *("mean_change_arm1", "mean_change_arm2", "sd_change_arm1", "sd_change_arm2"),
    *("n_change_arm1", "n_change_arm2", "event_arm1", "event_arm2"),
    *("totaln_arm1", "totaln_arm2", "precalc_g", "precalc_g_se"),
    *("precalc_log_rr", "precalc_log_rr_se"),
)
"""Columns of the standard that an abstract's sentence cannot fill; always `NA`."""
TOOL_COLUMNS = (
    *(".id", ".g", ".g_se", ".log_rr", ".log_rr_se", ".event_arm1", ".event_arm2"),
    *(".totaln_arm1", ".totaln_arm2"),
)
OWN_COLUMNS = (
    *("year", "pmid", "doi", "trial", "domain", "role", "direction", "nuance"),
    *("effect_printed", "interval_printed", "p_printed", "n_total", "population"),
    *("time_printed", "comparator_class", "reviewed_on"),
)
COLUMNS = (*STUDY_COLUMNS, *EFFECT_COLUMNS, *TOOL_COLUMNS, *OWN_COLUMNS)
DELIMITER = ";"

_STANDARD = "Column of the Metapsy data standard"
_MEANINGS = {
    "study": "First author and year",
    "condition_arm1": "Treatment, as its slug here",
    "condition_arm2": "Comparator, as its slug here",
    "outcome_type": "response, remission or deterioration where the outcome is one",
    "instrument": "Outcome measure, as its slug here",
    "time": "post: acute phase; follow-up: later",
    "time_weeks": "Only where the abstract prints plain weeks",
    ".id": "Permanent identifier of the claim",
    "trial": "The study it belongs to: the unit of counting",
    "direction": "For the patient, as authors report",
    "n_total": "Participants of the study; arms are not known",
}
_INTEGERS = ("year", "pmid", "n_total", "time_weeks")
FIELDS = tuple(
    DataField(
        name,
        _MEANINGS.get(name)
        or (
            "Own column, as in claims.csv"
            if name in OWN_COLUMNS
            else f"{_STANDARD}; not filled from abstracts"
        ),
        {
            "type": [
                "integer"
                if name in _INTEGERS
                else "number"
                if name in EFFECT_COLUMNS or name in TOOL_COLUMNS[1:]
                else "string",
                "null",
            ]
        },
    )
    for name in COLUMNS
)

_RANDOMISED = (Design.RANDOMISED, Design.RANDOMISED_CROSSOVER)
_WEEKS = re.compile(r"(?:week (\d{1,3})|(\d{1,3})[ -]weeks?)", re.IGNORECASE)
_EVENTS = {"respon": "response", "remi": "remission", "deteriorat": "deterioration"}


def metapsy(catalogue: Catalogue) -> bytes:
    """Return the accepted comparisons of randomised trials."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=DELIMITER, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(catalogue):
        writer.writerow([_value(row.get(name)) for name in COLUMNS])
    return out.getvalue().encode(errors="replace")


def rows(catalogue: Catalogue) -> Iterator[dict[str, object]]:
    """Yield the columns that are filled, one row for each claim that may count."""
    sources = DEMONSTRATION if catalogue.library.demonstration else PUBLISHED
    for _, claim in sorted(catalogue.library.claims.items()):
        if claim.draft.design in _RANDOMISED and claim.is_eligible(sources):
            kind = comparison(claim.draft, catalogue.protocol)
            if kind is not ComparatorClass.WITHIN_GROUP:
                yield _row(claim, kind, catalogue)


def _row(
    claim: Claim, kind: ComparatorClass, catalogue: Catalogue
) -> dict[str, object]:
    draft = claim.draft
    record = catalogue.record(draft.pmid)
    weeks = _WEEKS.fullmatch((draft.timepoint or "").strip())
    late = draft.time_band is not TimeBand.ACUTE
    label = catalogue.study_label(claim.study)
    name, _, year = label.rpartition(" ")
    return {
        "study": f"{name}, {year}" if name and year.isdecimal() else label,
        "condition_arm1": draft.treatment,
        "condition_arm2": draft.comparator,
        "outcome_type": next(
            (v for k, v in _EVENTS.items() if k in (draft.outcome or "").lower()), None
        ),
        "instrument": draft.measure,
        "time": "follow-up" if late else "post",
        "time_weeks": (weeks[1] or weeks[2]) if weeks else None,
        ".id": claim.id,
        "year": claim.year,
        "pmid": draft.pmid,
        "doi": record.doi if record else None,
        "trial": claim.study,
        "domain": draft.domain,
        "role": draft.role.value,
        "direction": draft.direction.value,
        "nuance": draft.nuance.value if draft.nuance else None,
        "effect_printed": draft.effect,
        "interval_printed": draft.interval,
        "p_printed": draft.p,
        "n_total": draft.n,
        "population": draft.population,
        "time_printed": draft.timepoint,
        "comparator_class": kind.value,
        "reviewed_on": claim.decided_at.date().isoformat()
        if claim.decided_at
        else None,
    }


def _value(value: object) -> object:
    if value is None:
        return MISSING
    text = plain(str(value)).replace(DELIMITER, ",").strip()
    return guarded(text) if text else MISSING
