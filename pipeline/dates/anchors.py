"""Which date an event phrase rests on: `three days after the coup` on the date that a sentence before gave the coup.

And which date an expression only repeats: `On 2 October, the day after the crossing`.
"""

from __future__ import annotations

from collections import defaultdict

from spacy.tokens import Doc, Span, Token

from pipeline.dates.calendar import Time
from pipeline.dates.reading import Reading
from pipeline.dates.recognise import Expression
from pipeline.dates.slots import Setting, fields
from pipeline.document import layout_of

_PREFIX = 4
_SHARED = 0.6
_CALENDAR = frozenset({"YMD", "MD", "YM", "M", "Y", "YSEAS", "SEAS", "TIME", "WDAY", "REL"})
_MENTIONS = 30
_LONG = 200


def event_anchors(
    doc: Doc, expressions: list[Expression], words: dict[str, frozenset[str]], families: dict[str, frozenset[str]]
) -> dict[int, int]:
    """For expressions after or before an event, the earlier expression that dates the event.

    The event is looked for backwards by its head word, one derived from it (invaded, invasion) or one that tells of the
    same (landed, invasion), together with the names in its phrase; of the dates in that sentence the nearest to it
    counts.

    Parameters
    ----------
    doc : Doc
        The annotated text.
    expressions : list of Expression
        In order of appearance.
    words : dict
        Lists of cues.toml; `generic_event` words say nothing without a name (the war, the day).
    families : dict
        Words that tell of the same events as a word (families.tsv).

    Returns
    -------
    dict
        Index of an expression -> index of the expression that dates its event.
    """
    generic = words["generic_event"]
    wanted = {k: head for k, e in enumerate(expressions) if (head := _event(doc, e, generic)) is not None}
    if not wanted:
        return {}
    places: dict[str, list[int]] = defaultdict(list)
    for token in doc:
        if token.pos_ in ("NOUN", "VERB", "PROPN"):
            places[token.lemma_.lower()[:_PREFIX]].append(token.i)
    sentence_at = layout_of(doc).sentence_at
    by_sentence: dict[int, list[int]] = defaultdict(list)
    for k, e in enumerate(expressions):
        if e.cat in _CALENDAR and k not in wanted and (here := sentence_at(e.token_start)):
            by_sentence[here.start].append(k)
    found = {}
    for k, head in wanted.items():
        names = {t.lower_ for t in _phrase(head) if t.pos_ == "PROPN"} - {head.lower_}
        if not names and (head.pos_ == "PRON" or head.lemma_ in generic):
            continue
        family = families.get(head.lemma_.lower(), frozenset())
        stems = {x[:_PREFIX] for x in (head.lemma_.lower(), *family)}
        before = sorted(i for stem in stems for i in places[stem] if i < expressions[k].token_start)
        for i in reversed(before[-_MENTIONS:]):
            sentence = sentence_at(i)
            if sentence is None or sentence.end - sentence.start > _LONG:
                continue
            if not _related(head, doc[i]) and doc[i].lemma_.lower() not in family:
                continue
            dates = [d for d in by_sentence[sentence.start] if d < k]
            words_there = doc[sentence.start : sentence.end]
            if dates and names <= {t.lower_ for t in words_there}:
                named = [t.i for t in words_there if t.lower_ in names] or [i]
                nearest = min(dates, key=lambda d: min(abs(expressions[d].token_start - j) for j in named))
                if expressions[k].slots.get("unit") == "D" and _coarse(expressions[nearest]):
                    continue  # plans for a landing later in the year give the day before the landing nothing
                found[k] = nearest
                break
    return found


def apposed_time(doc: Doc, expressions: list[Expression], index: int, path: Reading, setting: Setting) -> Time | None:
    """The date that an expression only says in other words.

    `On 2 October, the day after the crossing, ...`; `Two years later, in 1956, ...`
    """
    e = expressions[index]
    marks = setting.grammar.cues["apposing"]

    def apposed(first: Expression, second: Expression) -> bool:
        between = doc[first.token_end : second.token_start]
        return first.block == second.block and 0 < len(between) <= 2 and all(t.lower_ in marks for t in between)

    if e.slots["ref"] == "event" and path.last_from == index - 1 >= 0 and apposed(expressions[index - 1], e):
        return path.last
    following = expressions[index + 1] if index + 1 < len(expressions) else None
    if following is None or following.slots.get("ref") or not apposed(e, following):
        return None
    f = fields(following.slots, setting)
    parts = {"Y": ("y",), "M": ("y", "m"), "W": ("y", "m", "d"), "D": ("y", "m", "d")}.get(e.slots.get("unit", ""))
    if parts is None or not all(p in f for p in parts):
        return None
    return Time(**{p: f[p] for p in parts})


def _event(doc: Doc, e: Expression, generic: frozenset[str]) -> Token | None:
    """The head word of the event that an expression is reckoned from."""
    if e.slots.get("ref") != "event" or "b" in e.slots:
        return None
    for token in doc[e.token_start : e.token_end]:
        if token.dep_ == "mark":
            subject = next((c for c in token.head.children if c.dep_ in ("nsubj", "nsubjpass")), None)
            return subject if subject and token.head.lemma_ in generic else token.head  # after the revolt began
        if token.pos_ in ("ADP", "SCONJ"):
            return next((c for c in token.children if c.dep_ in ("pobj", "pcomp")), None)
    return None


def _coarse(e: Expression) -> bool:
    """Whether a date has no day."""
    return not {"d", "wd", "hol"} & e.slots.keys() and e.slots.get("unit") not in ("D", "W", "W2")


def _phrase(head: Token) -> Span:
    return head.doc[head.left_edge.i : head.right_edge.i + 1]


def _related(one: Token, other: Token) -> bool:
    """Whether two words name the same kind of event: the same lemma, or forms of one stem."""
    a, b = one.lemma_.lower(), other.lemma_.lower()
    if a == b:
        return True
    if one.pos_ == other.pos_:
        return False
    shared = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return shared >= max(_PREFIX, _SHARED * min(len(a), len(b)))
