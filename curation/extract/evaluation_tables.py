"""The figures of an evaluation as tables for a terminal."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from curation.extract.earlier import Comparison
from curation.extract.figures import Evaluation, Figures
from curation.extract.mistakes import Kind, Mistake, Step, count_steps
from curation.extract.scoring import Score

NAMES = {
    "treatment": "treatment",
    "domain": "domain",
    "cell": "cell (treatment x domain)",
    "finding": "finding (cell + direction)",
    "full": "full (+ comparator, role)",
    "finding_domain": "finding in the review's own domains",
}
"""The measures as readers know them; keys are those of the JSON form."""

SHARED = {
    "direction_accuracy": "direction accuracy",
    "direction_macro_f1": "direction macro-F1",
    "inversion_rate": "inversions",
    "comparator_accuracy": "comparator accuracy",
    "role_accuracy": "role accuracy",
    "quote_overlap": "quote overlap",
}


def render(evaluation: Evaluation, errors: int = 0) -> RenderableType:
    """Return the figures as tables, with the worst mistakes of each kind.

    Parameters
    ----------
    evaluation
        What was measured.
    errors
        How many false and how many missed findings to list, worst first.
    """
    parts: list[RenderableType] = [
        Text(
            f"{evaluation.figures.records} abstracts, "
            f"{evaluation.figures.gold_claims} gold claims, "
            f"extractor {evaluation.extractor}"
        ),
        _headline(evaluation.figures),
        _details(evaluation.figures),
    ]
    if len(evaluation.by_source) > 1:
        parts.append(_sources(evaluation))
    parts.append(_steps(evaluation.mistakes))
    parts.extend(_worst(evaluation.mistakes, errors))
    return Group(*parts)


def _grid(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    return table


def _share(value: float, of: int) -> str:
    """Return a share, a dash where there was nothing to take it of."""
    return f"{value:.3f}" if of else "-"


def _f1(score: Score) -> str:
    return _share(score.f1, score.predicted + score.gold)


def _interval(score: Score) -> str:
    if score.interval is None or not score.predicted + score.gold:
        return ""
    return f"{score.interval[0]:.3f}-{score.interval[1]:.3f}"


def _headline(figures: Figures) -> Table:
    columns = ("P", "R", "F1", "95 % CI", "right", "found", "gold")
    table = _grid("Per abstract", "measure", *columns)
    for name, score in figures.scores.items():
        table.add_row(
            NAMES[name],
            _share(score.p, score.predicted),
            _share(score.r, score.gold),
            _f1(score),
            _interval(score),
            str(score.matched),
            str(score.predicted),
            str(score.gold),
        )
    return table


def _details(figures: Figures) -> Table:
    table = _grid("Where the cell was found, and beyond", "measure", "figure", "n")
    for name, words in SHARED.items():
        n = figures.shared.n
        table.add_row(words, _share(getattr(figures.shared, name), n), str(n))
    for name, field in figures.fields.items():
        invented = f" ({field.invented} where gold has none)" if field.invented else ""
        table.add_row(
            f"{name}{invented}", _share(field.accuracy, field.asked), str(field.asked)
        )
    alarms = figures.false_alarms
    table.add_row(
        f"empty abstracts that got a claim ({alarms.claims} claims)",
        str(alarms.with_claims),
        str(alarms.records),
    )
    calibration = figures.calibration
    for words, value, n in (
        ("calibration error, 10 bins", calibration.error, calibration.n),
        (
            "precision at confidence 0.9 and above",
            calibration.precision_when_confident,
            calibration.confident,
        ),
        (
            "coverage at precision 0.95",
            calibration.coverage_at_precision,
            calibration.n,
        ),
    ):
        table.add_row(words, _share(value, n), str(n))
    return table


def _sources(evaluation: Evaluation) -> Table:
    columns = ("abstracts", "finding F1", "own domains F1", "95 % CI", "false alarms")
    table = _grid("File by file", "file", *columns)
    for source, figures in evaluation.by_source:
        own = figures.scores["finding_domain"]
        alarms = figures.false_alarms
        table.add_row(
            Text(source.name),
            str(source.records),
            _f1(figures.scores["finding"]),
            _f1(own),
            _interval(own),
            f"{alarms.with_claims} of {alarms.records}",
        )
    return table


def _steps(mistakes: Iterable[Mistake]) -> Table:
    count = count_steps(mistakes)
    table = _grid("Where it went wrong", "", *Step)
    for kind in Kind:
        table.add_row(kind, *(str(count[kind][step]) for step in Step))
    return table


def _worst(mistakes: Iterable[Mistake], limit: int) -> Iterator[RenderableType]:
    for kind in Kind:
        shown = [m for m in mistakes if m.kind is kind][: max(limit, 0)]
        for mistake in shown:
            yield _mistake(mistake)


def _mistake(mistake: Mistake) -> Text:
    """Write a mistake with its reasons; text from papers is never read as markup."""
    lines = Text()
    lines.append(f"\n{mistake.kind} ({mistake.step})", style="bold")
    lines.append(f"  {mistake.key}  {mistake.words}\n")
    lines.append(f'  "{mistake.quote}"\n')
    draft = mistake.draft
    if draft is None:
        return lines
    if mistake.kind is Kind.MISSED:
        lines.append(f"  found in its cell: {draft.direction}, ")
        lines.append(f'against {draft.comparator or "nothing"}: "{draft.quote}"\n')
    lines.append(f"  rule {draft.rule}, cue {draft.cue or 'none'}, ")
    lines.append(f"confidence {draft.confidence:.2f}\n")
    for step in draft.trace:
        lines.append(f"    {step}\n", style="dim")
    return lines


def render_comparison(comparison: Comparison) -> RenderableType:
    """Return each measure then and now; what got worse is marked in words."""
    title = f"Against extractor {comparison.earlier_extractor}"
    table = _grid(title, "measure", "then", "now", "change", "")
    for one in comparison.differences:
        digits = 0 if one.counted else 3
        then = "-" if one.earlier is None else f"{one.earlier:.{digits}f}"
        table.add_row(
            one.measure,
            then,
            f"{one.now:.{digits}f}",
            "-" if one.change is None else f"{one.change:+.{digits}f}",
            Text("worse", style="bold red") if one.worse else "",
        )
    if comparison.same_gold:
        return table
    warning = "The earlier run was measured on other gold files: do not compare."
    return Group(Text(warning, style="bold red"), table)
