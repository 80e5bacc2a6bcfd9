"""Read and validate the files of an event ontology: types, CAMEO codes, word classes, lexicon, stop list."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import DataError

COLUMNS = (
    "lemma",
    "pos",
    "object",
    "prep",
    "clause",
    "where",
    "type",
    "mode",
    "cameo",
    "source",
    "target",
    "factuality",
    "example",
)
FLAGS = ("passive", "active", "negated", "affirmed", "clause-negated", "clause-affirmed", "clause-infinitive")
SLOTS = ("subject", "modifier", "context", "clause-subject")
OPTIONAL = ("confidence",)
POS = {"verb": "VERB", "light": "VERB", "noun": "NOUN", "adj": "ADJ", "modal": "MODAL"}
ROLES = frozenset({"subject", "object", "dative", "poss", "both", "clause"})
FACTUALITIES = frozenset({"", "asserted", "planned", "threatened", "denied", "alleged", "hypothetical", "negated"})
QUAD_CLASSES = frozenset(range(5))
LAYERS = ("lexicon", "derived", "fallback")
NO_EVENT = "-"

_LEMMA = re.compile(r"[^\W\d_][\w'’.-]*( [^\W\d_][\w'’-]*)*")
#: American endings and British ones; a form that does not exist harms nothing.
_BRITISH = (
    (re.compile(r"(?<=[iy])z(?=[aei])"), "s"),
    (re.compile(r"(?<=[a-z]{2})or\b"), "our"),
    (re.compile(r"ense\b"), "ence"),
    (re.compile(r"(?<=[a-z]{2})ter\b"), "tre"),
    (re.compile(r"maneuver"), "manoeuvre"),
    (re.compile(r"gram\b"), "gramme"),
)


@dataclass(frozen=True, slots=True)
class EventType:
    """An event type, and where its actors stand unless an entry says otherwise."""

    name: str
    definition: str
    quad_class: int
    goldstein: float
    cameo_roots: tuple[str, ...]
    modes: tuple[str, ...]
    roles: Mapping[str, tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition of an entry on a slot of the frame: words, phrases, actor kinds, or the clause's event types."""

    slot: str
    preps: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    phrases: tuple[frozenset[str], ...] = ()
    kinds: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    negative: bool = False
    anything: bool = False

    @property
    def missing(self) -> int:
        """Value where the slot is not there at all."""
        return 1 if self.negative else -1

    def match(self, head: str, words: frozenset[str], kind: str = "") -> int:
        """Value of a slot with this head, these words and this actor type; -1 where the requirement is not met."""
        if not words and not head and not kind:
            return 1 if self.negative else -1
        value = self._value(head, words, kind)
        if self.negative:
            return 1 if value < 0 else -1
        return value

    def _value(self, head: str, words: frozenset[str], kind: str) -> int:
        if self.anything:
            return 2
        if head and head in self.words:
            return 6 if head in self.named else 5
        if not self.words.isdisjoint(words):
            return 4
        for phrase in self.phrases:
            if phrase <= words:
                return 6
        return 3 if kind and kind in self.kinds else -1


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the lexicon, its classes spelt out and its defaults filled in; no type means no event."""

    id: str
    lemmas: tuple[str, ...]
    pos: str
    light: bool
    requirements: tuple[Requirement, ...]
    event_type: str
    mode: str
    cameo: str
    source: str
    target: tuple[str, ...]
    reciprocal: bool
    factuality: str
    confidence: float
    layer: str
    example: str
    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class OntologyFiles:
    """All that the files of an ontology say."""

    types: dict[str, EventType]
    cameo: dict[str, float]
    classes: dict[str, frozenset[str]]
    entries: list[Entry]


def read_ontology(folder: Path) -> OntologyFiles:
    """Read the files of an ontology.

    Parameters
    ----------
    folder : Path
        Holds `types.toml` and `lexicon/*.tsv`; the other files may be missing.

    Raises
    ------
    DataError
        At the first mistake, with file, line and remedy.
    """
    layers, types, groups = _read_types(folder / "types.toml")
    cameo = _read_cameo(folder / "cameo.tsv")
    reader = _LexiconReader(types, groups, cameo, _read_classes(folder / "classes.toml"))
    lexicon = sorted((folder / "lexicon").glob("*.tsv"))
    if not lexicon:
        raise DataError(f"{folder / 'lexicon'}: no .tsv file; an ontology needs at least one lexicon file")
    entries: list[Entry] = []
    for path in [folder / "stop.tsv", *lexicon]:
        entries += reader.entries(path, "lexicon", layers.get("lexicon", 0.8))
    for path in sorted((folder / "derived").glob("*.tsv")):
        entries += reader.entries(path, "derived", layers.get("derived", 0.5))
    entries += reader.entries(folder / "fallback.tsv", "fallback", layers.get("fallback", 0.3))
    return OntologyFiles(types, cameo, reader.classes, entries)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"{path}: missing; an ontology needs this file") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{path}: {error}") from error


def _read_types(path: Path) -> tuple[dict[str, float], dict[str, EventType], dict[str, tuple[str, ...]]]:
    table = _toml(path)
    defaults = table.get("roles", {})
    types = {}
    for name, given in table.get("types", {}).items():
        where = f"{path}: [types.{name}]"
        unknown = set(given) - {"definition", "quad_class", "goldstein", "cameo_roots", "modes", "roles"}
        if unknown:
            raise DataError(f"{where} unknown key {sorted(unknown)[0]!r}")
        if not given.get("definition"):
            raise DataError(f"{where} has no definition; say in a sentence what the type covers")
        if given.get("quad_class", 0) not in QUAD_CLASSES:
            raise DataError(f"{where} quad_class must be 0 to 4, not {given['quad_class']!r}")
        if not -10 <= given.get("goldstein", 0) <= 10:
            raise DataError(f"{where} goldstein must be between -10 and 10, not {given['goldstein']!r}")
        roles = {}
        for pos in POS:
            chosen = given.get("roles", {}).get(pos) or defaults.get(pos) or {"source": "subject", "target": "object"}
            roles[pos] = (_source(chosen["source"], where), _target(chosen["target"], where))
        types[name] = EventType(
            name,
            given["definition"],
            given.get("quad_class", 0),
            float(given.get("goldstein", 0)),
            tuple(given.get("cameo_roots", ())),
            tuple(given.get("modes", ())),
            roles,
        )
    if not types:
        raise DataError(f"{path}: no [types.NAME] table; define at least one event type")
    groups = {name: tuple(members) for name, members in table.get("groups", {}).items()}
    return {layer: float(value) for layer, value in table.get("confidence", {}).items()}, types, groups


def _rows(path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines of a TSV file with their numbers; blank lines and lines that begin with # are passed over."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        header: list[str] = []
        for number, cells in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
            if not any(cells) or cells[0].startswith("#"):
                continue
            if not header:
                header = cells
                wrong = [c for c in header if c not in columns + optional]
                if wrong or not set(columns) <= set(header):
                    raise DataError(f"{path}:{number}: columns must be {', '.join(columns)}; found {', '.join(header)}")
                continue
            if len(cells) != len(header):
                raise DataError(
                    f"{path}:{number}: {len(cells)} cells where the header has {len(header)}; check the tabs"
                )
            yield number, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


def _read_cameo(path: Path) -> dict[str, float]:
    codes = {}
    for number, row in _rows(path, ("code", "name", "goldstein")):
        try:
            codes[row["code"]] = float(row["goldstein"])
        except ValueError as error:
            raise DataError(f"{path}:{number}: goldstein is {row['goldstein']!r}, not a number") from error
    return codes


def _read_classes(path: Path) -> dict[str, frozenset[str]]:
    """Word classes, classes named inside others spelt out."""
    table = _toml(path) if path.is_file() else {}
    classes: dict[str, frozenset[str]] = {}

    def spell_out(name: str, above: tuple[str, ...]) -> frozenset[str]:
        if name in above:
            raise DataError(f"{path}: {name} contains itself ({' > '.join((*above, name))})")
        if name not in table:
            raise DataError(f"{path}: {above[-1]} names the class {name}, which is not defined")
        words: set[str] = set()
        for word in table[name]:
            words |= spell_out(word, (*above, name)) if _is_class(word) else _spellings(word)
        return frozenset(words)

    for name, members in table.items():
        if not name.isupper() or not isinstance(members, list) or not all(isinstance(m, str) for m in members):
            raise DataError(f"{path}: {name} must be an upper-case name = a list of words")
        classes[name] = spell_out(name, ())
    return classes


def _is_class(word: str) -> bool:
    return word.isupper() and len(word) > 1 and word[0].isalpha()


def _spellings(word: str) -> set[str]:
    """A word and its British spelling: the files have `nationalize` and `defense` alone."""
    return {word, *(american.sub(british, word) for american, british in _BRITISH)}


def _role(role: str, where: str) -> str:
    if role not in ROLES and not re.fullmatch(r"prep:[a-z]+", role):
        raise DataError(f"{where} unknown role {role!r}; use {', '.join(sorted(ROLES))} or prep:WORD")
    return role


def _source(cell: str, where: str) -> str:
    return "|".join(_role(r.strip(), where) for r in cell.split("|") if r.strip() not in ("", NO_EVENT))


def _target(cell: str, where: str) -> tuple[str, ...]:
    return tuple(_role(r.strip(), where) for r in cell.split("|") if r.strip() not in ("", NO_EVENT))


@dataclass(slots=True)
class _LexiconReader:
    types: dict[str, EventType]
    groups: dict[str, tuple[str, ...]]
    cameo: dict[str, float]
    classes: dict[str, frozenset[str]]
    seen: dict[tuple[Any, ...], str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def entries(self, path: Path, layer: str, confidence: float) -> list[Entry]:
        return [self._entry(row, path, n, layer, confidence) for n, row in _rows(path, COLUMNS, OPTIONAL)]

    def _entry(self, row: dict[str, str], path: Path, line: int, layer: str, confidence: float) -> Entry:
        where = f"{path}:{line}:"
        if row["pos"] not in POS:
            raise DataError(f"{where} pos is {row['pos']!r}; use {', '.join(POS)}")
        lemmas = [lemma.strip() for lemma in row["lemma"].split("|")]
        for lemma in lemmas:
            if not _LEMMA.fullmatch(lemma):
                raise DataError(f"{where} {lemma!r} is no lemma; write lower-case words joined by |")
        stop = row["type"] == NO_EVENT
        kind = None if stop else self.types.get(row["type"])
        if not stop and kind is None:
            raise DataError(f"{where} unknown type {row['type']!r}; types.toml has {', '.join(self.types)}")
        if kind and row["mode"] and row["mode"] not in kind.modes:
            raise DataError(
                f"{where} unknown mode {row['mode']!r} of {kind.name}; types.toml has {', '.join(kind.modes)}"
            )
        if self.cameo and row["cameo"] and row["cameo"] not in self.cameo:
            raise DataError(f"{where} unknown CAMEO code {row['cameo']!r}; see cameo.tsv")
        if row["factuality"] not in FACTUALITIES:
            raise DataError(f"{where} unknown factuality {row['factuality']!r}")
        if not row["example"] and layer == "lexicon" and not stop:
            raise DataError(f"{where} no example sentence; every entry needs one")
        requirements = self._requirements(row, where)
        for lemma in lemmas:
            key = (lemma, POS[row["pos"]], frozenset(requirements), layer)
            if key in self.seen:
                raise DataError(f"{where} same predicate and conditions as {self.seen[key]} ({lemma}); remove one")
            self.seen[key] = where.rstrip(":")
        source, target = kind.roles[row["pos"]] if kind else ("", ())
        if row["source"]:
            source = _source(row["source"], where)
        if row["target"]:
            target = _target(row["target"], where)
        pos = POS[row["pos"]]
        stem = f"{lemmas[0]}/{row['pos']}/{row['type']}"
        self.ids[stem] = self.ids.get(stem, 0) + 1
        spelt = dict.fromkeys(lemma for given in lemmas for lemma in sorted(_spellings(given), reverse=True))
        return Entry(
            id=stem if self.ids[stem] == 1 else f"{stem}/{self.ids[stem]}",
            lemmas=tuple(spelt),
            pos=pos,
            light=row["pos"] == "light",
            requirements=requirements,
            event_type=kind.name if kind else "",
            mode=row["mode"],
            cameo=row["cameo"],
            source=source,
            target=target,
            reciprocal=source == "both",
            factuality=row["factuality"],
            confidence=self._confidence(row.get("confidence", ""), confidence, bool(requirements), where),
            layer=layer,
            example=row["example"],
            path=path,
            line=line,
        )

    @staticmethod
    def _confidence(given: str, default: float, patterned: bool, where: str) -> float:
        """The entry's own confidence, else the layer's, raised where the entry has conditions."""
        if not given:
            return round(default + (1 - default) / 2, 3) if patterned else default
        try:
            value = float(given)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise DataError(f"{where} confidence is {given!r}; it must be a number from 0 to 1")
        return value

    def _requirements(self, row: dict[str, str], where: str) -> tuple[Requirement, ...]:
        found = []
        for slot in ("object", "clause"):
            found += [self._requirement(slot, (), text, where) for text in row[slot].split()]
        for text in row["prep"].split():
            negative = text.startswith("!")
            preps, _, words = text.lstrip("!").partition("=")
            requirement = self._requirement("prep", tuple(preps.split("|")), ("!" * negative) + (words or "+"), where)
            found.append(requirement)
        for text in row["where"].split():
            slot, equals, words = text.partition("=")
            if slot in FLAGS and not equals:
                found.append(Requirement(slot))
            elif slot in SLOTS and words:
                found.append(self._requirement(slot, (), words, where))
            else:
                raise DataError(f"{where} {text!r}: use {'=, '.join(SLOTS)}=, {' or '.join(FLAGS)}")
        return tuple(found)

    def _requirement(self, slot: str, preps: tuple[str, ...], text: str, where: str) -> Requirement:
        negative = text.startswith("!")
        text = text.removeprefix("!")
        if text == "-":
            return Requirement(slot, preps, negative=True, anything=True)
        if text == "+":
            return Requirement(slot, preps, negative=negative, anything=True)
        words: set[str] = set()
        named: set[str] = set()
        phrases: list[frozenset[str]] = []
        types: set[str] = set()
        for alternative in text.split("|"):
            if not alternative:
                raise DataError(f"{where} empty alternative in {text!r}")
            if alternative.startswith(":"):
                types |= self._types(alternative[1:], where)
            elif "_" in alternative and not alternative.startswith("@"):
                phrases += self._phrases(alternative.split("_"), where)
            else:
                found = self._words(alternative, where)
                words |= found
                named |= set() if _is_class(alternative) else found
        kinds = {w for w in words if w.startswith("@")}
        singles = {w for w in words - kinds if " " not in w}
        phrases += [frozenset(w.split()) for w in sorted(words - kinds - singles)]
        kinds = {w[1:] for w in kinds}
        return Requirement(
            slot,
            preps,
            frozenset(singles),
            frozenset(named),
            tuple(phrases),
            frozenset(kinds),
            frozenset(types),
            negative,
        )

    def _types(self, name: str, where: str) -> set[str]:
        """Event types of a clause: `:AID`, or a group of them such as `:CONFLICT`."""
        names = self.groups.get(name, (name,))
        unknown = sorted(set(names) - set(self.types))
        if unknown:
            raise DataError(
                f"{where} unknown type {unknown[0]!r} after the colon; types.toml has {', '.join(self.types)}"
            )
        return set(names)

    def _words(self, alternative: str, where: str) -> set[str]:
        if not _is_class(alternative):
            return _spellings(alternative)
        if alternative not in self.classes:
            raise DataError(f"{where} unknown word class {alternative}; classes.toml has {', '.join(self.classes)}")
        return set(self.classes[alternative])

    def _phrases(self, parts: list[str], where: str) -> list[frozenset[str]]:
        """Every way to fill a phrase such as `diplomatic_RELATIONS`: all its words must be there."""
        ways: list[frozenset[str]] = [frozenset()]
        for part in parts:
            ways = [way | set(word.split()) for way in ways for word in sorted(self._words(part, where))]
        return ways
