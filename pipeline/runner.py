"""Which stage of which shard must run, who runs it, and the tables at the end."""

from __future__ import annotations

import logging
import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from pipeline import store
from pipeline.errors import InputError, RegestaError
from pipeline.paths import models_dir
from pipeline.read import Source, find_sources, fingerprint
from pipeline.schema import TABLES, columns
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.shard import ShardJob, ShardResult

#: All stages in order. The last two look across documents.
STAGES = ("read", "annotate", "dates", "actors", "events", "graph", "report")
#: What the working folder's files mean; another number there and it is made anew.
FORMAT = 2
#: The folder below an output folder that is kept between runs.
WORK = ".regesta"
_LITTLE_TEXT = 1_500_000
# A new shard takes at most this part of the text that is left, or this part of what a shard may hold.
_SHARES, _LEAST = 16, 8
_LOG = logging.getLogger("regesta")
_PACKAGE = Path(__file__).parent

# Code and data files that a stage's result depends on, beside what earlier stages wrote.
_CODE: dict[str, tuple[str, ...]] = {
    "read": ("read", "document.py"),
    "annotate": ("annotate.py", "document.py", "language.py", "read/lines.py", "read/words.py"),
    "dates": ("dates", "document.py"),
    "actors": ("actors", "document.py"),
    "events": ("events", "document.py", "actors/knowledge.py", "actors/names.py"),
    "graph": ("graph.py", "graph_files.py", "tables.py", "store.py", "duck.py", "events/duplicates.py"),
    "report": ("report", "layout.py", "duck.py", "graph.py", "tables.py", "actors/knowledge.py", "actors/names.py"),
}
_DATA: dict[str, tuple[str, ...]] = {
    "read": ("read",),
    "annotate": ("read",),
    "dates": ("dates",),
    "actors": ("actors", "knowledge"),
    "events": ("events", "ontology", "knowledge"),
    "report": ("knowledge",),
}
_TABLES: dict[str, tuple[str, ...]] = {
    "annotate": ("documents", "sentences"),
    "dates": ("dates",),
    "actors": ("mentions", "actors"),
    "events": ("events",),
    "graph": ("edges",),
}


@dataclass(slots=True)
class Progress:
    """What a run tells while it works: shards or stages done of a total, and what is being done."""

    done: int
    total: int
    doing: str


@dataclass(slots=True)
class RunResult:
    """What a run did.

    Attributes
    ----------
    out : Path
        The output folder.
    counts : dict
        Rows of each table.
    failed : dict
        Documents left out, and why.
    seconds : dict
        Time spent in each stage, summed over workers.
    unchanged : bool
        Nothing had to be done.
    """

    out: Path
    counts: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    unchanged: bool = False


