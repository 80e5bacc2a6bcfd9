"""Parties that no words near an event name, from what the same story tells before and after: a reader's other side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from pipeline.events.data import Cues
from pipeline.events.discourse import Discourse
from pipeline.events.fill import Actors, Side
from pipeline.events.parse import Parse
from pipeline.events.predicates import Predicate
from pipeline.events.reach import load_reach


@dataclass(slots=True)
class Telling:
    """A predicate with the sides that its sentence gives it."""

    sentence: int
    predicate: Predicate
    source: Side
    target: Side

    @property
    def kind(self) -> str:
        """The event's type."""
        return self.predicate.coding.event_type


class Story:
    """The events of a text in order, for what one of them leaves out and another one tells."""

    def __init__(self, parse: Parse, tellings: list[Telling], actors: Actors, discourse: Discourse, cues: Cues) -> None:
        self.parse, self.tellings, self.actors, self.discourse, self.cues = parse, tellings, actors, discourse, cues
        self.reach = load_reach().story
        self.party_keys = [(self.keys(t.source.ids), self.keys(t.target.ids)) for t in tellings]
        self.sides = [(self.parties(t.source.ids), self.parties(t.target.ids)) for t in tellings]

    def keys(self, ids: list[str]) -> frozenset[str]:
        """Actors and the states that they belong to."""
        return frozenset([*ids, *self.discourse.states(ids)])

    def parties(self, ids: list[str]) -> list[str]:
        """Who stands behind actors: the state of persons and bodies, else a movement or known person."""
        if any(self.actors.types.get(a) == "PLACE" for a in ids):
            return []  # "put up barricades in Algiers" tells no party
        found = []
        for a in ids:
            kind = self.actors.types.get(a, "")
            state = self.discourse.state(a) if kind in ("PERSON", "GOVERNMENT", "PLACE", "ORGANIZATION") else ""
            alone = kind == "PLACE" or (a.startswith("local:") and kind in ("PERSON", "ORGANIZATION"))
            if state or not alone:
                found.append(state or a)
        return list(dict.fromkeys(found))

    def other(self, k: int, mine: frozenset[str]) -> list[str]:
        """Who stands against or beside an actor in an event."""
        doers, others = self.party_keys[k]
        if doers & mine and not others & mine:
            return self.sides[k][1]
        if others & mine and not doers & mine:
            return self.sides[k][0]
        return []

    def window(self, at: int) -> range:
        """The events around one."""
        return range(max(0, at - self.reach.window), min(len(self.tellings), at + self.reach.window))

    def counterpart(
        self, at: int, types: Collection[str], reach: int | None = None, *, of_target: bool = False
    ) -> list[str]:
        """Whom one side of an event deals with by acts of these types: in the nearest, else in most of the text."""
        here, mine = self.tellings[at].sentence, self.party_keys[at][1 if of_target else 0]
        told = [k for k in self.window(at) if self.tellings[k].kind in types]
        before = [(here - self.tellings[k].sentence, -k, k) for k in told if k < at]
        after = [(self.tellings[k].sentence - here + self.reach.later, k, k) for k in told if k > at]
        near = self.reach.reach if reach is None else reach
        votes: Counter[str] = Counter()
        for distance, _, k in sorted([*before, *after]):
            found = self.other(k, mine)
            if found and distance <= near:
                return found
            votes.update(found)
        if near < self.reach.reach or not votes:
            return []
        best = min(votes, key=lambda a: (-votes[a], a))
        return [best] if votes[best] > 1 and votes[best] >= self.reach.share * votes.total() else []

    def pair(self, at: int, types: Collection[str], aside: frozenset[str]) -> list[str]:
        """The two that deal with each other around an event by acts of these types, whoever stands aside left out."""
        votes: Counter[tuple[str, str]] = Counter()
        for k in self.window(at):
            t = self.tellings[k]
            if t.kind not in types:
                continue
            first, second = self.sides[k]
            if first == second and len(first) == 2:
                first, second = first[:1], first[1:]
            distance = abs(self.tellings[at].sentence - t.sentence)
            weight = max(
                self.reach.least, (1 if k < at else self.reach.after) * 0.5 ** (distance / self.reach.half_life)
            )
            for two in sorted({(min(a, b), max(a, b)) for a in first for b in second if a != b}):
                if not self.keys(list(two)) & aside:
                    votes[two] += weight
        if not votes:
            return []
        best, *others = sorted(votes, key=lambda two: (-votes[two], two))
        return list(best) if not others or votes[best] >= self.reach.pair_lead * votes[others[0]] else []

    def lemmas(self, heads: list[int]) -> list[str]:
        """The head words of a side."""
        return [self.parse.lemma[h] for h in heads]

    def are_two(self, heads: list[int]) -> bool:
        """Whether words mean two parties without names: "both sides", "the two delegations", "the belligerents"."""
        return any(
            lemma in self.cues.pairs
            or (
                lemma in self.cues.couples
                and any(self.parse.lower[c] in ("both", "two") for c in self.parse.children[h])
            )
            for h, lemma in zip(heads, self.lemmas(heads), strict=True)
        )

    def are_envoys(self, heads: list[int]) -> bool:
        """Whether words mean those who speak for two parties: "the delegates concluded an understanding"."""
        return any(
            lemma in self.cues.negotiators and self.parse.tag[h] == "NNS" and self.takes_up(h)
            for h, lemma in zip(heads, self.lemmas(heads), strict=True)
        )

    def at_home(self, at: int) -> bool:
        """Whether a body of a state acts, which mostly deals with its own government: "the Senate"."""
        doers = self.tellings[at].source.ids
        return any(self.actors.types.get(a) == "ORGANIZATION" and self.discourse.state(a) for a in doers)

    def places(self, telling: Telling) -> list[str]:
        """The places that an attack is told to hit without a word of whose they are: "took Amoy and Ningpo"."""
        ids = telling.target.ids
        attack = telling.kind == "ASSAULT" and not telling.predicate.is_noun
        return ids if attack and all(self.actors.types.get(a) == "PLACE" for a in ids) else []

    def takes_up(self, head: int) -> bool:
        """Whether a word takes up what was told before: "rejected it", "accepted the plan"."""
        definite = [self.parse.lower[c] for c in self.parse.kids(head, "det")]
        return self.parse.lower[head] in ("it", "them", "this", "that") or bool({"the", "this"} & set(definite))


