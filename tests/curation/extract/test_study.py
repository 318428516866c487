"""The study behind the sentences: its arms, design, population and eligibility."""

import pytest

from curation.extract.claims import Extractor
from curation.extract.design import of_claim, of_record
from curation.extract.population import adequate, failures, rung
from evidence.records import Record, Section
from evidence.types import Design, Species
from tests.curation.extract.reading import record


def doc_of(extractor: Extractor, title: str, *texts: str, **fields: object):  # type: ignore[no-untyped-def]  # spaCy's Doc, whose extensions no type checker knows
    sections = tuple(Section(text=t) for t in texts)
    return extractor.read(Record(pmid=1, title=title, sections=sections, **fields))  # type: ignore[arg-type]  # only Record's own fields are passed


@pytest.mark.parametrize(
    ("title", "methods", "treatments", "control"),
    [
        (
            "Sertraline in major depression",
            "Patients were randomised to sertraline or placebo.",
            ("sertraline",),
            "placebo",
        ),
        (
            "Sertraline versus venlafaxine in major depression",
            "Patients were randomised to sertraline or venlafaxine after a placebo lead-in.",
            ("sertraline", "venlafaxine"),
            None,
        ),
        (
            "Escitalopram in major depression",
            "Patients received the SSRI escitalopram in an open-label study.",
            ("escitalopram",),
            None,
        ),
        (
            "Ketamine in depression: a placebo-controlled trial",
            "Patients were randomised to ketamine or midazolam.",
            ("ketamine",),
            "placebo",
        ),
        (
            "Ketamine versus midazolam in depression",
            "Patients were randomised to ketamine or midazolam.",
            ("ketamine", "midazolam"),
            None,
        ),
        (
            "Lithium augmentation of fluoxetine in major depression",
            "Patients taking fluoxetine were randomised to lithium or placebo.",
            ("lithium",),
            "placebo",
        ),
        (
            "Effects of low-dose ketamine on suicidal ideation in patients undergoing electroconvulsive therapy",
            "Patients undergoing ECT were randomised to ketamine or saline. ECT was given twice a week.",
            ("ketamine",),
            "placebo",
        ),
        (
            "Ketamine compared to etomidate during electroconvulsive therapy",
            "ECT was given with ketamine or etomidate. ECT sessions were counted.",
            ("ketamine", "etomidate"),
            None,
        ),
        (
            "Lithium continuation therapy following ketamine in depression",
            "Responders to ketamine were randomised to lithium or placebo, and received more ketamine.",
            ("lithium",),
            "placebo",
        ),
        (
            "Ketamine in a series of patients of an ECT clinic",
            "Patients of an ECT clinic received ketamine in an open-label study.",
            ("ketamine",),
            None,
        ),
        (
            "ECT with ketamine anaesthesia in depression",
            "Patients received ECT with ketamine anaesthesia.",
            ("ect",),
            None,
        ),
    ],
)
def test_arms(
    extractor: Extractor,
    title: str,
    methods: str,
    treatments: tuple[str, ...],
    control: str | None,
) -> None:
    arms = extractor.read(record(f"{title}.", methods, "Scores fell."))._.arms
    assert arms.treatments == treatments
    assert arms.control == control


@pytest.mark.parametrize(
    ("title", "body", "types", "design"),
    [
        ("A trial.", "Patients were randomised to two drugs.", (), Design.RANDOMISED),
        (
            "A trial.",
            "Patients were randomised in a crossover design (n = 20).",
            (),
            Design.RANDOMISED_CROSSOVER,
        ),
        (
            "A tablet for sleep: a systematic review and meta-analysis.",
            "Ten trials were included.",
            (),
            Design.SYSTEMATIC_REVIEW,
        ),
        (
            "New drugs.",
            "This article reviews new drugs and discusses their use.",
            (),
            Design.NARRATIVE_REVIEW,
        ),
        ("New drugs.", "Ten trials were found.", ("Review",), Design.NARRATIVE_REVIEW),
        (
            "An open trial.",
            "Twenty patients received an open-label tablet.",
            (),
            Design.UNCONTROLLED,
        ),
        ("A tablet.", "We report a case of insomnia.", (), Design.CASE_REPORT),
        (
            "A tablet: study protocol for a trial.",
            "Participants will be randomised.",
            (),
            Design.PROTOCOL,
        ),
        (
            "Register data.",
            "This retrospective study used health records of patients with insomnia.",
            (),
            Design.COHORT,
        ),
    ],
)
def test_designs(title: str, body: str, types: tuple[str, ...], design: Design) -> None:
    assert of_record(title, body, types) is design


