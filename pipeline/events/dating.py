"""When an event happened: by the date in its clause, else its sentence, the narrative's time so far, the section."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from itertools import pairwise

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
    """A date on the parse: head token, the word it belongs to, preposition, and whether it only names a noun."""

    row: Date
    head: int
    governor: int
    prep: str
    attributive: bool


NONE = When()
#: Clauses away from a trigger at which a date is only roughly the trigger's.
LOOSE = 3
#: The owner of a date that belongs to no word in particular.
NOBODY = -1
#: Words between an event noun and the participle that says when it began.
PHASE_REACH = 9


class Timeline:
    """Dates of a Doc by sentence, and the narrative's time as it goes on."""

    def __init__(self, parse: Parse, layout: Layout, dates: list[Date], cues: Cues) -> None:
        self.parse = parse
        self.cues = cues
        self.layout = layout
        usable = [
            d for d in dates if d.earliest and d.latest and d.type in ("DATE", "TIME") and d.token_end > d.token_start
        ]
        self.links: dict[int, list[Link]] = {}
        self.headings: list[tuple[int, str, Date]] = []
        for d in usable:
            block = layout.block_at(d.token_start)
            if block.kind == HEADING:
                self.headings.append((block.end, block.section, d))
                continue
            sentence = layout.sentence_at(d.token_start)
            if sentence is not None:
                self.links.setdefault(sentence.start, []).append(_link(parse, d, cues))
        for found in self.links.values():
            _join_ranges(parse, found)
        self._carried = NONE
        self._section = NONE
        self._heading = -1
        self._now = self._paragraph = -1

    def enter(self, sentence_start: int, block_start: int, section: str) -> None:
        """Move the narrative to a sentence; a section with a date of its own starts afresh."""
        self._now = block_start
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
        """Let the sentence's dates move the narrative's time, save those in relative clauses or the past perfect."""
        parse, cues = self.parse, self.cues
        best: Link | None = None
        for link in self.links.get(sentence_start, []):
            if link.attributive and not _adverbial(parse, link.governor, cues):
                continue
            limit = link.prep in cues.before and link.row.type != "TIME"  # "before dawn on June 25" is that day
            if limit or link.prep == "since" or link.row.earliest[:4] != link.row.latest[:4]:
                continue
            if _in_background(parse, link.governor):
                continue
            best = link
        if best is not None:
            r = best.row
            self._carried = When(r.edtf, r.earliest, r.latest, r.date_id, "carried")
            self._paragraph = self._now

    def when(self, trigger: int, is_noun: bool, sentence_start: int, triggers: dict[int, bool]) -> When:
        """Date of a trigger in the sentence that starts at a token.

        `triggers` holds every trigger token of the sentence and whether it is a noun.
        """
        parse = self.parse
        links = self.links.get(sentence_start, [])
        if links:
            owners = _owners(parse, links, triggers, self.cues)
            for node, distance in _neighbourhood(parse, trigger, is_noun, triggers, self.cues):
                mine = [
                    link
                    for link, owner in zip(links, owners, strict=True)
                    if owner == node and not _parted(parse, trigger, link)
                ]
                if mine:
                    best = _choose(mine, self.cues)
                    found = _from(best.row, "clause" if distance < 2 else "sentence")
                    return found if distance < LOOSE else coarsen(found)
            if (is_noun or not is_pluperfect(parse, trigger)) and not is_present(parse, trigger):
                free = [
                    link
                    for link, owner in zip(links, owners, strict=True)
                    if not link.attributive
                    and not (triggers.get(owner) and parse.lemma[link.governor] not in self.cues.phases)
                    and link.prep not in self.cues.before
                    and owner != NOBODY
                    and not _apart(parse, trigger, link, self.cues)
                    and not _parted(parse, trigger, link)
                ]
                if free:
                    nearest = min(free, key=lambda link: (abs(link.head - trigger), link.head))
                    found = _from(nearest.row, "sentence")
                    return coarsen(found) if is_noun else found
        if is_present(parse, trigger):
            return NONE
        if not is_noun and is_pluperfect(parse, trigger):
            return self._before(trigger, links)
        if self._carried.start:
            if any(parse.lower[c] in self.cues.at_once for c in parse.kids(trigger, "advmod")):
                return self._carried  # "immediately"
            carried = coarsen(self._carried)
            return carried if self._now == self._paragraph else coarsen(carried, year=True)
        return self._section

    def _before(self, trigger: int, links: list[Link]) -> When:
        """Date of what had happened: of the words that its relative clause describes, else within the story's year.

        "a treaty of 1932 in which Moscow had promised", "1918, when Germany had surrendered".
        """
        parse = self.parse
        chain = [trigger, *parse.ancestors(trigger)]
        antecedent = next((parse.head[a] for a in chain if parse.dep[a] == "relcl"), None)
        if antecedent is not None:
            for link in links:
                if antecedent == link.head or (link.attributive and link.governor == antecedent):
                    return _from(link.row, "clause")
        long_ago = any(parse.lower[c] in self.cues.standing for c in parse.kids(trigger, "advmod"))
        return NONE if long_ago else coarsen(coarsen(self._carried), year=True)


