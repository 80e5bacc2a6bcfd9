"""Dates of other calendars as Gregorian dates: Julian (Old Style), Islamic, French Republican.

References
----------
Reingold and Dershowitz, Calendrical Calculations, 4th ed., 2018, chapters 3, 7 and 17.
"""

from __future__ import annotations

from pipeline.dates.calendar import Time, civil, days, of_day
from pipeline.dates.grammar import Slots

# Months whose Ides fall on the 15th.
_LATE_IDES = frozenset({3, 5, 7, 10})
_ISLAMIC_EPOCH = days(622, 7, 19)
_REPUBLICAN_EPOCH = days(1792, 9, 22)


def julian_day(y: int, m: int, d: int) -> int:
    """Day number of a Julian date.

    Examples
    --------
    >>> civil(julian_day(1917, 10, 25)), civil(julian_day(1752, 9, 2))
    ((1917, 11, 7), (1752, 9, 13))
    """
    y -= m <= 2
    return 365 * y + y // 4 + (153 * (m + (-3 if m > 2 else 9)) + 2) // 5 + d - 1 - 719470


def islamic_day(y: int, m: int, d: int) -> int:
    """Day number of a date of the arithmetical Islamic calendar; where the moon was seen it may be a day or two off.

    Examples
    --------
    >>> civil(islamic_day(1400, 1, 1)), civil(islamic_day(1, 1, 1))
    ((1979, 11, 21), (622, 7, 19))
    """
    return _ISLAMIC_EPOCH + 354 * (y - 1) + (3 + 11 * y) // 30 + 29 * (m - 1) + m // 2 + d - 1


def republican_day(y: int, m: int, d: int) -> int:
    """Day number of a date of the French Republican calendar, years I to XIV.

    Examples
    --------
    >>> civil(republican_day(2, 11, 9)), civil(republican_day(8, 2, 18))
    ((1794, 7, 27), (1799, 11, 9))
    """
    return _REPUBLICAN_EPOCH + 365 * (y - 1) + y // 4 + 30 * (m - 1) + d - 1


_CALENDARS = {"islamic": islamic_day, "republican": republican_day}


def gregorian(slots: Slots) -> None:
    """Replace year, month and day of another calendar, in place, by those that everyone else reckons with."""
    if "roman" in slots:
        full = slots["m"] in _LATE_IDES
        slots["d"] = {"kalends": 1, "nones": 7 if full else 5, "ides": 15 if full else 13}[slots.pop("roman")]
    if slots.pop("dual", None):
        slots["y"] += 1  # 30 January 1648/9: of the year that began at Lady Day 1648, which is 1649 to us
    for name, day_number in _CALENDARS.items():
        if name in slots:
            slots["y"], slots["m"], slots["d"] = civil(day_number(slots["y"], slots.pop(name), slots["d"]))
    if "ah" in slots:
        slots["y"] = civil(islamic_day(slots.pop("ah"), 6, 15))[0]
    if "os" in slots and {"y", "m", "d"} <= slots.keys() and "era" not in slots:
        slots["y"], slots["m"], slots["d"] = civil(julian_day(slots["y"], slots["m"], slots["d"]))
        del slots["os"]


def new_style(t: Time) -> Time:
    """The Gregorian day of an Old Style day whose year has been found; anything coarser stays."""
    if t.y is None or t.m is None or t.d is None:
        return t
    day = of_day(julian_day(t.y, t.m, t.d))
    return t.with_(y=day.y, m=day.m, d=day.d)


def same_day(one: Slots, other: Slots) -> bool:
    """Whether the first date, read as Old Style, is the day that the second names.

    Examples
    --------
    >>> same_day({"y": 1917, "m": 10, "d": 25}, {"y": 1917, "m": 11, "d": 7})
    True
    """
    if not all({"y", "m", "d"} <= s.keys() for s in (one, other)):
        return False
    return julian_day(one["y"], one["m"], one["d"]) == days(other["y"], other["m"], other["d"])
