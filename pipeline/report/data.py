"""What the page holds: the tables of an output folder, cut to the slice that a browser can carry."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.graph import year_of
from pipeline.layout import layout
from pipeline.report.roles import held
from pipeline.schema import TABLES
from pipeline.settings import Settings

Row = dict[str, Any]


@dataclass(frozen=True)
class Limits:
    """How much of a big corpus the page shows."""

    events: int = 6_000
    nodes: int = 1_500
    edges: int = 6_000
    actors: int = 2_000
    characters: int = 1_500_000
    sentences_an_edge: int = 40
    aliases: int = 15
    roles: int = 15


def page_data(
    folder: Path, texts: dict[str, str] | None, limits: Limits | None = None, settings: Settings | None = None
) -> Row:
    """Everything the page shows, as plain values.

    Parameters
    ----------
    folder : Path
        An output folder with the tables; the graph's measures are taken from `graph.json` where it is there.
    texts : dict or None
        The source texts by doc_id, for the reader.
    limits : Limits, optional
        How much to show. What a corpus has and what is shown of it are in the result's `totals` and `shown`.
    settings : Settings, optional
        Those of the run: where the actors' roles come from, and what the page says of how it was made.
    """
    limits = limits or Limits()
    settings = settings or Settings()
    texts = texts or {}
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in TABLES}
    all_events = tables["events"].to_pylist()
    events = _events(all_events, limits.events)
    documents = tables["documents"].to_pylist()
    readable = _readable(documents, events, texts, limits.characters)
    mentioned = dict(zip(*(tables["actors"][c].to_pylist() for c in ("actor_id", "mentions")), strict=True))
    edges, nodes = _network(tables["edges"], mentioned, folder, limits)
    behind = _behind(tables, edges, limits.sentences_an_edge)
    in_reader = pa.array(sorted(readable), pa.string())
    dates, mentions = (
        tables[name].filter(pc.is_in(tables[name]["doc_id"], in_reader)).to_pylist() for name in ("dates", "mentions")
    )
    actors = _actors(tables["actors"], events, mentions, edges, limits)
    roles = _roles(actors, settings.actors.knowledge, limits.roles)
    used = {s for ids in behind.values() for s in ids} | {e["sentence_id"] for e in events}
    evidence = {e["sentence_id"]: e["evidence"] for e in events}
    sentences = _sentences(tables, used, readable, texts, evidence)
    return {
        "totals": {name: table.num_rows for name, table in tables.items()},
        "shown": {
            "documents": len(documents),
            "texts": len(readable),
            "events": len(events),
            "actors": len(actors),
            "edges": len(edges),
            "nodes": len(nodes),
        },
        "overview": _overview(all_events, tables),
        "about": _about(settings),
        "documents": _columns(
            [
                {
                    **{k: d[k] for k in ("doc_id", "title", "path", "published", "words")},
                    "text": readable.get(d["doc_id"]),
                }
                for d in documents
            ]
        ),
        "sentences": _columns(sentences),
        "dates": _columns(dates, leave_out=("token_start", "token_end")),
        "mentions": _columns(mentions, leave_out=("token_start", "token_end", "token_head")),
        "actors": _columns(
            [{**a, "roles": roles.get(a["actor_id"], []), **(nodes.get(a["actor_id"]) or _NO_NODE)} for a in actors]
        ),
        "events": _columns(events, leave_out=("evidence", "token_start", "token_end")),
        "edges": _columns([{**e, "at": behind.get((e["source_id"], e["target_id"]), [])} for e in edges]),
    }


def _columns(rows: list[Row], leave_out: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Rows as columns, which take half the space in JSON."""
    names = [n for n in rows[0] if n not in leave_out] if rows else []
    return {n: [r[n] for r in rows] for n in names}


def _events(events: list[Row], limit: int) -> list[Row]:
    """The events to show, in order of the table; of too many the asserted, dated and most certain."""
    if len(events) <= limit:
        return events

    def worth(i: int) -> tuple[bool, bool, bool, float, int]:
        e = events[i]
        return (bool(e["duplicate_of"]), e["factuality"] != "asserted", not e["date_start"], -e["confidence"], i)

    return [events[i] for i in sorted(sorted(range(len(events)), key=worth)[:limit])]


def _readable(documents: list[Row], events: list[Row], texts: dict[str, str], budget: int) -> dict[str, str]:
    """Texts that the reader holds: those with most events, while they fit; a text that is too long does not end it."""
    told = Counter(e["doc_id"] for e in events)
    chosen = {}
    for d in sorted(documents, key=lambda d: (-told[d["doc_id"]], d["doc_id"])):
        text = texts.get(d["doc_id"])
        if text is not None and len(text) <= budget:
            budget -= len(text)
            chosen[d["doc_id"]] = text
    return chosen


