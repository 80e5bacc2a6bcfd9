"""The words by which mentions of actors are found: titles, nouns, heads of names, metonyms; read from models/actors."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.actors.names import key
from pipeline.errors import DataError
from pipeline.paths import models_dir

LINKS = (
    "office",
    "person",
    "staff",
    "state",
    "government",
    "body",
    "people",
    "organ",
    "place",
    "capital_city",
    "rebels",
    "crowd",
    "gathering",
    "group",
)
TYPES = (
    "PERSON",
    "STATE",
    "GOVERNMENT",
    "ORGANIZATION",
    "ARMED_GROUP",
    "PARTY",
    "PEOPLE",
    "PLACE",
    "COMPANY",
    "EVENT",
)


@dataclass(frozen=True, slots=True)
class Title:
    """An office or form of address that stands beside a personal name."""

    words: tuple[str, ...]
    offices: tuple[str, ...]
    sector: str
    gender: str


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun (or a phrase that ends in one, or goes on with `of`) that refers to an actor."""

    words: tuple[str, ...]
    link: str
    type: str
    sector: str
    offices: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Metonym:
    """A seat or symbol that stands for a government in some years."""

    words: str
    state: str
    sector: str
    start: int
    end: int


@dataclass(frozen=True)
class Lexicon:
    """All word lists; `titles` and `nouns` by the first word of the phrase or its head, the longest phrase first."""

    titles: dict[str, list[Title]]
    nouns: dict[str, list[Noun]]
    name_heads: dict[str, str]
    metonyms: dict[str, list[Metonym]]
    prefixes: dict[str, str]
    families: frozenset[str]
    given_names: dict[str, str]
    inside_names: frozenset[str]
    inside_persons: frozenset[str]
    name_prefixes: frozenset[str]
    name_endings: frozenset[str]
    suffixes: frozenset[str]
    suffix_keys: frozenset[str]
    compass: frozenset[str]
    never: frozenset[str]
    generic: frozenset[str]
    place_prepositions: frozenset[str]
    state_prepositions: frozenset[str]
    addressing: frozenset[str]
    affecting: frozenset[str]
    minded: frozenset[str]
    governing: frozenset[str]
    messages: frozenset[str]
    reaching: frozenset[str]
    locating: frozenset[str]
    settlements: frozenset[str]
    missions: frozenset[str]
    opposing: frozenset[str]
    blocs: frozenset[str]
    sending: frozenset[str]
    commanding: frozenset[str]
    capitalised: dict[str, str]
    kin: dict[str, frozenset[str]]
    relations: frozenset[str]
    towns: frozenset[str]
    lands: frozenset[str]
    sent: frozenset[str]
    terrain: frozenset[str]
    islands: frozenset[str]
    leading: frozenset[str]
    ships: frozenset[str]
    event_starts: frozenset[str]
    joints: frozenset[str]
    spanning: frozenset[str]
    tongues: frozenset[str]
    speaking: frozenset[str]
    movements: frozenset[str]
    marching: frozenset[str]
    person_endings: tuple[str, ...]
    abbreviated: frozenset[str]
    alias_cues: tuple[tuple[str, ...], ...]
    numbers: dict[str, int]
    pronouns: dict[str, tuple[str, str, str]]


