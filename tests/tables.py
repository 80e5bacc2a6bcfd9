"""Small tables in the shape of the contract, for tests of what comes after the extraction."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema import TABLES, Actor, Date, DocumentRow, Edge, Event, Mention, Sentence, arrow_schema

# What a text, a title or a file name may try to do to a page.
HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)"><!--'


def make(record: type, **values: Any) -> Any:
    """A record with the values given and empty ones for the rest."""
    hints = get_type_hints(record)
    filled = {f.name: (get_origin(hints[f.name]) or hints[f.name])() for f in dataclasses.fields(record)}
    return record(**{**filled, **values})


def table(record: type, rows: list[Any]) -> pa.Table:
    """Records as an arrow table of the contract."""
    schema = arrow_schema(record)
    return pa.Table.from_arrays(
        [pa.array([getattr(r, n) for r in rows], schema.field(n).type) for n in schema.names], schema=schema
    )


def actor(actor_id: str, **values: Any) -> Actor:
    return make(Actor, **{"actor_id": actor_id, "name": actor_id.replace("-", " ").title(), "type": "STATE", **values})


class Corpus:
    """A corpus under construction: texts of one sentence a paragraph, with what is found in them."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.rows: dict[str, list[Any]] = {name: [] for name in TABLES}

    def document(self, doc_id: str, text: str, title: str = "", path: str = "") -> None:
        """Add a text; each of its lines is a paragraph and a sentence, lines that begin with '=' are headings."""
        self.texts[doc_id] = text
        self.rows["documents"].append(
            make(DocumentRow, doc_id=doc_id, path=path or f"{doc_id}.txt", title=title or doc_id, language="en",
                 chars=len(text), words=len(text.split()))
        )  # fmt: skip
        start, section = 0, ""
        for paragraph, line in enumerate(text.split("\n")):
            if line.startswith("="):
                section = line.strip("= ")
            elif line:
                end = start + len(line)
                self.rows["sentences"].append(Sentence(doc_id, f"{doc_id}:s{start}", section, paragraph, start, end))
            start += len(line) + 1

    def _find(self, doc_id: str, words: str) -> tuple[int, int, str]:
        start = self.texts[doc_id].index(words)
        sentence = next(
            (s.sentence_id for s in self.rows["sentences"] if s.doc_id == doc_id and s.start <= start < s.end), ""
        )
        return start, start + len(words), sentence

    def actor(self, actor_id: str, **values: Any) -> None:
        self.rows["actors"].append(actor(actor_id, **values))

    def mention(self, doc_id: str, words: str, *actor_ids: str, **values: Any) -> None:
        start, end, sentence = self._find(doc_id, words)
        self.rows["mentions"].append(
            make(Mention, mention_id=f"{doc_id}:m{start}-{end}", doc_id=doc_id, sentence_id=sentence, start=start,
                 end=end, text=words, kind="name", label="STATE", actor_id=list(actor_ids), method="name", score=0.9,
                 **values)
        )  # fmt: skip

    def date(self, doc_id: str, words: str, earliest: str, latest: str = "", **values: Any) -> None:
        start, end, sentence = self._find(doc_id, words)
        values = {"type": "DATE", "value": earliest, "edtf": earliest, "anchor_kind": "explicit", **values}
        self.rows["dates"].append(
            make(Date, date_id=f"{doc_id}:d{start}-{end}", doc_id=doc_id, sentence_id=sentence, start=start, end=end,
                 text=words, earliest=earliest, latest=latest or earliest, **values)
        )  # fmt: skip

    def event(self, doc_id: str, trigger: str, sources: list[str], targets: list[str], **values: Any) -> None:
        start, end, sentence = self._find(doc_id, trigger)
        at = next(s for s in self.rows["sentences"] if s.sentence_id == sentence)
        values = {"event_type": "CONSULT", "quad_class": 1, "goldstein": 1.0, "factuality": "asserted", **values}
        if values.get("date_start"):
            values = {"date_end": values["date_start"], "date_edtf": values["date_start"], **values}
        self.rows["events"].append(
            make(Event, event_id=f"{doc_id}:e{start}-{end}-{values['event_type']}", doc_id=doc_id,
                 sentence_id=sentence, start=start, end=end, trigger=trigger, source_ids=sources, target_ids=targets,
                 source_text=", ".join(sources), target_text=", ".join(targets), confidence=0.8,
                 evidence=self.texts[doc_id][at.start : at.end], **values)
        )  # fmt: skip

    def table(self, name: str) -> pa.Table:
        """One table of the contract."""
        return table(TABLES[name], self.rows[name])

    def edges(self) -> list[Edge]:
        """The edges that the graph stage makes of the other tables; kept in the corpus."""
        from pipeline.graph import build_edges
        from pipeline.settings import GraphSettings

        names = ("sentences", "mentions", "events", "actors", "dates")
        self.rows["edges"] = build_edges(*(self.table(n) for n in names), GraphSettings())
        return self.rows["edges"]

    def write(self, folder: Path) -> Path:
        """Write every table as Parquet; returns the folder."""
        self.edges()
        for name in TABLES:
            pq.write_table(self.table(name), folder / f"{name}.parquet")
        return folder


