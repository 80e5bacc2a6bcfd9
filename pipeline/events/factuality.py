"""Whether the text asserts an event, denies, plans, threatens, alleges or only imagines it, and who says so.

The scale follows FactBank (Saurí and Pustejovsky 2009) reduced to seven values; a value is read from the words that
govern the trigger, innermost first.
"""

from __future__ import annotations

from pipeline.events.data import Cues
from pipeline.events.parse import NOUNS, VERBS, Parse


def factuality_of(parse: Parse, trigger: int, cues: Cues, by_governor: dict[int, str]) -> str:
    """Factuality of a trigger.

    Parameters
    ----------
    parse : Parse
    trigger : int
        Token of the trigger.
    cues : Cues
    by_governor : dict
        What the ontology says that a predicate (its token) makes of its complement.

    Returns
    -------
    str
        asserted, negated, planned, threatened, denied, alleged or hypothetical.
    """
    own = _own(parse, trigger, cues)
    if own == "negated":
        return own
    below, said = trigger, ""
    for governor in parse.ancestors(trigger):
        dep = parse.dep[below]
        effect = _effect(parse, governor, below, dep, cues, by_governor)
        if said or own:
            # "hinted that it might resort to force", "rumored that France planned to attack"
            if effect in _OUTRANKS[said or own]:
                return effect
            if dep in ("relcl", "parataxis", "advcl", "conj"):
                break
            below = governor
            continue
        if effect == "asserted":
            outer = _own(parse, governor, cues)
            if outer:
                return outer
        elif effect in _OUTRANKS:
            said = effect
        elif effect:
            return effect
        elif dep in ("relcl", "parataxis", "ROOT") or (dep == "advcl" and _is_told(parse, below, cues)):
            return "asserted"
        below = governor
    return said or own or "asserted"


#: Values that a governor further out overrides, and by which.
_OUTRANKS = {
    "planned": frozenset({"alleged", "denied"}),
    "hypothetical": frozenset({"threatened", "alleged", "denied"}),
    "threatened": frozenset({"denied"}),
    "alleged": frozenset({"denied"}),
}


def _own(parse: Parse, trigger: int, cues: Cues) -> str:
    """What the trigger's own auxiliaries, negation and determiner say."""
    delayed = any(parse.lower[c] == "until" for c in parse.kids(trigger, "prep", "mark"))
    for c in parse.children[trigger]:
        dep, lower = parse.dep[c], parse.lower[c]
        if dep == "neg" and delayed:
            continue  # "did not recognize it until December 7"
        if dep == "neg" or (dep in ("det", "preconj", "cc") and lower in ("no", "neither")):
            return "negated"
        if dep in ("dobj", "nsubjpass", "nsubj") and any(parse.lower[d] == "no" for d in parse.children[c]):
            return "negated"
    if parse.dep[trigger] == "conj" and any(
        parse.lower[c] == "nor" and c < trigger for c in parse.kids(parse.head[trigger], "cc")
    ):
        return "negated"
    modal = ""
    for c in parse.children[trigger]:
        lemma = parse.lemma[c]
        if parse.dep[c] in ("aux", "auxpass"):
            if lemma in cues.future or parse.lower[c] in cues.future:
                modal = "planned"
            elif lemma in cues.modal or parse.lower[c] in cues.modal:
                modal = "hypothetical"
        elif parse.dep[c] == "advmod" and any(parse.lower[d] == "no" for d in parse.children[c]):
            return "negated"  # "no longer"
        elif parse.dep[c] == "mark" and parse.lower[c] in ("if", "unless", "whether", "lest"):
            return "hypothetical"
        elif parse.dep[c] == "prep" and lemma in cues.according:
            if any(p in parse.named for to in parse.kids(c, "prep") for p in parse.kids(to, "pobj")):
                return "alleged"  # "according to the Duce, promised him a free hand"
        elif parse.dep[c] in ("advmod", "amod") and lemma in cues.governors:
            value = cues.governors[lemma]
            if value in ("alleged", "hypothetical", "threatened", "planned") and parse.pos[c] in ("ADV", "ADJ", "VERB"):
                return value
    return modal


