"""The client against the local server: what it sends, and what it makes of answers."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from curation.errors import SearchError
from curation.retrieve.citmatch import Citation, Match
from curation.retrieve.eutils import Eutils
from tests.eutils import Entry, Fault, Reply, Server
from tests.eutils.client import CANARY, EMAIL, FakeTime, connect

LAMPS = [
    Entry(
        pmid,
        f"Lantern therapy for low mood, part {pmid}",
        "Sixty adults sat by a lantern. Mood rose.",
        journal="J Lanterns",
        volume=str(pmid),
        pages="11-19",
        doi=f"10.1234/lantern.{pmid}",
        mesh=("Phototherapy", "Humans"),
        created=date(2025, 3, 1 + pmid % 20),
        cites=(101,) if pmid % 2 == 0 else (),
    )
    for pmid in range(101, 131)
]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(LAMPS) as running:
        yield running


@pytest.fixture
def client(server: Server, tmp_path: Path) -> Iterator[Eutils]:
    with connect(server, tmp_path, key=CANARY) as connected:
        yield connected


def call_everything(client: Eutils) -> None:
    client.esearch('"lantern therapy"[tiab]')
    client.fetch([101, 102, 9999])
    client.efetch([103])
    client.elink_citedin([101, 103])
    client.esummary([101, 9999])
    client.ecitmatch([Citation("J Lanterns", "2025", "105", "11")])


def test_a_search_finds_what_pubmed_holds(client: Eutils) -> None:
    found = client.esearch('"lantern therapy"[tiab] AND "Humans"[mh]')
    assert found.count == len(LAMPS) == len(found.pmids)
    assert set(found.pmids) == {entry.pmid for entry in LAMPS}
    assert found.phrases_not_found == () and found.warnings == ()
    assert "lantern therapy" in (found.translation or "")


def test_nothing_found_is_an_answer(client: Eutils) -> None:
    found = client.esearch('"submarine"[tiab]')
    assert (found.count, found.pmids) == (0, ())
    assert found.warnings == ("No items found.",)


def test_a_search_can_only_count(client: Eutils, server: Server) -> None:
    assert client.esearch("101:110[uid]", retmax=0).count == 10
    assert server.received[-1].form["retmax"] == ["0"]


def test_a_search_can_be_paged(client: Eutils) -> None:
    whole = client.esearch("101:130[uid]").pmids
    pages = [
        client.esearch("101:130[uid]", retstart=s, retmax=12).pmids for s in (0, 12, 24)
    ]
    assert [len(page) for page in pages] == [12, 12, 6]
    assert sum(pages, ()) == whole


def test_no_search_asks_beyond_the_cap(client: Eutils, server: Server) -> None:
    for beyond in ({"retstart": 9_999}, {"retmax": 10_000}, {"retstart": -1}):
        with pytest.raises(SearchError, match="split the query"):
            client.esearch("101[uid]", **beyond)
    assert server.received == []


def test_a_phrase_that_pubmed_no_longer_knows_is_named(
    client: Eutils, server: Server
) -> None:
    server.unknown_phrases.add("lantern therapy")
    found = client.esearch('"lantern therapy"[tiab] OR "lantern"[tiab]')
    assert found.phrases_not_found == ('"lantern therapy"[tiab]',)
    assert found.count == len(LAMPS)


def test_every_record_is_fetched_missing_or_quarantined(client: Eutils) -> None:
    fetched = client.fetch([130, 101, 777, 101])
    assert [record.pmid for record in fetched.records] == [130, 101]
    assert fetched.asked == (130, 101, 777)
    assert fetched.missing == (777,)
    assert fetched.quarantined == () and fetched.merged == {}
    assert fetched.records[1].title == "Lantern therapy for low mood, part 101"
    assert fetched.records[1].created == date(2025, 3, 2)


def test_a_missing_record_is_asked_for_once_more_alone(
    client: Eutils, server: Server
) -> None:
    client.fetch([101, 777, 102, 778])
    assert [r.ids for r in server.received] == [[101, 777, 102, 778], [777], [778]]


def test_a_record_that_was_lost_once_is_not_missing(
    client: Eutils, server: Server
) -> None:
    server.fail(Fault.INCOMPLETE)
    fetched = client.fetch([101, 102, 103])
    assert {r.pmid for r in fetched.records} == {101, 102, 103}
    assert fetched.missing == ()


def test_an_answer_without_most_of_the_records_is_no_answer(
    client: Eutils, server: Server
) -> None:
    """Records vanish one by one; a service that is failing loses them by the batch."""
    with pytest.raises(SearchError, match="holds 5 of 15 records"):
        client.fetch([*range(126, 131), *range(901, 911)])


def test_a_record_of_another_pmid_is_not_taken_for_it(
    server: Server, tmp_path: Path
) -> None:
    merged = Entry(500, xml=Entry(501, "The record that 500 was merged into").element())
    server.hold([*LAMPS, merged])
    fetched = connect(server, tmp_path).fetch([101, 500])
    assert [r.pmid for r in fetched.records] == [101]
    assert fetched.missing == (500,)
    assert {old: r.pmid for old, r in fetched.merged.items()} == {500: 501}


def test_of_two_versions_the_higher_is_kept(server: Server, tmp_path: Path) -> None:
    first = Entry(500, "First version").element()
    second = (
        Entry(500, "Second version").element().replace('Version="1"', 'Version="2"')
    )
    server.hold([Entry(500, xml=second + first)])
    (record,) = connect(server, tmp_path).fetch([500]).records
    assert record.title == "Second version"


def test_a_record_that_cannot_be_believed_is_kept_with_its_bytes(
    server: Server, tmp_path: Path
) -> None:
    silent = Entry(500, xml=Entry(500).element().replace(">500</PMID>", ">5OO</PMID>"))
    server.hold([*LAMPS, silent])
    fetched = connect(server, tmp_path).fetch([101, 500])
    (kept,) = fetched.quarantined
    assert kept.pmid == 500 and "5OO" in kept.reason and b">5OO</PMID>" in kept.body
    assert fetched.missing == ()


def test_batches_are_fetched_one_by_one(client: Eutils, server: Server) -> None:
    batches = client.fetch_batches(range(101, 131), size=12)
    assert len(next(batches).records) == 12
    assert len(server.calls("efetch")) == 1
    assert [len(batch.records) for batch in batches] == [12, 6]


def test_five_thousand_records_take_ten_requests(tmp_path: Path) -> None:
    with Server(Entry(pmid) for pmid in range(1, 5_001)) as server:
        fetched = connect(server, tmp_path).fetch(range(1, 5_001))
        assert len(fetched.records) == 5_000
        assert len(server.received) == 10


def test_records_of_a_future_year_need_no_dtd(client: Eutils) -> None:
    assert b"pubmed_310101.dtd" in client.efetch([101])


def test_who_cites_whom(client: Eutils, server: Server) -> None:
    citing = client.elink_citedin([101, 103])
    assert citing.by_cited[101] == set(range(102, 131, 2))
    assert citing.by_cited[103] == frozenset()
    assert citing.pmids == citing.by_cited[101]
    assert citing.unanswered == ()
    assert server.received[-1].form["id"] == ["101", "103"]


def test_links_are_limited_by_a_query(client: Eutils, server: Server) -> None:
    citing = client.elink_citedin([101, 103], "102:110[uid]")
    assert citing.by_cited[101] == {102, 104, 106, 108, 110}
    assert (citing.by_cited[103], citing.unanswered) == (frozenset(), ())
    assert len(server.calls("elink")) == 1


def test_silence_about_a_paper_does_not_mean_that_nobody_cites_it(
    client: Eutils, server: Server
) -> None:
    server.fail(Fault.INCOMPLETE, call="elink", having=101, times=None)
    citing = client.elink_citedin([101, 103, 105])
    assert citing.unanswered == (101,)
    assert set(citing.by_cited) == {103, 105}


def test_summaries_tell_what_pubmed_has(client: Eutils) -> None:
    summaries = client.esummary([102, 777, 101])
    assert list(summaries.found) == [102, 101]
    assert summaries.missing == (777,)
    summary = summaries.found[101]
    assert (summary.journal, summary.volume, summary.pages) == (
        "J Lanterns",
        "101",
        "11-19",
    )
    assert summary.doi == "10.1234/lantern.101"
    assert summary.authors == ("Lamplighter A",)


def test_citations_are_matched_in_order(client: Eutils, server: Server) -> None:
    server.hold([*LAMPS, Entry(601, journal="J Twins"), Entry(602, journal="J Twins")])
    asked = [
        Citation("J Lanterns", "2025", "105", "11", "lamplighter a"),
        Citation("J Nowhere", "2025", "1", "1"),
        Citation("", "2025", "105", "11"),
        Citation("J Lanterns", "1999", "105", "11", "lamplighter a"),
        Citation("J Twins", "2025", "1", "1"),
        Citation("J Lanterns"),
        Citation("J Lanterns", "2025", "106", "11|9\nx"),
    ]
    matched = client.ecitmatch(asked)
    assert [m.citation for m in matched] == asked
    assert [(m.match, m.pmid) for m in matched] == [
        (Match.FOUND, 105),
        (Match.UNKNOWN_JOURNAL, None),
        (Match.NOT_ASKED, None),
        (Match.NOT_FOUND, None),
        (Match.AMBIGUOUS, None),
        (Match.AMBIGUOUS, None),
        (Match.NOT_FOUND, None),
    ]
    assert matched[4].candidates == (601, 602)
    assert matched[5].candidates == ()


def test_everything_is_posted_and_says_who_asks(client: Eutils, server: Server) -> None:
    call_everything(client)
    assert {r.call for r in server.received} == {
        "esearch",
        "efetch",
        "elink",
        "esummary",
        "ecitmatch",
    }
    for request in server.received:
        assert request.method == "POST"
        assert "?" not in request.path
        assert request.form["tool"] == ["trd-evidence"]
        assert request.form["email"] == [EMAIL]
        assert request.key == CANARY
        assert "Authorization" not in request.headers


def test_requests_and_bytes_are_counted(client: Eutils, server: Server) -> None:
    server.fail(Fault.TOO_MANY)
    server.fail(Fault.BAD_GATEWAY, nth=1)
    client.esearch("101[uid]")
    counts = client.counters.as_dict()
    assert counts["requests"] == len(server.received) == 3
    assert counts["retries"] == 2
    assert counts["rate_limited"] == 1
    assert counts["bytes"] > 300


@pytest.mark.parametrize("email", [None, "", "   ", "nobody", "a b@example.org"])
def test_without_an_address_nothing_is_asked(email: str | None, tmp_path: Path) -> None:
    with pytest.raises(SearchError, match="CURATION_NCBI_EMAIL"):
        Eutils(email=email, folder=tmp_path)


@pytest.mark.parametrize(
    "base",
    [
        "http://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
        "ftp://localhost/",
        "eutils.ncbi.nlm.nih.gov",
        "https://user:word@eutils.ncbi.nlm.nih.gov/",
        "https://eutils.ncbi.nlm.nih.gov/?db=pubmed",
        "https:///entrez",
    ],
)
def test_the_key_travels_encrypted_or_not_at_all(base: str, tmp_path: Path) -> None:
    with pytest.raises(SearchError, match="CURATION_EUTILS_URL"):
        Eutils(email=EMAIL, base=base, folder=tmp_path)


@pytest.mark.parametrize("pmid", [0, -3, 10**9])
def test_what_is_no_pmid_is_not_asked_for(
    pmid: int, client: Eutils, server: Server
) -> None:
    with pytest.raises(SearchError, match="is no PMID"):
        client.fetch([101, pmid])
    assert server.received == []


def test_nothing_asked_for_is_nothing_sent(client: Eutils, server: Server) -> None:
    assert client.fetch([]).records == ()
    assert client.elink_citedin([]).pmids == frozenset()
    assert client.esummary([]).found == {}
    assert client.ecitmatch([]) == ()
    assert server.received == []


def test_waits_grow_and_are_never_alike_by_chance(
    server: Server, tmp_path: Path
) -> None:
    times = FakeTime()
    server.fail(Fault.UNAVAILABLE, times=5)
    connect(server, tmp_path, times=times).esearch("101[uid]")
    waits = [seconds for seconds in times.slept if seconds > 1]
    # 1, 2, 4, 8 and 16 seconds, each longer by half of the jitter of 0.5.
    assert waits == [1.25, 2.5, 5.0, 10.0, 20.0]


def zipped(server: Server, pmid: int) -> Reply:
    body = Entry(pmid, "A lamp " * 2_000).element()
    whole = f"<PubmedArticleSet>{body}</PubmedArticleSet>".encode()
    return Reply(200, gzip.compress(whole), (("Content-Encoding", "gzip"),))


def test_a_compressed_answer_is_read(server: Server, client: Eutils) -> None:
    server.fail(zipped(server, 101))
    (record,) = client.fetch([101]).records
    assert record.title is not None and record.title.startswith("A lamp A lamp")
    assert client.counters.bytes > 14_000


def test_a_compressed_answer_that_is_cut_is_not_believed(
    server: Server, client: Eutils
) -> None:
    whole = zipped(server, 101)
    # The last eight bytes are a checksum; without them the text is there, and whole.
    for end in range(1, len(whole.body) - 8, 7):
        server.fail(replace(whole, body=whole.body[:end]))
        (record,) = client.fetch([101]).records
        assert record.title == LAMPS[0].title, "the second, whole answer counts"


def test_a_small_answer_that_unpacks_into_a_huge_one_is_stopped(
    server: Server, tmp_path: Path
) -> None:
    bomb = gzip.compress(b" " * (50 << 20))
    server.fail(Reply(200, bomb, (("Content-Encoding", "gzip"),)), times=None)
    client = connect(server, tmp_path, max_bytes=1 << 20)
    with pytest.raises(SearchError, match="more than 1,048,576 bytes"):
        client.esearch("101[uid]")
    assert client.counters.requests == 1


def test_a_redirect_is_not_followed_with_the_key(
    server: Server, tmp_path: Path
) -> None:
    with Server(LAMPS) as elsewhere:
        to = ("Location", f"{elsewhere.url}esearch.fcgi")
        server.fail(Reply(307, b"", (to,)), times=None)
        with pytest.raises(SearchError, match=r"has moved.*CURATION_EUTILS_URL"):
            connect(server, tmp_path, key=CANARY).esearch("101[uid]")
        assert elsewhere.received == []


def test_no_password_of_the_users_is_sent_along(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    client = connect(server, tmp_path)
    client._transport._session.trust_env = True
    client.esearch("101[uid]")
    assert "Authorization" not in server.received[0].headers
