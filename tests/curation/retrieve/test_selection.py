"""A search asked of a file's records finds what PubMed would find with it."""

import random
from dataclasses import replace
from datetime import date

import pytest
from lxml import etree

from curation.retrieve import medline, query
from curation.retrieve.selection import Selection
from evidence.errors import ProtocolError
from evidence.protocol import Protocol
from evidence.records import Record
from tests.eutils import Entry
from tests.eutils.terms import Library


def as_record(entry: Entry) -> Record:
    return medline.read(etree.fromstring(entry.element()))


def invented(protocol: Protocol, number: int) -> list[Entry]:
    """Return papers whose titles and headings are names that the searches know."""
    chance = random.Random(20260302)
    names = [
        name
        for treatment in protocol.treatments.values()
        for name in (treatment.label, *treatment.synonyms, *treatment.brands)
    ]
    names += [a.term for t in protocol.treatments.values() for a in t.ambiguous]
    names += [
        r for t in protocol.treatments.values() for a in t.ambiguous for r in a.requires
    ]
    headings = [
        h for t in protocol.treatments.values() for h in t.mesh if h[0].isupper()
    ]
    conditions = [*protocol.condition.words, "mood", "sleep"]
    diseases = [*protocol.condition.mesh, "Sleep"]
    return [
        Entry(
            pmid,
            f"Of {chance.choice(names)} and {chance.choice(names)}",
            f"We studied {chance.choice(conditions)}.",
            mesh=tuple(
                chance.choice(some)
                for some in (headings, diseases, ["Animals", "Humans", "Adult"])
                if chance.random() < 0.3
            ),
            types=(chance.choice(["Journal Article", "Editorial", "Comment"]),)
            + (("Letter",) if chance.random() < 0.2 else ()),
            created=chance.choice([date(2024, 5, 1), date(2025, 6, 1)]),
        )
        for pmid in range(1, number + 1)
    ]


def test_the_shipped_searches_find_the_same_records_in_a_file(trd: Protocol) -> None:
    entries = invented(trd, 400)
    library = Library(entries, set())
    online = {p for one in query.every(trd) for p in library.find(one.text)[0]}
    selection = Selection(trd)
    offline = {e.pmid for e in entries if selection.finds(as_record(e))}
    assert offline == online
    assert 50 < len(online) < 350, "or this compares nothing"


TRIAL = Entry(601, "Propranolol in migraine")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"title": "PROPRANOLOL, in Migraine!"}, True),
        ({"title": "Propranolol-treated migraineurs"}, False),
        ({"title": "Propranolol", "mesh": ("Migraine Disorders",)}, True),
        ({"created": date(2025, 1, 14)}, False),
        ({"mesh": ("Animals",)}, False),
        ({"mesh": ("Animals", "Humans")}, True),
    ],
)
def test_condition_treatment_date_and_filters_all_count(
    changes: dict[str, object], found: bool, migraine: Protocol
) -> None:
    record = as_record(replace(TRIAL, **changes))
    assert Selection(migraine).finds(record) is found


def test_keywords_are_text_words_as_in_pubmed(migraine: Protocol) -> None:
    record = as_record(replace(TRIAL, title="Propranolol"))
    assert not Selection(migraine).finds(record)
    assert Selection(migraine).finds(replace(record, keywords=("Migraine",)))


@pytest.mark.parametrize(
    ("filter_", "said"),
    [
        ("english[la]", r"does not tell \[la\]; load with --all"),
        ("two words[tiab]", "put terms in quotation marks"),
        ('"2020/01/01"[pt] : "3000"[pt]', r"does not tell \[pt\]"),
    ],
)
def test_what_a_file_cannot_answer_is_an_error(
    filter_: str, said: str, migraine: Protocol
) -> None:
    filters = migraine.filters.model_copy(update={"exclude": (filter_,)})
    with pytest.raises(ProtocolError, match=said):
        Selection(replace(migraine, filters=filters))


def test_other_searches_are_another_selection(
    migraine: Protocol, trd: Protocol
) -> None:
    assert Selection(migraine).id == Selection(migraine).id != Selection(trd).id
