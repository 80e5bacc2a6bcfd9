"""Read a document in order and lead nominals and pronouns to the actors mentioned before."""

from __future__ import annotations

from math import log1p

from pipeline.actors.discourse import NOMINAL, STATELIKE, Discourse, Found
from pipeline.actors.knowledge import Knowledge
from pipeline.actors.lexicon import Noun
from pipeline.actors.linking import CHIEFS, Linker, Referent, countries_of
from pipeline.actors.moments import year_of
from pipeline.actors.naming import ADJECTIVE, NAME
from pipeline.actors.nominals import Phrase, left_edge, phrase_at
from pipeline.actors.ranker import MEASURES

_NARROW = 6
"""Years a time told may span for an office to be looked up by it."""
_SIDES = ("STATE", "PARTY", "ARMED_GROUP", "GOVERNMENT")
_SIDED = frozenset(("side", "party", "force", "army", "belligerent", "combatant", "rival"))
"""Nouns of which parties and armed groups may be two as well as states ("the two sides")."""
_RELATIONAL = frozenset(("side", "party", "ally", "rival", "neighbor", "neighbour", "power", "state"))
"""Nouns that take up a state only where a number is given ("both sides")."""
_LEADERS = frozenset(
    (
        "leader",
        "man",
        "president",
        "statesman",
        "minister",
        "ambassador",
        "diplomat",
        "negotiator",
        "general",
        "envoy",
        "senator",
    )
)
"""Staff nouns that stand for persons where a number is given ("the two leaders")."""
_FORMS = frozenset(("republic", "kingdom", "empire"))
"""Nouns that take up only a state with such a word in one of its names."""
_FADING = (1.0, 0.6, 0.25, 0.12, 0.06)
"""What a state weighs for `the two countries`, by the sentences since it was named."""


