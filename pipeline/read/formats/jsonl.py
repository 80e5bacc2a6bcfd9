"""JSON Lines: an object with a text on every line, in UTF-8."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.errors import RegestaError
from pipeline.read.formats import Member, Reader
from pipeline.read.formats.rows import columns, member


def _read(stream: BinaryIO, name: str) -> Iterator[Member]:
    for number, line in enumerate(stream, 1):
        if not line.strip(b" \r\n\t\xef\xbb\xbf"):
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise RegestaError(f"{name}, line {number}: not JSON in UTF-8 ({error}); correct or remove it") from error
        if not isinstance(row, dict):
            raise RegestaError(f'{name}, line {number}: no JSON object; write one a line, such as {{"text": ...}}')
        if found := member(row, columns(row, f"{name}, line {number}")):
            yield found


READER = Reader(_read, many=True)
