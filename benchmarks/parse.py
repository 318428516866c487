"""Reading PubMed XML: all that we store, beside readers that keep less."""

import gzip
from pathlib import Path
from xml.parsers import expat

from benchmarks.inputs import write_file
from benchmarks.measuring import Prepared, measure
from benchmarks.rows import Goal, Row
from benchmarks.scale import Scale

MEMORY_MB = 96.0


def ours(path: Path) -> Prepared:
    """Read every field that the product stores."""
    from curation.retrieve import archive

    return lambda: sum(len(batch.records) for batch in archive.read(path))


def entrez(path: Path) -> Prepared:
    """Read a file whole, as Biopython's users do."""
    from Bio import Entrez

    def work() -> int:
        with path.open("rb") as stream:
            return len(Entrez.read(stream)["PubmedArticle"])

    return work


def pubmed_parser(path: Path) -> Prepared:
    """Read a gzipped file with pubmed_parser."""
    import pubmed_parser as peer

    return lambda: sum(1 for _ in peer.parse_medline_xml(str(path)))


def nine_fields(path: Path) -> Prepared:
    """Read nine fields with lxml, as a script of the field does."""
    from lxml import etree

    fields = (
        "MedlineCitation/PMID",
        "MedlineCitation/Article/ArticleTitle",
        "MedlineCitation/Article/Journal/Title",
        "MedlineCitation/Article/Journal/JournalIssue/PubDate/Year",
        "MedlineCitation/Article/Journal/JournalIssue/Volume",
        "MedlineCitation/Article/Pagination/MedlinePgn",
        "MedlineCitation/Article/Language",
    )

    def work() -> int:
        count = 0
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            for _, element in etree.iterparse(stream, tag="PubmedArticle"):
                record = [element.findtext(field) for field in fields]
                record += ["".join(e.itertext()) for e in element.iter("AbstractText")]
                record += [e.text for e in element.iter("PublicationType")]
                count += bool(record)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        return count

    return work


def floor(path: Path) -> Prepared:
    """Unpack and tokenise, and look at nothing: no reader can be faster."""

    def work() -> int:
        parser = expat.ParserCreate()
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            parser.ParseFile(stream)
        return -1

    return work


def run(scale: Scale) -> list[Row]:
    """Measure with one file, plain and gzipped."""
    count = 2_000 if scale.quick else 20_000
    folder = scale.folder
    plain = write_file(folder / f"parse-{count}.xml", count)
    packed = write_file(folder / f"parse-{count}.xml.gz", count)
    small = write_file(folder / f"parse-{count // 4}.xml.gz", count // 4)
    repeats = 3 if scale.quick else 1
    found = measure(
        {
            "ours, .xml": (ours, (plain,)),
            "Entrez.read": (entrez, (plain,)),
            "lxml 9 fields, .xml": (nine_fields, (plain,)),
            "ours, .gz": (ours, (packed,)),
            "pubmed_parser": (pubmed_parser, (packed,)),
            "lxml 9 fields, .gz": (nine_fields, (packed,)),
            "floor": (floor, (packed,)),
            "ours, quarter": (ours, (small,)),
        },
        repeats,
    )
    assert found["ours, .xml"].result == found["Entrez.read"].result == count

    def speed(name: str) -> float:
        return count / found[name].cpu

    slack = scale.slack
    unit = "records/CPU s"
    xml, gz = speed("ours, .xml"), speed("ours, .gz")
    return [
        Row(
            f"parse {count} .xml",
            xml,
            speed("Entrez.read"),
            "Bio.Entrez.read",
            unit,
            Goal(5, at_least=True, slack=slack),
        ),
        Row(
            f"parse {count} .gz",
            gz,
            speed("pubmed_parser"),
            "pubmed_parser",
            unit,
            Goal(2.5, at_least=True, slack=slack),
            "ours keeps sections, corrections, registries and dates too, checks each "
            "record, and holds no file in memory",
        ),
        Row(
            f"time of {count} .xml",
            found["ours, .xml"].cpu,
            found["lxml 9 fields, .xml"].cpu,
            "lxml reading 9 fields",
            "CPU s",
            Goal(1.8, slack=slack),
        ),
        Row(
            f"time of {count} .gz",
            found["ours, .gz"].cpu,
            found["lxml 9 fields, .gz"].cpu,
            "lxml reading 9 fields",
            "CPU s",
            Goal(1.8, slack=slack),
        ),
        Row(
            f"time of {count} .gz",
            found["ours, .gz"].cpu,
            found["floor"].cpu,
            "gunzip + expat (floor)",
            "CPU s",
        ),
        Row(
            f"peak memory, {count} .gz",
            found["ours, .gz"].peak_mb,
            MEMORY_MB,
            "bound",
            "MB",
            Goal(1),
        ),
        Row(
            "peak memory, four times the records",
            found["ours, .gz"].peak_mb,
            found["ours, quarter"].peak_mb,
            "a quarter of them",
            "MB",
            Goal(1.1),
        ),
    ]
