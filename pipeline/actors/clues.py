"""What speaks for and against whom a description may mean: its words, its clause, what the text tells of an actor."""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p

from pipeline.actors.grammar import role_of
from pipeline.actors.groups import Groups
from pipeline.actors.lexicon import Lexicon
from pipeline.actors.naming import NAME
from pipeline.actors.nominals import Phrase
from pipeline.actors.readings import Reading
from pipeline.actors.referents import Referent

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
OF_PERSONS = frozenset(("officials", "civilians", "rebels", "force"))
"""Classes whose plural may mean persons named ("the two men")."""
OF_STATES = frozenset(("state", "government", "force", "officials", "civilians", "people"))
"""Classes that a person, body or town mentioned can lead to through its state."""
_NAMED_BY_KIND = ("ORGANIZATION", "PARTY", "COMPANY", "ARMED_GROUP", "PLACE", "GOVERNMENT")
"""Types whose names tell of what kind they are."""
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
_WRITERS = "USA"
"""Country of those who wrote what the weights are learned from: "the President", "the nation" are rather their own."""
_LIKE = {"this": "that", "these": "that", "those": "that", "either": "both", "neither": "both"}


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


class Clues(Groups):
    """Gathers what a description and an actor have in common."""

    def _view(self, p: Phrase, kind: str) -> Sight:
        """What is known of a phrase before any reading is weighed."""
        t = self.t
        states = kind in OF_STATES
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
        if p.plural and kind in OF_PERSONS and "PERSON" not in allowed:
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

    def _about(self, p: Phrase, view: Sight, reading: Reading) -> list[tuple[str, float]]:
        """What speaks for and against an actor, or several together."""
        actors = reading.actors
        first = self.linker.referents[actors[0]]
        called = self._called_by(first)
        told: list[tuple[str, float]] = [(f"type {first.type}", 1.0)]
        word = self.t.lemma[p.head]
        told.append((f"{word} {first.type}", 1.0))
        told.append(("told", log1p(min(map(self.totals.__getitem__, actors))) - view.most[0] / 2))
        told.append(("so far", log1p(min(map(self.counts.__getitem__, actors))) - view.most[1] / 2))
        last = min([self.last_seen.get(a, -1) for a in actors])
        told.append(("since", -log1p(max(self.t.sentence[p.head] - last, 0))) if last >= 0 else ("never", 1.0))
        if reading.found is not None:
            told += [("rule", 1.0), (f"rule {reading.method}", 1.0)]
        if p.number > 1 and len(actors) == 1:
            told.append(("one, not many", 1.0))
        if len(actors) > 1:
            told.append(("several", 1.0))
            told.append((f"several {first.type}", 1.0))
            noun = next((n for n in p.nouns if n.link == "office"), None)
            if noun is not None and first.type == "PERSON":
                held = all(self._held_so(a, noun, p.head) for a in actors)
                told.append(("all hold the office" if held else "some hold no such office", 1.0))
            told.append(
                (
                    "mentions apart",
                    log1p(max(self.counts[a] for a in actors)) - log1p(min(self.counts[a] for a in actors)),
                )
            )
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
                told += ((name, 1.0), (f"{word} {name}", 1.0))
                if reading.found is not None:
                    told.append((f"rule {name}", 1.0))
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
            if first.id == view.own:
                told.append((f"{word} of who acts", 1.0))
        earlier = view.earlier[0]
        if earlier:
            told.append(("so described" if actors == earlier else "others so described", 1.0))
            if reading.found is not None and actors != earlier:
                told.append(("rule, others so described", 1.0))
        if self.t.lower[p.head] in called or self.t.lemma[p.head] in called:
            told.append(("called so", 1.0))
        if first.type in _NAMED_BY_KIND:
            kin = self.lexicon.kin.get(self.t.lemma[p.head])
            if kin is not None:
                told.append(("of its kind" if kin & called else "of another kind", 1.0))
        if first.country == _WRITERS:
            told += (("of the writers", 1.0), (f"{word} of the writers", 1.0))
            if self.t.capital[p.head]:
                told.append(("capital, of the writers", 1.0))
        if first.country:
            told.append(("fellows", log1p(sum(1 for c in view.countries if c == first.country))))
            if view.countries and view.countries[0] == first.country:
                told.append(("of the country last named", 1.0))
            if first.country == view.home:
                told.append(("of the country told of most", 1.0))
                told.append((f"{word} of the country told of most", 1.0))
            if self.t.capital[p.head]:
                told.append(
                    (
                        "capital, of the country told of most" if first.country == view.home else "capital, of another",
                        1.0,
                    )
                )
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
