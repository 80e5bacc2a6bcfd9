"""A researcher's own actors: new ones, other names, merges, splits and names never to link, from a TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.actors.lexicon import TYPES
from pipeline.actors.names import key, word_key
from pipeline.errors import DataError


@dataclass(frozen=True, slots=True)
class OwnActor:
    """An actor that the researcher's file defines."""

    id: str
    name: str
    type: str
    country: str
    gender: str
    wikidata: str


@dataclass(slots=True)
class OwnActors:
    """What the file says: `names` leads normalised names to ids, `merged` ids to ids."""

    actors: dict[str, OwnActor] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    spelled: dict[str, list[str]] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    never: frozenset[str] = frozenset()


_FIELDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "actor": (frozenset({"name", "type"}), frozenset({"id", "aliases", "country", "gender", "wikidata"})),
    "alias": (frozenset({"actor", "names"}), frozenset()),
    "merge": (frozenset({"keep", "drop"}), frozenset()),
    "split": (frozenset({"names", "into"}), frozenset({"type", "country", "gender"})),
}


def _line(text: str, table: str, number: int) -> int:
    """Line of the n-th `[[table]]` header."""
    places = [m.start() for m in re.finditer(rf"(?m)^\s*\[\[\s*{re.escape(table)}\s*\]\]", text)]
    return (
        text.count("\n", 0, places[number] + len(text[places[number] :]) - len(text[places[number] :].lstrip())) + 1
        if number < len(places)
        else 1
    )


def _strings(where: str, row: dict[str, Any], name: str) -> list[str]:
    value = row.get(name, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(v, str) and key(v) for v in values):
        raise DataError(f"{where}: {name} must be a name or a list of names")
    return values


def slug(name: str) -> str:
    """The id that an actor of this name gets when the file gives none."""
    return key(name).replace(" ", "-")


