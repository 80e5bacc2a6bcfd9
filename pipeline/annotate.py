"""Annotate a document with spaCy: paragraph by paragraph, joined into one Doc.

The language model sees one paragraph at a time, because its memory grows with the length of a text. Line breaks and
runs of spaces are folded first; the segments remember where each stretch of the Doc stands in the source.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from pipeline.document import LIST, Block, Document, attach
from pipeline.read.lines import trim

#: What is stored of each token. HEAD carries the sentence boundaries.
ATTRS = ["ORTH", "TAG", "POS", "MORPH", "LEMMA", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE"]
_USER_DATA = "regesta"
# Marks that show nothing: they only steer how a line is broken or set.
_MARKS = "\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00"
# Every alternative begins with the character it is about, looking back after it: that is several times as fast.
_FOLD = re.compile(
    # A word broken at the end of a line, also one that has since moved into a line.
    r"(?P<hyphen>-(?<=\w-)[ \t]*[\r\n]\s*(?=\w)(?!(?:and|or|to)\b)|-(?<=[a-z]-) (?=[a-z]))"
    r"|(?P<soft>¬(?<=[a-z]¬)\s*(?=[a-z]))"
    # Notes: coup.[12][a] coup.² [citation needed], and a number set against the end of a sentence.
    r"|(?P<bracket>\[(?<=[^\s\[(]\[)"
    r"(?:\d{1,3}(?:[,–-] ?\d{1,3}){0,9}|(?:note|nb|n) \d{1,3}|[a-z -]{1,30} needed|[a-z](?<=[.,;:!?\"”’)\]]\[.))\]"
    r"(?::\d{1,4}(?:[–-]\d{1,4})?)?(?!\w))"
    r"|(?P<raised>[⁰¹²³⁴-⁹](?<=[.,;:!?\"”’)\]].)[⁰¹²³⁴-⁹]*)"
    r"|(?P<glued>[0-9](?:(?<=[a-z]{4}[.!?].)[0-9]?(?=\s+[\"“‘]?[A-Z])|(?<=[a-z][.!?,][\"”].)[0-9]{0,2}(?=\s)))"
    # Runs of white space and marks, any white space but a single space; quotation marks of lines (> and >>).
    rf"|(?:[ ][\s{_MARKS}]|[^\S ]|[{_MARKS}])[\s{_MARKS}]*"
    rf"(?:>(?:(?<=[\r\n]>)|(?<=[\r\n][ \t]>)|(?<=[\r\n][ \t][ \t]>))[> \t]*[\s{_MARKS}]*)*"
)
_LEFT_OUT = frozenset({"soft", "bracket", "raised", "glued"})
_WORD = re.compile(r"[^\W\d_]{4,}")
_BROKEN = re.compile(r"\w-\s")
_LETTERS = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"(?:[a-z]{4}|\d\d)[.!?][\"”’)\]]*\s+(?=[\"“‘(\[]*[A-Z])")
_CHUNK = 6000
#: What goes through the language model at once, in characters: its memory grows with that.
_BATCH_CHARS = 30_000


def fold(text: str, start: int, end: int, words: Container[str] = ()) -> tuple[str, list[tuple[int, int]]]:
    """The words of `text[start:end]` with white space folded, and where each stretch of them stands.

    Footnote marks, invisible characters and the `>` of quoted lines are left out, and a word broken at the end of a
    line is put together: without its hyphen when it stands so elsewhere in the text.

    Parameters
    ----------
    text, start, end : str, int, int
        The source and a stretch of it.
    words : container of str
        The text's words in lower case (`words_of`).

    Returns
    -------
    tuple of str and list of (int, int)
        The folded words; pairs (offset in them, offset in the source) at which a verbatim stretch begins.

    Examples
    --------
    >>> fold("the war\\n  began", 4, 15)
    ('war began', [(0, 4), (3, 9)])
    >>> fold("self-\\nrule was de-\\nclared.[1]", 0, 29, {"declared"})[0]
    'self-rule was declared.'
    """
    parts: list[str] = []
    segments: list[tuple[int, int]] = []
    length, last = 0, start

    def add(begin: int, finish: int) -> None:
        nonlocal length
        if begin < finish and parts and parts[-1].endswith(" ") and text[begin] == " ":
            begin += 1  # the space after something left out
        if finish > begin:
            segments.append((length, begin))
            parts.append(text[begin:finish])
            length += finish - begin

    for m in _FOLD.finditer(text, start, end):
        add(last, m.start())
        last = m.end()
        if m.lastgroup in _LEFT_OUT or (m.lastgroup == "hyphen" and _is_word(text, m, words)):
            continue
        if m.lastgroup == "hyphen":
            add(m.start(), m.end() if m.group() == "- " else m.start() + 1)
            continue
        if last < end and parts and not parts[-1].endswith(" "):
            # The space stands for the last white space before the next word; marks alone leave none.
            at = next((i for i in range(m.end() - 1, m.start() - 1, -1) if text[i].isspace()), None)
            if at is not None:
                segments.append((length, at))
                parts.append(" ")
                length += 1
    add(last, end)
    merged = [s for i, s in enumerate(segments) if i == 0 or s[1] - s[0] != segments[i - 1][1] - segments[i - 1][0]]
    return "".join(parts), merged or [(0, start)]


def _is_word(text: str, broken: re.Match[str], words: Container[str]) -> bool:
    """Whether the two halves of a word broken at a line's end make a word of the text."""
    before = _LETTERS.findall(text, max(0, broken.start() - 40), broken.start())
    after = _LETTERS.match(text, broken.end())
    return bool(before) and after is not None and (before[-1] + after[0]).lower() in words


def words_of(text: str, start: int = 0, end: int | None = None) -> Container[str]:
    """The words of `text[start:end]` in lower case; none for a text without broken words."""
    end = len(text) if end is None else end
    if not _BROKEN.search(text, start, end):
        return ()
    return {m.group().lower() for m in _WORD.finditer(text, start, end)}


def _chunks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a very long paragraph at ends of sentences, else at white space, else anywhere."""
    while end - start > _CHUNK:
        middle, limit = start + _CHUNK // 2, start + _CHUNK
        cut = max((m.end() for m in _SENTENCE_END.finditer(text, middle, limit)), default=0)
        if not cut:
            cut = next((i + 1 for i in range(limit - 1, middle, -1) if text[i].isspace()), limit)
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _batches(pieces: list[str], most: int) -> Iterator[list[str]]:
    """Consecutive pieces, a bounded number of bounded length together."""
    batch: list[str] = []
    size = 0
    for piece in pieces:
        if batch and (len(batch) >= most or size + len(piece) > _BATCH_CHARS):
            yield batch
            batch, size = [], 0
        batch.append(piece)
        size += len(piece)
    if batch:
        yield batch


def _through(nlp: Language, batch: list[str]) -> Iterator[Doc]:
    """Docs of the pieces, without the vectors of their words in context, which nothing reads again."""
    for doc in nlp.pipe(batch, batch_size=len(batch)):
        doc.tensor = np.zeros((0,), dtype="float32")
        yield doc


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
        words = words_of(document.text, *(document.bounds if document.parts else ()))
        pieces = [
            (p, *fold(document.text, *trim(document.text, a, b), words))
            for p in document.paragraphs
            if p.kind != LIST
            for a, b in _chunks(document.text, p.start, p.end)
        ]
        pieces = [piece for piece in pieces if piece[1].strip()]
        parts = [part for batch in _batches([p[1] for p in pieces], batch_size) for part in _through(nlp, batch)]
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
