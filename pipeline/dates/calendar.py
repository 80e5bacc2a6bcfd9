"""Calendar arithmetic and the three ways to write a time: TIMEX3 value, EDTF, and first and last day.

Years are astronomical inside (1 BC is 0), so that any year can be reckoned with; TIMEX3 writes 490 BC as BC0490,
EDTF and ISO as -0489.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

SEASON_MONTHS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
SEASON_EDTF = {"SP": 21, "SU": 22, "FA": 23, "WI": 24}


def days(y: int, m: int, d: int) -> int:
    """Days from 1970-01-01 in the proleptic Gregorian calendar, for any year.

    References
    ----------
    Howard Hinnant, chrono-compatible low-level date algorithms, 2013.

    Examples
    --------
    >>> days(1970, 1, 1), days(2000, 3, 1)
    (0, 11017)
    """
    y -= m <= 2
    era = y // 400
    yoe = y - era * 400
    doy = (153 * (m + (-3 if m > 2 else 9)) + 2) // 5 + d - 1
    return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468


def civil(n: int) -> tuple[int, int, int]:
    """Inverse of `days`.

    Examples
    --------
    >>> civil(11017)
    (2000, 3, 1)
    """
    n += 719468
    era = n // 146097
    doe = n - era * 146097
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    m = mp + (3 if mp < 10 else -9)
    return yoe + era * 400 + (m <= 2), m, doy - (153 * mp + 2) // 5 + 1


def month_days(y: int, m: int) -> int:
    """Number of days of a month."""
    leap = y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[m - 1]


def weekday(y: int, m: int, d: int) -> int:
    """ISO weekday, Monday 1."""
    return (days(y, m, d) + 3) % 7 + 1


def iso_week(n: int) -> tuple[int, int]:
    """ISO year and week of a day number.

    Examples
    --------
    >>> iso_week(days(1989, 10, 26))
    (1989, 43)
    """
    thursday = n - (n + 3) % 7 + 3
    y = civil(thursday)[0]
    return y, (thursday - days(y, 1, 1)) // 7 + 1


def easter(y: int) -> int:
    """Day number of Easter Sunday (anonymous algorithm, Meeus 1991); until 1582 the Julian one, in Julian days as told.

    Examples
    --------
    >>> civil(easter(1916)), civil(easter(1282))
    ((1916, 4, 23), (1282, 3, 29))
    """
    if y < 1583:
        moon = (19 * (y % 19) + 15) % 30
        n = moon + (2 * (y % 4) + 4 * (y % 7) - moon + 34) % 7 + 114
        return days(y, n // 31, n % 31 + 1)
    a, b, c = y % 19, y // 100, y % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return days(y, month, day + 1)


def holiday(rule: str, y: int) -> tuple[int, int] | None:
    """Month and day of a holiday's rule (see holidays.toml) in a year.

    Examples
    --------
    >>> holiday("11-4-4", 1999), holiday("easter-2", 1916), holiday("12-25", 1914), holiday("11-1-1+1", 1960)
    ((11, 25), (4, 21), (12, 25), (11, 8))
    """
    if rule.startswith("easter"):
        return civil(easter(y) + int(rule[6:]))[1:]
    rule, _, later = rule.partition("+")
    if later:
        first_day = holiday(rule, y)
        return civil(days(y, *first_day) + int(later))[1:] if first_day else None
    parts = [int(x) for x in rule.split("-") if x.isdigit()]
    if len(parts) == 3 and parts[0] > 12:
        return parts[1], parts[2]
    if len(parts) == 2:
        return parts[0], parts[1]
    if len(parts) == 3:
        m, wd, n = parts
        first = 1 + (wd - weekday(y, m, 1)) % 7
        d = first + 7 * (n - 1)
        return m, d if d <= month_days(y, m) else d - 7
    return None


def fixed_day(rule: str) -> tuple[int, int] | None:
    """Month and day of a holiday that is on the same day every year.

    Examples
    --------
    >>> fixed_day("09-29"), fixed_day("easter-2")
    ((9, 29), None)
    """
    return holiday(rule, 1) if rule.count("-") == 1 and rule[0].isdigit() else None


@dataclass(slots=True, frozen=True)
class Time:
    """A calendar time as far as it is known.

    `y` year; `m` month; `d` day; or instead of the month: `season` (SP SU FA WI), `q` quarter, `h` half, `w` ISO week
    (`we` its weekend); instead of all: `dec` decade (196), `cent` century's leading digits (19), of which `h` or `q`
    may be a half or quarter. `tod` time of day (MO AF EV NI ...) or `clock` (12:00), `zone` hours from UTC.
    """

    y: int | None = None
    m: int | None = None
    d: int | None = None
    season: str = ""
    q: int | None = None
    h: int | None = None
    w: int | None = None
    we: bool = False
    dec: int | None = None
    cent: int | None = None
    bc: bool = False
    tod: str = ""
    clock: str = ""
    zone: float | None = None

    def with_(self, **changes: object) -> Time:
        """A copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def year_text(y: int) -> str:
    """A year as TIMEX3 writes it.

    Examples
    --------
    >>> year_text(1958), year_text(-489)
    ('1958', 'BC0490')
    """
    return f"{y:04d}" if y > 0 else f"BC{1 - y:04d}"


