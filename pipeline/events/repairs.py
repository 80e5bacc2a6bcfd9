"""Repairs of what the dependency parser gets wrong in ways that cost an event its subject or its clause."""

from __future__ import annotations

NOUNS = frozenset({"NOUN", "PROPN"})
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
DASHES = frozenset({"—", "–", "--"})
FAR = 60
#: How many words a noun phrase may have after its noun before its verb.
PHRASE = 12
STOPS = frozenset({";", ":"})
QUOTES = frozenset({'"', "“", "”", "''", "``"})
CLOSERS = frozenset({",", ")"})
HAVING = frozenset({"had", "has", "have", "having"})
#: Where the parser hides a subject: behind the noun, preposition or verb before it.
HIDING = frozenset({"conj", "appos", "pobj", "dobj", "npadvmod", "dep"})


def repair(head: list[int], tag: list[str], dep: list[str], pos: list[str], lower: list[str]) -> None:
    """Mend the columns of a parse in place."""
    lift_finite_conjuncts(head, tag, dep)
    free_second_verbs(head, tag, dep, pos)
    resume_after_dashes(head, tag, dep, pos, lower)
    resume_after_names(head, tag, dep, pos, lower)
    resume_after_clauses(head, tag, dep, lower)
    finish_clauses(head, tag, dep, pos)
    make_causatives(head, tag, dep, pos, lower)
    return_contents(head, dep, pos, lower)
    part_clauses(head, dep, pos, lower)
    name_offices(head, dep, pos)
    order_objects(head, tag, dep, pos)
    raise_conjuncts(head, tag, dep, pos)
    find_subjects(head, tag, dep, pos, lower)


def finish_clauses(head: list[int], tag: list[str], dep: list[str], pos: list[str]) -> None:
    """Make a participle after the noun that heads a sentence its verb: "The other two divisions invaded".

    Only where nothing else in the sentence is a finite verb, and no agent ("soldiers killed by the guard").
    """
    roots = [i for i, d in enumerate(dep) if d == "ROOT"]
    agents = {head[i] for i, d in enumerate(dep) if d == "agent"}
    for k, noun in enumerate(roots):
        if pos[noun] not in NOUNS:
            continue
        low = roots[k - 1] + 1 if k else 0
        high = roots[k + 1] if k + 1 < len(roots) else len(dep)
        verbs = [i for i in range(noun + 1, high) if dep[i] == "acl" and head[i] == noun and tag[i] == "VBN"]
        finite = any(
            tag[i] in FINITE and dep[i] not in ("relcl", "ccomp", "advcl") and not _inside(head, i, verbs)
            for i in range(low, high)
            if _root(head, i) == noun
        )
        if len(verbs) == 1 and verbs[0] not in agents and not finite:
            verb = verbs[0]
            head[verb], dep[verb], tag[verb] = verb, "ROOT", "VBD"
            head[noun], dep[noun] = verb, "nsubj"
            for i in range(verb + 1, high):
                if head[i] == noun and dep[i] in ("punct", "cc", "conj", "advcl", "prep"):
                    head[i] = verb


def _root(head: list[int], token: int) -> int:
    while head[token] != token:
        token = head[token]
    return token


def _inside(head: list[int], token: int, tops: list[int]) -> bool:
    return any(_under(head, token, top) for top in tops)


def make_causatives(head: list[int], tag: list[str], dep: list[str], pos: list[str], lower: list[str]) -> None:
    """Make the participle of "had his rival executed" a passive clause under `had`, with the rival as its patient."""
    patients = {head[i]: i for i, d in enumerate(dep) if d in ("nsubj", "nsubjpass")}
    owned = {head[i] for i, d in enumerate(dep) if d == "poss"}
    barred = {head[i] for i, d in enumerate(dep) if d in ("aux", "auxpass", "agent", "dobj")}
    for verb in range(2, len(dep)):
        if tag[verb] not in ("VBN", "VBD") or verb in barred:
            continue
        above, patient = head[verb], patients.get(verb, -1)
        if dep[verb] == "ccomp" and lower[above] in HAVING and above < patient < verb:
            dep[patient], tag[verb] = "nsubjpass", "VBN"
        elif dep[verb] == "acl" and tag[verb] == "VBN" and dep[verb - 1] == "dobj" and lower[head[verb - 1]] in HAVING:
            patient, having = verb - 1, head[verb - 1]
            if pos[having] == "VERB" and (patient in owned or pos[patient] in ("PROPN", "PRON")):
                head[verb], dep[verb] = having, "ccomp"
                head[patient], dep[patient] = verb, "nsubjpass"


