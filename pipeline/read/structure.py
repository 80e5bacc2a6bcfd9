"""The structure of a plain text: title, sections, paragraphs, and what is not prose.

Headings are marked (wiki, Markdown, underlined, bold) or lines that read as one and stand alone. Lines broken to a
width are one paragraph. Lists, boxes, tables, reference sections and page furniture are marked so that nothing is
extracted from them; list items that are sentences are prose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

from pipeline.document import HEADING, LIST, PROSE, Paragraph
from pipeline.read.headings import (
    PLAIN,
    Heading,
    byline,
    marked_heading,
    plainly_heading,
    underline,
    underlined,
    unmarked_heading,
)
from pipeline.read.lines import (
    CLAUSE_END,
    SENTENCE_END,
    SHORT,
    Line,
    Setting,
    furniture,
    indentation,
    lines,
    runs,
    setting,
    spacing_of,
    trim,
)
from pipeline.read.lists import (
    apparatus,
    barred,
    bullet,
    dated,
    follows,
    gaps,
    labelled,
    prose_among_references,
    running,
    sentential,
)
from pipeline.read.words import load_words

_WRAPPED = 140


@dataclass(slots=True)
class _Piece:
    """A stretch of text that belongs together, and what its lines say it is.

    `kind` is "text", "item" (of a list), "list" or "heading"; `first` and `last` are the bounds of its lines, `start`
    and `end` those of its words (a list item's marker and a heading's markup left out). `alone` tells that it is a
    line with its own paragraph, `group` how many such lines stand together without a blank line, `open_before` that the
    line above it, no blank line between, ends no sentence.
    """

    kind: str
    start: int
    end: int
    alone: bool = False
    group: int = 1
    open_before: bool = False
    heading: Heading | None = None


def paragraphs(text: str, *, titled: bool = False) -> list[Paragraph]:
    """Split a text into headings, prose paragraphs and lists.

    Parameters
    ----------
    text : str
        The source text; offsets of the result index it.
    titled : bool
        The text goes on after its title: no heading in it is the title.

    Returns
    -------
    list of Paragraph
        In order of appearance. The first heading is the document's title and no part of the section paths. What is in
        no paragraph is white space, or the markup of a heading, list item or quotation.

    Examples
    --------
    >>> [(p.kind, p.section) for p in paragraphs("= Iraq =\\n\\nIt exists.\\n\\n== See also ==\\n- Iran")]
    [('heading', ''), ('prose', ''), ('heading', 'See also'), ('list', 'See also')]
    """
    found = list(lines(text))
    spacing = spacing_of(found)
    page = furniture(found, spacing)
    kept = [_after_page(line) if i - 1 in page else line for i, line in enumerate(found) if i not in page]
    front, back = _text_within(kept)
    gathered = list(runs(kept[front:back], spacing))
    how = setting(gathered)
    pieces = [piece for run in gathered for piece in _pieces(text, run, how)]
    pieces += [_Piece("list", found[i].start, found[i].end) for i in page]
    pieces += [_Piece("list", line.start, line.end) for line in (*kept[:front], *kept[back:])]
    pieces.sort(key=lambda piece: piece.start)
    return _sections(text, _settle(text, _run_on(text, pieces)), titled)


def title_of(text: str, found: list[Paragraph]) -> str:
    """The title when the text begins with one; else empty."""
    first = next((p for p in found if p.kind != LIST), None)
    return text[first.start : first.end] if first and first.kind == HEADING and not first.section else ""


# ------------------------------------------------------------------------------------------------ lines to pieces
def _pieces(text: str, run: list[Line], how: Setting) -> Iterator[_Piece]:
    """The pieces of a run of lines."""
    plain: list[Line] = []
    marker = None
    item: list[Line] = []
    tabular = _table_lines(run)
    if run[0].head.startswith(">") and sum(line.head.startswith(">") for line in run) > 0.5 * len(run):
        start = run[0].start + len(run[0].head) - len(run[0].head.lstrip("> "))
        yield _Piece("text", start, run[-1].end)
        return

    def flush() -> Iterator[_Piece]:
        nonlocal item, plain
        if item:
            yield _item(text, item)
        if plain:
            yield from _plain(plain, how)
        item, plain = [], []

    i = 0
    while i < len(run):
        line = run[i]
        level = underline(run[i + 1].head) if i + 1 < len(run) and len(run[i + 1].head) < SHORT else 0
        marked = marked_heading(line.head) if len(line.head) < SHORT else None
        words = len(line.head) < SHORT and any(c.isalnum() for c in line.head)
        if level and words and not marked and not plain and not item and underlined(line.head):
            yield from flush()
            above = Heading(level, 0, line.end - line.start, True, "underlined")
            yield _Piece("heading", line.start, line.end, True, heading=above)
            i += 2
            continue
        if marked:
            yield from flush()
            yield _Piece("heading", line.start + marked.start, line.start + marked.end, True, heading=marked)
        elif i in tabular or (not words and len(line.head) < SHORT):
            yield from flush()
            yield _Piece("list", line.start, line.end)
        elif (found := bullet(line.head)) and (not (plain or item) or _begins_item(run, i, found, marker)):
            yield from flush()
            item, marker = [line], found
        elif item and _goes_on(item, line, how):
            item.append(line)
        else:
            if item:
                yield from flush()
            if marker and marker["sign"]:
                marker = None
            plain.append(line)
        i += 1
    yield from flush()


def _after_page(line: Line) -> Line:
    """A line after page furniture, which begins a paragraph: a paragraph has no hole."""
    return replace(line, breaks=100, page=False)


def _text_within(found: list[Line]) -> tuple[int, int]:
    """The lines between which the text stands: without YAML front matter and a library's notes about its file."""
    known = load_words()
    front, back = _front_matter(found), len(found)
    for i, line in enumerate(found):
        start = line.head[:40].lower()
        if start.startswith(known.text_starts) and i < len(found) // 2:
            front = i + 1
        elif start.startswith(known.text_ends) and i > front:
            back = i
            break
    return front, back


