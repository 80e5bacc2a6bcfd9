"""Wikipedia dumps (`pages-articles.xml`): articles as a stream, their wikitext to plain text (mwparserfromhell)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from pipeline.errors import InputError, RegestaError
from pipeline.read.formats import Member, Reader, need

_HEADING = re.compile(r"^(={1,6})[ \t]*(.*?)[ \t]*\1[ \t]*$")
_MEDIA = re.compile(r"(?:file|image|category|media)\s*:", re.I)
#: Templates that hold words of the text in their last argument.
_WORDS = frozenset({"lang", "nowrap", "quote", "blockquote", "quotation", "transliteration", "transl", "small", "abbr"})
_LEFT_OUT = frozenset({"ref", "gallery", "table", "math", "timeline", "score", "syntaxhighlight", "imagemap"})


def _read(stream: BinaryIO, name: str) -> Iterator[Member]:
    etree = need("defusedxml.ElementTree", "defusedxml", name)
    need("mwparserfromhell", "mwparserfromhell", name)
    root: Any = None
    try:
        for event, element in etree.iterparse(stream, events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            tag = _local(element.tag)
            if event == "start" and element is root and tag != "mediawiki":
                raise InputError(f"{name}: XML, but no Wikipedia dump; save its text as a .txt file")
            if event == "end" and tag == "page":
                if page := _page(element, name):
                    yield page
                root.clear()  # or the whole dump would stay in memory
    except etree.ParseError as error:
        raise RegestaError(f"{name}: broken XML ({error}); download it again") from error
    except ValueError as error:  # entities and document types, which a dump does not have
        raise RegestaError(f"{name}: refused for safety ({type(error).__name__}); it is no Wikipedia dump") from error


def _page(page: Any, name: str) -> Member | None:
    """An article of the main namespace that is no redirect."""
    cells = {_local(e.tag): e.text or "" for e in page if not len(e)}
    revision = next((e for e in page if _local(e.tag) == "revision"), None)
    if cells.get("ns", "0") != "0" or revision is None or any(_local(e.tag) == "redirect" for e in page):
        return None
    source = next((e.text or "" for e in revision if _local(e.tag) == "text"), "")
    title = cells.get("title", "").strip()
    if not source.strip():
        return None
    mark = hashlib.sha256(f"{title}\0{source}".encode("utf-8", "surrogatepass")).hexdigest()
    return Member(lambda: plain_text(source, title, name), mark, title.replace(" ", "_"), title, chars=len(source))


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def plain_text(source: str, title: str, name: str) -> str:
    """Wikitext as plain text: sections and list items marked, templates, references, tables and pictures left out."""
    parser = need("mwparserfromhell", "mwparserfromhell", name)
    code = parser.parse(source)
    for node in code.filter_tags(recursive=True, matches=lambda n: str(n.tag).strip().lower() in _LEFT_OUT):
        _remove(code, node)
    for link in code.filter_wikilinks(recursive=True, matches=lambda n: bool(_MEDIA.match(str(n.title).strip()))):
        _remove(code, link)
    for template in code.filter_templates(recursive=False):
        values = [str(p.value) for p in template.params if not p.showkey]
        if str(template.name).strip().lower() in _WORDS and values:
            code.replace(template, values[-1])
        else:
            _remove(code, template)
    lines = [f"= {title} =", ""] if title else []
    for block in str(code).split("\n"):
        if m := _HEADING.match(block.strip()[:300]):
            lines += ["", f"{m[1]} {_stripped(parser, m[2])} {m[1]}", ""]
        else:
            item = block[:1] in "*#"
            words = _stripped(parser, block.lstrip("*#:; ") if block[:1] in "*#:;" else block)
            lines.append(f"- {words}" if item and words else words)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _remove(code: Any, node: Any) -> None:
    with suppress(ValueError):  # it went with a node around it
        code.remove(node)


def _stripped(parser: Any, wikitext: str) -> str:
    return " ".join(parser.parse(wikitext).strip_code(normalize=True, collapse=True).split())


READER = Reader(_read, many=True, library="mwparserfromhell")
