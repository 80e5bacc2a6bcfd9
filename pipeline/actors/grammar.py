"""What a parse tells of a pronoun and its antecedents: roles, clauses, subjects, and what binding forbids."""

from __future__ import annotations

from pipeline.actors.tokens import Tokens

_SUBJECTS = frozenset(("nsubj", "nsubjpass", "csubj"))
_OBJECTS = frozenset(("dobj", "dative"))
_ATTRIBUTES = frozenset(("attr", "oprd", "acomp"))
_NOMINAL = frozenset(("NOUN", "PROPN", "PRON"))
_ASKING = frozenset(("call", "appeal", "prevail", "wait", "look", "rely", "depend", "plead", "arrange"))
"""Verbs whose infinitive has what follows a preposition for its subject."""
_DEMANDING = frozenset(("demand", "insist", "urge", "ask", "request", "order", "require", "command", "direct", "beg"))
"""Verbs whose `that` clause in the bare form tells what another is to do."""
_MODALS = frozenset(("would", "will", "should", "could", "can", "may", "might", "must", "shall"))


def role_of(tokens: Tokens, i: int) -> str:
    """The grammatical role of a noun phrase's head, in six kinds; what is joined has the role of the first."""
    dep = tokens.dep[_first(tokens, i)]
    if dep in _SUBJECTS:
        return "subject"
    if dep in _OBJECTS:
        return "object"
    if dep in _ATTRIBUTES:
        return "attribute"
    if dep in ("pobj", "agent", "pcomp"):
        return "oblique"
    return "poss" if dep == "poss" else "other"


def function_of(tokens: Tokens, i: int) -> str:
    """The role of a noun phrase's head, with agents ("by Adams") and what belongs to a noun ("of Rome") told apart."""
    role = role_of(tokens, i)
    if role != "oblique":
        return role
    above, steps = tokens.head[_first(tokens, i)], 0
    if tokens.dep[above] == "agent":
        return "agent"
    while tokens.pos[above] == "ADP" and tokens.dep[above] in ("prep", "pcomp") and steps < 4:
        above, steps = tokens.head[above], steps + 1
    return "inner" if tokens.pos[above] in _NOMINAL else "oblique"


def _first(tokens: Tokens, i: int) -> int:
    """The first of the things that a token is joined with."""
    steps = 0
    while tokens.dep[i] == "conj" and steps < 8:
        i, steps = tokens.head[i], steps + 1
    return i


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


def heads_sentence(tokens: Tokens, i: int) -> bool:
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
