"""Headings: those a markup marks, and lines that only look like one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.read.words import load_words

_WIKI = re.compile(r"(={1,6})\s*([^\s=].*?)\s*\1$")
_MARKDOWN = re.compile(r"(#{1,6})\s+(\S.*?)(?:\s+#+)?$")
_BOLD = re.compile(r"(\*\*|__|''')(?=\S)((?:(?!\1).)+)(?<=\S)\1$")
_RULE = re.compile(r"(?:={3,}|-{3,}|~{3,}|\^{3,}|_{3,}|\*{3,}|#{3,})$")
_UNDERLINE_LEVELS = {"=": 1, "-": 2, "~": 3, "^": 4, "*": 3, "#": 1, "_": 2}

_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4}\.?|\d{1,2}\.|\d{1,2}(?=\s{2}))\s+(?=[A-Z\"“'‘])")
_ROMAN = re.compile(r"[IVXLC]{1,7}\.\s+(?=[A-Z\"“'‘])")
_DIVISION = re.compile(r"([A-Z][A-Za-z]+)\s+(?:the\s+)?(\d{1,3}|[IVXLC]{1,8}|[A-Z]|[A-Za-z]{3,8})\b(?P<name>.*)$")
_DIVISION_NAME = re.compile(r"[.:]?\s*$|[.:]\s*\S|\s+[-–—]+\s*\S|\s+[A-Z\"“]")
_ERA = r" ?(?:BC|AD|BCE|CE|B\.C\.|A\.D\.)"
_YEARS = re.compile(rf"(?:c\. ?)?(?:[12]\d{{3}}s?(?:\s?[-–—/]\s?\d{{2,4}})?|\d{{1,4}}(?:\s?[-–—]\s?\d{{1,4}})?{_ERA})$")
_INITIALS = re.compile(r"(?:\b[A-Z]\.){2,}\)?$")
_INNER_END = re.compile(r"(\w+)[.!?]['\"”’)]*\s+[A-Z\"“]")
_OPEN_END = re.compile(r"[-–—_,;:…/&]$|\.\.\.$")
_DATELINE = re.compile(r"[A-Z]{2,}.*\([A-Z][\w./ ]+\)$")
_BYLINE = re.compile(
    r"(?:by|BY|By)\s+[A-Z][\w.'’-]+(?:\s+(?:[A-Z][\w.'’-]+|de|van|von|and|AND|&|for|in|the|of),?){1,9}$"
)
_QUOTES = "\"“”«»„'‘’`"
_MOST_WORDS, _MOST_CHARS, _SENTENCE_WORDS = 14, 110, 5

#: Levels of headings without markup; only their order matters. The title has none.
CAPITALS, NUMBERED, PLAIN = 5, 6, 11


@dataclass(slots=True, frozen=True)
class Heading:
    """A heading's level and its name's place in the line; `marked` by markup, or of which unmarked `form`."""

    level: int
    start: int
    end: int
    marked: bool
    form: str


def marked_heading(line: str) -> Heading | None:
    """A heading in wiki, Markdown or bold markup.

    Examples
    --------
    >>> marked_heading("== History ==")
    Heading(level=2, start=3, end=10, marked=True, form='wiki')
    """
    for form, pattern in (("wiki", _WIKI), ("markdown", _MARKDOWN), ("bold", _BOLD)):
        if m := pattern.match(line):
            name = m[2]
            if form == "bold" and (len(name.split()) > _MOST_WORDS or name[-1] in ".!?,;"):
                return None
            level = 6 if form == "bold" else len(m[1])
            return Heading(level, m.start(2), m.end(2), True, form)
    return None


def underline(line: str) -> int:
    """The level of the heading that a line of `===` or `---` underlines; 0 if it is none."""
    return _UNDERLINE_LEVELS[line[0]] if _RULE.match(line) else 0


def underlined(line: str) -> bool:
    """Whether a line above an underline can be its heading, and is not a paragraph above a rule."""
    return len(line) <= _MOST_CHARS and len(line.split()) <= _MOST_WORDS and line[-1] not in ".;,"


def byline(line: str) -> bool:
    """Whether a line names who wrote the text.

    Examples
    --------
    >>> byline("By JOHN F. BURNS"), byline("By 1945 the war was over")
    (True, False)
    """
    return len(line) <= _MOST_CHARS and bool(_BYLINE.match(line))


def unmarked_heading(line: str) -> Heading | None:
    """A line that reads as a heading although nothing marks it: short, no sentence, nothing left open at its end.

    Examples
    --------
    >>> [unmarked_heading(x).form for x in ("Early stages", "1. Background", "CHAPTER II.", "THE WAR", "1917-1918")]
    ['plain', 'numbered', 'division', 'capitals', 'plain']
    >>> [unmarked_heading(x) for x in ("BAGHDAD, Iraq (AP) -", "He left.", "He said:", "and then")]
    [None, None, None, None]
    """
    words = line.split()
    if len(line) > _MOST_CHARS or not 0 < len(words) <= _MOST_WORDS:
        return None
    if _YEARS.match(line):
        return Heading(PLAIN, 0, len(line), False, "plain")
    if sum(c.isalpha() for c in line) < 3 or words[-1].lower() in load_words().open_ends:
        return None
    known = load_words()
    if line.rstrip(":").casefold() in known.not_prose:
        return Heading(PLAIN, 0, len(line.rstrip(":")), False, "plain")
    if level := _division(line):
        return Heading(level, 0, len(line), False, "division")
    if m := _NUMBERED.match(line) or _ROMAN.match(line):
        if _open(line, words) or not _reads_as_title(line[m.end() :], line[m.end() :].split()):
            return None
        depth = m[0].strip().rstrip(".").count(".") if m[0][0].isdigit() else -1
        return Heading(NUMBERED + depth, m.end(), len(line), False, "numbered")
    capitals = line.isupper() and sum(c.isalpha() for c in line) >= 3
    if capitals and len(words) <= 10 and line[-1] == "." and not _OPEN_END.search(line):
        return Heading(CAPITALS, 0, len(line), False, "capitals")
    if _open(line, words) or not _reads_as_title(line, words):
        return None
    return Heading(CAPITALS if capitals else PLAIN, 0, len(line), False, "capitals" if capitals else "plain")


def _division(line: str) -> int:
    """The level of a numbered division ("CHAPTER II. The War", "Part One"); 0 if the line opens none."""
    known = load_words()
    m = _DIVISION.match(line)
    if not m or m[1].lower() not in known.divisions or not _DIVISION_NAME.match(m["name"]):
        return 0
    numbered = not m[2].isalpha() or m[2].isupper() or m[2].lower() in known.division_numbers
    return known.divisions[m[1].lower()] if numbered else 0


def plainly_heading(line: str) -> bool:
    """Whether a line is a heading beyond doubt: one that its form or its capitals tell."""
    found = unmarked_heading(line)
    return found is not None and (found.form != "plain" or (_title_case(line.split()) and len(line.split()) > 1))


def _open(line: str, words: list[str]) -> bool:
    """Whether a line ends as a sentence does, or with something that must go on."""
    if _OPEN_END.search(line):
        return True
    if line.rstrip(_QUOTES + ")]")[-1:] in (".", "!", "?"):
        return not (_INITIALS.search(line) and _title_case(words))
    return False


def _reads_as_title(line: str, words: list[str]) -> bool:
    """Whether a line without an end is a title and not a sentence, a quotation or a dateline."""
    if not words or not (line[0].isupper() or line[0].isdigit() or line[0] in _QUOTES):
        return False
    if _DATELINE.match(line) or _BYLINE.match(line):
        return False
    if line[0] in _QUOTES and not (len(words) <= 6 and line[-1] in _QUOTES and _title_case(words)):
        return False
    known = load_words()
    inner = _INNER_END.search(line)
    if inner and len(inner[1]) > 2 and inner[1].lower() not in known.abbreviations:
        return False
    if len(words) > _SENTENCE_WORDS and not _title_case(words):
        return not any(word.lower() in known.verbs for word in words)
    return True


def _title_case(words: list[str]) -> bool:
    """Whether the longer words begin with capitals."""
    longer = [w.strip(_QUOTES + "(),.") for w in words]
    longer = [w for w in longer if len(w) >= 4 and w[0].isalpha() and w not in load_words().open_ends] or [
        w for w in longer if w[:1].isalpha()
    ]
    return bool(longer) and sum(w[0].isupper() for w in longer) >= 0.75 * len(longer)