def _from(row: Date, basis: str) -> When:
    return When(row.edtf, row.earliest, row.latest, row.date_id, basis)


def coarsen(when: When, year: bool = False) -> When:
    """A date taken over from elsewhere: what follows a day happened in its month (or, with `year`, in its year).

    Examples
    --------
    >>> coarsen(When("1960-07-13", "1960-07-13", "1960-07-13", "d", "carried")).end
    '1960-07-31'
    """
    digits = -6 if year else -3
    if when.start[:digits] != when.end[:digits] or len(when.start) < 10:
        return when
    stem = when.start[:digits]
    if year:
        return When(stem, f"{stem}-01-01", f"{stem}-12-31", when.date_id, when.basis)
    last = calendar.monthrange(max(int(stem[:-3]), 1), int(stem[-2:]))[1]
    return When(stem, f"{stem}-01", f"{stem}-{last:02d}", when.date_id, when.basis)


def is_pluperfect(parse: Parse, verb: int) -> bool:
    """Whether a verb is in the past perfect, by its own auxiliary or its first conjunct's."""
    if parse.pos[verb] not in VERBS:
        return False
    if any(parse.dep[c] == "aux" and parse.lower[c] in ("had", "'d", "’d") for c in parse.children[verb]):
        return True
    if parse.dep[verb] == "conj" and parse.tag[verb] == "VBN" and parse.kid(verb, "aux", "nsubj", "auxpass") is None:
        return is_pluperfect(parse, parse.head[verb])
    return False


def is_present(parse: Parse, token: int) -> bool:
    """Whether the finite verb over a word is in the present, so that the story's time is not its own."""
    node = token
    while True:
        if parse.pos[node] in VERBS:
            tenses = {parse.tag[node], *(parse.tag[c] for c in parse.kids(node, "aux", "auxpass"))}
            if tenses & {"VBD"}:
                return False
            if "MD" in tenses:
                past = {parse.lower[c] for c in parse.kids(node, "aux")} & {"would", "could", "might"}
                if not past:
                    return True
            if tenses & {"VBZ", "VBP"}:
                return True
        if parse.head[node] == node:
            return False
        node = parse.head[node]


def _link(parse: Parse, date: Date, cues: Cues) -> Link:
    inside = range(date.token_start, date.token_end)
    head = next((t for t in inside if parse.head[t] not in inside), date.token_start)
    prep, attributive = "", False
    token = head
    # "September 10 and September 12" hang on the same word
    while parse.dep[token] == "conj" and parse.pos[parse.head[token]] not in VERBS:
        token = parse.head[token]
    dep, governor = parse.dep[token], parse.head[token]
    while (dep in ("pobj", "pcomp", "prep") and parse.pos[governor] in ("ADP", "SCONJ")) or (
        dep == "pobj" and parse.dep[governor] == "prep"
    ):
        prep = prep or parse.lower[governor]
        dep, governor = parse.dep[governor], parse.head[governor]
        if parse.head[governor] == governor:
            break
    if any(parse.dep[t] == "mark" for t in inside) and dep == "npadvmod" and parse.pos[governor] in VERBS:
        # "was announced that August, the Majlis approved it": "that" is parsed as what begins the second clause
        return Link(date, head, parse.head[governor], "", False)
    outside = date.token_start - 1
    while outside > 0 and parse.lower[outside] == "the":
        outside -= 1
    if not prep and outside >= 0 and parse.pos[outside] == "ADP" and parse.lower[outside] in cues.temporal:
        # "on January 3, 1849, when Chargé John Appleton presented": the date is parsed into the name after it
        return Link(date, head, parse.head[outside], parse.lower[outside], False)
    if (
        not prep
        and parse.pos[governor] in NOUNS
        and dep in ("nummod", "compound", "amod", "nmod", "poss", "appos", "npadvmod")
        # "seized power in Athens that April", "left Detroit and the other posts that summer"
        and not (dep == "npadvmod" and (governor in parse.named or _is_adverb(parse, date)))
    ):
        attributive = True
    return Link(date, head, governor, prep, attributive)


def _is_adverb(parse: Parse, date: Date) -> bool:
    """Whether a date is said of what happens, not of the noun before it: "left the posts that summer"."""
    first = date.token_start
    return parse.lower[first] in ("that", "this") and parse.lower[first - 1] != ","


