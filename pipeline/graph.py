"""The actors' graph: who occurs together, who acts on whom, when; and its files for Gephi, Cytoscape, igraph, networkx.

Two actors are tied by every sentence and every paragraph that mentions both and by every asserted event between them,
a retold event counted once. An edge's weight is the sum of these counts, each times its weight in the settings.
"""

from __future__ import annotations

import io
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import pyarrow as pa

from pipeline import store
from pipeline.schema import Edge
from pipeline.settings import GraphSettings

SEED = 20
# Disparity filter: an edge is in the backbone when its share of an end's weight is this unlikely by chance.
BACKBONE_ALPHA = 0.05
# Betweenness is exact while sources times edges stay under this, and estimated from a sample of sources beyond it.
_BETWEENNESS_WORK = 5_000_000
# No program opens a graph of millions of edges: the files hold the heaviest, the edges table holds all.
_FILE_EDGES = 100_000

# ISO dates as integers that sort like the days, also before year 1 ("-0490-09-12").
_DAY_MACRO = """
CREATE MACRO day_key(d) AS
    CASE WHEN d = '' THEN NULL
         WHEN d LIKE '-%' THEN -10000 * CAST(split_part(d, '-', 2) AS BIGINT)
              + 100 * CAST(split_part(d, '-', 3) AS BIGINT) + CAST(split_part(d, '-', 4) AS BIGINT)
         ELSE 10000 * CAST(split_part(d, '-', 1) AS BIGINT)
              + 100 * CAST(split_part(d, '-', 2) AS BIGINT) + CAST(split_part(d, '-', 3) AS BIGINT) END
"""

_EDGES = """
WITH present AS (
    SELECT DISTINCT unnest(actor_id) AS actor, doc_id, sentence_id FROM mentions WHERE sentence_id <> ''
), placed AS (
    SELECT p.actor, p.doc_id, p.sentence_id, s.paragraph
    FROM present p JOIN sentences s USING (doc_id, sentence_id)
    WHERE p.actor IN (SELECT actor_id FROM actors)
), by_sentence AS (
    SELECT a.actor AS source_id, b.actor AS target_id, a.doc_id, a.sentence_id
    FROM placed a JOIN placed b ON a.doc_id = b.doc_id AND a.sentence_id = b.sentence_id AND a.actor < b.actor
), in_paragraph AS (
    SELECT DISTINCT actor, doc_id, paragraph FROM placed
), by_paragraph AS (
    SELECT a.actor AS source_id, b.actor AS target_id, a.doc_id
    FROM in_paragraph a JOIN in_paragraph b ON a.doc_id = b.doc_id AND a.paragraph = b.paragraph AND a.actor < b.actor
), acts AS (
    SELECT event_id, date_start, date_end, unnest(source_ids) AS s, target_ids
    FROM events WHERE factuality = 'asserted' AND duplicate_of = ''
), told AS (
    SELECT DISTINCT least(s, t) AS source_id, greatest(s, t) AS target_id, event_id, date_start, date_end
    FROM (SELECT event_id, date_start, date_end, s, unnest(target_ids) AS t FROM acts)
    WHERE s <> t AND s IN (SELECT actor_id FROM actors) AND t IN (SELECT actor_id FROM actors)
), days AS (
    SELECT source_id, target_id, earliest AS first_day, latest AS last_day
    FROM by_sentence JOIN dates USING (doc_id, sentence_id)
    WHERE type IN ('DATE', 'TIME') AND earliest <> '' AND latest <> ''
    UNION ALL
    SELECT source_id, target_id, date_start, date_end FROM told WHERE date_start <> '' AND date_end <> ''
), counted AS (
    SELECT source_id, target_id, sum(n_s) AS sentences, sum(n_p) AS paragraphs, sum(n_d) AS documents,
           sum(n_e) AS events
    FROM (
        SELECT source_id, target_id, count(*) AS n_s, 0 AS n_p, 0 AS n_d, 0 AS n_e FROM by_sentence GROUP BY ALL
        UNION ALL
        SELECT source_id, target_id, 0, count(*), count(DISTINCT doc_id), 0 FROM by_paragraph GROUP BY ALL
        UNION ALL
        SELECT source_id, target_id, 0, 0, 0, count(*) FROM told GROUP BY ALL
    ) GROUP BY ALL
), spanned AS (
    SELECT source_id, target_id, arg_min(first_day, day_key(first_day)) AS first_date,
           arg_max(last_day, day_key(last_day)) AS last_date
    FROM days GROUP BY ALL
)
SELECT source_id, target_id, CAST(sentences AS BIGINT), CAST(paragraphs AS BIGINT), CAST(documents AS BIGINT),
       CAST(events AS BIGINT), coalesce(first_date, ''), coalesce(last_date, '')
FROM counted LEFT JOIN spanned USING (source_id, target_id)
ORDER BY source_id, target_id
"""


