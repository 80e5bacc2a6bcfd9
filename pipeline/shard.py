"""Run the stages of one shard: an idempotent task that reads files and writes files.

A stage runs again only when its key changed: the hash of its code, settings, data files and of what earlier stages
wrote. Whoever schedules shards (a process pool, a cluster) calls `run_shard` and nothing else. One document, or one
part of a long one, is in memory at a time; what spaCy keeps of its words goes with it.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import json
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_limits

from pipeline import store
from pipeline.document import Document, layout_of
from pipeline.errors import InputError, RegestaError
from pipeline.schema import Actor, Date, DocumentRow, Event, Mention, Sentence
from pipeline.settings import Settings

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    from pipeline.read import Source

#: Stages that work on shards, in order, and the files each leaves there.
FILES: dict[str, tuple[str, ...]] = {
    "read": ("documents.json",),
    "annotate": ("docs.zip", "documents.parquet", "sentences.parquet"),
    "dates": ("dates.parquet",),
    "actors": ("mentions.parquet", "actors.parquet"),
    "events": ("events.parquet",),
}
_STATE = "state.json"
#: Records of the stages that work on a Doc alone, and the Doc's attribute that keeps them for the stages after.
_FOUND: dict[str, dict[str, type]] = {
    "dates": {"dates": Date},
    "actors": {"mentions": Mention, "actors": Actor},
    "events": {"events": Event},
}
#: Documents stored together, in characters: the Docs that are in memory at a time.
_BIN_CHARS = 100_000
#: Words that stay in a vocabulary, about: enough for nine of ten in a text, some ten megabytes.
_WORDS_KEPT = 20_000

# What `run_shard` freezes: libraries take what is not collected at the end for leaks, and say so.
atexit.register(gc.unfreeze)


@dataclass(slots=True, frozen=True)
class ShardJob:
    """What a worker needs to know: everything in it can be pickled and is small.

    `marks` are the fingerprints of the sources; a text with another one has changed since the run began.
    """

    folder: Path
    sources: tuple[Source, ...]
    base_keys: dict[str, str]
    settings: Settings
    until: str
    marks: tuple[str, ...] = ()


@dataclass(slots=True)
class ShardResult:
    """What a worker did; `changed` names the texts that changed while it worked."""

    folder: Path
    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)


def digest(*parts: Any) -> str:
    """Short hash of JSON values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]


@cache
def model_of(name: str) -> Language:
    """The language model, loaded once in a process."""
    from pipeline.language import load_model

    return load_model(name, lean=True)


@cache
def _vocab() -> Any:
    import spacy

    return spacy.blank("en").vocab


def _words_kept_or_zone(vocab: Vocab) -> AbstractContextManager[Any]:
    """Keep the words of the first texts, most of which come again, and let those of later ones go with them."""
    return nullcontext() if len(vocab) < _WORDS_KEPT else vocab.memory_zone()


