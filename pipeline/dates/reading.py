"""One reading of a text's times so far: where its story stands, what was named last, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.dates.calendar import Time, bounds, of_day
from pipeline.dates.recognise import Expression
from pipeline.dates.relative import edge_of
from pipeline.dates.slots import Resolved


@dataclass(slots=True)
class Reading:
    """A reading of the text so far: its cost, the story's date, the last date and the last day mentioned, and the
    reading before.
    """

    cost: float
    story: Time | None
    story_from: int
    last: Time | None
    last_from: int
    day: Time | None
    day_from: int
    quarter: Time | None
    resolved: Resolved | None
    back: Reading | None


def outside(path: Reading, section: tuple[int, int]) -> bool:
    """Whether the last time lies outside the years of its section."""
    span = bounds(path.resolved.time) if path.resolved and path.resolved.time else None
    return span is not None and (span[1] < section[0] or span[0] > section[1])


def reversed_range(path: Reading, steps: int) -> bool:
    """Whether a range ends before it begins: October to March is not of one year."""
    first, last = resolved_at(path, steps), path.resolved.time if path.resolved else None
    a, b = bounds(first) if first else None, bounds(last) if last else None
    return a is not None and b is not None and b[1] < a[0]


def resolved_at(path: Reading | None, steps: int) -> Time | None:
    """What an earlier expression denotes in a reading."""
    for _ in range(steps):
        path = path.back if path else None
    return path.resolved.time if path and path.resolved else None


def narrow(path: Reading, index: int, e: Expression) -> None:
    """From a month or year, in place, to its first or last day or week, or to the turn of it."""
    t = path.resolved.time if path.resolved else None
    if path.resolved is None or t is None:
        return
    if "turn" in e.slots:
        year = t.y is not None and t == Time(y=t.y)
        path.resolved.span = (Time(y=(t.y or 0) - 1, m=12), Time(y=t.y, m=1)) if year else None
        return
    if "week_of_month" in e.slots:
        last = bounds(t)
        first = last[0] + 7 * (e.slots["week_of_month"] - 1) if last else 0
        path.resolved.span = (of_day(first), of_day(min(first + 6, last[1]))) if last and first <= last[1] else None
        return
    unit = e.slots["part"]["unit"]
    path.resolved.span = edge_of(t, unit, e.slots["edge"])
    if path.resolved.span is None or unit != "D":
        return
    day = path.resolved.time = path.resolved.span[0]
    if path.last_from == index:
        path.last, path.day, path.day_from = day, day, index
    if path.story_from == index:
        path.story = day
