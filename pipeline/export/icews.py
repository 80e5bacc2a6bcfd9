"""Events in the columns of ICEWS (Boschee et al. 2015, doi:10.7910/DVN/28075).

As there, `Event Text` is the name of the CAMEO code, countries are names and codes keep their leading zero.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.export.tables import Row, Tables, dyads, write_separated
from pipeline.paths import models_dir

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
    """Write one row a pair of source and target of an asserted, dated event with a CAMEO code.

    A country is named as its state is in the tables, by its code where they do not have it.
    """
    write_separated(destination, COLUMNS, _rows(tables))


def _rows(tables: Tables) -> Iterator[list[Any]]:
    names = {a["country"]: a["name"] for a in tables.rows["actors"] if a["type"] == "STATE" and a["country"]}
    codes = _code_names(Path(tables.settings.events.ontology or models_dir() / "ontology") / "cameo.tsv")
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
                sides.append([actor.get("name", ""), sectors, _country(names, actor)])
            yield [
                *[
                    e["event_id"],
                    e["date_start"],
                    *sides[0],
                    codes.get(e["cameo"], ""),
                    e["cameo"],
                    e["goldstein"],
                    *sides[1],
                ],
                *[e["doc_id"], numbers.get(e["sentence_id"], ""), document.get("title", "")],
                *["", "", place.get("name", ""), _country(names, place), "", ""],
            ]


def _code_names(path: Path) -> dict[str, str]:
    """Names of the CAMEO codes; none where the ontology has no file of them."""
    if not path.is_file():
        return {}
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {row["code"]: row.get("name", "") for row in csv.DictReader(lines, delimiter="\t")}


def _country(names: dict[str, str], actor: Row) -> str:
    code: str = actor.get("country", "")
    return names.get(code, code)
