"""Source and target of a predicate: the ontology's roles, the parse's arguments, and what the discourse supplies."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.events.arguments import Roles, noun_doer, verb_roles
from pipeline.events.data import Cues
from pipeline.events.discourse import Discourse
from pipeline.events.fill import Actors, Side
from pipeline.events.parse import RELATIVES, VERBS, Parse
from pipeline.events.predicates import Predicate

#: Prepositions that may lead to the other party where the entry does not foresee it; of the loose, only to an actor.
NAMING = ("against", "with", "to", "from", "on", "into", "toward", "towards")
#: PLOVER's quad class of material conflict.
HOSTILE = 4
#: Those of them that may also say when.
TIMING = ("in", "at", "for", "over")
LOOSE = ("over", "for", "between", "along", "of", "in", "at", "across")


def sides(
    parse: Parse,
    predicate: Predicate,
    actors: Actors,
    discourse: Discourse,
    sentence: int,
    here: list[str],
    date: str,
    cues: Cues,
) -> tuple[Side, Side]:
    """Source and target of a predicate.

    Where the text names both parties of a mutual act as one ("Iraq and Iran signed"), each is source and target, as in
    PLOVER's SRC/TAR.
    """
    coding, token = predicate.coding, predicate.token
    source, target = _named(parse, predicate, actors, discourse, cues)
    heads = [token] if predicate.is_noun else predicate.roles.object
    if not source.ids and not target.ids:
        for h in heads:  # "the invasion", "the treaty was terminated"
            doers, others = discourse.told(parse.lemma[h]) if _definite(parse, h) else ([], [])
            if doers or others:
                source = Side(doers, text=source.text, how="discourse")
                target = Side(others, text=target.text, how="discourse")
    posts = [h for h in [*predicate.roles.object, *predicate.roles.subject] if parse.lemma[h] in cues.posts]
    if coding.event_type in cues.harmful:
        posts = []
    if posts and source.ids and not target.ids:  # "the American Embassy in Baku was opened": in whose capital
        hosts = [
            s
            for h in posts
            for p in parse.kids(h, "prep")
            for c in parse.kids(p, "pobj")
            if parse.lower[p] in ("in", "at") and (s := discourse.seat_named(parse.lower[c], date))
        ]
        target = Side([s for s in hosts[:1] if s not in source.ids], text=target.text, how="far")
    named = coding.reciprocal or _about_two(parse, predicate, cues)
    words = target if source.ids else source
    named_two = [h for p in ("between", "among") for heads in _after(p, predicate.roles) for h in heads]
    # "fighting broke out between the two communities"; "between the two countries" are those of the text
    between = predicate.is_noun and bool(named_two) and not _has(parse, named_two, cues.couples)
    spoken = between or (bool(words.text) and not posts and not _has(parse, words.heads, cues.bilateral))
    if named and coding.event_type in cues.bilateral_types and not spoken and not (source.ids and target.ids):
        told = predicate.is_noun and _definite(parse, token)
        known = [*source.ids, *target.ids]
        # a meeting of nobody in particular; "before Congress met in December"
        vague = predicate.is_noun and not told and not known
        bodies = _has(parse, source.heads, cues.assemblies)
        alone = coding.event_type == "CONSULT" and (bodies or discourse.is_body(known))
        hostile = coding.quad_class == HOSTILE
        pair = [] if alone else discourse.pair(sentence, [] if told else here, known, hostile, vague)
        if pair and parse.pos[token] != "PROPN":
            source, target = discourse.complete(pair, source, target)
    if named and coding.event_type in cues.bilateral_types:
        source.ids += [s for s in _served(parse, source, actors) if s not in source.ids]
        # an envoy who signs or presents credentials acts for a state
        source.ids = [*source.ids, *(s for s in discourse.states(source.ids) if s not in [*source.ids, *target.ids])]
    if not target.ids and coding.mode in cues.domestic and len(source.ids) == 1:
        state = discourse.state(source.ids[0])
        if state:
            target = Side([state], text=target.text, how="discourse")
    for here_side, there in ((source, target), (target, source)):
        places = [a for a in here_side.ids if actors.types.get(a) == "PLACE"]
        if places and len(places) == len(here_side.ids):
            found = [(discourse.state(a) if len(places) == 1 else "") or discourse.seat(a, date) for a in places]
            here_side.ids = [*places, *(s for s in dict.fromkeys(found) if s and s not in there.ids)]
    if not target.ids and coding.target and not predicate.is_noun and source.ids:
        other = _implied_target(parse, predicate, actors, discourse, sentence, source, target, cues)
        if other:
            target = Side(other, text=target.text, how="discourse")
    discourse.follow(sentence, token, coding.event_type, source, target, cues)
    # "signed the treaty" makes the treaty one between the two; "put down the revolt" tells nothing of who revolted
    made = heads if coding.light or coding.event_type in cues.making else []
    discourse.remember(
        sentence,
        [parse.lemma[h] for h in {token: 0, **dict.fromkeys(made)}],
        coding.quad_class == HOSTILE,
        source,
        target,
    )
    return source, target


def _implied_target(
    parse: Parse,
    predicate: Predicate,
    actors: Actors,
    discourse: Discourse,
    sentence: int,
    source: Side,
    target: Side,
    cues: Cues,
) -> list[str]:
    """Whom a verb is directed at where its own words name no actor."""
    coding, token = predicate.coding, predicate.token
    first = parse.head[token] if parse.dep[token] == "conj" else None
    # "rejected the offer", "his terms"; not "rejected calls for an inquiry"
    things = [h for h in target.heads if parse.lemma[h] in cues.proposals and _known(parse, h)]
    owned = [h for h in target.heads if _belongs(parse, h, source, actors, cues)]
    if _has(parse, target.heads, cues.victims):
        return []  # "persuaded the colonels" names somebody else than the state dealt with last
    reply = parse.lemma[token] in cues.replies
    answers = bool(things) or (coding.event_type in cues.reacting and not target.text)
    # "an offer that Khrushchev made to him"
    named = [heads for h in things if (heads := _makers(parse, h, source.heads))]
    named += _occasions(parse, token) if answers else []
    taken = Side([*source.ids, *discourse.states(source.ids)], heads=source.heads)
    found = _first(parse, named, actors, discourse, cues, taken)
    if found.ids:
        return found.ids
    open_ended = not target.text or bool(things) or bool(owned) or reply
    other = discourse.other_party(sentence, first, coding.event_type, source, open_ended, reply or bool(things), cues)
    if not other:  # "refused to withdraw from Iraq, but began withdrawing forces"
        doers, others = discourse.told(parse.lemma[token])
        other = others if set(doers) & set(source.ids) and parse.dep[token] == "xcomp" else []
    alone = coding.event_type in cues.abroad and (owned or not target.text)
    if not other and (coding.event_type in cues.addressed or alone) and not discourse.stateless(source.ids):
        other = discourse.opposite(sentence, source)
    return other


def _has(parse: Parse, heads: list[int], words: frozenset[str]) -> bool:
    """Whether one of the head words is among these."""
    return bool(heads) and not words.isdisjoint([parse.lemma[h] for h in heads])


def _makers(parse: Parse, noun: int, others: list[int]) -> list[int]:
    """Who made what a noun names, by the clause after it or before it; not the `others`.

    "an offer that Khrushchev made", "a note sent by Hay"; "Moscow proposed a joint fleet, a plan that Mao rejected".
    """
    for c in parse.kids(noun, "relcl", "acl"):
        doers = [s for s in parse.kids(c, "nsubj") if parse.lower[s] not in RELATIVES]
        doers += [p for a in parse.kids(c, "agent") for p in parse.kids(a, "pobj")]
        if doers and not any(d in others for d in doers):
            return doers
    if parse.dep[noun] == "appos":
        verb = next((a for a in parse.ancestors(noun) if parse.pos[a] in VERBS), noun)
        return [s for s in parse.kids(verb, "nsubj") if s not in others]
    return []


def _occasions(parse: Parse, verb: int) -> list[list[int]]:
    """Whose act an answer is to: "when Colombia sought an alliance, Washington declined"."""
    clauses = [
        c
        for c in parse.kids(verb, "advcl")
        if any(parse.lower[m] in ("when", "after") for m in parse.kids(c, "mark", "advmod"))
    ]
    return [parse.kids(c, "nsubj") for c in clauses]


def _about_two(parse: Parse, predicate: Predicate, cues: Cues) -> bool:
    """Whether an act is of two states by its nature: relations, embassies, treaties."""
    heads = predicate.roles.object or predicate.roles.subject
    if predicate.is_noun:
        heads = [predicate.token, *predicate.roles.near.get("of", [])]
    return _has(parse, heads, cues.bilateral)


def _belongs(parse: Parse, head: int, source: Side, actors: Actors, cues: Cues) -> bool:
    """Whether words for a target are the source's own: "troops of their own", "its exclusion"."""
    owners = parse.kids(head, "poss")
    own = [actors.by_head[o] for o in owners if o in actors.by_head]
    return parse.lemma[head] in cues.belongings or any(set(m.actor_id) & set(source.ids) for m in own)


