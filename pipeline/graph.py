"""The actors' graph: who occurs together, who acts on whom, when.

Two actors are tied by every sentence and every paragraph that mentions both and by every asserted event between them,
a retold event counted once. An edge's weight is the sum of these counts, each times its weight in the settings.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import networkx as nx
import pyarrow as pa
import pyarrow.compute as pc
import rustworkx as rx

from pipeline.schema import Edge, columns
from pipeline.settings import GraphSettings

SEED = 20
#: The columns of events that the graph's measures need.
ACT_COLUMNS = ["source_ids", "target_ids", "quad_class", "date_start", "date_end", "factuality", "duplicate_of"]
Pair = tuple[str, str]
# Disparity filter: an edge is in the backbone when its share of an end's weight is this unlikely by chance.
BACKBONE_ALPHA = 0.05
# Betweenness is exact while nodes times edges stay under this, and estimated from a sample of sources beyond it.
_BETWEENNESS_WORK = 150_000_000
_SAMPLED_WORK = 2_000_000
# A sentence or paragraph that names more actors than this is a list of them, and ties none to another.
_MOST_PRESENT = 100

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
), in_sentence AS (
    SELECT * FROM placed QUALIFY count(*) OVER (PARTITION BY doc_id, sentence_id) <= {most}
), by_sentence AS (
    SELECT a.actor AS source_id, b.actor AS target_id, a.doc_id, a.sentence_id
    FROM in_sentence a JOIN in_sentence b
      ON a.doc_id = b.doc_id AND a.sentence_id = b.sentence_id AND a.actor < b.actor
), in_paragraph AS (
    SELECT * FROM (SELECT DISTINCT actor, doc_id, paragraph FROM placed)
    QUALIFY count(*) OVER (PARTITION BY doc_id, paragraph) <= {most}
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
SELECT source_id, target_id, CAST(sentences AS BIGINT) AS sentences, CAST(paragraphs AS BIGINT) AS paragraphs,
       CAST(documents AS BIGINT) AS documents, CAST(events AS BIGINT) AS events,
       round({sentence} * sentences + {paragraph} * paragraphs + {event} * events, 6) AS weight,
       coalesce(first_date, '') AS first_date, coalesce(last_date, '') AS last_date
FROM counted LEFT JOIN spanned USING (source_id, target_id)
ORDER BY source_id, target_id
"""


def edges_sql(db: duckdb.DuckDBPyConnection, settings: GraphSettings) -> str:
    """The query for the edges over a connection's `sentences`, `mentions`, `events`, `actors` and `dates`.

    Parameters
    ----------
    db : duckdb.DuckDBPyConnection
        Where the tables are; the macro that the query uses is made there.
    settings : GraphSettings
        What a shared sentence, paragraph and event add to the weight.
    """
    db.execute(_DAY_MACRO)
    weights = {
        part: f"CAST({getattr(settings, f'{part}_weight')!r} AS DOUBLE)" for part in ("sentence", "paragraph", "event")
    }
    return _EDGES.format(most=_MOST_PRESENT, **weights)


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
        found = db.sql(edges_sql(db, settings)).select(*columns(Edge))
        return [Edge(*row) for row in found.fetchall()]


# ---------------------------------------------------------------- the graph and its measures


def actor_graph(actors: pa.Table, edges: pa.Table, events: pa.Table) -> nx.Graph:
    """The edges table as a networkx graph with measures on nodes and edges: `measured`, from whole tables."""
    return measured(actors, edges, acts_between(events.to_batches(), edges))


def measured(actors: pa.Table, edges: pa.Table, acts: Acts) -> nx.Graph:
    """The edges table as a networkx graph with measures on nodes and edges.

    Nodes (every actor that has an edge) carry their columns of the actors table and `degree`, `strength` (sum of
    weights), `betweenness`, `pagerank`, `community` (0 is the largest) and `balance`. Edges carry their columns and
    `alpha` and `backbone` (disparity filter), `cooperation` and `conflict` (numbers of asserted events), `balance`
    (cooperation minus conflict) and `balance_by_year`.

    Parameters
    ----------
    actors, edges : pyarrow.Table
        The tables; of `actors`, those that the edges name are enough.
    acts : Acts
        What `acts_between` found for these edges.

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
    names = sorted({e[end] for e in rows for end in ("source_id", "target_id")})
    named = actors.filter(pc.is_in(actors["actor_id"], pa.array(names, pa.string())))
    about = {a["actor_id"]: a for a in named.to_pylist()}
    number = {name: i for i, name in enumerate(names)}
    # Measured on integers: the order of a set of strings changes from process to process, that of integers does not.
    plain = nx.Graph()
    plain.add_nodes_from(range(len(names)))
    for e in rows:
        plain.add_edge(number[e["source_id"]], number[e["target_id"]], weight=e["weight"])
    strength = dict(plain.degree(weight="weight"))
    between, rank, community = _betweenness(plain), _pagerank(plain), _communities(plain)
    signs = acts.signs

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
    edges = graph.number_of_edges()
    if len(graph) * edges > _BETWEENNESS_WORK:
        sampled: dict[int, float] = nx.betweenness_centrality(graph, k=max(_SAMPLED_WORK // edges, 16), seed=SEED)
        return sampled
    plain = rx.PyGraph(multigraph=False)
    plain.add_nodes_from(range(len(graph)))
    plain.add_edges_from_no_data(list(graph.edges))
    # On one thread: the order in which threads add floats would show.
    return dict(rx.betweenness_centrality(plain, parallel_threshold=len(graph) + 1))


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


@dataclass(slots=True)
class Acts:
    """What the asserted events between two actors come to, each told event once.

    `signs` are numbers of cooperative and conflictual events by year of their first day (None: undated), `spells` the
    first and last days of the dated ones.
    """

    signs: dict[Pair, dict[int | None, tuple[int, int]]]
    spells: dict[Pair, list[tuple[str, str]]]


def acts_between(events: Iterable[pa.RecordBatch], edges: pa.Table) -> Acts:
    """Sum up the events between the ends of edges; events come in batches that need not be in memory together."""
    pairs = set(zip(edges["source_id"].to_pylist(), edges["target_id"].to_pylist(), strict=True))
    signs: dict[Pair, dict[int | None, tuple[int, int]]] = {}
    spells: dict[Pair, set[tuple[str, str]]] = {}
    for batch in events:
        for e in batch.select(ACT_COLUMNS).to_pylist():
            if e["factuality"] != "asserted" or e["duplicate_of"]:
                continue
            year, dated = year_of(e["date_start"]), bool(e["date_start"] and e["date_end"])
            between = {(min(s, t), max(s, t)) for s in e["source_ids"] for t in e["target_ids"] if s != t}
            for pair in sorted(between & pairs):
                if e["quad_class"]:
                    plus, minus = signs.setdefault(pair, {}).get(year, (0, 0))
                    signs[pair][year] = (plus + 1, minus) if e["quad_class"] <= 2 else (plus, minus + 1)
                if dated:
                    spells.setdefault(pair, set()).add((e["date_start"], e["date_end"]))
    in_order = {p: dict(sorted(years.items(), key=lambda y: (y[0] is not None, y[0]))) for p, years in signs.items()}
    return Acts(in_order, {pair: sorted(days) for pair, days in spells.items()})


def year_of(day: str) -> int | None:
    """The year of an ISO date, None of an empty one.

    Examples
    --------
    >>> year_of("1958-07-14"), year_of("-0490-09-12"), year_of("")
    (1958, -490, None)
    """
    found = re.match(r"-?\d+", day)
    return int(found[0]) if found else None


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
