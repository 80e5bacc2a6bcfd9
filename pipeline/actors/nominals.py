"""Noun phrases that refer to actors: what the noun is, how far its phrase reaches, whose it is."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.actors.lexicon import Lexicon, Noun, head_word
from pipeline.actors.tokens import Tokens

_LEFT = frozenset(
    (
        "det",
        "amod",
        "compound",
        "poss",
        "nummod",
        "nmod",
        "advmod",
        "quantmod",
        "case",
        "predet",
        "punct",
        "conj",
        "cc",
        "npadvmod",
        "appos",
    )
)
_DETERMINERS = frozenset(("the", "this", "that", "these", "those", "both", "either", "neither"))


@dataclass(slots=True)
class Phrase:
    """A noun phrase: tokens `start` to `end`, its head, its noun's entry in the lexicon, and its parts.

    `owner` is the head of a possessive (`its`, `Nixon` in `Nixon's adviser`) or -1; `of` the noun after `of`, `to` the
    noun after `to` or `in`.
    """

    start: int
    end: int
    head: int
    nouns: list[Noun]
    determiner: str
    plural: bool
    owner: int
    of: int
    to: int
    number: int


def nouns_at(tokens: Tokens, i: int, lexicon: Lexicon) -> tuple[int, int, list[Noun]]:
    """First token, end and lexicon entries of the longest noun phrase of the lexicon whose head is a token."""
    lemma = tokens.lemma[i]
    entries = (
        lexicon.nouns.get(lemma)
        or lexicon.nouns.get(tokens.lower[i])
        or lexicon.nouns.get(tokens.lower[i].removesuffix("s"))
    )
    if not entries:
        return i, i, []
    best: list[Noun] = []
    start, end = i, i + 1
    for noun in entries:
        h = head_word(noun.words)
        a, b = i - h, i - h + len(noun.words)
        if a < 0 or b > len(tokens):
            continue
        if b - a == 1 or all(k == i or tokens.lower[k] == w for k, w in zip(range(a, b), noun.words, strict=True)):
            if best and len(noun.words) < len(best[0].words):
                break
            best.append(noun)
            start, end = a, b
    return start, end, best


def left_edge(tokens: Tokens, head: int, first: int) -> int:
    """First token of the words before a head that belong to its phrase."""
    j, floor = head, tokens.sentence_start[head]
    while j - 1 >= floor:
        k = j - 1
        up, steps = k, 0
        while (
            up < head and steps < 12 and tokens.head[up] != up and (tokens.dep[up] in _LEFT or tokens.pos[up] == "PART")
        ):
            up, steps = tokens.head[up], steps + 1
            if up > head:
                break
        if up != head:
            break
        j = k
    while j < first and (tokens.pos[j] == "PUNCT" or tokens.entity[j] == "DATE"):  # "In 1971 East Pakistani forces"
        j += 1
    while j < first and tokens.pos[j] == "ADV" and tokens.pos[j + 1] == "DET":  # "then the minister to France"
        j += 1
    return min(j, first)


def _object_of(tokens: Tokens, start: int, end: int, prepositions: tuple[str, ...]) -> int:
    """The noun after a preposition that follows directly."""
    if end < len(tokens) and tokens.lower[end] in prepositions:
        for k in range(end + 1, min(end + 7, len(tokens))):
            if tokens.head[k] == end and tokens.dep[k] == "pobj":
                return k
            if tokens.pos[k] == "PUNCT":
                break
    return -1


def noun_like(tokens: Tokens, i: int, lexicon: Lexicon) -> bool:
    """Whether a noun of the lexicon was taken for an adjective although it is an argument ("the junta resolved")."""
    argument = tokens.dep[i] in ("nsubj", "nsubjpass", "dobj", "pobj")
    return argument and tokens.pos[i] == "ADJ" and tokens.lemma[i] in lexicon.nouns


def phrase_at(tokens: Tokens, i: int, lexicon: Lexicon) -> Phrase | None:
    """The noun phrase with its head at a token, when the lexicon knows the noun."""
    if (tokens.pos[i] not in ("NOUN", "PROPN") and not noun_like(tokens, i, lexicon)) or tokens.dep[i] in (
        "compound",
        "amod",
        "nmod",
    ):
        return None
    if tokens.text[i + 1 : i + 2] == ["-"] and tokens.block[i + 1] == tokens.block[i]:
        return None  # "the secretary-general" is no secretary
    first, end, nouns = nouns_at(tokens, i, lexicon)
    return phrase_of(tokens, i, first, end, nouns, lexicon) if nouns else None


def phrase_of(tokens: Tokens, i: int, first: int, end: int, nouns: list[Noun], lexicon: Lexicon) -> Phrase:
    """The noun phrase around the words `first` to `end`, whose head is a token."""
    start = left_edge(tokens, i, first)
    owner, determiner, number = -1, "", 0
    for k in range(start, first):
        if tokens.dep[k] == "poss" and tokens.head[k] in (i, *range(first, i)):
            owner = k
        if tokens.lower[k] in lexicon.numbers and number == 0:
            number = lexicon.numbers[tokens.lower[k]]
    word = tokens.lower[start]
    if word in _DETERMINERS or word in ("a", "an", "another", "no", "any", "some", "each", "every"):
        determiner = word
    # "to" and "in" give an envoy's post only where they follow at once.
    return Phrase(
        start=start,
        end=end,
        head=i,
        nouns=nouns,
        determiner=determiner,
        plural=tokens.plural[i] or tokens.lower[i] in ("people", "police"),
        owner=owner,
        of=_object_of(tokens, first, end, ("of",)),
        to=_object_of(tokens, first, end, ("to", "in", "at")),
        number=number,
    )
