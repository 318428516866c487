"""The measures, each on abstracts small enough to count by hand."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from curation.extract.gold import GoldAbstract, GoldClaim
from curation.extract.scoring import (
    Counts,
    FalseAlarms,
    Reading,
    Score,
    bootstrap,
    read_twice,
    score_empty,
    score_views,
)
from curation.extract.shared_cells import (
    SharedScore,
    overlaps,
    score_shared,
    shared_cells,
)
from curation.extract.spellings import load_spellings
from evidence.records import Field, Section
from evidence.types import Direction, Draft, Role, Statement

AUXILIARY = frozenset({"overall-severity", "safety"})

FIRST = "Sleep improved more on agomelatine than on sertraline (p = 0.03)."
SECOND = "Pleasure did not differ between the drugs."
LAST = "Agomelatine helped people sleep better."
TEXT = f"{FIRST}\n{SECOND}\n{LAST}"


def span(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def claim(
    treatment: str,
    comparator: str | None,
    domain: str,
    direction: str,
    quote: str = FIRST,
    **more: Any,
) -> GoldClaim:
    start, end = span(quote)
    fields: dict[str, Any] = {"role": Role.OUTCOME, **more}
    return GoldClaim(
        quote=quote,
        start=start,
        end=end,
        treatment=treatment,
        comparator=comparator,
        domain=domain,
        direction=Direction(direction),
        **fields,
    )


def draft(
    treatment: str,
    comparator: str | None,
    domain: str,
    direction: str,
    quote: str = FIRST,
    **more: Any,
) -> Draft:
    start, end = span(quote)
    fields: dict[str, Any] = {
        "role": Role.OUTCOME,
        "field": Field.ABSTRACT,
        "population": "mdd",
        "confidence": 0.5,
        **more,
    }
    return Draft(
        pmid=1,
        start=start,
        end=end,
        quote=quote,
        text_sha256="",
        treatment=treatment,
        comparator=comparator,
        domain=domain,
        direction=Direction(direction),
        rule="rule",
        extractor="test",
        **fields,
    )


def reading(
    claims: Sequence[GoldClaim], drafts: Sequence[Draft], **more: Any
) -> Reading:
    sections = tuple(Section(line) for line in TEXT.split("\n"))
    gold = GoldAbstract(
        key="1", pmid=1, title=None, sections=sections, claims=tuple(claims), **more
    )
    return read_twice(gold, drafts)


def scores(*readings: Reading) -> dict[str, Score]:
    return score_views(readings, AUXILIARY)


def shared(*readings: Reading) -> SharedScore:
    return score_shared(shared_cells(readings))


SLEEP = claim("agomelatine", "sertraline", "circadian-sleep", "improves")
PLEASURE = claim(
    "agomelatine", "sertraline", "anhedonia", "no_clear_difference", SECOND
)
SLEEP_FOUND = draft("agomelatine", "sertraline", "circadian-sleep", "improves")


class TestViews:
    def test_each_distinct_thing_counts_once_an_abstract(self) -> None:
        severity = claim("agomelatine", None, "overall-severity", "improves", LAST)
        found = [
            SLEEP_FOUND,
            draft("agomelatine", "sertraline", "anhedonia", "worsens", SECOND),
            draft("sertraline", None, "safety", "worsens"),
        ]
        got = scores(reading([SLEEP, PLEASURE, severity], found))
        # Gold: 1 treatment, 3 domains. Found: 2 treatments, 3 domains, 2 shared.
        assert (got["treatment"].p, got["treatment"].r) == (0.5, 1.0)
        assert got["treatment"].f1 == 0.6667
        assert (got["domain"].matched, got["domain"].f1) == (2, 0.6667)
        assert (got["cell"].matched, got["cell"].predicted) == (2, 3)
        assert (got["finding"].matched, got["finding"].f1) == (1, 0.3333)
        # Without severity and safety: 1 of 2 found, 1 of 2 gold.
        own = got["finding_domain"]
        assert (own.matched, own.predicted, own.gold, own.f1) == (1, 2, 2, 0.5)
        assert got["full"].matched == 1

    def test_two_abstracts_are_counted_apart_and_added(self) -> None:
        hit = reading([SLEEP], [SLEEP_FOUND])
        miss = reading([SLEEP], [])
        got = scores(hit, miss)["finding"]
        assert (got.matched, got.predicted, got.gold) == (1, 1, 2)
        assert (got.p, got.r, got.f1) == (1.0, 0.5, 0.6667)

    def test_repeating_a_claim_earns_and_costs_nothing(self) -> None:
        twice = reading([SLEEP], [SLEEP_FOUND, SLEEP_FOUND])
        assert scores(twice)["full"].predicted == 1

    def test_arms_named_the_other_way_round_match_with_direction_turned(self) -> None:
        turned = draft("sertraline", "agomelatine", "circadian-sleep", "worsens")
        got = scores(reading([SLEEP], [turned]))
        assert got["full"].f1 == got["finding"].f1 == got["treatment"].f1 == 1.0

    def test_arms_turned_round_with_the_same_direction_are_wrong(self) -> None:
        wrong = draft("sertraline", "agomelatine", "circadian-sleep", "improves")
        got = scores(reading([SLEEP], [wrong]))
        assert got["finding"].f1 == 0.0
        assert got["cell"].f1 == 1.0

    def test_no_difference_stays_no_difference_when_turned(self) -> None:
        turned = draft("sertraline", "agomelatine", "anhedonia", "no_clear_difference")
        assert scores(reading([PLEASURE], [turned]))["full"].f1 == 1.0

    def test_nothing_is_turned_where_gold_names_another_comparator(self) -> None:
        against_placebo = claim("agomelatine", "placebo", "circadian-sleep", "improves")
        turned = draft("sertraline", "agomelatine", "circadian-sleep", "worsens")
        assert scores(reading([against_placebo], [turned]))["finding"].matched == 0

    @pytest.mark.parametrize("nothing", [None, "", "none", "null", "baseline"])
    def test_no_comparator_is_baseline(self, nothing: str | None) -> None:
        gold = claim("agomelatine", nothing, "circadian-sleep", "improves")
        found = draft("agomelatine", "baseline", "circadian-sleep", "improves")
        assert scores(reading([gold], [found]))["full"].f1 == 1.0

    @pytest.mark.parametrize(
        ("one", "other"),
        [("rtms", "tms"), ("LSD", "lysergide"), ("Omega_3 fatty acids", "omega-3")],
    )
    def test_spellings_of_one_treatment_are_equal(self, one: str, other: str) -> None:
        gold = claim(one, "TAU", "circadian-sleep", "improves")
        found = draft(other, "usual-care", "circadian-sleep", "improves")
        assert scores(reading([gold], [found]))["full"].f1 == 1.0

    def test_only_own_results_count(self) -> None:
        said_before = draft(
            "agomelatine",
            "sertraline",
            "circadian-sleep",
            "improves",
            statement=Statement.BACKGROUND,
        )
        got = scores(reading([SLEEP], [said_before]))
        assert got["finding"].predicted == 0

    def test_without_abstracts_every_figure_is_zero(self) -> None:
        got = scores()
        assert got["finding"] == Score(0, 0, 0, 0, 0, 0, (0, 0))


class TestBootstrap:
    ROWS = (Counts(1, 1, 1), Counts(0, 2, 1), Counts(2, 3, 4), Counts(0, 0, 2))

    def test_it_is_the_same_in_every_run(self) -> None:
        first = bootstrap(self.ROWS, random.Random(0))
        assert first == bootstrap(self.ROWS, random.Random(0))
        assert first[0] < 0.4286 < first[1]  # F1 of all four: P 3/6, R 3/8.

    def test_equal_abstracts_leave_no_doubt(self) -> None:
        got = bootstrap([Counts(1, 2, 2)] * 5, random.Random(0))
        assert got == (0.5, 0.5)

    @pytest.mark.parametrize(
        ("wrong", "interval"),
        [(25, (0.5, 0.5)), (26, (0.0, 0.5)), (974, (0.0, 0.5)), (975, (0.0, 0.0))],
    )
    def test_25_of_1000_resamples_are_cut_off_at_each_end(
        self, wrong: int, interval: tuple[float, float]
    ) -> None:
        class Scripted(random.Random):
            """Draw the wrong abstract twice so many times, then each of both."""

            places = iter([1, 1] * wrong + [0, 1] * (1000 - wrong))

            def randrange(self, *args: Any, **kwargs: Any) -> int:
                return next(self.places)

        rows = [Counts(1, 1, 1), Counts(0, 1, 1)]
        assert bootstrap(rows, Scripted()) == interval

    def test_both_headlines_draw_from_one_stream_that_starts_at_nought(self) -> None:
        # The n-th abstract holds n false claims beside the right one.
        false = [
            draft(f"drug-{n}", "sertraline", "circadian-sleep", "improves")
            for n in range(9)
        ]
        found = [reading([SLEEP], [SLEEP_FOUND, *false[:n]]) for n in range(9)]
        rows = [Counts(1, 1 + n, 1) for n in range(9)]
        draws = random.Random(0)
        got = scores(*found)
        assert got["finding"].interval == bootstrap(rows, draws)
        assert got["finding_domain"].interval == bootstrap(rows, draws)
        assert got["finding"].interval != got["finding_domain"].interval

    def test_headlines_have_an_interval_and_the_others_none(self) -> None:
        got = scores(reading([SLEEP], [SLEEP_FOUND]))
        with_interval = {name for name, s in got.items() if s.interval is not None}
        assert with_interval == {"finding", "finding_domain"}


class TestSharedCells:
    def test_only_gold_claims_whose_cell_was_found_are_asked(self) -> None:
        got = shared(reading([SLEEP, PLEASURE], [SLEEP_FOUND]))
        assert got == SharedScore(1, 1.0, 0.3333, 0.0, 1.0, 1.0, 1.0)

    def test_an_inversion_is_improvement_taken_for_worsening(self) -> None:
        inverted = draft("agomelatine", "sertraline", "circadian-sleep", "worsens")
        missed = draft("agomelatine", "sertraline", "anhedonia", "improves", SECOND)
        got = shared(reading([SLEEP, PLEASURE], [inverted, missed]))
        assert (got.n, got.direction_accuracy, got.inversion_rate) == (2, 0.0, 0.5)

    def test_emitting_all_directions_earns_a_third(self) -> None:
        every = [
            draft("agomelatine", "sertraline", "circadian-sleep", d)
            for d in ("improves", "no_clear_difference", "worsens")
        ]
        got = shared(reading([SLEEP], every))
        assert got.direction_accuracy == 0.3333
        assert got.inversion_rate == 0.3333
        # One class of three: P 1, R 1/3, F1 1/2.
        assert got.direction_macro_f1 == 0.1667

    def test_a_direction_that_another_gold_claim_bears_is_no_rival(self) -> None:
        later = claim(
            "agomelatine", "sertraline", "circadian-sleep", "no_clear_difference"
        )
        both = [
            SLEEP_FOUND,
            draft(
                "agomelatine", "sertraline", "circadian-sleep", "no_clear_difference"
            ),
        ]
        assert shared(reading([SLEEP, later], both)).direction_accuracy == 1.0

    def test_the_same_comparator_comes_before_others(self) -> None:
        by_itself = draft("agomelatine", None, "circadian-sleep", "worsens")
        got = shared(reading([SLEEP], [by_itself, SLEEP_FOUND]))
        assert (got.direction_accuracy, got.comparator_accuracy) == (1.0, 1.0)
        got = shared(reading([SLEEP], [by_itself]))
        assert (got.direction_accuracy, got.comparator_accuracy) == (0.0, 0.0)

    def test_a_claim_of_the_other_arm_is_looked_at_turned_round(self) -> None:
        turned = draft("sertraline", "agomelatine", "circadian-sleep", "worsens")
        got = shared(reading([SLEEP], [turned]))
        assert (got.n, got.direction_accuracy, got.comparator_accuracy) == (1, 1, 1)

    def test_the_role_is_the_gold_role(self) -> None:
        wrong = draft(
            "agomelatine",
            "sertraline",
            "circadian-sleep",
            "improves",
            role=Role.MODERATOR,
        )
        assert shared(reading([SLEEP], [wrong])).role_accuracy == 0.0

    @pytest.mark.parametrize(
        ("quote", "field", "share"),
        [
            (FIRST, Field.ABSTRACT, 1.0),
            ("Sleep improved more on agomelatine", Field.ABSTRACT, 1.0),
            ("Sleep improved", Field.ABSTRACT, 0.0),
            (LAST, Field.ABSTRACT, 1.0),
            (SECOND, Field.ABSTRACT, 0.0),
            (FIRST, Field.TITLE, 0.0),
        ],
    )
    def test_a_quote_counts_where_it_covers_half_of_the_union(
        self, quote: str, field: Field, share: float
    ) -> None:
        gold = claim(
            "agomelatine",
            "sertraline",
            "circadian-sleep",
            "improves",
            also=(span(LAST),),
        )
        found = draft(
            "agomelatine",
            "sertraline",
            "circadian-sleep",
            "improves",
            quote,
            field=field,
        )
        assert shared(reading([gold], [found])).quote_overlap == share

    def test_spans_that_touch_do_not_overlap(self) -> None:
        assert not overlaps((0, 5), [(5, 10)])
        assert overlaps((0, 10), [(5, 15), (0, 20)])
        assert not overlaps(None, [(0, 10)])


def test_claims_on_empty_abstracts_are_false_alarms() -> None:
    quiet, loud = reading([], []), reading([], [SLEEP_FOUND, SLEEP_FOUND])
    full = reading([SLEEP], [SLEEP_FOUND])
    assert score_empty([quiet, loud, full]) == FalseAlarms(2, 1, 2)


def test_no_spelling_is_an_alias_of_two_slugs_or_of_itself() -> None:
    aliases = load_spellings().aliases
    assert not set(aliases) & set(aliases.values())
