"""Texts, names and bytes that mean harm or are merely broken: the run goes on, and nothing of them gets out."""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.actors import find_actors
from pipeline.annotate import annotate
from pipeline.dates import find_dates
from pipeline.document import Document
from pipeline.events import find_events
from pipeline.read.structure import paragraphs
from pipeline.settings import ActorsSettings, DatesSettings, EventsSettings
from tests.texts import SUEZ

SCRIPT = "<script>alert('xss')</script>"
STORY = "On 26 July 1956, President Nasser nationalized the Suez Canal Company. Israel invaded Egypt on October 29.\n"

#: File names below the corpus, and what stands in each.
FILES: dict[str, bytes] = {
    "story.txt": SUEZ.encode(),
    "Story.TXT": STORY.encode(),
    "binary.txt": bytes(range(256)) * 50,
    "nul.txt": (STORY[:30] + "\0" + STORY[30:]).encode(),
    "broken_utf8.txt": STORY.encode() + b"\xc3\x28 \xff\xfe \xe2\x82",
    "surrogates.txt": STORY.encode() + b"\xed\xa0\x80 and \xed\xbf\xbf",
    "bidi.txt": ("\u202e" + STORY + "\u2066Iraq\u2069 attac\u200bked Ir\u00adan in 1980.\ufeff\u200d").encode(),
    "combining.txt": (STORY + "Z" + "\u0301" * 5000 + " attacked Iran in 1980.").encode(),
    "newlines.txt": b"\n" * 100_000 + STORY.encode() + b"\r" * 1000,
    "brackets.txt": (("(" * 1000) + STORY + (")" * 1000) + "[[{{" * 500).encode(),
    "digits.txt": (STORY + "9" * 5000 + " and 1" + "/1" * 500 + "-1990" * 500).encode(),
    "oneword.txt": (STORY + "x" * 200_000).encode(),
    "script.txt": f"{SCRIPT} of {SCRIPT}\n\n{SCRIPT}Iraq invaded Kuwait on August 2, 1990.{SCRIPT} {STORY}".encode(),
    "cells.txt": b"=HYPERLINK(1)\n\n+Iraq attacked Iran in 1980. @Iran attacked Iraq in 1981. -Iraq fell in 2003.\n",
    f"{SCRIPT.replace('/', '')}.txt": STORY.encode(),
    "'; DROP TABLE events; --.txt": STORY.encode(),
    'quote".txt': STORY.encode(),
    "new\nline.txt": STORY.encode(),
    "=cmd|' C'!A0.txt": STORY.encode(),
    "..%2f..%2fescape.txt": STORY.encode(),
    "..dots.txt": STORY.encode(),
    f"{'n' * 240}.txt": STORY.encode(),
    "ein_text.txt": "Die Regierung des Landes hat gestern den Vertrag mit den Nachbarn gekündigt. ".encode() * 20,
    "cut.txt.gz": gzip.compress(STORY.encode())[:-9],
}


