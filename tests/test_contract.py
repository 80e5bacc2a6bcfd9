"""What notebooks rely on: the tables' names, types, offsets and ids."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import pipeline
from pipeline.schema import TABLES, arrow_schema, columns, markdown
from tests.texts import PACT, SUEZ

TABLE_FILES = [f"{name}.{ending}" for name in TABLES for ending in ("parquet", "csv")]
FILES = [*TABLE_FILES, "graph.graphml", "graph.gexf", "graph.json", "report.html"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "suez.txt").write_text(SUEZ, encoding="utf-8", newline="\r\n")
    (folder / "pact.txt").write_text(PACT, encoding="utf-8")
    (folder / "metadata.csv").write_text("doc_id,title,published\npact,The Pact,1990-05-01\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def out(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    result = pipeline.run(corpus, folder)
    assert not result.failed
    return folder


@pytest.mark.parametrize("name", TABLES)
def test_columns_and_types_are_those_of_the_schema(out: Path, name: str) -> None:
    assert pq.read_schema(out / f"{name}.parquet").equals(arrow_schema(TABLES[name]))


@pytest.mark.parametrize("name", TABLES)
def test_csv_twin_holds_the_same_rows(out: Path, name: str) -> None:
    rows = pq.read_table(out / f"{name}.parquet").to_pylist()
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as f:
        twin = list(csv.DictReader(f))
    assert list(columns(TABLES[name])) == list(twin[0])
    assert len(rows) == len(twin)
    for row, copy in zip(rows, twin, strict=True):
        for column, value in row.items():
            if isinstance(value, list):
                assert copy[column] == "|".join(value)
            elif not isinstance(value, bool):
                assert type(value)(copy[column].removeprefix("'")) == value


@pytest.mark.parametrize("name", ["dates", "mentions", "events"])
def test_offsets_slice_the_file_as_it_is_on_disk(corpus: Path, out: Path, name: str) -> None:
    rows = pq.read_table(out / f"{name}.parquet").to_pylist()
    assert {row["doc_id"] for row in rows} == {"pact", "suez"}
    for row in rows:
        text = (corpus / f"{row['doc_id']}.txt").read_bytes().decode("utf-8")
        assert text[row["start"] : row["end"]] == row["trigger" if name == "events" else "text"]


def test_ids_are_unique_and_refer_to_rows_that_exist(out: Path) -> None:
    tables = {name: pq.read_table(out / f"{name}.parquet").to_pylist() for name in TABLES}
    ids = {}
    for name, column in [
        ("documents", "doc_id"),
        ("sentences", "sentence_id"),
        ("dates", "date_id"),
        ("mentions", "mention_id"),
        ("actors", "actor_id"),
        ("events", "event_id"),
    ]:
        values = [row[column] for row in tables[name]]
        assert len(values) == len(set(values)), name
        ids[column] = set(values)
    for event in tables["events"]:
        assert event["sentence_id"] in ids["sentence_id"]
        assert event["date_id"] in ids["date_id"] | {""}
        assert set(event["source_ids"] + event["target_ids"]) <= ids["actor_id"]
        assert {event["place_id"], event["claimed_by"]} <= ids["actor_id"] | {""}
        assert event["duplicate_of"] in ids["event_id"] | {""}
    for mention in tables["mentions"]:
        assert set(mention["actor_id"]) <= ids["actor_id"]
    for edge in tables["edges"]:
        assert {edge["source_id"], edge["target_id"]} <= ids["actor_id"]
        assert edge["source_id"] < edge["target_id"]


def test_lists_are_not_extracted_from(out: Path) -> None:
    dates = pq.read_table(out / "dates.parquet").to_pylist()
    assert not [d for d in dates if d["text"] == "1869"]


def test_what_the_story_says_is_in_the_table(out: Path) -> None:
    events = pq.read_table(out / "events.parquet").to_pylist()
    told = {(e["event_type"], e["date_start"]): e for e in events}
    invasion = told["ASSAULT", "1956-10-29"]
    assert invasion["source_ids"] == ["israel"]
    assert invasion["evidence"].startswith("On October 29, Israel invaded")
    treaty = told["AGREE", "1939-08-23"]
    assert {*treaty["source_ids"], *treaty["target_ids"]} == {"soviet-union", "germany"}
    (attack,) = [e for e in events if e["source_ids"] == ["germany"] and e["event_type"] == "ASSAULT"]
    assert attack["date_start"] <= "1939-08-30" <= attack["date_end"] <= "1939-09-06"  # a week later


def test_same_bytes_from_any_number_of_processes(corpus: Path, out: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("shard_chars = 1\n", encoding="utf-8")
    other = tmp_path / "out"
    command = [sys.executable, "-m", "pipeline", "run", str(corpus), "--out", str(other)]
    command += ["--settings", str(settings), "--workers", "2"]
    done = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in FILES:
        assert (out / name).read_bytes() == (other / name).read_bytes(), name


def test_run_record_counts_what_is_there(out: Path) -> None:
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    for name in TABLES:
        assert record["counts"][name] == pq.read_metadata(out / f"{name}.parquet").num_rows
    assert record["versions"]["regesta"]


def test_pandas_frames(out: Path) -> None:
    frames = pipeline.read_tables(out)
    assert list(frames) == list(TABLES)
    assert frames["documents"].set_index("doc_id").loc["pact", "title"] == "The Pact"


def test_table_reference_is_current() -> None:
    page = Path(__file__).parent.parent / "docs" / "tables.md"
    assert page.read_text(encoding="utf-8") == markdown(), "run `make docs`"
