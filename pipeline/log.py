"""The log of runs: JSON, a line an event, for those who watch many runs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import RegestaError

_PLAIN = frozenset(vars(logging.makeLogRecord({})))


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = {k: v for k, v in vars(record).items() if k not in _PLAIN}
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": time, "level": record.levelname.lower(), "event": record.getMessage(), **told}
        return json.dumps(line, ensure_ascii=False, default=str)


@contextmanager
def logging_to(path: Path | None) -> Iterator[None]:
    """Append what runs tell to a file while the block lasts.

    Parameters
    ----------
    path : Path or None
        The file; None logs nothing.

    Raises
    ------
    RegestaError
        When it cannot be written.
    """
    if path is None:
        yield
        return
    try:
        handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise RegestaError(f"{path}: cannot write the log there ({error.strerror}); choose another file") from error
    handler.setFormatter(_JsonLines())
    logger = logging.getLogger("regesta")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    except Exception as error:
        logger.error("stopped", extra={"reason": str(error)})
        raise
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
        handler.close()
