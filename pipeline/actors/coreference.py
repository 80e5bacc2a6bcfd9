"""Read a document in order and lead nominals and pronouns to the actors mentioned before."""

from __future__ import annotations

from pipeline.actors.bridging import Bridges
from pipeline.actors.discourse import NOMINAL, PRONOUN, STATELIKE, Found
from pipeline.actors.knowledge import Knowledge
from pipeline.actors.lexicon import Noun
from pipeline.actors.linking import Linker
from pipeline.actors.naming import ADJECTIVE, NAME
from pipeline.actors.nominals import Phrase, left_edge, noun_like, phrase_at, phrase_of
from pipeline.actors.persons import CHIEFS
from pipeline.actors.phrases import SIDED
from pipeline.actors.ranker import MEASURES
from pipeline.actors.referents import Referent

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
        "delegate",
        "representative",
        "emissary",
        "commander",
    )
)
"""Staff nouns that stand for persons where a number is given ("the two leaders")."""
_RELATIONS = frozenset(
    ("ally", "rival", "neighbor", "neighbour", "enemy", "adversary", "opponent", "partner", "protector", "counterpart")
)
"""Nouns by which one state is told from its owner ("its enemy")."""
_FORMS = frozenset(("republic", "kingdom", "empire"))
"""Nouns that take up only a state with such a word in one of its names."""
_GENERIC = frozenset(("organization", "organisation", "alliance", "agency", "group", "body"))
"""Nouns that take up an organisation whatever its name says."""
_RIVALS = frozenset(("rival", "opponent", "adversary", "enemy"))
"""Nouns by which a person is told from the owner ("his rival")."""
_CALLED = frozenset(("called", "named", "dubbed", "renamed"))
_TOLD = _CALLED | {"(", "known"}
"""Words between a description and the name that is told after it."""
_REGIMES = frozenset(("regime", "junta"))
"""Nouns for the government of where things happen rather than of who is most spoken of."""
_RANKS = frozenset(("general", "colonel", "admiral", "brigadier", "marshal"))
_MANY = frozenset(("power", "nation", "state", "country", "government", "ally"))
"""Nouns that with the name of a region tell a group of states ("the European powers")."""
_CLEARLY = 0.3
"""By how much more than any other state one must be the scene for "the army" to be its own."""
_FAVORED = frozenset(("favored", "favoured", "most"))
_OTHERS = frozenset(("next", "previous", "preceding", "incoming", "outgoing", "former", "last", "earlier"))
"""Words by which another administration is meant than the one spoken of."""
_NEW = frozenset(("new", "newly", "young", "fledgling", "independent", "rebel", "breakaway", "secessionist"))
"""Words by which a noun for a state speaks of one ("the new state", "the rebel state")."""


