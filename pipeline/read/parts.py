"""A long text cut into parts, so that the memory it takes does not grow with its length.

A part ends before a heading where there is one, else between paragraphs, else wherever a line or a sentence ends.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.document import Paragraph
from pipeline.read.headings import marked_heading, unmarked_heading
from pipeline.read.lines import SHORT
from pipeline.read.structure import paragraphs

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_LINE = re.compile(r"[^\n]{1,400}")
#: Where a part may end when it holds no blank line, best first.
_BORDERS = (
    re.compile(r"[.!?][\"'”’)\]]*\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[.!?][\"'”’)\]]*\s"),
    re.compile(r"\s"),
)
#: A text is never cut into smaller parts.
LEAST_CHARS = 10_000


def in_parts(text: str, limit: int) -> tuple[list[Paragraph], list[int]]:
    """The paragraphs of a text, and how many of them each of its parts has.

    Parameters
    ----------
    text : str
        The source text; offsets of the result index it.
    limit : int
        Characters of a part at most.

    Returns
    -------
    tuple of list of Paragraph and list of int
        No parts for a text within the limit. What stands in no section of its own part is in the last of the part
        before it.
    """
    limit = max(limit, LEAST_CHARS)
    if len(text) <= limit:
        return paragraphs(text), []
    found: list[Paragraph] = []
    counts: list[int] = []
    start, section = 0, ""
    while start < len(text):
        end = border(text, start, limit)
        part = paragraphs(text[start:end], titled=start > 0)
        found += [
            replace(
                p, index=p.index + len(found), start=p.start + start, end=p.end + start, section=p.section or section
            )
            for p in part
        ]
        counts.append(len(part))
        section = found[-1].section if found else ""
        start = end
    return found, counts


def border(text: str, start: int, limit: int) -> int:
    """Where the part that begins at `start` ends: in its second half, or at the end of the text.

    Examples
    --------
    >>> border("One. " * 3 + "\\n\\nTwo. Three.", 0, 20), border("a" * 30, 0, 20)
    (17, 20)
    """
    if len(text) - start <= limit:
        return len(text)
    low, high = start + limit // 2, start + limit
    blank = [m.end() for m in _BLANK_LINE.finditer(text, low, high) if m.end() < high]
    heads = [at for at in blank if (m := _LINE.match(text, at)) and _is_heading(m.group())]
    if blank:
        return (heads or blank)[-1]
    for pattern in _BORDERS:
        if ends := [m.end() for m in pattern.finditer(text, low, high)]:
            return ends[-1]
    return high


def _is_heading(line: str) -> bool:
    return len(line) < SHORT and (marked_heading(line) or unmarked_heading(line)) is not None
