"""The numbers by which a paper and its trial are known: believed, or not at all."""

import re

from evidence.records import MAX_PMID

_PMID = re.compile(r"[1-9][0-9]{0,8}")
_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_PMCID = re.compile(r"PMC[1-9][0-9]*")

TRIAL_REGISTRIES = frozenset(
    {
        "anzctr",
        "chictr",
        "clinicaltrials.gov",
        "cris",
        "ctis",
        "ctri",
        "drks",
        "eu-ctr",
        "euctr",
        "eudract",
        "irct",
        "isrctn",
        "itmctr",
        "japiccti",
        "jmacct",
        "jprn",
        "jrct",
        "kct",
        "lbctr",
        "nct",
        "ntr",
        "pactr",
        "phrr",
        "rbr",
        "rebec",
        "repec",
        "rpcec",
        "slctr",
        "tctr",
        "umin-ctr",
        "umin ctr",
    }
)
"""DataBankName values that are trial registries, in lower case.

The names are those of NLM, *MEDLINE Databank Sources*,
https://www.nlm.nih.gov/bsd/medline_databank_source.html, with the spellings that
publishers deposit; sequence, compound and data repositories are left out.
"""


def pmid(text: str | None) -> int | None:
    """Return the PMID that `text` is, None where it is anything else."""
    text = (text or "").strip()
    if not _PMID.fullmatch(text):
        return None
    number = int(text)
    return number if number <= MAX_PMID else None


def doi(text: str | None) -> str | None:
    """Return the DOI in `text` without resolver or prefix, in its printed case.

    None where it is no DOI: publishers have deposited PIIs as DOIs, and a link
    made of one leads nowhere.
    """
    text = _DOI_PREFIX.sub("", (text or "").strip())
    return text if _DOI.fullmatch(text) else None


def pmcid(text: str | None) -> str | None:
    """Return the PMC id in `text`: "PMC4015348"."""
    found = _PMCID.search(text or "")
    return found.group() if found else None


def is_trial_registry(name: str | None) -> bool:
    """Return whether a DataBankName is a registry of trials."""
    return (name or "").strip().lower() in TRIAL_REGISTRIES
