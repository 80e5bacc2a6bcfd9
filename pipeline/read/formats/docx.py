"""Word documents (python-docx): paragraphs, headings and list items in Markdown, tables left out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.errors import InputError
from pipeline.read.compressed import check_archive
from pipeline.read.formats import Member, Reader, need

_HEADING = re.compile(r"heading (\d)", re.I)


def _read(stream: BinaryIO, name: str) -> Iterator[Member]:
    docx = need("docx", "python-docx", name)
    data = stream.read()
    check_archive(io.BytesIO(data), len(data), name)
    try:
        document = docx.Document(io.BytesIO(data))
        paragraphs = [
            (p.text.strip(), (p.style.name if p.style is not None else "") or "") for p in document.paragraphs
        ]
        about = document.core_properties
        title = about.title or ""
    except Exception as error:  # a broken file makes its libraries raise anything
        raise InputError(f"{name}: broken Word document ({type(error).__name__}); save it again") from error
    text = "\n\n".join(_marked(words, style) for words, style in paragraphs if words)
    if not text:
        raise InputError(f"{name}: no paragraphs with words; put a text into it or remove it")
    yield Member(lambda: text, title=title)


def _marked(words: str, style: str) -> str:
    """A paragraph with its style as Markdown."""
    one_line = " ".join(words.split())
    if style == "Title":
        return f"# {one_line}"
    if m := _HEADING.match(style):
        return f"{'#' * min(int(m[1]) + 1, 6)} {one_line}"
    return f"- {one_line}" if style.startswith("List") else words


READER = Reader(_read, library="python-docx")
