"""The edges table, the graph's measures and its files."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

from pipeline import duck
from pipeline.errors import DataError
from pipeline.graph import actor_graph, build_edges
from pipeline.graph_files import write_exchange, write_graph
from pipeline.settings import GraphSettings
from tests.tables import Corpus, actor, small_corpus, table

FILES = ("graph.json", "graph.graphml", "graph.gexf")
GEXF = "{http://www.gexf.net/1.2draft}"


def write(corpus: Corpus, folder: Path) -> None:
    corpus.edges()
    write_graph(folder, corpus.table("actors"), corpus.table("edges"), corpus.table("events").to_batches())


def test_the_files_for_exchange_may_be_written_later(tmp_path: Path) -> None:
    c = small_corpus()
    at_once, later = tmp_path / "at_once", tmp_path / "later"
    for folder in (at_once, later):
        folder.mkdir()
        write(c, folder)
    for name in FILES[1:]:
        (later / name).unlink()
    write_exchange(later, c.table("events").to_batches())
    assert all((later / name).read_bytes() == (at_once / name).read_bytes() for name in FILES)


def test_the_files_hold_the_heaviest_edges(tmp_path: Path) -> None:
    c = small_corpus()
    c.edges()
    tables = c.table("actors"), c.table("edges"), c.table("events").to_batches()
    write_graph(tmp_path, *tables, GraphSettings(file_edges=1))
    held = json.loads((tmp_path / "graph.json").read_text(encoding="utf-8"))["edges"]
    assert [(e["source"], e["target"]) for e in held] == [("athens", "sparta")]


def test_edges_count_sentences_paragraphs_documents_and_events() -> None:
    edges = {(e.source_id, e.target_id): e for e in small_corpus().edges()}
    assert list(edges) == [("athens", "persia"), ("athens", "sparta")]
    with_sparta = edges["athens", "sparta"]
    assert (with_sparta.sentences, with_sparta.paragraphs, with_sparta.documents, with_sparta.events) == (2, 2, 2, 2)
    assert with_sparta.weight == 2 * 1.0 + 2 * 0.25 + 2 * 2.0


def test_retold_and_denied_events_are_not_counted() -> None:
    edges = {(e.source_id, e.target_id): e for e in small_corpus().edges()}
    assert edges["athens", "persia"].events == 1


def test_first_and_last_date_before_year_one() -> None:
    c = small_corpus()
    c.event("later", "long ago", ["athens"], ["persia"], date_start="-0005-03-01")
    edge = next(e for e in c.edges() if e.target_id == "persia")
    assert (edge.first_date, edge.last_date) == ("-0490-01-01", "-0005-03-01")


def test_an_actor_is_not_tied_to_itself_and_unknown_ids_are_left_out() -> None:
    c = Corpus()
    c.document("d", "Athens met Athens.")
    c.actor("athens")
    c.mention("d", "Athens", "athens", "nobody")
    c.event("d", "met", ["athens"], ["athens", "nobody"])
    assert c.edges() == []


def test_weights_come_from_the_settings() -> None:
    c = small_corpus()
    names = ("sentences", "mentions", "events", "actors", "dates")
    settings = GraphSettings(sentence_weight=0, paragraph_weight=0, event_weight=3)
    assert [e.weight for e in build_edges(*(c.table(n) for n in names), settings)] == [3.0, 6.0]


def test_empty_tables_give_an_empty_graph(tmp_path: Path) -> None:
    write(Corpus(), tmp_path)
    for name, read in zip(FILES[1:], (nx.read_graphml, nx.read_gexf), strict=True):
        assert len(read(tmp_path / name)) == 0


def test_graphml_is_read_by_igraph(tmp_path: Path) -> None:
    igraph = pytest.importorskip("igraph")
    write(small_corpus(), tmp_path)
    graph = igraph.Graph.Read_GraphML(str(tmp_path / "graph.graphml"))
    assert sorted(graph.vs["label"]) == ["Athens", "Persia", "Sparta"]
    assert sorted(graph.es["balance"]) == [-1, 2]
    assert graph.is_directed() is False


@pytest.mark.parametrize("make", [Corpus, small_corpus])
def test_gexf_keeps_to_its_schema(tmp_path: Path, make: Callable[[], Corpus]) -> None:
    etree = pytest.importorskip("lxml.etree")
    write(make(), tmp_path)
    schema = etree.XMLSchema(etree.parse(Path(__file__).parent / "data" / "gexf-1.2.xsd"))
    schema.assertValid(etree.parse(tmp_path / "graph.gexf"))


def test_files_are_read_back_by_networkx(tmp_path: Path) -> None:
    write(small_corpus(), tmp_path)
    by_json = nx.node_link_graph(json.loads((tmp_path / "graph.json").read_text(encoding="utf-8")), edges="edges")
    by_graphml = nx.read_graphml(tmp_path / "graph.graphml")
    by_gexf = nx.read_gexf(tmp_path / "graph.gexf")
    for graph in (by_json, by_graphml, by_gexf):
        assert sorted(graph) == ["athens", "persia", "sparta"]
        assert graph.edges["athens", "persia"]["balance"] == -1
        assert graph.nodes["athens"]["degree"] == 2
    assert by_json.edges["athens", "sparta"]["balance_by_year"] == {"1958": 1}


def test_gexf_has_spells_and_no_day_of_writing(tmp_path: Path) -> None:
    write(small_corpus(), tmp_path)
    text = (tmp_path / "graph.gexf").read_text(encoding="utf-8")
    assert "lastmodifieddate" not in text
    graph = ElementTree.fromstring(text).find(f"{GEXF}graph")
    assert graph is not None
    assert (graph.get("mode"), graph.get("timeformat")) == ("dynamic", "double"), "dates before year 1 are numbers"
    assert [s.get("start") for s in graph.iter(f"{GEXF}spell")][-2:] == ["-490.0", "1958.0"]


def test_gexf_of_our_era_has_calendar_dates(tmp_path: Path) -> None:
    c = Corpus()
    c.document("d", "Athens met Sparta.")
    c.actor("athens")
    c.actor("sparta")
    c.event("d", "met", ["athens"], ["sparta"], date_start="0490-09-12", date_end="0490-09-13")
    write(c, tmp_path)
    graph = ElementTree.parse(tmp_path / "graph.gexf").getroot().find(f"{GEXF}graph")
    assert graph is not None
    assert graph.get("timeformat") == "date"
    assert next(graph.iter(f"{GEXF}spell")).attrib == {"start": "0490-09-12", "end": "0490-09-13"}


def test_names_that_xml_cannot_hold_do_not_break_the_files(tmp_path: Path) -> None:
    c = small_corpus()
    c.rows["actors"][0].name = 'A\x0c\x00<script>"&'
    write(c, tmp_path)
    for name in FILES[1:]:
        ElementTree.parse(tmp_path / name)


SCRIPT = """
from pathlib import Path; import sys
from tests.test_graph import *
c = Corpus()
for i in range(40):
    c.actor(f"a{i}")
