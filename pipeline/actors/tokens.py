"""The annotated Doc as plain lists: the search for mentions reads every token several times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, MORPH, ORTH, POS
from spacy.tokens import Doc

from pipeline.document import HEADING, layout_of


@dataclass(slots=True)
class Tokens:
    """Token attributes by index, and where each token stands.

    `sentence` numbers the sentences of `layout.sentences` and is negative in a heading, where each heading counts as
    one sentence of its own.
    """

    text: list[str]
    lower: list[str]
    lemma: list[str]
    pos: list[str]
    dep: list[str]
    head: list[int]
    entity: list[str]
    begins: list[bool]
    plural: list[bool]
    capital: list[bool]
    sentence: list[int]
    sentence_start: list[int]
    block: list[int]

    def __len__(self) -> int:
        return len(self.text)

    def words(self, start: int, end: int) -> str:
        """The words of a stretch of tokens, single-spaced where there is no better information."""
        return " ".join(self.text[start:end])


def _names(doc: Doc, column: np.ndarray) -> list[str]:
    words, index = _distinct(doc, column)
    return [words[i] for i in index]


def _distinct(doc: Doc, column: np.ndarray) -> tuple[list[str], list[int]]:
    """The different strings of a column, and which of them each token has."""
    values, index = np.unique(column, return_inverse=True)
    return [doc.vocab.strings[int(v)] if v else "" for v in values], index.tolist()


def read_tokens(doc: Doc) -> Tokens:
    """Token attributes of a Doc.

    Examples
    --------
    >>> import spacy
    >>> read_tokens(spacy.blank("en")("Iraq and Iran")).capital
    [True, False, True]
    """
    layout = layout_of(doc)
    n = len(doc)
    array = doc.to_array([POS, DEP, HEAD, LEMMA, ENT_TYPE, ENT_IOB, MORPH, ORTH])
    words, word = _distinct(doc, array[:, 7])
    features, morph = _distinct(doc, array[:, 6])
    plural = ["Number=Plur" in f for f in features]
    text = [words[i] for i in word]
    small = [w.lower() for w in words]
    lower = [small[i] for i in word]
    capital = [w[0].isupper() or (w[0] in "'’‘`ʿ" and w[1:2].isupper()) for w in words]
    heads = (np.arange(n) + array[:, 2].astype(np.int64)).tolist()
    lemma = [a.lower() or b for a, b in zip(_names(doc, array[:, 3]), lower, strict=True)]
    sentence, sentence_start, block = [-1] * n, [0] * n, [0] * n
    for number, b in enumerate(layout.blocks):
        block[b.start : b.end] = [number] * (b.end - b.start)
        if b.kind == HEADING:
            sentence[b.start : b.end] = [-number - 1] * (b.end - b.start)
        sentence_start[b.start : b.end] = [b.start] * (b.end - b.start)
    for number, s in enumerate(layout.sentences):
        sentence[s.start : s.end] = [number] * (s.end - s.start)
        sentence_start[s.start : s.end] = [s.start] * (s.end - s.start)
    return Tokens(
        text=text,
        lower=lower,
        lemma=lemma,
        pos=_names(doc, array[:, 0]),
        dep=_names(doc, array[:, 1]),
        head=heads,
        entity=_names(doc, array[:, 4]),
        begins=(array[:, 5] == 3).tolist(),
        plural=[plural[i] for i in morph],
        capital=[capital[i] for i in word],
        sentence=sentence,
        sentence_start=sentence_start,
        block=block,
    )
