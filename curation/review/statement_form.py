"""The form of a statement: its fields, what was typed, what a cell says beside it."""

from collections.abc import Mapping

from curation.review.errors import FormError
from evidence.cells import Cell
from evidence.grade import Certainty, Concern, Downgrade, Wording
from evidence.protocol import Protocol
from evidence.wording import sentence, within_group


def cell_sentence(cell: Cell, protocol: Protocol) -> str:
    """Return what the counts of a cell say, all populations in the acute phase."""
    told = sentence(cell.tally(), protocol.words, cell.role)
    return " ".join(filter(None, (told, within_group(cell))))


def fields_of() -> dict[str, tuple[str, ...]]:
    """Return the values of each choice: the certainties, the concerns, the reasons."""
    return {
        "certainty": tuple(member.value for member in Certainty),
        "concern": tuple(member.value for member in Concern),
        "reasons": tuple(member.value for member in Downgrade),
    }


def values_of(wording: Wording | None) -> dict[str, str]:
    """Return what stands in the form's fields before anybody types."""
    if wording is None:
        return {}
    values = {"text": wording.text, "upgraded": wording.upgraded or ""}
    if wording.certainty is not None:
        values["certainty"] = wording.certainty.value
    for reason, judged in wording.judgements.items():
        values[f"concern-{reason.value}"] = judged.concern.value
        values[f"why-{reason.value}"] = judged.why or ""
    return values


def read_wording(form: Mapping[str, str], *, ready: bool) -> Wording:
    """Return the wording that was typed.

    Raises
    ------
    FormError
        Where something is missing, of no use, or too long.
    """
    said = {name: value.strip() for name, value in form.items()}
    certainty = said.get("certainty", "")
    row: dict[str, object] = {"text": said.get("text", ""), "ready": ready}
    typed = [f"{part}-{reason}" for reason in Downgrade for part in ("concern", "why")]
    if certainty:
        row["certainty"] = certainty
        row["judgements"] = {
            reason.value: {
                "concern": said.get(f"concern-{reason.value}", ""),
                **_given("why", said.get(f"why-{reason.value}", "")),
            }
            for reason in Downgrade
        }
        row |= _given("upgraded", said.get("upgraded", ""))
        for reason in Downgrade:
            if not said.get(f"concern-{reason.value}"):
                name = reason.value.replace("_", " ")
                raise FormError(f"a certainty needs a word on {name}: choose one")
    elif any(said.get(name) for name in (*typed, "upgraded")):
        raise FormError("there are reasons but no certainty: choose one, or clear them")
    wrong = Wording.wrong(row)
    if wrong is not None:
        raise FormError(wrong)
    return Wording.read(row)


def _given(name: str, value: str) -> dict[str, str]:
    return {name: value} if value else {}
