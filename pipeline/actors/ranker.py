"""Choose the antecedent of a pronoun: a log-linear ranker over what was mentioned before.

The weights are learned by `scripts/learn_coreference.py` and shipped as plain numbers. The features are those of the
classic mention-ranking models (Denis and Baldridge 2008; Durrett and Klein 2013), cut to what a parse can tell.

References
----------
Denis, P. and Baldridge, J. (2008). Specialized models and ranking for coreference resolution. EMNLP.
Durrett, G. and Klein, D. (2013). Easy victories and uphill battles in coreference resolution. EMNLP.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import exp, log
from pathlib import Path

from pipeline.actors.grammar import clause_level, function_of, heads_sentence, other_arguments, slot_of
from pipeline.actors.tokens import Tokens
from pipeline.errors import DataError
from pipeline.paths import models_dir

#: Sentences before the pronoun's in which an antecedent is sought.
WINDOW = 3
_SOMEBODY = 0.1
"""Probability from which `he` is rather somebody named than somebody who is only described."""
_RATHER = 0.3
"""Probability from which `it` and `they` are rather an actor than something that is none."""
#: What spaCy's names for times and amounts are: no pronoun takes them up.
MEASURES = frozenset(("DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL"))
_NAMED = {
    "PERSON": "person",
    "STATE": "state",
    "GOVERNMENT": "group",
    "ORGANIZATION": "group",
    "ARMED_GROUP": "group",
    "PARTY": "group",
    "COMPANY": "group",
    "PEOPLE": "people",
    "PLACE": "place",
    "EVENT": "event",
}
_GOING_ON = frozenset(
    ("also", "then", "nevertheless", "nonetheless", "therefore", "thereafter", "thereupon", "further", "soon", "later")
)
"""Adverbs after a pronoun by which the same goes on acting ("He also asked")."""


_PLACING = frozenset(("in", "at", "from", "to", "of", "with", "by", "between", "against", "for", "on", "over", "among"))
"""Prepositions that tell what a phrase is there for ("in Paris", "with Paris")."""
_INDEFINITE = frozenset(("a", "an", "some", "another", "several"))
_ASKING = frozenset(("who", "which", "that"))


_UNSEEN = ("", "", "")


@dataclass(slots=True)
class Item:
    """Something mentioned, which a later pronoun may take up.

    `actors` is empty for what is no actor; `chain` is the same for all mentions of one thing, as far as is known;
    `shape` (its role, kind and type) and `main` (whether it is the subject of a sentence) are filled in when they are
    first needed.
    """

    token: int
    kind: str
    type: str
    number: str
    gender: str
    actors: tuple[str, ...]
    sentence: int
    last: int
    count: int = 0
    chain: str = ""
    shape: tuple[str, str, str] = field(default=_UNSEEN, init=False)
    main: bool = field(default=False, init=False)


@dataclass(slots=True)
class Candidate:
    """A possible antecedent: how many things were mentioned since, whether none of them was the same thing.

    `rivals` counts the other things of its kind mentioned since, and is -1 where that tells nothing.
    """

    item: Item
    between: int
    newest: bool
    rivals: int


@dataclass(slots=True)
class View:
    """A pronoun and what may be its antecedents, the nearest first, with what their features need."""

    tokens: Tokens
    pronoun: int
    group: str
    number: str
    gender: str
    role: str
    main: bool
    suits: float
    goes_on: bool
    items: list[Item]
    lately: Counter[str]
    barred: tuple[str, ...]
    subject_of: dict[int, int]
    candidates: list[Candidate] = field(default_factory=list)


@dataclass(slots=True)
class Weights:
    """The weight of each feature, and the sums of those that go together, as far as they were asked for."""

    of: dict[str, float]
    sums: dict[tuple[object, ...], float] = field(default_factory=dict)


def view_of(
    tokens: Tokens,
    pronoun: int,
    traits: tuple[str, str, str],
    items: Sequence[Item],
    subject_of: dict[int, int],
    selection: dict[str, float],
    apart: tuple[str, ...] = (),
) -> View:
    """What was mentioned in the sentences before a pronoun.

    Parameters
    ----------
    traits : tuple of str
        The pronoun's class, gender and number.
    items : sequence of Item
        All that was mentioned before, in order.
    subject_of : dict of int to int
        As `subjects` gives it.
    selection : dict of str to float
        As `load_selection` gives it.
    apart : tuple of str
        Chains that are known to be others.
    """
    group, gender, number = traits
    near: list[Item] = []
    first = tokens.sentence[pronoun] - WINDOW
    for item in reversed(items):
        if item.sentence < first:
            break
        near.append(item)
    lately = Counter([item.chain for item in near])
    suits = selection.get(slot_of(tokens, pronoun), 0.0) if group != "he" else 0.0
    others = other_arguments(tokens, pronoun, subject_of)
    barred = apart + tuple(
        i.chain for i in near if i.token == i.last and others and _stands_for(tokens, i.token, others)
    )
    goes_on = pronoun + 1 < len(tokens) and tokens.lower[pronoun + 1] in _GOING_ON
    role = function_of(tokens, pronoun)
    main = role == "subject" and heads_sentence(tokens, pronoun)
    view = View(tokens, pronoun, group, number, gender, role, main, suits, goes_on, near, lately, barred, subject_of)
    seen: set[str] = set()
    rivals: set[str] = set()
    for between, item in enumerate(near):
        if excluded(view, item):
            continue
        since = -1
        if _rivals(view, item):
            since = len(rivals) - (item.chain in rivals)
            rivals.add(item.chain)
        view.candidates.append(Candidate(item, between, item.chain not in seen, since))
        seen.add(item.chain)
    return view


def _stands_for(tokens: Tokens, i: int, others: tuple[int, ...]) -> bool:
    """Whether a token is one of others, in apposition to it or joined with it (`the nuncio, Laboa, convinced him`)."""
    steps = 0
    while i not in others:
        if steps > 3 or (tokens.dep[i] != "appos" and tokens.dep[i] != "conj"):
            return False
        i, steps = tokens.head[i], steps + 1
    return True


def _rivals(view: View, item: Item) -> bool:
    """Whether a candidate is of the kind that a pronoun is about: a person for `he`, actors in plural for `they`."""
    if view.group == "he":
        return item.type == "PERSON"
    return view.group == "they" and item.number != "s" and bool(item.actors or item.type)


def excluded(view: View, item: Item) -> bool:
    """Whether grammar forbids an antecedent: an object is not its own verb's subject, a person not `it`."""
    if item.chain in view.barred:
        return True
    if view.group == "it":
        return item.type == "PERSON"
    if view.group == "he":
        if item.gender and item.gender in "mf" and item.gender != view.gender:
            return True
        return item.type not in ("PERSON", "") and bool(item.actors)
    return item.type in ("PERSON", "PLACE") and item.number == "s" and item.last == item.token


