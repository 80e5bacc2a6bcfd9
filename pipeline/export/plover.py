"""Events as PLOVER JSON, a record a line, with the fields of PLOVER's gold standard records.

References
----------
github.com/openeventdata/PLOVER, PLOVER_GSR_CAMEO.txt. `dateCoded` is left out: the same tables give the same bytes.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.export.tables import Row, Tables, write_text


def write(tables: Tables, destination: Path) -> None:
    """Write one record an asserted event."""
    lines = [json.dumps(_record(tables, e), ensure_ascii=False) for e in tables.told()]
    write_text(destination, "".join(line + "\n" for line in lines))


def _record(tables: Tables, event: Row) -> dict[str, Any]:
    document = tables.documents.get(event["doc_id"], {})
    return {
        "id": event["event_id"],
        "date": event["date_start"],
        "source": _side(tables, event, "source"),
        "target": _side(tables, event, "target"),
        "event": event["event_type"],
        "eventText": event["trigger"],
        "context": "",
        "mode": event["mode"],
        "text": event["evidence"],
        "language": document.get("language", ""),
        "publication": document.get("title", ""),
        "coder": f"regesta {version('regesta')}",
        "comment": "",
    }


def _side(tables: Tables, event: Row, side: str) -> list[dict[str, str]]:
    sectors = event[f"{side}_sectors"]
    found = []
    for i, actor_id in enumerate(event[f"{side}_ids"]):
        country = tables.actors.get(actor_id, {}).get("country", "")
        sector = sectors[i] if i < len(sectors) else ""
        found.append({"actorText": tables.name(actor_id), "code": country} | ({"sector": sector} if sector else {}))
    return found
