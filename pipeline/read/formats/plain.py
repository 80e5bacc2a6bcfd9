"""Plain text and Markdown: the bytes decoded, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pipeline.read.formats import Member, Reader
from pipeline.read.text import decode


def _read(stream: BinaryIO, name: str) -> Iterator[Member]:
    data = stream.read()
    yield Member(lambda: decode(data, name))


READER = Reader(_read)
