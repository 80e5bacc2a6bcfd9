"""From shards to the tables: documents in the order of their ids, and what looks across documents.

Rows pass through as arrow tables of a bounded size; what must be sorted or summed is sorted and summed by DuckDB on
files, with a limit on its memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import store
from pipeline.duck import quoted, scratch, view, write_duckdb
from pipeline.settings import Settings

_BY_STAGE = {
    "annotate": ("documents", "sentences"),
    "dates": ("dates",),
    "actors": ("mentions", "actors"),
    "events": ("events",),
}
#: The folder, below that of what is kept between runs, of files that are needed meanwhile.
SCRATCH = "tmp"
#: Rows of tables written, and the names of files.
Written = tuple[dict[str, int], list[str]]
_EXCHANGE = ("graph.graphml", "graph.gexf")
_REPORT_CHARS = 3_000_000
_OPEN_FILES = 64
_GROUPS_AT_ONCE = 64
_BATCH = 10_000

# The commonest name is the actor's; what else is told of it comes from the first document that names it.
_ACTORS = """
WITH named AS (
    SELECT actor_id, name, sum(mentions) AS times FROM rows GROUP BY ALL
), best AS (
    SELECT actor_id, arg_min(name, (-times, -length(name), name)) AS name FROM named GROUP BY ALL
), spelt AS (
    SELECT actor_id, list(DISTINCT alias ORDER BY alias) AS aliases
    FROM (SELECT actor_id, unnest(aliases) AS alias FROM rows) GROUP BY ALL
), summed AS (
    SELECT actor_id, arg_min(type, file_row_number) AS type, arg_min(country, file_row_number) AS country,
           arg_min(wikidata, file_row_number) AS wikidata, arg_min(cow, file_row_number) AS cow,
           arg_min(known, file_row_number) AS known, CAST(sum(mentions) AS BIGINT) AS mentions,
           count(DISTINCT document) AS documents
    FROM rows GROUP BY ALL
)
SELECT actor_id, best.name, type, list_filter(coalesce(aliases, []), lambda a: a <> best.name) AS aliases, country,
       wikidata, cow, known, mentions, documents
FROM summed JOIN best USING (actor_id) LEFT JOIN spelt USING (actor_id)
ORDER BY mentions DESC, actor_id
"""

_TELLINGS = """
SELECT file_row_number AS row, event_id, event_type, trigger, sentence_id, date_start, date_end, date_basis,
       factuality, source_ids, target_ids
FROM rows WHERE factuality = 'asserted' AND date_start <> ''
ORDER BY event_type, stem, row
"""


def tables_until(stage: str) -> list[str]:
    """The tables that shards hold as far as a stage, the longest to write first."""
    order = list(_BY_STAGE)
    held = order[: order.index(stage) + 1] if stage in order else []
    return [name for each in reversed(held) for name in _BY_STAGE[each]]


def write_table(
    name: str, shards: dict[Path, list[str]], out: Path, work: Path, rows_per_file: int, basis: str
) -> Written:
    """Write a table that the shards hold, unless it would come out as it is.

    Parameters
    ----------
    name : str
        The table.
    shards : dict
        Folder of each shard and the ids of its documents that are current.
    out : Path
        The output folder.
    work : Path
        The folder of what is kept between runs.
    rows_per_file : int
        Rows of a Parquet file at most.
    basis : str
        Whatever else the tables depend on: another one, and the table is written anew.

    Returns
    -------
    tuple of dict and list
        Rows of the table, and the names of its files.
    """
    from pipeline.shard import content_key, digest

    stage = next(stage for stage, names in _BY_STAGE.items() if name in names)
    files = [f"{name}.{ending}" for ending in ("parquet", "csv")]
    held = [[folder.name, docs, content_key(folder, stage)] for folder, docs in sorted(shards.items())]
    key = digest(held, rows_per_file, basis)
    record = work / f"{name}.table.json"
    last = store.read_json(record) or {}
    if last.get("key") == key and all((out / file).exists() for file in files):
        return {name: last["rows"]}, files
    record.unlink(missing_ok=True)  # what it says must be true whenever the run is killed
    with store.TableWriter(out, name, rows_per_file) as writer:
        for rows in _rows(_places(shards), name, work / SCRATCH):
            writer.write(rows)
    store.write_json(record, {"key": key, "rows": writer.rows})
    return {name: writer.rows}, files


def _rows(places: list[_Place], name: str, work: Path) -> Iterator[pa.Table]:
    """The rows of a final table."""
    if name == "actors":
        numbered = (
            rows.append_column("document", pa.array([number] * rows.num_rows, pa.int64()))
            for number, rows in _groups(places, name)
        )
        yield from _asked(_kept(numbered, work / "actors.parquet"), _ACTORS)
    elif name == "events":
        yield from _with_duplicates(places, work)
    elif name == "documents":
        yield from (rows for _, rows in _groups([(f, n, n, 1) for f, n, _, _ in places], name))
    else:
        yield from (rows for _, rows in _groups(places, name))


#: A document: its shard, its number there, and its first row group and their number in the tables after `documents`.
_Place = tuple[Path, int, int, int]


def _places(shards: dict[Path, list[str]]) -> list[_Place]:
    """Where each current document is, in the order of document ids."""
    from pipeline.shard import groups_of

    found: dict[str, _Place] = {}
    for folder, current in shards.items():
        wanted = set(current)
        first = 0
        for number, (doc_id, count) in enumerate(groups_of(folder).items()):
            if doc_id in wanted:
                found[doc_id] = (folder, number, first, count)
            first += count
    return [found[doc_id] for doc_id in sorted(found)]


def _groups(places: list[_Place], name: str) -> Iterator[tuple[int, pa.Table]]:
    """The rows of each document in turn, with its number."""
    files: dict[Path, pq.ParquetFile] = {}
    try:
        for number, (folder, _, first, count) in enumerate(places):
            if folder not in files:
                if len(files) >= _OPEN_FILES:
                    files.pop(next(iter(files))).close()
                files[folder] = pq.ParquetFile(folder / f"{name}.parquet")
            yield number, files[folder].read_row_groups(list(range(first, first + count)), use_threads=False)
    finally:
        for file in files.values():
            file.close()


def _kept(tables: Iterator[pa.Table], path: Path) -> Path:
    """Tables as a file, so that they need not be in memory together."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer: pq.ParquetWriter | None = None
    pending: list[pa.Table] = []
    try:
        for rows in tables:
            writer = writer or pq.ParquetWriter(path, rows.schema, compression="lz4")
            pending.append(rows)
            if sum(r.num_rows for r in pending) >= _BATCH or len(pending) >= 1000:
                writer.write_table(pa.concat_tables(pending))
                pending = []
        if writer is not None and pending:
            writer.write_table(pa.concat_tables(pending))
    finally:
        if writer is not None:
            writer.close()
    return path