def _iso_year(y: int) -> str:
    return f"{y:04d}" if y >= 0 else f"-{-y:04d}"


def iso(n: int) -> str:
    """A day number as an ISO date.

    Examples
    --------
    >>> iso(days(1958, 7, 14)), iso(days(-489, 9, 12))
    ('1958-07-14', '-0489-09-12')
    """
    y, m, d = civil(n)
    return f"{_iso_year(y)}-{m:02d}-{d:02d}"


def timex(t: Time) -> str:
    """TIMEX3 value of a time.

    Examples
    --------
    >>> timex(Time(y=1940, season="SU")), timex(Time(dec=196)), timex(Time(y=1865, m=4, d=15, tod="MO"))
    ('1940-SU', '196', '1865-04-15TMO')
    """
    if t.cent is not None:
        return f"BC{t.cent:02d}" if t.bc else f"{t.cent:02d}"
    if t.dec is not None:
        return f"BC{t.dec:03d}" if t.bc else f"{t.dec:03d}"
    year = "XXXX" if t.y is None else year_text(t.y)
    if t.season:
        text = f"{year}-{t.season}"
    elif t.q is not None:
        text = f"{year}-Q{t.q}" if t.q else f"{year}-QX"
    elif t.h is not None:
        text = f"{year}-H{t.h}"
    elif t.w is not None:
        text = f"{year}-W{t.w:02d}" + ("-WE" if t.we else "")
    elif t.m is not None:
        text = f"{year}-{t.m:02d}" + (f"-{t.d:02d}" if t.d is not None else "")
    elif t.tod or t.clock or t.d is not None:
        text = f"{year}-XX-" + (f"{t.d:02d}" if t.d is not None else "XX")
    else:
        text = year
    if t.clock:
        zone = "" if t.zone is None else ("Z" if t.zone == 0 else f"{'+' if t.zone > 0 else '-'}{abs(int(t.zone)):02d}")
        text += f"T{t.clock}{zone}"
    elif t.tod:
        text += f"T{t.tod}"
    return text


_TIMEX = re.compile(
    r"(?P<bc>BC)?(?:(?P<y>\d{4})(?:-(?:(?P<season>SP|SU|FA|WI)|Q(?P<q>[1-4])|H(?P<h>[12])|W(?P<w>\d\d)(?P<we>-WE)?"
    r"|(?P<m>\d\d)(?:-(?P<d>\d\d))?))?|(?P<dec>\d{3})|(?P<cent>\d{2}))"
    r"(?:T(?:(?P<clock>\d\d:\d\d)(?P<zone>Z|[+-]\d\d)?|(?P<tod>[A-Z]{2})))?"
)


def parse_timex(value: str) -> Time | None:
    """Inverse of `timex` for values that name a year, decade or century; None for all others.

    Examples
    --------
    >>> parse_timex("1940-SU") == Time(y=1940, season="SU"), parse_timex("P15Y")
    (True, None)
    """
    found = _TIMEX.fullmatch(value)
    if found is None:
        return None
    n = {k: int(v) for k, v in found.groupdict().items() if v and k in ("y", "q", "h", "w", "m", "d", "dec", "cent")}
    if found["bc"] and "y" in n:
        n["y"] = 1 - n["y"]
    if not 1 <= n.get("m", 1) <= 12 or not 1 <= n.get("w", 1) <= 53:
        return None
    if "d" in n and not 1 <= n["d"] <= month_days(n["y"], n["m"]):
        return None
    zone = found["zone"]
    return Time(
        season=found["season"] or "",
        we=bool(found["we"]),
        bc=bool(found["bc"]) and "y" not in n,
        tod=found["tod"] or "",
        clock=found["clock"] or "",
        zone=None if not zone else 0.0 if zone == "Z" else float(zone),
        **n,
    )


