"""The actors of one document as they are found: what the knowledge base has of them and how the text names them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.actors.knowledge import Entity, Knowledge, Role
from pipeline.actors.lexicon import Lexicon
from pipeline.actors.moments import Moments, year_of
from pipeline.actors.names import key
from pipeline.actors.own import OwnActors
from pipeline.actors.tokens import Tokens


@dataclass(slots=True)
class Referent:
    """An actor of one document: what is known of it and how the text names it."""

    id: str
    name: str
    type: str
    country: str = ""
    gender: str = ""
    known: bool = False
    wikidata: str = ""
    cow: str = ""
    words: tuple[str, ...] = ()
    seen: Counter[str] = field(default_factory=Counter)
    places: list[int] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    offices: list[tuple[tuple[str, ...], str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Link:
    """Where a mention leads, and why."""

    actors: list[str]
    method: str


def name_words(name: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The words of a personal name by which it is compared, generational suffixes left out.

    A ruler's number stays: `George III` is no George Washington.
    """
    words = key_words(name)
    while len(words) > 1 and words[-1] in lexicon.suffix_keys and (len(words) > 2 or words[-1] in ("jr", "sr")):
        words = words[:-1]
    return words


@lru_cache(maxsize=20_000)
def key_words(name: str) -> tuple[str, ...]:
    """The words of a name's key."""
    return tuple(key(name).split())


def is_short_for(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether a name can be a shorter form of a person's full name.

    Examples
    --------
    >>> is_short_for(("dulles",), ("john", "foster", "dulles")), is_short_for(("j", "dulles"), ("john", "dulles"))
    (True, True)
    >>> is_short_for(("abdul", "rahman", "arif"), ("abdul", "salam", "arif"))
    False
    """
    if not short or len(short) > len(full) or short[-1] != full[-1]:
        # A given name alone ("Saddam") also serves.
        return len(short) == 1 and len(full) > 1 and short[0] == full[0] and len(short[0]) > 2
    at = 0
    for word in short[:-1]:
        while at < len(full) - 1 and not (
            full[at] == word or (min(len(word), len(full[at])) == 1 and full[at][0] == word[0])
        ):
            at += 1
        if at >= len(full) - 1:
            return False
        at += 1
    return True


class Referents:
    """The actors of one document, by id and by name."""

    def __init__(self, tokens: Tokens, kb: Knowledge, lexicon: Lexicon, own: OwnActors, moments: Moments) -> None:
        self.t, self.kb, self.lexicon, self.own, self.moments = tokens, kb, lexicon, own, moments
        self.referents: dict[str, Referent] = {}
        self._by_key: dict[str, list[str]] = {}
        self._by_word: dict[str, dict[str, Referent]] = {}
        self.countries: Counter[str] = Counter()

    def referent(self, actor_id: str) -> Referent:
        """The document's record of an actor of the knowledge base or the researcher's file; made when first needed."""
        actor_id = self.own.merged.get(actor_id, actor_id)
        found = self.referents.get(actor_id)
        if found is None:
            mine = self.own.actors.get(actor_id)
            if mine is not None:
                found = Referent(mine.id, mine.name, mine.type, mine.country, mine.gender, True, mine.wikidata, "")
            else:
                e = cached_entity(self.kb, actor_id)
                assert e is not None, actor_id
                gender = e.gender or (self.lexicon.given_names.get(e.name.split()[0], "") if e.type == "PERSON" else "")
                found = Referent(e.id, e.name, e.type, e.country, gender, True, e.wikidata, e.cow)
            found.words = name_words(found.name, self.lexicon)
            self._index(found, found.words)
            self.referents[found.id] = found
        return found

    def local(self, text: str, kind: str, country: str = "", gender: str = "") -> Referent:
        """An actor that only the texts know; its id comes from its name, type and country."""
        kind = kind or "ORGANIZATION"
        slug = key(text).replace(" ", "-")
        identity = f"local:{slug}:{kind.lower()}" + (f":{country.lower()}" if country else "")
        identity = self.own.merged.get(identity, identity)
        found = self.referents.get(identity)
        if found is None:
            found = Referent(identity, text, kind, country, gender, words=name_words(text, self.lexicon))
            self._index(found, found.words)
            self.referents[identity] = found
        return found

    def _index(self, r: Referent, words: tuple[str, ...]) -> None:
        for word in words:
            self._by_word.setdefault(word, {})[r.id] = r

    def sharing(self, words: tuple[str, ...]) -> list[Referent]:
        """The actors of the document with one of some words in a name of theirs, as the text or the knowledge base has
        it.
        """
        return list({i: r for word in dict.fromkeys(words) for i, r in self._by_word.get(word, {}).items()}.values())

    def spell(self, r: Referent, text: str, times: int = 1) -> None:
        """Remember that an actor goes by a name."""
        r.seen[text] += times
        self._index(r, key_words(text))

    def note(self, actor_id: str, text: str, token: int) -> None:
        """Remember that the text names an actor so, there."""
        r = self.referent(actor_id) if actor_id not in self.referents else self.referents[actor_id]
        r.places.append(token)
        if text:
            self.spell(r, text)
            k = key(text)
            ids = self._by_key.setdefault(k, [])
            if r.id in ids:
                ids.remove(r.id)
            ids.append(r.id)
        if r.country:
            self.countries[r.country] += 1

    def called(self, text: str) -> list[str]:
        """Actors that the text has called so, the latest last."""
        return self._by_key.get(key(text), [])


def countries_of(kb: Knowledge, r: Referent) -> set[str]:
    """The states that an actor belongs to or has served."""
    found = {role.country for role in cached_roles(kb, r.id)} if r.known and r.type == "PERSON" else set()
    return (found | {r.country, *(c for _, c, _ in r.offices)}) - {""}


# ------------------------------------------------------------- knowledge, remembered
_ENTITIES: dict[int, dict[str, Entity | None]] = {}
_ROLES: dict[int, dict[str, list[Role]]] = {}


def cached_entity(kb: Knowledge, actor_id: str) -> Entity | None:
    """`kb.entity`, remembered for as long as the process runs."""
    memory = _ENTITIES.setdefault(id(kb), {})
    if actor_id not in memory:
        memory[actor_id] = kb.entity(actor_id)
    return memory[actor_id]


def cached_roles(kb: Knowledge, actor_id: str) -> list[Role]:
    """`kb.roles`, remembered."""
    memory = _ROLES.setdefault(id(kb), {})
    if actor_id not in memory:
        memory[actor_id] = kb.roles(actor_id) if not actor_id.startswith("local:") else []
    return memory[actor_id]


def entity_country(kb: Knowledge, actor_id: str) -> str:
    """The country code of an entity."""
    e = cached_entity(kb, actor_id)
    return e.country if e else ""


def role_years(role: Role) -> tuple[int, int]:
    """First and last year of an office; an open end is four years away."""
    start = year_of(role.start) if role.start else None
    end = year_of(role.end) if role.end else None
    if start is None and end is None:
        return 0, 0
    return (start if start is not None else (end or 0) - 4, end if end is not None else (start or 0) + 4)


def active_years(kb: Knowledge, e: Entity) -> tuple[int | None, int | None]:
    """The years between which a person is known to have acted."""
    years = [y for r in cached_roles(kb, e.id) for y in role_years(r) if y]
    if e.start or e.end:
        born = year_of(e.start) + 25 if e.start else None
        died = year_of(e.end) if e.end else None
        years += [y for y in (born, died) if y is not None]
    return (min(years), max(years)) if years else (None, None)
