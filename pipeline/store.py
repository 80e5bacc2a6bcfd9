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
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.schema import TABLES, arrow_schema

#: Where a join puts what does not fit in its memory, below the folder that it works in.
SPILL = ".spill"
# Arrow's own allocators keep for themselves what a table no longer needs.
pa.set_memory_pool(pa.system_memory_pool())

_ROWS_PER_GROUP = 10_000
# A spreadsheet runs a cell that begins like this as a formula; a minus before a digit is a year before our era.
_FORMULA = r"^(?:[=+@\t\r\n\x{ff1d}\x{ff0b}\x{ff20}]|-(?:[^0-9]|$))"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it into place when the block ends without an error."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _replacing_parts(path: Path) -> Iterator[Path]:
    """Yield a temporary folder for a table's Parquet files; one alone becomes `path`, several a folder of that name."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.mkdir()
    try:
        yield temporary
        parts = list(temporary.iterdir())
        made = parts[0] if len(parts) == 1 else temporary
        if made.is_file() and not path.is_dir():
            made.replace(path)
            return
        old = path.with_name(f".{path.name}.{os.getpid()}.old.tmp")  # a folder is not replaced in one step
        if path.exists():
            path.rename(old)
        made.rename(path)
        remove(old)
    finally:
        remove(temporary)


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a whole file atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_json(path: Path, value: Any, indent: int | None = 1) -> None:
    """Write a value as JSON atomically, keys in the order given."""
    write_bytes(path, (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "surrogatepass"))


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


class GroupWriter:
    """Write a shard's records as they come, a row group a document or part; the file appears when the block ends."""

    def __init__(self, path: Path, record: type) -> None:
        self._path, self._record = path, record
        self._open = ExitStack()

    def __enter__(self) -> GroupWriter:
        with ExitStack() as stack:
            temporary = stack.enter_context(replacing(self._path))
            schema = arrow_schema(self._record, internal=True)
            self._writer = stack.enter_context(pq.ParquetWriter(temporary, schema, compression="zstd"))
            self._open = stack.pop_all()
        return self

    def write(self, rows: Sequence[Any]) -> None:
        """Add the records of the next document or part."""
        self._writer.write_table(to_table(self._record, rows), row_group_size=max(len(rows), 1))

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._open.__exit__(kind, error, trace)


def write_groups(path: Path, record: type, groups: Iterable[Sequence[Any]]) -> None:
    """Write a shard's records, a row group a document."""
    with GroupWriter(path, record) as writer:
        for rows in groups:
            writer.write(rows)


@contextmanager
def read_groups(path: Path, record: type) -> Iterator[Iterator[list[Any]]]:
    """The records of a shard, a list a document or part, read as they are asked for."""
    with pq.ParquetFile(path) as file:
        yield (from_table(record, file.read_row_group(i)) for i in range(file.num_row_groups))


# ---------------------------------------------------------------- the tables of a run


def parquet_files(folder: Path, name: str) -> list[Path]:
    """The Parquet files of a table in the order of its rows: one, or those in the folder of a large table."""
    path = folder / f"{name}.parquet"
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


def read_batches(folder: Path, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The rows of a table, at most 10,000 at a time."""
    for path in parquet_files(folder, name):
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(_ROWS_PER_GROUP, columns=columns)


def read_table(folder: Path, name: str) -> pa.Table:
    """The rows of a table."""
    return pa.concat_tables([pq.ParquetFile(path).read() for path in parquet_files(folder, name)])


class TableWriter:
    """Write one table as Parquet and CSV twin as its rows come; both appear when the block ends.

    A table of more than `rows_per_file` rows becomes a folder of Parquet files under the name that the file would have.
    """

    def __init__(self, folder: Path, name: str, rows_per_file: int) -> None:
        self.schema = arrow_schema(TABLES[name])
        self.rows = 0
        self._rows_per_file = rows_per_file
        self._pending: list[pa.Table] = []
        self._waiting = 0
        self._paths = [folder / f"{name}.parquet", folder / f"{name}.csv"]

    def __enter__(self) -> TableWriter:
        with ExitStack() as stack:
            parquet, twin = self._paths
            self._folder = stack.enter_context(_replacing_parts(parquet))
            stack.callback(self._close)
            self._files = 0
            self._room = 0
            self._parquet: pq.ParquetWriter | None = None
            temporary = stack.enter_context(replacing(twin))
            self._csv = csv.writer(
                stack.enter_context(temporary.open("w", encoding="utf-8", newline="")), lineterminator="\n"
            )
            self._csv.writerow(self.schema.names)
            self._open = stack.pop_all()
        return self

    def write(self, rows: pa.Table) -> None:
        """Add rows; columns that are not the table's are left out."""
        self._pending.append(rows.select(self.schema.names).cast(self.schema))
        self._waiting += rows.num_rows
        self.rows += rows.num_rows
        if self._waiting >= _ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        """Write full row groups; where they end depends on the rows alone, not on the pieces in which these came."""
        table = pa.concat_tables([*self._pending, self.schema.empty_table()])
        whole = table.num_rows if self._last else table.num_rows - table.num_rows % _ROWS_PER_GROUP
        start = 0
        while start < whole:
            writer = self._with_room()
            group = table.slice(start, min(_ROWS_PER_GROUP, whole - start, self._room)).combine_chunks()
            writer.write_table(group, row_group_size=_ROWS_PER_GROUP)
            self._csv.writerows(zip(*(_cells(column) for column in group.columns), strict=True))
            self._room -= group.num_rows
            start += group.num_rows
        self._pending, self._waiting = [table.slice(whole)], table.num_rows - whole

    _last = False

    def _with_room(self) -> pq.ParquetWriter:
        """The Parquet file that takes the next rows; a new one when the last is full."""
        if self._parquet is None or not self._room:
            self._close()
            path = self._folder / f"part-{self._files:05}.parquet"
            self._parquet = pq.ParquetWriter(path, self.schema, compression="zstd")
            self._files += 1
            self._room = self._rows_per_file
        return self._parquet

    def _close(self) -> None:
        if self._parquet is not None:
            self._parquet.close()
            self._parquet = None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        with self._open:
            if kind is not None:
                raise error
            self._last = True
            self._flush()
            if not self._files:
                self._with_room()  # a table without rows has a file too


def _cells(column: pa.ChunkedArray) -> list[Any]:
    """A column's values in the CSV twin; text that a spreadsheet would run as a formula gets an apostrophe before it.

    Examples
    --------
    >>> _cells(pa.chunked_array([["=1+1", "-0490-08", "-x", "a"]])), _cells(pa.chunked_array([[["a", "b"]]]))
    (["'=1+1", '-0490-08', "'-x", 'a'], ['a|b'])
    >>> _cells(pa.chunked_array([[True]])), _cells(pa.chunked_array([[0.5]]))
    (['true'], [0.5])
    """
    if pa.types.is_list(column.type):
        column = pc.binary_join(column, "|")
    if pa.types.is_boolean(column.type):
        return ["true" if value else "false" for value in column.to_pylist()]
    if pa.types.is_string(column.type):
        risky = pc.match_substring_regex(column, _FORMULA)
        column = pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)
    found: list[Any] = column.to_pylist()
    return found
