"""Derive the ontology's second layer from CAMEO verb patterns and Open English WordNet: `models/ontology/derived`.

    python scripts/ontology/build.py RAW [--ontology DIR]

RAW holds `openeventdata_dictionaries/CAMEO.verbpatterns.txt` (MIT) and `wordnet/src/yaml` (CC BY 4.0). What the
hand-made lexicon already decides is left out, and so is whatever `reviewed.tsv` beside this file does not accept: its
lines were read one by one, `-` for a type says that the candidate was turned down. Candidates not yet reviewed are
written to `--candidates FILE`.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pipeline.events.ontology import Frame, Ontology
from pipeline.events.ontology_files import COLUMNS, NO_EVENT, OPTIONAL, read_ontology
from pipeline.paths import models_dir

CAMEO_FILE = "openeventdata_dictionaries/CAMEO.verbpatterns.txt"
WORDNET_FOLDER = "wordnet/src/yaml"
VERB_FILES = ("social", "competition", "communication", "possession", "contact", "motion", "creation", "change")
EVENT_NOUN_FILES = ("noun.act", "noun.event", "noun.process", "noun.communication")
SENSES = 2  # how many first senses of a verb count as what the lexicon means by it
AGREEMENT = 0.75
CONFIDENCE = {"cameo": "0.4", "cameo-object": "0.5", "synonym": "0.4", "nominalisation": "0.4", "fallback": "0.3"}

_BLOCK = re.compile(r"^---\s*(\S+)\s*(?:\[([^\]]*)\])?")
_VERB = re.compile(r"^(\+?[A-Z][A-Z_'-]*)\s*(?:\{[^}]*\})?\s*(?:\[([^\]]*)\])?")
_PATTERN = re.compile(r"^- (?:[$^+%] )*\* (.*?)\s*\[([^\]]*)\]\s*#\s*([A-Z_, ]+)")
_NOTHING = frozenset({"A", "THE", "ITS", "HIS", "THEIR"})


class Types:
    """CAMEO code to event type, by the longest root that fits."""

    def __init__(self, ontology: Ontology) -> None:
        self.roots = {root: kind.name for kind in ontology.types.values() for root in kind.cameo_roots}

    def of(self, code: str) -> str:
        code = code.partition(":")[0].strip()
        return next((self.roots[code[:n]] for n in range(len(code), 1, -1) if code[:n] in self.roots), "")


def lemma_of(name: str) -> str:
    """`+BREAK_OFF` is `break off`."""
    return name.strip("+_ ").replace("_", " ").lower()


def singular(word: str, words: set[str]) -> str:
    """A noun as the word classes have it, or empty."""
    return next((w for w in (word.removesuffix("s"), word.removesuffix("es"), word) if w in words), "")


def cameo_verbs(lines: list[str]) -> Iterator[tuple[list[tuple[str, str]], list[tuple[str, str, str]]]]:
    """Blocks of the dictionary: their verbs with codes, and patterns as (words after the verb, code, verb)."""
    start = next(i for i, line in enumerate(lines) if "VERB PATTERNS" in line)
    verbs: list[tuple[str, str]] = []
    patterns: list[tuple[str, str, str]] = []
    default = ""
    for line in lines[start + 1 :]:
        if match := _BLOCK.match(line):
            yield verbs, patterns
            verbs, patterns, default = [], [], match[2] or ""
        elif match := _PATTERN.match(line):
            patterns += [(match[1], match[2], lemma_of(verb)) for verb in match[3].split(",") if verb.strip()]
        elif match := _VERB.match(line):
            verbs.append((lemma_of(match[1]), match[2] or default))
    yield verbs, patterns


def blocked(ontology: Ontology, lemma: str, pos: str) -> bool:
    """Whether the hand-made lexicon decides on every frame of the lemma."""
    return any(
        e.layer == "lexicon" and lemma in e.lemmas and e.pos == pos and not e.requirements for e in ontology.entries
    )


def known(ontology: Ontology, lemma: str, pos: str) -> bool:
    """Whether the hand-made lexicon has the lemma at all."""
    return any(e.layer == "lexicon" and lemma in e.lemmas and e.pos == pos for e in ontology.entries)


def from_cameo(ontology: Ontology, path: Path, verbs_known: set[str], words: set[str]) -> list[dict[str, str]]:
    """Verbs and verb-object pairs of the CAMEO dictionary that the lexicon lacks."""
    types = Types(ontology)
    bare: dict[str, str] = {}
    pairs: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for verbs, patterns in cameo_verbs(path.read_text(encoding="latin-1").splitlines()):
        for lemma, code in verbs:
            if lemma in verbs_known and (kind := types.of(code)) and not known(ontology, lemma, "VERB"):
                bare.setdefault(lemma, kind)
        for phrase, code, lemma in patterns:
            tokens = [t for t in phrase.split() if t not in _NOTHING]
            thing = singular(tokens[0].strip("&_").lower(), words) if tokens else ""
            if lemma in verbs_known and thing and len(tokens) <= 3:
                pairs[lemma, thing][types.of(code)] += 1
    rows = [row(lemma, "verb", kind, "cameo") for lemma, kind in sorted(bare.items())]
    for (lemma, word), kinds in sorted(pairs.items()):
        kind, count = kinds.most_common(1)[0]
        if not kind or count < AGREEMENT * sum(kinds.values()) or bare.get(lemma) == kind:
            continue
        if blocked(ontology, lemma, "VERB") or ontology.code(Frame(lemma, "VERB", object=word)) is not None:
            continue
        rows.append(row(lemma, "verb", kind, "cameo-object", word))
    return rows


class WordNet:
    """Verbs and nouns of Open English WordNet with their synsets and derivations."""

    def __init__(self, folder: Path) -> None:
        self.synsets: dict[str, tuple[str, list[str]]] = {}
        for path in sorted(folder.glob("verb.*.yaml")) + sorted(folder.glob("noun.*.yaml")):
            for key, synset in load_yaml(path).items():
                self.synsets[key] = (path.stem, synset["members"])
        self.senses: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.by_id: dict[str, tuple[str, str]] = {}
        for path in sorted(folder.glob("entries-*.yaml")):
            for word, parts in load_yaml(path).items():
                for pos, entry in parts.items():
                    if pos in ("n", "v"):
                        self.senses[str(word), pos] = entry["sense"]
                        for sense in entry["sense"]:
                            self.by_id[sense["id"]] = (str(word), sense["synset"])

    def verbs(self) -> set[str]:
        """Every verb, phrasal ones too."""
        return {word for word, pos in self.senses if pos == "v"}

    def first(self, word: str, pos: str) -> list[dict[str, Any]]:
        """Its commonest senses."""
        return self.senses.get((word, pos), [])[:SENSES]

    def synonyms(self, verb: str) -> Iterator[tuple[str, str]]:
        """Verbs that share a common sense with a verb, both ways, with the synset."""
        for sense in self.first(verb, "v"):
            file, members = self.synsets[sense["synset"]]
            if file.removeprefix("verb.") in VERB_FILES:
                for other in members:
                    if other != verb and any(s["synset"] == sense["synset"] for s in self.first(other, "v")):
                        yield other, sense["synset"]

    def nominalisations(self, verb: str) -> Iterator[str]:
        """Nouns for acts and events derived from a verb's common senses."""
        for sense in self.first(verb, "v"):
            for target in sense.get("derivation", []):
                noun, synset = self.by_id.get(target, ("", ""))
                is_event = noun and self.synsets.get(synset, ("", []))[0] in EVENT_NOUN_FILES
                if is_event and any(s["synset"] == synset for s in self.first(noun, "n")):
                    yield noun


