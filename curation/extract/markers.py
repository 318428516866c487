"""The words that turn what follows them into the comparator: "than", "versus"."""

import re

AGAINST = re.compile(
    r"\b(?:than(?! \d)|compared (?:with|to)|in comparison (?:with|to)|"
    r"as compared (?:with|to)|"
    r"comparison (?:with|to)|relative to|versus|vs\.?|"
    r"over(?! time\b| the (?:course|study|trial|treatment|follow)| \d| weeks| months|"
    r" \w+[- ](?:weeks?|months?|years?|days?|hours?))|superior to|inferior to|"
    r"similar to|comparable to|equivalent to|different from|differ(?:ed|ent)? from|"
    r"separated? from|separation from|effective as|efficacious as|tolerated as|"
    r"(?:worked|works|performed|fared|did|responded) (?:just |about )?as well as|"
    r"noninferior to|non-inferior to|noninferiority of|unlike|in contrast (?:to|with)|"
    r"alternative to|against|outperformed|exceeded|advantage over|distinguish\w* from|"
    r"but not)"
    r"(?=[\s(])",
    re.IGNORECASE,
)
