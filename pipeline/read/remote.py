"""Texts at a URL (`s3://`, `gs://`, `https://` and whatever fsspec knows): copied here once, then read as files."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import RegestaError
from pipeline.read.formats import need

_MARKS = ".fetched.json"


def is_url(text: str) -> bool:
    """Whether an input is a URL and no path.

    Examples
    --------
    >>> is_url("s3://archive/1958/*.txt"), is_url("corpus/a.txt")
    (True, False)
    """
    return "://" in text


def fetch(url: str, wanted: Callable[[Path], bool]) -> Path:
    """Copy the texts at a URL (a file, a folder or a glob) into the user's cache; those that did not change are kept.

    Parameters
    ----------
    url : str
        Credentials are found as fsspec finds them.
    wanted : callable
        Tells by a file's path whether it is a text.

    Returns
    -------
    Path
        The folder with the copies.

    Raises
    ------
    RegestaError
        When nothing can be fetched.
    """
    fsspec = need("fsspec", "fsspec", url)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "regesta"
    folder = cache / hashlib.sha256(url.encode()).hexdigest()[:16]
    try:
        system, path = fsspec.core.url_to_fs(url)
        root, found = _listed(system, path)
        folder.mkdir(parents=True, exist_ok=True)
        marks = folder / _MARKS
        known = json.loads(marks.read_text("utf-8")) if marks.is_file() else {}
        kept: dict[str, str] = {}
        for remote in found:
            name = _relative(remote, root)
            if wanted(Path(name)):
                kept[name] = _mark(system.info(remote))
                local = folder / name
                if known.get(name) != kept[name] or not local.is_file():
                    _copy(system, remote, local)
        for name in known.keys() - kept.keys():
            (folder / name).unlink(missing_ok=True)
        marks.write_text(json.dumps(kept), "utf-8")
    except RegestaError:
        raise
    except Exception as error:  # each file system raises errors of its own
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RegestaError(f"{url}: cannot be fetched ({reason}); check the address and your credentials") from error
    return folder


def _listed(system: Any, path: str) -> tuple[str, list[str]]:
    """The folder that names are relative to, and the files."""
    if any(c in path for c in "*?["):
        root = path[: min(path.index(c) for c in "*?[" if c in path)].rpartition("/")[0]
        return root, sorted(p for p in system.glob(path) if system.isfile(p))
    if system.isdir(path):
        return path.rstrip("/"), sorted(system.find(path))
    return path.rpartition("/")[0], [path]


def _relative(remote: str, root: str) -> str:
    """A file's name below the root, that can lead nowhere else."""
    inside = remote[len(root) :] if remote.startswith(root) else remote
    parts = [part for part in PurePosixPath(inside.lstrip("/").split("?")[0]).parts if part not in ("..", "/")]
    return "/".join(parts) or "text"


def _mark(info: dict[str, Any]) -> str:
    """What changes when the file does."""
    told = ("ETag", "etag", "mtime", "LastModified", "last_modified", "updated", "created", "size")
    return json.dumps({key: str(info[key]) for key in told if info.get(key) is not None}, sort_keys=True)


def _copy(system: Any, remote: str, local: Path) -> None:
    local.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=local.parent, prefix=".fetching-")
    os.close(handle)
    try:
        system.get_file(remote, scratch)
        Path(scratch).replace(local)
    finally:
        Path(scratch).unlink(missing_ok=True)
