"""Learn the weights of the pronoun ranker and write them as plain numbers.

usage: python scripts/learn_coreference.py FOLDER

FOLDER holds the unpacked corpora: `gap/` (Webster et al. 2018, Apache-2.0), `gum/` (Zeldes 2017, CC BY 4.0) and
`litbank/` (Bamman et al. 2020, CC BY 4.0), and in `narrative/` as plain text the country histories (public domain), war
narratives (WikiWars, CC BY-SA 3.0) and the article (Wikipedia, CC BY-SA 4.0) whose pronouns are annotated in
`scripts/antecedents.tsv`. The essays of `benchmarks/gold/dev`, whose mentions of actors are annotated, are read where
they stand. Each weight is the sum of one learned from all texts and one from narrative and essays alone
(Daumé 2007). Writes `pronouns.toml`, `selection.tsv` and `given_names.tsv` in `models/actors`. Prints for each class of
pronouns how often the antecedent is right on the fifth of the corpora that was kept apart, and in the narrative (five
parts, each by weights learned on the corpora and the other four) and in the essays (likewise, whole essays apart).

Annotated texts are kept in `FOLDER/annotated`, in parts: a run that was stopped goes on where it was. The candidates in
the narrative are those that the actor stage sees there, so what is learned depends on that stage, but not on the
weights it had. The run that wrote the weights shipped was right for 0.848 of `he`, 0.556 of `it` and 0.702 of `they` in
the corpora, for 0.926, 0.755 and 0.744 in the narrative (148, 184 and 121 pronouns), for 0.903, 0.776 and 0.784 in the
essays (1464, 916 and 690). `_OWN` and the penalty are those that linked most pronouns in essays kept apart.

References
----------
Daumé, H. (2007). Frustratingly easy domain adaptation. ACL.
"""

from __future__ import annotations

import csv
import hashlib
import inspect
import json
import re
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from unittest.mock import patch

import numpy as np
import spacy
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from spacy.tokens import Doc

from pipeline.actors import find_actors
from pipeline.actors.discourse import PRONOUN, relative_antecedent
from pipeline.actors.grammar import slot_of, subjects
from pipeline.actors.lexicon import Lexicon, load_lexicon
from pipeline.actors.naming import LABELS
from pipeline.actors.nominals import nouns_at, phrase_at
from pipeline.actors.ranker import (
    MEASURES,
    Item,
    View,
    Weights,
    features,
    load_selection,
    nothing_features,
    rank,
    view_of,
)
from pipeline.actors.tokens import Tokens, read_tokens
from pipeline.annotate import annotate, pack, unpack
from pipeline.dates import find_dates
from pipeline.document import Document, Layout, layout_of
from pipeline.language import load_model, model_path
from pipeline.paths import models_dir
from pipeline.read.structure import paragraphs
from pipeline.settings import Settings

_GENRES = ("academic", "bio", "news", "voyage", "textbook", "speech", "essay", "interview", "letter", "court")
_MODEL = "en_core_web_md"
_PART = 100
_PARTS = 5
_FEW = 4
_SLIGHT = 0.3
_MOST = 2.5
_OWN = 0.7
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
    last = len(chain_of) - 1
    for candidate in view.candidates:
        if partial and candidate.item.kind == "pronoun":
            continue
        rows.append(features(view, candidate))
        right.append(chain_of[last - candidate.between] == chain)
    if not any(right):
        if partial:
            return
        right[0] = True
    yield Example(view.group, rows, right)


