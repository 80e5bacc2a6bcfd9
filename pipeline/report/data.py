"""What the page holds: the tables of an output folder, cut to the slice that a browser can carry."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import pyarrow as pa

from pipeline.duck import scratch, view
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
    with scratch(folder) as db:
        for name in TABLES:
            db.execute(view(folder, name))
        events = _rows(db, _EVENTS, limits.events)
        documents = _rows(db, "SELECT * FROM documents ORDER BY file_row_number")
        readable = _readable(documents, events, texts, limits.characters)
        _register(db, "readable", readable)
        edges = _rows(db, _EDGES, limits.nodes, limits.edges)
        nodes = _network(db, edges, folder)
        behind = _behind(db, edges, limits.sentences_an_edge)
        dates, mentions = (_rows(db, _IN_READER.format(name)) for name in ("dates", "mentions"))
        actors = _actors(db, events, mentions, edges, limits)
        used = {s for ids in behind.values() for s in ids} | {e["sentence_id"] for e in events}
        evidence = {e["sentence_id"]: e["evidence"] for e in events}
        sentences = _sentences(db, used, readable, texts, evidence)
        totals = {name: db.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in TABLES}
        overview = _overview(db)
    roles = _roles(actors, settings.actors.knowledge, limits.roles)
    return {
        "totals": totals,
        "shown": {
            "documents": len(documents),
            "texts": len(readable),
            "events": len(events),
            "actors": len(actors),
            "edges": len(edges),
            "nodes": len(nodes),
        },
        "overview": overview,
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


# The events to show, in order of the table; of too many the asserted, dated and most certain.
_EVENTS = """
SELECT * FROM events WHERE file_row_number IN (
    SELECT file_row_number FROM events
    ORDER BY duplicate_of <> '', factuality <> 'asserted', date_start = '', -confidence, file_row_number LIMIT ?)
