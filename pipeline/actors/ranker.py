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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path

from pipeline.actors.tokens import Tokens
from pipeline.errors import DataError
from pipeline.paths import models_dir

#: Sentences before the pronoun's in which an antecedent is sought.
WINDOW = 3
_SUBJECTS = frozenset(("nsubj", "nsubjpass", "csubj"))
_OBJECTS = frozenset(("dobj", "dative"))
_ATTRIBUTES = frozenset(("attr", "oprd", "acomp"))
_SOMEBODY = 0.1
"""Probability from which `he` is rather somebody named than somebody who is only described."""
_ASKING = frozenset(("call", "appeal", "prevail", "wait", "look", "rely", "depend", "plead", "arrange"))
"""Verbs whose infinitive has what follows a preposition for its subject."""
#: What spaCy's names for times and amounts are: no pronoun takes them up.
MEASURES = frozenset(("DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL"))
_DEMANDING = frozenset(("demand", "insist", "urge", "ask", "request", "order", "require", "command", "direct", "beg"))
"""Verbs whose `that` clause in the bare form tells what another is to do."""
_MODALS = frozenset(("would", "will", "should", "could", "can", "may", "might", "must", "shall"))
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


@dataclass(slots=True)
class Item:
    """Something mentioned, which a later pronoun may take up.

    `actors` is empty for what is no actor; `chain` is the same for all mentions of one thing, as far as is known.
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


def role_of(tokens: Tokens, i: int) -> str:
    """The grammatical role of a noun phrase's head, in six kinds."""
    dep = tokens.dep[i]
    if dep == "conj":
        j, steps = tokens.head[i], 0
        while tokens.dep[j] == "conj" and steps < 8:
            j, steps = tokens.head[j], steps + 1
        dep = tokens.dep[j]
    if dep in _SUBJECTS:
        return "subject"
    if dep in _OBJECTS:
        return "object"
    if dep in _ATTRIBUTES:
        return "attribute"
    if dep in ("pobj", "agent", "pcomp"):
        return "oblique"
    if dep == "poss":
        return "poss"
    return "other"


@dataclass(slots=True)
class View:
    """A pronoun and what may be its antecedents, the nearest first, with what their features need."""

    tokens: Tokens
    pronoun: int
    group: str
    number: str
    gender: str
    role: str
    suits: float
    items: list[Item]
    lately: Counter[str]
    barred: tuple[str, ...]
    subject_of: dict[int, int]


