"""Events in the columns of ICEWS (Boschee et al. 2015, doi:10.7910/DVN/28075)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.export.tables import Tables, dyads, write_separated

COLUMNS = [
    "Event ID",
    "Event Date",
    "Source Name",
    "Source Sectors",
    "Source Country",
    "Event Text",
    "CAMEO Code",
    "Intensity",
    "Target Name",
    "Target Sectors",
    "Target Country",
    "Story ID",
    "Sentence Number",
    "Publisher",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
]


def write(tables: Tables, destination: Path) -> None:
    """Write one row a pair of source and target of an asserted, dated event with a CAMEO code."""
    write_separated(destination, COLUMNS, _rows(tables))


def _rows(tables: Tables) -> Iterator[list[Any]]:
    numbers: dict[str, int] = {}
    seen: dict[str, int] = {}
    for s in tables.rows["sentences"]:
        numbers[s["sentence_id"]] = seen[s["doc_id"]] = seen.get(s["doc_id"], 0) + 1
    for e in tables.told():
        if not e["date_start"] or not e["cameo"]:
            continue
        document = tables.documents.get(e["doc_id"], {})
        place = tables.actors.get(e["place_id"], {})
        for source, target in dyads(e):
            sides = []
            for side, actor_id in (("source", source), ("target", target)):
                actor = tables.actors.get(actor_id, {})
                sectors = ",".join(s for s in e[f"{side}_sectors"] if s)
                sides.append([actor.get("name", ""), sectors, actor.get("country", "")])
            yield [
                *[e["event_id"], e["date_start"], *sides[0], e["trigger"], e["cameo"], e["goldstein"], *sides[1]],
                *[e["doc_id"], numbers.get(e["sentence_id"], ""), document.get("title", "")],
                *["", "", place.get("name", ""), place.get("country", ""), "", ""],
            ]