class _Shard:
    """The files of a shard and what went wrong while they were made."""

    def __init__(self, job: ShardJob) -> None:
        self.job = job
        self.settings = job.settings
        self.failed: dict[str, dict[str, str]] = {stage: {} for stage in FILES}
        self.changed: dict[str, str] = {}
        self.groups: dict[str, int] = {}
        self._documents: list[Document] | None = None

    @property
    def parts(self) -> Iterator[Document]:
        """The documents of the shard, long ones in parts: one row group of every table each."""
        if self._documents is None:
            rows = store.read_json(self.job.folder / "documents.json")
            self._documents = [Document.from_dict(r) for r in rows]
        return (part for document in self._documents for part in document.in_parts())

    def file(self, name: str) -> Path:
        return self.job.folder / name

    # ------------------------------------------------------------ stages

    def read(self) -> None:
        from pipeline.read import mark_of, read

        found: list[Document] = []
        for source, mark in zip(self.job.sources, self.job.marks or [""] * len(self.job.sources), strict=True):
            try:
                document = read(source, self.settings.part_chars)
            except InputError as error:
                self.failed["read"][source.doc_id] = str(error)
            except RegestaError:
                raise  # a library or a file of ours is missing: true of every text
            except Exception as error:
                self.failed["read"][source.doc_id] = f"{source.name}: cannot be read ({_said(error)})"
            else:
                if mark and mark_of(source, document.sha256) != mark:
                    self.changed[source.doc_id] = f"{source.name}: changed while it was being read; run again"
                else:
                    found.append(document)
        self._documents = found
        store.write_json(self.file("documents.json"), [d.to_dict() for d in found], indent=None)

    def annotate(self) -> None:
        from pipeline.annotate import pack

        nlp = model_of(self.settings.model)
        rows: list[list[DocumentRow]] = []
        with (
            store.replacing(self.file("docs.zip")) as temporary,
            zipfile.ZipFile(temporary, "w") as archive,
            store.GroupWriter(self.file("sentences.parquet"), Sentence) as sentences,
        ):
            for number, parts in enumerate(_bins(self.parts)):
                with _words_kept_or_zone(nlp.vocab):
                    docs = [doc for part in parts for doc in self._annotated(nlp, part)]
                    archive.writestr(zipfile.ZipInfo(str(number)), pack(docs))
                    for part, doc in zip(parts, docs, strict=True):
                        self.groups[part.doc_id] = self.groups.get(part.doc_id, 0) + 1
                        sentences.write(_sentences(doc, part))
                        words = _words(doc)
                        if rows and rows[-1][0].doc_id == part.doc_id:
                            rows[-1][0].words += words
                        else:
                            rows.append([_document_row(part, words)])
                    del docs, doc
        store.write_groups(self.file("documents.parquet"), DocumentRow, rows)

    def _annotated(self, nlp: Language, part: Document) -> list[Doc]:
        """A part's Doc; an empty one where spaCy fails on it."""
        from pipeline.annotate import annotate

        try:
            return list(annotate(nlp, [part]))
        except Exception as error:
            self.failed["annotate"][part.doc_id] = _said(error)
            return list(annotate(nlp, [replace(part, paragraphs=[])]))

    def find(self, stages: tuple[str, ...]) -> dict[str, float]:
        """Run stages one after another on each Doc; returns the seconds of each."""
        seconds = dict.fromkeys(stages, 0.0)
        given = [name for stage in _before(stages[0]) for name in _FOUND[stage]]
        with ExitStack() as stack:
            readers = {
                name: stack.enter_context(store.read_groups(self.file(f"{name}.parquet"), record))
                for stage in _before(stages[0])
                for name, record in _FOUND[stage].items()
            }
            writers = {
                name: stack.enter_context(store.GroupWriter(self.file(f"{name}.parquet"), record))
                for stage in stages
                for name, record in _FOUND[stage].items()
            }
            began = time.perf_counter()
            for doc in self._docs():
                for name in given:
                    setattr(doc._, name, next(readers[name]))
                for stage in stages:
                    rows = self._found(stage, doc)
                    for name, found in rows.items():
                        setattr(doc._, name, found)
                        writers[name].write(found)
                    seconds[stage] += (now := time.perf_counter()) - began
                    began = now
                del doc  # the last one must be gone when its strings are
        return seconds

    def _docs(self) -> Iterator[Doc]:
        """The annotated Docs in order; each is gone when the next one comes."""
        from pipeline.annotate import unpack

        with zipfile.ZipFile(self.file("docs.zip")) as archive:
            for number, parts in enumerate(_bins(self.parts)):
                with _words_kept_or_zone(_vocab()):
                    docs = unpack(archive.read(str(number)), _vocab(), parts)
                    yield from docs
                    del docs

    def _found(self, stage: str, doc: Doc) -> dict[str, list[Any]]:
        """What a stage finds in a Doc; a document on which it fails is named and left without rows."""
        try:
            return _FINDERS[stage](doc, self.settings)
        except RegestaError:
            raise  # a mistake in the user's settings or data, not in this text
        except Exception as error:
            self.failed[stage][layout_of(doc).document.doc_id] = _said(error)
            return {name: [] for name in _FOUND[stage]}


def _before(stage: str) -> list[str]:
    order = list(_FOUND)
    return order[: order.index(stage)]


def _find_dates(doc: Doc, settings: Settings) -> dict[str, list[Any]]:
    from pipeline.dates import find_dates

    return {"dates": find_dates(doc, settings.dates)}


def _find_actors(doc: Doc, settings: Settings) -> dict[str, list[Any]]:
    from pipeline.actors import find_actors

    mentions, actors = find_actors(doc, settings.actors)
    return {"mentions": mentions, "actors": actors}


def _find_events(doc: Doc, settings: Settings) -> dict[str, list[Any]]:
    from pipeline.events import find_events

    return {"events": find_events(doc, settings.events, settings.actors.knowledge)}


_FINDERS: dict[str, Callable[[Any, Settings], dict[str, list[Any]]]] = {
    "dates": _find_dates,
    "actors": _find_actors,
    "events": _find_events,
}


def _bins(parts: Iterable[Document]) -> Iterator[list[Document]]:
    """Consecutive documents or parts up to a number of characters."""
    gathered: list[Document] = []
    size = 0
    for part in parts:
        chars = part.bounds[1] - part.bounds[0]
        if gathered and size + chars > _BIN_CHARS:
            yield gathered
            gathered, size = [], 0
        gathered.append(part)
        size += chars
    if gathered:
        yield gathered


def _words(doc: Doc) -> int:
    return sum(not t.is_punct and not t.is_space for s in layout_of(doc).sentences for t in doc[s.start : s.end])


