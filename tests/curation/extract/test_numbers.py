"""Numbers as printed, in all the ways that journals print them."""

import pytest

from curation.extract.statistics import (
    p_value,
    people,
    printed_n,
    read_numbers,
)


@pytest.mark.parametrize(
    ("text", "printed", "significant"),
    [
        ("lower (P=.01)", ".01", True),
        ("lower (p < 0.001)", "< 0.001", True),
        ("lower (p<0·05)", "<0·05", True),
        ("no change (p > 0.05)", "> 0.05", False),
        ("no change (p = .36)", ".36", False),
        ("lower (p ≤ .001)", "≤ .001", True),
        ("just so (p = .05)", ".05", True),
        ("no change (p = ns)", "p = ns", False),
        ("lower (all Ps < 0.05)", "< 0.05", True),
        ("no change (all p's > .05)", "> .05", False),
        ("lower (P less than 0.05)", "less than 0.05", True),
        ("no change (P greater than 0.05)", "greater than 0.05", False),
        ("lower (pFDR = 0.03)", "0.03", True),
        ("lower (p-corrected < .001)", "< .001", True),
        ("lower (P = 0,002)", "0,002", True),
    ],
)
def test_p_as_printed(text: str, printed: str, significant: bool) -> None:
    assert p_value(text) == (printed, significant)


def test_no_p_is_none() -> None:
    assert p_value("a drop of 0.5 points on the map") is None


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("0.46 (95% CI 0.26 to 0.83)", "0.26 to 0.83"),
        ("[95% CI, 3.9-14.6]", "3.9-14.6"),
        ("(95% confidence interval, -0.55 to 1.82)", "-0.55 to 1.82"),
        ("(95% CI = -.56, -.05)", "-.56, -.05"),
    ],
)
def test_intervals(text: str, interval: str) -> None:
    assert read_numbers(text).interval == interval


def test_effects() -> None:
    assert read_numbers("Cohen's d = 0.65").effect == "SMD 0.65"
    assert read_numbers("odds ratio 1.9").effect == "OR 1.9"
    assert read_numbers("nothing here").effect is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("A total of 403 patients underwent randomization.", 403),
        ("We randomised 1,250 adults.", 1250),
        ("Twenty-five patients participated in the study.", 25),
        ("Three hundred and seventy-five patients were enrolled.", 375),
        ("Participants (n = 39) were randomised.", 39),
        ("Of the 156 patients, 104 were allocated to the tablet.", 156),
        ("Twenty patients (15 men, 5 women) enrolled.", 20),
        ("Anxious (n = 30) and calm patients (n = 20) received infusions.", 50),
        ("Nine RCTs including 1277 participants were pooled.", 1277),
        ("All 319 parturients were randomly assigned.", 319),
        ("Drug (1 mg/kg, n = 10) or tablet (2 mg, n = 12) was assigned.", 22),
        ("Ended August 2023 at the People's Hospital, 90 patients included.", 90),
        ("Forty points were gained.", None),
        ("The Group 2 patients received lithium.", None),
    ],
)
def test_how_many_people(text: str, count: int | None) -> None:
    assert people(text) == count


def test_people_who_were_studied_count_where_nobody_is_said_to_have_enrolled() -> None:
    told = "The effects were studied in 51 patients."
    assert people(told) is None
    assert people(told, studied=True) == 51


def test_a_sentence_with_one_p_lends_it_to_its_clauses() -> None:
    told = "Anxiety fell but not clearly, (p > 0.05)."
    assert read_numbers("Anxiety fell", sentence=told).p == "> 0.05"
    two = "Anxiety (p = .01) fell, fatigue (p = .20) did not."
    assert read_numbers("Anxiety fell", sentence=two).p is None


def test_the_size_of_each_arm_is_not_that_of_the_trial() -> None:
    assert printed_n("lower in all (n = 41)") == 41
    assert printed_n("drug (n = 18) or placebo (n = 16)") is None


def test_of_several_p_the_one_after_the_outcome_is_its_own() -> None:
    told = "anxiety (p = .008) and fatigue (p = .03)"
    assert read_numbers(told, told.find("fatigue")).p == ".03"
    assert read_numbers(told).p == ".008"
