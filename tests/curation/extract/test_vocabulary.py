"""Names of outcomes as abstracts print them, each in a sentence, with its domain."""

import pytest

from curation.extract.claims import Extractor
from tests.curation.extract.reading import record

PRINTED = [
    ("Hostility fell with ketamine.", "anxious-arousal"),
    ("Perceived stress fell with ketamine.", "anxious-arousal"),
    ("Delayed verbal recall improved with ketamine.", "cognitive"),
    ("Nightmare frequency fell with ketamine.", "circadian-sleep"),
    ("Oxidative stress fell with ketamine.", "inflammatory"),
    ("Microglial activation fell with ketamine.", "inflammatory"),
    ("Self-criticism fell with ketamine.", "rumination-rigidity"),
    ("Emotion regulation improved with ketamine.", "rumination-rigidity"),
    ("Motor slowing fell with ketamine.", "psychomotor-anergia"),
    ("The desire to die fell with ketamine.", "suicidality"),
    ("Amygdala reactivity fell with ketamine.", "plasticity"),
    ("Regional cerebral blood flow rose with ketamine.", "plasticity"),
    ("Visual evoked potentials rose with ketamine.", "plasticity"),
    ("EEG vigilance rose with ketamine.", "plasticity"),
    ("Food cravings fell with ketamine.", "appetite-weight"),
    ("More patients on ketamine switched to mania.", "mixed-bipolar"),
    ("Flashbacks were more frequent with ketamine.", "safety"),
    ("Preterm birth was more frequent with ketamine.", "safety"),
    ("Dysphoric mood fell with ketamine.", "overall-severity"),
]


@pytest.mark.parametrize(("sentence", "domain"), PRINTED)
def test_an_outcome_belongs_to_its_domain(
    extractor: Extractor, sentence: str, domain: str
) -> None:
    source = record(
        "Ketamine in major depression.", "Patients received ketamine.", sentence
    )
    doc = extractor.read(source)
    at = doc.text.index(sentence)
    outcomes = extractor.protocol.outcomes
    named = {
        outcomes[s.label_].domain for s in doc.spans["outcomes"] if s.start_char >= at
    }
    assert named == {domain}