def view_of(
    tokens: Tokens,
    pronoun: int,
    traits: tuple[str, str, str],
    items: Sequence[Item],
    subject_of: dict[int, int],
    selection: dict[str, float],
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
    """
    group, gender, number = traits
    near: list[Item] = []
    for item in reversed(items):
        if tokens.sentence[pronoun] - item.sentence > WINDOW:
            break
        near.append(item)
    lately = Counter(item.chain for item in near)
    suits = selection.get(slot_of(tokens, pronoun), 0.0)
    others = other_arguments(tokens, pronoun, subject_of)
    barred = tuple(item.chain for item in near if item.token in others and item.token == item.last)
    role = role_of(tokens, pronoun)
    return View(tokens, pronoun, group, number, gender, role, suits, near, lately, barred, subject_of)


def slot_of(tokens: Tokens, i: int) -> str:
    """The place that a phrase fills: subject or object of a verb, possessor of a noun; empty elsewhere."""
    dep, head = tokens.dep[i], tokens.head[i]
    if dep in ("nsubj", "dobj", "poss"):
        return f"{tokens.lemma[head]} {dep}"
    if dep == "nsubjpass":
        return f"{tokens.lemma[head]} dobj"
    if dep == "pobj" and tokens.dep[head] == "agent":
        return f"{tokens.lemma[tokens.head[head]]} nsubj"
    return ""


def features(view: View, item: Item, between: int, newest: bool) -> list[tuple[str, float]]:
    """What speaks for and against an antecedent.

    Parameters
    ----------
    between : int
        How many other things were mentioned since.
    newest : bool
        Whether nothing since was the same thing.
    """
    tokens, pronoun, number = view.tokens, view.pronoun, view.number
    distance = tokens.sentence[pronoun] - item.sentence
    role, own = role_of(tokens, item.token), view.role
    kind = _NAMED.get(item.type, "thing")
    found = [
        (f"sentences back {min(distance, 3)}", 1.0),
        ("nearness", -log(1.0 + between)),
        (f"role {role}", 1.0),
        (f"kind {item.kind}", 1.0),
        (f"type {kind}", 1.0),
        ("repeated", log(1.0 + item.count)),
        ("lately", log(view.lately[item.chain])),
        (f"{own} after {role} {'here' if distance == 0 else 'before'}", 1.0),
    ]
    found += [(f"{own} for {item.kind}", 1.0), (f"{own} for type {kind}", 1.0)]
    if newest:
        found.append(("newest", 1.0))
    if distance > 0:
        found.append(("into its sentence", log(1.0 + item.token - tokens.sentence_start[item.token])))
    if item.number and number:
        found.append(("number agrees" if item.number == number else "number differs", 1.0))
        if item.number != number and kind in ("people", "group", "state"):
            found.append((f"number differs {kind}", 1.0))
    if view.gender in ("m", "f"):
        same = "agrees" if item.gender == view.gender else "differs" if item.gender else f"open {view.gender} {kind}"
        found.append((f"gender {same}", 1.0))
    if view.suits and view.group != "he":
        acting = item.kind != "adjective" and kind != "thing" and kind != "event"
        found.append(("suits an actor", view.suits if acting else -view.suits))
    if distance == 0:
        if tokens.head[item.token] == tokens.head[pronoun] and own != "poss" and tokens.dep[pronoun] != "conj":
            found.append(("arguments of one verb", 1.0))
        if tokens.head[pronoun] == item.token or tokens.head[item.token] == pronoun:
            found.append(("one governs the other", 1.0))
        level = clause_level(tokens, pronoun, item.token, view.subject_of)
        if level:
            reflexive = tokens.lower[pronoun].endswith(("self", "selves"))
            form = "reflexive" if reflexive else "possessive" if own == "poss" else own
            found.append((f"{form} under subject of clause {level}", 1.0))
    main = role == "subject" and _heads_sentence(tokens, item.token)
    if main:
        found.append(("main subject", 1.0))
        if distance == 1 and own == "subject" and _heads_sentence(tokens, pronoun):
            found.append(("main subject again", 1.0))
    if item.token - tokens.sentence_start[item.token] <= 2:
        found.append(("begins sentence", 1.0))
    if item.last > item.token and len(item.actors) < 2:  # known actors named together are one side
        found.append(("joined", 1.0))
    if tokens.block[item.token] != tokens.block[pronoun]:
        found.append(("other paragraph", 1.0))
    return found


def _heads_sentence(tokens: Tokens, i: int) -> bool:
    """Whether a subject's verb is that of its sentence, or one joined to it ("and on the eve Reagan telephoned")."""
    verb, steps = tokens.head[i], 0
    while steps < 4 and (tokens.dep[verb] == "conj" or (tokens.dep[verb] == "ccomp" and tokens.head[verb] > verb)):
        verb, steps = (
            tokens.head[verb],
            steps + 1,
        )  # what stands before a semicolon is parsed as a clause of what follows
    return tokens.dep[verb] == "ROOT"


def subjects(tokens: Tokens) -> dict[int, int]:
    """The subject of each verb.

    A verb joined to another without a subject of its own shares the other's; an infinitive has the object of the verb
    above for its subject ("forced Japan to give up its demands"), else that verb's subject.
    """
    found: dict[int, int] = {}
    objects: dict[int, int] = {}
    asked: dict[int, int] = {}
    for i, dep in enumerate(tokens.dep):
        if dep in _SUBJECTS:
            found.setdefault(tokens.head[i], i)
        elif dep == "dobj":
            objects.setdefault(tokens.head[i], i)
        elif dep == "pobj" and tokens.lower[tokens.head[i]] in ("on", "upon", "to", "with", "for"):
            asked.setdefault(tokens.head[tokens.head[i]], i)  # "called on Moscow to withdraw its forces"
    for i, dep in enumerate(tokens.dep):
        verb, steps = i, 0
        while dep == "conj" and verb not in found and tokens.pos[verb] in ("VERB", "AUX") and steps < 6:
            verb, steps = tokens.head[verb], steps + 1
            dep = tokens.dep[verb]
            if verb in found:
                found[i] = found[verb]
    for i, dep in enumerate(tokens.dep):
        if dep == "xcomp" and i not in found:
            verb = tokens.head[i]
            above = objects.get(verb, found.get(verb, -1))
            if verb not in objects and verb < asked.get(verb, -1) < i and tokens.lemma[verb] in _ASKING:
                above = asked[verb]
            if above >= 0:
                found[i] = above
    return found


def clause_level(tokens: Tokens, pronoun: int, token: int, subject_of: dict[int, int]) -> int:
    """How many clauses up a token is the subject: 1 in the pronoun's own clause, 0 where it is none."""
    level, at, steps = 0, tokens.head[pronoun], 0
    while steps < 12:
        subject = subject_of.get(at)
        if subject is not None and subject != pronoun:
            level += 1
            if subject == token:
                return min(level, 3)
        if tokens.head[at] == at:
            return 0
        at, steps = tokens.head[at], steps + 1
    return 0


def other_arguments(tokens: Tokens, pronoun: int, subject_of: dict[int, int]) -> tuple[int, ...]:
    """What a pronoun cannot take up: the subject whose verb's object it is, the noun that its relative clause is about.

    In "Stalin, to whom he appealed" the man who appealed is another.
    """
    dep, verb = tokens.dep[pronoun], tokens.head[pronoun]
    if tokens.lower[pronoun].endswith(("self", "selves")):
        return ()
    if dep == "poss" and tokens.dep[verb] == "appos":
        return (tokens.head[verb],)  # "John Adams, his counterpart"
    if dep == "pobj":
        verb = tokens.head[verb]
    elif dep not in ("dobj", "dative", "nsubj", "nsubjpass"):
        return ()
    noun = tokens.head[verb]
    about = (noun,) if tokens.dep[verb] == "relcl" and "whose" not in tokens.lower[noun:pronoun] else ()
    subject = subject_of.get(verb, -1)
    asking = _asked_by(tokens, pronoun, verb, subject_of)
    if asking >= 0:
        return (asking, *about)
    return about if subject in (pronoun, -1) else (subject, *about)


def _asked_by(tokens: Tokens, pronoun: int, verb: int, subject_of: dict[int, int]) -> int:
    """Who demands what a pronoun is to do: not the pronoun's own ("London demanded that they leave"); else -1."""
    above = tokens.head[verb]
    if tokens.dep[verb] != "ccomp" or tokens.lemma[above] not in _DEMANDING or subject_of.get(verb, -1) != pronoun:
        return -1
    first = next(
        (k for k in range(pronoun + 1, verb + 1) if tokens.head[k] == verb and tokens.dep[k][:3] == "aux"), verb
    )
    bare = tokens.lower[first] == tokens.lemma[first] and tokens.lower[first] not in _MODALS
    return subject_of.get(above, -1) if bare else -1


def excluded(view: View, item: Item) -> bool:
    """Whether grammar forbids an antecedent: an object is not its own verb's subject, a person not `it`."""
    if item.chain in view.barred:
        return True
    if view.group == "it":
        return item.type == "PERSON"
    if view.group == "he":
        return item.type not in ("PERSON", "") and bool(item.actors)
    return item.type in ("PERSON", "PLACE") and item.number == "s" and item.last == item.token


def nothing_features(tokens: Tokens, pronoun: int) -> list[tuple[str, float]]:
    """What speaks for a pronoun that takes up nothing mentioned ("it is likely that")."""
    found = [("nothing", 1.0)]
    head = tokens.head[pronoun]
    if tokens.dep[pronoun] in _SUBJECTS:
        found.append(("nothing: subject", 1.0))
        nearby = range(pronoun + 1, min(pronoun + 9, len(tokens)))
        clause = any(tokens.lower[k] in ("that", "to", "whether", "if") for k in nearby)
        if tokens.lemma[head] == "be" and clause:
            found.append(("nothing: be and clause", 1.0))
        elif clause and tokens.lemma[head] in (
            "seem",
            "appear",
            "become",
            "make",
            "take",
            "happen",
            "follow",
            "remain",
        ):
            found.append(("nothing: verb and clause", 1.0))
        if tokens.dep[pronoun] == "nsubjpass" and clause:
            found.append(("nothing: passive and clause", 1.0))
    if tokens.dep[pronoun] == "expl":
        found.append(("nothing: expletive", 1.0))
    if tokens.sentence_start[pronoun] == pronoun:
        found.append(("nothing: begins sentence", 1.0))
    return found


def dot(weights: dict[str, float], found: Iterable[tuple[str, float]]) -> float:
    """Score of a list of features."""
    total = 0.0
    for name, value in found:
        total += weights.get(name, 0.0) * value
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
def load_weights(folder: str = "") -> dict[str, dict[str, float]]:
    """The weights for each class of pronouns.

    Raises
    ------
    DataError
        When the file is missing or holds something else than numbers.
    """
    path = (Path(folder) if folder else models_dir() / "actors") / "pronouns.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return {c: {f: float(v) for f, v in w.items()} for c, w in table["weights"].items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path}: {error}; write it anew with scripts/learn_coreference.py") from error


