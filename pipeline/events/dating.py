"""When an event happened: the date in its clause, else its sentence, else the narrative's time carried over, else the section's."""

from __future__ import annotations

import calendar
from dataclasses import dataclass

from pipeline.document import HEADING, Layout
from pipeline.events.data import Cues
from pipeline.events.parse import NOUNS, VERBS, Parse
from pipeline.schema import Date


@dataclass(slots=True)
class When:
    """The date of an event and how it was found (a value of `date_basis`)."""

    edtf: str = ""
    start: str = ""
    end: str = ""
    date_id: str = ""
    basis: str = "none"


@dataclass(slots=True)
class Link:
    """A date on the parse: its head token, the word it belongs to, the preposition, and whether it only names a noun."""

    row: Date
    head: int
    governor: int
    prep: str
    attributive: bool


NONE = When()


class Timeline:
    """Dates of a Doc by sentence, and the narrative's time as it goes on."""

    def __init__(self, parse: Parse, layout: Layout, dates: list[Date], cues: Cues) -> None:
        self.parse = parse
        self.cues = cues
        self.layout = layout
        usable = [d for d in dates if d.earliest and d.latest and d.type in ("DATE", "TIME") and d.token_end > d.token_start]
        self.links: dict[int, list[Link]] = {}
        self.headings: list[tuple[int, str, Date]] = []
        for d in usable:
            block = layout.block_at(d.token_start)
            if block.kind == HEADING:
                self.headings.append((block.end, block.section, d))
                continue
            sentence = layout.sentence_at(d.token_start)
            if sentence is not None:
                self.links.setdefault(sentence.start, []).append(_link(parse, d))
        for found in self.links.values():
            _join_ranges(parse, found)
        self._carried = NONE
        self._section = NONE
        self._heading = -1

    def enter(self, sentence_start: int, block_start: int, section: str) -> None:
        """Move the narrative to a sentence; a section with a date of its own starts afresh."""
        best = -1
        for k, (end, path, _) in enumerate(self.headings):
            if end <= block_start and (not path or section == path or section.startswith(path + " > ")):
                best = k
        if best != self._heading:
            self._heading = best
            row = self.headings[best][2]
            self._section = When(row.edtf, row.earliest, row.latest, row.date_id, "section")
            if self.headings[best][1]:
                self._carried = NONE

    def leave(self, sentence_start: int) -> None:
        """Let the sentence's own dates move the narrative's time."""
        parse, cues = self.parse, self.cues
        best: Link | None = None
        for link in self.links.get(sentence_start, []):
            if link.attributive or link.prep in cues.before or link.row.earliest[:4] != link.row.latest[:4]:
                continue
            verb = _clause_verb(parse, link.governor)
            if verb is not None and (is_pluperfect(parse, verb) or _background(parse, verb)):
                continue
            best = link
        if best is not None:
            r = best.row
            self._carried = When(r.edtf, r.earliest, r.latest, r.date_id, "carried")

    def when(self, trigger: int, is_noun: bool, sentence_start: int, triggers: dict[int, bool]) -> When:
        """Date of a trigger in the sentence that starts at a token.

        `triggers` holds every trigger token of the sentence and whether it is a noun.
        """
        parse = self.parse
        links = self.links.get(sentence_start, [])
        if links:
            owners = {id(l): _owner(parse, l, triggers, self.cues) for l in links}
            for node, distance in _neighbourhood(parse, trigger, is_noun, triggers, self.cues):
                mine = [l for l in links if owners[id(l)] == node]
                if mine:
                    best = _choose(mine, self.cues)
                    return _from(best.row, "clause" if distance < 2 else "sentence")
            if not is_pluperfect(parse, trigger):
                free = [
                    l
                    for l in links
                    if not l.attributive and not _apart(parse, trigger, l) and l.prep not in self.cues.before
                ]
                if free:
                    nearest = min(free, key=lambda l: (abs(l.head - trigger), l.head))
                    return _from(nearest.row, "sentence")
        if not is_noun and is_pluperfect(parse, trigger):
            return NONE
        if self._carried.start:
            return coarsen(self._carried)
        return self._section


