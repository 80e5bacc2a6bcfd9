"""From shards to the tables: documents in the order of their ids, and what looks across documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline import store
from pipeline.schema import TABLES, Actor, Event
from pipeline.settings import Settings

_BY_STAGE = {
    "annotate": ("documents", "sentences"),
    "dates": ("dates",),
    "actors": ("mentions", "actors"),
    "events": ("events",),
}
_REPORT_CHARS = 3_000_000


def write_tables(shards: dict[Path, list[str]], out: Path, until: str) -> dict[str, int]:
    """Write the tables that the shards hold as far as a stage.

    Parameters
    ----------
    shards : dict
        Folder of each shard and the ids of its documents that are current.
    out : Path
        The output folder.
    until : str
        The last stage run on the shards.

    Returns
    -------
    dict of str to int
        Rows of each table written.
    """
    counts: dict[str, int] = {}
    if until == "read":
        return counts
    where = _where(shards)
    for stage, names in _BY_STAGE.items():
        for name in names:
            with store.TableWriter(out, name) as writer:
                if name == "actors":
                    writer.write(merge_actors(_groups(where, name)))
                elif name == "events":
                    from pipeline.events import find_duplicates

                    events: list[Event] = [e for rows in _groups(where, name) for e in rows]
                    find_duplicates(events)
                    writer.write(events)
                else:
                    for rows in _groups(where, name):
                        writer.write(rows)
            counts[name] = writer.rows
        if stage == until:
            break
    return counts


def _where(shards: dict[Path, list[str]]) -> list[tuple[Path, int]]:
    """Shard and row group of each current document, in the order of document ids."""
    where: dict[str, tuple[Path, int]] = {}
    for folder, current in shards.items():
        wanted = set(current)
        for number, row in enumerate(store.read_json(folder / "documents.json")):
            if row["doc_id"] in wanted:
                where[row["doc_id"]] = (folder, number)
    return [where[document] for document in sorted(where)]


def _groups(where: list[tuple[Path, int]], name: str) -> Iterator[list[Any]]:
    """The rows of each document in turn."""
    files: dict[Path, pq.ParquetFile] = {}
    try:
        for folder, number in where:
            if folder not in files:
                files[folder] = pq.ParquetFile(folder / f"{name}.parquet")
            yield store.from_table(TABLES[name], files[folder].read_row_group(number))
    finally:
        for file in files.values():
            file.close()


def merge_actors(groups: Iterator[list[Actor]]) -> list[Actor]:
    """One row an actor: counts summed, aliases joined, the commonest name kept; sorted by mentions, then id."""
    merged: dict[str, Actor] = {}
    names: dict[str, Counter[str]] = {}
    for rows in groups:
        for row in rows:
            names.setdefault(row.actor_id, Counter())[row.name] += row.mentions
            seen = merged.get(row.actor_id)
            if seen is None:
                merged[row.actor_id] = replace(row, aliases=list(row.aliases))
            else:
                seen.mentions += row.mentions
                seen.documents += row.documents
                seen.aliases += row.aliases
    for actor_id, actor in merged.items():
        actor.name = min(names[actor_id].items(), key=lambda item: (-item[1], -len(item[0]), item[0]))[0]
        actor.aliases = sorted(set(actor.aliases) - {actor.name})
    return sorted(merged.values(), key=lambda a: (-a.mentions, a.actor_id))


def _read(out: Path, *names: str) -> list[Any]:
    return [pq.read_table(out / f"{name}.parquet") for name in names]


def write_graph(shards: dict[Path, list[str]], out: Path, settings: Settings) -> tuple[dict[str, int], list[str]]:
    """Write the edges table and the graph files; returns the row count and the names of the files."""
    from pipeline import graph

    sentences, mentions, events, actors, dates = _read(out, "sentences", "mentions", "events", "actors", "dates")
    with store.TableWriter(out, "edges") as writer:
        writer.write(graph.build_edges(sentences, mentions, events, actors, dates, settings.graph))
    (edges,) = _read(out, "edges")
    graph.write_graph(out, actors, edges, events)
    return {"edges": writer.rows}, ["edges.parquet", "edges.csv", "graph.graphml", "graph.gexf", "graph.json"]


def write_report(shards: dict[Path, list[str]], out: Path, settings: Settings) -> tuple[dict[str, int], list[str]]:
    """Write the page and the database; returns no counts and the names of the files."""
    from pipeline.duck import write_duckdb
    from pipeline.report import write_report as write_page

    texts: dict[str, str] = {}
    room = _REPORT_CHARS
    for folder, current in sorted(shards.items(), key=lambda item: min(item[1], default="")):
        for row in store.read_json(folder / "documents.json"):
            if row["doc_id"] in current and len(row["text"]) <= room:
                texts[row["doc_id"]] = row["text"]
                room -= len(row["text"])
    write_page(out, texts)
    write_duckdb(out)
    return {}, ["report.html", "regesta.duckdb"]
