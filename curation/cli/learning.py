"""The verb that learns from what people judged."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console
from curation.cli.app import AsJson, app, database, protocol
from curation.clock import now
from curation.errors import ExtractorError

if TYPE_CHECKING:
    from curation.extract.training.examples import Judged

_Gold = Annotated[
    list[Path] | None,
    typer.Argument(help="Labelled abstracts that nobody studied, JSON Lines."),
]
_Studied = Annotated[
    list[Path] | None,
    typer.Option(help="Labelled abstracts whose mistakes shaped the rules."),
]
_Level = Annotated[
    list[Path] | None,
    typer.Option(help="They teach how often claims are right, and no more."),
]


@app.command()
def train(
    gold: _Gold = None,
    studied: _Studied = None,
    level: _Level = None,
    sections: Annotated[
        Path | None, typer.Option(help="Abstracts whose authors labelled the parts.")
    ] = None,
    reviewed: Annotated[
        bool, typer.Option("--reviewed", help="Also what the curators decided.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of every split by article.")] = 0,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The models' folder; the package's own."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Learn how far claims may be believed; keep what is no worse."""
    try:
        from curation.extract.training.train import Lessons
        from curation.extract.training.train import train as learn
    except ModuleNotFoundError as error:
        if error.name not in ("sklearn", "scipy"):
            raise
        raise ExtractorError(
            "training needs scikit-learn; install trd-evidence[training]"
        ) from None
    from curation.extract.trained import SHIPPED

    lessons = Lessons(
        tuple(gold or ()),
        tuple(studied or ()),
        tuple(level or ()),
        sections,
        _judged() if reviewed else (),
    )
    folder = output or SHIPPED
    folder.mkdir(parents=True, exist_ok=True)
    done = learn(lessons, protocol(), folder, now().date(), seed, console.say)
    if as_json:
        console.emit_json([one.as_dict() for one in done])
        return
    for one in done:
        end = "as it was" if one.unchanged else "taken" if one.promoted else "not taken"
        console.table(
            f"{one.name}: {end}; measured on {one.on}",
            ("measure", "before", "after", ""),
            [
                (
                    m.name,
                    f"{m.before:.4f}",
                    f"{m.after:.4f}",
                    "worse" if m.worse else "",
                )
                for m in one.measures
            ],
        )


def _judged() -> "tuple[Judged, ...]":
    from curation.reviewed import judged

    with database() as opened, opened.read() as session:
        return judged(opened, session)
