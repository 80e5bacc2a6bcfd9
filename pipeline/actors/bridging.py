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
from itertools import combinations
from math import exp, log1p
from pathlib import Path

from pipeline.actors.discourse import Found
from pipeline.actors.grammar import heads_sentence, role_of
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
_FADED = (1.0, 0.8, 0.5, 0.35, 0.25, 0.2, 0.15)
"""What a mention weighs, by the sentences since."""
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
_FAMILIES = {
    "person": "one",
    "relation": "related",
    "state": "state",
    "government": "state",
    "town": "place",
    "land": "place",
    "terrain": "place",
    "body": "body",
    "force": "many",
    "officials": "many",
    "civilians": "many",
    "people": "many",
    "rebels": "many",
    "group": "many",
}
"""What classes of nouns are alike."""
OF_FAMILY, OF_FORM = 1.0, 0.7
"""Values by which a feature also counts with the family, and with the form, of its phrase."""
_OF_PERSONS = frozenset(("officials", "civilians", "rebels", "force"))
"""Classes whose plural may mean persons named ("the two men")."""
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
_LIKE = {"this": "that", "these": "that", "those": "that", "either": "both", "neither": "both"}


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
    verb: int
    scene: str
    place: str
    above: frozenset[str]


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
        self._regard()
        view = self._view(p, kind)
        for actors, told in (*self._recent(p, view).items(), *self._by_phrase(p, view)):
            if actors == ("",):
                continue
            self._reading(readings, actors).features += told
        if p.number in (2, 3) and p.plural:
            for actors, told in self._pairs(p, readings):
                self._reading(readings, actors).features += told
        if view.kind in _OF_PERSONS:
            for actors in [k for k in readings if len(k) == 1 and self._type(k[0]) == "PERSON" and k[0] not in view.owner]:
                if readings[actors].found is None and p.plural:
                    del readings[actors]
        if view.related:  # "its host" is another
            barred = {*view.owner, *(self._state_of(a, view.when) for a in view.owner)}
            for actors in [k for k in readings if barred & set(k)]:
                del readings[actors]
        earlier, at = view.earlier
        if earlier and t.sentence[p.head] - at <= _REMEMBERED:
            readings.setdefault(earlier, Reading(earlier, WEIGHED))
        form = f"{_FAMILIES[kind]} {kind}{'s' if p.plural else ''}"
        for actors, reading in readings.items():
            if actors:
                reading.features += self._about(p, view, reading)
                if len(readings) == 2:
                    reading.features.append(("the only one", 1.0))
            else:
                reading.features += self._shape(p)
                reading.features.append((f"rule {found.method}" if found is not None else "no rule", 1.0))
            reading.form = form
        return list(readings.values())

    def _reading(self, readings: dict[tuple[str, ...], Reading], actors: tuple[str, ...]) -> Reading:
        """The reading that has some actors, in whatever order."""
        if len(actors) > 1 and actors not in readings:
            same = sorted(actors)
            actors = next((k for k in readings if len(k) == len(actors) and sorted(k) == same), actors)
        return readings.setdefault(actors, Reading(actors, WEIGHED))

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
        allowed = _TYPES[kind]
        if p.plural and kind in _OF_PERSONS and "PERSON" not in allowed:
            allowed = (*allowed, "PERSON")
        when = self.moments.at(p.head)[0]
        return Sight(
            kind,
            allowed,
            when,
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
            verb,
            self._scene(p) if states else "",
            next((s for a in self._place_actors(p) if (s := self._state_of(a, when))), "") if states else "",
            frozenset(self._above(p.head)),
        )

    def _place_actors(self, p: Phrase) -> list[str]:
        """Where the clause around a phrase says that it happens."""
        place = self._place_of(p)
        return place.actors if place is not None else []

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
        """Determiner, modifiers and complement of a phrase, and what stands around it."""
        t = self.t
        modified = p.head - p.start - (1 if p.determiner else 0) - (len(p.nouns[0].words) - 1)
        det = "poss" if p.owner >= 0 else _LIKE.get(p.determiner, p.determiner)
        shape = [("bias", 1.0), (f"det {det}", 1.0)]
        if modified > 0 and p.owner < 0:
            shape.append((f"det {det} modified", 1.0))
            shape += [(f"described as {t.lower[k]}", 1.0) for k in range(p.start, p.head) if t.dep[k] == "amod"]
        if p.of >= 0 or p.to >= 0:
            shape.append((f"det {det} complement", 1.0))
            at = p.of if p.of >= 0 else p.to
            shape.append(("of somebody" if at in self.inside or at in self.by_head else "of nobody", 1.0))
        if p.number:
            shape.append(("number", 1.0))
        shape.append((f"role {role_of(t, p.head)}", 1.0))
        if t.dep[p.head] in ("appos", "conj"):
            shape.append((t.dep[p.head], 1.0))
        elif t.dep[p.head] == "pobj":
            shape.append((f"after {t.lower[t.head[p.head]]}", 1.0))
        if p.end < len(t):
            if p.end in self.starting:
                shape.append(("before a name", 1.0))
            elif t.lower[p.end] in ("who", "which", "that", "whose", "where"):
                shape.append(("before a clause", 1.0))
            elif t.dep[p.end] == "acl":
                shape.append(("before a participle", 1.0))
            elif t.text[p.end] == ",":
                shape.append(("before a name apart" if p.end + 1 in self.starting else "before a comma", 1.0))
        if p.start and t.text[p.start - 1] == ",":
            shape.append(("after a name" if p.start - 2 in self.inside else "after a comma", 1.0))
        if t.capital[p.head]:
            shape.append(("capital", 1.0))
        shape += [(f"noun {t.lemma[p.head]}", 1.0), (f"noun {t.lemma[p.head]} {det}", 1.0)]
        return shape

    def _recent(self, p: Phrase, view: Sight) -> dict[tuple[str, ...], list[tuple[str, float]]]:
        """The actors of the sentences before, and the states that they lead to."""
        t = self.t
        sentence, block = t.sentence[p.head], t.block[p.head]
        seen: dict[tuple[str, ...], list[tuple[str, float]]] = {}
        weight: dict[tuple[str, ...], float] = {}
        told: set[tuple[str, tuple[str, ...]]] = set()
        order = 0
        states = view.kind in _OF_STATES
        for item in reversed(self.items):
            back = max(sentence - item.sentence, 0)
            if back > _WINDOW or order >= _MOST:
                break
            actors = item.actors
            several = len(actors) > 1
            if not actors or (several and not p.plural):
                continue
            kinds = [self._type(a) for a in actors]
            fits = kinds[0] in view.allowed and (not several or all(k in view.allowed for k in kinds))
            keys: list[tuple[str, tuple[str, ...]]] = []
            if fits or (several and item.type == "PERSON"):
                keys.append(("", actors))
            if states and item.type in _REPRESENTING:
                if not several and (state := self._state_of(actors[0], view.when)):
                    keys.append((item.type, (state,)))
                elif several and item.type == "PERSON":
                    own = tuple(dict.fromkeys(self._state_of(a, view.when) for a in actors))
                    if len(own) == len(actors) and "" not in own:
                        keys.append((item.type, own))
            for through, key in keys:
                faded = _FADED[back] * (1.0 if not through else 0.6)
                weight[key] = weight.get(key, 0.0) + faded
                if (through, key) in told:
                    continue
                told.add((through, key))
                role = role_of(t, item.token)
                about = seen.setdefault(key, [])
                if not about:
                    about.append(("order", -log1p(order)))
                    order += 1
                if through:
                    about.append((f"through {through}", 1.0))
                    about.append((f"through {role} {min(back, 1)}", 1.0))
                    about.append((f"through back {min(back, 4)}", 1.0))
                else:
                    about += ((f"back {min(back, 4)}", 1.0), (f"{role} {min(back, 1)}", 1.0))
                    about.append((f"mentioned as {item.kind}", 1.0))
                    if back == 1 and role == "subject" and heads_sentence(t, item.token):
                        about.append(("led the sentence before", 1.0))
                    if not back and view.verb in (t.head[item.token], t.head[t.head[item.token]]):
                        about.append((f"same clause {role}", 1.0))
                if view.kind == "town":
                    about.append((f"taken for {t.entity[item.token]}", 1.0))
                if t.block[item.token] != block:
                    about.append(("other paragraph", 1.0))
        most = max(weight.values(), default=0.0)
        for key, w in weight.items():
            if key in seen:
                seen[key].append(("spoken of", log1p(w)))
                if w == most:
                    seen[key].append(("most spoken of", 1.0))
        return seen

    def _by_phrase(self, p: Phrase, view: Sight) -> Iterator[tuple[tuple[str, ...], list[tuple[str, float]]]]:
        """Actors that the phrase's own parts lead to, and those of the whole text."""
        if view.beside:
            yield view.beside, [("apposed", _TELLING)]
        for actors, name in (*self._alongside(p), *self._predicated(p)):
            yield actors, [(name, _TELLING)]
        yield from self._throughout(p, view)
        if p.plural:
            yield from self._grouped(p, view)
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

    def _extent(self, p: Phrase) -> int:
        """Where a phrase ends with what follows its noun ("the U.S. Minister in Madrid,")."""
        t = self.t
        if p.end < len(t) and t.pos[p.end] in ("ADP", "PART", "SCONJ"):
            for k in range(p.end + 1, min(p.end + 10, len(t))):
                if t.sentence[k] != t.sentence[p.head] or t.pos[k] in ("VERB", "AUX"):
                    break
                if t.text[k] in (",", "("):
                    return k
        return p.end

    def _alongside(self, p: Phrase) -> Iterator[tuple[tuple[str, ...], str]]:
        """Whose names stand beside a phrase between commas, however the parse has it."""
        t = self.t
        end = self._extent(p)
        if end + 1 < len(t) and t.text[end] == "," and t.sentence[end + 1] == t.sentence[p.head]:
            k = end + 1 + (t.lower[end + 1] in ("the", "among"))
            name = self.starting.get(k)
            names = [] if name is None else [name]
            while p.plural and name is not None and name.end + 1 < len(t) and len(names) < 6:
                k = name.end
                k += (t.text[k] == ",") + (t.lower[k + (t.text[k] == ",")] == "and")
                name = self.starting.get(k) if k > name.end else None
                names += [name] if name is not None and name.label == names[0].label else []
            if names and all(len(f.actors) == 1 for f in names) and (len(names) > 1) == p.plural:
                after = t.text[names[-1].end] if names[-1].end < len(t) else "."
                closed = "closed" if after in (",", ".", ";", ")", "—", "–") else "open"
                yield tuple(dict.fromkeys(f.actors[0] for f in names)), f"named after it {closed}"
        if p.start > 1 and t.text[p.start - 1] == ",":
            name = self.inside.get(p.start - 2)
            if name is not None and name.end == p.start - 1 and name.kind == NAME:
                names = [name]
                while p.plural and t.lower[k := names[0].start - 1] in (",", "and") and len(names) < 6:
                    k -= t.lower[k] == "and" and t.text[k - 1] == ","
                    other = self.inside.get(k - 1)
                    if other is None or other.label != name.label or other.end != k:
                        break
                    names.insert(0, other)
                if all(len(f.actors) == 1 for f in names) and (len(names) > 1) == p.plural:
                    closed = "closed" if end < len(t) and t.text[end] in (",", ".", ";", ")", "—", "–") else "open"
                    yield tuple(dict.fromkeys(f.actors[0] for f in names)), f"named before it {closed}"

    def _predicated(self, p: Phrase) -> Iterator[tuple[tuple[str, ...], str]]:
        """Of whom a phrase is said: "the MPLA was a Marxist organization", "appointed Adams as his secretary"."""
        t, i = self.t, p.head
        verb, told = t.head[i], ""
        if t.dep[i] in ("attr", "oprd"):
            told = f"{t.dep[i]} {t.lemma[verb] if t.lemma[verb] in ('be', 'become', 'remain') else ''}"
        elif t.dep[i] == "pobj" and t.lower[verb] == "as":
            verb, told = t.head[verb], "as"
        else:
            return
        subject = self.subject_of.get(verb, -1)
        for item in reversed(self.items[-40:]):
            if item.sentence != t.sentence[i]:
                break
            if not item.actors or item.token >= i:
                continue
            if item.token == subject:
                yield item.actors, f"subject {told}"
            elif t.head[item.token] == verb and t.dep[item.token] == "dobj":
                yield item.actors, f"object {told}"

    def _throughout(
        self, p: Phrase, view: Sight
    ) -> Iterator[tuple[tuple[str, ...], list[tuple[str, float]]]]:
        """The actors of fitting types that the text has named most, however long ago."""
        if p.plural and view.kind not in ("body", "officials", "force", "relation"):
            return
        best = sorted(
            (a for a, n in self.counts.items() if n and self._type(a) in view.allowed),
            key=lambda a: (-self.counts[a], a),
        )
        for rank, a in enumerate(best[:4]):
            yield (a,), [(f"named most {rank}", 1.0)]
        for a in best[4:12] if view.kind == "body" else ():
            yield (a,), []

    def _regard(self) -> None:
        """Take in what was mentioned since the last phrase was weighed."""
        for item in self.items[self.regarded :]:
            for a in item.actors:
                self.last_seen[a] = item.sentence
            if len(item.actors) > 1:
                key = tuple(sorted(item.actors))
                n, _, _ = self.together.get(key, (0, 0, ()))
                self.together[key] = (n + 1, item.sentence, item.actors)
        self.regarded = len(self.items)

    def _grouped(
        self, p: Phrase, view: Sight
    ) -> Iterator[tuple[tuple[str, ...], list[tuple[str, float]]]]:
        """Those of whom the text has spoken together before."""
        here = self.t.sentence[p.head]
        states = view.kind in _OF_STATES
        for n, last, actors in sorted(self.together.values(), key=lambda x: -x[1])[:12]:
            kinds = [self._type(a) for a in actors]
            about = [("together", log1p(n)), ("together since", -log1p(max(here - last, 0)))]
            if all(k in view.allowed for k in kinds):
                yield actors, about
            elif states and all(k == "PERSON" for k in kinds):
                own = tuple(dict.fromkeys(self._state_of(a, view.when) for a in actors))
                if len(own) == len(actors) and "" not in own:
                    yield own, [*about, ("their states together", 1.0)]

    def _state_of(self, actor: str, when: str) -> str:
        """The state that an actor is or belongs to."""
        r = self.linker.referents[actor]
        if r.type == "STATE":
            return actor
        key = (r.country, when)
        if key not in self.state_then:
            state = self.kb.state(r.country, when) if r.country else None
            self.state_then[key] = self.linker.referent(state).id if state else ""
        return self.state_then[key]

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
        """As many of the actors last mentioned as a phrase means, two or three."""
        single = [r for k, r in readings.items() if len(k) == 1 and r.features][:5]
        if p.nouns[0].link == "state" and not view_of_sides(p):
            single = [r for r in single if self._type(r.actors[0]) == "STATE"]
        for some in combinations(single, p.number):
            part = [(f"each {name}", value / p.number) for r in some for name, value in r.features]
            yield tuple(r.actors[0] for r in some), part

    def _about(self, p: Phrase, view: Sight, reading: Reading) -> list[tuple[str, float]]:
        """What speaks for and against an actor, or several together."""
        actors = reading.actors
        first = self.linker.referents[actors[0]]
        called = self._called_by(first)
        told: list[tuple[str, float]] = [(f"type {first.type}", 1.0)]
        word = self.t.lemma[p.head]
        told.append((f"{word} {first.type}", 1.0))
        told.append(("told", min(log1p(self.totals[a]) for a in actors) - view.most[0] / 2))
        told.append(("so far", min(log1p(self.counts[a]) for a in actors) - view.most[1] / 2))
        last = min(self.last_seen.get(a, -1) for a in actors)
        told.append(("since", -log1p(max(self.t.sentence[p.head] - last, 0))) if last >= 0 else ("never", 1.0))
        if reading.found is not None:
            told += [("rule", 1.0), (f"rule {reading.method}", 1.0)]
        if p.number > 1 and len(actors) == 1:
            told.append(("one, not many", 1.0))
        if len(actors) > 1:
            told.append(("several", 1.0))
            told.append((f"several {first.type}", 1.0))
            told.append(("mentions apart", log1p(max(self.counts[a] for a in actors)) - log1p(min(self.counts[a] for a in actors))))
            if p.number:
                told.append(("number fits" if p.number == len(actors) else "number differs", 1.0))
            if tuple(sorted(actors)) in self.pairs:
                told.append(("named side by side", 1.0))
        for group, name in (
            (view.acting, "moves it" if view.moved else "acts on it"),
            (view.aside, "stands beside"),
            (view.owner, "owns it"),
            (view.after, "is acted on by it"),
            (view.above, "acts above"),
        ):
            if any(a in group for a in actors):
                told.append((name, 1.0))
        if view.named:
            same = bool(view.named & set(actors))
            told.append(("named in the phrase" if same else "others named in the phrase", 1.0))
        titled = sum(a in self.topics for a in actors)
        if titled:
            told.append(("in the title", titled / len(actors)))
        if first.id in view.scenes:
            told.append(("scene of the title", 1.0))
        if first.id == view.scene:
            told += (("the scene", 1.0), (f"{word} the scene", 1.0))
        if first.type == "PLACE" and view.kind in ("town", "land", "terrain"):
            told.append(("capital of a state" if self.kb.capital_state(first.name, view.when) else "no capital", 1.0))
            if called & self.lexicon.terrain:
                told.append(("terrain by name", 1.0))
        if first.id == view.place:
            told.append(("the place of the clause", 1.0))
        if view.own:
            told.append(("of who acts" if first.id == view.own else "not of who acts", 1.0))
        earlier = view.earlier[0]
        if earlier:
            told.append(("so described" if actors == earlier else "others so described", 1.0))
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
                told.append((f"{word} of the country told of most", 1.0))
            if self.t.capital[p.head]:
                told.append(("capital, of the country told of most" if first.country == view.home else "capital, of another", 1.0))
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
