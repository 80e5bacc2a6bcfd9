"""What a document has mentioned so far, and the pronouns that take it up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from pipeline.actors.grammar import subjects
from pipeline.actors.knowledge import Knowledge
from pipeline.actors.lexicon import Lexicon
from pipeline.actors.linking import Linker
from pipeline.actors.moments import Moments
from pipeline.actors.naming import NAME
from pipeline.actors.ranker import Item, Weights, load_selection, rank, view_of
from pipeline.actors.tokens import Tokens

NOMINAL, PRONOUN = "nominal", "pronoun"
STATELIKE = ("STATE", "GOVERNMENT")
_UNSURE = 0.3
"""Probability under which no antecedent of `it` or `they` is given; a person is always somebody."""

_SURE = 0.8
"""Probability from which a pronoun tells whether a person is a man or a woman."""


@dataclass(slots=True)
class Found:
    """A mention found: tokens, head, kind, type, actors and why."""

    start: int
    end: int
    head: int
    kind: str
    label: str
    actors: list[str]
    method: str
    sector: str = ""
    probability: float = -1.0
    title: int = -1


def head_of(tokens: Tokens, start: int, end: int) -> int:
    """The token of a stretch that the rest of the sentence hangs on."""
    for i in range(end - 1, start - 1, -1):
        outside = not start <= tokens.head[i] < end or tokens.head[i] == i
        if outside and tokens.pos[i] not in ("PUNCT", "PART", "ADP", "DET"):
            return i
    return end - 1


def relative_antecedent(tokens: Tokens, i: int) -> int:
    """The noun that a relative pronoun takes up, -1 where the token is none."""
    clause = tokens.head[i]
    if tokens.dep[clause] == "relcl" and tokens.head[clause] < i:
        return tokens.head[clause]
    return -1


class Discourse:
    """The things mentioned, in order, with the actors they lead to."""

    def __init__(
        self,
        tokens: Tokens,
        kb: Knowledge,
        lexicon: Lexicon,
        linker: Linker,
        moments: Moments,
        weights: dict[str, Weights],
        names: list[Found],
        taken: list[bool],
    ) -> None:
        self.t, self.kb, self.lexicon, self.linker = tokens, kb, lexicon, linker
        self.moments, self.weights, self.taken = moments, weights, taken
        self.items: list[Item] = []
        self.subject_of = subjects(tokens)
        self.selection = load_selection()
        self.pairs: dict[tuple[str, ...], int] = {}
        self.found: list[Found] = []
        self.by_head: dict[int, Found] = {}
        self.starting: dict[int, Found] = {}
        self.inside: dict[int, Found] = {}
        for f in names:
            self.by_head[f.head] = f
            self.starting[f.title if f.title >= 0 else f.start] = f
            for i in range(f.start, f.end):
                self.inside[i] = f
        self.topics = {a for f in names if tokens.sentence[f.start] < 0 for a in f.actors}
        self.totals: Counter[str] = Counter(a for f in names for a in f.actors)
        self.counts: Counter[str] = Counter()
        self.words: Counter[str] = Counter()
        self.posts: list[tuple[tuple[str, ...], str, str, int]] = []
        self.groups: dict[str, str] = {}
        self.called_by: dict[str, tuple[int, set[str]]] = {}
        self.together: dict[tuple[str, ...], tuple[int, int, tuple[str, ...]]] = {}
        self.regarded = 0
        self.last_seen: dict[str, int] = {}
        self.state_then: dict[tuple[str, str], str] = {}
        self.headed: dict[str, tuple[tuple[str, ...], int]] = {}
        self.serving: dict[str, tuple[list[str], int]] = {}
        self.scenes: list[str] | None = None
        self.uprisings: Counter[str] | None = None
        self.described: dict[str, list[tuple[str, int]]] = {}

    def _item(
        self, i: int, kind: str, label: str, actors: list[str], number: str = "", gender: str = "", chain: str = ""
    ) -> None:
        t = self.t
        chain = "|".join(actors) or chain or t.lemma[i]
        if len(actors) == 1:
            r = self.linker.referents.get(actors[0])
            gender = gender or (r.gender if r else "")
        if (
            not number
            and label == "STATE"
            and kind == NAME
            and i in self.by_head
            and self.by_head[i].method == "demonym"
        ):
            number = "p"  # "the Japanese"
        if not number:
            number = "p" if len(actors) > 1 or t.plural[i] else "s"
        item = Item(i, kind, label, number, gender, tuple(actors), t.sentence[i], i, self.words[chain], chain)
        self.words[chain] += 1
        for a in actors:
            self.counts[a] += 1
        self.items.append(item)
        if t.dep[i] == "conj":
            self._join(item)
        elif actors and t.dep[i] == "pobj" and t.lower[t.head[i]] == "with":
            self._accompany(item, t.head[t.head[i]])
        elif actors and t.dep[i] == "dobj" and t.lemma[t.head[i]] == "meet":
            self._accompany(item, t.head[i])

    def _join(self, item: Item) -> None:
        """`Britain and France` as one plural item beside its parts."""
        t = self.t
        first = t.head[item.token]
        while t.dep[first] == "conj":
            first = t.head[first]
        for earlier in reversed(self.items[:-1]):
            if earlier.sentence != item.sentence:
                break
            if earlier.kind == PRONOUN and not earlier.actors:
                continue
            if earlier.token == first and earlier.type == item.type and (earlier.actors or not item.actors):
                together = tuple(dict.fromkeys((*earlier.actors, *item.actors)))
                chain = "|".join(together) or f"{earlier.chain} and {item.chain}"
                joined = Item(
                    earlier.token,
                    earlier.kind,
                    item.type,
                    "p",
                    "",
                    together,
                    item.sentence,
                    item.token,
                    earlier.count,
                    chain,
                )
                if earlier.last > earlier.token:
                    self.pairs.pop(tuple(sorted(earlier.actors)), None)  # "Britain, France, and Egypt" are three
                self.items.append(joined)
                self._paired(together, item.sentence)
                break

    def _accompany(self, item: Item, verb: int) -> None:
        """`Churchill arrived with Anthony Eden`, `Nixon met Mao`: the two together, beside each of them."""
        subject = self.subject_of.get(verb, -1)
        for earlier in reversed(self.items[:-1]):
            if earlier.sentence != item.sentence:
                break
            if earlier.token == earlier.last == subject and earlier.type == item.type and earlier.kind != PRONOUN:
                together = tuple(dict.fromkeys((*earlier.actors, *item.actors)))
                if len(together) > len(earlier.actors):
                    both = replace(earlier, number="p", gender="", actors=together, last=item.token)
                    both.chain = "|".join(together)
                    self.items.append(both)
                break

    def _paired(self, actors: tuple[str, ...], sentence: int) -> None:
        """Remember states that were named side by side."""
        if len(actors) > 1 and all(self._type(a) in STATELIKE for a in actors):
            self.pairs[tuple(sorted(actors))] = sentence

    def _add(self, found: Found, number: str = "", gender: str = "") -> None:
        self.found.append(found)
        self.by_head.setdefault(found.head, found)
        self._item(found.head, found.kind, found.label, found.actors, number, gender)

    def _pronoun(self, i: int, group: str, gender: str, number: str) -> None:
        t = self.t
        weights = self.weights[group]
        apart: tuple[str, ...] = ()
        if i + 1 < len(t) and t.dep[i + 1] == "cc":  # "he and Hayashi signed": he is another
            joined = (self.by_head.get(k) for k in range(i + 2, min(i + 6, len(t))) if t.head[k] == i)
            apart = tuple("|".join(f.actors) for f in joined if f is not None)
        view = view_of(t, i, (group, gender, number), self.items, self.subject_of, self.selection, apart)
        item, probability = rank(view, weights)
        if item is not None and item.actors and group != "he" and probability < _UNSURE:
            self._item(i, PRONOUN, item.type, list(item.actors), number, gender)
            return
        if (item is None or not item.actors) and (name := self._ahead(i, number, gender)) is not None:
            self._add(Found(i, i + 1, i, PRONOUN, name.label, list(name.actors), "subject ahead"), number, gender)
            return
        thing = item is None or (not item.actors and not item.type and view.suits > 0)
        if thing and group == "they" and (both := self._both(i)):
            self._add(Found(i, i + 1, i, PRONOUN, "PERSON", both, "both named"), number, gender)
            return
        if item is None or not item.actors or item.type == "EVENT":
            chain = item.chain if item else f"{t.lower[i]} {i}"
            self._item(i, PRONOUN, item.type if item else "", [], number, gender, chain)
            return
        if number == "p" and item.number == "s":
            for other in reversed(self.items):
                if (
                    other.last > other.token
                    and item.token in (other.token, other.last)
                    and other.sentence == item.sentence
                ):
                    item = other
                    break
        if number == "p" and len(item.actors) == 1 and self._type(item.actors[0]) == "PERSON":
            if both := self._both(i):
                self._add(Found(i, i + 1, i, PRONOUN, "PERSON", both, "both named"), number, gender)
            else:
                self._item(i, PRONOUN, "", [], number, gender)
            return
        label = item.type
        if group == "he" and probability > _SURE and not (r := self.linker.referents[item.actors[0]]).gender:
            r.gender = gender  # "Captain Wilkes ... he": "her" is another
        self._add(Found(i, i + 1, i, PRONOUN, label, list(item.actors), "ranker", "", probability), number, gender)

    def _together(self, i: int) -> None:
        """`promised never to attack each other`, `relations with both`: those who act, the two just named together."""
        t = self.t
        start = i - 1 if (t.lower[i - 1], t.lower[i]) in (("each", "other"), ("one", "another")) else i
        if (start == i) != (t.lower[i] == "both") or t.dep[i] not in (
            "dobj",
            "pobj",
            "nsubj",
            "nsubjpass",
            "dative",
            "poss",
        ):
            return
        at = t.head[i]
        for _ in range(4):
            if start == i or at in self.subject_of or t.head[at] == at:
                break
            at = t.head[at]
        actor = self.subject_of.get(at, -1)
        for item in reversed(self.items):
            if t.sentence[i] - item.sentence > (1 if start == i else 0):
                break
            several = len(item.actors) == 2 if start == i else len(item.actors) > 1 and item.token == actor
            if several and item.token < start:
                self._add(Found(start, i + 1, i, PRONOUN, item.type, list(item.actors), "together"), "p")
                return
        if i == t.sentence_start[i] and t.dep[i] == "nsubj":
            for kind in ("STATE", "PERSON"):
                if both := self._both(i, kind):
                    self._add(Found(i, i + 1, i, PRONOUN, kind, both, "both named"), "p")
                    return

    def _both(self, i: int, kind: str = "PERSON") -> list[str]:
        """`Begin refused, and Sadat insisted. They no longer met`: the two who are subjects just before."""
        t = self.t
        for back in (0, 1):
            found: list[str] = []
            for item in self.items[-60:]:
                here = item.sentence == t.sentence[i] - back and item.token < i and item.last == item.token
                if here and item.type == kind and len(item.actors) == 1:
                    dep, above = t.dep[item.token], self.by_head.get(t.head[item.token])
                    # "Mason was to go to London and Slidell to Paris": parsed as if London and Slidell were joined
                    gapped = dep == "conj" and above is not None and above.label == "PLACE" and kind == "PERSON"
                    if dep in ("nsubj", "nsubjpass") or gapped or (back == 0 and dep in ("dobj", "dative")):
                        found += [a for a in item.actors if a not in found]
            if found:
                return found if len(found) == 2 else []
        return []

    def _ahead(self, i: int, number: str, gender: str) -> Found | None:
        """`In his message to Congress, Monroe declared`: the name that is the subject after an opening phrase."""
        t = self.t
        if t.dep[i] != "poss":
            return None
        top = i
        for _ in range(8):
            if t.head[top] == top or t.dep[top] in ("prep", "advcl"):
                break
            top = t.head[top]
        subject = self.subject_of.get(t.head[top], -1)
        name = self.by_head.get(subject)
        if t.dep[top] not in ("prep", "advcl") or subject <= i or top != t.sentence_start[i]:
            return None
        if name is None or name.kind != NAME or t.sentence[subject] != t.sentence[i]:
            return None
        person = name.label == "PERSON"
        known = self.linker.referents[name.actors[0]].gender
        if person != (gender in ("m", "f")) or (person and known not in ("", gender)):
            return None
        return name if (len(name.actors) > 1) == (number == "p") else None

    def _relative(self, i: int) -> None:
        """`Israel, who regarded Nasser as a threat to its security`: the relative takes up what it follows."""
        antecedent = relative_antecedent(self.t, i)
        for item in reversed(self.items):
            if item.sentence != self.t.sentence[i]:
                break
            if item.token == antecedent and item.last == item.token:
                self.items.append(replace(item, token=i, kind=PRONOUN, last=i))
                break

    def _first_of(self, i: int) -> int:
        """The first of the things joined with a token."""
        t, steps = self.t, 0
        while t.dep[i] == "conj" and steps < 8:
            i, steps = t.head[i], steps + 1
        return i

    def _type(self, actor: str) -> str:
        r = self.linker.referents.get(actor)
        return r.type if r else ""

    def _country(self, actors: list[str]) -> str:
        for a in actors:
            r = self.linker.referents.get(a)
            if r and r.country:
                return r.country
        return ""
