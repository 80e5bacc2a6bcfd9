"""Learn the weights of the pronoun ranker and write them as plain numbers.

usage: python scripts/learn_coreference.py FOLDER

FOLDER holds the unpacked corpora: `gap/` (Webster et al. 2018, Apache-2.0), `gum/` (Zeldes 2017, CC BY 4.0) and
`litbank/` (Bamman et al. 2020, CC BY 4.0), and in `narrative/` as plain text the country histories (public domain) and
war narratives (WikiWars, CC BY-SA 3.0) whose pronouns are annotated in `scripts/antecedents.tsv`. Each weight is the
sum of one learned from all texts and one from the narrative alone (Daumé 2007). Writes `pronouns.toml`,
`selection.tsv` and `given_names.tsv` in `models/actors` and prints how often the antecedent is right on the fifth of
the documents that was kept apart.

References
----------
Daumé, H. (2007). Frustratingly easy domain adaptation. ACL.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from unittest.mock import patch

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from spacy.tokens import Doc

from pipeline.actors import find_actors
from pipeline.actors.discourse import relative_antecedent
from pipeline.actors.lexicon import Lexicon, load_lexicon
from pipeline.actors.naming import LABELS
from pipeline.actors.nominals import nouns_at, phrase_at
from pipeline.actors.ranker import (
    MEASURES,
    Item,
    View,
    excluded,
    features,
    load_selection,
    nothing_features,
    rank,
    slot_of,
    subjects,
    view_of,
)
from pipeline.actors.tokens import Tokens, read_tokens
from pipeline.annotate import annotate
from pipeline.dates import find_dates
from pipeline.document import Document, Layout, layout_of
from pipeline.language import load_model
from pipeline.paths import models_dir
from pipeline.read.structure import paragraphs
from pipeline.settings import Settings

_GENRES = ("academic", "bio", "news", "voyage", "textbook", "speech", "essay", "interview", "letter", "court")
_FEW = 4
_SLIGHT = 0.3
_MOST = 2.5
_OWN = 0.4
"""How easily the narrative's own part of a weight departs from nothing."""
_ACTORS = ("PERSON", "GPE", "NORP", "ORG")
_PEOPLE = frozenset(
    ("he", "she", "his", "her", "him", "who", "whose", "whom", "i", "we", "my", "our", "you", "your", "us", "me")
)


@dataclass
class Text:
    """A text with its coreference chains as (start, end, chain) in characters."""

    name: str
    text: str
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    only: frozenset[str] = frozenset(("he", "it", "they"))
    partial: bool = False


def read_gum(folder: Path) -> Iterator[Text]:
    """GUM's documents; entities are read from the `Entity` annotation of its CoNLL-U files."""
    for path in sorted((folder / "gum" / "dep").glob("*.conllu")):
        if path.stem.split("_")[1] not in _GENRES:
            continue
        out: list[str] = []
        length = 0
        spans: list[tuple[int, int, str]] = []
        open_: dict[str, list[int]] = defaultdict(list)
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# newpar") and "block" not in line and length:
                out.append("\n\n")
                length += 2
            cells = line.split("\t")
            if len(cells) < 10 or not cells[0].isdigit():
                continue
            misc = dict(x.split("=", 1) for x in cells[9].split("|") if "=" in x)
            start, end = length, length + len(cells[1])
            for mark in re.findall(r"\([^()]+\)?|[^()]+\)", misc.get("Entity", "")):
                identity = mark.strip("()").split("-")[0]
                if mark.startswith("("):
                    open_[identity].append(start)
                if mark.endswith(")") and open_[identity]:
                    spans.append((open_[identity].pop(), end, identity))
            out.append(cells[1])
            length = end
            if misc.get("SpaceAfter") != "No":
                out.append(" ")
                length += 1
        yield Text(path.stem, "".join(out), spans)


def read_litbank(folder: Path) -> Iterator[Text]:
    """LitBank's documents from their CoNLL files; they teach persons only."""
    for path in sorted((folder / "litbank" / "coref_conll").glob("*.conll")):
        out: list[str] = []
        length = 0
        spans: list[tuple[int, int, str]] = []
        open_: dict[str, list[int]] = defaultdict(list)
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if line.startswith("#") or len(cells) < 5:
                continue
            start, end = length, length + len(cells[3])
            for mark in cells[-1].split("|"):
                identity = mark.strip("()")
                if mark.startswith("("):
                    open_[identity].append(start)
                if mark.endswith(")") and open_[identity]:
                    spans.append((open_[identity].pop(), end, identity))
            out.append(cells[3] + " ")
            length = end + 1
        yield Text(path.stem, "".join(out), spans, frozenset(("he", "they")))


