"""The texts behind the events as CSL JSON citations (citationstyles.org), for Zotero, pandoc and others."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from pipeline.export.tables import Row, Tables, write_text


def write(tables: Tables, destination: Path) -> None:
    """Write one item a text that tells an event, with the number of its events in the note."""
    told = Counter(e["doc_id"] for e in tables.rows["events"])
    items = [_item(d, told[d["doc_id"]]) for d in tables.rows["documents"] if told[d["doc_id"]]]
    write_text(destination, json.dumps(items, ensure_ascii=False, indent=1) + "\n")


def _item(document: Row, events: int) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": document["doc_id"],
        "type": "document",
        "title": document["title"] or document["doc_id"],
        "language": document["language"],
        "note": f"{events} events; file {document['path']}, sha256 {document['sha256']}",
    }
    if document["published"]:
        item["issued"] = {"date-parts": [[int(part) for part in document["published"].split("-")]]}
    return item
