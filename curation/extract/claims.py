"""From a record to its drafts: what the rest of the product calls."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from spacy.tokens import Doc

from curation.errors import ExtractorError
from curation.extract import lexicon, trained
from curation.extract.comparison import BASELINE
from curation.extract.confidence import Setting, load_confidence, signs
from curation.extract.context import detail, time_of
from curation.extract.design import of_claim
from curation.extract.folding import raw
from curation.extract.gate import Gate
from curation.extract.learnt_reading import LearntReading
from curation.extract.nlp import EXTRACTOR, MAX_CHARACTERS, build, mention_tables
from curation.extract.readings import Finding
from curation.extract.statistics import printed_n, read_numbers
from curation.extract.tokenizer import make_doc
from evidence.findings import is_sideless_marker
from evidence.protocol import Protocol
from evidence.records import Field, Record, text_sha256
from evidence.types import Change, Draft
from evidence.vocabulary import TreatmentKind


def _whole(record: Record) -> str:
    """Return title and abstract as one text that can be written in UTF-8."""
    text = f"{record.title or ''}\n{record.abstract or ''}"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ExtractorError(
            f"PMID {record.pmid}: half a character (a lone surrogate) stands at "
            f"character {error.start} of title and abstract; fetch the record again"
        ) from None
    return text


def version(protocol: Protocol, models: Path = trained.SHIPPED) -> str:
    """Return the version of the extractor that reads by one protocol."""
    tables = protocol.sha256 + lexicon.digest() + trained.digest(models)
    digest = hashlib.sha256(tables.encode())
    return f"{EXTRACTOR}+{digest.hexdigest()[:8]}"


class Extractor:
    """Reads records into drafts, by the rules and one protocol.

    Parameters
    ----------
    protocol
        Whose treatments, outcomes, populations and exclusions are looked for.
    models
        The folder of what `curation train` made.
    """

    def __init__(self, protocol: Protocol, models: Path = trained.SHIPPED) -> None:
        self.protocol = protocol
        self._nlp = build(protocol, models)
        self._confidence = load_confidence(models)
        self._inert = frozenset(protocol.comparators)
        self._classes = frozenset(
            row.id
            for row in protocol.treatments.values()
            if row.kind is TreatmentKind.CLASS
        )
        self._kind_of = {row.id: row.kind for row in protocol.outcomes.values()}
        self._gate = Gate(mention_tables(protocol)["treatments"].values())
        self.version = version(protocol, models)

    @property
    def learnt(self) -> LearntReading:
        """Return the component that reconsiders what the rules found."""
        component = self._nlp.get_pipe("learnt_reading")
        assert isinstance(component, LearntReading)
        return component

    def drafts(self, record: Record) -> tuple[Draft, ...]:
        """Return the claims of one record, in the order of their quotes.

        The same record gives the same drafts, whatever was read before. A record
        without title and abstract has no claims.

        Raises
        ------
        ExtractorError
            Where the text holds half a character, which no store could keep.
        """
        return tuple(draft for draft, _ in self.with_signs(record))

    def with_signs(
        self, record: Record
    ) -> tuple[tuple[Draft, Mapping[str, float]], ...]:
        """Return the claims of one record, each with what its confidence rests on."""
        if not self._gate.lets_through(_whole(record)):
            return ()
        doc = self.read(record)
        shift = len(record.title or "") + 1
        setting = Setting(
            raw(doc),
            doc._.findings,
            doc._.design,
            doc._.arms.main,
            self._inert,
            self._classes,
            self._kind_of,
        )
        drafts: dict[str, tuple[float, Draft, Mapping[str, float]]] = {}
        for finding in doc._.findings:
            draft, found = self._draft(record, doc, finding, shift, setting)
            held = drafts.get(draft.fingerprint)
            # Not by confidence: what is learnt from must not hang on what was learnt.
            if held is None or finding.weight > held[0]:
                drafts[draft.fingerprint] = finding.weight, draft, found
        kept = sorted(
            ((draft, found) for _, draft, found in drafts.values()),
            key=lambda pair: (pair[0].field, pair[0].start, pair[0].fingerprint),
        )
        return tuple(kept)

    def read(self, record: Record) -> Doc:
        """Return the record as the pipeline sees it, with all that it wrote.

        The text is the title, a newline, and the abstract as it is stored.
        """
        title = record.title or ""
        text = _whole(record)[:MAX_CHARACTERS]
        doc = make_doc(self._nlp, text)
        doc._.printed = _printed(record, len(title) + 1)
        doc._.publication_types = record.publication_types
        doc._.mesh = record.mesh
        return self._nlp(doc)

    def stream(
        self, records: Iterable[Record]
    ) -> Iterator[tuple[Record, tuple[Draft, ...]]]:
        """Yield each record with its drafts, in the order of `records`."""
        for record in records:
            yield record, self.drafts(record)

    def _draft(
        self,
        record: Record,
        doc: Doc,
        finding: Finding,
        shift: int,
        setting: Setting,
    ) -> tuple[Draft, Mapping[str, float]]:
        field = Field.TITLE if finding.end < shift else Field.ABSTRACT
        offset = 0 if field is Field.TITLE else shift
        stored = record.text(field) or ""
        start, end = finding.start - offset, finding.end - offset
        quote = stored[start:end]
        clause = raw(doc)[finding.clause[0] : finding.clause[1]]
        numbers = read_numbers(clause, _place(clause, finding.outcome), quote)
        moment = time_of(raw(doc), finding.start, finding.end)
        way = detail(raw(doc), finding)
        within = finding.comparator in (None, BASELINE)
        found = signs(finding, numbers, setting)
        confidence = self._confidence.of(found)
        told = self._confidence.told(found)
        draft = Draft(
            pmid=record.pmid,
            field=field,
            section=_section(record, start, finding) if offset else "title",
            start=start,
            end=end,
            quote=quote,
            text_sha256=text_sha256(stored),
            treatment=finding.treatment,
            treatment_use=way.use,
            combined_with=finding.combined,
            dose=way.dose,
            route=way.route,
            comparator=finding.comparator,
            domain=finding.domain,
            role=finding.role,
            outcome=finding.outcome,
            measure=finding.measure,
            timepoint=moment.words,
            time_band=moment.band,
            direction=finding.direction,
            nuance=finding.nuance,
            change=_change(finding, self.protocol),
            point_direction=finding.point,
            effect=numbers.effect,
            interval=numbers.interval,
            p=numbers.p,
            n=printed_n(clause) or doc._.participants,
            design=of_claim(doc._.design, finding.comparator, within),
            population=doc._.population,
            species=doc._.species,
            statement=finding.statement,
            hedged=finding.hedged,
            negated=finding.negated,
            flags=_flags(finding),
            rule=finding.rule,
            cue=finding.cue,
            trace=(
                f"rule: {finding.rule}, of the component findings",
                *finding.trace,
                f"section: {finding.section}",
                f"confidence: {confidence:.2f}" + (f", from {told}" if told else ""),
            ),
            extractor=self.version,
            confidence=confidence,
        )
        return draft, found


def _flags(finding: Finding) -> tuple[str, ...]:
    alone = ("conclusion_only",) if finding.section == "conclusions" else ()
    return (*alone, *finding.flags)


def _place(clause: str, outcome: str | None) -> int:
    """Return where the numbers of an outcome begin: after its name, where it is one."""
    at = clause.find(outcome) if outcome else -1
    return at + len(outcome) if outcome and at >= 0 else 0


_CHANGES = {"up": Change.RAISED, "down": Change.LOWERED}


def _change(finding: Finding, protocol: Protocol) -> Change | None:
    """Return which way a marker without a good side went, as its cue was read."""
    if not is_sideless_marker(finding.measure, protocol):
        return None
    return _CHANGES.get(finding.rule.partition(".")[0])


def _printed(
    record: Record, shift: int
) -> tuple[tuple[int, int, str | None, str | None], ...]:
    """Return where each section stands in the Doc, with what is printed at it."""
    out = []
    at = shift
    for section in record.sections:
        end = at + len(section.text)
        if section.label or section.category:
            out.append((at, end, section.label, section.category))
        at = end + 1
    return tuple(out)


def _section(record: Record, start: int, finding: Finding) -> str:
    """Return what is printed at a section, or its role where nothing is."""
    at = 0
    for section in record.sections:
        end = at + len(section.text)
        if at <= start < end:
            return section.label or section.category or finding.section
        at = end + 1
    return finding.section