@dataclass
class Problem:
    """Examples as one matrix; those of the narrative (`own`) have a second column for each feature."""

    names: list[str]
    matrix: csr_matrix
    right: np.ndarray
    sizes: np.ndarray

    @classmethod
    def of(cls, general: list[Example], own: list[Example]) -> Problem:
        """One row for each candidate, those of the corpora first."""
        names = sorted({f for e in (*general, *own) for row in e.rows for f, _ in row})
        column = {f: k for k, f in enumerate(names)}
        indices, data, pointers = array("i"), array("d"), array("q", (0,))
        for number, e in enumerate((*general, *own)):
            for row in e.rows:
                indices.extend(column[f] for f, _ in row)
                data.extend(v for _, v in row)
                if number >= len(general):
                    indices.extend(len(names) + column[f] for f, _ in row)
                    data.extend(_OWN * v for _, v in row)
                pointers.append(len(indices))
        right = np.array([r for e in (*general, *own) for r in e.right])
        shape = (len(right), 2 * len(names))
        sizes = np.array([len(e.rows) for e in (*general, *own)])
        return cls(names, csr_matrix((np.array(data), np.array(indices), np.array(pointers)), shape), right, sizes)

    def learn(self, chosen: np.ndarray, start: np.ndarray | None = None, strength: float = 3.0) -> np.ndarray:
        """Maximum-likelihood weights of the chosen examples with a quadratic penalty."""
        rows = np.repeat(chosen, self.sizes)
        matrix, right, sizes = self.matrix[rows], self.right[rows], self.sizes[chosen]
        turned = matrix.T.tocsr()
        begin = np.concatenate(([0], np.cumsum(sizes)[:-1]))

        def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
            score = matrix @ w
            weight = np.exp(score - np.repeat(np.maximum.reduceat(score, begin), sizes))
            whole, good = np.add.reduceat(weight, begin), np.add.reduceat(weight * right, begin)
            gradient = turned @ (weight / np.repeat(whole, sizes) - weight * right / np.repeat(good, sizes))
            return float(-np.log(good / whole).sum() + strength * (w @ w) / 2), gradient + strength * w

        first = np.zeros(2 * len(self.names)) if start is None else start
        return np.asarray(minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x)

    def hits(self, w: np.ndarray, chosen: np.ndarray) -> int:
        """For how many of the chosen examples the highest score is a right one."""
        score = self.matrix @ w
        ends = np.cumsum(self.sizes)
        parts = [slice(e - n, e) for e, n, c in zip(ends, self.sizes, chosen, strict=True) if c]
        return sum(bool(self.right[p][int(np.argmax(score[p]))]) for p in parts)

    def weights(self, w: np.ndarray) -> dict[str, float]:
        """Weights for narrative: what all texts teach, and what the narrative adds."""
        both = w[: len(self.names)] + _OWN * w[len(self.names) :]
        return {f: round(float(v), 3) for f, v in zip(self.names, both, strict=True)}


def antecedents(path: Path) -> dict[str, dict[int, tuple[int, int] | None]]:
    """Where the antecedent of each annotated pronoun of a text stands, None where nothing mentioned is meant."""
    found: dict[str, dict[int, tuple[int, int] | None]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as f:
        for row in csv.DictReader((line for line in f if not line.startswith("#")), delimiter="\t"):
            span = (int(row["first"]), int(row["last"])) if row["first"] else None
            found[row["text"]][int(row["pronoun"])] = span
    return found


def narrative_examples(doc: Doc, marked: dict[int, tuple[int, int] | None], known: dict[str, Weights]) -> list[Example]:
    """The annotated pronouns of a text, with the candidates that the stage sees there by the weights known so far."""
    layout = layout_of(doc)

    def judge(view: View) -> list[bool]:
        at = layout.span(doc, view.pronoun, view.pronoun + 1)[0]
        if at not in marked:
            return []
        span = marked[at]
        chain = None
        if span is not None:
            here = [(layout.span(doc, x.token, x.token + 1)[0], x) for x in view.items]
            ends = [x for start, x in here if start == span[0] and (x.last > x.token) == (span[1] > span[0])]
            chain = ends[0].chain if ends else None
        return [span is None, *(chain is not None and x.chain == chain for x in view.items)]

    return _watched(doc, judge, known)


@dataclass(frozen=True)
class Marked:
    """A mention annotated in an essay: where it is, and whom it means: sets of names, one set for each actor."""

    start: int
    end: int
    actors: tuple[frozenset[str], ...]


def essay_mentions(path: Path) -> list[Marked]:
    """The annotated mentions of an essay, the shortest first."""
    with path.open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f, delimiter="\t"))
    found = []
    for row in rows:
        actors = tuple(frozenset(part.split("|")) for part in row["canonical"].split(";") if part)
        found.append(Marked(int(row["start"]), int(row["end"]), actors))
    return sorted(found, key=lambda m: (m.end - m.start, m.start))


