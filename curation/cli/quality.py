"""Verbs on how the review is done: by one or two, in what agreement, how rightly."""

from typing import Annotated, Any

import typer

from curation import console
from curation.cli.app import AsJson, app, at_console, database
from curation.clock import now
from evidence.agreement import Estimate
from evidence.database import ReviewMode
from evidence.queries import agreement as agreements
from evidence.queries.scorecard import scorecard as marks
from evidence.scorecard import PartScore, RuleScore
from evidence.store.reviewing import set_review_mode


@app.command("review-mode")
def review_mode(
    mode: Annotated[
        ReviewMode | None,
        typer.Argument(help="single: one curator decides; dual: two, blind."),
    ] = None,
) -> None:
    """Show or set how many curators decide on each claim."""
    with database() as opened:
        if mode is not None:
            with opened.write() as session:
                changed = set_review_mode(
                    opened, session, mode, actor=at_console(), at=now()
                )
            if changed:
                console.say("Every status was computed afresh.")
        with opened.read() as session:
            dual = opened.dual(session)
    console.emit((ReviewMode.DUAL if dual else ReviewMode.SINGLE).value)


@app.command()
def agreement(as_json: AsJson = False) -> None:
    """Show how far two blind curators agree, field by field."""
    with database() as opened, opened.read() as session:
        found = agreements.agreements(opened, session)
    if as_json:
        console.emit_json(
            [
                {
                    "curators": list(one.curators),
                    "fields": {
                        name: {
                            "claims": field.n,
                            "same": field.same,
                            "percent": _numbers(field.percent),
                            "kappa": _numbers(field.kappa),
                            "ac1": _numbers(field.ac1),
                        }
                        for name, field in one.fields.items()
                    },
                }
                for one in found
            ]
        )
        return
    if not found:
        console.emit("no claim has two blind decisions; see curation review-mode dual")
    for one in found:
        console.table(
            " and ".join(one.curators) or "All curators",
            ("field", "claims", "same", "percent", "Cohen's kappa", "Gwet's AC1"),
            [
                (
                    name.replace("_", " "),
                    field.n,
                    field.same,
                    _told(field.percent, 100),
                    _told(field.kappa),
                    _told(field.ac1),
                )
                for name, field in one.fields.items()
            ],
        )


@app.command()
def scorecard(
    every: Annotated[
        bool,
        typer.Option("--all", help="On all that was decided, not on random slices."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show how often the extractor is right, rule by rule."""
    with database() as opened, opened.read() as session:
        found = marks(session, sliced=not every)
    if as_json:
        console.emit_json(
            {
                "on": "all" if every else "random slices",
                "all_rules": _rule(found.overall),
                "rules": {rule: _rule(one) for rule, one in found.rules.items()},
                "parts": {part: _part(one) for part, one in found.parts.items()},
            }
        )
        return
    if not found.overall.judged:
        console.emit("no claim of a random slice is decided yet; --all shows the rest")
        return
    console.table(
        "Rules, on " + ("all that was decided" if every else "the random slices"),
        ("rule", "judged", "right", "amended", "rejected", "a claim %", "all right %"),
        [
            (
                rule,
                *(one.judged, one.right, one.amended, one.rejected),
                _told(one.precision, 100),
                _told(one.exact, 100),
            )
            for rule, one in [("all rules", found.overall), *found.rules.items()]
        ],
    )
    console.table(
        "Parts of a claim",
        ("part", "judged", "wrong", "right %"),
        [
            (part, one.judged, one.wrong, _told(one.precision, 100))
            for part, one in found.parts.items()
        ],
    )


def _rule(one: RuleScore) -> dict[str, Any]:
    return {
        "judged": one.judged,
        "right": one.right,
        "amended": one.amended,
        "rejected": one.rejected,
        "precision": _numbers(one.precision),
        "exact": _numbers(one.exact),
    }


def _part(one: PartScore) -> dict[str, Any]:
    return {
        "judged": one.judged,
        "wrong": one.wrong,
        "precision": _numbers(one.precision),
    }


def _numbers(estimate: Estimate | None) -> dict[str, float] | None:
    """Return a figure and its interval, rounded as far as any reader needs."""
    if estimate is None:
        return None
    return {
        "value": round(estimate.value, 4),
        "low": round(estimate.low, 4),
        "high": round(estimate.high, 4),
    }


def _told(estimate: Estimate | None, scale: int = 1) -> str:
    if estimate is None:
        return "-"
    digits = 0 if scale == 100 else 2
    value, low, high = (
        f"{scale * number:z.{digits}f}"
        for number in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} ({low} to {high})"