def _join_ranges(parse: Parse, links: list[Link]) -> None:
    """Make "from July to September" one interval, carried by the first of the two dates."""
    for a, b in pairwise(links):
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


def _in_background(parse: Parse, token: int) -> bool:
    """Whether a word stands in a relative clause or a clause in the past perfect."""
    chain = [token, *parse.ancestors(token)]
    return any(parse.dep[a] == "relcl" or is_pluperfect(parse, a) for a in chain)


def _owners(parse: Parse, links: list[Link], triggers: dict[int, bool], cues: Cues) -> list[int]:
    """The owner of each date; of several dates of one verb, one right after an event noun is that noun's.

    "Saddam met with Glaspie on July 25 before the invasion of Kuwait on August 2": parsers give both dates to `met`.
    """
    owners = [_owner(parse, link, triggers, cues) for link in links]
    for k, link in enumerate(links):
        if not triggers.get(owners[k]):
            several = owners.count(owners[k]) > 1
            before = link.row.token_start - 1
            if parse.pos[before] == "ADP":
                before -= 1
            while before > owners[k] and not triggers.get(before):
                outer = parse.head[parse.head[before]]
                if parse.dep[before] not in ("pobj", "compound") or outer >= before:
                    break
                before = outer
            # "contributed to the resignation of Eden in January": no other word of the clause is dated
            # "walked out of the congress in October" dates the walking
            place = owners[k] in triggers and parse.head[parse.head[before]] in _leaving(parse, owners[k])
            alone = parse.dep[before] == "pobj" and not place
            if triggers.get(before) and before > owners[k] and (several or alone):
                owners[k] = before
    return owners


def _leaving(parse: Parse, verb: int) -> list[int]:
    """A verb with its "out", "away", "off": what follows in "walked out of the congress" is where it happened."""
    return [verb, *(c for c in parse.kids(verb, "prep", "prt", "advmod") if parse.kid(c, "prep") is not None)]


def _owner(parse: Parse, link: Link, triggers: dict[int, bool], cues: Cues) -> int:
    """The trigger or verb that a date belongs to."""
    node = link.governor
    if parse.lemma[node] in cues.phases and parse.tag[node] == "VBG":
        # "war between the two powers beginning on December 3": parsers hang the participle on the verb
        for before in range(node - 1, max(node - PHASE_REACH, 0), -1):
            if triggers.get(before) and parse.head[before] != node:
                return before
            if parse.lower[before] == ",":
                break
    if link.attributive and (node in triggers or not _adverbial(parse, node, cues)):
        return node
    if link.prep == "of" and parse.lemma[node] in cues.naming and not _adverbial(parse, node, cues):
        return node
    phase = parse.pos[node] in VERBS
    while node not in triggers and parse.head[node] != node:
        if parse.dep[node] == "appos":
            break  # "Korea, a colony of Japan since 1910"
        if phase and node != link.governor and parse.pos[parse.head[node]] in VERBS:
            break  # "The treaty, dated April 30, was signed on May 2"
        if parse.pos[node] in VERBS and not (parse.dep[node] == "acl" and parse.lemma[node] in cues.phases):
            break  # "open war between the two powers, beginning on December 3" goes on to the war
        node = parse.head[node]
    if link.prep == "since" and parse.tag[node] == "VBD" and parse.kid(node, "aux") is None:
        # "divided Korea, a colony of Japan since 1910": not the past tense's date
        return link.governor if link.governor != node else NOBODY
    return node


def _adverbial(parse: Parse, noun: int, cues: Cues) -> bool:
    """Whether a noun stands in an adverbial of time or circumstance: "in the 1970 elections", "after the 1958 coup"."""
    head = parse.head[noun]
    return parse.dep[noun] == "pobj" and parse.lower[head] in cues.circumstance and parse.pos[parse.head[head]] in VERBS


def _neighbourhood(
    parse: Parse, trigger: int, is_noun: bool, triggers: dict[int, bool], cues: Cues
) -> list[tuple[int, int]]:
    """Tokens whose date is the trigger's, nearest first, with their distance in clauses."""
    found: list[tuple[int, int]] = [(trigger, 0)]
    if is_noun:
        found += [(c, 1) for c in parse.kids(trigger, "acl")]
    else:
        found += _inside(parse, trigger, 1, triggers, cues)
    below, node, distance = trigger, trigger, 1
    while parse.head[node] != node and distance < 4:
        below, node = node, parse.head[node]
        dep = parse.dep[below]
        if is_noun and parse.lower[below] in cues.after:
            distance = max(distance, LOOSE)  # "Following the outbreak of the war, the two signed a treaty"
        if dep == "acl" and parse.tag[below] == "VBN" and below == trigger:
            distance += 1  # "exiles trained by the agency landed in April"
        if dep == "relcl" and is_pluperfect(parse, below):
            break
        if dep == "ccomp" and parse.lemma[node] in cues.say and _off_time(parse, below, cues):
            distance = max(distance, LOOSE)
        if dep == "conj" and parse.kid(below, "nsubj", "nsubjpass") is not None and is_pluperfect(parse, below):
            break
        if node in triggers or parse.pos[node] in VERBS:
            found.append((node, distance))
            if dep in ("relcl", "advcl", "ccomp", "conj", "parataxis") or parse.pos[below] == "ADP":
                distance += 1
            if parse.pos[node] in VERBS:
                found += [
                    (t, max(d, distance)) for t, d in _inside(parse, node, distance, triggers, cues) if t != below
                ]
    return sorted(found, key=lambda f: f[1])


