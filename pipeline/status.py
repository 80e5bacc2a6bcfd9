"""What an output folder holds: how far a run came, what was left out, sizes and versions."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline import store
from pipeline.errors import RegestaError
from pipeline.runner import FORMAT, WORK


def status(folder: Path) -> Iterator[str]:
    """Lines that tell what an output folder holds.

    Parameters
    ----------
    folder : Path
        An output folder, also of a run that goes on or was interrupted.

    Raises
    ------
    RegestaError
        When no run has worked there.
    """
    record, work = store.read_json(folder / "run.json"), folder / WORK
    if record is None and not work.is_dir():
        raise RegestaError(f"{folder}: no run has worked there; make one with `regesta run INPUT --out {folder}`")
    if record is not None:
        yield f"input    {record['input']} (as far as {record['until']})"
        yield "versions " + ", ".join(f"{name} {number}" for name, number in record["versions"].items())
        for name, rows in record["counts"].items():
            yield f"{name:10} {rows:>10,} rows {sum(map(_size, store.parquet_files(folder, name))):>14,} bytes"
        yield "seconds  " + ", ".join(f"{stage} {s:.1f}" for stage, s in record["seconds"].items())
        for name, reason in record["failed"].items():
            yield f"left out {name}: {reason}"
    yield from _work(work, finished=record is not None)


def _work(work: Path, *, finished: bool) -> Iterator[str]:
    """The shards: how many there are, and which stages how many of them have done."""
    if not work.is_dir():
        yield "working files: none; the next run starts from nothing"
        return
    running = _is_held(work)
    if store.read_json(work / "format.json") != FORMAT:
        yield "working files of another version; the next run makes them anew"
        return
    shards: dict[str, Any] = store.read_json(work / "shards.json") or {}
    done = Counter(stage for name in shards for stage in store.read_json(work / f"shard-{name}" / "state.json") or {})
    texts = sum(len(shard["members"]) for shard in shards.values())
    stages = ", ".join(f"{stage} {count}" for stage, count in done.items())
    size = sum(_size(path) for path in work.rglob("*"))
    yield f"shards   {len(shards)} of {texts} texts; done: {stages or 'none'}; {size:,} bytes"
    if running:
        yield "a run is working there"
    elif not (work / "done.json").is_file():
        yield "the last run did not finish" + ("; the tables are those of one before" if finished else "")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _is_held(work: Path) -> bool:
    try:
        with FileLock(work / "lock", timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # a folder that cannot be written: no run writes there
        return False


def clean(folder: Path) -> None:
    """Remove the files kept between runs; the tables stay.

    Raises
    ------
    RegestaError
        When there are none, or a run is using them.
    """
    work = folder / WORK
    if not work.is_dir():
        raise RegestaError(f"{folder}: nothing to clean; no run has worked there")
    if _is_held(work):
        raise RegestaError(f"{folder}: a run is working there; wait for it")
    shutil.rmtree(work)
