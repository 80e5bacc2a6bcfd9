"""The graph's files for Gephi, Cytoscape, igraph and networkx: GraphML, GEXF with spells, node-link JSON.

They are written element by element: a tree of the whole file would be many times its size in memory.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import networkx as nx
import pyarrow as pa

from pipeline import store
from pipeline.graph import Acts, Pair, acts_between, decimal_year, measured
from pipeline.settings import GraphSettings

Spell = tuple[str, str]


def write_graph(
    folder: Path,
    actors: pa.Table,
    edges: pa.Table,
    events: Iterable[pa.RecordBatch],
    settings: GraphSettings | None = None,
    *,
    exchange: bool = True,
) -> None:
    """Write `graph.json` (node-link), `graph.graphml` and `graph.gexf` atomically; same tables, same bytes.

    Of a graph too big to be looked at, they hold the heaviest edges.

    Parameters
    ----------
    folder : Path
        Where the files go.
    actors, edges : pyarrow.Table
        The tables.
    events : iterable of pyarrow.RecordBatch
        The events table, perhaps in pieces, or its `graph.ACT_COLUMNS`.
    settings : GraphSettings, optional
        Its `file_edges` says how many edges the files hold at most.
    exchange : bool
        Whether to write GraphML and GEXF too; else `write_exchange` can, from what is written.
    """
    most = (settings or GraphSettings()).file_edges
    if edges.num_rows > most:
        heaviest = edges.sort_by([("weight", "descending"), ("source_id", "ascending"), ("target_id", "ascending")])
        edges = heaviest.slice(0, most).sort_by([("source_id", "ascending"), ("target_id", "ascending")])
    acts = acts_between(events, edges)
    graph = measured(actors, edges, acts)
    _write(folder / "graph.json", _node_link(graph))
    if exchange:
        _write(folder / "graph.graphml", _graphml(graph))
        _write(folder / "graph.gexf", _gexf(graph, acts))


def write_exchange(folder: Path, events: Iterable[pa.RecordBatch]) -> None:
    """Write `graph.graphml` and `graph.gexf` from `graph.json` and the events table, as `write_graph` would have."""
    graph = nx.node_link_graph(json.loads((folder / "graph.json").read_text(encoding="utf-8")), edges="edges")
    ends = list(zip(*graph.edges, strict=True)) or [(), ()]
    edges = pa.table({k: pa.array(ids, pa.string()) for k, ids in zip(("source_id", "target_id"), ends, strict=True)})
    _write(folder / "graph.graphml", _graphml(graph))
    _write(folder / "graph.gexf", _gexf(graph, acts_between(events, edges)))


def _write(path: Path, lines: Iterable[str]) -> None:
    with (
        store.replacing(path) as temporary,
        temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file,
    ):
        file.writelines(lines)


def _node_link(graph: nx.Graph) -> Iterator[str]:
    """Node-link JSON as networkx reads it, a node or edge a line."""
    yield '{"directed": false, "multigraph": false, "graph": {},\n"nodes": ['
    for i, (node, values) in enumerate(graph.nodes(data=True)):
        yield (",\n" if i else "\n") + json.dumps({"id": node, **values}, ensure_ascii=False)
    yield '\n],\n"edges": ['
    for i, (a, b, values) in enumerate(graph.edges(data=True)):
        yield (",\n" if i else "\n") + json.dumps({"source": a, "target": b, **values}, ensure_ascii=False)
    yield "\n]}\n"


# ---------------------------------------------------------------- XML

_TYPES = {bool: "boolean", int: "long", float: "double", str: "string", list: "string", dict: "string"}
# Characters that XML cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _text(value: Any) -> str:
    """A value as XML graph formats can hold it: lists joined by `|`, balance by year as `1958:-1|1961:2`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = "|".join(value)
    elif isinstance(value, dict):
        value = "|".join(f"{k}:{v}" for k, v in value.items())
    return _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else str(value)


def _content(value: Any) -> str:
    # Most are numbers, which need no escaping.
    return str(value) if type(value) in (int, float) else escape(_text(value))


def _attribute(value: Any) -> str:
    if type(value) in (int, float):
        return f'"{value}"'
    # Types, countries and dates come again and again.
    return _quoted(value) if type(value) is str else quoteattr(_text(value))


@lru_cache(10_000)
def _quoted(value: str) -> str:
    return quoteattr(_text(value))