def _years(first: int, size: int, t: Time) -> tuple[int, int]:
    """Bounds of a century or decade, or of the half or quarter of it that is meant."""
    parts, k = (2, t.h) if t.h else (4, t.q) if t.q else (1, 1)
    start = first + size * (k - 1) // parts
    return days(start, 1, 1), days(first + size * k // parts - 1, 12, 31)


def bounds(t: Time) -> tuple[int, int] | None:
    """Day numbers of the first and last day of a time; None where the year is unknown."""
    if t.cent is not None:
        return _years(-(t.cent * 100 + 99) if t.bc else t.cent * 100, 100, t)
    if t.dec is not None:
        return _years(1 - (t.dec * 10 + 9) if t.bc else t.dec * 10, 10, t)
    if t.y is None:
        return None
    y = t.y
    if t.season:
        m = SEASON_MONTHS[t.season]
        last = (y + 1, 2) if m == 12 else (y, m + 2)
        return days(y, m, 1), days(*last, month_days(*last))
    if t.q:
        return days(y, t.q * 3 - 2, 1), days(y, t.q * 3, month_days(y, t.q * 3))
    if t.h:
        return days(y, t.h * 6 - 5, 1), days(y, t.h * 6, month_days(y, t.h * 6))
    if t.w is not None:
        january4 = days(y, 1, 4)
        monday = january4 - (january4 + 3) % 7 + 7 * (t.w - 1)
        return (monday + 5 if t.we else monday), monday + 6
    if t.m is None:
        return days(y, 1, 1), days(y, 12, 31)
    if t.d is None:
        return days(y, t.m, 1), days(y, t.m, month_days(y, t.m))
    n = days(y, t.m, t.d)
    return n, n


def edtf(t: Time, approximate: bool = False) -> str:
    """ISO 8601-2 (EDTF level 1 and seasons) of a time; empty where the year is unknown.

    Examples
    --------
    >>> edtf(Time(dec=196)), edtf(Time(y=1940, season="SU")), edtf(Time(y=1958), approximate=True)
    ('196X', '1940-22', '1958~')
    """
    span = bounds(t)
    if span is None:
        return ""
    mark = "~" if approximate else ""
    part = t.h or t.q
    if t.cent is not None and not t.bc and not part:
        return f"{t.cent:02d}XX{mark}"
    if t.dec is not None and not t.bc and not part:
        return f"{t.dec:03d}X{mark}"
    if t.y is not None:
        year = _iso_year(t.y)
        if t.season:
            return f"{year}-{SEASON_EDTF[t.season]}{mark}"
        if t.m is not None:
            return f"{year}-{t.m:02d}" + (f"-{t.d:02d}" if t.d is not None else "") + mark
        if not (t.q or t.h or t.w is not None):
            return f"{year}{mark}"
    return f"{iso(span[0])}/{iso(span[1])}"


def of_day(n: int) -> Time:
    """The time that a day number is."""
    y, m, d = civil(n)
    return Time(y=y, m=m, d=d)


def _month_away(t: Time, n: int) -> Time:
    """The month some days from the middle of a month (six weeks after June: July); a time without a month stays."""
    if t.y is None or t.m is None:
        return Time(y=t.y)
    y, m, _ = civil(days(t.y, t.m, 15) + n)
    return Time(y=y, m=m)


def shift(t: Time, unit: str, n: int) -> Time:
    """A time moved by units, at the unit's own granularity.

    Parameters
    ----------
    t : Time
        Where to start.
    unit : str
        D, W, W2, WE, M, Q, H6, Y, DE, CE, ML.
    n : int
        How many, negative for earlier.

    Examples
    --------
    >>> timex(shift(Time(y=1918, m=11, d=11), "D", 2)), timex(shift(Time(y=1918, m=11, d=11), "Y", 3))
    ('1918-11-13', '1921')
    >>> timex(shift(Time(y=1918, m=11), "M", 2))
    '1919-01'
    """
    span = bounds(t)
    if span is None:
        return Time()
    start = civil(span[0])
    y, m = start[0], start[1]
    if unit in ("H", "MIN", "S", "D", "N"):
        if t.y is not None and t.d is None and unit == "D":
            return _month_away(t, n)
        return of_day(span[0] + (n if unit in ("D", "N") else 0))
    if unit in ("W", "W2", "WE"):
        step = 14 if unit == "W2" else 7
        if t.y is not None and t.d is None and t.w is None:
            return _month_away(t, n * step)
        week_year, week = iso_week(span[0] + step * n)
        return Time(y=week_year, w=week, we=unit == "WE")
    if unit in ("M", "Q", "H6"):
        if t.m is None and t.q is None and t.w is None and not t.season:
            return Time(y=y)
        months = y * 12 + m - 1 + n * {"M": 1, "Q": 3, "H6": 6}[unit]
        y, m = months // 12, months % 12 + 1
        return (
            Time(y=y, m=m) if unit == "M" else Time(y=y, q=(m + 2) // 3) if unit == "Q" else Time(y=y, h=(m + 5) // 6)
        )
    if unit == "Y":
        return Time(y=y + n)
    if unit == "DE":
        if y + 10 * n <= 0:
            return Time(dec=(1 - (y + 10 * n)) // 10, bc=True)
        return Time(dec=(y + 10 * n) // 10)
    if unit == "CE":
        if y + 100 * n <= 0:
            return Time(cent=(1 - (y + 100 * n)) // 100, bc=True)
        return Time(cent=(y + 100 * n) // 100)
    return Time(y=y + 1000 * n) if unit == "ML" else Time(y=y)
