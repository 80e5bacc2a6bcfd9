"""The knowledge base of actors: who is called what, who held which office when, and which state a word stands for.

The tables under `models/knowledge` are built by `scripts/knowledge` from open sources; this module only reads them.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.actors.names import is_acronym, key, skeleton, word_key
from pipeline.errors import DataError
from pipeline.paths import models_dir

OPEN_YEARS = 4
"""How long an office is taken to be held where a source leaves out its beginning or its end."""

_STATE_TYPES = ("STATE",)
_DEMONYM_KINDS = ("demonym_adj", "demonym_people")
_TABLES = ("entities", "aliases", "roles", "relations", "skeletons")
_PAUSES = frozenset((",", ";", ":"))
_GENERATIONS = ("jr", "sr")
_LONG_AGO, _FAR_OFF = -99_999_999, 99_999_999


@dataclass(frozen=True, slots=True)
class Entity:
    """An actor, place or event that texts name."""

    id: str
    name: str
    type: str
    country: str
    wikidata: str
    cow: str
    start: str
    end: str
    gender: str
    prominence: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a name can mean, and when it can."""

    entity_id: str
    alias: str
    kind: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Role:
    """An office and who held it; dates are ISO, to the day, month or year that the source gives, or empty.

    `country` and `to_country` are codes as in `Entity.country`. The bases say how each end is known: `exact`, `month`,
    `year`, `volume` (the years of the document collection that names the holder) or `open`.
    """

    person: str
    office: str
    title: str
    body: str
    country: str
    start: str
    end: str
    start_basis: str
    end_basis: str
    to_country: str


def _day(date: str, *, last: bool) -> int:
    """A sortable number for an ISO date of any precision, negative years included: its first or its last day."""
    sign = -1 if date.startswith("-") else 1
    year, _, rest = date.lstrip("-").partition("-")
    month, _, day = rest.partition("-")
    return sign * int(year) * 10_000 + int(month or (12 if last else 1)) * 100 + int(day[:2] or (31 if last else 1))


@lru_cache(maxsize=20_000)
def _span(start: str, end: str, *, open_years: int = 0) -> tuple[int, int]:
    """First and last day of a validity; an open end is for ever, or `open_years` after the other end."""
    first = _day(start, last=False) if start else _LONG_AGO
    final = _day(end, last=True) if end else _FAR_OFF
    if open_years and start and not end:
        final = first + open_years * 10_000
    elif open_years and end and not start:
        first = final - open_years * 10_000
    return first, final


