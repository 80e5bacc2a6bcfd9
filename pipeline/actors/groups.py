"""Nominals for groups without a name: `the rebels`, `students in Budapest`, `his men`, `troops under Yuan Shikai`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import replace
from math import log1p

from pipeline.actors.discourse import NOMINAL, Found
from pipeline.actors.lexicon import Noun
from pipeline.actors.naming import ADJECTIVE, NAME
from pipeline.actors.nominals import Phrase, left_edge
from pipeline.actors.offices import Offices
from pipeline.actors.referents import Referent

_FADING = (1.0, 0.6, 0.4, 0.25)
"""What a country weighs as the scene of what is told, by the sentences since it was named."""
_CLASSES = {"rebels": "rebels", "crowd": "demonstrators", "gathering": "demonstrators"}
"""Links whose nouns take up each other, and what all such are called: "the insurgents" are "the rebels"."""
_REBELLIOUS = frozenset(("rebel", "guerrilla", "guerilla", "insurgent", "partisan", "separatist"))
"""Words by which forces are no state's ("guerrilla forces")."""
_HEADS = frozenset(("head", "president", "leader", "chief", "formation", "creation", "member"))
_FORMING = frozenset(("form", "proclaim", "establish", "set", "create", "lead", "install", "head", "found", "name"))
"""Words by which a government comes to be or is led."""
_BANDS = frozenset(("group", "band", "number", "handful", "party", "force", "gang", "crowd", "circle", "alliance"))
"""Nouns before `of` and a group ("a group of reformers")."""
_LEADING = frozenset(("under", "by"))
_COMMANDED = frozenset(("lead", "command", "head"))
"""Words before whoever leads a group ("troops under Yuan Shikai", "an army led by")."""
_BODIES = frozenset(
    (
        "artillery",
        "battalion",
        "cabinet",
        "cavalry",
        "delegate",
        "delegation",
        "division",
        "fleet",
        "garrison",
        "infantry",
        "legislature",
        "mission",
        "official",
        "parliament",
        "regiment",
        "representative",
        "soldier",
        "squadron",
        "troop",
    )
)
"""Nouns for those in service who are the same when they are spoken of again."""
_WHERE = frozenset(("in", "at", "near", "outside", "across", "throughout", "on", "through"))
"""Prepositions of the place where something happens."""
_MOVING = frozenset(
    (
        "advance",
        "arrive",
        "attack",
        "capture",
        "cross",
        "enter",
        "invade",
        "land",
        "march",
        "move",
        "occupy",
        "overrun",
        "pour",
        "reach",
        "return",
        "roll",
        "sail",
        "seize",
        "storm",
        "strike",
        "sweep",
        "take",
    )
)
"""What forces do to get somewhere."""
_INVADING = frozenset(("invader", "attacker", "aggressor", "occupier"))
_ENTERED = 20
"""Sentences for which those who came in are the invaders."""
_FOLLOWING = frozenset(("man", "follower", "supporter", "partisan", "adherent"))
"""Nouns for those who follow a person ("his men")."""
_RECALLED = 3
"""Sentences for which "the garrison" is the one described last."""
_FROM_ELSEWHERE = frozenset(("refugee", "hostage", "captive", "settler", "colonist"))
"""Groups that are seldom of the country where they are."""
_RECENTLY = 5
"""Sentences back to which "the rebels" are the armed group named last."""
_REVOLTING = frozenset(("rebels", "nationalist", "separatist", "conspirator", "militant"))
"""Groups that are rather of the country whose revolt the text tells of than of the one named last."""
_UPRISINGS = frozenset(
    (
        "independence",
        "insurgent",
        "insurrection",
        "insurgency",
        "nationalist",
        "rebel",
        "rebellion",
        "revolt",
        "revolution",
        "revolutionary",
        "rising",
        "uprising",
        "guerrilla",
        "colonist",
        "colony",
    )
)
"""Nouns that tell whose revolt a text is about ("Algerian nationalists", "the independence of Algeria")."""
_TITLED = 1.5
"""What a state weighs as the scene that the title names as such ("the Hungarian Uprising", "Intervention in")."""


