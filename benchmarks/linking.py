"""Links to Wikidata against texts annotated with its ids, into benchmarks/LINKING.md.

usage: python benchmarks/linking.py FOLDER [--errors]

FOLDER holds JSON Lines in the format of ELEVANT's benchmarks (Bast, Hertel and Prange 2023): `text`, `labels` with
`span` and `entity_id`, and `evaluation_span`. Judged are states, persons and organisations that have a Wikidata id in
the knowledge base. `--errors` prints each wrong link and each name missed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.actors import find_actors
from pipeline.actors.knowledge import load_knowledge
from pipeline.annotate import annotate
from pipeline.dates import find_dates
from pipeline.document import Document
from pipeline.language import load_model
from pipeline.read.structure import paragraphs
from pipeline.schema import Mention
from pipeline.settings import ActorsSettings, DatesSettings

RESULTS = Path(__file__).parent / "LINKING.md"
TYPES = ("STATE", "PERSON", "ORGANIZATION", "PARTY", "GOVERNMENT", "ARMED_GROUP", "COMPANY")
NAMES = ("name", "adjective")


@dataclass(slots=True)
class Counts:
    """What was annotated and what was linked."""

    gold: int = 0
    found: int = 0
    right: int = 0
    linked: int = 0
    linked_right: int = 0
    errors: list[str] = field(default_factory=list)


def judge(path: Path, known: set[str], model: str) -> Counts:
    """Counts over the texts of one file."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    documents = [Document(str(r["id"]), r["text"], paragraphs=paragraphs(r["text"])) for r in rows]
    counts = Counts()
    for row, doc in zip(rows, annotate(load_model(model), documents), strict=True):
        doc._.dates = find_dates(doc, DatesSettings())
        mentions, actors = find_actors(doc, ActorsSettings())
        wikidata = {a.actor_id: a.wikidata for a in actors}
        low, high = row.get("evaluation_span") or (0, len(row["text"]))
        names = [m for m in mentions if m.kind in NAMES and low <= m.start < high]
        labels = [(*x["span"], x["entity_id"]) for x in row["labels"] if low <= x["span"][0] < high and not x["coref"]]
        _count(counts, row["text"], names, labels, wikidata, known)
    return counts


def _count(
    counts: Counts,
    text: str,
    names: list[Mention],
    labels: list[tuple[int, int, str]],
    wikidata: dict[str, str],
    known: set[str],
) -> None:
    for start, end, entity in labels:
        if entity in known:
            hits = [m for m in names if m.start < end and start < m.end]
            right = any(wikidata[a] == entity for m in hits for a in m.actor_id)
            counts.gold += 1
            counts.found += bool(hits)
            counts.right += right
            if not right:
                counts.errors.append(f"missed\t{text[start:end]}\t{entity}\t{[m.actor_id for m in hits]}")
    for m in names:
        ids = {wikidata[a] for a in m.actor_id} - {""}
        over = [e for s, t, e in labels if s < m.end and m.start < t and e.startswith("Q")]
        if ids and over:
            counts.linked += 1
            counts.linked_right += bool(ids & set(over))
            if not ids & set(over):
                counts.errors.append(f"wrong\t{m.text}\t{m.actor_id}\t{over}\t{m.method}")


def main() -> None:
    """Judge, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="en_core_web_md")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    kb = load_knowledge()
    known = {e.wikidata for e in kb.entities() if e.wikidata and e.type in TYPES}
    lines = ["# Links to Wikidata", ""]
    lines += [
        "Names and adjectives whose Wikidata id the knowledge base has; precision where the text is annotated.",
        "",
    ]
    lines += ["| texts | annotated | found | recall | links judged | precision |", "|---|---|---|---|---|---|"]
    for path in sorted(options.folder.glob("*.jsonl")):
        c = judge(path, known, options.model)
        found, recall = c.found / max(c.gold, 1), c.right / max(c.gold, 1)
        precision = c.linked_right / max(c.linked, 1)
        lines.append(f"| {path.stem} | {c.gold} | {found:.3f} | {recall:.3f} | {c.linked} | {precision:.3f} |")
        if options.errors:
            for error, times in Counter(c.errors).most_common():
                print(times, error, sep="\t")
    print("\n".join(lines))
    RESULTS.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
