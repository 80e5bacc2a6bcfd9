"""Which state an office belongs to, and to which state an envoy was sent, from the words of a title."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.actors.names import word_key
from scripts.knowledge.records import EntityRecord

_ABROAD = re.compile(r"\b(to|in|at|near)( the)?$")
_ENVOY = re.compile(
    r"\b(ambassador|minister|envoy|charg[eé]|embassy|legation|consul|representative|attach[eé]|counsel)", re.I
)
_AMERICAN = re.compile(
    r"department of (state|defense|the|commerce|agriculture|justice)|national security council|u\.?s\.?\b"
    r"|^secretary of (state|defense|the treasury|commerce|labor|agriculture|the interior|the navy|the army"
    r"|the air force|war)|\bsenator\b|congress|white house|assistant secretary of|central intelligence|joint chiefs"
    r"|president’s|attorney general"
    r"|foreign service officer|(republican|democratic).{0,20}(senator|representative)|\bembassy in\b"
    r"|agency for international",
    re.I,
)


def resolver(states: list[EntityRecord]) -> Callable[[str, str], tuple[str, str]]:
    """A function from a title and a year to the codes of the state that the office is of and is accredited to.

    Parameters
    ----------
    states : list of EntityRecord
        With names and demonyms; names valid in the year win.
    """
    names: dict[str, list[tuple[str, str, str, float]]] = {}
    for state in states:
        for alias in state.aliases:
            if alias.kind in ("capital", "acronym") and alias.name not in (
                "USSR",
                "UAR",
                "UK",
                "GDR",
                "FRG",
                "DRV",
                "DPRK",
            ):
                continue
            start, end = max(alias.start, state.start), min(alias.end or "9999", state.end or "9999")
            names.setdefault(word_key(alias.name), []).append((state.country, start, end, state.prominence))
    longest = max(k.count(" ") + 1 for k in names)

    def code_of(key: str, year: str) -> str:
        found = names[key]
        alive = [f for f in found if f[1][:4] <= year <= f[2][:4]]
        return max(alive or found, key=lambda f: f[3])[0]

    def places(title: str, year: str) -> tuple[str, str]:
        words = [(m[0], m.start()) for m in re.finditer(r"[\w.'’-]+", title)]
        keys = [word_key(w) for w, _ in words]
        found, i = [], 0
        while i < len(words):
            for n in range(min(longest, len(words) - i), 0, -1):
                k = " ".join(keys[i : i + n])
                if words[i][0][:1].isupper() and k in names:
                    found.append((code_of(k, year[:4] or "1950"), title[: words[i][1]].rstrip()))
                    i += n
                    break
            else:
                i += 1
        country = to_country = ""
        for code, before in found:
            if _ABROAD.search(before) and _ENVOY.search(before):
                to_country = to_country or code
            else:
                country = country or code
        if not country and ((to_country and to_country != "USA") or _AMERICAN.search(title)):
            country = "USA"
        return country, to_country

    return places
