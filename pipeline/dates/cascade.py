"""From tokens to time expressions: the lexer, and the engine that runs the grammar's levels over runs of items.

Only stretches of text with a word that can belong to a time expression are looked at, and a pattern has bounded
length, so the work grows with the length of the text whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc

from pipeline.dates.grammar import Grammar, Node, Rule, Slots
from pipeline.dates.numbers import merge_numbers

_PIECE = re.compile(r"\d+(?:,\d{3})+|\d{1,2}(?:st|nd|rd|th)\b|\d+s\b|\d+|[^\W\d]+(?:\.[^\W\d]+)*\.?|\S", re.IGNORECASE)
_DECIMAL = re.compile(r"^(?!\d\d?\.\d\d?\.\d{4}$).*\d\.\d")
_HHDOT = re.compile(r"(?:1?\d|2[0-3])\.[0-5]\d", re.ASCII)
_MAX_CHARS = 40
#: Distinct tokens remembered at most.
_MOST_CACHED = 50_000


@dataclass(slots=True)
class Item:
    """A word, a part of one or what a pattern has found: characters and tokens it covers, categories with slots."""

    start: int
    end: int
    token_start: int
    token_end: int
    cats: dict[str, Slots]


Guard = Callable[[list[Item], int, int, Slots], bool]
Piece = tuple[int, int, dict[str, Slots]]


def number_categories(text: str) -> dict[str, Slots]:
    """Categories of a run of digits.

    Examples
    --------
    >>> sorted(number_categories("14"))
    ['DAY', 'INT', 'MINUTE', 'YEARN', 'YY']
    """
    cats: dict[str, Slots] = {}
    if "," in text:
        return {"INT": {"n": int(text.replace(",", ""))}} if len(text) < 10 else {}
    if len(text) > 6:
        return {}
    n = int(text)
    cats["INT"] = {"n": n}
    if len(text) <= 2:
        if 1 <= n <= 31:
            cats["DAY"] = {"d": n}
        if 1 <= n <= 12:
            cats["MONTH2"] = {"m": n}
        if len(text) == 2:
            cats["YY"] = {"y2": n}
            if n < 60:
                cats["MINUTE"] = {"minute": n}
    if len(text) == 4 and 1000 <= n <= 2199:
        cats["YEAR4"] = {"y": n}
        if n % 10 == 0:
            cats["ROUND"] = {"dec": n // 10}
    if len(text) == 4 and n // 100 < 24 and n % 100 < 60:
        cats["HHMM"] = {"hour": n // 100, "minute": n % 100}
    if n >= 1 and len(text) <= 4:
        cats["YEARN"] = {"y": n}
    return cats


class Lexer:
    """Gives each distinct token its pieces, once."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.cache: dict[int, tuple[int, list[Piece]]] = {}

    def word(self, text: str) -> dict[str, Slots]:
        low = text.lower()
        cats = dict(self.grammar.words.get(low, {}))
        if text[:1].isupper() and low in self.grammar.capital:
            cats.update(self.grammar.capital[low])
        return cats

    def _piece(self, text: str) -> dict[str, Slots]:
        if text[0].isdigit() and text.isascii():
            if text[-1].isdigit():
                return number_categories(text)
            if text[-1] in "sS":
                n = int(text[:-1]) if len(text) <= 5 else 1
                if n % 10 == 0:
                    if len(text) == 5 and n % 100 == 0 and n < 2000:
                        return {"HUNDREDS": {"cent": n // 100 + 1}}
                    if len(text) == 5 and n >= 1000:
                        return {"DECADE": {"dec": n // 10}}
                    if len(text) == 3:
                        return {"DECADE2": {"dec2": n // 10}}
                    if len(text) == 4:
                        return {"DECADEN": {"dec": n // 10}}
                return {}
            n = int(text[:-2])
            cats: dict[str, Slots] = {"ORDINAL": {"ord": n}}
            if 1 <= n <= 31:
                cats["ORDDAY"] = {"d": n}
            return cats
        return self.word(text)

    def pieces(self, text: str) -> tuple[int, list[Piece]]:
        """Weight (0 none, 1 may stand in an expression, 2 may make one) and pieces of a token."""
        if len(text) > _MAX_CHARS:
            return 0, []
        cats = self.word(text)
        if cats:
            trigger = text.lower() in self.grammar.triggers and (
                text[:1].isupper() or text.lower() not in self.grammar.capital or text.lower() in self.grammar.words
            )
            return 2 if trigger else 1, [(0, len(text), cats)]
        if _HHDOT.fullmatch(text):
            hour, _, minute = text.partition(".")
            return 1, [(0, len(text), {"HHDOT": {"hour": int(hour), "minute": int(minute)}})]
        if _DECIMAL.search(text):
            return 0, []
        if not any(c.isdigit() for c in text):
            low = text.lower()
            if "-" in low or "–" in low:
                found = [(m.start(), m.end(), self.word(m.group())) for m in re.finditer(r"[^\W\d]+|\S", text)]
                if all(c for _, _, c in found):
                    return 2, found
            return 0, []
        found = [(m.start(), m.end(), self._piece(m.group())) for m in _PIECE.finditer(text)]
        weight = 0
        for a, b, c in found:
            if c:
                weight = max(weight, 1)
            piece = text[a:b].lower()
            if (
                "YEAR4" in c
                or "DECADE" in c
                or "HUNDREDS" in c
                or "DECADE2" in c
                or piece in self.grammar.triggers
                or (c and len(found) > 1 and text[0].isdigit())
                or "ORDDAY" in c
                or ("YEARN" in c and len(text) == 3)
            ):
                weight = 2
        if len(found) > 1 and weight and not all(c for _, _, c in found) and not _has_year(found):
            return (weight, found) if any("AMPM" in c or "MONTH" in c for _, _, c in found) else (0, [])
        return weight, found

    def islands(self, doc: Doc, bounds: list[tuple[int, int]]) -> Iterator[list[Item]]:
        """Runs of tokens that may hold a time expression, as items; none crosses a bound."""
        if not len(doc):
            return
        cache, strings = self.cache, doc.vocab.strings
        if len(cache) > _MOST_CACHED:
            cache.clear()
        orths, starts = doc.to_array(["ORTH", "IDX"]).T.tolist()
        weights = []
        for orth in orths:
            entry = cache.get(orth)
            if entry is None:
                entry = cache[orth] = self.pieces(strings[orth])
            weights.append(entry[0])
        edges = {start for start, _ in bounds}
        at = 0
        for t, weight in enumerate(weights):
            if weight < 2 or t < at:
                continue
            start = t
            while start > at and weights[start - 1] and start not in edges:
                start -= 1
            end = t + 1
            while end < len(weights) and weights[end] and end not in edges:
                end += 1
            at = end
            items: list[Item] = []
            for i in range(start, end):
                for a, b, cats in cache[orths[i]][1]:
                    items.append(Item(starts[i] + a, starts[i] + b, i, i + 1, cats))
            yield merge_numbers(items)


def _has_year(found: list[Piece]) -> bool:
    return any("YEAR4" in c or "DECADE" in c or "HUNDREDS" in c for _, _, c in found)


def _longest(
    node: Node, items: list[Item], at: int, kind: str, guards: dict[str, Guard], classes: dict[str, tuple[str, ...]]
) -> tuple[Rule, tuple[str, ...], Slots] | None:
    """The longest pattern that matches at an item; the first in the file among equals."""
    best: tuple[int, int, Rule, tuple[str, ...], Slots] | None = None
    stack: list[tuple[Node, int, tuple[str, ...]]] = [(node, at, ())]
    size = len(items)
    while stack:
        here, i, path = stack.pop()
        for rule in here.rules:
            length = i - at
            if best is not None and (length, -rule.number) <= (best[0], best[1]):
                continue
            if rule.kind and rule.kind != kind:
                continue
            slots = _reduce(rule, items, at, path)
            if rule.guard and not guards[rule.guard](items, at + rule.before, i - rule.after, slots):
                continue
            best = (length, -rule.number, rule, path, slots)
        if i < size and here.next:
            following = here.next
            for cat in items[i].cats:
                for name in classes.get(cat) or (cat,):
                    below = following.get(name)
                    if below is not None:
                        stack.append((below, i + 1, (*path, cat)))
    return None if best is None else (best[2], best[3], best[4])


def _reduce(rule: Rule, items: list[Item], at: int, path: tuple[str, ...]) -> Slots:
    slots: Slots = {}
    for k in range(rule.before, len(path) - rule.after):
        item, element = items[at + k], rule.elements[k]
        found = item.cats[path[k]]
        if element.capture:
            part = slots.setdefault(element.capture, {"_start": item, "_end": item, "_cat": path[k]})
            part.update(found)
            part["_end"] = item
        else:
            if "mod" in slots and "mod" in found:
                found = {k: v for k, v in found.items() if k != "mod"}
            slots.update(found)
    for name, value in rule.sets:
        if isinstance(value, str) and value.startswith("$"):
            name_of, _, inner = value[1:].partition(".")
            value = slots.get(name_of)
            value = value.get(inner) if inner and isinstance(value, dict) else value
        slots[name] = value
    return slots


def run(items: list[Item], grammar: Grammar, kind: str, guards: dict[str, Guard]) -> list[Item]:
    """Run every level of the grammar over an island.

    Parameters
    ----------
    items : list of Item
        The island.
    grammar : Grammar
        The patterns.
    kind : str
        "narrative" or "news": patterns may be for one of them.
    guards : dict
        Conditions that patterns name.

    Returns
    -------
    list of Item
        What is left: unmatched words and time expressions.
    """
    classes = grammar.classes
    for level in grammar.levels:
        if not level.next:
            continue
        first = level.next
        out: list[Item] = []
        i = 0
        size = len(items)
        while i < size:
            item = items[i]
            match = None
            if any(name in first for cat in item.cats for name in classes.get(cat) or (cat,)):
                match = _longest(level, items, i, kind, guards, classes)
            if match is None:
                out.append(item)
                i += 1
                continue
            rule, path, slots = match
            out.extend(items[i : i + rule.before])
            a, b = i + rule.before, i + len(path) - rule.after
            result: Any = rule.result
            if result == "=":
                result = next(path[k] for k, e in enumerate(rule.elements) if e.head)
            out.append(
                Item(items[a].start, items[b - 1].end, items[a].token_start, items[b - 1].token_end, {result: slots})
            )
            i = b
        items = out
    return items
