"""How likely a row is right in type, source, target and date: a logistic model whose weights are a data file."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path

from pipeline.errors import DataError
from pipeline.events.arguments import Roles
from pipeline.events.fill import Side
from pipeline.paths import models_dir
from pipeline.schema import Event


def features(event: Event, coding: float, source: Side, target: Side, is_noun: bool, roles: Roles) -> list[str]:
    """What is known about a row that bears on its being right; each name has a weight in the data file."""
    found = [
        "bias",
        f"basis={event.date_basis}",
        f"factuality={event.factuality}",
        "source=none" if not source.ids else f"source={source.how}",
        "target=none" if not target.ids else f"target={target.how}",
        "trigger=noun" if is_noun else "trigger=verb",
        f"coding={min(int(coding * 5), 4)}",
    ]
    if not source.ids and source.text:
        found.append("source=unlinked")
    if not target.ids and target.text:
        found.append("target=unlinked")
    if roles.inherited:
        found.append("subject=implied")
    if roles.passive:
        found.append("passive")
    if not source.ids and not target.ids:
        found.append("sides=none")
    return found


def confidence_of(known: list[str]) -> float:
    """Probability that type, source, target and date are all right, from what `features` found."""
    weights = load_weights()
    z = sum(weights.get(f, 0.0) for f in known)
    return round(1 / (1 + math.exp(-z)), 3)


@cache
def load_weights(path: Path | None = None) -> dict[str, float]:
    """Read the weights.

    Raises
    ------
    DataError
        When the file is missing, is no TOML, or a weight is no number.
    """
    path = path or models_dir() / "events" / "confidence.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))["weights"]
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise DataError(f"{path}: not a table of weights ({error})") from error
    for name, value in raw.items():
        if not isinstance(value, int | float):
            raise DataError(f"{path}: weight {name} must be a number")
    return {name: float(value) for name, value in raw.items()}
