"""What is claimed, sentence by sentence: the trap, and the look-alike beside it.

Each case is a title, what the methods say, one result sentence, and what must be read:
treatment, comparator (None within a group), domain, direction.
"""

import pytest

from curation.extract.claims import Extractor
from evidence.records import Record, Section
from evidence.types import Design, Field, Nuance, Role, Statement, TimeBand
from tests.curation.extract.reading import Read, own, read, record

CASES: list[tuple[str, str, str, set[Read]]] = [
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "No significant difference in MADRS scores was seen between the two drugs.",
        {("sertraline", "venlafaxine", "overall-severity", "no_clear_difference")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "MADRS scores decreased significantly in both groups, with no significant difference between treatments.",
        {("sertraline", "venlafaxine", "overall-severity", "no_clear_difference")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Venlafaxine was superior to sertraline on the HAM-A.",
        {("venlafaxine", "sertraline", "anxious-arousal", "improves")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Remission rates were 45% with sertraline and 44% with venlafaxine (p = 0.9).",
        {("sertraline", "venlafaxine", "overall-severity", "no_clear_difference")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Nausea was more frequent in the venlafaxine group.",
        {("venlafaxine", "sertraline", "safety", "worsens")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Both treatments were well tolerated.",
        {
            ("sertraline", None, "safety", "no_clear_difference"),
            ("venlafaxine", None, "safety", "no_clear_difference"),
        },
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Sertraline was as effective as venlafaxine.",
        {("sertraline", "venlafaxine", "overall-severity", "no_clear_difference")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "The two drugs had similar efficacy, but sertraline was better tolerated.",
        {
            ("sertraline", "venlafaxine", "overall-severity", "no_clear_difference"),
            ("sertraline", "venlafaxine", "safety", "improves"),
        },
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Both drugs significantly improved sleep quality.",
        {
            ("sertraline", None, "circadian-sleep", "improves"),
            ("venlafaxine", None, "circadian-sleep", "improves"),
        },
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Sertraline and venlafaxine did not differ in response rates (60% v 58%).",
        {("sertraline", "venlafaxine", "overall-severity", "no_clear_difference")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Reductions in HAM-D scores were significantly greater with venlafaxine than with sertraline.",
        {("venlafaxine", "sertraline", "overall-severity", "improves")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Dropouts due to adverse events were significantly lower in the sertraline group than in the venlafaxine group (5% vs 14%).",
        {("sertraline", "venlafaxine", "safety", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "MADRS scores decreased significantly more in the sertraline group than in the placebo group.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sertraline did not separate from placebo on the MADRS.",
        {("sertraline", "placebo", "overall-severity", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Compared with placebo, sertraline significantly reduced anxiety (p < 0.001).",
        {("sertraline", "placebo", "anxious-arousal", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "The difference between groups in sleep quality was not significant.",
        {("sertraline", "placebo", "circadian-sleep", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Response rates were 55% for sertraline and 32% for placebo (p = 0.01).",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Adverse events were reported by 60% of patients on sertraline and 40% on placebo.",
        set(),
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Placebo was inferior to sertraline in terms of response.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Patients receiving sertraline had a significantly lower relapse rate than controls.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Suicidal ideation improved in both groups but did not differ between them.",
        {("sertraline", "placebo", "suicidality", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sertraline failed to improve memory.",
        {("sertraline", "placebo", "cognitive", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "The primary outcome, change in MADRS total score, was significantly greater with sertraline than placebo.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sertraline was associated with significant improvements in fatigue relative to placebo.",
        {("sertraline", "placebo", "psychomotor-anergia", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "No significant effect of sertraline on BDNF levels was found.",
        {("sertraline", "placebo", "plasticity", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "There were significantly more remitters in the sertraline group.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Open-label sertraline in major depression.",
        "Twenty patients with major depressive disorder received open-label sertraline for eight weeks.",
        "The mean HAM-D score fell from 24.1 to 9.8.",
        {("sertraline", None, "overall-severity", "improves")},
    ),
    (
        "Open-label sertraline in major depression.",
        "Twenty patients with major depressive disorder received open-label sertraline for eight weeks.",
        "Twelve patients (60%) were responders and eight (40%) remitted.",
        {("sertraline", None, "overall-severity", "improves")},
    ),
    (
        "Open-label sertraline in major depression.",
        "Twenty patients with major depressive disorder received open-label sertraline for eight weeks.",
        "The response rate was 60%.",
        {("sertraline", None, "overall-severity", "improves")},
    ),
    (
        "Open-label sertraline in major depression.",
        "Twenty patients with major depressive disorder received open-label sertraline for eight weeks.",
        "Cognitive performance did not change.",
        {("sertraline", None, "cognitive", "no_clear_difference")},
    ),
    (
        "Open-label sertraline in major depression.",
        "Twenty patients with major depressive disorder received open-label sertraline for eight weeks.",
        "Three patients discontinued because of nausea.",
        {("sertraline", None, "safety", "worsens")},
    ),
    (
        "Open-label sertraline in major depression.",
        "Twenty patients with major depressive disorder received open-label sertraline for eight weeks.",
        "One patient developed mania.",
        {("sertraline", None, "mixed-bipolar", "worsens")},
    ),
    (
        "Open-label sertraline in major depression.",
        "Twenty patients with major depressive disorder received open-label sertraline for eight weeks.",
        "Side effects were mild and transient.",
        {("sertraline", None, "safety", "no_clear_difference")},
    ),
    (
        "Open-label sertraline in major depression.",
        "Twenty patients with major depressive disorder received open-label sertraline for eight weeks.",
        "All patients tolerated the treatment well.",
        {("sertraline", None, "safety", "no_clear_difference")},
    ),
    (
        "Sertraline, venlafaxine or placebo in major depression.",
        "Patients with major depression were randomised to sertraline, venlafaxine or placebo.",
        "Both sertraline and venlafaxine were superior to placebo on the MADRS.",
        {
            ("sertraline", "placebo", "overall-severity", "improves"),
            ("venlafaxine", "placebo", "overall-severity", "improves"),
        },
    ),
    (
        "Sertraline, venlafaxine or placebo in major depression.",
        "Patients with major depression were randomised to sertraline, venlafaxine or placebo.",
        "Venlafaxine, but not sertraline, was superior to placebo on the MADRS.",
        {
            ("sertraline", "placebo", "overall-severity", "no_clear_difference"),
            ("venlafaxine", "placebo", "overall-severity", "improves"),
        },
    ),
    (
        "Sertraline, venlafaxine or placebo in major depression.",
        "Patients with major depression were randomised to sertraline, venlafaxine or placebo.",
        "No differences among the three groups were seen in anxiety.",
        {
            ("sertraline", "placebo", "anxious-arousal", "no_clear_difference"),
            ("venlafaxine", "placebo", "anxious-arousal", "no_clear_difference"),
        },
    ),
    (
        "Lithium augmentation of sertraline in resistant depression: a placebo-controlled trial.",
        "Patients with treatment-resistant depression on sertraline were randomised to lithium augmentation or placebo.",
        "Lithium augmentation was more effective than placebo augmentation in reducing HAM-D scores.",
        {("lithium", "placebo", "overall-severity", "improves")},
    ),
    (
        "rTMS in resistant depression.",
        "Patients with treatment-resistant depression were randomised to active or sham rTMS.",
        "Active rTMS was significantly better than sham on the HDRS.",
        {("tms", "sham", "overall-severity", "improves")},
    ),
    (
        "rTMS in resistant depression.",
        "Patients with treatment-resistant depression were randomised to active or sham rTMS.",
        "Response rates were higher in the active group (35%) than in the sham group (12%).",
        {("tms", "sham", "overall-severity", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Depression scores were significantly lower after ketamine than after placebo at day 1 (p = .001) but not at day 7.",
        {
            ("ketamine", "placebo", "overall-severity", "improves"),
            ("ketamine", "placebo", "overall-severity", "no_clear_difference"),
        },
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Ketamine, compared with saline, rapidly reduced suicidal ideation.",
        {("ketamine", "placebo", "suicidality", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Seventy-one percent of patients met response criteria following ketamine, compared with 6% following placebo.",
        {("ketamine", "placebo", "overall-severity", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Dissociative symptoms increased during the ketamine infusion and resolved within two hours.",
        {("ketamine", None, "safety", "worsens")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "The most common adverse events were dizziness and headache.",
        set(),
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Ketamine significantly increased systolic blood pressure compared with saline.",
        {("ketamine", "placebo", "safety", "worsens")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Anhedonia scores on the SHAPS improved significantly more after ketamine than after saline.",
        {("ketamine", "placebo", "anhedonia", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Reductions in anhedonia remained significant after controlling for depressive symptoms.",
        {("ketamine", "placebo", "anhedonia", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Working memory was not affected by ketamine.",
        {("ketamine", "placebo", "cognitive", "no_clear_difference")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Baseline IL-6 levels were not associated with response to ketamine.",
        {("ketamine", None, "inflammatory", "no_clear_difference")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Higher baseline anxiety predicted a poorer response to ketamine.",
        {("ketamine", None, "anxious-arousal", "worsens")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Responders had higher BDNF levels than nonresponders.",
        {("ketamine", None, "plasticity", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Patients with anxious depression had a greater reduction in MADRS scores than those without.",
        {("ketamine", None, "anxious-arousal", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: a crossover trial.",
        "Patients with treatment-resistant depression received a single infusion of ketamine or saline in a crossover design.",
        "Among patients with anxious depression, ketamine was superior to placebo on the MADRS.",
        {("ketamine", "placebo", "anxious-arousal", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: meta-analysis.",
        "We searched PubMed and included ten randomised trials of ketamine in depression in a meta-analysis.",
        "Ketamine showed a significant antidepressant effect compared with placebo (SMD = -0.8, 95% CI -1.1 to -0.5).",
        {("ketamine", "placebo", "overall-severity", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: meta-analysis.",
        "We searched PubMed and included ten randomised trials of ketamine in depression in a meta-analysis.",
        "Pooled response rates favoured ketamine over placebo (OR 4.2, 95% CI 2.1 to 8.0).",
        {("ketamine", "placebo", "overall-severity", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: meta-analysis.",
        "We searched PubMed and included ten randomised trials of ketamine in depression in a meta-analysis.",
        "Evidence for effects on cognition was mixed.",
        {("ketamine", None, "cognitive", "mixed")},
    ),
    (
        "Ketamine in treatment-resistant depression: meta-analysis.",
        "We searched PubMed and included ten randomised trials of ketamine in depression in a meta-analysis.",
        "There was insufficient evidence of an effect on sleep.",
        {("ketamine", None, "circadian-sleep", "no_clear_difference")},
    ),
    (
        "Ketamine in treatment-resistant depression: meta-analysis.",
        "We searched PubMed and included ten randomised trials of ketamine in depression in a meta-analysis.",
        "Ketamine was associated with higher remission rates than placebo.",
        {("ketamine", "placebo", "overall-severity", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: meta-analysis.",
        "We searched PubMed and included ten randomised trials of ketamine in depression in a meta-analysis.",
        "No difference was found between ketamine and placebo in dropout rates.",
        {("ketamine", "placebo", "safety", "no_clear_difference")},
    ),
    (
        "Ketamine in treatment-resistant depression: a case report.",
        "A 45-year-old woman with treatment-resistant depression received ketamine infusions.",
        "Her MADRS score dropped from 36 to 8 within 24 hours.",
        {("ketamine", None, "overall-severity", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: a case report.",
        "A 45-year-old woman with treatment-resistant depression received ketamine infusions.",
        "She reported complete resolution of suicidal ideation.",
        {("ketamine", None, "suicidality", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression: a case report.",
        "A 45-year-old woman with treatment-resistant depression received ketamine infusions.",
        "After the third infusion she developed hypomania.",
        {("ketamine", None, "mixed-bipolar", "worsens")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Sleep quality, as measured by the PSQI, improved significantly.",
        {("ketamine", None, "circadian-sleep", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "No significant changes were observed in BDNF levels.",
        {("ketamine", None, "plasticity", "no_clear_difference")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "CRP and IL-6 levels decreased significantly after treatment.",
        {("ketamine", None, "inflammatory", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Processing speed and verbal learning improved significantly.",
        {("ketamine", None, "cognitive", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Thirteen patients (43%) achieved remission.",
        {("ketamine", None, "overall-severity", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Two patients withdrew because of dissociation.",
        {("ketamine", None, "safety", "worsens")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "No patient had a serious adverse event.",
        {("ketamine", None, "safety", "no_clear_difference")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "The antidepressant effect was sustained for four weeks.",
        {("ketamine", None, "overall-severity", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Changes in depressive symptoms were correlated with changes in rumination.",
        {("ketamine", None, "rumination-rigidity", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "At baseline, patients had higher IL-6 levels than healthy controls.",
        set(),
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Older patients had lower response rates than younger patients.",
        set(),
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Insomnia was reported by 40% of patients at baseline.",
        set(),
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Future studies should test whether ketamine improves sleep.",
        set(),
    ),
    (
        "Quetiapine in bipolar depression.",
        "Patients with bipolar depression were randomised to quetiapine or placebo.",
        "Rates of treatment-emergent mania were similar with quetiapine and placebo.",
        {("quetiapine", "placebo", "mixed-bipolar", "no_clear_difference")},
    ),
    (
        "Quetiapine in bipolar depression.",
        "Patients with bipolar depression were randomised to quetiapine or placebo.",
        "Weight gain was significantly greater with quetiapine than placebo.",
        {("quetiapine", "placebo", "safety", "worsens")},
    ),
    (
        "Vortioxetine in major depression.",
        "Adults with major depressive disorder were randomised to vortioxetine 10 mg, 20 mg or placebo.",
        "Vortioxetine was significantly superior to placebo on the DSST (10 mg: 0.51, p < 0.0001; 20 mg: 0.52, p < 0.0001).",
        {("vortioxetine", "placebo", "cognitive", "improves")},
    ),
    (
        "Agomelatine versus sertraline in major depression.",
        "Patients with major depression were randomised to agomelatine or sertraline.",
        "A significant improvement in sleep latency (p < 0.001) was seen with agomelatine compared with sertraline.",
        {("agomelatine", "sertraline", "circadian-sleep", "improves")},
    ),
    (
        "Celecoxib added to fluoxetine in major depression.",
        "Patients with major depression received fluoxetine plus celecoxib or fluoxetine plus placebo.",
        "The celecoxib group showed significantly greater improvement in HDRS scores than the placebo group.",
        {("celecoxib", "placebo", "overall-severity", "improves")},
    ),
    (
        "Celecoxib added to fluoxetine in major depression.",
        "Patients with major depression received fluoxetine plus celecoxib or fluoxetine plus placebo.",
        "The combination of fluoxetine and celecoxib was superior to fluoxetine alone in reducing HDRS scores.",
        {("celecoxib", "fluoxetine", "overall-severity", "improves")},
    ),
    (
        "ECT in depression.",
        "Patients with major depression received bilateral or unilateral ECT.",
        "Autobiographical memory was impaired after ECT but recovered within six months.",
        {("ect", None, "cognitive", "mixed")},
    ),
    (
        "Lithium and suicide.",
        "We followed patients with mood disorders in a national register.",
        "Lithium was associated with a lower risk of suicide (HR 0.5, 95% CI 0.4-0.7).",
        {("lithium", None, "suicidality", "improves")},
    ),
    (
        "Lithium and suicide.",
        "We followed patients with mood disorders in a national register.",
        "No association was found between lithium and suicide attempts.",
        {("lithium", None, "suicidality", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sertraline was well tolerated, with no serious adverse events.",
        {("sertraline", None, "safety", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "The incidence of adverse events was similar in the two arms of the trial.",
        {("sertraline", "placebo", "safety", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Adverse events were more common with sertraline than with placebo.",
        {("sertraline", "placebo", "safety", "worsens")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Nausea, headache and insomnia occurred more often in the sertraline group.",
        {("sertraline", "placebo", "safety", "worsens")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Discontinuation due to adverse events was 8% with sertraline and 4% with placebo.",
        set(),
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Rates of discontinuation due to adverse events were higher with sertraline (12%) than with placebo (4%).",
        {("sertraline", "placebo", "safety", "worsens")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "No significant differences were found in side effects between sertraline and placebo.",
        {("sertraline", "placebo", "safety", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sertraline caused significantly more sexual dysfunction than placebo.",
        {("sertraline", "placebo", "safety", "worsens")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "No clinically relevant changes in vital signs or blood counts occurred.",
        {("sertraline", None, "safety", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "The safety profile of sertraline was favourable.",
        {("sertraline", None, "safety", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sertraline was safe and effective.",
        {
            ("sertraline", "placebo", "overall-severity", "improves"),
            ("sertraline", None, "safety", "no_clear_difference"),
        },
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Most adverse events were mild to moderate in severity.",
        {("sertraline", None, "safety", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Treatment-emergent adverse events occurred in 72% of the sertraline group and 58% of the placebo group (p < 0.01).",
        {("sertraline", "placebo", "safety", "worsens")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Body weight increased significantly in the sertraline group compared with placebo.",
        {("sertraline", "placebo", "appetite-weight", "worsens")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Sertraline was better tolerated than venlafaxine.",
        {("sertraline", "venlafaxine", "safety", "improves")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "More patients discontinued venlafaxine than sertraline because of adverse events.",
        {("venlafaxine", "sertraline", "safety", "worsens")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "The tolerability of the two drugs was comparable.",
        {("sertraline", "venlafaxine", "safety", "no_clear_difference")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Efficacy was equivalent, with fewer side effects in the sertraline group.",
        {
            ("sertraline", "venlafaxine", "overall-severity", "no_clear_difference"),
            ("sertraline", "venlafaxine", "safety", "improves"),
        },
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Transient dissociation and increases in blood pressure were observed.",
        {("ketamine", None, "safety", "worsens")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Ketamine infusions were safe and well tolerated.",
        {("ketamine", None, "safety", "no_clear_difference")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Dissociative symptoms were mild and resolved within an hour.",
        {("ketamine", None, "safety", "worsens")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "There was no evidence of cognitive impairment after treatment.",
        {("ketamine", None, "cognitive", "no_clear_difference")},
    ),
    (
        "ECT in depression.",
        "Patients with major depression received bilateral ECT.",
        "ECT was associated with transient memory impairment.",
        {("ect", None, "cognitive", "worsens")},
    ),
    (
        "ECT in depression.",
        "Patients with major depression received bilateral or sham ECT.",
        "Response rates were significantly higher with ECT (70%) than sham ECT (25%).",
        {("ect", "sham", "overall-severity", "improves")},
    ),
    (
        "Bupropion and sexual function.",
        "Patients with major depression were randomised to bupropion, sertraline or placebo.",
        "Sexual dysfunction was significantly more frequent with sertraline than with bupropion or placebo.",
        {
            ("sertraline", "bupropion", "safety", "worsens"),
            ("sertraline", "placebo", "safety", "worsens"),
        },
    ),
    (
        "Olanzapine-fluoxetine combination in resistant depression.",
        "Patients with treatment-resistant depression were randomised to olanzapine/fluoxetine combination, olanzapine or fluoxetine.",
        "The olanzapine/fluoxetine combination produced significantly greater improvement in MADRS than olanzapine or fluoxetine.",
        {
            ("olanzapine-fluoxetine", "fluoxetine", "overall-severity", "improves"),
            ("olanzapine-fluoxetine", "olanzapine", "overall-severity", "improves"),
        },
    ),
    (
        "Aripiprazole augmentation in depression.",
        "Patients with major depression and an inadequate response to antidepressants were randomised to adjunctive aripiprazole or placebo.",
        "Mean change in MADRS total score was significantly greater with adjunctive aripiprazole than adjunctive placebo (-8.8 vs -5.8; p < .001).",
        {("aripiprazole", "placebo", "overall-severity", "improves")},
    ),
    (
        "Switching to venlafaxine.",
        "Patients with depression who had failed an SSRI were switched to venlafaxine or another SSRI.",
        "Remission rates did not differ between venlafaxine and the SSRI.",
        {("venlafaxine", "ssri", "overall-severity", "no_clear_difference")},
    ),
    (
        "tDCS versus escitalopram.",
        "Patients with unipolar depression were randomised to tDCS plus placebo, escitalopram plus sham, or placebo.",
        "tDCS was not noninferior to escitalopram.",
        {("tdcs", "escitalopram", "overall-severity", "no_clear_difference")},
    ),
    (
        "Psilocybin versus escitalopram for depression.",
        "Patients with major depression were randomised to psilocybin or escitalopram.",
        "The change in QIDS-SR-16 scores did not differ significantly between the psilocybin and escitalopram groups.",
        {("psilocybin", "escitalopram", "overall-severity", "no_clear_difference")},
    ),
    (
        "Psilocybin for resistant depression.",
        "Patients with treatment-resistant depression received a single 25 mg, 10 mg or 1 mg dose of psilocybin.",
        "The 25 mg dose reduced MADRS scores significantly more than the 1 mg dose.",
        {("psilocybin", "dose", "overall-severity", "improves")},
    ),
    (
        "Minocycline in depression.",
        "Patients with major depression received minocycline or placebo added to treatment as usual.",
        "Minocycline did not improve HAMD scores compared with placebo (p = 0.3).",
        {("minocycline", "placebo", "overall-severity", "no_clear_difference")},
    ),
    (
        "Infliximab in resistant depression.",
        "Patients with treatment-resistant depression were randomised to infliximab or placebo.",
        "There was no overall difference in HAM-D change between infliximab and placebo, but patients with a baseline CRP above 5 mg/L improved more with infliximab.",
        {
            ("infliximab", "placebo", "overall-severity", "no_clear_difference"),
            ("infliximab", None, "inflammatory", "improves"),
        },
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Placebo-treated patients had a higher relapse rate than sertraline-treated patients.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Relapse occurred in 20% of patients on sertraline and 45% of those on placebo (p < .01).",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Time to relapse was significantly longer with sertraline than with placebo.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sertraline significantly delayed relapse compared with placebo.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sertraline reduced the risk of relapse compared with placebo.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Fewer patients in the sertraline group relapsed.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "The relapse rate was 15% in the sertraline group compared with 40% in the placebo group (P = 0.002).",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "There was a greater decrease in anxiety with placebo than with sertraline.",
        {("sertraline", "placebo", "anxious-arousal", "worsens")},
    ),
    (
        "Sertraline versus venlafaxine in major depression.",
        "Patients with major depressive disorder were randomised to sertraline or venlafaxine for eight weeks.",
        "Sertraline was less effective than venlafaxine.",
        {("sertraline", "venlafaxine", "overall-severity", "worsens")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sleep latency was significantly shorter with sertraline than with placebo.",
        {("sertraline", "placebo", "circadian-sleep", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Energy increased more with sertraline than with placebo.",
        {("sertraline", "placebo", "psychomotor-anergia", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Suicide attempts were less frequent with sertraline than with placebo.",
        {("sertraline", "placebo", "suicidality", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Memory was significantly worse in the sertraline group.",
        {("sertraline", "placebo", "cognitive", "worsens")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "The number of patients with remission was higher in the sertraline group.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sertraline-treated patients showed significantly lower HAM-D scores at week 8.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "HAM-D scores were 9.1 in the sertraline group and 14.2 in the placebo group at week 8 (p < 0.001).",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "A significant treatment effect was found for the MADRS in favor of sertraline (p = 0.02).",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "The treatment difference on the MADRS favored sertraline over placebo (-3.2, 95% CI -5.1 to -1.3).",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Change in MADRS score was -14.2 with sertraline versus -10.1 with placebo (p = 0.01).",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Patients on sertraline were significantly more likely to respond than those on placebo (OR 2.1).",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Significantly more patients responded to sertraline than to placebo.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sertraline produced a significant reduction of depressive symptoms compared to placebo.",
        {("sertraline", "placebo", "overall-severity", "improves")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Depressive symptoms improved in both groups regardless of treatment.",
        {("sertraline", "placebo", "overall-severity", "no_clear_difference")},
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "No statistically significant differences emerged between groups for MADRS or HAM-A.",
        {
            ("sertraline", "placebo", "anxious-arousal", "no_clear_difference"),
            ("sertraline", "placebo", "overall-severity", "no_clear_difference"),
        },
    ),
    (
        "Sertraline in major depression: a placebo-controlled trial.",
        "Patients with major depressive disorder were randomised to sertraline or placebo for eight weeks.",
        "Sertraline was effective on the MADRS but not on the HAM-A.",
        {
            ("sertraline", "placebo", "anxious-arousal", "no_clear_difference"),
            ("sertraline", "placebo", "overall-severity", "improves"),
        },
    ),
    (
        "Ketamine in treatment-resistant depression: a systematic review.",
        "We searched PubMed for trials of ketamine in depression and included nine studies.",
        "Some studies found improved cognition after ketamine, whereas others found no change.",
        {("ketamine", None, "cognitive", "mixed")},
    ),
    (
        "Ketamine in treatment-resistant depression: a systematic review.",
        "We searched PubMed for trials of ketamine in depression and included nine studies.",
        "Seven of nine studies reported a reduction in suicidal ideation after ketamine.",
        {("ketamine", None, "suicidality", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Suicidal ideation decreased significantly, and this effect was independent of improvement in depression.",
        {("ketamine", None, "suicidality", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "Eighteen of 30 patients (60%) met response criteria on the MADRS.",
        {("ketamine", None, "overall-severity", "improves")},
    ),
    (
        "Ketamine in treatment-resistant depression.",
        "Thirty patients with treatment-resistant depression received six open-label ketamine infusions.",
        "MADRS scores dropped by 50% within 24 hours.",
        {("ketamine", None, "overall-severity", "improves")},
    ),
]


@pytest.mark.parametrize(("title", "methods", "sentence", "claims"), CASES)
def test_what_is_claimed(
    extractor: Extractor, title: str, methods: str, sentence: str, claims: set[Read]
) -> None:
    assert read(extractor, record(title, methods, sentence)) == claims


TITLE = "Sertraline in major depression: a placebo-controlled trial."
METHODS = (
    "Patients with major depressive disorder were randomised to sertraline or placebo."
)


def test_a_finding_keeps_its_words_and_reasons(extractor: Extractor) -> None:
    sentence = (
        "MADRS scores fell significantly more with sertraline than placebo (P=.01)."
    )
    source = record(TITLE, METHODS, sentence)
    (draft,) = own(extractor.drafts(source))
    assert draft.quote == sentence
    assert (source.abstract or "")[draft.start : draft.end] == sentence
    assert draft.field is Field.ABSTRACT and draft.section == "RESULTS"
    assert draft.role is Role.OVERALL and draft.measure == "madrs"
    assert draft.p == ".01" and draft.design is Design.RANDOMISED
    assert draft.population == "mdd" and draft.extractor == extractor.version
    assert any(line.startswith("cue:") for line in draft.trace)
    assert any(line.startswith("arms:") for line in draft.trace)
    assert 0 < draft.confidence < 1


def test_the_result_is_quoted_and_not_the_conclusion(extractor: Extractor) -> None:
    source = Record(
        pmid=1,
        title=TITLE,
        sections=(
            Section(text=METHODS, label="METHODS"),
            Section(text="Sertraline did not separate from placebo.", label="RESULTS"),
            Section(text="Sertraline did no more than placebo.", label="CONCLUSIONS"),
        ),
    )
    (draft,) = own(extractor.drafts(source))
    assert draft.quote == "Sertraline did not separate from placebo."
    assert draft.nuance is Nuance.NOT_SEPARATED


def test_what_only_the_conclusion_states_is_flagged(extractor: Extractor) -> None:
    source = Record(
        pmid=1,
        title=TITLE,
        sections=(
            Section(text=METHODS, label="METHODS"),
            Section(text="Forty patients completed the trial.", label="RESULTS"),
            Section(text="Sertraline improved sleep quality.", label="CONCLUSIONS"),
        ),
    )
    (draft,) = own(extractor.drafts(source))
    assert draft.flags == ("conclusion_only",)


@pytest.mark.parametrize("label", ["BACKGROUND", "OBJECTIVE", "METHODS"])
def test_only_results_and_conclusions_are_read(
    extractor: Extractor, label: str
) -> None:
    text = "Sertraline improved sleep quality more than placebo."
    source = Record(
        pmid=1,
        title=TITLE,
        sections=(
            Section(text=text, label=label),
            Section(text="Forty patients completed.", label="RESULTS"),
        ),
    )
    assert own(extractor.drafts(source)) == []


def test_a_narrative_review_has_background_only(extractor: Extractor) -> None:
    source = Record(
        pmid=1,
        title="Sertraline in depression.",
        sections=(
            Section(text="This narrative review discusses sertraline in depression."),
            Section(
                text="Sertraline is superior to placebo and improves sleep quality."
            ),
        ),
        publication_types=("Review",),
    )
    drafts = extractor.drafts(source)
    assert drafts and {d.statement for d in drafts} == {Statement.BACKGROUND}


def test_a_change_from_baseline_gives_way_to_a_comparison(extractor: Extractor) -> None:
    source = record(
        TITLE,
        METHODS,
        "MADRS scores fell from baseline in both groups.",
        "The fall was no larger with sertraline than with placebo on the MADRS.",
    )
    assert {d.comparator for d in own(extractor.drafts(source))} == {"placebo"}


def test_a_result_missed_significance_after_all(extractor: Extractor) -> None:
    sentence = (
        "MADRS scores were lower with sertraline than with placebo, "
        "although this was not statistically significant."
    )
    (draft,) = own(extractor.drafts(record(TITLE, METHODS, sentence)))
    assert draft.direction == "no_clear_difference"
    assert draft.nuance is Nuance.UNCERTAIN and draft.point_direction == "improves"


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("MADRS scores fell more with sertraline than placebo.", Role.OVERALL),
        ("Anxiety fell more with sertraline than placebo.", Role.OUTCOME),
        (
            "In patients with melancholic features, sertraline was superior to placebo "
            "on the MADRS.",
            Role.SUBGROUP,
        ),
        ("Baseline insomnia predicted response to sertraline.", Role.MODERATOR),
    ],
)
def test_roles(extractor: Extractor, sentence: str, role: Role) -> None:
    drafts = own(extractor.drafts(record(TITLE, METHODS, sentence)))
    assert [d.role for d in drafts] == [role]


def test_the_time_of_a_finding(extractor: Extractor) -> None:
    sentence = "At week 6, sleep quality was better with sertraline than placebo."
    (draft,) = own(extractor.drafts(record(TITLE, METHODS, sentence)))
    assert draft.timepoint == "At week 6" and draft.time_band is TimeBand.ACUTE
    sentence = (
        "In the maintenance phase, relapse was lower with sertraline than placebo."
    )
    (draft,) = own(extractor.drafts(record(TITLE, METHODS, sentence)))
    assert draft.time_band is TimeBand.CONTINUATION


def test_a_hedge_is_noted(extractor: Extractor) -> None:
    sentence = "Sertraline may improve sleep quality more than placebo."
    (draft,) = own(extractor.drafts(record(TITLE, METHODS, sentence)))
    assert draft.hedged


@pytest.mark.parametrize(
    ("sentence", "change"),
    [
        ("Ketamine increased BDNF levels compared with placebo.", "raised"),
        ("CRP levels fell from baseline after ketamine.", "lowered"),
        ("BDNF levels did not differ between ketamine and placebo.", None),
        # A scale has a good side: it is better or worse, not raised or lowered.
        ("Ketamine increased MADRS scores compared with placebo.", None),
    ],
)
def test_a_marker_without_a_good_side_is_raised_or_lowered(
    extractor: Extractor, sentence: str, change: str | None
) -> None:
    methods = "Patients with depression were randomised to ketamine or placebo."
    record = Record(
        pmid=1,
        title="Ketamine in depression",
        sections=(Section(methods, "METHODS"), Section(sentence, "RESULTS")),
    )
    assert [d.change for d in extractor.drafts(record)] == [change]
