"""Pages of studies: every claim with its quote, reports that belong together."""

from collections.abc import Iterator
from dataclasses import dataclass

from curation.publish import addresses, labels, tables
from curation.publish.catalogue import Catalogue
from curation.publish.page import Page, compose
from evidence.claims import STUDY_OF_RECORD, Claim
from evidence.decisions import Status
from evidence.library import LinkSource
from evidence.records import Record, Retraction


@dataclass(frozen=True, slots=True)
class Report:
    """One record of a study."""

    record: Record
    authors: str
    place: str
    banners: tuple[str, ...]
    numbers: tuple[int, ...]
    """The review's references that resolve to it."""


@dataclass(frozen=True, slots=True)
class StudyClaim:
    """A claim on its study's page; its anchor is permanent."""

    row: tables.ClaimRow
    cell_address: str
    cell_label: str
    section: str | None
    withdrawn: bool
    digest: bool


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Yield the list of studies, then a page for each study with a claim."""
    found = catalogue.claims_by_study
    rows = []
    for study, claims in found.items():
        counted = [c for c in claims if c.status.counts]
        years = [c.year for c in claims if c.year is not None]
        treatments = dict.fromkeys(c.draft.treatment for c in (counted or claims))
        rows.append(
            (
                catalogue.study_label(study),
                addresses.study(study),
                max(years, default=None),
                [catalogue.protocol.label(t) for t in treatments][:4],
                len(counted),
                sum(c.status.awaits for c in claims),
            )
        )
    rows.sort(key=lambda row: (str(row[0]).casefold(), row[1]))
    yield compose(
        addresses.STUDIES,
        "Studies",
        "studies.html.jinja",
        catalogue,
        rows=rows,
        reviewed=sum(bool(row[4]) for row in rows),
    )
    for study, claims in found.items():
        yield page(study, claims, catalogue)


def page(study: str, claims: tuple[Claim, ...], catalogue: Catalogue) -> Page:
    """Return a study's page."""
    reports = [
        report(record, catalogue)
        for pmid in catalogue.reports(study)
        if (record := catalogue.record(pmid)) is not None
    ]
    shown = [study_claim(claim, catalogue) for claim in claims]
    known = catalogue.library.studies.get(study)
    return compose(
        addresses.study(study),
        catalogue.study_label(study),
        "study.html.jinja",
        catalogue,
        study=study,
        registered=not study.startswith(STUDY_OF_RECORD),
        link_source=labels.LINK_WORDS[known.source if known else LinkSource.NONE],
        links=known.links if known else (),
        reports=reports,
        accepted=[c for c in shown if c.row.counted],
        waiting=[s for s, c in zip(shown, claims, strict=True) if c.status.awaits],
        settled=[
            s
            for s, c in zip(shown, claims, strict=True)
            if not c.status.awaits and not c.status.counts
        ],
    )


def report(record: Record, catalogue: Catalogue) -> Report:
    """Return one record of a study, as a citation with its banners."""
    authors = [a.cited() for a in record.authors]
    names = ", ".join(authors[:6]) + (", et al." if len(authors) > 6 else "")
    year = str(record.published.year) if record.published else ""
    volume = (record.volume or "") + (f"({record.issue})" if record.issue else "")
    place = ":".join(p for p in (volume, record.pages) if p)
    printed = ". ".join(
        p for p in (record.journal, "; ".join(q for q in (year, place) if q)) if p
    )
    banners = {
        Retraction.RETRACTED: (
            "This paper has been retracted. Its claims count nowhere on this site."
        ),
        Retraction.CONCERN: "The journal has expressed concern about this paper.",
        Retraction.CORRECTED: "A correction of this paper has been published.",
        Retraction.NONE: None,
    }
    gone = None
    if (fate := catalogue.library.gone.get(record.pmid)) is not None:
        where = f", now has it as PMID {fate.merged_into}" if fate.merged_into else ""
        gone = (
            f"PubMed no longer has this record under this number{where} (seen "
            f"{fate.seen:%Y-%m-%d}). What was accepted from it before counts only once "
            "a curator has looked at it again."
        )
    return Report(
        record=record,
        authors=names,
        place=printed,
        banners=tuple(b for b in (gone, banners[record.retraction]) if b),
        numbers=tuple(
            state.number
            for state in catalogue.library.references.values()
            if state.pmid == record.pmid
        ),
    )


def study_claim(claim: Claim, catalogue: Catalogue) -> StudyClaim:
    """Return a claim as its study's page shows it; a withdrawn one as a tombstone."""
    draft, protocol = claim.draft, catalogue.protocol
    names = protocol.label(draft.treatment), protocol.label(draft.domain)
    return StudyClaim(
        row=tables.claim_row(claim, False, catalogue),
        cell_address=addresses.cell(draft.treatment, draft.domain),
        cell_label=" × ".join(names),
        section=draft.section,
        withdrawn=claim.status is Status.WITHDRAWN,
        digest=claim.text_source.value == "digest",
    )


def news(catalogue: Catalogue) -> Page:
    """Return what happened lately: the newest decisions and the latest runs."""
    decided = [c for c in catalogue.library.claims.values() if c.decided_at is not None]
    decided.sort(key=lambda c: c.id)
    decided.sort(key=lambda c: str(c.decided_at), reverse=True)
    return compose(
        addresses.NEWS,
        "What is new",
        "news.html.jinja",
        catalogue,
        searched=False,
        decided=[
            (c, labels.STATUS_WORDS[c.status], study_claim(c, catalogue))
            for c in decided[:100]
        ],
        number=len(decided),
        runs=[r for r in catalogue.library.runs if r.kind.value != "publish"][:20],
    )