def test_a_change_within_an_arm_is_uncontrolled() -> None:
    assert of_claim(Design.RANDOMISED, "baseline", True) is Design.UNCONTROLLED
    assert of_claim(Design.RANDOMISED, "placebo", False) is Design.RANDOMISED
    assert of_claim(Design.COHORT, "baseline", True) is Design.COHORT


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("They had failed at least two adequate antidepressant trials.", 2),
        ("who had not responded to three or more antidepressants", 3),
        ("with an inadequate response to two antidepressants", 2),
        ("They failed one or more trials of medication.", 1),
        ("failed two courses of psychotherapy", 0),
        ("They were randomised to two antidepressants.", 0),
        ("with a median of 11 failed treatments", 11),
    ],
)
def test_failed_trials_are_counted(text: str, count: int) -> None:
    assert failures(text) == count


def test_adequacy_is_stated_or_not() -> None:
    assert adequate("two adequate trials")
    assert not adequate("two trials")


LADDER = (
    {"id": "two", "all": ["ill"], "none": [], "failures": 2, "adequacy": False},
    {
        "id": "label",
        "all": ["ill", "called"],
        "none": [],
        "failures": 0,
        "adequacy": False,
    },
    {"id": "ill", "all": ["ill"], "none": ["other"], "failures": 0, "adequacy": False},
    {"id": "rest", "all": [], "none": [], "failures": 0, "adequacy": False},
)


def test_the_first_rung_that_holds_is_taken() -> None:
    assert rung(LADDER, frozenset({"ill", "called"}), 2, False) == "two"
    assert rung(LADDER, frozenset({"ill", "called"}), 0, False) == "label"
    assert rung(LADDER, frozenset({"ill"}), 1, False) == "ill"
    assert rung(LADDER, frozenset({"ill", "other"}), 0, False) == "rest"


@pytest.mark.parametrize(
    ("text", "population"),
    [
        (
            "Patients with major depression who had failed at least two adequate "
            "antidepressant trials received the drug.",
            "trd_adequate",
        ),
        ("Patients with major depressive disorder received the drug.", "mdd"),
        ("Patients with bipolar depression received the drug.", "bipolar"),
        ("Healthy volunteers received the drug.", "other"),
    ],
)
def test_populations_of_the_protocol(
    extractor: Extractor, text: str, population: str
) -> None:
    assert (
        doc_of(extractor, "A trial.", text, "Scores fell.")._.population == population
    )


def test_every_exclusion_fires_in_its_example(extractor: Extractor) -> None:
    protocol = extractor.protocol
    for row in protocol.exclusions.values():
        doc = doc_of(extractor, "A study.", row.example)
        fired = doc._.excluded is not None
        covered = not any(
            s.text.lower() == protocol.words.condition for s in doc.spans["outcomes"]
        )
        assert fired or (row.scope == "mention" and covered), row.id
        if row.counterexample:
            assert doc_of(extractor, "A study.", row.counterexample)._.excluded is None


def test_mesh_tells_animals(extractor: Extractor) -> None:
    doc = doc_of(extractor, "Fluoxetine.", "Sleep improved.", mesh=("Animals",))
    assert doc._.species is Species.ANIMAL and doc._.excluded
    both = doc_of(
        extractor, "Fluoxetine.", "Sleep improved.", mesh=("Animals", "Humans")
    )
    assert both._.excluded is None