def essay_examples(doc: Doc, mentions: list[Marked], known: dict[str, Weights]) -> list[Example]:
    """The pronouns of an annotated essay; what is annotated of the candidates tells which of them are right.

    A pronoun that is not annotated takes up nothing or something that is no actor.
    """
    layout = layout_of(doc)
    last = max(m.end for m in mentions)

    def actors_at(token: int) -> tuple[frozenset[str], ...]:
        start, end, _ = layout.span(doc, token, token + 1)
        return next((m.actors for m in mentions if m.start <= start and end <= m.end), ())

    def judge(view: View) -> list[bool]:
        start, end, _ = layout.span(doc, view.pronoun, view.pronoun + 1)
        if end > last:
            return []
        meant = next((m.actors for m in mentions if (m.start, m.end) == (start, end)), ())
        named = {item.chain: item.token for item in reversed(view.items) if item.kind != PRONOUN}
        right = [not meant]
        for item in view.items:
            told = list(actors_at(named.get(item.chain, item.token) if item.kind == PRONOUN else item.token))
            if item.last > item.token:
                inside = [x for x in view.items if item.token < x.token <= item.last and x.last == x.token]
                told += [a for x in inside if set(x.actors) <= set(item.actors) for a in actors_at(x.token)]
                told = list(dict.fromkeys(told))
            same = len(told) == len(meant) and all(any(a & b for b in told) for a in meant)
            right.append(same and (bool(meant) or not item.actors))
        return right

    return _watched(doc, judge, known)


def essays(folder: Path) -> list[tuple[Doc, list[Marked]]]:
    """The annotated essays of benchmarks/gold/dev with their mentions."""
    marks = sorted((Path(__file__).parents[1] / "benchmarks" / "gold" / "dev").glob("*.actors.tsv"))
    texts = [m.with_name(m.name.removesuffix(".actors.tsv") + ".txt") for m in marks]
    read = [(t.stem, t.read_bytes().decode("utf-8")) for t in texts]
    docs = annotated(folder, [Document(name, text, paragraphs=paragraphs(text)) for name, text in read])
    return [(doc, essay_mentions(m)) for doc, m in zip(docs, marks, strict=True)]


def _watched(doc: Doc, judge: Callable[[View], list[bool]], known: dict[str, Weights]) -> list[Example]:
    """What the ranker is asked while the stage reads a text; `judge` says if nothing and each candidate is right."""
    found: list[Example] = []

    def watch(view: View, weights: Weights) -> tuple[Item | None, float]:
        if judged := judge(view):
            rows, right = [nothing_features(view.tokens, view.pronoun)], judged[:1]
            for candidate in view.candidates:
                rows.append(features(view, candidate))
                right.append(judged[1 + candidate.between])
            if any(right):
                found.append(Example(view.group, rows, right))
        return rank(view, known.get(view.group, weights))

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


