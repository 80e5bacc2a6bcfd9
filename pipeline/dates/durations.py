"""TIMEX3 values of durations and of recurring times."""

from __future__ import annotations

from pipeline.dates.grammar import Slots

_DATE_UNITS = {"D": "D", "W": "W", "W2": "W", "M": "M", "Q": "Q", "Y": "Y", "DE": "DE", "CE": "CE", "ML": "ML",
               "WE": "WE", "SU": "SU", "WI": "WI", "H6": "M", "N": "D"}  # fmt: skip
# TIMEX3 counts them in years, TIMEX2 has units of its own for them.
_YEARS = {"DE": 10, "CE": 100}
_TIME_UNITS = {"S": "S", "MIN": "M", "H": "H"}


def duration_value(slots: Slots, kind: str = "narrative") -> str:
    """The TIMEX3 value of a duration.

    Examples
    --------
    >>> duration_value({"n": 15, "unit": "Y"}), duration_value({"n": "X", "unit": "H"})
    ('P15Y', 'PTXH')
    >>> duration_value({"n": 2, "half": 1, "unit": "Y"}), duration_value({"n": 2, "half": 1, "unit": "Y"}, "news")
    ('P2.5Y', 'P2Y6M')
    """
    unit = slots["unit"]
    n = slots.get("n", 1)
    if kind == "news" and unit in _YEARS and "half" not in slots:
        n, unit = n if n == "X" else n * _YEARS[unit], "Y"
    number = "X" if n == "X" else str(n * 2 if unit == "W2" else n)
    if "half" in slots and n != "X":
        whole = slots.get("n", 0)
        smaller = {"Y": "P{}Y6M", "H": "PT{}H30M", "MIN": "PT{}M30S"}.get(unit)
        if kind == "news" and whole and smaller:
            return smaller.format(whole)  # TIMEX3 wants whole numbers, TIMEX2 decimals
        number = f"{whole}.5" if whole else ".5"
    if unit in _TIME_UNITS:
        return f"PT{number}{_TIME_UNITS[unit]}"
    return f"P{number}{_DATE_UNITS.get(unit, unit)}"


def set_value(slots: Slots, kind: str) -> str:
    """The TIMEX3 value of a recurring time.

    Examples
    --------
    >>> set_value({"wd": 1}, "narrative"), set_value({"unit": "D"}, "news"), set_value({"unit": "D"}, "narrative")
    ('XXXX-WXX-1', 'P1D', 'XXXX-XX-XX')
    """
    if "wd" in slots:
        return f"XXXX-WXX-{slots['wd']}" + (f"T{slots['tod']}" if "tod" in slots else "")
    if "m" in slots:
        return f"XXXX-{slots['m']:02d}"
    if "season" in slots:
        return f"XXXX-{slots['season']}"
    if "tod" in slots:
        return f"XXXX-XX-XXT{slots['tod']}"
    unit = slots.get("unit", "D")
    if slots.get("n", 1) != 1:
        return duration_value({"n": slots["n"], "unit": unit}, kind)
    if kind == "narrative" and "per" not in slots:
        return {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "M": "XXXX-XX", "Y": "XXXX", "N": "XXXX-XX-XXTNI"}.get(
            unit, duration_value({"n": 1, "unit": unit})
        )
    return duration_value({"n": 1, "unit": unit})
