"""Learn the weights behind events.confidence from annotated texts: a ridge-penalised logistic regression.

usage: python scripts/calibrate_events.py GOLD [GOLD ...] --judged FILE [FILE ...] [--plot FILE] [--write]

GOLD are folders in the format of `pipeline.evaluate`, or of texts alone; their texts are run through the stages. Rows
whose trigger is annotated are examples, right when type, source, target and date are. `--judged` names rows drawn at
random and judged by reading, tab-separated: doc_id, start, end, and either right (1 or 0), or a judgement a field
(event_ok, type_ok, source_ok, target_ok, date_ok) with the row as it was (event_type, source_ids, target_ids,
date_start, date_end), which counts as long as the stages still give that row. Annotations list the clearest events,
whose rows are more often right than others: they teach what bears on it, the judged rows alone how often. Prints a
reliability table of the judged rows under cross-validation by text; `--plot` draws it, `--write` stores the weights in
models/events/confidence.toml.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from pipeline.actors import find_actors
from pipeline.annotate import annotate
from pipeline.dates import find_dates
from pipeline.evaluate import known_names, read_rows, trigger_spans, wrong_fields
from pipeline.events.extract import described_events
from pipeline.language import load_model
from pipeline.paths import models_dir
from pipeline.read import read
from pipeline.read.sources import find_sources
from pipeline.schema import Event
from pipeline.settings import ActorsSettings, DatesSettings, EventsSettings

RIDGE = 2.0
BINS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.001)
#: Marks the annotated rows while learning; no row has it later.
CLEAR = "annotated as clear"
#: A text, the features of a row, whether it is right.
Example = tuple[str, list[str], bool]


Judged = dict[tuple[str, int, int], list[dict[str, str]]]
AS_IT_WAS = ("event_type", "source_ids", "target_ids", "date_start", "date_end")
JUDGEMENTS = ("event_ok", "type_ok", "source_ok", "target_ok", "date_ok")


def told_right(row: dict[str, str], cells: dict[str, str]) -> bool | None:
    """What a reader said of a row; None where the row has changed since."""
    if "right" in row:
        return row["right"] == "1"
    if any(row[name] != cells[name] for name in AS_IT_WAS):
        return None
    return all(row[name] == "1" for name in JUDGEMENTS)


def examples(gold: Path, judged: Judged, model: str) -> list[Example]:
    """Judged rows of the texts of a gold folder."""
    nlp = load_model(model)
    found: list[Example] = []
    wanted = {doc_id for doc_id, _, _ in judged} | {p.name.split(".")[0] for p in gold.glob("*.events.tsv")}
    for doc in annotate(nlp, [d for d in map(read, find_sources(gold)) if d.doc_id in wanted]):
        document = doc._.layout.document
        path = gold / f"{document.doc_id}.events.tsv"
        doc._.dates = find_dates(doc, DatesSettings())
        doc._.mentions, doc._.actors = find_actors(doc, ActorsSettings())
        names = known_names(gold, {a.actor_id: [a.name, *a.aliases] for a in doc._.actors})
        rows = read_rows(path, "\t") if path.is_file() else []
        spans = [(row, trigger_spans(path, row, document.text)[2]) for row in rows]
        for event, known in described_events(doc, EventsSettings()):
            for row in judged.get((document.doc_id, event.start, event.end), []):
                told = told_right(row, _cells(event))
                if told is not None:
                    found.append((document.doc_id, known, told))
            here = [r for r, found_at in spans if any(event.start < b and a < event.end for a, b in found_at)]
            if here:
                wrongs = [set(wrong_fields(r, _cells(event), names)) - {"factuality"} for r in here]
                found.append((document.doc_id, [*known, CLEAR], not all(wrongs)))
    return found


def _cells(event: Event) -> dict[str, str]:
    values = {name: getattr(event, name) for name in Event.__slots__}
    return {k: "|".join(v) if isinstance(v, list) else str(v) for k, v in values.items()}


def fit(rows: list[Example]) -> dict[str, float]:
    """Weights of the features."""
    names = sorted({f for _, known, _ in rows for f in known})
    matrix = np.array([[float(n in known) for n in names] for _, known, _ in rows])
    right = np.array([float(r) for _, _, r in rows])
    penalty = np.array([0.0 if n == "bias" else RIDGE for n in names])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = matrix @ weights
        p = 1 / (1 + np.exp(-z))
        value = float(np.sum(np.logaddexp(0, z) - right * z) + 0.5 * np.sum(penalty * weights**2))
        return value, matrix.T @ (p - right) + penalty * weights

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {n: round(float(w), 3) for n, w in zip(names, best, strict=True)}


def predict(weights: dict[str, float], known: list[str]) -> float:
    """Confidence of a row."""
    return float(1 / (1 + np.exp(-sum(weights.get(f, 0.0) for f in known))))


def plot(table: list[tuple[float, float, int]], path: Path) -> None:
    """Draw how often rows are right against how sure they are said to be."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "regesta"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(4, 4))
    axes.plot([0, 1], [0, 1], color="0.8", linewidth=1)
    said, right, sizes = zip(*table, strict=True)
    axes.plot(said, right, marker="o", color="tab:blue")
    for x, y, n in zip(said, right, sizes, strict=True):
        axes.annotate(str(n), (x, y), textcoords="offset points", xytext=(5, -10), fontsize=8)
    axes.set(xlabel="confidence", ylabel="share of rows right", xlim=(0, 1), ylim=(0, 1))
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Learn, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--judged", nargs="+", type=Path, default=[])
    parser.add_argument("--model", default="en_core_web_md")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    judged: Judged = {}
    for path in options.judged:
        for row in read_rows(path, "\t"):
            judged.setdefault((row["doc_id"], int(row["start"]), int(row["end"])), []).append(row)
    rows = [e for gold in options.gold for e in examples(gold, judged, options.model)]
    texts = sorted({doc_id for doc_id, _, _ in rows})
    folds = {t: k % 10 for k, t in enumerate(texts)}
    held_out = []
    for fold in range(10):
        test = [e for e in rows if folds[e[0]] == fold]
        train = [e for e in rows if folds[e[0]] != fold]
        if test and train:
            weights = fit(train)
            held_out += [(predict(weights, known), right, CLEAR in known) for _, known, right in test]
    chosen = [(p, right) for p, right, clear in held_out if not clear]
    right = sum(r for _, r in chosen)
    print(f"{len(rows)} rows of {len(texts)} texts; {len(chosen)} of them judged by reading, {right} right")
    table = []
    for low, high in pairwise(BINS):
        inside = [(p, r) for p, r in chosen if low <= p < high]
        if inside:
            table.append((np.mean([p for p, _ in inside]), np.mean([r for _, r in inside]), len(inside)))
            mean, share, size = table[-1]
            print(f"{low:.1f}-{min(high, 1):.1f}  said {mean:.2f}  right {share:.2f}  of {size}")
    for cut in (0.5, 0.7, 0.8):
        above = [r for p, r in chosen if p >= cut]
        print(f"confidence >= {cut}: {np.mean(above) if above else float('nan'):.2f} right of {len(above)}")
    if options.plot:
        plot(table, options.plot)
    if options.write:
        path = models_dir() / "events" / "confidence.toml"
        lines = [f'"{n}" = {w}' for n, w in fit(rows).items() if n != CLEAR]
        head = "# Weights of the logistic model behind events.confidence; learned by scripts/calibrate_events.py."
        path.write_text("\n".join([head, "", "[weights]", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
