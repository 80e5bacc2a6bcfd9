"""Rows of the event table from an annotated Doc: predicates, their two sides, date, place, factuality, confidence."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

from pipeline.actors.knowledge import load_knowledge
from pipeline.document import Layout, SentenceSpan, layout_of
from pipeline.events.arguments import Roles
from pipeline.events.confidence import About, confidence_of, features
from pipeline.events.counterparts import complete_parties
from pipeline.events.data import Cues, load_cues
from pipeline.events.dating import Timeline, When, is_present
from pipeline.events.discourse import Discourse
from pipeline.events.duplicates import find_duplicates
from pipeline.events.factuality import factuality_of, speaker
from pipeline.events.fill import Actors, Side, join_lists
from pipeline.events.implied import Story, Telling, complete_sources
from pipeline.events.ontology import load_ontology
from pipeline.events.parse import Parse, free_subjects, parse_of
from pipeline.events.parties import sides
from pipeline.events.predicates import Predicate, predicates_of
from pipeline.schema import Event
from pipeline.settings import EventsSettings

#: Dependents that say whose or which event a noun names.
DEFINING = ("poss", "amod", "compound", "nmod", "prep")
#: Share of first-person words from which on a text is a speech.
SPEECH = 0.006


def find_events(doc: Doc, settings: EventsSettings | None = None, knowledge: str = "") -> list[Event]:
    """Events of a Doc whose dates, mentions and actors are known (`doc._.dates`, `doc._.mentions`, `doc._.actors`).

    Parameters
    ----------
    doc : Doc
        Annotated text.
    settings : EventsSettings, optional
        Which ontology to use.
    knowledge : str, optional
        Folder of the knowledge base that the actors come from.

    Returns
    -------
    list of Event
        In order of appearance; events told twice carry `duplicate_of`.

    Raises
    ------
    DataError
        When the ontology or the cue words cannot be read.
    """
    settings = settings or EventsSettings()
    events = [
        event
        for event, _ in described_events(doc, settings, knowledge)
        if event.confidence >= settings.min_confidence or names_somebody(event)
    ]
    find_duplicates(events)
    return events


def names_somebody(event: Event) -> bool:
    """Whether a row has a side, be it only in words."""
    return bool(event.source_ids or event.target_ids or event.source_text or event.target_text)


@dataclass(slots=True)
class Reading:
    """What the sentences of a text tell before the text around them completes it."""

    layout: Layout
    story: Story
    told: list[tuple[SentenceSpan, Telling, When, dict[int, str]]]
    speech: bool


def read_story(doc: Doc, settings: EventsSettings, knowledge: str = "") -> Reading:
    """Events of a Doc with the parties that their own sentences give them."""
    cues = load_cues()
    ontology = load_ontology(settings.ontology)
    layout = layout_of(doc)
    actors = Actors(doc, layout, doc._.mentions or [], doc._.actors or [], doc._.dates or [])
    parse = parse_of(doc, frozenset(actors.by_head))
    free_subjects(parse, [(d.token_start, d.token_end) for d in doc._.dates or []])
    join_lists(parse, actors)
    timeline = Timeline(parse, layout, doc._.dates or [], cues)
    discourse = Discourse(doc._.mentions or [], doc._.actors or [], load_knowledge(knowledge))
    told: list[tuple[SentenceSpan, Telling, When, dict[int, str]]] = []
    for number, sentence in enumerate(layout.sentences):
        block = layout.blocks[sentence.block]
        timeline.enter(sentence.start, block.start, block.section)
        found = predicates_of(parse, sentence.start, sentence.end, ontology, actors, cues)
        here = actors.between(sentence.start, sentence.end) if found else []
        triggers = {p.token: p.is_noun for p in found if not p.background}
        implied = {p.token: p.coding.factuality for p in found if p.coding.factuality}
        for p in found:
            when = timeline.when(p.token, p.is_noun, sentence.start, triggers)
            source, target = sides(parse, p, actors, discourse, number, here, when.start, cues)
            if p.background or not idle(parse, p, source, target, when, cues):
                told.append((sentence, Telling(number, p, source, target), when, implied))
        timeline.leave(sentence.start)
    story = Story(parse, [telling for _, telling, _, _ in told], actors, discourse, cues)
    return Reading(layout, story, told, is_speech(parse, cues))


def described_events(doc: Doc, settings: EventsSettings, knowledge: str = "") -> list[tuple[Event, list[str]]]:
    """Events of a Doc, each with the features that its confidence was computed from (see `confidence.features`)."""
    reading = read_story(doc, settings, knowledge)
    story = reading.story
    if not reading.speech:
        complete_sources(story)
        complete_parties(story)
    described = [
        _event(doc, reading, sentence, t, when, implied)
        for sentence, t, when, implied in reading.told
        if not t.predicate.background
    ]
    _number([event for event, _ in described])
    return described


def is_speech(parse: Parse, cues: Cues) -> bool:
    """Whether a text is somebody's own speech, by how often it says "we" and "I"."""
    return sum(map(cues.speakers.__contains__, parse.lower)) > SPEECH * len(parse.lower)