class Knowledge:
    """The tables in memory, with an index for each kind of question.

    Examples
    --------
    >>> kb = load_knowledge()
    >>> kb.demonym("Iraqi"), kb.state("USA"), kb.capital_state("Moscow", "1962-10-22")
    ('iraq', 'united-states', 'soviet-union')
    >>> kb.holders("foreign_minister", "iraq", "1962-01-01", "1962-12-31")[0].person
    'hashim-jawad'
    """

    def __init__(self, folder: Path) -> None:
        tables: dict[str, pa.Table] = {}
        for name in _TABLES:
            path = folder / f"{name}.parquet"
            try:
                tables[name] = pq.ParquetFile(path).read()
            except (OSError, pa.ArrowInvalid) as error:
                raise DataError(f"{path}: cannot be read ({error}); build it with `make knowledge`") from error
        try:
            offices = tomllib.loads((folder / "offices.toml").read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise DataError(f"{folder / 'offices.toml'}: {error}") from error
        self._includes: dict[str, list[str]] = {o: v.get("includes", []) for o, v in offices["office"].items()}
        self._families: dict[str, list[str]] = {}
        for family in offices["successions"]["families"]:
            for code in family:
                others = self._families.setdefault(code, [code])
                others.extend(c for c in family if c not in others)

        entities = tables["entities"]
        self._columns = [entities[c].combine_chunks() for c in Entity.__slots__]
        self._ids: list[str] = entities["id"].to_pylist()
        self._row = {x: i for i, x in enumerate(self._ids)}
        self._made: dict[int, Entity] = {}
        self._prominence: list[float] = entities["prominence"].to_pylist()
        self._by_code: dict[str, list[str]] = {}
        is_state = pa.compute.is_in(entities["type"], pa.array(_STATE_TYPES))
        for x, code in zip(*(entities.filter(is_state)[c].to_pylist() for c in ("id", "country")), strict=True):
            self._by_code.setdefault(code, []).append(x)

        aliases = tables["aliases"]
        self._keys: list[str] = aliases["key"].to_pylist()  # in ascending order
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._alias_entity: list[int] = aliases["entity"].to_pylist()
        self._alias_columns: list[list[str]] = [aliases[c].to_pylist() for c in ("alias", "kind", "start", "end")]
        self._found: dict[str, tuple[list[Candidate], list[Candidate]]] = {}
        self._word_keys: dict[str, str] = {}

        self._skeletons: list[str] = tables["skeletons"]["skeleton"].to_pylist()
        self._skeleton_alias: list[int] = tables["skeletons"]["alias"].to_pylist()

        self._roles = tables["roles"]
        self._role_person: list[int] = self._roles["person"].to_pylist()  # in ascending order
        self._role_by_office: dict[tuple[str, str], list[int]] = {}
        seats = zip(*(self._roles[c].to_pylist() for c in ("office", "country", "body")), strict=True)
        for row, (office, country, body) in enumerate(seats):
            for seat in filter(None, (country, body)):
                self._role_by_office.setdefault((office, seat), []).append(row)
        self._seats: dict[tuple[str, str], list[tuple[int, int, int, Role]]] = {}
        self._asked = lru_cache(maxsize=4096)(self._holders)
        self._relations_of: dict[str, list[tuple[str, str]]] = {}
        for source, kind, target in zip(
            *(tables["relations"][c].to_pylist() for c in ("source", "kind", "target")), strict=True
        ):
            self._relations_of.setdefault(source, []).append((kind, target))
        self._alias_order: list[int] = []
        self._alias_owner: list[int] = []

    def _lengths_from(self, word: str) -> tuple[int, ...]:
        """The numbers of words of the keys that begin with a word, most first."""
        found = self._lengths.get(word)
        if found is None:
            first = bisect_left(self._keys, word)
            end = bisect_left(self._keys, word + "!", first)  # a blank is the first of all characters of keys
            counts = {k.count(" ") + 1 for k in self._keys[first:end]}
            found = self._lengths[word] = tuple(sorted(counts, reverse=True))
        return found

    def entity(self, id: str) -> Entity | None:
        """The entity of an id, or None."""
        row = self._row.get(id)
        if row is None:
            return None
        found = self._made.get(row)
        if found is None:
            found = self._made[row] = Entity(*(c[row].as_py() for c in self._columns))
        return found

    def entities(self) -> Iterator[Entity]:
        """Every entity, in order of ids."""
        return (e for x in self._ids if (e := self.entity(x)))

    def aliases(self, id: str) -> list[str]:
        """Every name of an entity, its canonical name first."""
        if not self._alias_order:
            order = np.argsort(self._alias_entity, kind="stable")
            self._alias_order = order.tolist()
            self._alias_owner = np.asarray(self._alias_entity)[order].tolist()
        row = self._row.get(id)
        if row is None:
            return []
        first, end = bisect_left(self._alias_owner, row), bisect_right(self._alias_owner, row)
        names = [self._alias_columns[0][a] for a in self._alias_order[first:end]]
        return list(dict.fromkeys([self._columns[1][row].as_py(), *names]))

    def _candidates(self, k: str, written: str) -> list[Candidate]:
        """What a key can mean; acronyms only where the text has no small letters (`us`, `who`, `start`)."""
        found = self._found.get(k)
        if found is None:
            every = self._read_candidates(range(bisect_left(self._keys, k), bisect_right(self._keys, k)))
            found = self._found[k] = (every, [c for c in every if not is_acronym(c.alias)])
        return found[0] if len(found[0]) == len(found[1]) or is_acronym(written) else found[1]

    def _read_candidates(self, rows: Iterable[int]) -> list[Candidate]:
        """Candidates of alias rows, the most prominent entity first, each entity and kind once."""
        best = sorted(rows, key=lambda r: (-self._prominence[self._alias_entity[r]], r))
        return [Candidate(self._ids[self._alias_entity[r]], *(c[r] for c in self._alias_columns)) for r in best]

    def lookup(self, name: str) -> list[Candidate]:
        """What a name can mean, the most prominent entity first.

        Parameters
        ----------
        name : str
            As written: accents, punctuation and case do not matter, but an acronym must be in capitals, so that the
            pronoun `us` is not the United States.
        """
        return self._candidates(key(name), name)

    def lookup_fuzzy(self, name: str) -> list[Candidate]:
        """Persons whose name of two or more words is another transliteration of this one (Qasim, Kassem)."""
        wanted = skeleton(name)
        at = bisect_left(self._skeletons, wanted)
        rows = []
        while wanted and at < len(self._skeletons) and self._skeletons[at] == wanted:
            rows.append(self._skeleton_alias[at])
            at += 1
        return self._read_candidates(rows)

    def roles(self, person_id: str) -> list[Role]:
        """The offices of a person, in order of time."""
        row = self._row.get(person_id, -1)
        first, end = bisect_left(self._role_person, row), bisect_right(self._role_person, row)
        return self._read_roles(self._roles.slice(first, end - first)) if first < end else []

    def _read_roles(self, part: pa.Table) -> list[Role]:
        columns = [part[c].to_pylist() for c in Role.__slots__]
        return [Role(self._ids[person], *rest) for person, *rest in zip(*columns, strict=True)]

    def holders(self, office: str, country: str, start: str, end: str, to_country: str = "") -> list[Role]:
        """Who held an office at some time between two dates, the likeliest first.

        Parameters
        ----------
        office : str
            As in `offices.toml`; an office also finds those that it includes there (`head_of_state` a `king`).
        country : str
            Id, code or name of the state (or organisation) whose office it is.
        start, end : str
            First and last day in question, ISO; months and years will do.
        to_country : str
            For envoys: where they served.
        """
        return self._asked(office, country, start, end, to_country)

    def _holders(self, office: str, country: str, start: str, end: str, to_country: str) -> list[Role]:
        code, to_code = self._code(country), self._code(to_country)
        codes, to_codes = self.family(code), self.family(to_code)
        first, final = _span(start, end or start)
        ranked = []
        offices = [office, *self._includes.get(office, [])]
        for distance, (seat, kind) in enumerate((seat, kind) for seat in codes for kind in offices):
            for low, high, row, role in self._role_spans((kind, seat)):
                if low > final or high < first or (to_code and role.to_country not in to_codes):
                    continue
                far = distance + (len(offices) if to_code and role.to_country != to_code else 0)
                ranked.append((self._fit(role, low, high, first, final, far), row, role))
        seen: set[str] = set()
        best = [role for _, _, role in sorted(ranked, key=lambda x: x[:2])]
        return [r for r in best if not (r.person in seen or seen.add(r.person))]  # type: ignore[func-returns-value]

    def _role_spans(self, seat: tuple[str, str]) -> list[tuple[int, int, int, Role]]:
        """The dated tenures of an office: first day, last day, row, role."""
        found = self._seats.get(seat)
        if found is None:
            rows = self._role_by_office.get(seat, [])
            roles = self._read_roles(self._roles.take(pa.array(rows, pa.int32()))) if rows else []
            found = self._seats[seat] = [
                (*_span(role.start, role.end, open_years=OPEN_YEARS), row, role)
                for row, role in zip(rows, roles, strict=True)
                if role.start or role.end
            ]
        return found

    def _fit(self, role: Role, low: int, high: int, first: int, final: int, distance: int) -> tuple[float, ...]:
        """How badly a tenure answers a question: vague dates, then little of the time asked for, then obscurity."""
        vague = sum(
            {"exact": 0, "month": 0, "year": 1, "open": 2, "volume": 3}[b] for b in (role.start_basis, role.end_basis)
        )
        shared = min(high, final) - max(low, first) + 1
        missed = 1 - shared / (final - first + 1)
        return (missed > 0.5, vague, distance, missed, -self._prominence[self._row[role.person]])

    def _code(self, country: str) -> str:
        """The code of a state given as id, code or name; the id of anything else."""
        if not country or country in self._by_code:
            return country
        if country in self._row and self._type(country) not in _STATE_TYPES:
            return country
        found = country if country in self._row else self.state(country)
        entity = self.entity(found) if found else None
        return entity.country if entity else country

    def _valid(self, candidate: Candidate, date: str) -> bool:
        """Whether a name was in use for an entity, and the entity there, on a date."""
        low, high = _span(candidate.start, candidate.end)
        entity = self._made.get(self._row[candidate.entity_id]) or self.entity(candidate.entity_id)
        born, gone = _span(entity.start, entity.end) if entity else (_LONG_AGO, _FAR_OFF)
        first, final = _span(date, date)
        return max(low, born) <= final and first <= min(high, gone)

    def _one(self, candidates: list[Candidate], date: str) -> str | None:
        """The first candidate valid on the date; without a date, or where none is valid, the first of all."""
        valid = [c for c in candidates if not date or self._valid(c, date)]
        return next((c.entity_id for c in [*valid, *candidates]), None)

    def demonym(self, word: str, date: str = "") -> str | None:
        """The state or people that a demonym stands for: `Iraqi`, `Soviets`, `Congolese` in 1961."""
        return self._one([c for c in self.lookup(word) if c.kind in _DEMONYM_KINDS], date)

    def state(self, code_or_name: str, date: str = "") -> str | None:
        """The state of a code or a name."""
        codes = [Candidate(x, code_or_name, "code", "", "") for x in self._by_code.get(code_or_name, [])]
        names = [c for c in self.lookup(code_or_name) if c.kind not in ("capital", "template", *_DEMONYM_KINDS)]
        return self._one(codes + [c for c in names if self._type(c.entity_id) in _STATE_TYPES], date)

    def capital_state(self, city: str, date: str = "") -> str | None:
        """The state whose government sat in a city: `Moscow` in 1962 is the Soviet Union's."""
        return self._one([c for c in self.lookup(city) if c.kind == "capital"], date)

    def _type(self, id: str) -> str:
        entity = self.entity(id)
        return entity.type if entity else ""

    def longest_match(self, tokens: list[str], i: int) -> tuple[int, list[Candidate]]:
        """The longest name that starts at a token, as number of tokens and what it can mean; 0 where none does.

        A name may span tokens that are only punctuation (`al`, `-`, `Bakr`) but does not begin or end with one; a
        comma only where its alias has one too (`Washington, D.C.`) or `Jr.` follows.
        """
        known = self._word_keys
        token = tokens[i]
        first = known.get(token)
        if first is None:
            first = known[token] = word_key(token)
        lengths = self._lengths_from(first.partition(" ")[0]) if first else ()
        if not lengths:
            return 0, []
        most = lengths[0]
        words, stops = first.split(" "), [(1, first.count(" ") + 1)]
        marks: list[int] = []
        j = i + 1
        while len(words) < most and j < len(tokens):
            token = tokens[j]
            part = known.get(token)
            if part is None:
                part = known[token] = word_key(token)
            if token in _PAUSES:
                marks.append(j - i)
            elif marks and part in _GENERATIONS:
                marks.pop()
            j += 1
            if part:
                words.extend(part.split(" "))
                stops.append((j - i, len(words)))
        for used, length in reversed(stops):
            if length in lengths:
                found = self._candidates(" ".join(words[:length]), "".join(tokens[i : i + used]))
                if marks and marks[0] < used:
                    found = [c for c in found if all(tokens[i + m] in c.alias for m in marks if m < used)]
                if found:
                    return used, found
        return 0, []

    def family(self, country: str) -> list[str]:
        """The codes of the states that followed each other, a state's own first."""
        return self._families.get(country, [country])

    def relations(self, id: str) -> list[tuple[str, str]]:
        """How an entity is tied to others: pairs such as `("agency_of", "united-states")`."""
        return self._relations_of.get(id, [])

    @cached_property
    def given_names(self) -> frozenset[str]:
        """The first words of the names of three persons or more."""
        persons = self._columns[1].filter(pa.compute.equal(self._columns[2], "PERSON")).to_pylist()
        counts = Counter(name.split()[0] for name in persons if " " in name)
        return frozenset(word for word, n in counts.items() if n > 2 and len(word) > 2)

    def names(self) -> list[str]:
        """All normalised names, sorted."""
        return list(dict.fromkeys(self._keys))


@cache
def load_knowledge(folder: str = "") -> Knowledge:
    """Load a knowledge base, once for each folder.

    Parameters
    ----------
    folder : str
        Default: the one that comes with the package.

    Raises
    ------
    DataError
        When a table is missing or damaged.
    """
    return Knowledge(Path(folder) if folder else models_dir() / "knowledge")
