"""The time of the text around a token: from the dates found in its sentence, paragraph or before, else its document."""

from __future__ import annotations

from bisect import bisect_right

from spacy.tokens import Doc

from pipeline.actors.tokens import Tokens
from pipeline.document import layout_of
from pipeline.schema import Date

_WIDEST = 30
"""Years that a time expression may span and still tell when something happened."""

_UNTIL = frozenset(("until", "till", "through"))


def year_of(iso: str) -> int:
    """The year of an ISO date.

    Examples
    --------
    >>> year_of("1958-07-14"), year_of("-0490-09-01")
    (1958, -490)
    """
    return int(iso[:5] if iso.startswith("-") else iso[:4])


def within(start: str, end: str, when: str) -> bool:
    """Whether a year lies between two dates, either of which may be left open; a time untold always does.

    Examples
    --------
    >>> within("-0550", "-0330", "-0490-09-01"), within("1918-10-28", "1992", "1993"), within("1993", "", "")
    (True, False, True)
    """
    if not when:
        return True
    year = year_of(when)
    return not ((start and year_of(start) > year) or (end and year_of(end) < year))


class Moments:
    """Answers when the events told at a token took place."""

    def __init__(self, doc: Doc, tokens: Tokens) -> None:
        self._tokens = tokens
        dates: list[Date] = [d for d in doc._.dates or [] if d.earliest and d.latest and d.type != "SET"]
        self._dates = [d for d in dates if year_of(d.latest) - year_of(d.earliest) <= _WIDEST]
        self._starts = [d.token_start for d in self._dates]
        # What lasts "until 2002" is told of before: the text does not go on from there.
        staying = [tokens.lower[d.token_start - 1] not in _UNTIL if d.token_start else True for d in self._dates]
        self._moving = [d for d, stays in zip(self._dates, staying, strict=True) if stays]
        self._moved = [d.token_start for d in self._moving]
        published = layout_of(doc).document.published
        self._fallback = (published, published) if published else ("", "")

    def at(self, token: int) -> tuple[str, str]:
        """First and last day of the time told at a token; empty strings where the text gives none.

        The sentence's last date before the token wins, then its first date after it, then the last date before the
        sentence; the first date of the text serves what stands before it.
        """
        if not self._dates:
            return self._fallback
        n = bisect_right(self._starts, token)
        sentence = self._tokens.sentence[token]
        before = self._dates[n - 1] if n else None
        after = self._dates[n] if n < len(self._dates) else None
        if before and self._tokens.sentence[before.token_start] == sentence:
            return before.earliest, before.latest
        if after and self._tokens.sentence[after.token_start] == sentence:
            return after.earliest, after.latest
        n = bisect_right(self._moved, token)
        chosen = self._moving[n - 1] if n else before or after
        return (chosen.earliest, chosen.latest) if chosen else self._fallback
