"""From the head word of an argument to canonical actors, their sectors, and the words of the phrase."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from spacy.tokens import Doc

from pipeline.document import Layout
from pipeline.events.data import Cues
from pipeline.events.parse import NOUNS, Parse
from pipeline.schema import Actor, Date, Mention


@dataclass(slots=True)
class Side:
    """One side of an event: canonical actors, sectors, words, head tokens, how the actor was found, its mentions.

    `how` is near (the phrase names the actor), far (a word inside it does), discourse (the text around it does) or
    implied (other events of the text tell whom it must concern).
    """

    ids: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    text: str = ""
    heads: list[int] = field(default_factory=list)
    how: str = "near"
    mentions: list[Mention] = field(default_factory=list)
    #: How likely the actor is the one meant, where a model chose it.
    likely: float = 0.0


class Actors:
    """Where the actors of a Doc are mentioned: by head token and by any token."""

    def __init__(
        self, doc: Doc, layout: Layout, mentions: list[Mention], actors: list[Actor], dates: list[Date]
    ) -> None:
        self.dated = frozenset(t for d in dates for t in range(d.token_start, d.token_end))
        self.doc = doc
        self.layout = layout
        self.types = {a.actor_id: a.type for a in actors}
        self.countries = {a.actor_id: a.country for a in actors}
        self.by_head: dict[int, Mention] = {}
        self.covering: dict[int, Mention] = {}
        for m in mentions:
            if not m.actor_id or self.types.get(m.actor_id[0], m.label) == "EVENT":
                continue  # wars and treaties do nothing
            width = m.token_end - m.token_start
            old = self.by_head.get(m.token_head)
            if old is None or width > old.token_end - old.token_start:
                self.by_head[m.token_head] = m
            for t in range(m.token_start, m.token_end):
                held = self.covering.get(t)
                if held is None or width > held.token_end - held.token_start:
                    self.covering[t] = m

        for head, m in list(self.by_head.items()):
            if m.kind == "nominal" and (nation := self._nation(m)) is not None:
                self.by_head[head] = nation

    def _nation(self, m: Mention) -> Mention | None:
        """The adjective that tells whose a described actor is, where the actor is another state's.

        "a new Kuwaiti ambassador" taken for whoever was spoken of last.
        """
        for t in range(m.token_start, m.token_head):
            inner = self.by_head.get(t)
            if inner is not None and inner.kind == "adjective" and self.doc[t + 1].lower_ not in ("-", "–"):
                country = self.countries.get(inner.actor_id[0], "")
                own = {self.countries.get(a, "") for a in m.actor_id}
                if country and "" not in own and country not in own:
                    return inner
        return None

    def between(self, start: int, end: int) -> list[str]:
        """Actors mentioned among tokens `start` to `end`."""
        return [a for t in range(start, end) if t in self.by_head for a in self.by_head[t].actor_id]

    def kind(self, head: int) -> str:
        """Type of the actor mentioned with this head token, or empty."""
        m = self.by_head.get(head)
        return self.types.get(m.actor_id[0], m.label) if m else ""

    def side(
        self, parse: Parse, heads: list[int], cues: Cues, acting: bool = False, taken: Collection[str] = ()
    ) -> Side:
        """Actors of an argument: each coordinated head's own, else those that its phrase leads to.

        `acting` leaves out what a phrase is only directed at ("the threat to France"), `taken` whose phrase it is where
        it names another ("its agreement with Great Britain").
        """
        side = Side(heads=[h for h in heads if h not in self.dated])
        spans: list[tuple[int, int]] = []
        for head in heads:
            for h in _coordinated(parse, head):
                if h in self.dated or parse.pos[h] == "ADV" or parse.lower[h].endswith(("self", "selves")):
                    continue
                first, last = phrase(parse, h)
                mentions, steps = self._reach(parse, h, cues, 0, acting, taken)
                if steps and h != head and head in self.by_head and parse.kid(h, "prep") is not None:
                    continue  # "a war between India and Pakistan and the secession of East Pakistan"
                if mentions and steps:
                    side.how = "far"
                for m in mentions:  # the words show where the actor comes from
                    first, last = min(first, m.token_start), max(last, m.token_end)
                if (first, last) not in spans:
                    spans.append((first, last))
                side.mentions += mentions
                for m in mentions:
                    side.ids += [a for a in m.actor_id if a not in side.ids]
                    if m.sector and m.sector not in side.sectors:
                        side.sectors.append(m.sector)
        if spans:
            side.text = self.words(spans)
        return side

    def words(self, spans: list[tuple[int, int]]) -> str:
        """Source words of token spans, in order; spans inside others are left out."""
        kept: list[tuple[int, int]] = []
        for a, b in sorted(spans, key=lambda s: (s[0], -s[1])):
            if kept and b <= kept[-1][1]:
                continue
            kept.append((a, b))
        return "; ".join(" ".join(self.layout.span(self.doc, a, b)[2].split()) for a, b in kept)

    def _reach(
        self, parse: Parse, head: int, cues: Cues, depth: int, acting: bool, taken: Collection[str] = ()
    ) -> tuple[list[Mention], int]:
        m = self.by_head.get(head)
        if m is not None:
            return [m], depth
        m = self.covering.get(head)
        if m is not None and (m.token_head in parse.children[head] or (m.kind == "name" and parse.pos[head] == "PRON")):
            return [m], depth  # the numeral of "Alexander I" is tagged as a pronoun
        if depth > 3 or (parse.pos[head] not in NOUNS and parse.pos[head] not in ("PRON", "NUM", "ADJ", "DET", "VERB")):
            return [], depth
        if not parse.children[head]:
            return [], depth
        for c in parse.kids(head, "appos"):
            named = [self.by_head[d] for d in _coordinated(parse, c) if d in self.by_head]
            if named:
                return named, depth
        for deps in (("poss",), ("amod", "compound", "nmod")):
            if deps == ("poss",) and parse.lemma[head] in cues.relational:
                continue
            found = [
                self.by_head[d]
                for c in parse.kids(head, *deps)
                for d in _coordinated(parse, c)
                if d in self.by_head and not _aloof(parse, self.by_head[d].token_start, cues)
            ]
            if found and not all(a in taken for m in found for a in m.actor_id):
                return found, depth + 1
        for c in parse.kids(head, "compound", "nmod", "amod"):
            held = self.covering.get(c)
            outside = held is not None and not held.token_start <= head < held.token_end
            if held is not None and outside and not _aloof(parse, held.token_start, cues):
                return [held], depth + 1
        clauses = [c for c in parse.kids(head, "acl") if parse.tag[c] in ("VB", "VBG")]
        for node in (head, *clauses):  # "permission to do so from Kasavubu"
            preps = {parse.lower[c]: c for c in reversed(parse.kids(node, "prep", "agent"))}
            for link in cues.links:
                if link in preps and (not acting or link in cues.origins):
                    found = []
                    steps = depth
                    for p in parse.kids(preps[link], "pobj", "pcomp"):
                        for d in _coordinated(parse, p):
                            got, steps = self._reach(parse, d, cues, depth + 1, acting, taken)
                            found += got
                    if found:
                        return found, steps
        for c in parse.kids(head, "acl"):  # "a commission led by Schurman", "a society called the Katipunan"
            if parse.tag[c] == "VBN" and parse.lemma[c] in cues.heading:
                agents = [a for a in parse.kids(c, "agent", "prep") if parse.lower[a] == "by"]
                heads = [p for a in agents for p in parse.kids(a, "pobj")] + parse.kids(c, "oprd", "dobj", "attr")
                led = [self.by_head[d] for d in heads if d in self.by_head]
                if led:
                    return led, depth + 1
        for c in parse.kids(head, "acl", "amod", "relcl"):  # "troops loyal to the prime minister"
            if parse.lemma[c] in cues.membership:
                heads = [p for to in parse.kids(c, "prep") for p in parse.kids(to, "pobj")]
                served = [self.by_head[d] for d in heads if d in self.by_head]
                if served:
                    return served, depth + 1
        return [], depth


def _aloof(parse: Parse, start: int, cues: Cues) -> bool:
    """Whether a prefix keeps the noun after a name apart from its actor: "the anti-Soviet governments"."""
    return start > 1 and parse.lower[start - 1] in ("-", "–") and parse.lower[start - 2] in cues.aloof


def _coordinated(parse: Parse, head: int) -> list[int]:
    found = [head]
    for k in found:
        found += [
            c
            for c in parse.children[k]
            if parse.dep[c] == "conj" and parse.pos[c] in ("NOUN", "PROPN", "PRON", "ADJ", "NUM")
        ]
    return sorted(found)


def phrase(parse: Parse, head: int) -> tuple[int, int]:
    """Token span of a noun phrase with what defines it after the head ("soldiers of the guard based in Basra").

    Relative clauses, appositions and coordinated phrases are left out, and nothing is taken in that is far away.
    """
    first = last = head
    for c in parse.children[head]:
        dep = parse.dep[c]
        if c < head:
            if dep in _BEFORE:
                first = min(first, parse.subtree(c)[0])
        elif dep in _AFTER:
            end = parse.subtree(c)[-1]
            last = max(last, end if end - head <= REACH else last)
    return first, last + 1


_BEFORE = frozenset({"det", "poss", "amod", "compound", "nmod", "nummod", "predet", "quantmod", "case", "neg"})
_AFTER = frozenset({"prep", "acl", "amod", "case", "nummod", "compound", "nmod"})
REACH = 14


def join_lists(parse: Parse, actors: Actors) -> None:
    """Coordinate the names of a list that the parser takes for appositions: "France, Great Britain, and Spain signed".

    A list is three names of actors of one kind or more, with nothing but commas between them and a conjunction before
    the last.
    """
    names = sorted(
        (m for m in actors.by_head.values() if m.kind == "name"), key=lambda m: (m.token_start, -m.token_end)
    )
    listed: list[Mention] = []
    for m in names:
        between = parse.lower[listed[-1].token_end : m.token_start] if listed else []
        kinds = {actors.kind(x.token_head) for x in (*listed[-1:], m)}
        if listed and len(kinds) == 1 and between == [","]:
            listed.append(m)
        elif len(listed) > 1 and len(kinds) == 1 and between in ([",", "and"], ["and"]):
            _join(parse, [x.token_head for x in (*listed, m)])
            listed = []
        elif not listed or m.token_start >= listed[-1].token_end:
            listed = [m]


def _join(parse: Parse, heads: list[int]) -> None:
    first, *others = heads
    if parse.head[first] in others:
        return  # the parser sees another head
    above = parse.head[first]
    for head in others:
        if parse.dep[head] == "appos" or (parse.dep[head] == parse.dep[first] and parse.head[head] == above):
            parse.attach(head, first, "conj")
