"""What is not running prose: list items, fields of a box, tables, citations; and list items that are prose."""

from __future__ import annotations

import calendar
import re

from pipeline.read.lines import CLAUSE_END, SENTENCE_END, SHORT
from pipeline.read.words import load_words

_BULLET = re.compile(
    r"(?P<sign>[-*•·‣◦●○■□▪∙⁃–—]|o(?=\s{2}))\s+"
    r"|\(?(?P<number>\d{1,3})[.):]\s+"
    r"|\(?(?P<letter>[a-z])\)\s+"
    r"|\((?P<roman>[ivx]{1,5})\)\s+"
)
_FIELD = re.compile(r"[\w][\w '’()/.-]{0,30}[:=]\s")
_DATED = re.compile(
    r"(?:[A-Z][a-z]+\.? )?(?:\d{1,2}(?:st|nd|rd|th)?,? )?(?:[A-Z][a-z]+\.?,? )?"
    r"\d{3,4}s?(?:\s?[-–/]\s?\d{1,4})?\s*[:–—-]\s*\w"
)
_DAY = re.compile(r"(?:\d{1,2} )?([A-Z][a-z]{2,8})\.?(?: \d{1,2}(?:st|nd|rd|th)?)?\s*[:–—-]\s*\w")
_MONTHS = frozenset(month.lower() for month in calendar.month_abbr if month)
_CELL = re.compile(r"\S(?: {3,}|\t+ *)(?=\S)")
_WIKI_TABLE = re.compile(r"\{\||\|\}|\|[-+]|[|!] ?\S")
_LEADER = re.compile(r"(?:\. ?){4,}\s*[\divxlc]{1,6}$", re.I)
_CITED = re.compile(
    r"^\^|^\[\d+\]|\b(?:19|20)\d\d\)\.|\b\d{1,4}[-–]\d{1,4}\b\.?$|https?://|www\.|\bISBN\b|\bdoi:", re.I
)
_APPARATUS = re.compile(r"[\[{*]{1,2}\s?(?:foot)?(?:note|illustration|image|figure|sidenote|picture|map)\b", re.I)
_WORDS = 60


def bullet(head: str) -> re.Match[str] | None:
    """The marker of a list item at the beginning of a line.

    Examples
    --------
    >>> bullet("12. The Council met.").group("number")
    '12'
    >>> bullet("1958 was a year of change.") is None
    True
    """
    return _BULLET.match(head)


def follows(marker: re.Match[str], before: re.Match[str] | None) -> bool:
    """Whether a marker goes on with the list of the one before: a sign again, or the next number or letter."""
    if before is None or marker.lastgroup != before.lastgroup:
        return False
    kind = str(marker.lastgroup)
    if kind == "number":
        return int(marker[kind]) == int(before[kind]) + 1
    if kind == "letter":
        return ord(marker[kind]) == ord(before[kind]) + 1
    return True


def sentential(words: str) -> bool:
    """Whether a list item is prose: a sentence, or the dated entry of a chronology.

    Examples
    --------
    >>> sentential("Cruise missile strikes on Iraq (June 1993)"), sentential("1961 – Iraq claims Kuwait")
    (False, True)
    >>> sentential("The Council adopted the resolution.")
    True
    """
    if dated(words):
        return True
    tokens = words[: 40 * _WORDS].split()
    share = _lower_share(tokens)
    ends = bool(SENTENCE_END.search(words[-60:])) and tokens[-1].strip(".").lower() not in load_words().abbreviations
    ends = ends or (bool(CLAUSE_END.search(words[-60:])) and len(tokens) >= 5)
    if len(tokens) >= 12:
        return share >= 0.4 and (ends or not field(words) or len(tokens) >= 25)
    return ends and not field(words) and len(tokens) >= 3 and share >= 0.3


def field(words: str) -> bool:
    """Whether a line is a field of a box (`Capital: Baghdad`)."""
    return bool(_FIELD.match(words))


def barred(head: str) -> bool:
    """Whether a line is marked as a row of a table or of contents: bars, wiki markup, dot leaders."""
    return bool(_WIKI_TABLE.match(head) or _LEADER.search(head) or head.count("|") >= 2)


def gaps(head: str) -> int:
    """How many gaps between cells a line has."""
    marker = bullet(head)
    return len(_CELL.findall(head, marker.end() if marker else 0))


def running(lines: list[str]) -> bool:
    """Whether lines with gaps read as prose set wide, and not as rows of a table."""
    small = sum(line[:1].islower() for line in lines)
    return small > 0.3 * len(lines) or _lower_share(" ".join(lines).split()) > 0.6


def prose_among_references(words: str) -> bool:
    """Whether a paragraph of a reference section is running prose and no citation."""
    start = words[: 40 * _WORDS]
    tokens = start.split()
    if len(tokens) < 12 or _CITED.search(start[:SHORT]) or not SENTENCE_END.search(words[-60:]):
        return False
    marks = sum(token.strip("()[],;").lower() in load_words().citation for token in tokens)
    return marks == 0 and _lower_share(tokens) >= 0.55


def labelled(line: str) -> bool:
    """Whether a line says something about the text (`Author: A. Writer`, `*** END OF THIS EBOOK ***`, `Share`)."""
    if line.lower().rstrip(" .:") in load_words().boilerplate:
        return True
    return line.startswith("***") or (":" in line[:40] and line.split(":", 1)[0].lower() in load_words().labels)


def apparatus(words: str) -> bool:
    """Whether a paragraph is a footnote or the caption of a picture set into the text."""
    return bool(_APPARATUS.match(words))


def dated(words: str) -> bool:
    """Whether a line is an entry of a chronology: a date, a dash or colon, what happened.

    Examples
    --------
    >>> dated("1961 – Iraq claims Kuwait"), dated("Feb. 7: The truck is found"), dated("Chapter 7: The truck")
    (True, True, False)
    """
    if m := _DAY.match(words):
        return m[1].lower()[:3] in _MONTHS
    return bool(_DATED.match(words))


def _lower_share(tokens: list[str]) -> float:
    """The share of words that begin small; a text in capitals counts as small."""
    if all(token.isupper() or not token.isalpha() for token in tokens):
        return 1.0 if len(tokens) > 4 else 0.0
    return sum(token[0].islower() for token in tokens) / len(tokens) if tokens else 0.0