def load_yaml(path: Path) -> dict[str, Any]:
    """A YAML file, by the fast reader where there is one."""
    with path.open(encoding="utf-8") as file:
        loaded: dict[str, Any] = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


def from_wordnet(ontology: Ontology, wordnet: WordNet, taken: set[str]) -> list[dict[str, str]]:
    """Synonyms and nominalisations of the lexicon's verbs that denote an event whatever they govern."""
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for entry in ontology.entries:
        if entry.layer != "lexicon" or entry.pos != "VERB" or entry.requirements or not entry.event_type:
            continue
        for lemma in entry.lemmas:
            for other, _ in wordnet.synonyms(lemma):
                votes[other, "synonym"][entry.event_type] += 1
            for noun in wordnet.nominalisations(lemma):
                votes[noun, "nominalisation"][entry.event_type] += 1
    rows = []
    for (word, kind), types in sorted(votes.items()):
        pos = "noun" if kind == "nominalisation" else "verb"
        best, count = types.most_common(1)[0]
        if word != word.lower() or word in taken or count < AGREEMENT * sum(types.values()):
            continue
        if not known(ontology, word, pos.upper()):
            rows.append(row(word, pos, best, kind))
    return rows


def row(lemma: str, pos: str, kind: str, origin: str, thing: str = "") -> dict[str, str]:
    """A line of a lexicon file."""
    cells = dict.fromkeys((*COLUMNS, *OPTIONAL), "")
    example = f"Prussia will {lemma} the {thing or 'rebels'}." if pos == "verb" else f"The {lemma} of the town began."
    cells |= {"lemma": lemma, "pos": pos, "object": thing, "type": kind}
    return cells | {"example": example, "confidence": CONFIDENCE[origin]}


def accepted(rows: list[dict[str, str]], path: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Rows that were reviewed, with the type given to them there, and the rows that were not."""
    with path.open(encoding="utf-8", newline="") as file:
        reviewed = {(r["lemma"], r["pos"], r["object"]): r["type"] for r in csv.DictReader(file, delimiter="\t")}
    kept, rest = [], []
    for cells in rows:
        kind = reviewed.get((cells["lemma"], cells["pos"], cells["object"]))
        if kind is None:
            rest.append(cells)
        elif kind != NO_EVENT:
            kept.append(cells | {"type": kind})
    return kept, rest


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write a lexicon file."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("\t".join((*COLUMNS, *OPTIONAL)) + "\n")
        file.writelines("\t".join(cells.values()) + "\n" for cells in rows)
    print(f"{path.name}: {len(rows)} entries")


def main() -> None:
    """Build both files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("raw", type=Path)
    parser.add_argument("--ontology", type=Path, default=models_dir() / "ontology")
    parser.add_argument("--candidates", type=Path, help="where to write what reviewed.tsv does not accept")
    args = parser.parse_args()
    for old in (args.ontology / "derived").glob("*.tsv"):
        old.unlink()
    ontology = Ontology(args.ontology)
    wordnet = WordNet(args.raw / WORDNET_FOLDER)
    reviewed = Path(__file__).with_name("reviewed.tsv")
    words = set().union(*read_ontology(args.ontology).classes.values())
    cameo, open_cameo = accepted(from_cameo(ontology, args.raw / CAMEO_FILE, wordnet.verbs(), words), reviewed)
    taken = {cells["lemma"] for cells in cameo}
    added, open_wordnet = accepted(from_wordnet(ontology, wordnet, taken), reviewed)
    write(args.ontology / "derived" / "cameo.tsv", cameo)
    write(args.ontology / "derived" / "wordnet.tsv", added)
    if args.candidates:
        write(args.candidates, open_cameo + open_wordnet)


if __name__ == "__main__":
    main()
