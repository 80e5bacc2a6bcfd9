"""Learn who the source or target of an act is whose own words do not say it: weights of `pipeline.events.counterparts`.

usage: python scripts/learn_counterparts.py GOLD [GOLD ...] [--least SOURCE TARGET] [--write]

GOLD are folders in the format of `pipeline.evaluate`; texts without annotated events are passed over. Every annotated
event with a side that the sentence leaves open is an example: each candidate of the text is right or wrong. Prints how
many of the held-out ones are right (cross-validated by text) where the likeliest candidate is taken from each
likelihood on; `--write` stores the weights in models/events/counterparts.toml.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from spacy.tokens import Doc

from pipeline.actors import find_actors
from pipeline.annotate import annotate
from pipeline.dates import find_dates
from pipeline.evaluate import known_names, read_rows, trigger_spans
from pipeline.events.counterparts import Candidate, Counterparts, Weights, lacks_source, lacks_target
from pipeline.events.extract import read_story
from pipeline.events.implied import complete_sources
from pipeline.language import load_model
from pipeline.paths import models_dir
from pipeline.read import read
from pipeline.read.sources import find_sources
from pipeline.settings import ActorsSettings, DatesSettings, EventsSettings

RIDGE = 4.0
#: What an event counts whose annotation names no target: it may have none, or one that the annotator did not care for.
NOBODY = 0.4
#: The same of acts at home, which mostly have none: "resigned", "ratified the constitution".
NOBODY_AT_HOME = 1.5
#: A feature seen less often has no weight; smaller weights are left out.
SEEN, SMALL = 5, 0.02
FOLDS = 10
CUTS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)


@dataclass
class Example:
    """An annotated event: its text, its candidates, which of them are right, and whether its target is annotated."""

    text: str
    candidates: list[Candidate]
    right: list[bool]
    known: bool
    at_home: bool

    @property
    def count(self) -> float:
        """How much it counts."""
        return 1.0 if self.known else NOBODY_AT_HOME if self.at_home else NOBODY


def examples(gold: Path, model: str) -> dict[str, list[Example]]:
    """Annotated events of a folder, by the side that the sentence leaves open."""
    nlp = load_model(model)
    wanted = {p.name.split(".")[0] for p in gold.glob("*.events.tsv")}
    found: dict[str, list[Example]] = {"source": [], "target": []}
    for doc in annotate(nlp, [d for d in map(read, find_sources(gold)) if d.doc_id in wanted]):
        doc._.dates = find_dates(doc, DatesSettings())
        doc._.mentions, doc._.actors = find_actors(doc, ActorsSettings())
        for side, items in examples_of(doc, gold).items():
            found[side] += items
    return found


def examples_of(doc: Doc, gold: Path) -> dict[str, list[Example]]:
    """Those of one text."""
    found: dict[str, list[Example]] = {"source": [], "target": []}
    document = doc._.layout.document
    path = gold / f"{document.doc_id}.events.tsv"
    names = known_names(gold, {a.actor_id: [a.name, *a.aliases] for a in doc._.actors})
    spans = [(r, trigger_spans(path, r, document.text)[2]) for r in read_rows(path, "\t")]
    reading = read_story(doc, EventsSettings())
    complete_sources(reading.story)
    text = Counterparts(reading.story)
    for at, t in enumerate(reading.story.tellings):
        if t.predicate.background:
            continue
        if lacks_source(t):
            side = "source"
        elif t.predicate.coding.target and t.source.how != "implied" and lacks_target(t, reading.story):
            side = "target"
        else:
            continue
        start, end, _ = reading.layout.span(doc, *t.predicate.span)
        for row, places in spans:
            wanted = row.get(side, "")
            mutual = side == "target" and not wanted and ";" in row.get("source", "")
            if not mutual and any(start < b and a < end for a, b in places):
                candidates = text.candidates(at, side)
                right = [bool(wanted) and names.match(wanted, list(c.ids)) for c in candidates]
                found[side].append(Example(document.doc_id, candidates, right, bool(wanted), t.kind == "GOVERN"))
    return found


def fit(items: list[Example], least: float) -> Weights:
    """Weights of the features: a ridge-penalised logistic regression over all candidates."""
    seen = Counter(name for e in items for c in e.candidates for name in c.features)
    names = sorted(name for name, n in seen.items() if n >= SEEN)
    column = {name: k for k, name in enumerate(names)}
    values, columns, starts, labels, counts = [], [], [0], [], []
    for e in items:
        for c, right in zip(e.candidates, e.right, strict=True):
            known = [(column[name], value) for name, value in c.features.items() if name in column]
            columns += [k for k, _ in known]
            values += [value for _, value in known]
            starts.append(len(values))
            labels.append(float(right))
            counts.append(e.count)
    matrix = csr_matrix((values, columns, starts), shape=(len(labels), len(names)))
    y, count = np.array(labels), np.array(counts)
    penalty = np.array([0.0 if name == "bias" else RIDGE for name in names])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = matrix @ weights
        p = 1 / (1 + np.exp(-z))
        value = float(np.sum(count * (np.logaddexp(0, z) - y * z)) + 0.5 * np.sum(penalty * weights**2))
        return value, matrix.T @ (count * (p - y)) + penalty * weights

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return Weights(least, {n: round(float(w), 3) for n, w in zip(names, best, strict=True) if abs(w) >= SMALL})


def cross_validated(items: list[Example]) -> list[tuple[float, bool, bool]]:
    """How likely the choice for each held-out example is, whether it is right, whether a target is annotated."""
    texts = sorted({e.text for e in items})
    folds = {t: k % FOLDS for k, t in enumerate(texts)}
    found = []
    for fold in range(FOLDS):
        model = fit([e for e in items if folds[e.text] != fold], 0.0)
        for e in items:
            if folds[e.text] == fold and e.candidates:
                best, likely = model.choose(e.candidates)
                right = any(r for c, r in zip(e.candidates, e.right, strict=True) if c.ids == best)
                found.append((likely, right, e.known))
    return found


def main() -> None:
    """Learn, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--model", default="en_core_web_md")
    parser.add_argument("--least", nargs=2, type=float, default=(0.3, 0.17))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lines = [
        "# Weights of the logistic models that choose a side of an act whose own words do not name it; learned by",
        "# scripts/learn_counterparts.py. Nobody is chosen who is less likely than `least`.",
    ]
    read_folders = [examples(gold, options.model) for gold in options.gold]
    for side, least in zip(("source", "target"), options.least, strict=True):
        items = [e for found in read_folders for e in found[side]]
        report(side, items)
        model = fit(items, least)
        lines += ["", f"[{side}]", f"least = {least}", "", f"[{side}.weights]"]
        lines += [f'"{name}" = {weight}' for name, weight in model.weights.items()]
    if options.write:
        path = models_dir() / "events" / "counterparts.toml"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def report(side: str, items: list[Example]) -> None:
    """Print what cross-validation tells of one side."""
    known = [e for e in items if e.known]
    print(f"{side}: {len(known)} events of {len({e.text for e in items})} texts, {len(items) - len(known)} without one")
    print(f"{sum(any(e.right) for e in known)} with a right candidate")
    held_out = cross_validated(items)
    for cut in CUTS:
        above = [right for likely, right, annotated in held_out if likely >= cut and annotated]
        rest = sum(likely >= cut and not annotated for likely, _, annotated in held_out)
        print(f"likelihood >= {cut}: {sum(above)} right of {len(above)}, and {rest} without an annotated {side}")


if __name__ == "__main__":
    main()
