"""Actors, events and ties as CSV files that `neo4j-admin database import` reads."""

from __future__ import annotations

from pathlib import Path

from pipeline.export.tables import Tables, write_separated


def write(tables: Tables, destination: Path) -> None:
    """Write nodes (`actors.csv`, `events.csv`) and relations (a file a type) into a folder."""
    events = tables.rows["events"]
    about = ("actor_id", "name", "type", "country", "wikidata", "cow")
    write_separated(
        destination / "actors.csv",
        ["actorId:ID(Actor)", *about[1:], "known:boolean", "mentions:int", ":LABEL"],
        (
            [
                *(a[n] for n in about),
                str(a["known"]).lower(),
                a["mentions"],
                f"Actor;{a['type'].title().replace('_', '')}",
            ]
            for a in tables.rows["actors"]
        ),
        tab=False,
    )
    names = ("trigger", "event_type", "mode", "cameo", "date_edtf", "date_start", "date_end", "factuality", "evidence")
    write_separated(
        destination / "events.csv",
        ["eventId:ID(Event)", *names, "quad:int", "goldstein:float", "confidence:float", "document", ":LABEL"],
        (
            [
                e["event_id"],
                *(e[n] for n in names),
                e["quad_class"],
                e["goldstein"],
                e["confidence"],
                e["doc_id"],
                "Event",
            ]
            for e in events
        ),
        tab=False,
    )
    acts = [[a, e["event_id"], "SOURCE_OF"] for e in events for a in e["source_ids"] if a in tables.actors]
    acts += [[e["event_id"], a, "TARGETS"] for e in events for a in e["target_ids"] if a in tables.actors]
    acts += [[e["event_id"], e["duplicate_of"], "RETELLS"] for e in events if e["duplicate_of"]]
    kinds = {"SOURCE_OF": ("Actor", "Event"), "TARGETS": ("Event", "Actor"), "RETELLS": ("Event", "Event")}
    for kind, (start, end) in kinds.items():
        write_separated(
            destination / f"{kind.lower()}.csv",
            [f":START_ID({start})", f":END_ID({end})", ":TYPE"],
            (row for row in acts if row[2] == kind),
            tab=False,
        )
    write_separated(
        destination / "tied_to.csv",
        [
            ":START_ID(Actor)",
            ":END_ID(Actor)",
            "sentences:int",
            "paragraphs:int",
            "events:int",
            "weight:float",
            ":TYPE",
        ],
        (
            [e["source_id"], e["target_id"], e["sentences"], e["paragraphs"], e["events"], e["weight"], "TIED_TO"]
            for e in tables.rows["edges"]
        ),
        tab=False,
    )
