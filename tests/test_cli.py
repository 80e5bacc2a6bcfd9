"""Commands that look things up or convert what a run has written."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import pipeline
from pipeline.cli import app
from pipeline.errors import RegestaError
from tests.texts import SUEZ

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
