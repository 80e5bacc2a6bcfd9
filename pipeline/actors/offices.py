"""Nominals for one person or some: who holds the office, who was described so, who was named together."""

from __future__ import annotations

from pipeline.actors.discourse import NOMINAL, PRONOUN, Found
from pipeline.actors.lexicon import Noun, head_word
from pipeline.actors.moments import year_of
from pipeline.actors.naming import NAME
from pipeline.actors.nominals import Phrase, left_edge, phrase_of
from pipeline.actors.persons import CHIEFS
from pipeline.actors.phrases import Phrases
from pipeline.actors.ranker import MEASURES
from pipeline.actors.referents import countries_of, role_years

_NARROW = 6
"""Years a time told may span for an office to be looked up by it."""
_CHIEFLY = frozenset(("leader", "president"))
_SENT = frozenset(
    (
        "ambassador",
        "commissioner",
        "delegate",
        "diplomat",
        "emissary",
        "envoy",
        "general",
        "negotiator",
        "plenipotentiary",
        "senator",
    )
)


_HELD = frozenset(("prisoner", "captive", "detainee"))
"""Nouns for persons to whom something was done just before."""
_PERSONAL = frozenset(("office", "person", "staff"))
_FORMER = frozenset(("former", "ousted", "deposed", "fallen", "overthrown"))
"""Words by which somebody is meant who has left an office."""
_IN_TURN = frozenset(("successor", "predecessor"))
_LATELY = 4
"""Sentences in which a leader of a country must have been spoken of."""
_REMEMBERED = 12
"""Sentences for which a description of a person is remembered."""


