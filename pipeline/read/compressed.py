"""Compressed files as streams, with a limit on what they may unpack to."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, cast

from pipeline.errors import InputError

#: Compressed files unpack to at most this many bytes, or to this many times their size if that is more.
LIMIT_BYTES, LIMIT_RATIO = 64 * 2**20, 100
_ARCHIVE_ENTRIES = 100_000
_OPEN: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
ARCHIVE = ".zip"
_BROKEN = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    NotImplementedError,
    RuntimeError,
)


def split(name: str) -> tuple[str, str]:
    """A file name without its endings, and the ending that tells its format.

    Examples
    --------
    >>> split("july.txt.gz"), split("dump.xml.bz2"), split("notes"), split("a.b.txt")
    (('july', '.txt'), ('dump', '.xml'), ('notes', ''), ('a.b', '.txt'))
    """
    path = PurePosixPath(name)
    if path.suffix.lower() in _OPEN:
        path = path.with_suffix("")
    return path.stem, path.suffix.lower()


class _Bounded(io.RawIOBase):
    """A stream that refuses to give more than a number of bytes."""

    def __init__(self, stream: BinaryIO, limit: int, name: str) -> None:
        super().__init__()
        self._stream, self._left, self._limit, self._name = stream, limit, limit, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except (*_BROKEN, OSError) as error:
            raise _broken(self._name, error) from error
        self._left -= len(data)
        if self._left < 0:
            raise InputError(
                f"{self._name}: unpacks to more than {self._limit // 2**20} MB; unpack it yourself if you trust it"
            )
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened(path: Path, entry: str, name: str) -> Iterator[BinaryIO]:
    """A file's bytes as a stream, unpacked if its ending says so; `entry` names a file in an archive.

    Raises
    ------
    InputError
        When it cannot be read, is broken or unpacks to too much.
    """
    with ExitStack() as stack:
        try:
            if path.suffix.lower() == ARCHIVE and entry:
                archive = stack.enter_context(zipfile.ZipFile(path))
                stream = _buffered(stack.enter_context(archive.open(entry)), path, name)
            elif unpack := _OPEN.get(path.suffix.lower()):
                stream = _buffered(stack.enter_context(unpack(path, "rb")), path, name)
            else:
                stream = stack.enter_context(path.open("rb"))
        except (OSError, KeyError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InputError(f"{name}: cannot be read ({reason}); check that it is there and readable") from error
        except _BROKEN as error:
            raise _broken(name, error) from error
        yield stream


def _broken(name: str, error: Exception) -> InputError:
    return InputError(f"{name}: broken archive ({error}); pack it again")


def _buffered(stream: IO[bytes], path: Path, name: str) -> BinaryIO:
    limit = max(LIMIT_BYTES, LIMIT_RATIO * path.stat().st_size)
    return io.BufferedReader(_Bounded(cast(BinaryIO, stream), limit, name), 1 << 20)


def entries(path: Path, name: str) -> list[str]:
    """Names of the files in an archive, sorted.

    Raises
    ------
    InputError
        When it is broken or would unpack to too much.
    """
    try:
        return check_archive(path, path.stat().st_size, name)
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror}); check that it is there and readable") from error


def check_archive(source: Path | BinaryIO, size: int, name: str) -> list[str]:
    """Refuse an archive that is broken or would unpack to too much; returns the names of its files."""
    try:
        with zipfile.ZipFile(source) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except _BROKEN as error:
        raise _broken(name, error) from error
    total = sum(info.file_size for info in infos)
    if len(infos) > _ARCHIVE_ENTRIES or total > max(LIMIT_BYTES, LIMIT_RATIO * size):
        raise InputError(
            f"{name}: unpacks to {total // 2**20} MB in {len(infos)} files; unpack it yourself if you trust it"
        )
    return sorted(info.filename for info in infos)
