"""What every format needs of an output folder: its rows, its texts, and who stands on either side of an event."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline import store
from pipeline.errors import DataError
from pipeline.schema import TABLES
from pipeline.settings import Settings

Row = dict[str, Any]


@dataclass
class Tables:
    """The rows of an output folder by table, and what is derived from them."""

    folder: Path
    rows: dict[str, list[Row]]

    @cached_property
    def actors(self) -> dict[str, Row]:
        """Actors by id."""
        return {a["actor_id"]: a for a in self.rows["actors"]}

    @cached_property
    def documents(self) -> dict[str, Row]:
        """Documents by id."""
        return {d["doc_id"]: d for d in self.rows["documents"]}

    @cached_property
    def texts(self) -> dict[str, str]:
        """Source texts by doc_id, as the run read them."""
        found = {}
        for path in sorted(self.folder.glob(".regesta/shard-*/documents.json")):
            for row in store.read_json(path) or []:
                if self.documents.get(row["doc_id"], {}).get("sha256") == row["sha256"]:
                    found[row["doc_id"]] = row["text"]
        missing = sorted(set(self.documents) - set(found))
        if missing:
            raise DataError(f"{self.folder}: the text of {missing[0]} is not kept there; run `regesta run` again")
        return found

    @cached_property
    def settings(self) -> Settings:
        """Settings of the run that made the tables; the defaults where it left no record."""
        record = store.read_json(self.folder / "run.json") or {}
        return Settings(**record.get("settings", {}))

    def told(self) -> Iterator[Row]:
        """Asserted events, each once."""
        return (e for e in self.rows["events"] if e["factuality"] == "asserted" and not e["duplicate_of"])

    def name(self, actor_id: str) -> str:
        """An actor's name; its id where the table has no such actor."""
        return str(self.actors[actor_id]["name"]) if actor_id in self.actors else actor_id


def load(folder: Path) -> Tables:
    """Read the tables of an output folder.

    Raises
    ------
    DataError
        When one of them is missing or damaged.
    """
    rows = {}
    for name in TABLES:
        path = folder / f"{name}.parquet"
        try:
            rows[name] = store.read_table(folder, name).to_pylist()
        except (OSError, ValueError) as error:
            raise DataError(f"{path}: not a readable table; run `regesta run` with --out {folder} first") from error
    return Tables(folder, rows)


def dyads(event: Row) -> Iterator[tuple[str, str]]:
    """Pairs of source and target id of an event; an empty id where a side has none.

    Examples
    --------
    >>> list(dyads({"source_ids": ["a", "b"], "target_ids": ["a"]}))
    [('b', 'a')]
    >>> list(dyads({"source_ids": ["a"], "target_ids": []}))
    [('a', '')]
    """
    for source in event["source_ids"] or [""]:
        for target in event["target_ids"] or [""]:
            if source != target:
                yield source, target


def write_separated(destination: Path, columns: Iterable[str], rows: Iterable[Iterable[Any]], tab: bool = True) -> None:
    """Write rows under a header, separated by tabs (their own tabs and line breaks become spaces) or commas."""
    out = io.StringIO()
    if tab:
        header = list(columns)
        for row in [header, *rows] if header else rows:
            out.write("\t".join(" ".join(str(cell).split()) for cell in row) + "\n")
    else:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    write_text(destination, out.getvalue())


def write_text(destination: Path, text: str) -> None:
    """Write a file atomically, its folder made if needed."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    store.write_bytes(destination, text.encode("utf-8", "backslashreplace"))
