"""The structure of a plain text: title, sections, paragraphs, and what is not prose.

Headings are wiki (`== History ==`), Markdown (`# History`) or short title-like lines standing alone. Hard-wrapped lines
are one paragraph. Lists, infoboxes and whole reference sections are marked so that nothing is extracted from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.document import HEADING, LIST, PROSE, Paragraph

_WIKI = re.compile(r"^\s*(={1,6})\s*(\S.*?)\s*\1\s*$")
_MARKDOWN = re.compile(r"^(#{1,6})\s+(\S.*?)\s*#*\s*$")
_BULLET = re.compile(r"^\s*(?:[-*•·–]|\d{1,3}[.)]|\(?[a-z]\))\s+")
_FIELD = re.compile(r"^\s*[-*|]\s*[\w ]{1,30}[:=]")
# A line that ends like this is a sentence, or the middle of one.
_SENTENCE_END = re.compile(r"[.!?;:,][\"”’')\]]*$")

#: Sections that hold references, links or boxes.
NOT_PROSE = frozenset(
    {
        "see also", "references", "notes", "footnotes", "citations", "sources", "bibliography", "further reading",
        "external links", "works cited", "infobox", "gallery", "notes and references", "references and notes",
        "explanatory notes", "primary sources", "secondary sources", "table of contents", "contents",
    }
)  # fmt: skip
_HEADING_WORDS = 14
_HEADING_CHARS = 100


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    text: str


def _lines(text: str) -> Iterator[_Line]:
    """Lines without their line ends; \\n, \\r\\n and \\r count, form feeds too."""
    for m in re.finditer(r"[^\n\r\f\x0b\u2028\u2029]+", text):
        yield _Line(m.start(), m.end(), m.group())


def _blocks(text: str) -> Iterator[list[_Line]]:
    """Runs of lines with no blank line between them."""
    run: list[_Line] = []
    last = 0
    for line in _lines(text):
        gap = text[last : line.start]
        breaks = gap.count("\n") or gap.count("\r")
        blank = not line.text.strip()
        if run and (breaks > 1 or blank or "\f" in gap or "\u2029" in gap):
            yield run
            run = []
        if not blank:
            run.append(line)
        last = line.end
    if run:
        yield run


def _heading(line: str) -> tuple[int, str] | None:
    """Level and words of a marked heading."""
    if m := _WIKI.match(line):
        return len(m[1]), m[2]
    if m := _MARKDOWN.match(line):
        return len(m[1]), m[2]
    return None


def _title_like(line: str) -> bool:
    """A short line that stands alone and is no sentence."""
    line = line.strip()
    words = line.split()
    if not words or len(words) > _HEADING_WORDS or len(line) > _HEADING_CHARS or _SENTENCE_END.search(line):
        return False
    return (line[0].isupper() or line[0].isdigit()) and any(c.isalpha() for c in line)


def _hard_wrapped(run: list[_Line]) -> bool:
    """Whether the lines of a run are one paragraph broken to a width, not a paragraph a line."""
    if len(run) < 2:
        return False
    lengths = [len(line.text) for line in run[:-1]]
    broken = sum(not _SENTENCE_END.search(line.text.rstrip()) for line in run[:-1])
    return max(lengths) <= 132 and (broken >= len(lengths) / 2 or min(lengths) > 0.6 * max(lengths))


def _split_run(run: list[_Line]) -> Iterator[list[_Line]]:
    """The paragraphs of a run of lines: marked headings and bullets by line, wrapped lines together."""
    pending: list[_Line] = []
    for line in run:
        if _heading(line.text) or _BULLET.match(line.text):
            if pending:
                yield from _wrapped(pending)
                pending = []
            yield [line]
        else:
            pending.append(line)
    if pending:
        yield from _wrapped(pending)


def _wrapped(lines: list[_Line]) -> Iterator[list[_Line]]:
    if _hard_wrapped(lines):
        yield lines
    else:
        for line in lines:
            yield [line]


def paragraphs(text: str) -> list[Paragraph]:
    """Split a text into headings, prose paragraphs and lists.

    Parameters
    ----------
    text : str
        The source text; offsets of the result index it.

    Returns
    -------
    list of Paragraph
        In order of appearance. The first heading is the document's title and no part of the section paths.

    Examples
    --------
    >>> [(p.kind, p.section) for p in paragraphs("= Iraq =\\n\\nIt exists.\\n\\n== See also ==\\n- Iran")]
    [('heading', ''), ('prose', ''), ('heading', 'See also'), ('list', 'See also')]
    """
    pieces = [(run, piece) for run in _blocks(text) for piece in _split_run(run)]
    found: list[Paragraph] = []
    path: list[tuple[int, str]] = []
    titled = False
    for number, (run, piece) in enumerate(pieces):
        start, end = _trim(text, piece[0].start, piece[-1].end)
        words = text[start:end]
        marked = _heading(words) if len(piece) == 1 else None
        plain = None
        if marked is None and len(piece) == 1 and not _BULLET.match(words) and _title_like(words):
            alone = len(run) == 1 or run[0] is piece[0]
            followed = number + 1 < len(pieces)
            if alone and followed:
                plain = words
        if marked or plain:
            # An unmarked heading in a text with marked ones stands below them.
            level, name = marked or (7 if any(n < 7 for n, _ in path) else 2, plain or "")
            if marked:
                start = text.index(name, start)
                end = start + len(name)
            if not titled and not found and (marked is None or level == 1):
                titled = True
            else:
                while path and path[-1][0] >= level:
                    path.pop()
                path.append((level, name))
            found.append(Paragraph(len(found), start, end, HEADING, " > ".join(n for _, n in path)))
            continue
        if path and path[-1][0] in (2, 7) and path[-1][1].casefold() == "infobox" and not _BULLET.match(words):
            path.pop()  # a box ends where sentences begin
        listed = bool(_BULLET.match(words) and (_FIELD.match(words) or len(words.split()) < 12))
        listed = listed or any(name.casefold().strip() in NOT_PROSE for _, name in path)
        found.append(Paragraph(len(found), start, end, LIST if listed else PROSE, " > ".join(n for _, n in path)))
    return found


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def title_of(text: str, found: list[Paragraph]) -> str:
    """The first heading's words when the text begins with one; else empty."""
    return text[found[0].start : found[0].end] if found and found[0].kind == HEADING else ""
