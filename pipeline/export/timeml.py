"""Texts with their time expressions as TimeML 1.2.1, one file a text."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pipeline.dates.timeml import to_timeml
from pipeline.export.tables import Tables, write_text
from pipeline.schema import Date


def write(tables: Tables, destination: Path) -> None:
    """Write `DOC_ID.tml` for each text into a folder."""
    dates = defaultdict(list)
    for row in tables.rows["dates"]:
        dates[row["doc_id"]].append(Date(**row))
    for doc_id, text in sorted(tables.texts.items()):
        write_text(destination / f"{doc_id}.tml", to_timeml(text, dates[doc_id], doc_id))
