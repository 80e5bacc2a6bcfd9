"""The text as read, and its layout on an annotated spaCy Doc.

A `Document` is the source text with its structure. A spaCy `Doc` holds only the text worth annotating (prose and
headings, line breaks and runs of spaces folded), paragraphs joined by a space; its `Layout` knows which tokens belong
to which paragraph and maps every Doc offset back to the source text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a run with nothing to do must not wait for spaCy
    from spacy.tokens import Doc

PROSE, HEADING, LIST = "prose", "heading", "list"


@dataclass(slots=True)
class Paragraph:
    """A stretch of the source text: prose, heading or list (lists are never annotated).

    `section` is the heading path (levels joined by ' > '; the document's title is not part of it).
    """

    index: int
    start: int
    end: int
    kind: str
    section: str


@dataclass(slots=True)
class Document:
    """A source text, its metadata and its paragraphs.

    `parts` tells how many paragraphs each part of a long text has; it is empty for a text worked on as a whole.
    """

    doc_id: str
    text: str
    path: str = ""
    title: str = ""
    published: str = ""
    language: str = "en"
    sha256: str = ""
    encoding: str = ""
    paragraphs: list[Paragraph] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        return {**plain, "paragraphs": [astuple(p) for p in self.paragraphs]}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Document:
        """Inverse of `to_dict`."""
        return cls(**{**values, "paragraphs": [Paragraph(*p) for p in values["paragraphs"]]})

    @property
    def bounds(self) -> tuple[int, int]:
        """Where its paragraphs stand in the text."""
        return (self.paragraphs[0].start, self.paragraphs[-1].end) if self.paragraphs else (0, 0)

    def in_parts(self) -> Iterator[Document]:
        """The document itself, or its parts in order: each has the whole text and some of the paragraphs."""
        if not self.parts:
            yield self
        start = 0
        for count in self.parts:
            yield replace(self, paragraphs=self.paragraphs[start : start + count], parts=[count])
            start += count


@dataclass(slots=True, frozen=True)
class Block:
    """A paragraph of prose or a heading on the Doc: tokens `start` to `end` (exclusive)."""

    start: int
    end: int
    index: int
    kind: str
    section: str


@dataclass(slots=True, frozen=True)
class SentenceSpan:
    """A sentence of prose on the Doc: tokens `start` to `end` (exclusive) of block number `block`."""

    start: int
    end: int
    block: int
    sentence_id: str
    source_start: int
    source_end: int


class Layout:
    """Paragraphs and sentences of an annotated Doc, and the way back to the source text.

    Attributes
    ----------
    document : Document
        The source.
    blocks : list of Block
        Prose paragraphs and headings in order; together they cover every token.
    sentences : list of SentenceSpan
        Sentences of the prose blocks in order (headings have none).
    """

    def __init__(self, doc: Doc, document: Document, blocks: list[Block], segments: list[tuple[int, int]]) -> None:
        self.document = document
        self.blocks = blocks
        self._doc_chars = [a for a, _ in segments]
        self._source_chars = [b for _, b in segments]
        self._block_starts = [b.start for b in blocks]
        self.sentences: list[SentenceSpan] = []
        starts = [i for i, mark in enumerate(doc.to_array("SENT_START").tolist()) if mark == 1]
        for number, block in enumerate(blocks):
            if block.kind == PROSE:
                inside = starts[bisect_right(starts, block.start) : bisect_left(starts, block.end)]
                for a, b in _sentence_bounds(doc, block, inside):
                    start, end = self.source(doc[a].idx, doc[b - 1].idx + len(doc[b - 1]))
                    sentence_id = f"{document.doc_id}:s{start}"
                    self.sentences.append(SentenceSpan(a, b, number, sentence_id, start, end))
        self._sentence_starts = [s.start for s in self.sentences]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Source offsets of the Doc's characters `start` to `end` (exclusive)."""
        return self._one(start), self._one(end - 1) + 1

    def _one(self, char: int) -> int:
        i = bisect_right(self._doc_chars, char) - 1
        return self._source_chars[i] + char - self._doc_chars[i]

    def span(self, doc: Doc, start: int, end: int) -> tuple[int, int, str]:
        """Source offsets and source words of tokens `start` to `end` (exclusive)."""
        last = doc[end - 1]
        a, b = self.source(doc[start].idx, last.idx + len(last))
        return a, b, self.document.text[a:b]

    def block_at(self, token: int) -> Block:
        """The block that holds a token."""
        return self.blocks[max(bisect_right(self._block_starts, token) - 1, 0)]

    def sentence_at(self, token: int) -> SentenceSpan | None:
        """The sentence that holds a token; None in a heading."""
        i = bisect_right(self._sentence_starts, token) - 1
        return self.sentences[i] if i >= 0 and token < self.sentences[i].end else None


def _sentence_bounds(doc: Doc, block: Block, starts: list[int]) -> list[tuple[int, int]]:
    """Token bounds of a block's sentences, white space at either end left out; `starts` are those of later ones."""
    bounds = []
    for a, b in zip([block.start, *starts], [*starts, block.end], strict=True):
        while a < b and doc[a].is_space:
            a += 1
        while b > a and doc[b - 1].is_space:
            b -= 1
        if a < b:
            bounds.append((a, b))
    return bounds


def attach(doc: Doc, document: Document, blocks: list[Block], segments: list[tuple[int, int]]) -> Layout:
    """Give a Doc its layout; returns it. Afterwards `layout_of(doc)` finds it."""
    register()
    layout = Layout(doc, document, blocks, segments)
    doc._.layout = layout
    return layout


def layout_of(doc: Doc) -> Layout:
    """The Doc's layout; a Doc made by a plain `nlp(text)` gets one from its own text.

    Examples
    --------
    >>> import spacy
    >>> doc = spacy.blank("en")("War began.\\n\\nIt ended.")
    >>> [b.kind for b in layout_of(doc).blocks]
    ['prose', 'prose']
    """
    register()
    if doc._.layout is None:
        from pipeline.read.structure import paragraphs  # the reader needs this module

        document = Document(doc_id="text", text=doc.text, paragraphs=paragraphs(doc.text))
        blocks: list[Block] = []
        token = 0
        for p in document.paragraphs:
            start = token
            while token < len(doc) and doc[token].idx < p.end:
                token += 1
            if token > start:
                blocks.append(Block(start if blocks else 0, token, p.index, p.kind, p.section))
        if not blocks:
            blocks = [Block(0, len(doc), 0, PROSE, "")]
        elif blocks[-1].end < len(doc):
            last = blocks[-1]
            blocks[-1] = Block(last.start, len(doc), last.index, last.kind, last.section)
        attach(doc, document, blocks, [(0, 0)])
    layout: Layout = doc._.layout
    return layout


def register() -> None:
    """Declare the Doc attributes of the project (once): layout, dates, mentions, actors, events."""
    from spacy.tokens import Doc

    for name in ("layout", "dates", "mentions", "actors", "events"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)