def name_offices(head: list[int], dep: list[str], pos: list[str]) -> None:
    """Make what somebody is made or called the verb's second object: "made him commander", "proclaimed him emperor".

    The parser reads "him commander" as a clause without a verb, or both words as objects.
    """
    for i, d in enumerate(dep):
        if d == "nsubj" and dep[head[i]] == "ccomp" and pos[head[i]] in NOUNS and i < head[i]:
            office = head[i]
            verb = head[office]
            copula = any(head[k] == office and pos[k] == "AUX" for k in range(i, office))
            if pos[verb] == "VERB" and verb < i and not copula:
                head[i], dep[i], dep[office] = verb, "dobj", "oprd"
        elif d == "dobj" and pos[i] == "PRON" and dep[i + 1 : i + 2] == ["dobj"] and head[i + 1] == head[i]:
            dep[i + 1] = "oprd" if pos[i + 1] in NOUNS else "dobj"


def return_contents(head: list[int], dep: list[str], pos: list[str], lower: list[str]) -> None:
    """Give a verb the clause that follows it after "that" where the parser hangs it on a later verb.

    "He complained that Elliot had treated them as waste paper; the emperor, for his part, had them burned."
    """
    governing = {head[i] for i, d in enumerate(dep) if d in ("ccomp", "dobj", "dative", "xcomp")}
    for mark in range(1, len(dep) - 1):
        if lower[mark] != "that" or dep[mark] != "mark":
            continue
        verb, clause = mark - 1, head[mark]
        if pos[verb] != "VERB" or verb in governing or head[clause] <= clause or dep[clause] != "ccomp":
            continue
        if not _under(head, verb, clause):
            head[clause] = verb


def order_objects(head: list[int], tag: list[str], dep: list[str], pos: list[str]) -> None:
    """Make a second subject behind its verb the object: "Washington nominated John Jay, the chief justice, and ..."."""
    first: dict[int, int] = {}
    taken = {head[i] for i, d in enumerate(dep) if d in ("dobj", "auxpass", "nsubjpass", "ccomp")}
    for i, d in enumerate(dep):
        verb = head[i]
        if d != "nsubj" or pos[verb] != "VERB" or tag[verb] not in ("VBD", "VBZ", "VBP") or verb in taken:
            continue
        if i < verb:
            first[verb] = i
        elif verb in first and pos[i] in NOUNS:
            dep[i] = "dobj"


def raise_conjuncts(head: list[int], tag: list[str], dep: list[str], pos: list[str]) -> None:
    """Make a clause of a noun that is coordinated with a verb: "offered to mediate, and the envoys called on him".

    The parser takes the noun's verb for a participle that describes it.
    """
    agents = {head[i] for i, d in enumerate(dep) if d == "agent"}
    for noun, d in enumerate(dep):
        above = head[noun]
        if d != "conj" or pos[noun] not in NOUNS or pos[above] != "VERB" or above > noun:
            continue
        after = range(noun + 1, min(noun + PHRASE, len(dep)))
        verb = next((i for i in after if dep[i] == "acl" and _under(head, i, noun)), -1)
        if verb < 0 or tag[verb] != "VBN" or verb in agents:
            continue
        head[verb], dep[verb], tag[verb] = above, "conj", "VBD"
        head[noun], dep[noun] = verb, "nsubj"
        for c in range(verb + 1, len(dep)):
            if dep[c] == "conj" and head[c] in (above, noun) and pos[c] == "VERB":
                head[c] = verb
            if dep[c] == "ROOT":
                break


