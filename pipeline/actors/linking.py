"""Lead names to actors: what the text tells first, then the knowledge base at the time told, then local actors."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pipeline.actors.knowledge import Candidate, Entity, Knowledge, Role
from pipeline.actors.lexicon import Lexicon, Title
from pipeline.actors.moments import Moments, year_of
from pipeline.actors.names import is_acronym, key
from pipeline.actors.naming import ADJECTIVE, DEMONYMS, Name, is_demonym
from pipeline.actors.own import OwnActors
from pipeline.actors.tokens import Tokens

_WORKING_LIFE = 45
"""Years before the first and after the last dated office in which a person may still be spoken of as living."""

CHIEFS = ("president", "head_of_state", "head_of_government", "king", "leader")
_OF_STATES = frozenset(
    ("president", "head_of_state", "head_of_government", "king", "foreign_minister", "defense_minister", "ambassador")
)

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


_GOVERNMENTS = ("Government", "Governments", "Administration")
_FOUNDED = ("ORGANIZATION", "COMPANY", "PARTY", "ARMED_GROUP")


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
    suffixes = {key(s) for s in lexicon.suffixes}
    words = key(name).split()
    while len(words) > 1 and words[-1] in suffixes and (len(words) > 2 or words[-1] in ("jr", "sr")):
        words.pop()
    return tuple(words)


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


class Linker:
    """Links the names of one document, in order."""

    def __init__(self, tokens: Tokens, kb: Knowledge, lexicon: Lexicon, own: OwnActors, moments: Moments) -> None:
        self.t, self.kb, self.lexicon, self.own, self.moments = tokens, kb, lexicon, own, moments
        self.referents: dict[str, Referent] = {}
        self._by_key: dict[str, list[str]] = {}
        self.countries: Counter[str] = Counter()

    # ------------------------------------------------------------------ actors
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
                found = Referent(e.id, e.name, e.type, e.country, e.gender, True, e.wikidata, e.cow)
            found.words = name_words(found.name, self.lexicon)
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
            self.referents[identity] = found
        return found

    def note(self, actor_id: str, text: str, token: int) -> None:
        """Remember that the text names an actor so, there."""
        r = self.referent(actor_id) if actor_id not in self.referents else self.referents[actor_id]
        r.places.append(token)
        if text:
            r.seen[text] += 1
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

    # ------------------------------------------------------------------- names
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
            found = self._person(name)
            if found and found.method == "local" and name.title is None and name.end - name.start == 1:
                return self._known(name) or found  # "bombed Guernica": the recogniser of entities took it for a person
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
            return None
        return self._outside(name)

    def _bearer(self, name: Name) -> Link | None:
        """The person named in full before whose surname is also a town's (`told Melbourne` after `Roy Melbourne`)."""
        if name.end - name.start != 1 or not any(c.kind == "surname" for c in name.candidates):
            return None
        when = self.moments.at(name.start)[0]
        if any(self._state(c) and (c.kind != "capital" or self._valid(c, when)) for c in name.candidates):
            return None
        found = self._person_in_text(name, name_words(name.text, self.lexicon))
        return found if found and found.method == "name in text" else None

    def _state(self, c: Candidate) -> bool:
        e = cached_entity(self.kb, c.entity_id)
        return e is not None and e.type not in ("PERSON", "PLACE")

    def _may_be_person(self, name: Name) -> bool:
        """Whether the knowledge base does not know the name as something else (`John F. Kennedy administration`)."""
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
            if e is None:
                continue
            score = self._fit(e, c, name, when)
            if best is None or score > best[0] + 1e-9:
                best = (score, e.id)
        return Link([self.referent(best[1]).id], "demonym") if best else None

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
        if (
            not dateline
            and any(c.kind == "capital" and self._valid(c, when) for c in name.candidates)
            and self.acts(name)
        ):
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
            if dep == "conj" and t.entity[t.head[i]] in ("GPE", "LOC", "FAC", "ORG"):
                i = t.head[i]
                continue
            if dep == "nsubj":
                return t.pos[t.head[i]] == "VERB"
            if dep == "poss":
                return t.pos[t.head[i]] == "NOUN" and t.lemma[t.head[i]] not in (
                    "street",
                    "city",
                    "port",
                    "center",
                    "population",
                    "suburb",
                )
            if dep in ("dobj", "dative"):
                return t.lemma[t.head[i]] in self.lexicon.addressing
            if dep == "pobj":
                prep = t.head[i]
                if t.lower[prep] in ("to", "on") and t.lemma[t.head[prep]] in self.lexicon.addressing:
                    return True
                return t.lower[prep] in self.lexicon.state_prepositions and t.pos[t.head[prep]] in ("NOUN", "VERB")
            return dep == "agent"
        return False

    def _valid(self, c: Candidate, when: str) -> bool:
        return not when or not ((c.start and c.start[:4] > when[:4]) or (c.end and c.end[:4] < when[:4]))

    def _known(self, name: Name) -> Link | None:
        """The best candidate of the knowledge base that is no person, by type, time, country and prominence."""
        if not name.candidates:
            return None
        when = self.moments.at(name.start)[0]
        best: tuple[float, str] | None = None
        persons = 0
        for c in name.candidates[:12]:
            if c.kind == "capital":
                continue
            e = cached_entity(self.kb, c.entity_id)
            if e is None:
                continue
            if (
                e.type == "PARTY"
                and name.end - name.start == 1
                and e.prominence < 0.6
                and not self.countries[e.country]
            ):
                continue  # one word is a party only where the text speaks of its country
            abroad = bool(e.country) and not self.countries[e.country]
            if abroad and when and e.start and e.type in _FOUNDED and year_of(when) < year_of(e.start) - 1:
                continue  # nobody speaks of a body before it is there
            if abroad and self._everywhere(name):
                continue
            score = self._fit(e, c, name, when)
            if e.type == "PERSON":
                persons += 1
                if name.label in ("STATE", "PLACE", "EVENT"):
                    score -= 3
            if best is None or score > best[0] + 1e-9:
                best = (score, e.id)
        if best is None:
            return None
        e = cached_entity(self.kb, best[1])
        if e is not None and e.type == "PERSON":
            return self._person(name)
        return Link([self.referent(best[1]).id], "knowledge")

    def _everywhere(self, name: Name) -> bool:
        """Whether every state has a body of that name (`National Assembly`, `Supreme Court`)."""
        t = self.t
        return all(
            t.text[i] in self.lexicon.generic or t.text[i] in self.lexicon.name_heads
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
            alive = not (e.start and e.start[:4] > when[:4]) and not (e.end and e.end[:4] < when[:4])
            score += 0.7 if alive and self._valid(c, when) else -1.0
            if when[:4] in (e.end[:4], c.end[:4]):  # in the year of the change the successor is meant
                score -= 1.0
        if e.country and self.countries[e.country]:
            score += 1.0
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
        words = tuple(key(name.text).split())
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
        for r in self.referents.values():
            if not r.places or (r.type == "STATE" and not name.weak):
                continue
            if allowed and r.type not in allowed:
                continue
            for text in r.seen:
                parts = tuple(key(text).split())
                if len(parts) <= len(words):
                    continue
                if not name.weak and parts[-len(words) - 1] in ("of", "the", "in", "and"):
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
        if self._nameless(name):
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
            return self._person(name)  # "Jean-Baptiste Carrier", taken for an organisation
        if kind == "PEOPLE" and not name.text[0].isupper():
            return None
        if kind == "ORGANIZATION" and (state := self._mission(name)):
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
        return self.referent(state).id if state else ""

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

    def _nameless(self, name: Name) -> bool:
        """Whether its words are what anything of the kind is called (`Consulate General`, `Joint Resolution`)."""
        t = self.t
        words = [t.text[i] for i in range(name.start, name.end) if t.capital[i]]
        return all(w in self.lexicon.generic or (len(words) > 1 and w in self.lexicon.missions) for w in words) or (
            any(w in self.lexicon.generic for w in words)
            and len(words) < 3
            and all(w in self.lexicon.generic or self.lexicon.name_heads.get(w) == "EVENT" for w in words)
        )

    def _country_of(self, name: Name) -> str:
        """The country that a demonym inside the name tells (`Pakistani Army`)."""
        when = self.moments.at(name.start)[0]
        for i in range(name.start, name.end):
            state = self.kb.demonym(self.t.text[i], when) if self.t.capital[i] else None
            if state:
                return self.referent(state).country if state in self.referents else entity_country(self.kb, state)
        return ""

    # ----------------------------------------------------------------- persons
    def _person(self, name: Name) -> Link | None:
        words = name_words(name.text, self.lexicon)
        if not words:
            return None
        in_text = self._person_in_text(name, words)
        if in_text:
            return in_text
        found = self._kin(name, words) or self._person_in_knowledge(name, words)
        if found:
            return found
        if name.weak and name.title is None:
            return None
        if len(words) == 1 and name.title is None and (ids := self.called(name.text)):
            return Link([ids[-1]], "same name")
        if name.title is None and self._nameless(name):
            return None
        if name.title is None and is_acronym(name.text) and not self._shouted(name):
            return Link([self.local(name.text, "ORGANIZATION").id], "local")
        if name.title is None and self._located(name):
            return Link([self.local(name.text, "PLACE").id], "local")
        gender = self._gender(name, words)
        return Link([self.local(name.text, "PERSON", "", gender).id], "local")

    def _located(self, name: Name) -> bool:
        """Whether an unknown name of one word stands where a place's would: `at Navarino`, `entered Sabra`."""
        t, i = self.t, name.start
        if name.end - i != 1 or not i or is_acronym(name.text):
            return False
        if t.lower[i - 1] in self.lexicon.locating:
            return True
        return t.dep[i] == "dobj" and t.head[i] < i and t.lemma[t.head[i]] in self.lexicon.reaching

    def _shouted(self, name: Name) -> bool:
        """Whether the words around a name are in capitals too."""
        t, i = self.t, name.start
        return any(t.text[k].isupper() and len(t.text[k]) > 3 for k in (i - 1, name.end) if 0 <= k < len(t))

    def _gender(self, name: Name, words: tuple[str, ...]) -> str:
        if name.title and name.title.gender:
            return name.title.gender
        return self.lexicon.given_names.get(words[0].capitalize(), "") if len(words) > 1 else ""

    def _person_in_text(self, name: Name, words: tuple[str, ...]) -> Link | None:
        before: list[tuple[int, str]] = []
        after: list[tuple[int, str]] = []
        others = {c.entity_id for c in name.candidates if c.kind in ("name", "variant")} if len(words) > 1 else set()
        for r in self.referents.values():
            if r.type != "PERSON" or not r.places:
                continue
            if others and r.known and r.id not in others and words != r.words:
                continue  # John Quincy Adams is no John Adams
            if name.title and name.title.gender and r.gender and name.title.gender != r.gender:
                continue
            fits = any(
                words == w or is_short_for(words, w) or (len(w) > 1 and len(words) > 1 and is_short_for(w, words))
                for w in {r.words, *(name_words(s, self.lexicon) for s in r.seen)}
            )
            if not fits:
                continue
            earlier = [p for p in r.places if p < name.start]
            if earlier:
                before.append((max(earlier), r.id))
            else:
                after.append((min(r.places), r.id))
        if len(before) > 1:  # "Barzani" is not "his son Idris"
            called = [b for b in before if any(words[-1] in key(s).split() for s in self.referents[b[1]].seen)]
            before = called or before
        if before:
            chosen = max(before)[1]
            if len(words) == 1 and len(before) > 1:
                chosen = self._relative(name, before)
            elif len(words) == 1 and (heir := self._heir(name, chosen)):
                return Link([heir], "surname")
            return Link([chosen], "name in text")
        if after and len(words) == 1:
            later = min(after)[1]
            known = self._person_in_knowledge(name, words)
            if known and self._outshines(known.actors[0], later, name):
                return known
            return Link([later], "name later in text")
        return None

    def _outshines(self, known: str, later: str, name: Name) -> bool:
        """Whether a bare surname rather means a famous person than the one whom the text names in full later."""
        when = self.moments.at(name.start)
        one, other = cached_entity(self.kb, known), cached_entity(self.kb, later)
        fit = (self._person_fit(one, name.title, when, 1) if one else None) or 0.0
        against = (self._person_fit(other, name.title, when, 1) if other else 3.0) or 0.0
        return known != later and fit > against + 1.0

    def _heir(self, name: Name, named: str) -> str:
        """Who of a former (or later) leader's surname leads the same state at that time, if it is another."""
        when = self.moments.at(name.start)
        leads = [r.country for r in cached_roles(self.kb, named) if r.office in CHIEFS and r.country]
        if not when[0] or not leads or self.held(named, CHIEFS, "", when):
            return ""
        surnames = [c.entity_id for c in name.candidates if c.kind == "surname" and c.entity_id != named]
        heirs = [x for x in surnames if any(self.held(x, CHIEFS, country, when) for country in dict.fromkeys(leads))]
        return self.referent(heirs[0]).id if heirs else ""

    def _relative(self, name: Name, found: list[tuple[int, str]]) -> str:
        """Of persons of one surname: the one with the title at that time, else the one last named."""
        if name.title and name.title.offices:
            when = self.moments.at(name.start)
            for _, actor in sorted(found, reverse=True):
                if actor in self.referents and self.held(actor, name.title.offices, "", when):
                    return actor
        return max(found)[1]

    def _kin(self, name: Name, words: tuple[str, ...]) -> Link | None:
        """`his son Idris`, where the text names Mustafa Barzani: Idris Barzani, else an actor of its own."""
        t, i = self.t, name.start
        if len(words) > 1 or name.title or not i or t.lemma[i - 1] not in self.lexicon.families:
            return None
        relatives = [r for r in self.referents.values() if r.type == "PERSON" and len(r.words) > 1 and r.places]
        for r in sorted(relatives, key=lambda r: (min(abs(p - i) for p in r.places), r.id)):
            for c in self.kb.lookup(f"{name.text} {r.words[-1]}"):
                e = cached_entity(self.kb, c.entity_id)
                if e is not None and e.type == "PERSON":
                    return Link([self.referent(e.id).id], "relative")
        return Link([self.local(name.text, "PERSON").id], "local")

    def _person_in_knowledge(self, name: Name, words: tuple[str, ...]) -> Link | None:
        when = self.moments.at(name.start)
        titled = self._titled(name) if len(words) == 1 else []
        options = titled or [c for c in name.candidates if c.kind != "capital"] or self.kb.lookup(name.text)
        method = "knowledge"
        if not options and len(words) > 1:
            options, method = self._by_surname(name, words), "given name and surname"
        if not options and len(words) > 1:
            options, method = self.kb.lookup_fuzzy(name.text), "spelling"
        ranked: list[tuple[float, str]] = []
        seen: set[str] = set()
        for c in options[:40]:
            e = cached_entity(self.kb, c.entity_id)
            if e is None or e.type != "PERSON" or e.id in seen:
                continue
            seen.add(e.id)
            if name.title and name.title.gender and e.gender and e.gender != name.title.gender:
                continue
            fit = self._person_fit(e, name.title, when, len(words))
            if fit is not None:
                ranked.append((fit + (0.5 if c.kind == "name" else 0.0), e.id))
        if not ranked:
            return None
        ranked.sort(key=lambda x: (-x[0], x[1]))
        best, chosen = ranked[0]
        margin = best - ranked[1][0] if len(ranked) > 1 else 9.0
        # "Du Pont" is a surname of two words
        bare = (len(words) == 1 and not titled) or (method == "knowledge" and all(c.kind == "surname" for c in options))
        need = (2.0, 0.7) if bare else (0.0, 0.0)
        elsewhere = not (countries_of(self.kb, self.referent(chosen)) & set(self.countries)) and not self.held(
            chosen, ("secretary_general",), "", when
        )
        if bare and name.title is None and elsewhere:
            need = (4.2, 1.0)  # a bare word: only somebody famous, or of a country the text speaks of
        if best < need[0] or margin < need[1]:
            return None
        if len(words) == 1 and not titled:
            method = "surname"
        if name.title is not None and name.title.offices:
            method += " and office"
        return Link([self.referent(chosen).id], method)

    def _titled(self, name: Name) -> list[Candidate]:
        """Persons known by a title and one name: `Mullah Omar`, `Lord Ashburton`."""
        if name.title is None:
            return []
        words = " ".join(self.t.text[k] for k in range(name.title_start, name.end))
        return [c for c in self.kb.lookup(words) if c.kind in ("name", "variant")]

    def _by_surname(self, name: Name, words: tuple[str, ...]) -> list[Candidate]:
        """Persons of that surname whose full name has the given name too (`Matthew Perry` for `Matthew C. Perry`)."""
        if len(words[0]) < 3:
            return []
        found = []
        for c in self.kb.lookup(name.text.split()[-1])[:40]:
            e = cached_entity(self.kb, c.entity_id)
            if e is not None and e.type == "PERSON":
                full = name_words(e.name, self.lexicon)
                if full[0] == words[0] and full[-1] == words[-1] and is_short_for(words, full):
                    found.append(c)
        return found

    def _person_fit(self, e: Entity, title: Title | None, when: tuple[str, str], words: int) -> float | None:
        """How well a person of the knowledge base fits; None where the years exclude them."""
        score = 4.0 * e.prominence
        first, last = active_years(self.kb, e)
        if when[0] and first is not None and last is not None:
            year = year_of(when[0])
            if not first - _WORKING_LIFE <= year <= last + _WORKING_LIFE:
                return None
            distance = max(first - year, year - last, 0)
            score += 1.5 if distance <= 3 else (0.5 if distance <= 15 else -0.5)
        if e.country and self.countries[e.country]:
            score += 1.0
        if words == 1 and not title and when[0] and self.held(e.id, CHIEFS, "", when):
            score += 1.0  # a bare surname rather means who governed then
        if title and title.offices:
            if self.held(e.id, title.offices, "", when):
                score += 3.0
            elif words == 1:
                score -= 1.0
        return score

    def held(self, person: str, offices: tuple[str, ...], country: str, when: tuple[str, str]) -> bool:
        """Whether the knowledge base has a person in one of the offices about that time."""
        for role in cached_roles(self.kb, person):
            if role.office in offices and (
                not country or role.country == country or (not role.country and role.office not in _OF_STATES)
            ):
                if not when[0]:
                    return True
                start, end = role_years(role)
                if start - 1 <= year_of(when[1] or when[0]) and year_of(when[0]) <= end + 1:
                    return True
        return False


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