def annotated(folder: Path, documents: list[Document]) -> list[Doc]:
    """The documents annotated; parts that an earlier run annotated are read from `folder`."""
    folder.mkdir(exist_ok=True)
    parts = [documents[i : i + _PART] for i in range(0, len(documents), _PART)]
    how = Path(inspect.getfile(annotate)).read_bytes() + model_path(_MODEL).name.encode()
    paths = []
    for part in parts:
        what = json.dumps([d.to_dict() for d in part], sort_keys=True).encode()
        paths.append(folder / f"{hashlib.sha256(how + what).hexdigest()[:16]}.docbin")
    if missing := [(part, path) for part, path in zip(parts, paths, strict=True) if not path.exists()]:
        nlp = load_model(_MODEL)
        for part, path in missing:
            new = path.with_suffix(".new")
            new.write_bytes(pack(annotate(nlp, part)))
            new.replace(path)
            print(f"annotated {path.name}", flush=True)
    vocab = spacy.blank("en").vocab
    return [d for part, path in zip(parts, paths, strict=True) for d in unpack(path.read_bytes(), vocab, part)]


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
    lexicon = load_lexicon()
    texts = [*read_gum(folder), *read_litbank(folder), *read_gap(folder)]
    marked = antecedents(Path(__file__).parent / "antecedents.tsv")
    narrative = [(f.stem, f.read_bytes().decode("utf-8")) for f in sorted((folder / "narrative").glob("*.txt"))]
    documents = [Document(t.name, t.text, paragraphs=paragraphs(t.text)) for t in texts]
    documents += [Document(name, text, paragraphs=paragraphs(text)) for name, text in narrative]
    docs = annotated(folder / "annotated", documents)
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
    general: dict[str, list[tuple[bool, Example]]] = defaultdict(list)
    own: dict[str, list[tuple[int, Example]]] = defaultdict(list)
    for number, (text, doc, tokens) in enumerate(zip(texts, docs, read, strict=False)):
        for e in examples(text, tokens, layout_of(doc), [t.idx for t in doc], lexicon):
            general[e.group].append((number % 5 == 0, e))
    known: dict[str, Weights] = {}
    for group, found in general.items():
        problem = Problem.of([e for _, e in found], [])
        kept = np.array([k for k, _ in found])
        apart = problem.hits(problem.learn(~kept), kept) / max(kept.sum(), 1)
        print(f"{group}\t{len(found)} in corpora\t{apart:.3f}", flush=True)
        known[group] = Weights(problem.weights(problem.learn(kept | True)))
    for doc in docs[len(texts) :]:
        if here := marked.get(layout_of(doc).document.doc_id):
            for e in narrative_examples(doc, here, known):
                own[e.group].append((len(own[e.group]) % _PARTS, e))
    for number, (doc, mentions) in enumerate(essays(folder / "annotated")):
        for e in essay_examples(doc, mentions, known):
            own[e.group].append((_PARTS + number % _PARTS, e))
    lines = [
        "# Weights of the pronoun ranker (pipeline/actors/ranker.py), by class of pronoun. Written by",
        "# scripts/learn_coreference.py from GAP (Webster et al. 2018, Apache-2.0), GUM (Zeldes 2017) and LitBank",
        "# (Bamman et al. 2020), both CC BY 4.0, country histories (public domain), WikiWars (Mazur and Dale 2010,",
        "# CC BY-SA 3.0), an article of Wikipedia (CC BY-SA 4.0) and the essays of benchmarks/gold/dev.",
        "# `he` stands for he and she.",
    ]
    for group in sorted(general):
        problem = Problem.of([e for _, e in general[group]], [e for _, e in own[group]])
        part = np.array([-1] * len(general[group]) + [k for k, _ in own[group]])
        first = np.array([known[group].of.get(f, 0.0) for f in problem.names] + [0.0] * len(problem.names))
        whole = problem.learn(part == part, first)
        hits = {False: 0, True: 0}
        for fold in range(_PARTS):
            w = problem.learn((part < 0) | (part % _PARTS != fold), first)
            for essay in hits:
                hits[essay] += problem.hits(w, (part >= 0) & (part % _PARTS == fold) & ((part >= _PARTS) == essay))
        for essay, where in ((False, "narrative"), (True, "essays")):
            count = int(((part >= 0) & ((part >= _PARTS) == essay)).sum())
            print(f"{group}\t{count} in {where}\t{hits[essay] / max(count, 1):.3f}", flush=True)
        lines += ["", f"[weights.{group}]", *(f'"{f}" = {v}' for f, v in problem.weights(whole).items())]
    (target / "pronouns.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
