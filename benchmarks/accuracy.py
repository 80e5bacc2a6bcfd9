"""Measures a run on every annotated set and writes the table of docs/accuracy.md.

    python benchmarks/accuracy.py [FOLDER] [--only SET,SET]

FOLDER holds the sets that are not in the repository, one folder each, with the scorer `score.py` of those that
`regesta evaluate` does not know. Without it the essays of benchmarks/gold alone are measured. Rows of sets that are not
measured now stay as they are.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pipeline
from pipeline.evaluate import evaluate

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "accuracy.md"
HEAD = "| set | what | value | of |\n|---|---|---|---|\n"

#: What is shown of a scorer's lines, and in which words.
MEASURES = {
    "evaluate": {
        "dates found (recall)": "dates found",
        "dates value (recall)": "dates with the right value",
        "mentions found (recall)": "mentions found",
        "mentions linked (recall)": "mentions led to the right actor",
        "events trigger (recall)": "events found",
        "events type (recall)": "events with the right type",
        "events date (recall)": "events with the right date",
        "events source (recall)": "events with the right source",
        "events target (recall)": "events with the right target",
        "events factuality (recall)": "events with the right factuality",
        "events all fields (recall)": "events right in every field",
    },
    "wikiwars": {"extent_relaxed": "dates found (F1)", "value": "dates with the right value (F1)"},
    "rdcr": {
        "rdcr_dated": "entries with an event of their date",
        "rdcr_dated_typed": "and of a fitting type",
        "rdcr_dated_typed_party": "and with a party to it",
    },
    "plover": {
        "plover_any_event": "sentences with an event",
        "plover_type": "sentences with the right type",
        "plover_type_source": "with type and source right",
        "plover_type_source_target": "with type, source and target right",
    },
}


@dataclass(frozen=True)
class Annotated:
    """A set of annotated texts: its name in the table, its folder under FOLDER, and who scores it."""

    name: str
    folder: str
    scorer: str


SETS = [
    Annotated("article", "article", "evaluate"),
    Annotated("essays", "essays", "evaluate"),
    Annotated("gold/dev", "", "evaluate"),
    Annotated("gold/held", "", "evaluate"),
    Annotated("rdcr", "rdcr", "rdcr"),
    Annotated("plover", "plover", "plover"),
    Annotated("wikiwars", "wikiwars", "wikiwars"),
]


def measured(annotated: Annotated, folder: Path, scorer: Path) -> list[tuple[str, str, str]]:
    """What was measured, its value, and how many of how many."""
    with tempfile.TemporaryDirectory() as scratch:
        pipeline.run(f"{folder}/*.txt", scratch)
        if annotated.scorer == "evaluate":
            scores = evaluate(folder, Path(scratch)).scores
            found = {f"{s.kind} {s.name}": (f"{s.value}", f"{s.total}") for s in scores}
        else:
            command = [sys.executable, str(scorer), annotated.scorer, str(folder), scratch]
            lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
            found = {name: (value, counts) for name, value, counts in (line.split("\t", 2) for line in lines)}
    rows = []
    for name, words in MEASURES[annotated.scorer].items():
        if name in found:
            value, counts = found[name]
            gold = re.search(r"gold (\d+)", counts)
            rows.append((words, f"{float(value.removeprefix('F1 ')):.2f}", gold[1] if gold else counts.split("/")[-1]))
    return rows


def main() -> None:
    """Measure, and put the rows into the page."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("folder", nargs="?", type=Path)
    arguments.add_argument("--only", default="", help="names of sets, joined by commas")
    given = arguments.parse_args()
    now = {}
    for annotated in SETS:
        own = annotated.name.startswith("gold/")
        folder = ROOT / "benchmarks" / annotated.name if own else given.folder and given.folder / annotated.folder
        if folder and folder.is_dir() and (not given.only or annotated.name in given.only.split(",")):
            found = measured(annotated, folder, (given.folder or ROOT) / "score.py")
            now[annotated.name] = [f"| {annotated.name} | {' | '.join(row)} |" for row in found]
    before, after = PAGE.read_text(encoding="utf-8").split(HEAD, 1)
    old, after = after.split("\n\n", 1)
    table = []
    for annotated in SETS:
        usual = [line for line in old.splitlines() if line.startswith(f"| {annotated.name} |")]
        table += now.get(annotated.name, usual)
    PAGE.write_text(before + HEAD + "\n".join(table) + "\n\n" + after, encoding="utf-8")


if __name__ == "__main__":
    main()
