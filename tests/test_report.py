"""The page: everything in it, nothing from elsewhere, and no text that can run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.actors.knowledge import Role
from pipeline.errors import DataError
from pipeline.graph_files import write_graph
from pipeline.report import script_json, write_report
from pipeline.report.data import Limits, page_data
from pipeline.report.roles import held
from pipeline.settings import ActorsSettings, DatesSettings, Settings
from tests.tables import HOSTILE, Corpus, hostile_corpus, small_corpus


def written(corpus: Corpus, folder: Path, texts: bool = True) -> str:
    corpus.write(folder)
    write_graph(folder, corpus.table("actors"), corpus.table("edges"), corpus.table("events").to_batches())
    write_report(folder, corpus.texts if texts else None)
    return (folder / "report.html").read_text(encoding="utf-8")


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_page_holds_the_tables(tmp_path: Path) -> None:
    data = data_of(written(small_corpus(), tmp_path))
    assert data["totals"] == {
        "documents": 2, "sentences": 4, "dates": 2, "mentions": 7, "actors": 4, "events": 5, "edges": 2,
    }  # fmt: skip
    assert data["events"]["trigger"] == ["attacked", "thanked", "denied", "signed", "attack"]
    assert data["overview"]["years"] == [[-490, 0, 0, 0, 0, 1], [1958, 0, 1, 0, 0, 0]]
    assert data["overview"]["retold"] == 1
    behind = dict(zip(data["edges"]["target_id"], data["edges"]["at"], strict=True))
    assert behind == {"sparta": ["later:s0", "war:s44"], "persia": ["war:s10"]}


def test_words_of_a_text_cannot_end_the_script(tmp_path: Path) -> None:
    html = written(hostile_corpus(), tmp_path)
    assert data_of(html)["documents"]["title"] == [f"Title {HOSTILE}"]
    assert "<script>alert(1)" not in html
    assert "<img src=x" not in html
    assert html.count("<script") == 2


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_script_json_is_read_back_and_harmless(value: Any) -> None:
    written = script_json(value)
    assert json.loads(written) == value
    assert not set("<>&\u2028\u2029") & set(written)


def test_policy_allows_the_pages_own_script_and_no_network(tmp_path: Path) -> None:
    html = written(small_corpus(), tmp_path)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].replace("&#39;", "'").split(";"))
    assert rules["default-src"] == "'none'"
    assert "connect-src" not in rules
    script = html[html.rindex("<script>") + len("<script>") : html.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert rules["script-src"] == f"'sha256-{digest}'"


def test_page_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    html = written(small_corpus(), tmp_path)
    head = html[: html.index('<script type="application/json"')]
    assert not re.search(r"<link|\bsrc=|@import|url\((?!data:)", head)


def test_same_tables_same_bytes(tmp_path: Path) -> None:
    assert written(small_corpus(), tmp_path) == written(small_corpus(), tmp_path)


def test_empty_corpus_and_no_texts(tmp_path: Path) -> None:
    assert data_of(written(Corpus(), tmp_path))["events"] == {}
    data = data_of(written(small_corpus(), tmp_path, texts=False))
    assert data["documents"]["text"] == [None, None]
    assert data["sentences"]["text"][0] == "Persia attacked Athens in 490 BC.", "evidence stands in for the text"


def test_offices_are_told_once_and_by_their_best_known_time() -> None:
    def role(office: str, title: str, start: str, end: str, basis: str = "exact") -> Role:
        ends = ["open" if not day else basis for day in (start, end)]
        return Role("x", office, title, "", "USA", start, end, *ends, "")

    roles = [
        role("leader", "", "1961-01-20", "1963-11-22"),
        role("official", "President of the United States", "1961-01-20", ""),
        role("president", "President", "1961-01-20", "1963-11-22"),
        role("deputy", "Senator from Massachusetts", "1958", "1960", "volume"),
    ]
    assert held(roles) == ["President (USA), 1961-01-20 to 1963-11-22"]
    assert held(roles[3:]) == ["Senator from Massachusetts (USA), 1958 to 1960"]
    assert held(roles[1:2]) == ["President of the United States (USA), from 1961-01-20"]
    assert held([]) == []


def test_roles_come_from_the_knowledge_base_of_the_run(tmp_path: Path) -> None:
    corpus = small_corpus()
    corpus.rows["actors"][-1].known = True
    corpus.write(tmp_path)
    with pytest.raises(DataError, match="nowhere"):
        page_data(tmp_path, None, settings=Settings(actors=ActorsSettings(knowledge=str(tmp_path / "nowhere"))))


def test_the_page_says_how_it_was_made(tmp_path: Path) -> None:
    small_corpus().write(tmp_path)
    settings = Settings(shard_chars=1, dates=DatesSettings(text_kind="news", data="/somewhere/my_dates"))
    about = page_data(tmp_path, None, settings=settings)["about"]
    assert about["changed"] == {"dates.text_kind": "news", "dates.data": "my_dates"}


def test_a_big_corpus_shows_its_top_slice_and_says_so(tmp_path: Path) -> None:
    c = small_corpus()
    c.write(tmp_path)
    write_graph(tmp_path, c.table("actors"), c.table("edges"), c.table("events").to_batches())
    limits = Limits(events=2, nodes=2, edges=1, actors=1, characters=60)
    data = page_data(tmp_path, c.texts, limits)
    assert data["totals"]["events"] == 5
    assert data["shown"]["events"] == 2
    assert data["events"]["trigger"] == ["attacked", "signed"], "asserted, dated and first told come first"
    assert data["shown"]["edges"] == 1
    assert data["shown"]["texts"] == 0
    named = {a for ids in data["events"]["source_ids"] + data["events"]["target_ids"] for a in ids}
    assert named <= set(data["actors"]["actor_id"])
