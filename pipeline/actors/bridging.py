"""Weigh what a description may take up: the actors around it, the reading that the rules gave it, a new group, nothing.

A log-linear model over all readings of one noun phrase, as `ranker` is for pronouns. The rules of the other modules
decide alone where the phrase itself names its actor ("Congolese soldiers"); where it does not ("the army", "the
delegates", "the colony"), what they propose is one reading among others. The weights are learned by
`scripts/learn_nominals.py` and shipped as plain numbers.

References
----------
Poesio, M. et al. (2004). Learning to resolve bridging references. ACL.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import exp, log1p
from pathlib import Path

from pipeline.actors.discourse import Found
from pipeline.actors.grammar import role_of
from pipeline.actors.groups import Groups
from pipeline.actors.lexicon import Lexicon
from pipeline.actors.naming import NAME
from pipeline.actors.nominals import Phrase
from pipeline.actors.phrases import SIDED
from pipeline.actors.ranker import dot
from pipeline.actors.referents import Referent
from pipeline.errors import DataError
from pipeline.paths import models_dir

WEIGHED = "weighed"
_SETTLED = frozenset(
    (
        "apposition",
        "bloc",
        "capital",
        "of the actor named",
        "of the owner",
        "of the person named",
    )
)
"""Methods by which the phrase itself says who is meant."""
_DARING = frozenset(("group", "salient", "office at that time"))
"""Methods that guess."""
_WINDOW = 6
"""Sentences before a phrase in which what it takes up is sought."""
_REMEMBERED = 12
"""Sentences for which what a noun meant is remembered."""
_TELLING = 3.0
"""Value of what seldom occurs and says much: it is to weigh much although few texts can teach it."""
_MOST = 14
"""Readings of one kind that are weighed at most."""
_TYPES: dict[str, tuple[str, ...]] = {
    "person": ("PERSON",),
    "state": ("STATE", "PLACE"),
    "government": ("STATE", "GOVERNMENT"),
    "town": ("PLACE",),
    "land": ("PLACE", "STATE"),
    "terrain": ("PLACE",),
    "people": ("STATE", "PEOPLE"),
    "force": ("STATE", "ORGANIZATION", "ARMED_GROUP"),
    "officials": ("STATE", "ORGANIZATION", "GOVERNMENT"),
    "civilians": ("STATE", "PEOPLE"),
    "rebels": ("ARMED_GROUP", "PARTY", "PEOPLE"),
    "group": ("ARMED_GROUP", "PARTY", "PEOPLE"),
    "relation": ("STATE", "PERSON", "PARTY", "ARMED_GROUP", "ORGANIZATION", "GOVERNMENT"),
    "body": ("ORGANIZATION", "PARTY", "COMPANY", "ARMED_GROUP"),
}
"""Types of actors that each class of nouns may take up."""
_OF_STATES = frozenset(("state", "government", "force", "officials", "civilians", "people"))
"""Classes that a person, body or town mentioned can lead to through its state."""
_NAMED_BY_KIND = ("ORGANIZATION", "PARTY", "COMPANY", "ARMED_GROUP", "PLACE", "GOVERNMENT")
"""Types whose names tell of what kind they are."""
_REPRESENTING = ("PERSON", "ORGANIZATION", "PLACE", "GOVERNMENT")
_BY_LINK = {
    "state": "state",
    "government": "government",
    "people": "people",
    "rebels": "rebels",
    "crowd": "group",
    "gathering": "group",
    "group": "group",
    "body": "body",
}
_BY_SECTOR = {
    "MIL": "force",
    "GOV": "officials",
    "LEG": "officials",
    "COP": "force",
    "SPY": "force",
    "JUD": "officials",
}
_DEFINITE = frozenset(("the", "this", "that", "these", "those", "both", "either", "neither"))


@dataclass(slots=True)
class Reading:
    """Whom a phrase of some form may mean: actors (none for nothing), why, and what speaks for it."""

    actors: tuple[str, ...]
    method: str
    features: list[tuple[str, float]] = field(default_factory=list)
    found: Found | None = None
    form: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of a phrase before its readings are weighed.

    `acting` are those whose verb has it for an object (`moved`: a verb such as `send`, by which they dispose of it),
    `aside` those that it stands beside, `named` those named in it, `owner` its possessor, `after` the objects of its
    verb, `beside` the name in apposition, `scenes` the states of the title, `own` the state of whoever acts, `earlier`
    whom its noun meant last and in which sentence, `related` whether it is told from its possessor ("its ally"),
    `countries` those of the actors around, `home` the one that the text tells of most, `most` the
    logarithms of how often the text, and the text so far, names whom it names most.
    """

    kind: str
    allowed: tuple[str, ...]
    when: str
    acting: frozenset[str]
    moved: bool
    aside: frozenset[str]
    named: frozenset[str]
    owner: frozenset[str]
    after: frozenset[str]
    beside: tuple[str, ...]
    scenes: tuple[str, ...]
    own: str
    earlier: tuple[tuple[str, ...], int]
    related: bool
    countries: tuple[str, ...]
    home: str
    most: tuple[float, float]