def _event(
    doc: Doc, reading: Reading, sentence: SentenceSpan, telling: Telling, when: When, implied: dict[int, str]
) -> tuple[Event, list[str]]:
    layout, story, speech = reading.layout, reading.story, reading.speech
    parse, actors, cues = story.parse, story.actors, story.cues
    predicate, source, target = telling.predicate, telling.source, telling.target
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
    about = About(
        bool(target.ids) and all(actors.types.get(a) == "PLACE" for a in target.ids),
        sentence.end - sentence.start,
        any(parse.lower[t] in cues.speakers for t in range(sentence.start, sentence.end)),
        not predicate.is_noun and is_present(parse, predicate.token),
        "" if predicate.is_noun else parse.dep[predicate.token],
        predicate.is_noun and parse.kid(predicate.token, *DEFINING) is None,
        speech,
    )
    known = features(event, coding.confidence, source, target, predicate, about)
    event.confidence = confidence_of(known)
    return event, known


def idle(parse: Parse, predicate: Predicate, source: Side, target: Side, when: When, cues: Cues) -> bool:
    """Whether a clause in the present tells no event: exhortations ("let us", "we must"), habits, nobody's purposes."""
    token = predicate.token
    if parse.dep[token] == "relcl" and any(parse.lower[c] in cues.able_to for c in parse.kids(token, "aux")):
        return True  # "a diplomat whom both sides could accept"
    dated = when.basis in ("clause", "sentence")
    if dated or not is_present(parse, predicate.token):
        return False
    if _wished(parse, predicate.token, cues):
        return True
    if predicate.is_noun:
        return not source.ids and not target.ids
    subject = [parse.lower[s] for s in predicate.roles.subject]
    if any(s in cues.first_person for s in subject):
        return not target.ids or parse.lemma[predicate.token] in cues.first_person
    nobody = not source.ids and not target.ids
    return nobody and (not source.text or parse.tag[predicate.token] == "VB")


def _wished(parse: Parse, token: int, cues: Cues) -> bool:
    """Whether a clause tells what ought to be: "must be allowed", "the right to leave", "we hope to"."""
    if any(parse.lower[c] in cues.deontic for c in parse.kids(token, "aux")):
        return True
    below = token
    for a in parse.ancestors(token):
        if parse.lemma[a] in cues.rights and parse.dep[below] in ("acl", "relcl", "prep"):
            return True
        ought = parse.lemma[a] in cues.hopes or any(parse.lower[c] in cues.deontic for c in parse.kids(a, "aux"))
        shared = parse.dep[below] == "conj" and parse.tag[below] == "VB"
        if ought and (shared or parse.dep[below] in ("ccomp", "xcomp", "advcl", "acl")):
            return True
        below = a
    return False


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