def _front_matter(found: list[Line]) -> int:
    """How many lines at the beginning are YAML front matter between two lines of `---`."""
    if not found or found[0].head != "---":
        return 0
    ends = (i for i, line in enumerate(found[1:60], 1) if line.head in ("---", "..."))
    end = next(ends, 0)
    return end + 1 if end and all(":" in line.head or line.head[0] in "-#" for line in found[1:end]) else 0


def _table_lines(run: list[Line]) -> set[int]:
    """Lines of tables: marked ones, and two or more in a row with two gaps or three with one."""
    heads = [line.head if len(line.head) < SHORT else "" for line in run]
    found = {i for i, head in enumerate(heads) if barred(head)}
    counts = [gaps(head) for head in heads]
    i = 0
    while i < len(counts):
        j = i
        while j < len(counts) and counts[j]:
            j += 1
        enough = j - i >= 3 or (j - i == 2 and min(counts[i:j]) >= 2)
        if enough and not running(heads[i:j]):
            found.update(range(i, j))
        i = j + 1
    return found


def _begins_item(run: list[Line], i: int, found: re.Match[str], marker: re.Match[str] | None) -> bool:
    """Whether a line that begins like a list item is one, and not prose wrapped before a dash or a number."""
    before = run[i - 1]
    if before.ends_sentence or CLAUSE_END.search(before.tail) or follows(found, marker):
        return True
    # The first of several after a heading or an introduction without a colon.
    return i + 1 < len(run) and (after := bullet(run[i + 1].head)) is not None and follows(after, found)


def _goes_on(item: list[Line], line: Line, how: Setting) -> bool:
    """Whether a line continues a list item: it hangs, begins small, or the line before it is full."""
    last = item[-1]
    if line.indent > item[0].indent or last.breaks_word or (line.starts_lower and not last.ends_sentence):
        return True
    return last.width <= _WRAPPED and how.wrapped and not _fits(last, line, 0.8 * how.width)


def _item(text: str, item: list[Line]) -> _Piece:
    marker = bullet(item[0].head)
    start = item[0].start + (marker.end() if marker else 0)
    return _Piece("item", start, item[-1].end, len(item) == 1)


def _plain(stretch: list[Line], how: Setting) -> Iterator[_Piece]:
    """Paragraphs of adjacent lines without marks: wrapped lines together, deliberate lines apart."""
    if len(stretch) == 1:
        yield _Piece("text", stretch[0].start, stretch[0].end, True)
        return
    pairs = list(pairwise(stretch))
    widths = sorted(a.width for a, _ in pairs)
    width = widths[ceil(0.95 * (len(widths) - 1))]
    if len(pairs) < 3:
        width = max(width, how.width if how.wrapped else 0)
    lower = sum(b.starts_lower for _, b in pairs) / len(pairs)
    soft = sum(b.starts_lower or not a.ends_sentence for a, b in pairs) / len(pairs)
    fitting = sum(_fits(a, b, 0.92 * width) for a, b in pairs) / len(pairs)
    if width > _WRAPPED or (soft < 0.3 and not how.wrapped):
        yield from _each_line(stretch, apart=True)
    elif fitting > 0.6 and lower < 0.2:
        yield from _each_line(stretch, apart=sum(line.ends_sentence for line in stretch) >= 0.3 * len(stretch))
    else:
        yield from _wrapped(stretch, width)


