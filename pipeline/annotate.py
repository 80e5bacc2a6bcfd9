"""Annotate a document with spaCy: paragraph by paragraph, joined into one Doc.

The language model sees one paragraph at a time, because its memory grows with the length of a text. Line breaks and
runs of spaces are folded first; the segments remember where each stretch of the Doc stands in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from pipeline.document import LIST, Block, Document, attach

#: What is stored of each token. HEAD carries the sentence boundaries.
ATTRS = ["ORTH", "TAG", "POS", "MORPH", "LEMMA", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE"]
_USER_DATA = "regesta"
# White space to fold into one space, and marks that only steer how a line is broken or set.
_FOLD = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00]+|\\s{2,}|[^\\S ]")
_CHUNK = 6000


def fold(text: str, start: int, end: int) -> tuple[str, list[tuple[int, int]]]:
    """The words of `text[start:end]` with white space folded, and where each stretch of them stands.

    Returns
    -------
    tuple of str and list of (int, int)
        The folded words; pairs (offset in them, offset in the source) at which a verbatim stretch begins.

    Examples
    --------
    >>> fold("the war\\n  began", 4, 15)
    ('war began', [(0, 4), (4, 10)])
    """
    parts: list[str] = []
    segments: list[tuple[int, int]] = []
    length, last = 0, start
    for m in _FOLD.finditer(text, start, end):
        if m.start() > last:
            segments.append((length, last))
            parts.append(text[last : m.start()])
            length += m.start() - last
        last = m.end()
        if m.group().isspace() and parts:
            # The space itself stands for the last white space before the next word.
            segments.append((length, m.end() - 1))
            parts.append(" ")
            length += 1
    if last < end:
        segments.append((length, last))
        parts.append(text[last:end])
    merged = [s for i, s in enumerate(segments) if i == 0 or s[1] - s[0] != segments[i - 1][1] - segments[i - 1][0]]
    return "".join(parts), merged or [(0, start)]


def _chunks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a very long paragraph at ends of sentences, else at spaces, else anywhere."""
    while end - start > _CHUNK:
        cut = max(text.rfind(". ", start, start + _CHUNK) + 1, 0)
        if cut <= start:
            cut = text.rfind(" ", start, start + _CHUNK)
        if cut <= start:
            cut = start + _CHUNK
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def annotate(nlp: Language, documents: Iterable[Document], batch_size: int = 64) -> Iterator[Doc]:
    """Annotate documents with a spaCy pipeline.

    Parameters
    ----------
    nlp : Language
        A pipeline with a parser and NER.
    documents : iterable of Document
        As `read` makes them.
    batch_size : int
        Paragraphs that go through the model at once.

    Yields
    ------
    Doc
        One a document, in order, its layout attached and stored in `user_data`.
    """
    for document in documents:
        pieces = [
            (p, *fold(document.text, a, b))
            for p in document.paragraphs
            if p.kind != LIST
            for a, b in _chunks(document.text, p.start, p.end)
        ]
        pieces = [piece for piece in pieces if piece[1].strip()]
        parts = list(nlp.pipe((words for _, words, _ in pieces), batch_size=batch_size))
        doc = Doc.from_docs(parts, ensure_whitespace=True) if parts else Doc(nlp.vocab)
        assert doc is not None
        blocks: list[Block] = []
        segments: list[tuple[int, int]] = []
        token = 0
        for (paragraph, _, spans), part in zip(pieces, parts, strict=True):
            segments += [(doc[token].idx + a, b) for a, b in spans] if len(part) else []
            end = token + len(part)
            if blocks and blocks[-1].index == paragraph.index:
                block = Block(blocks[-1].start, end, paragraph.index, paragraph.kind, paragraph.section)
                blocks[-1] = block
            else:
                blocks.append(Block(token, end, paragraph.index, paragraph.kind, paragraph.section))
            token = end
        doc.user_data[_USER_DATA] = {
            "blocks": [[b.start, b.end, b.index, b.kind, b.section] for b in blocks],
            "segments": [list(s) for s in segments],
        }
        attach(doc, document, blocks, segments)
        yield doc


def pack(docs: Iterable[Doc]) -> bytes:
    """Docs as a spaCy DocBin."""
    box = DocBin(attrs=ATTRS, store_user_data=True)
    for doc in docs:
        stored = doc.user_data
        doc.user_data = {_USER_DATA: stored[_USER_DATA]}  # the layout is rebuilt from this
        box.add(doc)
        doc.user_data = stored
    return bytes(box.to_bytes())


def unpack(data: bytes, vocab: Vocab, documents: Iterable[Document]) -> Iterator[Doc]:
    """Docs of a DocBin with their layouts; `documents` are the sources in the same order."""
    box = DocBin(store_user_data=True).from_bytes(data)
    for doc, document in zip(box.get_docs(vocab), documents, strict=True):
        stored = doc.user_data[_USER_DATA]
        attach(doc, document, [Block(*b) for b in stored["blocks"]], [(a, b) for a, b in stored["segments"]])
        yield doc
