"""Which way it went: one result sentence each, with its look-alike beside it.

Every sentence stands in the same small trial of ketamine against placebo, or in an
open one, and is followed by the domains and directions that a reader takes from it.
"""

import pytest

from curation.extract.claims import Extractor
from tests.curation.extract.reading import read, record

TRIAL = (
    "Ketamine versus placebo in major depression.",
    "Patients with major depressive disorder (anhedonia rated on the SHAPS) were randomised to ketamine or placebo for four weeks.",
)
OPEN = (
    "Open-label ketamine in major depression.",
    "Forty patients with major depressive disorder received six infusions of ketamine in an open-label trial.",
)

Ways = list[tuple[str, str]]
"""Pairs of a domain and a direction."""

CONTROLLED: list[tuple[str, Ways]] = [
    # Means of two arms, told in numbers; fewer sessions until response are better.
    (
        "EPDS scores differed between the groups, with a mean of 9.0 in the placebo group and 6.9 in the ketamine group (p < .001).",
        [("overall-severity", "improves")],
    ),
    (
        "Mean anxiety scores were 12.1 ± 2.2 in the ketamine group versus 18.2 ± 3.1 in the placebo group (p < .01).",
        [("anxious-arousal", "improves")],
    ),
    (
        "The mean MADRS change was -8.0 points in the ketamine group and -6.0 in the placebo group, a difference of 2.0 (P = 0.17).",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "The number of sessions until response was 4.0 in the ketamine group and 7.0 in the placebo group (P < 0.05).",
        [("overall-severity", "improves")],
    ),
    (
        "The ketamine group (20 mg) and the placebo group (40 mg) were alike in age.",
        [],
    ),
    # "All measures" are those of the methods, better as well as alike.
    (
        "Greater improvements were seen with ketamine than with placebo on all measures.",
        [("anhedonia", "improves")],
    ),
    (
        "Greater improvements were seen with ketamine than with placebo.",
        [],
    ),
    # An effect that is taken for granted is none that was found.
    (
        "Ketamine's rapid effects on suicidal ideation appear to be a matter of its sedation.",
        [],
    ),
    (
        "Ketamine had rapid effects on suicidal ideation.",
        [("suicidality", "improves")],
    ),
    # What doctors diagnose is not what patients have more of.
    ("Physicians were more likely to diagnose depression with ketamine.", []),
    # Patients with a trait against the rest are no arms.
    ("Patients with diabetes had greater symptom improvement with ketamine.", []),
    (
        "Patients with depression had greater symptom improvement with ketamine than with placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "Patients improved more slowly with ketamine than with placebo.",
        [("overall-severity", "worsens")],
    ),
    (
        "Patients improved more rapidly with ketamine than with placebo.",
        [("overall-severity", "improves")],
    ),
    # Users of a drug against others.
    (
        "Ketamine users performed worse than controls on memory.",
        [("cognitive", "worsens")],
    ),
    # What held at first and no longer later is told as two findings.
    (
        "MADRS scores were lower with ketamine than with placebo at day 4 (p = .04) but not at day 42 (p = .10).",
        [
            ("overall-severity", "improves"),
            ("overall-severity", "no_clear_difference"),
        ],
    ),
    (
        "Ketamine was superior to placebo in cohort 2, but not different in cohort 1.",
        [
            ("overall-severity", "improves"),
            ("overall-severity", "no_clear_difference"),
        ],
    ),
    (
        "MADRS scores were lower with ketamine than with placebo, but not significantly.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "The gain in sleep quality with ketamine was no longer significant at day 14.",
        [("circadian-sleep", "no_clear_difference")],
    ),
    # The other arm is denied, not what the first one did.
    ("Ketamine but not placebo lowered anxiety.", [("anxious-arousal", "improves")]),
    (
        "Ketamine was sedating but not significantly lowered anxiety.",
        [("anxious-arousal", "no_clear_difference")],
    ),
    # The last noun of a name is what moved.
    ("Ketamine reduced sleep latency.", [("circadian-sleep", "improves")]),
    # Favoured, bettered, hastened, on a par.
    (
        "On the MADRS the ketamine group was significantly favoured.",
        [("overall-severity", "improves")],
    ),
    (
        "Anxiety scores were on par with placebo.",
        [("anxious-arousal", "no_clear_difference")],
    ),
    (
        "Sleep quality improved to the same extent with ketamine and placebo.",
        [("circadian-sleep", "no_clear_difference")],
    ),
    (
        "Ketamine hastened the response compared with placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "Words were recalled more accurately and memory was better with ketamine than with placebo.",
        [("cognitive", "improves")],
    ),
    ("An increase in research on the effects of ketamine on anxiety was seen.", []),
    # A scale's long name may stand between the amount and the change.
    (
        "Ketamine led to a larger Montgomery-Asberg Depression Rating Scale (MADRS) score decrease than placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "Ketamine led to a smaller Montgomery-Asberg Depression Rating Scale (MADRS) score decrease than placebo.",
        [("overall-severity", "worsens")],
    ),
    (
        "Ketamine led to larger doses of other drugs and no MADRS score decrease compared with placebo.",
        [("overall-severity", "no_clear_difference")],
    ),
    # Those who left a bad state are counted, not the state.
    (
        "More patients on ketamine than on placebo shifted from severe insomnia to none.",
        [("circadian-sleep", "improves")],
    ),
    (
        "More patients on ketamine than on placebo had severe insomnia.",
        [("circadian-sleep", "worsens")],
    ),
    # A threshold in words compares no arms.
    (
        "The share in remission (MADRS less than 9) was greater with ketamine than with placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "The share in remission was less with ketamine than with placebo.",
        [("overall-severity", "worsens")],
    ),
    (
        "Empathy for strangers improved with ketamine compared with placebo.",
        [("cognitive", "improves")],
    ),
    (
        "Patients on placebo responded poorer than those on ketamine (8% vs 63%).",
        [("overall-severity", "improves")],
    ),
    (
        "Ketamine-treated patients responded less often than placebo-treated patients.",
        [("overall-severity", "worsens")],
    ),
    (
        "MADRS scores improved less with ketamine than with placebo.",
        [("overall-severity", "worsens")],
    ),
    (
        "MADRS scores fell less with ketamine than with placebo.",
        [("overall-severity", "worsens")],
    ),
    (
        "MADRS scores improved more with ketamine than with placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "Ketamine reduced the rise in anxiety compared with placebo.",
        [("anxious-arousal", "improves")],
    ),
    (
        "Ketamine attenuated the decline in memory compared with placebo.",
        [("cognitive", "improves")],
    ),
    (
        "Ketamine prevented an increase in fatigue.",
        [("psychomotor-anergia", "improves")],
    ),
    (
        "Ketamine blunted the decrease in pleasure compared with placebo.",
        [("anhedonia", "improves")],
    ),
    (
        "A larger proportion of patients on ketamine were free of suicidal ideation than on placebo.",
        [("suicidality", "improves")],
    ),
    (
        "More patients on ketamine than on placebo no longer had suicidal ideation.",
        [("suicidality", "improves")],
    ),
    (
        "The rate of recovery from insomnia was higher with ketamine than with placebo.",
        [("circadian-sleep", "improves")],
    ),
    (
        "The percentage of patients with improvement in anxiety was greater with ketamine than placebo.",
        [("anxious-arousal", "improves")],
    ),
    (
        "The proportion of patients with suicidal ideation was lower with ketamine than with placebo.",
        [("suicidality", "improves")],
    ),
    (
        "The incidence of memory impairment was lower with ketamine than with placebo.",
        [("cognitive", "improves")],
    ),
    (
        "Memory impairment was less pronounced with ketamine than with placebo.",
        [("cognitive", "improves")],
    ),
    (
        "Ketamine caused less memory impairment than placebo.",
        [("cognitive", "improves")],
    ),
    (
        "Although ketamine had no lasting effect on libido, it improved memory.",
        [("cognitive", "improves"), ("safety", "no_clear_difference")],
    ),
    (
        "Patients recovered from narcosis equally, but fatigue was more marked with ketamine.",
        [("psychomotor-anergia", "worsens")],
    ),
    ("Ketamine did not worsen memory.", [("cognitive", "no_clear_difference")]),
    (
        "Ketamine did not impair attention compared with placebo.",
        [("cognitive", "no_clear_difference")],
    ),
    (
        "There was no worsening of anxiety with ketamine.",
        [("anxious-arousal", "no_clear_difference")],
    ),
    (
        "Neither ketamine nor placebo changed sleep quality.",
        [("circadian-sleep", "no_clear_difference")],
    ),
    (
        "The difference between ketamine and placebo on the MADRS failed to reach significance.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "Ketamine failed to separate from placebo on the MADRS.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "Ketamine was statistically indistinguishable from placebo on the MADRS.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "MADRS change was -12.1 with ketamine and -6.3 with placebo (P < .001).",
        [("overall-severity", "improves")],
    ),
    (
        "MADRS scores were 12.1 with ketamine and 20.3 with placebo (P < .001).",
        [("overall-severity", "improves")],
    ),
    (
        "MADRS scores decreased by 12.1 points with ketamine and by 6.3 points with placebo (P < .001).",
        [("overall-severity", "improves")],
    ),
    (
        "Response rates were 53% and 27% for ketamine and placebo, respectively (P = .01).",
        [("overall-severity", "improves")],
    ),
    (
        "Response rates were 27% and 53% for placebo and ketamine, respectively (P = .01).",
        [("overall-severity", "improves")],
    ),
    (
        "Relapse occurred in 20% of the ketamine group and 45% of the placebo group (P = .01).",
        [("overall-severity", "improves")],
    ),
    (
        "Relapse occurred in 20% of the ketamine group and 25% of the placebo group (P = .61).",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "Time to relapse was longer with ketamine than with placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "Ketamine delayed relapse compared with placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "The hazard of relapse was halved with ketamine relative to placebo (HR 0.5, 95% CI 0.3-0.8).",
        [("overall-severity", "improves")],
    ),
    (
        "The odds of remission were higher with ketamine (OR 2.4, 95% CI 1.3-4.1).",
        [("overall-severity", "improves")],
    ),
    (
        "The odds of remission did not differ (OR 1.4, 95% CI 0.8-2.1).",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "The standardised mean difference in MADRS scores was -0.62 (95% CI -0.9 to -0.3) in favour of ketamine.",
        [("overall-severity", "improves")],
    ),
    (
        "Ketamine was associated with lower HAM-A scores than placebo.",
        [("anxious-arousal", "improves")],
    ),
    (
        "Ketamine was associated with higher rates of remission than placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "Ketamine led to a significantly shorter sleep latency than placebo.",
        [("circadian-sleep", "improves")],
    ),
    (
        "Sleep latency was longer with ketamine than with placebo.",
        [("circadian-sleep", "worsens")],
    ),
    (
        "Ketamine increased total sleep time compared with placebo.",
        [("circadian-sleep", "improves")],
    ),
    (
        "A significant group by time interaction for the SHAPS favoured ketamine.",
        [("anhedonia", "improves")],
    ),
    (
        "SHAPS scores showed a significant advantage of ketamine over placebo.",
        [("anhedonia", "improves")],
    ),
    ("Only ketamine reduced rumination.", [("rumination-rigidity", "improves")]),
    (
        "Rumination decreased with ketamine but not with placebo.",
        [("rumination-rigidity", "improves")],
    ),
    (
        "Rumination decreased with ketamine, whereas it was unchanged with placebo.",
        [("rumination-rigidity", "improves")],
    ),
    (
        "The ketamine group showed a greater decline in rumination than did the placebo group.",
        [("rumination-rigidity", "improves")],
    ),
    (
        "Compared with placebo, ketamine significantly lowered IL-6.",
        [("inflammatory", "improves")],
    ),
    (
        "BDNF levels rose with ketamine and fell with placebo (P = .02).",
        [("plasticity", "improves")],
    ),
    (
        "Changes in BDNF did not differ between ketamine and placebo.",
        [("plasticity", "no_clear_difference")],
    ),
    (
        "Ketamine was numerically but not significantly better than placebo on the MADRS.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "MADRS scores were lower with ketamine, although the difference was not significant.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "A trend towards lower anxiety with ketamine was seen (P = .07).",
        [("anxious-arousal", "no_clear_difference")],
    ),
    (
        "Ketamine was noninferior to placebo on the MADRS.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "Noninferiority of ketamine to placebo was not shown for the MADRS.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "Both groups improved on the MADRS, with no advantage for ketamine.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "Improvement on the MADRS was comparable in the two groups.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "MADRS scores dropped similarly in both arms.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "There was little to choose between ketamine and placebo on the MADRS.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "Ketamine offered no advantage over placebo in reducing depressive symptoms.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "Ketamine was no more effective than placebo.",
        [("overall-severity", "no_clear_difference")],
    ),
    ("Ketamine was less effective than placebo.", [("overall-severity", "worsens")]),
    ("Ketamine was more effective than placebo.", [("overall-severity", "improves")]),
    (
        "Placebo was as effective as ketamine.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "Anxiety improved on the HAM-A but not on the STAI.",
        [("anxious-arousal", "mixed")],
    ),
    (
        "Fewer patients relapsed on ketamine than on placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "Fewer patients on ketamine than on placebo achieved remission.",
        [("overall-severity", "worsens")],
    ),
    (
        "Ketamine showed efficacy on depressive and cognitive symptoms.",
        [("cognitive", "improves"), ("overall-severity", "improves")],
    ),
    (
        "Ketamine reduced depressive (P = .01) and suicidal (P = .03) symptoms.",
        [("overall-severity", "improves"), ("suicidality", "improves")],
    ),
    (
        "In those with more severe anxiety, ketamine reduced MADRS scores more than placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "Response (MADRS decreased by >50%) and remission (MADRS < 10) rates were higher with ketamine than with placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "Anxiety fell, and 47% met criteria for response.",
        [("anxious-arousal", "improves"), ("overall-severity", "improves")],
    ),
    (
        "Although changes in libido were kept for weeks, the effect on fatigue was greater with ketamine.",
        [("psychomotor-anergia", "improves")],
    ),
    (
        "Ketamine produced decreases in fatigue and anxiety, along with increases in energy, and decreases in rumination.",
        [
            ("anxious-arousal", "improves"),
            ("psychomotor-anergia", "improves"),
            ("rumination-rigidity", "improves"),
        ],
    ),
    (
        "Ketamine led to increased fatigue and significant decreases in depression scales (MADRS).",
        [("overall-severity", "improves"), ("psychomotor-anergia", "worsens")],
    ),
    ("Levels of anxiety were elevated compared to healthy volunteers.", []),
    ("In all, 16% reported elevated depressive symptoms.", []),
    (
        "Anxiety was elevated after ketamine compared with placebo.",
        [("anxious-arousal", "worsens")],
    ),
    (
        "Ketamine was well tolerated, although nausea was more frequent than with placebo.",
        [("safety", "no_clear_difference"), ("safety", "worsens")],
    ),
    (
        "No patient stopped treatment because of side effects.",
        [("safety", "no_clear_difference")],
    ),
    ("Its effect on fatigue diminished over two weeks.", []),
    ("There was no significant effect of age on memory.", []),
    (
        "There was no significant effect of ketamine on memory.",
        [("cognitive", "no_clear_difference")],
    ),
    (
        "On longer-term follow-up, fatigue was lower with ketamine than with placebo.",
        [("psychomotor-anergia", "improves")],
    ),
    (
        "After adjusting for age, sex, sleep quality, and baseline MADRS, anxiety was lower with ketamine.",
        [("anxious-arousal", "improves")],
    ),
    (
        "Relative to placebo use, ketamine reduced depressive and suicidal symptoms and improved memory.",
        [
            ("cognitive", "improves"),
            ("overall-severity", "improves"),
            ("suicidality", "improves"),
        ],
    ),
    (
        "Anxiety decreased and fatigue and memory improved with ketamine.",
        [
            ("anxious-arousal", "improves"),
            ("cognitive", "improves"),
            ("psychomotor-anergia", "improves"),
        ],
    ),
    (
        "Ketamine did not statistically separate from placebo on the MADRS.",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "Ketamine had a higher response rate on the HAM-A than placebo.",
        [("anxious-arousal", "improves"), ("overall-severity", "improves")],
    ),
    (
        "The effect size for anxiety was larger with ketamine than with placebo.",
        [("anxious-arousal", "improves")],
    ),
    (
        "MADRS total score response rates were higher with ketamine than with placebo.",
        [("overall-severity", "improves")],
    ),
    (
        "Ketamine improved anxiety but not fatigue, decreased pain-free days, and lowered IL-6 compared with placebo.",
        [
            ("anxious-arousal", "improves"),
            ("inflammatory", "improves"),
            ("psychomotor-anergia", "no_clear_difference"),
        ],
    ),
    (
        "Nausea was more frequent with ketamine, whereas headache was more frequent with placebo.",
        [("safety", "mixed")],
    ),
    (
        "HAM-A scores were higher with ketamine than with placebo.",
        [("anxious-arousal", "worsens")],
    ),
    (
        "Remission was more frequent with ketamine than with placebo (OR 1.3, 95% CI 0.8 to 2.1).",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "Remission was more frequent with ketamine than with placebo (OR 1.9, 95% CI 1.2 to 3.1).",
        [("overall-severity", "improves")],
    ),
    (
        "MADRS scores were lower with ketamine than with placebo (mean difference -1.2, 95% CI -3.1 to 0.8).",
        [("overall-severity", "no_clear_difference")],
    ),
    (
        "MADRS scores were lower with ketamine than with placebo (mean difference -4.2, 95% CI -6.1 to -0.8).",
        [("overall-severity", "improves")],
    ),
]

