"""Event predicates of a sentence: candidate triggers, their frames, and what the ontology makes of them."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.events.arguments import Roles, noun_roles, particle, verb_roles
from pipeline.events.data import Cues
from pipeline.events.fill import Actors
from pipeline.events.ontology import Coding, Frame, Ontology
from pipeline.events.parse import NOUNS, Parse

NONE: frozenset[str] = frozenset()
PHRASE_WORDS = 24


@dataclass(slots=True)
class Predicate:
    """A trigger with its arguments and coding."""

    token: int
    is_noun: bool
    roles: Roles
    coding: Coding
    span: tuple[int, int]


def predicates_of(
    parse: Parse, start: int, end: int, ontology: Ontology, actors: Actors, cues: Cues
) -> list[Predicate]:
    """Event predicates among tokens `start` to `end` (a sentence), in order."""
    context: frozenset[str] | None = None
    found: list[Predicate] = []
    for i in range(start, end):
        pos = parse.pos[i]
        if pos == "VERB":
            if parse.dep[i] in ("amod", "aux", "auxpass", "compound"):
                continue
            prt = particle(parse, i)
            lemma = parse.lemma[i] if prt is None else f"{parse.lemma[i]} {parse.lower[prt]}"
            if not ontology.is_trigger_lemma(lemma, "VERB") and not ontology.is_trigger_lemma(parse.lemma[i], "VERB"):
                continue
            roles = verb_roles(parse, i, cues)
        elif pos in NOUNS:
            if parse.dep[i] in ("compound", "nmod") or not ontology.is_trigger_lemma(parse.lemma[i], "NOUN"):
                continue
            if i in actors.dated:
                continue  # "March"
            if pos == "PROPN" and _in_title(parse, i, cues):
                continue  # "the Convention for the Suppression of Terrorism"
            if pos == "PROPN" and (_in_name(actors, i) or not parse.kids(i, "det", "compound", "prep", "poss", "amod")):
                continue  # "the War Office", "Congress"
            roles = noun_roles(parse, i, cues)
            prt, lemma = None, parse.lemma[i]
        else:
            continue
        if context is None:
            context = frozenset(parse.lemma[start:end])
        is_noun = pos != "VERB"
        coding = ontology.code(_frame(parse, i, lemma, is_noun, roles, actors, cues, context))
        if coding is None and prt is not None:
            coding = ontology.code(_frame(parse, i, parse.lemma[i], is_noun, roles, actors, cues, context))
        if coding is not None:
            last = prt if prt is not None and prt == i + 1 else i
            found.append(Predicate(i, is_noun, roles, coding, (i, last + 1)))
    return _without_carriers(parse, found)


def _in_title(parse: Parse, token: int, cues: Cues) -> bool:
    """Whether a capitalised noun stands inside the title of a treaty or law."""
    for a in parse.ancestors(token):
        if parse.pos[a] == "PROPN" and parse.lemma[a] in cues.naming:
            return True
        if parse.pos[a] not in ("PROPN", "ADP", "CCONJ"):
            return False
    return False


def _in_name(actors: Actors, token: int) -> bool:
    return token in actors.covering and actors.covering[token].kind == "name"


def _frame(
    parse: Parse,
    token: int,
    lemma: str,
    is_noun: bool,
    roles: Roles,
    actors: Actors,
    cues: Cues,
    context: frozenset[str],
    depth: int = 0,
) -> Frame:
    objects = roles.object or roles.indirect
    words = frozenset(w for o in objects for w in _words(parse, o))
    preps: dict[str, tuple[str, frozenset[str]]] = {}
    for group in (roles.near, roles.far):
        for prep, heads in group.items():
            if heads and prep not in preps:
                preps[prep] = (parse.lemma[heads[0]], frozenset(w for h in heads for w in _words(parse, h)))
    xcomp = None
    if roles.xcomp is not None and depth == 0 and parse.pos[roles.xcomp] == "VERB":
        inner = verb_roles(parse, roles.xcomp, cues)
        prt = particle(parse, roles.xcomp)
        name = parse.lemma[roles.xcomp] if prt is None else f"{parse.lemma[roles.xcomp]} {parse.lower[prt]}"
        xcomp = _frame(parse, roles.xcomp, name, False, inner, actors, cues, context, 1)
    subject = roles.subject or roles.poss
    return Frame(
        lemma=lemma,
        pos="NOUN" if is_noun else "VERB",
        object=parse.lemma[objects[0]] if objects else "",
        object_words=words,
        preps=preps,
        xcomp=xcomp,
        passive=roles.passive,
        negated=parse.kid(token, "neg") is not None,
        subject_kind=actors.kind(subject[0]) if subject else "",
        object_kind=actors.kind(objects[0]) if objects else "",
        context=context,
        subject=parse.lemma[subject[0]] if subject else "",
        subject_words=frozenset(w for s in subject for w in _words(parse, s)),
        modifiers=frozenset(parse.lemma[m] for m in roles.modifiers),
    )


def _words(parse: Parse, head: int) -> list[str]:
    """Lemmas of a phrase, relative and other clauses left out."""
    found = [head]
    for k in found:
        if len(found) > PHRASE_WORDS:
            break
        found += [c for c in parse.children[k] if parse.dep[c] not in ("relcl", "acl", "advcl", "punct", "appos")]
    return [parse.lemma[k] for k in found]


def _without_carriers(parse: Parse, found: list[Predicate]) -> list[Predicate]:
    """Leave out the noun of a pair that tells one event twice: "signed an agreement", "launched an attack"."""
    verbs = {p.token: p for p in found if not p.is_noun}
    kept = []
    for p in found:
        if p.is_noun:
            head = parse.head[p.token]
            if parse.dep[p.token] == "pobj":
                head = parse.head[head]
            carrier = verbs.get(head)
            if (
                carrier is not None
                and parse.dep[p.token] in ("dobj", "nsubjpass", "pobj")
                and carrier.coding.event_type == p.coding.event_type
                and (parse.dep[p.token] != "pobj" or parse.lower[parse.head[p.token]] in ("in", "with", "to", "into"))
            ):
                continue
        kept.append(p)
    return kept
