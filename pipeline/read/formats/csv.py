"""CSV and TSV files with a text a row, in UTF-8; commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.errors import RegestaError
from pipeline.read.formats import Member, Reader
from pipeline.read.formats.rows import columns, member

_FIELD_LIMIT = 100_000_000


def _read(stream: BinaryIO, name: str) -> Iterator[Member]:
    csv.field_size_limit(_FIELD_LIMIT)
    lines = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        header = lines.readline()
        delimiter = max(",;\t", key=header.count)
        names = next(csv.reader([header], delimiter=delimiter), [])
        parts = columns(names, name)
        for row in csv.DictReader(lines, fieldnames=names, delimiter=delimiter):
            if found := member(row, parts):
                yield found
    except UnicodeDecodeError as error:
        raise RegestaError(f"{name}: not UTF-8; save it as 'CSV UTF-8'") from error
    except csv.Error as error:
        raise RegestaError(f"{name}: {error}; correct the quotation marks or remove NUL characters") from error


READER = Reader(_read, many=True)
