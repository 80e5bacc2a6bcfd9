"""Lead names to actors: what the text tells first, then the knowledge base at the time told, then local actors."""

from __future__ import annotations

import re

from pipeline.actors.knowledge import Candidate, Entity
from pipeline.actors.moments import within, year_of
from pipeline.actors.names import key
from pipeline.actors.naming import ADJECTIVE, DEMONYMS, Name, is_demonym
from pipeline.actors.persons import Persons
from pipeline.actors.referents import Link, cached_entity, entity_country, key_words, name_words

# Actor types that one label of a recogniser of entities may turn out to be.
_COMPATIBLE = {
    "PERSON": {"PERSON"},
    "STATE": {"STATE", "PLACE", "GOVERNMENT"},
    "PLACE": {"PLACE", "STATE"},
    "PEOPLE": {"PEOPLE", "STATE", "PARTY", "ARMED_GROUP"},
    "ORGANIZATION": {"ORGANIZATION", "COMPANY", "PARTY", "ARMED_GROUP", "GOVERNMENT"},
    "COMPANY": {"COMPANY", "ORGANIZATION"},
    "PARTY": {"PARTY", "ORGANIZATION"},
    "ARMED_GROUP": {"ARMED_GROUP", "ORGANIZATION"},
    "GOVERNMENT": {"GOVERNMENT", "STATE", "ORGANIZATION"},
    "EVENT": {"EVENT"},
}


_DESIGNATION = re.compile(r"[A-Z][A-Za-z]{0,2}-\d+[A-Z]?s?")
"""Types of aircraft, missiles and tanks: `U-2`, `MiG-21`."""
_GOVERNMENTS = ("Government", "Governments", "Administration")
_REMEMBERED = 30
"""Years after which a name no longer calls to mind a state that once went by it."""
_FAMOUS = 0.6
"""Prominence below which one word names a body only where the text speaks of its country."""
_FORMS = ("Republic", "Republics", "Kingdom", "Kingdoms", "Government", "Governments")
_FOUNDED = ("ORGANIZATION", "COMPANY", "PARTY", "ARMED_GROUP")


