"""Parties that only the text around an event supplies: of an earlier telling, of the last pact, of the whole text."""

from __future__ import annotations

from collections import Counter

from pipeline.events.data import Cues
from pipeline.events.fill import Side
from pipeline.schema import Actor, Mention

#: How many sentences a pair of parties stays in mind.
MEMORY = 12
#: The first two states of a text are its topic when the second is mentioned this many times as often as the third.
LEAD = 1.5
STEM = 5


class Discourse:
    """What a text has told so far, as far as it helps to fill the parties of an event.

    Parameters
    ----------
    mentions : list of Mention
    actors : list of Actor
    cues : Cues
    """

    def __init__(self, mentions: list[Mention], actors: list[Actor], cues: Cues) -> None:
        self.cues = cues
        self.types = {a.actor_id: a.type for a in actors}
        self.country = {a.actor_id: a.country for a in actors}
        counts = Counter(a for m in mentions for a in m.actor_id if self.types.get(a) == "STATE")
        ranked = sorted(counts, key=lambda a: (-counts[a], a))
        self.state_of: dict[str, str] = {}
        for a in ranked:
            if self.country.get(a):
                self.state_of.setdefault(self.country[a], a)
        third = counts[ranked[2]] if len(ranked) > 2 else 0
        self.topic = ranked[:2] if len(ranked) > 1 and counts[ranked[1]] >= max(3, LEAD * third) else []
        self._dyad: tuple[int, list[str]] = (-MEMORY - 1, [])
        self._told: dict[str, tuple[list[str], list[str]]] = {}

    def state(self, actor: str) -> str:
        """The state an actor belongs to, where the text mentions it; empty for states themselves."""
        if self.types.get(actor) == "STATE":
            return ""
        return self.state_of.get(self.country.get(actor, ""), "")

    def remember(self, sentence: int, lemma: str, source: Side, target: Side) -> None:
        """Keep the parties of an event."""
        if source.ids or target.ids:
            self._told.setdefault(lemma[:STEM], (source.ids, target.ids))
            self._told[lemma[:STEM]] = (source.ids, target.ids)
        sides = [self.state(a) or a for a in [*source.ids, *target.ids]]
        states = list(dict.fromkeys(a for a in sides if self.types.get(a) == "STATE"))
        if len(states) == 2:
            self._dyad = (sentence, states)

    def parties(self, sentence: int) -> list[str]:
        """The two states that the talk is of: of the last event between two states, else of the text."""
        at, states = self._dyad
        return states if sentence - at <= MEMORY else self.topic

    def told(self, lemma: str) -> tuple[list[str], list[str]]:
        """Source and target of the last event that a noun may take up ("the invasion" after "Iraq invaded Kuwait")."""
        return self._told.get(lemma[:STEM], ([], []))

    def complete(self, sentence: int, bilateral: bool, source: Side, target: Side) -> tuple[Side, Side]:
        """Fill what is missing of an act between two states: both parties, or the other one of the pair."""
        if not bilateral:
            return source, target
        pair = self.parties(sentence)
        if not pair:
            return source, target
        if not source.ids and not target.ids:
            both = Side(ids=list(pair), how="discourse")
            return Side(pair, text=source.text, how="discourse"), Side(both.ids, text=target.text, how="discourse")
        known, missing = (source, target) if source.ids else (target, source)
        if not missing.ids:
            states = {self.state(a) or a for a in known.ids}
            other = [a for a in pair if a not in states]
            if len(other) == 1 and len(known.ids) == 1:
                filled = Side(other, text=missing.text, how="discourse")
                return (source, filled) if source.ids else (filled, target)
        return source, target
