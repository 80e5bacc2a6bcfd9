"""The other party of an act whose own words name none: candidates of the text around it, weighed by a learned model."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import DataError
from pipeline.events.data import read_toml
from pipeline.events.implied import TARGET_RULES, Story, Telling, opposed
from pipeline.paths import models_dir

#: How many of the parties named last are candidates, and how many mentions are looked through for them.
RECENT = 6
MENTIONS = 40
#: How many of the acts before an act tell who deals with whom.
ACTS = 3
#: How many tokens behind an act the next party may be named.
AHEAD = 30
#: Distances in sentences told apart.
NEAR, CLOSE = 1, 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who may be meant, and what speaks for it: names of features with their values."""

    ids: tuple[str, ...]
    features: dict[str, float]


def complete_targets(story: Story) -> None:
    """Fill the targets that the sentences leave open with the likeliest candidate, where one is likely enough.

    Where an attack names only places, whose they are is added to them.
    """
    model = load_counterparts()
    text = Counterparts(story)
    for at, t in enumerate(story.tellings):
        if t.predicate.background or not t.source.ids or t.source.how == "implied" or not t.predicate.coding.target:
            continue
        if places := story.places(t):
            taken = story.keys(t.source.ids)
            if found := [a for a in opposed(story, at) if a not in taken]:
                t.target.ids, t.target.how = [*places, *found], "implied"
        elif is_open(t):
            best, likely = model.choose(text.candidates(at))
            t.target.ids, t.target.likely = list(best), likely
            t.target.how = "implied" if best else t.target.how


