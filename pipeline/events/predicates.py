"""Event predicates of a sentence: candidate triggers, their frames, and what the ontology makes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.events.arguments import Roles, noun_roles, particle, verb_roles
from pipeline.events.data import Cues
from pipeline.events.fill import Actors
from pipeline.events.ontology import Coding, Frame, Ontology
from pipeline.events.parse import NOUNS, Parse

#: The number of a session: "1560th", "2,283rd".
NUMBERED = re.compile(r"[\d,]{3,}(st|nd|rd|th)")
NONE: frozenset[str] = frozenset()
PHRASE_WORDS = 24
#: Conditions on the clause that a predicate governs.
CLAUSES = frozenset({"clause", "clause-subject", "clause-infinitive", "clause-negated", "clause-affirmed"})
OUTSIDE = frozenset({"relcl", "acl", "advcl", "punct", "appos"})
#: Where an adjective is a predicate ("is ready to sign"), and where a modal speaks of the clause's own event.
PREDICATIVE = frozenset({"acomp", "oprd", "ccomp", "conj", "advcl", "ROOT"})
RESULTS = frozenset({"advmod", "acomp", "oprd", "advcl"})
PARTICLE_REACH = 4
#: How far the noun of a light verb may stand for both to be the trigger ("made new demands").
LIGHT_REACH = 4
#: Words after a verb that are hardly ever prepositions of their own.
ADVERBS = frozenset({"down", "off", "up", "out", "back", "away", "over"})
#: Prepositions behind which an event noun tells what its verb tells: "met in conference", "fought at the battle".
SETTINGS = frozenset({"in", "with", "to", "into", "at"})
MAIN = frozenset({"ROOT", "ccomp", "conj", "parataxis"})


@dataclass(slots=True)
class Predicate:
    """A trigger with its arguments and coding."""

    token: int
    is_noun: bool
    roles: Roles
    coding: Coding
    span: tuple[int, int]
    #: Named, so that the discourse knows of it, but not told.
    background: bool = False


def predicates_of(
    parse: Parse, start: int, end: int, ontology: Ontology, actors: Actors, cues: Cues
) -> list[Predicate]:
    """Event predicates among tokens `start` to `end` (a sentence), in order."""
    context: frozenset[str] | None = None
    found: list[Predicate] = []
    verbs, nouns = ontology.first_words("VERB"), ontology.first_words("NOUN")
    for i, pos in enumerate(parse.pos[start:end], start):
        if pos == "VERB":
            if parse.lemma[i] not in verbs or parse.dep[i] in ("amod", "aux", "auxpass", "compound"):
                continue
            prt = _particle(parse, i, ontology)
            lemma = parse.lemma[i] if prt is None else f"{parse.lemma[i]} {parse.lower[prt]}"
            if not ontology.is_trigger_lemma(lemma, "VERB") and not ontology.is_trigger_lemma(parse.lemma[i], "VERB"):
                continue
            roles = verb_roles(parse, i, cues)
            if prt is not None and parse.dep[prt] == "prep" and not roles.object:
                roles.object = parse.kids(prt, "pobj")
        elif pos in NOUNS:
            if parse.lemma[i] not in nouns or parse.dep[i] in ("compound", "nmod"):
                continue
            if not ontology.is_trigger_lemma(parse.lemma[i], "NOUN"):
                continue
            if i in actors.dated:
                continue  # "March"
            if pos == "PROPN" and _in_title(parse, i, cues):
                continue  # "the Convention for the Suppression of Terrorism"
            if pos == "PROPN" and (_in_name(actors, i) or not parse.kids(i, "det", "compound", "prep", "poss", "amod")):
                continue  # "the War Office", "Congress"
            roles = noun_roles(parse, i, cues)
            prt, lemma = None, parse.lemma[i]
        elif pos == "ADJ":
            if parse.dep[i] not in PREDICATIVE or not ontology.is_trigger_lemma(parse.lemma[i], "ADJ"):
                continue
            if any(parse.lower[c] in cues.standing for t in (i, parse.head[i]) for c in parse.kids(t, "advmod")):
                continue  # "had long been critical"
            roles = verb_roles(parse, i, cues)
            prt, lemma = None, parse.lemma[i]
        else:
            continue
        if context is None:
            context = frozenset(parse.lemma[start:end])
        is_noun = pos in NOUNS
        kind = "NOUN" if is_noun else pos
        frame = _frame(parse, i, lemma, kind, roles, actors, cues, context, ontology.slots(lemma, kind))
        coding = ontology.code(frame)
        if coding is None and prt is not None:
            frame = replace(frame, lemma=parse.lemma[i])
            coding = ontology.code(frame)
        if coding is not None and pos == "VERB":
            found += _announced(parse, i, frame, coding, roles, actors, ontology, cues)
        if coding is not None:
            last = prt if prt is not None and prt == i + 1 else i
            if coding.light:
                last = max([last, *(o for o in roles.object[:1] if i < o <= i + LIGHT_REACH)])
            background = is_noun and _is_background(parse, i, cues)
            found.append(Predicate(i, is_noun, roles, coding, (i, last + 1), background))
    return _without_carriers(parse, found, cues)


def _particle(parse: Parse, verb: int, ontology: Ontology) -> int | None:
    """The particle of a phrasal verb, also where the parser takes it for an adverb or a preposition.

    "pulled out of the port" has a preposition without an object of its own, "closed down the paper" one with the
    verb's, "sat down together" an adverb, "set them free" an adjective.
    """
    prt = particle(parse, verb)
    if prt is not None:
        return prt
    after = verb + 1
    if parse.tag[after : after + 1] == ["RP"] and ontology.knows(f"{parse.lemma[verb]} {parse.lower[after]}", "VERB"):
        return after
    for c in parse.children[verb]:
        if (
            verb < c <= verb + PARTICLE_REACH
            and (parse.dep[c] in RESULTS or (parse.dep[c] == "prep" and c == after and _is_adverb(parse, c)))
            and ontology.knows(f"{parse.lemma[verb]} {parse.lower[c]}", "VERB")
        ):
            return c
    return None


def _is_adverb(parse: Parse, prep: int) -> bool:
    """Whether what is parsed as a preposition after a verb is its particle: "closed down the newspaper"."""
    return parse.lower[prep] in ADVERBS or parse.kid(prep, "pobj") is None


def _announced(
    parse: Parse,
    verb: int,
    frame: Frame,
    coding: Coding,
    roles: Roles,
    actors: Actors,
    ontology: Ontology,
    cues: Cues,
) -> list[Predicate]:
    """What a modal makes of a main clause: "will give aid" promises, "may expel diplomats" threatens."""
    head = parse.head[verb]
    if not roles.subject:
        return []
    governed = parse.dep[verb] == "ccomp" and head != verb
    if governed and parse.pos[head] in ("VERB", "ADJ", "NOUN") and parse.lemma[head] not in cues.say:
        return []  # "were convinced that they could starve Britain"
    if parse.dep[verb] in MAIN:
        modals = [(c, parse.lower[c]) for c in parse.kids(verb, "aux")]
    elif parse.dep[verb] == "xcomp" and parse.lemma[head] == "be" and parse.tag[verb] == "VB":
        modals = [(head, "be to")]  # "Zaire is to expel the envoys"
    else:
        return []
    for c, lemma in modals:
        if ontology.is_trigger_lemma(lemma, "MODAL"):
            whole = _frame(parse, verb, frame.lemma, "VERB", roles, actors, cues, frame.context)
            outer = ontology.code(replace(whole, lemma=lemma, pos="MODAL", xcomp=whole, preps={}))
            if outer is not None and outer.event_type != coding.event_type:
                return [Predicate(verb, False, roles, outer, (c, verb + 1))]
    return []


def _is_background(parse: Parse, noun: int, cues: Cues) -> bool:
    """Whether a noun tells nothing new: "recognized its independence", "at the end of the war", "1560th meeting"."""
    above = parse.head[noun]
    if parse.dep[noun] == "pobj" and parse.lower[above] == "of" and parse.lemma[parse.head[above]] in cues.remembering:
        return True  # "the tenth anniversary of its accession"
    if parse.lower[above] == "of" and parse.kid(noun, "poss") is not None:
        noun = parse.head[above]  # "the Republic of the Congo's independence": parsed as if "of" led to the noun
        above = parse.head[noun]
    if parse.dep[noun] == "dobj" or parse.dep[noun] == "nsubjpass":
        return parse.lemma[above] in cues.presupposing
    if parse.dep[noun] == "pobj" and parse.lower[above] == "of" and parse.pos[parse.head[above]] not in ("VERB", "ADP"):
        own = parse.kid(noun, "poss", "amod", "compound", "nmod", "prep", "acl", "relcl", "nummod")
        definite = any(parse.lower[c] == "the" for c in parse.kids(noun, "det"))
        if definite and own is None and parse.lemma[parse.head[above]] not in cues.telling:
            return True  # "one of the bloodiest of the revolution", "the leader of the coup"
    if parse.lemma[noun] in cues.edges and parse.dep[noun] == "pobj":
        return parse.lower[above] in ("at", "by", "until", "before", "since", "after", "toward", "towards")
    return any(NUMBERED.fullmatch(parse.lower[c]) for c in parse.kids(noun, "amod", "nummod", "compound", "nmod"))


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
    pos: str,
    roles: Roles,
    actors: Actors,
    cues: Cues,
    context: frozenset[str],
    needed: frozenset[str] | None = None,
    depth: int = 0,
) -> Frame:
    """The frame of a predicate, with nothing left out but what is not `needed` to code it (see `Ontology.slots`)."""
    objects = roles.object or roles.indirect
    preps: dict[str, tuple[str, frozenset[str]]] = {}
    kinds: dict[str, str] = {}
    for group in (roles.near, roles.far):
        for prep, heads in group.items():
            if heads and prep not in preps and (needed is None or f"prep:{prep}" in needed):
                kinds[prep] = actors.kind(heads[0])
                preps[prep] = (parse.lemma[heads[0]], _words(parse, heads))
    xcomp = None
    if depth == 0 and (needed is None or not needed.isdisjoint(CLAUSES)):
        clause = _clause(parse, roles, pos)
        if clause is not None and parse.pos[clause] == "VERB":
            inner = verb_roles(parse, clause, cues)
            prt = particle(parse, clause)
            name = parse.lemma[clause] if prt is None else f"{parse.lemma[clause]} {parse.lower[prt]}"
            xcomp = _frame(parse, clause, name, "VERB", inner, actors, cues, context, depth=1)
    subject = roles.subject or roles.poss
    return Frame(
        lemma=lemma,
        pos=pos,
        object=parse.lemma[objects[0]] if objects else "",
        object_words=_words(parse, objects) if needed is None or "object" in needed else NONE,
        preps=preps,
        xcomp=xcomp,
        passive=roles.passive,
        negated=_negated(parse, token, pos),
        subject_kind=actors.kind(subject[0]) if subject else "",
        object_kind=actors.kind(objects[0]) if objects else "",
        context=context,
        subject=parse.lemma[subject[0]] if subject else "",
        subject_words=_words(parse, subject) if needed is None or "subject" in needed else NONE,
        modifiers=frozenset([parse.lemma[m] for m in roles.modifiers]),
        prep_kinds=kinds,
        infinitive="TO" in [parse.tag[c] for c in parse.children[token]],
    )


def _clause(parse: Parse, roles: Roles, pos: str) -> int | None:
    """The clause that a predicate governs, if only through its object: "announced plans to send troops"."""
    if roles.xcomp is not None or pos != "VERB":
        return roles.xcomp
    for o in roles.object:
        for c in parse.kids(o, "acl"):
            if any(parse.tag[t] == "TO" for t in parse.children[c]):
                return c
    return None


def _negated(parse: Parse, token: int, pos: str) -> bool:
    """Whether "not" belongs to a predicate, to an adjective's copula where it has one, or "no" to its object."""
    if pos == "VERB":
        for o in parse.kids(token, "dobj", "nsubjpass"):
            for c in parse.children[o]:
                if parse.lower[c] == "no":
                    return True
    return parse.kid(token, "neg") is not None or (pos == "ADJ" and parse.kid(parse.head[token], "neg") is not None)


