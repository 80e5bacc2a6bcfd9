"""Formats of texts: one module a format, found by a file's ending.

A package can add a format by an entry point of the group `regesta.readers` that names a `Reader`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, entry_points, version
from types import ModuleType
from typing import BinaryIO

from pipeline.errors import RegestaError

_GROUP = "regesta.readers"
#: The project's own readers: the ending, and the module that holds it as `READER`.
_OWN = {
    ".txt": "plain",
    ".text": "plain",
    ".md": "plain",
    ".markdown": "plain",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".xml": "wikipedia",
}


_OWN_MANY = frozenset({".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".xml"})


@dataclass(frozen=True, slots=True)
class Member:
    """A text in a file: what the file says of it, and how to get its words (the stream may be closed by then).

    `mark` is a hash of what the words are made from; `doc_id` is empty where the file gives none; `encoding` is that
    of the file's characters, empty where the format settles it; `chars` is about how long the words are.
    """

    load: Callable[[], str]
    mark: str = ""
    doc_id: str = ""
    title: str = ""
    published: str = ""
    language: str = ""
    encoding: str = ""
    chars: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """How a format is read: `read(stream, name)` yields its texts; `many` tells that a file may hold several.

    `library` is the distribution whose version the words depend on.
    """

    read: Callable[[BinaryIO, str], Iterator[Member]]
    many: bool = False
    library: str = ""

    @property
    def version(self) -> str:
        """The library's name and version; empty if the format needs none."""
        try:
            return f"{self.library} {version(self.library)}" if self.library else ""
        except PackageNotFoundError:
            return ""


@cache
def _others() -> dict[str, Reader]:
    """Readers that other packages declare; the entry point's name is the ending without its dot."""
    found = {}
    for point in entry_points(group=_GROUP):
        reader = point.load()
        if not isinstance(reader, Reader):
            raise RegestaError(f"entry point {point.name} of {_GROUP}: {point.value} is no Reader; correct the package")
        found[f".{point.name.lower()}"] = reader
    return found


def endings() -> tuple[frozenset[str], frozenset[str]]:
    """File endings of formats with one text a file, and of those with many."""
    many = _OWN_MANY | {ending for ending, reader in _others().items() if reader.many}
    return frozenset({*_OWN, *_others()} - many), frozenset(many)


def reader_for(ending: str) -> Reader | None:
    """The reader of a file ending (`.html`), or None.

    Examples
    --------
    >>> reader_for(".jsonl").many, reader_for(".exe")
    (True, None)
    """
    if reader := _others().get(ending):
        return reader
    if ending not in _OWN:
        return None
    module = importlib.import_module(f"{__name__}.{_OWN[ending]}")
    own: Reader = module.READER
    return own


def need(module: str, distribution: str, name: str) -> ModuleType:
    """Import a library that only some formats need.

    Raises
    ------
    RegestaError
        When it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        remedy = "install it with `pip install 'regesta[inputs]'`"
        raise RegestaError(f"{name}: reading it needs {distribution}; {remedy}") from error