def part_clauses(head: list[int], dep: list[str], pos: list[str], lower: list[str]) -> None:
    """Make a clause before a semicolon or after a colon a clause of its own.

    "The envoys met Stalin on August 2; he hinted that he might lift the blockade": parsers make what stands before the
    semicolon the content of `hinted`.
    """
    subjects = {head[i] for i, d in enumerate(dep) if d in ("nsubj", "nsubjpass")}
    for i, d in enumerate(dep):
        if d == "ccomp" and i in subjects and pos[i] in ("VERB", "AUX"):
            between = lower[min(i, head[i]) + 1 : max(i, head[i])]
            if any(t in STOPS for t in between) and not any(t in QUOTES for t in between):
                dep[i] = "parataxis"


def find_subjects(head: list[int], tag: list[str], dep: list[str], pos: list[str], lower: list[str]) -> None:
    """Give a finite verb the noun right before it as its subject where the parser has hung that noun elsewhere.

    "While France was at war with Prussia, the Russian chancellor repudiated the clauses": parsers coordinate the
    chancellor with Prussia. In "it was shot down over Cuba and its pilot was killed" the pilot hangs on Cuba.
    """
    first: dict[int, int] = {}
    for i, d in enumerate(dep):
        if d in ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl", "agent"):
            first[head[i]] = -1
        elif d in ("aux", "auxpass", "neg") and i < head[i] and first.get(head[i], 0) >= 0:
            first[head[i]] = min(first.get(head[i], i), i)
    auxiliaries = {head[i]: tag[i] for i, d in enumerate(dep) if d in ("aux", "auxpass") and tag[i] in FINITE}
    for verb in range(1, len(dep)):
        if pos[verb] != "VERB" or dep[verb] not in ("ROOT", "conj", "ccomp", "advcl"):
            continue
        edge = first.get(verb, verb)
        if edge < 0 or (tag[verb] not in FINITE and verb not in auxiliaries):
            continue
        before = edge - 1
        while before > 0 and pos[before] == "ADV":
            before -= 1
        noun = _hidden_subject(before, verb, head, dep, pos, lower)
        if noun is None:
            continue
        if dep[verb] != "ROOT" and head[verb] > verb:
            continue
        if _under(head, noun, verb) and dep[verb] != "ROOT":
            continue  # "invaded Greece but within days was repulsed"
        if _under(head, verb, noun) or (dep[verb] == "conj" and dep[noun] not in ("conj", "appos")):
            continue  # "the invasion of Sicily launched on July 9"
        passive = any(dep[c] == "auxpass" and head[c] == verb for c in range(edge, verb))
        head[noun], dep[noun] = verb, "nsubjpass" if passive else "nsubj"


def _hidden_subject(
    before: int, verb: int, head: list[int], dep: list[str], pos: list[str], lower: list[str]
) -> int | None:
    """The head of the noun phrase that ends right before a verb and belongs to no other."""
    closed = lower[before] in CLOSERS
    noun = before - 1 if closed else before
    while noun > 0 and noun > verb - FAR:
        above = head[noun]
        if above > noun and pos[above] in NOUNS and above <= before:
            noun = above
        elif closed and dep[noun] == "appos" and above < noun and any(t in CLOSERS for t in lower[above + 1 : noun]):
            noun, closed = above, False
        elif dep[noun] == "pobj" and lower[above] == "of" and dep[above] == "prep" and pos[head[above]] in NOUNS:
            noun = head[above]
        else:
            break
    if closed or pos[noun] not in (*NOUNS, "PRON") or dep[noun] not in HIDING:
        return None
    above = head[noun]
    if dep[noun] == "conj":
        if dep[verb] == "ROOT" and "," not in lower[above:noun]:
            return None
        return noun if pos[above] in NOUNS else None
    return noun


def _under(head: list[int], token: int, above: int) -> bool:
    while head[token] != token:
        token = head[token]
        if token == above:
            return True
    return False


def lift_finite_conjuncts(head: list[int], tag: list[str], dep: list[str]) -> None:
    """Coordinate finite verbs with finite verbs: "appealed to the UN to send troops and demanded an apology"."""
    for i, d in enumerate(dep):
        if d == "conj" and tag[i] in ("VBD", "VBZ") and tag[head[i]] in ("VB", "VBG"):
            above = head[i]
            while head[above] != above and tag[above] not in ("VBD", "VBZ", "VBP"):
                above = head[above]
            if tag[above] in ("VBD", "VBZ", "VBP"):
                head[i] = above


