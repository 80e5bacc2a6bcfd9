"""Reading: from files to documents with their structure.

`find_sources` lists the texts of an input, `fingerprint` tells whether one has changed, `read` makes it a `Document`.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import BinaryIO

from pipeline.document import Document
from pipeline.errors import InputError
from pipeline.read.compressed import opened, split
from pipeline.read.detect import is_english, language_of
from pipeline.read.formats import Member, Reader, reader_for
from pipeline.read.parts import in_parts
from pipeline.read.sources import Source, find_sources
from pipeline.read.structure import title_of

__all__ = ["Source", "find_sources", "fingerprint", "mark_of", "read"]

_PART_CHARS = 400_000
_SURROGATE = re.compile("[\ud800-\udfff]")


def _reader(source: Source) -> Reader:
    """The reader of a source's format; a file of an unknown one is plain text."""
    of = source.member if source.path.suffix.lower() == ".zip" else source.path.name
    reader = reader_for(split(of)[1]) or reader_for(".txt")
    assert reader is not None
    return reader


@contextmanager
def _stream(source: Source) -> Iterator[BinaryIO]:
    entry = source.member if source.path.suffix.lower() == ".zip" else ""
    with opened(source.path, entry, source.name) as stream:
        yield stream


def fingerprint(source: Source) -> str:
    """A hash of everything that the source's `Document` is made from: bytes, metadata, the library that reads them.

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    if _reader(source).many:  # a row carries the hash of its words already
        return mark_of(source, source.member.split(":", 1)[1])
    digest = hashlib.sha256()
    with _stream(source) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return mark_of(source, digest.hexdigest())


def mark_of(source: Source, sha256: str) -> str:
    """The fingerprint of a source whose bytes have this hash."""
    reader = _reader(source)
    # A row's place may change, its words may not.
    member = "" if reader.many else source.member
    known = (source.doc_id, source.name, source.title, source.published, source.language, member, reader.version)
    return hashlib.sha256("\0".join((*known, sha256)).encode("utf-8", "surrogatepass")).hexdigest()


def read(source: Source, part_chars: int = _PART_CHARS) -> Document:
    """Read a text and find its structure.

    Parameters
    ----------
    source : Source
        One of `find_sources`.
    part_chars : int
        A longer text is cut into parts of at most so many characters.

    Returns
    -------
    Document
        Its offsets index the text exactly as decoded: line ends and a byte order mark are kept. The text of a format
        that is no plain text is what its reader makes of it.

    Raises
    ------
    InputError
        When the file cannot be read, holds no text or none in English; one line with the remedy.
    """
    reader = _reader(source)
    if reader.many:
        member, sha256 = _rows.find(source, reader)
    else:
        with _stream(source) as stream:
            hashed = _Hashing(stream)
            member = next(reader.read(hashed, source.name))  # type: ignore[arg-type]
            sha256 = hashed.digest.hexdigest()
    # A format's library may leave half of a pair of UTF-16, which no table can hold.
    text = _SURROGATE.sub("\ufffd", member.load())
    if not text.strip():
        raise InputError(f"{source.name}: empty; put a text into it or remove it")
    language = source.language or member.language
    if not (is_english(language) if source.language else is_english(language := language_of(text))):
        raise InputError(
            f"{source.name}: language {language!r}, skipped: only English is read; "
            "if it is English, say so in metadata.csv (column language: en)"
        )
    found, parts = in_parts(text, part_chars)
    return Document(
        doc_id=source.doc_id,
        text=text,
        path=source.name,
        title=source.title or member.title or title_of(text, found),
        published=_iso_date(source.published or member.published, source.name),
        language="en",
        sha256=sha256,
        encoding=member.encoding,
        paragraphs=found,
        parts=parts,
    )


def _iso_date(value: str, name: str) -> str:
    """A date as `YYYY-MM-DD`; a time of day is cut off."""
    if not value:
        return ""
    try:
        return date.fromisoformat(value[:10].replace("/", "-")).isoformat()
    except ValueError as error:
        raise InputError(
            f"{name}: published {value!r} is no date; write it as 1958-07-14, or leave it empty"
        ) from error


class _Hashing:
    """A stream whose bytes are hashed as they are read whole."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self) -> bytes:
        data = self._stream.read()
        self.digest.update(data)
        return data


class _Rows:
    """The rows of the file that was read last, kept open: the texts of a shard are asked for in order."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._of: tuple[object, ...] = ()
        self._rows: Iterator[Member] = iter(())
        self._next = 0

    def find(self, source: Source, reader: Reader) -> tuple[Member, str]:
        """A row and the hash of its words."""
        number, mark = source.member.split(":", 1)
        try:
            status = source.path.stat()
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"{source.name}: cannot be read ({reason}); check that it is there") from error
        of = (os.getpid(), source.path, status.st_mtime_ns, status.st_size)
        if of != self._of or int(number) < self._next:
            self.close()
            stream = self._open.enter_context(opened(source.path, "", source.name))
            self._rows, self._of, self._next = reader.read(stream, source.name), of, 1
        for row in self._rows:
            self._next += 1
            if self._next > int(number):
                if row.mark == mark:
                    return row, mark
                break
        self.close()
        raise InputError(f"{source.name}: changed while it was being read; run again")

    def close(self) -> None:
        """Let go of the file."""
        if isinstance(self._rows, Generator):
            self._rows.close()
        self._open.close()
        self._of = ()


_rows = _Rows()
atexit.register(_rows.close)