def _columns(rows: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Names and types of the attributes of nodes or edges, which all have the same."""
    return {name: _TYPES[type(value)] for name, value in next(iter(rows), {}).items()}


_XML = "<?xml version='1.0' encoding='utf-8'?>\n"


def _graphml(graph: nx.Graph) -> Iterator[str]:
    nodes, edges = _columns(v for _, v in graph.nodes(data=True)), _columns(v for _, _, v in graph.edges(data=True))
    yield _XML + '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for of, mark, names in (("node", "n", nodes), ("edge", "e", edges)):
        for i, (name, kind) in enumerate(names.items()):
            yield f'<key id="{mark}{i}" for="{of}" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '<graph edgedefault="undirected">\n'
    for node, values in graph.nodes(data=True):
        cells = (f'<data key="n{i}">{_content(values[name])}</data>' for i, name in enumerate(nodes))
        yield f"<node id={_attribute(node)}>{''.join(cells)}</node>\n"
    for number, (a, b, values) in enumerate(graph.edges(data=True)):
        cells = (f'<data key="e{i}">{_content(values[name])}</data>' for i, name in enumerate(edges))
        yield f'<edge id="{number}" source={_attribute(a)} target={_attribute(b)}>{"".join(cells)}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _gexf(graph: nx.Graph, acts: Acts) -> Iterator[str]:
    """GEXF with spells: an edge exists in the time of its dated events, or from its first to its last date."""
    spells = _spells(graph, acts)
    days = [day for each in spells.values() for spell in each for day in spell]
    # Gephi reads calendar dates of our era only; where a date is earlier, time is in years with fractions.
    in_years = any(d.startswith("-") or d.startswith("0000") for d in days)
    nodes, edges = _columns(v for _, v in graph.nodes(data=True)), _columns(v for _, _, v in graph.edges(data=True))
    nodes.pop("label", None)
    edges.pop("weight", None)
    yield _XML + '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n<meta><creator>regesta</creator></meta>\n'
    yield '<graph defaultedgetype="undirected" mode="dynamic" '
    yield f'timeformat="{"double" if in_years else "date"}">\n'
    for of, mark, names in (("node", "n", nodes), ("edge", "e", edges)):
        yield f'<attributes class="{of}" mode="static">\n'
        for i, (name, kind) in enumerate(names.items()):
            yield f'<attribute id="{mark}{i}" title="{name}" type="{kind}"/>\n'
        yield "</attributes>\n"
    of_node: dict[str, list[Spell]] = defaultdict(list)
    for (a, b), found in spells.items():
        of_node[a] += found
        of_node[b] += found

    def inside(values: dict[str, Any], names: dict[str, str], mark: str, found: list[Spell]) -> str:
        cells = (f'<attvalue for="{mark}{i}" value={_attribute(values[name])}/>' for i, name in enumerate(names))
        times = "".join(
            f'<spell start="{decimal_year(s) if in_years else s}" end="{decimal_year(e) if in_years else e}"/>'
            for s, e in found
        )
        return f"<attvalues>{''.join(cells)}</attvalues>" + (f"<spells>{times}</spells>" if times else "")

    yield "<nodes>\n"
    for node, values in graph.nodes(data=True):
        found = _merged(of_node[node]) if of_node[node] and len(of_node[node]) >= graph.degree(node) else []
        yield f"<node id={_attribute(node)} label={_attribute(values['label'])}>"
        yield f"{inside(values, nodes, 'n', found)}</node>\n"
    yield "</nodes>\n<edges>\n"
    for number, (a, b, values) in enumerate(graph.edges(data=True)):
        yield f'<edge id="{number}" source={_attribute(a)} target={_attribute(b)} weight="{values["weight"]}">'
        yield f"{inside(values, edges, 'e', spells[a, b])}</edge>\n"
    yield "</edges>\n</graph>\n</gexf>\n"


def _spells(graph: nx.Graph, acts: Acts) -> dict[Pair, list[Spell]]:
    return {
        (a, b): _merged(acts.spells.get((a, b)) or [(edge["first_date"], edge["last_date"])] * bool(edge["first_date"]))
        for a, b, edge in graph.edges(data=True)
    }


def _merged(spells: list[Spell]) -> list[Spell]:
    """Overlapping spells joined, in order of time.

    Examples
    --------
    >>> _merged([("1958-07-14", "1958-07-14"), ("-0490-01-01", "-0490-12-31"), ("1958-01-01", "1958-12-31")])
    [('-0490-01-01', '-0490-12-31'), ('1958-01-01', '1958-12-31')]
    """
    merged: list[Spell] = []
    for start, end in sorted(spells, key=lambda s: (decimal_year(s[0]), decimal_year(s[1]))):
        if merged and decimal_year(start) <= decimal_year(merged[-1][1]):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end, key=decimal_year))
        else:
            merged.append((start, end))
    return merged
