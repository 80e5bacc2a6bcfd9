"""Dated events as TimelineJS 3 JSON (timeline.knightlab.com/docs/json-format.html)."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from pipeline.export.tables import Row, Tables, write_text


def write(tables: Tables, destination: Path) -> None:
    """Write one slide an asserted, dated event, in order of time."""
    events = sorted((e for e in tables.told() if e["date_start"]), key=lambda e: (_key(e["date_start"]), e["event_id"]))
    titles = [d["title"] or d["doc_id"] for d in tables.rows["documents"]]
    title = titles[0] if len(titles) == 1 else f"{len(titles)} texts"
    slides = {"title": {"text": {"headline": escape(title)}}, "events": [_slide(tables, e) for e in events]}
    write_text(destination, json.dumps(slides, ensure_ascii=False, indent=1) + "\n")


def _slide(tables: Tables, event: Row) -> dict[str, Any]:
    who = ", ".join(map(tables.name, event["source_ids"])) or event["source_text"]
    whom = ", ".join(map(tables.name, event["target_ids"])) or event["target_text"]
    document = tables.documents.get(event["doc_id"], {})
    slide: dict[str, Any] = {
        "unique_id": event["event_id"],
        "start_date": _date(event["date_start"]),
        "display_date": escape(event["date_edtf"]),
        "group": event["event_type"],
        "text": {
            # TimelineJS shows these as HTML.
            "headline": escape(" ".join(part for part in (who, event["trigger"], whom) if part)),
            "text": f"<p>{escape(event['evidence'])}</p><p>{escape(document.get('title') or event['doc_id'])}</p>",
        },
    }
    if event["date_end"] != event["date_start"]:
        slide["end_date"] = _date(event["date_end"])
    return slide


def _key(day: str) -> tuple[int, ...]:
    date = _date(day)
    return date["year"], date["month"], date["day"]


def _date(day: str) -> dict[str, int]:
    """An ISO date as TimelineJS has it.

    Examples
    --------
    >>> _date("-0490-09-12")
    {'year': -490, 'month': 9, 'day': 12}
    """
    sign, rest = (-1, day[1:]) if day.startswith("-") else (1, day)
    year, month, date = (int(x) for x in rest.split("-"))
    return {"year": sign * year, "month": month, "day": date}
