"""Run the stages of one shard: an idempotent task that reads files and writes files.

A stage runs again only when its key changed: the hash of its code, settings, data files and of what earlier stages
wrote. Whoever schedules shards (a process pool, a cluster) calls `run_shard` and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import store
from pipeline.document import Document, layout_of
from pipeline.errors import InputError, RegestaError
from pipeline.schema import Actor, Date, DocumentRow, Event, Mention, Sentence
from pipeline.settings import Settings

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from pipeline.read import Source

#: Stages that work on shards, in order, and the files each leaves there.
FILES: dict[str, tuple[str, ...]] = {
    "read": ("documents.json",),
    "annotate": ("docs.spacy", "documents.parquet", "sentences.parquet"),
    "dates": ("dates.parquet",),
    "actors": ("mentions.parquet", "actors.parquet"),
    "events": ("events.parquet",),
}
_STATE = "state.json"


@dataclass(slots=True, frozen=True)
class ShardJob:
    """What a worker needs to know: everything in it can be pickled and is small."""

    folder: Path
    sources: tuple[Source, ...]
    base_keys: dict[str, str]
    settings: Settings
    until: str


@dataclass(slots=True)
class ShardResult:
    """What a worker did."""

    folder: Path
    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def digest(*parts: Any) -> str:
    """Short hash of JSON values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


@cache
def _model(name: str) -> Language:
    from pipeline.language import load_model

    return load_model(name)


@cache
def _vocab() -> Any:
    import spacy

    return spacy.blank("en").vocab


class _Shard:
    """The files of a shard and, once a stage needs them, its annotated Docs with what earlier stages found."""

    def __init__(self, job: ShardJob) -> None:
        self.job = job
        self.settings = job.settings
        self.failed: dict[str, str] = {}
        self._documents: list[Document] | None = None
        self._docs: list[Doc] | None = None

    @property
    def documents(self) -> list[Document]:
        if self._documents is None:
            rows = store.read_json(self.job.folder / "documents.json")
            self._documents = [Document.from_dict(r) for r in rows]
        return self._documents

    @property
    def docs(self) -> list[Doc]:
        if self._docs is None:
            from pipeline.annotate import unpack

            data = (self.job.folder / "docs.spacy").read_bytes()
            self._docs = list(unpack(data, _vocab(), self.documents))
        return self._docs

    def found(self, name: str, record: type) -> Iterator[tuple[Doc, list[Any]]]:
        """Docs with the rows of an earlier stage, from memory or from its file."""
        if any(getattr(doc._, name) is None for doc in self.docs):
            groups = store.read_groups(self.job.folder / f"{name}.parquet", record)
            for doc, rows in zip(self.docs, groups, strict=True):
                setattr(doc._, name, rows)
        return ((doc, getattr(doc._, name)) for doc in self.docs)

    def each(self, work: Callable[[Doc], Any], empty: Any) -> list[Any]:
        """Apply a stage to every Doc; a document on which it fails is named and left without rows."""
        results = []
        for doc in self.docs:
            try:
                results.append(work(doc))
            except RegestaError:
                raise  # a mistake in the user's settings or data, not in this text
            except Exception as error:
                name = layout_of(doc).document.doc_id
                self.failed[name] = f"{type(error).__name__}: {error}"
                results.append(empty)
        return results

    # ------------------------------------------------------------ stages

    def read(self) -> None:
        from pipeline.read import read

        self._documents = []
        for source in self.job.sources:
            try:
                self._documents.append(read(source))
            except InputError as error:
                self.failed[source.doc_id] = str(error)
        store.write_json(self.job.folder / "documents.json", [d.to_dict() for d in self._documents])

    def annotate(self) -> None:
        from pipeline.annotate import annotate, pack

        self._docs = list(annotate(_model(self.settings.model), self.documents))
        data = pack(self._docs)
        rows, sentences = [], []
        for doc, d in zip(self._docs, self.documents, strict=True):
            layout = layout_of(doc)
            words = sum(not t.is_punct and not t.is_space for s in layout.sentences for t in doc[s.start : s.end])
            rows.append([DocumentRow(d.doc_id, d.path, d.title, d.published, d.language, d.sha256, len(d.text), words)])
            sentences.append(
                [
                    Sentence(
                        d.doc_id,
                        s.sentence_id,
                        layout.blocks[s.block].section,
                        layout.blocks[s.block].index,
                        s.source_start,
                        s.source_end,
                    )
                    for s in layout.sentences
                ]
            )
        store.write_groups(self.job.folder / "documents.parquet", DocumentRow, rows)
        store.write_groups(self.job.folder / "sentences.parquet", Sentence, sentences)
        store.write_bytes(self.job.folder / "docs.spacy", data)
        # What follows sees the same Docs in a first run and in a rerun.
        self._docs = None

    def dates(self) -> None:
        from pipeline.dates import find_dates

        groups = self.each(lambda doc: find_dates(doc, self.settings.dates), [])
        for doc, rows in zip(self.docs, groups, strict=True):
            doc._.dates = rows
        store.write_groups(self.job.folder / "dates.parquet", Date, groups)

    def actors(self) -> None:
        from pipeline.actors import find_actors

        self.found("dates", Date)
        pairs = self.each(lambda doc: find_actors(doc, self.settings.actors), ([], []))
        for doc, (mentions, actors) in zip(self.docs, pairs, strict=True):
            doc._.mentions, doc._.actors = mentions, actors
        store.write_groups(self.job.folder / "mentions.parquet", Mention, [m for m, _ in pairs])
        store.write_groups(self.job.folder / "actors.parquet", Actor, [a for _, a in pairs])

    def events(self) -> None:
        from pipeline.events import find_events

        self.found("dates", Date)
        self.found("mentions", Mention)
        self.found("actors", Actor)
        groups = self.each(lambda doc: find_events(doc, self.settings.events, self.settings.actors.knowledge), [])
        store.write_groups(self.job.folder / "events.parquet", Event, groups)