class _Hashes:
    """Hashes of files, remembered by size and time of change so that an unchanged file is not read again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, list[Any]] = store.read_json(path) or {}
        self._used: dict[str, list[Any]] = {}

    def of(self, path: Path, compute: Callable[[], str], extra: str = "") -> str:
        """The hash of a file; `extra` is whatever else it depends on."""
        stat = path.stat()
        mark = [stat.st_size, stat.st_mtime_ns, stat.st_ino, extra]
        entry = self._known.get(str(path))
        # A file changed within the clock's grain of the last look may have changed again unseen.
        if entry is None or entry[:4] != mark or entry[5] - stat.st_mtime_ns < 2_000_000_000:
            entry = [*mark, compute(), time.time_ns()]
        self._used[str(path)] = entry
        value: str = entry[4]
        return value

    def files(self, folder: Path) -> list[str]:
        """Names and hashes of the files below a folder, or of one file."""
        paths = sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else [folder]
        return [
            f"{p.relative_to(folder.parent).as_posix()}:{self.of(p, lambda p=p: store.sha256(p))}"  # type: ignore[misc]
            for p in paths
            if p.is_file() and "__pycache__" not in p.parts and not p.name.startswith(".")
        ]

    def save(self) -> None:
        if self._used != self._known:
            store.write_json(self._path, self._used)


def _model_identity(name: str, hashes: _Hashes) -> list[str]:
    """What tells one language model from another without loading it."""
    from pipeline.language import model_folder

    folder = model_folder(name)
    if folder is None:
        return [name]  # loading it will say what to do
    return [name, *(h for f in ("meta.json", "config.cfg") for h in hashes.files(folder / f))]


def _base_keys(settings: Settings, hashes: _Hashes) -> dict[str, str]:
    """A stage's key before what it reads is known: code, columns, settings and data files."""
    from pipeline.shard import digest

    own: dict[str, Sequence[Path]] = {
        "dates": [Path(settings.dates.data)] if settings.dates.data else [],
        "actors": [Path(p) for p in (settings.actors.knowledge, settings.actors.own) if p],
        "events": [Path(settings.events.ontology)] if settings.events.ontology else [],
    }
    options: dict[str, Any] = {
        "read": settings.part_chars,
        "annotate": _model_identity(settings.model, hashes),
        "dates": settings.dates.model_dump(),
        "actors": settings.actors.model_dump(),
        "events": settings.events.model_dump(),
        "graph": [settings.graph.model_dump(), settings.rows_per_file],
    }
    keys = {}
    for stage in STAGES:
        code = [h for name in _CODE[stage] for h in hashes.files(_PACKAGE / name)]
        data = [h for name in _DATA.get(stage, ()) for h in hashes.files(models_dir() / name)]
        data += [h for path in own.get(stage, []) for h in hashes.files(path)]
        cells = [
            [t, {n: str(k) for n, (k, _) in columns(TABLES[t], internal=True).items()}] for t in _TABLES.get(stage, ())
        ]
        keys[stage] = digest(FORMAT, stage, code, data, options.get(stage), cells)
    return keys


# ---------------------------------------------------------------- shards


