"""From the text of a record to proposed claims, each with its words and its reasons.

A claim is one finding that the authors state about their own results, in people:
that a treatment did, or did not, change an outcome in a domain. Two examples, with
what is read from them:

    "Sleep quality improved more with agomelatine than with placebo."
    agomelatine against placebo, circadian-sleep, outcome, improves

    "Scores for reward did not differ between the groups."
    the study's treatment against its control, anhedonia, outcome, no clear difference

Aims, methods, background and forecasts are no findings. A narrative review's
sentences are kept as background and never counted.

Source: the rules follow NegEx (Chapman 2001, doi:10.1006/jbin.2001.1029), ConText
(Harkema 2009, doi:10.1016/j.jbi.2009.05.002) and the abbreviation algorithm of
Schwartz and Hearst (2003, PMID 12603049).
"""
