"""NCBI's E-utilities, asked politely and believed only when they are whole.

Every answer is either complete or a `SearchError`; there is no empty result that means
"something went wrong". Rules of use: NLM, *A General Introduction to the E-utilities*,
https://www.ncbi.nlm.nih.gov/books/NBK25497/; parameters:
https://www.ncbi.nlm.nih.gov/books/NBK25499/.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from curation.errors import SearchError
from curation.retrieve import answers, batches, citmatch, keys
from curation.retrieve.answers import CAP, Citing, Found, Summaries, Summary
from curation.retrieve.batches import Divided, Division, Fetched, Sent
from curation.retrieve.calls import TRIES, Caller, Counters
from curation.retrieve.citmatch import Citation, Match, Matched
from curation.retrieve.faults import Fault
from curation.retrieve.pacing import WITH_KEY, WITHOUT_KEY, Clock, Pace
from curation.retrieve.transport import Transport

NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"

RECORDS_AT_ONCE = 500
"""About 6.5 MB of XML; NCBI asks that more than some 200 ids be sent by POST."""
LINKS_AT_ONCE = 200
SUMMARIES_AT_ONCE = 200
CITATIONS_AT_ONCE = 100

T = TypeVar("T")


class Eutils:
    """A client of one address, with one identity and its share of the pace.

    Parameters
    ----------
    email
        Whom NCBI writes to before it blocks an address.
    api_key
        Raises the limit from three to ten requests a second. Only ever in a form body.
    base
        The folder of the E-utilities; NCBI's own but for tests.
    tool
        The program's name, without spaces.
    deadline
        Seconds that one call may take, from connecting to the last byte.
    max_bytes
        Bytes that one answer may have.
    tries
        How often one call is sent, at most.
    folder
        Where the pace is shared with other processes; the platform's if None.
    clock
        Time, sleep and chance.

    Raises
    ------
    SearchError
        Without an e-mail address, or with an address that is not https.
    """

    def __init__(
        self,
        *,
        email: str | None,
        api_key: SecretStr | None = None,
        base: str = NCBI,
        tool: str = "trd-evidence",
        deadline: float = 60.0,
        max_bytes: int = 64 << 20,
        tries: int = TRIES,
        folder: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        email = (email or "").strip()
        if "@" not in email or any(c.isspace() for c in email):
            raise SearchError(
                "NCBI asks who is asking, and writes there before it blocks an "
                "address: set CURATION_NCBI_EMAIL to your e-mail address"
            )
        if not tool or any(c.isspace() for c in tool):
            raise SearchError(f"the tool's name {tool!r} must not hold spaces")
        key = api_key if api_key and api_key.get_secret_value() else None
        clock = clock or Clock()
        transport = Transport(
            base, deadline=deadline, max_bytes=max_bytes, monotonic=clock.monotonic
        )
        pace = Pace(WITH_KEY if key else WITHOUT_KEY, folder, clock)
        identity = [("tool", tool), ("email", email)]
        self._transport = transport
        self._caller = Caller(transport, pace, identity, key, clock, tries)
        self._divide_records = Division(self._sent)
        self._divide_citations = Division(self._matched)

    def __repr__(self) -> str:
        return f"Eutils({self._transport.base!r})"

    def __enter__(self) -> "Eutils":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def counters(self) -> Counters:
        """What was asked of NCBI so far."""
        return self._caller.counters

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def esearch(self, term: str, *, retstart: int = 0, retmax: int = CAP) -> Found:
        """Return the hits of a query, newest first, as far as one search gives them.

        Parameters
        ----------
        term
            A query in PubMed's syntax, of any length.
        retstart, retmax
            Which of the hits; together at most `CAP`. `retmax=0` only counts.
        """
        if not 0 <= retstart < CAP or not 0 <= retmax <= CAP:
            raise SearchError(
                f"esearch hands out hits 0 to {CAP - 1:,}, not {retmax:,} from "
                f"{retstart:,} on; split the query, as partition.everything does"
            )
        form = [
            ("db", "pubmed"),
            ("term", term),
            ("retmode", "xml"),
            ("retstart", str(retstart)),
            ("retmax", str(retmax)),
        ]
        read = partial(answers.read_search, retstart=retstart, retmax=retmax)
        return self._told(
            "esearch", term, partial(self._caller.ask, "esearch.fcgi", form, read)
        )

    def efetch(self, pmids: Sequence[int]) -> bytes:
        """Return the records' XML, whole and read to its end once.

        Which of the PMIDs are in it is not checked; `fetch` does that.
        """
        asked = keys.unique(pmids)
        if not asked:
            raise SearchError("efetch was given no PMID; name at least one")
        return self._told("efetch", keys.named(asked), partial(self._sent, asked)).body

    def fetch(self, pmids: Sequence[int], size: int = RECORDS_AT_ONCE) -> Fetched:
        """Return the records, and what became of the others: none is left out."""
        found = list(self.fetch_batches(pmids, size))
        return Fetched(
            asked=tuple(p for batch in found for p in batch.asked),
            records=tuple(r for batch in found for r in batch.records),
            missing=tuple(p for batch in found for p in batch.missing),
            quarantined=tuple(q for batch in found for q in batch.quarantined),
            merged={p: r for batch in found for p, r in batch.merged.items()},
        )

    def fetch_batches(
        self,
        pmids: Sequence[int],
        size: int = RECORDS_AT_ONCE,
        *,
        known: int | None = None,
    ) -> Iterator[Fetched]:
        """Yield what became of `size` PMIDs at a time; each batch stands for itself.

        `known` was sent before; it tells a broken record from a broken service.
        """
        if known is not None:
            self._divide_records.trust(known)
        for part in keys.parts(keys.unique(pmids), size):
            fetch = partial(batches.fetch, self._divide_records, part)
            yield self._told("efetch", keys.named(part), fetch)

    def elink_citedin(self, pmids: Sequence[int], term: str = "") -> Citing:
        """Return the papers in PubMed that cite these.

        Silence does not mean that nobody cites a paper: it is asked about again, alone,
        and named as unanswered if nothing is said of it then either.

        Parameters
        ----------
        pmids
            Which papers are cited.
        term
            A query that citing papers are to meet; where it is empty, all are returned.
        """
        division = Division(partial(self._citing, term=term))
        by_cited: dict[int, frozenset[int]] = {}
        unanswered: list[int] = []

        def take(divided: Divided[int, Citing]) -> list[int]:
            for _, citing in divided.answers:
                by_cited.update(citing.by_cited)
            unanswered.extend(pmid for pmid, _ in divided.guilty)
            return [p for _, citing in divided.answers for p in citing.unanswered]

        for part in keys.parts(keys.unique(pmids), LINKS_AT_ONCE):
            divide = partial(division, part)
            for pmid in take(self._told("elink", keys.named(part), divide)):
                divide = partial(division, [pmid])
                take(self._told("elink", keys.named([pmid]), divide))
        return Citing(by_cited, tuple(unanswered))

    def esummary(self, pmids: Sequence[int]) -> Summaries:
        """Return document summaries, and the PMIDs that PubMed has none for."""
        found: dict[int, Summary] = {}
        missing: list[int] = []
        for part in keys.parts(keys.unique(pmids), SUMMARIES_AT_ONCE):
            form = [("db", "pubmed"), ("retmode", "xml"), ("id", keys.joined(part))]
            read = partial(answers.read_summaries, asked=part)
            ask = partial(self._caller.ask, "esummary.fcgi", form, read)
            got = self._told("esummary", keys.named(part), ask)
            found.update(got.found)
            missing += got.missing
        return Summaries(found, tuple(missing))

    def ecitmatch(self, citations: Sequence[Citation]) -> tuple[Matched, ...]:
        """Return PubMed's answer to each printed citation, in their order."""
        known: dict[Citation, Matched] = {
            c: Matched(c, Match.NOT_ASKED) for c in citations if not c.journal.strip()
        }
        asked = [c for c in dict.fromkeys(citations) if c not in known]
        for part in keys.parts(asked, CITATIONS_AT_ONCE):
            about = f"{len(part)} citations, first {part[0].journal!r} {part[0].year}"
            divide = partial(self._divide_citations, part)
            divided = self._told("ecitmatch", about, divide)
            for _, matched in divided.answers:
                known.update({m.citation: m for m in matched})
            known.update({c: Matched(c, Match.UNANSWERED) for c, _ in divided.guilty})
        return tuple(known[citation] for citation in citations)

    def _sent(self, pmids: Sequence[int], *, tries: int | None = None) -> Sent:
        form = [("db", "pubmed"), ("retmode", "xml"), ("id", keys.joined(pmids))]

        def read(body: bytes) -> Sent:
            sent = Sent.of(body, answers.read_records(body, "efetch"))
            sent.check_share(pmids)
            return sent

        return self._caller.ask("efetch.fcgi", form, read, tries)

    def _citing(
        self, pmids: Sequence[int], *, term: str = "", tries: int | None = None
    ) -> Citing:
        form = [
            ("dbfrom", "pubmed"),
            ("db", "pubmed"),
            ("cmd", "neighbor"),
            ("linkname", "pubmed_pubmed_citedin"),
            ("retmode", "xml"),
            *([("term", term)] if term else []),
            # One field each: ids in one field are answered for together.
            *(("id", str(pmid)) for pmid in pmids),
        ]
        return self._caller.ask(
            "elink.fcgi", form, partial(answers.read_citing, asked=pmids), tries
        )

    def _matched(
        self, citations: Sequence[Citation], *, tries: int | None = None
    ) -> tuple[Matched, ...]:
        form = [
            ("db", "pubmed"),
            ("retmode", "xml"),
            ("bdata", citmatch.lines(citations)),
        ]
        return self._caller.ask(
            "ecitmatch.cgi", form, partial(citmatch.read, citations=citations), tries
        )

    def _told(self, call: str, about: str, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except Fault as fault:
            self._caller.fail(call, about, fault)