def rank(view: View, weights: dict[str, float]) -> tuple[Item | None, float]:
    """The likeliest antecedent, None where nothing mentioned is meant, and its probability.

    All mentions of one thing speak for it together; the one that fits best is given back.
    """
    tokens, pronoun = view.tokens, view.pronoun
    nothing = exp(dot(weights, nothing_features(tokens, pronoun)))
    total = nothing
    chains: dict[str, float] = {}
    nearest: dict[str, tuple[float, Item]] = {}
    for between, item in enumerate(view.items):
        if excluded(view, item):
            continue
        newest = item.chain not in chains
        score = exp(dot(weights, features(view, item, between, newest)))
        total += score
        chains[item.chain] = chains.get(item.chain, 0.0) + score
        if newest or score > nearest[item.chain][0]:
            nearest[item.chain] = (score, item)
    if not chains:
        return None, nothing / total
    best = max(chains, key=lambda c: chains[c])
    if view.group == "he" and (chains[best] <= nothing or not nearest[best][1].actors):  # a person is always somebody
        persons = [c for c in chains if nearest[c][1].type == "PERSON" and nearest[c][1].actors]
        named = max(persons, key=lambda c: chains[c], default="")
        best = named if chains[best] <= nothing or (named and chains[named] > _SOMEBODY * total) else best
    elif chains[best] <= nothing:
        best = ""
    return (nearest[best][1], chains[best] / total) if best else (None, nothing / total)
