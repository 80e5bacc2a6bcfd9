"""The stage: recognise names, link them, read the rest in order, and write mentions and actors down."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache

from spacy.attrs import IDX
from spacy.tokens import Doc

from pipeline.actors.coreference import Reader, administration
from pipeline.actors.discourse import Found, head_of
from pipeline.actors.knowledge import Knowledge, load_knowledge
from pipeline.actors.lexicon import Lexicon, load_lexicon
from pipeline.actors.linking import Linker
from pipeline.actors.moments import Moments
from pipeline.actors.naming import ADJECTIVE, NAME, Name
from pipeline.actors.nominals import nouns_at
from pipeline.actors.own import OwnActors, load_own, spans
from pipeline.actors.ranker import load_weights
from pipeline.actors.recognise import Recogniser
from pipeline.actors.referents import Referent
from pipeline.actors.tokens import Tokens, read_tokens
from pipeline.document import Layout, layout_of
from pipeline.errors import DataError
from pipeline.paths import models_dir
from pipeline.schema import Actor, Mention
from pipeline.settings import ActorsSettings

_ALIASES_SHOWN = 60
_ADMINISTRATIONS = ("administration", "administrations")


RANKER = "ranker"


@dataclass(frozen=True, slots=True)
class Scores:
    """How often a link of each kind and rule is right, and how what the ranker says is to be corrected."""

    rates: dict[str, float]
    slope: float
    intercept: float

    def of(self, kind: str, method: str, said: float = -1.0) -> float:
        """Probability that a link is right; `said` is the ranker's own probability, where it decided."""
        if said < 0:
            return self.rates.get(f"{kind}: {method}", self.rates[kind])
        return expit(self.slope * logit(said) + self.intercept)

    def said(self, score: float) -> float:
        """What the ranker had said where `of` makes this of it."""
        return expit((logit(score) - self.intercept) / self.slope)


def expit(odds: float) -> float:
    """The probability of log odds."""
    return 1 / (1 + math.exp(-odds))


def logit(probability: float) -> float:
    """The log odds of a probability, kept off their infinities."""
    p = min(max(probability, 0.001), 0.999)
    return math.log(p / (1 - p))


