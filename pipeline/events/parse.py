"""The dependency parse of a Doc as plain columns, and the walks over it that events need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from spacy.attrs import DEP, HEAD, LEMMA, LOWER, POS, TAG
from spacy.tokens import Doc

from pipeline.events.repairs import repair

SUBJECTS = frozenset({"nsubj", "csubj"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
CLAUSE = frozenset({"ROOT", "ccomp", "advcl", "relcl", "parataxis", "csubj", "csubjpass"})
NOUNS = frozenset({"NOUN", "PROPN"})
RELATIVES = frozenset({"who", "whom", "which", "that", "whose"})
VERBS = frozenset({"VERB", "AUX"})


#: Lemmas that spaCy's rules derive wrongly ("staged" as a form of "stag").
_LEMMAS = {
    **{"stag": "stage", "rap": "rape", "hop": "hope", "overflew": "overfly", "overflie": "overfly", "flie": "fly"},
    **{"din": "dine", "wad": "wade", "wag": "wage", "rag": "rage", "fin": "fine", "slat": "slate", "petere": "peter"},
    **{"enrol": "enroll", "fulfil": "fulfill", "instal": "install", "cordone": "cordon", "napalme": "napalm"},
    **{"reoccupie": "reoccupy", "reoccupye": "reoccupy", "reappointe": "reappoint", "rearreste": "rearrest"},
    **{"reentere": "reenter", "reembarke": "reembark", "relaunche": "relaunch", "readie": "ready"},
}


@dataclass(slots=True)
class Parse:
    """Columns of a Doc, one entry a token; `children` are in order, `named` are heads of actor mentions."""

    lower: list[str]
    lemma: list[str]
    pos: list[str]
    tag: list[str]
    dep: list[str]
    head: list[int]
    children: list[list[int]]
    named: frozenset[int] = frozenset()

    def kids(self, i: int, *deps: str) -> list[int]:
        """Children of a token with one of the dependency labels."""
        below = self.children[i]
        if not below:
            return []
        dep = self.dep
        return [c for c in below if dep[c] in deps]

    def kid(self, i: int, *deps: str) -> int | None:
        """The first such child."""
        dep = self.dep
        for c in self.children[i]:
            if dep[c] in deps:
                return c
        return None

    def conjuncts(self, i: int) -> list[int]:
        """A token and what is coordinated with it to its right, with appositions of plural heads left out."""
        found = [i]
        for k in found:
            found += self.kids(k, "conj")
        return sorted(found)

    def ancestors(self, i: int) -> Iterator[int]:
        """Heads of a token up to the root."""
        while self.head[i] != i:
            i = self.head[i]
            yield i

    def subtree(self, i: int) -> list[int]:
        """The tokens under a token, itself with them, in order."""
        found = [i]
        for k in found:
            found += self.children[k]
        return sorted(found)

    def attach(self, i: int, head: int, dep: str) -> None:
        """Hang a token on another one."""
        self.children[self.head[i]].remove(i)
        self.children[head] = sorted([*self.children[head], i])
        self.head[i], self.dep[i] = head, dep

    def is_passive(self, i: int) -> bool:
        """Whether a verb is passive: a passive subject or auxiliary, or a participle that modifies a noun."""
        if self.kid(i, "nsubjpass", "auxpass", "csubjpass") is not None:
            return True
        if self.tag[i] != "VBN":
            return False
        if self.kid(i, "nsubj", "aux", "dobj") is not None:
            return False
        if self.dep[i] in ("acl", "advcl", "amod", "ccomp", "xcomp", "ROOT", "dep", "prep"):
            return True
        if self.dep[i] == "conj":
            return self.is_passive(self.head[i])
        return self.kid(i, "agent") is not None


def parse_of(doc: Doc, named: frozenset[int] = frozenset()) -> Parse:
    """Read the columns of an annotated Doc.

    Examples
    --------
    >>> from spacy.vocab import Vocab
    >>> doc = Doc(Vocab(), words=["Iraq", "signed"], heads=[1, 1], deps=["nsubj", "ROOT"], lemmas=["Iraq", "sign"])
    >>> parse_of(doc).children
    [[], [0]]
    """
    raw = doc.to_array([LOWER, LEMMA, POS, TAG, DEP, HEAD])
    lower, lemma, pos, tag, dep = (_words(doc, raw[:, k].tolist(), lemmas=k == 1) for k in range(5))
    offsets = raw[:, 5].astype(np.int64).tolist()
    head = [i + o for i, o in enumerate(offsets)]
    repair(head, tag, dep, pos, lower)
    children: list[list[int]] = [[] for _ in head]
    for i, h in enumerate(head):
        if h != i:
            children[h].append(i)
    return Parse(lower, lemma, pos, tag, dep, head, children, named)


def _words(doc: Doc, values: list[int], *, lemmas: bool) -> list[str]:
    """The words of a column of hashes."""
    strings = doc.vocab.strings
    words = {v: strings[v] if v else "" for v in set(values)}
    if lemmas:
        words = {v: _LEMMAS.get(w.lower(), w.lower()) for v, w in words.items()}
    return [words[v] for v in values]


def free_subjects(parse: Parse, dates: list[tuple[int, int]]) -> None:
    """Give a verb the subject that the parser has taken for the end of a date.

    In "On 14 July 1958 officers overthrew the monarchy" the officers hang on `On`, and the date on the officers.
    """
    for start, end in dates:
        prep = start - 1
        if prep < 0 or parse.pos[prep] != "ADP" or end >= len(parse.head):
            continue
        noun = next((c for c in parse.kids(prep, "pobj") if c >= end), -1)
        above = parse.head[prep]
        if noun < 0 or parse.pos[above] not in VERBS:
            continue
        verb = above
        if noun > above:  # "asked them to stop, and on May 28 Roosevelt forbade it"
            verb = next((c for c in parse.kids(above, "conj") if c > noun and parse.pos[c] in VERBS), above)
        inside = [c for c in range(start, end) if parse.head[c] >= end]
        if noun > verb or not inside or parse.kid(verb, "nsubj", "nsubjpass") is not None:
            continue
        parse.attach(noun, verb, "nsubjpass" if parse.kid(verb, "auxpass") is not None else "nsubj")
        if verb != above:
            parse.attach(prep, verb, "prep")
        for c in inside:
            parse.attach(c, prep, "pobj")
