"""Invented papers in PubMed's form, as large and as full as real ones; seeded.

Real records are not ours to give away. A folder of them can be named with `--corpus`.
"""

import contextlib
import gzip
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

TREATMENTS = (
    "ketamine",
    "esketamine",
    "escitalopram",
    "sertraline",
    "venlafaxine",
    "lithium",
    "aripiprazole",
    "quetiapine",
    "psilocybin",
    "bupropion",
    "electroconvulsive therapy",
    "repetitive transcranial magnetic stimulation",
)
OUTCOMES = (
    "suicidal ideation",
    "anhedonia",
    "the Hamilton Anxiety Rating Scale",
    "sleep quality",
    "working memory",
    "C-reactive protein",
    "the MADRS total score",
    "fatigue",
)
FILLER = tuple(
    "participants visits weeks scores ratings assessed baseline follow-up centre dose "  # noqa: SIM905
    "sample adults screening intention analysis model interval protocol committee "
    "measures secondary response clinicians outcome blinded arm allocated severity "
    "episode history daily month group estimate standard deviation population".split()
)


def sentence(chance: random.Random, words: int) -> str:
    """Return a sentence of words that say nothing."""
    return " ".join(chance.choices(FILLER, k=words)).capitalize() + "."


def abstract(chance: random.Random) -> tuple[tuple[str, str], ...]:
    """Return the sections of an invented trial's abstract, with their labels."""
    drug, outcome = chance.choice(TREATMENTS), chance.choice(OUTCOMES)
    n, p = chance.randrange(20, 400), chance.randrange(1, 99)
    verb = chance.choice(("improved", "did not differ on", "reduced"))
    other = chance.choice(OUTCOMES)
    return (
        (
            "BACKGROUND",
            f"Depression that resists treatment is common. {sentence(chance, 22)}",
        ),
        (
            "METHODS",
            f"We randomised {n} adults with treatment-resistant depression to {drug} "
            f"or placebo for {chance.randrange(4, 24)} weeks. {sentence(chance, 26)} "
            f"{sentence(chance, 24)} {sentence(chance, 30)}",
        ),
        (
            "RESULTS",
            f"{sentence(chance, 20)} {drug.capitalize()} {verb} {outcome} more than "
            f"placebo (n = {n}, p = 0.{p:02d}). {sentence(chance, 28)} There was no "
            f"significant difference in {other} between {drug} and placebo. "
            f"{sentence(chance, 25)}",
        ),
        (
            "CONCLUSIONS",
            f"{drug.capitalize()} may help some patients. {sentence(chance, 22)}",
        ),
    )


def other(chance: random.Random) -> tuple[tuple[str, str], ...]:
    """Return the sections of an abstract that names no treatment of ours."""
    labels = ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")
    return tuple(
        (label, " ".join(sentence(chance, 24) for _ in range(3))) for label in labels
    )


