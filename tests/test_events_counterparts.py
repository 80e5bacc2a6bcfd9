"""Parties that the words of an event do not name, chosen among those of the text around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from pipeline.actors import find_actors
from pipeline.dates import find_dates
from pipeline.document import layout_of
from pipeline.errors import DataError
from pipeline.events import find_events
from pipeline.events.counterparts import Candidate, Weights, load_counterparts
from pipeline.schema import Event
from pipeline.settings import ActorsSettings, DatesSettings, EventsSettings


def events_of(nlp: Language, text: str) -> list[Event]:
    doc = nlp(text)
    layout_of(doc)
    doc._.dates = find_dates(doc, DatesSettings())
    doc._.mentions, doc._.actors = find_actors(doc, ActorsSettings())
    return find_events(doc, EventsSettings())


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b"]), st.floats(-9, 9)), max_size=4), st.floats(0, 1))
def test_nobody_less_likely_than_the_least_is_chosen(found: list[dict[str, float]], least: float) -> None:
    candidates = [Candidate((str(n),), features) for n, features in enumerate(found)]
    best, likely = Weights(least, {"a": 1.0, "b": -1.0}).choose(candidates)
    assert likely >= round(least, 3) if best else likely == 0.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "source"),
        ("[source]\nleast = 0.5\n[source.weights]\nbias = 'x'\n", "bias"),
        ("[source]\n[source.weights]\nbias = 1.0\n", "least"),
    ],
)
def test_a_damaged_model_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "counterparts.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        load_counterparts(path)


def test_an_answer_goes_to_whoever_asked(nlp: Language) -> None:
    text = "In May 1961 Britain and India talked about a pact with Iraq. France asked India for a base. India refused."
    refused = next(e for e in events_of(nlp, text) if e.trigger == "refused")
    assert refused.source_ids == ["india"]
    assert refused.target_ids == ["france"]


def test_what_names_nobody_need_have_been_done_by_nobody(nlp: Language) -> None:
    text = "The United States recognized Ukraine in 1991, after the dissolution of the Soviet Union."
    dissolved = next(e for e in events_of(nlp, text) if e.trigger == "dissolution")
    assert dissolved.source_ids == []