def small_corpus() -> Corpus:
    """Two texts with three states and a person, dates before and after year 1, a retold and a denied event."""
    c = Corpus()
    c.document("war", "= The war\nPersia attacked Athens in 490 BC.\nAthens thanked Sparta. Athens denied a pact.")
    c.document("later", "In 1958 Sparta and Athens signed a treaty.\nThe attack by Persia on Athens was long ago.")
    for name in ("athens", "persia", "sparta"):
        c.actor(name)
    c.actor("darius", type="PERSON", name="Darius the Great")
    c.mention("war", "Persia", "persia")
    c.mention("war", "Athens", "athens")
    c.mention("war", "Athens thanked", "athens")
    c.mention("war", "Sparta", "sparta")
    c.mention("later", "Sparta", "sparta")
    c.mention("later", "Athens", "athens")
    c.mention("later", "Persia", "persia")
    c.date("war", "490 BC", "-0490-01-01", "-0490-12-31", edtf="-0490")
    c.date("later", "1958", "1958-01-01", "1958-12-31", edtf="1958")
    c.event("war", "attacked", ["persia"], ["athens"], event_type="ASSAULT", quad_class=4, goldstein=-10.0,
            date_start="-0490-01-01", date_end="-0490-12-31", date_edtf="-0490")  # fmt: skip
    c.event("war", "thanked", ["athens"], ["sparta"])
    c.event("war", "denied", ["athens"], ["persia"], factuality="denied")
    c.event("later", "signed", ["sparta", "athens"], ["athens", "sparta"], event_type="AGREE", date_start="1958-01-01",
            date_end="1958-12-31", date_edtf="1958")  # fmt: skip
    first = c.rows["events"][0].event_id
    c.event("later", "attack", ["persia"], ["athens"], event_type="ASSAULT", quad_class=4, duplicate_of=first)
    return c


def hostile_corpus() -> Corpus:
    c = Corpus()
    text = f"Athens {HOSTILE} attacked Sparta \U0001f3db\u2028 in 1958."
    c.document("d", text, title=f"Title {HOSTILE}", path=f"{HOSTILE}.txt")
    c.actor("athens", name=f"Athens {HOSTILE}", aliases=[HOSTILE])
    c.actor("sparta")
    c.mention("d", "Athens", "athens")
    c.mention("d", "Sparta", "sparta")
    c.date("d", "1958", "1958-01-01", "1958-12-31")
    c.event("d", "attacked", ["athens"], ["sparta"], date_start="1958-01-01", place_text=HOSTILE)
    return c


def big_corpus(documents: int = 100, events: int = 50, actors: int = 1000) -> Corpus:
    """As many events and actors as a page must carry with ease."""
    c = Corpus()
    for i in range(actors):
        c.actor(f"a{i}", name=f"Actor {i}", mentions=actors - i)
    for d in range(documents):
        lines = [f"In {1900 + (d * 7 + e) % 100} side{e}x met{e}x with other{e}x." for e in range(events)]
        c.document(f"d{d}", "\n".join(lines), title=f"Text {d}")
        for e in range(events):
            one, other = f"a{(d * events + e) % actors}", f"a{(d * 31 + e * e * 7) % actors}"
            c.mention(f"d{d}", f"side{e}x", one)
            c.mention(f"d{d}", f"other{e}x", other)
            year = 1900 + (d * 7 + e) % 100
            c.event(f"d{d}", f"met{e}x", [one], [other], date_start=f"{year}-01-01", date_end=f"{year}-12-31",
                    quad_class=e % 5)  # fmt: skip
    return c
