"""Fit the probabilities behind mentions.score to annotated texts: a smoothed hit rate for each kind and rule.

usage: python scripts/calibrate_actors.py GOLD [GOLD ...] [--write]

GOLD are folders in the format of `pipeline.evaluate`; their texts are run through the stages. A mention inside the
annotated part of a text is right when an annotated mention overlaps it and names the same actor. A folder that holds
`actors_named.csv` (surface, canonical) adds each name of its texts that is listed there, once for each rule. The rate
of a rule is drawn towards its estimate under `[prior]` in models/actors/scores.toml, or else towards the rate of its
kind of mention; what the ranker of pronouns says is corrected by a logistic curve. Prints how reliable the
probabilities are on texts that they were not fitted to; `--write` stores them, and that table in benchmarks/ACTORS.md.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from pipeline.actors import find_actors
from pipeline.actors.find import RANKER, Scores, method_scores
from pipeline.annotate import annotate
from pipeline.dates import find_dates
from pipeline.evaluate import Names, known_names, read_rows
from pipeline.language import load_model
from pipeline.paths import models_dir
from pipeline.read import read
from pipeline.read.sources import find_sources
from pipeline.schema import Mention
from pipeline.settings import ActorsSettings, DatesSettings

PRIOR = 12.0
"""How many mentions an estimate or the rate of the kind counts for."""
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.001)
FOLDS = 5


@dataclass(frozen=True)
class Example:
    """A mention: its text, the kind and rule, what the ranker said (-1 where another rule decided), whether right."""

    doc_id: str
    kind: str
    method: str
    said: float
    right: bool


def examples(gold: Path, model: str, scores: Scores) -> list[Example]:
    """The judged mentions of a gold folder's texts."""
    nlp = load_model(model)
    named_path = gold / "actors_named.csv"
    named: dict[str, set[str]] = defaultdict(set)
    for row in read_rows(named_path, ",") if named_path.is_file() else []:
        named[row["surface"]].add(row["canonical"])
    found: list[Example] = []
    for doc in annotate(nlp, list(map(read, find_sources(gold)))):
        doc_id = doc._.layout.document.doc_id
        doc._.dates = find_dates(doc, DatesSettings())
        mentions, actors = find_actors(doc, ActorsSettings())
        names = known_names(gold, {a.actor_id: [a.name, *a.aliases] for a in actors})
        path = gold / f"{doc_id}.actors.tsv"
        if path.is_file():
            found += _annotated(doc_id, mentions, read_rows(path, "\t"), names, scores)
        elif named:
            judged = {
                (m.text, m.method): any(names.match(c, m.actor_id) for c in sorted(named[m.text]))
                for m in mentions
                if m.text in named and m.kind == "name"
            }
            found += [Example(doc_id, "name", method, -1.0, right) for (_, method), right in judged.items()]
    return found


def _annotated(
    doc_id: str, mentions: list[Mention], rows: list[dict[str, str]], names: Names, scores: Scores
) -> list[Example]:
    spans = [(int(r["start"]), int(r["end"]), r["canonical"]) for r in rows]
    first, last = min(s for s, _, _ in spans), max(e for _, e, _ in spans)
    return [
        Example(
            doc_id,
            m.kind,
            m.method,
            scores.said(m.score) if m.method == RANKER else -1.0,
            any(m.start < e and s < m.end and names.match(canonical, m.actor_id) for s, e, canonical in spans),
        )
        for m in mentions
        if first <= m.start and m.end <= last and m.sentence_id
    ]


def fit(rows: list[Example], prior: dict[str, float]) -> Scores:
    """Smoothed hit rates, and the correction of the ranker."""
    rates: dict[str, float] = {}
    for kind in sorted({r.kind for r in rows} | {k for k in prior if ":" not in k}):
        rates[kind] = _rate([r.right for r in rows if r.kind == kind], prior.get(kind, 0.8))
    for name in sorted({f"{r.kind}: {r.method}" for r in rows if r.method != RANKER} | {k for k in prior if ":" in k}):
        kind, _, method = name.partition(": ")
        told = [r.right for r in rows if (r.kind, r.method) == (kind, method)]
        rates[name] = _rate(told, prior.get(name, rates[kind]))
    ranked = [(r.said, r.right) for r in rows if r.method == RANKER]
    return Scores(rates, *_curve(ranked))


