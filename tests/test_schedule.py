"""A worker that dies takes no other shard with it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pipeline import schedule
from pipeline.errors import RegestaError
from pipeline.settings import Settings
from pipeline.shard import ShardJob, ShardResult


def job(folder: Path, name: str) -> ShardJob:
    return ShardJob(folder / name, (), {}, Settings(), "read")


def dies_on_poison(job: ShardJob) -> ShardResult:
    if job.folder.name == "poison":
        os._exit(9)
    return ShardResult(job.folder, {"read": 0.0})


def dies_once(job: ShardJob) -> ShardResult:
    mark = job.folder.with_suffix(".tried")
    if not mark.exists():
        mark.touch()
        os._exit(9)
    return ShardResult(job.folder)


def test_the_shard_that_kills_its_worker_is_named_and_the_others_finish(tmp_path: Path) -> None:
    jobs = [job(tmp_path, name) for name in ("a", "poison", "b", "c")]
    results = {j.folder.name: r for j, r in schedule.run_jobs(jobs, 2, work=dies_on_poison)}
    assert results.keys() == {"a", "b", "c", "poison"}
    assert [name for name, r in results.items() if r is None] == ["poison"]


def test_a_worker_that_dies_once_is_forgiven(tmp_path: Path) -> None:
    results = [r for _, r in schedule.run_jobs([job(tmp_path, "a")], 1, work=dies_once)]
    assert len(results) == 1 and results[0] is not None


def test_workers_leave_the_environment_of_other_programs_alone(tmp_path: Path) -> None:
    before = dict(os.environ)
    assert list(schedule.run_jobs([job(tmp_path, "a")], 1, work=dies_once))
    assert os.environ == before


def test_what_comes_after_the_shards_runs_where_the_workers_ran(tmp_path: Path) -> None:
    assert list(schedule.run_jobs([job(tmp_path, "a")], 1, work=dies_once))
    with schedule.beside_workers(Settings().model, 2) as (call, several):
        assert several
        (here, _), (_, seconds) = call([(os.getpid, ()), (time.sleep, (0.1,))])
        assert here != os.getpid() and seconds >= 0.1
        with pytest.raises(ValueError, match="invalid literal"):
            call([(int, ("x",))])
        with pytest.raises(RegestaError, match="run again"):
            call([(os._exit, (9,))])


def test_a_scheduler_file_that_is_not_there(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(RegestaError, match="no such scheduler file"):
        list(schedule.run_jobs([job(tmp_path, "a")], 1, str(tmp_path / "none.json")))
