"""How likely a row is right in type, source, target and date: a logistic model whose weights are a data file."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import DataError
from pipeline.events.fill import Side
from pipeline.events.predicates import Predicate
from pipeline.paths import models_dir
from pipeline.schema import Event

#: What a mention with a lower score is.
_DOUBTS = (("unsure", 0.9), ("doubtful", 0.7))
#: Words of a long sentence, where parses go wrong.
_LONG = 35


@dataclass(slots=True)
class About:
    """What surrounds an event: its clause, its sentence, its text."""

    is_place: bool
    words: int
    first_person: bool
    is_present: bool
    #: Dependency of a verb's clause; empty of a noun.
    clause: str
    #: Whether a noun has nothing with it that tells whose event it is.
    bare: bool
    speech: bool


def features(event: Event, coding: float, source: Side, target: Side, predicate: Predicate, about: About) -> list[str]:
    """What is known about a row that bears on its being right; each name has a weight in the data file.

    Parameters
    ----------
    event : Event
        The row.
    coding : float
        How sure the entry of the ontology is of its type, 0 to 1.
    source, target : Side
        Its sides.
    predicate : Predicate
        Its trigger with the roles about it.
    about : About
        Its clause, sentence and text.
    """
    roles = predicate.roles
    found = [
        "bias",
        f"basis={event.date_basis}",
        f"type={event.event_type}",
        f"factuality={event.factuality}",
        "source=none" if not source.ids else f"source={source.how}",
        "target=none" if not target.ids else f"target={target.how}",
        "trigger=noun" if predicate.is_noun else "trigger=verb",
        f"coding={min(int(coding * 5), 4)}",
    ]
    for name, side in (("source", source), ("target", target)):
        if side.likely:
            found.append(f"{name}=likely {int(side.likely * 5)}")
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
    if source.ids and source.ids == target.ids:
        found.append("sides=same")
    for name, side, most in (("source", source, 2), ("target", target, 1)):
        found += [f"{name}={kind}" for kind in sorted({m.kind for m in side.mentions})]
        lowest = min((m.score for m in side.mentions), default=1.0)
        found += [f"{name}={doubt}" for doubt, limit in _DOUBTS if lowest < limit]
        if len(side.ids) > most:
            found.append(f"{name}=several")
    if about.clause:
        found.append(f"clause={about.clause}")
    if about.bare:
        found.append("noun=bare")
    if about.is_place:
        found.append("target=place")
    if about.words > _LONG:
        found.append("sentence=long")
    if about.first_person:
        found.append("first person")
    if about.is_present:
        found.append("present")
    if about.speech:
        found.append("speech")
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