def build_edges(
    sentences: pa.Table,
    mentions: pa.Table,
    events: pa.Table,
    actors: pa.Table,
    dates: pa.Table,
    settings: GraphSettings,
) -> list[Edge]:
    """Pairs of actors that share sentences, paragraphs or asserted events.

    Parameters
    ----------
    sentences, mentions, events, actors, dates : pyarrow.Table
        The tables of `pipeline.schema`.
    settings : GraphSettings
        What a shared sentence, paragraph and event add to the weight.

    Returns
    -------
    list of Edge
        In order of source and target id; the source is the one whose id sorts first. Edges have no direction.
    """
    with duckdb.connect(":memory:") as db:
        given = {"sentences": sentences, "mentions": mentions, "events": events, "actors": actors, "dates": dates}
        for name, table in given.items():
            db.register(name, table)
        db.execute(_DAY_MACRO)
        rows = db.execute(_EDGES).fetchall()
    edges = []
    for source, target, n_sentences, n_paragraphs, n_documents, n_events, first, last in rows:
        weight = (
            settings.sentence_weight * n_sentences
            + settings.paragraph_weight * n_paragraphs
            + settings.event_weight * n_events
        )
        edges.append(
            Edge(source, target, n_sentences, n_paragraphs, n_documents, n_events, round(weight, 6), first, last)
        )
    return edges


# ---------------------------------------------------------------- the graph and its measures


def actor_graph(actors: pa.Table, edges: pa.Table, events: pa.Table) -> nx.Graph:
    """The edges table as a networkx graph with measures on nodes and edges.

    Nodes (every actor that has an edge) carry their columns of the actors table and `degree`, `strength` (sum of
    weights), `betweenness`, `pagerank`, `community` (0 is the largest) and `balance`. Edges carry their columns and
    `alpha` and `backbone` (disparity filter), `cooperation` and `conflict` (numbers of asserted events), `balance`
    (cooperation minus conflict) and `balance_by_year`.

    Returns
    -------
    networkx.Graph
        Undirected; nodes in order of their ids.

    References
    ----------
    Brin, Page (1998), The anatomy of a large-scale hypertextual Web search engine (PageRank).
    Blondel et al. (2008), Fast unfolding of communities in large networks (Louvain).
    Serrano, Boguñá, Vespignani (2009), Extracting the multiscale backbone of complex weighted networks.
    """
    rows = edges.to_pylist()
    about = {a["actor_id"]: a for a in actors.to_pylist()}
    names = sorted({e[end] for e in rows for end in ("source_id", "target_id")})
    number = {name: i for i, name in enumerate(names)}
    # Measured on integers: the order of a set of strings changes from process to process, that of integers does not.
    plain = nx.Graph()
    plain.add_nodes_from(range(len(names)))
    for e in rows:
        plain.add_edge(number[e["source_id"]], number[e["target_id"]], weight=e["weight"])
    strength = dict(plain.degree(weight="weight"))
    between, rank, community = _betweenness(plain), _pagerank(plain), _communities(plain)
    signs = _signs(events, {(e["source_id"], e["target_id"]) for e in rows})

    graph = nx.Graph()
    totals: dict[str, int] = defaultdict(int)
    for (a, b), by_year in signs.items():
        balance = sum(plus - minus for plus, minus in by_year.values())
        totals[a] += balance
        totals[b] += balance
    for name, i in number.items():
        actor = about.get(name, {"name": name})
        graph.add_node(
            name,
            label=actor["name"],
            **{k: actor.get(k, "") for k in ("type", "country", "wikidata", "cow")},
            known=bool(actor.get("known", False)),
            aliases=list(actor.get("aliases", [])),
            mentions=int(actor.get("mentions", 0)),
            documents=int(actor.get("documents", 0)),
            degree=int(plain.degree(i)),
            strength=round(float(strength[i]), 6),
            betweenness=round(float(between[i]), 6),
            pagerank=round(float(rank[i]), 6),
            community=community[i],
            balance=totals[name],
        )
    for e in rows:
        source, target = e.pop("source_id"), e.pop("target_id")
        by_year = signs.get((source, target), {})
        alpha = _disparity(plain, number[source], number[target], strength)
        plus = sum(p for p, _ in by_year.values())
        minus = sum(m for _, m in by_year.values())
        graph.add_edge(
            source,
            target,
            **e,
            alpha=round(alpha, 6),
            backbone=alpha < BACKBONE_ALPHA,
            cooperation=plus,
            conflict=minus,
            balance=plus - minus,
            balance_by_year={year: p - m for year, (p, m) in by_year.items() if year is not None},
        )
    return graph


