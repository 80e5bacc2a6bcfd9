"""What the formats with rows share: which column holds what, and a row as a text."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pipeline.errors import DataError, RegestaError
from pipeline.paths import models_dir
from pipeline.read.formats import Member


@cache
def _names() -> dict[str, list[str]]:
    path = models_dir() / "read" / "columns.toml"
    try:
        return {
            str(part): [str(n).lower() for n in names] for part, names in tomllib.loads(path.read_text("utf-8")).items()
        }
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise DataError(f"{path}: {error}; correct it or restore it from the repository") from error


def columns(header: Iterable[str], name: str) -> dict[str, str]:
    """Which column holds the text, id, title, date and language.

    Raises
    ------
    RegestaError
        When none holds the text.
    """
    there = {column.strip().lower(): column for column in header}
    found = {
        part: there[wanted]
        for part, names in _names().items()
        if (wanted := next((n for n in names if n in there), ""))
    }
    if "text" not in found:
        raise RegestaError(f"{name}: no column with texts (columns {', '.join(there) or 'none'}); call it text")
    return found


def member(row: Mapping[str, Any], parts: Mapping[str, str]) -> Member | None:
    """A row as a text; None when its text is empty."""
    text = row.get(parts["text"])
    if not isinstance(text, str) or not text.strip():
        return None
    cells = {part: _cell(row.get(column)) for part, column in parts.items() if part != "text"}
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Member(
        lambda: _valid(text),
        mark,
        cells.get("id", ""),
        cells.get("title", ""),
        cells.get("published", ""),
        cells.get("language", ""),
        chars=len(text),
    )


def _cell(value: Any) -> str:
    text = value.isoformat() if hasattr(value, "isoformat") else "" if value is None else str(value)
    return _valid(" ".join(text.split()))


def _valid(text: str) -> str:
    """Half a surrogate pair, which JSON can write and UTF-8 cannot, becomes a question mark: no offset moves."""
    return text.encode("utf-8", "replace").decode("utf-8")