def read_gap(folder: Path) -> Iterator[Text]:
    """GAP's passages; only the two names and the pronoun are annotated."""
    for part in ("development", "validation"):
        with (folder / "gap" / f"gap-{part}.tsv").open(encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
                at = int(row["Pronoun-offset"])
                spans = [(at, at + len(row["Pronoun"]), "pronoun")]
                for side in "AB":
                    start = int(row[f"{side}-offset"])
                    right = row[f"{side}-coref"] == "TRUE"
                    spans.append((start, start + len(row[side]), "pronoun" if right else side))
                yield Text(row["ID"], row["Text"], spans, frozenset(("he",)), partial=True)


def given_names(folder: Path) -> dict[str, str]:
    """Given names of GAP whose pronouns agree."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for text in read_gap(folder):
        (start, end, _), *names = text.spans
        gender = "f" if text.text[start:end].lower() in ("she", "her", "hers") else "m"
        for a, b, chain in names:
            words = text.text[a:b].split()
            if chain == "pronoun" and len(words) > 1 and words[0].isalpha() and len(words[0]) > 2:
                votes[words[0]][gender] += 1
    chosen = {}
    for name, count in votes.items():
        (best, n), *rest = count.most_common()
        if n > 3 * sum(x for _, x in rest):
            chosen[name] = best
    return chosen


def items_of(tokens: Tokens, lexicon: Lexicon, start: int, end: int) -> Iterator[Item]:
    """What a text mentions, as the ranker sees it, without knowing any actor."""
    for i in range(start, end):
        pos, dep = tokens.pos[i], tokens.dep[i]
        label = LABELS.get(tokens.entity[i], "")
        inner = dep in ("compound", "amod", "nmod")
        if tokens.lower[i] in lexicon.pronouns and pos in ("PRON", "DET"):
            _, gender, number = lexicon.pronouns[tokens.lower[i]]
            yield Item(i, "pronoun", "", number, gender, (), tokens.sentence[i], i)
            continue
        if pos == "PRON" and tokens.lower[i] in ("who", "which", "that"):
            if relative_antecedent(tokens, i) >= 0:
                yield Item(i, "relative", "", "", "", (), tokens.sentence[i], i)
            continue
        if tokens.entity[i] in MEASURES:
            continue
        if pos not in ("NOUN", "PROPN") and not (pos == "ADJ" and label == "PEOPLE"):
            continue
        if inner:
            next_inside = i + 1 < len(tokens) and tokens.entity[i + 1] == tokens.entity[i] and not tokens.begins[i + 1]
            if not label or next_inside:
                continue
        gender = ""
        kind = "name" if label or pos == "PROPN" else "noun"
        if label == "PEOPLE" and inner:
            kind, label = "adjective", "STATE"
        phrase = phrase_at(tokens, i, lexicon) if kind == "noun" else None
        if phrase:
            label = phrase.nouns[0].type
            definite = phrase.determiner in ("the", "this", "that", "both", "these", "those") or phrase.owner >= 0
            kind = "nominal" if definite else "noun"
        if label == "PERSON" and kind == "name":
            first = i
            while first > 0 and tokens.entity[first - 1] == "PERSON" and not tokens.begins[first]:
                first -= 1
            gender = lexicon.given_names.get(tokens.text[first], "")
            title = tokens.text[first - 1] if first else ""
            for t in lexicon.titles.get(title, ()):
                gender = t.gender or gender
        many = tokens.plural[i] or (label == "PEOPLE" and not inner)
        yield Item(i, kind, label, "p" if many else "s", gender, (), tokens.sentence[i], i)


def joined(tokens: Tokens, items: list[Item], item: Item) -> Item | None:
    """The coordination that an item ends."""
    if tokens.dep[item.token] != "conj":
        return None
    first = tokens.head[item.token]
    while tokens.dep[first] == "conj":
        first = tokens.head[first]
    for earlier in reversed(items):
        if earlier.sentence != item.sentence:
            return None
        if earlier.token == first and earlier.last == earlier.token and earlier.type == item.type:
            chain = f"{earlier.chain} and {item.chain}"
            last, count = item.token, earlier.count
            return Item(first, earlier.kind, item.type, "p", "", (), item.sentence, last, count, chain)
    return None


@dataclass
class Example:
    """A pronoun: its candidates' features (the first stands for nothing) and which of them are right."""

    group: str
    rows: list[list[tuple[str, float]]]
    right: list[bool]


def chains_by_head(text: Text, tokens: Tokens, layout: Layout, offsets: list[int]) -> dict[tuple[int, bool], str]:
    """Chain of each head token; the flag tells whether the mention covers a coordination that begins there."""
    starts = [layout.source(o, o + 1)[0] for o in offsets]
    at = {s: i for i, s in enumerate(starts)}
    found: dict[tuple[int, bool], str] = {}
    for a, b, chain in sorted(text.spans, key=lambda s: s[0] - s[1]):
        inside = [at[c] for c in range(a, b) if c in at]
        if not inside:
            continue
        low, high = inside[0], inside[-1] + 1
        heads = [i for i in range(low, high) if not low <= tokens.head[i] < high or tokens.head[i] == i]
        heads = [i for i in heads if tokens.pos[i] != "PUNCT"] or [low]
        head = heads[0] if len(heads) == 1 else heads[-1]
        group = any(tokens.dep[i] == "conj" and tokens.head[i] == head for i in range(low, high))
        found[head, group] = chain
    return found


def examples(text: Text, tokens: Tokens, layout: Layout, offsets: list[int], lexicon: Lexicon) -> Iterator[Example]:
    """The pronouns of a text."""
    chains = chains_by_head(text, tokens, layout, offsets)
    items: list[Item] = []
    chain_of: list[str | None] = []
    types: dict[str, str] = {}
    called: dict[str, str] = {}
    words: Counter[str] = Counter()
    subject_of = subjects(tokens)
    selection = load_selection()
    for sentence in layout.sentences:
        for item in items_of(tokens, lexicon, sentence.start, sentence.end):
            chain = chains.get((item.token, False))
            if item.kind == "pronoun":
                group, gender, number = lexicon.pronouns[tokens.lower[item.token]]
                if group in text.only and (chain is not None):
                    view = view_of(tokens, item.token, (group, gender, number), items, subject_of, selection)
                    yield from _example(view, chain_of, chain, text.partial)
                item.type = types.get(chain or "", "")
            elif chain and item.type:
                types.setdefault(chain, item.type)
            item.chain = tokens.lemma[item.token]
            if item.kind == "pronoun":
                item.chain = called.get(chain or "", f"{item.chain} {item.token}")
            elif chain and item.kind != "relative":
                called.setdefault(chain, item.chain)
            if item.kind == "relative":
                antecedent = relative_antecedent(tokens, item.token)
                for earlier, c in zip(reversed(items), reversed(chain_of), strict=True):
                    if earlier.token == antecedent and earlier.last == antecedent:
                        item.type, item.number, item.gender, chain = earlier.type, earlier.number, earlier.gender, c
                        item.chain = earlier.chain
                        break
                item.kind = "pronoun"
            item.count = words[item.chain]
            words[item.chain] += 1
            both = joined(tokens, items, item)
            items.append(item)
            chain_of.append(chain)
            if both:
                items.append(both)
                chain_of.append(chains.get((both.token, True)))


def _example(view: View, chain_of: list[str | None], chain: str, partial: bool) -> Iterator[Example]:
    rows, right = [nothing_features(view.tokens, view.pronoun)], [False]
    seen: set[str] = set()
    for between, (item, c) in enumerate(zip(view.items, reversed(chain_of), strict=False)):
        if (partial and item.kind == "pronoun") or excluded(view, item):
            continue
        rows.append(features(view, item, between, item.chain not in seen))
        seen.add(item.chain)
        right.append(c == chain)
    if not any(right):
        if partial:
            return
        right[0] = True
    yield Example(view.group, rows, right)


def learn(training: list[Example], strength: float = 1.0) -> dict[str, float]:
    """Maximum-likelihood weights with a quadratic penalty."""
    names = sorted({f for e in training for row in e.rows for f, _ in row})
    column = {f: k for k, f in enumerate(names)}
    data, indices, pointers, starts = [], [], [0], []
    for e in training:
        starts.append(len(pointers) - 1)
        for row in e.rows:
            for f, v in row:
                indices.append(column[f])
                data.append(v)
            pointers.append(len(indices))
    matrix = csr_matrix((data, indices, pointers), shape=(len(pointers) - 1, len(names)))
    right = np.array([r for e in training for r in e.right])
    begin = np.array(starts)
    sizes = np.diff([*starts, len(right)])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        score = matrix @ w
        top = np.repeat(np.maximum.reduceat(score, begin), sizes)
        weight = np.exp(score - top)
        whole, good = np.add.reduceat(weight, begin), np.add.reduceat(weight * right, begin)
        gradient = matrix.T @ (weight / np.repeat(whole, sizes) - weight * right / np.repeat(good, sizes))
        return float(-np.log(good / whole).sum() + strength * (w @ w) / 2), gradient + strength * w

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return {f: round(float(v), 3) for f, v in zip(names, best.x, strict=True)}


def learn_for(general: list[Example], own: list[Example]) -> dict[str, float]:
    """Weights for narrative: what all texts teach, and what the narrative adds."""
    doubled = [
        Example(e.group, [row + [(f"own: {f}", v * _OWN) for f, v in row] for row in e.rows], e.right) for e in own
    ]
    found = learn(general + doubled)
    names = sorted({f.removeprefix("own: ") for f in found})
    return {f: round(found.get(f, 0.0) + _OWN * found.get(f"own: {f}", 0.0), 3) for f in names}


def antecedents(path: Path) -> dict[str, dict[int, tuple[int, int] | None]]:
    """Where the antecedent of each annotated pronoun of a text stands, None where nothing mentioned is meant."""
    found: dict[str, dict[int, tuple[int, int] | None]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as f:
        for row in csv.DictReader((line for line in f if not line.startswith("#")), delimiter="\t"):
            span = (int(row["first"]), int(row["last"])) if row["first"] else None
            found[row["text"]][int(row["pronoun"])] = span
    return found


def narrative_examples(doc: Doc, marked: dict[int, tuple[int, int] | None]) -> list[Example]:
    """The annotated pronouns of a text, with the candidates that the stage itself sees there."""
    layout = layout_of(doc)
    found: list[Example] = []

    def watch(view: View, weights: dict[str, float]) -> tuple[Item | None, float]:
        at = layout.span(doc, view.pronoun, view.pronoun + 1)[0]
        if at in marked:
            span = marked[at]
            chain = None
            if span is not None:
                here = [(layout.span(doc, x.token, x.token + 1)[0], x) for x in view.items]
                ends = [x for start, x in here if start == span[0] and (x.last > x.token) == (span[1] > span[0])]
                chain = ends[0].chain if ends else None
            rows, right, seen = [nothing_features(view.tokens, view.pronoun)], [span is None], set[str]()
            for between, item in enumerate(view.items):
                if not excluded(view, item):
                    rows.append(features(view, item, between, item.chain not in seen))
                    seen.add(item.chain)
                    right.append(chain is not None and item.chain == chain)
            if any(right):
                found.append(Example(view.group, rows, right))
        return rank(view, weights)

    settings = Settings()
    doc._.dates = find_dates(doc, settings.dates)
    with patch("pipeline.actors.discourse.rank", watch):
        find_actors(doc, settings.actors)
    return found


def selection(texts: Iterable[Tokens], lexicon: Lexicon) -> dict[str, float]:
    """How much rather actors than things fill a place beside a verb or noun, as smoothed logarithms of odds."""
    acting: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for t in texts:
        for i in range(len(t)):
            slot = slot_of(t, i)
            if not slot or (t.pos[i] == "PROPN" and not t.entity[i]):
                continue
            if t.pos[i] in ("NOUN", "PROPN"):
                actor = t.entity[i] in _ACTORS or bool(nouns_at(t, i, lexicon)[2])
            elif t.lower[i] in _PEOPLE:
                actor = True
            else:
                continue
            acting[slot] += actor
            every[slot] += 1
    base = {k: sum(acting[s] for s in every if s.endswith(k)) / every_of(every, k) for k in ("nsubj", "dobj", "poss")}
    found = {}
    for slot, n in sorted(every.items()):
        p = base[slot.split()[-1]]
        odds = log((acting[slot] + 3 * p) / (n - acting[slot] + 3 * (1 - p))) - log(p / (1 - p))
        if n >= _FEW and abs(odds) >= _SLIGHT:
            found[slot] = round(max(-_MOST, min(_MOST, odds)), 2)
    return found


def every_of(every: Counter[str], kind: str) -> int:
    """How often a kind of place is filled."""
    return sum(n for slot, n in every.items() if slot.endswith(kind))


def accuracy(weights: dict[str, float], test: list[Example]) -> float:
    """How often the highest score is a right one."""
    hits = 0
    for e in test:
        scores = [sum(weights.get(f, 0.0) * v for f, v in row) for row in e.rows]
        hits += e.right[int(np.argmax(scores))]
    return hits / max(len(test), 1)


def main(folder: Path) -> None:
    """Learn and write."""
    target = models_dir() / "actors"
    names = given_names(folder)
    table = target / "given_names.tsv"
    head = [line for line in table.read_text(encoding="utf-8").splitlines() if line.startswith(("#", "name\t"))]
    by_hand = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if line not in head]
    names.update(dict(by_hand))
    table.write_text("\n".join([*head, *(f"{n}\t{names[n]}" for n in sorted(names))]) + "\n", encoding="utf-8")

    load_lexicon.cache_clear()
    lexicon, nlp = load_lexicon(), load_model("en_core_web_md")
    texts = [*read_gum(folder), *read_litbank(folder), *read_gap(folder)]
    marked = antecedents(Path(__file__).parent / "antecedents.tsv")
    narrative = [(f.stem, f.read_bytes().decode("utf-8")) for f in sorted((folder / "narrative").glob("*.txt"))]
    documents = [Document(t.name, t.text, paragraphs=paragraphs(t.text)) for t in texts]
    documents += [Document(name, text, paragraphs=paragraphs(text)) for name, text in narrative]
    docs = list(annotate(nlp, documents))
    read = [read_tokens(doc) for doc in docs]
    places = selection(read, lexicon)
    lines = [
        "# How much rather an actor than a thing fills a place (of a verb or noun), as a logarithm of odds. Written by",
        "# scripts/learn_coreference.py.",
        "place\tactor",
        *(f"{p}\t{v}" for p, v in places.items()),
    ]
    (target / "selection.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    load_selection.cache_clear()
    training: dict[str, list[Example]] = defaultdict(list)
    test: dict[str, list[Example]] = defaultdict(list)
    own: dict[str, list[Example]] = defaultdict(list)
    for number, (text, doc, tokens) in enumerate(zip(texts, docs, read, strict=False)):
        for e in examples(text, tokens, layout_of(doc), [t.idx for t in doc], lexicon):
            (test if number % 5 == 0 else training)[e.group].append(e)
    for doc in docs[len(texts) :]:
        for e in narrative_examples(doc, marked.get(layout_of(doc).document.doc_id, {})):
            own[e.group].append(e)
    lines = [
        "# Weights of the pronoun ranker (pipeline/actors/ranker.py), by class of pronoun. Written by",
        "# scripts/learn_coreference.py from GAP (Webster et al. 2018, Apache-2.0), GUM (Zeldes 2017) and LitBank",
        "# (Bamman et al. 2020), both CC BY 4.0, country histories (public domain) and WikiWars (Mazur and Dale 2010,",
        "# CC BY-SA 3.0). `he` stands for he and she.",
    ]
    for group in sorted(training):
        general = accuracy(learn(training[group]), test[group])
        hits = 0.0
        for fold in range(5):
            kept = own[group][fold::5]
            weights = learn_for(training[group], [e for n, e in enumerate(own[group]) if n % 5 != fold])
            hits += accuracy(weights, kept) * len(kept)
        print(f"{group}\t{general:.3f}\t{hits / max(len(own[group]), 1):.3f}\t{len(own[group])} in narrative")
        whole = learn_for(training[group] + test[group], own[group])
        lines += ["", f"[weights.{group}]", *(f'"{f}" = {v}' for f, v in whole.items())]
    (target / "pronouns.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
