"""Full disks, closed folders, killed and interrupted runs, texts that change: a clear line, and nothing lost."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import psutil
import pytest

import pipeline
from pipeline import read as reading
from tests.test_run import tables_of
from tests.texts import PACT, SUEZ


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "suez.txt").write_text(SUEZ, encoding="utf-8")
    (folder / "pact.txt").write_text(PACT, encoding="utf-8")
    return folder


def _start(corpus: Path, out: Path, *options: str, **how: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pipeline", "run", str(corpus), "--out", str(out), *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **how)  # type: ignore[call-overload,no-any-return]


def _one_line(run: subprocess.Popen[str], out: Path) -> str:
    """What a run that failed said; it ended with status 2 and left nothing half-written."""
    said = run.communicate()[1]
    assert run.returncode == 2, said
    assert "Traceback" not in said
    assert not [p for p in out.rglob("*") if p.name.endswith(".tmp")]
    (line,) = [line for line in said.splitlines() if line.startswith("regesta:")]
    return line


@contextmanager
def _disk(folder: Path, size: str) -> Iterator[Path]:
    """A small disk of its own mounted at a folder."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"this user may not mount a disk: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("size", ["8k", "32k", "64k", "128k", "256k", "512k", "1m"])
def test_a_full_disk_is_said_and_more_room_lets_it_end(corpus: Path, tmp_path: Path, size: str) -> None:
    whole = tmp_path / "whole"
    assert not pipeline.run(corpus, whole).failed
    with _disk(tmp_path / "disk", size) as out:
        assert "cannot write there" in _one_line(_start(corpus, out), out)
        subprocess.run(["mount", "-o", "remount,size=64m", out], check=True)
        assert _start(corpus, out).wait() == 0
        assert tables_of(out) == tables_of(whole)


def test_no_worker_outlives_a_killed_run(corpus: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("shard_chars = 1\n", encoding="utf-8")  # a shard a text
    run = _start(corpus, tmp_path / "out", "--workers", "2", "--settings", str(settings), start_new_session=True)

    def others() -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, ProcessLookupError):
                if os.getsid(process.pid) == run.pid and process.pid != run.pid:
                    found.append(process)
        return found

    while len(others()) < 3 and run.poll() is None:  # two workers and who forks them or counts their locks
        time.sleep(0.1)
    assert run.poll() is None
    run.kill()
    run.wait()
    assert not psutil.wait_procs(others(), timeout=20)[1]


def test_a_script_that_every_worker_would_run_again_is_told_so(corpus: Path, tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text(f"""import pipeline
settings = pipeline.Settings(shard_chars=1)
pipeline.run({str(corpus)!r}, {str(tmp_path / "out")!r}, settings, workers=2)
""")
    environment = {**os.environ, "PYTHONPATH": str(Path(pipeline.__file__).parents[1])}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment)
    assert done.returncode
    assert done.stderr.strip().splitlines()[-1].endswith('call `run` below `if __name__ == "__main__":`')


@pytest.mark.slow
@pytest.mark.parametrize("limit", [2_000, 40_000, 400_000])
def test_a_quota_is_said_and_a_larger_one_lets_it_end(corpus: Path, tmp_path: Path, limit: int) -> None:
    out = tmp_path / "out"
    allowed = _start(corpus, out, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert "cannot write there" in _one_line(allowed, out)
    assert _start(corpus, out).wait() == 0


def test_tables_stay_when_the_disk_is_full(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert _start(corpus, out).wait() == 0
    before = tables_of(out)
    (corpus / "more.txt").write_text(PACT * 50, encoding="utf-8")
    run = _start(corpus, out, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000)))
    _one_line(run, out)
    assert tables_of(out) == before


def test_a_folder_that_may_not_be_written(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    if os.getuid():
        out.mkdir(mode=0o555)
        assert "cannot write" in _one_line(_start(corpus, out), out)
        return
    with _disk(out, "1m"):
        subprocess.run(["mount", "-o", "remount,ro", out], check=True)
        assert "cannot write" in _one_line(_start(corpus, out), out)


def test_an_output_that_is_a_file(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    assert str(tmp_path / "out") in _one_line(_start(corpus, tmp_path / "out"), tmp_path)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_a_text_that_changes_while_it_is_read(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, out = corpus / "suez.txt", tmp_path / "out"
    original = reading.read

    def changing(source: reading.Source, *size: int) -> object:
        if source.doc_id == "suez":
            text.write_text(PACT, encoding="utf-8")
        return original(source, *size)

    monkeypatch.setattr(reading, "read", changing)
    result = pipeline.run(corpus, out)
    monkeypatch.undo()
    assert "changed while" in result.failed["suez"]
    text.write_text(SUEZ, encoding="utf-8")  # back again: what was read in between must not pass for it
    assert not pipeline.run(corpus, out).failed
    fresh = tmp_path / "fresh"
    pipeline.run(corpus, fresh)
    assert tables_of(out) == tables_of(fresh)


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_killed_at_random_moments_and_run_again(corpus: Path, tmp_path: Path, workers: str) -> None:
    shutil.copy(corpus / "pact.txt", corpus / "pact2.txt")
    settings = tmp_path / "settings.toml"
    settings.write_text("shard_chars = 300\n", encoding="utf-8")  # a shard a text
    options = ("--workers", workers, "--settings", str(settings))
    whole = tmp_path / "whole"
    began = time.monotonic()
    assert _start(corpus, whole, *options).wait() == 0
    length = time.monotonic() - began
    chance = random.Random(1648)
    for i in range(5):
        out = tmp_path / f"out{i}"
        for _ in range(5):
            run = _start(corpus, out, *options, start_new_session=True)
            time.sleep(chance.uniform(0.02, 1) * length)
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
        assert _start(corpus, out, *options).wait() == 0
        assert tables_of(out) == tables_of(whole)


def _interrupt(corpus: Path, tmp_path: Path, workers: str) -> float:
    """Seconds that a run at work takes to end when it is interrupted."""
    for i in range(4):
        (corpus / f"more{i}.txt").write_text(PACT * 2000, encoding="utf-8")
    settings = tmp_path / "settings.toml"
    settings.write_text("shard_chars = 100000\n", encoding="utf-8")
    out = tmp_path / "out"
    # What a shell puts into the background ignores interrupts, and so would all that it starts.
    heeding = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    options = ("--workers", workers, "--settings", str(settings))
    run = _start(corpus, out, *options, start_new_session=True, preexec_fn=heeding)
    time.sleep(6)  # the model is loaded, the work is under way
    assert run.poll() is None
    began = time.monotonic()
    os.killpg(run.pid, signal.SIGINT)
    said = run.communicate(timeout=60)[1]
    assert run.returncode == 130
    assert "Traceback" not in said
    return time.monotonic() - began


def test_an_interrupt_ends_the_run_before_its_work_is_done(corpus: Path, tmp_path: Path) -> None:
    _interrupt(corpus, tmp_path, "2")


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupt_ends_the_run_in_two_seconds(corpus: Path, tmp_path: Path, workers: str) -> None:
    assert _interrupt(corpus, tmp_path, workers) < 2
