"""A small library of another disease: nothing of the shipped protocol is needed."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from curation.publish import build
from evidence import cells, protocol
from evidence.claims import Claim, mint_id
from evidence.decisions import Status
from evidence.library import (
    Library,
    LinkSource,
    ReferenceStanding,
    ReferenceState,
    Study,
)
from evidence.records import (
    Author,
    Field,
    PartialDate,
    Record,
    Section,
    TextSource,
    text_sha256,
)
from evidence.types import Design, Direction, Draft, Role

FILES = {
    "review.toml": """
id = "headache"
version = 1
name = "Stubborn headache"
site_title = "Stubborn headache: evidence by domain"
[review]
title = "Headaches that stay: an essay"
authors = ["Doe J"]
journal = "J Headaches"
year = 2025
published = 2025-01-02
licence = "CC0"
thesis = "Headaches are several."
[words]
condition = "headache"
target = "SH"
reference_population = "EH"
standing = ["Not medical advice.", "Counts ignore size."]
""",
    "domains.toml": """
[[system]]
id = "vascular"
label = "Vascular"
[[domain]]
id = "aura"
label = "Aura"
short = "Aura"
kind = "domain"
definition = "Seeing things before."
systems = ["vascular"]
[[domain]]
id = "nausea"
label = "Nausea"
short = "Nausea"
kind = "domain"
definition = "Feeling sick."
[[domain]]
id = "overall-pain"
label = "Overall pain"
short = "Overall"
kind = "overall"
definition = "All of it."
[[domain]]
id = "safety"
label = "Safety"
short = "Safety"
kind = "safety"
definition = "Harms."
""",
    "treatments.toml": """
[[group]]
id = "triptans"
label = "Triptans"
[[group]]
id = "others"
label = "Others"
[[treatment]]
id = "triptan"
label = "Triptans"
group = "triptans"
kind = "class"
[[treatment]]
id = "sumatriptan"
label = "Sumatriptan"
group = "triptans"
kind = "drug"
classes = ["triptan"]
brands = ["Imigran"]
[[treatment]]
id = "zolmitriptan"
label = "Zolmitriptan"
group = "triptans"
kind = "drug"
classes = ["triptan"]
[[treatment]]
id = "caffeine"
label = "Caffeine"
group = "others"
kind = "drug"
[[treatment]]
id = "feverfew"
label = "Feverfew"
group = "others"
kind = "drug"
[[comparator]]
id = "placebo"
label = "Placebo"
class = "inert"
""",
    "outcomes.toml": """
[[outcome]]
id = "aura-minutes"
label = "Minutes of aura"
domain = "aura"
kind = "scale"
better = "lower"
""",
    "populations.toml": """
[[marker]]
id = "stubborn"
label = "called stubborn"
terms = ["stubborn"]
[[population]]
id = "sh"
label = "Stubborn headache"
short = "SH"
target = true
definition = "Called stubborn."
all = ["stubborn"]
[[population]]
id = "eh"
label = "Episodic headache"
short = "EH"
definition = "All others."
""",
    "exclusions.toml": "",
    "searches.toml": """
since = 1990-01-01
window_days = 30
[condition]
words = ["headache"]
[filters]
exclude = []
[[search]]
id = "all"
label = "All"
groups = ["triptans", "others"]
""",
    "references.toml": """
[[reference]]
number = 1
raw = "Doe J. A trial. J Headaches. 2001."
kind = "article"
authors = ["Doe J"]
title = "A trial"
journal = "J Headaches"
year = 2001
[[reference]]
number = 2
raw = "Roe R. The old book of headaches. 1900."
kind = "book"
authors = ["Roe R"]
title = "The old book of headaches"
year = 1900
""",
    "assertions.toml": """
[[assertion]]
id = "a1"
treatment = "sumatriptan"
domain = "aura"
role = "outcome"
stance = "favours"
summary = "Sumatriptan shortens the aura."
section = "Aura"
uses = [{ marker = "1", numbers = [1] }]
[[assertion]]
id = "a2"
treatment = "feverfew"
domain = "nausea"
role = "subgroup"
stance = "cautions"
matching = true
summary = "Feverfew is for others than the sick."
section = "Nausea"
""",
    "regulatory.toml": """
