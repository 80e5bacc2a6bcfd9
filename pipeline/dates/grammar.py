"""The grammar of time expressions: words and patterns read from data files and compiled into tries.

A cascade of finite-state levels: each level replaces the longest runs of items that match one of its patterns by one
item of the pattern's category, which later levels use (Abney, Partial parsing via finite-state cascades, 1996).
"""

from __future__ import annotations

import calendar
import csv
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.errors import DataError
from pipeline.paths import models_dir

Slots = dict[str, Any]

_TOKEN = re.compile(r"\s*([()|?<>*]|(?:[a-z]\w*=)?@?[A-Z][A-Z0-9_]*|[^\s()|?<>*]+)")
_EXPANSIONS = 60_000


@dataclass(slots=True, frozen=True)
class Element:
    """One place of a pattern: a category or a literal word, and what becomes of the item found there."""

    name: str
    capture: str = ""
    head: bool = False


@dataclass(slots=True, frozen=True)
class Rule:
    """A pattern of one level, expanded: `before` and `after` elements are context that is not consumed."""

    result: str
    elements: tuple[Element, ...]
    before: int
    after: int
    sets: tuple[tuple[str, Any], ...]
    guard: str
    kind: str
    number: int


@dataclass(slots=True)
class Node:
    """A node of a level's trie; `rule` is the pattern that ends here."""

    next: dict[str, Node] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)


@dataclass(slots=True)
class Grammar:
    """Words and their categories, and the trie of each level."""

    words: dict[str, Slots]
    capital: dict[str, Slots]
    triggers: frozenset[str]
    levels: list[Node]
    classes: dict[str, tuple[str, ...]]
    holidays: dict[str, str]
    weights: dict[str, float]
    cues: dict[str, frozenset[str]]
    families: dict[str, frozenset[str]]


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; the folder of date patterns needs this file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not valid TOML ({error}); correct that line") from error


def _cues(path: Path) -> dict[str, frozenset[str]]:
    lists = _toml(path)
    for name, words in lists.items():
        if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
            raise DataError(f"{path}: {name} must be a list of words")
    for name in CUES:
        if name not in lists:
            raise DataError(f"{path}: {name} is missing; give it a list of words, which may be empty")
    return {name: frozenset(words) for name, words in lists.items()}


def _families(path: Path) -> dict[str, frozenset[str]]:
    """For each word the others of its line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; the folder of date patterns needs this file") from error
    families: dict[str, frozenset[str]] = {}
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0] == "#":
            continue
        for word in words:
            if word in families or word != word.lower():
                raise DataError(f"{path}:{number}: {word!r}: lemmas in lower case, each in one family")
            families[word] = frozenset(words) - {word}
    return families


def _value(text: str) -> Any:
    if text.startswith("$"):
        return text
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


class _Pattern:
    """Parser of one pattern into its expanded sequences of elements."""

    def __init__(self, text: str, macros: dict[str, str], where: str) -> None:
        self.tokens = [m[1] for m in _TOKEN.finditer(text)]
        self.macros, self.where, self.at = macros, where, 0

    def sequences(self) -> list[list[Element | str]]:
        found = self._alternatives()
        if self.at < len(self.tokens):
            raise DataError(f"{self.where}: unexpected {self.tokens[self.at]!r}; close or remove a bracket")
        return found

    def _alternatives(self) -> list[list[Element | str]]:
        found = self._sequence()
        while self.at < len(self.tokens) and self.tokens[self.at] == "|":
            self.at += 1
            found = found + self._sequence()
        return found

    def _sequence(self) -> list[list[Element | str]]:
        found: list[list[Element | str]] = [[]]
        while self.at < len(self.tokens) and self.tokens[self.at] not in "|)":
            options = self._atom()
            if self.at < len(self.tokens) and self.tokens[self.at] == "?":
                self.at += 1
                options = [*options, []]
            found = [a + b for a in found for b in options]
            if len(found) > _EXPANSIONS:
                raise DataError(f"{self.where}: more than {_EXPANSIONS} forms; split the pattern")
        return found

    def _atom(self) -> list[list[Element | str]]:
        token = self.tokens[self.at]
        self.at += 1
        head = token == "*"
        if head:
            token = self.tokens[self.at]
            self.at += 1
        if token == "(":
            options = self._alternatives()
            if self.at >= len(self.tokens) or self.tokens[self.at] != ")":
                raise DataError(f"{self.where}: a bracket is not closed")
            self.at += 1
            return [[_headed(e) for e in option] for option in options] if head else options
        if token in "<>":
            return [[token]]
        capture, _, name = token.rpartition("=") if re.match(r"[a-z]\w*=@?[A-Z]", token) else ("", "", token)
        if name.startswith("@"):
            if name[1:] not in self.macros:
                raise DataError(f"{self.where}: unknown macro {name}; define it above")
            inner = _Pattern(self.macros[name[1:]], self.macros, self.where).sequences()
            return [
                [Element(e.name, capture or e.capture, head or e.head) if isinstance(e, Element) else e for e in option]
                for option in inner
            ]
        return [[Element(name, capture, head)]]


def _headed(element: Element | str) -> Element | str:
    return Element(element.name, element.capture, True) if isinstance(element, Element) else element


def _reigns(path: Path) -> list[tuple[str, str]]:
    """Monarchs and the first days of their reigns."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; the folder of date patterns needs this file") from error
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            name, _, day = line.partition("\t")
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
                raise DataError(f"{path}:{number}: want a name and a day such as 1327-01-25, separated by a tab")
            found.append((name, day))
    return found