class Linker(Persons):
    """Links the names of one document, in order."""

    def link(self, name: Name) -> Link | None:
        """Where a name leads; None where it names no actor after all."""
        k = key(name.text)
        if not k or k in self.own.never:
            return None
        if k in self.own.names:
            return Link([self.own.names[k]], "own")
        if name.parts:
            return self._parts(name)
        if name.kind == ADJECTIVE or (name.candidates and is_demonym(name.candidates)):
            return self._demonym(name)
        if name.title is None and (seat := self._metonym(name)):
            return seat
        person = (name.label == "PERSON" and self._may_be_person(name)) or (
            name.title is not None and self._best_type(name) == "PERSON"
        )
        if person:
            found = self.person(name)
            if found and found.method == "local" and name.title is None and name.end - name.start == 1:
                # "bombed Guernica": the recogniser of entities took it for a person
                return self._known(name, persons=False) or found
            return found
        if name.title is None and (bearer := self._bearer(name)):
            return bearer
        known = self._known(name)
        if known:
            return known
        said = self._said_before(name)
        if said:
            return said
        if name.weak:
            return self._landed(name)
        return self._outside(name)

    def _landed(self, name: Name) -> Link | None:
        """`landed at Shimoda`, `met at Thoiry`: a place that no recogniser knows, told by its preposition."""
        t, i = self.t, name.start
        word = t.text[i]
        if name.end - i > 1 or name.candidates or t.pos[i] != "PROPN" or t.dep[i] != "pobj" or word.isupper():
            return None
        if word in self.lexicon.name_heads or word in self.lexicon.compass or not word.isalpha():
            return None
        stops = name.end >= len(t) or not t.capital[name.end]
        led = t.head[i] == i - 1 and (t.lower[i - 1] in self.lexicon.locating or self.settled(name))
        if not (stops and led) or self._nameless(name):
            return None
        return Link([self.local(name.text, "PLACE").id], "local")

    def _bearer(self, name: Name) -> Link | None:
        """The person named in full before whose surname is also a town's (`told Melbourne` after `Roy Melbourne`)."""
        if name.end - name.start != 1 or not any(c.kind == "surname" for c in name.candidates):
            return None
        when = self.moments.at(name.start)[0]
        if any(self._state(c) and (c.kind != "capital" or self._valid(c, when)) for c in name.candidates):
            return None
        found = self._person_in_text(name, name_words(name.text, self.lexicon))
        return found if found and found.method == "name in text" else None

    def expect(self, names: list[Name]) -> None:
        """Take note of the states that the text names anywhere: they tell which of several namesakes are likely."""
        for name in names:
            e = cached_entity(self.kb, name.candidates[0].entity_id) if name.candidates else None
            if e is not None and e.type == "STATE" and name.candidates[0].kind != "capital":
                self.countries[e.country] += 1

    def _state(self, c: Candidate) -> bool:
        e = cached_entity(self.kb, c.entity_id)
        return e is not None and e.type not in ("PERSON", "PLACE")

    def _may_be_person(self, name: Name) -> bool:
        """Whether the knowledge base does not know the name as something else (`John F. Kennedy administration`)."""
        if name.end - name.start == 1 and self.settled(name):
            return False
        if not name.candidates:
            return True
        if name.end - name.start < 2:
            first = cached_entity(self.kb, name.candidates[0].entity_id)
            return not (first and first.type == "STATE" and name.candidates[0].kind in ("name", "short"))
        types = {e.type for c in name.candidates if (e := cached_entity(self.kb, c.entity_id))}
        return "PERSON" in types

    def _best_type(self, name: Name) -> str:
        if not name.candidates:
            return name.label
        entity = cached_entity(self.kb, name.candidates[0].entity_id)
        return entity.type if entity else name.label

    def _parts(self, name: Name) -> Link | None:
        found: list[str] = []
        when = self.moments.at(name.start)[0]
        for part in name.parts:
            state = self.kb.demonym(part, when) or self.kb.state(part, when)
            if state is None:
                options = self.kb.lookup(part)
                state = options[0].entity_id if options else None
            if state is None and name.label == "PLACE":
                state = self.local(part, "PLACE").id
            if state and state not in found:
                found.append(self.referent(state).id if not state.startswith("local:") else state)
        return Link(found, "compound") if found else None

    def _demonym(self, name: Name) -> Link | None:
        when = self.moments.at(name.start)[0]
        best: tuple[float, str] | None = None
        for c in name.candidates:
            e = cached_entity(self.kb, c.entity_id) if c.kind in DEMONYMS else None
            if e is None or (name.text in self.lexicon.movements and not self._spoken_of(e.country)):
                continue
            score = self._fit(e, c, name, when)
            if best is None or score > best[0] + 1e-9:
                best = (score, e.id)
        return Link([self.referent(best[1]).id], "demonym") if best else None

    def _spoken_of(self, country: str) -> bool:
        """Whether the text names a state, or one that came before or after it."""
        if self.countries[country]:
            return True
        family = self.kb.family(country)
        return len(family) > 1 and any(c in family for spoken in self.countries for c in self.kb.family(spoken))

    def _seat(self, name: Name, when: str) -> bool:
        """Whether a name is that of a capital at that time."""
        return any(c.kind == "capital" and self._valid(c, when) for c in name.candidates)

    def _metonym(self, name: Name) -> Link | None:
        """`the Kremlin`; a capital that acts (`Washington wished`)."""
        when = self.moments.at(name.start)[0]
        year = year_of(when) if when else 1950
        for m in self.lexicon.metonyms.get(name.text, ()):
            if m.start <= year <= m.end:
                state = self.kb.state(m.state, when)
                if state:
                    return Link([self.referent(state).id], "metonym")
        dateline = name.text.isupper() and len(name.text) > 3
        if not dateline and self._seat(name, when) and self.acts(name):
            state = self.kb.capital_state(name.text, when)
            if state:
                return Link([self.referent(state).id], "capital")
        return None

    def acts(self, name: Name) -> bool:
        """Whether a place's name stands where an actor's would: subject, possessor, partner in dealings."""
        t = self.t
        i = name.end - 1
        for _ in range(4):
            dep = t.dep[i]
            if dep == "conj" and t.entity[t.head[i]] in ("GPE", "LOC", "FAC", "ORG", "PERSON"):
                i = t.head[i]
                continue
            if dep == "nsubj":
                return t.pos[t.head[i]] == "VERB" or self._minded(t.head[i])
            if dep == "nsubjpass":
                return t.lemma[t.head[i]] in self.lexicon.addressing
            if dep == "poss":
                return t.pos[t.head[i]] == "NOUN" and t.lemma[t.head[i]] not in (
                    "street",
                    "city",
                    "port",
                    "center",
                    "population",
                    "suburb",
                )
            if dep == "dative" and t.pos[t.head[i]] == "VERB":
                return True  # "sent Washington conflicting advice"
            if dep in ("dobj", "dative"):
                verb = t.lemma[t.head[i]]
                return verb in self.lexicon.addressing or verb in self.lexicon.affecting or self._messaged(t.head[i])
            if dep == "pobj":
                prep = t.head[i]
                if t.dep[prep] == "agent":
                    return True
                above = t.lemma[t.head[prep]]
                if t.lower[prep] in ("to", "on") and above in self.lexicon.addressing:
                    return True
                if f"{above} {t.lower[prep]}" in self.lexicon.addressing:
                    return True
                if t.lower[prep] == "against" and above in self.lexicon.marching:
                    return False
                if t.lower[prep] in ("of", "from") and t.lemma[t.head[prep]] in self.lexicon.governing:
                    return True
                dealt = t.pos[t.head[prep]] in ("NOUN", "VERB") or t.lower[prep] == "with"  # "an Agreement with Tehran"
                return dealt and t.lower[prep] in self.lexicon.state_prepositions
            return dep == "agent"
        return False

    def _minded(self, head: int) -> bool:
        """Whether a predicate says what only somebody can be: `London was ready`, `made Tehran more receptive`."""
        t = self.t
        if t.lemma[head] in self.lexicon.minded:
            return True
        after = range(head + 1, min(head + 8, len(t)))
        return t.lemma[head] == "be" and any(t.head[k] == head and t.lemma[k] in self.lexicon.minded for k in after)

    def _messaged(self, verb: int) -> bool:
        """Whether news, a proposal or the like reaches somebody there."""
        t = self.t
        return t.lemma[verb] == "reach" and any(
            t.head[k] == verb and t.dep[k] == "nsubj" and t.lemma[k] in self.lexicon.messages
            for k in range(max(verb - 12, 0), verb)
        )

    def _known(self, name: Name, *, persons: bool = True) -> Link | None:
        """The best candidate of the knowledge base that is no person, by type, time, country and prominence."""
        if not name.candidates:
            return None
        when = self.moments.at(name.start)[0]
        best: tuple[float, str] | None = None
        for c in name.candidates[:12]:
            if c.kind == "capital":
                continue
            e = cached_entity(self.kb, c.entity_id)
            if e is None or (e.type == "PERSON" and not persons):
                continue
            if (
                e.type == "PARTY"
                and name.end - name.start == 1
                and e.prominence < 0.6
                and not self.countries[e.country]
            ):
                continue  # one word is a party only where the text speaks of its country
            abroad = bool(e.country) and not self._spoken_of(e.country)
            if (
                e.type == "STATE"
                and c.kind == "variant"
                and when
                and c.end
                and year_of(c.end) + _REMEMBERED < year_of(when)
            ):
                continue  # "riots in Rome and Milan" of 1896: the towns, no state that went by their names
            if abroad and when and e.start and e.type in _FOUNDED and year_of(when) < year_of(e.start) - 1:
                continue  # nobody speaks of a body before it is there
            if abroad and self.countries and c.kind != "name" and self._everywhere(name):
                continue
            if abroad and name.end - name.start == 1 and (e.type in _FOUNDED and e.prominence < _FAMOUS):
                continue  # "KIA" are the killed in action, no Kachin army
            if e.type == "PERSON" and c.kind == "surname" and name.label != "PERSON" and self._seat(name, when):
                continue  # the city of Madrid rather than Miguel de la Madrid
            if e.type == "EVENT" and not self.t.capital[name.end - 1] and when and not self._about(e, when):
                continue  # "the Geneva conference" of 1977 is not that of 1954
            score = self._fit(e, c, name, when)
            if e.type == "PERSON" and name.label in ("STATE", "PLACE", "EVENT"):
                score -= 3
            if best is None or score > best[0] + 1e-9:
                best = (score, e.id)
        if best is None:
            return None
        e = cached_entity(self.kb, best[1])
        if e is not None and e.type == "PERSON":
            found = self.person(name)
            return found if found and (found.method != "local" or name.label not in ("STATE", "PLACE")) else None
        return Link([self.referent(best[1]).id], "knowledge")

    def _about(self, e: Entity, when: str) -> bool:
        """Whether an event happened within a few years of a time, or no one knows when."""
        first, last = (year_of(d) if d else None for d in (e.start or e.end, e.end or e.start))
        return first is None or last is None or first - 3 <= year_of(when) <= last + 3

    def _everywhere(self, name: Name) -> bool:
        """Whether every state has a body of that name (`National Assembly`, `Supreme Court`)."""
        t = self.t
        return all(
            t.text[i] in self.lexicon.generic
            or t.text[i] in self.lexicon.name_heads
            or t.text[i] in self.lexicon.movements
            for i in range(name.start, name.end)
            if t.capital[i]
        )

    def _fit(self, e: Entity, c: Candidate, name: Name, when: str) -> float:
        score = 4.0 * e.prominence
        allowed = _COMPATIBLE.get(name.label)
        if allowed:
            score += 1.5 if e.type == name.label else 0.8 if e.type in allowed else -1.0
        if c.kind == "name":
            score += 0.5
        if when:
            score += 0.7 if within(e.start, e.end, when) and self._valid(c, when) else -1.0
            if len(e.end) > 7 and e.end < when and e.end[:4] == when[:4]:
                score -= 1.0  # the Congo of July 1960
            if year_of(when) in [
                year_of(d) for d in (e.end, c.end) if d
            ]:  # in the year of the change the successor is meant
                score -= 1.0
        if e.country and self.countries[e.country]:
            score += 1.0
        if name.text in self.lexicon.movements:  # the Nationalists of the state that the text is about
            score += 2.0 * self.countries[e.country] / max([1, *self.countries.values()])
        if e.id in self.referents and self.referents[e.id].places:
            score += 0.7
        return score

    def _said_before(self, name: Name) -> Link | None:
        """A name the text has used, or a part of one (`the Canal` after `the Suez Canal`, `the East`)."""
        t = self.t
        if name.text in self.lexicon.name_heads and name.start and t.dep[name.start - 1] == "poss":
            return None  # "my Government"
        ids = self.called(name.text)
        if ids:
            return Link([ids[-1]], "same name")
        words = key_words(name.text)
        if not words:
            return None
        generic = len(words) == 1 and (name.text in self.lexicon.name_heads or name.text in self.lexicon.compass)
        if generic and (name.start == 0 or t.lower[name.start - 1] not in ("the", "this")):
            return None
        best: tuple[bool, int, str] | None = None
        allowed = _COMPATIBLE.get(name.label) if not name.weak or generic else None
        if (
            allowed
            and not generic
            and name.end - name.start <= 3
            and name.text.split()[-1] not in self.lexicon.name_heads
        ):
            allowed = allowed | {"PERSON"}  # "Bunau-Varilla", taken for an organisation
        if generic and name.label == "PLACE" and name.text in self.lexicon.compass:
            allowed = {"PLACE", "STATE"}
        articled = name.start > 0 and t.lower[name.start - 1] == "the"
        for r in self.sharing((words[0], words[-1])):
            if not r.places or (r.type == "STATE" and not name.weak):
                continue
            if allowed and r.type not in allowed:
                continue
            for text in r.seen:
                parts = key_words(text)
                if len(parts) <= len(words):
                    continue
                whole = not name.weak or (r.type == "EVENT" and not articled)  # Salamis is no Battle of Salamis
                if whole and parts[-len(words) - 1] in ("of", "the", "in", "and"):
                    continue
                ends = parts[-len(words) :] == words or (generic and words[0] in parts and name.label != "PLACE")
                starts = parts[: len(words)] == words and (r.type == "PERSON" or name.text in self.lexicon.compass)
                if ends or starts:
                    earlier = [p for p in r.places if p <= name.start]
                    found = (bool(earlier), max(earlier) if earlier else -min(r.places), r.id)
                    if best is None or found > best:
                        best = found
        return Link([best[2]], "part of name") if best else None

    def _outside(self, name: Name) -> Link | None:
        """An actor that only the text knows."""
        if not name.label or name.text in self.lexicon.never:
            return None
        kind = name.label
        t = self.t
        last = t.text[name.end - 1]
        if kind == "GOVERNMENT" and (state := self._realm(name) or (last in _GOVERNMENTS and self._sender(name))):
            return Link([state], "realm")
        if self._nameless(name) or _DESIGNATION.fullmatch(name.text):
            return None
        if kind == "STATE":
            state = self._realm(name)
            if state:
                return Link([state], "realm")
            if not any(t.text[i] in self.lexicon.name_heads for i in range(name.start, name.end)):
                kind = "PLACE"
        given = t.text[name.start].split("-")[0]
        personal = (
            (given in self.lexicon.given_names or given in self.kb.given_names)
            and name.end - name.start > 1
            and t.lower[name.start - 1] != "the"
        )
        if kind == "ORGANIZATION" and personal and t.text[name.end - 1] not in self.lexicon.name_heads:
            return self.person(name)  # "Jean-Baptiste Carrier", taken for an organisation
        if kind == "PEOPLE" and not name.text[0].isupper():
            return None
        if kind == "ORGANIZATION" and (state := self._mission(name) or (given in _FORMS and self._realm(name))):
            return Link([state], "realm")
        if kind in ("ORGANIZATION", "STATE") and self._located(name):
            kind = "PLACE"
        country = self._country_of(name)
        return Link([self.local(name.text, kind, country).id], "local")

    def _realm(self, name: Name) -> str:
        """`Kingdom of Lew Chew`, `Government of Angola`: the state that is known by the name after `of`."""
        _, _, realm = name.text.partition(" of ")
        state = self.kb.state(realm.removeprefix("the "), self.moments.at(name.start)[0]) if realm else None
        return self.referent(state).id if state else ""

    def _sender(self, name: Name) -> str:
        """The state with whose name or adjective a name begins: `United States Government`, `American Legation`."""
        when = self.moments.at(name.start)[0]
        used, candidates = self.kb.longest_match(self.t.text[name.start : name.end], 0)
        words = " ".join(self.t.text[name.start : name.start + used])
        state = (self.kb.demonym(words, when) or self.kb.state(words, when)) if candidates else None
        e = cached_entity(self.kb, state) if state else None
        if e is None or not within("", e.end, when):
            return ""  # nor is the Imperial Government of 1917 that of the Holy Roman Empire
        return self.referent(e.id).id

    def _mission(self, name: Name) -> str:
        """The state of an unnamed mission: `the American Legation`, `Legation of Bolivia`, `Embassy Manama`."""
        t, missions = self.t, self.lexicon.missions
        first, last = t.text[name.start], t.text[name.end - 1]
        if last in missions or (t.text[name.end - 2] in missions and last == "General"):
            return self._sender(name)
        if first in missions and t.lower[name.start + 1] == "of":
            return self._realm(name)
        if first in missions and any(c.kind == "capital" for c in self.kb.lookup(name.text.partition(" ")[2])):
            state = self.kb.state("USA")  # so the Department of State calls its posts
            return self.referent(state).id if state else ""
        return ""

    def _country_of(self, name: Name) -> str:
        """The country that a demonym inside the name tells (`Pakistani Army`)."""
        when = self.moments.at(name.start)[0]
        for i in range(name.start, name.end):
            state = self.kb.demonym(self.t.text[i], when) if self.t.capital[i] else None
            if state:
                return self.referent(state).country if state in self.referents else entity_country(self.kb, state)
        return ""
