"""Rows of the event table from an annotated Doc: predicates, their two sides, date, place, factuality, confidence."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.document import Layout, SentenceSpan, layout_of
from pipeline.events.arguments import Roles, verb_roles
from pipeline.events.confidence import confidence_of, features
from pipeline.events.data import Cues, load_cues
from pipeline.events.dating import Timeline, When
from pipeline.events.duplicates import find_duplicates
from pipeline.events.factuality import factuality_of, speaker
from pipeline.events.fill import Actors, Side
from pipeline.events.ontology import load_ontology
from pipeline.events.parse import VERBS, Parse, parse_of
from pipeline.events.predicates import Predicate, predicates_of
from pipeline.schema import Event
from pipeline.settings import EventsSettings

TARGET_PREPOSITIONS = (
    "against",
    "with",
    "to",
    "from",
    "on",
    "into",
    "for",
    "over",
    "of",
    "between",
    "along",
    "toward",
    "towards",
    "in",
    "at",
)


def find_events(doc: Doc, settings: EventsSettings | None = None) -> list[Event]:
    """Events of a Doc whose dates, mentions and actors are known (`doc._.dates`, `doc._.mentions`, `doc._.actors`).

    Parameters
    ----------
    doc : Doc
        Annotated text.
    settings : EventsSettings, optional
        Which ontology to use.

    Returns
    -------
    list of Event
        In order of appearance; events told twice carry `duplicate_of`.

    Raises
    ------
    DataError
        When the ontology or the cue words cannot be read.
    """
    events = [event for event, _ in described_events(doc, settings or EventsSettings())]
    find_duplicates(events)
    return events


def described_events(doc: Doc, settings: EventsSettings) -> list[tuple[Event, list[str]]]:
    """Events of a Doc, each with the features that its confidence was computed from (see `confidence.features`)."""
    cues = load_cues()
    ontology = load_ontology(settings.ontology)
    layout = layout_of(doc)
    actors = Actors(doc, layout, doc._.mentions or [], doc._.actors or [], doc._.dates or [])
    parse = parse_of(doc, frozenset(actors.by_head))
    timeline = Timeline(parse, layout, doc._.dates or [], cues)
    described: list[tuple[Event, list[str]]] = []
    for sentence in layout.sentences:
        block = layout.blocks[sentence.block]
        timeline.enter(sentence.start, block.start, block.section)
        found = predicates_of(parse, sentence.start, sentence.end, ontology, actors, cues)
        triggers = {p.token: p.is_noun for p in found}
        implied = {p.token: p.coding.factuality for p in found if p.coding.factuality}
        for p in found:
            when = timeline.when(p.token, p.is_noun, sentence.start, triggers)
            described.append(_event(doc, layout, sentence, parse, p, when, implied, actors, cues))
        timeline.leave(sentence.start)
    _number([event for event, _ in described])
    return described


def _event(
    doc: Doc,
    layout: Layout,
    sentence: SentenceSpan,
    parse: Parse,
    predicate: Predicate,
    when: When,
    implied: dict[int, str],
    actors: Actors,
    cues: Cues,
) -> tuple[Event, list[str]]:
    source, target = sides(parse, predicate, actors, cues)
    coding = predicate.coding
    start, end, trigger = layout.span(doc, *predicate.span)
    place_id, place_text = _place(parse, predicate.roles, actors, cues)
    said = [m for h in speaker(parse, predicate.token, cues) if (m := actors.by_head.get(h))]
    factuality = factuality_of(parse, predicate.token, cues, implied)
    document = layout.document
    event = Event(
        event_id=f"{document.doc_id}:e{start}-{end}-{coding.event_type}",
        doc_id=document.doc_id,
        sentence_id=sentence.sentence_id,
        start=start,
        end=end,
        trigger=trigger,
        event_type=coding.event_type,
        mode=coding.mode,
        cameo=coding.cameo,
        quad_class=coding.quad_class,
        goldstein=coding.goldstein,
        source_ids=source.ids,
        source_sectors=source.sectors,
        source_text=source.text,
        target_ids=target.ids,
        target_sectors=target.sectors,
        target_text=target.text,
        place_id=place_id,
        place_text=place_text,
        date_edtf=when.edtf,
        date_start=when.start,
        date_end=when.end,
        date_id=when.date_id,
        date_basis=when.basis,
        factuality=factuality,
        claimed_by=said[0].actor_id[0] if said else "",
        confidence=0.0,
        duplicate_of="",
        evidence=document.text[sentence.source_start : sentence.source_end],
    )
    known = features(event, coding.confidence, source, target, predicate.is_noun, predicate.roles)
    event.confidence = confidence_of(known)
    return event, known


def sides(parse: Parse, predicate: Predicate, actors: Actors, cues: Cues) -> tuple[Side, Side]:
    """Source and target of a predicate.

    Where the text names both parties of a mutual act as one ("Iraq and Iran signed"), each is source and target, as in
    PLOVER's SRC/TAR.
    """
    coding, roles, noun = predicate.coding, predicate.roles, predicate.is_noun
    lemma = parse.lemma[predicate.token]
    doers = [h for spec in coding.source.split("|") for h in _candidates(spec, roles, noun, lemma, actors, cues)]
    if noun:
        doers += _candidates("subject", roles, noun, lemma, actors, cues)
    source = _first(parse, doers, actors, cues, Side())
    if not source.ids and roles.passive and not roles.subject:
        owner = _owner_side(parse, roles.object, actors, cues)
        source = owner or (source if source.heads != roles.object else Side())
    if not coding.target:
        return source, source if coding.reciprocal and len(source.ids) > 1 else Side()
    others = [h for spec in coding.target for h in _candidates(spec, roles, noun, lemma, actors, cues)]
    others += _clause(parse, roles, cues)
    # what the entry does not foresee may still name the other party; the first roles decide the words
    if not noun:
        others += [h for spec in ("object", "indirect") for h in _role(spec, roles, noun)]
    others += [heads for p in TARGET_PREPOSITIONS for heads in _role(f"prep:{p}", roles, noun)]
    target = _first(parse, others, actors, cues, source)
    if coding.reciprocal and len(source.ids) > 1 and not target.ids:
        target = source
    return source, target


def _first(parse: Parse, candidates: list[list[int]], actors: Actors, cues: Cues, taken: Side) -> Side:
    """The first candidate that leads to an actor, else the first that has words; actors of `taken` do not count."""
    best = Side()
    for heads in candidates:
        left = [h for h in heads if h not in taken.heads]
        if left:
            side = actors.side(parse, left, cues)
            side.ids = [a for a in side.ids if a not in taken.ids]
            if side.ids:
                return side
            if side.text and not best.text:
                best = side
    return best


def _owner_side(parse: Parse, objects: list[int], actors: Actors, cues: Cues) -> Side | None:
    """Who acts where a passive leaves it out: "the American Embassy was closed", "British troops were withdrawn"."""
    for o in objects:
        if parse.lemma[o] in cues.belongings:
            side = actors.side(parse, [o], cues)
            if side.ids:
                return side
    return None


def _clause(parse: Parse, roles: Roles, cues: Cues) -> list[list[int]]:
    """Whom the clause of "threatened to ...", "demanded that ..." concerns: its subject, object, prepositions."""
    if roles.xcomp is None or parse.pos[roles.xcomp] not in VERBS:
        return []
    inner = verb_roles(parse, roles.xcomp, cues)
    own = parse.kids(roles.xcomp, "nsubj", "nsubjpass")
    found = [own, inner.object, inner.indirect, *(inner.near.get(p, []) for p in TARGET_PREPOSITIONS)]
    found += [inner.far.get(p, []) for p in TARGET_PREPOSITIONS]
    if inner.xcomp is not None and inner.xcomp != roles.xcomp:
        found += _clause(parse, inner, cues)
    return [f for f in found if f]


def _candidates(spec: str, roles: Roles, noun: bool, lemma: str, actors: Actors, cues: Cues) -> list[list[int]]:
    """Head tokens of a role of the ontology ("subject", "object", "prep:with", "both"), the likeliest first."""
    if spec == "both":
        own = _candidates("subject", roles, noun, lemma, actors, cues)
        between = [*_role("prep:between", roles, noun), *_role("prep:among", roles, noun)]
        return [*between, *own] if noun else [*own, *between, *_role("object", roles, noun)]
    if not noun:
        return _role(spec, roles, noun)
    modifiers = [m for m in roles.modifiers if m in actors.by_head or m in actors.covering]
    if spec in ("subject", "poss"):
        found = [roles.poss, modifiers if not _is_place(modifiers, actors) else [], roles.near.get("by", [])]
        if lemma in cues.doer_of:
            found.append(roles.near.get("of", []))
        found += [roles.subject]
    elif spec == "object":
        of = roles.near.get("of", [])
        if lemma in cues.doer_of and not roles.poss:
            of = []
        found = [of, *(roles.near.get(p, []) for p in ("against", "on", "to", "with", "into", "in", "from"))]
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
        name = spec.removeprefix("prep:")
        found = [roles.near.get(name, []), roles.far.get(name, [])]
    else:
        found = []
    return [f for f in found if f]


def _place(parse: Parse, roles: Roles, actors: Actors, cues: Cues) -> tuple[str, str]:
    for group in (roles.near, roles.far):
        for prep, heads in group.items():
            if prep in cues.place_prepositions:
                for h in heads:
                    if actors.kind(h) in ("PLACE", "STATE"):
                        m = actors.by_head[h]
                        return m.actor_id[0], m.text
    return "", ""


def _number(events: list[Event]) -> None:
    """Tell apart rows of one trigger and type."""
    seen: dict[str, int] = {}
    for e in events:
        n = seen[e.event_id] = seen.get(e.event_id, 0) + 1
        if n > 1:
            e.event_id = f"{e.event_id}.{n}"
