"""Plain text and Markdown: the bytes decoded, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pipeline.read.formats import Member, Reader
from pipeline.read.text import decode, encoding_of


def _read(stream: BinaryIO, name: str) -> Iterator[Member]:
    data = stream.read()
    encoding = encoding_of(data)
    yield Member(lambda: decode(data, name, encoding), encoding=encoding or "")


READER = Reader(_read)
