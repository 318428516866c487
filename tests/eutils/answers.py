"""What each utility answers, in NCBI's shapes, for what a form asks."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from tests.eutils.library import Entry
from tests.eutils.terms import Library

Form = Mapping[str, Sequence[str]]

CAP = 9_999
DTD_YEAR = 2031
"""A year whose DTD no installed program has."""

_DTD = "https://eutils.ncbi.nlm.nih.gov/eutils/dtd"
_CUT = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For "
    "PubMed, ESearch can only retrieve the first 9,999 records matching the query."
)


def _document(root: str, doctype: str, inner: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE {root} PUBLIC {doctype}>\n'
        f"<{root}>{inner}</{root}>\n"
    )


def error(root: str, message: str) -> str:
    """Return an answer that reports a failure."""
    return _document(
        root, f'"-//NLM//DTD {root}//EN" "{_DTD}/x.dtd"', f"<ERROR>{message}</ERROR>"
    )


class Answers:
    """The utilities over one library; `withhold` leaves out the first thing of each."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.withhold = False
        self._history: list[list[int]] = []

    def of(self, call: str) -> Callable[[Form], str]:
        """Return the utility of this name."""
        return getattr(self, f"_{call}")

    def _ids(self, form: Form) -> list[int]:
        if form.get("query_key"):
            return self._history[int(form["query_key"][0]) - 1]
        joined = ",".join(form.get("id", ()))
        return [int(part) for part in joined.split(",") if part.strip().isdigit()]

    def _less(self, things: list) -> list:
        return things[1:] if self.withhold else things

    def _esearch(self, form: Form) -> str:
        doctype = f'"-//NLM//DTD esearch 20060628//EN" "{_DTD}/20060628/esearch.dtd"'
        start = int(form.get("retstart", ["0"])[0])
        most = int(form.get("retmax", ["20"])[0])
        if start > CAP - 1:
            return error("eSearchResult", _CUT)
        hits, not_found = self.library.find(form["term"][0])
        warnings = [
            f"<QuotedPhraseNotFound>{escape(p)}</QuotedPhraseNotFound>"
            for p in not_found
        ]
        if start + most > CAP:
            most = CAP - start
            warnings.append(
                "<OutputMessage>Restrictions achieved. start and count adjusted to "
                f"{start}, {most}</OutputMessage>"
            )
        if not hits:
            warnings.append("<OutputMessage>No items found.</OutputMessage>")
        shown = hits[start : start + most]
        history = ""
        if form.get("usehistory") == ["y"]:
            self._history.append(hits)
            history = (
                f"<QueryKey>{len(self._history)}</QueryKey><WebEnv>MCID_local</WebEnv>"
            )
        ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in self._less(shown))
        warned = f"<WarningList>{''.join(warnings)}</WarningList>" if warnings else ""
        return _document(
            "eSearchResult",
            doctype,
            f"<Count>{len(hits)}</Count><RetMax>{len(shown)}</RetMax>"
            f"<RetStart>{start}</RetStart>{history}<IdList>\n{ids}</IdList>"
            "<TranslationSet/><QueryTranslation>"
            f"{escape(form['term'][0])}</QueryTranslation>{warned}",
        )

    def _epost(self, form: Form) -> str:
        doctype = f'"-//NLM//DTD epost 20090526//EN" "{_DTD}/20090526/epost.dtd"'
        self._history.append(self._ids(form))
        inner = f"<QueryKey>{len(self._history)}</QueryKey><WebEnv>MCID_local</WebEnv>"
        return _document("ePostResult", doctype, inner)

    def _efetch(self, form: Form) -> str:
        known = self.library.entries
        asked = self._ids(form)
        if not asked:
            return error(
                "eFetchResult", "ID list is empty! Possibly it has no correct IDs."
            )
        articles = self._less([known[p].element() for p in asked if p in known])
        doctype = (
            f'"-//NLM//DTD PubMedArticle, 1st January {DTD_YEAR}//EN" '
            f'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_{DTD_YEAR % 100}0101.dtd"'
        )
        return _document("PubmedArticleSet", doctype, "\n".join(["", *articles, ""]))

    def _elink(self, form: Form) -> str:
        doctype = f'"-//NLM//DTD elink 20101123//EN" "{_DTD}/20101123/elink.dtd"'
        groups = [[int(p) for p in field.split(",")] for field in form["id"]]
        sets = []
        term = form.get("term", [""])[0]
        within = self.library.find(term)[0] if term else [*self.library.entries]
        for group in self._less(groups):
            citing = sorted(
                (
                    pmid
                    for pmid in within
                    if {*group} & {*self.library.entries[pmid].cites}
                ),
                reverse=True,
            )
            links = "".join(f"<Link><Id>{pmid}</Id></Link>\n" for pmid in citing)
            name = form["linkname"][0]
            found = (
                f"<LinkSetDb><DbTo>pubmed</DbTo><LinkName>{name}</LinkName>{links}</LinkSetDb>"
                if citing
                else ""
            )
            ids = "".join(f"<Id>{pmid}</Id>" for pmid in group)
            sets.append(
                f"<LinkSet><DbFrom>pubmed</DbFrom><IdList>{ids}</IdList>{found}</LinkSet>"
            )
        return _document("eLinkResult", doctype, "\n".join(["", *sets, ""]))

    def _esummary(self, form: Form) -> str:
        doctype = (
            f'"-//NLM//DTD esummary v1 20041029//EN" "{_DTD}/20041029/esummary-v1.dtd"'
        )
        known = self.library.entries
        parts = []
        for pmid in self._less(self._ids(form)):
            if pmid in known:
                parts.append(_docsum(known[pmid]))
            else:
                parts.append(f"<ERROR>UID={pmid}: cannot get document summary</ERROR>")
        return _document("eSummaryResult", doctype, "\n".join(["", *parts, ""]))

    def _ecitmatch(self, form: Form) -> str:
        lines = []
        for line in form["bdata"][0].split("\r"):
            journal, year, volume, page, author, key, *_ = [*line.split("|"), *[""] * 6]
            found = [
                e.pmid
                for e in self.library.entries.values()
                if journal.lower().replace(".", "")
                == e.journal.lower().replace(".", "")
                and year in ("", str(e.year))
                and volume in ("", e.volume)
                and page in ("", e.first_page)
            ]
            if not found and not journal:
                break
            journals = {e.journal.lower() for e in self.library.entries.values()}
            if len(found) == 1:
                lines.append(
                    f"{journal}|{year}|{volume}|{page}|{author}|{key}|{found[0]}"
                )
                continue
            missed = (
                "NOT_FOUND"
                if journal.lower() in journals
                else "NOT_FOUND;INVALID_JOURNAL"
            )
            if len(found) > 3:
                missed = f"AMBIGUOUS ({len(found)} citations)"
            elif found:
                missed = f"AMBIGUOUS {','.join(map(str, found))}"
            lines.append(f"{journal}|{year}|{volume}|{page}|{key}|{missed}")
        return "\n".join(self._less(lines))


def _docsum(entry: Entry) -> str:
    def item(name: str, value: str, kind: str = "String") -> str:
        return f'<Item Name="{name}" Type="{kind}">{value}</Item>\n'

    authors = "".join(item("Author", escape(name)) for name in entry.authors)
    types = "".join(item("PubType", escape(name)) for name in entry.types)
    return (
        f"<DocSum>\n<Id>{entry.pmid}</Id>\n"
        + item("PubDate", str(entry.year), "Date")
        + item("Source", escape(entry.journal))
        + item("AuthorList", authors, "List")
        + item("Title", escape(entry.title))
        + item("Volume", escape(entry.volume))
        + item("Issue", escape(entry.issue))
        + item("Pages", escape(entry.pages))
        + item("PubTypeList", types, "List")
        + item("RecordStatus", "PubMed - indexed for MEDLINE")
        + item("DOI", escape(entry.doi))
        + "</DocSum>"
    )
