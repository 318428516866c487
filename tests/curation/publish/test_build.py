"""The built site: whole or not at all, the same bytes, and nothing that runs.

Built twice in this module: once for all that is looked at, once more for its bytes.
"""

import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import lxml.html
import pytest
import yaml

from curation.errors import PublishError
from curation.publish import addresses, build, folders, markup, templates
from curation.publish.catalogue import Catalogue
from curation.publish.page import Page
from evidence.library import Library
from tests.curation.publish.conftest import Site


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_titles_and_quotes_read_exactly_as_their_source(
    site: Site, hostile: tuple[str, ...]
) -> None:
    for number, text in enumerate(hostile, 1):
        page = lxml.html.fromstring(site.page(addresses.study(f"pmid-{number}")))
        title = page.xpath("//*[@class='te-title']")[0].text_content()
        assert title == text
        quotes = {q.text_content() for q in page.xpath("//q")}
        assert quotes == {text}


def test_headings_and_window_titles_read_exactly(site: Site) -> None:
    catalogue = Catalogue(site.library)
    for study in catalogue.claims_by_study:
        page = lxml.html.fromstring(site.page(addresses.study(study)))
        label = catalogue.study_label(study)
        assert page.xpath("//h1")[0].text_content() == markup.plain(label)
        title = page.xpath("//head/title")[0].text_content()
        assert title == f"{markup.plain(label)} - {site.library.protocol.site_title}"


def test_no_tag_is_born_from_a_record(site: Site) -> None:
    scripts = set()
    for path in site.pages():
        tree = lxml.html.fromstring(path.read_text(encoding="utf-8"))
        assert not tree.xpath("//img | //iframe | //object | //embed"), path
        attributes = tree.xpath("//@*[starts-with(name(), 'on')]")
        assert not attributes, path
        assert not tree.xpath("//@href[starts-with(., 'javascript')]"), path
        assert len(tree.xpath("//h1")) == 1, path
        scripts |= {
            re.sub(r'new URL\("[./]*"', "", script.text or "")
            for script in tree.xpath("//script[not(@src)]")
            if script.get("type") != "application/json"
        }
    # The theme's own four; the text of none depends on a record.
    assert not [code for code in scripts if "alert" in code]
    assert len(scripts) <= 4


def test_the_search_index_holds_text_only(site: Site, hostile: tuple[str, ...]) -> None:
    index = json.loads(site.page("search/search_index.json"))
    words = ""
    for entry in index["docs"]:
        for value in (entry["title"], entry["text"]):
            tags = {tag.lower() for tag in re.findall(r"</?([A-Za-z]+)", value)}
            assert tags <= {"p", "li", "ul", "ol", "code", "pre", "sub", "sup"}, value
            words += html.unescape(re.sub(r"</?[a-z]+>", "", value)) + "\n"
    assert hostile[8] in words


def test_the_search_finds_a_row_by_its_other_names(site: Site) -> None:
    index = json.loads(site.page("search/search_index.json"))
    texts = {entry["location"]: entry["text"] for entry in index["docs"]}
    cell = texts[addresses.cell("sumatriptan", "aura")]
    assert "Imigran" in cell
    assert "this cell" not in cell
    assert "Imigran" not in texts[addresses.cell("feverfew", "nausea")]


def test_nothing_is_asked_of_another_server(site: Site) -> None:
    fetched = re.compile(
        r"<(?:script|img|iframe|source|link)\b[^>]*?(?:src|href)=[\"']?((?:https?:)?//[^\"'\s>]+)"
    )
    for path in site.pages():
        found = fetched.findall(path.read_text(encoding="utf-8"))
        assert not found, (path, found)
    for path in (site.folder / "assets").glob("*.css"):
        assert "http" not in path.read_text(encoding="utf-8")


def test_every_page_has_a_policy_that_allows_only_its_own_scripts(site: Site) -> None:
    for path in site.pages():
        page = path.read_text(encoding="utf-8")
        policy = re.search(
            r'http-equiv="Content-Security-Policy" content="([^"]*)"', page
        )
        assert policy, path
        assert "default-src 'self'" in policy[1]
        scripts = policy[1].split("script-src")[1].split(";")[0]
        assert "unsafe" not in scripts
        assert "sha256-" in scripts


def test_every_page_says_that_it_is_a_demonstration_and_what_is_reviewed(
    site: Site,
) -> None:
    for path in site.pages():
        page = path.read_text(encoding="utf-8")
        assert "Decided by the project, not by a clinician" in page, path
        assert "Not medical advice." in page, path
        assert "data-fresh>" in page, path
        assert "assets/freshness.js" in page, path
    text = site.page("assets/freshness.js")
    told = json.loads(text.removeprefix("window.freshness=").removesuffix(";\n"))
    assert told["search"] == "2026-02-01"
    assert told["unreviewed"] == Catalogue(site.library).counts()["unreviewed"] > 0


def test_navigation_is_small_and_the_same_everywhere(site: Site) -> None:
    sizes = [path.stat().st_size for path in site.pages() if "studies/" in str(path)]
    assert max(sizes) < 100_000
    page = site.page(addresses.study("pmid-1"))
    assert "pmid-2" not in page.split('class="md-content"')[0]