def _context(sequence: list[Element | str]) -> tuple[int, int, tuple[Element, ...]]:
    """The elements of a sequence, and how many of them are context before and after it."""
    elements: list[Element] = []
    before, end = 0, -1
    for e in sequence:
        if isinstance(e, Element):
            elements.append(e)
        elif e == "<":
            before = len(elements)
        else:
            end = len(elements)
    return before, 0 if end < 0 else len(elements) - end, tuple(elements)


def _compile(
    path: Path, known: set[str], holidays: list[tuple[str, str]]
) -> tuple[list[Node], dict[str, tuple[str, ...]]]:
    """The tries of grammar.tsv, level by level, and the classes that each category belongs to."""
    classes: dict[str, list[str]] = {}
    macros: dict[str, str] = {}
    rows: list[tuple[str, int, list[str]]] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; the folder of date patterns needs this file") from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
        where = f"{path}:{number}"
        if cells[0] == "macro":
            macros[cells[1].strip()] = cells[2]
        elif cells[0] == "class":
            for member in cells[2].replace("|", " ").split():
                classes.setdefault(member, []).append(cells[1].strip())
            known.add(cells[1].strip())
        elif cells[0].isdigit() and len(cells) >= 3:
            rows.append((where, int(cells[0]), [c.strip() for c in cells[1:]] + [""] * 3))
        else:
            raise DataError(f"{where}: want level, result, pattern, sets, guard, kind separated by tabs")
    for key, words in holidays:
        rows.append((f"{path}: holiday {key}", 1, ["HOLIDAY", words, f"hol={key}", "capital_letter", "", ""]))
    for name, day in _reigns(path.parent / "reigns.tsv"):
        rows.append((f"{path}: reign of {name}", 1, ["MONARCH", name.lower(), f"reign={day}", "", "", ""]))
    levels = [Node() for _ in range(max(level for _, level, _ in rows) + 1)]
    results = {cells[0] for _, _, cells in rows}
    for order, (where, level, cells) in enumerate(rows):
        result, pattern, sets_text, guard, kind = cells[:5]
        try:
            sets = tuple((k, _value(v)) for k, _, v in (s.partition("=") for s in sets_text.split()))
        except ValueError as error:
            raise DataError(f"{where}: sets must be name=value") from error
        for sequence in _Pattern(pattern, macros, where).sequences():
            before, after, elements = _context(sequence)
            if len(elements) - before - after <= 0:
                continue
            node = levels[level]
            for e in elements:
                below = node.next.get(e.name)
                if below is None:
                    if e.name.isupper() and e.name not in known and e.name not in results:
                        raise DataError(f"{where}: unknown category {e.name}; define it in lexicon.toml or above")
                    below = node.next[e.name] = Node()
                node = below
            node.rules.append(Rule(result, elements, before, after, sets, guard, kind, order))
    return levels, {member: (member, *names) for member, names in classes.items()}


def _literals(node: Node, found: set[str]) -> None:
    for name, below in node.next.items():
        if not name.isupper():
            found.add(name)
        _literals(below, found)


