"""Parquet files with a text a row, read batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import RegestaError
from pipeline.read.formats import Member, Reader
from pipeline.read.formats.rows import columns, member


def _read(stream: BinaryIO, name: str) -> Iterator[Member]:
    try:
        file = pq.ParquetFile(stream)
        parts = columns(file.schema_arrow.names, name)
        for batch in file.iter_batches(batch_size=256, columns=list(parts.values())):
            for row in batch.to_pylist():
                if found := member(row, parts):
                    yield found
    except (pa.ArrowException, OSError) as error:
        first = str(error).splitlines()[0]
        raise RegestaError(f"{name}: not a Parquet file ({first}); write it again") from error


READER = Reader(_read, many=True)
