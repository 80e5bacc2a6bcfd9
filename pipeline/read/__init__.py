"""Reading: from files to documents with their structure.

`find_sources` lists the texts of an input, `fingerprint` tells whether one has changed, `read` makes it a `Document`.
"""

from __future__ import annotations

import hashlib

from pipeline.document import Document
from pipeline.errors import InputError
from pipeline.read.sources import Source, find_sources
from pipeline.read.structure import paragraphs, title_of
from pipeline.read.text import decode

__all__ = ["Source", "find_sources", "fingerprint", "read"]


def _bytes(source: Source) -> bytes:
    """A source's bytes."""
    try:
        return source.path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{source.name}: cannot be read ({reason}); check that it is there and readable") from error


def fingerprint(source: Source) -> str:
    """A hash of everything that the source's `Document` is made from: its bytes and its metadata.

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    digest = hashlib.sha256(_bytes(source))
    known = (source.doc_id, source.name, source.title, source.published, source.language, source.member)
    digest.update(b"\0" + "\0".join(known).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def read(source: Source) -> Document:
    """Read a text and find its structure.

    Parameters
    ----------
    source : Source
        One of `find_sources`.

    Returns
    -------
    Document
        Its offsets index the text exactly as decoded: line ends and a byte order mark are kept.

    Raises
    ------
    InputError
        When the file cannot be read, is empty, is no text or is not UTF-8; one line with the remedy.
    """
    data = _bytes(source)
    text = decode(data, source.name)
    found = paragraphs(text)
    return Document(
        doc_id=source.doc_id,
        text=text,
        path=source.name,
        title=source.title or title_of(text, found),
        published=source.published,
        language=source.language or "en",
        sha256=hashlib.sha256(data).hexdigest(),
        paragraphs=found,
    )
