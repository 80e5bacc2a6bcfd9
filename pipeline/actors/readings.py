"""Readings of a description and how probable each is: a log-linear model whose weights are plain numbers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import exp
from pathlib import Path

from pipeline.actors.discourse import Found
from pipeline.actors.ranker import dot
from pipeline.errors import DataError
from pipeline.paths import models_dir

OF_FAMILY, OF_FORM = 1.0, 0.7
"""Values by which a feature also counts with the family, and with the form, of its phrase."""


@dataclass(slots=True)
class Reading:
    """Whom a phrase of some form may mean: actors (none for nothing), why, and what speaks for it."""

    actors: tuple[str, ...]
    method: str
    features: list[tuple[str, float]] = field(default_factory=list)
    found: Found | None = None
    form: str = ""


def probabilities(readings: Sequence[Reading], weights: Mapping[str, dict[str, float]]) -> list[float]:
    """How probable each reading is, by the weights of each form of phrase."""
    scores = [dot(weights[r.form], r.features) for r in readings]
    top = max(scores)
    odds = [exp(s - top) for s in scores]
    total = sum(odds)
    return [o / total for o in odds]


def choose(readings: Sequence[Reading], bridges: Bridging) -> Reading | None:
    """The likeliest reading other than nothing (which is the first), None where none is likely enough."""
    if len(readings) < 2:
        return None
    said = probabilities(readings, bridges.weights)
    best = max(range(1, len(readings)), key=lambda k: said[k])
    return readings[best] if said[best] >= bridges.threshold else None


class Weights(dict[str, dict[str, float]]):
    """The weights by form of phrase: a feature's own and what it weighs more or less with that family and form."""

    def __init__(self, plain: Mapping[str, float]) -> None:
        super().__init__()
        self.plain = plain

    def __missing__(self, form: str) -> dict[str, float]:
        found: dict[str, float] = {}
        share = {"": 1.0, form.split()[0]: OF_FAMILY, form: OF_FORM}
        for name, weight in self.plain.items():
            of, _, feature = name.rpartition(": ")
            if of in share:
                found[feature] = found.get(feature, 0.0) + weight * share[of]
        self[form] = found
        return found


@dataclass(frozen=True, slots=True)
class Bridging:
    """The weights, and the probability from which a reading is given."""

    threshold: float
    weights: Weights


@cache
def load_bridges(folder: str = "") -> Bridging:
    """The weights of the readings of descriptions; `officials: told` weighs for officials only.

    Raises
    ------
    DataError
        When the file is missing or holds something else than numbers.
    """
    path = (Path(folder) if folder else models_dir() / "actors") / "bridges.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return Bridging(float(table["threshold"]), Weights({k: float(v) for k, v in table["weights"].items()}))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path}: {error}; write it anew with scripts/learn_nominals.py") from error