def _asked(path: Path, sql: str) -> Iterator[pa.Table]:
    """The answer to a query over the `rows` of a file, batch by batch; nothing when there is no such file."""
    if not path.is_file():
        return
    answer = path.with_suffix(".answer.parquet")
    with scratch(path.parent) as db:
        db.execute(f"CREATE VIEW rows AS SELECT * FROM read_parquet({quoted(path)}, file_row_number = true)")
        db.execute(f"COPY ({sql}) TO {quoted(answer)} (FORMAT parquet)")
    with pq.ParquetFile(answer) as file:
        for batch in file.iter_batches(_BATCH):
            yield pa.Table.from_batches([batch])


def _with_duplicates(places: list[_Place], work: Path) -> Iterator[pa.Table]:
    """The events of all documents; those told twice point to the first telling."""
    from pipeline.events.duplicates import Telling, duplicates, stem

    stemmed = (
        rows.append_column("stem", pa.array([stem(t) for t in rows["trigger"].to_pylist()], pa.string()))
        for _, rows in _groups(places, "events")
    )
    path = _kept(stemmed, work / "events.parquet")
    if not path.is_file():
        return
    tellings = ((row.pop("row"), Telling(**row)) for rows in _asked(path, _TELLINGS) for row in rows.to_pylist())
    found = dict(duplicates(tellings))
    start = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH):
            rows = pa.Table.from_batches([batch])
            at = rows.schema.get_field_index("duplicate_of")
            cells = [found.get(start + i, first) for i, first in enumerate(rows["duplicate_of"].to_pylist())]
            yield rows.set_column(at, rows.schema.field(at), pa.array(cells, pa.string()))
            start += rows.num_rows


def write_graph(out: Path, work: Path, settings: Settings, exchange: bool) -> Written:
    """Write the edges table and the graph; with `exchange`, also the files that `write_exchange` would write."""
    from pipeline import graph
    from pipeline.graph_files import write_graph as write_files

    meanwhile = work / SCRATCH
    meanwhile.mkdir(parents=True, exist_ok=True)
    found = meanwhile / "edges.parquet"
    with scratch(meanwhile) as db, store.TableWriter(out, "edges", settings.rows_per_file) as writer:
        for name in ("sentences", "mentions", "events", "actors", "dates"):
            db.execute(view(out, name))
        db.execute(f"COPY ({graph.edges_sql(db, settings.graph)}) TO {quoted(found)} (FORMAT parquet)")
        with pq.ParquetFile(found) as file:
            for batch in file.iter_batches(_BATCH):
                writer.write(pa.Table.from_batches([batch]))
    actors, edges = store.read_table(out, "actors"), store.read_table(out, "edges")
    acts = store.read_batches(out, "events", graph.ACT_COLUMNS)
    write_files(out, actors, edges, acts, settings.graph, exchange=exchange)
    return {"edges": writer.rows}, ["edges.parquet", "edges.csv", "graph.json", *(_EXCHANGE if exchange else ())]


def write_exchange(out: Path) -> Written:
    """Write the graph's files for other programs."""
    from pipeline.graph import ACT_COLUMNS
    from pipeline.graph_files import write_exchange as write_files

    write_files(out, store.read_batches(out, "events", ACT_COLUMNS))
    return {}, list(_EXCHANGE)


def write_report(shards: dict[Path, list[str]], out: Path, settings: Settings) -> Written:
    """Write the page and the database; returns no counts and the names of the files."""
    from pipeline.report import write_report as write_page
    from pipeline.shard import texts_of

    texts: dict[str, str] = {}
    room = _REPORT_CHARS
    for folder, current in sorted(shards.items(), key=lambda item: min(item[1], default="")):
        if not room:
            break
        lengths = pq.ParquetFile(folder / "documents.parquet").read(["chars"])["chars"].to_pylist()
        if min(lengths, default=0) > room:
            continue  # a long text is not even read
        for doc_id, text in texts_of(folder):
            if doc_id in current and len(text) <= room:
                texts[doc_id] = text
                room -= len(text)
    write_page(out, texts, settings)
    write_duckdb(out)
    return {}, ["report.html", "regesta.duckdb"]
