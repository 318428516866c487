"""The local server keeps to NCBI's manners: only then do the client's tests count."""

from collections.abc import Iterator
from datetime import date

import pytest
import requests

from tests.eutils import Entry, Fault, Server
from tests.eutils.faults import SLOW
from tests.eutils.terms import Library, QueryError

LAMPS = [
    Entry(1, "Red lamps", mesh=("Animals",), doi="10.1/a", created=date(2025, 1, 1)),
    Entry(2, "Green lamps", mesh=("Animals", "Humans"), created=date(2025, 2, 1)),
    Entry(3, "Blue lamps", "Red light", cites=(1, 2), created=date(2025, 3, 1)),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(LAMPS) as running:
        yield running


def post(server: Server, path: str, **form: str | list[str]) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.post(server.url + path, data=form, timeout=10)


@pytest.mark.parametrize(
    ("term", "pmids"),
    [
        ("lamps[ti]", {1, 2, 3}),
        ('"red"[tiab]', {1, 3}),
        ("red[ti] OR green[ti] AND humans[mh]", {2}),
        ("red[ti] OR (green[ti] AND humans[mh])", {1, 2}),
        ("lamps[ti] NOT (animals[mh] NOT humans[mh])", {2, 3}),
        ("2:3[uid]", {2, 3}),
        ('"2025/02/01"[crdt] : "3000"[crdt]', {2, 3}),
        ("2025/01:2025/02[crdt]", {1, 2}),
        ("10.1/a[doi] OR 3[pmid]", {1, 3}),
        ('"lamps red"[tiab]', set()),
        ("red[tiabb]", {1, 3}),
    ],
)
def test_queries_are_read_as_pubmed_reads_them(term: str, pmids: set[int]) -> None:
    found, _ = Library(LAMPS, set()).find(term)
    assert set(found) == pmids
    assert found == sorted(found, reverse=True), "newest first"


@pytest.mark.parametrize("term", ["(red[ti]", "red[ti] OR", ")", "1:2[ti]"])
def test_a_query_that_it_cannot_read_is_an_error(term: str) -> None:
    with pytest.raises(QueryError):
        Library(LAMPS, set()).find(term)


def test_a_search_is_cut_at_9_999_and_says_so() -> None:
    with Server(Entry(pmid) for pmid in range(1, 10_051)) as large:
        whole = post(large, "esearch.fcgi", term="1:20000[uid]", retmax="20000").text
        assert "<Count>10050</Count><RetMax>9999</RetMax>" in whole
        assert whole.count("<Id>") == 9_999
        assert "Restrictions achieved. start and count adjusted to 0, 9999" in whole
        beyond = post(large, "esearch.fcgi", term="1:20000[uid]", retstart="9999").text
        assert "<ERROR>" in beyond and "<Count>" not in beyond


def test_too_many_requests_are_refused_with_the_key_in_the_body() -> None:
    with Server(LAMPS, limit=3) as strict:
        answers = [
            post(strict, "esearch.fcgi", term="1[uid]", api_key="k3y") for _ in range(4)
        ]
        assert [a.status_code for a in answers] == [200, 200, 200, 429]
        assert answers[3].json()["api-key"] == "k3y"
        assert post(strict, "esearch.fcgi", term="1[uid]").status_code == 200


def test_ids_in_one_field_are_linked_together_and_apart_in_several(
    server: Server,
) -> None:
    link = {"linkname": "pubmed_pubmed_citedin"}
    assert post(server, "elink.fcgi", id="1,2", **link).text.count("<LinkSet>") == 1
    assert (
        post(server, "elink.fcgi", id=["1", "2"], **link).text.count("<LinkSet>") == 2
    )


def test_ecitmatch_stops_at_a_line_without_a_journal(server: Server) -> None:
    bdata = "J Invent|2025|1|1|a|x|\r|2099|1|1|a|y|\rJ Invent|2025|1|1|a|z|"
    text = post(server, "ecitmatch.cgi", bdata=bdata).text
    assert "|x|" in text and "|y|" not in text and "|z|" not in text


def test_what_was_posted_or_searched_can_be_fetched_from_history(
    server: Server,
) -> None:
    posted = post(server, "epost.fcgi", id="2,3").text
    key = posted.split("<QueryKey>")[1].split("<")[0]
    fetched = post(server, "efetch.fcgi", query_key=key, WebEnv="MCID_local").text
    assert fetched.count("<PubmedArticle>") == 2
    searched = post(server, "esearch.fcgi", term="1[uid]", usehistory="y").text
    key = searched.split("<QueryKey>")[1].split("<")[0]
    assert post(server, "efetch.fcgi", query_key=key).text.count("<PubmedArticle>") == 1


def test_what_was_asked_is_recorded_with_its_method(server: Server) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.get(f"{server.url}efetch.fcgi?id=1,2", timeout=10)
    last = server.received[-1]
    assert (last.method, last.call, last.ids) == ("GET", "efetch", [1, 2])
    assert "?" in last.path


def test_faults_befall_the_requests_that_a_test_names() -> None:
    with Server(LAMPS) as fragile:
        fragile.fail(Fault.BAD_GATEWAY, call="efetch", nth=2, times=1)
        fragile.fail(Fault.UNAVAILABLE, having=3, times=None)
        statuses = [
            post(fragile, f"{call}.fcgi", id=ids, term="1[uid]").status_code
            for call, ids in (
                ("efetch", "1"),
                ("esearch", "1"),
                ("efetch", "1"),
                ("efetch", "1"),
                ("esummary", "3"),
                ("efetch", "2,3"),
            )
        ]
        assert statuses == [200, 200, 502, 200, 503, 503]
        fragile.recover()
        assert post(fragile, "efetch.fcgi", id="3").status_code == 200


@pytest.mark.parametrize("fault", [f for f in Fault if f not in SLOW])
def test_every_fault_spoils_the_answer(fault: Fault) -> None:
    with Server(LAMPS) as fragile:
        good = post(fragile, "efetch.fcgi", id="1,2")
        fragile.fail(fault)
        try:
            bad = post(fragile, "efetch.fcgi", id="1,2")
        except requests.RequestException:
            return
        assert (bad.status_code, bad.content) != (good.status_code, good.content)


def test_a_record_given_as_xml_is_searched_and_sent_as_it_is() -> None:
    xml = Entry(7, "A lamp", doi="10.1/x", mesh=("Lamps",), cites=()).element()
    entry = Entry.of_xml(xml, cites=(1,))
    assert (entry.pmid, entry.title, entry.doi) == (7, "A lamp", "10.1/x")
    assert (entry.mesh, entry.year, entry.pages) == (("Lamps",), 2025, "1-9")
    assert (entry.created, entry.authors) == (date(2025, 6, 1), ("Lamplighter A",))
    assert entry.element() == xml
