"""What noun phrases take up: whose they are, which of the things mentioned are most on the reader's mind."""

from __future__ import annotations

from collections.abc import Set
from math import log1p

from pipeline.actors.discourse import NOMINAL, STATELIKE, Discourse, Found
from pipeline.actors.lexicon import Noun
from pipeline.actors.moments import year_of
from pipeline.actors.naming import NAME
from pipeline.actors.nominals import Phrase

_SIDES = ("STATE", "PARTY", "ARMED_GROUP", "GOVERNMENT")
SIDED = frozenset(("side", "party", "force", "army", "belligerent", "combatant", "rival"))
"""Nouns of which parties and armed groups may be two as well as states ("the two sides")."""
_TOPIC = 0.5
"""What a state weighs for `the two countries` if the title names just that many."""
_YOUNG = 15
"""Years for which a state is young, and sentences in which it must have been named."""
_REPRESENTED = 0.7
"""What a person's being mentioned weighs for the person's state, where the state's weighs 1."""
_TOLD = 3
"""Names from which a state that only the text knows is what the text speaks of."""
_FADING = (1.0, 0.6, 0.25, 0.12, 0.06)
"""What a state weighs for `the two countries`, by the sentences since it was named."""


class Phrases(Discourse):
    """Reads the parts of noun phrases and weighs what they may take up."""

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

    def _several(self, p: Phrase, noun: Noun, apart: Set[str] = frozenset()) -> Found | None:
        """The states that a plural takes up: those the last sentences speak of most, none of those set apart."""
        if p.determiner not in ("the", "these", "those", "both", "either", "neither") and not p.number:
            return None
        if p.determiner in ("a", "an"):
            return None  # "a twenty-two piece air force"
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
            if fits and p.number and item.type == "PERSON" and (states := self._states_of(item.actors, p.head)):
                self._paired(tuple(states), sentence)
                return self._make(p, noun, states, "named together")
        if not p.number and noun.words[-1] == "ally":
            recent = sorted((at, pair) for pair, at in self.pairs.items() if sentence - at <= 6)
            if recent:
                return self._make(p, noun, list(recent[-1][1]), "the last named")
        if not p.number:
            return None
        kinds = _SIDES if noun.words[-1] in SIDED else ("STATE",)
        weight: dict[str, float] = {}
        for item in reversed(self.items):
            back = sentence - item.sentence
            if back >= len(_FADING):
                break
            for a in item.actors:
                if self._type(a) in kinds and a not in apart:
                    subject = 0.3 if back < 2 and t.dep[item.token] in ("nsubj", "nsubjpass", "agent") else 0.0
                    weight[a] = max(weight.get(a, 0.0), _FADING[back] + subject)
        for pair in self.pairs:
            if len(pair) == p.number and not apart & set(pair):
                for a in pair:
                    weight.setdefault(a, 0.0)
        for a, _ in self.totals.most_common():
            if len(weight) >= p.number + 2:
                break
            if self.counts[a] and self._type(a) == "STATE" and a not in apart:
                weight.setdefault(a, 0.0)
        titled = sorted(a for a in self.topics if self._type(a) == "STATE")
        if len(titled) == p.number and kinds == ("STATE",):  # "Ethiopia–Italy relations"
            for a in sorted(set(titled) - apart):
                weight[a] = weight.get(a, 0.0) + _TOPIC
        if len(weight) < p.number:
            return None
        value = {
            a: w + 0.3 * log1p(self.totals[a]) + (0.5 if self.linker.referents[a].cow else 0.0)
            for a, w in weight.items()
        }
        ranked = self._of_different_countries(sorted(value, key=lambda a: (-value[a], a)))
        chosen = tuple(ranked[: p.number])
        if len(chosen) < p.number:
            return None
        best = sum(value[a] for a in chosen)
        for pair in sorted(self.pairs):
            if len(pair) == p.number and all(a in value for a in pair):
                together = sum(value[a] for a in pair) + 0.4 * 0.97 ** (sentence - self.pairs[pair])
                if together > best:
                    best, chosen = together, pair
        self._paired(chosen, sentence)
        return self._make(p, noun, sorted(chosen, key=lambda a: (-self.totals[a], a)), "the last named")

    def _of_different_countries(self, actors: list[str]) -> list[str]:
        """Each country's first: no state and its own army are "the two armies"."""
        found: dict[str, str] = {}
        for a in actors:
            r = self.linker.referents[a]
            own = r.type in ("STATE", "GOVERNMENT") or {"army", "navy", "force", "forces"} & set(r.name.lower().split())
            found.setdefault(r.country if own and r.country else a, a)  # a country's rebels are another side
        return list(found.values())

    def _states_of(self, persons: tuple[str, ...], token: int) -> list[str]:
        """The states of some persons, each another one: "Itō and Li concluded the convention, in which both powers"."""
        when = self.moments.at(token)[0]
        found: list[str] = []
        for a in persons:
            country = self.linker.referents[a].country if self._type(a) == "PERSON" else ""
            state = self.kb.state(country, when) if country else None
            if state is not None and state not in found:
                found.append(self.linker.referent(state).id)
        if len(found) == 1 and len(persons) == 2:  # "he and Hayashi signed": of one of them no country is known
            unknown = any(not self.linker.referents[a].country for a in persons)
            other = self._salient(token, ("STATE",), apart=tuple(found)) if unknown else ""
            found += [other] if other else []
        return found if len(found) == len(persons) else []

    def _called(self, actor: str, form: str) -> bool:
        """Whether a state has a name with a word such as `republic`."""
        names = [n for n in self.kb.aliases(actor) if form in n.lower().split()]
        return any(c.entity_id == actor and c.kind != "template" for n in names for c in self.kb.lookup(n))

    def _said(self, actor: str, form: str) -> bool:
        """Whether the text itself calls a state by such a word."""
        r = self.linker.referents[actor]
        return any(form in name.lower().split() for name in (r.name, *r.seen))

    def _salient(
        self, token: int, kinds: tuple[str, ...], form: str = "", window: int = 5, apart: tuple[str, ...] = ()
    ) -> str:
        """The actor of some types that the text is speaking of: recent, frequent, subject; none of those set apart."""
        t = self.t
        sentence = t.sentence[token]
        apart_from = apart
        apart = (*apart, *self._acting(token))
        if kinds == ("STATE",):
            apart = (*apart, *self._aside(token))
        weight: dict[str, float] = {}
        for item in reversed(self.items):
            back = sentence - item.sentence
            if back > window:
                break
            if len(item.actors) > 1:
                continue
            stands = not apart_from and (back == 0 or kinds != ("STATE",))
            for a in item.actors:
                share = 1.0
                if stands and item.type == "PERSON":  # "urged Lincoln to give them up. But the government said nothing"
                    a, share = next(iter(self._states_of(item.actors, token)), a), _REPRESENTED
                elif stands and item.type == "ORGANIZATION" and (state := self.kb.state(self._country([a]))):
                    a, share = self.linker.referent(state).id, _REPRESENTED  # "the Senate feared for the nation"
                told = self.linker.referents[a].known or self.totals[a] >= _TOLD
                if a in apart or not told or self._type(a) not in kinds or (form and not self._called(a, form)):
                    continue
                role = 0.5 if t.dep[item.token] in ("nsubj", "nsubjpass") else 0.0
                weight[a] = max(weight.get(a, 0.0), share * (1.5 / (1 + max(back, 0)) + role))
        if form and len(weight) > 1:
            weight = {a: w for a, w in weight.items() if self._said(a, form)}
        if not weight:
            return ""
        for a in weight:
            weight[a] += 0.4 * log1p(self.totals[a]) + (0.8 if a in self.topics else 0.0)
            weight[a] += 0.5 if self.linker.referents[a].cow else 0.0  # rather a state than a colony
        return max(sorted(weight), key=lambda a: weight[a])

    def _aside(self, token: int) -> list[str]:
        """Whose the thing is that a noun is about or stands beside ("U.S. recognition of the new state")."""
        t = self.t
        if t.dep[token] != "pobj":
            return []
        governor = t.head[t.head[token]]
        about = (governor, self.subject_of.get(governor, governor))
        found: list[str] = []
        for item in reversed(self.items):
            if t.sentence[item.token] != t.sentence[token]:
                break
            if t.head[item.token] in about and t.dep[item.token] in ("amod", "compound", "nmod", "poss"):
                found += item.actors
        return found

    def _described_by_name(self, p: Phrase) -> bool:
        """Whether a capitalised word that leads nowhere tells whose the noun is ("the Bolshevik government")."""
        return any(self.t.capital[k] for k in range(p.start + 1, p.head) if k not in self.inside)

    def _youngest(self, token: int) -> str:
        """`the new republic`, `the young state`: of the states lately named the one that is not yet old."""
        when = self.moments.at(token)[1]
        found: list[tuple[str, str]] = []
        for item in reversed(self.items):
            if self.t.sentence[token] - item.sentence > _YOUNG:
                break
            for a in item.actors:
                e = self.kb.entity(a) if self._type(a) == "STATE" and not a.startswith("local:") else None
                if e is not None and e.start and when and -2 <= year_of(when) - year_of(e.start) <= _YOUNG:
                    found.append((e.start, a))
        return max(found, default=("", ""))[1]

    def _last_state(self, token: int) -> str:
        """The one state that the last sentences end with (`relied on Mozambique. When that country won`)."""
        apart = self._acting(token)
        for item in reversed(self.items):
            if self.t.sentence[token] - item.sentence > 1:
                break
            if item.kind == NAME and len(item.actors) == 1 and self._type(item.actors[0]) == "STATE":
                return "" if item.actors[0] in apart else item.actors[0]
        return ""

    def _own_state(self, token: int) -> str:
        """The state of whoever acts in the clause around a noun ("Santa Anna took command of the army")."""
        t, at = self.t, token
        for _ in range(6):
            subject = self.subject_of.get(at, -1)
            if subject >= 0 and subject != token:
                found = next((x for x in reversed(self.items) if x.token == subject), None)
                r = self.linker.referents[found.actors[0]] if found and len(found.actors) == 1 else None
                country = r.country if r and r.type == "PERSON" else ""
                state = self.kb.state(country, self.moments.at(token)[0]) if country else None
                return self.linker.referent(state).id if state else ""
            at = t.head[at]
        return ""

    def _under_person(self, token: int) -> bool:
        """Whether a noun is an argument of a verb by which a person acts ("Gramont told the legislature")."""
        t = self.t
        verb = t.head[t.head[token]] if t.dep[token] == "pobj" else t.head[token]
        if t.dep[token] not in ("dobj", "dative", "pobj"):
            return False
        name = self.by_head.get(self.subject_of.get(verb, -1))
        return name is not None and name.label == "PERSON"

    def _acting(self, token: int) -> list[str]:
        """Who acts on a noun by the verb whose object it is, with the state that a person acts for: they are others."""
        t = self.t
        verb = t.head[token]
        if t.dep[token] == "poss" and t.dep[verb] == "appos":  # "Bundy, the President's adviser"
            named = self.by_head.get(t.head[verb])
            return list(named.actors) if named else []
        if t.dep[token] == "pobj":
            verb = t.head[verb]
        elif t.dep[token] not in ("dobj", "dative"):
            return []
        subject = self.subject_of.get(verb, -1)
        found = next((x for x in reversed(self.items) if x.token == subject), None)
        actors = list(found.actors) if found else []
        if not actors and subject >= 0:  # "American satellites detected the fleet"
            own = (
                f
                for k in range(t.sentence_start[token], subject)
                if t.head[k] == subject and (f := self.by_head.get(k))
            )
            actors = [a for f in own for a in f.actors if self._type(a) == "STATE"]
        for a in found.actors if found else ():
            r = self.linker.referents[a]
            state = self.kb.state(r.country, self.moments.at(token)[0]) if r.type == "PERSON" and r.country else None
            actors += [self.linker.referent(state).id] if state else []
        return actors

    def _above(self, token: int) -> set[str]:
        """Who acts in the clauses around a noun: "The United States said that it would not deal with the regime"."""
        t, at = self.t, self.t.head[token]
        subjects: set[int] = set()
        path = {token}
        for _ in range(8):
            path.add(at)
            subjects.add(self.subject_of.get(at, -1))
            if t.head[at] == at:
                break
            at = t.head[at]
        subjects -= path  # "the officers of the old regime resisted"
        start = t.sentence_start[token]
        near = [x for x in self.items[-40:] if x.token >= start and x.token in subjects]
        return {a for x in near for a in (*x.actors, *self._states_of(x.actors, token))}