def features(view: View, candidate: Candidate) -> list[tuple[str, float]]:
    """What speaks for and against an antecedent."""
    return [*((name, 1.0) for name in _traits(*_signs(view, candidate))), *_measures(view, candidate)]


def _signs(view: View, candidate: Candidate) -> tuple[str, tuple[str, str, str], int, str, str, bool, bool, bool]:
    """All that the traits of a candidate depend on."""
    item, tokens = candidate.item, view.tokens
    if not item.shape[0]:
        role = function_of(tokens, item.token)
        item.shape = (role, item.kind, _NAMED.get(item.type, "thing"))
        item.main = role == "subject" and heads_sentence(tokens, item.token)
    distance = tokens.sentence[view.pronoun] - item.sentence
    number = "" if not item.number or not view.number else "agrees" if item.number == view.number else "differs"
    gender = ""
    if view.gender == "m" or view.gender == "f":
        gender = "agrees" if item.gender == view.gender else "differs" if item.gender else f"open {view.gender}"
    return (
        view.role,
        item.shape,
        distance if distance < 3 else 3,
        number,
        gender,
        candidate.newest,
        candidate.rivals == 0,
        view.goes_on,
    )


def _traits(
    own: str,
    shape: tuple[str, str, str],
    distance: int,
    number: str,
    gender: str,
    newest: bool,
    alone: bool,
    goes_on: bool,
) -> Iterator[str]:
    """The features that are there or not, of all candidates with the same signs."""
    role, kind, named = shape
    yield f"sentences back {distance}"
    yield f"role {role}"
    yield f"kind {kind}"
    yield f"type {named}"
    yield f"{own} after {role} {'here' if distance == 0 else 'before'}"
    yield f"{own} for {kind}"
    yield f"{own} for type {named}"
    if newest:
        yield "newest"
    if alone:
        yield f"no rival since {named}"
    if number:
        yield f"number {number}"
        if number == "differs" and named in ("people", "group", "state"):
            yield f"number differs {named}"
    if gender:
        yield f"gender {gender} {named}" if gender.startswith("open") else f"gender {gender}"
    if goes_on:
        yield f"goes on: {role}"


