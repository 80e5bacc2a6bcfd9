"""How a date stands in its sentence: the tense of its clause, and what speaks for the story or for its background."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.dates.recognise import Expression

Words = dict[str, frozenset[str]]


def cues(doc: Doc, e: Expression, words: Words) -> tuple[str, ...]:
    """What in its sentence speaks for a date being the story's or background: names of weights."""
    i = e.token_start
    found = []
    first = doc[e.token_end - 1]
    while first.head.i != first.i and i <= first.head.i < e.token_end:
        first = first.head
    governor = first.head
    if governor.pos_ == "ADP" and governor.head.i != governor.i:
        governor = governor.head
    if governor.pos_ in ("NOUN", "PROPN", "NUM"):
        found.append("background_noun")
    before: list[str] = []
    while i > 0 and len(before) < 6 and not doc[i].is_sent_start:
        i -= 1
        before.append(doc[i].lower_)
    if len(before) <= 1:
        found.append("background_initial")
    if before and (before[0] in words["bracket"] or ("(" in before and ")" not in before)):
        found.append("background_bracket")
    if any(x in words["open_ended"] for x in before):
        found.append("background_until")
    if before and before[0] in words["since"]:
        found.append("background_since")
    if before and before[0] in words["coming"] and "season" in e.slots:
        found.append("coming_season")
    head = _verb(doc, e.token_start)
    reached = bool(before) and before[0] in words["reached"] and "y" not in e.slots
    children = {c.lower_ for c in doc[head].children} if head is not None else set()
    if "d" in e.slots and (children & words["ahead"] or (reached and "to" in children)):
        found.append("set_ahead")  # the army was to disband by July 5
    if "y" in e.slots and children & words["ahead"] and before and before[0] in words["reached"] | words["open_ended"]:
        found.append("deadline")  # they would be home by March 31, 1994
    if head is not None and not reached:
        appointed = "to" in children and doc[head].head.lemma_ == "be"  # elections were to be held in July
        if children & (words["perfect"] | words["ahead"]) or doc[head].lemma_ in words["planned"] or appointed:
            found.append("background_perfect")
    return tuple(found)


def tense_of(doc: Doc, e: Expression, words: Words) -> int:
    """-1 past, 1 future, 0 neither, of the clause that holds an expression."""
    previous = doc[e.token_start - 1].lower_ if e.token_start else ""
    if previous == "since" or e.slots.get("dir") == -1 or (e.token_end < len(doc) and doc[e.token_end].tag_ == "POS"):
        return -1
    head = doc[e.token_start].head
    governor = head.head if head.pos_ == "ADP" else head
    if (
        previous == "as"
        or (previous in words["prolonged_to"] and governor.lemma_ in words["prolonging"])
        or (previous in words["up_to"] and not doc[e.token_start - 1].is_sent_start)
        or head.lemma_ in words["planned"]
        or (head.pos_ == "ADP" and head.head.pos_ == "ADJ" and head.head.lemma_ in words["planned"])
    ):
        return 1
    i = _verb(doc, e.token_start)
    if i is None:
        return 0
    verb = doc[i]
    while verb.tag_ == "VBG" and verb.dep_ == "advcl" and verb.head.pos_ in ("VERB", "AUX"):
        verb = verb.head  # shares rose, reaching a high in June
    token = verb
    for _ in range(3):
        if token.lemma_ in words["planned"]:
            plan = token.head if token.dep_ == "acomp" else token
            return -1 if any(c.lower_ in words["had"] for c in plan.children) else 1
        children = {c.lower_ for c in token.children}
        if children & words["ahead"] or (children & words["modal"] and "have" not in children):
            return 1
        going = token.head if token.dep_ == "xcomp" and token.tag_ == "VB" else token
        if going.lower_ == "going" and going.i < e.token_start and not any(c.tag_ == "VBD" for c in going.children):
            return 1  # it is going to start in the spring
        infinitive = any(c.lower_ == "to" and c.dep_ == "aux" for c in token.children)
        if infinitive and (previous == "by" or (token.head.lemma_ == "be" and token.head.tag_ in ("VBZ", "VBP"))):
            return 1  # a referendum is to be held in May; it hopes to end the crisis by May
        if token.head.i == token.i or token.tag_ in ("VBD", "VBZ", "VBP"):
            break
        token = token.head
    if token.tag_ in ("VBZ", "VBP") and token.lemma_ in words["scheduled"]:
        return 1
    if verb.tag_ == "VBD" or verb.lemma_ == "end":
        return -1
    if verb.tag_ == "VBN" and (verb.dep_ == "acl" or any(c.dep_ in ("aux", "auxpass") for c in verb.children)):
        present = any(c.tag_ in ("VBZ", "VBP") and c.lemma_ == "be" for c in verb.children)
        return 0 if present and verb.dep_ == "advcl" else -1
    if "wd" in e.slots:
        return 1 if token.tag_ in ("VBP", "VBZ") and token.lower_ not in words["reporting"] else -1
    return 0


def habitual(doc: Doc, e: Expression, words: Words) -> bool:
    """Whether an expression says when something happens as a rule: usually in the fourth quarter."""
    i = _verb(doc, e.token_start)
    return i is not None and any(c.lower_ in words["habitual"] for c in doc[i].children)


def _verb(doc: Doc, i: int) -> int | None:
    """The verb of the clause that holds a token."""
    token = doc[i]
    for _ in range(12):
        if token.pos_ in ("VERB", "AUX"):
            return int(token.i)
        if token.head.i == token.i or token.dep_ == "dep":
            return None  # dep: a fragment, such as the name of who speaks
        token = token.head
    return None