def _is_host(parse: Parse, head: int, cues: Cues) -> bool:
    """Whether only where an embassy stands is said of it, not whose it is."""
    owners = [c for c in parse.kids(head, "poss", "amod", "compound", "nmod") if c in parse.named]
    places = [p for p in parse.kids(head, "prep") if parse.lower[p] in ("in", "at")]
    return parse.lemma[head] in cues.posts and head not in parse.named and bool(places) and not owners


def _is_hosted(parse: Parse, head: int, source: Side, actors: Actors, discourse: Discourse, cues: Cues) -> bool:
    """Whether a post without an owner has been taken for its host's: "the Embassy in N'Djamena" as Chad's."""
    if parse.lemma[head] not in cues.posts or parse.kid(head, "poss", "amod", "compound", "nmod") is not None:
        return False
    places = [c for p in parse.kids(head, "prep") if parse.lower[p] in ("in", "at") for c in parse.kids(p, "pobj")]
    there = [a for c in places if c in actors.by_head for a in actors.by_head[c].actor_id]
    return bool(source.ids) and set(source.ids) <= {*there, *(s for a in there if (s := discourse.state(a)))}


def _served(parse: Parse, source: Side, actors: Actors) -> list[str]:
    """The states in a phrase of two or more envoys: "U.S. Minister Bancroft and Baden's Minister Freydorf signed"."""
    found: dict[str, None] = {}
    for h in source.heads:
        inside = [t for t in parse.subtree(h) if t <= h]
        if actors.kind(h) == "PERSON" and any(parse.lower[t] == "and" for t in inside):
            found |= {a: None for t in inside if actors.kind(t) == "STATE" for a in actors.by_head[t].actor_id}
    return list(found)