def _effect(parse: Parse, governor: int, below: int, dep: str, cues: Cues, by_governor: dict[int, str]) -> str:
    """What a governor makes of what hangs on it by a dependency: a factuality, or empty where it passes through."""
    lemma, pos = parse.lemma[governor], parse.pos[governor]
    if pos in ("ADP", "SCONJ") and dep in ("pobj", "pcomp"):
        return "negated" if parse.lower[governor] == "without" else ""
    if dep == "conj":
        return _own_shared(parse, governor, below, cues)
    infinitive = _is_infinitive(parse, below)
    if dep == "advcl":
        marks = [parse.lower[c] for c in parse.children[below] if parse.dep[c] == "mark"]
        if any(m in ("if", "unless", "lest") for m in marks):
            return "hypothetical"
        if any(parse.lower[c] == "only" for c in parse.kids(below, "advmod")):
            return ""  # "won, only to lose the city again"
        if infinitive and lemma in cues.ordering and _commands(parse, governor, cues):
            return ""  # "sent their planes to bomb the palace"
        return (_by_argument(parse, governor, cues) or cues.governors.get(lemma, "planned")) if infinitive else ""
    if dep in ("prep", "agent"):
        if parse.lower[below] not in cues.content or below < governor:
            return ""
    elif dep == "acl":
        if parse.tag[below] in ("VBN", "VBG"):
            return ""
    elif dep == "nsubj" or dep == "csubj":
        if lemma == "be" and _own(parse, governor, cues) == "hypothetical":
            return "hypothetical"  # "a war between the two would be an absurdity"
        if cues.governors.get(lemma) != "negated":
            return ""  # "the invasion failed"
    elif dep == "acomp" and lemma == "be":
        return "negated" if _own(parse, governor, cues) == "negated" and parse.lemma[below] in cues.able else ""
    elif dep not in _GOVERNED:
        return ""
    value = by_governor.get(governor) or cues.governors.get(lemma, "")
    if dep in ("dobj", "nsubjpass", "prep") and pos in VERBS and value == "planned" and lemma not in cues.intends:
        value = ""  # a demand, an offer or a vote whose object is an event noun asserts nothing new of the noun
    own = _own(parse, governor, cues)
    if lemma in cues.letting and not own and dep in ("xcomp", "ccomp") and _is_past(parse, governor):
        return "asserted"  # "allowed both sides to sign the treaty"
    if own == "negated" and value in ("planned", "asserted", ""):
        return "negated" if dep in ("xcomp", "ccomp", "dobj", "nsubjpass") else ""
    if value == "negated" and own == "negated":
        return "asserted"
    if value == "negated" and parse.dep[governor] == "advcl" and _is_infinitive(parse, governor):
        return "hypothetical"  # "sent the fleet to prevent an attack"
    if (
        value == "planned"
        and dep in ("xcomp", "ccomp", "advcl")
        and lemma in cues.ordering
        and _commands(parse, governor, cues)
    ):
        return "asserted"  # "ordered the fleet to sail": one's own forces do
    if not value and lemma == "be" and infinitive and dep == "xcomp" and _is_somebody(parse, governor):
        return "planned"  # "he was to propose an alliance"
    if not value and dep in ("xcomp", "ccomp", "acl", "oprd"):
        return (_by_argument(parse, governor, cues) if infinitive else "") or own
    return value


_GOVERNED = frozenset({"xcomp", "ccomp", "dobj", "nsubjpass", "pcomp", "pobj", "oprd", "acomp", "attr", "csubjpass"})


def _is_told(parse: Parse, verb: int, cues: Cues) -> bool:
    """Whether a clause tells what was the case whatever its governor says: "refused to talk because Iran attacked"."""
    finite = parse.tag[verb] == "VBD" or any(parse.tag[c] == "VBD" for c in parse.kids(verb, "aux", "auxpass"))
    return finite and any(parse.lower[c] in cues.factive for c in parse.kids(verb, "mark", "advmod"))


def _is_past(parse: Parse, verb: int) -> bool:
    """Whether a verb is in the simple past, active or passive."""
    return parse.tag[verb] == "VBD" or any(parse.tag[c] == "VBD" for c in parse.kids(verb, "auxpass"))


def _is_infinitive(parse: Parse, verb: int) -> bool:
    return any(parse.tag[c] == "TO" for c in parse.children[verb])


def _commands(parse: Parse, verb: int, cues: Cues) -> bool:
    """Whether an order goes to soldiers or ships."""
    objects = parse.kids(verb, "dobj", "nsubjpass", "dative")
    objects += [s for c in parse.kids(verb, "ccomp", "xcomp") for s in parse.kids(c, "nsubj")]
    return any(
        parse.lemma[t] in cues.forces for o in objects for t in [o, *parse.kids(o, "compound", "amod", "conj", "nmod")]
    )


def _is_somebody(parse: Parse, verb: int) -> bool:
    """Whether a copula without a complement has an actor as its subject."""
    if parse.kid(verb, "attr", "acomp") is not None:
        return False
    return any(s in parse.named or parse.pos[s] == "PRON" for s in parse.kids(verb, "nsubj"))


def _by_argument(parse: Parse, governor: int, cues: Cues) -> str:
    """What the subject or object of a verb makes of its infinitive: "plans were developed to kill him"."""
    for c in parse.children[governor]:
        if parse.dep[c] in ("nsubjpass", "dobj") and parse.pos[c] in NOUNS:
            value = cues.governors.get(parse.lemma[c], "")
            if value:
                return value
    return ""


def _own_shared(parse: Parse, governor: int, below: int, cues: Cues) -> str:
    """Auxiliaries of a first conjunct hold for the second unless it has its own subject or tense."""
    if parse.kid(below, "nsubj", "nsubjpass", "aux") is not None or parse.tag[below] in ("VBD", "VBZ", "VBP"):
        return ""
    own = _own(parse, governor, cues)
    return "" if own == "negated" else own


def speaker(parse: Parse, trigger: int, cues: Cues) -> list[int]:
    """Head tokens of whoever the text names as saying so: "Gibson argues that ...", "according to the CIA"."""
    below = trigger
    for governor in parse.ancestors(trigger):
        if parse.dep[below] == "relcl":
            return []  # "warned that the war could go on, to which he responded by seeking peace"
        if parse.lemma[governor] in cues.say and parse.dep[below] in ("ccomp", "parataxis", "dep", "xcomp"):
            subject = parse.kids(governor, "nsubj") or [
                p for c in parse.kids(governor, "agent") for p in parse.kids(c, "pobj")
            ]
            if subject:
                return subject
        below = governor
    root = below
    for c in parse.children[root]:
        if parse.lemma[c] in cues.according:
            for to in parse.kids(c, "prep"):
                return parse.kids(to, "pobj")
        if parse.dep[c] in ("ccomp", "parataxis") and c != trigger and parse.lemma[c] in cues.say:
            return parse.kids(c, "nsubj")
    return []