def _betweenness(graph: nx.Graph) -> dict[int, float]:
    sources = max(_BETWEENNESS_WORK // max(graph.number_of_edges(), 1), 16)
    k = None if sources >= len(graph) else sources
    found: dict[int, float] = nx.betweenness_centrality(graph, k=k, seed=SEED)
    return found


def _pagerank(graph: nx.Graph) -> dict[int, float]:
    found: dict[int, float] = nx.pagerank(graph, weight="weight") if graph.size(weight="weight") else {}
    return found or dict.fromkeys(graph, 0.0)


def _communities(graph: nx.Graph) -> dict[int, int]:
    groups = nx.community.louvain_communities(graph, weight="weight", seed=SEED) if graph.number_of_edges() else []
    ordered = sorted((sorted(g) for g in groups), key=lambda g: (-len(g), g[0]))
    found = {node: i for i, group in enumerate(ordered) for node in group}
    return {node: found.get(node, 0) for node in graph}


def _disparity(graph: nx.Graph, a: int, b: int, strength: dict[int, float]) -> float:
    """How likely the edge's share of its ends' weight is by chance; the smaller of the two ends' answers."""
    alpha = 1.0
    for end in (a, b):
        degree = graph.degree(end)
        if degree > 1 and strength[end] > 0:
            alpha = min(alpha, (1 - graph[a][b]["weight"] / strength[end]) ** (degree - 1))
    return max(alpha, 0.0)


def _signs(events: pa.Table, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], dict[int | None, tuple[int, int]]]:
    """Numbers of cooperative and conflictual asserted events by pair and year of their first day (None: undated)."""
    names = ["source_ids", "target_ids", "quad_class", "date_start", "factuality", "duplicate_of"]
    found: dict[tuple[str, str], dict[int | None, tuple[int, int]]] = {}
    for e in events.select(names).to_pylist():
        if e["factuality"] != "asserted" or e["duplicate_of"] or not e["quad_class"]:
            continue
        year = year_of(e["date_start"])
        between = {(min(s, t), max(s, t)) for s in e["source_ids"] for t in e["target_ids"] if s != t}
        for pair in sorted(between & pairs):
            plus, minus = found.setdefault(pair, {}).get(year, (0, 0))
            found[pair][year] = (plus + 1, minus) if e["quad_class"] <= 2 else (plus, minus + 1)
    return {pair: dict(sorted(years.items(), key=lambda y: (y[0] is not None, y[0]))) for pair, years in found.items()}


def year_of(day: str) -> int | None:
    """The year of an ISO date, None of an empty one.

    Examples
    --------
    >>> year_of("1958-07-14"), year_of("-0490-09-12"), year_of("")
    (1958, -490, None)
    """
    found = re.match(r"-?\d+", day)
    return int(found[0]) if found else None


# ---------------------------------------------------------------- files


def write_graph(folder: Path, actors: pa.Table, edges: pa.Table, events: pa.Table) -> None:
    """Write `graph.graphml`, `graph.gexf` and `graph.json` (node-link) atomically; same tables, same bytes.

    Of a graph too big for any program that opens such files, they hold the heaviest edges.
    """
    if edges.num_rows > _FILE_EDGES:
        heaviest = edges.sort_by([("weight", "descending"), ("source_id", "ascending"), ("target_id", "ascending")])
        edges = heaviest.slice(0, _FILE_EDGES).sort_by([("source_id", "ascending"), ("target_id", "ascending")])
    graph = actor_graph(actors, edges, events)
    store.write_bytes(folder / "graph.json", _node_link(graph))
    store.write_bytes(folder / "graph.graphml", _graphml(graph))
    store.write_bytes(folder / "graph.gexf", _gexf(graph, events))


def _node_link(graph: nx.Graph) -> bytes:
    data = nx.node_link_data(graph, edges="edges")
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


