"""Times reckoned from another time: two days later, the following spring, a year and a half before."""

from __future__ import annotations

from pipeline.dates.calendar import Time, bounds, civil, month_days, of_day, shift, weekday
from pipeline.dates.grammar import Slots
from pipeline.dates.slots import Setting, calendar_time

_OFFSETS = frozenset({"offset", "ago", "event"})
_HOURS = frozenset({"tod", "clock", "hour"})
# In January and February the turn of the year has just been.
_EARLY = 2
_WEEKS = {"W": 7, "W2": 14}
_MONTHS = {"M": 1, "Y": 12}
_STARTS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
# Two summers later.
_SEASONS = frozenset({"SU", "WI"})
# What half a unit is counted in: half a century later is 50 years later.
_HALVES = {"CE": ("Y", 100), "DE": ("Y", 10), "Y": ("M", 12), "M": ("D", 30), "W": ("D", 7), "D": ("H", 24)}


def shifted(base: Time, ref: str, unit: str, n: int, s: Slots, setting: Setting) -> Time | None:
    """The time that lies some steps from another.

    Parameters
    ----------
    base : Time
        Where to start; its year is known.
    ref : str
        How the expression points: "offset" (two days later), "weekday" (the following Sunday), "that" (that year), ...
    unit : str
        The unit of a step.
    n : int
        Number of steps, negative for earlier.
    s : dict
        The expression's slots: month, day, season, time of day that it names besides.
    setting : Setting
        What holds for the whole text.

    Returns
    -------
    Time or None
        None where the base is too coarse to say.
    """
    span = bounds(base)
    assert span is not None
    news = setting.kind == "news"
    rest = {k: v for k, v in s.items() if k in ("m", "d", "season", "q", "h", "tod", "clock", "hour", "minute", "ampm")}
    if ref == "now":
        return calendar_time(rest, None, setting, of_day(span[0] + n))
    if ref == "tod":
        if base.d is None:
            return None
        return calendar_time({**rest, "d": civil(span[0] + n)[2]}, None, setting, of_day(span[0] + n))
    if ref == "weekday":
        ahead = (s["wd"] - weekday(*civil(span[0]))) % 7
        day = span[0] + (ahead or 7) if n > 0 else span[0] + ahead - 7 if n < 0 else span[0] + ahead
        return calendar_time(rest, None, setting, of_day(day))
    if ref == "month":
        y, m, _ = civil(span[0])
        just_over = news and n < 0 and (m - s["m"]) % 12 == 1  # read in March, last February is of the year before
        return Time(y=_neighbour(y, m, s["m"], n) - just_over, m=s["m"], d=s.get("d"))
    if ref == "year_ago" or (news and base.q is not None and unit == "Y" and ref in ("ago", "offset")):
        years = -1 if ref == "year_ago" else n
        return Time(y=(base.y or 0) + years, q=s.get("q", base.q)) if base.q is not None else shift(base, "Y", years)
    if ref == "season":
        y, m, _ = civil(span[0])
        return Time(y=_neighbour(y, m, _STARTS[s["season"]], n), season=s["season"])
    if unit in _SEASONS:
        return Time(y=civil(span[0])[0] + n, season=unit)
    if "half" in s:
        if ref not in _OFFSETS or unit not in _HALVES:
            return None
        smaller, size = _HALVES[unit]
        n = n * size + (size // 2 if s.get("dir", 1) > 0 and ref != "ago" else -(size // 2))
        unit = smaller
        if unit == "M" and base.m is None:
            unit, n = "Y", n // 12
    if ref in _OFFSETS and unit == "DE":
        unit, n = "Y", n * 10
    if ref in ("offset", "event") and (not news or "exact" in s) and base.d is not None:
        if unit in _WEEKS:
            return of_day(span[0] + _WEEKS[unit] * n)  # a week after the 8th: the 15th
        if "exact" in s and unit in _MONTHS:
            return _same_day(base, _MONTHS[unit] * n)
    if "turn" in s:
        y, m, _ = civil(span[0])
        if unit == "CE":
            return Time(cent=(y + 50) // 100)  # the turn of the century is the one nearest, in 1902 as in 1898
        n = 0 if base.m is not None and m <= _EARLY else n
    t = shift(base, unit, n)
    if unit == "M" and "d" in s and t.m is not None:
        return calendar_time({**rest, "m": t.m}, t.y, setting)  # the 5th of the following month
    if rest and t.y is not None:
        timed = t.d is not None and not _HOURS.isdisjoint(rest)
        t = calendar_time(rest, t.y, setting, t if timed else Time(y=t.y))
    return t


def _neighbour(y: int, m: int, wanted: int, n: int) -> int:
    """The year of the next (n > 0), the last (n < 0) or this year's month or season that begins with a month."""
    return y + (wanted <= m) if n > 0 else y - (wanted >= m) if n < 0 else y


def _same_day(t: Time, months: int) -> Time | None:
    """The same day of the month some months away: exactly one year later."""
    if t.y is None or t.m is None or t.d is None:
        return None
    month = t.y * 12 + t.m - 1 + months
    y, m = month // 12, month % 12 + 1
    return Time(y=y, m=m, d=min(t.d, month_days(y, m)))


# How many a few are, at least and at most.
_FEW = {"D": (2, 9), "W": (2, 8), "M": (2, 8), "Y": (2, 8)}


def some_steps(base: Time, unit: str, direction: int) -> tuple[Time, Time] | None:
    """First and last time that lies some few steps from another: a few days later.

    Examples
    --------
    >>> from pipeline.dates.calendar import timex
    >>> first, last = some_steps(Time(y=1956, m=10, d=22), "D", 1)
    >>> timex(first), timex(last)
    ('1956-10-24', '1956-10-31')
    """
    span = bounds(base)
    if span is None or unit not in _FEW or (unit != "Y" and base.m is None):
        return None
    least, most = (n * direction for n in _FEW[unit])
    if direction < 0:
        least, most = most, least
    if unit in ("D", "W"):
        size = _WEEKS.get(unit, 1)
        return of_day(span[0] + least * size), of_day(span[1] + most * size)
    return shift(base, unit, least), shift(base, unit, most)


def reach(base: Time, unit: str) -> tuple[Time, Time] | None:
    """From a time on for some few days, weeks or months: the weeks that followed."""
    span = bounds(base)
    if span is None or unit not in _FEW or unit == "Y" or base.m is None:
        return None
    middle = sum(_FEW[unit]) // 2
    if unit == "D":
        return of_day(span[0]), of_day(span[1] + middle)
    return shift(base, "M", 0), shift(of_day(span[0] + 7 * middle), "M", 0) if unit == "W" else shift(base, "M", middle)


def edge_of(t: Time, unit: str, edge: str) -> tuple[Time, Time] | None:
    """First or last day or week of a month or year.

    Examples
    --------
    >>> from pipeline.dates.calendar import timex
    >>> [timex(x) for x in edge_of(Time(y=1982, m=5), "W", "END")]
    ['1982-05-25', '1982-05-31']
    """
    span = bounds(t)
    if span is None:
        return None
    size = _WEEKS.get(unit, 1) - 1
    return (of_day(span[0]), of_day(span[0] + size)) if edge == "START" else (of_day(span[1] - size), of_day(span[1]))
