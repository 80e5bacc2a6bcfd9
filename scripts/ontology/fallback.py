"""Propose entries for predicates that no other layer has, by word vectors: `models/ontology/fallback.tsv`.

    python scripts/ontology/fallback.py RAW [--ontology DIR] [--model en_core_web_md] [--candidates FILE]

A verb or event noun of WordNet is proposed where most of its nearest neighbours among the lexicon's unambiguous
predicates share a type; `reviewed.tsv` has the last word, as in `build.py`. It must: left out one by one, the lexicon's
own verbs are given their type in 3 of 10 proposals, its nouns in 5 of 10, so nothing ships that was not read.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from build import EVENT_NOUN_FILES, VERB_FILES, WORDNET_FOLDER, WordNet, accepted, row, write
from spacy.vocab import Vocab

from pipeline.events.ontology import Ontology
from pipeline.language import load_model
from pipeline.paths import models_dir

NEIGHBOURS = 6
AGREEING = 4
SIMILARITY = 0.45
FILES = {
    "VERB": ("v", tuple(f"verb.{name}" for name in VERB_FILES)),
    "NOUN": ("n", tuple(f for f in EVENT_NOUN_FILES if f in ("noun.act", "noun.event"))),
}


def vector(vocab: Vocab, word: str) -> Any:
    """The word's vector of length 1, or None."""
    found = vocab.get_vector(word)
    size = np.linalg.norm(found)
    return found / size if size else None


def proposals(ontology: Ontology, wordnet: WordNet, vocab: Vocab, pos: str) -> Iterator[tuple[str, str]]:
    """Words of a part of speech, each with the type that its neighbours agree on."""
    types: dict[str, set[str]] = {}
    known = {lemma for e in ontology.entries if e.pos == pos and e.layer != "fallback" for lemma in e.lemmas}
    for entry in ontology.entries:
        if entry.pos == pos and entry.layer == "lexicon" and entry.event_type:
            for lemma in entry.lemmas:
                types.setdefault(lemma, set()).add(entry.event_type)
    anchors = sorted(w for w, kinds in types.items() if len(kinds) == 1 and vector(vocab, w) is not None)
    matrix = np.array([vector(vocab, w) for w in anchors])
    part, files = FILES[pos]
    for word, p in sorted(wordnet.senses):
        if p != part or word in known or not (word.isalpha() and word.islower()):
            continue
        own = vector(vocab, word)
        if own is None or wordnet.synsets[wordnet.senses[word, p][0]["synset"]][0] not in files:
            continue
        similar = matrix @ own
        nearest = np.argsort(-similar, kind="stable")[:NEIGHBOURS]
        kind, votes = Counter(next(iter(types[anchors[i]])) for i in nearest).most_common(1)[0]
        if votes >= AGREEING and similar[nearest[:AGREEING]].mean() >= SIMILARITY:
            yield word, kind


def main() -> None:
    """Build the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("raw", type=Path)
    parser.add_argument("--ontology", type=Path, default=models_dir() / "ontology")
    parser.add_argument("--model", default="en_core_web_md")
    parser.add_argument("--candidates", type=Path, help="where to write what reviewed.tsv does not accept")
    args = parser.parse_args()
    ontology = Ontology(args.ontology)
    wordnet = WordNet(args.raw / WORDNET_FOLDER)
    vocab = load_model(args.model).vocab
    rows = [
        row(word, pos.lower(), kind, "fallback")
        for pos in FILES
        for word, kind in proposals(ontology, wordnet, vocab, pos)
    ]
    kept, rest = accepted(rows, Path(__file__).with_name("reviewed.tsv"))
    write(args.ontology / "fallback.tsv", kept)
    if args.candidates:
        write(args.candidates, rest)


if __name__ == "__main__":
    main()