def _definite(parse: Parse, noun: int) -> bool:
    return any(parse.lower[c] in ("the", "this", "that", "these", "those") for c in parse.kids(noun, "det"))


def _known(parse: Parse, noun: int) -> bool:
    """Whether a noun takes up something told: definite, possessed, or described by a clause."""
    return _definite(parse, noun) or parse.dep[noun] == "appos" or parse.kid(noun, "poss", "relcl") is not None


def _named(parse: Parse, predicate: Predicate, actors: Actors, discourse: Discourse, cues: Cues) -> tuple[Side, Side]:
    """What the sentence itself names."""
    coding, roles, noun = predicate.coding, predicate.roles, predicate.is_noun
    lemma = parse.lemma[predicate.token]
    doers = [h for spec in coding.source.split("|") for h in _candidates(spec, roles, noun, lemma, actors, cues)]
    if noun:
        doers += _candidates("subject", roles, noun, lemma, actors, cues)
        if coding.reciprocal:
            doers += _clause_subject(parse, predicate.token)
    # "issued a decree that forbade ...": a document does what its author does
    doers += [noun_doer(parse, s, cues) for s in roles.subject if parse.lemma[s] in cues.documents]
    source = _first(parse, doers, actors, discourse, cues, Side(), acting=coding.event_type not in cues.bilateral_types)
    if not source.ids and _has(parse, source.heads, cues.documents):  # "a second letter demanded"
        source = Side(discourse.told(parse.lemma[source.heads[0]])[0], text=source.text, how="discourse")
    if not source.ids and not roles.subject and coding.event_type not in cues.harmful:
        owner = _owner_side(parse, [*roles.object, *roles.near.get("as", [])], actors, discourse, cues)
        source = owner or (source if source.heads != roles.object else Side())
    if roles.passive and any(parse.tag[c] == "PRP$" for h in source.heads for c in parse.kids(h, "poss")):
        patients = _side(parse, roles.object, actors, discourse, cues)
        if set(source.ids) == set(patients.ids):
            source = Side(text=source.text, heads=source.heads)  # "Salamanca was arrested by his generals"
    if not source.ids and _has(parse, source.heads, cues.services):
        local = _first(parse, [roles.near.get(p, []) for p in ("in", "at")], actors, discourse, cues, Side())
        states = [s for a in local.ids if (s := discourse.state(a) or (a if actors.types.get(a) == "STATE" else ""))]
        source = Side(states[:1], text=source.text, heads=source.heads, how="discourse")
    offices = [*roles.near.get("as", []), *roles.near.get("to", []), *roles.far.get("as", [])]
    if not source.ids and not source.text and roles.passive and _has(parse, offices, cues.belongings):
        # "Donnelly was promoted to Ambassador": by the state that he serves
        served = _side(parse, roles.object, actors, discourse, cues)
        states = list(dict.fromkeys(s for a in served.ids if (s := discourse.state(a))))
        source = Side(states, how="discourse") if len(states) == 1 else source
    host = Side()
    if any(
        _is_host(parse, h, cues) or _is_hosted(parse, h, source, actors, discourse, cues) for h in source.heads
    ):  # "the Embassy in Sanaa reopened": whose, the text tells
        host, source = Side(source.ids, text=source.text), Side(text=source.text)
    if not coding.target:
        return source, source if coding.reciprocal and len(source.ids) > 1 else Side()
    others = [h for spec in coding.target for h in _candidates(spec, roles, noun, lemma, actors, cues)]
    if coding.event_type in cues.making and coding.event_type != "DEMAND":  # "delivered the president's letter"
        others = [hs for hs in others if not any(h in roles.object and _is_own(parse, h, cues) for h in hs)]
    addressed = [h for h in [*roles.object, *roles.indirect] if parse.lemma[h] not in cues.proposals | cues.documents]
    clause: list[list[int]] = []
    if not addressed:  # "warned his hosts that Britain would come" is directed at the hosts
        # "announced that he would come back" is not directed at whoever will
        clause = _clause(parse, roles, actors, cues, coding.event_type != "CONSULT")
    first, others = others, []
    if noun and coding.event_type == "DEMAND":  # "at the request of the president, Congress approved the war"
        others += _asked(parse, predicate.token)
    # what the entry does not foresee may still name the other party; the first roles decide the words
    if not noun:
        troops = _has(parse, roles.object, cues.forces)
        means = troops and "object" not in coding.target and coding.event_type == "MOBILIZE"
        others += [h for spec in (("indirect",) if means else ("object", "indirect")) for h in _role(spec, roles, noun)]
        others += _conditions(parse, predicate.token, cues)
    others += [
        heads
        for p in NAMING
        for heads in _after(p, roles)
        if p != "from" or coding.mode != "visit"  # "arrived from Moscow"
        if p != "with" or not _has(parse, heads, cues.backing)  # "won with the help of the CIA"
    ]
    # "as Bulgaria's first Minister to the United States"
    for office in [*roles.near.get("as", []), *roles.far.get("as", [])]:
        if parse.lemma[office] in cues.belongings:
            others += [
                parse.kids(c, "pobj") for c in parse.kids(office, "prep") if parse.lower[c] in ("to", "in", "at")
            ]
    # a state is not the target of its own people, save in acts at home
    own = [s for a in source.ids if (s := discourse.state(a))]
    foreign = Side([*source.ids, *own], heads=source.heads)
    # "Zhou condemned it": not his own state
    pronouns = not noun and any(parse.pos[h] == "PRON" for h in roles.object)
    taken = Side(source.ids, heads=source.heads) if coding.event_type in cues.inward and not pronouns else foreign
    target, kind = Side(), coding.event_type
    # "Galtieri insisted that any agreement must lead to Argentine sovereignty" is not directed at Argentina
    for candidates, barred in ((first, taken), (clause, foreign), (others, taken)):
        found = _first(
            parse, candidates, actors, discourse, cues, barred, told=kind not in cues.making, lifting=kind == "CONCEDE"
        )
        if found.ids or not target.text:
            target = found
        if target.ids:
            break
    target = host if host.ids and not target.ids else target
    amicable = coding.event_type in cues.bilateral_types and coding.event_type != "ASSAULT"
    envoys = any(parse.lemma[h] in cues.belongings or parse.lemma[h] in cues.governments for h in target.heads)
    if amicable and target.how == "far" and not envoys:  # "met the envoy of Tripoli" names whom
        target.ids = [a for a in target.ids if actors.types.get(a) != "PLACE"]  # "signed a treaty in Moscow"
    if not target.ids and not (coding.reciprocal and len(source.ids) > 1):
        posts = _has(parse, [*roles.object, *roles.subject], cues.posts)
        loose = [
            heads
            for p in LOOSE
            for heads in _after(p, roles)
            # "at the end of the term of President Tyler"; "signed at the White House"
            if p not in TIMING or not _has(parse, heads, cues.spans)
            if p != "at" or posts or not amicable
        ]
        found = _first(parse, loose, actors, discourse, cues, taken)
        # "signed in Moscow" says where, not with whom; "disarmed the garrison at Kazan" names whom
        if (amicable or target.text) and not posts:
            found.ids = [a for a in found.ids if actors.types.get(a) != "PLACE"]
        target = found if found.ids else target
    if coding.reciprocal and len(source.ids) > 1 and not target.ids:
        target = source
    return source, target


