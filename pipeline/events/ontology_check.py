"""Run every example sentence of an ontology: an entry must be the one that codes its own example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.document import layout_of
from pipeline.events.data import load_cues
from pipeline.events.fill import Actors
from pipeline.events.ontology import Ontology
from pipeline.events.ontology_files import Entry
from pipeline.events.parse import parse_of
from pipeline.events.predicates import Predicate, predicates_of
from pipeline.settings import ActorsSettings, DatesSettings


@dataclass(frozen=True, slots=True)
class Problem:
    """An entry that its own example does not bear out; `found` are the entries that coded the sentence instead."""

    path: Path
    line: int
    entry: str
    example: str
    found: tuple[str, ...]

    def __str__(self) -> str:
        instead = f"coded by {', '.join(self.found)}" if self.found else "no event found"
        return f"{self.path}:{self.line}: {self.entry}: {instead} in {self.example!r}"


def check(ontology: Ontology, nlp: Language) -> list[Problem]:
    """Run the example sentences.

    Parameters
    ----------
    ontology : Ontology
        What to check.
    nlp : Language
        The language model that the texts will be read with.

    Returns
    -------
    list of Problem
        In the order of the files; empty when every example is coded by its own entry.
    """
    wanted = [e for e in ontology.entries if e.event_type and e.example]
    return list(_problems(ontology, nlp, wanted))


def _problems(ontology: Ontology, nlp: Language, entries: list[Entry]) -> Iterator[Problem]:
    for entry, doc in zip(entries, nlp.pipe(e.example for e in entries), strict=True):
        found = tuple(p.coding.entry for p in predicates_in(doc, ontology))
        if entry.id not in found:
            yield Problem(entry.path, entry.line, entry.id, entry.example, found)


def predicates_in(doc: Doc, ontology: Ontology) -> list[Predicate]:
    """Predicates of a Doc whose stages have not run yet."""
    # The stages are imported here because the events stage imports the ontology.
    from pipeline.actors import find_actors
    from pipeline.dates import find_dates

    layout, cues = layout_of(doc), load_cues()
    doc._.dates = find_dates(doc, DatesSettings())
    mentions, known = find_actors(doc, ActorsSettings())
    actors = Actors(doc, layout, mentions, known, doc._.dates)
    parse = parse_of(doc, frozenset(actors.by_head))
    return [p for s in layout.sentences for p in predicates_of(parse, s.start, s.end, ontology, actors, cues)]
