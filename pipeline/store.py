"""Atomic files: shards between the stages, and the tables that users read.

A file is written under a temporary name in its own folder and moved into place, so that a reader, or a run after a
crash, sees the old file or the new one and never a part of one.
"""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema import TABLES, arrow_schema, columns

_ROWS_PER_GROUP = 50_000
# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA = ("=", "+", "@", "\t", "\r", "-")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it into place when the block ends without an error."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a whole file atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON atomically, keys in the order given."""
    write_bytes(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "surrogatepass"))


def read_json(path: Path) -> Any:
    """Read a JSON file; None where there is none or it is damaged."""
    try:
        return json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
    except (OSError, ValueError):
        return None


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


# ---------------------------------------------------------------- records of one shard


def to_table(record: type, rows: Iterable[Any]) -> pa.Table:
    """Records as an arrow table with the internal columns."""
    schema = arrow_schema(record, internal=True)
    rows = list(rows)
    arrays = [pa.array([getattr(r, name) for r in rows], schema.field(name).type) for name in schema.names]
    return pa.Table.from_arrays(arrays, schema=schema)


def from_table(record: type, table: pa.Table) -> list[Any]:
    """Inverse of `to_table`."""
    names = [f.name for f in dataclasses.fields(record)]
    cells = [table.column(name).to_pylist() for name in names]
    return [record(*values) for values in zip(*cells, strict=True)]


def write_groups(path: Path, record: type, groups: Iterable[Sequence[Any]]) -> None:
    """Write a shard's records, one row group a document, so that a document's rows can be read alone."""
    schema = arrow_schema(record, internal=True)
    with replacing(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for rows in groups:
            writer.write_table(to_table(record, rows), row_group_size=max(len(rows), 1))


def read_groups(path: Path, record: type) -> list[list[Any]]:
    """The records of a shard, a list a document."""
    with pq.ParquetFile(path) as file:
        return [from_table(record, file.read_row_group(i)) for i in range(file.num_row_groups)]


# ---------------------------------------------------------------- the tables of a run


class TableWriter:
    """Write one table as Parquet and CSV twin, row by row; both appear when the block ends."""

    def __init__(self, folder: Path, name: str) -> None:
        self.record = TABLES[name]
        self.schema = arrow_schema(self.record)
        self.names = list(columns(self.record))
        self.rows = 0
        self._pending: list[Any] = []
        self._paths = [folder / f"{name}.parquet", folder / f"{name}.csv"]

    def __enter__(self) -> TableWriter:
        self._temporary = [p.with_name(f".{p.name}.{os.getpid()}.tmp") for p in self._paths]
        self._parquet = pq.ParquetWriter(self._temporary[0], self.schema, compression="zstd")
        self._file: IO[str] = self._temporary[1].open("w", encoding="utf-8", errors="backslashreplace", newline="")
        self._csv = csv.writer(self._file, lineterminator="\n")
        self._csv.writerow(self.names)
        return self

    def write(self, rows: Iterable[Any]) -> None:
        """Add records."""
        for row in rows:
            values = [getattr(row, name) for name in self.names]
            self._pending.append(values)
            self._csv.writerow([_cell(v) for v in values])
            self.rows += 1
        if len(self._pending) >= _ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            cells = list(zip(*self._pending, strict=True))
            arrays = [pa.array(c, self.schema.field(n).type) for n, c in zip(self.names, cells, strict=True)]
            self._parquet.write_table(pa.Table.from_arrays(arrays, schema=self.schema))
            self._pending = []

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._parquet.close()
            self._file.close()
            if kind is None:
                for temporary, path in zip(self._temporary, self._paths, strict=True):
                    temporary.replace(path)
            else:
                for temporary in self._temporary:
                    temporary.unlink(missing_ok=True)


def _cell(value: Any) -> str:
    """A value in the CSV twin; text that a spreadsheet would run as a formula gets an apostrophe before it.

    Examples
    --------
    >>> _cell(["a", "b"]), _cell("=1+1"), _cell("-0490-08"), _cell(True)
    ('a|b', "'=1+1", '-0490-08', 'true')
    """
    if isinstance(value, str):
        risky = value.startswith(_FORMULA) and not (value[0] == "-" and value[1:2].isdigit())
        return "'" + value if risky else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _cell("|".join(value))
    return str(value)
