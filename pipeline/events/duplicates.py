"""Events told twice: the later rows point to the first telling."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.schema import Event

ASSERTED_ONLY = frozenset({"asserted"})


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
    buckets: dict[tuple[str, str], list[Event]] = {}
    for e in events:
        if e.factuality not in ASSERTED_ONLY or not e.date_start:
            continue
        bucket = buckets.setdefault((e.event_type, stem(e.trigger)), [])
        for first in bucket:
            if same_event(first, e):
                e.duplicate_of = first.event_id
                break
        else:
            bucket.append(e)


def stem(trigger: str) -> str:
    """The start of a trigger's first word: what "invaded" and "invasion" share."""
    return trigger.split()[0].casefold()[:4]


def same_event(a: Event, b: Event) -> bool:
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


def _loose(e: Event) -> bool:
    return e.date_basis not in ("clause", "sentence")


def _compatible(a: Iterable[str], b: Iterable[str]) -> bool:
    """Whether two sides may be the same: one unknown, or at least one actor in common."""
    a, b = set(a), set(b)
    return not a or not b or bool(a & b)