#: Lists that cues.toml must have.
CUES = (
    "perfect", "open_ended", "ahead", "planned", "reporting", "bracket", "before_time", "ambiguous_month", "verb_month",
    "number_of", "number_before", "of_a_year", "measure", "named_weekday", "before_fall", "before_day", "before_decade",
    "before_clock", "business_frequency", "deictic", "pointer", "apposing", "generic_event", "scheduled",
    "before_early_year", "part", "leading_on", "leading_back", "before_spelled_day", "some_years",
    "habitual", "prolonging", "prolonged_to", "compared_with", "figures", "modal",
)  # fmt: skip

#: Categories that the lexer gives to tokens with digits.
NUMERIC = (
    "INT",
    "DAY",
    "MONTH2",
    "YY",
    "YEAR4",
    "YEARN",
    "MINUTE",
    "ORDDAY",
    "DECADE",
    "DECADE2",
    "DECADEN",
    "HUNDREDS",
    "ROUND",
    "HHDOT",
    "YEARWORD",
    "HHMM",
)


def _names_of_language(language: str) -> dict[str, dict[str, Slots]]:
    """Names of months and weekdays in a language, as dateparser has them, for the lexicon."""
    try:
        info = import_module(f"dateparser.data.date_translation_data.{language}").info
    except ImportError as error:
        raise DataError(
            f"dates.languages: {language!r} is no language of dateparser; give codes such as fr, de"
        ) from error
    found: dict[str, dict[str, Slots]] = {}
    for category, slot, names in (("MONTH", "m", _MONTHS), ("WEEKDAY", "wd", _WEEKDAYS)):
        for number, name in enumerate(names, 1):
            for word in info.get(name, ()):
                if len(word) > 3 and word.isalpha():
                    found.setdefault(word.lower(), {})[category] = {slot: number}
    return found


_MONTHS = tuple(name.lower() for name in calendar.month_name)[1:]
_WEEKDAYS = tuple(name.lower() for name in calendar.day_name)


@cache
def load_grammar(folder: str = "", languages: tuple[str, ...] = ()) -> Grammar:
    """Read the words and patterns of time expressions.

    Parameters
    ----------
    folder : str
        Folder with lexicon.toml, grammar.tsv, holidays.toml, reigns.tsv, cues.toml, families.tsv and weights.toml;
        models/dates by default.
    languages : tuple of str
        Languages whose names of months and weekdays are understood too (`14 juillet 1958`).

    Raises
    ------
    DataError
        When a file is missing or wrong; the message names file and line.
    """
    base = Path(folder) if folder else models_dir() / "dates"
    words: dict[str, Slots] = {}
    capital: dict[str, Slots] = {}
    triggers: set[str] = set()
    lexicon = _toml(base / "lexicon.toml")
    for category, table in lexicon.items():
        if not isinstance(table, dict) or not isinstance(table.get("words"), dict):
            raise DataError(f"{base / 'lexicon.toml'}: [{category}] needs words = {{ word = value, ... }}")
        slot = table.get("slot", "")
        for word, value in table["words"].items():
            into = capital if table.get("capital") else words
            into.setdefault(word, {})[category] = {slot: value} if slot else {}
            if table.get("trigger") is True or word in (table.get("trigger") or ()):
                triggers.add(word)
    for language in languages:
        for word, cats in _names_of_language(language).items():
            if word not in capital and word not in words:
                words[word] = cats
                triggers.add(word)
    holidays = _toml(base / "holidays.toml")
    names: list[tuple[str, str]] = []
    rules: dict[str, str] = {}
    for key, entry in holidays.items():
        if not isinstance(entry, dict) or "names" not in entry or "rule" not in entry:
            raise DataError(f"{base / 'holidays.toml'}: [{key}] needs names and rule")
        rules[key] = entry["rule"]
        names += [(key, name.lower().replace("-", "DASH")) for name in entry["names"]]
    levels, classes = _compile(base / "grammar.tsv", {*lexicon, *NUMERIC}, names)
    literals: set[str] = set()
    for level in levels:
        _literals(level, literals)
    for word in sorted(literals):
        words.setdefault(word.lower(), {})[word] = {}
    for _, name in names:
        triggers.add(name.split()[-1].lower())
        triggers.add(name.split()[0].lower())
    weights, cues = _toml(base / "weights.toml"), _cues(base / "cues.toml")
    families = _families(base / "families.tsv")
    return Grammar(words, capital, frozenset(triggers), levels, classes, rules, weights, cues, families)