for i in range(40):
    c.document(f"d{i}", "One met two.")
    c.mention(f"d{i}", "One", f"a{i}", f"a{i * 7 % 40}")
    c.mention(f"d{i}", "two", f"a{i * 3 % 40}")
    c.event(f"d{i}", "met", [f"a{i}"], [f"a{i * 11 % 40}"], date_start=f"19{i + 10}-01-01")
write(c, Path(sys.argv[1]))
"""


def test_same_bytes_in_every_process(tmp_path: Path) -> None:
    path = str(Path(__file__).parents[1])
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path / seed)],
            check=True,
            env={
                "PYTHONHASHSEED": seed,
                "PATH": "",
                "PYTHONPATH": path,
            },
        )
    for name in FILES:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


def test_communities_and_backbone_find_two_groups() -> None:
    c = Corpus()
    names = [f"{g}{i}" for g in "ab" for i in range(4)]
    for name in names:
        c.actor(name)
    c.document("d", "\n".join(["x"] * 30))
    pairs = [(p, q) for p in names for q in names if p < q and p[0] == q[0]] * 3 + [("a0", "b0")]
    c.document("d", "\n".join(f"{p} met {q} for {i}." for i, (p, q) in enumerate(pairs)))
    for i, (p, q) in enumerate(pairs):
        c.mention("d", f"{p} met {q} for {i}.", p, q)
    c.edges()
    actors, edges = table(type(actor("x")), [actor(n) for n in names]), c.table("edges")
    graph = actor_graph(actors, edges, c.table("events"))
    groups = {n: graph.nodes[n]["community"] for n in graph}
    assert {groups[n] for n in names[:4]} != {groups[n] for n in names[4:]}
    assert len(set(groups.values())) == 2
    assert graph.nodes["a0"]["betweenness"] > graph.nodes["a1"]["betweenness"]


# ---------------------------------------------------------------- DuckDB


def test_duckdb_views_and_macros(tmp_path: Path) -> None:
    small_corpus().write(tmp_path)
    duck.write_duckdb(tmp_path)
    assert duck.query(tmp_path, "SELECT count(*) AS n FROM mentions").to_pylist() == [{"n": 7}]
    assert duck.query(tmp_path, "SELECT trigger FROM events_of('sparta')").column(0).to_pylist() == [
        "signed",
        "thanked",
    ]
    years = duck.query(tmp_path, "SELECT year, balance FROM dyad_years('persia', 'athens')").to_pylist()
    assert years == [{"year": -490, "balance": -1}]
    behind = duck.query(tmp_path, "SELECT doc_id, first_mentions FROM sentences_behind('athens', 'sparta')").to_pylist()
    assert [b["doc_id"] for b in behind] == ["later", "war"]


def test_duckdb_file_is_left_alone_when_nothing_changed_and_mended_when_broken(tmp_path: Path) -> None:
    small_corpus().write(tmp_path)
    duck.write_duckdb(tmp_path)
    before = (tmp_path / duck.NAME).stat().st_mtime_ns
    duck.write_duckdb(tmp_path)
    assert (tmp_path / duck.NAME).stat().st_mtime_ns == before
    (tmp_path / duck.NAME).write_bytes(b"not a database")
    duck.write_duckdb(tmp_path)
    assert duck.query(tmp_path, "SELECT count(*) AS n FROM edges").num_rows == 1


@pytest.mark.parametrize("sql", ["SELECT nothing FROM nowhere", "SELEC", "DROP VIEW events"])
def test_wrong_sql_is_one_clear_line(tmp_path: Path, sql: str) -> None:
    small_corpus().write(tmp_path)
    duck.write_duckdb(tmp_path)
    with pytest.raises(DataError) as error:
        duck.query(tmp_path, sql)
    assert sql in str(error.value)
    assert "\n" not in str(error.value)