def _from(row: Date, basis: str) -> When:
    return When(row.edtf, row.earliest, row.latest, row.date_id, basis)


def coarsen(when: When) -> When:
    """A date carried to another sentence: what follows a day happened in its month, not on the day.

    Examples
    --------
    >>> coarsen(When("1960-07-13", "1960-07-13", "1960-07-13", "d", "carried")).end
    '1960-07-31'
    """
    if when.start[:7] != when.end[:7] or len(when.start) < 10:
        return When(when.edtf, when.start, when.end, when.date_id, "carried")
    head, month = when.start[:-3], int(when.start[-5:-3])
    year = int(head[:-3])
    last = calendar.monthrange(year, month)[1] if year > 0 else 31
    return When(head, f"{head}-01", f"{head}-{last:02d}", when.date_id, "carried")


def is_pluperfect(parse: Parse, verb: int) -> bool:
    """Whether a verb is in the past perfect, by its own auxiliary or its first conjunct's."""
    if parse.pos[verb] not in VERBS:
        return False
    if any(parse.dep[c] == "aux" and parse.lower[c] in ("had", "'d", "’d") for c in parse.children[verb]):
        return True
    if parse.dep[verb] == "conj" and parse.tag[verb] == "VBN" and parse.kid(verb, "aux", "nsubj", "auxpass") is None:
        return is_pluperfect(parse, parse.head[verb])
    return False


def _link(parse: Parse, date: Date) -> Link:
    inside = range(date.token_start, date.token_end)
    head = next((t for t in inside if parse.head[t] not in inside), date.token_start)
    prep, attributive = "", False
    token = head
    # "September 10 and September 12" hang on the same word
    while parse.dep[token] == "conj" and parse.pos[parse.head[token]] not in VERBS:
        token = parse.head[token]
    dep, governor = parse.dep[token], parse.head[token]
    while dep in ("pobj", "pcomp", "prep") and parse.pos[governor] in ("ADP", "SCONJ") or (
        dep == "pobj" and parse.dep[governor] == "prep"
    ):
        prep = prep or parse.lower[governor]
        dep, governor = parse.dep[governor], parse.head[governor]
        if parse.head[governor] == governor:
            break
    if not prep and parse.pos[governor] in NOUNS and dep in ("nummod", "compound", "amod", "nmod", "poss", "appos", "npadvmod"):
        attributive = True
    return Link(date, head, governor, prep, attributive)


def _join_ranges(parse: Parse, links: list[Link]) -> None:
    """Make "from July to September" one interval, carried by the first of the two dates."""
    for a, b in zip(links[:-1], links[1:], strict=True):
        ranged = (a.prep == "from" and b.prep in ("to", "until", "till", "through")) or (
            a.prep == "between" and b.prep == "between"
        )
        if ranged and a.row.earliest < b.row.earliest and b.head - a.head <= 8 and "/" not in a.row.edtf + b.row.edtf:
            first, last = a.row, b.row
            joined = Date(
                **{
                    **{k: getattr(first, k) for k in Date.__slots__},
                    "edtf": f"{first.edtf}/{last.edtf}",
                    "latest": last.latest,
                }
            )
            a.row = b.row = joined


def _clause_verb(parse: Parse, token: int) -> int | None:
    if parse.pos[token] in VERBS:
        return token
    for a in parse.ancestors(token):
        if parse.pos[a] in VERBS:
            return a
    return None


def _background(parse: Parse, verb: int) -> bool:
    """Whether a clause stands apart from the story: a relative clause, or speech and thought."""
    return parse.dep[verb] == "relcl"


def _owner(parse: Parse, link: Link, triggers: dict[int, bool], cues: Cues) -> int:
    """The trigger or verb that a date belongs to."""
    node = link.governor
    if link.attributive:
        if node in triggers or parse.lemma[node] in cues.naming:
            if node in triggers or not _adverbial(parse, node):
                return node
        if not _adverbial(parse, node):
            return node
    if link.prep == "of" and parse.lemma[node] in cues.naming:
        return node
    while node not in triggers and parse.pos[node] not in VERBS and parse.head[node] != node:
        node = parse.head[node]
    return node