def run_shard(job: ShardJob, tell: Callable[[str], None] = lambda stage: None) -> ShardResult:
    """Bring a shard's files up to date as far as a stage.

    Parameters
    ----------
    job : ShardJob
        The shard.
    tell : callable
        Called with a stage's name when it begins to run.

    Returns
    -------
    ShardResult
        Seconds of each stage that ran; documents that failed, with the reason.
    """
    job.folder.mkdir(parents=True, exist_ok=True)
    state: dict[str, Any] = store.read_json(job.folder / _STATE) or {}
    shard, result = _Shard(job), ShardResult(job.folder)
    upstream: list[str] = []
    for stage, names in FILES.items():
        key = digest(job.base_keys[stage], upstream)
        entry = state.get(stage)
        if not entry or entry["key"] != key or not all((job.folder / n).is_file() for n in names):
            tell(stage)
            began = time.perf_counter()
            shard.failed = {}
            getattr(shard, stage)()
            hashes = [store.sha256(job.folder / n) for n in names]
            entry = {"key": key, "files": hashes, "failed": shard.failed}
            state[stage] = entry
            store.write_json(job.folder / _STATE, state)
            result.seconds[stage] = time.perf_counter() - began
        for name, reason in entry["failed"].items():
            result.failed.setdefault(name, f"{stage}: {reason}" if stage != "read" else reason)
        upstream += entry["files"]
        if stage == job.until:
            break
    return result


def content_key(folder: Path, until: str) -> list[str]:
    """Hashes of what a shard holds as far as a stage; the tables depend on nothing else of it."""
    state = store.read_json(folder / _STATE) or {}
    hashes: list[str] = []
    for stage in FILES:
        hashes += state[stage]["files"]
        if stage == until:
            break
    return hashes
