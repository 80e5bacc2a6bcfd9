"""The tables every stage fills: the contract with whoever reads the outputs.

Each record class below is one table. Field order is column order; the annotation carries the column's type and the
sentence that documents it. Fields marked `internal` exist only between stages and never reach the final tables.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

if TYPE_CHECKING:  # a run with nothing to do must not wait for pyarrow
    import pyarrow as pa

INTERNAL = "internal: "


@dataclass(slots=True)
class DocumentRow:
    """One row a text."""

    doc_id: Annotated[str, "file stem, or the id given in metadata"]
    path: Annotated[str, "the file, relative to the input folder"]
    title: Annotated[str, "first heading, or the title given in metadata"]
    published: Annotated[str, "ISO date of publication, or empty"]
    language: Annotated[str, "ISO 639-1 code"]
    sha256: Annotated[str, "hash of the file's bytes"]
    chars: Annotated[int, "length of the text in characters"]
    words: Annotated[int, "words of prose in it"]
    encoding: Annotated[str, "character encoding of the file by Python's name; empty where its format settles it"]


@dataclass(slots=True)
class Sentence:
    """One row a sentence of prose."""

    doc_id: Annotated[str, "the document"]
    sentence_id: Annotated[str, "stable id of the sentence"]
    section: Annotated[str, "heading path, levels joined by ' > '"]
    paragraph: Annotated[int, "number of the paragraph in the document, from 0"]
    start: Annotated[int, "first character in the source file's text"]
    end: Annotated[int, "one past the last character"]


@dataclass(slots=True)
class Date:
    """One row a time expression (TIMEX3)."""

    date_id: Annotated[str, "stable id: document and offsets"]
    doc_id: Annotated[str, "the document"]
    sentence_id: Annotated[str, "the sentence; empty in a heading"]
    start: Annotated[int, "first character in the source file's text"]
    end: Annotated[int, "one past the last character"]
    text: Annotated[str, "the words themselves"]
    type: Annotated[str, "DATE, TIME, DURATION or SET"]
    value: Annotated[str, "TIMEX3 value, as in TimeML: 1958-07-14, 1961-10, 1940-SU, 196, P15Y, PRESENT_REF"]
    edtf: Annotated[str, "ISO 8601-2: 196X, 1970-01-20/1970-01-21, 1958~; empty where no calendar time is meant"]
    earliest: Annotated[str, "first day it can denote, ISO; empty where it denotes none"]
    latest: Annotated[str, "last day it can denote, ISO; empty where it denotes none"]
    mod: Annotated[str, "START, MID, END, BEFORE, AFTER, APPROX, ... or empty"]
    anchor: Annotated[str, "the date_id, section or document date that supplied what the words leave out"]
    anchor_kind: Annotated[str, "explicit, date, section, document, event or none"]
    token_start: Annotated[int, INTERNAL + "first token in the annotated document"] = 0
    token_end: Annotated[int, INTERNAL + "one past the last token"] = 0


@dataclass(slots=True)
class Mention:
    """One row a mention of an actor."""

    mention_id: Annotated[str, "stable id: document and offsets"]
    doc_id: Annotated[str, "the document"]
    sentence_id: Annotated[str, "the sentence"]
    start: Annotated[int, "first character in the source file's text"]
    end: Annotated[int, "one past the last character"]
    text: Annotated[str, "the words themselves"]
    kind: Annotated[str, "name, adjective, nominal or pronoun"]
    label: Annotated[str, "type of what is mentioned, as in actors.type"]
    actor_id: Annotated[list[str], "the actor; several for a plural"]
    sector: Annotated[str, "PLOVER sector that the words name (GOV MIL LEG JUD PTY REB CVL IGO ...), or empty"]
    method: Annotated[str, "which rule or feature decided"]
    score: Annotated[float, "probability that the link is right, 0 to 1"]
    token_start: Annotated[int, INTERNAL + "first token in the annotated document"] = 0
    token_end: Annotated[int, INTERNAL + "one past the last token"] = 0
    token_head: Annotated[int, INTERNAL + "the mention's syntactic head token"] = 0


@dataclass(slots=True)
class Actor:
    """One row an actor, known (in the knowledge base) or local to the texts."""

    actor_id: Annotated[str, "from the knowledge base, or from normalised name, type and country"]
    name: Annotated[str, "canonical name"]
    type: Annotated[str, "PERSON, STATE, GOVERNMENT, ORGANIZATION, ARMED_GROUP, PARTY, PEOPLE, PLACE, COMPANY, EVENT"]
    aliases: Annotated[list[str], "other names, in the texts and in the knowledge base"]
    country: Annotated[str, "ISO 3166-1 alpha-3, or a code for a historical state"]
    wikidata: Annotated[str, "Wikidata id, or empty"]
    cow: Annotated[str, "Correlates of War state number, or empty"]
    known: Annotated[bool, "in the knowledge base"]
    mentions: Annotated[int, "number of mentions in the corpus"]
    documents: Annotated[int, "number of documents that mention it"]


@dataclass(slots=True)
class Event:
    """One row an event: who did what to whom, when, and who says so."""

    event_id: Annotated[str, "stable id: document, trigger offsets and type"]
    doc_id: Annotated[str, "the document"]
    sentence_id: Annotated[str, "the sentence"]
    start: Annotated[int, "first character of the trigger in the source file's text"]
    end: Annotated[int, "one past the trigger's last character"]
    trigger: Annotated[str, "the trigger's words: text[start:end]"]
    event_type: Annotated[str, "PLOVER event type, or GOVERN"]
    mode: Annotated[str, "PLOVER mode, or empty"]
    cameo: Annotated[str, "CAMEO code, or empty"]
    quad_class: Annotated[int, "1 verbal or 2 material cooperation, 3 verbal or 4 material conflict, 0 none"]
    goldstein: Annotated[float, "Goldstein score, -10 to 10"]
    source_ids: Annotated[list[str], "actors who did it"]
    source_sectors: Annotated[list[str], "PLOVER sectors of the source's words"]
    source_text: Annotated[str, "the source's words"]
    target_ids: Annotated[list[str], "actors to whom it was done"]
    target_sectors: Annotated[list[str], "PLOVER sectors of the target's words"]
    target_text: Annotated[str, "the target's words"]
    place_id: Annotated[str, "the actor (place or state) where it happened"]
    place_text: Annotated[str, "the place's words"]
    date_edtf: Annotated[str, "when it happened, EDTF"]
    date_start: Annotated[str, "first day it can have happened, ISO"]
    date_end: Annotated[str, "last day it can have happened, ISO"]
    date_id: Annotated[str, "the time expression that dates it"]
    date_basis: Annotated[str, "clause, sentence, carried, section, document or none"]
    factuality: Annotated[str, "asserted, planned, threatened, denied, alleged, hypothetical or negated"]
    claimed_by: Annotated[str, "actor_id of whoever says so, where the text names one"]
    confidence: Annotated[float, "probability that type, source, target and date are all right"]
    duplicate_of: Annotated[str, "event_id of the first telling of the same event, or empty"]
    evidence: Annotated[str, "the sentence's text"]


@dataclass(slots=True)
class Edge:
    """One row a pair of actors that occur together."""

    source_id: Annotated[str, "the actor whose id sorts first"]
    target_id: Annotated[str, "the other actor"]
    sentences: Annotated[int, "sentences that mention both"]
    paragraphs: Annotated[int, "paragraphs that mention both"]
    documents: Annotated[int, "documents with such a paragraph"]
    events: Annotated[int, "events between the two, each told event counted once"]
    weight: Annotated[float, "how strongly they are tied: see the graph's documentation"]
    first_date: Annotated[str, "first day of the dated events and sentences that tie them, ISO"]
    last_date: Annotated[str, "last such day, ISO"]


TABLES: dict[str, type] = {
    "documents": DocumentRow,
    "sentences": Sentence,
    "dates": Date,
    "mentions": Mention,
    "actors": Actor,
    "events": Event,
    "edges": Edge,
}


def columns(record: type, *, internal: bool = False) -> dict[str, tuple[Any, str]]:
    """Columns of a record class: name to Python type and the sentence that documents it.

    Parameters
    ----------
    record : type
        One of the classes in `TABLES`.
    internal : bool
        Also the columns that exist only between stages.

    Examples
    --------
    >>> columns(Edge)["sentences"]
    (<class 'int'>, 'sentences that mention both')
    """
    hints = get_type_hints(record, include_extras=True)
    found = {}
    for f in dataclasses.fields(record):
        kind, text = get_args(hints[f.name]) if get_origin(hints[f.name]) is Annotated else (hints[f.name], "")
        if internal or not text.startswith(INTERNAL):
            found[f.name] = (kind, text)
    return found


def arrow_schema(record: type, *, internal: bool = False) -> pa.Schema:
    """The pyarrow schema of a record class; column documentation is field metadata."""
    import pyarrow as pa

    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    kinds[list[str]] = pa.list_(pa.string())
    return pa.schema(
        [
            pa.field(name, kinds[kind], nullable=False, metadata={"description": text})
            for name, (kind, text) in columns(record, internal=internal).items()
        ]
    )


def markdown() -> str:
    """The reference of all tables: `docs/tables.md`."""
    names = {str: "text", int: "integer", float: "number", bool: "true or false", list[str]: "list of text"}
    lines = [
        "# The tables",
        "",
        "Each is written as Parquet and as a CSV twin (UTF-8, header, one row a record). Offsets are Python string",
        "indices into the source file's text exactly as read from disk. In CSV the items of a list are joined by `|`,",
        "and a cell of text that a spreadsheet would run as a formula begins with an apostrophe.",
        "",
        "The Parquet twin of a table of more than 5,000,000 rows (`rows_per_file`) is a folder, `events.parquet`,",
        "of files `part-00000.parquet` and so on: pandas, polars and pyarrow read it by the same name, DuckDB as",
        "`events.parquet/*.parquet`.",
    ]
    for name, record in TABLES.items():
        lines += [
            "",
            f"## {name}",
            "",
            (record.__doc__ or "").strip(),
            "",
            "| column | type | meaning |",
            "|---|---|---|",
        ]
        lines += [f"| `{column}` | {names[kind]} | {text} |" for column, (kind, text) in columns(record).items()]
    return "\n".join(lines) + "\n"