def _fits(a: Line, b: Line, width: float) -> bool:
    """Whether the next line's first word would have fitted on the line, so that it was broken on purpose."""
    return not a.breaks_word and a.width + 1 + b.first_word <= width


def _each_line(stretch: list[Line], apart: bool) -> Iterator[_Piece]:
    """A piece a line: paragraphs `apart`, or short lines broken on purpose that stand together."""
    joined: list[list[Line]] = []
    for line in stretch:
        last = joined[-1][-1] if joined else None
        if apart and last and line.starts_lower and not last.ends_sentence and not CLAUSE_END.search(last.tail):
            joined[-1].append(line)
        else:
            joined.append([line])
    before = None
    for group in joined:
        piece = _Piece("text", group[0].start, group[-1].end, len(group) == 1, 1 if apart else len(joined))
        piece.open_before = before is not None and not before.ends_sentence and unmarked_heading(before.head) is None
        yield piece
        before = group[-1]


def _wrapped(stretch: list[Line], width: int) -> Iterator[_Piece]:
    """Paragraphs of wrapped lines: a new one after a short last line, or where the indent changes."""
    body = indentation(stretch)
    paragraph = [stretch[0]]
    for a, b in pairwise(stretch):
        opens = not b.starts_lower
        indented = b.indent != body and b.indent != a.indent
        ended = a.ends_sentence and opens and (indented or _fits(a, b, 0.8 * width))
        titled = len(paragraph) == 1 and opens and _fits(a, b, 0.7 * width) and plainly_heading(a.head)
        if ended or titled:
            yield _Piece("text", paragraph[0].start, a.end, len(paragraph) == 1)
            paragraph = []
        paragraph.append(b)
    yield _Piece("text", paragraph[0].start, paragraph[-1].end, len(paragraph) == 1)


def _run_on(text: str, pieces: list[_Piece]) -> list[_Piece]:
    """Paragraphs that a blank line cut in the middle of a sentence put together again."""
    joined: list[_Piece] = []
    for number, piece in enumerate(pieces):
        last = joined[-1] if joined else None
        if last and last.kind == "text" and last.end - last.start > 60 and not last.group > 1:
            head, tail = text[piece.start : piece.start + 1], text[last.end - 1]
            after = pieces[number + 1] if number + 1 < len(pieces) else None
            lone_dash = piece.kind == "item" and not (after and after.kind == "item")
            if head.islower() and (tail.isalnum() or tail in ",-–—") and (piece.kind == "text" or lone_dash):
                joined[-1] = replace(last, end=piece.end, alone=False)
                continue
        joined.append(piece)
    return joined


# --------------------------------------------------------------------------------------- which pieces are headings
def _settle(text: str, pieces: list[_Piece]) -> list[_Piece]:
    """Decide which single lines are headings, which are lists, by what stands around them."""
    marked = sum(piece.heading is not None for piece in pieces)
    candidates: list[Heading | None] = []
    aside = load_words().not_prose
    for number, piece in enumerate(pieces):
        line = text[piece.start : piece.end] if piece.end - piece.start < SHORT else ""
        heading = None
        if piece.kind == "text" and piece.alone and line and piece.group <= 2 and not piece.open_before:
            heading = unmarked_heading(line)
            if heading and marked >= 2 and number and line.rstrip(":").casefold() not in aside:
                heading = None
            after = pieces[number + 1] if number + 1 < len(pieces) else None
            if after and text[after.start : after.start + 1].islower():
                heading = None  # no heading, its sentence goes on
        elif piece.kind == "item" and piece.alone and line and marked < 2:
            before = text.rfind("\n", 0, piece.start) + 1
            whole = text[before : piece.end].strip()
            numbered = unmarked_heading(whole)
            if numbered and numbered.form == "numbered":
                heading = replace(numbered, start=0, end=len(line))
        candidates.append(heading)
    _drop_repeated(text, pieces, candidates)
    _drop_lists(text, pieces, candidates)
    words = sum(text.count(" ", p.start, p.end) + 1 for p, h in zip(pieces, candidates, strict=True) if h)
    total = sum(text.count(" ", p.start, p.end) + 1 for p in pieces)
    prose = sum(p.kind != "list" for p, h in zip(pieces, candidates, strict=True) if not h and not p.heading)
    number_of = sum(h is not None for h in candidates)
    if (words > 0.25 * total and number_of > 5) or number_of > 1.5 * prose + 2:
        # A text without full stops, not one of headings; its first line may be a title still.
        candidates = [h if number == 0 else None for number, h in enumerate(candidates)]
    return [
        replace(p, kind="heading", heading=h, start=p.start + h.start, end=p.start + h.end) if h else p
        for p, h in zip(pieces, candidates, strict=True)
    ]