def _first(
    parse: Parse,
    candidates: list[list[int]],
    actors: Actors,
    discourse: Discourse,
    cues: Cues,
    taken: Side,
    acting: bool = False,
    told: bool = True,
    lifting: bool = False,
) -> Side:
    """The first candidate that leads to an actor, else the first that has words; actors of `taken` do not count."""
    best = Side()
    for heads in candidates:
        left = [h for h in heads if h not in taken.heads]
        if left:
            side = _side(parse, left, actors, discourse, cues, acting, taken.ids)
            side.ids = [a for a in side.ids if a not in taken.ids]
            if side.ids:
                return side
            for h in left:  # "condemned the invasion": whoever invaded
                doers, others = discourse.told(parse.lemma[h])
                doers = others if lifting else doers
                doers = [a for a in doers if a not in taken.ids]
                if doers and parse.pos[h] == "NOUN" and _definite(parse, h) and taken.heads and told:
                    return Side(doers, text=side.text, heads=[h], how="discourse")
            if side.text and not best.text:
                best = side
    return best


def _side(
    parse: Parse,
    heads: list[int],
    actors: Actors,
    discourse: Discourse,
    cues: Cues,
    acting: bool = False,
    taken: Collection[str] = (),
) -> Side:
    """Actors of an argument; an embassy or a fleet that only the text knows stands for its state."""
    side = actors.side(parse, heads, cues, acting, taken)
    lemmas = [parse.lemma[h] for h in heads]
    if not cues.governments.isdisjoint(lemmas):  # "the Ba'athist government"
        led = [a for a in side.ids if actors.types.get(a) in ("PARTY", "PERSON") or a.startswith("local:")]
        states = [s for a in led if (s := discourse.state(a))]
        side.ids = [a for a in side.ids if actors.types.get(a) != "PARTY" or not discourse.state(a)]
        side.ids += [s for s in dict.fromkeys(states) if s not in side.ids]
    if not side.ids and not cues.attackers.isdisjoint(lemmas):  # "demanded that the invaders withdraw"
        side.ids, side.how = discourse.attackers(), "discourse"
    if not cues.belongings.isdisjoint(lemmas):
        side.ids = list(dict.fromkeys(discourse.state(a) or a if a.startswith("local:") else a for a in side.ids))
    ids = []
    for a in side.ids:
        if actors.types.get(a) == "PLACE" and not cues.waters.isdisjoint(a.replace(":", "-").split("-")):
            continue  # "across the Atlantic"
        posts = actors.types.get(a) == "ORGANIZATION" and any(w in cues.posts for w in a.replace(":", "-").split("-"))
        state = discourse.state(a) if posts else a
        ids += [state] if state and state not in ids else []
    side.ids = ids
    return side