# Characters that XML cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    """Attributes as XML graph formats can hold them: lists joined by `|`, balance by year as `1958:-1|1961:2`."""
    flat = {}
    for name, value in values.items():
        if isinstance(value, list):
            value = "|".join(value)
        elif isinstance(value, dict):
            value = "|".join(f"{k}:{v}" for k, v in value.items())
        flat[name] = _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value
    return flat


def _for_xml(graph: nx.Graph) -> nx.Graph:
    flat = nx.Graph()
    for node, values in graph.nodes(data=True):
        flat.add_node(_NOT_XML.sub("\ufffd", node), **_flat(values))
    for i, (a, b, values) in enumerate(graph.edges(data=True)):
        flat.add_edge(_NOT_XML.sub("\ufffd", a), _NOT_XML.sub("\ufffd", b), id=str(i), **_flat(values))
    return flat


def _graphml(graph: nx.Graph) -> bytes:
    out = io.BytesIO()
    nx.write_graphml_xml(_for_xml(graph), out, encoding="utf-8", prettyprint=True)
    return out.getvalue()


def _gexf(graph: nx.Graph, events: pa.Table) -> bytes:
    """GEXF with spells: an edge exists in the time of its dated events, or from its first to its last date."""
    spells = _spells(graph, events)
    days = [day for each in spells.values() for spell in each for day in spell]
    # Gephi reads calendar dates of our era only; where a date is earlier, time is in years with fractions.
    as_time = decimal_year if any(d.startswith("-") or d.startswith("0000") for d in days) else str
    flat = _for_xml(graph)
    flat.graph.update(mode="dynamic", name="regesta")
    of_node: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for a, b, values in flat.edges(data=True):
        found = spells.get((a, b), [])
        if found:
            values["spells"] = [(as_time(s), as_time(e)) for s, e in found]
        for end in (a, b):
            of_node[end] += found
    for node, values in flat.nodes(data=True):
        if of_node[node] and len(of_node[node]) >= graph.degree(node):
            values["spells"] = [(as_time(s), as_time(e)) for s, e in _merged(of_node[node])]
    out = io.BytesIO()
    nx.write_gexf(flat, out, encoding="utf-8", prettyprint=True, version="1.2draft")
    # The writer stamps the day and its own version, which would change the file when nothing has changed.
    text = re.sub(rb' lastmodifieddate="[^"]*"', b"", out.getvalue(), count=1)
    return re.sub(rb"<creator>[^<]*</creator>", b"<creator>regesta</creator>", text, count=1)


def _spells(graph: nx.Graph, events: pa.Table) -> dict[tuple[str, str], list[tuple[str, str]]]:
    spells: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    names = ["source_ids", "target_ids", "date_start", "date_end", "factuality", "duplicate_of"]
    for e in events.select(names).to_pylist():
        if e["factuality"] == "asserted" and not e["duplicate_of"] and e["date_start"] and e["date_end"]:
            for pair in {(min(s, t), max(s, t)) for s in e["source_ids"] for t in e["target_ids"]}:
                spells[pair].append((e["date_start"], e["date_end"]))
    found = {}
    for a, b, edge in graph.edges(data=True):
        dated = spells.get((a, b)) or [(edge["first_date"], edge["last_date"])] * bool(edge["first_date"])
        found[a, b] = _merged(dated)
    return found


def _merged(spells: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Overlapping spells joined, in order of time.

    Examples
    --------
    >>> _merged([("1958-07-14", "1958-07-14"), ("-0490-01-01", "-0490-12-31"), ("1958-01-01", "1958-12-31")])
    [('-0490-01-01', '-0490-12-31'), ('1958-01-01', '1958-12-31')]
    """
    merged: list[tuple[str, str]] = []
    for start, end in sorted(spells, key=lambda s: (decimal_year(s[0]), decimal_year(s[1]))):
        if merged and decimal_year(start) <= decimal_year(merged[-1][1]):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end, key=decimal_year))
        else:
            merged.append((start, end))
    return merged


def decimal_year(day: str) -> float:
    """An ISO date as a year with a fraction, months and days taken as equally long.

    Examples
    --------
    >>> decimal_year("1958-07-01"), decimal_year("-0490-01-01")
    (1958.5, -490.0)
    """
    sign, rest = (-1, day[1:]) if day.startswith("-") else (1, day)
    year, month, date = (int(x) for x in rest.split("-"))
    return round(sign * year + (month - 1) / 12 + (date - 1) / 372, 4)
