"""The stages as spaCy components: `nlp.add_pipe("regesta_dates")` and what needs it.

Results are records of `pipeline.schema` in `doc._.dates`, `doc._.mentions`, `doc._.actors` and `doc._.events`, and
spans in `doc.spans["regesta_dates"]`, `["regesta_mentions"]` and `["regesta_events"]`. spaCy imports this
module whenever it starts, so the stages themselves are imported by the factories.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.document import layout_of, register
from pipeline.errors import DataError
from pipeline.settings import ActorsSettings, DatesSettings, EventsSettings

#: Component and its section of the settings, in the order in which they must run.
COMPONENTS = {"regesta_dates": "dates", "regesta_actors": "actors", "regesta_events": "events"}

register()


Kind = TypeVar("Kind", bound=BaseModel)


def _validated(kind: type[Kind], values: dict[str, Any], component: str) -> Kind:
    try:
        return kind(**values)
    except ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"{component}: setting {first['loc'][0]}: {first['msg']}") from error


def _spans(doc: Doc, rows: Iterable[tuple[int, int, str]], key: str) -> None:
    doc.spans[key] = [doc.char_span(start, end, label, alignment_mode="expand") for start, end, label in rows]


@Language.factory("regesta_dates", assigns=["doc._.dates"], default_config={"settings": {}})
def make_dates(nlp: Language, name: str, settings: dict[str, Any]) -> Callable[[Doc], Doc]:
    """Time expressions found and resolved, in `doc._.dates`."""
    from pipeline.dates import find_dates

    checked = _validated(DatesSettings, settings, name)

    def component(doc: Doc) -> Doc:
        layout_of(doc)
        doc._.dates = find_dates(doc, checked)
        _spans(doc, ((d.start, d.end, d.type) for d in doc._.dates), name)
        return doc

    return component


@Language.factory(
    "regesta_actors",
    requires=["doc._.dates"],
    assigns=["doc._.mentions", "doc._.actors"],
    default_config={"settings": {}},
)
def make_actors(nlp: Language, name: str, settings: dict[str, Any]) -> Callable[[Doc], Doc]:
    """Mentions linked to canonical actors, in `doc._.mentions` and `doc._.actors`."""
    from pipeline.actors import find_actors

    checked = _validated(ActorsSettings, settings, name)

    def component(doc: Doc) -> Doc:
        doc._.mentions, doc._.actors = find_actors(doc, checked)
        _spans(doc, ((m.start, m.end, m.label) for m in doc._.mentions), "regesta_mentions")
        return doc

    return component


@Language.factory(
    "regesta_events",
    requires=["doc._.dates", "doc._.mentions", "doc._.actors"],
    assigns=["doc._.events"],
    default_config={"settings": {}, "knowledge": ""},
)
def make_events(nlp: Language, name: str, settings: dict[str, Any], knowledge: str) -> Callable[[Doc], Doc]:
    """Dated, coded events with their sources and targets, in `doc._.events`; `knowledge` as for the actors."""
    from pipeline.events import find_events

    checked = _validated(EventsSettings, settings, name)

    def component(doc: Doc) -> Doc:
        doc._.events = find_events(doc, checked, knowledge)
        _spans(doc, ((e.start, e.end, e.event_type) for e in doc._.events), name)
        return doc

    return component