def _inside(parse: Parse, verb: int, distance: int, triggers: dict[int, bool], cues: Cues) -> list[tuple[int, int]]:
    """Words under a verb whose date is the verb's: event nouns it carries, its infinitive, what is coordinated."""
    found: list[tuple[int, int]] = []
    for c in parse.children[verb]:
        dep = parse.dep[c]
        if dep in ("dobj", "nsubjpass", "attr"):
            if triggers.get(c):
                found.append((c, distance))
            # "signed the treaty of annexation on August 22"
            inner = [p for o in parse.kids(c, "prep") if parse.lower[o] == "of" for p in parse.kids(o, "pobj")]
            found += [(p, distance + 1) for p in inner if triggers.get(p)]
        elif dep in ("xcomp", "ccomp") and parse.lemma[verb] not in cues.say:
            found.append((c, distance))
        elif dep == "prep":
            # "responded with air attacks on December 3"; "after Nixon's visit in 1969, the U.S. resumed ..."
            name = parse.lower[c]
            step = LOOSE if name in cues.after else distance if name in cues.manner else distance + 1
            found += [(p, step) for p in parse.kids(c, "pobj", "pcomp") if p in triggers]
        elif dep == "advcl" and any(parse.lower[k] in cues.simultaneous for k in parse.children[c]):
            found.append((c, distance))  # "gave his consent when Kim visited Moscow in April 1950"
        elif (dep == "advcl" and parse.tag[c] == "VBG") or (dep == "conj" and _own_subjectless(parse, c)):
            found.append((c, distance + 1))
            if dep == "conj":
                found += [(t, d + 1) for t, d in _inside(parse, c, distance, triggers, cues)]
    return found


def _own_subjectless(parse: Parse, verb: int) -> bool:
    return parse.pos[verb] in VERBS and parse.kid(verb, "nsubj", "nsubjpass") is None


def _off_time(parse: Parse, verb: int, cues: Cues) -> bool:
    """Whether a reported clause is before or after the report: past perfect, future or modal."""
    return is_pluperfect(parse, verb) or any(
        parse.dep[c] == "aux" and (parse.lemma[c] in cues.modal or parse.lemma[c] in cues.future)
        for c in parse.children[verb]
    )


def _choose(links: list[Link], cues: Cues) -> Link:
    """Of several dates of one word, the one that says when: not a limit, and the narrowest.

    "Five years later, in December 1853" is the month, which lies within the year.
    """

    def rank(link: Link) -> tuple[int, int, int]:
        limit = link.prep in cues.before or link.prep in cues.after
        width = int(link.row.latest[:4]) - int(link.row.earliest[:4]) if link.row.earliest[0] != "-" else 0
        return (int(limit), width, link.head)

    best = min(links, key=rank)
    for link in links:
        if best.row.earliest <= link.row.earliest and link.row.latest <= best.row.latest and rank(link)[0] == 0:
            best = link
    return best


def _parted(parse: Parse, trigger: int, link: Link) -> bool:
    """Whether a date stands in a later clause of its own: "named Nagy premier; a day later Kádár took over"."""
    return ";" in parse.lower[trigger : link.head]


def _apart(parse: Parse, trigger: int, link: Link, cues: Cues) -> bool:
    """Whether a date stands in a relative clause or past perfect that the trigger does not belong to."""
    verb = _clause_verb(parse, link.governor)
    if verb is None:
        return False
    chain = {trigger, *parse.ancestors(trigger)}
    node = verb
    while node not in chain:
        if parse.dep[node] == "relcl" or is_pluperfect(parse, node):
            return True
        if parse.dep[node] == "advcl" and any(parse.lower[m] in cues.before for m in parse.kids(node, "mark")):
            return True  # "asked for an answer before Congress met in December"
        split = "," in parse.lower[parse.head[node] : node]
        if parse.dep[node] == "conj" and split and parse.kid(node, "nsubj", "nsubjpass") is not None:
            return True  # "demanded a ceasefire, and on November 6 the British accepted it"
        if parse.head[node] == node:
            break
        node = parse.head[node]
    return False
