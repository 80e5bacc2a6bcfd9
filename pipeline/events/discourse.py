"""Parties that only the text around an event supplies: of an earlier telling, of the last pact, of the whole text."""

from __future__ import annotations

from collections import Counter

from pipeline.actors.knowledge import Knowledge
from pipeline.events.data import Cues
from pipeline.events.fill import Side
from pipeline.events.reach import load_reach
from pipeline.schema import Actor, Mention

#: Letters by which words of one family are told: "invade", "invasion".
STEM = 4


class Discourse:
    """What a text has told so far, as far as it helps to fill the parties of an event.

    Parameters
    ----------
    mentions : list of Mention
    actors : list of Actor
    knowledge : Knowledge
        Where those actors come from.
    """

    def __init__(self, mentions: list[Mention], actors: list[Actor], knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.reach = load_reach().discourse
        self.names = {a.actor_id: a.name for a in actors}
        self.types = {a.actor_id: a.type for a in actors}
        self.country = {a.actor_id: a.country for a in actors}
        counts = Counter(a for m in mentions for a in m.actor_id if self.types.get(a) == "STATE")
        ranked = sorted(counts, key=lambda a: (-counts[a], a))
        self.state_of: dict[str, str] = {}
        for a in ranked:
            if self.country.get(a):
                self.state_of.setdefault(self.country[a], a)
        third = counts[ranked[2]] if len(ranked) > 2 else 0
        self.topic = (
            ranked[:2] if len(ranked) > 1 and counts[ranked[1]] >= max(3, self.reach.topic_lead * third) else []
        )
        self._enemies: list[list[str]] = []
        self._dyads: list[tuple[int, list[str]]] = []
        self._told: dict[str, tuple[list[str], list[str]]] = {}
        self._last: list[tuple[int, list[str]]] = []
        self._demand: tuple[int, list[str]] = (-self.reach.memory - 1, [])
        self._attacks: list[tuple[int, list[str], list[str]]] = []
        self._targets: dict[int, Side] = {}

    def state(self, actor: str) -> str:
        """The state an actor belongs to, where the text mentions it; empty for states themselves."""
        if self.types.get(actor) == "STATE":
            return ""
        return self.state_of.get(self.country.get(actor, ""), "")

    def seat(self, actor: str, date: str) -> str:
        """The state whose government sat in a city at a date, where the text mentions that state."""
        return self.seat_named(self.names.get(actor, ""), date)

    def seat_named(self, city: str, date: str) -> str:
        """The same of a city by its name."""
        state = self.knowledge.capital_state(city, date) or ""
        return state if state in self.types else ""

    def remember(self, sentence: int, lemmas: list[str], hostile: bool, source: Side, target: Side) -> None:
        """Keep the parties of an event under the words that may take it up: its trigger's and its object's."""
        if not source.ids and not target.ids:
            return
        for lemma in lemmas:
            self._told[lemma[:STEM]] = (source.ids, target.ids)
        states = self.states([*source.ids, *target.ids])
        if len(states) == 2:
            if hostile and sorted(states) not in self._enemies:
                self._enemies.append(sorted(states))
            self._dyads = [*self._dyads[-self.reach.acts :], (sentence, states)]

    def follow(self, sentence: int, token: int, event_type: str, source: Side, target: Side, cues: Cues) -> None:
        """Keep who demanded what and who attacked whom, for answers and counterattacks."""
        self._targets[token] = target
        if source.ids:
            self._last = [*self._last[-4:], (sentence, source.ids)]
        if event_type in cues.demanding and source.ids:
            self._demand = (sentence, source.ids)
        if event_type == "ASSAULT" and source.ids and any(self.types.get(a) != "PLACE" for a in target.ids):
            self._attacks.append((sentence, source.ids, target.ids))

    def other_party(
        self, sentence: int, first: int | None, event_type: str, source: Side, open_ended: bool, thing: bool, cues: Cues
    ) -> list[str]:
        """Whom an act is directed at where the sentence does not say: an answer, a counterattack, a second verb.

        `first` is the verb that the act's verb is coordinated with; `open_ended` tells that no words
        name a target, `thing` that they name what somebody has done or proposed.
        """
        if not source.ids:
            return []
        if first is not None and first in self._targets:
            return [a for a in self._targets[first].ids if a not in source.ids]
        if not open_ended:
            return []
        at, doers = self._demand
        if event_type in cues.answering and sentence - at <= self.reach.answer and not set(doers) & set(source.ids):
            return doers
        if event_type in cues.reacting or thing:
            for at, doers in reversed(self._last):
                if sentence - at < self.reach.answer and not set(self.states(doers)) & set(self.states(source.ids)):
                    return [a for a in doers if self.types.get(a) != "PLACE"]
        if event_type in cues.warlike:
            for at, attackers, attacked in reversed(self._attacks):
                if sentence - at <= self.reach.answer and set(attacked) & set(source.ids):
                    return attackers
                if sentence - at <= self.reach.answer and not set(attacked) & set(source.ids):
                    return attacked
        return []

    def attackers(self) -> list[str]:
        """Who attacked last: "the invaders"."""
        return self._attacks[-1][1] if self._attacks else []

    def stateless(self, actors: list[str]) -> bool:
        """Whether actors are bodies of no one state: "the League appealed for calm" addresses nobody in particular."""
        return bool(actors) and all(self.types.get(a) == "ORGANIZATION" and not self.country.get(a) for a in actors)

    def is_body(self, actors: list[str]) -> bool:
        """Whether actors are one body that can meet by itself: a parliament, a council, a party."""
        return len(actors) == 1 and self.types.get(actors[0]) in ("ORGANIZATION", "PARTY")

    def opposite(self, sentence: int, source: Side) -> list[str]:
        """The other of the two states that last dealt with each other, if the source is or serves one of them."""
        mine = self.states(source.ids)
        if len(mine) != 1:
            return []
        for at, pair in reversed(self._dyads):
            if sentence - at > self.reach.next:
                break
            if mine[0] in pair:
                return [a for a in pair if a != mine[0]]
        return []

    def states(self, actors: list[str]) -> list[str]:
        """The states that actors are or belong to, each once."""
        sides = [self.state(a) or a for a in actors]
        return list(dict.fromkeys(a for a in sides if self.types.get(a) == "STATE"))

    def told(self, lemma: str) -> tuple[list[str], list[str]]:
        """Source and target of the last event that a noun may take up ("the invasion" after "Iraq invaded Kuwait")."""
        return self._told.get(lemma[:STEM], ([], []))

    def pair(self, sentence: int, here: list[str], known: list[str], hostile: bool, vague: bool = False) -> list[str]:
        """The two states that an act between states is of.

        Those of its sentence, if it names two; else, if that agrees with whom the sentence names, those of the last act
        between two states, or the two that the text is about. A hostile act is of two that have fought before, a
        `vague` one only of those of its sentence.
        """
        states = self.states(here)
        if len(states) == 2 and set(self.states(known)) <= set(states):
            return states
        if vague:
            return []
        for pair in (self._dealing(sentence), self.topic):
            if hostile and sorted(pair) not in self._enemies:
                continue
            if pair and set(self.states(known)) <= set(pair) and (not states or set(states) & set(pair)):
                return pair
        return []

    def _dealing(self, sentence: int) -> list[str]:
        """The two states that dealt with each other most in the sentences before, the nearer the more."""
        votes: dict[tuple[str, ...], float] = {}
        order: dict[tuple[str, ...], list[str]] = {}
        for at, pair in self._dyads:
            if sentence - at <= self.reach.memory:
                key = tuple(sorted(pair))
                votes[key] = votes.get(key, 0.0) + 0.5 ** ((sentence - at) / self.reach.half_life)
                order[key] = pair
        return order[max(votes, key=lambda key: (votes[key], key))] if votes else []

    def complete(self, pair: list[str], source: Side, target: Side) -> tuple[Side, Side]:
        """Fill what is missing of an act between two states: both parties, or the other one of the pair."""
        if not source.ids and not target.ids:
            return Side(pair, text=source.text, how="discourse"), Side(pair, text=target.text, how="discourse")
        known, missing = (source, target) if source.ids else (target, source)
        other = [a for a in pair if a not in self.states(known.ids)]
        if not missing.ids and len(other) == 1 and len(known.ids) == 1:
            filled = Side(other, text=missing.text, how="discourse")
            return (source, filled) if source.ids else (filled, target)
        return source, target
