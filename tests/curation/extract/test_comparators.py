"""What a treatment is held against where the sentence leaves it out.

Each case is a title, what the methods say, the result sentences, and what must be read:
treatment, comparator (None within a group), domain, direction. Beside each trap stands
the look-alike that must still be found.
"""

import pytest

from curation.extract.claims import Extractor
from tests.curation.extract.reading import Read, read, record

SEARCHED = (
    "We searched PubMed for randomised trials and pooled them in a meta-analysis."
)

CASES: list[tuple[str, str, tuple[str, ...], set[Read]]] = [
    (
        "Ketamine versus electroconvulsive therapy for major depression: a systematic review and meta-analysis.",
        SEARCHED,
        ("Cognition scores were better after treatment with ketamine.",),
        {("ketamine", "ect", "cognitive", "improves")},
    ),
    (
        "Ketamine for major depression: a systematic review and meta-analysis of placebo-controlled trials.",
        SEARCHED,
        ("Response rates were higher with ketamine.",),
        {("ketamine", "placebo", "overall-severity", "improves")},
    ),
    (
        "Ketamine for major depression: a systematic review and meta-analysis.",
        SEARCHED,
        ("Response rates were higher with ketamine.",),
        {("ketamine", None, "overall-severity", "improves")},
    ),
    (
        "Ketamine for major depression: a systematic review and meta-analysis of placebo-controlled trials.",
        SEARCHED,
        ("Depression scores fell with ketamine (SMD -0.6, 95% CI -0.9 to -0.2).",),
        {("ketamine", "placebo", "overall-severity", "improves")},
    ),
    (
        "Ketamine for major depression: a systematic review and meta-analysis.",
        SEARCHED,
        ("Depression scores fell with ketamine in nine studies.",),
        {("ketamine", None, "overall-severity", "improves")},
    ),
    (
        "Psilocybin in major depressive disorder: a placebo-controlled trial.",
        "Patients with major depressive disorder received placebo and then psilocybin.",
        ("Anxiety improved after both placebo and psilocybin.",),
        {("psilocybin", None, "anxious-arousal", "improves")},
    ),
    (
        "Methylphenidate and MDMA: memory after one dose.",
        "Volunteers received placebo, MDMA and methylphenidate in a double-blind crossover.",
        (
            "Memory was impaired after MDMA.",
            "Methylphenidate did not affect memory.",
        ),
        {
            ("mdma", "placebo", "cognitive", "worsens"),
            ("methylphenidate", "placebo", "cognitive", "no_clear_difference"),
        },
    ),
    (
        "Risperidone, haloperidol and placebo for depressive symptoms.",
        "Patients were randomised to risperidone, haloperidol or placebo for eight weeks.",
        (
            "HAM-D scores fell more with risperidone than with haloperidol.",
            "Anxiety was also significantly better with risperidone.",
        ),
        {
            ("risperidone", "haloperidol", "overall-severity", "improves"),
            ("risperidone", "haloperidol", "anxious-arousal", "improves"),
        },
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        (
            "HAM-D scores fell more with sertraline than in earlier trials of imipramine.",
            "Anxiety was significantly better with sertraline.",
        ),
        {("sertraline", "placebo", "anxious-arousal", "improves")},
    ),
    (
        "Switching from clozapine to olanzapine in depressed patients.",
        "Nineteen patients with major depressive disorder were switched from clozapine to olanzapine.",
        ("MADRS scores fell significantly.",),
        {("olanzapine", None, "overall-severity", "improves")},
    ),
    (
        "Clozapine and olanzapine in depressed patients.",
        "Patients with major depressive disorder were randomised from two clinics to clozapine or to olanzapine.",
        ("Olanzapine improved sleep more than clozapine.",),
        {("olanzapine", "clozapine", "circadian-sleep", "improves")},
    ),
    (
        "D-cycloserine or placebo in patients who responded to ketamine.",
        "Patients with major depressive disorder who responded to ketamine were randomised to d-cycloserine or placebo.",
        (
            "Suicidal ideation was lower in the d-cycloserine group than in the placebo group.",
        ),
        {("d-cycloserine", "placebo", "suicidality", "improves")},
    ),
    (
        "Ketamine in electroconvulsive therapy for depression: a randomised trial.",
        "Patients with major depressive disorder were randomised to ketamine or placebo before ECT.",
        ("MADRS scores were lower in the ketamine group.",),
        {("ketamine", "placebo", "overall-severity", "improves")},
    ),
    (
        "Ketamine versus electroconvulsive therapy for depression: a randomised trial.",
        "Patients with major depressive disorder were randomised to ketamine or ECT.",
        ("MADRS scores were lower in the ketamine group.",),
        {("ketamine", "ect", "overall-severity", "improves")},
    ),
    (
        "Olanzapine and fluoxetine for bipolar depression: an open study.",
        "Thirty patients with bipolar depression received olanzapine and fluoxetine.",
        ("MADRS scores fell significantly.",),
        {("olanzapine-fluoxetine", None, "overall-severity", "improves")},
    ),
    (
        "Olanzapine versus fluoxetine for bipolar depression.",
        "Patients with bipolar depression were randomised to olanzapine or fluoxetine.",
        ("MADRS scores were significantly lower with olanzapine.",),
        {("olanzapine", "fluoxetine", "overall-severity", "improves")},
    ),
    (
        "Psilocybin in cancer-related depression: a double-blind trial.",
        "Patients with major depressive disorder received a high dose and a very low (placebo-like) dose of psilocybin in a crossover.",
        ("The high dose lowered MADRS scores significantly.",),
        {("psilocybin", "dose", "overall-severity", "improves")},
    ),
    (
        "Sleep after ketamine: an open trial.",
        "Thirty patients with major depressive disorder received open-label ketamine.",
        ("Sleep quality was better after ketamine.", "Anxiety was worse in women."),
        {("ketamine", None, "circadian-sleep", "improves")},
    ),
    (
        "Adjunctive esketamine anaesthesia in electroconvulsive therapy for major depression.",
        "Patients with major depressive disorder were randomised to esketamine plus propofol or to saline plus propofol.",
        ("Response rates did not differ between the two groups.",),
        {("esketamine", "placebo", "overall-severity", "no_clear_difference")},
    ),
    (
        "Cognition after electroconvulsive therapy with ketamine anaesthesia.",
        "Thirty patients with major depressive disorder received ECT with ketamine anaesthesia.",
        ("Memory was significantly impaired.",),
        {("ect", None, "cognitive", "worsens")},
    ),
    (
        "Three routes of ketamine in depression: a placebo-controlled trial.",
        "Patients with major depressive disorder received ketamine or placebo by three routes.",
        ("All three routes had comparable antidepressant effects.",),
        {("ketamine", "dose", "overall-severity", "no_clear_difference")},
    ),
    (
        "Low versus high-dose lysergide in depression.",
        "Patients with major depressive disorder received 100 ug + 200 ug lysergide or 25 ug + 25 ug lysergide.",
        ("Adverse events were comparable between groups.",),
        {("lysergide", "dose", "safety", "no_clear_difference")},
    ),
    (
        "Oral esketamine in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to oral esketamine or placebo.",
        ("Oral esketamine lowered MADRS scores more than placebo.",),
        {("esketamine", "placebo", "overall-severity", "improves")},
    ),
    (
        "Ketamine in major depression: a trial against midazolam.",
        "Patients with major depressive disorder were randomised to ketamine or midazolam.",
        (
            "Relative to midazolam, ketamine reduced MADRS scores (p = 0.01) and improved sleep quality.",
        ),
        {
            ("ketamine", "midazolam", "overall-severity", "improves"),
            ("ketamine", "midazolam", "circadian-sleep", "improves"),
        },
    ),
    (
        "Esketamine nasal spray in major depressive disorder with suicidal thoughts.",
        "Patients were randomised to esketamine plus standard of care or to placebo plus standard of care; standard of care included admission.",
        ("MADRS scores fell significantly more in the esketamine group.",),
        {("esketamine", "placebo", "overall-severity", "improves")},
    ),
    (
        "Collaborative care for major depressive disorder.",
        "Patients with major depressive disorder were randomised to collaborative care or to standard of care.",
        ("PHQ-9 scores fell significantly more with collaborative care.",),
        {("collaborative-care", "usual-care", "overall-severity", "improves")},
    ),
    (
        "Treatments of resistant depression in late life: a systematic review.",
        SEARCHED,
        (
            "Relative to placebo, remission rates favoured ketamine (OR 2.9).",
            "Response rates favoured olanzapine over lithium (OR 1.4).",
        ),
        {
            ("ketamine", "placebo", "overall-severity", "improves"),
            ("olanzapine", "lithium", "overall-severity", "improves"),
        },
    ),
]


@pytest.mark.parametrize(("title", "methods", "results", "claims"), CASES)
def test_what_it_is_compared_with(
    title: str,
    methods: str,
    results: tuple[str, ...],
    claims: set[Read],
    extractor: Extractor,
) -> None:
    assert read(extractor, record(title, methods, *results)) == claims