def _rows(path: Path, fields: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row of a table; lines that begin with `#` are comments."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; restore the file from the repository") from error
    numbered = [(i, line) for i, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    table = list(csv.reader([line for _, line in numbered], delimiter="\t", quoting=csv.QUOTE_NONE))
    if not table or tuple(table[0]) != fields:
        raise DataError(f"{path}: the first row must name the columns {', '.join(fields)}")
    for (number, _), cells in zip(numbered[1:], table[1:], strict=True):
        if len(cells) > len(fields):
            raise DataError(f"{path}: line {number}: {len(cells)} cells, but {len(fields)} columns")
        yield number, dict(zip(fields, [c.strip() for c in cells] + [""] * (len(fields) - len(cells)), strict=True))


def _check(path: Path, line: int, what: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise DataError(f"{path}: line {line}: {what} {value!r} is none of {', '.join(x or 'empty' for x in allowed)}")
    return value


def _offices(cell: str) -> tuple[str, ...]:
    return tuple(x for x in cell.split("|") if x)


def _titles(path: Path) -> dict[str, list[Title]]:
    found: dict[str, list[Title]] = {}
    for line, row in _rows(path, ("title", "office", "sector", "gender")):
        gender = _check(path, line, "gender", row["gender"], ("m", "f", ""))
        # spaCy cuts a hyphen between letters and an apostrophe before a vowel off: compare in its tokens.
        words = tuple(row["title"].replace("-", " - ").split())
        found.setdefault(words[0], []).append(Title(words, _offices(row["office"]), row["sector"], gender))
    return {k: sorted(v, key=lambda t: -len(t.words)) for k, v in found.items()}


def head_word(words: tuple[str, ...]) -> int:
    """Which word of a noun phrase is its head: the one before `of`, else the last."""
    return words.index("of") - 1 if "of" in words else len(words) - 1


def _nouns(path: Path) -> dict[str, list[Noun]]:
    found: dict[str, list[Noun]] = {}
    for line, row in _rows(path, ("head", "link", "type", "sector", "office", "state")):
        link = _check(path, line, "link", row["link"], LINKS)
        kind = _check(path, line, "type", row["type"], TYPES)
        words = tuple(row["head"].replace("-", " - ").split())
        noun = Noun(words, link, kind, row["sector"], _offices(row["office"]), row["state"])
        found.setdefault(words[head_word(words)], []).append(noun)
    return {k: sorted(v, key=lambda n: -len(n.words)) for k, v in found.items()}


def _metonyms(path: Path) -> dict[str, list[Metonym]]:
    found: dict[str, list[Metonym]] = {}
    for line, row in _rows(path, ("words", "state", "sector", "start", "end")):
        try:
            years = int(row["start"] or -9999), int(row["end"] or 9999)
        except ValueError as error:
            raise DataError(f"{path}: line {line}: start and end are years") from error
        found.setdefault(row["words"], []).append(Metonym(row["words"], row["state"], row["sector"], *years))
    return found


def _words(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; restore the file from the repository") from error
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path}: {error}") from error


@cache
def load_lexicon(folder: str = "") -> Lexicon:
    """Read the word lists, once for each folder.

    Parameters
    ----------
    folder : str
        Default: `models/actors`.

    Raises
    ------
    DataError
        When a file is missing or a line is wrong.
    """
    base = Path(folder) if folder else models_dir() / "actors"
    w = _words(base / "words.toml")
    heads_path = base / "name_heads.tsv"
    try:
        return Lexicon(
            titles=_titles(base / "titles.tsv"),
            nouns=_nouns(base / "nominals.tsv"),
            name_heads={
                r["word"]: _check(heads_path, i, "type", r["type"], TYPES)
                for i, r in _rows(heads_path, ("word", "type"))
            },
            metonyms=_metonyms(base / "metonyms.tsv"),
            prefixes={r["word"]: r["name"] for _, r in _rows(base / "prefixes.tsv", ("word", "name"))},
            families=frozenset(r["word"] for _, r in _rows(base / "families.tsv", ("word",))),
            given_names={r["name"]: r["gender"] for _, r in _rows(base / "given_names.tsv", ("name", "gender"))},
            inside_names=frozenset(w["inside_names"]),
            inside_persons=frozenset(w["inside_persons"]),
            name_prefixes=frozenset(w["name_prefixes"]),
            name_endings=frozenset(w["name_endings"]),
            suffixes=frozenset(w["suffixes"]),
            suffix_keys=frozenset(key(s) for s in w["suffixes"]),
            compass=frozenset(w["compass"]),
            never=frozenset(w["never"]),
            generic=frozenset(w["generic"]),
            place_prepositions=frozenset(w["place_prepositions"]),
            state_prepositions=frozenset(w["state_prepositions"]),
            addressing=frozenset(w["addressing"]),
            affecting=frozenset(w["affecting"]),
            minded=frozenset(w["minded"]),
            governing=frozenset(w["governing"]),
            messages=frozenset(w["messages"]),
            reaching=frozenset(w["reaching"]),
            locating=frozenset(w["locating"]),
            settlements=frozenset(w["settlements"]),
            missions=frozenset(w["missions"]),
            opposing=frozenset(w["opposing"]),
            blocs=frozenset(w["blocs"]),
            sending=frozenset(w["sending"]),
            commanding=frozenset(w["commanding"]),
            capitalised=dict(w["capitalised"]),
            kin={noun: frozenset(names) for *nouns, names in w["kin"] for noun in nouns},
            relations=frozenset(w["relations"]),
            towns=frozenset(w["towns"]),
            lands=frozenset(w["lands"]),
            sent=frozenset(w["sent"]),
            terrain=frozenset(w["terrain"]),
            islands=frozenset(w["islands"]),
            leading=frozenset(w["leading"]),
            ships=frozenset(w["ships"]),
            event_starts=frozenset(w["event_starts"]),
            spanning=frozenset(w["spanning"]),
            tongues=frozenset(w["tongues"]),
            speaking=frozenset(w["speaking"]),
            movements=frozenset(w["movements"]),
            marching=frozenset(w["marching"]),
            # Without their hyphen, "at", "as" and "an" are English words.
            joints=frozenset(w["inside_persons"]) - (frozenset(w["name_prefixes"]) - {"al", "el"}),
            person_endings=tuple(w["person_endings"]),
            abbreviated=frozenset(w["abbreviated"]),
            alias_cues=tuple(tuple(x.split()) for x in w["alias_cues"]),
            numbers=dict(w["numbers"]),
            pronouns={k: (v[0], v[1], v[2]) for k, v in w["pronouns"].items()},
        )
    except KeyError as error:
        raise DataError(f"{base / 'words.toml'}: the entry {error} is missing") from error
