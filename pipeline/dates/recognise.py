"""Find time expressions in an annotated text, before their implicit parts are resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.dates.cascade import Guard, Item, Lexer, run
from pipeline.dates.conversion import gregorian, same_day
from pipeline.dates.grammar import Grammar, Slots, load_grammar
from pipeline.dates.guards import guards_for
from pipeline.errors import DataError

_TYPES = {"DUR": "DURATION", "SET": "SET", "TIME": "TIME"}
_FINAL = frozenset(
    {"YMD", "MD", "YM", "M", "Y", "YSEAS", "SEAS", "DEC", "CENT", "Q", "YQ", "H", "YH", "WDAY"}
    | {"REL", "REV", "TIME", "DUR", "SET", "REF", "THED"}
)


@dataclass(slots=True)
class Expression:
    """A time expression as written: where, of which category, and the parts that its words give.

    `group` numbers the range or list that it is part of (0 none); `ends` holds, for every part of a range, the two
    ends as indices into the list of expressions.
    """

    start: int
    end: int
    token_start: int
    token_end: int
    cat: str
    type: str
    slots: Slots
    group: int = 0
    ends: tuple[int, int] | None = None
    block: int = 0
    cues: tuple[str, ...] = ()


@cache
def lexer_for(folder: str, languages: tuple[str, ...] = ()) -> Lexer:
    """The lexer of a data folder; what it learns about tokens is kept between texts."""
    grammar = load_grammar(folder, languages)
    known = guards_for(Doc(Vocab()), "narrative", grammar.cues)
    stack = list(grammar.levels)
    while stack:
        node = stack.pop()
        stack.extend(node.next.values())
        for rule in node.rules:
            if rule.guard and rule.guard not in known:
                raise DataError(f"grammar.tsv: pattern for {rule.result}: unknown guard {rule.guard!r}; see guards.py")
    return Lexer(grammar)


# Tokens of a text's beginning.
_LEAD = 100


def text_kind(doc: Doc, published: str, grammar: Grammar) -> str:
    """Whether the publication date or the story's time rules a text: "news" or "narrative".

    News speaks of yesterday, last week and Friday; narratives name their years, and years long before publication.
    What its beginning says counts most. A text without a publication date is read as a narrative.
    """
    if not published:
        return "narrative"
    year = int(published[:4])
    deictic = years = dated = 0
    previous = ""
    for i, token in enumerate(doc):
        word = token.lower_
        if len(word) == 4 and word.isdigit() and 1000 <= int(word) <= 2100:
            years += int(word) < year - 1
            dated += previous in grammar.capital
        elif (
            word in grammar.cues["deictic"]
            or "WEEKDAY" in grammar.capital.get(word, ())
            or (previous in grammar.cues["pointer"] and "UNIT" in grammar.words.get(word, ()))
        ):
            deictic += 1 if i >= _LEAD or word == "today" else 3
        elif "ERA" in grammar.words.get(word, ()) and word[0] == "b":
            years += 1
        previous = word
    return "narrative" if max(years, dated) > max(2, 4 * deictic) else "news"


def _parts(slots: Slots) -> list[Slots]:
    return [slots[k] for k in "abcd" if isinstance(slots.get(k), dict)]


def _share(parts: list[Slots]) -> None:
    """Give the parts of a range or list what they leave out: `July 4–12`, `July and December 1962`, `264 to 241 BC`."""
    for left, right in zip(parts[-2::-1], parts[:0:-1], strict=True):  # from the right: years stand last
        if "y" not in left and "y" in right and not left.get("ref"):
            left["y"] = right["y"]
            left["shared"] = True
            if left.get("m", 0) > right.get("m", 12) and not same_day(right, left):
                left["y"] -= 1  # December and January 1962
        falling = left.get("y", 0) > right.get("y", 10**4) or left.get("y", 10**4) < 1000
        if "era" in right and "era" not in left and (falling or "cent" in left):
            left["era"] = right["era"]
        if "d" in left and "m" not in left and "m" in right:
            left["m"] = right["m"]
    for left, right in pairwise(parts):
        if left["_cat"] == "WDAY" and right["_cat"] == "SET":  # Monday and Tuesday nights
            left.update({"_cat": "SET", **{k: right[k] for k in ("tod",) if k in right}})
    for left, right in pairwise(parts):  # from the left: months stand first
        if "y2" in right and "y" not in right and "y" in left:
            right["y"] = left["y"] // 100 * 100 + right["y2"]
        if "y" in left and "y" not in right and "m" in right and "d" in right:
            right["y"] = left["y"]  # 7 November 1917 (25 October)
        if "dec2" in right and "dec" in left:
            right["dec"] = left["dec"] // 10 * 10 + right.pop("dec2")  # the 1850s and 60s
        if "d" in right and "m" not in right and "m" in left and not right.get("hol"):
            right["m"] = left["m"]
            right["shared"] = True
            if "y" in left and "y" not in right:
                right["y"] = left["y"]
    for left, right in pairwise(parts):
        for old, new in ((left, right), (right, left)):
            if same_day(old, new):
                old["os"] = 1


# A day without its month (on the third) is one where a month has been named so many tokens before.
_NEAR = 120


def recognise(doc: Doc, bounds: list[tuple[int, int]], kind: str, lexer: Lexer) -> Iterator[Expression]:
    """Time expressions in order of appearance.

    Parameters
    ----------
    doc : Doc
        An annotated text.
    bounds : list of (int, int)
        Token ranges that no expression crosses (paragraphs).
    kind : str
        "narrative" or "news".
    lexer : Lexer
        With the words and patterns.
    """
    grammar = lexer.grammar
    guards: dict[str, Guard] = {}
    count = groups = 0
    near = -_NEAR
    for island in lexer.islands(doc, bounds):
        guards = guards or guards_for(doc, kind, grammar.cues)
        for item in run(island, grammar, kind, guards):
            (cat, slots), *more = item.cats.items() if item.cats else [("", {})]
            if more:
                continue
            if "spelled" in slots and item.token_start - near > _NEAR:
                continue
            if "m" in slots or any("m" in part for part in _parts(slots)):
                near = item.token_end
            if cat in ("RANGE", "LIST"):
                parts = _parts(slots)
                if "y" in slots:  # 25 October (7 November) 1917: the year stands apart
                    parts[-1].setdefault("y", slots["y"])
                _share(parts)
                groups += 1
                last_index = count + len(parts) - 1
                ends = (count, last_index) if cat == "RANGE" or _spanning(parts) else None
                for part in parts:
                    first, last = part.pop("_start"), part.pop("_end")
                    inner = part.pop("_cat")
                    count += 1
                    yield _expression(first, last, inner, part, groups, ends)
            elif cat in _FINAL:
                count += 1
                yield _expression(item, item, cat, slots, 0, None)


def _spanning(parts: list[Slots]) -> bool:
    """`late 2001, 2002, and early 2003` is one stretch of time."""
    return parts[0].get("mod") == "END" and parts[-1].get("mod") == "START" and len(parts) > 2


_PHRASE_TOKENS = 14
_DATED = frozenset({"YMD", "MD", "YM", "M", "Y", "YSEAS", "SEAS"})


def with_phrases(doc: Doc, found: list[Expression]) -> list[Expression]:
    """Extend durations and times after an event to the words that say of what: TIMEX2 spans, as narratives want them.

    `two months of fierce battles`, `two days after relieving the siege`; never over another time expression, but one
    in the phrase of an event says when the event was.
    """
    for k, e in enumerate(found):
        i = e.token_end
        if i >= len(doc) or doc[i].is_punct:
            continue
        if e.cat == "DUR" and doc[i].lower_ == "of" and e.token_start <= doc[i].head.i < i:
            edge = doc[i].right_edge.i + 1
        elif e.slots.get("ref") == "event" and doc[i - 1].dep_ in ("prep", "mark", "advmod"):
            governor = doc[i - 1] if doc[i - 1].dep_ == "prep" else doc[i - 1].head
            edge = governor.right_edge.i + 1
        elif e.slots.get("ref") == "event" and doc[i - 1].dep_ == "ROOT":
            edge = next((c.i + 1 for c in doc[i - 1].children if c.dep_ == "pobj"), i)
        else:
            continue
        limit = len(doc)
        if k + 1 < len(found):
            following = found[k + 1]
            limit = following.token_start
            if e.cat == "REV" and limit < edge and following.cat in _DATED and "ref" not in following.slots:
                e.slots["b"] = {**following.slots, "_cat": following.cat}  # after the attacks of September 11, 2001
        while edge > i and (doc[edge - 1].is_punct or doc[edge - 1].is_space):
            edge -= 1
        if i < edge <= min(limit, i + _PHRASE_TOKENS):
            e.token_end = edge
            e.end = doc[edge - 1].idx + len(doc[edge - 1])
    return found


def _expression(
    first: Item, last: Item, cat: str, slots: Slots, group: int, ends: tuple[int, int] | None
) -> Expression:
    gregorian(slots)
    return Expression(
        first.start, last.end, first.token_start, last.token_end, cat, _TYPES.get(cat, "DATE"), slots, group, ends
    )
