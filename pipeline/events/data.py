"""Cue words of the events stage, read from models/events/cues.toml and checked on load."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.errors import DataError
from pipeline.paths import models_dir

FACTUALITIES = ("negated", "planned", "threatened", "denied", "alleged", "hypothetical", "asserted")


@dataclass(frozen=True)
class Cues:
    """Word lists that steer arguments, dating and attribution, and what each governor makes of an event."""

    subject_control: frozenset[str]
    support_verbs: frozenset[str]
    concluding: frozenset[str]
    repelling: frozenset[str]
    undergoer_verbs: frozenset[str]
    object_control: frozenset[str]
    inflicted: frozenset[str]
    object_gerund: frozenset[str]
    company: frozenset[str]
    doer_of: frozenset[str]
    suffered: frozenset[str]
    belongings: frozenset[str]
    heading: frozenset[str]
    membership: frozenset[str]
    assemblies: frozenset[str]
    waters: frozenset[str]
    backing: frozenset[str]
    replies: frozenset[str]
    services: frozenset[str]
    governments: frozenset[str]
    bilateral_types: frozenset[str]
    bilateral: frozenset[str]
    domestic: frozenset[str]
    posts: frozenset[str]
    first_person: frozenset[str]
    speakers: frozenset[str]
    deontic: frozenset[str]
    able_to: frozenset[str]
    rights: frozenset[str]
    hopes: frozenset[str]
    proposals: frozenset[str]
    documents: frozenset[str]
    conditional: frozenset[str]
    warlike: frozenset[str]
    making: frozenset[str]
    aloof: frozenset[str]
    attackers: frozenset[str]
    addressed: frozenset[str]
    abroad: frozenset[str]
    harmful: frozenset[str]
    inward: frozenset[str]
    demanding: frozenset[str]
    answering: frozenset[str]
    reacting: frozenset[str]
    deeds: frozenset[str]
    quarrels: frozenset[str]
    dealings: frozenset[str]
    opposing: frozenset[str]
    mediating: frozenset[str]
    mediation: frozenset[str]
    couples: frozenset[str]
    pairs: frozenset[str]
    negotiators: frozenset[str]
    talks: frozenset[str]
    warfare: frozenset[str]
    victims: frozenset[str]
    institutions: frozenset[str]
    domestic_types: frozenset[str]
    links: tuple[str, ...]
    origins: frozenset[str]
    place_prepositions: frozenset[str]
    presupposing: frozenset[str]
    edges: frozenset[str]
    telling: frozenset[str]
    remembering: frozenset[str]
    spans: frozenset[str]
    standing: frozenset[str]
    relational: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    circumstance: frozenset[str]
    manner: frozenset[str]
    temporal: frozenset[str]
    phases: frozenset[str]
    simultaneous: frozenset[str]
    at_once: frozenset[str]
    naming: frozenset[str]
    say: frozenset[str]
    according: frozenset[str]
    content: frozenset[str]
    intends: frozenset[str]
    modal: frozenset[str]
    future: frozenset[str]
    factive: frozenset[str]
    able: frozenset[str]
    ordering: frozenset[str]
    letting: frozenset[str]
    forces: frozenset[str]
    governors: dict[str, str]


_SECTIONS = {
    "arguments": (
        "subject_control",
        "support_verbs",
        "concluding",
        "repelling",
        "undergoer_verbs",
        "object_control",
        "inflicted",
        "object_gerund",
        "company",
        "doer_of",
        "suffered",
        "belongings",
        "heading",
        "membership",
        "assemblies",
        "waters",
        "backing",
        "replies",
        "services",
        "governments",
        "bilateral_types",
        "bilateral",
        "domestic",
        "posts",
        "first_person",
        "speakers",
        "deontic",
        "able_to",
        "rights",
        "hopes",
        "proposals",
        "documents",
        "conditional",
        "warlike",
        "making",
        "aloof",
        "attackers",
        "addressed",
        "abroad",
        "harmful",
        "inward",
        "demanding",
        "answering",
        "reacting",
        "deeds",
        "quarrels",
        "dealings",
        "opposing",
        "mediating",
        "mediation",
        "couples",
        "pairs",
        "negotiators",
        "talks",
        "warfare",
        "victims",
        "institutions",
        "domestic_types",
        "links",
        "origins",
        "place_prepositions",
        "presupposing",
        "edges",
        "telling",
        "remembering",
        "spans",
        "standing",
        "relational",
    ),
    "dating": ("before", "after", "circumstance", "manner", "temporal", "phases", "simultaneous", "at_once", "naming"),
    "attribution": ("say", "according"),
    "factuality": (
        *FACTUALITIES,
        "content",
        "intends",
        "modal",
        "future",
        "factive",
        "able",
        "ordering",
        "letting",
        "forces",
    ),
}


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file of the events' data holds.

    Raises
    ------
    DataError
        When the file is missing or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not valid TOML ({error})") from error


@cache
def load_cues(path: Path | None = None) -> Cues:
    """Read the cue words.

    Raises
    ------
    DataError
        When the file is missing, is no TOML, or a list is missing, unknown or holds something else than words.

    Examples
    --------
    >>> load_cues().governors["deny"]
    'denied'
    """
    path = path or models_dir() / "events" / "cues.toml"
    raw = read_toml(path)
    lists: dict[str, list[str]] = {}
    for section, names in _SECTIONS.items():
        found = raw.get(section, {})
        for name in sorted(set(found) ^ set(names)):
            problem = "unknown list" if name in found else "missing list"
            raise DataError(f"{path}: [{section}] {problem} {name}")
        for name in names:
            if not isinstance(found[name], list) or not all(isinstance(w, str) for w in found[name]):
                raise DataError(f"{path}: [{section}] {name} must be a list of words")
            lists[name] = found[name]
    governors = {word: value for value in reversed(FACTUALITIES) for word in lists.pop(value)}
    links = tuple(lists.pop("links"))
    return Cues(governors=governors, links=links, **{k: frozenset(v) for k, v in lists.items()})
