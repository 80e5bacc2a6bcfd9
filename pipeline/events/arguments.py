"""Who is the subject, the object and the party behind each preposition of a predicate, over the dependency parse."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.events.data import Cues
from pipeline.events.parse import NOUNS, RELATIVES, VERBS, Parse

#: Words for a part of what their of-phrase names: "seized much of the Chouf".
PARTS = frozenset({"much", "most", "part", "parts", "half", "all", "some", "rest", "remainder", "bulk", "majority"})


@dataclass(slots=True)
class Roles:
    """Head tokens of a predicate's arguments; `preps` maps a preposition to the heads of its objects.

    `near` are prepositions of the predicate itself, `far` those of its object ("signed a treaty with Iran").
    """

    subject: list[int] = field(default_factory=list)
    object: list[int] = field(default_factory=list)
    indirect: list[int] = field(default_factory=list)
    poss: list[int] = field(default_factory=list)
    modifiers: list[int] = field(default_factory=list)
    near: dict[str, list[int]] = field(default_factory=dict)
    far: dict[str, list[int]] = field(default_factory=dict)
    xcomp: int | None = None
    passive: bool = False
    inherited: bool = False


def particle(parse: Parse, verb: int) -> int | None:
    """The particle of a phrasal verb."""
    return parse.kid(verb, "prt")


def verb_roles(parse: Parse, verb: int, cues: Cues) -> Roles:
    """Arguments of a verb, with those that its syntax only implies (control, relative clauses, coordination)."""
    roles = Roles(passive=parse.is_passive(verb) or _shares_passive(parse, verb, cues))
    for c in parse.children[verb]:
        dep = parse.dep[c]
        if dep == "nsubj":
            roles.subject.append(c)
        elif dep in ("nsubjpass", "dobj", "attr"):
            roles.object.append(c)
        elif dep == "oprd":  # "was appointed Minister to Austria": as what
            roles.near.setdefault("as", []).append(c)
        elif dep == "dative":
            if parse.pos[c] == "ADP":
                _add_prep(parse, c, roles.near)
            else:
                roles.indirect.append(c)
        elif dep == "agent":
            roles.subject += parse.kids(c, "pobj")
        elif dep == "prep":
            _add_prep(parse, c, roles.near)
        elif dep in ("xcomp", "ccomp") and roles.xcomp is None:
            roles.xcomp = c
        elif dep == "advmod" and parse.lower[c] == "where" and parse.dep[verb] == "relcl":
            roles.near.setdefault("in", []).append(
                parse.head[verb]
            )  # "the Council, where France vetoed the resolution"
    if roles.xcomp is not None and not roles.object:
        # "ordered Jernegan to leave" is parsed as a clause of its own; its subject is whom the order was given to
        inner = parse.kid(roles.xcomp, "nsubj", "nsubjpass")
        if inner is not None and (_is_infinitive(parse, roles.xcomp) or parse.pos[roles.xcomp] in ("ADV", "ADP")):
            roles.object.append(inner)  # so is "let the inspectors in"
    if roles.passive and not roles.subject and parse.dep[verb] == "ccomp" and parse.lemma[parse.head[verb]] == "have":
        roles.subject = subject_of(parse, parse.head[verb], cues)  # "had his rival executed"
    if roles.passive and "by" in roles.near and not roles.subject:
        roles.subject += roles.near["by"]
    if roles.passive and not roles.subject:
        # "was informed of the plot by X": the agent hangs on the noun before it
        for heads in roles.near.values():
            for h in heads:
                for k in [h, *parse.children[h]]:
                    for c in parse.children[k]:
                        if parse.dep[c] in ("prep", "agent") and parse.lower[c] == "by" and not roles.subject:
                            roles.subject += parse.kids(c, "pobj")
    if not roles.subject and not roles.passive:
        roles.subject = implied_subject(parse, verb, cues)
        roles.inherited = bool(roles.subject)
    if not roles.object:
        roles.object = _implied_object(parse, verb, roles, cues)
    for o in roles.object:
        for c in parse.children[o]:
            if parse.dep[c] == "prep":
                _add_prep(parse, c, roles.far)
    roles.subject = [d for s in roles.subject for d in deref(parse, s)]
    roles.object = [d for s in roles.object for d in deref(parse, s)]
    for prep, heads in roles.near.items():  # "Stalin, to whom he appealed"
        roles.near[prep] = [d for h in heads for d in deref(parse, h)]
    return roles


def _shares_passive(parse: Parse, verb: int, cues: Cues) -> bool:
    """Whether a second participle is tagged as a past: "was arrested by his generals and forced to resign"."""
    first = parse.head[verb]
    return (
        parse.dep[verb] == "conj"
        and parse.tag[verb] == "VBD"
        and (parse.lemma[verb] in cues.object_control or parse.lemma[verb] in cues.inflicted)
        and parse.kid(verb, "dobj", "nsubj", "aux") is None
        and parse.is_passive(first)
    )


def _is_infinitive(parse: Parse, verb: int) -> bool:
    return any(parse.tag[c] == "TO" for c in parse.children[verb])


def _add_prep(parse: Parse, prep: int, into: dict[str, list[int]], name: str = "") -> None:
    name = name or parse.lower[prep]
    heads = into.setdefault(name, [])
    for c in parse.children[prep]:
        if parse.dep[c] in ("pobj", "pcomp"):
            if parse.lower[prep] == "with" and _is_cast(parse, c):
                continue  # "was opened with Gatch as Chargé d'Affaires": no party
            heads.append(c)
        elif parse.dep[c] == "prep":  # "out of the country", "because of", "across from"
            _add_prep(parse, c, into, name if parse.tag[prep] == "VBG" else "")  # "according to" is no "to"
    for c in parse.kids(prep, "conj"):
        if parse.pos[c] == "ADP":
            _add_prep(parse, c, into)


def _is_cast(parse: Parse, noun: int) -> bool:
    """Whether "as" follows a name: "with William L. Eagleton, Jr., as Chargé"."""
    after = noun + 1
    while after < len(parse.lower) and parse.lower[after] in (",", "jr.", "sr.", "jr", "iii"):
        after += 1
    following = after < len(parse.lower) and parse.lower[after] == "as"
    return following or any(parse.lower[k] == "as" for k in parse.kids(noun, "prep"))


def deref(parse: Parse, i: int) -> list[int]:
    """The antecedent of a relative pronoun, what "much of the country" is a part of; any other token is itself."""
    if parse.lower[i] in RELATIVES and not parse.children[i]:
        for a in parse.ancestors(i):
            if parse.dep[a] == "relcl":
                return [parse.head[a]]
    if parse.lower[i] in PARTS:
        for c in parse.kids(i, "prep"):
            if parse.lower[c] == "of":
                return [p for p in parse.kids(c, "pobj") if p in parse.named] or [i]
    return [i]


def implied_subject(parse: Parse, verb: int, cues: Cues, depth: int = 0) -> list[int]:
    """The subject of a verb that has none of its own: from coordination, control, or the noun or clause it modifies."""
    if depth > 6:
        return []
    head, dep = parse.head[verb], parse.dep[verb]
    if head == verb:
        return []
    if dep in ("acl", "relcl") and parse.tag[verb] == "VB":
        named = _predicated(parse, head)
        if named:
            return named
    if dep == "acl":
        if parse.tag[verb] == "VBG":
            return [head]
        return noun_doer(parse, head, cues, depth + 1)
    if dep == "relcl":
        return [head]
    if dep == "conj" and parse.pos[head] in NOUNS:
        return noun_doer(parse, head, cues, depth + 1)
    if dep == "conj":
        return subject_of(parse, head, cues, depth + 1)
    if dep in ("xcomp", "ccomp", "dep", "oprd"):
        if parse.pos[head] not in VERBS:
            return subject_of(parse, head, cues, depth + 1)
        lemma = parse.lemma[head]
        objects = parse.kids(head, "dobj", "dative")
        if objects and lemma not in cues.subject_control:
            subject = subject_of(parse, head, cues, depth + 1)
            # "shunned work to protest": a thing does nothing where the subject is somebody
            called = any(o in parse.named for o in [objects[0], *parse.kids(objects[0], "appos")])
            if called or lemma in cues.object_control or not any(s in parse.named for s in subject):
                return objects[:1]
            return subject
        patient = parse.kids(head, "nsubjpass")
        if patient:
            return patient
        return subject_of(parse, head, cues, depth + 1)
    if dep == "pcomp":
        outer = parse.head[head]
        if parse.pos[outer] in NOUNS:
            return noun_doer(parse, outer, cues, depth + 1)
        if parse.lower[head] == "in" and parse.lemma[outer] in cues.company:
            return [*subject_of(parse, outer, cues, depth + 1), *parse.kids(outer, "dobj")]
        if parse.lemma[outer] in cues.object_gerund:
            objects = parse.kids(outer, "dobj", "nsubjpass")
            if objects:
                return objects[:1]
        return subject_of(parse, outer, cues, depth + 1)
    if dep == "advcl" and parse.lemma[head] in cues.object_control and _is_infinitive(parse, verb):
        objects = parse.kids(head, "dobj", "nsubjpass")
        if objects and objects[0] < verb:  # "convinced its ally to attack", parsed as a purpose
            return objects[:1]
    if dep in ("advcl", "parataxis", "acomp"):
        return subject_of(parse, head, cues, depth + 1)
    return []


def _predicated(parse: Parse, noun: int) -> list[int]:
    """Of whom a noun is said: "the United States was the first (of the) country to recognize Kuwait"."""
    while parse.dep[noun] == "pobj" and parse.lower[parse.head[noun]] in ("of", "among"):
        noun = parse.head[parse.head[noun]]
    if parse.dep[noun] == "attr" and parse.lemma[parse.head[noun]] in ("be", "become"):
        return parse.kids(parse.head[noun], "nsubj")
    return []


def subject_of(parse: Parse, head: int, cues: Cues, depth: int = 0) -> list[int]:
    """The grammatical subject of a verb, its own or implied; a passive verb's is its patient."""
    own = parse.kids(head, "nsubj", "nsubjpass")
    if own:
        return own[-1:]
    if parse.pos[head] in NOUNS:
        return noun_doer(parse, head, cues, depth)
    return implied_subject(parse, head, cues, depth)