_NO_NODE: Row = {"x": None, "y": None, "community": 0, "betweenness": 0.0, "pagerank": 0.0, "degree": 0}


_FEW_TIES = 300


def _network(
    edges: pa.Table, mentions: dict[str, int], folder: Path, limits: Limits
) -> tuple[list[Row], dict[str, Row]]:
    """The heaviest edges among the strongest nodes, with the measures of the whole graph and a layout."""
    rows = edges.to_pylist()
    strength: Counter[str] = Counter()
    for e in rows:
        strength[e["source_id"]] += e["weight"]
        strength[e["target_id"]] += e["weight"]
    kept = set(sorted(strength, key=lambda a: (-strength[a], a))[: limits.nodes])
    rows = [e for e in rows if e["source_id"] in kept and e["target_id"] in kept]
    rows.sort(key=lambda e: (-e["weight"], e["source_id"], e["target_id"]))
    rows = rows[: limits.edges]
    measures, flags = _measures(folder / "graph.json")
    for e in rows:
        e.update(flags.get((e["source_id"], e["target_id"]), {"backbone": False, "cooperation": 0, "conflict": 0}))
    place = _places(rows, mentions)
    none = {"community": 0, "betweenness": 0.0, "pagerank": 0.0, "degree": 0}
    nodes = {a: {"x": round(x, 4), "y": round(y, 4), **measures.get(a, none)} for a, (x, y) in place.items()}
    return rows, nodes


def _places(edges: list[Row], mentions: dict[str, int]) -> dict[str, tuple[float, float]]:
    """Positions of the actors: ties of one sentence pull only where there are few ties at all."""
    whole, pulling = nx.Graph(), nx.Graph()
    least = 2 if len(edges) > _FEW_TIES else 0
    for e in edges:
        whole.add_edge(e["source_id"], e["target_id"], weight=e["weight"])
        if e["sentences"] + e["events"] >= least:
            pulling.add_edge(e["source_id"], e["target_id"], weight=e["weight"])
    most = max((mentions.get(a, 0) for a in whole), default=0) or 1
    return layout(pulling, {a: math.sqrt(mentions.get(a, 0) / most) for a in whole}, whole)


def _measures(path: Path) -> tuple[dict[str, Row], dict[tuple[str, str], Row]]:
    if not path.exists():
        return {}, {}
    graph = json.loads(path.read_text(encoding="utf-8"))
    nodes = {n["id"]: {k: n[k] for k in ("community", "betweenness", "pagerank", "degree")} for n in graph["nodes"]}
    edges = {
        (e["source"], e["target"]): {k: e[k] for k in ("backbone", "cooperation", "conflict")} for e in graph["edges"]
    }
    return nodes, edges


_BEHIND = """
WITH present AS (
    SELECT DISTINCT unnest(actor_id) AS actor, doc_id, sentence_id FROM mentions WHERE sentence_id <> ''
), shared AS (
    SELECT p.source_id, p.target_id, s.sentence_id, s.doc_id, s.start
    FROM pairs p
    JOIN present x ON x.actor = p.source_id
    JOIN present y ON y.actor = p.target_id AND y.doc_id = x.doc_id AND y.sentence_id = x.sentence_id
    JOIN sentences s ON s.sentence_id = x.sentence_id AND s.doc_id = x.doc_id
)
SELECT source_id, target_id, list(sentence_id ORDER BY doc_id, start)[:?] FROM shared GROUP BY ALL
"""


def _behind(tables: dict[str, pa.Table], edges: list[Row], limit: int) -> dict[tuple[str, str], list[str]]:
    """Sentences that mention both ends of an edge, the first few in order of the texts."""
    pairs = pa.table({k: pa.array([e[k] for e in edges], pa.string()) for k in ("source_id", "target_id")})
    with duckdb.connect(":memory:") as db:
        for name in ("mentions", "sentences"):
            db.register(name, tables[name])
        db.register("pairs", pairs)
        found = db.execute(_BEHIND, [limit])
        return {(a, b): sentences for a, b, sentences in found.fetchall()}


