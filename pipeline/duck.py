"""`regesta.duckdb`: views over the tables of an output folder, and macros for the questions asked most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.errors import DataError
from pipeline.schema import TABLES
from pipeline.store import SPILL, parquet_files, replacing

NAME = "regesta.duckdb"
#: What a join over files may take before it goes on on disk.
_MEMORY = "128MB"

# Each is a table macro: SELECT * FROM events_of('united-states').
MACROS = {
    "events_of": """
CREATE MACRO events_of(actor) AS TABLE
    SELECT * FROM events
    WHERE list_contains(source_ids, actor) OR list_contains(target_ids, actor) OR claimed_by = actor
    ORDER BY date_start = '', date_start, doc_id, start""",
    "dyad_years": """
CREATE MACRO dyad_years(a, b) AS TABLE
    SELECT CAST(regexp_extract(date_start, '^-?[0-9]+') AS INTEGER) AS year,
           count(*) FILTER (quad_class IN (1, 2)) AS cooperation,
           count(*) FILTER (quad_class IN (3, 4)) AS conflict,
           cooperation - conflict AS balance,
           avg(goldstein) AS goldstein,
           count(*) AS events
    FROM events
    WHERE factuality = 'asserted' AND duplicate_of = '' AND date_start <> ''
      AND ((list_contains(source_ids, a) AND list_contains(target_ids, b))
        OR (list_contains(source_ids, b) AND list_contains(target_ids, a)))
    GROUP BY year ORDER BY year""",
    "sentences_behind": """
CREATE MACRO sentences_behind(a, b) AS TABLE
    SELECT s.*, x.texts AS first_mentions, y.texts AS second_mentions
    FROM sentences s
    JOIN (SELECT doc_id, sentence_id, list(text ORDER BY start) AS texts FROM mentions
          WHERE list_contains(actor_id, a) GROUP BY ALL) x USING (doc_id, sentence_id)
    JOIN (SELECT doc_id, sentence_id, list(text ORDER BY start) AS texts FROM mentions
          WHERE list_contains(actor_id, b) GROUP BY ALL) y USING (doc_id, sentence_id)
    ORDER BY doc_id, start""",
}


@contextmanager
def scratch(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for joins and sums over files: bounded memory, and a folder for what does not fit in it."""
    with duckdb.connect(":memory:") as db:
        db.execute("SET threads = 1")  # the order in which threads add floats would show
        db.execute(f"SET memory_limit = '{_MEMORY}'")
        db.execute("SET temp_directory = ?", [str(folder / SPILL)])
        db.execute("SET preserve_insertion_order = false")
        try:
            yield db
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:  # the disk is full
            raise OSError(str(error).strip().splitlines()[0]) from error


def quoted(path: Path | str) -> str:
    """A path as a string in SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def view(folder: Path, name: str) -> str:
    """The statement that makes a view of a table of an output folder; `file_row_number` counts its rows."""
    files = [quoted(path) for path in parquet_files(folder, name)]
    listed = "[" + ", ".join(files) + "]"
    before = "0"
    if len(files) > 1:  # each file counts its own
        before = f"list_position({listed}, filename) * (1::BIGINT << 40)"
    return f"""CREATE VIEW {name} AS SELECT * EXCLUDE (filename) REPLACE ({before} + file_row_number AS file_row_number)
               FROM read_parquet({listed}, file_row_number = true, filename = true)"""


def _statements(folder: Path) -> list[str]:
    names = {n: f"{n}.parquet/*.parquet" if (folder / f"{n}.parquet").is_dir() else f"{n}.parquet" for n in TABLES}
    views = [f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')" for name, path in names.items()]
    return [*views, *MACROS.values()]


def write_duckdb(folder: Path) -> None:
    """Write `regesta.duckdb` over the Parquet files of an output folder.

    The views name the files without a folder, so that the output folder can be moved: open the database from inside
    the folder, or `SET file_search_path = 'FOLDER'`, or ask `query`. The file is left alone when it already holds
    these views and macros.
    """
    path = folder / NAME
    statements = _statements(folder)
    if _holds(path, statements):
        return
    with replacing(path) as temporary:
        try:
            with duckdb.connect(temporary) as db:
                db.execute("SET file_search_path = ?", [str(folder)])
                for statement in statements:
                    db.execute(statement)
                db.execute("CREATE TABLE definitions (statement VARCHAR)")
                db.executemany("INSERT INTO definitions VALUES (?)", [[s] for s in statements])
                db.execute("CHECKPOINT")
        except (duckdb.IOException, duckdb.FatalException) as error:  # the disk is full
            raise OSError(str(error).strip().splitlines()[0]) from error
        finally:
            temporary.with_name(f"{temporary.name}.wal").unlink(missing_ok=True)


def _holds(path: Path, statements: list[str]) -> bool:
    """Whether the database exists, can be read and was made from the same statements."""
    if not path.exists():
        return False
    try:
        with duckdb.connect(path, read_only=True) as db:
            return [
                s for (s,) in db.execute("SELECT statement FROM definitions ORDER BY rowid").fetchall()
            ] == statements
    except duckdb.Error:
        return False


def query(folder: Path, sql: str) -> pa.Table:
    """Ask an output folder's tables a question in SQL.

    Parameters
    ----------
    folder : Path
        An output folder with `regesta.duckdb`.
    sql : str
        DuckDB SQL over the views (`documents`, `sentences`, `dates`, `mentions`, `actors`, `events`, `edges`) and the
        macros `events_of(actor)`, `dyad_years(a, b)` and `sentences_behind(a, b)`.

    Returns
    -------
    pyarrow.Table
        The answer.

    Raises
    ------
    DataError
        When the folder has no database, or the query is wrong.
    """
    path = folder / NAME
    if not path.exists():
        raise DataError(f"{path}: not there; run `regesta run` with --out {folder} first")
    try:
        with duckdb.connect(path, read_only=True) as db:
            db.execute("SET file_search_path = ?", [str(folder)])
            answer = db.sql(sql)
            return pa.table({}) if answer is None else answer.to_arrow_table()
    except duckdb.Error as error:
        raise DataError(f"{sql.strip()}: {str(error).strip().splitlines()[0]}") from error