def _adverbial(parse: Parse, noun: int) -> bool:
    """Whether a noun stands in an adverbial of time or circumstance: "in the 1970 elections", "after the 1958 coup"."""
    head = parse.head[noun]
    return (
        parse.dep[noun] == "pobj"
        and parse.lower[head] in ("in", "during", "at", "after", "following", "since", "throughout")
        and parse.pos[parse.head[head]] in VERBS
    )


def _neighbourhood(
    parse: Parse, trigger: int, is_noun: bool, triggers: dict[int, bool], cues: Cues
) -> list[tuple[int, int]]:
    """Tokens whose date is the trigger's, nearest first, with their distance in clauses."""
    found: list[tuple[int, int]] = [(trigger, 0)]
    if not is_noun:
        for c in parse.children[trigger]:
            dep = parse.dep[c]
            if dep in ("dobj", "nsubjpass", "attr") and parse.pos[c] in NOUNS:
                if triggers.get(c):
                    found.append((c, 1))
            elif dep in ("xcomp", "ccomp") and parse.lemma[trigger] not in cues.say:
                found.append((c, 1))
            elif dep == "prep":
                # "responded with air attacks on December 3"
                found += [(p, 1) for p in parse.kids(c, "pobj", "pcomp") if p in triggers and parse.lower[c] in ("with", "by", "in")]
            elif dep == "advcl" and parse.tag[c] == "VBG":
                found.append((c, 2))
            elif dep == "conj" and parse.pos[c] in VERBS and parse.kid(c, "nsubj", "nsubjpass") is None:
                found.append((c, 2))
    below, node, distance = trigger, trigger, 1
    while parse.head[node] != node and distance < 4:
        below, node = node, parse.head[node]
        dep = parse.dep[below]
        if dep == "relcl" and is_pluperfect(parse, below):
            break
        if dep == "ccomp" and parse.lemma[node] in cues.say and _off_time(parse, below, cues):
            break
        if dep == "conj" and parse.kid(below, "nsubj", "nsubjpass") is not None and is_pluperfect(parse, below):
            break
        if node in triggers or parse.pos[node] in VERBS:
            found.append((node, distance))
            if dep in ("relcl", "advcl", "ccomp", "conj") or parse.pos[below] == "ADP":
                distance += 1
            for c in parse.children[node]:  # siblings: "attacked in 1904 and sank", "signed ... after meeting on May 2"
                if c != below and parse.dep[c] == "conj" and parse.pos[c] in VERBS and parse.kid(c, "nsubj") is None:
                    found.append((c, distance + 1))
    return found


def _off_time(parse: Parse, verb: int, cues: Cues) -> bool:
    """Whether a reported clause is before or after the report: past perfect, future or modal."""
    return is_pluperfect(parse, verb) or any(
        parse.dep[c] == "aux" and (parse.lemma[c] in cues.modal or parse.lemma[c] in cues.future)
        for c in parse.children[verb]
    )


def _choose(links: list[Link], cues: Cues) -> Link:
    """Of several dates of one word, the one that says when: not a limit, and the narrowest."""

    def rank(link: Link) -> tuple[int, int, int]:
        limit = link.prep in cues.before or link.prep in cues.after
        width = int(link.row.latest[:4]) - int(link.row.earliest[:4]) if link.row.earliest[0] != "-" else 0
        return (int(limit), width, link.head)

    return min(links, key=rank)


def _apart(parse: Parse, trigger: int, link: Link) -> bool:
    """Whether a date stands in a clause that the trigger's clause does not belong to: a relative clause or reported speech."""
    verb = _clause_verb(parse, link.governor)
    if verb is None:
        return False
    chain = {trigger, *parse.ancestors(trigger)}
    node = verb
    while node not in chain:
        if parse.dep[node] == "relcl" or is_pluperfect(parse, node):
            return True
        if parse.head[node] == node:
            break
        node = parse.head[node]
    return False
