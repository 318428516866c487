"""The words, templates and styles of `site/`: nothing in them can let text run."""

import re
from pathlib import Path

import pytest
import yaml

from curation.publish import templates

SITE = templates.sources() / "site"
DANGEROUS = ("snippets", "macros", "md_in_html", "attr_list", "abbr", "emoji")


def files(*endings: str) -> list[Path]:
    return sorted(p for p in SITE.rglob("*") if p.is_file() and p.suffix in endings)


def test_the_site_tool_is_given_nothing_that_reads_files_or_runs_code() -> None:
    settings = yaml.safe_load(
        (templates.sources() / "mkdocs.yml").read_text(encoding="utf-8")
    )
    assert settings["plugins"] == ["search"]
    assert settings["theme"]["font"] is False
    assert settings["strict"] is True
    names = " ".join(map(str, settings["markdown_extensions"]))
    assert not [word for word in DANGEROUS if word in names]
    assert len(str(settings["nav"])) < 2000


def test_no_template_switches_escaping_off() -> None:
    for path in files(".jinja", ".md"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape", text), path


def test_no_script_writes_markup_or_asks_another_server() -> None:
    for path in files(".js"):
        text = path.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacent", "eval(", "http"):
            assert word not in text, (path, word)


def test_words_live_here_and_code_does_not() -> None:
    assert not files(".py")
    for path, source in templates.words():
        assert re.match(r"---\ntitle: .+\n", source), path
        assert len(re.findall(r"^# ", source, re.MULTILINE)) == 1, path


def tokens(scheme: str) -> dict[str, str]:
    text = (SITE / "assets" / "tokens.css").read_text(encoding="utf-8")
    block = re.search(rf"\[data-md-color-scheme={scheme}\]\{{(.*?)\}}", text, re.DOTALL)
    assert block
    found = re.findall(r"--te-([a-z0-9-]+):#([0-9a-f]{3,6})", block[1])
    return {
        name: value if len(value) == 6 else "".join(2 * c for c in value)
        for name, value in found
    }


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT = [
    *(
        (ink, ground)
        for ink in ("ink", "ink2", "muted")
        for ground in ("paper", "surface")
    ),
    *((name, f"{name}-bg") for name in ("fav", "agn", "nul", "mix", "rev")),
    *((name, "paper") for name in ("fav", "agn", "nul", "mix", "link", "rev")),
    *(("ink", f"{name}-bg") for name in ("fav", "agn", "nul", "mix", "rev")),
    ("surface", "rev"),
    ("paper", "ink"),
    ("ink2", "sunk"),
]


@pytest.mark.parametrize("scheme", ["default", "slate"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read_in_both_schemes(scheme: str, ink: str, ground: str) -> None:
    colours = tokens(scheme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["default", "slate"])
@pytest.mark.parametrize("border", ["ctl", "focus"])
def test_controls_and_focus_can_be_seen(scheme: str, border: str) -> None:
    colours = tokens(scheme)
    assert contrast(colours[border], colours["paper"]) >= 3
    assert contrast(colours[border], colours["surface"]) >= 3
