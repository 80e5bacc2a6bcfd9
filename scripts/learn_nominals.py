"""Learn the weights by which descriptions find their actors and write them as plain numbers.

usage: python scripts/learn_nominals.py GOLD [GOLD ...] [--write]

GOLD are folders in the format of `pipeline.evaluate`, with the kinds of mentions. Their texts are run through the
stages; each description that the rules do not settle is an example with its readings, as `pipeline.actors.bridging`
weighs them. A reading is right when an annotated mention that it overlaps has its actors; nothing is right where no
annotated description is overlapped, none of its readings has the actor, or another mention inside it has it already.
The readings of a phrase depend on what was decided before it, so the texts are read by the rules alone first and then
once more with the weights learned from that.
Prints, with whole texts kept apart, how many descriptions are led to an actor and how many of them rightly, as the
rules have them and as the weights have them; `--write` stores `models/actors/bridges.toml`. The weights shipped are
from `benchmarks/gold/dev` and four essays of the Office of the Historian (public domain): with whole texts kept apart,
the rules led 1,433 of their descriptions to an actor, 896 rightly, the weights 1,945, 1,211 rightly, both at a
threshold of .17. The ridge is that under which most were right; the threshold pays for what is found with a little
precision.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from spacy.tokens import Doc

from pipeline.actors import bridging, find_actors
from pipeline.actors.bridging import WEIGHED, Bridges
from pipeline.actors.discourse import Found
from pipeline.actors.nominals import Phrase
from pipeline.actors.readings import OF_FAMILY, OF_FORM, Bridging, Reading, Weights, probabilities
from pipeline.annotate import annotate
from pipeline.dates import find_dates
from pipeline.document import Layout, layout_of
from pipeline.evaluate import Names, Row, known_names, read_rows
from pipeline.language import load_model
from pipeline.paths import models_dir
from pipeline.read import read
from pipeline.read.sources import find_sources
from pipeline.schema import Mention
from pipeline.settings import ActorsSettings, DatesSettings

_RULES = Bridging(0.9, Weights({"rule": 50.0}))
"""Weights by which every description is what the rules say."""
_RIDGE = 8.0
_SELDOM = 3
"""Examples that a feature must have."""
_FOLDS = 4
_THRESHOLD = 0.22
"""Probability from which a reading is given."""
_SLIGHT = 0.005


@dataclass
class Example:
    """A description: its readings, which of them are right, which the rules gave, and whether it is annotated."""

    doc_id: str
    readings: list[Reading]
    right: list[bool]
    ruled: int
    annotated: bool


@dataclass
class _Seen:
    """A description as the stage met it."""

    phrase: Phrase
    readings: list[Reading]
    names: dict[str, list[str]]


def annotated(gold: Path, model: str) -> Iterator[tuple[Doc, Path, list[Row]]]:
    """The annotated texts of a gold folder."""
    nlp = load_model(model)
    for doc in annotate(nlp, list(map(read, find_sources(gold)))):
        path = gold / f"{doc._.layout.document.doc_id}.actors.tsv"
        if path.is_file():
            doc._.dates = find_dates(doc, DatesSettings())
            yield doc, gold, read_rows(path, "\t")


def examples(doc: Doc, gold: Path, rows: list[Row], bridges: Bridging) -> Iterator[Example]:
    """The descriptions of one annotated text, read with some weights."""
    seen: list[_Seen] = []
    weigh = Bridges._readings

    def watched(reader: Bridges, p: Phrase, found: Found | None) -> list[Reading]:
        readings = weigh(reader, p, found)
        named = {}
        for actor in {a for r in readings for a in r.actors}:
            referent = reader.linker.referents[actor]
            named[actor] = [referent.name, *referent.seen, *(reader.kb.aliases(actor) if referent.known else [])]
        seen.append(_Seen(p, readings, named))
        return readings

    with patch.object(Bridges, "_readings", watched), patch.object(bridging, "load_bridges", lambda: bridges):
        mentions, actors = find_actors(doc, ActorsSettings())
    names = known_names(gold, {a.actor_id: [a.name, *a.aliases] for a in actors})
    layout = layout_of(doc)
    first, last = min(int(r["start"]) for r in rows), max(int(r["end"]) for r in rows)
    for one in seen:
        start, end = _source(doc, layout, one.phrase.start, one.phrase.end)
        if first <= start and end <= last:
            touched = [r for r in rows if start < int(r["end"]) and int(r["start"]) < end]
            yield _example(doc, one, touched, mentions, names, known_names(gold, one.names))


def _example(doc: Doc, one: _Seen, touched: list[Row], mentions: list[Mention], names: Names, named: Names) -> Example:
    described = [r for r in touched if r["kind"] == "nominal"]
    right = [bool(r.actors) and any(named.match(g["canonical"], r.actors) for g in touched) for r in one.readings]
    reached = any(r.actors and named.match(g["canonical"], r.actors) for g in described for r in one.readings)
    others = [m for m in mentions if m.method != WEIGHED and m.token_head != one.phrase.head]
    inner = any(
        m.start < int(g["end"]) and int(g["start"]) < m.end and names.match(g["canonical"], m.actor_id)
        for g in described
        for m in others
    )
    right[0] = not described or not reached or inner
    ruled = next((k for k, r in enumerate(one.readings) if r.found is not None), 0)
    return Example(doc._.layout.document.doc_id, one.readings, right, ruled, bool(described))


def _source(doc: Doc, layout: Layout, start: int, end: int) -> tuple[int, int]:
    """Where some tokens stand in the source."""
    return layout.source(doc[start].idx, doc[end - 1].idx + len(doc[end - 1]))


def features(reading: Reading) -> Iterator[tuple[str, float]]:
    """The features of a reading, each for itself and with the family and the form of the phrase."""
    family = reading.form.split()[0]
    for name, value in reading.features:
        yield name, value
        yield f"{family}: {name}", value * OF_FAMILY
        yield f"{reading.form}: {name}", value * OF_FORM


def fit(rows: list[Example]) -> dict[str, float]:
    """The weights that make the right readings likeliest, each drawn towards nothing."""
    count = Counter(n for e in rows for n in sorted({n for r in e.readings for n, _ in features(r)}))
    index = {n: i for i, n in enumerate(sorted(n for n, c in count.items() if c >= _SELDOM))}
    cells: list[tuple[int, int, float]] = []
    group: list[int] = []
    for k, e in enumerate(rows):
        for r in e.readings:
            cells += [(len(group), index[n], v) for n, v in features(r) if n in index]
            group.append(k)
    at, column, value = zip(*cells, strict=True)
    x: Any = csr_matrix((value, (at, column)), shape=(len(group), len(index)))
    of, right = np.array(group), np.array([ok for e in rows for ok in e.right])
    starts = np.concatenate(([0], np.flatnonzero(np.diff(of)) + 1))

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        score = x @ w
        odds = np.exp(score - np.maximum.reduceat(score, starts)[of])
        p = odds / np.add.reduceat(odds, starts)[of]
        q = np.where(right, p, 0.0)
        good = np.add.reduceat(q, starts) + 1e-12
        return float(_RIDGE * w @ w - np.log(good).sum()), x.T @ (p - q / good[of]) + 2 * _RIDGE * w

    w = minimize(loss, np.zeros(len(index)), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return {n: float(w[i]) for n, i in index.items()}


def report(rows: list[Example]) -> str:
    """How well the rules and, on texts kept apart, the weights do."""
    texts = sorted({e.doc_id for e in rows})
    given = Counter(e.right[e.ruled] for e in rows if e.ruled)
    lines = [f"{len(rows)} descriptions, {sum(e.annotated for e in rows)} annotated"]
    lines.append(f"rules: {given.total()} led to an actor, {given[True]} of them rightly")
    told: Counter[bool] = Counter()
    for fold in range(_FOLDS):
        held = set(texts[fold::_FOLDS])
        weights = Weights(fit([e for e in rows if e.doc_id not in held]))
        for e in rows:
            if e.doc_id in held:
                said = probabilities(e.readings, weights)[1:]
                if said and max(said) >= _THRESHOLD:
                    told[e.right[1 + int(np.argmax(said))]] += 1
    return "\n".join([*lines, f"weights: {told.total()} led to an actor, {told[True]} of them rightly"])


def main() -> None:
    """Learn, report, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--model", default="en_core_web_md")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    texts = [text for gold in options.gold for text in annotated(gold, options.model)]
    rows = [e for text in texts for e in examples(*text, _RULES)]
    bridges = Bridging(_THRESHOLD, Weights(fit(rows)))
    rows = [e for text in texts for e in examples(*text, bridges)]
    print(report(rows))
    if options.write:
        lines = [
            "# Weights of the readings of descriptions, learned by scripts/learn_nominals.py.",
            f"threshold = {_THRESHOLD}",
            "",
            "[weights]",
            *(f'"{n}" = {v:.3f}' for n, v in sorted(fit(rows).items()) if abs(v) >= _SLIGHT),
            "",
        ]
        (models_dir() / "actors" / "bridges.toml").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