def _words(parse: Parse, heads: list[int]) -> frozenset[str]:
    """Lemmas of phrases, relative and other clauses left out."""
    dep, lemma, children = parse.dep, parse.lemma, parse.children
    words = []
    for head in heads:
        found = [head]
        for k in found:
            if len(found) > PHRASE_WORDS:
                break
            if children[k]:
                found += [c for c in children[k] if dep[c] not in OUTSIDE]
        words += [lemma[k] for k in found]
    return frozenset(words)


def _without_carriers(parse: Parse, found: list[Predicate], cues: Cues) -> list[Predicate]:
    """Leave out the noun of a pair that tells one event twice: "signed an agreement", "launched an attack"."""
    verbs = {p.token: p for p in found if not p.is_noun}
    return [p for p in found if not p.is_noun or not _told_by_verb(parse, p, verbs, cues)]


def _told_by_verb(parse: Parse, event: Predicate, verbs: dict[int, Predicate], cues: Cues) -> bool:
    """Whether the verb that an event noun hangs on, or that describes it, tells the same event."""
    if any(c in verbs and _is_same(parse, verbs[c], event, cues) for c in parse.kids(event.token, "acl")):
        return True  # "a treaty signed at Cairo"
    noun = event.token
    while parse.dep[noun] == "pobj" and parse.lower[parse.head[noun]] == "of":
        noun = parse.head[parse.head[noun]]  # "was defeated in a series of battles"
    dep, head = parse.dep[noun], parse.head[noun]
    if dep == "pobj" and parse.lower[head] in SETTINGS:
        carrier = verbs.get(parse.head[head])
    else:
        carrier = verbs.get(head) if dep in ("dobj", "nsubjpass") else None
    if carrier is None:
        return False
    if noun != event.token or parse.lower[head] == "at":
        return carrier.coding.event_type == event.coding.event_type
    return _is_same(parse, carrier, event, cues)


def _is_same(parse: Parse, verb: Predicate, noun: Predicate, cues: Cues) -> bool:
    """Whether a verb and its object tell one event, by their types or because such verbs only carry their object."""
    carries = verb.coding.light or parse.lemma[verb.token] in cues.concluding
    answered = parse.lemma[verb.token] in cues.repelling  # "the invasion was turned back"
    return carries or (verb.coding.event_type == noun.coding.event_type and not answered)