def _drop_repeated(text: str, pieces: list[_Piece], candidates: list[Heading | None]) -> None:
    """Take back lines that come three times or more: forms of address, or the book's title on its pages."""
    lines_of = [text[p.start : p.end] if h else "" for p, h in zip(pieces, candidates, strict=True)]
    counts = Counter(lines_of)
    for number, line in enumerate(lines_of):
        if line and number and counts[line] >= 3:
            candidates[number] = None
            pieces[number].kind = "list"


def _drop_lists(text: str, pieces: list[_Piece], candidates: list[Heading | None]) -> None:
    """Take back headings with nothing under them: the last line, enumerations, and lists of names without marks."""
    i = 0
    while i < len(pieces):
        j = i
        while j < len(pieces) and candidates[j]:
            j += 1
        streak = range(i, j)
        if j == len(pieces):
            for k in streak:
                if k or len(pieces) == 1:
                    candidates[k] = None
        for k in streak[1:]:
            one, two = candidates[k - 1], candidates[k]
            if two and two.form == "numbered" and (one is None or (one.form == "numbered" and one.level >= two.level)):
                candidates[k - 1] = candidates[k] = None
            if two and dated(_words(text, pieces[k])) and dated(_words(text, pieces[k - 1])):
                candidates[k - 1] = candidates[k] = None
        if len(streak) >= 4:
            for k in streak[:-1]:
                if k:
                    candidates[k] = None
                    pieces[k].kind = "list"
        i = max(j, i + 1)
    for k, piece in enumerate(pieces):
        if piece.kind == "text" and piece.group >= 3 and not candidates[k]:
            pieces[k].kind = "line"
        if piece.kind == "text" and piece.alone and (byline(words := _words(text, piece)) or labelled(words)):
            candidates[k] = None
            pieces[k].kind = "list"


# ------------------------------------------------------------------------------------------------------- sections
def _sections(text: str, pieces: list[_Piece], titled: bool) -> list[Paragraph]:
    """Paragraphs with their section paths."""
    found: list[Paragraph] = []
    path: list[tuple[int, str]] = []
    aside = load_words().not_prose
    for piece in pieces:
        start, end = trim(text, piece.start, piece.end)
        if start == end:
            continue
        words = text[start:end]
        if piece.heading is not None:
            level = piece.heading.level
            before = any(p.kind != LIST for p in found[:80]) if not titled else True
            if not titled and not before and (not piece.heading.marked or level == 1):
                titled = True
            else:
                name = " ".join(words.split())
                outside = name.casefold().rstrip(":") in aside
                if not piece.heading.marked:
                    level = _unmarked_level(piece.heading, path, outside, aside)
                while path and path[-1][0] >= level:
                    path.pop()
                path.append((level, name))
            found.append(Paragraph(len(found), start, end, HEADING, _joined(path)))
            continue
        listed = piece.kind == "list" or (piece.kind in ("item", "line") and not sentential(words))
        listed = listed or (apparatus(words) and not prose_among_references(words))
        inside = next((name.casefold().rstrip(":") for _, name in path if name.casefold().rstrip(":") in aside), "")
        if inside == "infobox" and piece.kind == "text" and SENTENCE_END.search(words[-60:]):
            path.pop()  # a box ends where sentences begin
        elif inside and not listed:
            listed = piece.kind in ("item", "line") or not prose_among_references(words)
        found.append(Paragraph(len(found), start, end, LIST if listed else PROSE, _joined(path)))
    return found


def _unmarked_level(heading: Heading, path: list[tuple[int, str]], outside: bool, aside: frozenset[str]) -> int:
    """The level of a heading without markup: never inside a reference section, never a reference section deep down."""
    if outside:
        return min((level for level, _ in path), default=PLAIN)
    while path and path[-1][1].casefold().rstrip(":") in aside:
        path.pop()
    return heading.level


def _words(text: str, piece: _Piece) -> str:
    """A piece's words, a long one's beginning."""
    return text[piece.start : min(piece.end, piece.start + SHORT)]


def _joined(path: list[tuple[int, str]]) -> str:
    return " > ".join(name for _, name in path)
