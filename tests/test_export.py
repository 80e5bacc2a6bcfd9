"""Other people's formats: each read back, by a reader that is not ours where there is one."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pandas as pd
import pytest

from pipeline.errors import DataError
from pipeline.export import FORMATS, export
from pipeline.export.figures import draw_network, graph_of
from pipeline.export.tables import load
from tests.tables import Corpus, hostile_corpus, small_corpus


def out_folder(corpus: Corpus, folder: Path) -> Path:
    """An output folder as a run leaves it, with the texts it read."""
    corpus.write(folder)
    shard = folder / ".regesta" / "shard-0"
    shard.mkdir(parents=True)
    rows = [{"doc_id": d, "text": text, "sha256": ""} for d, text in corpus.texts.items()]
    (shard / "documents.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    corpus = small_corpus()
    for event in corpus.rows["events"]:
        event.cameo = {"ASSAULT": "190", "AGREE": "057"}.get(event.event_type, "")
    corpus.rows["actors"][0].country = "GRC"
    return out_folder(corpus, tmp_path)


def written(out: Path, name: str) -> Path:
    destination = out / "exports" / name
    export(out, name, destination)
    return destination


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_timelinejs_has_dated_events_in_order(out: Path) -> None:
    data = read_json(written(out, "timelinejs"))
    assert [e["start_date"]["year"] for e in data["events"]] == [-490, 1958]
    assert data["events"][0]["text"]["headline"] == "Persia attacked Athens"
    assert data["events"][0]["end_date"] == {"year": -490, "month": 12, "day": 31}


def test_timelinejs_escapes_what_it_will_show_as_html(tmp_path: Path) -> None:
    data = read_json(written(out_folder(hostile_corpus(), tmp_path), "timelinejs"))
    assert "<script" not in json.dumps(data)
    assert "&lt;script&gt;" in data["events"][0]["text"]["text"]


def test_plover_records(out: Path) -> None:
    records = [json.loads(line) for line in written(out, "plover").read_text(encoding="utf-8").splitlines()]
    assert [r["event"] for r in records] == ["ASSAULT", "CONSULT", "AGREE"], "asserted and told first"
    assert records[0]["target"] == [{"actorText": "Athens", "code": "GRC"}]
    fields = {"id", "date", "source", "target", "event", "eventText", "context", "mode", "text", "language"}
    assert fields | {"publication", "coder", "comment"} == set(records[0])


@pytest.mark.parametrize(("name", "rows"), [("polecat", 3), ("icews", 3)])
def test_column_layouts_are_read_by_pandas(out: Path, name: str, rows: int) -> None:
    table = pd.read_csv(written(out, name), sep="\t", quoting=csv.QUOTE_NONE, dtype=str)
    assert len(table) == rows, "an event with two on each side is two dyads"
    assert table["Event Date"][0] == "-0490-01-01"
    assert len(table.columns) == {"polecat": 40, "icews": 20}[name]
    code = "Event Type" if name == "polecat" else "CAMEO Code"
    if name == "icews":
        assert table["Event Text"][1] == "Sign formal agreement"
        assert table["Target Country"][0] == "Athens", "the name of the country whose code is GRC"
    assert table[code].tolist() == (["ASSAULT", "AGREE", "AGREE"] if name == "polecat" else ["190", "057", "057"])


def test_petrarch2_lines(out: Path) -> None:
    lines = [line.split("\t") for line in written(out, "petrarch2").read_text(encoding="utf-8").splitlines()]
    assert lines == [
        ["19580101", "---", "GRC", "057", "", "later:s0", "later"],
        ["19580101", "GRC", "---", "057", "", "later:s0", "later"],
    ]


def test_timeml_gives_the_text_back(out: Path) -> None:
    root = ElementTree.parse(written(out, "timeml") / "war.tml").getroot()
    body = root.find("TEXT")
    assert body is not None
    assert "".join(body.itertext()).strip() == small_corpus().texts["war"].strip()
    assert [t.text for t in root.iter("TIMEX3")] == ["490 BC"]


def test_brat_offsets_slice_to_the_words(tmp_path: Path) -> None:
    for corpus, doc_id in ((small_corpus(), "war"), (hostile_corpus(), "d")):
        folder = tmp_path / doc_id
        folder.mkdir()
        path = written(out_folder(corpus, folder), "brat")
        text = (path / f"{doc_id}.txt").read_bytes().decode("utf-8")
        lines = [line.split("\t") for line in (path / f"{doc_id}.ann").read_text(encoding="utf-8").split("\n") if line]
        spans = {}
        for number, head, *words in lines:
            if number.startswith("T"):
                label, offsets = head.split(" ", 1)
                pieces = [tuple(map(int, o.split())) for o in offsets.split(";")]
                assert " ".join(text[a:b] for a, b in pieces) == words[0]
                spans[number] = (label, words[0])
        events = [line[1] for line in lines if line[0].startswith("E")]
        assert events, doc_id
        for event in events:
            for role in event.split():
                assert role.split(":")[1] in spans
    assert spans["T1"] == ("STATE", "Athens")


def test_neo4j_relations_join_nodes_that_exist(out: Path) -> None:
    folder = written(out, "neo4j")
    tables = {p.stem: pd.read_csv(p, dtype=str) for p in folder.glob("*.csv")}
    actors, events = set(tables["actors"]["actorId:ID(Actor)"]), set(tables["events"]["eventId:ID(Event)"])
    assert set(tables["source_of"][":START_ID(Actor)"]) <= actors
    assert set(tables["source_of"][":END_ID(Event)"]) <= events
    assert set(tables["tied_to"][":END_ID(Actor)"]) <= actors
    assert len(tables["retells"]) == 1


def test_csl_items(tmp_path: Path) -> None:
    corpus = small_corpus()
    corpus.rows["documents"][1].published = "1958-07-14"
    items = read_json(written(out_folder(corpus, tmp_path), "csl"))
    assert [i["id"] for i in items] == ["war", "later"]
    read = pytest.importorskip("citeproc.source.json").CiteProcJSON(items)
    assert str(read["war"]["title"]) == "war"
    assert read["later"]["issued"].year == 1958
    assert items[1]["issued"] == {"date-parts": [[1958, 7, 14]]}


def test_slices_hold_what_is_dated_in_the_period(out: Path) -> None:
    folder = written(out, "slices")
    ties = {p.name: list(nx.read_graphml(p / "graph.graphml").edges) for p in folder.iterdir()}
    assert ties == {"-500--251": [("athens", "persia")], "1750-1999": [("athens", "sparta")]}


def test_jsonld_points_only_at_what_it_describes(out: Path) -> None:
    data = read_json(written(out, "jsonld"))
    nodes = {n["@id"] for n in data["@graph"]}
    for event in (n for n in data["@graph"] if n["@type"] == "sem:Event"):
        assert {a["@id"] for a in event["sem:hasActor"]} <= nodes
        assert event["prov:wasDerivedFrom"]["@id"] in nodes


def test_jsonld_is_read_by_rdflib(out: Path) -> None:
    rdflib = pytest.importorskip("rdflib")
    graph = rdflib.Graph().parse(written(out, "jsonld"), format="json-ld")
    sem = rdflib.Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
    assert len(set(graph.subjects(rdflib.RDF.type, sem.Event))) == 3


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_an_empty_corpus_and_writes_the_same_bytes_again(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    written(out_folder(Corpus(), tmp_path / "empty"), name)
    (tmp_path / "small").mkdir()
    folder = out_folder(small_corpus(), tmp_path / "small")
    first = written(folder, name)
    before = {f: f.read_bytes() for f in [first, *sorted(first.rglob("*"))] if f.is_file()}
    assert before
    written(folder, name)
    assert {f: f.read_bytes() for f in [first, *sorted(first.rglob("*"))] if f.is_file()} == before


def test_unknown_format_and_missing_tables_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="choose one of timelinejs"):
        export(tmp_path, "xlsx", tmp_path / "x")
    with pytest.raises(DataError, match=r"documents\.parquet"):
        export(tmp_path, "csl", tmp_path / "x")


def test_a_text_that_is_not_kept_is_named(tmp_path: Path) -> None:
    folder = small_corpus().write(tmp_path)
    with pytest.raises(DataError, match="text of later"):
        export(folder, "brat", tmp_path / "x")


def test_figures_are_pictures_of_the_tables(out: Path) -> None:
    image = pytest.importorskip("matplotlib.image")
    folder = written(out, "figures")
    for name, size in (("network", (1440, 1280)), ("timeline", (1440, 1080))):
        height, width, _ = image.imread(folder / f"{name}.png").shape
        assert (width, height) == size
        svg = ElementTree.parse(folder / f"{name}.svg").getroot()
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    assert "<!-- Persia -->" in (folder / "timeline.svg").read_text(encoding="utf-8")


def test_names_in_the_network_figure_do_not_cover_each_other(out: Path) -> None:
    figure = pytest.importorskip("matplotlib.figure").Figure(figsize=(4, 4))
    ax = figure.add_axes((0, 0, 1, 1))
    draw_network(ax, graph_of(load(out)))
    assert sorted(t.get_text() for t in ax.texts) == ["Athens", "Persia", "Sparta"]
    boxes = [t.get_window_extent() for t in ax.texts]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
