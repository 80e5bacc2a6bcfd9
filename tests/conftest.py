"""Fixtures that several test modules share."""

from __future__ import annotations

import pytest
from spacy.language import Language

from pipeline.language import load_model


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The pinned language model, loaded once for the whole session."""
    return load_model("en_core_web_md")
