"""The actors' graph by period: one folder of graph files a period, made of what is dated within it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from pipeline.export.tables import Row, Tables
from pipeline.graph import build_edges, year_of
from pipeline.graph_files import write_graph
from pipeline.schema import TABLES, arrow_schema

# The shortest period that cuts the usual time into no more slices than this.
MOST_SLICES = 12
PERIODS = (10, 25, 50, 100, 250, 500, 1000)


def write(tables: Tables, destination: Path) -> None:
    """Write `FIRST-LAST/graph.graphml`, `.gexf` and `.json` for each period that has a tie.

    Measures are those of the slice's own graph.
    """
    for first, last in _periods([year for _, start, end in _dated(tables) for year in (start, end)]):
        part = slice_tables(tables, first, last)
        if part["edges"].num_rows:
            folder = destination / f"{first}-{last}"
            folder.mkdir(parents=True, exist_ok=True)
            write_graph(folder, part["actors"], part["edges"], part["events"].to_batches())


def slice_tables(tables: Tables, first: int, last: int) -> dict[str, pa.Table]:
    """The tables that the graph of a period is made of, and its edges.

    A sentence belongs to the period when its calendar expressions touch it, an event when it can have happened in it.

    Parameters
    ----------
    tables : Tables
        As `pipeline.export.tables.load` reads them.
    first, last : int
        The years of the period.

    Returns
    -------
    dict of str to pyarrow.Table
        What `pipeline.graph.actor_graph` takes, and sentences, mentions and dates.
    """
    within = {name for name, start, end in _dated(tables) if start <= last and end >= first}
    rows = {
        "sentences": tables.rows["sentences"],
        "mentions": [m for m in tables.rows["mentions"] if m["sentence_id"] in within],
        "events": [e for e in tables.rows["events"] if e["event_id"] in within],
        "actors": tables.rows["actors"],
        "dates": [d for d in tables.rows["dates"] if d["sentence_id"] in within],
    }
    found = {name: _arrow(name, part) for name, part in rows.items()}
    edges = build_edges(**found, settings=tables.settings.graph)
    names = arrow_schema(TABLES["edges"]).names
    return {**found, "edges": _arrow("edges", [{n: getattr(e, n) for n in names} for e in edges])}


def _dated(tables: Tables) -> list[tuple[str, int, int]]:
    """Sentences and events by id, with the first and last year of what is dated in them."""
    calendar = (d for d in tables.rows["dates"] if d["type"] in ("DATE", "TIME"))
    named = [(d["sentence_id"], d["earliest"], d["latest"]) for d in calendar]
    return _spans(named + [(e["event_id"], e["date_start"], e["date_end"]) for e in tables.rows["events"]])


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
