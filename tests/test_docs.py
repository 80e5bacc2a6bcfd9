"""The documentation is true: generated pages are current, links lead somewhere, marked snippets run."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
from pathlib import Path

import pytest

import pipeline
from docs import generate

ROOT = Path(__file__).parent.parent
PAGES = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])
# A snippet that must run has this comment on the line above its fence.
_SNIPPET = re.compile(r"<!-- runs -->\n+```python\n(.*?)```", re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def _anchors(page: str) -> set[str]:
    """Ids of a page's headings as Markdown renderers make them."""
    headings = re.findall(r"(?m)^#+ (.+)$", re.sub(r"(?ms)^```.*?^```", "", page))
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", h.lower())).strip("-") for h in headings}


@pytest.mark.parametrize("name", generate.PAGES)
def test_generated_page_is_current(name: str) -> None:
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert page == generate.PAGES[name](), "run `python -m docs.generate`"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_relative_links_resolve(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in _LINK.findall(re.sub(r"(?ms)^```.*?^```", "", text)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in _anchors(target.read_text(encoding="utf-8")), f"{page.name}: {link}"


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.name)
def test_notebooks_are_kept_without_output(path: Path) -> None:
    cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    assert cells
    assert not any(c["outputs"] or c["execution_count"] for c in cells), "what they show is made by `make notebooks`"


def test_every_page_is_in_the_navigation() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [p.name for p in sorted((ROOT / "docs").glob("*.md")) if f" {p.name}\n" not in nav] == []


def test_the_site_loads_nothing_from_elsewhere() -> None:
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in config
    assert not re.search(r"https?://|offline|social", config)  # the theme's offline plugin loads a script of a CDN


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after the tutorial's steps: its text in `texts`, its tables in `tables`."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "texts").mkdir()
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    text = re.search(r"```text title=\"texts/cuba.txt\"\n(.*?)```", page, re.DOTALL)
    assert text, "the tutorial shows its text"
    (folder / "texts" / "cuba.txt").write_text(text[1], encoding="utf-8")
    pipeline.run(folder / "texts", folder / "tables")
    return folder


@pytest.mark.parametrize(
    ("page", "snippet"),
    [(p.name, s) for p in PAGES for s in _SNIPPET.findall(p.read_text(encoding="utf-8"))],
)
def test_snippets_run(page: str, snippet: str, tutorial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "work"
    shutil.copytree(tutorial, folder)
    monkeypatch.chdir(folder)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(snippet, page, "exec"), {"__name__": "__main__"})


def test_the_site_builds_strictly(tmp_path: Path) -> None:
    pytest.importorskip("material")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path / "site"), strict=True))
    loaded = re.compile(r"<(?:script|img|iframe)[^>]+src=[\"']?https?:|<link[^>]+stylesheet[^>]+https?:")
    pages = list((tmp_path / "site").glob("*.html"))
    assert pages
    assert [p.name for p in pages if loaded.search(p.read_text(encoding="utf-8"))] == []
