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

from collections.abc import Iterator
from itertools import combinations
from math import log1p

from pipeline.actors.clues import OF_PERSONS, OF_STATES, Clues, Sight, class_of
from pipeline.actors.discourse import Found
from pipeline.actors.grammar import heads_sentence, role_of
from pipeline.actors.naming import NAME
from pipeline.actors.nominals import Phrase
from pipeline.actors.phrases import SIDED
from pipeline.actors.readings import Reading, choose, load_bridges

WEIGHED = "weighed"
_SETTLED = frozenset(
    (
        "apposition",
        "bloc",
        "of the actor named",
        "of the owner",
        "of the person named",
        "the youngest",
    )
)
"""Methods by which the phrase itself says who is meant."""
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
_ANY = frozenset(("a", "an", "another", "any", "each", "every", "no", "some"))
"""Determiners of what was not spoken of before."""
_REPRESENTING = ("PERSON", "ORGANIZATION", "PLACE", "GOVERNMENT")


def view_of_sides(p: Phrase) -> bool:
    """Whether parties and armed groups may be meant as well as states ("the two sides")."""
    return p.nouns[0].words[-1] in SIDED


class Bridges(Clues):
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
        if view.kind in OF_PERSONS:
            for actors in [
                k for k in readings if len(k) == 1 and self._type(k[0]) == "PERSON" and k[0] not in view.owner
            ]:
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

    def _recent(self, p: Phrase, view: Sight) -> dict[tuple[str, ...], list[tuple[str, float]]]:
        """The actors of the sentences before, and the states that they lead to."""
        t = self.t
        sentence, block = t.sentence[p.head], t.block[p.head]
        seen: dict[tuple[str, ...], list[tuple[str, float]]] = {}
        weight: dict[tuple[str, ...], float] = {}
        told: set[tuple[str, tuple[str, ...]]] = set()
        order = 0
        states = view.kind in OF_STATES
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
        for actors, why in (*self._alongside(p), *self._predicated(p)):
            yield actors, [(why, _TELLING)]
        yield from self._throughout(p, view)
        if p.plural:
            yield from self._grouped(p, view)
        if view.kind in OF_STATES:
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
            for state in dict.fromkeys((self._scene(p), *self._scenes_titled())):
                if state:
                    yield (self._seat(state, view.when),), [("seat of the scene", 2.0)]
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

    def _throughout(self, p: Phrase, view: Sight) -> Iterator[tuple[tuple[str, ...], list[tuple[str, float]]]]:
        """The actors of fitting types that the text has named most, however long ago."""
        if (p.plural and view.kind not in ("body", "officials", "force", "relation")) or p.determiner in _ANY:
            return
        best = sorted(
            (a for a, n in self.counts.items() if n and self._type(a) in view.allowed),
            key=lambda a: (-self.counts[a], a),
        )
        for rank, a in enumerate(best[:4]):
            yield (a,), [(f"named most {rank}", 1.0)]
        for a in best[4:12] if view.kind == "body" else ():
            yield (a,), []

    def _grouped(self, p: Phrase, view: Sight) -> Iterator[tuple[tuple[str, ...], list[tuple[str, float]]]]:
        """Those of whom the text has spoken together before."""
        here = self.t.sentence[p.head]
        states = view.kind in OF_STATES
        for n, last, actors in sorted(self.together.values(), key=lambda x: -x[1])[:12]:
            kinds = [self._type(a) for a in actors]
            about = [("together", log1p(n)), ("together since", -log1p(max(here - last, 0)))]
            if all(k in view.allowed for k in kinds):
                yield actors, about
            elif states and all(k == "PERSON" for k in kinds):
                own = tuple(dict.fromkeys(self._state_of(a, view.when) for a in actors))
                if len(own) == len(actors) and "" not in own:
                    yield own, [*about, ("their states together", 1.0)]

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
