"""Which event a predicate denotes: the ontology's files, and the choice of the most specific entry for a frame.

The files (`models/ontology`, or any folder laid out like it) are described in the folder's README: `types.toml` the
event types, `cameo.tsv` the CAMEO codes, `classes.toml` word classes, `lexicon/*.tsv` the predicates, `derived/*.tsv`
and `fallback.tsv` predicates of lower confidence, and `stop.tsv` what is no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pipeline.events.ontology_files import POS, Entry, EventType, Requirement, read_ontology
from pipeline.paths import models_dir

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Frame:
    """A predicate and what it governs, by lemma.

    The object is the logical one: of a passive verb, its surface subject. A noun's possessor, demonym or `by`-phrase
    is no object; its other modifiers are `modifiers`, its `of`-phrase is `preps["of"]`. An adjective's clause, and the
    verb of a modal ("may expel"), are its `xcomp`; so is the infinitive of a verb's object ("announced plans to send").
    """

    lemma: str
    pos: str
    object: str = ""
    object_words: frozenset[str] = NOTHING
    preps: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    xcomp: Frame | None = None
    passive: bool = False
    negated: bool = False
    subject_kind: str = ""
    object_kind: str = ""
    context: frozenset[str] = NOTHING
    subject: str = ""
    subject_words: frozenset[str] = NOTHING
    modifiers: frozenset[str] = NOTHING
    infinitive: bool = False
    prep_kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coding:
    """What a lexicon entry says of a frame.

    `source` and `target` are grammatical roles in order of preference (`source` joins them by `|`): subject, object,
    dative, poss (possessor, demonym or name before the noun), `prep:with` and the like, clause (the subject of the
    controlled clause), both (subject and the other side alike), or empty. `factuality` is what the predicate implies
    of its complement. `light` marks a verb whose object noun names the event (`hold talks`).
    """

    event_type: str
    mode: str
    cameo: str
    quad_class: int
    goldstein: float
    entry: str
    confidence: float
    source: str
    target: tuple[str, ...]
    reciprocal: bool
    factuality: str
    light: bool = False


class Ontology:
    """An event ontology in memory: codes frames and knows which lemmas can be triggers.

    Parameters
    ----------
    folder : Path
        The folder of its files.

    Raises
    ------
    pipeline.errors.DataError
        When a file has a mistake; the message names file and line.

    Examples
    --------
    >>> ontology = load_ontology()
    >>> ontology.code(Frame("recognize", "VERB", object="Kuwait", object_kind="STATE")).event_type
    'SUPPORT'
    >>> frame = Frame("sign", "VERB", object="treaty", preps={"with": ("Israel", frozenset({"Israel"}))})
    >>> ontology.code(frame).event_type
    'AGREE'
    >>> ontology.code(Frame("believe", "VERB")) is None
    True
    """

    def __init__(self, folder: Path) -> None:
        files = read_ontology(folder)
        self.folder = folder
        self.types: dict[str, EventType] = files.types
        self.entries: list[Entry] = files.entries
        self._codings: dict[str, Coding | None] = {e.id: _coding(e, files.types, files.cameo) for e in files.entries}
        self._index: dict[str, dict[str, list[Entry]]] = {pos: {} for pos in POS.values()}
        for entry in files.entries:
            for lemma in entry.lemmas:
                self._index[entry.pos].setdefault(lemma, []).append(entry)
        self._triggers = {
            pos: frozenset(lemma for lemma, found in lemmas.items() if any(e.event_type for e in found))
            for pos, lemmas in self._index.items()
        }
        self._slots: dict[str, dict[str, frozenset[str]]] = {pos: {} for pos in POS.values()}
        self._first_words = {
            pos: frozenset(lemma.partition(" ")[0] for lemma in lemmas) for pos, lemmas in self._triggers.items()
        }

    def is_trigger_lemma(self, lemma: str, pos: str) -> bool:
        """Whether the lemma has an entry that denotes an event: a quick test before a frame is built.

        Parameters
        ----------
        lemma : str
            A lemma, with its particle if any (`break off`).
        pos : str
            VERB, NOUN, ADJ or MODAL.
        """
        known = self._triggers.get(pos, NOTHING)
        return lemma in known or (" " in lemma and lemma.partition(" ")[0] in known)

    def first_words(self, pos: str) -> frozenset[str]:
        """The words that a trigger of this part of speech can begin with: quicker still than `is_trigger_lemma`."""
        return self._first_words.get(pos, NOTHING)

    def slots(self, lemma: str, pos: str) -> frozenset[str]:
        """What of a frame the entries of a lemma look at: slots, and prepositions as `prep:with`.

        A lemma with a particle has those of the bare verb too.
        """
        known = self._slots[pos]
        if lemma not in known:
            found = self._index[pos].get(lemma, [])
            needed = {r.slot for e in found for r in e.requirements}
            needed |= {f"prep:{p}" for e in found for r in e.requirements for p in r.preps}
            bare = lemma.partition(" ")[0]
            known[lemma] = frozenset(needed) | (self.slots(bare, pos) if bare != lemma else NOTHING)
        return known[lemma]

    def knows(self, lemma: str, pos: str) -> bool:
        """Whether the very lemma, particle and all, has an entry, be it one that denotes no event."""
        return lemma in self._index[pos]

    def code(self, frame: Frame) -> Coding | None:
        """The coding of the most specific entry that fits a frame; None where the frame denotes no event.

        Among the entries of the best layer (hand-made, derived, fallback) that fit, the one with the most telling
        conditions wins: a word named in the entry counts more than a member of a class, the head of a phrase more
        than a word inside it, the object more than the subject; of equals, the first in the files. A verb with a
        particle that the lexicon lacks is coded as the bare verb.
        """
        lemmas = self._index.get(frame.pos, {})
        found = lemmas.get(frame.lemma)
        if found is None and " " in frame.lemma:
            found = lemmas.get(frame.lemma.partition(" ")[0])
        entry = self._most_specific(found, frame) if found else None
        return self._codings[entry.id] if entry else None

    def _most_specific(self, entries: list[Entry], frame: Frame) -> Entry | None:
        best: Entry | None = None
        best_score = -1
        for entry in entries:
            if best is not None and entry.layer != best.layer:
                break
            score = self._fit(entry, frame)
            if score > best_score:
                best, best_score = entry, score
        return best

    def _fit(self, entry: Entry, frame: Frame) -> int:
        """How specifically an entry fits a frame; -1 where it does not fit."""
        score = 0
        for requirement in entry.requirements:
            if requirement.slot == "object":
                value = requirement.match(frame.object, frame.object_words, frame.object_kind)
            elif requirement.slot == "prep":
                value = _fit_preps(requirement, frame)
            else:
                value = self._satisfied(requirement, frame)
            if value < 0:
                return -1
            score += value
        return score

    def _satisfied(self, requirement: Requirement, frame: Frame) -> int:
        slot = requirement.slot
        if slot == "clause":
            clause = frame.xcomp
            if clause is None:
                value = requirement.missing
            elif requirement.types:
                coding = self.code(clause)
                value = 3 if coding is not None and coding.event_type in requirement.types else -1
            else:
                value = requirement.match(clause.lemma, clause.object_words)
        elif slot == "subject":
            # Who acts says less about the act than what is acted on.
            value = _half(requirement.match(frame.subject, frame.subject_words, frame.subject_kind))
        elif slot == "modifier":
            value = requirement.match("", frame.modifiers)
        elif slot == "context":
            value = _half(requirement.match("", frame.context))
        elif slot == "clause-subject":
            clause = frame.xcomp
            value = requirement.match(clause.subject, clause.subject_words, clause.subject_kind) if clause else -1
        elif slot == "clause-infinitive":
            value = 2 if frame.xcomp and frame.xcomp.infinitive else -1
        elif slot in ("clause-negated", "clause-affirmed"):
            value = 2 if frame.xcomp and frame.xcomp.negated == (slot == "clause-negated") else -1
        elif slot in ("negated", "affirmed"):
            value = 2 if frame.negated == (slot == "negated") else -1
        else:
            value = 2 if frame.passive == (slot == "passive") else -1
        return value


@cache
def load_ontology(folder: str = "") -> Ontology:
    """The ontology of a folder (default: the one that comes with the project), read once per process.

    Raises
    ------
    pipeline.errors.DataError
        When a file has a mistake; the message names file and line.
    """
    return Ontology(Path(folder) if folder else models_dir() / "ontology")


def _fit_preps(requirement: Requirement, frame: Frame) -> int:
    """The best value of a condition on several prepositions."""
    found = [
        requirement.match(*frame.preps[p], frame.prep_kinds.get(p, "")) for p in requirement.preps if p in frame.preps
    ]
    return max(found) if found else requirement.missing


def _half(value: int) -> int:
    return value // 2 if value > 1 else value


def _coding(entry: Entry, types: Mapping[str, EventType], cameo: Mapping[str, float]) -> Coding | None:
    if not entry.event_type:
        return None
    kind = types[entry.event_type]
    return Coding(
        event_type=entry.event_type,
        mode=entry.mode,
        cameo=entry.cameo,
        quad_class=kind.quad_class,
        goldstein=cameo.get(entry.cameo, kind.goldstein),
        entry=entry.id,
        confidence=entry.confidence,
        source=entry.source,
        target=entry.target,
        reciprocal=entry.reciprocal,
        factuality=entry.factuality,
        light=entry.light,
    )
