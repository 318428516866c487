"""A protocol loads whole, or says which line of which file to mend."""

import shutil
from pathlib import Path

import pytest

from evidence.errors import ProtocolError
from evidence.protocol import FILES, Protocol, load
from evidence.review import Stance
from evidence.vocabulary import ComparatorClass, DomainKind
from tests.places import MIGRAINE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the small protocol that a test may spoil."""
    return Path(shutil.copytree(MIGRAINE, tmp_path / "protocol"))


def spoil(folder: Path, name: str, before: str, after: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "before", "after", "told"),
    [
        pytest.param(
            "treatments.toml",
            'brands = ["Inderal"]',
            'brand = ["Inderal"]',
            ["treatments.toml line 19", "'propranolol'", "brand", "known keys"],
            id="a key with a typo",
        ),
        pytest.param(
            "outcomes.toml",
            'domain = "photophobia"',
            'domain = "photofobia"',
            ["outcomes.toml line 4", "'light-sensitivity'", "'photofobia'"],
            id="a slug that no table defines",
        ),
        pytest.param(
            "treatments.toml",
            'id = "metoprolol"',
            'id = "propranolol"',
            ["treatments.toml line 22", "'propranolol'", "twice"],
            id="an id that stands twice",
        ),
        pytest.param(
            "treatments.toml",
            'synonyms = ["dummy pill"]',
            'synonyms = ["Inderal"]',
            ["treatments.toml line 36", "'inderal'", "'propranolol'"],
            id="a word of two owners",
        ),
        pytest.param(
            "assertions.toml",
            'stance = "favours"',
            'stance = "likes"',
            ["assertions.toml line 6", "stance"],
            id="a value that does not exist",
        ),
        pytest.param(
            "assertions.toml",
            "numbers = [1]",
            "numbers = [9]",
            ["assertions.toml line 11", "9"],
            id="a reference that is not in the list",
        ),
        pytest.param(
            "domains.toml",
            'kind = "safety"',
            'kind = "domain"',
            ["domains.toml", "safety"],
            id="no safety column",
        ),
        pytest.param(
            "treatments.toml",
            'classes = ["beta-blocker"]',
            'classes = ["topiramate"]',
            ["treatments.toml line 18", "'topiramate'", "class"],
            id="a class that is a molecule",
        ),
        pytest.param(
            "populations.toml",
            'definition = "Everybody else."',
            'definition = "Everybody else."\nall = ["migraine"]',
            ["populations.toml", "last rung"],
            id="a ladder without a floor",
        ),
        pytest.param(
            "treatments.toml",
            'id = "dose"',
            'id = "topiramate"',
            ["treatments.toml line 47", "'topiramate'", "treatment already"],
            id="a slug of a treatment and a comparator",
        ),
        pytest.param(
            "review.toml",
            "version = 1",
            "version = ",
            ["review.toml", "line 2"],
            id="no TOML",
        ),
    ],
)
def test_a_mistake_names_file_line_and_table(
    folder: Path, name: str, before: str, after: str, told: list[str]
) -> None:
    spoil(folder, name, before, after)
    with pytest.raises(ProtocolError) as error:
        load(folder)
    message = str(error.value)
    assert "\n" not in message
    for part in told:
        assert part in message


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ProtocolError, match=name):
        load(folder)


def test_a_folder_that_is_none_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="CURATION_PROTOCOL"):
        load(tmp_path / "nowhere")


def test_another_byte_is_another_digest(folder: Path, migraine: Protocol) -> None:
    assert load(folder).sha256 == migraine.sha256
    spoil(folder, "review.toml", "Refractory", "refractory")
    assert load(folder).sha256 != migraine.sha256


def test_classes_and_comparators(migraine: Protocol) -> None:
    assert migraine.ancestors("propranolol") == ("beta-blocker",)
    assert migraine.members("beta-blocker") == {"propranolol", "metoprolol"}
    assert migraine.comparator_class("placebo") is ComparatorClass.INERT
    assert migraine.comparator_class("topiramate") is ComparatorClass.ACTIVE
    assert migraine.comparator_class(None) is ComparatorClass.WITHIN_GROUP


class TestTheProtocolThatShips:
    """The review, as tables: how many there are is a promise of the README."""

    def test_it_has_the_columns_of_the_review(self, trd: Protocol) -> None:
        assert len(trd.domains) == 16
        assert len(trd.domains_of(DomainKind.DOMAIN)) == 14
        assert all(len(d.definition) > 80 for d in trd.domains.values())

    def test_it_has_the_wider_field(self, trd: Protocol) -> None:
        assert len(trd.treatments) >= 150
        assert len(trd.outcomes) >= 120

    def test_it_has_every_reference(self, trd: Protocol) -> None:
        assert list(trd.references) == list(range(1, 65))
        assert [n for n, r in trd.references.items() if r.kind != "article"] == [11]

    def test_broken_identifiers_are_kept_and_mended(self, trd: Protocol) -> None:
        assert trd.references[35].dois[0] == "10.1097/YCO.0b013e32831be9ef"
        assert trd.references[49].doi == "10.3389/fpsyt.2021.727117"
        assert trd.references[49].doi_printed == "10.3389/fpsy.2021.727117"
        assert trd.references[2].doi_printed == "10.1016/s0006-3223(03)00231-2"

    def test_it_holds_the_assertions_of_the_review(self, trd: Protocol) -> None:
        pairs = {(a.treatment, a.domain) for a in trd.assertions.values()}
        assert len(pairs) >= 120
        assert any(not a.uses for a in trd.assertions.values())
        stances = {a.stance for a in trd.assertions.values()}
        assert {Stance.FAVOURS, Stance.CAUTIONS, Stance.NO_CLEAR_BENEFIT} <= stances

    def test_an_ambiguous_range_is_never_expanded(self, trd: Protocol) -> None:
        uses = [u for a in trd.assertions.values() for u in a.uses if u.ambiguous]
        assert uses
        assert all(u.numbers == (25, 34) for u in uses)

    def test_a_reference_is_used_only_where_it_is_printed(self, trd: Protocol) -> None:
        printed = {n for n, r in trd.references.items() if r.uses}
        used = {n for a in trd.assertions.values() for u in a.uses for n in u.numbers}
        assert used <= printed

    def test_every_known_group_is_searched(self, trd: Protocol) -> None:
        searched = {g for s in trd.searches.values() for g in s.groups}
        assert searched == set(trd.groups)
