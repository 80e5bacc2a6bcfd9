"""Speed and memory of the pipeline beside what it builds on, measured in one run; writes benchmarks/RESULTS.md.

    python benchmarks/bench.py corpus            # any folder of texts; `make bench CORPUS=folder`
    python benchmarks/bench.py corpus --growth   # also 100 to 1,000 documents, with a plot

Machines differ, are noisy and are shared: times are seconds of processor time, which other programs disturb less than
the clock, except where two processes are compared, which takes the clock. Read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import spacy
from threadpoolctl import threadpool_limits

import pipeline
from pipeline.actors import find_actors
from pipeline.annotate import annotate, fold
from pipeline.dates import find_dates
from pipeline.document import LIST, Document
from pipeline.events import find_events
from pipeline.language import load_model, model_path
from pipeline.paths import models_dir
from pipeline.read import find_sources, read

RESULTS = Path(__file__).parent / "RESULTS.md"
PLOT = Path(__file__).parent / "growth.svg"
MODEL = "en_core_web_md"
_STRETCH = 1500
#: What a process does that runs the whole job; it prints processor seconds, seconds, peak MiB.
_RUN = """
import re, sys, time
began = time.perf_counter()
import pipeline
settings = pipeline.Settings(events={"ontology": sys.argv[3]}) if sys.argv[3] else None
pipeline.run(sys.argv[1], sys.argv[2], settings, workers=int(sys.argv[4]))
# Not getrusage: its peak is inherited from the process that started this one.
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
print(time.process_time(), time.perf_counter() - began, int(peak[1]) / 1024)
"""


class Cost(NamedTuple):
    """What a run took: processor seconds of its first process, seconds by the clock, peak memory in MiB."""

    processor: float
    clock: float
    memory: float


def clock(work: Callable[[], object]) -> float:
    """Processor seconds that a call takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def documents(folder: Path, words: int) -> list[Document]:
    """Documents spread over a folder up to a number of words."""
    found: list[Document] = []
    total = 0
    sources = find_sources(folder)
    for source in sources[:: max(len(sources) // 40, 1)]:
        document = read(source)
        found.append(document)
        total += len(document.text.split())
        if total >= words:
            break
    return found


def start(folder: Path, out: Path, ontology: str = "", workers: int = 1) -> subprocess.Popen[str]:
    """Begin a run in a process of its own."""
    command = [sys.executable, "-c", _RUN, str(folder), str(out), ontology, str(workers)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def cost(run: subprocess.Popen[str]) -> Cost:
    """Wait for a run."""
    said, _ = run.communicate()
    if run.returncode:
        raise SystemExit("a run failed; run it by hand to see why")
    return Cost(*map(float, said.split()[-3:]))


def whole_runs(folder: Path, scratch: Path) -> dict[str, Cost]:
    """A first run, one after a change of the ontology, one with nothing changed."""
    ontology, out = scratch / "ontology", scratch / "out"
    shutil.copytree(models_dir() / "ontology", ontology)
    types = (ontology / "types.toml").read_text(encoding="utf-8")
    weighed = re.sub(r"(?m)^goldstein = (-?\d\.\d)$", r"goldstein = \g<1>1", types)  # every type, by a hundredth or so
    (ontology / "types.toml").write_text(weighed, encoding="utf-8")
    first = cost(start(folder, out))
    before = (out / "events.parquet").read_bytes()
    shutil.copy(out / "run.json", scratch / "first.json")
    again = {name: cost(start(folder, out, str(ontology))) for name in ("ontology changed", "nothing changed")}
    if (out / "events.parquet").read_bytes() == before:
        raise SystemExit("the changed ontology changed no event")
    return {"first run": first, **again}


def two_workers(folder: Path, scratch: Path, first: bool) -> tuple[float, float]:
    """Seconds by the clock of one run with two workers, and of two runs of one process over half the texts each."""
    scratch.mkdir()
    together = cost(start(folder, scratch / "together", workers=2)).clock if first else 0.0
    halves = [scratch / "half0", scratch / "half1"]
    for number, half in enumerate(halves):
        half.mkdir()
        for source in find_sources(folder)[number::2]:
            (half / source.path.name).symlink_to(source.path.absolute())
    runs = [start(half, scratch / f"alone{i}") for i, half in enumerate(halves)]
    apart = max(cost(run).clock for run in runs)
    return together or cost(start(folder, scratch / "together", workers=2)).clock, apart


def growth(folder: Path, scratch: Path, sizes: Sequence[int] = (100, 250, 500, 1000)) -> list[tuple[int, Cost, Cost]]:
    """Cost of runs over ever more documents, short stretches of the texts, and of running them again."""
    stretches: list[str] = []
    for source in find_sources(folder):
        text = read(source).text
        stretches += [text[at : at + _STRETCH] for at in range(0, len(text) - _STRETCH, _STRETCH)]
    stretches = stretches[:: max(len(stretches) // max(sizes), 1)]
    found = []
    for size in sizes:
        texts = scratch / f"texts{size}"
        texts.mkdir()
        for number, text in enumerate(stretches[:size]):
            (texts / f"text{number:04}.txt").write_text(text, encoding="utf-8", newline="")
        first = cost(start(texts, scratch / f"out{size}"))
        found.append((size, first, cost(start(texts, scratch / f"out{size}"))))
    return found


def plot(measured: list[tuple[int, Cost, Cost]]) -> None:
    """Draw time a document and peak memory over the number of documents."""
    import matplotlib.pyplot as plt

    plt.rcParams.update({"svg.hashsalt": "regesta", "svg.fonttype": "none"})
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    sizes = [size for size, _, _ in measured]
    left.plot(sizes, [1000 * c.processor / size for size, c, _ in measured], "o-", color="black")
    right.plot(sizes, [c.memory for _, c, _ in measured], "o-", color="black")
    for axes, label in ((left, "processor time a document, ms"), (right, "peak memory, MiB")):
        axes.set(xlabel="documents", ylabel=label, ylim=(0, None))
    figure.savefig(PLOT, metadata={"Date": None})


# ---------------------------------------------------------------- spaCy alone


def spacy_variants(nlp: Any, ours: Any, pieces: list[str]) -> list[tuple[str, float]]:
    """Processor seconds of spaCy's pipeline over the same paragraphs in other ways; `ours` multiplies with numpy."""
    parsed = {name: [p for p in nlp.pipe_names if p != name] for name in ("parser", "ner", "lemmatizer")}

    def without(name: str) -> None:
        with nlp.select_pipes(enable=parsed[name]):
            list(nlp.pipe(pieces, batch_size=64))

    ways: dict[str, Callable[[], object]] = {
        "batches of 64 paragraphs, as they stand": lambda: list(nlp.pipe(pieces, batch_size=64)),
        "multiplied with numpy's BLAS instead of BLIS, as Regesta does": lambda: list(ours.pipe(pieces, batch_size=64)),
        "batches of 16": lambda: list(nlp.pipe(pieces, batch_size=16)),
        "batches of 256": lambda: list(nlp.pipe(pieces, batch_size=256)),
        "batches of 64, sorted by length": lambda: list(nlp.pipe(sorted(pieces, key=len), batch_size=64)),
        "without the parser": lambda: without("parser"),
        "without the entity recogniser": lambda: without("ner"),
        "without the lemmatizer": lambda: without("lemmatizer"),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(3):
        for name, way in ways.items():
            with nlp.memory_zone(), ours.memory_zone():
                times[name].append(clock(way))
    return [(name, statistics.median(taken)) for name, taken in times.items()]


def threads(folder: Path) -> list[tuple[str, float]]:
    """Seconds by the clock of bare spaCy with one and with two threads of the linear algebra library."""
    code = (
        "import sys, time; from pathlib import Path; sys.path.insert(0, 'benchmarks'); import bench; "
        "nlp = bench.load_model(bench.MODEL); p = bench.paragraphs_of(bench.documents(Path(sys.argv[1]), 20_000)); "
        "list(nlp.pipe(p[:64])); t = time.perf_counter(); list(nlp.pipe(p)); print(time.perf_counter() - t)"
    )
    found = []
    for number in ("1", "2"):
        given = {**os.environ, "OMP_NUM_THREADS": number, "OPENBLAS_NUM_THREADS": number, "BLIS_NUM_THREADS": number}
        done = subprocess.run([sys.executable, "-c", code, str(folder)], env=given, capture_output=True, text=True)
        found.append((f"{number} thread{'s' * (number != '1')}", float(done.stdout.split()[-1])))
    return found


def paragraphs_of(texts: list[Document]) -> list[str]:
    """What of the texts goes through the language model."""
    return [fold(d.text, p.start, p.end)[0] for d in texts for p in d.paragraphs if p.kind != LIST]


# ---------------------------------------------------------------- all


def stages(bare: Any, nlp: Any, texts: list[Document], repeats: int) -> tuple[int, dict[str, float]]:
    """Words, and processor seconds of bare spaCy and of each stage over the same texts, medians of alternating runs."""
    pieces = paragraphs_of(texts)
    settings = pipeline.Settings()
    times: dict[str, list[float]] = {n: [] for n in ("bare", "annotate", "dates", "actors", "events")}
    words = 0
    for _ in range(repeats):
        times["bare"].append(clock(lambda: list(bare.pipe(pieces, batch_size=64))))
        docs: list[Any] = []
        times["annotate"].append(clock(lambda docs=docs: docs.extend(annotate(nlp, texts))))
        words = sum(not t.is_punct and not t.is_space for doc in docs for t in doc)

        def dates(docs: list[Any] = docs) -> None:
            for doc in docs:
                doc._.dates = find_dates(doc, settings.dates)

        def actors(docs: list[Any] = docs) -> None:
            for doc in docs:
                doc._.mentions, doc._.actors = find_actors(doc, settings.actors)

        def events(docs: list[Any] = docs) -> None:
            for doc in docs:
                doc._.events = find_events(doc, settings.events)

        for name, work in (("dates", dates), ("actors", actors), ("events", events)):
            times[name].append(clock(work))
    return words, {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    """Measure and write the results."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--words", type=int, default=60_000, help="words of text for the stage measurements")
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--growth", action="store_true", help="100 to 1,000 documents")
    chosen = arguments.parse_args()

    texts = documents(chosen.folder, chosen.words)
    nlp, as_it_stands = load_model(MODEL, lean=True), spacy.load(model_path(MODEL))
    for each in (nlp, as_it_stands):
        list(each.pipe(paragraphs_of(texts)[:64]))
    with threadpool_limits(1):
        words, times = stages(as_it_stands, nlp, texts, chosen.repeats)
    bare = times.pop("bare")
    total = sum(times.values())
    everything = [read(source) for source in find_sources(chosen.folder)]
    all_words = sum(len(re.findall(r"\w+", d.text)) for d in everything)
    rows = [
        (f"bare `nlp.pipe` ({MODEL} as spaCy loads it, same paragraphs)", bare),
        *times.items(),
        ("annotate to events", total),
    ]
    lines = [
        "# Results of `make bench`",
        "",
        f"Machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f}.",
        "",
        "## Stages",
        "",
        f"{len(texts)} texts, {words:,} words, medians of {chosen.repeats} alternating runs in one process.",
        "",
        "| stage | words/s of processor time | share of bare `nlp.pipe` time |",
        "|---|---|---|",
        *(f"| {name} | {words / seconds:,.0f} | {seconds / bare:.2f} |" for name, seconds in rows),
    ]
    with tempfile.TemporaryDirectory() as folder:
        runs = whole_runs(chosen.folder, Path(folder))
        spent = json.loads((Path(folder) / "first.json").read_text(encoding="utf-8"))["seconds"]
        alone = clock(lambda: bare_over(as_it_stands, everything))
        first = runs["first run"]
        lines += [
            "",
            "## The whole job",
            "",
            f"{len(everything)} texts, {all_words:,} words; one process, everything from start to exit: imports, "
            "loading, reading, all stages, tables, graph and report.",
            "",
            "| run | processor seconds | seconds by the clock | of the first run | peak MiB |",
            "|---|---|---|---|---|",
            *(
                f"| {name} | {c.processor:.2f} | {c.clock:.2f} | {c.processor / first.processor:.1%} "
                f"| {c.memory:,.0f} |"
                for name, c in runs.items()
            ),
            "",
            f"Bare `nlp.pipe` over the same paragraphs: {alone:.2f} s. The whole job reaches "
            f"**{alone / first.processor:.0%}** of its words/s.",
            "",
            "Where the first run's time went, by the clock (`run.json`): "
            + ", ".join(f"{stage} {s / spent['total']:.1%}" for stage, s in spent.items() if stage != "total")
            + ".",
        ]
        pairs = [two_workers(chosen.folder, Path(folder) / f"pair{i}", first=i % 2 == 0) for i in range(chosen.repeats)]
        together, apart = sorted(pairs, key=lambda pair: pair[1] / pair[0])[len(pairs) // 2]
        lines += [
            "",
            "## Two workers",
            "",
            f"One run with two workers: {together:.1f} s by the clock ({all_words / together:,.0f} words/s). Two runs "
            f"of one process, half the texts each, at the same time: {apart:.1f} s. "
            f"Ratio of words/s: **{apart / together:.2f}**, the median of "
            + ", ".join(f"{a / t:.2f}" for t, a in sorted(pairs, key=lambda pair: pair[1] / pair[0]))
            + "; every other pair begins with the two runs.",
        ]
        if chosen.growth:
            measured = growth(chosen.folder, Path(folder))
            plot(measured)
            lines += [
                "",
                "## More documents",
                "",
                f"Documents of {_STRETCH:,} characters, one process.",
                "",
                "| documents | processor ms a document | peak MiB | run again unchanged, s | its peak MiB |",
                "|---|---|---|---|---|",
                *(
                    f"| {n:,} | {1000 * c.processor / n:.0f} | {c.memory:,.0f} | {again.clock:.2f} "
                    f"| {again.memory:,.0f} |"
                    for n, c, again in measured
                ),
                "",
                "![Time and memory over the number of documents](growth.svg)",
            ]
    with threadpool_limits(1):
        variants = spacy_variants(as_it_stands, nlp, paragraphs_of(texts)[:400])
    lines += [
        "",
        "## What makes spaCy faster here",
        "",
        "| bare `nlp.pipe` | share of the time of the first line |",
        "|---|---|",
        *(f"| {name} | {seconds / variants[0][1]:.2f} |" for name, seconds in variants),
    ]
    one, two = threads(chosen.folder)
    lines += [
        "",
        f"Threads of the linear algebra library, by the clock: {one[0]} {one[1]:.1f} s, {two[0]} {two[1]:.1f} s.",
    ]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def bare_over(nlp: Any, texts: list[Document]) -> None:
    """Bare spaCy over all paragraphs of texts, none kept."""
    for text in texts:
        with nlp.memory_zone():
            for _ in nlp.pipe(paragraphs_of([text]), batch_size=64):
                pass


if __name__ == "__main__":
    main()