def _clause_subject(parse: Parse, noun: int) -> list[list[int]]:
    """Who took part in what an adverbial names: "In discussions with the United States, Britain hinted ..."."""
    prep = parse.head[noun]
    if parse.dep[noun] == "pobj" and parse.dep[prep] == "prep" and parse.pos[parse.head[prep]] in VERBS:
        subject = parse.kids(parse.head[prep], "nsubj")
        return [subject] if subject and parse.lower[prep] in ("in", "during", "at", "after", "following") else []
    return []


def _asked(parse: Parse, noun: int) -> list[list[int]]:
    """Who does what somebody asks for: "At the request of Washington, the organization voted ..."."""
    prep = parse.head[noun]
    if parse.dep[noun] == "pobj" and parse.lower[prep] in ("at", "upon", "on") and parse.pos[parse.head[prep]] in VERBS:
        return [s for s in [parse.kids(parse.head[prep], "nsubj")] if s]
    return []


def _is_own(parse: Parse, head: int, cues: Cues) -> bool:
    """Whether words are a document that is somebody's: "the president's letter" names who wrote it."""
    return parse.lemma[head] in cues.documents and parse.kid(head, "poss") is not None


def _owner_side(parse: Parse, objects: list[int], actors: Actors, discourse: Discourse, cues: Cues) -> Side | None:
    """Who acts where a passive leaves it out: "the American Embassy was closed", "British troops were withdrawn"."""
    for o in objects:
        before = [t for t in parse.subtree(o) if t < o] if actors.kind(o) in ("PERSON", "STATE") else []
        if _has(parse, before, cues.belongings):
            # "American Envoy Solon Borland was appointed", "the U.S. Consulate General was elevated"
            mine = [o] if actors.kind(o) == "STATE" else [t for t in before if actors.kind(t) == "STATE"]
            return Side([a for t in mine[:1] for a in actors.by_head[t].actor_id], how="far")
        parts = [p for c in parse.kids(o, "prep") if parse.lower[c] == "of" for p in parse.kids(c, "pobj")]
        if any(parse.lemma[p] in cues.belongings for p in (o, *parts)):  # "the last of its troops"
            side = _side(parse, [o], actors, discourse, cues)
            if side.ids and not all(actors.types.get(a) == "PLACE" for a in side.ids):  # not "the Embassy in Valletta"
                return side
    return None