def noun_doer(parse: Parse, noun: int, cues: Cues, depth: int = 0) -> list[int]:
    """Who does what an infinitive after a noun says: the noun's owner, or the subject of the noun's verb.

    "Iran's plan to attack", "the army staged an attempt to seize power".
    """
    owners = parse.kids(noun, "poss")
    if owners:
        return owners
    for c in parse.kids(noun, "prep"):
        if parse.lower[c] in ("of", "by") and parse.lemma[noun] in cues.doer_of:
            return parse.kids(c, "pobj")
    adjectives = [c for c in parse.kids(noun, "amod", "compound", "nmod") if c in parse.named]
    if adjectives:
        return adjectives
    head, dep = parse.head[noun], parse.dep[noun]
    if depth < 6 and head != noun:
        if dep in ("dobj", "attr", "nsubjpass") and parse.pos[head] in VERBS:
            return (
                parse.kids(head, "nsubj")
                or _agents(parse, head)
                or ([] if parse.is_passive(head) else implied_subject(parse, head, cues, depth + 1))
            )
        if dep == "pobj" and head != noun:
            outer = parse.head[head]
            if parse.pos[outer] in VERBS:
                return subject_of(parse, outer, cues, depth + 1)
            if parse.pos[outer] in NOUNS:
                return noun_doer(parse, outer, cues, depth + 1)
        if dep == "conj":
            return noun_doer(parse, head, cues, depth + 1)
    return []


