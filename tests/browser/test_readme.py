"""The figures in README are those of the demonstration that it tells of."""

import re

from tests.browser.reader import Shown
from tests.places import CHECKOUT


def test_what_readme_says_was_found_is_what_the_demonstration_shows(
    demonstration: Shown,
) -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    told = readme.partition("## What the demonstration found")[2].partition("\n## ")[0]
    studies, assertions = map(int, re.findall(r"\b(\d+) (?:studies|assertions)", told))
    page = (demonstration.site / "where-they-part.html").read_text(encoding="utf-8")
    lines = re.findall(r">([^<>]+)</a>: <b>(\d+)</b>", page)
    shown = {name: int(number) for name, number in lines}
    kinds = ("no reviewed study", "studied only indirectly", "one direct study")
    counts = [shown[f"Asserted, {kind}"] for kind in kinds]
    counts.append(shown["Direct studies are divided, or cannot be compared"])
    assert [int(n) for n in re.findall(r"^\| (\d+) \|", told, re.M)] == counts
    assert sum(counts) == assertions
    assert shown["Direction agrees"] == shown["Direction opposes the review"] == 0
    home = (demonstration.site / "index.html").read_text(encoding="utf-8")
    assert f"<b>{studies}</b> studies reviewed" in home
