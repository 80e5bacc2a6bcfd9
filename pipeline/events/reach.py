"""How far a text reaches for parties that a sentence leaves out: numbers read from models/events/reach.toml."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from pipeline.errors import DataError
from pipeline.events.data import read_toml
from pipeline.paths import models_dir


@dataclass(frozen=True, slots=True)
class DiscourseReach:
    """What is kept in mind while a text is read; the data file says what each number means."""

    memory: int
    acts: int
    answer: int
    next: int
    half_life: float
    topic_lead: float


@dataclass(frozen=True, slots=True)
class StoryReach:
    """What the whole text may supply once it is read; the data file says what each number means."""

    reach: int
    close: int
    later: int
    answer: int
    window: int
    share: float
    half_life: float
    least: float
    after: float
    pair_lead: float


@dataclass(frozen=True, slots=True)
class Reach:
    """Both."""

    discourse: DiscourseReach
    story: StoryReach


@cache
def load_reach(path: Path | None = None) -> Reach:
    """Read the numbers.

    Raises
    ------
    DataError
        When the file is missing, is no TOML, or a number is missing, unknown, negative or of another kind.

    Examples
    --------
    >>> load_reach().story.reach
    8
    """
    path = path or models_dir() / "events" / "reach.toml"
    raw = read_toml(path)
    discourse = _numbers(path, "discourse", raw, {f.name: str(f.type) for f in fields(DiscourseReach)})
    story = _numbers(path, "story", raw, {f.name: str(f.type) for f in fields(StoryReach)})
    return Reach(DiscourseReach(**discourse), StoryReach(**story))  # type: ignore[arg-type]


def _numbers(path: Path, section: str, raw: dict[str, object], kinds: dict[str, str]) -> dict[str, float]:
    """The numbers of a section, each of its kind."""
    table = raw.get(section)
    if not isinstance(table, dict):
        raise DataError(f"{path}: [{section}] is missing")
    for name in sorted({*table} ^ {*kinds}):
        raise DataError(f"{path}: {section}.{name} is {'unknown' if name in table else 'missing'}")
    for name, value in table.items():
        whole = kinds[name] == "int"
        right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not right or value < 0:
            raise DataError(
                f"{path}: {section}.{name} must be a {'whole ' if whole else ''}number that is not negative"
            )
    return dict(table)
