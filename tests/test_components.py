"""The stages as spaCy components in somebody else's pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

import pipeline
from pipeline.errors import DataError, RegestaError
from pipeline.language import load_model

TEXT = "On 14 July 1958 officers overthrew the Iraqi king.\n\nTwo days later, the United States sent troops to Lebanon."


def test_the_whole_chain() -> None:
    nlp = pipeline.load()
    doc = nlp(TEXT)
    assert [d.value for d in doc._.dates] == ["1958-07-14", "1958-07-16"]
    assert {"united-states", "lebanon"} <= {i for m in doc._.mentions for i in m.actor_id}
    assert {m.mention_id for m in doc._.mentions}
    assert [(e.date_start, e.trigger) for e in doc._.events] == [("1958-07-14", "overthrew"), ("1958-07-16", "sent")]
    for key, rows in (
        ("regesta_dates", doc._.dates),
        ("regesta_mentions", doc._.mentions),
        ("regesta_events", doc._.events),
    ):
        assert [(s.start_char, s.end_char) for s in doc.spans[key]] == [(r.start, r.end) for r in rows]


def test_dates_alone_in_another_pipeline() -> None:
    nlp: Language = load_model("en_core_web_md")
    nlp.add_pipe("regesta_dates", config={"settings": {"text_kind": "narrative"}})
    doc = nlp("The war began in March 1854. In September the allies landed.")
    assert [d.value for d in doc._.dates] == ["1854-03", "1854-09"]


def test_wrong_settings_are_refused_when_the_component_is_made() -> None:
    nlp = spacy.blank("en")
    with pytest.raises(DataError, match="text_kind"):
        nlp.add_pipe("regesta_dates", config={"settings": {"text_kind": "poem"}})


@pytest.mark.parametrize("config", ["", "[nlp", '[nlp]\nlang = "en"\npipeline = ["tok2vec"]\n'])
def test_a_damaged_language_model_is_named_with_its_remedy(config: str, tmp_path: Path) -> None:
    (tmp_path / "config.cfg").write_text(config, encoding="utf-8")
    (tmp_path / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(RegestaError, match=r"damaged .*; install it again"):
        load_model(str(tmp_path))
