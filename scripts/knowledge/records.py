"""What a source says, before it is merged: entities, persons, their names and their offices."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from pipeline.actors.names import is_acronym, key

ISO = re.compile(r"-?\d{4}(-\d\d(-\d\d)?)?")


@dataclass(slots=True)
class AliasRecord:
    """A name, what kind of name it is, and when it was in use."""

    name: str
    kind: str = "variant"
    start: str = ""
    end: str = ""


@dataclass(slots=True)
class RoleRecord:
    """An office held, as one source has it; places are codes of states or ids of bodies."""

    office: str
    title: str = ""
    country: str = ""
    body: str = ""
    start: str = ""
    end: str = ""
    start_basis: str = "open"
    end_basis: str = "open"
    to_country: str = ""


@dataclass(slots=True)
class EntityRecord:
    """An entity that is no person; `source` is the key under which the lock file remembers its id."""

    source: str
    name: str
    type: str
    country: str = ""
    wikidata: str = ""
    cow: str = ""
    start: str = ""
    end: str = ""
    prominence: float = 0.3
    aliases: list[AliasRecord] = field(default_factory=list)
    relations: list[tuple[str, str]] = field(default_factory=list)
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    id: str = ""


@dataclass(slots=True)
class PersonRecord:
    """A person as one source, or after merging all sources, knows them."""

    sources: list[str]
    name: str
    surname: str
    aliases: list[AliasRecord] = field(default_factory=list)
    roles: list[RoleRecord] = field(default_factory=list)
    country: str = ""
    gender: str = ""
    born: str = ""
    died: str = ""
    wikidata: str = ""
    weight: float = 0.0
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    id: str = ""


def basis(date: str) -> str:
    """How exactly an ISO date is known.

    >>> basis("1958-07-14"), basis("1958"), basis("")
    ('exact', 'year', 'open')
    """
    return {0: "open", 1: "year", 2: "month", 3: "exact"}[len(date.lstrip("-").split("-")) if date else 0]


def slug(name: str) -> str:
    """A readable id for a name.

    >>> slug("Abd al-Karim Qasim"), slug("Côte d'Ivoire")
    ('abd-al-karim-qasim', 'cote-divoire')
    """
    return key(name).replace(" ", "-")[:80].strip("-") or "x" + "".join(f"{ord(c):x}" for c in name)[:12]


def alias_kind(name: str) -> str:
    """The kind of an alias nothing else is known about."""
    return "acronym" if is_acronym(name) else "variant"


def tidy(text: str) -> str:
    """Text with single spaces and without stray punctuation at its ends."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip(" ,;:")
