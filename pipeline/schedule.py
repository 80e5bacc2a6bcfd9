"""Where shards run: here, in a pool of processes, or on a Dask cluster, seen only as an `Executor`.

A shard whose worker died is tried again alone; if its worker dies again, the shard itself is to blame.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager, suppress
from multiprocessing import active_children, forkserver, get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from typing import Any

from pipeline import warm
from pipeline.errors import RegestaError
from pipeline.shard import ShardJob, ShardResult, run_shard

Work = Callable[[ShardJob], ShardResult]


def _end_with_parent() -> None:
    """Let this worker end when the process that gives it work is killed: nobody would, and another run may follow."""
    parent = parent_process()
    if parent is not None:

        def watch() -> None:
            wait([parent.sentinel])
            os._exit(1)

        Thread(target=watch, daemon=True).start()


@contextmanager
def process_pool(workers: int, model: str) -> Iterator[Executor]:
    """Processes of this machine; on Linux they are forked from one that has loaded what all of them read."""
    if sys.platform == "linux":
        context: Any = get_context("forkserver")
        context.set_forkserver_preload(["pipeline.warm"])
        os.environ[warm.MODEL] = model
    else:
        context = get_context("spawn")
    others = set(active_children())
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent)
    done = False
    try:
        try:
            executor.submit(os.getpid).result()
        except BrokenExecutor as error:
            raise RegestaError(
                'no worker could start; in a script of your own, call `run` below `if __name__ == "__main__":`'
            ) from error
        finally:
            os.environ.pop(warm.MODEL, None)  # it is not for other programs that this one may start
        yield executor
        done = True
    finally:
        if not done:  # interrupted, here or where the results are used: nobody waits for what is under way
            for process in set(active_children()) - others:  # also one that the executor does not know of yet
                process.kill()  # files are written atomically: nothing is half-written
            if server := getattr(forkserver._forkserver, "_forkserver_pid", None):
                with suppress(ProcessLookupError):  # it may have ended already
                    os.kill(server, signal.SIGKILL)
        executor.shutdown(wait=False, cancel_futures=True)


#: A function and what it is given.
Task = tuple[Callable[..., Any], tuple[Any, ...]]


def _timed(task: Task) -> tuple[Any, float]:
    do, given = task
    began = time.perf_counter()
    return do(*given), time.perf_counter() - began


@contextmanager
def beside_workers(model: str, workers: int) -> Iterator[tuple[Callable[[Sequence[Task]], list[Any]], bool]]:
    """A way to call functions: two at a time in processes forked like the workers, where there were any, else here.

    What the workers have loaded need not be loaded again here while all of them wait. The call gives each function's
    result and its seconds; whether several can run at a time is told beside it.
    """
    if getattr(forkserver._forkserver, "_forkserver_pid", None) is None:
        yield lambda tasks: [_timed(task) for task in tasks], False
        return
    with process_pool(min(workers, 2), model) as executor:

        def call(tasks: Sequence[Task]) -> list[Any]:
            try:
                return [future.result() for future in [executor.submit(_timed, task) for task in tasks]]
            except BrokenExecutor as error:
                raise RegestaError("a process that writes the tables died (out of memory?); run again") from error

        yield call, workers > 1


@contextmanager
def dask_cluster(scheduler: str) -> Iterator[Executor]:
    """Workers of a Dask cluster, by the scheduler's address or its scheduler file.

    Raises
    ------
    RegestaError
        When dask.distributed is not installed or nothing answers there.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise RegestaError("--scheduler needs dask.distributed; pip install 'regesta[cluster]'") from error
    if "://" not in scheduler and not Path(scheduler).is_file():
        raise RegestaError(f"{scheduler}: no such scheduler file; give tcp://HOST:PORT or an existing file")
    try:
        named = {"address": scheduler} if "://" in scheduler else {"scheduler_file": scheduler}
        client = Client(**named, timeout="20s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise RegestaError(f"no Dask scheduler answers at {scheduler}: {error}") from error
    try:
        yield client.get_executor(retries=2, pure=False)
    finally:
        client.close()


def _died(error: BaseException) -> bool:
    """Whether an error says that a worker died, not that the work failed."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ in {"KilledWorker", "CancelledError"}


def _round(executor: Executor, work: Work, jobs: list[ShardJob]) -> Iterator[tuple[ShardJob, ShardResult | None]]:
    """Run jobs once; None for one that was lost with a worker."""
    futures: dict[Future[ShardResult], ShardJob] = {}
    lost: list[ShardJob] = []
    for job in jobs:
        try:
            futures[executor.submit(work, job)] = job
        except BrokenExecutor:
            lost.append(job)
    for future in as_completed(futures):
        try:
            yield futures[future], future.result()
        except BaseException as error:
            if not _died(error):
                raise
            lost.append(futures[future])
    for job in lost:
        yield job, None


def run_jobs(
    jobs: list[ShardJob], workers: int, scheduler: str = "", work: Work = run_shard
) -> Iterator[tuple[ShardJob, ShardResult | None]]:
    """Run shards on several workers.

    Parameters
    ----------
    jobs : list of ShardJob
        Independent shards.
    workers : int
        Processes of this machine, when no scheduler is named.
    scheduler : str
        Address (`tcp://...`) or scheduler file of a Dask cluster.
    work : callable
        What a worker does with a job.

    Yields
    ------
    tuple of ShardJob and ShardResult
        In the order in which they finish; None instead of a result when the shard killed its worker twice.
    """
    lost: list[ShardJob] = []
    model = jobs[0].settings.model

    def pool(processes: int) -> AbstractContextManager[Executor]:
        return dask_cluster(scheduler) if scheduler else process_pool(processes, model)

    with pool(min(workers, len(jobs))) as executor:
        for job, result in _round(executor, work, jobs):
            if result is None:
                lost.append(job)
            else:
                yield job, result
    # Alone, so that it is plain which shard kills its worker.
    for job in sorted(lost, key=lambda j: str(j.folder)):
        with pool(1) as executor:
            yield from _round(executor, work, [job])
