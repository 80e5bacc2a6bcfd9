"""What looks across documents gives the same rows however they come, and without comparing all with all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import store
from pipeline.events.duplicates import Telling, duplicates, same_event
from pipeline.schema import Edge, arrow_schema

DAYS = ["1950-01-01", "1950-01-31", "1950-02-01", "1950-12-31", "1959-12-31", "-0490-09-12", "-0490-12-31"]


ROWS = st.tuples(
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
    st.sampled_from(["clause", "sentence", "carried"]),
    st.sampled_from(["", "a", "b", "ab", "bc"]),
    st.sampled_from(["", "a", "b", "ab", "bc"]),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(ROWS, max_size=25))
def test_repeated_events_are_those_that_comparing_all_with_all_finds(found: list[tuple[str, ...]]) -> None:
    rows = [
        Telling(f"e{i}", "ASSAULT", "attacked", f"s{i // 2}", first, last, basis, "asserted", [*source], [*target])
        for i, (first, last, basis, source, target) in enumerate(found)
    ]
    firsts: list[Telling] = []
    expected = {}
    for i, row in enumerate(rows):
        first = next((f for f in firsts if same_event(f, row)), None)
        if first is None:
            firsts.append(row)
        else:
            expected[i] = first.event_id
    assert dict(duplicates(enumerate(rows))) == expected


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_table_is_the_same_in_whatever_pieces_its_rows_come(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_ROWS_PER_GROUP", 10)
    rows = [Edge(f"a{i}", f'b,"{i}', i, i, i, i, i / 3, "", "=1") for i in range(95)]
    cells = {name: [getattr(r, name) for r in rows] for name in arrow_schema(Edge).names}
    table = pa.table(cells, schema=arrow_schema(Edge))
    whole, pieces = tmp_path / "whole", tmp_path / "pieces"
    for folder, step in ((whole, 95), (pieces, size)):
        folder.mkdir()
        with store.TableWriter(folder, "edges", 1000) as writer:
            for start in range(0, 95, step):
                writer.write(table.slice(start, step))
        assert writer.rows == 95
    for name in ("edges.parquet", "edges.csv"):
        assert (whole / name).read_bytes() == (pieces / name).read_bytes()
    assert pq.ParquetFile(whole / "edges.parquet").num_row_groups == 10
    assert pq.read_table(whole / "edges.parquet").equals(table)


@pytest.mark.parametrize("size", [7, 95])
def test_a_large_table_is_a_folder_of_files_until_it_is_small_again(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_ROWS_PER_GROUP", 10)
    rows = [Edge(f"a{i}", "b", i, i, i, i, i / 3, "", "") for i in range(95)]
    cells = {name: [getattr(r, name) for r in rows] for name in arrow_schema(Edge).names}
    table = pa.table(cells, schema=arrow_schema(Edge))

    def write(rows: pa.Table) -> None:
        with store.TableWriter(tmp_path, "edges", 25) as writer:
            for start in range(0, rows.num_rows, size):
                writer.write(rows.slice(start, size))

    for some in (table.slice(0, 20), table, table.slice(0, 60), table.slice(0, 25)):
        write(some)
        files = [pq.read_metadata(path).num_rows for path in store.parquet_files(tmp_path, "edges")]
        assert files == [25] * (some.num_rows // 25) + [some.num_rows % 25] * (some.num_rows % 25 > 0)
        assert store.read_table(tmp_path, "edges").equals(some)
        assert pa.Table.from_batches(store.read_batches(tmp_path, "edges")).equals(some)
        assert len(pd.read_parquet(tmp_path / "edges.parquet")) == some.num_rows
        assert sorted(p.name for p in tmp_path.iterdir()) == ["edges.csv", "edges.parquet"]
    assert (tmp_path / "edges.parquet").is_file()


def test_a_table_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    def fail(rows: Any) -> None:
        with store.TableWriter(tmp_path, "edges", 1000) as writer:
            writer.write(rows)
            raise OSError("no space")

    empty = arrow_schema(Edge).empty_table()
    with store.TableWriter(tmp_path, "edges", 1000) as writer:
        writer.write(empty)
    before = (tmp_path / "edges.csv").read_bytes()
    with pytest.raises(OSError, match="no space"):
        fail(empty)
    assert (tmp_path / "edges.csv").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["edges.csv", "edges.parquet"]