def _clause(parse: Parse, roles: Roles, actors: Actors, cues: Cues, subject: bool = True) -> list[list[int]]:
    """Whom the clause of "threatened to ...", "demanded that ..." concerns: its subject, object, prepositions."""
    if roles.xcomp is None or parse.pos[roles.xcomp] not in VERBS:
        return []
    inner = verb_roles(parse, roles.xcomp, cues)
    own = parse.kids(roles.xcomp, "nsubj", "nsubjpass") if subject else []
    things = [h for h in [*own, *inner.object] if actors.kind(h) == "PLACE"]  # "promised to return Louisiana to France"
    own, objects = ([h for h in heads if h not in things] for heads in (own, inner.object))
    found = [own, objects, inner.indirect, *(inner.near.get(p, []) for p in (*NAMING, *LOOSE))]
    found += [inner.far.get(p, []) for p in (*NAMING, *LOOSE)]
    found += _conditions(parse, roles.xcomp, cues)
    found.append(things)
    if inner.xcomp is not None and inner.xcomp != roles.xcomp:
        found += _clause(parse, inner, actors, cues)
    return [f for f in found if f]


def _conditions(parse: Parse, verb: int, cues: Cues) -> list[list[int]]:
    """Whose act a verb depends on: "would intervene if the Americans entered North Korea"."""
    clauses = [
        c for c in parse.kids(verb, "advcl") if any(parse.lower[m] in cues.conditional for m in parse.kids(c, "mark"))
    ]
    return [parse.kids(c, "nsubj") for c in clauses]


