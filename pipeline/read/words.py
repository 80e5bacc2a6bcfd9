"""The words by which the structure of a text is recognised: `models/read/structure.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import DataError
from pipeline.paths import models_dir


@dataclass(frozen=True, slots=True)
class Words:
    """Names of sections that are not prose, of numbered divisions, and words that tell lines apart."""

    not_prose: frozenset[str]
    divisions: dict[str, int]
    division_numbers: frozenset[str]
    verbs: frozenset[str]
    open_ends: frozenset[str]
    abbreviations: frozenset[str]
    labels: frozenset[str]
    boilerplate: frozenset[str]
    text_starts: tuple[str, ...]
    text_ends: tuple[str, ...]
    citation: frozenset[str]


@cache
def load_words(path: Path | None = None) -> Words:
    """Read the words (once per process).

    Raises
    ------
    DataError
        When the file is missing, no TOML or lacks an entry.
    """
    path = path or models_dir() / "read" / "structure.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        lines = table["lines"]
        return Words(
            not_prose=_lower(table["not_prose"]),
            divisions={str(word).lower(): int(level) for word, level in table["divisions"].items()},
            division_numbers=_lower(table["division_numbers"]),
            verbs=_lower(lines["verbs"]),
            open_ends=_lower(lines["open_ends"]),
            abbreviations=_lower(lines["abbreviations"]),
            labels=_lower(lines["labels"]),
            boilerplate=_lower(lines["boilerplate"]),
            text_starts=tuple(sorted(_lower(lines["text_starts"]))),
            text_ends=tuple(sorted(_lower(lines["text_ends"]))),
            citation=_lower(lines["citation"]),
        )
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}; correct it or restore it from the repository") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path}: missing or wrong entry {error}; see the comments in the file") from error


def _lower(words: list[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)