class Offices(Phrases):
    """Leads what describes a person to that person."""

    def _entitled(self, name: Found) -> None:
        """Remember what a person is called by before the name ("General Antonio Luna", "premier Nagy")."""
        t, i = self.t, name.title if name.title >= 0 else name.start
        words = tuple(t.lower[i : name.start])
        if words:
            self._describe(words[head_word(words)], name.actors, name.start)
        elif i and t.dep[i - 1] == "compound":
            self._describe(t.lemma[i - 1], name.actors, name.start)

    def _describe(self, word: str, actors: list[str], token: int) -> None:
        if len(actors) == 1:
            self.described.setdefault(word, []).append((actors[0], token))

    def _beside_person(self, i: int, known: Phrase | None) -> Found | None:
        """`the American agent, Thomas Barclay`, `Bunau-Varilla, a French engineer`: whoever is named beside."""
        t = self.t
        if t.plural[i] or t.dep[i] in ("compound", "amod", "nmod") or t.entity[i] in MEASURES:
            return None
        noun = known.nouns[0] if known else None
        if noun is not None and (noun.link not in _PERSONAL or (noun.link == "staff" and noun.sector == "MIL")):
            return None
        if noun is None and (not t.lemma[i].endswith(self.lexicon.person_endings) or t.lemma[i].endswith("ment")):
            return None
        after = t.text[i + 1] if i + 1 < len(t) else ""
        name = self.by_head.get(t.head[i]) if t.dep[i] == "appos" else None
        if name is None and after not in (",", "of", "to", "in", "for") and i + 1 not in self.starting:
            return self._became(i, known)
        p = known or phrase_of(t, i, i, i + 1, [], self.lexicon)
        about = p.of >= 0 and p.of not in self.inside and noun is None  # "the murder of her favourite, Rasputin"
        beside = [] if about else self._beside(p)
        if not beside:
            return self._became(i, known)
        self._describe(t.lemma[i], beside, i)
        r = self.linker.referents[beside[0]]
        if not r.known and not r.country:
            r.country = self._country(self._states(p))
        if noun is not None and noun.link == "office":
            return None
        if p.start == i and p.owner < 0:
            return None  # "adviser Henry Kissinger": a title, no mention of its own
        found = Found(p.start, p.end, i, NOMINAL, "PERSON", list(beside), "apposition")
        return found

    def _became(self, i: int, known: Phrase | None) -> Found | None:
        """Remember who is said to be, to become or to be made something ("Ii Naosuke became regent")."""
        t, verb = self.t, self.t.head[i]
        at = -1
        if t.dep[i] in ("attr", "acomp"):
            at = self.subject_of.get(verb, -1)
        elif t.dep[i] == "pobj" and t.lower[verb] == "as":
            verb = t.head[verb]
            at = self.subject_of.get(verb, -1)
            at = next((k for k in range(verb + 1, i) if t.dep[k] == "dobj" and t.head[k] == verb), at)
        elif t.dep[i] == "oprd":
            at = self.subject_of.get(verb, -1)
            at = next((k for k in range(verb + 1, i) if t.dep[k] == "dobj" and t.head[k] == verb), at)
        if at >= 0 and at < i:
            item = next((x for x in reversed(self.items[-40:]) if x.token == at and x.last == x.token), None)
            if item is not None and item.type == "PERSON" and len(item.actors) == 1:
                self._describe(t.lemma[i], list(item.actors), i)
                if known and known.nouns[0].offices:
                    states = self._states(known)
                    r = self.linker.referents[item.actors[0]]
                    r.offices.append((known.nouns[0].offices, self._country(states) or r.country, i))
                if known and (known.owner >= 0 or known.determiner == "the"):
                    return Found(known.start, known.end, i, NOMINAL, "PERSON", list(item.actors), "apposition")
        return None

    def _taken_up(self, i: int) -> Found | None:
        """`the engineer`: who was described so before."""
        t = self.t
        if t.lemma[i] not in self.described or t.plural[i] or i == 0:
            return None
        start = left_edge(t, i, i)
        if t.lower[start] != "the" or i - start > 1:
            return None
        person = self._so_described(t.lemma[i], i)
        return Found(start, i + 1, i, NOMINAL, "PERSON", [person], "described so") if person else None

    def _so_described(self, word: str, token: int) -> str:
        """Who was last described by a word, if not long ago."""
        person, at = self.described.get(word, [("", -1)])[-1]
        if not person or self.t.sentence[token] - self.t.sentence[at] > _REMEMBERED:
            return ""
        return "" if person in self._acting(token) else person

    def _office(self, p: Phrase, noun: Noun) -> Found | None:
        """The person who holds an office: in apposition, named so before, or by the knowledge base."""
        if p.plural:
            return self._officers(p, noun)
        states = self._states(p)
        owner = self._owner(p)
        country = self._country(states) or self._served(p.head)
        if owner and not country:
            country = self._country(owner.actors)
        if not country and noun.state and (own := self.kb.state(noun.state, self.moments.at(p.head)[0])):
            country = self.linker.referent(own).country
        beside = self._beside(p)
        if beside:
            self.posts.append((noun.offices, country, beside[0], p.head))
            if p.determiner not in ("the", "this", "that") and p.owner < 0 and not states:
                return None  # "prime minister, Patrice Lumumba": a title, no mention of its own
            return self._make(p, noun, beside, "apposition")
        if p.determiner in ("a", "an", "another", "no", "any", "some", "each", "every"):
            return None
        if not p.determiner and not states and owner is None:
            return None
        if owner is None and not states and p.determiner in ("the", "this", "that"):
            person = self._so_described(self.t.lemma[p.head], p.head) if p.head - p.start == len(noun.words) else ""
            if person and not self.t.capital[p.head] and (country or not self._twice(self.t.lemma[p.head])):
                return self._make(p, noun, [person], "described so")
        to_country = self._country(self._post(p))
        if not to_country and "ambassador" in noun.offices:
            others = [c for c, _ in self.linker.countries.most_common(3) if c != country]
            to_country = others[0] if country and others else ""
            if not to_country:
                return None
        if "new" in self.t.lower[p.start : p.head] and (person := self._successor(noun, country, p.head)):
            return self._make(p, noun, [person], "office in text")
        when = self._in_office(owner, self.moments.at(p.head))
        if _FORMER & set(self.t.lower[p.start : p.head]) and (person := self._formerly(noun, country, p.head)):
            return self._make(p, noun, [person], "office in text")
        posted = p.to >= 0 and bool({"ambassador", "consul", "charge_d_affaires"} & set(noun.offices))
        recent = "" if posted else self._recent_holder(noun, country, p.head, when)
        if recent:
            return self._make(p, noun, [recent], "office in text")
        if country or self.linker.countries:
            seat = country or (
                self.linker.countries.most_common(1)[0][0] if p.determiner == "the" and owner is None else ""
            )
            if seat and when[0] and year_of(when[1]) - year_of(when[0]) <= _NARROW:
                for office in noun.offices:
                    holders = self.kb.holders(office, seat, when[0], when[1], to_country)
                    if holders:
                        return self._make(p, noun, [self.linker.referent(holders[0].person).id], "office at that time")
        if country and "leader" in noun.offices and (person := self._countryman(country, p.head)):
            return self._make(p, noun, [person], "of that country")
        return None

    def _served(self, token: int) -> str:
        """The country of whoever is described by a possessor: `Cyrus Vance, the president's envoy`."""
        t, noun = self.t, self.t.head[token]
        if t.dep[token] != "poss" or t.dep[noun] != "appos":
            return ""
        name = self.by_head.get(t.head[noun])
        return self._country(name.actors) if name is not None and name.label == "PERSON" else ""

    def _countryman(self, country: str, token: int) -> str:
        """`the Filipino leader`: the person of a country who was spoken of most lately, if no other acts there."""
        acting = self._acting(token)
        for item in reversed(self.items):
            if self.t.sentence[token] - item.sentence > _LATELY:
                break
            one = item.actors[0] if item.type == "PERSON" and len(item.actors) == 1 else ""
            if one and one not in acting and self.linker.referents[one].country == country:
                return one
        return ""

    def _successor(self, noun: Noun, country: str, token: int) -> str:
        """`the new emperor`: who was spoken of lately and not called so before, if somebody else was."""
        earlier = {
            a
            for a, r in self.linker.referents.items()
            if any(at < token and set(named) & set(noun.offices) for named, _, at in r.offices)
        }
        acting = self._acting(token)
        for item in reversed(self.items):
            if self.t.sentence[token] - item.sentence > 2 or not earlier:
                break
            one = item.actors[0] if item.type == "PERSON" and len(item.actors) == 1 else ""
            if one and one not in earlier and one not in acting:
                r = self.linker.referents[one]
                if (not country or r.country in ("", country)) and self.t.dep[item.token] in ("nsubj", "nsubjpass"):
                    return one
        return ""

    def _formerly(self, noun: Noun, country: str, token: int) -> str:
        """`the former premier`: who was spoken of last of those that have left such an office."""
        when = self.moments.at(token)
        acting = self._acting(token)
        for item in reversed(self.items):
            one = item.actors[0] if item.type == "PERSON" and len(item.actors) == 1 else ""
            if not one or one in acting or not self.linker.held(one, noun.offices, country, ("", "")):
                continue
            if not self.linker.held(one, noun.offices, country, when, current=True):
                return one
        return ""

    def _twice(self, word: str) -> bool:
        """Whether two persons were described by a word."""
        return len({person for person, _ in self.described.get(word, ())}) > 1

    def _in_office(self, owner: Found | None, when: tuple[str, str]) -> tuple[str, str]:
        """The time at which a chief's ministers are meant: told, or when the chief took office if that was later."""
        if owner is None or len(owner.actors) != 1 or not when[0]:
            return when
        starts = [r.start for r in self.kb.roles(owner.actors[0]) if r.office in CHIEFS and r.start]
        if not starts or self.linker.referents[owner.actors[0]].type != "PERSON":
            return when
        if any(s[:4] <= when[1][:4] for s in starts):
            later = [s for s in starts if when[0] < s <= when[1]]
            return (max(later), when[1]) if later else when
        near = min(starts)
        return (near, near) if year_of(near) - year_of(when[1]) <= _NARROW else when

    def _post(self, p: Phrase) -> list[str]:
        """Where an envoy serves: `Ambassador to the United Kingdom`, `ambassador in Baghdad`."""
        f = self.inside.get(p.to) if p.to >= 0 else None
        return f.actors if f else []

    def _recent_holder(self, noun: Noun, country: str, token: int, when: tuple[str, str]) -> str:
        """The person last mentioned who is said, or known, to hold such an office."""
        offices = noun.offices
        gender = next((t.gender for t in self.lexicon.titles.get(noun.words[-1].capitalize(), ()) if t.gender), "")
        persons: list[str] = []
        for item in reversed(self.items):
            if len(item.actors) == 1 and item.type == "PERSON" and item.actors[0] not in persons:
                if gender and self.linker.referents[item.actors[0]].gender not in ("", gender):
                    continue  # "the Queen" is no king
                persons.append(item.actors[0])
                if len(persons) > 12:
                    break
        home = country or (self.linker.countries.most_common(1)[0][0] if self.linker.countries else "")
        if not country:  # "the President", of the country that the text is about
            acting = self._acting(token)
            persons = [a for a in persons if a not in acting]
            if self.t.capital[token]:
                persons.sort(key=lambda a: home not in countries_of(self.kb, self.linker.referents[a]))
                if writers := self._capitalised(offices):
                    persons.sort(key=lambda a: not self.linker.held(a, offices, writers, when, current=True))
            elif "president" in offices:
                # Who was the subject just before would be "he": the president is rather another.
                here = self.t.sentence[token]
                before = {a for x in self.items if x.sentence == here - 1 and self._leads(x.token) for a in x.actors}
                persons.sort(key=lambda a: (a in before, -self.totals[a]))
        said = [
            person
            for person in persons
            if any(
                at <= token and set(named) & set(offices) and (not country or not place or place == country)
                for named, place, at in self.linker.referents[person].offices
            )
            or (not country and self.linker.held(person, offices, "", when, current=True))
        ]
        for person in sorted(said, key=lambda a: self.linker.not_yet(a, offices, when)):
            if not self._out_of_office(person, offices, when):
                return person
        for named, place, person, _ in reversed(self.posts):
            if set(named) & set(offices) and (not country or place in ("", country)):
                return person
        for seat in dict.fromkeys((home, country)):
            for person in persons:
                served = countries_of(self.kb, self.linker.referents[person])
                if seat and seat not in served:
                    continue
                if self.linker.held(person, offices, seat, when, current=True):
                    return person
        if not country:  # "informed Bismarck. The chancellor shortened"
            for person in persons[:4]:
                if self.linker.held(person, offices, "", when):
                    return person
        return said[0] if said else ""

    def _capitalised(self, offices: tuple[str, ...]) -> str:
        """The country whose writers give an office a capital letter, in a text that often speaks of it."""
        often = max(self.linker.countries.values(), default=0) / 2
        capitalised = (self.lexicon.capitalised.get(office, "") for office in offices)
        return next((c for c in capitalised if c and self.linker.countries[c] >= often), "")

    def _leads(self, token: int) -> bool:
        """Whether a noun is the subject of its sentence."""
        return self.t.dep[token] in ("nsubj", "nsubjpass") and self.t.dep[self.t.head[token]] == "ROOT"

    def _out_of_office(self, person: str, offices: tuple[str, ...], when: tuple[str, str]) -> bool:
        """Whether the knowledge base has a person in such an office, but at another time."""
        if not when[0] or not any(role.office in offices for role in self.kb.roles(person)):
            return False
        return not self.linker.held(person, offices, "", when, current=True)

    def _person(self, p: Phrase, noun: Noun) -> Found | None:
        beside = self._beside(p)
        if p.plural:
            return self._officers(p, noun)
        if beside:
            return self._make(p, noun, beside, "apposition")
        owner = self._owner(p) if noun.words[-1] in _IN_TURN else None
        if owner and owner.label == "PERSON" and len(owner.actors) == 1:
            other = self._in_turn(owner.actors[0], p.head, later=noun.words[-1] == "successor")
            return self._make(p, noun, [other], "of the owner", "PERSON") if other else None
        if p.determiner not in ("the", "this", "that") or p.owner >= 0 or p.of >= 0 or p.head - p.start > 1:
            return None
        if person := self._so_described(noun.words[-1], p.head):
            return self._make(p, noun, [person], "described so")
        sentence = self.t.sentence[p.head]
        for item in reversed(self.items):
            if sentence - item.sentence > 6:
                break
            one = item.actors[0] if item.type == "PERSON" and len(item.actors) == 1 else ""
            if one and noun.words[-1] in self.linker.referents[one].titles:
                return self._make(p, noun, [one], "title in text")
            verb = self.t.head[item.token]
            sent = noun.words[-1] in self.lexicon.sent and self.t.lemma[verb] in self.lexicon.sending
            if one and sent and self.t.dep[item.token] in ("dobj", "nsubjpass"):
                return self._make(p, noun, [one], "title in text")
        return self._only(p, noun)

    def _in_turn(self, person: str, token: int, *, later: bool) -> str:
        """`Eisenhower's successor`: who held the owner's office next, or before; the office held nearest that time."""
        when = self.moments.at(token)[0]
        roles = [r for r in self.kb.roles(person) if r.start and r.country and not r.title.startswith("former ")]
        year = year_of(when) if when else 0
        roles.sort(key=lambda r: (r.office not in CHIEFS, max(role_years(r)[0] - year, year - role_years(r)[1], 0)))
        for role in roles[:2]:
            edge = (role.end or role.start) if later else role.start
            held = self.kb.holders(role.office, role.country, edge, edge, role.to_country)
            others = [r for r in held if r.person != person and r.start and (r.start > role.start) == later]
            if others:
                chosen = min(others, key=lambda r: r.start) if later else max(others, key=lambda r: r.start)
                return self.linker.referent(chosen.person).id
        return ""

    def _only(self, p: Phrase, noun: Noun) -> Found | None:
        """`Charles de Gaulle returned. The general told`: the one person named in this sentence or the one before."""
        t = self.t
        if t.dep[p.head] not in ("nsubj", "nsubjpass") or (p.end < len(t) and t.text[p.end] in (",", "(")):
            return None
        near = [x for x in self.items if 0 <= t.sentence[p.head] - x.sentence <= 1]
        persons = {a for x in near for a in x.actors if self._type(a) == "PERSON"}
        named = any(x.kind == NAME and persons <= set(x.actors) for x in near)
        return self._make(p, noun, sorted(persons), "the last named") if len(persons) == 1 and named else None

    def _beside(self, p: Phrase) -> list[str]:
        """The person whose name stands in apposition to the phrase."""
        t = self.t
        end = p.end
        if p.to < 0 and p.of < 0 and end + 2 < len(t) and t.lower[end] in ("to", "in", "of"):
            post = self.starting.get(end + 1) or self.starting.get(end + 2)
            if post and post.label == "STATE" and post.end in self.starting:
                end = post.end  # "Soviet Ambassador to the United States Anatoly Dobrynin"
        if p.of >= 0 or p.to >= 0:  # "Minister of Foreign Affairs of Iraq, Hashim Jawad"
            end = max(p.of, p.to) + 1
            f = self.inside.get(end - 1)
            end = f.end if f else end
        if end < len(t) and t.text[end] == ",":
            f = self.starting.get(end + 1) or (
                self.starting.get(end + 2) if t.lower[end + 1 : end + 2] == ["the"] else None
            )
            if f and f.label == "PERSON" and f.kind == NAME:
                closes = f.end >= len(t) or t.text[f.end] in (",", ".", ")", ";", "—", "–") or t.dep[f.head] == "appos"
                beside = t.head[f.head] == p.head or (
                    t.dep[f.head] in ("appos", "npadvmod")
                    and (p.owner >= 0 or p.determiner in ("the", "a", "an") or p.of >= 0)
                )
                if closes and beside:
                    return f.actors
        if end < len(t):
            f = self.starting.get(end)
            if f and f.label == "PERSON" and f.kind == NAME and t.sentence[f.start] == t.sentence[p.head]:
                return f.actors
        if p.start > 0 and t.text[p.start - 1] in (",", "("):
            f = self.inside.get(p.start - 2)
            closed = (
                end < len(t) and t.text[end] == "," and p.determiner == "the" and t.lower[end + 1 : end + 2] != ["and"]
            )
            if (
                f
                and f.end == p.start - 1
                and f.label == "PERSON"
                and (t.head[p.head] == f.head or t.dep[p.head] == "appos" or (closed and t.text[p.start - 1] == ","))
            ):
                return f.actors
        return []

    def _officers(self, p: Phrase, noun: Noun) -> Found | None:
        """`the two prime ministers`, `the three commissioners`: as many persons as are said, or the envoys before."""
        if p.owner >= 0 or p.of >= 0 or self._states(p):
            return None
        if p.determiner not in ("the", "these", "both"):
            return None
        if p.number > 1:
            return self._persons(p, noun)
        for item in reversed(self.items):  # "the three commissioners" before "the envoys"
            if self.t.sentence[p.head] - item.sentence > _REMEMBERED or p.head - p.start > 1:
                break
            if item.type != "PERSON" or len(item.actors) < 2:
                continue
            if item.kind != NOMINAL and self.t.sentence[p.head] - item.sentence > _LATELY:
                continue
            held = noun.words[-1] not in _HELD or self.t.dep[item.token] in ("dobj", "nsubjpass")
            if held and all(self._apt(a, noun.words[-1], p.head) for a in item.actors):
                return self._make(p, noun, list(item.actors), "described so", "PERSON")
        return None

    def _persons(self, p: Phrase, noun: Noun) -> Found | None:
        """`the two leaders`: the persons last named."""
        sentence = self.t.sentence[p.head]
        persons: list[str] = []
        near: set[str] = set()
        together: list[tuple[str, ...]] = []
        acting = set(self._acting(p.head))
        word = noun.words[-1]
        for item in reversed(self.items):
            back = sentence - item.sentence
            if back > (_REMEMBERED if noun.offices and noun.link == "office" else _LATELY):
                break
            if item.type != "PERSON" or acting & set(item.actors):
                continue
            if item.kind == PRONOUN and (item.last > item.token or len(item.actors) < 2):
                continue
            joined = item.last > item.token or item.kind != NAME
            if len(item.actors) == p.number and joined and all(self._apt(a, word, p.head) for a in item.actors):
                if back < 2:
                    return self._make(p, noun, list(item.actors), "named together", "PERSON")
                if back <= _LATELY:
                    together.append(item.actors)
            if back > _LATELY and not all(self._held_so(a, noun, p.head) for a in item.actors):
                continue
            persons += [a for a in item.actors if a not in persons]
            near |= set(item.actors) if back < 2 else set()
        near -= self._above(p.head)
        if together and len(near) != p.number:
            return self._make(p, noun, list(together[0]), "named together", "PERSON")
        for fitting in (
            [a for a in persons if self._held_so(a, noun, p.head)],
            [a for a in persons if self._apt(a, word, p.head)],
            [a for a in persons if word in self.linker.referents[a].titles],
        ):
            persons = fitting if len(fitting) >= p.number else persons
        if len(persons) < p.number:
            return None
        return self._make(p, noun, persons[: p.number][::-1], "the last named", "PERSON")

    def _held_so(self, person: str, noun: Noun, token: int) -> bool:
        """Whether a person is said, or known, to hold an office at that time."""
        said = any(set(named) & set(noun.offices) for named, _, _ in self.linker.referents[person].offices)
        return said or self.linker.held(person, noun.offices, "", self.moments.at(token))

    def _apt(self, person: str, word: str, token: int) -> bool:
        """Whether a person may be called so: leaders are chiefs of state or government, envoys are not."""
        if word not in _CHIEFLY and word not in _SENT:
            return True
        said = any(set(offices) & set(CHIEFS) for offices, _, _ in self.linker.referents[person].offices)
        chief = said or self.linker.held(person, CHIEFS, "", self.moments.at(token))
        return chief == (word in _CHIEFLY)