def _candidates(spec: str, roles: Roles, noun: bool, lemma: str, actors: Actors, cues: Cues) -> list[list[int]]:
    """Head tokens of a role of the ontology ("subject", "object", "prep:with", "both"), the likeliest first."""
    if spec == "both":
        own = _candidates("subject", roles, noun, lemma, actors, cues)
        between = [*_role("prep:between", roles, noun), *_role("prep:among", roles, noun)]
        return [*between, *own] if noun else [*own, *between, *([] if own else _role("object", roles, noun))]
    if not noun:
        return _role(spec, roles, noun)
    modifiers = [m for m in roles.modifiers if m in actors.by_head or m in actors.covering]
    suffered = lemma in cues.suffered and all(actors.kind(p) == "PERSON" for p in roles.poss)
    if spec in ("subject", "poss") and suffered and not roles.near.get("of"):
        found = [roles.near.get("by", []), roles.subject]  # "Sadat's assassination"
    elif spec in ("subject", "poss"):
        found = [roles.poss, modifiers if not _is_place(modifiers, actors) else [], roles.near.get("by", [])]
        if lemma in cues.doer_of:
            found.append(roles.near.get("of", []))
        found += [roles.subject]
    elif spec == "object":
        of = roles.near.get("of", [])
        if lemma in cues.doer_of and not roles.poss:
            of = []
        found = [
            roles.poss if suffered else [],
            of,
            *(roles.near.get(p, []) for p in ("against", "on", "to", "with", "into", "in", "from")),
        ]
        found += [roles.far.get(p, []) for p in ("against", "on", "to", "with")]
        found += [roles.indirect, roles.object]
    else:
        found = _role(spec, roles, noun)
    return [f for f in found if f]


def _is_place(heads: list[int], actors: Actors) -> bool:
    return bool(heads) and all(actors.kind(h) == "PLACE" for h in heads)


def _role(spec: str, roles: Roles, noun: bool) -> list[list[int]]:
    if spec == "subject":
        found = [roles.subject]
    elif spec == "object":
        found = [roles.object] if not noun else [roles.near.get("of", []), roles.object]
    elif spec in ("indirect", "dative"):
        found = [roles.indirect]
    elif spec == "poss":
        found = [roles.poss]
    elif spec.startswith("prep:"):
        return _after(spec[5:], roles)
    else:
        return []
    return [f for f in found if f]


def _after(prep: str, roles: Roles) -> list[list[int]]:
    """What a preposition leads to: of the predicate itself, and of its object."""
    found = []
    if heads := roles.near.get(prep):
        found.append(heads)
    if heads := roles.far.get(prep):
        found.append(heads)
    return found