def _corpus(folder: Path) -> Path:
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, data in FILES.items():
        (corpus / name).write_bytes(data)
    (corpus / "round").symlink_to(corpus)
    (corpus / "dangling.txt").symlink_to(corpus / "nothing.txt")
    (corpus / "outside.txt").symlink_to("/etc/hostname")
    os.mkfifo(corpus / "pipe.txt")
    with zipfile.ZipFile(corpus / "slip.zip", "w") as archive:
        archive.writestr("../../slipped.txt", STORY)
    return corpus


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A run over all of it by two workers: the output folder and what was said."""
    folder = tmp_path_factory.mktemp("hostile")
    corpus = _corpus(folder)
    command = [sys.executable, "-m", "pipeline", "run", str(corpus), "--out", str(folder / "out"), "--workers", "2"]
    run = subprocess.run(command, capture_output=True, timeout=400, check=False)
    said = (run.stdout + run.stderr).decode("utf-8", "backslashreplace")
    assert run.returncode == 1, said
    return folder / "out", said


def test_the_run_ends_well_and_names_what_it_left_out(done: tuple[Path, str]) -> None:
    out, said = done
    assert "Traceback" not in said
    left_out = [line for line in said.splitlines() if line.startswith("left out:")]
    for name in ("binary.txt", "broken_utf8.txt", "cut.txt.gz", "dangling.txt", "ein_text.txt", "surrogates.txt"):
        assert any(name in line for line in left_out), (name, left_out)
    assert not any("Error:" in line for line in left_out), "an exception of ours is no explanation"
    told = set(pq.read_table(out / "events.parquet")["doc_id"].to_pylist())
    assert {"Story", "story~2", "oneword", "newlines", "brackets", "digits", "bidi", "script"} <= told


def test_nothing_is_written_elsewhere(done: tuple[Path, str]) -> None:
    out, _ = done
    assert sorted(p.name for p in out.parent.iterdir()) == ["corpus", "out"]
    assert not (out.parent.parent / "slipped.txt").exists()
    corpus = {p.name for p in (out.parent / "corpus").iterdir()}
    assert corpus == {*FILES, "round", "dangling.txt", "outside.txt", "pipe.txt", "slip.zip"}
    for path in out.rglob("*"):
        assert re.fullmatch(r"[\w.-]+", path.name), path


def test_ids_are_one_printable_word_and_unique(done: tuple[Path, str]) -> None:
    ids = pq.read_table(done[0] / "documents.parquet")["doc_id"].to_pylist()
    assert len({i.casefold() for i in ids}) == len(ids), "two ids that differ in case alone are one file on some disks"
    for doc_id in ids:
        assert doc_id.isprintable() and len(doc_id.encode()) <= 200
        assert ".." not in doc_id.split("/")


def test_no_script_of_a_text_in_the_page(done: tuple[Path, str]) -> None:
    html = (done[0] / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in html
    assert html.count("<script") == 2


def test_no_cell_is_a_formula(done: tuple[Path, str]) -> None:
    for path in done[0].glob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"))):
            for cell in row:
                assert not re.match(r"[=+@\t\r]|-(?!\d)", cell), (path.name, cell)


def test_the_tables_and_the_database_hold_together(done: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    out, _ = done
    monkeypatch.chdir(out)
    with duckdb.connect("regesta.duckdb", read_only=True) as database:
        lost = database.execute("from events where doc_id not in (select doc_id from documents)")
        assert not lost.fetchall()
    texts = {p.name: p.read_bytes() for p in (out.parent / "corpus").glob("*.txt") if p.is_file()}
    rows = pq.read_table(out / "documents.parquet").to_pylist()
    paths = {r["doc_id"]: r["path"] for r in rows}
    for event in pq.read_table(out / "events.parquet").to_pylist():
        data = texts.get(Path(paths[event["doc_id"]]).name)
        if data is not None:
            text = data.decode("utf-8", "surrogateescape")
            assert " ".join(text[event["start"] : event["end"]].split()) == event["trigger"]


# ---------------------------------------------------------------- fuzzing

ODD = """
Iraq U.S. Nasser the of and by his they who was to attacked signed said not 1990 May 3 31/31/99 1066–99
( ) [ ] " ' “ ” — – - , . ; : / \\ % = + @ = == * | {{ }} <b> &amp; http://x.y/z?q=1 A.D. c. ibid. e.g. 's n't
ﬁ İ ß Ⅳ ½ 1.5e9 ١٩٩٠ 一九九〇年 \u202e \u200b \u0301 \ufeff \U0001f600 \x00 \x07
"""
WORDS = st.sampled_from([*ODD.split(), "\n", "\n\n", "\t"])
TEXTS = st.one_of(
    st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=60).map(" ".join),
    st.lists(WORDS, max_size=80).map("".join),
    st.text(max_size=300),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_any_text_goes_through_all_stages(nlp: Language, text: str) -> None:
    document = Document(doc_id="any", text=text, path="any.txt", paragraphs=paragraphs(text))
    for doc in annotate(nlp, [document]):
        doc._.dates = find_dates(doc, DatesSettings())
        doc._.mentions, doc._.actors = find_actors(doc, ActorsSettings())
        events = find_events(doc, EventsSettings())
        for row in (*doc._.dates, *doc._.mentions, *events):
            assert 0 <= row.start < row.end <= len(text)