Rule = Callable[[Story, int], list[str]]


def complete_sources(story: Story) -> None:
    """Fill the sources that the sentences leave empty, where the story supplies them; the first rule that finds any.

    Rules were kept that are right in three of five cases at least on essays whose events were annotated.
    """
    for at, t in enumerate(story.tellings):
        if not t.predicate.background and not t.source.ids:
            t.source.ids = next((found for rule in SOURCE_RULES if (found := rule(story, at))), [])
            t.source.how = "implied" if t.source.ids else t.source.how


def policed(story: Story, at: int) -> list[str]:
    """Whose police, courts, parties and officers act on its own people: "the deputies turned Gaillard out of office".

    So does who dismisses or appoints where the passive leaves it out.
    """
    t = story.tellings[at]
    lemmas = story.lemmas(t.source.heads)
    inside = t.kind in story.cues.domestic_types and any(lemma in story.cues.institutions for lemma in lemmas)
    mode = t.predicate.coding.mode
    persons = all(story.actors.types.get(a) == "PERSON" for a in t.target.ids)
    crowd = all(story.actors.types.get(a) == "PEOPLE" for a in t.target.ids)  # "soldiers fired on the crowd"
    inside = inside or (bool(t.target.ids) and crowd and any(lemma in story.cues.forces for lemma in lemmas))
    unsaid = t.predicate.roles.passive and not t.source.text and mode in ("dismiss", "appoint") and persons
    if not inside and not unsaid and not any(lemma in story.cues.services for lemma in lemmas):
        return []
    return story.discourse.states(t.target.ids)[:1]


def both(story: Story, at: int) -> list[str]:
    """Who both are: "the two delegations signed", "negotiations opened", "a cease-fire took effect"."""
    t = story.tellings[at]
    negotiated = not t.source.text and any(
        lemma in story.cues.talks for lemma in story.lemmas([t.predicate.token, *t.predicate.roles.subject])
    )
    envoys = t.predicate.coding.reciprocal and story.are_envoys(t.source.heads)
    if t.target.ids or not (story.are_two(t.source.heads) or negotiated or envoys):
        return []
    fight = any(lemma in story.cues.warfare for lemma in story.lemmas([t.predicate.token, *t.predicate.roles.subject]))
    kinds = (story.cues.deeds, story.cues.quarrels, story.cues.dealings)[0 if fight else 1 :]
    return next((found for types in kinds if (found := story.pair(at, types, frozenset()))), [])


