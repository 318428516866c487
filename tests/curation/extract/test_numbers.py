"""Numbers as printed, in all the ways that journals print them."""

import pytest

from curation.extract.statistics import p_value, people, read_numbers


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
        ("Forty points were gained.", None),
        ("The Group 2 patients received lithium.", None),
    ],
)
def test_how_many_people(text: str, count: int | None) -> None:
    assert people(text) == count
