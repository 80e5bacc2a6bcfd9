"""Events as JSON-LD in the Simple Event Model, with the words they come from in PROV.

References
----------
van Hage et al. (2011), Design and use of the Simple Event Model (SEM). Lebo et al. (2013), PROV-O, W3C.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.export.tables import Row, Tables, write_text

CONTEXT = {
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "regesta": "urn:regesta:",
    "label": "rdfs:label",
}


def write(tables: Tables, destination: Path) -> None:
    """Write asserted events, their actors and the sentences they are told in as one graph."""
    events = list(tables.told())
    named = {a for e in events for a in (*e["source_ids"], *e["target_ids"], e["place_id"]) if a}
    used = {e["doc_id"] for e in events}
    graph: list[Row] = [_actor(tables.actors[a]) for a in sorted(named & set(tables.actors))]
    for d in tables.rows["documents"]:
        if d["doc_id"] in used:
            graph.append(
                {"@id": _urn("document", d["doc_id"]), "@type": "prov:Entity", "label": d["title"] or d["doc_id"]}
            )
    told: dict[str, str] = {}
    for e in events:
        told.setdefault(e["sentence_id"], e["evidence"])
        graph.append(_event(e))
    of = {e["sentence_id"]: e["doc_id"] for e in events}
    for sentence, words in told.items():
        graph.append(
            {
                "@id": _urn("sentence", sentence),
                "@type": "prov:Entity",
                "prov:value": words,
                "prov:wasQuotedFrom": {"@id": _urn("document", of[sentence])},
            }
        )
    write_text(destination, json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n")


def _urn(kind: str, name: str) -> str:
    return f"urn:regesta:{kind}:{quote(name, safe='')}"


def _actor(actor: Row) -> dict[str, Any]:
    kind = "sem:Place" if actor["type"] == "PLACE" else "sem:Actor"
    node: dict[str, Any] = {"@id": _urn("actor", actor["actor_id"]), "@type": kind, "label": actor["name"]}
    if actor["wikidata"]:
        node["owl:sameAs"] = {"@id": f"http://www.wikidata.org/entity/{actor['wikidata']}"}
    return node


def _event(event: Row) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@id": _urn("event", event["event_id"]),
        "@type": "sem:Event",
        "label": event["trigger"],
        "sem:eventType": {"@id": f"urn:regesta:type:{event['event_type']}"},
        "regesta:source": [{"@id": _urn("actor", a)} for a in event["source_ids"]],
        "regesta:target": [{"@id": _urn("actor", a)} for a in event["target_ids"]],
        "sem:hasActor": [{"@id": _urn("actor", a)} for a in dict.fromkeys(event["source_ids"] + event["target_ids"])],
        "prov:wasDerivedFrom": {"@id": _urn("sentence", event["sentence_id"])},
    }
    if event["place_id"]:
        node["sem:hasPlace"] = {"@id": _urn("actor", event["place_id"])}
    if event["date_start"]:
        node["sem:hasEarliestBeginTimeStamp"] = {"@type": "xsd:date", "@value": event["date_start"]}
        node["sem:hasLatestEndTimeStamp"] = {"@type": "xsd:date", "@value": event["date_end"]}
        node["sem:hasTimeStamp"] = {"@type": "edtf:EDTF", "@value": event["date_edtf"]}
    return node
