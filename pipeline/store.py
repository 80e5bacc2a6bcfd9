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


class TableWriter:
    """Write one table as Parquet and CSV twin as its rows come; both appear when the block ends."""

    def __init__(self, folder: Path, name: str) -> None:
        self.schema = arrow_schema(TABLES[name])
        self.rows = 0
        self._pending: list[pa.Table] = []
        self._waiting = 0
        self._paths = [folder / f"{name}.parquet", folder / f"{name}.csv"]

    def __enter__(self) -> TableWriter:
        with ExitStack() as stack:
            parquet, twin = (stack.enter_context(replacing(path)) for path in self._paths)
            self._parquet = stack.enter_context(pq.ParquetWriter(parquet, self.schema, compression="zstd"))
            self._csv = csv.writer(
                stack.enter_context(twin.open("w", encoding="utf-8", newline="")), lineterminator="\n"
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
        for start in range(0, whole, _ROWS_PER_GROUP):
            group = table.slice(start, min(_ROWS_PER_GROUP, whole - start)).combine_chunks()
            self._parquet.write_table(group, row_group_size=_ROWS_PER_GROUP)
            self._csv.writerows(zip(*(_cells(column) for column in group.columns), strict=True))
        self._pending, self._waiting = [table.slice(whole)], table.num_rows - whole

    _last = False

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        with self._open:
            if kind is not None:
                raise error
            self._last = True
            self._flush()


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