def view_of_sides(p: Phrase) -> bool:
    """Whether parties and armed groups may be meant as well as states ("the two sides")."""
    return p.nouns[0].words[-1] in SIDED


def class_of(p: Phrase, lexicon: Lexicon) -> str:
    """What kind of actor a noun is for, by its entries in the lexicon."""
    if p.nouns[0].words[-1] in lexicon.relations:
        return "relation"
    links = [n.link for n in p.nouns]
    if not p.plural and ("office" in links or "person" in links):
        return "person"
    if not p.plural and "body" in links and "staff" in links and p.nouns[0].sector == "BUS":
        return "body"
    noun = p.nouns[0]
    if noun.link in ("place", "capital_city"):
        word = noun.words[-1]
        return (
            "town"
            if word in lexicon.towns or noun.link == "capital_city"
            else "land"
            if word in lexicon.lands
            else "terrain"
        )
    if noun.words[-1] == "party" and not p.plural:
        return "body"
    if noun.sector == "REB":
        return "rebels"
    if noun.link in ("staff", "organ", "office", "person"):
        return _BY_SECTOR.get(noun.sector, "civilians")
    return _BY_LINK[noun.link]


class Bridges(Groups):
    """Decides between the readings of a description."""

    def _settle(self, p: Phrase, found: Found | None) -> Found | None:
        """The likeliest reading of a phrase, given what the rules make of it."""
        # "a Brazilian general", "the British firm": one of that country
        one = (
            found is not None
            and class_of(p, self.lexicon) in ("person", "body")
            and found.label in ("STATE", "PEOPLE", "PLACE")
        )
        if found is None or one or found.method not in _SETTLED:
            best = choose(self._readings(p, found), load_bridges())
            found = None if best is None else best.found or self._read_so(p, best)
        if found is not None:
            self.headed[self.t.lemma[p.head]] = (tuple(found.actors), self.t.sentence[p.head])
        return found

    def _read_so(self, p: Phrase, reading: Reading) -> Found:
        kind = self._type(reading.actors[0])
        noun = next((n for n in p.nouns if n.type == kind), p.nouns[0])
        return self._make(p, noun, list(reading.actors), reading.method, kind)

    def _readings(self, p: Phrase, found: Found | None) -> list[Reading]:
        """All that a phrase may mean; the first is nothing."""
        t, kind = self.t, class_of(p, self.lexicon)
        readings: dict[tuple[str, ...], Reading] = {(): Reading((), "")}
        if found is not None:
            readings[tuple(found.actors)] = Reading(tuple(found.actors), found.method, [], found)
        view = self._view(p, kind)
        for actors, told in (*self._recent(p, view).items(), *self._by_phrase(p, view)):
            if actors == ("",):
                continue
            readings.setdefault(actors, Reading(actors, WEIGHED)).features += told
        if p.number == 2 and p.plural:
            for actors, told in self._pairs(p, readings):
                readings.setdefault(actors, Reading(actors, WEIGHED)).features += told
        if view.related:  # "its host" is another
            barred = {*view.owner, *(self._state_of(a, view.when) for a in view.owner)}
            for actors in [k for k in readings if barred & set(k)]:
                del readings[actors]
        earlier, at = view.earlier
        if earlier and t.sentence[p.head] - at <= _REMEMBERED:
            readings.setdefault(earlier, Reading(earlier, WEIGHED))
        form, shape = f"{kind}{'s' if p.plural else ''}", self._shape(p)
        for actors, reading in readings.items():
            if actors:
                told = [(f"{name} given", value) for name, value in shape]
                told += self._about(p, view, reading)
                if len(readings) == 2:
                    told.append(("the only one", 1.0))
            else:
                told = [*shape, (f"role {role_of(t, p.head)}", 1.0), (f"noun {t.lemma[p.head]}", 1.0)]
                if found is None:
                    told.append(("no rule", 1.0))
            told += reading.features
            reading.features = told
            reading.form = form
        return list(readings.values())

    def _view(self, p: Phrase, kind: str) -> Sight:
        """What is known of a phrase before any reading is weighed."""
        t = self.t
        states = kind in _OF_STATES
        owner = self._owner(p)
        verb = t.head[t.head[p.head]] if t.dep[p.head] == "pobj" else t.head[p.head]
        after: set[str] = set()
        for k in range(p.end, min(p.end + 14, len(t))):
            name = self.by_head.get(k)
            if t.sentence[k] != t.sentence[p.head]:
                break
            if name is not None and (t.head[k] == verb or (t.dep[k] == "pobj" and t.head[t.head[k]] == verb)):
                after.update(name.actors)
        beside = self.by_head.get(t.head[p.head]) if t.dep[p.head] == "appos" else None
        if beside is None and p.end + 1 < len(t) and (t.text[p.end] == "," or t.dep[p.head] == "compound"):
            near = next((f for k in (p.end + 1, p.end + 2) if (f := self.starting.get(k)) is not None), None)
            beside = near if near is not None and t.dep[near.head] == "appos" and t.head[near.head] == p.head else None
        related = kind == "relation"
        return Sight(
            kind,
            _TYPES[kind],
            self.moments.at(p.head)[0],
            frozenset(self._acting(p.head)),
            t.lemma[verb] in self.lexicon.commanding,
            frozenset(self._aside(p.head)),
            frozenset(self._states(p)),
            frozenset(owner.actors) if owner is not None else frozenset(),
            frozenset(after) if t.dep[p.head] in ("nsubj", "nsubjpass") else frozenset(),
            tuple(beside.actors) if beside is not None and beside.kind == NAME else (),
            tuple(self._scenes_titled()) if states else (),
            self._own_state(p.head) if states else "",
            self.headed.get(t.lemma[p.head], ((), -1)),
            related,
            self._countries_lately(t.sentence[p.head]),
            next((c for c, _ in self.linker.countries.most_common(1)), ""),
            (log1p(max(self.totals.values(), default=0)), log1p(max(self.counts.values(), default=0))),
        )

    def _countries_lately(self, sentence: int) -> tuple[str, ...]:
        """The countries of the actors of a sentence and the two before it, the last first."""
        found: list[str] = []
        for item in reversed(self.items):
            if sentence - item.sentence > 2:
                break
            if len(item.actors) == 1 and (country := self.linker.referents[item.actors[0]].country):
                found.append(country)
        return tuple(found)

    def _shape(self, p: Phrase) -> list[tuple[str, float]]:
        """Determiner, modifiers and complement of a phrase."""
        modified = p.head - p.start - (1 if p.determiner else 0) - (len(p.nouns[0].words) - 1)
        known = p.determiner in ("", "a", "the")
        det = p.determiner if known else "the" if p.determiner in _DEFINITE else "some"
        det = "poss" if p.owner >= 0 else det
        shape = [("bias", 1.0), (f"det {det}", 1.0)]
        if modified > 0 and p.owner < 0:
            shape.append((f"det {det} modified", 1.0))
        if p.of >= 0 or p.to >= 0:
            shape.append((f"det {det} complement", 1.0))
        if p.number:
            shape.append(("number", 1.0))
        return shape

    def _recent(self, p: Phrase, view: Sight) -> dict[tuple[str, ...], list[tuple[str, float]]]:
        """The actors of the sentences before, and the states that they lead to."""
        t = self.t
        sentence, block = t.sentence[p.head], t.block[p.head]
        seen: dict[tuple[str, ...], list[tuple[str, float]]] = {}
        order = 0
        met: set[tuple[str, ...]] = set()
        for item in reversed(self.items):
            back = max(sentence - item.sentence, 0)
            if back > _WINDOW or order >= _MOST:
                break
            several = len(item.actors) > 1
            if not item.actors or item.actors in met or (several and not p.plural):
                continue
            met.add(item.actors)
            role = role_of(t, item.token)
            fits = self._type(item.actors[0]) in view.allowed
            if fits and several:
                fits = all(self._type(a) in view.allowed for a in item.actors)
            if (fits or (several and item.type == "PERSON")) and item.actors not in seen:
                about = [(f"back {min(back, 4)}", 1.0), (f"{role} {min(back, 1)}", 1.0), ("order", -log1p(order))]
                about.append((f"mentioned as {item.kind}", 1.0))
                if view.kind == "town":
                    about.append((f"taken for {t.entity[item.token]}", 1.0))
                if t.block[item.token] != block:
                    about.append(("other paragraph", 1.0))
                if not order:
                    about.append(("the last such", 1.0))
                seen[item.actors] = about
                order += 1
            if view.kind in _OF_STATES and not several and item.type in _REPRESENTING:
                r = self.linker.referents[item.actors[0]]
                state = self.kb.state(r.country, view.when) if r.country else None
                key = (self.linker.referent(state).id,) if state else ()
                if state and key not in seen:
                    seen[key] = [(f"back {min(back, 4)}", 1.0), (f"through {item.type}", 1.0), ("order", -log1p(order))]
                    seen[key].append((f"through {role} {min(back, 1)}", 1.0))
                    order += 1
        return seen

    def _by_phrase(self, p: Phrase, view: Sight) -> Iterator[tuple[tuple[str, ...], list[tuple[str, float]]]]:
        """Actors that the phrase's own parts lead to, and those of the whole text."""
        if view.beside:
            yield view.beside, [("apposed", _TELLING)]
        if view.kind in _OF_STATES:
            for a in sorted(view.owner):
                if state := self._state_of(a, view.when):
                    yield (state,), [("state of the owner", 1.0)]
            place = self.inside.get(p.to) if p.to >= 0 else None
            if place is not None and (state := self._state_of(place.actors[0], view.when)):
                yield (state,), [("state of the place", 1.0)]
            for k in range(p.end, min(p.end + 5, len(self.t))):  # "the force that Japan kept"
                name, verb = self.by_head.get(k), self.t.head[k]
                inside = name is not None and self.t.dep[verb] == "relcl" and self.t.head[verb] == p.head
                if name is not None and inside and self.t.dep[k] == "nsubj":
                    yield tuple(name.actors), [("acts in its clause", _TELLING)]
            for scene in view.scenes:
                yield (scene,), []
            if view.home and (home := self.kb.state(view.home, view.when)):
                yield (self.linker.referent(home).id,), [("told of most", 1.0)]
        elif view.kind == "person" and (noun := next((n for n in p.nouns if n.link == "office"), None)):
            for a, r in list(self.linker.referents.items()):
                if r.type == "PERSON" and r.places and r.places[0] < p.head and self._held_so(a, noun, p.head):
                    yield (a,), []
        elif p.nouns[0].link == "capital_city":
            for item in reversed(self.items[-40:]):
                for a in item.actors if len(item.actors) == 1 and self._type(item.actors[0]) == "STATE" else ():
                    back = self.t.sentence[p.head] - item.sentence
                    yield (self._seat(a, view.when),), [(f"seat {min(max(back, 0), 3)}", 2.0)]
        for a in sorted(view.owner):
            yield (a,), []

    def _state_of(self, actor: str, when: str) -> str:
        """The state that an actor is or belongs to."""
        r = self.linker.referents[actor]
        state = actor if r.type == "STATE" else self.kb.state(r.country, when) if r.country else None
        return self.linker.referent(state).id if state else ""

    def _seat(self, state: str, when: str) -> str:
        """The capital of a state at a time."""
        for relation, city in self.kb.relations(state):
            e = self.kb.entity(city) if relation == "capital" else None
            if e is not None and self.kb.capital_state(e.name, when) == state:
                return self.linker.referent(city).id
        return ""

    def _pairs(
        self, p: Phrase, readings: dict[tuple[str, ...], Reading]
    ) -> Iterator[tuple[tuple[str, ...], list[tuple[str, float]]]]:
        """Two of the actors last mentioned, where a phrase means two."""
        single = [r for k, r in readings.items() if len(k) == 1 and r.features][:5]
        if p.nouns[0].link == "state" and not view_of_sides(p):
            single = [r for r in single if self._type(r.actors[0]) == "STATE"]
        for k, one in enumerate(single):
            for other in single[k + 1 :]:
                half = [(f"each {name}", value / 2) for name, value in (*one.features, *other.features)]
                yield (*one.actors, *other.actors), half

    def _about(self, p: Phrase, view: Sight, reading: Reading) -> list[tuple[str, float]]:
        """What speaks for and against an actor, or several together."""
        actors = reading.actors
        first = self.linker.referents[actors[0]]
        told: list[tuple[str, float]] = [(f"type {first.type}", 1.0)]
        told.append(("told", log1p(self.totals[first.id]) - view.most[0] / 2))
        told.append(("so far", log1p(self.counts[first.id]) - view.most[1] / 2))
        if reading.found is not None:
            told += [("rule", 1.0), (f"rule {reading.method}" if reading.method in _DARING else "rule sure", 1.0)]
        if len(actors) > 1:
            told.append(("several", 1.0))
            if p.number:
                told.append(("number fits" if p.number == len(actors) else "number differs", 1.0))
            if tuple(sorted(actors)) in self.pairs:
                told.append(("named side by side", 1.0))
        for group, name in (
            (view.acting, "moves it" if view.moved else "acts on it"),
            (view.aside, "stands beside"),
            (view.owner, "owns it"),
            (view.after, "is acted on by it"),
        ):
            if any(a in group for a in actors):
                told.append((name, 1.0))
        if view.named:
            same = bool(view.named & set(actors))
            told.append(("named in the phrase" if same else "others named in the phrase", 1.0))
        if first.id in self.topics:
            told.append(("in the title", 1.0))
        if first.id in view.scenes:
            told.append(("scene of the title", 1.0))
        if view.own:
            told.append(("of who acts" if first.id == view.own else "not of who acts", 1.0))
        earlier = view.earlier[0]
        if earlier:
            told.append(("so described" if actors == earlier else "others so described", 1.0))
        called = self._called_by(first)
        if self.t.lower[p.head] in called or self.t.lemma[p.head] in called:
            told.append(("called so", 1.0))
        if first.type in _NAMED_BY_KIND:
            kin = self.lexicon.kin.get(self.t.lemma[p.head])
            if kin is not None:
                told.append(("of its kind" if kin & called else "of another kind", 1.0))
        if first.country:
            told.append(("fellows", log1p(sum(1 for c in view.countries if c == first.country))))
            if view.countries and view.countries[0] == first.country:
                told.append(("of the country last named", 1.0))
            if first.country == view.home:
                told.append(("of the country told of most", 1.0))
        if first.type == "STATE":
            told.append(("state of its own" if first.cow else "no state of its own", 1.0))
        elif first.type == "PERSON" and view.kind == "person":
            told += self._fits_person(p, first.id, self.t.lemma[p.head])
        if first.type != "STATE" and view.named and first.country:
            same = any(self.linker.referents[a].country == first.country for a in view.named)
            told.append(("of that country" if same else "of another country", 1.0))
        if first.id.startswith("local:"):
            told.append(("local", 1.0))
        return told

    def _called_by(self, r: Referent) -> set[str]:
        """The words of an actor's names in the text."""
        known = self.called_by.get(r.id)
        if known is None or known[0] != len(r.seen):
            words = {w for name in (r.name, *r.seen) for w in name.lower().split()}
            known = self.called_by[r.id] = (len(r.seen), words)
        return known[1]

    def _fits_person(self, p: Phrase, person: str, lemma: str) -> list[tuple[str, float]]:
        """What speaks for a person: title and office."""
        r = self.linker.referents[person]
        told: list[tuple[str, float]] = []
        if lemma in r.titles:
            told.append(("titled so", 1.0))
        elif r.titles:
            told.append(("titled otherwise", 1.0))
        noun = next((n for n in p.nouns if n.link == "office"), None)
        if noun is not None:
            told.append(("holds the office" if self._held_so(person, noun, p.head) else "holds no such office", 1.0))
        return told


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
    """The weights by form of phrase: a feature's own and half of what it weighs more or less with that form."""

    def __init__(self, plain: Mapping[str, float]) -> None:
        super().__init__()
        self.plain = plain

    def __missing__(self, form: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, weight in self.plain.items():
            of, _, feature = name.rpartition(": ")
            if of in ("", form):
                found[feature] = found.get(feature, 0.0) + (weight / 2 if of else weight)
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