UNCONTROLLED: list[tuple[str, Ways]] = [
    # Who counts as a responder, and who may become one, are no results.
    ("Patients were judged to have responded if HDRS scores fell by half.", []),
    (
        "Patients responded and HDRS scores fell by half.",
        [("overall-severity", "improves")],
    ),
    ("The marker finds people most likely to benefit from ketamine.", []),
    ("Most patients benefited from ketamine.", [("overall-severity", "improves")]),
    ("HDRS scores went down after ketamine.", [("overall-severity", "improves")]),
    (
        "Anhedonia scores went from 6.1 to 3.2 after six infusions (P < .001).",
        [("anhedonia", "improves")],
    ),
    ("Memory scores rose from 41 to 48.", [("cognitive", "improves")]),
    ("Cognition remained intact throughout.", [("cognitive", "no_clear_difference")]),
    ("No decline in memory was observed.", [("cognitive", "no_clear_difference")]),
    (
        "There was no evidence of cognitive deterioration.",
        [("cognitive", "no_clear_difference")],
    ),
    ("Fatigue eased in most patients.", [("psychomotor-anergia", "improves")]),
    ("Suicidal ideation was reduced by 55%.", [("suicidality", "improves")]),
    (
        "Half of the patients achieved at least a 50% reduction in MADRS scores.",
        [("overall-severity", "improves")],
    ),
    (
        "Mean MADRS scores were 34.1 at baseline and 15.2 at week four (P < .001).",
        [("overall-severity", "improves")],
    ),
    (
        "A large effect on suicidal ideation was seen (d = 1.2).",
        [("suicidality", "improves")],
    ),
    ("Sleep quality deteriorated.", [("circadian-sleep", "worsens")]),
    ("No patient switched to mania.", [("mixed-bipolar", "no_clear_difference")]),
    (
        "Six infusions produced a 47% reduction response in depression.",
        [("overall-severity", "improves")],
    ),
]


