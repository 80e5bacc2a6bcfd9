"""Events told twice: the later rows point to the first telling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge

from pipeline.schema import Event

ASSERTED_ONLY = frozenset({"asserted"})


@dataclass(slots=True)
class Telling:
    """An event's row without what does not matter here."""

    event_id: str
    event_type: str
    trigger: str
    sentence_id: str
    date_start: str
    date_end: str
    date_basis: str
    factuality: str
    source_ids: list[str]
    target_ids: list[str]


#: A row, whole or without what does not matter here.
Told = Event | Telling


def find_duplicates(events: list[Event]) -> None:
    """Set `duplicate_of` where two rows tell the same event; rows of several documents may be given at once.

    Two rows are one event when their type is the same, both are asserted, their words share a stem, they have the same
    day (or one has a day inside the other's month or year, both sides known), and their sides are compatible. Rows with
    different days are never joined.

    Parameters
    ----------
    events : list of Event
        In order; changed in place.
    """
    kinds: dict[tuple[str, str], list[tuple[int, Event]]] = {}
    for i, e in enumerate(events):
        kinds.setdefault((e.event_type, stem(e.trigger)), []).append((i, e))
    for rows in kinds.values():
        for i, first in duplicates(rows):
            events[i].duplicate_of = first


def duplicates(tellings: Iterable[tuple[int, Told]]) -> Iterator[tuple[int, str]]:
    """Rows that tell an event again, and the id of its first telling.

    Parameters
    ----------
    tellings : iterable of (int, row)
        Numbered rows, in order of their numbers within a type and stem, and rows of one type and stem together.

    Yields
    ------
    tuple of int and str
        The number of a row, and the id of the first telling.
    """
    kind: tuple[str, str] | None = None
    seen = _Seen()
    for number, e in tellings:
        if e.factuality not in ASSERTED_ONLY or not e.date_start:
            continue
        if kind != (now := (e.event_type, stem(e.trigger))):
            kind, seen = now, _Seen()
        first = next((f for f in seen.near(e) if same_event(f, e)), None)
        if first is None:
            seen.add(e)
        else:
            yield number, first.event_id


class _Seen:
    """First tellings of one type and stem by actor and year; rows that share none of them are never one event."""

    def __init__(self) -> None:
        self._firsts: list[Told] = []
        self._by: dict[tuple[str, str], list[int]] = {}

    def add(self, e: Told) -> None:
        """Remember a first telling."""
        for actor in {*e.source_ids, *e.target_ids}:
            for time in (_year(e), "any"):
                self._by.setdefault((actor, time), []).append(len(self._firsts))
        self._firsts.append(e)

    def near(self, e: Told) -> Iterator[Told]:
        """First tellings that may be the same event, in order."""
        times = (_year(e), "long") if _year(e) != "long" else ("any",)
        lists = [self._by.get((actor, time), []) for actor in {*e.source_ids, *e.target_ids} for time in times]
        last = -1
        for i in merge(*lists):
            if i != last:
                yield self._firsts[i]
            last = i


def _year(e: Told) -> str:
    """The year in which an event happened, "long" when it may have been one of several."""
    year = e.date_start.rsplit("-", 2)[0]
    return year if year == e.date_end.rsplit("-", 2)[0] else "long"


def stem(trigger: str) -> str:
    """The start of a trigger's first word: what "invaded" and "invasion" share."""
    return (trigger.split() or [""])[0].casefold()[:4]


def same_event(a: Told, b: Told) -> bool:
    """Whether two rows of one type tell one event."""
    if a.sentence_id == b.sentence_id:
        return False
    if (a.date_start, a.date_end) != (b.date_start, b.date_end):
        nested = (a.date_start <= b.date_start and b.date_end <= a.date_end) or (
            b.date_start <= a.date_start and a.date_end <= b.date_end
        )
        if not nested or _loose(a) or _loose(b):
            return False
        if not (a.source_ids and b.source_ids and a.target_ids and b.target_ids):
            return False
    elif a.date_start != a.date_end and not (a.source_ids and b.source_ids and a.target_ids and b.target_ids):
        return False
    return (
        _compatible(a.source_ids, b.source_ids)
        and _compatible(a.target_ids, b.target_ids)
        and bool(set(a.source_ids + a.target_ids) & set(b.source_ids + b.target_ids))
    )


def _loose(e: Told) -> bool:
    return e.date_basis not in ("clause", "sentence")


def _compatible(a: Iterable[str], b: Iterable[str]) -> bool:
    """Whether two sides may be the same: one unknown, or at least one actor in common."""
    a, b = set(a), set(b)
    return not a or not b or bool(a & b)