def _agents(parse: Parse, verb: int) -> list[int]:
    return [p for c in parse.kids(verb, "agent") for p in parse.kids(c, "pobj")]


def _implied_object(parse: Parse, verb: int, roles: Roles, cues: Cues) -> list[int]:
    head, dep = parse.head[verb], parse.dep[verb]
    if roles.passive:
        if dep == "acl":
            return [head]
        if dep == "conj" and parse.pos[head] in VERBS:
            if parse.kid(verb, "auxpass") is not None:  # "took place in August and were brokered by Roosevelt"
                return subject_of(parse, head, cues, 1)
            return parse.kids(head, "nsubjpass") or (
                [head_noun] if (head_noun := _modified(parse, head)) is not None else []
            )
        if dep in ("advcl", "xcomp", "ccomp", "relcl"):
            if dep == "relcl":
                return [head]
            return subject_of(parse, head, cues, 1)
        return []
    if dep == "relcl":
        # "the treaty Iraq signed": the pronoun is left out; "which" as object is a child already
        if parse.kid(verb, "nsubj") is not None and not any(parse.tag[c].startswith("W") for c in parse.children[verb]):
            return [head] if not roles.near else []
        return []
    shared = [c for c in parse.kids(verb, "conj") if parse.kid(c, "nsubj", "nsubjpass") is None and c - verb <= 3]
    for c in shared:  # "overthrew and executed Qasim"
        objects = parse.kids(c, "dobj")
        if objects:
            return objects
    return []


