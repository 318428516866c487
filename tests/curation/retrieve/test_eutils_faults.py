"""Each fault, on each kind of call: it passes, or it is an error; never "nothing"."""

import logging
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from curation.errors import SearchError
from curation.retrieve import answers, citmatch, faults, transport
from curation.retrieve.citmatch import Citation, Match
from curation.retrieve.eutils import Eutils
from curation.retrieve.transport import Transport, Unanswered
from curation.retrieve.watchdog import Watchdog
from tests.eutils import Entry, Fault, Reply, Server
from tests.eutils.answers import Answers
from tests.eutils.client import CANARY, FakeTime, connect
from tests.eutils.faults import SLOW
from tests.eutils.terms import Library

LAMPS = [
    Entry(
        pmid,
        f"Lantern therapy, part {pmid}",
        journal="J Lanterns",
        volume=str(pmid),
        cites=(101,),
    )
    for pmid in range(101, 113)
]
PMIDS = [entry.pmid for entry in LAMPS]
CITATIONS = [Citation("J Lanterns", "2025", str(pmid), "1") for pmid in PMIDS]
QUERY = '"lantern therapy"[tiab]'

CALLS: dict[str, Callable[[Eutils], Any]] = {
    "esearch": lambda client: client.esearch(QUERY),
    "efetch": lambda client: client.fetch(PMIDS),
    "elink": lambda client: client.elink_citedin(PMIDS),
    "esummary": lambda client: client.esummary(PMIDS),
    "ecitmatch": lambda client: client.ecitmatch(CITATIONS),
}
ALONE: dict[str, Callable[[Eutils], Any]] = {
    "esearch": lambda client: client.esearch(QUERY),
    "efetch": lambda client: client.fetch([101]),
    "elink": lambda client: client.elink_citedin([101]),
    "esummary": lambda client: client.esummary([101]),
    "ecitmatch": lambda client: client.ecitmatch(CITATIONS[:1]),
}
QUICK = [fault for fault in Fault if fault not in SLOW]


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with Server(LAMPS) as running:
        yield running


@pytest.fixture
def server(running: Server) -> Server:
    running.recover()
    running.hold(LAMPS)
    running.received.clear()
    return running


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", QUICK)
def test_a_fault_that_passes_changes_nothing(
    fault: Fault, call: str, server: Server, tmp_path: Path
) -> None:
    client = connect(server, tmp_path)
    expected = CALLS[call](client)
    server.fail(fault)
    assert CALLS[call](client) == expected
    assert [r.fault for r in server.received].count(fault) == 1


# A record that is left out of efetch twice is missing, and no error: see below.
STAYING = [
    (call, fault)
    for call in CALLS
    for fault in QUICK
    if (call, fault) != ("efetch", Fault.INCOMPLETE)
]


@pytest.mark.parametrize(("call", "fault"), STAYING)
def test_a_fault_that_stays_is_an_error(
    fault: Fault, call: str, server: Server, tmp_path: Path
) -> None:
    client = connect(server, tmp_path)
    server.fail(fault, times=None)
    with pytest.raises(SearchError) as caught:
        CALLS[call](client)
    message = str(caught.value)
    assert message.startswith(f"{call} failed after ")
    asked = {"esearch": "lantern therapy", "ecitmatch": "J Lanterns"}.get(call, "PMID")
    assert asked in message
    assert len(server.received) < 60, "a dead service was asked again and again"


@pytest.mark.parametrize(("call", "fault"), STAYING)
def test_a_service_that_fails_after_a_good_call_blames_no_record(
    fault: Fault, call: str, server: Server, tmp_path: Path
) -> None:
    """One good answer earlier must not turn an outage into 12 bad records."""
    client = connect(server, tmp_path)
    CALLS[call](client)
    server.fail(fault, times=None)
    with pytest.raises(SearchError):
        CALLS[call](client)