def _document_row(d: Document, words: int) -> DocumentRow:
    return DocumentRow(d.doc_id, d.path, d.title, d.published, d.language, d.sha256, len(d.text), words, d.encoding)


def _sentences(doc: Doc, document: Document) -> list[Sentence]:
    layout = layout_of(doc)
    return [
        Sentence(
            document.doc_id,
            s.sentence_id,
            layout.blocks[s.block].section,
            layout.blocks[s.block].index,
            s.source_start,
            s.source_end,
        )
        for s in layout.sentences
    ]


def _said(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _due(job: ShardJob, state: dict[str, Any]) -> tuple[str, ...]:
    """The first stage that must run, with those after it that must run whatever it finds; none when all are done."""
    upstream: list[str] = []
    stages = list(FILES)[: list(FILES).index(job.until) + 1]
    for i, stage in enumerate(stages):
        entry = state.get(stage)
        if not entry or entry["key"] != digest(job.base_keys[stage], upstream) or not _there(job, stage):
            together = [stage]
            for later in stages[i + 1 :] if stage in _FOUND else ():
                entry = state.get(later)
                if entry and entry["base"] == job.base_keys[later] and _there(job, later):
                    break  # it stays when what it reads turns out the same
                together.append(later)
            return tuple(together)
        upstream += entry["files"]
    return ()


def _there(job: ShardJob, stage: str) -> bool:
    return all((job.folder / name).is_file() for name in FILES[stage])


def run_shard(job: ShardJob, tell: Callable[[str], None] = lambda stage: None) -> ShardResult:
    """Bring a shard's files up to date as far as a stage.

    Parameters
    ----------
    job : ShardJob
        The shard.
    tell : callable
        Called with the names of the stages that begin to run.

    Returns
    -------
    ShardResult
        Seconds of each stage that ran; documents that failed, with the reason.
    """
    with threadpool_limits(1, user_api="blas"):  # workers share the cores, not each its own work
        result = _brought_up_to_date(job, tell)
    # The model and the knowledge stay: looking through them for garbage again and again takes a twentieth of the time.
    gc.collect()
    gc.freeze()
    return result


def _brought_up_to_date(job: ShardJob, tell: Callable[[str], None]) -> ShardResult:
    job.folder.mkdir(parents=True, exist_ok=True)
    state: dict[str, Any] = store.read_json(job.folder / _STATE) or {}
    shard, result = _Shard(job), ShardResult(job.folder)
    while due := _due(job, state):
        tell(", ".join(due))
        began = time.perf_counter()
        if due[0] in _FOUND:
            seconds = shard.find(due)
        else:
            getattr(shard, due[0])()
            seconds = {due[0]: time.perf_counter() - began}
        for stage in due:
            upstream = [h for earlier in _stages_before(stage) for h in state[earlier]["files"]]
            state[stage] = {
                "key": digest(job.base_keys[stage], upstream),
                "base": job.base_keys[stage],
                "files": [store.sha256(job.folder / n) for n in FILES[stage]],
                "failed": shard.failed[stage],
            }
            if stage == "annotate":
                state[stage]["groups"] = shard.groups
            result.seconds[stage] = seconds[stage]
        if shard.changed:  # the next run must not take what was read for what the texts hold
            store.write_json(job.folder / _STATE, {**state, "read": {**state["read"], "key": ""}})
        else:
            store.write_json(job.folder / _STATE, state)
    result.changed = shard.changed
    for stage in (*_stages_before(job.until), job.until):
        for name, reason in state[stage]["failed"].items():
            result.failed.setdefault(name, f"{stage}: {reason}" if stage != "read" else reason)
    return result


def _stages_before(stage: str) -> list[str]:
    order = list(FILES)
    return order[: order.index(stage)]


def forget() -> None:
    """Let the language model go: what comes after the shards needs its memory for other things."""
    model_of.cache_clear()
    _vocab.cache_clear()
    gc.unfreeze()
    gc.collect()


def texts_of(folder: Path) -> Iterator[tuple[str, str]]:
    """The texts of a shard by document id."""
    return ((row["doc_id"], row["text"]) for row in store.read_json(folder / FILES["read"][0]))


def groups_of(folder: Path) -> dict[str, int]:
    """The documents of an annotated shard in order, and the row groups of each in the tables after `documents`."""
    found: dict[str, int] = (store.read_json(folder / _STATE) or {})["annotate"]["groups"]
    return found


def content_key(folder: Path, until: str) -> list[str]:
    """Hashes of what a shard holds as far as a stage; the tables depend on nothing else of it."""
    state = store.read_json(folder / _STATE) or {}
    hashes: list[str] = []
    for stage in FILES:
        hashes += state[stage]["files"]
        if stage == until:
            break
    return hashes