def test_equal_libraries_publish_equal_bytes(
    site: Site, tmp_path: Path, hostile_library: Library
) -> None:
    other = tmp_path / "elsewhere" / "site"
    published = build.publish(hostile_library, other)
    assert digests(other) == digests(site.folder)
    assert digests(tmp_path / "elsewhere" / "docs") == digests(site.documents)
    assert published.pages == site.published.pages


def test_a_failed_build_leaves_the_old_site_and_rewrites_little(
    site: Site, monkeypatch: pytest.MonkeyPatch, hostile_library: Library
) -> None:
    before = digests(site.folder)
    broken = Page("broken.md", "---\ntitle: x\n---\n\n# x\n\n[lost](nowhere.md)\n")
    real = build.pages.pages

    def with_a_broken_link(catalogue: Catalogue) -> list[Page]:
        return [*real(catalogue), broken]

    monkeypatch.setattr(build.pages, "pages", with_a_broken_link)
    with pytest.raises(PublishError, match=r"nowhere\.md"):
        build.publish(hostile_library, site.folder)
    assert digests(site.folder) == before
    new, old = folders.aside(site.folder)
    assert not new.exists()
    assert not old.exists()


def test_only_what_changed_is_written(
    site: Site, monkeypatch: pytest.MonkeyPatch, hostile_library: Library
) -> None:
    catalogue = Catalogue(hostile_library)
    files, _ = build.source_files(catalogue, lambda *_: None)
    folders.lay(site.documents, files)
    assert folders.lay(site.documents, files) == 0
    changed = files | {"references.md": files["references.md"] + b"\n"}
    assert folders.lay(site.documents, changed) == 1
    del changed["references.md"]
    assert folders.lay(site.documents, changed) == 1
    assert not (site.documents / "references.md").exists()
    folders.lay(site.documents, files)


def test_a_page_that_links_nowhere_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hostile_library: Library
) -> None:
    def write_instead(catalogue: Catalogue, documents: Path, new: Path) -> None:
        new.mkdir()
        (new / "index.html").write_text('<a href="lost.html">x</a>', encoding="utf-8")

    monkeypatch.setattr(build, "_run_mkdocs", write_instead)
    with pytest.raises(PublishError, match=r"links to lost\.html"):
        build.publish(hostile_library, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_resource_of_another_server_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hostile_library: Library
) -> None:
    def write_instead(catalogue: Catalogue, documents: Path, new: Path) -> None:
        new.mkdir()
        page = '<script src="https://cdn.example.org/x.js"></script>'
        (new / "index.html").write_text(page, encoding="utf-8")

    monkeypatch.setattr(build, "_run_mkdocs", write_instead)
    with pytest.raises(PublishError, match=r"asks for https://cdn"):
        build.publish(hostile_library, tmp_path / "site")


@pytest.mark.parametrize("name", ["site", "docs"])
def test_a_folder_that_is_not_ours_is_refused(
    tmp_path: Path, hostile_library: Library, name: str
) -> None:
    foreign = tmp_path / name
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(PublishError, match="not made by publishing"):
        build.publish(hostile_library, tmp_path / "site")
    assert (foreign / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_a_file_in_the_way_is_refused(tmp_path: Path, hostile_library: Library) -> None:
    (tmp_path / "site").write_text("x", encoding="utf-8")
    with pytest.raises(PublishError, match="is not a folder"):
        build.publish(hostile_library, tmp_path / "site")


def test_the_successor_of_the_site_tool_builds_the_same_pages(
    site: Site, hostile: tuple[str, ...], tmp_path: Path
) -> None:
    """A canary: Material for MkDocs is at its end, and Zensical reads the same folder.

    It wants folders relative to its settings, in one file.
    """
    zensical = Path(sys.executable).with_name("zensical")
    if not zensical.is_file():
        pytest.skip("zensical is not installed; scripts/test --all installs it")
    shutil.copytree(site.documents, tmp_path / "docs")
    folder = templates.sources()
    shutil.copytree(folder / "site" / "theme", tmp_path / "theme")
    settings = yaml.safe_load((folder / "mkdocs.yml").read_text(encoding="utf-8"))
    added = build.configuration(Catalogue(site.library), site.documents, site.folder)
    settings |= {"docs_dir": "docs", "site_dir": "out", "extra": added["extra"]}
    settings["theme"]["custom_dir"] = "theme"
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    done = subprocess.run(
        [str(zensical), "build", "--strict"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    names = {p.relative_to(site.folder).as_posix() for p in site.pages()}
    out = tmp_path / "out"
    assert {p.relative_to(out).as_posix() for p in out.rglob("*.html")} == names
    for number, text in enumerate(hostile, 1):
        path = out / addresses.study(f"pmid-{number}")
        page = lxml.html.fromstring(path.read_text(encoding="utf-8"))
        assert page.xpath("//*[@class='te-title']")[0].text_content() == text
        assert not page.xpath("//img | //iframe | //object | //embed")
        assert "Not medical advice." in page.text_content()
