"""A run on a Dask cluster gives the bytes of a run on one process, whatever becomes of its workers."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.settings import Settings
from tests.test_run import tables_of
from tests.texts import PACT, SUEZ

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow


@pytest.fixture
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs="CRITICAL"
    ) as made:
        yield made


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(8):
        (folder / f"text{number}.txt").write_text(f"{(SUEZ, PACT)[number % 2]}\n\nText {number} ends.\n")
    return folder


def _kill_when_something_is_done(out: Path, pid: int, killed: threading.Event) -> None:
    for _ in range(1200):
        if len(list(out.glob(".regesta/shard-*/docs.zip"))) >= 2:
            os.kill(pid, signal.SIGKILL)
            killed.set()
            return
        time.sleep(0.05)


def test_a_worker_killed_in_the_middle(corpus: Path, tmp_path: Path, cluster: Any) -> None:
    settings = Settings(shard_chars=1)  # a text a shard
    whole, out, again = tmp_path / "whole", tmp_path / "out", tmp_path / "again"
    pipeline.run(corpus, whole)
    with distributed.Client(cluster) as client:
        victim = min(client.run(os.getpid).values())
    killed = threading.Event()
    killer = threading.Thread(target=_kill_when_something_is_done, args=(out, victim, killed))
    killer.start()
    result = pipeline.run(corpus, out, settings, scheduler=cluster.scheduler_address)
    killer.join()
    assert killed.is_set()
    assert not result.failed
    assert tables_of(out) == tables_of(whole)
    # By its scheduler file, as on a cluster with a shared disk. Written here: the client's own way of writing one fails
    # where a worker has just told its metrics, whose keys are no JSON.
    file = tmp_path / "scheduler.json"
    file.write_text(json.dumps({"address": cluster.scheduler_address}), encoding="utf-8")
    assert not pipeline.run(corpus, again, settings, scheduler=str(file)).failed
    assert tables_of(again) == tables_of(whole)