class Groups(Offices):
    """Leads descriptions of groups to the states they serve, or to actors of the text's own."""

    def _rebels(self, p: Phrase, noun: Noun) -> Found | None:
        """`the rebels`: the armed group last named, else rebels of the country that the text is about."""
        named = self._armed_group(p) if not self._states(p) else ""
        if named:
            return self._make(p, noun, [named], "the last named", self._type(named))
        return self._group(p, noun)

    def _armed_group(self, p: Phrase) -> str:
        if p.determiner != "the" or not p.plural or p.head - p.start > 1 or p.of >= 0:
            return ""
        named: list[str] = []
        for item in reversed(self.items):
            lately = self.t.sentence[p.head] - item.sentence <= _RECENTLY
            if not lately and ("rebels" in self.groups or len(set(named)) > 1):
                break
            if len(item.actors) == 1 and item.kind == NAME and self._type(item.actors[0]) in ("ARMED_GROUP", "PARTY"):
                r = self.linker.referents[item.actors[0]]
                if not {"army", "navy", "air", "force"} & set(r.name.lower().split()):
                    if lately:
                        return r.id
                    if r.type == "ARMED_GROUP":
                        named.append(r.id)
        return named[0] if len(set(named)) == 1 and self.totals[named[0]] > 1 else ""  # the one that the text is about

    def _revolted(self) -> str:
        """The state whose revolt, rebels or independence the text tells of most."""
        t, told = self.t, self.uprisings
        if told is None:
            told = self.uprisings = Counter()
            for f in self.starting.values():
                up = t.head[f.head]
                if t.lower[up] in ("of", "in") and t.dep[f.head] == "pobj":
                    up = t.head[up]
                state = next((a for a in f.actors if self._type(a) == "STATE"), "")
                if state and up != f.head and t.lemma[up] in _UPRISINGS and t.head[up] != f.head:
                    told[state] += 1
        return max(sorted(told), key=lambda a: told[a], default="")

    def _crowd(self, p: Phrase, noun: Noun) -> Found | None:
        """`the demonstrators`, `the crowd`: people of a country who are no force of it."""
        return self._group(p, noun)

    def _gathering(self, p: Phrase, noun: Noun) -> Found | None:
        """`the crowd`, `a mob`."""
        return self._group(p, noun)

    def _group(self, p: Phrase, noun: Noun) -> Found | None:
        """A group described: the one described so before, else an actor of the text's own."""
        t = self.t
        if p.number == 1 or p.determiner in ("no", "any", "each", "every", "either", "neither"):
            return None
        if (not p.plural and noun.link != "gathering") or self._described_by_name(p):
            return None
        own = self._own_words(p)
        modified = noun.link == "group" and " " in own  # "foreign merchants" are others than "the merchants" before
        kind = _CLASSES.get(noun.link, own if modified else noun.words[-1])
        states = [a for a in self._states(p) if self._type(a) in ("STATE", "PEOPLE")]
        definite = p.determiner in ("the", "this", "that", "these", "those")
        before = self.groups.get(kind)
        if before and definite and (not states or self._country(states) == self.linker.referents[before].country):
            actor = before
        else:
            if p.owner >= 0 and not states:
                return None
            if not definite and not states and not modified and not self._acts(p.head):
                return None
            if not states and noun.words[-1] in _FROM_ELSEWHERE and not modified:
                return None
            state = states[0] if states else self._scene(p, about=self._revolted() if kind in _REVOLTING else "")
            words = self._adjective(state) if state else ""
            if not words:
                return None
            called = kind if noun.link in _CLASSES else t.lower[p.head]
            name = own.capitalize() if modified and not states else f"{words} {called}"
            actor = self.linker.local(name, noun.type, self.linker.referents[state].country).id
            self.groups[kind] = self.groups[noun.words[-1]] = actor
        r = self.linker.referents[actor]
        first = p.head
        while first - 1 >= p.start and t.lower[first - 1] in _REBELLIOUS:
            first -= 1
        r.seen.setdefault(f"{self._adjective_of(r)} {' '.join(t.lower[first : p.head + 1])}", 0)
        r.seen.setdefault(own, 0)
        return self._make(p, noun, [actor], "group", r.type)

    def _own_words(self, p: Phrase) -> str:
        """The noun of a phrase with the adjectives and nouns before it."""
        t, first = self.t, p.head
        while first - 1 >= p.start and t.dep[first - 1] in ("amod", "compound") and first - 1 not in self.inside:
            first -= 1
        return " ".join(t.lower[first : p.head + 1])

    def _formed(self, p: Phrase) -> bool:
        """`A junta took power`, `formed a government`: whether a government comes to be or acts."""
        t, verb = self.t, self.t.head[p.head]
        if t.dep[p.head] == "pobj":
            verb = t.head[verb] if t.lower[verb] == "of" else -1
            return verb >= 0 and t.lemma[verb] in _HEADS
        if t.lower[verb - 1] == "to":
            return False  # "sought to establish a central government"
        return t.dep[p.head] in ("nsubj", "nsubjpass") or (t.dep[p.head] == "dobj" and t.lemma[verb] in _FORMING)

    def _nationals(self, i: int) -> Found | None:
        """`Panamanian landowners`: people of a state, whatever they are."""
        t = self.t
        if not t.plural[i] or t.entity[i] or not t.lemma[i].endswith(self.lexicon.person_endings):
            return None
        adjective = self.inside.get(i - 1)
        if adjective is None or adjective.kind != ADJECTIVE or adjective.label not in ("STATE", "PEOPLE"):
            return None
        if t.head[adjective.head] != i:
            return None
        return Found(
            left_edge(t, i, i), i + 1, i, NOMINAL, "PEOPLE", list(adjective.actors), "of the actor named", "CVL"
        )

    def _led(self, p: Phrase, noun: Noun) -> Found | None:
        """`his troops`, `Smith's cabinet`, `troops under Yuan Shikai`: those of a person lead to the person's state."""
        t = self.t
        at = p.owner
        if at < 0 and p.of < 0:
            up = p.end if p.end < len(t) and t.lower[p.end] in _LEADING else p.end + 1
            verb = p.end if up > p.end else -1
            if up + 1 < len(t) and t.lower[up] in _LEADING and (verb < 0 or t.lemma[verb] in _COMMANDED):
                at = next((k for k in range(up + 1, min(up + 5, len(t))) if t.dep[k] == "pobj" and t.head[k] == up), -1)
        person = self.inside.get(at) or self.by_head.get(at) if at >= 0 else None
        if person is None or person.label != "PERSON" or person.end > p.head >= person.start:
            return None
        following = noun.words[-1] in _FOLLOWING
        if following and (band := self._band(person.actors)):
            return self._make(p, noun, [band], "group", self._type(band))
        person_noun = noun.words[-1] not in _BODIES and noun.words[-1].endswith(self.lexicon.person_endings)
        if not p.plural and person_noun:
            return None  # "his special representative" is a person
        if noun.sector not in ("MIL", "GOV", "LEG", "COP") and not (following and noun.words[-1] == "man"):
            return None
        when = self.moments.at(p.head)[0]
        found: list[str] = []
        for a in person.actors:
            country = self.linker.referents[a].country
            state = self.kb.state(country, when) if country else None
            if state and state not in found:
                found.append(self.linker.referent(state).id)
        return self._make(p, noun, found, "of the person named", "STATE") if found else None

    def _invading(self, p: Phrase, noun: Noun) -> Found | None:
        """`the invaders`: the state whose forces last entered, landed or attacked."""
        t = self.t
        if noun.words[-1] not in _INVADING or p.determiner != "the" or p.owner >= 0 or p.head - p.start > 1:
            return None
        for item in reversed(self.items):
            if t.sentence[p.head] - item.sentence > _ENTERED:
                break
            verb = t.head[item.token]
            if t.dep[item.token] not in ("nsubj", "agent") or t.lemma[verb] not in _MOVING or len(item.actors) != 1:
                continue
            if item.kind == NOMINAL and self._type(item.actors[0]) == "STATE":
                return self._make(p, noun, list(item.actors), "the last named", "STATE")
        return None

    def _band(self, persons: list[str]) -> str:
        """The rebels that a person can lead: those of the person's country."""
        band = self.groups.get("rebels", "")
        countries = {self.linker.referents[a].country for a in persons} - {""}
        return band if band and countries <= {self.linker.referents[band].country} else ""

    def _seated(self, p: Phrase, noun: Noun) -> Found | None:
        """`the cabinet in Paris`, `officials in Busan`: the state of that town."""
        place = self.inside.get(p.to) if p.to >= 0 and self.t.lower[p.end] == "in" else None
        if place is None or place.kind != NAME or noun.sector not in ("GOV", "LEG") or p.owner >= 0:
            return None
        r = self.linker.referents[place.actors[0]]
        state = self.kb.state(r.country, self.moments.at(p.head)[0]) if r.type == "PLACE" and r.country else None
        return self._make(p, noun, [self.linker.referent(state).id], "of the actor named", "STATE") if state else None

    def _same_staff(self, p: Phrase, noun: Noun) -> Found | None:
        """`the garrison` after `the Spanish garrison`."""
        if p.owner >= 0 or p.of >= 0 or not (p.plural or noun.sector == "MIL"):
            return None
        if invading := self._invading(p, noun):
            return invading
        if p.start == p.head and noun.words[-1] in ("official", "authorities") and self._acts(p.head):
            scene = self._scene(p)
            return self._make(p, noun, [scene], "salient", "STATE") if scene else None
        after = self.t.lower[p.end] if p.end < len(self.t) else ""
        if p.determiner == "the" and p.head - p.start == len(noun.words) and after != "of":
            actors, sentence = self.serving.get(noun.words[-1], ([], 0)) if noun.words[-1] in _BODIES else ([], 0)
            if actors and self.t.sentence[p.head] - sentence <= _RECALLED:
                return self._make(p, noun, actors, "described so", self._type(actors[0]))
        return None

    def _adjective_of(self, r: Referent) -> str:
        """The adjective that a group's name begins with."""
        state = self.kb.state(r.country) if r.country else None
        return self._adjective(state) if state and state in self.linker.referents else r.name.rpartition(" ")[0]

    def _irregulars(self, p: Phrase, noun: Noun) -> Found | None:
        """`guerrilla forces`, `rebel troops`: rebels, whatever the noun."""
        if not p.plural or not _REBELLIOUS & set(self.t.lower[p.start : p.head]):
            return None
        return self._rebels(p, replace(noun, link="rebels", type="ARMED_GROUP", sector="REB"))

    def _acts(self, i: int) -> bool:
        """Whether a group is the subject or agent, alone or as `a group of`."""
        t = self.t
        above = t.head[t.head[i]]
        if t.dep[i] == "pobj" and t.lower[t.head[i]] == "of" and t.lemma[above] in _BANDS:
            i = above
        return t.dep[i] in ("nsubj", "nsubjpass") or (t.dep[i] == "pobj" and t.dep[t.head[i]] == "agent")

    def _led_lately(self, token: int) -> str:
        """The state of the person who was the last subject before ("Palmerston was angry. The cabinet resolved")."""
        t = self.t
        for item in reversed(self.items):
            if t.sentence[token] - item.sentence > 1:
                break
            if t.dep[item.token] in ("nsubj", "nsubjpass") and item.actors:
                return next(iter(self._states_of(item.actors[:1], token)), "")
        return ""

    def _place_of(self, p: Phrase) -> Found | None:
        """Where a group is or acts: `students in Budapest`, `Buenos Aires, where a crowd`, `crowds cheered in`."""
        if p.to >= 0 and p.to in self.inside:
            return self.inside[p.to]
        t, verb = self.t, self.t.head[p.head]
        if t.dep[verb] == "auxpass" or t.dep[p.head] == "agent":
            verb = t.head[verb]
        start = t.sentence_start[p.head]
        where = t.dep[verb] == "relcl" and "where" in t.lower[t.head[verb] : p.head]
        if where:
            return self.inside.get(t.head[verb])
        near: Found | None = None
        for k in range(start, min(p.head + 16, len(t))):
            if t.sentence[k] != t.sentence[p.head]:
                break
            f = self.inside.get(k)
            if f is None or f.kind != NAME or f.label not in ("PLACE", "STATE") or t.dep[k] != "pobj":
                continue
            at = t.head[k]
            if t.lower[at] == "of" and t.dep[t.head[at]] == "pobj":  # "in the squares of Buenos Aires"
                at = t.head[t.head[at]]
            if t.lower[at] in _WHERE and t.head[at] == verb:
                near = f
        return near

    def _scene(self, p: Phrase, apart: Set[str] = frozenset(), clear: float = 0.0, about: str = "") -> str:
        """The state in which, by the phrase or the sentences before it, things happen, if that is clear enough."""
        place = self._place_of(p)
        when = self.moments.at(p.head)[0]
        for a in place.actors if place else ():
            r = self.linker.referents[a]
            state = a if r.type == "STATE" else self.kb.state(r.country, when) if r.country else None
            if state:
                return self.linker.referent(state).id
        t = self.t
        weight: dict[str, float] = {}
        for item in reversed(self.items):
            back = t.sentence[p.head] - item.sentence
            if back >= len(_FADING):
                break
            if len(item.actors) != 1:
                continue
            r = self.linker.referents[item.actors[0]]
            state = r.id if r.type == "STATE" else self.kb.state(r.country, when) if r.country else None
            if state and state in self.linker.referents and state not in apart:
                share = 1.0 if r.type != "PERSON" and item.kind != ADJECTIVE else 0.5
                weight[state] = max(weight.get(state, 0.0), share * _FADING[max(back, 0)])
        for state in self._scenes_titled():
            if state not in apart:
                weight[state] = weight.get(state, 0.0) + _TITLED
        if about:
            weight[about] = weight.get(about, 0.0) + _TITLED
        for state in weight:
            weight[state] += 0.3 * log1p(self.totals[state])
        best = max(sorted(weight), key=lambda a: weight[a], default="")
        second = max((w for a, w in weight.items() if a != best), default=0.0)
        return best if best and weight[best] - second >= clear else ""

    def _scenes_titled(self) -> list[str]:
        """The states in the title that something happens in, or whose something is told."""
        if self.scenes is None:
            t, self.scenes = self.t, []
            for i in range(len(t)):
                if t.sentence[i] >= 0 or t.block[i] != t.block[0]:
                    break
                state, used = self._state_from(i)
                after = i + used
                if i and t.text[i - 1] in ("-", "–"):
                    continue  # "the Franco-Prussian War"
                named = after >= len(t) or t.capital[after] or t.block[after] != t.block[i]
                placed = any(t.lower[k] in ("of", "in") for k in range(max(i - 2, 0), i))
                if state and (named or placed) and self.kb.entity(state):
                    self.scenes.append(self.linker.referent(state).id)
        return self.scenes

    def _state_from(self, i: int) -> tuple[str | None, int]:
        """The state whose name or adjective begins at a capitalised token, and how many words it has."""
        t = self.t
        longest = self.kb.longest_match(t.text[i : i + 5], 0)[0] if t.capital[i] else 0
        for used in range(longest, 0, -1):  # "Hungarian Uprising" is an event, "Hungarian" tells where
            words = " ".join(t.text[i : i + used])
            state = self.kb.demonym(words) or self.kb.state(words)
            if state:
                return state, used
        return None, 0

    def _adjective(self, state: str) -> str:
        """The adjective of a state, as the text has it or else the knowledge base."""
        r = self.linker.referents[state]
        for word in [*sorted(r.seen), *self.kb.aliases(state)]:
            if any(c.entity_id == state and c.kind == "demonym_adj" for c in self.kb.lookup(word)):
                return word
        return ""