def _sentences(
    tables: dict[str, pa.Table],
    used: set[str],
    readable: dict[str, str],
    texts: dict[str, str],
    evidence: dict[str, str],
) -> list[Row]:
    """Sentences of the texts in the reader and those that an edge or an event needs; with words where the reader
    has none, and with the first and last year named in them."""
    table = tables["sentences"]
    wanted = pc.or_(
        pc.is_in(table["sentence_id"], pa.array(sorted(used), pa.string())),
        pc.is_in(table["doc_id"], pa.array(sorted(readable), pa.string())),
    )
    years: dict[str, tuple[int, int]] = {}
    for d in tables["dates"].select(["sentence_id", "type", "earliest", "latest"]).to_pylist():
        first, last = year_of(d["earliest"]), year_of(d["latest"])
        if d["type"] in ("DATE", "TIME") and d["sentence_id"] and first is not None and last is not None:
            a, b = years.get(d["sentence_id"], (first, last))
            years[d["sentence_id"]] = (min(a, first), max(b, last))
    rows = []
    for s in table.filter(wanted).to_pylist():
        words = None
        if s["doc_id"] not in readable:
            text = texts.get(s["doc_id"])
            words = text[s["start"] : s["end"]] if text is not None else evidence.get(s["sentence_id"], "")
        first_year, last_year = years.get(s["sentence_id"], (None, None))
        rows.append({**s, "text": words, "first_year": first_year, "last_year": last_year})
    return rows


def _actors(table: pa.Table, events: list[Row], mentions: list[Row], edges: list[Row], limits: Limits) -> list[Row]:
    """The actors mentioned most and all that something shown refers to."""
    named = {a for m in mentions for a in m["actor_id"]}
    named |= {a for e in edges for a in (e["source_id"], e["target_id"])}
    for e in events:
        named |= {*e["source_ids"], *e["target_ids"], e["place_id"], e["claimed_by"]}
    rows = table.to_pylist()
    rows.sort(key=lambda a: (-a["mentions"], a["actor_id"]))
    kept = [a for i, a in enumerate(rows) if i < limits.actors or a["actor_id"] in named]
    return [{**a, "aliases": a["aliases"][: limits.aliases]} for a in kept]


def _about(settings: Settings) -> Row:
    """The version, and what of the settings differs from the defaults."""
    flat, usual = (_flat(s.model_dump(mode="json")) for s in (settings, Settings()))
    # Of files and folders the name alone: the page is the same wherever they lie.
    changed = {
        name: Path(value).name if isinstance(value, str) else value
        for name, value in flat.items()
        if value != usual[name] and name not in ("model", "shard_chars")  # how work is divided changes no result
    }
    return {"version": version("regesta"), "model": settings.model, "changed": changed}


def _flat(values: Row, path: str = "") -> Row:
    """Nested settings by their dotted names."""
    found: Row = {}
    for name, value in values.items():
        found |= _flat(value, f"{path}{name}.") if isinstance(value, dict) else {f"{path}{name}": value}
    return found


def _roles(actors: list[Row], folder: str, limit: int) -> dict[str, list[str]]:
    """Offices of the people in the knowledge base, in words, earliest first."""
    people = [a["actor_id"] for a in actors if a["known"] and a["type"] == "PERSON"]
    if not people:
        return {}
    from pipeline.actors.knowledge import load_knowledge  # takes a second, for pages with people only

    knowledge = load_knowledge(folder)
    return {person: held(knowledge.roles(person))[:limit] for person in people}


def _overview(events: list[Row], tables: dict[str, pa.Table]) -> Row:
    """Counts over the whole corpus, whatever the page shows of it."""
    once = [e for e in events if not e["duplicate_of"]]
    by_year: dict[int, list[int]] = {}
    for e in once:
        year = year_of(e["date_start"])
        if year is not None and e["factuality"] == "asserted":
            by_year.setdefault(year, [0] * 5)[e["quad_class"]] += 1
    linked = Counter(bool(a) for a in tables["mentions"]["actor_id"].to_pylist())
    calendar = [
        e
        for t, e in zip(*(tables["dates"][c].to_pylist() for c in ("type", "earliest")), strict=True)
        if t in ("DATE", "TIME")
    ]
    return {
        "years": [[year, *counts] for year, counts in sorted(by_year.items())],
        "types": sorted(Counter(e["event_type"] for e in once).items(), key=lambda t: (-t[1], t[0])),
        "factuality": sorted(Counter(e["factuality"] for e in once).items(), key=lambda t: (-t[1], t[0])),
        "retold": len(events) - len(once),
        "undated_events": sum(not e["date_start"] for e in once),
        "sourceless_events": sum(not e["source_ids"] for e in once),
        "targetless_events": sum(not e["target_ids"] for e in once),
        "unlinked_mentions": linked[False],
        "unresolved_dates": sum(not e for e in calendar),
        "calendar_dates": len(calendar),
        "local_actors": tables["actors"].num_rows - sum(tables["actors"]["known"].to_pylist()),
    }