def _rate(told: list[bool], prior: float) -> float:
    return round((sum(told) + PRIOR * prior) / (len(told) + PRIOR), 3)


def _curve(ranked: list[tuple[float, bool]]) -> tuple[float, float]:
    """Slope and intercept on the log odds (Platt 1999), drawn towards leaving them as they are."""
    if not ranked:
        return 1.0, 0.0
    said = np.clip(np.array([p for p, _ in ranked]), 0.01, 0.99)
    odds, right = np.log(said / (1 - said)), np.array([float(r) for _, r in ranked])

    def loss(x: np.ndarray) -> float:
        z = x[0] * odds + x[1]
        return float(np.sum(np.logaddexp(0, z) - right * z) + 2 * (x[0] - 1) ** 2 + 0.5 * x[1] ** 2)

    slope, intercept = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return round(float(slope), 3), round(float(intercept), 3)


def reliability(rows: list[Example], prior: dict[str, float]) -> list[str]:
    """A Markdown table of what was said and what came true, under cross-validation by text."""
    texts = sorted({r.doc_id for r in rows})
    told: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        held = set(texts[fold::FOLDS])
        scores = fit([r for r in rows if r.doc_id not in held], prior)
        told += [(scores.of(r.kind, r.method, r.said), r.right) for r in rows if r.doc_id in held]
    lines = ["| score | mean score | share right | mentions |", "|---|---|---|---|"]
    for low, high in pairwise(BINS):
        inside = [(p, r) for p, r in told if low <= p < high]
        if inside:
            mean, share = np.mean([p for p, _ in inside]), np.mean([r for _, r in inside])
            lines.append(f"| {low:.2f}-{min(high, 1):.2f} | {mean:.3f} | {share:.3f} | {len(inside)} |")
    said, right = np.array([p for p, _ in told]), np.array([float(r) for _, r in told])
    error = sum(
        abs(said[i].mean() - right[i].mean()) * i.sum()
        for low, high in pairwise(BINS)
        if (i := (low <= said) & (said < high)).any()
    ) / len(told)
    lines += ["", f"Brier score {np.mean((said - right) ** 2):.4f}; always saying the mean would have "]
    lines[-1] += f"{right.var():.4f}. Mean gap between score and share right: {error:.3f}."
    return lines


def main() -> None:
    """Fit, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--model", default="en_core_web_md")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    path = models_dir() / "actors" / "scores.toml"
    prior = tomllib.loads(path.read_text(encoding="utf-8"))["prior"]
    rows = [e for gold in options.gold for e in examples(gold, options.model, method_scores())]
    texts = len({r.doc_id for r in rows})
    report = [f"{len(rows):,} mentions of {texts} texts, {sum(r.right for r in rows):,} of them right.", ""]
    report += reliability(rows, prior)
    print("\n".join(report))
    if options.write:
        scores = fit(rows, prior)
        head = path.read_text(encoding="utf-8").partition("\n[score]\n")[0]
        rates = [f'"{k}" = {v}' if ":" in k else f"{k} = {v}" for k, v in scores.rates.items()]
        curve = ["", "[ranker]", f"slope = {scores.slope}", f"intercept = {scores.intercept}", ""]
        path.write_text(head + "\n".join(["", "[score]", *rates, *curve]), encoding="utf-8")
        title = [
            "# How reliable mentions.score is",
            "",
            "Fitted by `python scripts/calibrate_actors.py`, five-fold by text.",
        ]
        target = Path(__file__).parent.parent / "benchmarks" / "ACTORS.md"
        target.write_text("\n".join([*title, "", *report, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