def article(pmid: int, chance: random.Random, trial: bool = True) -> str:
    """Return a PubmedArticle element with all that real ones carry, about 10 kB."""
    day = date(2015, 1, 1) + timedelta(days=chance.randrange(4000))
    when = f"<Year>{day.year}</Year><Month>{day:%m}</Month><Day>{day:%d}</Day>"
    sections = "".join(
        f'<AbstractText Label="{label}" NlmCategory="{label}">{text}</AbstractText>'
        for label, text in (abstract if trial else other)(chance)
    )
    authors = "".join(
        f'<Author ValidYN="Y"><LastName>Writer{i}</LastName><ForeName>An {i}</ForeName>'
        f"<Initials>A</Initials><AffiliationInfo><Affiliation>{sentence(chance, 14)}"
        "</Affiliation></AffiliationInfo></Author>"
        for i in range(chance.randrange(3, 9))
    )
    headings = "".join(
        f'<MeshHeading><DescriptorName UI="D{i:06d}" MajorTopicYN="N">Heading {i}'
        f'</DescriptorName><QualifierName UI="Q{i:06d}" MajorTopicYN="N">therapy'
        "</QualifierName></MeshHeading>"
        for i in chance.sample(range(900), 12)
    )
    references = "".join(
        f"<Reference><Citation>{sentence(chance, 12)}</Citation><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{1000 + i}</ArticleId></ArticleIdList></Reference>'
        for i in chance.sample(range(90_000), 25)
    )
    drug = chance.choice(TREATMENTS) if trial else "rainfall"
    return (
        '<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM">'
        f'<PMID Version="1">{pmid}</PMID><DateCompleted>{when}</DateCompleted>'
        f'<DateRevised>{when}</DateRevised><Article PubModel="Print"><Journal>'
        '<ISSN IssnType="Print">0000-0000</ISSN><JournalIssue CitedMedium="Print">'
        f"<Volume>{pmid % 90}</Volume><Issue>3</Issue><PubDate><Year>{day.year}</Year>"
        "</PubDate></JournalIssue><Title>Journal of invented trials</Title>"
        "<ISOAbbreviation>J Invent Trials</ISOAbbreviation></Journal><ArticleTitle>"
        f"{drug.capitalize()} in depression that resists treatment: trial {pmid}"
        "</ArticleTitle><Pagination><StartPage>1</StartPage><MedlinePgn>1-9</MedlinePgn>"
        f'</Pagination><ELocationID EIdType="doi" ValidYN="Y">10.5555/{pmid}'
        f"</ELocationID><Abstract>{sections}</Abstract>"
        f'<AuthorList CompleteYN="Y">{authors}</AuthorList><Language>eng</Language>'
        '<PublicationTypeList><PublicationType UI="D016449">Randomized Controlled Trial'
        "</PublicationType></PublicationTypeList></Article><MedlineJournalInfo>"
        "<MedlineTA>J Invent Trials</MedlineTA><NlmUniqueID>1</NlmUniqueID>"
        "</MedlineJournalInfo><ChemicalList><Chemical><RegistryNumber>0</RegistryNumber>"
        f'<NameOfSubstance UI="D000001">{drug}</NameOfSubstance></Chemical>'
        f"</ChemicalList><MeshHeadingList>{headings}</MeshHeadingList>"
        "</MedlineCitation><PubmedData><History>"
        f'<PubMedPubDate PubStatus="entrez">{when}</PubMedPubDate></History>'
        "<PublicationStatus>ppublish</PublicationStatus><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{pmid}</ArticleId>'
        f'<ArticleId IdType="doi">10.5555/{pmid}</ArticleId></ArticleIdList>'
        f"<ReferenceList>{references}</ReferenceList></PubmedData></PubmedArticle>\n"
    )


DOCTYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, {year}//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_{tag}.dtd">'
)


def document(
    count: int, first: int = 1, seed: int = 7, trial_in: int = 1
) -> Iterator[str]:
    """Yield a PubmedArticleSet in pieces; one article in `trial_in` is of a trial."""
    chance = random.Random(seed)
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    # The newest that Biopython brings: with a newer one it would go to the network.
    yield DOCTYPE.format(year="1st January 2025", tag="250101") + "\n"
    yield "<PubmedArticleSet>\n"
    for pmid in range(first, first + count):
        yield article(pmid, chance, pmid % trial_in == 0)
    yield "</PubmedArticleSet>\n"


def write_file(
    path: Path, count: int, first: int = 1, seed: int = 7, trial_in: int = 1
) -> Path:
    """Write an invented PubMed file, gzipped where its name says so; keep one made."""
    if not path.exists():
        part = path.with_name(f".part-{path.name}")
        with contextlib.ExitStack() as stack:
            stream = stack.enter_context(part.open("wb"))
            if path.suffix == ".gz":
                stream = stack.enter_context(
                    gzip.GzipFile("", "wb", 6, stream, mtime=0)
                )
            for piece in document(count, first, seed, trial_in):
                stream.write(piece.encode())
        part.rename(path)
    return path
