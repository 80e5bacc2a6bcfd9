"""PDF files with a text layer (pypdf): pages separated by form feeds, so that their heads and feet can be told."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.errors import InputError
from pipeline.read.formats import Member, Reader, need


def _read(stream: BinaryIO, name: str) -> Iterator[Member]:
    pypdf = need("pypdf", "pypdf", name)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports every small flaw of a file
    try:
        document = pypdf.PdfReader(io.BytesIO(stream.read()))
        if document.is_encrypted and not document.decrypt(""):
            raise InputError(f"{name}: locked by a password; save it without one")
        pages = [page.extract_text() for page in document.pages]
        about = document.metadata
    except InputError:
        raise
    except Exception as error:  # a broken file makes pypdf raise anything
        raise InputError(f"{name}: broken PDF ({type(error).__name__}); save it again from a PDF viewer") from error
    text = "\n\f\n".join(page.strip("\n") for page in pages)
    if not text.strip():
        raise InputError(f"{name}: no text in its pages, perhaps pictures of them; recognise it first (ocrmypdf)")
    title = str(about.title or "").strip() if about else ""
    yield Member(lambda: text.encode("utf-8", "replace").decode("utf-8"), title=title)


READER = Reader(_read, library="pypdf")