def test_a_record_that_is_left_out_twice_is_missing(
    server: Server, tmp_path: Path
) -> None:
    server.fail(Fault.INCOMPLETE, times=None)
    fetched = connect(server, tmp_path).fetch(PMIDS)
    assert fetched.missing == (101,)
    assert len(fetched.records) == 11


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", sorted(SLOW))
def test_a_slow_answer_ends_at_the_deadline(
    fault: Fault, call: str, server: Server, tmp_path: Path
) -> None:
    server.fail(fault, times=None)
    client = connect(server, tmp_path, deadline=0.06, tries=1)
    began = time.monotonic()
    with pytest.raises(SearchError, match=r"no whole answer within 0\.06 seconds"):
        ALONE[call](client)
    assert time.monotonic() - began < 1.0


def test_the_sockets_own_clock_ends_a_call_in_the_same_words(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine it may be quicker than the watchdog."""
    monkeypatch.setattr(Watchdog, "_cut", lambda _: None)
    server.fail(Fault.STALL)
    asking = Transport(
        server.url, deadline=0.06, max_bytes=1 << 20, monotonic=lambda: 0.0
    )
    with pytest.raises(Unanswered, match="no whole answer within"):
        asking.post("esearch.fcgi", [("db", "pubmed"), ("term", QUERY)])
    asking.close()


@pytest.mark.parametrize("fault", sorted(SLOW))
def test_after_a_slow_answer_the_next_try_succeeds(
    fault: Fault, server: Server, tmp_path: Path
) -> None:
    server.fail(fault)
    client = connect(server, tmp_path, deadline=0.7)
    assert client.esearch(QUERY).count == 12
    assert client.counters.retries == 1


def test_a_guilty_record_is_found_and_the_others_are_kept(
    server: Server, tmp_path: Path
) -> None:
    server.fail(Fault.CORRUPT, call="efetch", having=107, times=None)
    fetched = connect(server, tmp_path).fetch(PMIDS)
    assert [r.pmid for r in fetched.records] == [p for p in PMIDS if p != 107]
    (kept,) = fetched.quarantined
    assert kept.pmid == 107
    assert "not well-formed" in kept.reason or "not UTF-8" in kept.reason
    assert b"Lantern therapy, part 107" in kept.body
    assert fetched.missing == ()


@pytest.mark.parametrize(
    "fault",
    [Fault.BAD_REQUEST, Fault.SERVER_ERROR, Fault.ERROR, Fault.CUT, Fault.EMPTY],
)
def test_several_guilty_records_are_each_found(
    fault: Fault, server: Server, tmp_path: Path
) -> None:
    for pmid in (101, 102, 112):
        server.fail(fault, call="efetch", having=pmid, times=None)
    fetched = connect(server, tmp_path).fetch(PMIDS)
    assert {kept.pmid for kept in fetched.quarantined} == {101, 102, 112}
    assert [r.pmid for r in fetched.records] == PMIDS[2:-1]


def test_an_outage_while_a_guilty_record_is_sought_is_sat_out(
    server: Server, tmp_path: Path
) -> None:
    server.fail(Fault.CORRUPT, call="efetch", having=107, times=None)
    # Of the answers that are not spoiled already, the second to sixth are refused.
    server.fail(Fault.UNAVAILABLE, call="efetch", nth=2, times=5)
    fetched = connect(server, tmp_path).fetch(PMIDS)
    assert [kept.pmid for kept in fetched.quarantined] == [107]
    assert len(fetched.records) == 11


def test_a_guilty_record_that_is_asked_for_alone(
    server: Server, tmp_path: Path
) -> None:
    """The last batch of a run may hold one record only."""
    server.fail(Fault.CORRUPT, call="efetch", having=112, times=None)
    fetched = connect(server, tmp_path).fetch(PMIDS, size=11)
    assert [kept.pmid for kept in fetched.quarantined] == [112]
    assert len(fetched.records) == 11


def test_nothing_is_blamed_without_proof(server: Server, tmp_path: Path) -> None:
    server.fail(Fault.CORRUPT, call="efetch", having=101, times=None)
    with pytest.raises(SearchError, match="PMID 101"):
        connect(server, tmp_path).fetch([101])


def test_a_record_that_fails_in_company_only_is_kept(
    server: Server, tmp_path: Path
) -> None:
    server.fail(Fault.CORRUPT, call="efetch", when=lambda r: len(r.ids) > 5, times=None)
    fetched = connect(server, tmp_path).fetch(PMIDS)
    assert {r.pmid for r in fetched.records} == set(PMIDS)
    assert fetched.quarantined == ()


def test_a_citation_that_ncbi_fails_on_does_not_hide_the_others(
    server: Server, tmp_path: Path
) -> None:
    server.fail(
        Fault.SERVER_ERROR,
        call="ecitmatch",
        when=lambda r: "|105|" in r.form["bdata"][0],
        times=None,
    )
    matched = connect(server, tmp_path).ecitmatch(CITATIONS)
    assert [m.match for m in matched].count(Match.FOUND) == 11
    assert matched[4].match is Match.UNANSWERED and matched[4].pmid is None


def test_an_answer_larger_than_allowed_is_asked_for_in_parts(
    server: Server, tmp_path: Path
) -> None:
    fetched = connect(server, tmp_path, max_bytes=4_000).fetch(PMIDS)
    assert {r.pmid for r in fetched.records} == set(PMIDS)
    with pytest.raises(SearchError, match="more than 100 bytes"):
        connect(server, tmp_path, max_bytes=100).esearch(QUERY)


def test_every_place_where_an_answer_can_be_cut() -> None:
    """No prefix of an answer is an answer, wherever the connection ends."""
    local = Answers(Library(LAMPS, set()))
    search = {"term": [QUERY], "retmax": ["5"]}
    links = {"id": ["101"], "linkname": ["pubmed_pubmed_citedin"]}
    lines = {"bdata": [citmatch.lines(CITATIONS[:3])]}
    records = {"id": ["101,102"]}
    for call, form, read in (
        ("esearch", search, lambda b: answers.read_search(b, 0, 5)),
        ("elink", links, lambda b: answers.read_citing(b, [101])),
        ("esummary", records, lambda b: answers.read_summaries(b, [101, 102])),
        ("efetch", records, lambda b: answers.read_records(b, "efetch")),
        ("ecitmatch", lines, lambda b: citmatch.read(b, CITATIONS[:3])),
    ):
        body = local.of(call)(form).strip().encode()
        assert read(body)
        for end in range(len(body)):
            with pytest.raises(faults.Fault):
                read(body[:end])


@pytest.mark.parametrize(
    ("root", "read"),
    [
        ("eSearchResult", lambda b: answers.read_search(b, 0, 5)),
        ("eLinkResult", lambda b: answers.read_citing(b, [101])),
        ("eSummaryResult", lambda b: answers.read_summaries(b, [101])),
    ],
)
def test_the_right_words_under_a_wrong_root_are_no_answer(
    root: str, read: Callable[[bytes], Any]
) -> None:
    call = f"e{root[1:-6].lower()}"
    links = ["pubmed_pubmed_citedin"]
    form = {"id": ["101"], "term": [QUERY], "retmax": ["5"], "linkname": links}
    body = Answers(Library(LAMPS, set())).of(call)(form)
    assert read(body.encode())
    with pytest.raises(faults.Fault, match="the root element is eOther"):
        read(body.replace(root, "eOther").encode())


def test_links_of_several_papers_in_one_list_are_no_answer() -> None:
    """They would be said to cite every one of these papers."""
    form = {"id": ["101,102"], "linkname": ["pubmed_pubmed_citedin"]}
    body = Answers(Library(LAMPS, set())).of("elink")(form).encode()
    with pytest.raises(faults.Fault, match="joins the links"):
        answers.read_citing(body, [101, 102])


def test_an_outage_is_not_searched_for_a_guilty_record_for_long(
    server: Server, tmp_path: Path
) -> None:
    server.hold(Entry(pmid) for pmid in range(1, 501))
    server.fail(Fault.CORRUPT, times=None)
    with pytest.raises(SearchError):
        connect(server, tmp_path).fetch(range(1, 501))
    assert len(server.received) < 60


@pytest.mark.parametrize(
    "fault", [Fault.TOO_MANY, Fault.TOO_MANY_WAIT, Fault.TOO_MANY_200]
)
def test_every_form_of_too_fast_is_counted(
    fault: Fault, server: Server, tmp_path: Path
) -> None:
    server.fail(fault, times=2)
    client = connect(server, tmp_path)
    client.esearch(QUERY)
    assert (client.counters.rate_limited, client.counters.retries) == (2, 2)


def test_a_process_that_ends_while_it_waits_leaves_the_wait_to_the_others(
    server: Server, tmp_path: Path
) -> None:
    class Killed(BaseException):
        pass

    class Short(FakeTime):
        def sleep(self, seconds: float) -> None:
            raise Killed

    server.fail(Fault.TOO_MANY_WAIT)
    first, second = Short(), FakeTime()
    with pytest.raises(Killed):
        connect(server, tmp_path, times=first).esearch(QUERY)
    connect(server, tmp_path, times=second).esearch(QUERY)
    assert second.now - first.now >= 7


def test_the_wait_that_ncbi_asks_for_is_kept(server: Server, tmp_path: Path) -> None:
    times = FakeTime()
    server.fail(Fault.TOO_MANY_WAIT)
    began = times.now
    connect(server, tmp_path, times=times).esearch(QUERY)
    assert times.now - began >= 7


def test_a_wait_that_is_too_long_ends_the_run_and_says_when(tmp_path: Path) -> None:
    with Server(LAMPS) as server:
        server.fail(Reply(503, b"closed", (("Retry-After", "7200"),)), times=None)
        client = connect(server, tmp_path)
        with pytest.raises(SearchError, match=r"after 1 try.*wait 7,200 seconds"):
            client.esearch(QUERY)


def test_retry_after_may_be_a_date() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
    for header, seconds in (
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("12", 12.0),
        ("soon", None),
    ):
        with pytest.raises(faults.Fault) as caught:
            faults.check(transport.Reply(429, {"Retry-After": header}, b""), now)
        assert caught.value.wait == seconds


@pytest.mark.parametrize(
    ("status", "body", "tries"),
    [
        (400, b"bad", 3),
        (404, b"<p>gone</p>", 1),
        (302, b"", 1),
        (403, b"no", 1),
        (400, b'{"error":"API key invalid","api-key":"x"}', 1),
        (
            200,
            b"<eSearchResult><ERROR>Empty term and query_key</ERROR></eSearchResult>",
            1,
        ),
        (
            200,
            b"<eSearchResult><ERROR>Search Backend failed</ERROR></eSearchResult>",
            6,
        ),
        (503, b"", 6),
    ],
)
def test_what_cannot_help_is_not_repeated(
    status: int, body: bytes, tries: int, server: Server, tmp_path: Path
) -> None:
    client = connect(server, tmp_path)
    server.fail(Reply(status, body), times=None)
    with pytest.raises(SearchError, match=f"after {tries} tr"):
        client.esearch(QUERY)
    assert client.counters.requests == tries


def test_a_key_is_in_no_byte_of_any_output(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every fault, its body echoing the key; then everything we said is searched."""
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    kept: list[bytes] = []
    for fault in QUICK:
        for call, ask in CALLS.items():
            server.recover()
            client = connect(server, tmp_path / "state", key=CANARY)
            said += [repr(client), str(client.counters.as_dict())]
            server.fail(fault, call=call, times=None)
            try:
                ask(client)
            except SearchError as error:
                said += traceback.format_exception(error)
                seen: BaseException | None = error
                while seen is not None:
                    said += [str(seen), repr(seen), repr(seen.__dict__)]
                    seen = seen.__context__
        server.recover()
        server.fail(fault, call="efetch", having=105, times=None)
        try:
            fetched = connect(server, tmp_path / "state", key=CANARY).fetch(PMIDS)
        except SearchError as error:
            said.append(str(error))
        else:
            kept += [q.body for q in fetched.quarantined]
            said += [repr(fetched.quarantined)]
    said += [record.getMessage() + str(record.__dict__) for record in caplog.records]
    assert any(r.key == CANARY for r in server.received), "the key was never sent"
    assert len(said) > 500 and len(kept) > 3
    assert not [line for line in said if CANARY in line]
    assert not [body for body in kept if CANARY.encode() in body]
    files = [p for p in (tmp_path / "state").rglob("*") if p.is_file()]
    assert files and not [p for p in files if CANARY in p.read_text() + p.name]
    assert CANARY not in "".join(r.path for r in server.received)


def test_our_own_address_is_not_quoted_either(server: Server, tmp_path: Path) -> None:
    server.fail(Fault.TOO_MANY, times=None)
    with pytest.raises(SearchError) as caught:
        connect(server, tmp_path).esearch(QUERY)
    assert "203.0.113.29" not in str(caught.value)
    assert "API rate limit exceeded" in str(caught.value)


def test_redaction_knows_the_shapes_that_ncbi_uses() -> None:
    key = SecretStr("0123abcd")
    text = (
        '{"api-key":"2001:db8:0:1:2:3:4:5"} api_key=zzz&x 198.51.100.7 0123abcd 1.2.3'
    )
    clean = faults.redacted(text, key)
    for secret in ("2001:db8", "zzz", "198.51.100.7", "0123abcd"):
        assert secret not in clean
    assert "1.2.3" in clean and "&x" in clean


def test_kept_records_stay_byte_for_byte() -> None:
    body = b"<PubmedArticle>10.1.2.3 \xff api-key: x</PubmedArticle>"
    assert faults.redacted_body(body, SecretStr("k3y")) == body


class TestNoNetwork:
    """A machine without a network hears so once, and soon."""

    LONG = " OR ".join(f'"lamp {n}"[tiab]' for n in range(500))

    @pytest.fixture
    def nowhere(self) -> Server:
        """An address at which nobody listens any more."""
        with Server(LAMPS) as server:
            return server

    def test_a_first_contact_that_fails_ends_within_seconds(
        self, nowhere: Server, tmp_path: Path
    ) -> None:
        times = FakeTime()
        began = times.now
        with pytest.raises(SearchError):
            connect(nowhere, tmp_path, times=times).esearch(self.LONG)
        assert times.now - began < 6

    def test_one_error_says_where_and_what_to_check_and_quotes_no_query(
        self, nowhere: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with pytest.raises(SearchError) as told:
            connect(nowhere, tmp_path).esearch(self.LONG)
        message = str(told.value)
        assert nowhere.url in message and "could not be reached" in message
        assert "network" in message and "lamp 1" not in message
        assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []

    def test_a_service_that_answered_once_gets_every_try(self, tmp_path: Path) -> None:
        with Server(LAMPS) as server:
            client = connect(server, tmp_path)
            client.esearch("101[uid]")
        client.close()
        with pytest.raises(SearchError, match="after 6 tries"):
            client.esearch("101[uid]")

    def test_a_service_that_is_busy_at_first_gets_every_try(
        self, tmp_path: Path
    ) -> None:
        with Server(LAMPS) as server:
            server.fail(Fault.UNAVAILABLE, times=5)
            assert connect(server, tmp_path).esearch("101[uid]").count == 1
