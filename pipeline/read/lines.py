"""Lines of a text, without page furniture, gathered into runs with no blank line between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

#: Every character that ends a line for `str.splitlines`.
_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_LINE = re.compile(f"[^{_ENDS}]+")
#: Characters that show nothing: spaces, a byte order mark, zero-width and direction marks, NUL.
INVISIBLE = "\x00\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u00ad\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BLANK = re.compile(f"[\\s{INVISIBLE}]*")
_BLANK_END = re.compile(f"[\\s{INVISIBLE}]")

#: The end of a sentence, or of a clause that the next line completes.
SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]*_]*(?:\[\d{1,3}\]|\d{1,3})?$")
CLAUSE_END = re.compile(r"[:;,][\"'”’»)\]]*$")
#: A line looked at in full is at most this long; longer ones are prose.
SHORT = 400
_WRAPPED = 140


@dataclass(slots=True)
class Line:
    """A line that shows something: `start` to `end` without white space, `indent` columns from the margin.

    `breaks` are the line ends before it since the last such line, `page` tells a form feed among them, `width` is its
    last column, `head` its first and `tail` its last characters.
    """

    start: int
    end: int
    indent: int
    breaks: int
    page: bool
    width: int
    head: str
    tail: str

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends as a sentence does."""
        return bool(SENTENCE_END.search(self.tail))

    @property
    def starts_lower(self) -> bool:
        """Whether it goes on from the line before: a small letter, or a mark that opens no sentence."""
        return self.head[:1].islower() or self.head[:1] in ",;.:?!)]%"

    @property
    def breaks_word(self) -> bool:
        """Whether it ends in the middle of a word, at a hyphen."""
        return len(self.tail) > 1 and self.tail[-1] == "-" and self.tail[-2].isalpha()

    @property
    def first_word(self) -> int:
        """Length of its first word."""
        return len(self.head.split(None, 1)[0])


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Bounds without white space and invisible characters at either end."""
    match = _BLANK.match(text, start, end)
    start = match.end() if match else start
    while end > start and _BLANK_END.match(text, end - 1):
        end -= 1
    return start, end


def lines(text: str) -> Iterator[Line]:
    """The lines that show something.

    Examples
    --------
    >>> [(line.head, line.indent, line.breaks) for line in lines("War\\r\\n\\r\\n  and peace\\n")]
    [('War', 0, 0), ('and peace', 2, 2)]
    """
    last, breaks, page = 0, 0, False
    for match in _LINE.finditer(text):
        gap = text[last : match.start()]
        # A carriage return and a line feed are one line end.
        breaks += len(gap) - gap.count("\r\n")
        page = page or "\x0c" in gap
        last = match.end()
        start, end = trim(text, match.start(), match.end())
        if start == end:
            continue
        before = text[match.start() : start]
        indent = len(before.expandtabs(8)) if "\t" in before else len(before)
        head = text[start : min(end, start + SHORT)]
        tail = text[max(start, end - 60) : end]
        yield Line(start, end, indent, breaks, page, indent + end - start, head, tail)
        breaks, page = 0, False


_PAGE_NUMBER = re.compile(
    r"\W{0,3}(?:(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,3}|\d{1,3}\s*(?:of|/)\s*\d{1,4})\W{0,3}", re.I
)
_PAGE_FOOT = re.compile(r"\[page [\divxlc]{1,6}\]$", re.I)
_DATE = re.compile(r"\d{3,4}\s?[-–/]\s?\d{2,4}\W?|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\W?")
_NUMBER_AT_AN_END = re.compile(r"^\d{1,4}\s+[A-Z]|\w\s+\d{1,4}$")
_DIGITS = re.compile(r"\d+")


def furniture(found: list[Line], spacing: int) -> set[int]:
    """Numbers of the lines that belong to the page and not to the text: page numbers, running heads and feet.

    A running head is a line that stands alone, is the same at least three times but for its numbers, and at least once
    cuts a sentence in two or meets a form feed.
    """
    marked: set[int] = set()
    repeated: dict[str, list[int]] = {}
    edges: dict[str, int] = {}
    for i, line in enumerate(found):
        if line.width > 120:
            continue
        after = found[i + 1] if i + 1 < len(found) else None
        foot = i > 0 and bool(_PAGE_FOOT.search(found[i - 1].tail))
        edge = line.page or foot or (after is not None and after.page)
        before_gap = line.breaks > spacing or i == 0
        after_gap = after is None or after.breaks > spacing
        numbered = (before_gap or after_gap or edge) and _PAGE_NUMBER.fullmatch(line.head)
        if numbered or _PAGE_FOOT.search(line.tail) or _reference(line.head):
            marked.add(i)
        elif edge or (before_gap and after_gap) or _NUMBER_AT_AN_END.search(line.head):
            form = _DIGITS.sub("#", " ".join(line.head.split()))
            repeated.setdefault(form, []).append(i)
            edges[form] = edges.get(form, 0) + edge
    for form, numbers in repeated.items():
        paged = len(form.split()) >= 3 and len({found[i].head for i in numbers}) == len(numbers) >= 2
        paged = paged and bool(_NUMBER_AT_AN_END.search(found[numbers[0]].head))
        if paged or edges[form] >= 2 or (len(numbers) >= 3 and any(_cuts(found, i, marked) for i in numbers)):
            marked.update(numbers)
    return marked


def _reference(head: str) -> bool:
    """Whether a line is a document's number and no words ("A/70/PV.17", "15-29437"), and no date.

    Examples
    --------
    >>> _reference("29/09/2015 A/70/PV.17"), _reference("1917-1918"), _reference("14/07/1958")
    (True, False, False)
    """
    tokens = head.split()
    numbers = all(any(c.isdigit() for c in token) for token in tokens) and any(c in "/-" for c in head)
    return numbers and len(tokens) <= 4 and head[-1].isalnum() and "(" not in head and not _DATE.fullmatch(head)


def _cuts(found: list[Line], i: int, marked: set[int]) -> bool:
    """Whether line `i` meets a page break, or stands in the middle of a sentence."""
    before, after = i - 1, i + 1
    while before in marked:
        before -= 1
    while after in marked:
        after += 1
    if found[i].page or (i + 1 < len(found) and found[i + 1].page):
        return True
    if before < 0 or after >= len(found):
        return False
    broken = not found[before].ends_sentence and not CLAUSE_END.search(found[before].tail)
    return broken and found[after].starts_lower and found[before].end - found[before].start > 30


def spacing_of(found: list[Line]) -> int:
    """Line ends between the lines of one paragraph: 1, or 2 in a text typed double-spaced.

    Double-spaced are lines that are never adjacent, no wider than a page, and run on across the blank lines.
    """
    pairs = [(a, b) for a, b in pairwise(found) if b.breaks <= 2]
    doubled = [(a, b) for a, b in pairs if b.breaks == 2]
    if len(doubled) < 8 or len(doubled) < 0.9 * len(pairs) or max(a.width for a, _ in doubled) > _WRAPPED:
        return 1
    running = sum(b.starts_lower and not a.ends_sentence for a, b in doubled)
    return 2 if running > 0.4 * len(doubled) else 1


def runs(found: list[Line], spacing: int) -> Iterator[list[Line]]:
    """Lines with no blank line between them; a sentence that runs on over a page break stays together."""
    run: list[Line] = []
    for line in found:
        gap = line.breaks > spacing or line.page
        if run and gap:
            last = run[-1]
            turned = line.page and line.starts_lower and not last.ends_sentence and last.width > 30
            if not turned:
                yield run
                run = []
        run.append(line)
    if run:
        yield run


@dataclass(slots=True, frozen=True)
class Setting:
    """How a text's lines are broken: `width` of the page (0: a paragraph a line), whether `wrapped` on the whole."""

    width: int
    wrapped: bool


def setting(gathered: list[list[Line]]) -> Setting:
    """Find how lines are broken from those that another line follows."""
    followed = [(a, b) for run in gathered for a, b in pairwise(run)]
    if not followed:
        return Setting(0, False)
    widths = sorted(a.width for a, _ in followed)
    width = widths[ceil(0.95 * (len(widths) - 1))]
    soft = sum(b.starts_lower or not a.ends_sentence for a, b in followed)
    return Setting(width, width <= _WRAPPED and soft > 0.5 * len(followed) and len(followed) >= 3)


def indentation(run: list[Line]) -> int:
    """The commonest indent of a run's lines."""
    counts = Counter(line.indent for line in run)
    return max(counts, key=lambda indent: (counts[indent], -indent))
