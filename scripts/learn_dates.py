"""Learn the weights of the timeline from annotated texts.

usage: python scripts/learn_dates.py EVALUATION_FOLDER [--folds 2] [--write]

EVALUATION_FOLDER holds `wikiwars/` (texts, *.dates.tsv with TIMEX2 values, metadata.csv), `essays/` and `article/`
(*.dates.tsv whose column `edtf` gives the value). Coordinate search over each weight; two-fold cross-validation by text
says what to expect of unseen texts; with --write the weights learned from all texts go to models/dates/weights.toml.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from spacy.tokens import Doc

from pipeline.annotate import annotate
from pipeline.dates import prepare
from pipeline.dates.calendar import edtf, timex
from pipeline.dates.grammar import load_grammar
from pipeline.dates.recognise import Expression
from pipeline.dates.slots import Setting
from pipeline.dates.timeline import Timeline
from pipeline.document import Document, layout_of
from pipeline.language import load_model
from pipeline.paths import models_dir
from pipeline.read.structure import paragraphs
from pipeline.settings import DatesSettings

STEPS = (0.6, 0.85, 1.2, 1.6)
SHIFTS = (-0.4, 0.4)


@dataclasses.dataclass
class Text:
    """A text with its expressions, and for each gold value the expressions that overlap it."""

    doc: Doc
    found: list[Expression]
    headings: dict[int, bool]
    setting: Setting
    gold: list[tuple[str, list[int], bool]]


def read_texts(folder: Path) -> list[tuple[Document, list[dict[str, str]]]]:
    """Texts of a folder with their gold rows."""
    texts = []
    published = {}
    if (folder / "metadata.csv").exists():
        with (folder / "metadata.csv").open(encoding="utf-8", newline="") as f:
            published = {r["doc_id"]: r["published"] for r in csv.DictReader(f)}
    for gold in sorted(folder.glob("*.dates.tsv")):
        doc_id = gold.name.removesuffix(".dates.tsv")
        source = (folder / f"{doc_id}.txt").read_bytes().decode("utf-8")
        with gold.open(encoding="utf-8", newline="") as f:
            rows = list(csv.DictReader(f, delimiter="\t"))
        document = Document(doc_id, source, published=published.get(doc_id, ""), paragraphs=paragraphs(source))
        texts.append((document, rows))
    return texts


def align(doc: Doc, rows: list[dict[str, str]]) -> Text:
    """Find a text's expressions and which of them each gold value belongs to."""
    found, headings, setting = prepare(doc, DatesSettings())
    layout = layout_of(doc)
    spans = [layout.source(e.start, e.end) for e in found]
    gold = []
    for row in rows:
        value = row.get("value") or row.get("edtf") or ""
        if not value or "/" in value or row.get("depth", "0") != "0":
            continue
        start, end = int(row["start"]), int(row["end"])
        over = [i for i, (a, b) in enumerate(spans) if a < end and start < b]
        if over:
            gold.append((value, over, "edtf" in row))
    return Text(doc, found, headings, setting, gold)


def right(text: Text, weights: dict[str, float]) -> int:
    """How many gold values come out under some weights."""
    grammar = dataclasses.replace(text.setting.grammar, weights=weights)
    setting = dataclasses.replace(text.setting, grammar=grammar)
    resolved = Timeline(text.doc, text.found, setting).resolve(text.headings)
    count = 0
    for value, over, as_edtf in text.gold:
        times = [resolved[i].time for i in over]
        count += any(t is not None and value == (edtf(t) if as_edtf else timex(t)) for t in times)
    return count


def learn(texts: list[Text], weights: dict[str, float], rounds: int = 2) -> dict[str, float]:
    """Coordinate search: change one weight at a time while it helps.

    Ties go to the value nearest the start, so that a weight that does not matter stays.
    """
    best = sum(right(t, weights) for t in texts)
    for _ in range(rounds):
        before = best
        for name in weights:
            if name == "beam":
                continue
            options = [weights[name] * f for f in STEPS] + [weights[name] + d for d in SHIFTS]
            if not name.startswith("background_"):
                options = [max(o, 0.0) for o in options]
            for option in options:
                trial = {**weights, name: round(option, 3)}
                score = sum(right(t, trial) for t in texts)
                if score > best:
                    best, weights = score, trial
        if best == before:
            break
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    nlp = load_model("en_core_web_md")
    texts: list[Text] = []
    for name in ("wikiwars", "essays", "article"):
        sources = read_texts(arguments.folder / name)
        docs = annotate(nlp, [document for document, _ in sources])
        texts += [align(doc, rows) for doc, (_, rows) in zip(docs, sources, strict=True)]
    report(texts, arguments.folds, arguments.write)


def report(texts: list[Text], folds: int, write: bool) -> dict[str, float]:
    """Cross-validate, learn from all texts and, where asked, write the weights."""
    start = load_grammar("").weights
    total = sum(len(t.gold) for t in texts)
    print(f"now: {sum(right(t, start) for t in texts)} of {total} values right")
    unseen = 0
    for k in range(folds if folds > 1 else 0):
        weights = learn([t for i, t in enumerate(texts) if i % folds != k], start)
        held = [t for i, t in enumerate(texts) if i % folds == k]
        score = sum(right(t, weights) for t in held)
        unseen += score
        print(f"fold {k}: {score} of {sum(len(t.gold) for t in held)} right on the texts held out; {weights}")
    if folds > 1:
        print(f"cross-validated: {unseen} of {total} right")
    weights = learn(texts, start)
    print(f"all texts: {sum(right(t, weights) for t in texts)} of {total}; {weights}")
    if write:
        path = models_dir() / "dates" / "weights.toml"
        head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        path.write_text("\n".join(head + [f"{k} = {v}" for k, v in weights.items()]) + "\n", encoding="utf-8")
    return weights


if __name__ == "__main__":
    main()