def _modified(parse: Parse, verb: int) -> int | None:
    return parse.head[verb] if parse.dep[verb] in ("acl", "relcl") else None


def noun_roles(parse: Parse, noun: int, cues: Cues) -> Roles:
    """Arguments of an event noun: owners, adjectives, prepositions, and the subject of the verb that carries it."""
    roles = Roles()
    for c in parse.children[noun]:
        dep = parse.dep[c]
        if dep == "poss":
            roles.poss.append(c)
        elif dep in ("amod", "compound", "nmod"):
            roles.modifiers.append(c)
        elif dep in ("prep", "agent"):
            _add_prep(parse, c, roles.near)
    if parse.dep[noun] == "conj" and not roles.poss and not roles.modifiers:
        # "Soviet aid and support": the first noun's owner holds for the second
        first = parse.head[noun]
        if parse.pos[first] in NOUNS:
            roles.poss = parse.kids(first, "poss")
            roles.modifiers = parse.kids(first, "amod", "compound", "nmod")
    for kid in parse.kids(noun, "conj"):
        if parse.pos[kid] in NOUNS:  # "the invasion and occupation of Kuwait"
            for c in parse.kids(kid, "prep"):
                if parse.lower[c] == "of" and "of" not in roles.near:
                    _add_prep(parse, c, roles.near)
    roles.subject, carrier = _carried_by(parse, noun, cues)
    if carrier is not None:
        for c in parse.children[carrier]:
            if parse.dep[c] in ("prep", "dative") and parse.pos[c] == "ADP":
                _add_prep(parse, c, roles.far)
            elif parse.dep[c] == "dative":
                roles.indirect.append(c)
        if parse.lemma[carrier] in cues.undergoer_verbs:
            roles.object, roles.subject = roles.subject, []
    roles.subject = [d for s in roles.subject for d in deref(parse, s)]
    return roles


def _carried_by(parse: Parse, noun: int, cues: Cues) -> tuple[list[int], int | None]:
    """Subject and verb where a support verb carries the noun ("launched an attack", "responded with air attacks")."""
    head, dep = parse.head[noun], parse.dep[noun]
    if dep == "conj" and parse.pos[head] in NOUNS:
        return _carried_by(parse, head, cues)
    if dep in ("dobj", "nsubjpass") and parse.pos[head] in VERBS and parse.lemma[head] in cues.support_verbs:
        subject = parse.kids(head, "nsubj") or _agents(parse, head)
        if not subject and dep == "dobj":
            subject = implied_subject(parse, head, cues)
        return subject, head
    if dep == "pobj" and parse.lower[head] in ("with", "by", "in", "into", "to"):
        verb = parse.head[head]
        free = parse.pos[verb] in VERBS and parse.kid(verb, "dobj") is None and not parse.is_passive(verb)
        if free and (parse.lower[head] == "with" or parse.lemma[verb] in cues.support_verbs):
            return subject_of(parse, verb, cues), verb
    return [], None