def _assign(
    work: Path, sources: Sequence[Source], marks: dict[str, str], read_key: str, limit: int, alone: set[str]
) -> list[_Assigned]:
    """Give each text a shard: the one that holds it already, or a new one.

    A shard keeps what it holds while any of it is current, so that a new text is processed alone; more than half of it
    out of date, or another reader, and its texts move to new shards. Texts in `alone` share theirs with no other.
    """
    from pipeline.shard import digest

    current = {s.doc_id: s for s in sources}
    manifest: dict[str, Any] = store.read_json(work / "shards.json") or {}
    kept: list[_Assigned] = []
    placed: set[str] = set()
    for name, entry in manifest.items():
        live = [d for d, mark in entry["members"] if marks.get(d) == mark and d not in placed]
        split = len(entry["members"]) > 1 and any(d in alone for d in live)
        if entry["read_key"] == read_key and 2 * len(live) > len(entry["members"]) and not split:
            placed.update(live)
            kept.append(_Assigned(name, entry["members"], ()))
    new = [s for s in sources if s.doc_id not in placed]
    batch: list[Source] = []
    size, room = 0, limit
    batches: list[list[Source]] = []
    left = sum(map(_chars, new))
    for source in new:
        chars = _chars(source)
        if batch and (size + chars > room or source.doc_id in alone or batch[-1].doc_id in alone):
            batches.append(batch)
            batch, size = [], 0
        if not batch:  # ever smaller ones towards the end, so that no worker is waited for long
            room = max(min(limit, left // _SHARES), limit // _LEAST)
        batch.append(source)
        size += chars
        left -= chars
    if batch:
        batches.append(batch)
    for batch in batches:
        members = [[s.doc_id, marks[s.doc_id]] for s in batch]
        kept.append(_Assigned(digest(members, read_key)[:16], members, tuple(current[s.doc_id] for s in batch)))
    for assigned in kept:
        if not assigned.sources:
            assigned.sources = tuple(current[d] for d, mark in assigned.members if marks.get(d) == mark)
    store.write_json(work / "shards.json", {a.name: {"members": a.members, "read_key": read_key} for a in kept})
    names = {a.name for a in kept}
    for folder in work.glob("shard-*"):
        if folder.name.removeprefix("shard-") not in names:
            shutil.rmtree(folder)
    return kept


@dataclass(slots=True)
class _Assigned:
    """A shard: its members as (doc_id, mark), some perhaps no longer current, and the current sources among them."""

    name: str
    members: list[list[str]]
    sources: tuple[Source, ...]


def _chars(source: Source) -> int:
    return source.chars or source.path.stat().st_size


def _run_shards(
    jobs: list[ShardJob], workers: int, scheduler: str, tell: Callable[[Progress], None]
) -> Iterator[tuple[ShardJob, ShardResult | None]]:
    """Run shards in this process when there is nothing to share, else on workers."""
    if not scheduler and (workers <= 1 or len(jobs) <= 1):
        from pipeline.shard import run_shard

        for i, job in enumerate(jobs):
            yield job, run_shard(job, lambda stage, i=i: tell(Progress(i, len(jobs), stage)))  # type: ignore[misc]
        return
    from pipeline.schedule import run_jobs

    for i, done in enumerate(run_jobs(jobs, workers, scheduler)):
        tell(Progress(i + 1, len(jobs), "shards"))
        yield done


# ---------------------------------------------------------------- the run


@contextmanager
def _locked(work: Path) -> Iterator[None]:
    """Hold the output folder; a dead process does not hold it."""
    lock = FileLock(work / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise RegestaError(
            f"{work.parent}: another run is writing there; wait for it or choose another --out"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _prepare(out: Path) -> Path:
    """The working folder below `out`, of this version."""
    work = out / WORK
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RegestaError(f"{out}: cannot write there ({error.strerror}); choose another --out") from error
    if not os.access(work, os.W_OK):
        raise RegestaError(f"{out}: cannot write there; choose another --out or change its permissions")
    return work


@contextmanager
def _saying_what_to_do(out: Path) -> Iterator[None]:
    """A full disk or a folder that can no longer be written as one line."""
    try:
        yield
    except OSError as error:
        raise RegestaError(
            f"{out}: cannot write there ({error.strerror or error}); nothing there is half-written: make room or "
            "choose another --out, and run again to go on"
        ) from error


def _clean_start(out: Path, work: Path) -> None:
    """Remove what a killed run left half-written, and the work of another version."""
    for folder in (work / "tmp", out / store.SPILL):
        shutil.rmtree(folder, ignore_errors=True)
    if store.read_json(work / "format.json") != FORMAT:
        for path in work.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()
        store.write_json(work / "format.json", FORMAT)
    for path in [*out.glob(".*.tmp*"), *work.glob("**/.*.tmp*")]:
        store.remove(path)


def run(
    inputs: str | Path | Sequence[str | Path],
    out: str | Path,
    settings: Settings | None = None,
    *,
    until: str = "report",
    workers: int = 1,
    scheduler: str = "",
    tell: Callable[[Progress], None] = lambda progress: None,
) -> RunResult:
    """Do the whole job, or as far as a stage: texts in, tables, graph and report out.

    Parameters
    ----------
    inputs : path or list of paths
        A text, a folder of texts or a glob; `metadata.csv` and `actors.toml` beside the texts are used.
    out : path
        The output folder; made if it is not there.
    settings : Settings, optional
        Defaults otherwise.
    until : str
        The last stage to run, one of `STAGES`.
    workers : int
        Processes of this machine.
    scheduler : str
        Address or scheduler file of a Dask cluster to run on instead.
    tell : callable
        Called with the progress.

    Returns
    -------
    RunResult
        Counts, failures and timings.

    Raises
    ------
    RegestaError
        When nothing can be done: no texts, wrong settings or data files, an output folder in use.
    """
    out = Path(out)
    settings = settings or Settings()
    failed: dict[str, str] = {}
    sources = find_sources(inputs, failed.__setitem__)
    settings = _with_own_actors(settings, inputs)
    work = _prepare(out)
    with _locked(work), _saying_what_to_do(out):
        _clean_start(out, work)
        plan = _plan(work, sources, settings, until, failed)
        done = store.read_json(work / "done.json")
        if done and done["key"] == plan.key and all((out / name).exists() for name in done["written"]):
            _LOG.info("unchanged", extra={"out": str(out)})
            return RunResult(out, done["counts"], done["failed"], {}, unchanged=True)
        return _carry_out(plan, inputs, out, work, (workers, scheduler), tell)


@dataclass(slots=True)
class _Plan:
    """What a run is to do: the texts and their marks, the stages' keys, and what is known to fail."""

    sources: list[Source]
    settings: Settings
    until: str
    marks: dict[str, str]
    base: dict[str, str]
    failed: dict[str, str]
    key: str


def _plan(work: Path, sources: list[Source], settings: Settings, until: str, failed: dict[str, str]) -> _Plan:
    """Look at every text and every file that a stage depends on."""
    from pipeline.shard import digest

    hashes = _Hashes(work / "hashes.json")
    marks: dict[str, str] = {}
    for source in sources:
        try:
            extra = digest([source.doc_id, source.name, source.title, source.published, source.language])
            marks[source.doc_id] = hashes.of(source.path, lambda s=source: fingerprint(s), extra)  # type: ignore[misc]
        except InputError as error:
            failed[source.doc_id] = str(error)
        except OSError as error:
            failed[source.doc_id] = f"{source.name}: cannot be read ({error.strerror}); check its permissions"
    base = _base_keys(settings, hashes)
    hashes.save()
    key = digest(sorted(marks.items()), base, STAGES.index(until), failed)
    return _Plan([s for s in sources if s.doc_id in marks], settings, until, marks, base, failed, key)


def _carry_out(
    plan: _Plan,
    inputs: str | Path | Sequence[str | Path],
    out: Path,
    work: Path,
    where: tuple[int, str],
    tell: Callable[[Progress], None],
) -> RunResult:
    """Do what is planned and record it."""
    from pipeline import tables
    from pipeline.schedule import beside_workers
    from pipeline.shard import FILES, content_key, digest, forget

    began = time.perf_counter()
    result = RunResult(out, failed=plan.failed)
    (work / "done.json").unlink(missing_ok=True)
    _LOG.info("run", extra={"input": str(inputs), "out": str(out), "texts": len(plan.marks), "workers": where[0]})
    last = plan.until if plan.until in FILES else "events"
    assigned, changed = _process(work, plan, last, where, result, tell)
    if sum(_chars(s) for a in assigned for s in a.sources) > _LITTLE_TEXT:
        forget()  # the tables of much text need the memory; after little, the next run may want the model again
    live = {a.name: [d for d, mark in a.members if plan.marks.get(d) == mark] for a in assigned}
    shards = {work / f"shard-{name}": docs for name, docs in live.items()}
    settings, basis = plan.settings, plan.base["graph"]
    names: list[str] = []

    def write(*jobs: tuple[str, Callable[..., tables.Written], tuple[Any, ...]]) -> None:
        """Do what one worker may do beside the other, each under the name of a stage."""
        stages = list(dict.fromkeys(stage for stage, _, _ in jobs))
        tell(Progress(len(assigned), len(assigned), " and ".join(stages)))
        for (stage, _, _), ((counts, written), seconds) in zip(jobs, call([job[1:] for job in jobs]), strict=True):
            result.counts.update(counts)
            names.extend(written)
            result.seconds[stage] = result.seconds.get(stage, 0.0) + seconds
        for stage in stages:
            _LOG.info("stage", extra={"stage": stage, "seconds": round(result.seconds[stage], 3)})

    with beside_workers(settings.model, where[0]) as (call, several):
        held = tables.tables_until(last)
        write(*(("tables", tables.write_table, (t, shards, out, work, settings.rows_per_file, basis)) for t in held))
        if STAGES.index(plan.until) >= STAGES.index("graph"):
            later = several and plan.until == "report"
            write(("graph", tables.write_graph, (out, work, settings, not later)))
        if plan.until == "report":
            files = [("graph", tables.write_exchange, (out,))] * later
            write(("report", tables.write_report, (shards, out, settings)), *files)
    shutil.rmtree(work / tables.SCRATCH, ignore_errors=True)
    result.failed = dict(sorted(result.failed.items()))
    result.seconds["total"] = time.perf_counter() - began
    tables_key = digest(
        [[p.name, docs, content_key(p, last)] for p, docs in sorted(shards.items())], plan.base["graph"], last
    )
    store.write_json(out / "run.json", _run_record(inputs, plan, where[0], tables_key, result))
    if not changed:
        done = {"key": plan.key, "written": [*names, "run.json"], "counts": result.counts, "failed": result.failed}
        store.write_json(work / "done.json", done)
    for name, why in result.failed.items():
        _LOG.warning("left out", extra={"doc_id": name, "reason": why})
    _LOG.info("done", extra={"counts": result.counts, "seconds": round(result.seconds["total"], 3)})
    return result


def _process(
    work: Path, plan: _Plan, until: str, where: tuple[int, str], result: RunResult, tell: Callable[[Progress], None]
) -> tuple[list[_Assigned], bool]:
    """Bring all shards up to date; a shard that kills its worker is split down to the text that does it.

    That text is named in `result.failed` and taken out of the marks. Tells too whether a text changed meanwhile.
    """
    from pipeline.shard import ShardJob

    marks = plan.marks
    alone: set[str] = set()
    changed: dict[str, str] = {}
    while True:
        current = [s for s in plan.sources if s.doc_id in marks]
        assigned = _assign(work, current, marks, plan.base["read"], plan.settings.shard_chars, alone)
        jobs = [
            ShardJob(
                work / f"shard-{a.name}",
                a.sources,
                plan.base,
                plan.settings,
                until,
                tuple(marks[s.doc_id] for s in a.sources),
            )
            for a in assigned
        ]
        # The long ones first, or the last of them would be waited for alone; the rest as they stand in their files.
        jobs.sort(key=lambda job: sum(map(_chars, job.sources)) < 2 * plan.settings.shard_chars)
        dead = []
        for job, shard in _run_shards(jobs, *where, tell):
            if shard is None:
                dead.append(job)
                _LOG.warning("worker died", extra={"shard": job.folder.name, "texts": len(job.sources)})
                continue
            changed.update(shard.changed)
            result.failed.update({d: why for d, why in {**shard.failed, **shard.changed}.items() if d in marks})
            for stage, seconds in shard.seconds.items():
                result.seconds[stage] = result.seconds.get(stage, 0.0) + seconds
            _LOG.info("shard", extra={"shard": job.folder.name, "texts": len(job.sources), "seconds": shard.seconds})
        for job in dead:
            if len(job.sources) == 1:
                name = job.sources[0].name
                result.failed[job.sources[0].doc_id] = f"{name}: its worker died twice (out of memory?); split the text"
                del marks[job.sources[0].doc_id]
            else:
                alone.update(s.doc_id for s in job.sources)
        if not dead:
            return assigned, bool(changed)


def _with_own_actors(settings: Settings, inputs: str | Path | Sequence[str | Path]) -> Settings:
    """Take `actors.toml` of the input folder when the settings name no other."""
    if settings.actors.own or not isinstance(inputs, str | Path):
        return settings
    folder = Path(inputs) if Path(inputs).is_dir() else Path(inputs).parent
    own = folder / "actors.toml"
    if not own.is_file():
        return settings
    return settings.model_copy(update={"actors": settings.actors.model_copy(update={"own": str(own)})})


def _run_record(inputs: object, plan: _Plan, workers: int, tables_key: str, result: RunResult) -> dict[str, Any]:
    packages = ("regesta", "spacy", "pyarrow", "networkx", "duckdb")
    return {
        "versions": {"python": platform.python_version(), **{p: version(p) for p in packages}},
        "input": str(inputs),
        "until": plan.until,
        "settings": plan.settings.model_dump(),
        "stage_keys": plan.base,
        "texts": dict(sorted(plan.marks.items())),
        "tables_key": tables_key,
        "counts": result.counts,
        "failed": result.failed,
        "workers": workers,
        "seconds": {stage: round(s, 3) for stage, s in result.seconds.items()},
    }