def _measures(view: View, candidate: Candidate) -> list[tuple[str, float]]:
    """The features with a size, and the rare ones."""
    tokens, pronoun, item, own = view.tokens, view.pronoun, candidate.item, view.role
    token, heads = item.token, tokens.head
    back = tokens.sentence[pronoun] - item.sentence
    into = token - tokens.sentence_start[token]
    found = [("nearness", -log(1.0 + candidate.between))]
    if item.count:
        found.append(("repeated", log(1.0 + item.count)))
    if view.lately[item.chain] > 1:
        found.append(("lately", log(view.lately[item.chain])))
    if candidate.rivals > 0:
        found.append(("rivals since", -log(1.0 + candidate.rivals)))
    if view.suits:
        acting = item.kind != "adjective" and item.shape[2] != "thing" and item.shape[2] != "event"
        found.append(("suits an actor", view.suits if acting else -view.suits))
    if back:
        found.append(("into its sentence", log(1.0 + into)))
    else:
        if heads[token] == heads[pronoun] and own != "poss" and tokens.dep[pronoun] != "conj":
            found.append(("arguments of one verb", 1.0))
        if heads[pronoun] == token or heads[token] == pronoun:
            found.append(("one governs the other", 1.0))
        level = clause_level(tokens, pronoun, token, view.subject_of)
        if level:
            reflexive = tokens.lower[pronoun].endswith(("self", "selves"))
            form = "reflexive" if reflexive else "possessive" if own == "poss" else own
            found.append((f"{form} under subject of clause {level}", 1.0))
    if view.group != "he":  # a person is found as well without
        found += _forms(view, item, "before" if back else "here")
    if item.main:
        found.append(("main subject", 1.0))
        if view.main and back == 1:
            found.append(("main subject again", 1.0))
    if into <= 2:
        found.append(("begins sentence", 1.0))
    if item.last > token and len(item.actors) < 2:  # known actors named together are one side
        found.append(("joined", 1.0))
    if tokens.block[token] != tokens.block[pronoun]:
        found.append(("other paragraph", 1.0))
    return found


def _forms(view: View, item: Item, where: str) -> Iterator[tuple[str, float]]:
    """How a thing or a group was mentioned: by the same pronoun, as something new, after which preposition."""
    tokens, i = view.tokens, item.token
    if item.kind == "pronoun":
        if item.number == view.number and item.gender == view.gender and tokens.lower[i] not in _ASKING:
            yield f"same pronoun {where}", 1.0
    elif item.kind != "name" and item.kind != "adjective":
        first = i - 1
        while first > 0 and tokens.head[first] == i and tokens.pos[first] != "DET" and tokens.dep[first] != "poss":
            first -= 1
        opening = tokens.lower[first] if first >= 0 and tokens.head[first] == i else ""
        form = "indefinite" if opening in _INDEFINITE else "definite" if opening else "bare"
        yield f"{form} {item.kind}", 1.0
    role = item.shape[0]
    if (role == "oblique" or role == "inner") and (preposition := tokens.lower[tokens.head[i]]) in _PLACING:
        yield f"{preposition} {where}", 1.0


def nothing_features(tokens: Tokens, pronoun: int) -> list[tuple[str, float]]:
    """What speaks for a pronoun that takes up nothing mentioned ("it is likely that")."""
    found = [("nothing", 1.0)]
    head = tokens.head[pronoun]
    if tokens.dep[pronoun] in ("nsubj", "nsubjpass", "csubj"):
        found.append(("nothing: subject", 1.0))
        nearby = tokens.lower[pronoun + 1 : pronoun + 9]
        clause = any(word in nearby for word in ("that", "to", "whether", "if"))
        if tokens.lemma[head] == "be" and clause:
            found.append(("nothing: be and clause", 1.0))
        elif clause and tokens.lemma[head] in _SEEMING:
            found.append(("nothing: verb and clause", 1.0))
        if tokens.dep[pronoun] == "nsubjpass" and clause:
            found.append(("nothing: passive and clause", 1.0))
    if tokens.dep[pronoun] == "expl":
        found.append(("nothing: expletive", 1.0))
    if tokens.sentence_start[pronoun] == pronoun:
        found.append(("nothing: begins sentence", 1.0))
    return found