def mediated(story: Story, at: int) -> list[str]:
    """The parties of a conflict to whoever stands between them: "offered their good offices", "proposed a truce"."""
    t = story.tellings[at]
    heads = t.target.heads or t.predicate.roles.object
    if t.kind not in story.cues.mediating or not (
        t.predicate.coding.mode == "third-party"
        or story.are_two(heads)
        or any(lemma in story.cues.mediation for lemma in story.lemmas(heads))
    ):
        return []
    return story.pair(at, story.cues.deeds, story.keys(t.source.ids))


def answered(story: Story, at: int) -> list[str]:
    """Who did what an answer is about: "walked out of the hall", "accepted the plan"."""
    t = story.tellings[at]
    heads = t.target.heads or t.predicate.roles.object
    taken_up = [h for h in heads if story.takes_up(h)]
    if t.kind not in story.cues.answering or (heads and not taken_up):
        return []
    if t.kind != "REJECT" and not any(lemma in story.cues.proposals for lemma in story.lemmas(taken_up)):
        return []
    mine = story.keys(t.source.ids)
    for k in range(at - 1, -1, -1):
        other = story.tellings[k]
        if t.sentence - other.sentence > story.reach.answer:
            break
        if other.source.ids and not story.keys(other.source.ids) & mine:
            return [a for a in other.source.ids if story.actors.types.get(a) != "PLACE"]
    return []


def opposed(story: Story, at: int) -> list[str]:
    """Whom an act of conflict is directed at: "crossed the parallel", "attacked police posts", "surrendered"."""
    t = story.tellings[at]
    retreat = t.kind == "RETREAT" and t.predicate.coding.mode in ("withdraw", "surrender")
    if not (t.kind in story.cues.opposing or retreat):
        return []
    carried = bool(t.predicate.roles.subject)  # "drafted an ultimatum"
    if t.predicate.is_noun and not carried and (t.kind != "ASSAULT" or story.parse.pos[t.predicate.token] == "PROPN"):
        return []  # "the Battle of Jutland": the parties of a battle that has a name are not guessed
    if retreat and len(story.discourse.states(t.source.ids)) > 1:
        return []
    if any(lemma in story.cues.victims | story.cues.attackers for lemma in story.lemmas(t.target.heads)):
        return []  # "massacred thousands of civilians": no party
    if any(story.parse.lower[h] in ("them", "him", "her") for h in t.target.heads):
        return []
    if t.kind == "CONCEDE" and story.at_home(at):
        return []  # "Congress granted wider powers"
    return story.counterpart(at, story.cues.deeds) or story.counterpart(at, story.cues.quarrels)


def addressed(story: Story, at: int) -> list[str]:
    """Whom an act of cooperation is directed at: "made a last offer", "opened an embassy"."""
    t = story.tellings[at]
    heads = t.target.heads or t.predicate.roles.object
    open_ended = not t.target.text or (
        not t.predicate.is_noun and any(lemma in story.cues.proposals for lemma in story.lemmas(heads))
    )
    bare = t.kind == "CONSULT" and open_ended and not t.predicate.coding.reciprocal
    if not (t.kind == "SUPPORT" or bare or (t.kind == "AGREE" and not t.predicate.is_noun)):
        return []
    if story.at_home(at) or len(story.discourse.states(t.source.ids)) > 1:
        return []  # "the Senate approved the treaty"; "the two countries pledged friendship"
    return story.counterpart(at, story.cues.dealings, story.reach.close if t.kind == "AGREE" else None)


def undergone(story: Story, at: int) -> list[str]:
    """Who did what a party underwent, where a passive leaves it out: "two hundred American vessels had been seized"."""
    t = story.tellings[at]
    if t.kind not in story.cues.quarrels or not t.predicate.roles.passive or t.source.text or t.predicate.is_noun:
        return []
    owned = story.cues.forces | story.cues.belongings
    if not any(lemma in owned for lemma in story.lemmas(t.predicate.roles.object)):
        return []  # persons are mostly arrested at home
    return story.counterpart(at, story.cues.deeds, of_target=True)


SOURCE_RULES: tuple[Rule, ...] = (policed, both, undergone)
TARGET_RULES: tuple[Rule, ...] = (mediated, answered, opposed, addressed)
