"""Commands that look things up or convert what a run has written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pipeline
from pipeline.cli import app
from pipeline.errors import RegestaError
from tests.texts import PACT, SUEZ

run = CliRunner()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "suez.txt").write_text(SUEZ, encoding="utf-8")
    pipeline.run(folder, folder / "out")
    return folder / "out"


def test_sql(out: Path) -> None:
    answer = run.invoke(app, ["sql", "SELECT doc_id, count(*) AS n FROM documents GROUP BY 1", "--out", str(out)])
    assert answer.stdout == "doc_id,n\nsuez,1\n"


def test_export(out: Path, tmp_path: Path) -> None:
    target = tmp_path / "timeline.json"
    assert run.invoke(app, ["export", "timelinejs", str(target), "--out", str(out)]).exit_code == 0
    assert "1956" in target.read_text(encoding="utf-8")


def test_status_and_clean(out: Path) -> None:
    assert "events" in run.invoke(app, ["status", str(out)]).stdout
    assert run.invoke(app, ["clean", str(out)]).exit_code == 0
    assert not (out / ".regesta").exists()
    assert (out / "events.csv").is_file()
    assert isinstance(run.invoke(app, ["status", str(out / "nowhere")]).exception, RegestaError)


def test_dates_are_printed(tmp_path: Path) -> None:
    text = tmp_path / "note.txt"
    text.write_text("The treaty was signed on 30 March 1856 in Paris.\n", encoding="utf-8")
    table = run.invoke(app, ["dates", str(text)]).stdout.splitlines()
    assert table[1].split("\t")[1:6] == ["25", "38", "30 March 1856", "DATE", "1856-03-30"]
    assert '<TIMEX3 tid="t1"' in run.invoke(app, ["dates", str(text), "--timeml"]).stdout


def test_knowledge() -> None:
    assert "Henry Kissinger" in run.invoke(app, ["knowledge", "show", "Kissinger"]).stdout
    assert "suez-canal\t" in run.invoke(app, ["knowledge", "search", "suez canal"]).stdout


def test_every_example_of_the_ontology_is_coded_by_its_entry() -> None:
    answer = run.invoke(app, ["ontology", "check"])
    assert answer.exit_code == 0, answer.stdout


def test_log_status_and_clean(tmp_path: Path) -> None:
    corpus, out, log = tmp_path / "corpus", tmp_path / "out", tmp_path / "log.jsonl"
    corpus.mkdir()
    (corpus / "pact.txt").write_text(PACT, encoding="utf-8")
    (corpus / "empty.txt").write_text("", encoding="utf-8")
    done = run.invoke(app, ["read", str(corpus), "--out", str(out), "--log-file", str(log)])
    assert done.exit_code == 1
    told = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in told][:2] == ["run", "shard"]
    assert any(line["event"] == "left out" and line["doc_id"] == "empty" for line in told)
    assert all(line["time"] for line in told)
    said = run.invoke(app, ["status", str(out)]).output
    assert "left out empty" in said and "1 of 2 texts; done: read 1" in said and "spacy 3" in said
    assert run.invoke(app, ["clean", str(out)]).exit_code == 0
    assert "starts from nothing" in run.invoke(app, ["status", str(out)]).output
    assert isinstance(run.invoke(app, ["clean", str(out)]).exception, RegestaError)
