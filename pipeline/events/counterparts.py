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
#: Distances in sentences, and in tokens, that are told apart.
NEAR, CLOSE = 1, 4
#: What tells something else of each type of event: an answer goes to whoever acted on its doer, a move to a place.
TYPICAL = ("guess", "own", "on-me", "by-me", "role=place", "act1")
#: After how many half-lives an act is forgotten.
FORGOTTEN = 6
GAPS = (6, 12, 25, 50, 100)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who may be meant, and what speaks for it: names of features with their values."""

    ids: tuple[str, ...]
    features: dict[str, float]


@dataclass(frozen=True, slots=True)
class Last:
    """Where a party was named last before an event: how many others since, how far back, in what role."""

    rank: int
    gap: int
    role: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds an event whose other side is sought."""

    me: list[str]
    own: list[str]
    last: dict[str, Last]
    ahead: list[str]
    around: list[tuple[str, frozenset[str]]]
    dealt: Counter[str]
    kinds: list[str]


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
        guesses: dict[tuple[str, ...], list[str]] = {}
        if t.target.ids and t.target.how == "discourse":
            guesses.setdefault(tuple(story.parties(t.target.ids) or t.target.ids), []).append("discourse")
        for rule in TARGET_RULES:
            found = tuple(a for a in rule(story, at) if a not in mine)
            if found:
                guesses.setdefault(found, []).append(rule.__name__)
        setting = Setting(
            me=story.parties(t.source.ids) or list(t.source.ids),
            own=[s for s in story.discourse.states(t.source.ids) if s not in t.source.ids],
            last=self._last(t.predicate.token, mine),
            ahead=self._ahead(t.predicate.token, mine),
            around=self._around(at, mine),
            dealt=self._dealt(at, mine),
            kinds=self._kinds(at),
        )
        mostly = [a for m in setting.me for a, _ in self.dealings.get(m, Counter()).most_common(3)]
        alone = [(a,) for a in [*setting.last, *setting.ahead, *mostly] if a not in mine]
        groups = [tuple(sorted(who)) for _, who in setting.around if len(who) > 1 and not who & mine]
        everybody = dict.fromkeys([*guesses, *alone, *((s,) for s in setting.own), *groups])
        return [Candidate(ids, self._features(ids, guesses.get(ids, []), setting)) for ids in everybody]

    def _last(self, token: int, mine: frozenset[str]) -> dict[str, Last]:
        """The parties named last before a token."""
        parse, cues = self.story.parse, self.story.cues
        found: dict[str, Last] = {}
        n = bisect_left(self.tokens, token)
        for k in range(n - 1, max(-1, n - 1 - MENTIONS), -1):
            head, parties = self.named[k]
            above = parse.head[head]
            role = parse.dep[head]
            if role == "pobj":
                role = "place" if parse.lower[above] in cues.place_prepositions else "prep"
            gap = bisect_left(GAPS, token - head)
            for p in parties:
                if p not in mine and p not in found:
                    found[p] = Last(len(found), gap, role)
            if len(found) >= RECENT:
                break
        return found

    def _ahead(self, token: int, mine: frozenset[str]) -> list[str]:
        """The next party named after a token."""
        n = bisect_left(self.tokens, token + 1)
        for head, parties in self.named[n : n + 3]:
            new = [p for p in parties if p not in mine]
            if new and head - token <= AHEAD:
                return new
        return []

    def _dealt(self, at: int, mine: frozenset[str]) -> Counter[str]:
        """How much each party has dealt with one side lately, an act the less the longer ago it is told."""
        story, here = self.story, self.story.tellings[at]
        found: Counter[str] = Counter()
        for k in range(at - 1, -1, -1):
            gap = here.sentence - story.tellings[k].sentence
            if gap > FORGOTTEN * story.reach.half_life:
                break
            weight = 0.5 ** (gap / story.reach.half_life)
            for a in story.other(k, mine):
                found[a] += weight
        return found

    def _kinds(self, at: int) -> list[str]:
        """What is told of an event itself that bears on which candidates fit: type, words, part of speech, doer."""
        t = self.story.tellings[at]
        lower = [self.story.parse.lower[h] for h in t.target.heads]
        if not t.target.text:
            words = "open"
        elif any(w in ("it", "them", "this", "that") for w in lower):
            words = "pronoun"
        elif any(self.story.parse.kids(h, "poss") for h in t.target.heads):
            words = "owned"
        elif any(self.story.takes_up(h) for h in t.target.heads):
            words = "definite"
        else:
            words = "words"
        doer = self.story.actors.types.get(t.source.ids[0], "")
        noun = "noun" if t.predicate.is_noun else "verb"
        return [t.kind, words, noun, doer]

    def _around(self, at: int, mine: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
        """Who did what with whom just before and after an event: a name of the part and who plays it."""
        story, here = self.story, self.story.tellings[at].sentence
        found: list[tuple[str, frozenset[str]]] = []
        steps = 0
        known: set[str] = set()
        for k in range(at - 1, -1, -1):
            doers, others = story.sides[k]
            if not doers and not others:
                continue
            steps += 1
            to_me, by_me = bool(story.party_keys[k][1] & mine), bool(story.party_keys[k][0] & mine)
            gap = here - story.tellings[k].sentence
            far = "near" if gap <= NEAR else "close" if gap <= CLOSE else "far"
            if steps <= ACTS:
                found += _parts(f"act{steps}", doers, others, to_me, by_me)
            if to_me and not by_me and "on-me" not in known:
                found.append((f"on-me={far}", frozenset(doers)))
                known.add("on-me")
            if by_me and not to_me and others and "by-me" not in known:
                found.append((f"by-me={far}", frozenset(others)))
                known.add("by-me")
            if steps > 3 * ACTS:
                break
        for k in range(at + 1, min(at + 2, len(story.tellings))):
            doers, others = story.sides[k]
            to_me, by_me = bool(story.party_keys[k][1] & mine), bool(story.party_keys[k][0] & mine)
            found += _parts("next", doers, others, to_me, by_me)
        return found

    def _features(self, ids: tuple[str, ...], guessed: list[str], setting: Setting) -> dict[str, float]:
        kind, words, noun, doer = setting.kinds
        names = [f"guess={g}" for g in guessed]
        lasts = [setting.last[a] for a in ids if a in setting.last]
        if lasts:
            last = min(lasts, key=lambda found: found.rank)
            names += [f"recent={last.rank}", f"gap={last.gap}", f"role={last.role}"]
        else:
            names.append("recent=no")
        if any(a in setting.ahead for a in ids):
            names.append("ahead")
        if any(a in setting.own for a in ids):
            names += ["own", f"own of {doer}"]
        names += [name for name, who in setting.around if any(a in who for a in ids)]
        crossed = [f"{kind}&{n}" for n in names if n.startswith(TYPICAL)]
        names.append(f"kind={self.story.actors.types.get(ids[0], '')}")
        if len(ids) > 1:
            names.append("several")
        values = dict.fromkeys(["bias", f"type={kind}", f"words={words}", noun, *names, *crossed], 1.0)
        mine: Counter[str] = Counter()
        for m in setting.me:
            mine.update(self.dealings.get(m, Counter()))
        values["share of mentions"] = sum(self.counts[a] for a in ids) / (self.counts.total() or 1)
        values["share of dealings"] = sum(mine[a] for a in ids) / (mine.total() or 1)
        values["dealings"] = math.log1p(sum(mine[a] for a in ids))
        values["share of late dealings"] = sum(setting.dealt[a] for a in ids) / (setting.dealt.total() or 1)
        values["late dealings"] = math.log1p(sum(setting.dealt[a] for a in ids))
        return values


def _parts(
    act: str, doers: list[str], others: list[str], to_me: bool, by_me: bool
) -> list[tuple[str, frozenset[str]]]:
    """Who plays which part in an act, and whether its other part is the side that the candidates are sought for."""
    return [
        (f"{act}=doer{'-to-me' if to_me else ''}", frozenset(doers)),
        (f"{act}=other{'-of-me' if by_me else ''}", frozenset(others)),
    ]