@pytest.mark.parametrize(("result", "ways"), CONTROLLED)
def test_direction_in_a_trial(extractor: Extractor, result: str, ways: Ways) -> None:
    found = read(extractor, record(*TRIAL, result))
    assert {(domain, way) for _, _, domain, way in found} == set(ways)


@pytest.mark.parametrize(("result", "ways"), UNCONTROLLED)
def test_direction_without_a_control(
    extractor: Extractor, result: str, ways: Ways
) -> None:
    found = read(extractor, record(*OPEN, result))
    assert {(domain, way) for _, _, domain, way in found} == set(ways)


FOLLOWING: list[tuple[str, str, Ways]] = [
    # What the sentence before spoke of is meant where this one names nothing.
    (
        "MADRS and HAM-A scores fell in both groups.",
        "At week eight, no significant differences between the groups were observed.",
        [
            ("overall-severity", "no_clear_difference"),
            ("anxious-arousal", "no_clear_difference"),
        ],
    ),
    # Here something is named, if nothing that we know.
    (
        "MADRS and HAM-A scores fell with ketamine compared with placebo.",
        "No significant differences between the groups in age were observed.",
        [("overall-severity", "improves"), ("anxious-arousal", "improves")],
    ),
    # "Any measure" are those of the methods.
    (
        "Thirty patients finished the trial.",
        "Ketamine and placebo did not differ on any outcome measure.",
        [("anhedonia", "no_clear_difference")],
    ),
    # A record may give a short form another meaning.
    (
        "We tested verbal memory (VBM) twice.",
        "VBM was better with ketamine than with placebo.",
        [("cognitive", "improves")],
    ),
    (
        "We mapped grey matter twice.",
        "VBM showed larger volumes with ketamine than with placebo.",
        [("plasticity", "improves")],
    ),
]


@pytest.mark.parametrize(("before", "result", "ways"), FOLLOWING)
def test_what_an_earlier_sentence_decides(
    extractor: Extractor, before: str, result: str, ways: Ways
) -> None:
    found = read(extractor, record(*TRIAL, before, result))
    assert {(domain, way) for _, _, domain, way in found} == set(ways)