ORDER BY file_row_number
"""
# The heaviest edges among the strongest nodes.
_EDGES = """
WITH ends AS (
    SELECT source_id AS actor, weight FROM edges UNION ALL SELECT target_id, weight FROM edges
), strongest AS (
    SELECT actor FROM (SELECT actor, sum(weight) AS strength FROM ends GROUP BY actor)
    ORDER BY strength DESC, actor LIMIT ?
)
SELECT * FROM edges WHERE source_id IN (FROM strongest) AND target_id IN (FROM strongest)
ORDER BY weight DESC, source_id, target_id LIMIT ?
"""
_IN_READER = "SELECT * FROM {} WHERE doc_id IN (FROM readable) ORDER BY file_row_number"


def _rows(db: duckdb.DuckDBPyConnection, sql: str, *values: int) -> list[Row]:
    """The answer to a query as rows, without their numbers in the file."""
    found: list[Row] = db.sql(sql, params=list(values)).to_arrow_table().to_pylist()
    for row in found:
        row.pop("file_row_number", None)
    return found


def _register(db: duckdb.DuckDBPyConnection, name: str, values: Iterable[str]) -> None:
    """Make a list of texts a table of one column."""
    db.register(name, pa.table({"value": pa.array(sorted(values), pa.string())}))


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


def _network(db: duckdb.DuckDBPyConnection, rows: list[Row], folder: Path) -> dict[str, Row]:
    """The nodes of the edges shown, with the measures of the whole graph and a layout; edges get theirs."""
    _register(db, "ends", {e[end] for e in rows for end in ("source_id", "target_id")})
    mentions = dict(db.execute("SELECT actor_id, mentions FROM actors WHERE actor_id IN (FROM ends)").fetchall())
    measures, flags = _measures(folder / "graph.json")
    for e in rows:
        e.update(flags.get((e["source_id"], e["target_id"]), {"backbone": False, "cooperation": 0, "conflict": 0}))
    place = _places(rows, mentions)
    none = {"community": 0, "betweenness": 0.0, "pagerank": 0.0, "degree": 0}
    return {a: {"x": round(x, 4), "y": round(y, 4), **measures.get(a, none)} for a, (x, y) in place.items()}


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


def _behind(db: duckdb.DuckDBPyConnection, edges: list[Row], limit: int) -> dict[tuple[str, str], list[str]]:
    """Sentences that mention both ends of an edge, the first few in order of the texts."""
    pairs = {k: pa.array([e[k] for e in edges], pa.string()) for k in ("source_id", "target_id")}
    db.register("pairs", pa.table(pairs))
    return {(a, b): sentences for a, b, sentences in db.execute(_BEHIND, [limit]).fetchall()}


def _sentences(
    db: duckdb.DuckDBPyConnection,
    used: set[str],
    readable: dict[str, str],
    texts: dict[str, str],
    evidence: dict[str, str],
) -> list[Row]:
    """Sentences of the texts in the reader and those that an edge or an event needs; with words where the reader
    has none, and with the first and last year named in them."""
    _register(db, "used", used)
    wanted = "doc_id IN (FROM readable) OR sentence_id IN (FROM used)"
    years: dict[str, tuple[int, int]] = {}
    dated = f"""SELECT sentence_id, earliest, latest FROM dates
        WHERE ({wanted}) AND type IN ('DATE', 'TIME') AND sentence_id <> '' AND earliest <> '' AND latest <> ''"""
    for sentence_id, *days in db.execute(dated).fetchall():
        first, last = (int(year_of(day) or 0) for day in days)
        a, b = years.get(sentence_id, (first, last))
        years[sentence_id] = (min(a, first), max(b, last))
    rows = []
    for s in _rows(db, f"SELECT * FROM sentences WHERE {wanted} ORDER BY file_row_number"):
        words = None
        if s["doc_id"] not in readable:
            text = texts.get(s["doc_id"])
            words = text[s["start"] : s["end"]] if text is not None else evidence.get(s["sentence_id"], "")
        first_year, last_year = years.get(s["sentence_id"], (None, None))
        rows.append({**s, "text": words, "first_year": first_year, "last_year": last_year})
    return rows


_ACTORS = """
SELECT * EXCLUDE rank FROM (SELECT *, row_number() OVER (ORDER BY mentions DESC, actor_id) AS rank FROM actors)
WHERE rank <= ? OR actor_id IN (FROM named) ORDER BY rank
"""


def _actors(
    db: duckdb.DuckDBPyConnection, events: list[Row], mentions: list[Row], edges: list[Row], limits: Limits
) -> list[Row]:
    """The actors mentioned most and all that something shown refers to."""
    named = {a for m in mentions for a in m["actor_id"]}
    named |= {a for e in edges for a in (e["source_id"], e["target_id"])}
    for e in events:
        named |= {*e["source_ids"], *e["target_ids"], e["place_id"], e["claimed_by"]}
    _register(db, "named", named)
    return [{**a, "aliases": a["aliases"][: limits.aliases]} for a in _rows(db, _ACTORS, limits.actors)]


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


def _overview(db: duckdb.DuckDBPyConnection) -> Row:
    """Counts over the whole corpus, whatever the page shows of it."""
    once = "FROM events WHERE duplicate_of = ''"

    def count(sql: str) -> int:
        found: int = db.execute(f"SELECT count(*) {sql}").fetchall()[0][0]
        return found

    def counts(column: str) -> list[tuple[str, int]]:
        found = db.execute(f"SELECT {column}, count(*) AS n {once} GROUP BY ALL ORDER BY n DESC, {column}")
        return found.fetchall()

    by_year: dict[int, list[int]] = {}
    days = (
        f"SELECT date_start, quad_class, count(*) {once} AND factuality = 'asserted' AND date_start <> '' GROUP BY ALL"
    )
    for day, quad_class, number in db.execute(days).fetchall():
        by_year.setdefault(year_of(day) or 0, [0] * 5)[quad_class] += number
    calendar = "FROM dates WHERE type IN ('DATE', 'TIME')"
    return {
        "years": [[year, *numbers] for year, numbers in sorted(by_year.items())],
        "types": counts("event_type"),
        "factuality": counts("factuality"),
        "retold": count("FROM events WHERE duplicate_of <> ''"),
        "undated_events": count(f"{once} AND date_start = ''"),
        "sourceless_events": count(f"{once} AND len(source_ids) = 0"),
        "targetless_events": count(f"{once} AND len(target_ids) = 0"),
        "unlinked_mentions": count("FROM mentions WHERE len(actor_id) = 0"),
        "unresolved_dates": count(f"{calendar} AND earliest = ''"),
        "calendar_dates": count(calendar),
        "local_actors": count("FROM actors WHERE NOT known"),
    }
