"""What is run again, what is kept, and what a user's mistake leads to."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import pipeline
from pipeline import duck, runner, status, store
from pipeline.paths import models_dir
from pipeline.settings import Settings
from tests.texts import PACT, SUEZ

TABLES = ["documents", "sentences", "dates", "mentions", "actors", "events", "edges"]


def tables_of(out: Path) -> dict[str, bytes]:
    names = [f"{t}.{e}" for t in TABLES for e in ("csv", "parquet")] + ["graph.json", "graph.gexf", "graph.graphml"]
    return {name: (out / name).read_bytes() for name in names}


def command(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "pipeline", *map(str, args)], capture_output=True, text=True)


#: Modules whose change cannot change what a stage writes, or whose effect is in the stage's key in another way.
NEUTRAL = {"errors.py", "paths.py", "schema.py", "settings.py", "store.py"}


def _files(*names: str) -> set[Path]:
    package = Path(pipeline.__file__).parent
    found = [p for n in names for p in ((package / n).rglob("*.py") if (package / n).is_dir() else [package / n])]
    return set(found)


@pytest.mark.parametrize("stage", ["read", "annotate", "dates", "actors", "events"])
def test_a_stage_is_rerun_when_any_code_that_it_imports_changes(stage: str) -> None:
    package = Path(pipeline.__file__).parent
    covered = _files(*runner._CODE[stage])
    for file in covered:
        if file.name in ("ontology_check.py", "document.py"):
            continue  # a check for people; a layout for Docs that no run has read
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline."):
                base = package / "/".join(node.module.split(".")[1:])
                module = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
                assert module in covered or module.name in NEUTRAL, f"{file} imports {module}"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "suez.txt").write_text(SUEZ, encoding="utf-8")
    return folder


def test_nothing_changed_nothing_done(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert not pipeline.run(corpus, out).unchanged
    before = {p.name: p.stat().st_mtime_ns for p in out.iterdir() if p.is_file()}
    assert pipeline.run(corpus, out).unchanged
    assert before == {p.name: p.stat().st_mtime_ns for p in out.iterdir() if p.is_file()}


def test_tables_in_folders_of_files_hold_and_give_the_same(corpus: Path, tmp_path: Path) -> None:
    (corpus / "pact.txt").write_text(PACT, encoding="utf-8")
    one, many = tmp_path / "one", tmp_path / "many"
    pipeline.run(corpus, one)
    pipeline.run(corpus, many, Settings(rows_per_file=2))
    assert len(list((many / "events.parquet").glob("*.parquet"))) > 2
    for name in TABLES:
        assert store.read_table(many, name).equals(store.read_table(one, name))
        assert pq.read_table(many / f"{name}.parquet").equals(pq.read_table(one / f"{name}.parquet"))
        assert (many / f"{name}.csv").read_bytes() == (one / f"{name}.csv").read_bytes()
    for name in ("graph.json", "graph.gexf"):
        assert (many / name).read_bytes() == (one / name).read_bytes()
    page = (many / "report.html").read_text(encoding="utf-8")
    assert re.sub(r"\"changed\":\{[^}]*\}", '"changed":{}', page) == (one / "report.html").read_text(encoding="utf-8")
    asked = "SELECT * FROM events ORDER BY event_id"
    assert duck.query(many, asked).equals(duck.query(one, asked))
    for frame, other in zip(pipeline.read_tables(many).values(), pipeline.read_tables(one).values(), strict=True):
        assert frame.equals(other)
    assert list(status.status(many))[2:6] == list(status.status(many))[2:6]
    assert pipeline.run(corpus, many, Settings(rows_per_file=2)).unchanged
    pipeline.run(corpus, many)
    assert tables_of(many) == tables_of(one)


def test_a_new_text_is_processed_alone_and_a_deleted_one_leaves(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    pipeline.run(corpus, out)
    first = tables_of(out)
    shards = {p: p.stat().st_mtime_ns for p in (out / ".regesta").glob("shard-*/docs.zip")}
    (corpus / "pact.txt").write_text(PACT, encoding="utf-8")
    pipeline.run(corpus, out)
    assert {p: p.stat().st_mtime_ns for p in shards} == shards
    assert pq.read_table(out / "documents.parquet")["doc_id"].to_pylist() == ["pact", "suez"]
    fresh = tmp_path / "fresh"
    pipeline.run(corpus, fresh)
    assert tables_of(out) == tables_of(fresh)
    (corpus / "pact.txt").unlink()
    pipeline.run(corpus, out)
    assert tables_of(out) == first


def test_a_changed_ontology_reruns_events_and_not_the_model(corpus: Path, tmp_path: Path) -> None:
    out, ontology = tmp_path / "out", tmp_path / "ontology"
    shutil.copytree(models_dir() / "ontology", ontology)
    settings = Settings(events={"ontology": str(ontology)})
    pipeline.run(corpus, out, settings)
    with (ontology / "types.toml").open("a", encoding="utf-8") as f:
        f.write("\n# a remark\n")
    written = {name: (out / f"{name}.parquet").stat().st_mtime_ns for name in ("mentions", "dates", "events")}
    result = pipeline.run(corpus, out, settings)
    assert "events" in result.seconds
    assert not {"read", "annotate", "dates", "actors"} & set(result.seconds)
    assert {name: (out / f"{name}.parquet").stat().st_mtime_ns for name in written} == written


def test_a_table_is_written_again_when_it_is_gone_or_another(corpus: Path, tmp_path: Path) -> None:
    out, ontology = tmp_path / "out", tmp_path / "ontology"
    pipeline.run(corpus, out)
    first = tables_of(out)
    (out / "mentions.csv").unlink()
    pipeline.run(corpus, out)
    assert tables_of(out) == first
    shutil.copytree(models_dir() / "ontology", ontology)
    types = (ontology / "types.toml").read_text(encoding="utf-8")
    (ontology / "types.toml").write_text(re.sub(r"(?m)^goldstein = .*$", "goldstein = 1.25", types), encoding="utf-8")
    pipeline.run(corpus, out, Settings(events={"ontology": str(ontology)}))
    assert {n for n, rows in tables_of(out).items() if rows != first[n]} == {"events.parquet", "events.csv"}
    pipeline.run(corpus, out)
    assert tables_of(out) == first


def test_a_stage_alone_stops_there(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    pipeline.run(corpus, out, until="dates")
    assert (out / "dates.csv").is_file()
    assert not (out / "mentions.csv").exists()
    result = pipeline.run(corpus, out)
    assert "annotate" not in result.seconds
    assert (out / "report.html").is_file()


def test_two_runs_on_one_folder(corpus: Path, tmp_path: Path) -> None:
    from filelock import FileLock

    out = tmp_path / "out"
    (out / ".regesta").mkdir(parents=True)
    with FileLock(out / ".regesta" / "lock"), pytest.raises(pipeline.RegestaError, match="another run"):
        pipeline.run(corpus, out)
    pipeline.run(corpus, out, until="read")


def test_work_of_another_version_is_made_anew(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    pipeline.run(corpus, out, until="dates")
    (out / ".regesta" / "format.json").write_text("0", encoding="utf-8")
    assert "annotate" in pipeline.run(corpus, out, until="dates").seconds


def test_a_damaged_shard_file_is_not_believed(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    pipeline.run(corpus, out)
    good = tables_of(out)
    (shard,) = (out / ".regesta").glob("shard-*")
    (shard / "events.parquet").unlink()
    (out / "events.csv").unlink()
    pipeline.run(corpus, out)
    assert tables_of(out) == good


# ---------------------------------------------------------------- mistakes


def test_a_bad_text_is_named_and_the_rest_is_done(corpus: Path, tmp_path: Path) -> None:
    (corpus / "empty.txt").write_text("", encoding="utf-8")
    (corpus / "latin.txt").write_bytes("Coup d\u2019\u00e9tat of 1851.".encode("cp1252"))
    (corpus / "binary.txt").write_bytes(bytes(range(256)) * 20)
    out = tmp_path / "out"
    done = command("run", corpus, "--out", out)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name in ("empty.txt", "latin.txt", "binary.txt"):
        (line,) = [line for line in done.stderr.splitlines() if name in line]
        assert line.startswith("left out:")
    assert pq.read_table(out / "documents.parquet")["doc_id"].to_pylist() == ["suez"]
    again = command("run", corpus, "--out", out)
    assert again.returncode == 1
    assert "empty.txt" in again.stderr


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("model = [", "not valid TOML"),
        ("modle = 'x'", "modle"),
        ("model = 3", "model"),
        ("[dates]\ntext_kind = 'poem'", "dates.text_kind"),
        ("model = 'no_such_model'", "no_such_model"),
    ],
)
def test_wrong_settings_are_one_clear_line(corpus: Path, tmp_path: Path, settings: str, says: str) -> None:
    out, file = tmp_path / "out", tmp_path / "settings.toml"
    file.write_text(settings, encoding="utf-8")
    done = command("run", corpus, "--out", out, "--settings", file)
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("regesta:")]
    assert says in line
    assert "Traceback" not in done.stderr


def test_tables_already_written_stay_whole(corpus: Path, tmp_path: Path) -> None:
    out, file = tmp_path / "out", tmp_path / "settings.toml"
    pipeline.run(corpus, out)
    before = tables_of(out)
    file.write_text("model = 'no_such_model'", encoding="utf-8")
    assert command("run", corpus, "--out", out, "--settings", file).returncode == 2
    assert tables_of(out) == before


def test_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for wrong in (tmp_path / "folder", tmp_path / "nowhere", tmp_path / "*.txt"):
        done = command("run", wrong, "--out", tmp_path / "out")
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1


def test_metadata_about_an_unknown_text(corpus: Path, tmp_path: Path) -> None:
    (corpus / "metadata.csv").write_text("doc_id,title\nnobody,Nothing\n", encoding="utf-8")
    done = command("run", corpus, "--out", tmp_path / "out")
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if "nobody" in line]
    assert line.startswith("left out:") and "metadata.csv, line 2" in line
    assert (tmp_path / "out" / "events.csv").is_file()


def test_version_and_help() -> None:
    assert command("--version").stdout.startswith("regesta ")
    text = command("--help").stdout
    for stage in ("run", "read", "annotate", "dates", "actors", "events", "graph", "report"):
        assert stage in text