[[fact]]
treatment = "sumatriptan"
jurisdiction = "XX"
act = "approved"
indication = "Headache"
date = 1992-01-01
source = "Register"
checked_on = 2026-01-01
""",
}

TREATMENTS = ("triptan", "sumatriptan", "zolmitriptan", "caffeine", "feverfew")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> protocol.Protocol:
    """The small protocol, read from files as any protocol is."""
    folder: Path = tmp_path_factory.mktemp("protocol")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return protocol.load(folder)


def make_record(pmid: int, **facts: Any) -> Record:
    facts.setdefault("title", f"Paper {pmid}.")
    facts.setdefault("authors", (Author(family=f"Author{pmid}", initials="A"),))
    facts.setdefault("published", PartialDate(2000 + pmid % 20))
    return Record(pmid=pmid, **facts)


def make_claim(pmid: int, quote: str | None = None, **facts: Any) -> Claim:
    """A claim; fields of the claim itself are told from those of its draft by name."""
    own = {
        key: facts.pop(key)
        for key in ("status", "study", "year", "retraction", "text_source")
        if key in facts
    }
    text = quote if quote is not None else f"Finding of paper {pmid}."
    facts = {
        "pmid": pmid,
        "field": Field.ABSTRACT,
        "start": 0,
        "end": len(text),
        "quote": text,
        "text_sha256": text_sha256(text),
        "treatment": "sumatriptan",
        "comparator": "placebo",
        "domain": "aura",
        "role": Role.OUTCOME,
        "direction": Direction.IMPROVES,
        "design": Design.RANDOMISED,
        "population": "sh",
        "n": 10 * pmid,
        "rule": "test",
        "extractor": "test-1",
        "confidence": 0.5,
    } | facts
    draft = Draft(**facts)
    status = own.pop("status", Status.ACCEPTED)
    decided = None if status is Status.PROPOSED else datetime(2026, 3, 1, tzinfo=UTC)
    own.setdefault("study", f"pmid-{pmid}")
    own.setdefault("year", 2000 + pmid % 20)
    return Claim(
        id=mint_id(draft),
        draft=draft,
        status=status,
        decided_at=decided,
        curators=() if decided is None else ("EK",),
        **own,
    )


def assemble(
    proto: protocol.Protocol,
    claims: Iterable[Claim],
    records: Iterable[Record] | None = None,
    *,
    searched: Iterable[str] = TREATMENTS,
    demonstration: bool = False,
) -> Library:
    """A library as the database hands it over."""
    found = {claim.id: claim for claim in claims}
    touching: dict[Any, list[Claim]] = defaultdict(list)
    for claim in found.values():
        for treatment in cells.touches(claim.draft, proto):
            touching[treatment, claim.draft.domain, claim.draft.role].append(claim)
    sources = cells.DEMONSTRATION if demonstration else cells.PUBLISHED
    reports: dict[str, set[int]] = defaultdict(set)
    for claim in found.values():
        reports[claim.study].add(claim.draft.pmid)
    if records is None:
        records = [make_record(p) for p in {c.draft.pmid for c in found.values()}]
    return Library(
        protocol=proto,
        cells={k: cells.build(*k, v, proto, sources) for k, v in touching.items()},
        claims=found,
        records={record.pmid: record for record in records},
        studies={
            study: Study(id=study, pmids=tuple(sorted(p)), source=LinkSource.NONE)
            for study, p in reports.items()
        },
        references={
            1: ReferenceState(number=1, state=ReferenceStanding.RESOLVED, pmid=1),
            2: ReferenceState(number=2, state=ReferenceStanding.NOT_INDEXED),
        },
        searched=frozenset(searched),
        last_search=datetime(2026, 2, 1, tzinfo=UTC),
        last_decision=datetime(2026, 3, 1, tzinfo=UTC),
        record_count=len(reports),
        extractor="test-1",
        demonstration=demonstration,
    )


@pytest.fixture
def claim() -> Callable[..., Claim]:
    return make_claim


@pytest.fixture
def record() -> Callable[..., Record]:
    return make_record


@pytest.fixture
def library(tiny: protocol.Protocol) -> Callable[..., Library]:
    def make(*claims: Claim, **facts: Any) -> Library:
        return assemble(tiny, claims, **facts)

    return make


@pytest.fixture(scope="session")
def hostile() -> tuple[str, ...]:
    """Titles and quotes that break sites: markup, Markdown, templates, formulas."""
    return (
        "</title><script>alert(1)</script>",
        "<img src=x onerror=alert(2)> and <svg/onload=alert(3)>",
        "[click](javascript:alert(4)) and ![x](data:text/html,1)",
        "*em*{: onmouseover=alert(5) style=position:fixed }",
        "A*B*C and _d_ and `code` | cell | --- |",
        "# heading, === and 1. list, > quote, ~~~ fence, [TOC]",
        "*[aura]: POISON and [^1]: note and :smile:",
        "{{ cycler.__init__.__globals__ }} {% raw %} ${x}",
        '--8<-- "mkdocs.yml" &amp; &lt;b&gt; &#60; p &lt; 0.05',
        "p < 0.05 & q > 3; \"quotes\" 'single' \\ backslash \\* end",
        '=HYPERLINK("http://example.org") -0.45 +1 @x',
        "Ünïcode – ‘curly’ − minus α μg 10^-3 \u202e right \u200b zero 😀 Ａ",
        "]]></abstract><!-- comment --> <?php ?> <![CDATA[x]]>",
        "</div></div><h1>Not a heading</h1> wzxhzdk:0wzxhzdk",
    )


@pytest.fixture(scope="session")
def hostile_library(tiny: protocol.Protocol, hostile: tuple[str, ...]) -> Library:
    """One study for each hostile text: as title, quote, journal and author."""
    claims, records = [], []
    for number, text in enumerate(hostile, 1):
        records.append(
            make_record(
                number,
                title=text,
                journal=text,
                doi=f"10.1000/x({number})<a>",
                sections=(Section(text=f"{text} More that no page shows."),),
                authors=(Author(family=text[:38], initials="Z"),),
                text_source=TextSource.DIGEST,
            )
        )
        claims.append(
            make_claim(
                number,
                quote=text,
                outcome=text,
                effect=text,
                timepoint=text,
                text_source=TextSource.DIGEST,
                direction=list(Direction)[number % 4],
                status=Status.PROPOSED if number % 5 == 0 else Status.ACCEPTED,
            )
        )
    return assemble(tiny, claims, records, demonstration=True)


@dataclass(frozen=True)
class Site:
    folder: Path
    documents: Path
    library: Library
    published: build.Published

    def page(self, address: str) -> str:
        return (self.folder / address).read_text(encoding="utf-8")

    def pages(self) -> list[Path]:
        return sorted(self.folder.rglob("*.html"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, hostile_library: Library) -> Site:
    base = tmp_path_factory.mktemp("published")
    published = build.publish(hostile_library, base / "site")
    return Site(base / "site", base / "docs", hostile_library, published)
