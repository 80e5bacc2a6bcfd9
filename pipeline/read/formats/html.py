"""Web pages: the main text without navigation, advertisements and comments, its headings as Markdown (trafilatura)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from pipeline.errors import InputError
from pipeline.read.formats import Member, Reader, need


def _read(stream: BinaryIO, name: str) -> Iterator[Member]:
    trafilatura = need("trafilatura", "trafilatura", name)
    data = stream.read()
    found = trafilatura.bare_extraction(data, include_comments=False, include_formatting=True, with_metadata=True)
    words = trafilatura.extract(data, output_format="markdown", include_comments=False, include_tables=True)
    if found is None or not words:
        raise InputError(f"{name}: no main text found in the page; save its text as a .txt file")
    about = found if isinstance(found, dict) else found.as_dict()
    title = about.get("title") or ""
    # The page's own heading is often no part of what is extracted.
    text = words if not title or words.lstrip("# ").startswith(title) else f"# {title}\n\n{words}"
    yield Member(lambda: text, title=title, published=about.get("date") or "", language=about.get("language") or "")


READER = Reader(_read, library="trafilatura")
