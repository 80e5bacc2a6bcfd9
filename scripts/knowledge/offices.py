"""The office that a title names, and the dates and the state that a description of a role holds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from scripts.knowledge.records import RoleRecord, tidy

MONTHS = {
    m: i + 1 for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
}
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = rf"(?:(?:mid-|early |late )?(?:{_MONTH}\s+)?(?:\d{{1,2}},?\s+)?(?:18|19|20)\d\d|{_MONTH}\s+\d{{1,2}})"
_RANGE = re.compile(
    rf"(?:from\s+)?(?P<a>{_DATE})\s*(?:–|—|-|to|until|through)\s*(?P<b>{_DATE})"
    rf"|(?:from|since|after|beginning)\s+(?P<from>{_DATE})(?:\s*(?:,\s*)?(?:until|to|through)\s+(?P<b2>{_DATE}))?"
    rf"|(?:until|through|before|to)\s+(?P<until>{_DATE})"
    rf"|(?:in\s+|during\s+)?(?P<only>{_DATE})"
)

BETTER_KNOWN = frozenset(
    [
        "president",
        "vice_president",
        "king",
        "leader",
        "head_of_government",
        "regent",
        "foreign_minister",
        "defense_minister",
        "director",
        "national_security_adviser",
        "ambassador",
        "un_representative",
    ]
)


@cache
def office_patterns(path: Path) -> list[tuple[str, re.Pattern[str]]]:
    """Offices in the order of offices.toml, each with the words that name it."""
    offices = tomllib.loads(path.read_text(encoding="utf-8"))["office"]
    return [(o, re.compile("|".join(v["words"]), re.I)) for o, v in offices.items() if v.get("words")]


def families(path: Path) -> dict[str, str]:
    """For each code of a state that followed another, or is confused with it, the first code of its family."""
    successions = tomllib.loads(path.read_text(encoding="utf-8"))["successions"]
    found: dict[str, str] = {}
    for family in [*successions["families"], *successions["confused"]]:
        first = next((found[c] for c in family if c in found), family[0])
        found.update({c: found.get(c, first) for c in family})
    return found


def office_of(title: str, patterns: list[tuple[str, re.Pattern[str]]]) -> str:
    """The first office whose words a title has; `official` for none."""
    return next((office for office, words in patterns if words.search(title)), "official")


def iso(text: str, year: str = "") -> str:
    """An English date as ISO, to what it says; a day without a year takes the year given.

    >>> iso("July 14, 1958"), iso("mid-1961"), iso("October 12", "1949")
    ('1958-07-14', '1961', '1949-10-12')
    """
    found = re.search(r"\b(?:18|19|20)\d\d\b", text)
    year = found[0] if found else year
    month = re.search(_MONTH, text)
    if not year:
        return ""
    if not month:
        return year
    day = re.search(r"\b(\d{1,2})\b(?!\d)", text.replace(year, ""))
    iso_month = f"{year}-{MONTHS[month[0][:3].lower()]:02d}"
    return f"{iso_month}-{int(day[1]):02d}" if day and 1 <= int(day[1]) <= 31 else iso_month


def roles_in(
    text: str,
    volume: tuple[str, str],
    patterns: list[tuple[str, re.Pattern[str]]],
    places: Callable[[str, str], tuple[str, str]],
) -> list[RoleRecord]:
    """The roles that a description such as `Foreign Minister of Iraq until 1963; thereafter Ambassador` lists.

    Parameters
    ----------
    text : str
        The description.
    volume : tuple of str
        First and last year that the describing volume covers, for roles without dates of their own.
    patterns : list
        From `office_patterns`.
    places : callable
        Code of the state whose office a title is, and of the state it is an embassy to.
    """
    roles: list[RoleRecord] = []
    for part in re.split(r";\s*", tidy(text).rstrip(".")):
        thereafter = bool(re.match(r"(and )?(thereafter|then|later|subsequently)\b", part))
        spans, title = [], part
        match = _RANGE.search(part)
        if match:
            title = part[: match.start()] if match.start() > 8 else part[match.end() :]
            for found in _RANGE.finditer(part):
                spans.append(_span(found, volume))
        title = tidy(
            re.sub(r"^(and )?(thereafter|then|later|subsequently|also|concurrently|previously)\b,?", "", title)
        )
        title = re.sub(r",?\s*(from|until|since|after|in|and|through|during|before)$", "", title).strip(" ,;(")
        if len(title) < 4 or len(title) > 160:
            continue
        office = office_of(title, patterns)
        country, to_country = places(title, (spans[0][0] if spans else volume[0]) or volume[0])
        if office in BETTER_KNOWN and country == "USA":
            # Other sources list these completely; what is left are presidents of universities and misread deputies.
            office = "official"
        if not spans:
            start = roles[-1].end if thereafter and roles and roles[-1].end else volume[0]
            basis = "month" if thereafter and roles and roles[-1].end else "volume"
            spans = [(start, "" if basis == "month" else volume[1], basis, "open" if basis == "month" else "volume")]
        for start, end, start_basis, end_basis in spans:
            if start and end and start[: len(end)] > end[: len(start)]:
                continue
            roles.append(RoleRecord(office, title, country, "", start, end, start_basis, end_basis, to_country))
    return roles


def _span(match: re.Match[str], volume: tuple[str, str]) -> tuple[str, str, str, str]:
    group = match.groupdict()
    year = re.search(r"\d{4}", match[0])
    default = year[0] if year else (volume[0] if volume[0] == volume[1] else "")
    if group["a"]:
        start, end = iso(group["a"], default), iso(group["b"], default)
    elif group["from"]:
        start, end = iso(group["from"], default), iso(group["b2"] or "", "")
    elif group["until"]:
        start, end = "", iso(group["until"], default)
    else:
        start = end = iso(group["only"], default)
    exactness = {4: "year", 7: "month", 10: "exact", 0: "open"}
    return start, end, exactness[len(start)], exactness[len(end)]
