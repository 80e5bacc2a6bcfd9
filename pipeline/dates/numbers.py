"""Numbers written out: runs of number words become one (`twenty-five`, `two and a half`, `nineteen ninety-six`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.dates.cascade import Item


def _word(item: Item) -> int | None:
    cats = item.cats
    return cats["NUMBERWORD"]["n"] if "NUMBERWORD" in cats else None


def merge_numbers(items: list[Item]) -> list[Item]:
    """Replace each run of number words by one item; other items stay.

    Parameters
    ----------
    items : list of Item
        An island as the lexer makes it.
    """
    if not any("NUMBERWORD" in x.cats for x in items):
        return items
    out: list[Item] = []
    i = 0
    while i < len(items):
        if _word(items[i]) is None:
            out.append(items[i])
            i += 1
            continue
        values = [_word(items[i]) or 0]
        ordinal = None
        j = i + 1
        while j < len(items):
            step = 1 if _word(items[j]) is not None else 0
            if not step and j + 1 < len(items) and values[-1] >= 20:
                joined = "DASH" in items[j].cats or ("and" in items[j].cats and values[-1] >= 100)
                if joined and _word(items[j + 1]) is not None:
                    step = 2
                elif (
                    joined and "DASH" in items[j].cats and 1 <= items[j + 1].cats.get("ORDINAL", {}).get("ord", 99) <= 9
                ):
                    ordinal = items[j + 1].cats["ORDINAL"]["ord"]
                    j += 2
                    break
            if not step or not _joins(values, _word(items[j + step - 1]) or 0):
                break
            values.append(_word(items[j + step - 1]) or 0)
            j += step
        n = combine(values)
        cats: dict[str, dict[str, object]] = {"NUMBERWORD": {"n": n}}
        if ordinal is not None:
            cats = {"ORDINAL": {"ord": n + ordinal}}
            if n + ordinal <= 31:
                cats["ORDDAY"] = {"d": n + ordinal}
        elif len(values) >= 2 and 1100 <= n <= 2099 and 11 <= values[0] <= 20:
            cats["YEARWORD"] = {"y": n}
        kept = items[i].cats if j == i + 1 else cats
        out.append(_span(items[i], items[j - 1], kept))
        i = j
    return out


def _span(first: Item, last: Item, cats: dict[str, dict[str, object]]) -> Item:
    return type(first)(first.start, last.end, first.token_start, last.token_end, cats)


def _joins(values: list[int], n: int) -> bool:
    last = values[-1]
    if n in (100, 1000):
        return last < n
    if last >= 100:
        return n < 100
    if 20 <= last < 100 and last % 10 == 0 and 1 <= n <= 9:
        return True
    return len(values) == 1 and 11 <= last <= 20 and 10 <= n < 100


def combine(values: list[int]) -> int:
    """The number that a run of number words means.

    Examples
    --------
    >>> combine([2, 100, 40, 2])
    242
    >>> combine([19, 90, 6])
    1996
    """
    total, group = 0, 0
    for k, n in enumerate(values):
        if n == 1000:
            total, group = total + (group or 1) * 1000, 0
        elif n == 100:
            group = (group or 1) * 100
        elif k == 1 and 11 <= values[0] <= 20 and n >= 10:
            group = group * 100 + n
        else:
            group += n
    return total + group
