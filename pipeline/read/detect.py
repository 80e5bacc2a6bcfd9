"""The language of a text, told from its words (py3langid) where nobody says it."""

from __future__ import annotations

import importlib

_ENGLISH = frozenset({"", "en", "eng", "english"})
_LEAST_CHARS, _MOST_CHARS = 400, 5000


def is_english(language: str) -> bool:
    """Whether a language given by metadata is English.

    Examples
    --------
    >>> is_english("en-GB"), is_english("English"), is_english("de")
    (True, True, False)
    """
    return language.lower().replace("_", "-").split("-")[0] in _ENGLISH


def language_of(text: str) -> str:
    """The ISO 639-1 code of a text's language: `en` for a short or doubtful one, or without the library."""
    sample = text[:_MOST_CHARS]
    if sum(c.isalpha() for c in sample) < _LEAST_CHARS:
        return "en"
    try:
        langid = importlib.import_module("py3langid")
    except ImportError:
        return "en"
    # Names and quotations mislead: both halves must agree that it is not English.
    half = len(sample) // 2
    first, second = (str(langid.classify(part)[0]) for part in (sample[:half], sample[half:]))
    return first if first == second else "en"
