"""From the parts that words give to calendar times: years, two-digit years, holidays, hours; and gaps between times."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.dates.calendar import Time, bounds, days, fixed_day, holiday, month_days, of_day, shift
from pipeline.dates.conversion import new_style
from pipeline.dates.grammar import Grammar, Slots

_PART_OF_DAY = {"DA": "MO", "DU": "EV"}
# Years that a short form may lie ahead of publication: a loan due in '19.
_AHEAD = 10
_OPEN = {"D": "XXXX-XX-XX", "N": "XXXX-XX-XXTNI", "W": "XXXX-WXX", "WE": "XXXX-WXX-WE", "M": "XXXX-XX", "Q": "XXXX-QX"}


@dataclass(slots=True)
class Resolved:
    """What an expression denotes: a calendar time, or a value that is none; and where its implicit parts came from.

    A stretch of time that begins or ends at a known time (over the next four years) has its two ends in `span`.
    """

    time: Time | None
    value: str = ""
    anchor: int = -1
    anchor_kind: str = "none"
    span: tuple[Time, Time] | None = None


@dataclass(slots=True)
class Setting:
    """What holds for the whole text."""

    kind: str
    published: Time | None
    grammar: Grammar
    century: int


def fields(slots: Slots, setting: Setting) -> Slots:
    """Slots with eras, two-digit years, decades, holidays and hours worked out."""
    s = dict(slots)
    if s.get("era") == "BC" and "y" in s:
        s["y"] = 1 - s["y"]
    if "regnal" in s:
        s["y"] = int(s["reign"][:4]) + s["regnal"] - 1
    if s.pop("decade", None):
        s["dec2"] = s.pop("y2") // 10  # the '60's
    if "y2" in s and "y" not in s:
        s["y"] = _told(setting.century * 100 + s["y2"], 100, setting)
    if "hundreds" in s:
        s["dec"] = s["hundreds"] * 10 + s["dec2"]  # the nineteen-thirties
    elif "tenth" in s:
        s["dec"] = (s.pop("cent") - 1) * 10 + s["tenth"] - 1  # the first decade of the twentieth century
    elif "dec2" in s and "era" not in s:
        s["dec"] = _told(setting.century * 100 + s["dec2"] * 10, 100, setting) // 10
    if "cent" in s:
        s["cent"] -= 1
    return s


def _told(y: int, size: int, setting: Setting) -> int:
    """A year without its century: `the '90s`, read in 2013, are the nineteen-nineties."""
    now = setting.published
    return y - size if now and now.y and y > now.y + _AHEAD else y


def _clock(s: Slots) -> str:
    if "clock" in s:
        return str(s["clock"])
    if "hour" not in s:
        return ""
    hour, minute = s["hour"], max(s.get("minute", 0), 0)
    if s.get("ampm") == "pm" and hour < 12:
        hour += 12
    elif s.get("ampm") == "am" and hour == 12:
        hour = 0
    return f"{hour:02d}:{minute:02d}"


def calendar_time(s: Slots, y: int | None, setting: Setting, base: Time | None = None) -> Time:
    """The time that slots mean in a year (or on a base that gives year, month and day)."""
    t = base or Time(y=y)
    if "hol" in s:
        rule = setting.grammar.holidays[s["hol"]]
        found = holiday(rule, y) if y is not None else fixed_day(rule)
        if found:
            t = Time(y=y if y is None else fixed_year(rule, y), m=found[0], d=found[1])
    elif "m" in s:
        d = s.get("d")
        if "nth" in s and y is not None:
            d = (holiday(f"{s['m']}-{s['wd']}-{s['nth']}", y) or (0, None))[1]  # the first Tuesday of November
        t = Time(y=t.y, m=s["m"], d=d)
    elif "season" in s:
        t = Time(y=t.y, season=s["season"])
    elif "q" in s:
        t = Time(y=t.y, q=s["q"])
    elif "h" in s and isinstance(s["h"], int):
        t = Time(y=t.y, h=s["h"])
    elif "d" in s and t.m is not None:
        t = Time(y=t.y, m=t.m, d=s["d"])
    elif "d" in s:
        t = Time(y=t.y, d=s["d"])
    if "os" in s:
        t = new_style(t)
    if "week" in s and t.d is not None and t.y is not None:
        t = shift(t, s["unit"], 0)  # the week of June 5
    clock = _clock(s)
    tod = s.get("tod", "")
    if clock or tod:
        t = t.with_(
            tod="" if clock else _PART_OF_DAY.get(tod, tod),
            clock=clock,
            zone=s.get("zone") if setting.kind != "news" or s.get("zone") == 0 else None,
        )
    return t


def regnal_year(s: Slots) -> tuple[Time, Time] | None:
    """First and last day of a year of a reign, of which the year that it begins in is only the name."""
    if "regnal" not in s:
        return None
    y, m, d = (int(x) for x in s["reign"].split("-"))
    y += s["regnal"] - 1
    return Time(y=y, m=m, d=d), of_day(days(y + 1, m, d) - 1)


def fixed_year(rule: str, y: int) -> int:
    parts = rule.split("-")
    return int(parts[0]) if len(parts) == 3 and len(parts[0]) == 4 else y


def valid(t: Time) -> bool:
    return t.d is None or t.m is None or t.y is None or t.d <= month_days(t.y, t.m)


def gap_to(story: Time | None, t: Time) -> int:
    """Days from the story's date to a time; negative where it lies before.

    In a coarse date (a year) the story stands near the beginning for what lies in it, in the middle for what follows.
    """
    a, b = (bounds(story) if story else None), bounds(t)
    if a is None or b is None:
        return 0
    if b[0] > a[1]:
        return b[0] - (a[0] + a[1]) // 2
    if b[1] < a[0]:
        return b[1] - a[0]
    return max((b[0] - a[0]) // 2, 0)


def is_fixed(s: Slots, setting: Setting) -> bool:
    """A named day of one year only (D-Day)."""
    return "hol" in s and fixed_year(setting.grammar.holidays[s["hol"]], 0) > 0


def unknown(s: Slots) -> Resolved:
    """A time of which only the form is known."""
    if s.get("ref") == "weekday":
        return Resolved(None, f"XXXX-WXX-{s['wd']}")
    if not any(k in s for k in ("m", "d", "season", "tod")) and s.get("unit") in _OPEN:
        return Resolved(None, _OPEN[s["unit"]])
    return Resolved(Time(y=None, m=s.get("m"), d=s.get("d"), season=s.get("season", ""), tod=s.get("tod", "")))
