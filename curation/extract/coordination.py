"""Arms as the words give them: together, in a row, or standing for all of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from curation.extract.arms import Arms
from curation.extract.markers import AGAINST

_JOINED = re.compile(
    r"^(?:[\s\w()=%.,+-]{0,45}?(?:(?:,?\s(?:and|or|nor)|/|&)\s?(?:the\s|with\s|to\s|"
    r"for\s)?"
    r"(?:[\w-]+\s){0,3}?|,\s(?:the\s)?))$",
    re.IGNORECASE,
)
_COMBINED = re.compile(
    r"^(?:-treated)?\s?(?:\+|plus|combined with|in combination with|together with|and|"
    r"with|/|added to|augmentation of|in addition to|augmented with|-)\s?"
    r"(?:[\w-]+\s){0,3}?$",
    re.IGNORECASE,
)
_PLUS = re.compile(
    r"\+|plus|combined with|in combination with|together with|augmented with|"
    r"in conjunction with|co-?administ",
    re.IGNORECASE,
)
_ADDED = re.compile(r"added to|augmentation of|in addition to|augmentation in", re.I)
_COMBINATION_BEFORE = re.compile(
    r"(?:combination (?:of|therapy with|treatment with)|combined|combining|"
    r"co-?administration of|addition of)\s(?:[\w-]+\s){0,3}?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Arm:
    """A mention of one or several arms in a clause."""

    start: int
    end: int
    slugs: tuple[str, ...]
    kind: str
    """`treatment`, `comparator`, `control`, `main`; `all` treatments, all `groups`."""
    combined: tuple[str, ...] = ()
    """What it was given together with."""

    @property
    def several(self) -> bool:
        """Return whether the words stand for all of the study's treatments."""
        return self.kind in ("all", "groups")


def combine(
    text: str, arms: Sequence[Arm], fixed: dict[frozenset[str], str]
) -> list[Arm]:
    """Return the arms with those given together made one.

    Parameters
    ----------
    fixed
        Sets of components that are a treatment of their own.
    """
    out: list[Arm] = []
    for arm in arms:
        if (
            out
            and arm.kind == "comparator"
            and out[-1].kind == "treatment"
            and _PLUS.fullmatch(text[out[-1].end : arm.start].strip(" -"))
        ):
            # "Sertraline plus placebo": the arm of the placebo.
            out[-1] = Arm(out[-1].start, arm.end, arm.slugs, "comparator")
            continue
        if not out or arm.kind != "treatment" or out[-1].kind != "treatment":
            out.append(arm)
            continue
        last = out[-1]
        if last.combined and re.match(
            r"\s?(?:or|and|/|,)\s?(?:an?\s)?$", text[last.end : arm.start]
        ):
            out[-1] = Arm(
                last.start,
                arm.end,
                last.slugs,
                "treatment",
                (*last.combined, *arm.slugs),
            )
            continue
        gap = text[last.end : arm.start]
        before = text[max(0, last.start - 45) : last.start]
        plus = len(gap) <= 45 and _COMBINED.match(gap)
        joined = plus and (
            _PLUS.search(gap)
            or _ADDED.search(gap)
            or (_COMBINATION_BEFORE.search(before) and re.search(r"and|with|/", gap))
        )
        if not joined or last.slugs == arm.slugs:
            out.append(arm)
            continue
        both = frozenset((*last.slugs, *last.combined, *arm.slugs))
        if both in fixed:
            out[-1] = Arm(last.start, arm.end, (fixed[both],), "treatment")
        else:
            out[-1] = Arm(
                last.start,
                arm.end,
                last.slugs,
                "treatment",
                (*last.combined, *arm.slugs),
            )
    return out


def groups(text: str, arms: Sequence[Arm]) -> list[list[Arm]]:
    """Return runs of coordinated arms: "A, B and C" is one run."""
    runs: list[list[Arm]] = []
    open_list = False
    for arm in arms:
        if runs:
            gap = re.sub(r"\s?\([^()]*\)", "", text[runs[-1][-1].end : arm.start])
            if len(gap) <= 60 and _JOINED.match(gap) and not AGAINST.search(gap + " "):
                runs[-1].append(arm)
                open_list = gap.rstrip(" the").endswith(",")
                continue
            if open_list:
                # A comma that no "and" follows ends a phrase: "with placebo, the drug".
                runs.append([runs[-1].pop()])
                open_list = False
        runs.append([arm])
    if open_list and len(runs[-1]) == 2:
        runs.append([runs[-1].pop()])
    return runs


def slugs_of(run: Sequence[Arm], study: Arms) -> list[str]:
    """Return the treatments that a run of arms stands for."""
    found: dict[str, None] = {}
    for arm in run:
        if arm.several:
            found.update(dict.fromkeys(study.treatments))
            if study.control and (arm.kind == "groups" or len(study.treatments) < 2):
                found[study.control] = None
        else:
            found.update(dict.fromkeys(arm.slugs))
    return list(found)