def free_second_verbs(head: list[int], tag: list[str], dep: list[str], pos: list[str]) -> None:
    """Make the participle of "denounced the leader and severed diplomatic relations" the second verb that it is."""
    for i in range(1, len(dep)):
        noun = head[i]
        if tag[i] in ("VBN", "VBD") and dep[i] == "amod" and dep[i - 1] == "cc" and dep[noun] == "conj" and noun > i:
            verb = head[noun]
            if verb < i and tag[verb] in ("VBD", "VBN", "VBZ") and pos[verb] == "VERB":
                head[i], dep[i], tag[i], pos[i] = verb, "conj", tag[verb], "VERB"
                head[noun], dep[noun] = i, "dobj"
                for c in range(noun + 1, min(noun + 40, len(dep))):
                    if dep[c] == "conj" and head[c] == noun and pos[c] == "VERB":
                        head[c] = i


def resume_after_dashes(head: list[int], tag: list[str], dep: list[str], pos: list[str], lower: list[str]) -> None:
    """Give a clause its verb back after an insertion between dashes.

    In "the government—which had amassed troops—arrested members of the delegation" the parser takes `arrested` for an
    adjective of `members`; its subject stands before the first dash.
    """
    opened = -FAR
    for i in range(1, len(lower) - 1):
        if lower[i] not in DASHES:
            continue
        verb = i + 1
        if i - opened < FAR and tag[verb] == "VBN" and dep[verb] == "amod" and pos[opened - 1] in NOUNS:
            noun, subject = head[verb], opened - 1
            if noun <= verb:
                continue
            while dep[subject] in ("compound", "pobj", "prep", "conj") and head[subject] < subject:
                subject = head[subject]
            head[verb], dep[verb], tag[verb] = head[subject], "ccomp", "VBD"
            if dep[subject] in ("nsubj", "ROOT") and head[subject] != subject:
                head[subject] = verb
            else:
                head[verb] = verb if head[subject] == subject else head[subject]
                head[subject], dep[subject] = verb, "nsubj"
            dep[subject] = "nsubj"
            head[noun], dep[noun] = verb, "dobj"
            for c in range(opened + 1, len(lower)):
                if dep[c] == "conj" and c < i and head[c] == subject:
                    dep[c] = "appos"
                elif dep[c] == "conj" and opened < head[c] < i < c:
                    head[c] = verb
                if lower[c] == "." and c > i:
                    break
            opened = -FAR
        else:
            opened = i


def resume_after_names(head: list[int], tag: list[str], dep: list[str], pos: list[str], lower: list[str]) -> None:
    """Make a participle after an apposition the first verb: "the President, Cleveland, opposed annexation and tried".

    The parser takes `opposed` for an adjective of a second apposition.
    """
    for i in range(2, len(dep)):
        noun = head[i]
        if tag[i] != "VBN" or dep[i] != "amod" or noun < i or lower[i - 1] != "," or dep[noun] != "appos":
            continue
        subject = head[noun]
        verb = head[subject]
        named = any(head[c] == subject and dep[c] == "appos" for c in range(subject + 1, i - 1))
        if named and dep[subject] == "nsubj" and verb > noun and tag[verb] in FINITE and "and" in lower[noun:verb]:
            above = i if head[verb] == verb else head[verb]
            head[i], dep[i], tag[i], pos[i] = above, dep[verb], tag[verb], "VERB"
            head[verb], dep[verb] = i, "conj"
            head[subject], head[noun], dep[noun] = i, i, "dobj"
            for c in range(subject):
                if head[c] == verb:
                    head[c] = i


def resume_after_clauses(head: list[int], tag: list[str], dep: list[str], lower: list[str]) -> None:
    """Make a participle after a relative clause its noun's verb: "Russia, which had taken it, promised to leave"."""
    described: dict[int, int] = {}
    for i, d in enumerate(dep):
        if d == "relcl":
            described[head[i]] = i
        elif d == "acl" and tag[i] == "VBN" and lower[i - 1] == "," and head[i] < described.get(head[i], -1) < i:
            dep[i], tag[i] = "relcl", "VBD"