_SEEMING = frozenset(("seem", "appear", "become", "make", "take", "happen", "follow", "remain"))
"""Verbs whose `it` may stand for a clause that follows."""


def dot(weights: dict[str, float], found: Iterable[tuple[str, float]]) -> float:
    """Score of a list of features."""
    total = 0.0
    for name, value in found:
        total += weights.get(name, 0.0) * value
    return total


def _score(view: View, candidate: Candidate, weights: Weights) -> float:
    """`dot` of a candidate's features; the sum over its traits is kept for the next with the same signs."""
    signs = _signs(view, candidate)
    total = weights.sums.get(signs)
    if total is None:
        total = weights.sums[signs] = sum(weights.of.get(name, 0.0) for name in _traits(*signs))
    weight = weights.of.get
    for name, value in _measures(view, candidate):
        total += weight(name, 0.0) * value
    return total


@cache
def load_selection(folder: str = "") -> dict[str, float]:
    """How much rather an actor than a thing fills a place such as `invade nsubj`, as a logarithm of odds.

    Raises
    ------
    DataError
        When the file is missing or holds something else than numbers.
    """
    path = (Path(folder) if folder else models_dir() / "actors") / "selection.tsv"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{path}: {error}; write it anew with scripts/learn_coreference.py") from error
    found: dict[str, float] = {}
    for number, line in enumerate(lines, 1):
        if line.startswith(("#", "place\t")) or not line:
            continue
        place, _, value = line.partition("\t")
        try:
            found[place] = float(value)
        except ValueError as error:
            raise DataError(f"{path}: line {number}: {error}; give a place, a tab and a number") from error
    return found


@cache
def load_weights(folder: str = "") -> dict[str, Weights]:
    """The weights for each class of pronouns.

    Raises
    ------
    DataError
        When the file is missing or holds something else than numbers.
    """
    path = (Path(folder) if folder else models_dir() / "actors") / "pronouns.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return {c: Weights({f: float(v) for f, v in w.items()}) for c, w in table["weights"].items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path}: {error}; write it anew with scripts/learn_coreference.py") from error


def rank(view: View, weights: Weights) -> tuple[Item | None, float]:
    """The likeliest antecedent, None where nothing mentioned is meant, and its probability.

    All mentions of one thing speak for it together; the one that fits best is given back.
    """
    nothing = exp(dot(weights.of, nothing_features(view.tokens, view.pronoun)))
    total = nothing
    chains: dict[str, float] = {}
    nearest: dict[str, tuple[float, Item]] = {}
    for candidate in view.candidates:
        item = candidate.item
        score = exp(_score(view, candidate, weights))
        total += score
        if candidate.newest:
            chains[item.chain] = score
            nearest[item.chain] = (score, item)
        else:
            chains[item.chain] += score
            if score > nearest[item.chain][0]:
                nearest[item.chain] = (score, item)
    if view.gender == "f":  # ships and countries are "she" too: only a woman known as one is meant
        chains = {c: score for c, score in chains.items() if nearest[c][1].gender == "f"}
    if not chains:
        return None, nothing / total
    best = max(chains, key=lambda c: chains[c])
    if view.group == "he" and (chains[best] <= nothing or not nearest[best][1].actors):  # a person is always somebody
        persons = [c for c in chains if nearest[c][1].type == "PERSON" and nearest[c][1].actors]
        named = max(persons, key=lambda c: chains[c], default="")
        best = named if chains[best] <= nothing or (named and chains[named] > _SOMEBODY * total) else best
    elif chains[best] <= nothing:
        best = ""
    elif not nearest[best][1].actors:
        known = [c for c in chains if nearest[c][1].actors and nearest[c][1].type != "EVENT"]
        named = max(known, key=lambda c: chains[c], default="")
        best = named if named and chains[named] >= _RATHER * total else best
    return (nearest[best][1], chains[best] / total) if best else (None, nothing / total)
