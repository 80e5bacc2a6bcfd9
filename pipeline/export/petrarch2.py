"""Events as petrarch2 writes them: date, source, target, CAMEO code, issues, sentence, story; no header."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.export.tables import Row, Tables, dyads, write_separated


def write(tables: Tables, destination: Path) -> None:
    """Write one line a pair of source and target of an asserted, dated event with a CAMEO code, of our era."""
    write_separated(destination, (), _rows(tables))


def _rows(tables: Tables) -> Iterator[list[str]]:
    for e in tables.told():
        if e["date_start"] and not e["date_start"].startswith("-") and e["cameo"]:
            for source, target in dyads(e):
                codes = [_code(tables, e, "source", source), _code(tables, e, "target", target)]
                yield [e["date_start"].replace("-", ""), *codes, e["cameo"], "", e["sentence_id"], e["doc_id"]]


def _code(tables: Tables, event: Row, side: str, actor_id: str) -> str:
    """The actor's country and sector run together, as CAMEO has them: USAGOV; `---` where there is neither."""
    country = tables.actors.get(actor_id, {}).get("country", "")
    ids, sectors = event[f"{side}_ids"], event[f"{side}_sectors"]
    at = ids.index(actor_id) if actor_id in ids else len(sectors)
    return f"{country}{sectors[at] if at < len(sectors) else ''}" or "---"