class Reader(Bridges):
    """Resolves what is no name, sentence by sentence."""

    def read(self, start: int, end: int) -> list[Found]:
        """Nominals and pronouns of a stretch of sentences."""
        t = self.t
        before = len(self.found)
        for i in range(start, end):
            name = self.by_head.get(i)
            if name is not None:
                self._item(i, name.kind, name.label, name.actors)
                if name.label == "PERSON":
                    self._entitled(name)
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
                elif t.lower[i] in ("both", "another"):
                    self._together(i)
            elif pos == "NOUN" or pos == "PROPN" or noun_like(t, i, self.lexicon):
                self._noun(i)
            elif t.lower[i] == "other":
                self._together(i)
            elif t.lower[i] == "one" and t.lower[i + 1 : i + 2] == ["of"]:
                self._one_of(i)
        return self.found[before:]

    def _noun(self, i: int) -> None:
        t = self.t
        if self.taken[i]:
            return
        phrase = phrase_at(t, i, self.lexicon)
        found = self._beside_person(i, phrase)
        if found is None and phrase:
            found = self._nominal(phrase)
        if found is None and t.dep[i] == "appos":
            found = self._apposition(i)
        if found is None:
            found = self._taken_up(i) or (self._nationals(i) if phrase is None else None)
        if (
            found is None
            and (phrase is None or phrase.determiner)
            and t.lower[i + 1 : i + 2]
            and t.lower[i + 1] in _TOLD
        ):
            found = self._named_after(phrase or phrase_of(t, i, i, i + 1, [], self.lexicon))
        if phrase and (found or not self._another(phrase)):
            found = self._settle(phrase, found)
        if found:
            self._add(found)
        elif t.dep[i] not in ("compound", "amod", "nmod"):
            kind = phrase.nouns[0].type if phrase else ""
            before = self.inside.get(i - 1)
            if before and before.end == i and self.lexicon.name_heads.get(t.lemma[i].capitalize()) == "PLACE":
                self._item(i, NAME, before.label, before.actors)  # "the wealthy Katanga province"
            elif t.entity[i] not in MEASURES:
                self._item(i, "noun", kind, [])

    def _another(self, p: Phrase) -> bool:
        """`the next administration`: a government that is not the one spoken of."""
        return p.nouns[0].link == "government" and bool(_OTHERS & set(self.t.lower[p.start : p.head]))

    def _one_of(self, i: int) -> None:
        """`one of them, Bishop Abel Muzorewa`; `Antonio Imbert, one of the killers`."""
        t = self.t
        phrase = phrase_of(t, i, i, i + 1, [], self.lexicon)
        name = self.by_head.get(t.head[i]) if t.dep[i] == "appos" else None
        person = name.actors if name and name.label == "PERSON" and name.kind == NAME else self._beside(phrase)
        if person:
            self._add(Found(i, i + 1, i, NOMINAL, "PERSON", list(person), "apposition"))

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

    def _named_after(self, p: Phrase) -> Found | None:
        """`the army (renamed the Congolese National Army)`, `a society called the Katipunan`: the name told after."""
        t = self.t
        if p.end + 1 >= len(t):
            return None
        bracket = t.text[p.end] == "(" and bool(p.nouns)
        if not bracket and t.lower[p.end] not in _CALLED and t.lower[p.end : p.end + 2] != ["known", "as"]:
            return None
        if not bracket and t.head[p.end] != p.head:
            return None  # "the party named Nagy prime minister"
        for k in range(p.end + 1, min(p.end + 5, len(t))):
            name = self.starting.get(k)
            if name is not None:
                closes = name.kind == NAME and (not bracket or (name.end < len(t) and t.text[name.end] == ")"))
                if not closes or name.label in ("PLACE", "EVENT", "PEOPLE"):
                    return None
                return Found(p.start, p.end, p.head, NOMINAL, name.label, list(name.actors), "apposition")
            if not bracket and t.lower[k] not in ("as", "the"):
                return None
        return None

    def _nominal(self, p: Phrase) -> Found | None:
        for noun in p.nouns:
            found = getattr(self, f"_{noun.link}")(p, noun)
            if found:
                return found  # type: ignore[no-any-return]
        return None

    def _staff(self, p: Phrase, noun: Noun) -> Found | None:
        """`Congolese soldiers`, `U.S. officials`, `the Russian fleet`, `its troops`: the state or body they serve."""
        actors = self._states(p)
        if noun.state and (own := self.kb.state(noun.state, self.moments.at(p.head)[0])):
            return self._make(p, noun, [self.linker.referent(own).id], "of the actor named", "STATE")
        if found := self._irregulars(p, noun):
            return found
        if actors and not (noun.words[-1] == "garrison" and all(self._type(a) == "PLACE" for a in actors)):
            self.serving[noun.words[-1]] = (actors, self.t.sentence[p.head])
            return self._make(p, noun, actors, "of the actor named", self._type(actors[0]))
        if found := self._led(p, noun) or self._seated(p, noun):
            return found
        if p.number and p.owner < 0 and p.of < 0:
            if noun.words[-1] in _LEADERS:
                return self._persons(p, noun)
            if noun.words[-1] in SIDED:  # not "two missionaries"
                return self._several(p, noun)
        return self._same_staff(p, noun)

    def _people(self, p: Phrase, noun: Noun) -> Found | None:
        actors = self._states(p)
        owner = self._owner(p) if p.owner >= 0 and not actors else None
        if owner and owner.label == "PERSON":  # "Menelik called his people to arms"
            actors = self._states_of(tuple(owner.actors[:1]), p.head)
        return self._make(p, noun, actors, "of the actor named", "PEOPLE") if actors else None

    def _other(self, p: Phrase, noun: Noun, owner: Found) -> Found | None:
        """`its Soviet ally`, `its enemy`: the state named, else the other one that the text is speaking of."""
        if noun.words[-1] not in _RELATIONS:
            return None
        named = [a for a in self._modifiers(p) if self._type(a) in STATELIKE]
        if p.plural and not p.number and not named:
            if noun.words[-1] != "ally":
                return None
            home = {*owner.actors, *(self.kb.state(self._country([a]), "") for a in owner.actors)}
            at = self.t.sentence[p.head]
            recent = sorted((s, pair) for pair, s in self.pairs.items() if at - s <= 3 and not home & set(pair))
            return self._make(p, noun, list(recent[-1][1]), "the last named") if recent else None
        if owner.label == "PERSON" and not p.plural:
            return self._counterpart(p, noun, owner, named)
        if named:
            return self._make(p, noun, named, "of the actor named")
        after = self.starting.get(p.end)
        if after and after.label == "STATE" and after.kind == NAME:  # "its ally Mongolia"
            return self._make(p, noun, list(after.actors), "apposition")
        if owner.kind != PRONOUN or p.plural or p.number or self._modifiers(p):
            return None
        if not all(self._type(a) in STATELIKE for a in owner.actors):
            return None
        apart = tuple(owner.actors)
        actor = self._salient(p.head, ("STATE",), window=1, apart=apart) or self._salient(
            p.head, ("STATE",), window=3, apart=apart
        )
        return self._make(p, noun, [actor], "salient") if actor else None

    def _bloc(self, p: Phrase, noun: Noun) -> Found | None:
        """`the European powers`, `the great powers`: states that go by one description, an actor of the text's own."""
        if p.owner >= 0 or p.of >= 0 or noun.words[-1] not in _MANY or not (p.determiner == "the" or p.number):
            return None
        t = self.t
        for k in range(p.start, p.head):
            f = self.inside.get(k)
            region = f is not None and f.end == p.head and f.label in ("PLACE", "PEOPLE") and f.kind == ADJECTIVE
            if t.lower[k] == "other" or t.dep[k] == "conj":
                return None
            if k == p.head - 1 and (region or self.t.lower[k] in self.lexicon.blocs):
                start = f.start if f is not None else k
                words = self.t.words(start, p.head).lower() if f is None else self.t.words(start, p.head)
                return self._make(p, noun, [self.linker.local(f"{words} {self.t.lower[p.head]}", "PEOPLE").id], "bloc")
        return None

    def _counterpart(self, p: Phrase, noun: Noun, owner: Found, states: list[str]) -> Found | None:
        """`his French counterpart`: who is named beside it, or held the owner's office there."""
        beside = self._beside(p)
        if beside:
            return self._make(p, noun, beside, "apposition", "PERSON")
        when, there = self.moments.at(p.head), self._country(states)
        if noun.words[-1] in _RIVALS and len(owner.actors) == 1 and not self._modifiers(p):
            acting = (*owner.actors, *self._acting(p.head))
            for item in reversed(self.items):
                if self.t.sentence[p.head] - item.sentence > 2:
                    break
                one = item.actors[0] if item.type == "PERSON" and len(item.actors) == 1 else ""
                if one and one not in acting and item.kind != PRONOUN:
                    return self._make(p, noun, [one], "the last named", "PERSON")
        if noun.words[-1] != "counterpart" or not when[0] or not there:
            return None
        for role in self.kb.roles(owner.actors[0]):
            if role.start[:4] <= when[1][:4] and (not role.end or when[0][:4] <= role.end[:4]):
                holders = self.kb.holders(role.office, there, when[0], when[1])
                if holders:
                    holder = self.linker.referent(holders[0].person).id
                    return self._make(p, noun, [holder], "office at that time", "PERSON")
        return None

    def _organ(self, p: Phrase, noun: Noun) -> Found | None:
        """`the army`, `the legislature`: the force or body of that name, else that of the state spoken of."""
        if p.determiner != "the" or p.plural or p.number or p.owner >= 0 or p.of >= 0:
            return None
        if p.head - p.start > len(noun.words):
            return None
        t = self.t
        if t.dep[p.head] == "pobj" and t.lower[t.head[p.head]] == "of" and self.by_head.get(t.head[t.head[p.head]]):
            return None  # "the Secretary of the Navy"
        home = self.linker.countries.most_common(1)
        state = self.kb.state(home[0][0], self.moments.at(p.head)[0]) if home and self.t.capital[p.head] else None
        actor = self.linker.referent(state).id if state else self._own_state(p.head)
        if not actor and self._under_person(p.head):
            return None  # of whoever acts no country is known
        actor = actor or (self._led_lately(p.head) if noun.sector in ("GOV", "LEG") else "")
        actor = actor or self._scene(p, set(self._acting(p.head)), _CLEARLY)
        return self._make(p, noun, [actor], "salient") if actor else None

    def _place(self, p: Phrase, noun: Noun) -> Found | None:
        """`the city`, `the island`: the place of that kind last named."""
        if (
            p.determiner not in ("the", "this", "that")
            or p.owner >= 0
            or p.of >= 0
            or p.head - p.start > len(noun.words)
        ):
            return None
        isle = noun.words[-1] in ("island", "archipelago")
        if p.plural and not isle:
            return None
        if noun.words[-1] in self.lexicon.terrain and not isle:
            return self._terrain(p, noun)
        for item in reversed(self.items):
            if self.t.sentence[p.head] - item.sentence > (6 if isle else 3):
                break
            if len(item.actors) != 1 or not (isle or item.kind in (NAME, NOMINAL)):
                continue
            r = self.linker.referents[item.actors[0]]
            named = {w for text in (r.name, *r.seen) for w in text.lower().split()}
            if isle:
                fits = bool({"island", "islands"} & named) or r.name in self.lexicon.islands
            else:
                place = r.type == "PLACE" and r.name not in self.lexicon.islands and not named & self.lexicon.terrain
                fits = place and (self.t.entity[item.token] == "GPE" or item.kind == NOMINAL)
            if fits:
                return self._make(p, noun, [r.id], "same kind", r.type)
        return None

    def _terrain(self, p: Phrase, noun: Noun) -> Found | None:
        """`the isthmus` after `the Isthmus of Panama`: the place with that word in its name."""
        for item in reversed(self.items):
            if self.t.sentence[p.head] - item.sentence > 12:
                break
            r = self.linker.referents[item.actors[0]] if len(item.actors) == 1 else None
            if r and r.type == "PLACE" and any(noun.words[-1] in x.lower().split() for x in (r.name, *r.seen)):
                return self._make(p, noun, [r.id], "same kind", "PLACE")
        return None

    def _capital_city(self, p: Phrase, noun: Noun) -> Found | None:
        """`the Hungarian capital`, `its capital`, `the capital`: the city, by the knowledge base."""
        if p.plural and p.number > 1 and p.owner < 0 and p.of < 0:  # "proposed to go to both capitals"
            return self._several(p, noun, self._above(p.head))
        if p.plural or p.determiner in ("a", "an", "another", "no", "any", "some", "each", "every"):
            return None
        states = self._states(p)
        if not states and (p.owner >= 0 or p.of >= 0):
            return None
        if not states:
            city = self._seat_named(p.head)
            if city:
                return self._make(p, noun, [city], "capital")
            salient = self._salient(p.head, ("STATE",), window=3)
            states = [salient] if salient else []
        when = self.moments.at(p.head)[0]
        seats = [b for a in states[:1] for kind, b in self.kb.relations(a) if kind == "capital"]
        named = [b for b in seats if b in self.linker.referents and self.linker.referents[b].places]
        valid = [b for b in seats if (e := self.kb.entity(b)) and self.kb.capital_state(e.name, when) == states[0]]
        chosen = (named or valid)[:1]
        return self._make(p, noun, [self.linker.referent(chosen[0]).id], "capital") if chosen else None

    def _seat_named(self, token: int) -> str:
        """The capital named last."""
        when = self.moments.at(token)[0]
        for item in reversed(self.items):
            if self.t.sentence[token] - item.sentence > 2:
                break
            city = item.actors[0] if item.kind == NAME and item.type == "PLACE" and len(item.actors) == 1 else ""
            if city and self.kb.capital_state(self.linker.referents[city].name, when):
                return city
        return ""

    def _government(self, p: Phrase, noun: Noun) -> Found | None:
        named = self._modifiers(p) or self._compound_person(p)
        owner = self._owner(p) or (self.inside.get(p.to) if p.to >= 0 else None)
        if owner:
            named = named or owner.actors
        named = [self._capital(a, p) for a in named]
        actors = [
            a for a in named if self._type(a) in ("STATE", "PEOPLE", "GOVERNMENT", "PLACE", "PARTY", "ARMED_GROUP")
        ]
        if not actors:
            persons = [a for a in named if self._type(a) == "PERSON"]
            if persons and owner and owner.kind == PRONOUN and noun.words[-1] == "government":
                when = self.moments.at(p.head)[0]
                states = [self.kb.state(c, when) for a in persons if (c := self.linker.referents[a].country)]
                actors = [self.linker.referent(a).id for a in dict.fromkeys(states) if a]
            elif persons:
                return self._regime(p, noun, persons)
        if actors:
            if noun.words[-1] in _REGIMES:
                self.serving[noun.words[-1]] = (actors, self.t.sentence[p.head])
            return self._make(p, noun, actors, "of the actor named")
        if not named and p.plural and (bloc := self._bloc(p, noun)):
            return bloc
        if p.determiner in ("a", "an") and not named and self._formed(p):
            scene = self._scene(p)
            return self._make(p, noun, [scene], "salient") if scene else None
        if named or p.determiner not in ("the", "this", "that", "both"):
            return None
        if p.plural:
            return self._several(p, noun)
        if self._described_by_name(p) or _OTHERS & set(self.t.lower[p.start : p.head]):
            return None
        if noun.words[-1] in self.serving and p.determiner == "the" and p.head - p.start == 1:
            return self._make(p, noun, self.serving[noun.words[-1]][0], "described so")
        new = bool(_NEW & set(self.t.lower[p.start : p.head]))
        scene = self._ruled_by_officer(p.head) if noun.words[-1] == "junta" else ""
        if not scene and noun.words[-1] != "administration" and (new or noun.words[-1] in _REGIMES):
            scene = self._scene(p, self._above(p.head))
        if scene:
            return self._make(p, noun, [scene], "salient")
        kinds = ("GOVERNMENT",) if noun.words[-1] == "administration" else STATELIKE
        actor = self._salient(p.head, kinds)
        if not actor and noun.words[-1] == "administration":
            actor = self._administered(p.head)
        return self._make(p, noun, [actor], "salient") if actor else None

    def _ruled_by_officer(self, token: int) -> str:
        """`the junta`: the state whose ruler the text calls by a rank ("General Galtieri")."""
        when = self.moments.at(token)
        for item in reversed(self.items):
            r = self.linker.referents[item.actors[0]] if item.type == "PERSON" and len(item.actors) == 1 else None
            if r is not None and _RANKS & r.titles and self.linker.held(r.id, CHIEFS, "", when, current=True):
                return next(iter(self._states_of(item.actors, token)), "")
        return ""

    def _administered(self, token: int) -> str:
        """`the administration` where only the president was named: his."""
        when = self.moments.at(token)
        for item in reversed(self.items):
            if self.t.sentence[token] - item.sentence > 6:
                break
            r = self.linker.referents[item.actors[0]] if len(item.actors) == 1 and item.type == "PERSON" else None
            if r is not None and self.linker.held(r.id, ("president",), "", when, current=True):
                return administration(self.linker, self.kb, r, "administration").id
        told = {a for x in self.items for a in x.actors if self._type(a) == "GOVERNMENT"}
        named = [a for a in sorted(told) if "administration" in self.linker.referents[a].name.lower()]
        return named[0] if len(named) == 1 else ""  # the only one that the text has

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
        if p.plural and (bloc := self._bloc(p, noun)):
            return bloc
        if self._modifiers(p) and not p.number:
            return None
        if p.plural or p.number:
            return self._several(p, noun)
        words = self.t.lower[p.start : p.head]
        relational = noun.words[-1] in _RELATIONAL | _RELATIONS and not (
            noun.words[-1] == "state" and _NEW & set(words)
        )
        if p.determiner not in ("the", "this", "that") or relational:
            return None
        if p.of >= 0 or (p.to >= 0 and self.t.lower[p.end] == "of"):
            return None
        if self._described_by_name(p):
            return None
        if _FAVORED & set(words):
            return None  # "the most favored nation"
        if p.determiner == "that" and (last := self._last_state(p.head)):
            return self._make(p, noun, [last], "the last named")
        if _NEW & set(words) and (young := self._youngest(p.head)):
            return self._make(p, noun, [young], "the youngest")
        actor = self._salient(p.head, ("STATE",), noun.words[-1] if noun.words[-1] in _FORMS else "")
        return self._make(p, noun, [actor], "salient") if actor else None

    def _own_country(self, p: Phrase, noun: Noun) -> Found | None:
        """`its country`, `his nation`: the state of the owner."""
        owner = self._owner(p)
        if owner is None:
            return None
        if noun.words[-1] not in ("country", "nation"):
            return self._other(p, noun, owner)
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

    def _body(self, p: Phrase, noun: Noun) -> Found | None:
        """`the Company`, `the party`: the body of that name or kind last mentioned."""
        if p.plural or p.owner >= 0 or p.of >= 0 or p.determiner not in ("the", "this", "that") or self._modifiers(p):
            return None
        if self._described_by_name(p):
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
            of_kind = r.type == noun.type and item.kind != ADJECTIVE and not capital
            near = noun.words[-1] in _GENERIC and sentence - item.sentence <= 1
            if fits or (of_kind and (near or noun.type in ("PARTY", "COMPANY"))):
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
    found = linker.local(f"{person.name} government", "GOVERNMENT", person.country)
    linker.spell(found, f"{shown} {word}")
    state = kb.entity(kb.state(person.country) or "") if person.country else None
    if state is not None:  # what "Qasim's government" and "the Qasim regime" both are
        for name in (person.name, person.name.split()[-1]):
            linker.spell(found, f"Government of {state.name} under {name}", 0)
    return found
