"""What a name found in a text is: its words, the title before it, and what the recogniser of entities took it for."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.actors.knowledge import Candidate
from pipeline.actors.lexicon import Lexicon, Title
from pipeline.actors.tokens import Tokens

NAME, ADJECTIVE = "name", "adjective"

#: Types of spaCy's English models (OntoNotes) that name actors, and ours for them.
LABELS = {
    "PERSON": "PERSON",
    "NORP": "PEOPLE",
    "FAC": "PLACE",
    "ORG": "ORGANIZATION",
    "GPE": "STATE",
    "LOC": "PLACE",
    "EVENT": "EVENT",
    "LAW": "EVENT",
}
DEMONYMS = ("demonym_adj", "demonym_people")


@dataclass(slots=True)
class Name:
    """A stretch of tokens that names an actor, before it is known which.

    `weak` names count only where the text names their actor elsewhere; `parts` are names joined in one token or
    by a shared noun (`U.S.-Belgian`, `West and East Pakistan`); `also` are names inside that count as well (`Beirut` in
    `U.S. embassy in Beirut`).
    """

    start: int
    end: int
    text: str
    kind: str = NAME
    label: str = ""
    title: Title | None = None
    title_start: int = -1
    candidates: list[Candidate] = field(default_factory=list)
    weak: bool = False
    parts: list[str] = field(default_factory=list)
    acronym_of: int = -1
    inner: Name | None = None
    also: list[Name] = field(default_factory=list)


def is_demonym(candidates: list[Candidate]) -> bool:
    """Whether a word is the adjective or people of what it means first, not its name."""
    first = candidates[0]
    return first.kind in DEMONYMS and not any(
        c.entity_id == first.entity_id and c.kind in ("name", "short", "variant", "acronym") for c in candidates
    )


def match_title(tokens: Tokens, i: int, end: int, lexicon: Lexicon) -> Title | None:
    """The longest title whose words stand at a token."""
    word = tokens.text[i]
    for title in lexicon.titles.get(word, ()) or lexicon.titles.get(word.removesuffix("s"), ()):
        n = len(title.words)
        if i + n <= end and tuple(tokens.text[i + 1 : i + n]) == title.words[1:]:
            if word != title.words[0] and n > 1 and title.words[1] != "-":
                continue
            return title
    return None


def surface(tokens: Tokens, doc_text: str, offsets: list[int], start: int, end: int) -> str:
    """The words as written."""
    return doc_text[offsets[start] : offsets[end - 1] + len(tokens.text[end - 1])]
