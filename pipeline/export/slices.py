"""The actors' graph by period: one folder of graph files a period, made of what is dated within it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from pipeline.export.tables import Row, Tables
from pipeline.graph import build_edges, write_graph, year_of
from pipeline.schema import TABLES, arrow_schema
from pipeline.settings import GraphSettings

# The shortest period that gives no more slices than this.
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
    """Periods of a round number of years that cover them all.

    Examples
    --------
    >>> _periods([1958, 1991, 2003])
    [(1950, 1959), (1960, 1969), (1970, 1979), (1980, 1989), (1990, 1999), (2000, 2009)]
    >>> _periods([-490, 1958])[0], len(_periods([-490, 1958]))
    ((-500, -251), 10)
    """
    if not years:
        return []
    low, high = min(years), max(years)
    length = next((p for p in PERIODS if high // p - low // p < MOST_SLICES), PERIODS[-1])
    return [(n * length, n * length + length - 1) for n in range(low // length, high // length + 1)]


def _arrow(name: str, rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=arrow_schema(TABLES[name]))
