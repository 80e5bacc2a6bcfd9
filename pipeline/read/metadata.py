"""The researcher's `metadata.csv`: what is known of each text besides its words."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline.errors import RegestaError

METADATA = "metadata.csv"


@dataclass(frozen=True, slots=True)
class Row:
    """What `metadata.csv` says of one text."""

    doc_id: str
    line: int
    title: str = ""
    published: str = ""
    language: str = ""


@dataclass(slots=True)
class Metadata:
    """The rows of a `metadata.csv` by doc_id, and which of them have found their text."""

    path: Path
    rows: dict[str, Row]
    taken: set[str] = field(default_factory=set)

    def take(self, keys: Iterable[str]) -> Row | None:
        """The row for a text known by any of these ids."""
        for key in keys:
            name = unicodedata.normalize("NFC", key)
            if name in self.rows:
                self.taken.add(name)
                return self.rows[name]
        return None

    def without_text(self, stems: Collection[str]) -> Iterator[tuple[str, str]]:
        """Rows whose text is not there, as doc_id and a line about it.

        `stems` are the texts of the folder, also those not asked for.
        """
        for key, row in self.rows.items():
            if key not in self.taken and Path(key).stem not in stems and key not in stems:
                yield (
                    row.doc_id,
                    f"{self.path}, line {row.line}: no text has the doc_id {row.doc_id!r}; "
                    "correct it (a file's name without its ending) or remove the line",
                )


def load_metadata(path: Path) -> Metadata:
    """Read and check a `metadata.csv`: comma, semicolon or tab, in UTF-8.

    Raises
    ------
    RegestaError
        When it cannot be read, has no `doc_id` column, names a text twice or holds a wrong date.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RegestaError(f"{path}: {error.strerror}; make it readable or remove it") from error
    except UnicodeDecodeError as error:
        raise RegestaError(f"{path}: not UTF-8; save it as 'CSV UTF-8'") from error
    header = text.splitlines()[0] if text.strip() else ""
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True)
    rows: dict[str, Row] = {}
    try:
        names = {name.strip().casefold(): name for name in reader.fieldnames or [] if name}
        if "doc_id" not in names:
            raise RegestaError(f"{path}, line 1: no column doc_id; name the columns doc_id,published,title,language")
        for record in reader:
            cells = {key: (record.get(name) or "").strip() for key, name in names.items()}
            doc_id = unicodedata.normalize("NFC", cells["doc_id"])
            where = f"{path}, line {reader.line_num}"
            if not any(cells.values()):
                continue
            if not doc_id:
                raise RegestaError(f"{where}: doc_id is empty; give the file's name without its ending")
            if doc_id in rows:
                raise RegestaError(f"{where}: doc_id {doc_id!r} again (line {rows[doc_id].line}); remove one")
            published = _iso_date(cells.get("published", ""), where)
            rows[doc_id] = Row(
                doc_id, reader.line_num, cells.get("title", ""), published, cells.get("language", "").lower()
            )
    except csv.Error as error:
        line = reader.line_num + 1
        raise RegestaError(f"{path}, line {line}: {error}; correct the quotation marks there") from error
    return Metadata(path, rows)


def _iso_date(value: str, where: str) -> str:
    """A date as `YYYY-MM-DD`; a time of day is cut off.

    Examples
    --------
    >>> _iso_date("1958-07-14T06:00:00Z", "metadata.csv, line 2")
    '1958-07-14'
    """
    if not value:
        return ""
    try:
        return date.fromisoformat(value[:10] if value[10:11] in ("T", " ") else value).isoformat()
    except ValueError as error:
        raise RegestaError(
            f"{where}: published {value!r} is no date; write it as 1958-07-14, or leave it empty"
        ) from error
