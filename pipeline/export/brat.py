"""Texts with mentions, dates and events as BRAT standoff (brat.nlplab.org/standoff.html)."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pipeline.export.tables import Row, Tables, write_text


def write(tables: Tables, destination: Path) -> None:
    """Write `DOC_ID.txt`, `DOC_ID.ann` for each text, and `annotation.conf`, into a folder."""
    by_document: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for name in ("mentions", "dates", "events"):
        for row in tables.rows[name]:
            by_document[row["doc_id"]][name].append(row)
    for doc_id, text in sorted(tables.texts.items()):
        write_text(destination / f"{doc_id}.txt", text)
        lines = _annotations(tables, text, by_document[doc_id])
        write_text(destination / f"{doc_id}.ann", "".join(line + "\n" for line in lines))
    write_text(destination / "annotation.conf", _configuration(tables))


def _annotations(tables: Tables, text: str, rows: dict[str, list[Row]]) -> list[str]:
    lines: list[str] = []
    number: dict[str, int] = {}
    notes: list[tuple[int, str]] = []

    def span(row: Row, row_id: str, label: str) -> int:
        number[row_id] = len(number) + 1
        lines.append(f"T{number[row_id]}\t{_word(label)} {_fragments(text, row['start'], row['end'])}")
        return number[row_id]

    for m in rows["mentions"]:
        t = span(m, m["mention_id"], m["label"] or "ACTOR")
        if m["actor_id"]:
            notes.append((t, ", ".join(f"{tables.name(a)} ({a})" for a in m["actor_id"])))
    for d in rows["dates"]:
        notes.append((span(d, d["date_id"], f"TIMEX_{d['type']}"), d["edtf"] or d["value"]))
    for e_number, e in enumerate(rows["events"], 1):
        t = span(e, e["event_id"], e["event_type"])
        arguments = [
            f"{role}:T{number[m['mention_id']]}"
            for role, ids in (("Source", e["source_ids"]), ("Target", e["target_ids"]))
            for m in [_mention(rows["mentions"], e, actor) for actor in ids]
            if m is not None
        ]
        if e["date_id"] in number:
            arguments.append(f"Date:T{number[e['date_id']]}")
        lines.append(f"E{e_number}\t{_word(e['event_type'])}:T{t} {' '.join(_numbered(arguments))}".rstrip())
        lines.append(f"A{e_number}\tFactuality E{e_number} {e['factuality']}")
    lines += [f"#{i}\tAnnotatorNotes T{t}\t{' '.join(note.split())}" for i, (t, note) in enumerate(notes, 1)]
    return lines


def _mention(mentions: list[Row], event: Row, actor_id: str) -> Row | None:
    """The mention of an actor that stands nearest to the trigger in its sentence."""
    near = [m for m in mentions if m["sentence_id"] == event["sentence_id"] and actor_id in m["actor_id"]]
    return min(near, key=lambda m: (abs(m["start"] - event["start"]), m["start"]), default=None)


def _numbered(arguments: list[str]) -> list[str]:
    """Roles that occur again are numbered from the second: Source, Source2."""
    seen: dict[str, int] = defaultdict(int)
    found = []
    for argument in arguments:
        role, value = argument.split(":")
        seen[role] += 1
        found.append(f"{role}{seen[role] if seen[role] > 1 else ''}:{value}")
    return found


def _fragments(text: str, start: int, end: int) -> str:
    """Offsets and words of a span; a span over a line break is several fragments.

    Examples
    --------
    >>> _fragments("the United\\nStates", 4, 17)
    '4 10;11 17\\tUnited States'
    """
    pieces, at = [], start
    for line in text[start:end].split("\n"):
        if line:
            pieces.append((at, at + len(line)))
        at += len(line) + 1
    words = " ".join(text[a:b].replace("\t", " ") for a, b in pieces)
    return ";".join(f"{a} {b}" for a, b in pieces) + "\t" + words


def _word(label: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in label)


def _configuration(tables: Tables) -> str:
    entities = sorted({_word(m["label"] or "ACTOR") for m in tables.rows["mentions"]})
    entities += sorted({_word(f"TIMEX_{d['type']}") for d in tables.rows["dates"]})
    events = sorted({_word(e["event_type"]) for e in tables.rows["events"]})
    kinds = sorted({e["factuality"] for e in tables.rows["events"]})
    lines = ["[entities]", *entities, "", "[relations]", "", "[events]"]
    lines += [f"{e}\tSource*:<ENTITY>, Target*:<ENTITY>, Date?:<ENTITY>" for e in events]
    lines += ["", "[attributes]", f"Factuality\tArg:<EVENT>, Value:{'|'.join(kinds)}", ""]
    return "\n".join(lines)