class Reader(Discourse):
    """Resolves what is no name, sentence by sentence."""

    def read(self, start: int, end: int) -> list[Found]:
        """Nominals and pronouns of a stretch of sentences."""
        t = self.t
        before = len(self.found)
        for i in range(start, end):
            name = self.by_head.get(i)
            if name is not None:
                self._item(i, name.kind, name.label, name.actors)
                continue
            if i in self.inside:
                continue
            pos = t.pos[i]
            if pos == "PRON" or pos == "DET":
                entry = self.lexicon.pronouns.get(t.lower[i])
                if entry is not None:
                    self._pronoun(i, *entry)
                elif t.lower[i] in ("who", "which", "that"):
                    self._relative(i)
            elif pos == "NOUN" or pos == "PROPN":
                self._noun(i)
        return self.found[before:]

    def _noun(self, i: int) -> None:
        t = self.t
        if self.taken[i]:
            return
        phrase = phrase_at(t, i, self.lexicon)
        found = self._nominal(phrase) if phrase else None
        if found is None and t.dep[i] == "appos":
            found = self._apposition(i)
        if found:
            self._add(found)
        elif t.dep[i] not in ("compound", "amod", "nmod"):
            kind = phrase.nouns[0].type if phrase else ""
            before = self.inside.get(i - 1)
            if before and before.end == i and self.lexicon.name_heads.get(t.lemma[i].capitalize()) == "PLACE":
                self._item(i, NAME, before.label, before.actors)  # "the wealthy Katanga province"
            elif t.entity[i] not in MEASURES:
                self._item(i, "noun", kind, [])

    def _apposition(self, i: int) -> Found | None:
        """`the Suez Canal Company, the joint British-French enterprise`: the name's actor."""
        t = self.t
        name = self.by_head.get(t.head[i])
        if (
            name is None
            or name.kind != NAME
            or not name.end <= i
            or name.label in ("PLACE", "EVENT", "STATE", "PEOPLE")
        ):
            return None
        if t.entity[i] or t.sentence[i] != t.sentence[name.head]:
            return None
        start = left_edge(t, i, i)
        if name.label == "PERSON" and not t.lemma[i].endswith(self.lexicon.person_endings):
            return None  # "Sun Yat-sen, the formula for the three stages"
        if start == i or t.lower[start] not in ("a", "an", "the"):
            return None
        return Found(start, i + 1, i, NOMINAL, name.label, list(name.actors), "apposition")

    def _nominal(self, p: Phrase) -> Found | None:
        for noun in p.nouns:
            found = getattr(self, f"_{noun.link}")(p, noun)
            if found:
                return found  # type: ignore[no-any-return]
        return None

    def _make(self, p: Phrase, noun: Noun, actors: list[str], method: str, label: str = "") -> Found:
        return Found(p.start, p.end, p.head, NOMINAL, label or noun.type, actors, method, noun.sector)

    def _modifiers(self, p: Phrase) -> list[str]:
        """Actors named inside the phrase before its head: `the British and French governments`."""
        found: list[str] = []
        for k in range(p.start, p.head):
            f = self.inside.get(k)
            if (
                f
                and f.start >= p.start
                and k == f.start
                and k != p.owner
                and f.label in ("STATE", "PEOPLE", "ORGANIZATION", "GOVERNMENT", "PLACE", "ARMED_GROUP", "PARTY")
            ):
                found += [a for a in f.actors if a not in found]
        return found

    def _owner(self, p: Phrase) -> Found | None:
        """Whose the phrase's actor is: `its`, `Nixon's`, `of Iraq`."""
        at = p.owner if p.owner >= 0 else p.of
        if at < 0:
            return None
        owner = self.inside.get(at) or self.by_head.get(at)
        if owner is None:
            return None
        more = list(owner.actors)
        for k in range(owner.end, min(owner.end + 16, len(self.t))):
            if self.t.dep[k] == "conj" and self._first_of(k) in (at, owner.head):
                other = self.inside.get(k)
                if other and other.label in ("STATE", "PEOPLE") and owner.label in ("STATE", "PEOPLE"):
                    more += [a for a in other.actors if a not in more]
        if len(more) == len(owner.actors):
            return owner
        return Found(owner.start, owner.end, owner.head, owner.kind, owner.label, more, owner.method)

    def _states(self, p: Phrase) -> list[str]:
        """The states (or bodies) that the phrase names as its own."""
        owner = self._owner(p)
        named = self._modifiers(p)
        if owner and not named:
            named = owner.actors
        return [
            a
            for a in named
            if self._type(a) in ("STATE", "GOVERNMENT", "PEOPLE", "ORGANIZATION", "PLACE", "ARMED_GROUP", "PARTY")
        ]

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
            f = self.starting.get(end + 1)
            if f and f.label == "PERSON" and f.kind == NAME:
                closes = f.end >= len(t) or t.text[f.end] in (",", ".", ")", ";", "—", "–") or t.dep[f.head] == "appos"
                beside = t.head[f.head] == p.head or (
                    t.dep[f.head] == "appos" and (p.owner >= 0 or p.determiner == "the" or p.of >= 0)
                )
                if closes and beside:
                    return f.actors
        if end < len(t):
            f = self.starting.get(end)
            if f and f.label == "PERSON" and f.kind == NAME and t.sentence[f.start] == t.sentence[p.head]:
                return f.actors
        if p.start > 0 and t.text[p.start - 1] in (",", "("):
            f = self.inside.get(p.start - 2)
            if (
                f
                and f.end == p.start - 1
                and f.label == "PERSON"
                and (t.head[p.head] == f.head or t.dep[p.head] == "appos")
            ):
                return f.actors
        return []

    def _office(self, p: Phrase, noun: Noun) -> Found | None:
        """The person who holds an office: in apposition, named so before, or by the knowledge base."""
        if p.plural:
            return None
        states = self._states(p)
        owner = self._owner(p)
        country = self._country(states)
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
        to_country = self._country(self._post(p))
        if not to_country and "ambassador" in noun.offices:
            others = [c for c, _ in self.linker.countries.most_common(3) if c != country]
            to_country = others[0] if country and others else ""
            if not to_country:
                return None
        when = self.moments.at(p.head)
        posted = p.to >= 0 and bool({"ambassador", "consul", "charge_d_affaires"} & set(noun.offices))
        recent = "" if posted else self._recent_holder(noun.offices, country, p.head, when)
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
        return None

    def _post(self, p: Phrase) -> list[str]:
        """Where an envoy serves: `Ambassador to the United Kingdom`, `ambassador in Baghdad`."""
        f = self.inside.get(p.to) if p.to >= 0 else None
        return f.actors if f else []

    def _recent_holder(self, offices: tuple[str, ...], country: str, token: int, when: tuple[str, str]) -> str:
        """The person last mentioned who is said, or known, to hold such an office."""
        persons: list[str] = []
        for item in reversed(self.items):
            if len(item.actors) == 1 and item.type == "PERSON" and item.actors[0] not in persons:
                persons.append(item.actors[0])
                if len(persons) > 12:
                    break
        home = country or (self.linker.countries.most_common(1)[0][0] if self.linker.countries else "")
        if not country and self.t.capital[token]:  # "the President", of the country that the text is about
            persons.sort(key=lambda a: home not in countries_of(self.kb, self.linker.referents[a]))
        for person in persons:
            for named, place, at in self.linker.referents[person].offices:
                if at <= token and set(named) & set(offices) and (not country or not place or place == country):
                    return person
        for named, place, person, _ in reversed(self.posts):
            if set(named) & set(offices) and (not country or place in ("", country)):
                return person
        for seat in dict.fromkeys((home, country)):
            for person in persons:
                served = countries_of(self.kb, self.linker.referents[person])
                if seat and seat not in served:
                    continue
                if self.linker.held(person, offices, seat, when):
                    return person
        return ""

    def _person(self, p: Phrase, noun: Noun) -> Found | None:
        beside = self._beside(p)
        if p.plural:
            return None
        if beside:
            return self._make(p, noun, beside, "apposition")
        if p.determiner not in ("the", "this", "that") or p.owner >= 0 or p.of >= 0 or p.head - p.start > 1:
            return None
        sentence = self.t.sentence[p.head]
        for item in reversed(self.items):
            if sentence - item.sentence > 6:
                break
            one = item.actors[0] if item.type == "PERSON" and len(item.actors) == 1 else ""
            if one and noun.words[-1] in self.linker.referents[one].titles:
                return self._make(p, noun, [one], "title in text")
        return None

    def _staff(self, p: Phrase, noun: Noun) -> Found | None:
        """`Congolese soldiers`, `U.S. officials`, `the Russian fleet`, `its troops`: the state or body they serve."""
        actors = self._states(p)
        if actors:
            return self._make(p, noun, actors, "of the actor named", self._type(actors[0]))
        if p.number and p.owner < 0 and p.of < 0:
            if noun.words[-1] in _LEADERS:
                return self._persons(p, noun)
            return self._several(p, noun) if noun.words[-1] in _SIDED else None  # not "two missionaries"
        return None

    def _persons(self, p: Phrase, noun: Noun) -> Found | None:
        """`the two leaders`: the persons last named."""
        sentence = self.t.sentence[p.head]
        persons: list[str] = []
        for item in reversed(self.items):
            if sentence - item.sentence > 4:
                break
            if item.type == "PERSON" and item.kind == NAME:
                if len(item.actors) == p.number and item.last > item.token:
                    return self._make(p, noun, list(item.actors), "named together", "PERSON")
                persons += [a for a in item.actors if a not in persons]
        titled = [a for a in persons if noun.words[-1] in self.linker.referents[a].titles]
        persons = titled if len(titled) >= p.number else persons
        if len(persons) < p.number:
            return None
        return self._make(p, noun, persons[: p.number][::-1], "the last named", "PERSON")

    def _people(self, p: Phrase, noun: Noun) -> Found | None:
        actors = self._states(p)
        return self._make(p, noun, actors, "of the actor named", "PEOPLE") if actors else None

    def _government(self, p: Phrase, noun: Noun) -> Found | None:
        named = self._modifiers(p) or self._compound_person(p)
        owner = self._owner(p)
        if owner:
            named = named or owner.actors
        named = [self._capital(a, p) for a in named]
        actors = [
            a for a in named if self._type(a) in ("STATE", "PEOPLE", "GOVERNMENT", "PLACE", "PARTY", "ARMED_GROUP")
        ]
        if not actors:
            persons = [a for a in named if self._type(a) == "PERSON"]
            if persons:
                return self._regime(p, noun, persons)
        if actors:
            return self._make(p, noun, actors, "of the actor named")
        if named or p.determiner not in ("the", "this", "that", "both"):
            return None
        if p.plural:
            return self._several(p, noun)
        if noun.words[-1] == "administration":
            kinds: tuple[str, ...] = ("GOVERNMENT",)
        else:
            kinds = STATELIKE
        actor = self._salient(p.head, kinds)
        return self._make(p, noun, [actor], "salient") if actor else None

    def _compound_person(self, p: Phrase) -> list[str]:
        """`the Castro regime`: the person named right before the noun."""
        f = self.inside.get(p.head - 1)
        return list(f.actors) if f and f.label == "PERSON" and f.end == p.head and p.owner < 0 else []

    def _capital(self, actor: str, p: Phrase) -> str:
        """`the Saigon government` is its state's."""
        r = self.linker.referents.get(actor)
        if r is None or r.type != "PLACE":
            return actor
        state = self.kb.capital_state(r.name, self.moments.at(p.head)[0])
        return self.linker.referent(state).id if state else actor

    def _regime(self, p: Phrase, noun: Noun, persons: list[str]) -> Found | None:
        """`the Eisenhower administration`, `Qasim's government`: an actor of its own, tied to its country."""
        actors = []
        for person in persons:
            r = self.linker.referents[person]
            if r.country and not self._governs(r, p):
                state = self.kb.state(r.country, self.moments.at(p.head)[0])
                if state:  # "Stimson announced that his government would not recognize"
                    actors.append(self.linker.referent(state).id)
                    continue
            actors.append(administration(self.linker, self.kb, r, noun.words[-1]).id)
        return self._make(p, noun, actors, "of the person named")

    def _governs(self, r: Referent, p: Phrase) -> bool:
        """Whether a person heads a government, by the text or the knowledge base."""
        said = any(set(offices) & set(CHIEFS) for offices, _, _ in r.offices)
        return said or self.linker.held(r.id, CHIEFS, "", self.moments.at(p.head))

    def _state(self, p: Phrase, noun: Noun) -> Found | None:
        """`the two countries`, `the nation`, `both sides`."""
        if p.owner >= 0:
            return self._own_country(p, noun)
        if self._modifiers(p) and not p.number:
            return None
        if p.plural or p.number:
            return self._several(p, noun)
        if p.determiner not in ("the", "this", "that") or noun.words[-1] in _RELATIONAL:
            return None
        if p.of >= 0 or (p.to >= 0 and self.t.lower[p.end] == "of"):
            return None
        actor = self._salient(p.head, ("STATE",), noun.words[-1] if noun.words[-1] in _FORMS else "")
        return self._make(p, noun, [actor], "salient") if actor else None

    def _own_country(self, p: Phrase, noun: Noun) -> Found | None:
        """`its country`, `his nation`: the state of the owner."""
        owner = self._owner(p)
        if owner is None or noun.words[-1] not in ("country", "nation"):
            return None
        if p.plural:
            return self._own_countries(p, noun, owner)
        for a in owner.actors:
            r = self.linker.referents[a]
            if r.type == "STATE":
                return self._make(p, noun, [a], "of the owner")
            state = self.kb.state(r.country, self.moments.at(p.head)[0]) if r.country else None
            if state:
                return self._make(p, noun, [self.linker.referent(state).id], "of the owner")
        return None

    def _own_countries(self, p: Phrase, noun: Noun, owner: Found) -> Found | None:
        """`their two countries`: the states of several owners, each another one."""
        when = self.moments.at(p.head)[0]
        states: list[str] = []
        for a in owner.actors:
            r = self.linker.referents[a]
            state = a if r.type == "STATE" else self.kb.state(r.country, when) if r.country else None
            if state is None or state in states:
                return None
            states.append(state)
        if len(states) < 2 or p.number not in (0, len(states)):
            return None
        return self._make(p, noun, [self.linker.referent(s).id for s in states], "of the owner")

    def _several(self, p: Phrase, noun: Noun) -> Found | None:
        """The states that a plural takes up: those the last sentences speak of most."""
        if p.determiner not in ("the", "these", "those", "both", "either", "neither") and not p.number:
            return None
        t = self.t
        sentence = t.sentence[p.head]
        described = [t.lower[k] for k in range(p.start, p.head) if t.dep[k] == "amod"]
        plain = noun.words[-1] != "government" and all(w in self.lexicon.opposing for w in described)
        if not p.number and not plain:
            return None
        for item in reversed(self.items):  # named side by side
            if sentence - item.sentence > 1:
                break
            fits = len(item.actors) > 1 and p.number in (0, len(item.actors))
            if fits and all(self._type(a) in STATELIKE for a in item.actors):
                return self._make(p, noun, list(item.actors), "named together")
        if not p.number:
            return None
        kinds = _SIDES if noun.words[-1] in _SIDED else ("STATE",)
        weight: dict[str, float] = {}
        for item in reversed(self.items):
            back = sentence - item.sentence
            if back >= len(_FADING):
                break
            for a in item.actors:
                if self._type(a) in kinds:
                    subject = 0.3 if back < 2 and t.dep[item.token] in ("nsubj", "nsubjpass", "agent") else 0.0
                    weight[a] = max(weight.get(a, 0.0), _FADING[back] + subject)
        for pair in self.pairs:
            if len(pair) == p.number:
                for a in pair:
                    weight.setdefault(a, 0.0)
        for a, _ in self.totals.most_common():
            if len(weight) < p.number and self.counts[a] and self._type(a) == "STATE":
                weight.setdefault(a, 0.0)
        if len(weight) < p.number:
            return None
        value = {
            a: w + 0.3 * log1p(self.totals[a]) + (0.5 if self.linker.referents[a].cow else 0.0)
            for a, w in weight.items()
        }
        ranked = sorted(value, key=lambda a: (-value[a], a))
        chosen = tuple(ranked[: p.number])
        best = sum(value[a] for a in chosen)
        for pair in sorted(self.pairs):
            if len(pair) == p.number and all(a in value for a in pair):
                together = sum(value[a] for a in pair) + 0.4 * 0.97 ** (sentence - self.pairs[pair])
                if together > best:
                    best, chosen = together, pair
        self._paired(chosen, sentence)
        return self._make(p, noun, sorted(chosen, key=lambda a: (-self.totals[a], a)), "the last named")

    def _called(self, actor: str, form: str) -> bool:
        """Whether a state has a name with a word such as `republic`."""
        names = [n for n in self.kb.aliases(actor) if form in n.lower().split()]
        return any(c.entity_id == actor and c.kind != "template" for n in names for c in self.kb.lookup(n))

    def _salient(self, token: int, kinds: tuple[str, ...], form: str = "") -> str:
        """The actor of some types that the text is speaking of: recent, frequent, subject."""
        t = self.t
        sentence = t.sentence[token]
        weight: dict[str, float] = {}
        for item in reversed(self.items):
            back = sentence - item.sentence
            if back > 5:
                break
            for a in item.actors:
                if self._type(a) in kinds and len(item.actors) == 1 and (not form or self._called(a, form)):
                    role = 0.5 if t.dep[item.token] in ("nsubj", "nsubjpass") else 0.0
                    weight[a] = max(weight.get(a, 0.0), 1.5 / (1 + back) + role)
        if not weight:
            return ""
        for a in weight:
            weight[a] += 0.4 * log1p(self.totals[a]) + (0.8 if a in self.topics else 0.0)
        return max(sorted(weight), key=lambda a: weight[a])

    def _body(self, p: Phrase, noun: Noun) -> Found | None:
        """`the Company`, `the party`: the body of that name or kind last mentioned."""
        if p.plural or p.owner >= 0 or p.of >= 0 or p.determiner not in ("the", "this", "that") or self._modifiers(p):
            return None
        t = self.t
        capital = t.capital[p.head]
        sentence = t.sentence[p.head]
        for item in reversed(self.items):
            if not capital and sentence - item.sentence > 4:
                break
            if len(item.actors) != 1:
                continue
            r = self.linker.referents[item.actors[0]]
            fits = any(text.lower().split()[-1] == t.lower[p.head] for text in [r.name, *r.seen])
            if fits or (
                not capital and r.type == noun.type and noun.type in ("PARTY", "COMPANY") and item.kind != ADJECTIVE
            ):
                return self._make(p, noun, [r.id], "same kind", r.type)
        return None


def administration(linker: Linker, kb: Knowledge, person: Referent, word: str) -> Referent:
    """The administration (or government, regime) of a leader, an actor of its own.

    An administration of the knowledge base is found by the leader's names; otherwise it is local.
    """
    names = [person.name, *sorted(person.seen)]
    for name in names:
        for part in (name, name.split()[-1]):
            for c in kb.lookup(f"{part} {word}"):
                e = kb.entity(c.entity_id)
                if e is not None and (e.country == person.country or not person.country):
                    return linker.referent(c.entity_id)
    shown = max(sorted(person.seen), key=len, default=person.name)
    found = linker.local(f"{person.name} {word}", "GOVERNMENT", person.country)
    found.seen[f"{shown} {word}"] += 1
    return found
