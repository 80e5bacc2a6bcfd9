"""A party of an act that its own words do not name: candidates of the text around it, weighed by a learned model."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import DataError
from pipeline.events.data import read_toml
from pipeline.events.fill import Side
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
    """What surrounds an event one side of which is sought."""

    own: list[str]
    last: dict[str, Last]
    ahead: list[str]
    around: list[tuple[str, frozenset[str]]]
    dealings: Counter[str]
    dealt: dict[str, float]
    #: Sums of both.
    totals: tuple[float, float]
    kinds: list[str]


def complete_parties(story: Story) -> None:
    """Fill the sides that the sentences leave open with the likeliest candidate, where one is likely enough.

    Where an attack names only places, whose they are is added to them.
    """
    models = load_counterparts()
    text = Counterparts(story)
    for at, t in enumerate(story.tellings):
        if t.predicate.background:
            continue
        if lacks_source(t):
            best, likely = models["source"].choose(text.candidates(at, "source"))
            if best:
                t.source.ids, t.source.likely, t.source.how = list(best), likely, "implied"
        elif t.source.how == "implied" or not t.predicate.coding.target:
            continue
        elif places := story.places(t):
            taken = story.keys(t.source.ids)
            if found := [a for a in opposed(story, at) if a not in taken]:
                t.target.ids, t.target.how = [*places, *found], "implied"
        elif lacks_target(t, story):
            best, likely = models["target"].choose(text.candidates(at, "target"))
            t.target.ids, t.target.likely = list(best), likely
            t.target.how = "implied" if best else t.target.how


def lacks_source(telling: Telling) -> bool:
    """Whether nothing leads to who does what an event tells: "the delegates agreed", "the town was taken".

    Of acts of government that name nobody, nobody need have done them: "the dissolution of the Soviet Union".
    """
    return not telling.source.ids and (bool(telling.source.text) or telling.kind != "GOVERN")


def lacks_target(telling: Telling, story: Story) -> bool:
    """Whether the words of an event name its source but not its target, which at most the discourse has guessed.

    Words for people who are no party ("killed thousands of civilians") leave nothing open.
    """
    source, target = telling.source, telling.target
    guessed = target.how == "discourse" and source.how != "discourse" and source.ids != target.ids
    others = any(lemma in story.cues.victims for lemma in story.lemmas(target.heads))
    return bool(source.ids) and (guessed or not target.ids) and not others


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
def load_counterparts(path: Path | None = None) -> dict[str, Weights]:
    """Read the models of both sides, "source" and "target".

    Raises
    ------
    DataError
        When the file is missing, is no TOML, lacks a part, or a weight is no number.

    Examples
    --------
    >>> sorted(load_counterparts())
    ['source', 'target']
    """
    path = path or models_dir() / "events" / "counterparts.toml"
    raw = read_toml(path)
    return {side: _weights(path, side, raw.get(side)) for side in ("source", "target")}


def _weights(path: Path, side: str, table: object) -> Weights:
    least = table.get("least") if isinstance(table, dict) else None
    weights = table.get("weights") if isinstance(table, dict) else None
    if not isinstance(weights, dict) or not isinstance(least, int | float):
        raise DataError(f"{path}: [{side}] needs a number `least` and a table `weights`")
    for name, value in weights.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise DataError(f"{path}: {side}.weights.{name} must be a number")
    return Weights(float(least), {name: float(value) for name, value in weights.items()})


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
        self.mentions = self.counts.total() or 1
        self.dealings: dict[str, Counter[str]] = {}
        for doers, others in story.sides:
            for a in doers:
                for b in others:
                    if a != b:
                        self.dealings.setdefault(a, Counter())[b] += 1
                        self.dealings.setdefault(b, Counter())[a] += 1

    def candidates(self, at: int, side: str) -> list[Candidate]:
        """Who may be on one side of an event, "source" or "target", with what speaks for each."""
        story, t = self.story, self.story.tellings[at]
        given, sought = (t.target, t.source) if side == "source" else (t.source, t.target)
        mine = story.keys(given.ids)
        guesses: dict[tuple[str, ...], list[str]] = {}
        if sought.ids and sought.how == "discourse":
            guesses.setdefault(tuple(story.parties(sought.ids) or sought.ids), []).append("discourse")
        for rule in TARGET_RULES if side == "target" else ():
            found = tuple(a for a in rule(story, at) if a not in mine)
            if found:
                guesses.setdefault(found, []).append(rule.__name__)
        me = story.parties(given.ids) or list(given.ids)
        dealings: Counter[str] = sum((self.dealings.get(m, Counter()) for m in me), Counter())
        dealt = self._dealt(at, mine)
        setting = Setting(
            own=[s for s in story.discourse.states(given.ids) if s not in given.ids],
            last=self._last(t.predicate.token, mine),
            ahead=self._ahead(t.predicate.token, mine),
            around=self._around(at, mine),
            dealings=dealings,
            dealt=dealt,
            totals=(dealings.total() or 1, sum(dealt.values()) or 1),
            kinds=self._kinds(t, given, sought),
        )
        mostly = [a for m in me for a, _ in self.dealings.get(m, Counter()).most_common(3)]
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

    def _dealt(self, at: int, mine: frozenset[str]) -> dict[str, float]:
        """How much each party has dealt with one side lately, an act the less the longer ago it is told."""
        story, here = self.story, self.story.tellings[at]
        found: dict[str, float] = defaultdict(float)
        for k in range(at - 1, -1, -1):
            gap = here.sentence - story.tellings[k].sentence
            if gap > FORGOTTEN * story.reach.half_life:
                break
            weight = 0.5 ** (gap / story.reach.half_life)
            for a in story.other(k, mine):
                found[a] += weight
        return found

    def _kinds(self, telling: Telling, given: Side, sought: Side) -> list[str]:
        """What is told of an event that bears on who fits: type, words, part of speech, kind of the other side."""
        parse, cues = self.story.parse, self.story.cues
        lemmas = self.story.lemmas(sought.heads)
        if not sought.text:
            words = "open"
        elif any(parse.pos[h] == "PRON" for h in sought.heads):
            words = "pronoun"
        elif any(lemma in cues.forces for lemma in lemmas):
            words = "forces"
        elif any(lemma in cues.institutions or lemma in cues.services for lemma in lemmas):
            words = "institution"
        elif any(parse.kids(h, "poss") for h in sought.heads):
            words = "owned"
        elif any(self.story.takes_up(h) for h in sought.heads):
            words = "definite"
        else:
            words = "words"
        passive = "passive" if telling.predicate.roles.passive else "active"
        noun = "noun" if telling.predicate.is_noun else passive
        return [telling.kind, words, noun, self.story.actors.types.get(given.ids[0], "") if given.ids else "nobody"]

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
        named, dealt, late = (sum(c[a] for a in ids) for c in (self.counts, setting.dealings, setting.dealt))
        values["share of mentions"] = named / self.mentions
        values["share of dealings"] = dealt / setting.totals[0]
        values["dealings"] = math.log1p(dealt)
        values["share of late dealings"] = late / setting.totals[1]
        values["late dealings"] = math.log1p(late)
        return values


def _parts(act: str, doers: list[str], others: list[str], to_me: bool, by_me: bool) -> list[tuple[str, frozenset[str]]]:
    """Who plays which part in an act, and whether its other part is the side that the candidates are sought for."""
    return [
        (f"{act}=doer{'-to-me' if to_me else ''}", frozenset(doers)),
        (f"{act}=other{'-of-me' if by_me else ''}", frozenset(others)),
    ]
