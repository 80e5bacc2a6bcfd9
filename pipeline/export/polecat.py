"""Events in the columns of POLECAT (Halterman et al. 2023, PLOVER and POLECAT, doi:10.7910/DVN/AJGVIT)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.export.tables import Tables, dyads, write_separated

COLUMNS = [
    "Event ID",
    "Event Date",
    "Event Type",
    "Event Mode",
    "Intensity",
    "Quad Code",
    "Contexts",
    "Actor Name",
    "Actor Country",
    "Actor COW",
    "Primary Actor Sector",
    "Actor Sectors",
    "Actor Title",
    "Actor Name Raw",
    "Wikipedia Actor ID",
    "Recipient Name",
    "Recipient Country",
    "Recipient COW",
    "Primary Recipient Sector",
    "Recipient Sectors",
    "Recipient Title",
    "Recipient Name Raw",
    "Wikipedia Recipient ID",
    "Placename",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
    "GeoNames ID",
    "Raw Placename",
    "Feature Type",
    "Source",
    "Publication Date",
    "Story People",
    "Story Organizations",
    "Story Locations",
    "Language",
    "Version",
]
QUADS = ("", "VERBAL COOPERATION", "MATERIAL COOPERATION", "VERBAL CONFLICT", "MATERIAL CONFLICT")


def write(tables: Tables, destination: Path) -> None:
    """Write one row a pair of source and target of an asserted, dated event; what we do not know is empty."""
    rows = ([row.get(c, "") for c in COLUMNS] for row in _rows(tables))
    write_separated(destination, COLUMNS, rows)


def _rows(tables: Tables) -> Iterator[dict[str, Any]]:
    for event in tables.told():
        if not event["date_start"]:
            continue
        document = tables.documents.get(event["doc_id"], {})
        place = tables.actors.get(event["place_id"], {})
        for source, target in dyads(event):
            row = {
                "Event ID": event["event_id"],
                "Event Date": event["date_start"],
                "Event Type": event["event_type"],
                "Event Mode": event["mode"],
                "Intensity": event["goldstein"],
                "Quad Code": QUADS[event["quad_class"]],
                "Placename": place.get("name", ""),
                "Country": place.get("country", ""),
                "Raw Placename": event["place_text"],
                "Source": document.get("title", ""),
                "Publication Date": document.get("published", ""),
                "Language": document.get("language", ""),
            }
            for side, words, actor_id in (("Actor", "source", source), ("Recipient", "target", target)):
                actor = tables.actors.get(actor_id, {})
                sectors = [s for s in event[f"{words}_sectors"] if s]
                row |= {
                    f"{side} Name": actor.get("name", "") or "None",
                    f"{side} Country": actor.get("country", ""),
                    f"{side} COW": actor.get("cow", ""),
                    f"Primary {side} Sector": sectors[0] if sectors else "",
                    f"{side} Sectors": "; ".join(sectors),
                    f"{side} Name Raw": event[f"{words}_text"],
                }
            yield row
