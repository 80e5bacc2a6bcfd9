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
_OBJECTS = frozenset(("dobj", "dative", "attr", "oprd"))
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
    """Something mentioned, which a later pronoun may take up. `actors` is empty for what is no actor."""

    token: int
    kind: str
    type: str
    number: str
    gender: str
    actors: tuple[str, ...]
    sentence: int
    last: int
    count: int = 0


def role_of(tokens: Tokens, i: int) -> str:
    """The grammatical role of a noun phrase's head, in five kinds."""
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
    if dep in ("pobj", "agent", "pcomp"):
        return "oblique"
    if dep == "poss":
        return "poss"
    return "other"


def features(
    tokens: Tokens, pronoun: int, number: str, gender: str, item: Item, between: int, subject_of: dict[int, int]
) -> list[tuple[str, float]]:
    """What speaks for and against an antecedent."""
    distance = tokens.sentence[pronoun] - item.sentence
    role = role_of(tokens, item.token)
    own = role_of(tokens, pronoun)
    kind = _NAMED.get(item.type, "thing")
    found = [
        (f"sentences back {min(distance, 3)}", 1.0),
        ("nearness", -log(1.0 + between)),
        (f"role {role}", 1.0),
        (f"kind {item.kind}", 1.0),
        (f"type {kind}", 1.0),
        ("repeated", log(1.0 + item.count)),
    ]
    if role == own:
        found.append((f"parallel {role}", 1.0))
    if item.number and number:
        found.append(("number agrees" if item.number == number else "number differs", 1.0))
        if item.number != number and kind in ("people", "group", "state"):
            found.append((f"number differs {kind}", 1.0))
    if gender in ("m", "f"):
        found.append(
            ("gender agrees" if item.gender == gender else "gender differs" if item.gender else "gender open", 1.0)
        )
    if distance == 0:
        if tokens.head[item.token] == tokens.head[pronoun] and own != "poss" and tokens.dep[pronoun] != "conj":
            found.append(("arguments of one verb", 1.0))
        if tokens.head[pronoun] == item.token or tokens.head[item.token] == pronoun:
            found.append(("one governs the other", 1.0))
        level = clause_level(tokens, pronoun, item.token, subject_of)
        if level:
            found.append((f"{'possessive' if own == 'poss' else own} under subject of clause {level}", 1.0))
    if role == "subject" and tokens.dep[tokens.head[item.token]] == "ROOT":
        found.append(("main subject", 1.0))
    if item.token - tokens.sentence_start[item.token] <= 2:
        found.append(("begins sentence", 1.0))
    if item.last > item.token and len(item.actors) < 2:  # known actors named together are one side
        found.append(("joined", 1.0))
    if tokens.block[item.token] != tokens.block[pronoun]:
        found.append(("other paragraph", 1.0))
    return found


def subjects(tokens: Tokens) -> dict[int, int]:
    """The subject of each verb; a verb joined to another without a subject of its own shares the other's."""
    found: dict[int, int] = {}
    for i, dep in enumerate(tokens.dep):
        if dep in _SUBJECTS:
            found.setdefault(tokens.head[i], i)
    for i, dep in enumerate(tokens.dep):
        verb, steps = i, 0
        while dep == "conj" and verb not in found and tokens.pos[verb] in ("VERB", "AUX") and steps < 6:
            verb, steps = tokens.head[verb], steps + 1
            dep = tokens.dep[verb]
            if verb in found:
                found[i] = found[verb]
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


def excluded(tokens: Tokens, pronoun: int, group: str, item: Item, subject_of: dict[int, int]) -> bool:
    """Whether grammar forbids an antecedent: an object is not its own verb's subject, a person not `it`."""
    dep = tokens.dep[pronoun]
    if not tokens.lower[pronoun].endswith(("self", "selves")):
        verb = tokens.head[pronoun]
        if dep == "pobj":
            verb = tokens.head[verb]
        if dep in ("dobj", "dative", "pobj") and subject_of.get(verb) == item.token and item.token != pronoun:
            return True
    if group == "it":
        return item.type == "PERSON"
    if group == "he":
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
    return sum(weights.get(name, 0.0) * value for name, value in found)


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


def rank(
    tokens: Tokens,
    pronoun: int,
    number: str,
    gender: str,
    items: Sequence[Item],
    weights: dict[str, float],
    group: str,
    subject_of: dict[int, int],
) -> tuple[Item | None, float]:
    """The likeliest antecedent, None where nothing mentioned is meant, and its probability.

    Parameters
    ----------
    items : sequence of Item
        What was mentioned before the pronoun, in order.
    group : str
        The pronoun's class.
    subject_of : dict of int to int
        As `subjects` gives it.
    """
    best, best_score = None, dot(weights, nothing_features(tokens, pronoun))
    total = exp(best_score)
    sentence = tokens.sentence[pronoun]
    between = 0
    for item in reversed(items):
        if sentence - item.sentence > WINDOW:
            break
        between += 1
        if excluded(tokens, pronoun, group, item, subject_of):
            continue
        score = dot(weights, features(tokens, pronoun, number, gender, item, between - 1, subject_of))
        total += exp(score)
        if score > best_score:
            best, best_score = item, score
    return best, exp(best_score) / total