@cache
def method_scores() -> Scores:
    """The fitted probabilities of models/actors/scores.toml.

    Raises
    ------
    DataError
        When the file is missing or something in it is wrong.
    """
    path = models_dir() / "actors" / "scores.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        rates = {k: float(v) for k, v in table["score"].items()}
        return Scores(rates, float(table["ranker"]["slope"]), float(table["ranker"]["intercept"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: {error}; restore the file from the repository") from error


def find_actors(doc: Doc, settings: ActorsSettings) -> tuple[list[Mention], list[Actor]]:
    """Mentions of actors in a document, in order, and the actors they lead to.

    Parameters
    ----------
    doc : Doc
        Annotated by a spaCy pipeline with a parser and NER; `doc._.dates`, where set, gives the time of the text.
    settings : ActorsSettings
        Which knowledge base, and the researcher's own actors.

    Returns
    -------
    tuple of list of Mention and list of Actor
        Actors in order of their first mention.

    Raises
    ------
    DataError
        When a data file is missing or wrong.
    """
    if not len(doc):
        return [], []
    layout = layout_of(doc)
    kb = load_knowledge(settings.knowledge)
    lexicon = load_lexicon()
    own = load_own(settings.own, kb)
    tokens = read_tokens(doc)
    moments = Moments(doc, tokens)
    linker = Linker(tokens, kb, lexicon, own, moments)
    text = doc.text
    offsets = doc.to_array(IDX).tolist()
    recogniser = Recogniser(tokens, text, offsets, kb, lexicon)
    names = [n for b in layout.blocks for n in recogniser.names(b.start, b.end)]
    for start, end in spans(own, tokens.text):  # also what no recogniser takes for a name: "the man of steel"
        names = [n for n in names if n.end <= start or end <= n.start]
        names.append(recogniser.make(start, end, "", []))
    names.sort(key=lambda n: n.start)
    found, taken = _link(names, tokens, lexicon, linker, kb)
    reader = Reader(tokens, kb, lexicon, linker, moments, load_weights(), found, taken)
    rest = [f for s in layout.sentences for f in reader.read(s.start, s.end)]
    return _rows(layout, tokens, offsets, linker, kb, own, found + rest)


def _link(
    names: list[Name], tokens: Tokens, lexicon: Lexicon, linker: Linker, kb: Knowledge
) -> tuple[list[Found], list[bool]]:
    """Lead names to actors: those of several words first, so that a surname finds its full name wherever it stands."""
    taken = [False] * len(tokens)
    linked: dict[int, Found] = {}
    persons: dict[int, Found] = {}
    starts = {n.start: n for n in names}
    for name in names:  # "Organisations des Nations Unies au Congo (ONUC)": the acronym may be the better known
        long = starts.get(name.acronym_of)
        if long is not None and not long.candidates:
            long.candidates = kb.lookup(name.text)
    linker.expect(names)
    for first in (True, False):
        for name in names:
            several = name.end - name.start > 1
            if several is not first:
                continue
            if name.acronym_of >= 0 and name.acronym_of in linked:
                actors, method = linked[name.acronym_of].actors, "acronym defined"
            elif name.weak and first:
                continue
            else:
                link = linker.link(name)
                inner = name.inner
                if link is None and inner:  # "the Geneva conference", if it is none that is known
                    name, link = inner, linker.link(inner)
                if link is None:
                    continue
                actors, method = link.actors, link.method
            _note(name, actors, method, tokens, linker, linked, taken, kb)
            if linked[name.start].actors != actors and linker.referents[actors[0]].type == "PERSON":
                head = head_of(tokens, name.start, name.end)
                persons[name.start] = Found(name.start, name.end, head, NAME, "PERSON", actors, method)
    for name in names:  # names of several words that counted only if their actor was named elsewhere
        if name.weak and name.end - name.start > 1 and name.start not in linked:
            link = linker.link(name)
            if link:
                _note(name, link.actors, link.method, tokens, linker, linked, taken, kb)
    _note_offices(names, linked, tokens, lexicon, linker)
    for r in linker.referents.values():
        r.places.sort()
    found = [linked[k] for k in sorted(linked)]
    for f in list(found):  # "the John F. Kennedy administration" also names the man
        person = persons.get(f.start) or _leader(f, tokens, linker, kb)
        if person and person.end - person.start > 1:
            found.append(person)
    for name in (n for outer in names for n in outer.also):
        link = linker.link(name)
        if link:
            linker.note(link.actors[0], name.text, name.start)
            i = name.end - 1
            found.append(Found(name.start, name.end, i, NAME, "PLACE", link.actors, link.method))
    for name in names:  # "the Russian navy" also names Russia
        link = linker.link(name.inner) if name.inner and name.inner.kind == ADJECTIVE and name.start in linked else None
        if link and name.inner:
            i = name.inner.end - 1
            found.append(Found(name.start, i + 1, i, ADJECTIVE, "STATE", link.actors, link.method))
    return found, taken


def _note_offices(
    names: list[Name], linked: dict[int, Found], tokens: Tokens, lexicon: Lexicon, linker: Linker
) -> None:
    """Remember which office of which state the text gives to whom ("Egyptian President Gamal Abdel Nasser")."""
    by_end = {f.end: f for f in linked.values()}
    for name in names:
        f = linked.get(name.start)
        if f is None or f.label != "PERSON":
            continue
        r = linker.referents[f.actors[0]]
        offices: tuple[str, ...] = ()
        first = name.start
        if name.title is not None:
            offices, first = name.title.offices, name.title_start
            r.titles.update(w.lower() for w in tokens.text[first : name.start])
        elif name.start > 0:  # "Soviet premier Nikita Khrushchev"
            first, _, nouns = nouns_at(tokens, name.start - 1, lexicon)
            offices = next((n.offices for n in nouns if n.offices), ())
            if nouns:
                r.titles.add(nouns[0].words[-1])
        before = by_end.get(first)
        state = linker.referents[before.actors[0]] if before and before.label in ("STATE", "PEOPLE") else None
        country = state.country if state else ""
        if offices:
            r.offices.append((offices, country or r.country, name.start))
        if country and not r.known and not r.country:
            r.country = country


def _leader(f: Found, tokens: Tokens, linker: Linker, kb: Knowledge) -> Found | None:
    """The man in the name of an administration that the knowledge base has (`John F. Kennedy administration`)."""
    if f.kind != NAME or f.label != "GOVERNMENT" or tokens.lower[f.end - 1] not in _ADMINISTRATIONS:
        return None
    leader = next((other for kind, other in kb.relations(f.actors[0]) if kind == "led_by"), None)
    if leader is None:
        return None
    person = linker.referent(leader)
    linker.note(person.id, "", f.start)
    return Found(f.start, f.end - 1, f.end - 2, NAME, "PERSON", [person.id], f.method)


def _shares_administration(tokens: Tokens, end: int) -> bool:
    """`the Bush and Blair administrations`: whether a name shares the noun of the one after it."""
    if end + 2 >= len(tokens) or tokens.lower[end] not in ("and", "or"):
        return False
    for k in range(end + 1, min(end + 6, len(tokens))):
        if tokens.lower[k] == "administrations":
            return True
        if not tokens.capital[k]:
            return False
    return False


def _note(
    name: Name,
    actors: list[str],
    method: str,
    tokens: Tokens,
    linker: Linker,
    linked: dict[int, Found],
    taken: list[bool],
    kb: Knowledge,
) -> None:
    start, end = name.start, name.end
    words = name.text
    label = linker.referents[actors[0]].type if actors[0] in linker.referents else name.label
    if label == "PERSON" and _shares_administration(tokens, end):
        actors = [administration(linker, kb, linker.referents[actors[0]], "administration").id]
        label, method = "GOVERNMENT", method + " and administration"
    elif label == "PERSON" and end < len(tokens) and tokens.lower[end] in _ADMINISTRATIONS:
        actors = [administration(linker, kb, linker.referents[actors[0]], "administration").id]
        end, label, method = end + 1, "GOVERNMENT", method + " and administration"
        words = f"{words} {tokens.text[end - 1]}"
        taken[end - 1] = True
    if len(actors) == 1 and not name.parts:
        linker.note(actors[0], words, start)
    else:
        for a in actors:
            linker.note(a, "", start)
    f = Found(start, end, head_of(tokens, start, end), name.kind, label, list(actors), method)
    if name.title is not None and label == "PERSON":
        f.title = name.title_start
        for i in range(name.title_start, start):
            taken[i] = True
        r = linker.referents[actors[0]]
        if not r.gender:
            r.gender = name.title.gender
    linked[start] = f


def _rows(
    layout: Layout,
    tokens: Tokens,
    offsets: list[int],
    linker: Linker,
    kb: Knowledge,
    own: OwnActors,
    found: list[Found],
) -> tuple[list[Mention], list[Actor]]:
    scores = method_scores()
    document = layout.document.doc_id
    mentions: list[Mention] = []
    counts: dict[str, int] = {}
    in_prose = {a for f in found if layout.sentence_at(f.start) for a in f.actors}
    told = {a: linker.referents[a].known or a in in_prose for f in found for a in f.actors}
    for f in sorted(found, key=lambda f: (f.start, -f.end, f.kind)):
        sentence = layout.sentence_at(f.start)
        if sentence is None and not any(told[a] for a in f.actors):
            continue  # capitals in a heading are no sign of a name
        start, end = layout.source(offsets[f.start], offsets[f.end - 1] + len(tokens.text[f.end - 1]))
        for a in f.actors:
            counts[a] = counts.get(a, 0) + 1
        mentions.append(
            Mention(
                mention_id=f"{document}:m{start}-{end}",
                doc_id=document,
                sentence_id=sentence.sentence_id if sentence else "",
                start=start,
                end=end,
                text=layout.document.text[start:end],
                kind=f.kind,
                label=f.label,
                actor_id=list(f.actors),
                sector=f.sector,
                method=f.method,
                score=round(scores.of(f.kind, f.method, f.probability), 3),
                token_start=f.start,
                token_end=f.end,
                token_head=f.head,
            )
        )
    return mentions, [_actor(linker.referents[a], n, kb, own) for a, n in counts.items()]


def _actor(r: Referent, mentions: int, kb: Knowledge, own: OwnActors) -> Actor:
    """The actor's row: the knowledge base's name, or the longest that the text uses."""
    seen = sorted(r.seen, key=lambda w: (-len(w), w))
    name = r.name if r.known else max([r.name, *seen], key=lambda w: (len(w), w))
    others = [*seen, *own.spelled.get(r.id, []), *(kb.aliases(r.id)[:_ALIASES_SHOWN] if r.known else [])]
    aliases = [a for a in dict.fromkeys(others) if a != name]
    return Actor(r.id, name, r.type, aliases, r.country, r.wikidata, r.cow, r.known, mentions, 1)