def parse_own(text: str, path: str, known: Any = None) -> OwnActors:
    """Read the words of a file of own actors.

    Parameters
    ----------
    text : str
        TOML with `[[actor]]`, `[[alias]]`, `[[merge]]`, `[[split]]` tables and a list `never`.
    path : str
        For messages.
    known : Knowledge, optional
        To check the ids that aliases and merges name, which may also be names that the knowledge base leads to one
        actor.

    Raises
    ------
    DataError
        When something is wrong; the message names the line.

    Examples
    --------
    >>> own = parse_own('[[actor]]\\nname = "Acme Mining"\\ntype = "COMPANY"\\naliases = ["Acme"]', "actors.toml")
    >>> own.names["acme"], own.actors["acme-mining"].type
    ('acme-mining', 'COMPANY')
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path}: {error}; correct that line") from error
    own = OwnActors()
    for name in table:
        if name not in (*_FIELDS, "never"):
            line = next(
                (i for i, row in enumerate(text.splitlines(), 1) if re.match(rf"\s*\[*\s*{re.escape(name)}\b", row)), 1
            )
            raise DataError(f"{path}: line {line}: unknown table {name!r}; use {', '.join(_FIELDS)} or never")
    rows: list[tuple[str, str, dict[str, Any]]] = []
    for name, (needed, more) in _FIELDS.items():
        entries = table.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(x, dict) for x in entries):
            raise DataError(f"{path}: write each {name} as a table of its own, [[{name}]]")
        for number, row in enumerate(entries):
            where = f"{path}: line {_line(text, name, number)}: [[{name}]]"
            missing = sorted(needed - row.keys())
            if missing:
                raise DataError(f"{where} lacks {', '.join(missing)}")
            wrong = sorted(row.keys() - needed - more)
            if wrong:
                raise DataError(
                    f"{where} has an unknown entry {wrong[0]!r}; it may hold {', '.join(sorted(needed | more))}"
                )
            rows.append((name, where, row))

    def actor_id(where: str, value: Any) -> str:
        if not isinstance(value, str) or not value:
            raise DataError(f"{where}: an actor is named by its id or name")
        if value in own.actors or value.startswith("local:"):
            return value
        if key(value) in own.names:
            return own.names[key(value)]
        if known is None:
            return value
        if known.entity(value) is not None:
            return value
        found = sorted({c.entity_id for c in known.lookup(value) if c.kind in ("name", "short", "acronym", "variant")})
        if len(found) == 1:
            return str(found[0])
        remedy = f"it can mean {', '.join(found[:5])}; give the id" if found else "`regesta knowledge search` finds ids"
        raise DataError(f"{where}: no actor {value!r}; {remedy}")

    def call(where: str, identity: str, names: list[str]) -> None:
        for n in names:
            other = own.names.get(key(n))
            if other is not None and other != identity:
                raise DataError(f"{where}: the name {n!r} already leads to {other}")
            own.names[key(n)] = identity
            own.spelled.setdefault(identity, []).append(n)

    def define(where: str, row: dict[str, Any], name: str, kind: str) -> str:
        if kind not in TYPES:
            raise DataError(f"{where}: type {kind!r} is none of {', '.join(TYPES)}")
        identity = str(row.get("id") or slug(name))
        if not identity:
            raise DataError(f"{where}: the name has no letters")
        if identity in own.actors:
            raise DataError(f"{where}: a second actor with the id {identity!r}")
        own.actors[identity] = OwnActor(
            identity, name, kind, str(row.get("country", "")), str(row.get("gender", "")), str(row.get("wikidata", ""))
        )
        return identity

    for name, where, row in rows:
        if name == "actor":
            (title,) = _strings(where, row, "name")[:1] or ("",)
            call(where, define(where, row, title, str(row["type"])), [title, *_strings(where, row, "aliases")])
        elif name == "alias":
            call(where, actor_id(where, row["actor"]), _strings(where, row, "names"))
        elif name == "merge":
            keep = actor_id(where, row["keep"])
            for dropped in _strings(where, row, "drop"):
                gone = actor_id(where, dropped)
                if gone == keep:
                    raise DataError(f"{where}: {dropped!r} is {keep!r} already")
                own.merged[gone] = keep
        else:
            (title,) = _strings(where, row, "into")[:1] or ("",)
            identity = define(where, row, title, str(row.get("type", "PERSON")))
            call(where, identity, list(dict.fromkeys([title, *_strings(where, row, "names")])))
    for first in own.merged:
        chain, at = [first], own.merged[first]
        while at in own.merged:
            if at in chain:
                raise DataError(f"{path}: merges lead in a circle: {' -> '.join([*chain, at])}")
            chain.append(at)
            at = own.merged[at]
    never = table.get("never", [])
    if not isinstance(never, list) or not all(isinstance(x, str) for x in never):
        raise DataError(f"{path}: never must be a list of names")
    own.never = frozenset(key(x) for x in never)
    return own


def spans(own: OwnActors, words: list[str]) -> Iterator[tuple[int, int]]:
    """Where words are a name of several words that the file gives, descriptions in small letters included.

    Examples
    --------
    >>> own = parse_own('[[actor]]\\nname = "Old Fox"\\ntype = "PERSON"\\naliases = ["the man of steel"]', "a.toml")
    >>> list(spans(own, "So the man of steel spoke".split()))
    [(2, 5)]
    """
    if not own.names:
        return
    names: dict[str, list[list[str]]] = {}
    for name in sorted(own.names, key=lambda n: (-len(n.split()), n)):
        parts = name.split()
        if len(parts) > 1:
            names.setdefault(parts[0], []).append(parts)
    keys = [word_key(w) for w in words] if names else []
    i = 0
    while i < len(keys):
        end = next((e for parts in names.get(keys[i], []) if (e := _spelled(parts, keys, i))), 0)
        if end:
            yield i, end
        i = end or i + 1


def _spelled(parts: list[str], keys: list[str], i: int) -> int:
    """End of the words of a name that begin at a token, tokens that are punctuation left out; 0 if they do not."""
    for part in parts:
        while i < len(keys) and not keys[i]:
            i += 1
        if i >= len(keys) or keys[i] != part:
            return 0
        i += 1
    return i


@lru_cache(maxsize=8)
def _read(path: str, stamp: tuple[int, int], kb: Any) -> OwnActors:
    return parse_own(Path(path).read_text(encoding="utf-8"), path, kb)


def load_own(path: str, kb: Any = None) -> OwnActors:
    """Read a researcher's file of actors; an empty path means there is none.

    Raises
    ------
    DataError
        When the file cannot be read or something in it is wrong.
    """
    if not path:
        return OwnActors()
    try:
        stat = Path(path).stat()
        return _read(path, (stat.st_mtime_ns, stat.st_size), kb)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read ({error}); give the path of a TOML file") from error
