"""Dates of news, read from the day of publication: Friday, in March, on the 25th, the third quarter."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.dates.calendar import Time, bounds, civil, days, of_day, weekday
from pipeline.dates.grammar import Slots
from pipeline.dates.recognise import Expression
from pipeline.dates.sentence import Words, tense_of
from pipeline.dates.slots import Setting, calendar_time, gap_to, valid

_HOURS = ("tod", "clock", "hour", "minute", "ampm", "zone")
# Costs in days: a time ahead where the clause is past, or says nothing of its tense; a year against the weekday.
_AHEAD_OF_PAST, _AHEAD, _BEHIND_FUTURE, _WEEKDAY_CLASH, _NAMED_YEAR = 300, 60, 300, 900, 100


def weekday_in_news(doc: Doc, e: Expression, s: Slots, setting: Setting, before: Time | None) -> Time:
    """The day that a weekday means: the last one, publication's included, or the next where the clause is future.

    A day ahead follows one that its sentence has named `before`: he will arrive on Thursday and leave on Saturday.
    """
    today = _day(setting)
    ahead = (s["wd"] - weekday(*civil(today))) % 7
    past = ahead and tense_of(doc, e, setting.grammar.cues) <= 0
    span = bounds(before) if before else None
    if span and not past and ahead and today + ahead < span[0]:
        ahead += 7
    return calendar_time(
        {k: v for k, v in s.items() if k in _HOURS}, None, setting, of_day(today + ahead - (7 if past else 0))
    )


def date_in_news(doc: Doc, e: Expression, s: Slots, setting: Setting, named: int | None) -> Time | None:
    """The month, season, holiday or quarter nearest to the day of publication, on the side that the tense says.

    Parameters
    ----------
    doc : Doc
        The annotated text.
    e, s : Expression, dict
        The expression and its slots.
    setting : Setting
        With the day of publication.
    named : int or None
        A year that the paragraph has named (`In March 2020 ..., on 23 March ...`).
    """
    today = _day(setting)
    year = civil(today)[0]
    tense = s.get("side") or (-1 if "q" in s else tense_of(doc, e, setting.grammar.cues))
    best: tuple[float, Time] | None = None
    for y in sorted({year - 1, year, year + 1, named or year}):
        t = calendar_time(s, y, setting)
        span = bounds(t)
        if span is None or not valid(t):
            continue
        gap = 0 if span[0] <= today <= span[1] else span[0] - today if span[0] > today else span[1] - today
        cost = abs(gap)
        if gap > 0:
            cost += _AHEAD_OF_PAST if tense < 0 else _AHEAD if tense == 0 else 0
        elif gap < 0 and tense > 0:
            cost += _BEHIND_FUTURE
        if "wd" in s and t.d is not None and t.m is not None and weekday(y, t.m, t.d) != s["wd"]:
            cost += _WEEKDAY_CLASH
        if y == named:
            cost = min(cost, _NAMED_YEAR)
        if best is None or cost < best[0]:
            best = (cost, t)
    return best[1] if best else None


def quarter_of(t: Time) -> Time:
    """The quarter that holds a day or month."""
    return Time(y=t.y, q=((t.m or 1) + 2) // 3)


def quarter_reported(doc: Doc, e: Expression, named: Time, before: Time | None, setting: Setting) -> Time | None:
    """The quarter that business news reports on, after an expression that names one.

    It is the latest named that has ended: one before publication's, or a company's own whose words say so. An earlier
    one is named for comparison.
    """
    assert setting.published is not None
    if before is not None and gap_to(before, named) < 0:
        return before
    current = quarter_of(setting.published)
    past = named == current and "q" in e.slots and tense_of(doc, e, setting.grammar.cues) < 0
    return named if "closed" in e.slots or past or gap_to(named, current) > 0 else before


def compares(doc: Doc, e: Expression, words: Words) -> bool:
    """Whether a year ago is what something is compared with: up from $2 million a year ago; better than a year ago."""
    start = doc[e.token_start]
    if e.token_start and doc[e.token_start - 1].lower_ in words["compared_with"]:
        return True
    return any(t.is_currency or t.lower_ in words["figures"] for t in start.sent)


def _day(setting: Setting) -> int:
    now = setting.published
    assert now is not None and now.y is not None and now.m is not None and now.d is not None
    return days(now.y, now.m, now.d)
