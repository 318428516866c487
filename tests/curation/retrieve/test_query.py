"""The queries that a protocol makes: what they find, what they leave, how they read."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from curation.retrieve import query
from evidence.errors import ProtocolError
from evidence.protocol import Protocol, load
from evidence.review import Search, SearchFilters, SearchTerms
from evidence.vocabulary import AmbiguousTerm, Treatment
from tests.eutils import Entry
from tests.eutils.terms import Library


def changed(protocol: Protocol, **treatment: Any) -> Protocol:
    """Return the protocol with one treatment more."""
    row = Treatment(
        **{"id": "extra", "label": "Extra", "group": "preventives", "kind": "drug"}
        | treatment
    )
    treatments = MappingProxyType({**protocol.treatments, row.id: row})
    return replace(protocol, treatments=treatments)


def preventives(protocol: Protocol) -> Search:
    return protocol.searches["preventives"]


def found(text: str, entries: Iterable[Entry]) -> set[int]:
    pmids, _ = Library(entries, set()).find(text)
    return set(pmids)


def sweep(protocol: Protocol, *entries: Entry) -> set[int]:
    return found(query.sweep(protocol, preventives(protocol)).text, entries)


def paper(pmid: int, title: str, **fields: Any) -> Entry:
    return Entry(pmid, title, **{"created": date(2025, 6, 1)} | fields)


def test_every_name_of_a_treatment_finds_its_papers(migraine: Protocol) -> None:
    protocol = changed(
        migraine,
        synonyms=("lantern oil",),
        brands=("Glimmerol",),
        codes=("LMP-12",),
        mesh=("Lamp Oils",),
    )
    papers = [
        paper(1, "Lantern oil in migraine"),
        paper(2, "GLIMMEROL for migraine"),
        paper(3, "LMP-12 and migraine"),
        paper(4, "Something oily in migraine", mesh=("Lamp Oils",)),
        paper(5, "Extra migraine days"),
        paper(6, "Inderal against migraine"),
        paper(7, "Oil of a lantern in migraine"),
    ]
    assert sweep(protocol, *papers) == {1, 2, 3, 4, 5, 6}


def test_the_condition_must_be_there_as_a_word_or_a_heading(migraine: Protocol) -> None:
    papers = [
        paper(1, "Propranolol for light that hurts"),
        paper(2, "Propranolol in migraine"),
        paper(3, "Propranolol for light that hurts", mesh=("Migraine Disorders",)),
    ]
    assert sweep(migraine, *papers) == {2, 3}


def test_papers_that_nobody_has_indexed_yet_are_found(migraine: Protocol) -> None:
    assert sweep(migraine, paper(1, "Topiramate in migraine", mesh=())) == {1}


def test_animal_studies_are_left_out_once_indexed(migraine: Protocol) -> None:
    title = "Propranolol in migraine"
    papers = [
        paper(1, title, mesh=("Animals",)),
        paper(2, title, mesh=("Animals", "Humans")),
        paper(3, title),
    ]
    assert sweep(migraine, *papers) == {2, 3}


def test_filters_of_any_number_are_each_taken_away(trd: Protocol) -> None:
    search = trd.searches["ssri"]
    title = "Fluoxetine in major depressive disorder"
    papers = [
        paper(1, title),
        paper(2, title, types=("Editorial",)),
        paper(3, title, types=("Comment",)),
        paper(4, title, types=("Comment", "Letter")),
    ]
    assert found(query.sweep(trd, search).text, papers) == {1, 4}


def test_singular_and_plural_of_a_class_are_both_searched(migraine: Protocol) -> None:
    papers = [
        paper(1, "A beta-blocker in migraine"),
        paper(2, "Beta blockers in migraine"),
        paper(3, "Beta blockades in migraine"),
    ]
    assert sweep(migraine, *papers) == {1, 2, 3}


def test_an_ambiguous_name_counts_only_under_its_condition(migraine: Protocol) -> None:
    doubtful = AmbiguousTerm(term="LMP", requires=("lamp study", "lumen"))
    protocol = changed(migraine, label="LMP", ambiguous=(doubtful,))
    papers = [
        paper(1, "LMP in migraine"),
        paper(2, "LMP in migraine", abstract="One lumen more."),
        paper(3, "One lumen in migraine"),
        paper(4, "LMP: a lamp study of migraine"),
    ]
    assert sweep(protocol, *papers) == {2, 4}


def test_an_ambiguous_name_adds_nothing_to_the_name_it_requires(
    migraine: Protocol,
) -> None:
    """TPM is believed beside "topiramate", and every such paper is found by that."""
    assert "TPM" not in query.sweep(migraine, preventives(migraine)).text


def test_a_condition_that_holds_the_ambiguous_name_stands_alone(
    migraine: Protocol,
) -> None:
    doubtful = AmbiguousTerm(term="zinc", requires=("oral zinc", "zinc sulfate"))
    text = query.sweep(
        changed(migraine, label="Zinc", ambiguous=(doubtful,)), preventives(migraine)
    ).text
    assert '"oral zinc"[tiab] OR "zinc sulfate"[tiab]' in text
    assert '"zinc"[tiab]' not in text.lower()


def test_a_label_that_lists_several_names_is_no_phrase(migraine: Protocol) -> None:
    text = query.sweep(
        changed(migraine, label="Lanterns, lamps and torches", synonyms=("lantern",)),
        preventives(migraine),
    ).text
    assert '"lantern"[tiab]' in text and "torches" not in text


@pytest.mark.parametrize(
    ("name", "searched"),
    [
        ("S-(+)-lampine", "S-lampine"),
        ("(S)lampine", "S-lampine"),
        ("[S,S]-lampine", "S,S-lampine"),
        ("(±)-lampine", "lampine"),
        ("lampine/oil", "lampine oil"),
        ("St. John’s lamp", "St. John's lamp"),
        ('"lamp"[ti] OR x', "lampti OR x"),
        ("lamp*", "lamp"),
    ],
)
def test_a_name_is_written_as_pubmed_reads_it(
    name: str, searched: str, migraine: Protocol
) -> None:
    text = query.sweep(changed(migraine, synonyms=(name,)), preventives(migraine)).text
    assert f'"{searched}"[tiab]' in text


def test_supplementary_concepts_are_searched_as_substances(migraine: Protocol) -> None:
    protocol = changed(migraine, mesh=("lampinetide", "LMP-12 peptide", "Lamp Oils"))
    text = query.sweep(protocol, preventives(protocol)).text
    assert '"lampinetide"[nm] OR "LMP-12 peptide"[nm] OR "Lamp Oils"[mh]' in text
    assert sweep(protocol, paper(1, "Migraine", substances=("lampinetide",))) == {1}


def test_headings_of_several_words_with_small_ones_are_headings(
    migraine: Protocol,
) -> None:
    text = query.sweep(
        changed(migraine, mesh=("Oils of the Lamp",)), preventives(migraine)
    ).text
    assert '"Oils of the Lamp"[mh]' in text


def test_what_entered_pubmed_before_the_protocols_date_is_not_new(
    migraine: Protocol,
) -> None:
    papers = [
        paper(1, "Propranolol in migraine", created=date(2025, 1, 14)),
        paper(2, "Propranolol in migraine", created=date(2025, 1, 15), year=1999),
    ]
    assert sweep(migraine, *papers) == {2}


def test_an_increment_looks_back_beyond_the_last_run(migraine: Protocol) -> None:
    title = "Propranolol in migraine"
    unchanged, today = date(2025, 2, 1), date(2026, 3, 2)
    papers = [
        paper(1, title, created=today, revised=today),
        paper(2, title, created=date(2026, 1, 30), revised=date(2026, 1, 30)),
        paper(3, title, created=date(2026, 1, 29), revised=date(2026, 1, 29)),
        paper(4, title, created=unchanged, revised=today),
        paper(5, title, created=unchanged, revised=unchanged),
        paper(6, title, created=date(2010, 1, 1), revised=today),
    ]
    step = query.increment(migraine, preventives(migraine), date(2026, 3, 1))
    assert step.since == date(2026, 1, 30)
    assert found(step.text, papers) == {1, 2, 4}


def test_increments_together_find_what_the_sweep_finds(migraine: Protocol) -> None:
    search, days = preventives(migraine), range(0, 360, 9)
    papers = [
        paper(n, "Metoprolol in migraine", created=date.fromordinal(739_200 + n))
        for n in days
        if n > 0
    ]
    swept = found(query.sweep(migraine, search).text, papers)
    steps = [date.fromordinal(739_200 + n) for n in (0, 60, 130, 200, 300)]
    together = set()
    for watermark in steps:
        together |= found(query.increment(migraine, search, watermark).text, papers)
    assert together == swept != set()


def test_an_increment_never_begins_before_the_protocols_date(
    migraine: Protocol,
) -> None:
    step = query.increment(migraine, preventives(migraine), migraine.since)
    assert step.since == migraine.since


def test_known_items_are_looked_for_in_every_year(migraine: Protocol) -> None:
    papers = [
        paper(1, "Propranolol in migraine", created=date(1990, 1, 1)),
        paper(2, "Something else", created=date(1990, 1, 1)),
        paper(3, "Metoprolol in migraine", created=date(1990, 1, 1)),
    ]
    search, watermark = preventives(migraine), date(2026, 3, 1)
    for whole in (
        query.sweep(migraine, search, known=[2, 1, 2]),
        query.increment(migraine, search, watermark, known=[2, 1, 2]),
    ):
        assert found(whole.text, papers) == {1}
        assert whole.topic == query.sweep(migraine, search).topic


def test_known_items_add_nothing_else(migraine: Protocol) -> None:
    title, lately = "Propranolol in migraine", date(2026, 2, 20)
    papers = [
        paper(1, title, created=date(1990, 1, 1)),
        paper(2, title, created=lately, revised=lately),
        paper(3, title, created=date(1990, 1, 1), revised=lately),
    ]
    step = query.increment(migraine, preventives(migraine), date(2026, 3, 1), [1])
    assert found(step.text, papers) == {1, 2}


def test_the_same_files_make_the_same_query(migraine: Protocol, trd: Protocol) -> None:
    for protocol in (migraine, trd):
        again = load(protocol.folder)
        assert query.every(protocol) == query.every(again)
    for one in query.every(trd):
        assert one.sha256 == hashlib.sha256(one.text.encode()).hexdigest()
    assert len({one.sha256 for one in query.every(trd)}) == len(trd.searches)


def test_the_query_that_people_read_is_the_one_that_is_sent(trd: Protocol) -> None:
    for one in query.every(trd):
        lines = one.laid_out.splitlines()
        assert " ".join(one.laid_out.split()) == one.text
        assert max(map(len, lines)) <= 96
        assert not [line for line in lines if line.count('"') % 2]
        starts = [line.split()[0] for line in lines if not line.startswith((" ", "("))]
        assert starts == ["AND", *["NOT"] * len(trd.filters.exclude), "AND"]


def test_every_query_of_the_protocol_is_sound(trd: Protocol) -> None:
    for one in query.every(trd):
        assert found(one.text, []) == set()
        fields = set(re.findall(r'"\[([^\]]+)\]', one.text))
        assert fields <= query.FIELDS
        phrases = re.findall(r'"([^"]*)"', one.text)
        assert not [p for p in phrases if re.search(r"[()\[\]{}*:?|<>\\]", p)]
        assert not [p for p in phrases if p != p.strip() or len(p) < 2]
        topic = re.sub(r'\("[^"]*"\[tiab\] AND \([^)]*\)\)', "", one.text)
        clauses = re.findall(r'"[^"]*"\[\w+\]', topic.lower().split(") and (")[0])
        assert len(clauses) == len(set(clauses)), "a name is searched for twice"


def test_every_treatment_of_the_protocol_is_found_by_its_own_name(
    trd: Protocol,
) -> None:
    """By a synonym where the label lists several names or is itself ambiguous."""
    for search in trd.searches.values():
        text = query.sweep(trd, search).text
        for treatment in query.names(trd, search):
            names = [*treatment.synonyms, treatment.label, *treatment.codes]
            names += [a.requires[0] for a in treatment.ambiguous]
            papers = [
                paper(place, f"{name} in major depressive disorder")
                for place, name in enumerate(names, start=1)
            ]
            assert found(text, papers), f"{search.id}: {treatment.id}"


@pytest.mark.parametrize(
    ("filter_", "complaint"),
    [
        ("editorial[ptt]", r"would ignore the field \[ptt\]"),
        ("(animals[mh] NOT humans[mh]", "do not match"),
        ("animals[mh]) NOT (humans[mh]", "do not match"),
        ('"open[mh]', "do not match"),
    ],
)
def test_a_filter_that_pubmed_would_misread_is_refused(
    filter_: str, complaint: str, migraine: Protocol
) -> None:
    protocol = replace(migraine, filters=SearchFilters(exclude=(filter_,)))
    with pytest.raises(ProtocolError, match=complaint):
        query.every(protocol)


def test_a_search_without_a_name_or_a_condition_is_refused(migraine: Protocol) -> None:
    for protocol in (
        replace(migraine, condition=SearchTerms()),
        replace(migraine, treatments=MappingProxyType({})),
    ):
        with pytest.raises(ProtocolError, match="no name is left"):
            query.every(protocol)


def test_a_search_may_add_names_that_no_treatment_has(migraine: Protocol) -> None:
    search = preventives(migraine).model_copy(
        update={"extra_mesh": ("Lamp Oils",), "extra_words": ("lamp oil",)}
    )
    text = query.sweep(migraine, search).text
    assert '"Lamp Oils"[mh]' in text and '"lamp oil"[tiab]' in text
