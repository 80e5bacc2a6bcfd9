"""The actors' graph by period: one folder of graph files a period, made of what is dated within it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from pipeline.export.tables import Row, Tables
from pipeline.graph import build_edges, write_graph, year_of
from pipeline.schema import TABLES, arrow_schema
from pipeline.settings import GraphSettings

# The shortest period that cuts the usual time into no more slices than this.
MOST_SLICES = 12
PERIODS = (10, 25, 50, 100, 250, 500, 1000)


def write(tables: Tables, destination: Path) -> None:
    """Write `FIRST-LAST/graph.graphml`, `.gexf` and `.json` for each period that has a tie.

    A sentence belongs to the periods that its calendar expressions touch, an event to those in which it can have
    happened. Measures are those of the slice's own graph.
    """
    dated = _spans(
        (d["sentence_id"], d["earliest"], d["latest"]) for d in tables.rows["dates"] if d["type"] in ("DATE", "TIME")
    )
    happened = _spans((e["event_id"], e["date_start"], e["date_end"]) for e in tables.rows["events"])
    for first, last in _periods([year for _, start, end in dated + happened for year in (start, end)]):
        sentences = {s for s, start, end in dated if start <= last and end >= first}
        events = {e for e, start, end in happened if start <= last and end >= first}
        slice_of = {
            "sentences": tables.rows["sentences"],
            "mentions": [m for m in tables.rows["mentions"] if m["sentence_id"] in sentences],
            "events": [e for e in tables.rows["events"] if e["event_id"] in events],
            "actors": tables.rows["actors"],
            "dates": [d for d in tables.rows["dates"] if d["sentence_id"] in sentences],
        }
        arrow = {name: _arrow(name, rows) for name, rows in slice_of.items()}
        edges = build_edges(**arrow, settings=GraphSettings())
        if edges:
            folder = destination / f"{first}-{last}"
            folder.mkdir(parents=True, exist_ok=True)
            rows = [{name: getattr(e, name) for name in arrow_schema(TABLES["edges"]).names} for e in edges]
            write_graph(folder, arrow["actors"], _arrow("edges", rows), arrow["events"])


def _spans(found: Iterable[tuple[str, str, str]]) -> list[tuple[str, int, int]]:
    """Those with both days, as first and last year."""
    spans = ((name, year_of(start), year_of(end)) for name, start, end in found)
    return [(name, start, end) for name, start, end in spans if start is not None and end is not None]


def _periods(years: list[int]) -> list[tuple[int, int]]:
    """The periods of a round number of years that have one of these years.

    A few far years do not make the periods long: they are chosen for the middle nine tenths.

    Examples
    --------
    >>> _periods([1958, 1991, 2003])
    [(1950, 1959), (1990, 1999), (2000, 2009)]
    >>> _periods([1701, *range(1950, 1990)])[:2]
    [(1700, 1709), (1950, 1959)]
    """
    if not years:
        return []
    ordered = sorted(years)
    low, high = ordered[len(ordered) // 20], ordered[-1 - len(ordered) // 20]
    length = next((p for p in PERIODS if high // p - low // p < MOST_SLICES), PERIODS[-1])
    return [(n * length, n * length + length - 1) for n in sorted({year // length for year in years})]


def _arrow(name: str, rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=arrow_schema(TABLES[name]))
