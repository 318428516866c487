"""Whose finding a sentence states, and how surely.

Own results count. What other people found, aims, recommendations and forecasts are kept
apart with their kind; a narrative review's sentences are background whatever they say.
A hedge is noted and takes nothing away.

Source: ConText (Harkema 2009, doi:10.1016/j.jbi.2009.05.002) for the kinds of context;
the cues stand in lexicons/assertion.toml. Negation is read in `cues`, clause by clause.
"""

from curation.extract import lexicon
from evidence.types import Statement


def statement_of(
    text: str, start: int, end: int, section: str, narrative: bool, named: bool
) -> tuple[Statement, bool]:
    """Return the kind of statement that `text[start:end]` makes, and if it is hedged.

    Parameters
    ----------
    section
        The sentence's role. In the results only words that point to other people's
        work ("previous studies") make a sentence background.
    narrative
        Whether the record reviews without a method.
    named
        Whether the sentence names a treatment or an arm: a conclusion that names none
        is a remark.
    """
    found = lexicon.load("assertion").find(text, start, end)
    readings = {f.entry.reading for f in found}
    hedged = "hedge" in readings
    results = section == "results"
    numbers = any(c.isdigit() for c in text[start:end])
    elsewhere = any(
        f.entry.reading == "background"
        and (not results or f.entry.more.get("anywhere", False))
        for f in found
    )
    if narrative or elsewhere:
        return Statement.BACKGROUND, hedged
    if "forecast" in readings or ("recommendation" in readings and not numbers):
        return Statement.RECOMMENDATION, hedged
    if "explanation" in readings or ("method" in readings and not numbers):
        return Statement.AIM, hedged
    if not results and ("aim" in readings or "mechanism" in readings or not named):
        return Statement.AIM, hedged
    return Statement.OWN_RESULT, hedged