def is_open(telling: Telling) -> bool:
    """Whether the words of an event name its source but not its target, which at most the discourse has guessed."""
    source, target = telling.source, telling.target
    guessed = target.how == "discourse" and source.how != "discourse" and source.ids != target.ids
    return bool(source.ids) and (guessed or not target.ids)


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model of the candidates; the data file says how it was learned."""

    least: float
    weights: dict[str, float]

    def choose(self, candidates: list[Candidate]) -> tuple[tuple[str, ...], float]:
        """The likeliest candidate and how likely it is; nobody where none is likely enough."""
        best: tuple[str, ...] = ()
        likely = 0.0
        for c in candidates:
            z = sum(self.weights.get(name, 0.0) * value for name, value in c.features.items())
            p = 1 / (1 + math.exp(-z))
            if p > likely:
                best, likely = c.ids, p
        return (best, round(likely, 3)) if likely >= self.least else ((), 0.0)


@cache
def load_counterparts(path: Path | None = None) -> Weights:
    """Read the model.

    Raises
    ------
    DataError
        When the file is missing, is no TOML, lacks a part, or a weight is no number.

    Examples
    --------
    >>> 0 < load_counterparts().least < 1
    True
    """
    path = path or models_dir() / "events" / "counterparts.toml"
    raw = read_toml(path)
    weights = raw.get("weights")
    if not isinstance(weights, dict) or not isinstance(raw.get("least"), int | float):
        raise DataError(f"{path}: a number `least` and a table [weights] are needed")
    for name, value in weights.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise DataError(f"{path}: weight {name} must be a number")
    return Weights(float(raw["least"]), {name: float(value) for name, value in weights.items()})


class Counterparts:
    """What a whole text tells about who deals with whom, for the acts that do not say it.

    Parameters
    ----------
    story : Story
        The events of a text in order.
    """

    def __init__(self, story: Story) -> None:
        self.story = story
        named = sorted(story.actors.by_head.items())
        self.named = [(token, story.parties(m.actor_id)) for token, m in named]
        self.tokens = [token for token, _ in named]
        self.counts: Counter[str] = Counter(p for _, parties in self.named for p in parties)
        self.dealings: dict[str, Counter[str]] = {}
        for doers, others in story.sides:
            for a in doers:
                for b in others:
                    if a != b:
                        self.dealings.setdefault(a, Counter())[b] += 1
                        self.dealings.setdefault(b, Counter())[a] += 1

    def candidates(self, at: int) -> list[Candidate]:
        """Who may be on the other side of an event, with what speaks for each."""
        story, t = self.story, self.story.tellings[at]
        mine = story.keys(t.source.ids)
        me = story.parties(t.source.ids) or list(t.source.ids)
        token = t.predicate.token
        recent, scenes = self._recent(token, mine)
        ahead = self._ahead(token, mine)
        guesses: dict[tuple[str, ...], list[str]] = {}
        if t.target.ids and t.target.how == "discourse":
            guesses.setdefault(tuple(story.parties(t.target.ids) or t.target.ids), []).append("discourse")
        for rule in TARGET_RULES:
            found = tuple(a for a in rule(story, at) if a not in mine)
            if found:
                guesses.setdefault(found, []).append(rule.__name__)
        mostly = [a for m in me for a, _ in self.dealings.get(m, Counter()).most_common(3)]
        own = [s for s in story.discourse.states(t.source.ids) if s not in t.source.ids]
        alone = [(a,) for a in dict.fromkeys([*recent, *ahead, *mostly]) if a not in mine]
        kinds = self._kinds(at)
        around = self._around(at, mine)
        return [
            Candidate(ids, self._features(ids, me, recent, scenes, ahead, guesses.get(ids, []), own, kinds, around))
            for ids in dict.fromkeys([*guesses, *alone, *((s,) for s in own)])
        ]

    def _recent(self, token: int, mine: frozenset[str]) -> tuple[dict[str, int], frozenset[str]]:
        """The parties named last before a token with their rank, and those of them named as a place."""
        parse, cues = self.story.parse, self.story.cues
        ranks: dict[str, int] = {}
        scenes: dict[str, None] = {}
        n = _before(self.tokens, token)
        for k in range(n - 1, max(-1, n - 1 - MENTIONS), -1):
            head, parties = self.named[k]
            new = [p for p in parties if p not in mine and p not in ranks]
            above = parse.head[head]
            placed = parse.dep[head] == "pobj" and parse.lower[above] in cues.place_prepositions
            for p in new:
                ranks[p] = len(ranks)
                if placed:
                    scenes[p] = None
            if len(ranks) >= RECENT:
                break
        return ranks, frozenset(scenes)

    def _ahead(self, token: int, mine: frozenset[str]) -> list[str]:
        """The next party named after a token."""
        n = _before(self.tokens, token + 1)
        for head, parties in self.named[n : n + 3]:
            new = [p for p in parties if p not in mine]
            if new and head - token <= AHEAD:
                return new
        return []

    def _kinds(self, at: int) -> list[str]:
        """What is told of an event itself that bears on which candidates fit."""
        t = self.story.tellings[at]
        heads = t.target.heads
        lower = [self.story.parse.lower[h] for h in heads]
        if not t.target.text:
            words = "open"
        elif any(w in ("it", "them", "this", "that") for w in lower):
            words = "pronoun"
        elif any(self.story.parse.kids(h, "poss") for h in heads):
            words = "owned"
        elif any(self.story.takes_up(h) for h in heads):
            words = "definite"
        else:
            words = "words"
        return [t.kind, words, "noun" if t.predicate.is_noun else "verb"]

    def _around(self, at: int, mine: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
        """Who did what with whom just before and after an event: a name of the part and who plays it."""
        story, here = self.story, self.story.tellings[at].sentence
        found: list[tuple[str, frozenset[str]]] = []
        steps = 0
        for k in range(at - 1, -1, -1):
            other = story.tellings[k]
            doers, others = story.sides[k]
            if not doers and not others:
                continue
            steps += 1
            to_me, by_me = bool(story.party_keys[k][1] & mine), bool(story.party_keys[k][0] & mine)
            gap = here - other.sentence
            far = "near" if gap <= NEAR else "close" if gap <= CLOSE else "far"
            if steps <= ACTS:
                found.append((f"act{steps}=doer{'-to-me' if to_me else ''}", frozenset(doers)))
                found.append((f"act{steps}=other{'-of-me' if by_me else ''}", frozenset(others)))
            if to_me and not by_me and not any(name.startswith("on-me") for name, _ in found):
                found.append((f"on-me={far}", frozenset(doers)))
            if by_me and not to_me and others and not any(name.startswith("by-me") for name, _ in found):
                found.append((f"by-me={far}", frozenset(others)))
            if steps > 3 * ACTS:
                break
        for k in range(at + 1, min(at + 2, len(story.tellings))):
            doers, others = story.sides[k]
            to_me = bool(story.party_keys[k][1] & mine)
            by_me = bool(story.party_keys[k][0] & mine)
            found.append((f"next=doer{'-to-me' if to_me else ''}", frozenset(doers)))
            found.append((f"next=other{'-of-me' if by_me else ''}", frozenset(others)))
        return found

    def _features(
        self,
        ids: tuple[str, ...],
        me: list[str],
        recent: dict[str, int],
        scenes: frozenset[str],
        ahead: list[str],
        guessed: list[str],
        own: list[str],
        kinds: list[str],
        around: list[tuple[str, frozenset[str]]],
    ) -> dict[str, float]:
        story = self.story
        names = [f"guess={g}" for g in guessed]
        rank = min((recent[a] for a in ids if a in recent), default=-1)
        names.append(f"recent={rank}" if rank >= 0 else "recent=no")
        if any(a in scenes for a in ids):
            names.append("scene")
        if any(a in ahead for a in ids):
            names.append("ahead")
        if any(a in own for a in ids):
            names.append("own")
        names += [name for name, who in around if any(a in who for a in ids)]
        crossed = [f"{kinds[0]}&{n}" for n in names] + [f"{kinds[1]}&{n}" for n in names if n.startswith(("g", "s", "o"))]
        names.append(f"kind={story.actors.types.get(ids[0], '')}")
        if len(ids) > 1:
            names.append("several")
        values = dict.fromkeys(["bias", f"type={kinds[0]}", f"words={kinds[1]}", kinds[2], *names, *crossed], 1.0)
        total = sum(self.counts.values()) or 1
        values["share of mentions"] = sum(self.counts[a] for a in ids) / total
        mine: Counter[str] = Counter()
        for m in me:
            mine.update(self.dealings.get(m, Counter()))
        values["share of dealings"] = sum(mine[a] for a in ids) / (mine.total() or 1)
        values["dealings"] = math.log1p(sum(mine[a] for a in ids))
        return values


def _before(tokens: list[int], token: int) -> int:
    """How many of some ordered tokens stand before one."""
    return bisect_left(tokens, token)
